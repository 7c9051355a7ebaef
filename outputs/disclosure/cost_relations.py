"""What an attacker reads in the tables with costs: sums of unknown amounts in euros, each printed one rounded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from outputs.disclosure.crossed_sums import crossed_sums
from outputs.disclosure.relations import Relations
from outputs.segment_costs import PIECES, pieces_of
from outputs.segment_tables import BY_ATTENTION, SEGMENTATIONS
from schemas.domains import COMBINATIONS, DIMENSION_DOMAINS, DOMAIN_NAMES, TOTAL

Numbers = np.ndarray[Any, np.dtype[np.float64]]
#: A region and the keys of a cost in it: combination and domain, or segmentation and segment.
Place = tuple[str, str, str]

#: More euros than any cost; much more, and solvers lose their precision.
_LARGE: Final = 1e9


@dataclass(frozen=True, eq=False)
class CostSystem:
    """Costs per smallest region of every combination and domain, and of every piece of segments: the unknowns.

    Attributes:
        units: the smallest regions with costs.
        domains: domains with costs, without the total; none where the table of costs is not printed.
        named: domains that segments are made of; none where segments are not printed.
        negative: whether amounts below zero occur, as the publication states.
    """

    units: tuple[str, ...]
    domains: tuple[str, ...]
    named: tuple[str, ...]
    negative: bool

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame], *, negative: bool) -> "CostSystem":
        """Gives the system of the published tables with costs."""
        codes = sorted({code for frame in tables.values() for code in frame["region"]})
        finest = next(kind for kind in ("BU", "WK", "GM") if any(code.startswith(kind) for code in codes))
        domains = tuple(sorted(set(tables["costs"]["domain"]) - {TOTAL})) if "costs" in tables else ()
        attention = "segments" in tables and BY_ATTENTION in set(tables["segments"]["segmentation"])
        named = tuple(DOMAIN_NAMES.values()) if attention else DIMENSION_DOMAINS
        return cls(
            tuple(code for code in codes if code.startswith(finest)),
            domains,
            named if "segments" in tables else (),
            negative,
        )

    def rows(self, places: Iterable[Place]) -> sparse.csr_array:
        """Gives the sums behind costs, each a region and its keys."""
        return crossed_sums((self._factors(*place) for place in places), len(self.units) * self._width)

    def relations(self, places: Sequence[Place], at_least: Numbers, at_most: Numbers) -> Relations:
        """Gives all that is known: each cost named lies between two amounts, and pieces make up combinations."""
        size = len(self.units) * self._width
        tied = [(unit, apart) for apart in self._tied() for unit in np.eye(len(self.units))]
        return Relations(
            lower=np.full(size, -_LARGE if self.negative else 0.0),
            upper=np.full(size, _LARGE),
            sums=sparse.csr_array(sparse.vstack([self.rows(places), crossed_sums(tied, size)], format="csr")),
            at_least=np.concatenate([at_least, np.zeros(len(tied))]),
            at_most=np.concatenate([at_most, np.zeros(len(tied))]),
            whole=False,
        )

    @property
    def _priced(self) -> int:
        return len(COMBINATIONS) * len(self.domains)

    @property
    def _width(self) -> int:
        return self._priced + (len(PIECES) if self.named else 0)

    def _factors(self, region: str, first: str, second: str) -> tuple[Numbers, Numbers]:
        regions = np.array([float(unit[2:].startswith(region[2:])) for unit in self.units])
        inside = np.zeros(self._width)
        if first in SEGMENTATIONS:
            inside[[self._priced + piece for piece in pieces_of((first, second), self.named)]] = 1
            return regions, inside
        combinations = np.array([float(first in (TOTAL, one)) for one in COMBINATIONS])
        inside[: self._priced] = np.kron(
            combinations, np.array([float(second in (TOTAL, one)) for one in self.domains])
        )
        return regions, inside

    def _tied(self) -> Iterator[Numbers]:
        """Yields what is zero: a combination's costs over all domains minus those of its pieces."""
        for laws in COMBINATIONS if self.domains and self.named else ():
            _, apart = self._factors(self.units[0], laws, TOTAL)
            pieces = [place for place, (_, name) in enumerate(PIECES) if name.split("|")[0] == laws]
            apart[[self._priced + place for place in pieces]] = -1
            yield apart
