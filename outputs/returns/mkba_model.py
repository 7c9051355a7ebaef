"""The MKBA as data: assumptions with source and interval, and posts that are products of them."""

from decimal import Decimal
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from outputs.returns.figure_files import document_of, shipped
from outputs.returns.price_list import Text
from schemas.strict import Strict

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,60}$")]
Side = Literal["kosten", "baten"]
Term = Literal["kort", "lang", "immaterieel"]


class Aanname(Strict):
    """An assumption.

    Attributes:
        naam: by which posts name it.
        wat: what it says.
        eenheid: ``cent`` is money, of which a post has exactly one.
        waarde: the point.
        laag: lower bound.
        hoog: upper bound.
        bron: where the point is from.
        bron_interval: on what the bounds rest.

    Raises:
        pydantic.ValidationError: a field is wrong, or the point lies outside its bounds.
    """

    naam: Name
    wat: Text
    eenheid: Literal["cent", "aantal", "pct", "jaar", "factor"]
    waarde: Decimal
    laag: Decimal
    hoog: Decimal
    bron: Text
    bron_interval: Text

    @model_validator(mode="after")
    def _point_is_inside(self) -> Self:
        if not self.laag <= self.waarde <= self.hoog:
            raise ValueError("the point lies outside its bounds")
        return self


class Post(Strict):
    """A cost or a benefit: the product of its assumptions, borne or gained by parties in shares.

    Attributes:
        code: number of the post.
        groep: post of which this is a part; its own code where it is whole.
        wat: what it is.
        kant: cost or benefit.
        termijn: of a benefit.
        dragers: party -> percentage of the post; together 100.
        factoren: names of assumptions, multiplied.
        jaren: first and last year, counted from the start, in which it comes back each year; None: the amount
            already is a present value and is never discounted.

    Raises:
        pydantic.ValidationError: a field is wrong or contradicts another.
    """

    code: Text
    groep: Text
    wat: Text
    kant: Side
    termijn: Term | None = None
    dragers: dict[Text, Annotated[Decimal, Field(gt=0, le=100)]]
    factoren: tuple[Name, ...] = Field(min_length=1)
    jaren: tuple[int, int] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.kant == "baten") != (self.termijn is not None):
            raise ValueError("a benefit has a term, and a cost has none")
        if sum(self.dragers.values()) != 100:
            raise ValueError("the shares of the parties are not 100 together")
        if self.jaren and not 0 <= self.jaren[0] <= self.jaren[1] <= 100:
            raise ValueError("years run from the first to the last, within 0 to 100")
        return self


class Verschil(Strict):
    """A difference that the approach makes, other than money: the product of its assumptions."""

    wat: Text
    factoren: tuple[Name, ...] = Field(min_length=1)


class Mkba(Strict):
    """A whole model.

    Attributes:
        discontovoet: name of the assumption with the yearly rate in percent; None: nothing is discounted.
        prijspeil_jaar: None where the source has none.
        bron_dragers: on what the division among parties rests.

    Raises:
        pydantic.ValidationError: a name occurs twice or is unknown, a post has not exactly one factor in cents, or
            the rate is no percentage or negative.
    """

    naam: Text
    bron: Text
    prijspeil_jaar: int | None = Field(default=None, ge=1990, le=2100)
    discontovoet: Name | None = None
    bron_dragers: Text
    aannames: tuple[Aanname, ...] = Field(min_length=1)
    posten: tuple[Post, ...] = Field(min_length=1)
    verschillen: tuple[Verschil, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        units = {one.naam: one.eenheid for one in self.aannames}
        used = {name for post in self.posten for name in post.factoren}
        used |= {name for one in self.verschillen for name in one.factoren}
        if len(units) < len(self.aannames) or len({post.code for post in self.posten}) < len(self.posten):
            raise ValueError("an assumption or a post occurs twice")
        if used - set(units):
            raise ValueError(f"{len(used - set(units))} factor(s) are no assumption")
        if any([units[name] for name in post.factoren].count("cent") != 1 for post in self.posten):
            raise ValueError("a post has exactly one factor in cents")
        if any("cent" in [units[name] for name in one.factoren] for one in self.verschillen):
            raise ValueError("a difference has no factor in cents")
        if self.discontovoet and (units.get(self.discontovoet) != "pct" or self.assumption(self.discontovoet).laag < 0):
            raise ValueError("discontovoet is no assumption in percent, of 0 or more")
        return self

    def assumption(self, name: str) -> Aanname:
        """Gives the assumption of a name that the model has."""
        return next(one for one in self.aannames if one.naam == name)


def read_mkba(text: str, what: str = "mkba") -> Mkba:
    """Reads the YAML of a model.

    Raises:
        RunError: ``figures_invalid``.
    """
    return document_of(text, Mkba, what)


@cache
def worked_municipality() -> Mkba:
    """Gives the worked municipality that comes with the product."""
    return read_mkba(shipped("mkba.yaml"), "mkba.yaml")
