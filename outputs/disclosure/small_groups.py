"""Group disclosure: a published share of nearly everybody tells of each of them, however many they are.

A wijk or buurt where nearly all households share what is counted is not published at all, in any table; a domain nearly
all of whose users there also use another law is not published for it in ``use``. In both cases a sibling goes with it:
otherwise the total of their parent would give it back. Of a whole municipality nobody can name the group.
Source: DwB/ESSnet guidelines for output checking (no cell above 90 percent of its row or column).
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from outputs.count_tables import MULTIPLE, PARTITIONS, classes_of
from outputs.disclosure.publish_rows import Flags
from outputs.disclosure.round_release import RoundedRelease
from outputs.household_classes import HOUSEHOLDS
from outputs.regions import Figures, RegionTree, wijk_of
from outputs.segment_tables import ATTENTION, ATTENTION_HOUSEHOLDS, BY_ATTENTION
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import NONE, TOTAL
from schemas.errors import RefusedByDisclosureControl

#: Using nothing is no characteristic to be ashamed of, and true of nearly everybody nearly everywhere: the class of
#: nothing is ``geen``, but here.
_UNUSED: Final = {"providers": ("0",)}


def regions_to_hide(release: RoundedRelease, policy: DisclosurePolicy) -> set[str]:
    """Gives the codes of the regions that are published in no table: too few households, or nearly all alike.

    Raises:
        RefusedByDisclosureControl: ``group_exposed``: there is one wijk, and it is such a group.
    """
    regions = release.cube.regions
    printed = range(1, max(len(rows) for rows in release.rows.values()) if release.rows else 1)
    told = {
        regions.codes[row]
        for shares in _shares_of_everybody(release)
        for row in printed
        if tell(*shares, policy.group_share_pct)[row].any()
    } | _too_small(release, policy.threshold)
    hidden = with_siblings(regions, told, sizes_of(release))
    if regions.gemeente in hidden:
        raise RefusedByDisclosureControl(
            "group_exposed", "the one wijk tells of nearly all its households", "publish fewer tables"
        )
    return hidden


def laws_to_hide(release: RoundedRelease, group_share_pct: int) -> Flags:
    """Gives what is hidden of ``use`` [regions, domains]."""
    regions, counts = release.cube.regions, release.counts["use"]
    telling = tell(counts[MULTIPLE], counts[HOUSEHOLDS], group_share_pct)
    flags: Flags = np.zeros(telling.shape, dtype=np.bool_)
    for column in range(telling.shape[1]):
        told = {regions.codes[row] for row in release.rows["use"][1:] if telling[row, column]}
        hidden = with_siblings(regions, told, sizes_of(release)) if told else set()
        whole = regions.gemeente in hidden
        flags[:, column] = [whole or code in hidden for code in regions.codes]
    return flags


def with_siblings(regions: RegionTree, told: set[str], size: Mapping[str, int]) -> set[str]:
    """Gives the regions to hide so that none of ``told`` follows from its parent and siblings.

    The smallest sibling goes with a child that would be hidden alone; an only child takes its parent with it, and a
    parent its children.
    """
    hidden = set(told)
    families = [(wijk, [regions.codes[row] for row in regions.children(wijk)]) for wijk in regions.wijken]
    for parent, children in [*families, (regions.gemeente, list(regions.wijken))]:
        alone = [child for child in children if child in hidden]
        if parent in hidden or len(alone) != 1:
            continue
        siblings = [child for child in children if child not in hidden]
        hidden.add(min(siblings, key=lambda code: (size[code], code)) if siblings else parent)
    if regions.gemeente in hidden:
        return set(regions.codes)
    return hidden | {code for code in regions.buurten if wijk_of(code) in hidden}


def _too_small(release: RoundedRelease, threshold: int) -> set[str]:
    """Where a handful of households live, whoever knows how many learns of each from any count; or where a few left."""
    sizes = zip(release.cube.regions.codes[1:], release.present[1:].tolist(), release.left[1:].tolist(), strict=True)
    return {code for code, here, gone in sizes if 0 < here < threshold or (here == 0 and gone)}


def _shares_of_everybody(release: RoundedRelease) -> Iterator[tuple[Figures, Figures]]:
    """Yields what households may share, and all households: by laws and domains whatever is printed."""
    cube = release.cube
    tables = {"stacking", "dimensions", *(table for table in PARTITIONS if table in release.counts)}
    for table in sorted(tables):
        classes = release.classes.get(table) or classes_of(table, cube.categories, ())
        counts, keys = classes.counted(cube)[HOUSEHOLDS], classes.keys
        nothing = _UNUSED.get(table, (NONE,))
        yield _parts(
            counts,
            keys.index(nothing),
            [place for place, key in enumerate(keys) if key not in (nothing, (TOTAL,))],
            keys.index((TOTAL,)),
        )
    if "segments" in release.counts and (BY_ATTENTION, TOTAL) in (keys := release.classes["segments"].keys):
        shared = [keys.index((BY_ATTENTION, name)) for name in (*ATTENTION[1:], ATTENTION_HOUSEHOLDS)]
        nothing_at_all = keys.index((BY_ATTENTION, ATTENTION[0]))
        yield _parts(release.counts["segments"][HOUSEHOLDS], nothing_at_all, shared, keys.index((BY_ATTENTION, TOTAL)))


def _parts(counts: Figures, unused: int, shared: list[int], total: int) -> tuple[Figures, Figures]:
    whole = counts[:, [total]]
    parts = np.hstack([counts[:, shared], whole - counts[:, [unused]]])
    return parts, np.broadcast_to(whole, parts.shape)


def tell(parts: Figures, wholes: Figures, limit: int) -> Flags:
    """Tells which parts are more than ``limit`` percent of their whole."""
    flags: Flags = (wholes > 0) & (100 * parts > limit * wholes)
    return flags


def sizes_of(release: RoundedRelease) -> dict[str, int]:
    """Gives region -> rounded number of its households."""
    regions = release.cube.regions
    return dict(zip(regions.codes, release.cube.households.tolist(), strict=True))
