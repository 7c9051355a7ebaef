"""Per table: its published figures, all from rounded counts and rounded costs, and what is withheld."""

import numpy as np

from outputs.count_tables import HOUSEHOLDS, MULTIPLE
from outputs.disclosure.cost_protection import hidden_costs
from outputs.disclosure.publish_rows import UNDEFINED, Flags, Shown
from outputs.disclosure.round_release import RoundedRelease
from outputs.disclosure.small_groups import laws_to_hide
from outputs.rates import euros, rate
from outputs.regions import Figures
from outputs.true_tables import TrueTable
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import TOTAL
from schemas.tables import TABLE_CONTRACTS


def shown_counts(table: str, release: RoundedRelease, policy: DisclosurePolicy, apart: set[str]) -> Shown:
    """Gives ``stacking``, ``dimensions``, ``providers`` or ``use``; ``apart`` are regions that no table shows."""
    figures, keys = dict(release.counts[table]), release.classes[table].keys
    households = figures[HOUSEHOLDS]
    hidden = _regions_apart(release, apart, households.shape)
    if table == "use":
        hidden |= laws_to_hide(release, policy.group_share_pct)
        figures["multiple_pct"] = _defined(rate(figures[MULTIPLE], households, 100), households)
    elif "per_1000" in TABLE_CONTRACTS[table].figures:
        total = np.broadcast_to(households[:, [keys.index((TOTAL,))]], households.shape)
        figures["per_1000"] = _defined(rate(households, total, 1000), total)
    return Shown(table, release.cube.regions, release.rows[table], keys, figures, hidden)


def shown_costs(
    table: TrueTable, release: RoundedRelease, policy: DisclosurePolicy, apart: set[str], told: Flags | None = None
) -> Shown:
    """Gives ``costs``: the mean is that of printed cost over printed households; ``told`` as in ``hidden_costs``."""
    households = release.counts["costs"][HOUSEHOLDS]
    rows = [row for row in release.rows["costs"] if release.cube.regions.codes[row] not in apart]
    hidden = hidden_costs(table, policy, rows, told) | _regions_apart(release, apart, households.shape)
    cost = euros(table.figures["cost_cent"], policy.cost_rounding_eur)
    mean = np.where(cost < 0, -1, 1) * rate(abs(cost), households, 1)
    figures = {HOUSEHOLDS: households, "cost_eur": cost, "mean_cost_eur": _defined(mean, households)}
    return Shown("costs", release.cube.regions, release.rows["costs"], table.categories, figures, hidden)


def shown_concentration(table: TrueTable, release: RoundedRelease, policy: DisclosurePolicy, apart: set[str]) -> Shown:
    """Gives ``concentration``: whole percents of groups, each at least threshold households larger than the one before.

    The size of a group is a part of the rounded number of households. No share of everything or nothing; no group of
    which one household or one pair of households makes out too much.
    """
    names = ("with_cost", "clients", "cost_cent", "total_cent", "largest_cent")
    behind, clients, cost, total, largest = (table.figures[name] for name in names)
    sizes = _group_sizes(table, release)
    share = rate(cost, total, 100)
    hidden = _regions_apart(release, apart, share.shape)
    hidden |= (behind < policy.threshold) | (sizes < policy.threshold) | (total == 0) | (share <= 0) | (share >= 100)
    hidden |= 100 * largest > policy.dominance_pct * cost
    for row in release.rows["concentration"]:
        _hide_small_steps(table, hidden[row], (behind[row], sizes[row], clients[row]), policy.threshold)
    figures = {HOUSEHOLDS: sizes, "cost_share_pct": share}
    return Shown(
        "concentration", release.cube.regions, release.rows["concentration"], table.categories, figures, hidden
    )


def _group_sizes(table: TrueTable, release: RoundedRelease) -> Figures:
    """The size of each group [regions, categories], from the rounded number that it is a part of."""
    bases = [key[0] for key in release.classes["concentration"].keys]
    wholes = release.counts["concentration"][HOUSEHOLDS]
    columns = [-(-int(top) * wholes[:, bases.index(base)] // 100) for base, top in table.categories]
    return np.stack(columns, axis=1)


def _hide_small_steps(table: TrueTable, hidden: Flags, sizes: tuple[Figures, Figures, Figures], threshold: int) -> None:
    """Hides, within one region, what leaves 1 to threshold-1 households between two groups or beyond the last."""
    behind, printed, clients = sizes
    before: dict[str, tuple[int, int]] = {}
    for column, (base, _top) in enumerate(table.categories):
        true, rounded = before.get(base, (0, 0))
        beyond = int(clients[column] - behind[column])
        step = min(int(behind[column]) - true, int(printed[column]) - rounded)
        if step < threshold or 0 < beyond < threshold:
            hidden[column] = True
        if not hidden[column]:
            before[base] = (int(behind[column]), int(printed[column]))


def _regions_apart(release: RoundedRelease, apart: set[str], shape: tuple[int, ...]) -> Flags:
    flags: Flags = np.zeros(shape, dtype=np.bool_)
    flags[[row for row, code in enumerate(release.cube.regions.codes) if code in apart]] = True
    return flags


def _defined(figures: Figures, wholes: Figures) -> Figures:
    return np.where(wholes > 0, figures, UNDEFINED).astype(np.int64)
