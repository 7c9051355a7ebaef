"""Group disclosure in tables over time: what a class becomes is told of each of its households when nearly all do it.

A wijk where nearly all households of a class go to one other class, or nearly all of one come from one other class, is
left out of all tables over time, with a sibling. To stay in a class is no news to whoever knows that somebody was in
it, and shares that may be of fewer than ``threshold`` households drown in the rounding. The municipality as a whole
names no group.
Source: DwB/ESSnet guidelines for output checking (no cell above 90 percent of its row or column).
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from outputs.disclosure.publish_rows import Flags
from outputs.disclosure.round_release import RoundedRelease
from outputs.disclosure.small_groups import sizes_of, tell, with_siblings
from outputs.household_classes import HOUSEHOLDS
from outputs.marks import NEW, UNKNOWN
from outputs.past_tables import RELAPSED
from outputs.regions import Figures
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import NONE, TOTAL

#: Parts and the wholes that they are parts of, both [regions, any number].
_Shares = Callable[[RoundedRelease], tuple[Figures, Figures]]


def regions_telling(release: RoundedRelease, policy: DisclosurePolicy) -> set[str]:
    """Gives the codes of the regions that the tables over time leave out: each of them would tell what others hide."""
    regions = release.cube.regions
    told: set[str] = set()
    for table in _SHARES.keys() & release.counts.keys():
        parts, wholes = _SHARES[table](release)
        telling = tell(parts, wholes, policy.group_share_pct) & (parts >= policy.threshold + policy.sensitive_base)
        told |= {regions.codes[row] for row in release.rows[table][1:] if telling[row].any()}
    return with_siblings(regions, told, sizes_of(release)) if told else set()


def hidden_regions(codes: set[str], release: RoundedRelease, shape: tuple[int, ...]) -> Flags:
    """Gives flags [regions, classes] for whole regions."""
    flags: Flags = np.zeros(shape, dtype=np.bool_)
    flags[[row for row, code in enumerate(release.cube.regions.codes) if code in codes]] = True
    return flags


def _transitions(table: str) -> _Shares:
    def shares(release: RoundedRelease) -> tuple[Figures, Figures]:
        counts, keys = release.counts[table][HOUSEHOLDS], release.classes[table].keys
        moved = [
            (place, keys.index((was, TOTAL)), keys.index((TOTAL, now)))
            for place, (was, now) in enumerate(keys)
            if was != now and not {NONE, NEW, UNKNOWN, TOTAL} & {was} and now not in (UNKNOWN, TOTAL)
        ]
        parts = counts[:, [place for place, _, _ in moved] * 2]
        return parts, counts[:, [row for _, row, _ in moved] + [column for _, _, column in moved]]

    return shares


def _flow(release: RoundedRelease) -> tuple[Figures, Figures]:
    stayed, inflow, outflow = (release.counts["flow"][name] for name in ("stayed", "inflow", "outflow"))
    return np.hstack([inflow, outflow]), np.hstack([stayed + inflow, stayed + outflow])


def _duration(release: RoundedRelease) -> tuple[Figures, Figures]:
    counts, keys = release.counts["duration"][HOUSEHOLDS], release.classes["duration"].keys
    parts = counts[:, [place for place, (name,) in enumerate(keys) if name not in (UNKNOWN, TOTAL)]]
    return parts, np.broadcast_to(counts[:, [keys.index((TOTAL,))]], parts.shape)


def _relapse(release: RoundedRelease) -> tuple[Figures, Figures]:
    return release.counts["relapse"][RELAPSED], release.counts["relapse"][HOUSEHOLDS]


#: The tables that the rule is about, and what each of them tells.
_SHARES: Final[dict[str, _Shares]] = {
    "transitions": _transitions("transitions"),
    "dimension_transitions": _transitions("dimension_transitions"),
    "flow": _flow,
    "duration": _duration,
    "relapse": _relapse,
}

OVER_TIME: Final = tuple(_SHARES)
