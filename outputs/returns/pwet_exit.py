"""Exit from the P-wet: what a municipality no longer pays over seven years, with those who come back set off.

Source of the shipped figures: municipal reports on the P-wet and its pilots, 2010-2019, which state no price level.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Final, Self

from pydantic import Field, model_validator

from outputs.returns.amounts import Exact, Interval, fraction_of, rounded
from outputs.returns.figure_files import rows_of, shipped
from schemas.errors import RunError
from schemas.strict import Strict

#: The schadelastbeperking is the benefit and administration saved over this many years.
HORIZON_YEARS: Final = 7


class ExitRow(Strict):
    """Exit to work or study, and what it saves, by years on benefit.

    Raises:
        pydantic.ValidationError: a figure is out of bounds, or the low share is above the high one.
    """

    uitkeringsjaren: int = Field(ge=1, le=50)
    uitstroom_laag_pct: Decimal = Field(ge=0, le=100)
    uitstroom_hoog_pct: Decimal = Field(ge=0, le=100)
    schadelastbeperking_cent: int = Field(ge=0)

    @model_validator(mode="after")
    def _low_is_not_above_high(self) -> Self:
        if self.uitstroom_laag_pct > self.uitstroom_hoog_pct:
            raise ValueError("uitstroom_laag_pct is above uitstroom_hoog_pct")
        return self


class RelapseRow(Strict):
    """Share of exits that has come back within so many years."""

    binnen_jaren: int = Field(ge=1, le=50)
    terugval_pct: Decimal = Field(ge=0, le=100)


@dataclass(frozen=True)
class RelapseCurve:
    """Cumulative relapse, year by year.

    Raises:
        RunError: ``relapse_curve``: it has no years, skips one, or falls.
    """

    rows: tuple[RelapseRow, ...]

    def __post_init__(self) -> None:
        years = [row.binnen_jaren for row in self.rows]
        shares = [row.terugval_pct for row in self.rows]
        if not years or years != list(range(1, len(years) + 1)) or shares != sorted(shares):
            what = "the relapse curve does not rise year by year from year 1"
            raise RunError("relapse_curve", what, "give one cumulative share per year, in order")

    def within(self, years: int) -> Fraction:
        """Gives the share that is back within so many years; beyond the last one it stays as it is.

        Raises:
            RunError: ``relapse_years``: the number is negative.
        """
        if years < 0:
            raise RunError("relapse_years", "a negative number of years", "count years from the exit")
        return fraction_of(self.rows[min(years, len(self.rows)) - 1].terugval_pct) if years else Fraction(0)

    @property
    def lasting(self) -> Fraction:
        """Share of exits that lasts."""
        return 1 - self.within(len(self.rows))


@dataclass(frozen=True)
class PwetExit:
    """Exit and relapse together.

    Raises:
        RunError: ``pwet_exit_years``: the rows have no years, or one twice.
    """

    rows: tuple[ExitRow, ...]
    relapse: RelapseCurve

    def __post_init__(self) -> None:
        if not self.rows or len({row.uitkeringsjaren for row in self.rows}) < len(self.rows):
            raise RunError("pwet_exit_years", "no rows, or two for one year", "give one row per year on benefit")

    def damage_limitation(self, benefit_years: int, relapse: Exact | None = None) -> Fraction:
        """Gives in cents what one exit saves, after relapse.

        Args:
            benefit_years: how long the person has been on benefit.
            relapse: share that comes back; None: what the curve ends at. With 0 this is the plain saving.

        Raises:
            RunError: ``pwet_exit_unknown``: no row for this duration; ``share_out_of_bounds``.
        """
        share = 1 - self.relapse.lasting if relapse is None else check_share(relapse, "relapse")
        return self._row(benefit_years).schadelastbeperking_cent * (1 - share)

    def expected_exits(self, persons: int, benefit_years: int) -> Interval:
        """Gives how many of these persons exit anyway; the point is the middle of what the source gives.

        Raises:
            RunError: ``persons_negative`` or ``pwet_exit_unknown``.
        """
        if persons < 0:
            raise RunError("persons_negative", "a negative number of persons", "count persons from 0")
        row = self._row(benefit_years)
        low, high = fraction_of(row.uitstroom_laag_pct), fraction_of(row.uitstroom_hoog_pct)
        return Interval(low, (low + high) / 2, high).share(Fraction(persons))

    def _row(self, benefit_years: int) -> ExitRow:
        for row in self.rows:
            if row.uitkeringsjaren == benefit_years:
                return row
        raise RunError("pwet_exit_unknown", "no figure for this time on benefit", "give whole years that the table has")


def attributed(exits: Iterable[tuple[int, int]], table: PwetExit, attribution: Exact) -> int:
    """Gives in cents, rounded once, what exits save after relapse as far as an approach may count it.

    Args:
        exits: pairs of years on benefit and number of exits.
        table: savings and relapse.
        attribution: share of the exits that the approach brought about.

    Raises:
        RunError: ``share_out_of_bounds``, ``exits_negative`` or ``pwet_exit_unknown``.
    """
    counted = list(exits)
    if any(number < 0 for _, number in counted):
        raise RunError("exits_negative", "a negative number of exits", "count exits from 0")
    saved = sum((table.damage_limitation(years) * number for years, number in counted), start=Fraction(0))
    return rounded(saved * check_share(attribution, "attribution"))


def check_share(share: Exact, what: str) -> Fraction:
    """Gives a share as a fraction.

    Raises:
        RunError: ``share_out_of_bounds``: it is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise RunError("share_out_of_bounds", f"{what} is no share between 0 and 1", "give 0.5 for half")
    return Fraction(share)


@cache
def shipped_pwet_exit() -> PwetExit:
    """Gives the figures that come with the product."""
    curve = RelapseCurve(rows_of(shipped("terugval.csv"), RelapseRow, "terugval.csv"))
    return PwetExit(rows_of(shipped("pwet_uitstroom.csv"), ExitRow, "pwet_uitstroom.csv"), curve)
