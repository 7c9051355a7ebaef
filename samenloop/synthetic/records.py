"""Rows of the domain files before anybody spells them: what is recorded about whom, and what it costs in a period."""

from collections.abc import Iterator
from dataclasses import dataclass

from samenloop.synthetic.draws import Draws
from samenloop.synthetic.people import Household, iso
from samenloop.synthetic.uses import Benefit, Care, DebtHelp, Provision
from schemas.period import HalfYear

_DAYS_PER_MONTH = 365 / 12
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Record:
    """One row of jeugd, wmo, pwet or shv.

    Attributes:
        source: the file it belongs to.
        bsn: whom it is about.
        second: the second column: date of birth, or for pwet the BSN of the partner.
        codes: the columns between address and begin.
        begin: first day.
        end: last day, included, or None.
        cents: amount, negative for a credit; None for no amount.
        paid_from: first day of the amount.
        paid_until: last day of the amount, included.
    """

    source: str
    bsn: str
    second: str
    codes: tuple[str, ...]
    begin: int
    end: int | None
    cents: int | None = None
    paid_from: int = 0
    paid_until: int = 0

    def cells(self, bsn: str, address: tuple[str, ...]) -> tuple[str, ...]:
        """Gives the row with this spelling of BSN and address, in the canonical order of columns."""
        span = (iso(self.begin), "" if self.end is None else iso(self.end))
        cost = ("", "", "") if self.cents is None else (str(self.cents), iso(self.paid_from), iso(self.paid_until))
        return (bsn, self.second, *address, *self.codes, *span, *cost)

    def cost_in(self, period: HalfYear) -> int:
        """Gives the cost in a period in cents: by days, halves away from zero."""
        if self.cents is None:
            return 0
        first = max(self.paid_from, period.first_day.toordinal())
        last = min(self.paid_until, period.last_day.toordinal())
        days = self.paid_until - self.paid_from + 1
        inside = max(last - first + 1, 0)
        size = (2 * abs(self.cents) * inside + days) // (2 * days)
        return size if self.cents > 0 else -size


def household_records(household: Household, period: HalfYear, draws: Draws) -> Iterator[Record]:
    """Gives the rows of everything the household uses in the period; every law it uses has an active row."""
    births = {person.bsn: iso(person.birth) for person in household.members}
    if household.jeugd:
        yield from _care("jeugd", household.jeugd, births, period, draws)
    if household.wmo:
        yield from _care("wmo", household.wmo, births, period, draws)
    if household.benefit:
        yield from _benefit(household.benefit, period)
    if household.debt:
        yield _debt_help(household.debt, births, period)


def _care(source: str, care: Care, births: dict[str, str], period: HalfYear, draws: Draws) -> Iterator[Record]:
    for provision in care.provisions:
        codes = (provision.product, provision.form, provision.provider)
        start = Record(source, provision.bsn, births[provision.bsn], codes, provision.begin, provision.end)
        for cents, since, until in _payments(provision, round(care.cents * provision.share), period, draws):
            yield Record(source, start.bsn, start.second, codes, start.begin, start.end, cents, since, until)


def _payments(provision: Provision, cents: int, period: HalfYear, draws: Draws) -> tuple[tuple[int, int, int], ...]:
    """Gives amounts with their first and last day that cost about these cents in the period, in one of three habits."""
    first, last = period.first_day.toordinal(), period.last_day.toordinal()
    since = max(provision.begin, first)
    until = last if provision.end is None else min(provision.end, last)
    habit = draws.uniform()
    if habit < 0.25:
        # One amount for a year or so around the period: only the days inside it count.
        early = since - draws.between(0, 180) if provision.begin < first else since
        late = until + draws.between(1, 180) if until == last else until
        return ((round(cents * (late - early + 1) / (until - since + 1)), early, late),)
    if habit < 0.4 and until - since > 60:
        middle = (since + until) // 2
        return (cents // 2, since, middle), (cents - cents // 2, middle + 1, until)
    return ((cents, since, until),)


def _benefit(benefit: Benefit, period: HalfYear) -> Iterator[Record]:
    first, last = period.first_day.toordinal(), period.last_day.toordinal()
    since = max(benefit.begin, first)
    until = last if benefit.end is None else min(benefit.end, last)
    codes = (benefit.family_code, benefit.scheme)
    step = max((until - since + 1) / benefit.rows, 1)
    low = since
    for row in range(benefit.rows):
        high = until if row == benefit.rows - 1 else min(round(since + (row + 1) * step) - 1, until)
        if low > high:
            break
        cents = round(benefit.monthly * (high - low + 1) / _DAYS_PER_MONTH)
        yield Record("pwet", benefit.bsn, benefit.bsn_partner, codes, benefit.begin, benefit.end, cents, low, high)
        low = high + 1


def _debt_help(debt: DebtHelp, births: dict[str, str], period: HalfYear) -> Record:
    since = max(debt.begin, period.first_day.toordinal())
    reason = "" if debt.end is None else "Afgerond"
    until = since + _YEAR - 1 if debt.end is None else max(debt.end, since)
    days = min(until, period.last_day.toordinal()) - since + 1
    cents = round(debt.cents * (until - since + 1) / days)
    return Record("shv", debt.bsn, births[debt.bsn], (debt.phase, reason), debt.begin, debt.end, cents, since, until)
