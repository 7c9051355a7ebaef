"""Success of trajectories with its interval, and the approach beside the other households; all from printed counts.

A group with fewer completed trajectories than ``threshold`` is not told of: a share of a handful says nothing. The
intervals are those of the printed counts taken as exact; what rounding adds to them is stated of the table.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from outputs.disclosure.publish_rows import UNDEFINED, Flags
from outputs.effects.proportions import Share, newcombe, wilson
from outputs.marks import APPROACH, FORMS, OTHERS
from outputs.regions import Figures
from schemas.disclosure_policy import DisclosurePolicy

_BOUNDS = ("success_low", "success_high")
_DIFFERENCE = ("difference_pct", "difference_low", "difference_high")


def withheld_trajectories(
    figures: Mapping[str, Figures], keys: Sequence[tuple[str, ...]], policy: DisclosurePolicy
) -> Flags:
    """Tells what is withheld [regions, classes]: too few completed, or nearly all of the approach went one way.

    The approach is a group that can be named. A class that is withheld takes the other one of its sum with it.
    """
    succeeded, completed = figures["succeeded"], figures["completed"]
    approach = np.array([group == APPROACH for _, _, group in keys])
    nearly = (100 * succeeded > policy.group_share_pct * completed) | (
        100 * succeeded < (100 - policy.group_share_pct) * completed
    )
    flags: Flags = (completed < policy.threshold) | (nearly & approach)
    for place, siblings in ((2, (APPROACH, OTHERS)), (1, FORMS)):
        for column, key in enumerate(keys):
            if key[place] in siblings:
                beside = [keys.index((*key[:place], other, *key[place + 1 :])) for other in siblings]
                flags[:, column] |= flags[:, beside].any(axis=1)
    return flags


def trajectory_intervals(
    figures: Mapping[str, Figures], keys: Sequence[tuple[str, ...]], hidden: Flags
) -> dict[str, Figures]:
    """Gives bounds of the success share, and of the approach its difference from the others, in whole percents.

    Args:
        figures: printed counts of the table ``trajectories`` [regions, classes].
        keys: trajectory, form and group of each class.
        hidden: what is withheld; nothing is reckoned from it.
    """
    succeeded, completed = figures["succeeded"], figures["completed"]
    found = {name: np.full(completed.shape, UNDEFINED, dtype=np.int64) for name in (*_BOUNDS, *_DIFFERENCE)}
    for row, column in zip(*np.nonzero(~hidden & (completed > 0)), strict=True):
        mine = int(succeeded[row, column]), int(completed[row, column])
        _, found["success_low"][row, column], found["success_high"][row, column] = _percents(wilson(*mine))
        trajectory, form, group = keys[column]
        other = keys.index((trajectory, form, OTHERS))
        if group == APPROACH and not hidden[row, other] and completed[row, other] > 0:
            beside = newcombe(*mine, int(succeeded[row, other]), int(completed[row, other]))
            for name, percent in zip(_DIFFERENCE, _percents(beside), strict=True):
                found[name][row, column] = percent
    return found


def _percents(share: Share) -> tuple[int, int, int]:
    """Gives whole percents, the bounds outward."""
    low, high = (round(100 * bound, 6) for bound in (share.low, share.high))
    return int(np.floor(100 * share.value + 0.5)), int(np.floor(low)), int(np.ceil(high))
