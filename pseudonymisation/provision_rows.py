"""From sound rows of a domain to pseudonymised provisions of one period."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.births import birth_at
from pseudonymisation.keyed_hash import pseudonyms
from pseudonymisation.keys import KeySet
from pseudonymisation.period_cost import Days, active, amounts, cost_in_period, days
from pseudonymisation.record_kinds import record_kinds
from pseudonymisation.records import RawBatch
from schemas.domains import RECORD_DOMAINS
from schemas.extracts import PWET_SCHEMES, SHV_ADMITTED, columns_of, parse_dates
from schemas.period import HalfYear
from schemas.pseudonymised import PROVISION_SCHEMA

_IDENTIFIERS: Final = frozenset(
    {"bsn", "bsn_partner", "nummer", "postcode", "huisnummer", "huisletter", "huisnummertoevoeging"}
)
#: Column, the codes that count as a provision, and the rule under which other codes are excluded.
_RULES: Final = (
    ("regeling", PWET_SCHEMES, "excluded:not_pwet"),
    ("fase", SHV_ADMITTED, "excluded:before_admission"),
)


@dataclass(frozen=True, eq=False)
class PseudonymisedRows:
    """Rows that may be stored, how many were excluded under which rule, and the readable rows they were made of."""

    rows: pa.RecordBatch
    excluded: Counter[str]
    read: RawBatch


def provision_batch(batch: RawBatch, keys: KeySet, period: HalfYear, *, for_pyramid: bool = False) -> PseudonymisedRows:
    """Gives ``PROVISION_SCHEMA`` rows: which are active in the period, what they cost in it, whose they are.

    Args:
        batch: sound rows of a source.
        keys: of the purpose and scope.
        period: the half-year.
        for_pyramid: whether the purpose has the table ``pyramid``, which needs kinds of jeugd and veiligheid.
    """
    excluded: Counter[str] = Counter()
    for column, counts_as_provision, rule in _RULES:
        if column in batch.cells:
            keep = pc.is_in(batch.cells[column], pa.array(counts_as_provision))
            excluded[rule] += batch.rows - int(pc.sum(keep).as_py() or 0)
            batch = batch.filter(keep)
    is_active, cost = _active_and_cost(batch, period)
    inside = is_active | (cost != 0)
    excluded["excluded:outside_period"] += int(batch.rows - inside.sum())
    batch = batch.filter(pa.array(inside))
    kind = record_kinds(batch, for_pyramid=for_pyramid)
    return PseudonymisedRows(_rows(batch, keys, is_active[inside], cost[inside], kind), excluded, batch)


def _active_and_cost(batch: RawBatch, period: HalfYear) -> tuple["np.ndarray[Any, np.dtype[np.bool_]]", Days]:
    amount = amounts(batch.column("bedrag_cent"))
    if "datum" in batch.cells:
        event = days(parse_dates(batch.cells["datum"].to_pandas()))
        happened = active(event, event, period)
        return happened, np.where(happened, amount, 0)
    begin, end = (days(parse_dates(batch.cells[name].to_pandas())) for name in ("begin", "einde"))
    zero = np.int64(0)
    first, last = (
        days(parse_dates(batch.column(name).to_pandas()), missing=zero) for name in ("bedrag_begin", "bedrag_einde")
    )
    return active(begin, end, period), cost_in_period(amount, first, last, period)


def _rows(batch: RawBatch, keys: KeySet, is_active: Any, cost: Days, kind: "pa.Array[Any]") -> pa.RecordBatch:
    provider = pc.utf8_upper(batch.column("aanbieder"))
    columns = {
        "domain": pa.array([RECORD_DOMAINS[batch.source]] * batch.rows, pa.string()),
        "record": pseudonyms(_record(batch, provider), keys["record"]),
        "person": pseudonyms(batch.bsn, keys["person"]),
        "partner": pseudonyms(batch.partner, keys["person"]),
        "address": pseudonyms(batch.address.full, keys["address"]),
        "address_number": pseudonyms(batch.address.number, keys["address_number"]),
        "birth_at": birth_at(batch.column("geboortedatum"), batch.address.full, keys["address"]),
        "bare_number": pc.fill_null(batch.address.bare, False),
        "provider": pseudonyms(provider, keys["provider"]),
        "active": pa.array(is_active),
        "cost_cent": pa.array(cost),
        "kind": kind,
    }
    return pa.RecordBatch.from_pydict(columns, schema=PROVISION_SCHEMA)


def _record(batch: RawBatch, provider: "pa.Array[Any]") -> "pa.Array[Any]":
    """Gives per row one text over every field used, as read: equal texts are duplicates."""
    amount = pc.if_else(batch.column("bedrag_cent").is_valid(), pa.array(amounts(batch.column("bedrag_cent"))), None)
    as_read = {"aanbieder": provider, "bedrag_cent": amount.cast(pa.string())}
    other = [name for name in columns_of(batch.source) if name in batch.cells and name not in _IDENTIFIERS]
    # An education number identifies nobody here, yet it tells two pupils apart.
    pupil = pc.if_else(pc.equal(batch.column("soort_nummer"), "OWNR"), batch.column("nummer"), None)
    fields = [
        batch.bsn,
        pupil,
        batch.partner,
        batch.address.full,
        *(as_read.get(name, batch.column(name)) for name in other),
    ]
    return pc.binary_join_element_wise(*fields, "\x1f", null_handling="replace", null_replacement="\x1e")
