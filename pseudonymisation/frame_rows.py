"""From sound rows of the BRP extract to the pseudonymised frame, and from a list of institutions to its addresses."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.births import ages, birth_at
from pseudonymisation.keyed_hash import pseudonyms
from pseudonymisation.keys import KeySet
from pseudonymisation.names import read_surnames
from pseudonymisation.records import RawBatch
from schemas.extracts import parse_dates
from schemas.household_rules import DWELLING_RULES, HouseholdRules
from schemas.period import HalfYear
from schemas.pseudonymised import FRAME_SCHEMA, INSTITUTION_SCHEMA


@dataclass(frozen=True)
class FrameTerms:
    """What the frame is made for: its reference date and period, and the rules that need more than an address.

    Attributes:
        ages: whether a table needs to know who is a minor.
    """

    reference_date: date
    period: HalfYear
    rules: HouseholdRules = DWELLING_RULES
    ages: bool = False


def frame_batch(batch: RawBatch, keys: KeySet, terms: FrameTerms) -> pa.RecordBatch:
    """Gives ``FRAME_SCHEMA`` rows: persons at dwellings in a buurt on the reference date."""
    since = parse_dates(batch.column("datum_aanvang_adres").to_pandas())
    columns = {
        "person": pseudonyms(batch.bsn, keys["person"]),
        "dwelling": pseudonyms(batch.dwelling, keys["dwelling"]),
        "address": pseudonyms(batch.address.full, keys["address"]),
        "address_number": pseudonyms(batch.address.number, keys["address_number"]),
        "buurt": batch.column("buurtcode"),
        "briefadres": pc.fill_null(pc.equal(batch.column("soort_adres"), "briefadres"), False),
        "institution": pc.fill_null(pc.equal(batch.column("institutioneel"), "J"), False),
        "since_days": since.cast(pa.int32()),
        "birth_at": birth_at(batch.column("geboortedatum"), batch.address.full, keys["address"]),
        "moved": _within(since, terms.period),
        **_for_rules(batch, keys, terms),
    }
    return pa.RecordBatch.from_pydict(columns, schema=FRAME_SCHEMA)


def institution_batch(batch: RawBatch, keys: KeySet) -> pa.RecordBatch:
    """Gives ``INSTITUTION_SCHEMA`` rows: addresses where no private household lives."""
    columns = {
        "dwelling": pseudonyms(batch.dwelling, keys["dwelling"]),
        "address": pseudonyms(batch.address.full, keys["address"]),
    }
    return pa.RecordBatch.from_pydict(columns, schema=INSTITUTION_SCHEMA)


def _for_rules(batch: RawBatch, keys: KeySet, terms: FrameTerms) -> "dict[str, pa.Array[Any]]":
    """Age and surname only for what cannot do without them: what no rule or table reads is not stored."""
    nothing, birth = pa.nulls(batch.rows, pa.string()), batch.column("geboortedatum")
    splits = bool(terms.rules.split)
    of_everyone = splits or terms.ages
    age = ages(birth if of_everyone or "unborn" in terms.rules.apart else nothing, terms.reference_date)
    died = parse_dates(batch.column("datum_overlijden").to_pandas())
    surname = read_surnames(batch.column("geslachtsnaam")).own if splits else nothing
    home = pc.coalesce(batch.dwelling, batch.address.full)
    return {
        "age": age if of_everyone else pc.if_else(pc.less(age, 0), age, pa.scalar(None, age.type)),
        "surname_at": pseudonyms(pc.binary_join_element_wise(home, surname, "\x1f"), keys["dwelling"]),
        "deceased": pc.fill_null(pc.less_equal(died, pa.scalar(terms.reference_date)), False),
        "secret": pc.fill_null(pc.not_equal(batch.column("indicatie_geheim"), "0"), False),
        "born": _within(parse_dates(birth.to_pandas()), terms.period),
    }


def _within(days: "pa.Array[Any]", period: HalfYear) -> "pa.Array[Any]":
    after = pc.greater_equal(days, pa.scalar(period.first_day))
    return pc.fill_null(pc.and_(after, pc.less_equal(days, pa.scalar(period.last_day))), False)
