"""Counted events at list prices: what a case costs, and what it costs more or less than an alternative."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from types import MappingProxyType

from pydantic import Field

from outputs.returns.amounts import rounded
from outputs.returns.figure_files import rows_of, shipped
from outputs.returns.price_list import Kind, Price, PriceList, Text, check_one_kind
from schemas.errors import RunError
from schemas.strict import Strict


class Event(Strict):
    """Something that happened so many times, or for so many months or years.

    Attributes:
        code: its price.
        aantal: how many of the unit of the price.
        op: day whose price counts; None where the price never changed.
    """

    code: str
    aantal: Decimal = Field(ge=0, le=1_000_000)
    op: date | None = None


@dataclass(frozen=True)
class PricedEvent:
    """An event beside its price."""

    price: Price
    aantal: Decimal

    @property
    def cents(self) -> int:
        """Price times number, rounded to a cent per event."""
        return rounded(self.price.bedrag_cent * self.aantal)


@dataclass(frozen=True)
class Cost:
    """Priced events of one kind of price.

    Raises:
        RunError: ``price_kinds_mixed`` or ``price_nothing``.
    """

    lines: tuple[PricedEvent, ...]

    def __post_init__(self) -> None:
        check_one_kind(line.price for line in self.lines)

    @property
    def kind(self) -> Kind:
        """The kind of all prices in it."""
        return check_one_kind(line.price for line in self.lines)

    @property
    def cents(self) -> int:
        """Sum of the lines."""
        return sum(line.cents for line in self.lines)

    @property
    def price_years(self) -> tuple[int | None, ...]:
        """Price levels in it; None is a price whose source states no year. Nothing is indexed."""
        years = {line.price.prijspeil_jaar for line in self.lines}
        return (*sorted(year for year in years if year is not None), *((None,) if None in years else ()))

    def by_domain(self) -> dict[str, int]:
        """Gives the cents per law or domain; they add up to the total."""
        lines = sorted(self.lines, key=lambda line: line.price.wet)
        return {
            wet: sum(line.cents for line in group) for wet, group in groupby(lines, key=lambda line: line.price.wet)
        }


def cost_of(events: Iterable[Event], prices: PriceList) -> Cost:
    """Gives the cost of events.

    Raises:
        RunError: ``price_unknown``, ``price_needs_date``, ``price_kinds_mixed`` or ``price_nothing``.
    """
    return Cost(tuple(PricedEvent(prices.price(event.code, event.op), event.aantal) for event in events))


def saving(case: Cost, alternative: Cost) -> int:
    """Gives in cents how much less the alternative costs than the case; negative where it costs more.

    Raises:
        RunError: ``price_kinds_mixed``: the two are priced in different ways.
    """
    check_one_kind([line.price for cost in (case, alternative) for line in cost.lines])
    return case.cents - alternative.cents


class CaseEvent(Strict):
    """An event of one case out of a file of cases."""

    geval: Text
    code: str
    aantal: Decimal = Field(ge=0, le=1_000_000)


@cache
def eviction_cases() -> Mapping[str, tuple[Event, ...]]:
    """Gives the worked eviction cases that come with the product: case -> events."""
    return MappingProxyType(cases_of(rows_of(shipped("ontruimingen.csv"), CaseEvent, "ontruimingen.csv")))


def cases_of(rows: Sequence[CaseEvent]) -> dict[str, tuple[Event, ...]]:
    """Gives case -> events.

    Raises:
        RunError: ``case_event_twice``: a case has two rows for one price.
    """
    if len({(row.geval, row.code) for row in rows}) < len(rows):
        raise RunError("case_event_twice", "a case names one price more than once", "give the sum of the numbers")
    names = sorted({row.geval for row in rows})
    return {name: tuple(Event(code=row.code, aantal=row.aantal) for row in rows if row.geval == name) for name in names}
