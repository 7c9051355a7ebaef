"""Pull, validate and pseudonymise one source in one pass; raw identifiers live here, in memory, and nowhere else.

Per row, in this order: objected, withdrawn, quarantined, excluded by rule, used (docs/definitions.md, section 1).
What comes out is a stream of Arrow batches of pseudonyms and a count for every row that went in.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pandas as pd
import pandera.errors
import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.data_subjects import DataSubjects
from pseudonymisation.frame_rows import FrameTerms, frame_batch, institution_batch
from pseudonymisation.keys import KeySet
from pseudonymisation.objections import Objections
from pseudonymisation.provision_rows import provision_batch
from pseudonymisation.readable_names import ReadableNames
from pseudonymisation.record_kinds import approaches_named, check_one_approach
from pseudonymisation.records import RawBatch, read_identifiers
from pseudonymisation.source_delivery import SourceDelivery
from pseudonymisation.sources.source_reader import Cells, NamesMunicipality, SourceReader
from schemas.domains import FRAME, INSTITUTIONS
from schemas.errors import RefusedDelivery
from schemas.extracts import REASON_ORDER, RMC_WITHDRAWN, TEXT, extract_schema
from schemas.household_rules import DWELLING_RULES, HouseholdRules
from schemas.log_entries import StepFacts
from schemas.period import HalfYear
from schemas.pseudonymised import FRAME_SCHEMA, INSTITUTION_SCHEMA, PROVISION_SCHEMA
from schemas.purpose import SourceGround

#: From this number of rows on, unsound rows are a broken extract and not a few broken rows.
_A_HANDFUL: Final = 10


@dataclass(frozen=True)
class PullOrder:
    """What to pull: a source as it was delivered, with what the purpose allows of it, the period and the profile.

    Attributes:
        delivery: the source.
        allow_test_numbers: whether BSNs of the official test range may occur (profile ``synthetic``).
        rules: of household formation: what the frame must hold for them.
        gemeentecode: whose data these have to be, where the data themselves say whose they are.
        reference_date: of the delivery; the day after the period when it is not given.
        by_name: whether match tokens are to be made, for linkage without BSN.
        repairs: whether the numbers of quarantined rows are kept, for the owner of the source.
        for_pyramid: whether the purpose has the table ``pyramid``: kinds of records and ages are then stored.
    """

    delivery: SourceDelivery
    period: HalfYear
    allow_test_numbers: bool
    rules: HouseholdRules = DWELLING_RULES
    gemeentecode: str | None = None
    reference_date: date | None = None
    by_name: bool = False
    repairs: bool = False
    for_pyramid: bool = False

    @property
    def source(self) -> str:
        """Name of the source."""
        return self.delivery.source

    @property
    def ground(self) -> SourceGround:
        """What the purpose says of the source."""
        return self.delivery.ground

    @property
    def terms(self) -> FrameTerms:
        """What the frame is made for."""
        on = self.reference_date or self.period.following.first_day
        return FrameTerms(on, self.period, self.rules, ages=self.for_pyramid)

    @property
    def schema(self) -> pa.Schema:
        """What the batches of this source look like."""
        return {FRAME: FRAME_SCHEMA, INSTITUTIONS: INSTITUTION_SCHEMA}.get(self.source, PROVISION_SCHEMA)


@dataclass
class Pull:
    """One source on its way to a pseudonymised extract; complete once ``batches`` is exhausted.

    Attributes:
        data_subjects: who the rows were about, used or quarantined, for the log; nobody who objected.
        repairs: reason -> numbers of the rows that were quarantined for it; only when they were asked for.
    """

    order: PullOrder
    keys: KeySet
    objections: Objections
    data_subjects: DataSubjects
    counts: Counter[str] = field(default_factory=Counter, init=False)
    received: tuple[str, ...] = field(default=(), init=False)
    repairs: dict[str, list[int]] = field(default_factory=dict, init=False)
    names: ReadableNames = field(init=False)
    _approaches: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.names = ReadableNames(self.order.by_name)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yields batches of the ``schema`` of the order.

        Raises:
            RefusedDelivery: the file breaks its contract; nothing that was yielded may be kept.
        """
        with self.order.delivery.opened() as reader:
            self.received = reader.header()
            for cells in reader.batches():
                yield self._pseudonymise(cells)
            self._check_municipality(reader)
        check_one_approach(self._approaches)
        self.counts.update(reader.counts)
        self.counts["received"] += reader.counts.total()
        self._check_enough_was_sound(self.counts["received"] - self.counts["objected"] - reader.counts.total())

    def _check_municipality(self, reader: SourceReader) -> None:
        named = reader.gemeentecodes if isinstance(reader, NamesMunicipality) else frozenset()
        if self.order.gemeentecode and (others := named - {self.order.gemeentecode}):
            raise RefusedDelivery(
                "wrong_municipality",
                f"{self.order.source}: {len(others)} other municipality(s) than {self.order.gemeentecode} named in it",
                "deliver what is of the controller of the purpose",
            )

    def _pseudonymise(self, cells: Cells) -> pa.RecordBatch:
        batch = read_identifiers(self.order.source, cells, self.counts["received"])
        self._check_test_numbers(batch)
        self.counts["received"] += batch.rows
        self._count_identifiers(batch)
        batch = self._without(batch, self.objections.objects(batch.bsn), "objected")
        partners = self.objections.objects(batch.partner)
        self.counts["partner_objected"] += int(pc.sum(partners).as_py() or 0)
        batch = batch.without_partner(partners)
        self.data_subjects.add(batch)
        if batch.source == "rmc":
            withdrawn = pc.fill_null(pc.equal(batch.cells["status"], RMC_WITHDRAWN), False)
            batch = self._without(batch, withdrawn, "excluded:withdrawn")
        batch = self._sound(batch)
        self._approaches |= approaches_named(batch)
        rows = self._made(batch)
        self.counts["used"] += rows.num_rows
        return rows

    def _made(self, batch: RawBatch) -> pa.RecordBatch:
        if self.order.source == INSTITUTIONS:
            return institution_batch(batch, self.keys)
        if self.order.source == FRAME:
            rows = frame_batch(batch, self.keys, self.order.terms)
            self.names.add(rows["person"], batch)
            return rows
        result = provision_batch(batch, self.keys, self.order.period, for_pyramid=self.order.for_pyramid)
        self.counts.update(result.excluded)
        self.names.add(result.rows["record"], result.read)
        return result.rows

    def _without(self, batch: RawBatch, out: "pa.Array[Any]", reason: str) -> RawBatch:
        self.counts[reason] += int(pc.sum(out).as_py() or 0)
        return batch.filter(pc.invert(out))

    def _sound(self, batch: RawBatch) -> RawBatch:
        reasons = quarantine_reasons(batch)
        self.counts.update({f"quarantined:{reason}": int(n) for reason, n in reasons.value_counts().items()})
        for reason in reasons.dropna().unique() if self.order.repairs else ():
            self.repairs.setdefault(reason, []).extend(
                batch.numbers.filter(pa.array(reasons.eq(reason).fillna(False))).to_pylist()
            )
        return batch.filter(pa.array(reasons.isna().to_numpy()))

    def _check_enough_was_sound(self, looked_at: int) -> None:
        quarantined = {name: number for name, number in self.counts.items() if name.startswith("quarantined:")}
        number = sum(quarantined.values())
        if number >= _A_HANDFUL and number == looked_at:
            reason = max(sorted(quarantined), key=quarantined.__getitem__).removeprefix("quarantined:")
            raise RefusedDelivery(
                "all_quarantined",
                f"{self.order.source}: every row ({number}) breaks the contract, most often {reason}",
                "have the extract made again as the contract says",
            )
        limit = self.order.ground.limits.quarantine_pct if self.order.ground.limits else None
        if limit is not None and number >= _A_HANDFUL and 100 * number > limit * looked_at:
            raise RefusedDelivery(
                "quarantine_limit",
                f"{self.order.source}: {number} of {looked_at} rows break the contract; allowed are {limit} percent",
                "have the extract mended; samenloop run --repair-report tells its owner which rows",
            )

    def _check_test_numbers(self, batch: RawBatch) -> None:
        if batch.test_numbers and not self.order.allow_test_numbers:
            raise RefusedDelivery(
                "test_numbers",
                f"{self.order.source}: bsn: {batch.test_numbers} number(s) of the test range in real data",
                "deliver real data, or use a keyring made with --synthetic",
            )

    def _count_identifiers(self, batch: RawBatch) -> None:
        for outcome, number in batch.bsn_outcomes.items():
            self.counts[f"bsn:{outcome}"] += number

    def match_tokens(self) -> pa.Table:
        """Gives the match tokens of the rows that were used and forgets what they were made of; ``by_name`` only."""
        return self.names.tokens(self.keys["match_token"])

    @property
    def facts(self) -> StepFacts:
        """Columns, counts and key fingerprints for the log; rows that went in equal the rows accounted for."""
        ground = self.order.ground
        return StepFacts(
            columns={
                "received": self.received,
                "used": ground.columns,
                "dropped": tuple(name for name in self.received if name in ground.drops),
            },
            counts={name: number for name, number in sorted(self.counts.items()) if number},
            keys=(self.keys.fingerprint,),
        )


def quarantine_reasons(batch: RawBatch) -> "pd.Series[Any]":
    """Gives per row the reason for quarantine, missing for a sound row. Cell values stay out of it."""
    frame = pd.DataFrame({name: pd.Series(cells, dtype=TEXT) for name, cells in batch.cells.items()})
    reasons: pd.Series[Any] = pd.Series(pd.NA, index=frame.index, dtype="string")
    try:
        extract_schema(tuple(batch.cells), batch.source).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        found = error.failure_cases[["check", "index"]].drop_duplicates()
        rank = {reason: place for place, reason in enumerate(REASON_ORDER)}
        first = found.sort_values("check", key=lambda checks: checks.map(rank)).drop_duplicates("index")
        reasons.loc[first["index"].astype(int)] = first["check"].to_numpy()
    if batch.source in (FRAME, INSTITUTIONS):
        unusable = pd.Series(pc.and_(batch.address.full.is_null(), batch.dwelling.is_null()).to_numpy(False))
        reasons = reasons.mask(reasons.isna() & unusable, "address:unusable")
    return reasons
