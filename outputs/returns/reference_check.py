"""Every reference figure beside ours: the shipped ones on returns, and rows that other parts of the product add."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import Final, Literal

from pydantic import Field

from outputs.returns.amounts import Exact, rounded
from outputs.returns.business_case import business_case, shipped_pilots
from outputs.returns.figure_files import rows_of, shipped
from outputs.returns.mkba import outcome
from outputs.returns.mkba_model import worked_municipality
from outputs.returns.price_list import Text, shipped_price_list
from outputs.returns.priced_events import cost_of, eviction_cases
from outputs.returns.pwet_exit import shipped_pwet_exit
from schemas.errors import RunError
from schemas.strict import Strict

Unit = Literal["EUR", "EUR 1.000", "pct", "aantal"]

#: What one unit is in our own figures: cents, fractions and numbers.
_SCALE: Final[dict[Unit, Fraction]] = {
    "EUR": Fraction(100),
    "EUR 1.000": Fraction(100_000),
    "pct": Fraction(1, 100),
    "aantal": Fraction(1),
}


class Reference(Strict):
    """A published figure.

    Attributes:
        figuur: names the figure of ours that it is about.
        onderdeel: part of the product.
        wat: what it is.
        bron: where it is published.
        eenheid: in which unit, in whole numbers.
        referentie: the figure.
        marge: largest difference that rounding in the source explains.
        toelichting: what a reader has to know.
    """

    figuur: Text
    onderdeel: Text
    wat: Text
    bron: Text
    eenheid: Unit
    referentie: int
    marge: int = Field(ge=0)
    toelichting: Text | None = None


@dataclass(frozen=True)
class Row:
    """A reference figure beside ours.

    Attributes:
        part: part of the product.
        what: what it is.
        source: where the reference is published.
        unit: unit of both.
        reference: the published figure.
        ours: what the product comes to, in as many digits as the reference has.
        margin: largest difference that rounding in the source, or in what we publish, explains.
        note: what a reader has to know.
    """

    part: str
    what: str
    source: str
    unit: str
    reference: Decimal
    ours: Decimal
    margin: Decimal = Decimal(0)
    note: str = ""

    @property
    def equal(self) -> bool:
        """Whether both are the same to the last digit."""
        return self.ours == self.reference

    @property
    def verdict(self) -> Literal["gelijk", "afronding", "verschil"]:
        """Equal, apart by no more than rounding explains, or different."""
        if self.equal:
            return "gelijk"
        return "afronding" if abs(self.ours - self.reference) <= self.margin else "verschil"


def reference_rows(extra: Iterable[Row] = ()) -> tuple[Row, ...]:
    """Gives all rows: those on returns, then those of other parts in the order in which they are given.

    Raises:
        RunError: see ``compare``.
    """
    references = rows_of(shipped("referentie.csv"), Reference, "referentie.csv")
    return (*compare(references, our_figures()), *extra)


def compare(references: Iterable[Reference], ours: Mapping[str, Exact]) -> tuple[Row, ...]:
    """Gives a row per reference.

    Args:
        references: published figures.
        ours: name of the figure -> ours: money in cents, shares as fractions of one.

    Raises:
        RunError: ``reference_unknown``: a reference is about no figure of ours.
    """
    return tuple(_row(reference, ours) for reference in references)


def our_figures() -> dict[str, Exact]:
    """Gives the name of each of our figures on returns, and the figure."""
    return dict(chain(_price_list(), _pwet_exit(), _pilots(), _mkba()))


def _row(reference: Reference, ours: Mapping[str, Exact]) -> Row:
    if reference.figuur not in ours:
        what = f"no figure {reference.figuur} to hold the reference against"
        raise RunError("reference_unknown", what, "name a figure that the product makes")
    return Row(
        part=reference.onderdeel,
        what=reference.wat,
        source=reference.bron,
        unit=reference.eenheid,
        reference=Decimal(reference.referentie),
        ours=Decimal(rounded(Fraction(ours[reference.figuur]) / _SCALE[reference.eenheid])),
        margin=Decimal(reference.marge),
        note=reference.toelichting or "",
    )


def _price_list() -> Iterable[tuple[str, Exact]]:
    prices = shipped_price_list()
    for price in prices.prices:
        yield f"prijs {price.code}", price.bedrag_cent
    costs = {case: cost_of(events, prices).cents for case, events in eviction_cases().items()}
    for case, cents in costs.items():
        yield f"ontruiming {case}", cents
    yield "ontruiming totaal", sum(costs.values())


def _pwet_exit() -> Iterable[tuple[str, Exact]]:
    table = shipped_pwet_exit()
    for row in table.rows:
        yield f"pwet {row.uitkeringsjaren}", table.damage_limitation(row.uitkeringsjaren)


def _pilots() -> Iterable[tuple[str, Exact]]:
    for name, pilot in shipped_pilots().items():
        case = business_case(pilot)
        yield from ((f"pilot {name} {benefit}", cents) for benefit, cents in case.benefits.items())
        yield f"pilot {name} kosten", case.cost
        yield f"pilot {name} saldo", case.balance


def _mkba() -> Iterable[tuple[str, Exact]]:
    found = outcome(worked_municipality())
    yield from ((f"mkba post {post.code}", value.point) for post, value in found.posts)
    for group in sorted({post.groep for post, _ in found.posts}):
        yield f"mkba groep {group}", found.group(group).point
    yield from (("mkba kosten", found.cost.point), ("mkba baten", found.benefit.point))
    yield from ((f"mkba {term}", found.term(term).point) for term in ("kort", "lang", "immaterieel"))
    yield "mkba saldo", found.balance.point
    yield "mkba financieel rendement", found.financial_return.point
    yield "mkba maatschappelijk rendement", found.social_return.point
    yield from ((f"mkba verschil {what}", value.point) for what, value in found.differences)
