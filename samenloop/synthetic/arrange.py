"""Arranges the provisions of a household so that it uses exactly the laws of its combination in a period."""

from typing import Final

from samenloop.synthetic import costs, providers
from samenloop.synthetic.allocation import LAWS_OF
from samenloop.synthetic.draws import Draws, Weighted
from samenloop.synthetic.people import Household, Nursery, Person
from samenloop.synthetic.providers import Crowds
from samenloop.synthetic.uses import Benefit, Care, DebtHelp, Provision
from schemas.domains import COMBINATIONS
from schemas.period import HalfYear

_PRODUCTS: Final = {
    "jeugd": Weighted(
        {"45": 0.42, "54": 0.2, "33": 0.06, "34": 0.04, "35": 0.06, "43": 0.04, "44": 0.05, "48": 0.05, "50": 0.08}
    ),
    "wmo": Weighted({"01": 0.42, "02": 0.22, "07": 0.1, "11": 0.07, "12": 0.11, "13": 0.05, "15": 0.02, "04": 0.01}),
}
_SCHEMES: Final = Weighted({"P-wet": 0.92, "IOAW": 0.045, "IOAZ": 0.01, "Bbz": 0.025})
_ROWS: Final = Weighted({1: 0.35, 2: 0.25, 6: 0.4})
_PHASES: Final = Weighted(
    {"stabilisatie": 0.2, "begeleiding": 0.25, "schuldregeling": 0.3, "oplossing": 0.15, "nazorg": 0.1}
)
#: Share of households in debt help, in the order of ``COMBINATIONS``: about ten per 1,000 in all, mostly on a benefit.
_IN_DEBT_HELP: Final = dict(zip(COMBINATIONS, (0.001, 0.006, 0.11, 0.006, 0.13, 0.02, 0.1, 0.3), strict=True))
# From one period to the next; together they keep the number about where it is.
_DEBT_HELP_GOES_ON: Final = 0.85
_DEBT_HELP_STARTS: Final = 0.22


class Arranger:
    """Gives households the provisions that belong to their combination.

    Args:
        period: the half-year in which at least one provision per law is active.
        nursery: makes the child that a household without children lacks when it is to use Jeugd.
        crowds: the exceptional households of the municipality.
        draws: the random stream of this neighbourhood's provisions.
    """

    def __init__(self, period: HalfYear, nursery: Nursery, crowds: Crowds, draws: Draws) -> None:
        self._first, self._last = period.first_day.toordinal(), period.last_day.toordinal()
        self._nursery, self._crowds, self._draws = nursery, crowds, draws

    def arrange(self, household: Household, *, settled: bool, debts: bool | None = None) -> None:
        """Starts, continues and stops provisions until the household uses exactly its combination.

        Args:
            household: changed in place; a child joins it when it is to use Jeugd and nobody could.
            settled: the household was there a period earlier, so that debt help goes on rather than starts.
            debts: whether it is in debt help; None leaves it to chance.
        """
        jeugd, pwet, wmo = LAWS_OF[household.combination]
        laws = jeugd + pwet + wmo
        if debts is None:
            household.debt = self._debt_help(household, settled)
        else:
            household.debt = self._new_debt_help(household) if debts else None
        at = costs.level(laws, debts=household.debt is not None)
        wanted = providers.how_many(laws, self._draws, self._crowds) if jeugd or wmo else 0
        used: set[str] = set()
        for source, uses in (("jeugd", jeugd), ("wmo", wmo)):
            share = wanted if jeugd != wmo else (wanted + (source == "wmo")) // 2
            care = self._care(household, source, max(share, 1), used) if uses else None
            if care is not None:
                care.cents = self._cents(care, source, at)
                care.level = at
                if laws == 3:
                    used.update(provision.provider for provision in care.provisions)
            setattr(household, source, care)
        # After the care: that may have brought a child, which makes another benefit.
        household.benefit = self._benefit(household) if pwet else None

    def _cents(self, care: Care, source: str, at: costs.Level) -> int:
        """Gives the cost of care: about what it was while the household stays at its level."""
        if care.level == at:
            return max(round(self._draws.lognormal(care.cents, 0.15)), 5_000)
        return costs.care(source, at, self._draws)

    def _care(self, household: Household, source: str, wanted: int, avoid: set[str]) -> Care:
        care: Care = (household.jeugd if source == "jeugd" else household.wmo) or Care()
        clients = self._clients(household, source)
        bsns = {person.bsn for person in household.members}
        care.provisions = [p for p in map(self._renewed, care.provisions) if p and p.bsn in bsns]
        present = {provision.provider for provision in care.provisions}
        for provider in providers.choose(source, max(wanted - len(present), 0), present | avoid, self._draws):
            for _ in range(2 if self._draws.chance(0.2) else 1):
                care.provisions.append(self._provision(source, provider, self._draws.pick(clients)))
        total = sum(provision.share for provision in care.provisions)
        for provision in care.provisions:
            provision.share /= total
        return care

    def _clients(self, household: Household, source: str) -> list[Person]:
        """Gives who in the household may need this care: children, or the oldest and now and then another adult."""
        if source == "wmo":
            oldest = min(household.members, key=lambda person: person.birth)
            adults = [person for person in household.members if person.age(self._last) >= 18]
            return [oldest, oldest, self._draws.pick(adults or [oldest])]
        children = [person for person in household.members if person.age(self._last) < 18]
        if not children:
            parent = min(household.members, key=lambda person: abs(person.age(self._last) - 38))
            children = [self._nursery.child(parent, 4, 16)]
            household.members.extend(children)
        return children[: 1 + self._draws.chance(0.3)]

    def _provision(self, source: str, provider: str, client: Person) -> Provision:
        draws = self._draws
        begin = (
            self._first - draws.between(10, 1000) if draws.chance(0.85) else draws.between(self._first, self._last - 20)
        )
        begin = max(begin, client.birth)
        end = None
        if draws.chance(0.2):
            end = draws.between(max(begin, self._first), self._last + 200)
        form = "pgb" if draws.chance(0.12) else "zin"
        return Provision(client.bsn, _PRODUCTS[source].draw(draws), form, provider, begin, end, 0.1 + draws.uniform())

    def _renewed(self, provision: Provision) -> Provision | None:
        """Gives a provision of an earlier period as it is now: still running, renewed after its end, or gone."""
        if provision.end is not None and provision.end < self._first:
            if self._draws.chance(0.3):
                return None
            provision.begin, provision.end = provision.end + 1, None
        return provision

    def _benefit(self, household: Household) -> Benefit:
        draws, present = self._draws, household.benefit
        bsns = {person.bsn for person in household.members}
        if present and present.bsn in bsns and present.bsn_partner in bsns | {""}:
            if present.end is not None and present.end < self._first:
                present.begin, present.end = present.end + 1, None
            return present
        adults = [person for person in household.members if person.age(self._last) >= 18] or household.members
        couple = household.kind in ("couple", "family") and len(adults) > 1
        working = [person for person in adults if 19 <= person.age(self._last) < 66] or adults
        # The partners are the first two members of a couple or family.
        claimant, partner = (adults[0], adults[1].bsn) if couple else (draws.pick(working), "")
        code = self._family_code(household, couple)
        begin = (
            self._first - draws.between(1, 1500) if draws.chance(0.9) else draws.between(self._first, self._last - 10)
        )
        end = draws.between(max(begin, self._first) + 10, self._last + 30) if draws.chance(0.1) else None
        monthly = costs.benefit(code, draws)
        return Benefit(claimant.bsn, partner, code, _SCHEMES.draw(draws), begin, end, monthly, _ROWS.draw(draws))

    def _family_code(self, household: Household, couple: bool) -> str:
        if couple:
            return self._draws.pick(("08", "09"))
        if any(person.age(self._last) < 18 for person in household.members):
            return "02"
        return "01" if len(household.members) == 1 else "06"

    def _debt_help(self, household: Household, settled: bool) -> DebtHelp | None:
        draws, present = self._draws, household.debt
        rate = _IN_DEBT_HELP[COMBINATIONS[household.combination]]
        bsns = {person.bsn for person in household.members}
        if present and present.bsn in bsns and draws.chance(_DEBT_HELP_GOES_ON):
            if present.end is None or present.end >= self._first:
                return present
            return None
        if not draws.chance(rate * _DEBT_HELP_STARTS if settled else rate):
            return None
        return self._new_debt_help(household)

    def _new_debt_help(self, household: Household) -> DebtHelp:
        draws = self._draws
        adults = [person for person in household.members if person.age(self._last) >= 18] or household.members
        begin = self._first - draws.between(-120, 700)
        end = draws.between(max(begin, self._first), self._last) if draws.chance(0.15) else None
        return DebtHelp(draws.pick(adults).bsn, _PHASES.draw(draws), begin, end, costs.debt_help(draws))
