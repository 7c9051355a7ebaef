"""The reference table: published rates of areas to compare with, read strictly or refused."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from outputs.returns.figure_files import rows_of
from outputs.returns.price_list import Text
from schemas.domains import COMBINATIONS
from schemas.errors import RunError
from schemas.period import HalfYear
from schemas.strict import Strict

#: The indicator that has our definition: households by exact combination of laws in a half-year.
STACKING: Final = "stapeling"
COMBINED: Final = COMBINATIONS[1:]

_FILE: Final = "vergelijking.csv"


class ReferenceRate(Strict):
    """One published rate per 1,000.

    Attributes:
        gebied: the Netherlands, a municipality or a region.
        periode: half-year such as ``2017H2``, or a year.
        indicator: ``stapeling`` is households by exact combination of laws; anything else is kept and not compared.
        combinatie: exact combination of laws; with ``stapeling`` only.
        per_1000: the rate, in whole numbers.
        bron: where it is published.
        bron_datum: when, if known.
        bron_url: its address, if known.
        eenheid: what is counted per 1,000 of the same; persons and households are never compared.
        toelichting: what a reader has to know.

    Raises:
        pydantic.ValidationError: a combination is unknown, or given where the indicator has none.
    """

    gebied: Text
    periode: Annotated[str, StringConstraints(pattern=r"^\d{4}(H[12])?$")]
    indicator: Text
    combinatie: Text | None
    per_1000: int = Field(ge=0, le=1000)
    bron: Text
    bron_datum: date | None
    bron_url: Text | None
    eenheid: Literal["huishoudens", "personen"]
    toelichting: Text | None

    @model_validator(mode="after")
    def _combination_with_stacking(self) -> Self:
        if self.combinatie not in (COMBINED if self.indicator == STACKING else (None,)):
            raise ValueError("combinatie: an exact combination of laws with stapeling, empty with anything else")
        return self

    @property
    def comparable(self) -> bool:
        """Whether it has our definition: households, by combination, in a half-year."""
        return self.indicator == STACKING and self.eenheid == "huishoudens" and "H" in self.periode


@dataclass(frozen=True)
class References:
    """A reference table.

    Raises:
        RunError: ``reference_twice``: two rates are about the same; ``reference_sum``: the combinations of an area
            add up to more than all households.
    """

    rates: tuple[ReferenceRate, ...]

    def __post_init__(self) -> None:
        keys = Counter((one.gebied, one.periode, one.indicator, one.combinatie, one.eenheid) for one in self.rates)
        if max(keys.values(), default=0) > 1:
            raise RunError("reference_twice", "two reference rates are about the same", "keep one of them")
        sums = Counter[tuple[str, str]]()
        for one in self.rates:
            if one.comparable:
                sums[one.gebied, one.periode] += one.per_1000
        # Seven rates, each rounded to a whole number, can be seven halves above their sum.
        if max(sums.values(), default=0) > 1003:
            raise RunError(
                "reference_sum", "the combinations of an area add up to more than 1,000", "correct the table"
            )

    @property
    def areas(self) -> tuple[str, ...]:
        """Areas with a comparable rate, in the order of the table."""
        return tuple(dict.fromkeys(one.gebied for one in self.rates if one.comparable))

    def known_by(self, area: str, period: HalfYear) -> tuple[HalfYear, dict[str, int]] | None:
        """Gives the rates by combination of this period or else of the nearest earlier one, and which period it is."""
        own = [one for one in self.rates if one.comparable and one.gebied == area]
        periods = [found for found in (HalfYear.parse(one.periode) for one in own) if found <= period]
        if not periods:
            return None
        latest = max(periods)
        return latest, {str(one.combinatie): one.per_1000 for one in own if one.periode == str(latest)}


def read_references(text: str, what: str = _FILE) -> References:
    """Reads a reference table: CSV (``;``, header, empty = missing) with the columns of ``ReferenceRate``.

    Raises:
        RunError: ``figures_columns`` or ``figures_invalid``: columns or a row are wrong; see also ``References``.
    """
    return References(rows_of(text, ReferenceRate, what))


def shipped_references() -> References:
    """Gives the table that comes with the product: the Netherlands and Zoetermeer."""
    return read_references(files("outputs.comparison").joinpath("figures", _FILE).read_text(encoding="utf-8"))
