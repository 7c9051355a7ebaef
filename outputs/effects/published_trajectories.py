"""Trajectories as they may be shown: counts in tens, and everything else reckoned from those tens alone."""

from collections.abc import Iterable
from itertools import product
from math import ceil, floor
from typing import Final

import pandas as pd

from outputs.effects.group_rules import CONTROL, TREATED, check_share
from outputs.effects.trajectories import (
    EVERY,
    STAGES,
    Compared,
    Kind,
    Share,
    Split,
    Stages,
    Trajectories,
    compared,
    newcombe,
    wilson,
)
from outputs.rates import to_tens
from schemas.disclosure_policy import DisclosurePolicy

_SHARES: Final = ("of_completed", "of_started")
_FIGURES: Final = ("pct", "low", "high", "difference", "difference_low", "difference_high")
COLUMNS: Final = (
    "kind",
    "category",
    "group",
    *STAGES,
    *(f"{share}_{figure}" for share in _SHARES for figure in _FIGURES),
)
#: A count in tens, halves up, is at most 5 above and 4 below what was counted.
_BELOW: Final = 5
_ABOVE: Final = 4


def published_success(
    trajectories: Trajectories, kind: Kind, policy: DisclosurePolicy, split: Split | None = None
) -> pd.DataFrame:
    """Gives two rows per class, the approach and the others; with a split also ``totaal``, the sum of its classes.

    Args:
        trajectories: of the households that are compared.
        kind: one of ``KINDS``.
        policy: ``threshold`` and ``group_share_pct`` count.
        split: what to split by. Of one kind publish one split: another would round the same trajectories again.

    Returns:
        ``kind``; ``category``; ``group`` (aanpak, controle); ``offered``, ``started``, ``completed``, ``succeeded`` in
        tens; then of the completed and of the started: the whole percentage that succeeded, with bounds, and beside
        the approach its difference from the others in percentage points, with bounds. Bounds hold every 95% interval
        (Wilson; Newcombe) of counts that round to the ones printed.

    Raises:
        RefusedByDisclosureControl: ``group_small`` or ``group_exposed``.
    """
    exact = compared(trajectories, kind, policy.threshold, split)
    for one in exact:
        for group, stages in ((TREATED, one.treated), (CONTROL, one.control)):
            check_share(stages.succeeded, stages.completed, group, policy.group_share_pct)
            check_share(stages.succeeded, stages.started, group, policy.group_share_pct)
    rounded = [Compared(one.kind, one.category, _tens(one.treated), _tens(one.control)) for one in exact]
    spread = {one.category: 1 for one in rounded}
    if split is not None:
        rounded.append(Compared(kind, EVERY, *(_sum(side) for side in zip(*map(_sides, rounded), strict=True))))
        spread[EVERY] = len(rounded) - 1
    lines = [line for one in rounded for line in _lines(one, spread[one.category])]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _sides(one: Compared) -> tuple[Stages, Stages]:
    return one.treated, one.control


def _tens(stages: Stages) -> Stages:
    return Stages(*(to_tens(getattr(stages, stage)) for stage in STAGES))


def _sum(parts: Iterable[Stages]) -> Stages:
    listed = list(parts)
    return Stages(*(sum(getattr(part, stage) for part in listed) for stage in STAGES))


def _lines(one: Compared, terms: int) -> Iterable[tuple[str | int | None, ...]]:
    for group, stages in ((TREATED, one.treated), (CONTROL, one.control)):
        figures: list[int | None] = []
        for share in _SHARES:
            mine, others = (
                (side.succeeded, getattr(side, share.removeprefix("of_"))) for side in (stages, one.control)
            )
            figures += _percents(mine[0] / mine[1], [wilson(*counts) for counts in _behind(*mine, terms)])
            figures += _difference(mine, others, terms) if group == TREATED else [None] * 3
        yield (one.kind, one.category, group, *(getattr(stages, stage) for stage in STAGES), *figures)


def _difference(mine: tuple[int, int], others: tuple[int, int], terms: int) -> list[int]:
    corners = product(_behind(*mine, terms), _behind(*others, terms))
    return _percents(mine[0] / mine[1] - others[0] / others[1], [newcombe(*one, *other) for one, other in corners])


def _behind(succeeded: int, of: int, terms: int) -> list[tuple[int, int]]:
    """Gives the outermost counts that can stand behind two rounded ones, each a sum of so many terms."""
    few, many = (max(0, count - _BELOW * terms) for count in (succeeded, of))
    most, all_of = succeeded + _ABOVE * terms, of + _ABOVE * terms
    ends = product((few, most), (max(1, many), all_of))
    return sorted({(min(part, whole), whole) for part, whole in ends})


def _percents(value: float, intervals: list[Share]) -> list[int]:
    low, high = min(one.low for one in intervals), max(one.high for one in intervals)
    return [floor(100 * value + 0.5), floor(round(100 * low, 6)), ceil(round(100 * high, 6))]
