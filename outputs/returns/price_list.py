"""The prijslijst: what one time, month or year of something costs, of which kind the price is and where it is from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from outputs.returns.figure_files import rows_of, shipped
from schemas.errors import RunError
from schemas.strict import Strict

Unit = Literal["uur", "etmaal", "maand", "stuk", "jaar"]

#: What was paid, a contracted tariff, a norm, or what it costs society: answers to other questions, never one sum.
Kind = Literal["werkelijk", "tarief", "norm", "maatschappelijk"]
Vat = Literal["inclusief", "exclusief", "vrijgesteld", "onbekend"]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Price(Strict):
    """One line of ``prijslijst.csv``; what a source does not state stays empty instead of guessed.

    Attributes:
        code: names the price; may occur again for another term of validity.
        wet: law or domain.
        categorie: what is priced.
        eenheid: one of what.
        bedrag_cent: in whole cents.
        prijspeil_jaar: year of the price level; None where the source has none.
        geldig_van: first day of validity; None: always was.
        geldig_tot: last day of validity, inclusive; None: still is.
        bron: where the price is from.
        bron_url: its address, if any.
        bron_datum: its date, if any.
        soort: kind of price.
        btw: whether VAT is in it.
        toelichting: what a reader has to know.

    Raises:
        pydantic.ValidationError: a field is missing or wrong, or validity ends before it begins.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$")]
    wet: Text
    categorie: Text
    eenheid: Unit
    bedrag_cent: int = Field(ge=0)
    prijspeil_jaar: int | None = Field(default=None, ge=1990, le=2100)
    geldig_van: date | None = None
    geldig_tot: date | None = None
    bron: Text
    bron_url: Text | None = None
    bron_datum: date | None = None
    soort: Kind
    btw: Vat
    toelichting: Text | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.geldig_van and self.geldig_tot and self.geldig_tot < self.geldig_van:
            raise ValueError("geldig_tot lies before geldig_van")
        return self

    @property
    def term(self) -> tuple[date, date]:
        """First and last day of validity."""
        return self.geldig_van or date.min, self.geldig_tot or date.max

    def valid_on(self, day: date) -> bool:
        """Tells whether the price holds on a day."""
        first, last = self.term
        return first <= day <= last

    def overlaps(self, other: "Price") -> bool:
        """Tells whether both are prices of the same thing on some day."""
        (first, last), (other_first, other_last) = self.term, other.term
        return self.code == other.code and first <= other_last and other_first <= last


@dataclass(frozen=True)
class PriceList:
    """Prices of which on every day at most one has a code.

    Raises:
        RunError: ``price_list_empty``; ``price_list_overlap``: two prices of one code hold on one day.
    """

    prices: tuple[Price, ...]

    def __post_init__(self) -> None:
        if not self.prices:
            raise RunError("price_list_empty", "the price list has no prices", "give at least one")
        for one, other in combinations(self.prices, 2):
            if one.overlaps(other):
                what = f"price {one.code}: two prices hold on the same day"
                raise RunError("price_list_overlap", what, "end the one before the other begins")

    def price(self, code: str, on: date | None = None) -> Price:
        """Gives the price of a code, on a day where it has had several.

        Raises:
            RunError: ``price_unknown``: none is in force then; ``price_needs_date``: there are several over time.
        """
        found = [price for price in self.prices if price.code == code and (on is None or price.valid_on(on))]
        if not found:
            raise RunError("price_unknown", f"no price {code} in force", "add it to the price list, with its source")
        if len(found) > 1:
            raise RunError("price_needs_date", f"price {code} changed over time", "say on which day it happened")
        return found[0]


def read_price_list(text: str, what: str = "price list") -> PriceList:
    """Reads the text of a ``prijslijst.csv``.

    Raises:
        RunError: see ``rows_of`` and ``PriceList``.
    """
    return PriceList(rows_of(text, Price, what))


@cache
def shipped_price_list() -> PriceList:
    """Gives the list of social prices that comes with the product."""
    return read_price_list(shipped("prijslijst.csv"), "prijslijst.csv")


def check_one_kind(prices: Iterable[Price]) -> Kind:
    """Gives the kind that all prices share.

    Raises:
        RunError: ``price_kinds_mixed``: they do not; ``price_nothing``: there are none.
    """
    kinds = sorted({price.soort for price in prices})
    if not kinds:
        raise RunError("price_nothing", "there is nothing to price", "give at least one event")
    if len(kinds) > 1:
        what = f"prices of different kinds in one total: {', '.join(kinds)}"
        raise RunError("price_kinds_mixed", what, "make a total per kind of price")
    return kinds[0]
