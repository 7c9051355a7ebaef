"""The MKBA: posts, totals, balance and returns as intervals in cents, and who pays and who gains."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from outputs.returns.amounts import Interval, fraction_of, product, total
from outputs.returns.mkba_model import Mkba, Post, Side, Term
from schemas.errors import RunError

#: The exact factor of an assumption by its name: a percentage is a fraction of one.
Factors = dict[str, Interval]


@dataclass(frozen=True)
class Bearer:
    """What a party pays and gains."""

    name: str
    cost: Interval
    benefit: Interval

    @property
    def balance(self) -> Interval:
        """What is left."""
        return self.benefit - self.cost


@dataclass(frozen=True)
class MkbaOutcome:
    """Posts with their values, exact; the bounds take every assumption at its worst or best at once.

    Attributes:
        posts: in the order of the model.
        differences: what changes other than money.

    Raises:
        RunError: ``mkba_no_cost``: costs can be 0 or less, so that there is no return on them.
    """

    posts: tuple[tuple[Post, Interval], ...]
    differences: tuple[tuple[str, Interval], ...]

    def __post_init__(self) -> None:
        if self.cost.low <= 0:
            raise RunError("mkba_no_cost", "the costs can be 0 or less", "give the costs of the approach")

    @property
    def cost(self) -> Interval:
        """All costs."""
        return self.side("kosten")

    @property
    def benefit(self) -> Interval:
        """All benefits."""
        return self.side("baten")

    @property
    def balance(self) -> Interval:
        """Benefits less costs."""
        return self.benefit - self.cost

    @property
    def social_return(self) -> Interval:
        """Balance per euro of cost."""
        return self._return_on(self.benefit)

    @property
    def financial_return(self) -> Interval:
        """Balance without immaterial benefits, per euro of cost."""
        return self._return_on(total([self.term("kort"), self.term("lang")]))

    def side(self, side: Side) -> Interval:
        """Gives all costs or all benefits."""
        return self._sum(lambda post: post.kant == side)

    def term(self, term: Term) -> Interval:
        """Gives the benefits of a term."""
        return self._sum(lambda post: post.termijn == term)

    def group(self, group: str) -> Interval:
        """Gives a post with its parts.

        Raises:
            RunError: ``mkba_no_group``.
        """
        if not any(post.groep == group for post, _ in self.posts):
            raise RunError("mkba_no_group", "no post of this group", "name a group of the model")
        return self._sum(lambda post: post.groep == group)

    def bearers(self) -> tuple[Bearer, ...]:
        """Gives every party, by name; together they pay all costs and gain all benefits."""
        names = sorted({name for post, _ in self.posts for name in post.dragers})
        return tuple(Bearer(name, self._borne(name, "kosten"), self._borne(name, "baten")) for name in names)

    def _borne(self, name: str, side: Side) -> Interval:
        return total(
            [value.share(fraction_of(post.dragers.get(name, 0))) for post, value in self.posts if post.kant == side]
        )

    def _sum(self, wanted: Callable[[Post], bool]) -> Interval:
        return total([value for post, value in self.posts if wanted(post)])

    def _return_on(self, benefit: Interval) -> Interval:
        # Falls with the cost where the benefit is above 0 and rises with it where it is below.
        corners = [gain / cost - 1 for gain in (benefit.low, benefit.high) for cost in (self.cost.low, self.cost.high)]
        return Interval(min(corners), benefit.point / self.cost.point - 1, max(corners))


def outcome(mkba: Mkba) -> MkbaOutcome:
    """Gives what the model comes to.

    Raises:
        RunError: ``mkba_no_cost``.
    """
    factors = factors_of(mkba)
    return MkbaOutcome(
        tuple((post, value_of(post, factors, mkba.discontovoet)) for post in mkba.posten),
        tuple((one.wat, product([factors[name] for name in one.factoren])) for one in mkba.verschillen),
    )


def factors_of(mkba: Mkba) -> Factors:
    """Gives every assumption as a factor."""
    scale = {one.naam: 100 if one.eenheid == "pct" else 1 for one in mkba.aannames}
    return {
        one.naam: Interval(*(Fraction(bound) / scale[one.naam] for bound in (one.laag, one.waarde, one.hoog)))
        for one in mkba.aannames
    }


def value_of(post: Post, factors: Factors, rate: str | None) -> Interval:
    """Gives the present value of a post in cents."""
    amount = product([factors[name] for name in post.factoren])
    if post.jaren is None:
        return amount
    yearly = factors[rate] if rate else Interval.of(0)
    bounds = (present_value_years(post.jaren, each) for each in (yearly.high, yearly.point, yearly.low))
    return amount * Interval(*bounds)


def present_value_years(years: tuple[int, int], rate: Fraction) -> Fraction:
    """Gives how many amounts of today equal one amount in each of these years; year 0 is not discounted."""
    first, last = years
    return sum((1 / (1 + rate) ** year for year in range(first, last + 1)), start=Fraction(0))
