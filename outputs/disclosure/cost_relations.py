"""What an attacker reads in the table of costs: sums of unknown amounts in euros, each printed one rounded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from outputs.disclosure.crossed_sums import crossed_sums
from outputs.disclosure.relations import Relations
from schemas.domains import COMBINATIONS, TOTAL

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Place = tuple[str, str, str]

_LARGE: Final = 1e12


@dataclass(frozen=True, eq=False)
class CostSystem:
    """Costs per smallest region, combination and domain: the unknowns, in that order.

    Attributes:
        units: the smallest regions with costs.
        domains: domains with costs, without the total.
        negative: whether amounts below zero occur, as the publication states.
    """

    units: tuple[str, ...]
    domains: tuple[str, ...]
    negative: bool

    @classmethod
    def of(cls, costs: pd.DataFrame, *, negative: bool) -> "CostSystem":
        """Gives the system of a published table."""
        codes = sorted(set(costs["region"]))
        finest = next(kind for kind in ("BU", "WK", "GM") if any(code.startswith(kind) for code in codes))
        domains = tuple(sorted(set(costs["domain"]) - {TOTAL}))
        return cls(tuple(code for code in codes if code.startswith(finest)), domains, negative)

    def rows(self, places: Iterable[Place]) -> sparse.csr_array:
        """Gives the sums behind cells, each a region, a combination and a domain."""
        size = len(self.units) * len(COMBINATIONS) * len(self.domains)
        return crossed_sums((self._factors(*place) for place in places), size)

    def relations(self, places: Sequence[Place], at_least: Numbers, at_most: Numbers) -> Relations:
        """Gives all that is known: each cell named lies between two amounts."""
        size = len(self.units) * len(COMBINATIONS) * len(self.domains)
        return Relations(
            lower=np.full(size, -_LARGE if self.negative else 0.0),
            upper=np.full(size, _LARGE),
            sums=self.rows(places),
            at_least=at_least,
            at_most=at_most,
            whole=False,
        )

    def _factors(self, region: str, laws: str, domain: str) -> tuple[Numbers, Numbers]:
        regions = np.array([float(unit[2:].startswith(region[2:])) for unit in self.units])
        combinations = np.array([float(laws in (TOTAL, one)) for one in COMBINATIONS])
        return regions, np.kron(combinations, np.array([float(domain in (TOTAL, one)) for one in self.domains]))
