"""Which costs may not be known: too few contributors, or one that holds too much or can be estimated by another.

Sources: Hundepohl et al., Statistical Disclosure Control (2012), chapter 4, on the p% rule and dominance; what happens
at exactly the limit is that of GaussSuppression (Statistics Norway): a share of exactly ``dominance_pct`` is sensitive,
a remainder of exactly ``p_pct`` percent is not. With credits, contributions are absolute and the cost is their sum as
it is printed, which is never the milder choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from outputs.disclosure.exactness import Flags
from outputs.regions import Figures
from outputs.true_tables import TrueTable
from schemas.disclosure_policy import DisclosurePolicy


@dataclass(frozen=True, eq=False, repr=False)
class Contributions:
    """Who stands behind costs: one number per cell each; money in euro cents.

    Attributes:
        households: their number.
        cost: the cost itself, providers or not.
        largest, second: absolute cost of the two largest households.
        provider_cost: cost of records that name a provider.
        provider_largest, provider_second: absolute cost of the two largest providers; 0 where none is named.
    """

    households: Figures
    cost: Figures
    largest: Figures
    second: Figures
    provider_cost: Figures
    provider_largest: Figures
    provider_second: Figures

    @classmethod
    def of(cls, table: TrueTable, rows: Figures) -> "Contributions":
        """Gives the figures of some rows of the table of costs, row after row."""
        names = [one.name if one.name == "households" else f"{one.name}_cent" for one in fields(cls)]
        return cls(*(table.figures[name][rows].ravel() for name in names))

    @property
    def lone(self) -> Flags:
        """Tells which cells have one contributor, a household or a provider, that thereby knows the whole cost."""
        whole = (self.provider_cost == self.cost) & (self.provider_largest == abs(self.cost))
        flags: Flags = (self.households == 1) | (whole & (self.provider_largest > 0) & (self.provider_second == 0))
        return flags

    def together(self, cells: Sequence[int], *, disjoint: bool) -> "Contributions":
        """Gives the sum of some cells as one figure, its contributors taken at their most revealing.

        Args:
            cells: their numbers.
            disjoint: whether no household contributes to two of them; else each of the largest may be the same one,
                and no more households stand behind the sum than behind its largest part. Of providers that is never
                known.
        """
        chosen = np.asarray(cells)
        households, largest, second = (one[chosen] for one in (self.households, self.largest, self.second))
        if disjoint:
            top = np.sort(np.concatenate([largest, second]))[-2:]
            behind = (households.sum(), top[1], top[0])
        else:
            behind = (households.max(), largest.sum(), second.sum())
        provided = (one[chosen].sum() for one in (self.provider_cost, self.provider_largest, self.provider_second))
        figures = (behind[0], self.cost[chosen].sum(), behind[1], behind[2], *provided)
        return Contributions(*(np.array([figure], dtype=np.int64) for figure in figures))

    def sensitive(self, policy: DisclosurePolicy) -> Flags:
        """Tells which costs may not be known."""
        few = (self.households > 0) & (self.households < policy.threshold)
        flags: Flags = few | _held(self.cost, self.largest, self.second, policy)
        return flags | _held(self.cost, self.provider_largest, self.provider_second, policy)


def sensitive(table: TrueTable, policy: DisclosurePolicy) -> Flags:
    """Tells which costs may not be known [regions, categories]."""
    every_row = np.arange(len(table.regions.codes))
    return Contributions.of(table, every_row).sensitive(policy).reshape(len(every_row), -1)


def _held(cost: Figures, largest: Figures, second: Figures, policy: DisclosurePolicy) -> Flags:
    """Tells where one contributor holds too much, or the second largest comes too close to the largest."""
    dominates = 100 * largest >= policy.dominance_pct * cost
    estimated = 100 * (cost - largest - second) < policy.p_pct * largest
    flags: Flags = (largest > 0) & (dominates | estimated)
    return flags
