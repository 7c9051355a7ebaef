"""Rows of the reference check about households: combinations of laws, and the number of domains."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Final

import numpy as np
import pandas as pd

from outputs.base_cube import BaseCube, Category
from outputs.comparison.comparison import Ours
from outputs.comparison.references import COMBINED, References, shipped_references
from outputs.comparison.register_count import BY_DIMENSION, COMPOSITION, HOUSEHOLDS, NONE_PCT, SOURCE
from outputs.count_tables import classes_of
from outputs.household_classes import HOUSEHOLDS as COUNTED
from outputs.regions import RegionTree
from outputs.returns.reference_check import Row
from schemas.domains import DIMENSION_DOMAINS, LAWS, NONE, TOTAL
from schemas.errors import RunError
from schemas.period import HalfYear
from schemas.tables import PUBLISHED

#: (area, half-year) of the published combinations that the check holds us against.
CHECKED: Final = (
    ("Zoetermeer", HalfYear(2017, 2)),
    ("Zoetermeer", HalfYear(2018, 1)),
    ("Nederland", HalfYear(2017, 2)),
)
_REGISTER_NOTE: Final = (
    "Op een gemeente naar deze telling: die is niet te rijmen met de combinaties per 1.000 van hetzelfde half jaar"
)
_WORKED_NOTE: Final = "Nageteld op huishoudens die zo zijn samengesteld als de bron zegt"
_BUURT: Final = "BU06370101"


def stacking_rows(
    households: Mapping[str, int], within: int, area: str, period: HalfYear, references: References
) -> tuple[Row, ...]:
    """Gives a row per combination of an area and half-year.

    Args:
        households: combination -> households, ``totaal`` included.
        within: largest error of these counts.
        area: an area of the references.
        period: the half-year.
        references: where the published rates are.

    Raises:
        RunError: ``reference_unknown``: there are no rates of this area and half-year; ``check_incomplete``: a count
            is missing.
    """
    known = references.known_by(area, period)
    if known is None or known[0] != period:
        what = f"no published combinations of {area} in {period}"
        raise RunError("reference_unknown", what, "check a release of another half-year")
    sources = {one.combinatie: one.bron for one in references.rates if one.comparable and one.gebied == area}
    _check_complete(households, (*COMBINED, TOTAL))
    rows = []
    for name in COMBINED:
        ours = Ours(households[name], households[TOTAL], within, within)
        what = f"{name}, {area} {period}"
        reference, own = Decimal(known[1][name]), Decimal(ours.per_1000)
        margin = Decimal(max(_whole(ours.highest) - ours.per_1000, ours.per_1000 - _whole(ours.lowest)))
        rows.append(Row("stapeling", what, sources[name], "per 1.000", reference, own, margin))
    return tuple(rows)


def dimension_rows(households: Mapping[str, int], within: int) -> tuple[Row, ...]:
    """Gives a row per number of domains, and one for the share without any; ``households`` has ``totaal`` too.

    Raises:
        RunError: ``check_incomplete``: a count is missing.
    """
    _check_complete(households, (NONE, *BY_DIMENSION, TOTAL))
    rows = [
        Row(
            "dimensies",
            f"huishoudens met {name}, van {HOUSEHOLDS}",
            SOURCE,
            "aantal",
            Decimal(count),
            Decimal(households[name]),
            Decimal(within),
            _REGISTER_NOTE,
        )
        for name, count in BY_DIMENSION.items()
    ]
    share = Fraction(100 * households[NONE], households[TOTAL])
    none = Decimal(_whole(share))
    return (*rows, Row("dimensies", "zonder voorziening", SOURCE, "pct", Decimal(NONE_PCT), none, note=_REGISTER_NOTE))


def published_counts(frame: pd.DataFrame, region: str) -> dict[str, int]:
    """Gives class -> published households of a region, from the table ``stacking`` or ``dimensions``."""
    names = "combination" if "combination" in frame.columns else "dimensions"
    own = frame[(frame["region"] == region) & (frame["status"] == PUBLISHED)]
    return {str(name): int(count) for name, count in zip(own[names], own["households"], strict=True)}


def worked_rows() -> tuple[Row, ...]:
    """Gives the rows of worked examples: households made up as the references say, counted as a release counts.

    No delivery is behind it and nothing is rounded to protect anybody; ``samenloop returns check`` takes the whole way.
    """
    references = shipped_references()
    rows: list[Row] = []
    for area, period in CHECKED:
        known = references.known_by(area, period)
        rates = known[1] if known else {}
        households = {frozenset(name.split("+")): count for name, count in rates.items()}
        counts = _counted("stacking", {frozenset(): 1000 - sum(rates.values()), **households})
        rows += stacking_rows(counts, 0, area, period, references)
    made_up: dict[frozenset[str], int] = {}
    for name, (without, with_debts) in COMPOSITION.items():
        laws = frozenset(() if name == NONE else name.split("+"))
        made_up |= {laws: without, laws | {"SHV"}: with_debts}
    rows += dimension_rows(_counted("dimensions", made_up), 0)
    return tuple(replace(row, note=". ".join(filter(None, (_WORKED_NOTE, row.note)))) for row in rows)


def _counted(table: str, households: Mapping[frozenset[str], int]) -> dict[str, int]:
    """Counts households, given by the domains that they use, with the classes of a table."""
    of = {
        Category(tuple(one for one in DIMENSION_DOMAINS if one in used), (), "0", False): count
        for used, count in households.items()
    }
    categories = tuple(sorted(of))
    counts = np.array([[of[category] for category in categories]], dtype=np.int64)
    cube = BaseCube(RegionTree(f"GM{_BUURT[2:6]}", (_BUURT,)), categories, counts)
    classes = classes_of(table, categories, (*LAWS, "SHV"))
    figures = classes.counted(cube)[COUNTED][0]
    return {key: int(count) for (key,), count in zip(classes.keys, figures, strict=True)}


def _check_complete(households: Mapping[str, int], wanted: tuple[str, ...]) -> None:
    if missing := [name for name in wanted if name not in households]:
        what = f"{len(missing)} of {len(wanted)} counts of the municipality are not published"
        raise RunError("check_incomplete", what, "check a release of a larger municipality")


def _whole(figure: Fraction) -> int:
    return floor(figure + Fraction(1, 2))
