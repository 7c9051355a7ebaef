"""What a release states of its tables, in numbers that are published too: cells, hidden ones, and errors."""

from collections.abc import Iterator, Sequence

import numpy as np

from outputs.disclosure.formal_privacy import FormalTable
from outputs.disclosure.publish_rows import Shown
from outputs.disclosure.round_release import RoundedRelease
from outputs.tabulate import MONEY, Tabulated
from schemas.disclosure_policy import DisclosurePolicy


def counts_of_noisy(one: FormalTable) -> Iterator[tuple[str, int]]:
    """Yields what is stated of a differentially private table."""
    yield "cells", one.shown.hidden[one.shown.rows].size
    yield "hidden", 0
    yield "error_95", one.error_95


def counts_of(
    shown: Sequence[Shown], rounded: RoundedRelease, policy: DisclosurePolicy, tabulated: Tabulated
) -> Iterator[tuple[str, str, int]]:
    """What is stated of each table: cells, hidden ones, and how far its counts are from the truth."""
    for one in shown:
        hidden = one.hidden[one.rows]
        yield one.table, "cells", hidden.size
        yield one.table, "hidden", int(hidden.sum())
        yield one.table, "within", rounded.within(one.table, policy.base)
        yield one.table, "rms_error", rounded.rms_error(one.table, policy.base)
        if one.table in MONEY:
            cost = np.abs(tabulated.money[one.table].of("cost_cent", one.keys)[one.rows])
            yield one.table, "value_hidden_pct", round(100 * int(cost[hidden].sum()) / max(int(cost.sum()), 1))
            yield one.table, "negative", int(tabulated.negative)
