"""The business case of a pilot: outcomes x unit value x attribution - cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Self

from pydantic import Field, model_validator

from outputs.returns.amounts import Exact, fraction_of, rounded
from outputs.returns.figure_files import document_of, shipped
from outputs.returns.price_list import Kind, Text
from outputs.returns.pwet_exit import check_share
from schemas.errors import RunError
from schemas.strict import Strict


class Baat(Strict):
    """A benefit of a pilot.

    Attributes:
        naam: what was reached.
        aantal: how often.
        bedrag_cent: what one is worth.
        verrekend_pct: share of the amount that saves the municipality something: of income, what is set off against
            the benefit.
        toerekening_pct: share that the pilot may count as its own; None where the source counts all of it.
        terugval_pct: relapse that the amount already counts; None where relapse plays no part.
        soort: kind of price.
        prijspeil_jaar: None where the source has none.
    """

    naam: Text
    aantal: Decimal = Field(ge=0)
    bedrag_cent: int = Field(ge=0)
    verrekend_pct: Decimal = Field(default=Decimal(100), ge=0, le=100)
    toerekening_pct: Decimal | None = Field(default=None, ge=0, le=100)
    terugval_pct: Decimal | None = Field(default=None, ge=0, lt=100)
    soort: Kind
    prijspeil_jaar: int | None = Field(default=None, ge=1990, le=2100)

    def gross(self, relapse: Fraction | None = None) -> Fraction:
        """Gives number times amount in cents, with another relapse than the amount counts where one is given."""
        amount = Fraction(self.aantal) * self.bedrag_cent
        if relapse is None or self.terugval_pct is None:
            return amount
        return amount * (1 - relapse) / (1 - fraction_of(self.terugval_pct))

    def counted(self, attribution: Fraction | None = None, relapse: Fraction | None = None) -> Fraction:
        """Gives in cents what the pilot may count, with another attribution or relapse where one is given."""
        saved = self.gross(relapse) * fraction_of(self.verrekend_pct)
        if self.toerekening_pct is None:
            return saved
        return saved * (fraction_of(self.toerekening_pct) if attribution is None else attribution)


class Uitgave(Strict):
    """A cost of a pilot."""

    naam: Text
    bedrag_cent: int = Field(ge=0)
    soort: Kind


class Pilot(Strict):
    """A pilot with its benefits and costs.

    Raises:
        pydantic.ValidationError: a field is wrong, or two benefits or two costs have one name.
        RunError: ``price_kinds_mixed``: benefits are not all of one kind of price, or costs are not.
    """

    naam: Text
    periode: Text
    bron: Text
    baten: tuple[Baat, ...] = Field(min_length=1)
    kosten: tuple[Uitgave, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_and_kinds(self) -> Self:
        for lines in (self.baten, self.kosten):
            if len({line.naam for line in lines}) < len(lines):
                raise ValueError("two lines have one name")
            if len({line.soort for line in lines}) > 1:
                what = "prices of different kinds in one total of a pilot"
                raise RunError("price_kinds_mixed", what, "make a business case per kind of price")
        return self

    def price_kinds(self) -> tuple[Kind, Kind]:
        """Gives the kind of the benefits and that of the costs, to be said beside the balance."""
        return self.baten[0].soort, self.kosten[0].soort


@dataclass(frozen=True)
class BusinessCase:
    """What came out; amounts in cents, each line rounded once and the totals their sums.

    Attributes:
        benefits: benefit -> cents that the pilot may count.
        costs: cost -> cents.
    """

    benefits: dict[str, int]
    costs: dict[str, int]

    @property
    def benefit(self) -> int:
        """All benefits."""
        return sum(self.benefits.values())

    @property
    def cost(self) -> int:
        """All costs."""
        return sum(self.costs.values())

    @property
    def balance(self) -> int:
        """Benefits less costs."""
        return self.benefit - self.cost


def business_case(pilot: Pilot, attribution: Exact | None = None, relapse: Exact | None = None) -> BusinessCase:
    """Gives the business case of a pilot.

    Args:
        pilot: its benefits and costs.
        attribution: share counted of every benefit that has an attribution; None: what the pilot says per benefit.
        relapse: share of outcomes that does not last; None: what the amounts already count.

    Raises:
        RunError: ``share_out_of_bounds``.
    """
    counted = None if attribution is None else check_share(attribution, "attribution")
    fallen = None if relapse is None else check_share(relapse, "relapse")
    return BusinessCase(
        {baat.naam: rounded(baat.counted(counted, fallen)) for baat in pilot.baten},
        {uitgave.naam: uitgave.bedrag_cent for uitgave in pilot.kosten},
    )


class _Pilots(Strict):
    pilots: tuple[Pilot, ...] = Field(min_length=1)


def read_pilots(text: str, what: str = "pilots") -> dict[str, Pilot]:
    """Reads the YAML of pilots: name -> pilot.

    Raises:
        RunError: ``figures_invalid``, ``price_kinds_mixed``, or ``pilot_twice``: two pilots have one name.
    """
    pilots = document_of(text, _Pilots, what).pilots
    named = {pilot.naam: pilot for pilot in pilots}
    if len(named) < len(pilots):
        raise RunError("pilot_twice", f"{what}: two pilots have one name", "give every pilot a name of its own")
    return named


@cache
def shipped_pilots() -> Mapping[str, Pilot]:
    """Gives the worked business cases that come with the product."""
    return MappingProxyType(read_pilots(shipped("pilots.yaml"), "pilots.yaml"))
