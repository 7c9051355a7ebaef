"""Which groups are too small, too much one household or too much alike for a figure on them to be given.

The rules are those of published costs and shares: see ``cost_rules`` and ``small_groups`` under ``outputs.disclosure``.
A refusal names the group and the limit, never what was found.
"""

from collections.abc import Iterable
from math import lcm
from typing import Final

import numpy as np
import pandas as pd

from outputs.disclosure.cost_rules import Contributions
from outputs.effects.matching import MatchedSets
from outputs.regions import Figures
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RefusedByDisclosureControl

#: Names of the groups in every table: those in the approach, and the others.
TREATED: Final = "aanpak"
CONTROL: Final = "controle"


def groups_of(matched: MatchedSets) -> Iterable[tuple[str, pd.DataFrame]]:
    """Yields the name and the rows of both groups."""
    return ((TREATED, matched.group(treated=True)), (CONTROL, matched.group(treated=False)))


def check_size(households: int, group: str, threshold: int) -> None:
    """Refuses a group of fewer households than the threshold.

    Raises:
        RefusedByDisclosureControl: ``group_small``.
    """
    if households < threshold:
        what = f"{group}: fewer than {threshold} households"
        raise RefusedByDisclosureControl("group_small", what, "follow more households, or hand in fewer classes")


def check_cost(matched: MatchedSets, policy: DisclosurePolicy) -> None:
    """Refuses a cost, before or after, of which one household holds too much or can be found by the second largest.

    Raises:
        RefusedByDisclosureControl: ``cost_dominated``.
    """
    for group, rows in groups_of(matched):
        for when in ("before", "after"):
            if bool(_contributions(rows, f"cost_{when}_cent").sensitive(policy).any()):
                what = f"{group}: one household holds too much of the cost {when}"
                raise RefusedByDisclosureControl("cost_dominated", what, "ask for the other outcomes only")


def check_share(part: int | float, whole: int | float, group: str, group_share_pct: int) -> None:
    """Refuses a share of nearly everybody, or of nearly nobody: it tells of each of them.

    Raises:
        RefusedByDisclosureControl: ``group_exposed``.
    """
    if not 100 - group_share_pct <= 100 * part / whole <= group_share_pct:
        what = f"{group}: a share outside {100 - group_share_pct} to {group_share_pct} percent"
        raise RefusedByDisclosureControl("group_exposed", what, "ask for the other outcomes only")


def _contributions(rows: pd.DataFrame, column: str) -> Contributions:
    """Gives what each household brings to the mean: controls of a set share its weight, here as whole numbers."""
    sizes = np.rint(1 / rows["weight"].to_numpy()).astype(np.int64)
    cost = rows[column].to_numpy() * (lcm(*sizes.tolist()) // sizes)
    second, largest = np.sort(np.concatenate([[0, 0], abs(cost)]))[-2:]
    figures = (len(rows), cost.sum(), largest, second, 0, 0, 0)
    return Contributions(*(_figure(figure) for figure in figures))


def _figure(value: int) -> Figures:
    return np.array([value], dtype=np.int64)
