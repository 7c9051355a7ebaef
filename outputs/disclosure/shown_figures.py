"""Per table: its published figures, all from rounded counts and rounded costs, and what is withheld."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from outputs.count_tables import PERCENTAGES
from outputs.disclosure.cost_protection import hidden_costs
from outputs.disclosure.publish_rows import UNDEFINED, Flags, Shown
from outputs.disclosure.round_release import RoundedRelease
from outputs.disclosure.small_groups import laws_to_hide
from outputs.disclosure.telling_shares import OVER_TIME, hidden_regions, regions_telling
from outputs.disclosure.trajectory_shares import trajectory_intervals, withheld_trajectories
from outputs.household_classes import HOUSEHOLDS
from outputs.rates import euros, rate
from outputs.regions import Figures
from outputs.segment_costs import with_segments
from outputs.segment_tables import WITH_SAFETY
from outputs.true_tables import TrueTable
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import TOTAL
from schemas.tables import TABLE_CONTRACTS


def shown_counts(table: str, release: RoundedRelease, policy: DisclosurePolicy, apart: set[str]) -> Shown:
    """Gives a table of counts and what follows from them; ``apart`` are regions that no table shows."""
    figures, keys = dict(release.counts[table]), release.classes[table].keys
    shape = next(iter(figures.values())).shape
    left_out = apart | (regions_telling(release, policy) if table in OVER_TIME else set())
    hidden = hidden_regions(left_out, release, shape)
    if table == "use":
        hidden |= laws_to_hide(release, policy.group_share_pct)
    if table == "top_groups":
        figures[HOUSEHOLDS] = _costliest(release, keys)
    if table in PERCENTAGES:
        percentage, part, whole = PERCENTAGES[table]
        figures[percentage] = _defined(rate(figures[part], figures[whole], 100), figures[whole])
    if table == "top_groups":
        hidden |= (figures[HOUSEHOLDS] < policy.threshold) | (figures[WITH_SAFETY] > figures[HOUSEHOLDS])
    if table == "trajectories":
        hidden |= withheld_trajectories(figures, keys, policy)
        figures |= trajectory_intervals(figures, keys, hidden)
    if "per_1000" in TABLE_CONTRACTS[table].figures:
        households = figures[HOUSEHOLDS]
        total = np.broadcast_to(households[:, [keys.index((TOTAL,))]], households.shape)
        figures["per_1000"] = _defined(rate(households, total, 1000), total)
    if table == "relapse":
        # Years that no household was followed for are left out: that nobody left then is not known.
        reached = [place for place, households in enumerate(figures[HOUSEHOLDS][0].tolist()) if households]
        keys, hidden = tuple(keys[place] for place in reached), hidden[:, reached]
        figures = {name: figure[:, reached] for name, figure in figures.items()}
    return Shown(table, release.cube.regions, release.rows[table], keys, figures, hidden)


def shown_money(
    money: Mapping[str, TrueTable],
    release: RoundedRelease,
    policy: DisclosurePolicy,
    apart: set[str],
    told: Mapping[str, Flags] | None = None,
) -> Iterator[Shown]:
    """Yields ``costs`` and ``segments``, hidden together: neither gives away what the other hides.

    A mean is that of printed cost over printed households, a share that of printed costs; ``told`` as in
    ``hidden_costs``, for each table.
    """
    tables = [name for name in ("costs", "segments") if name in money]
    if not tables:
        return
    joint = with_segments(money.get("costs"), money["segments"]) if "segments" in money else money["costs"]
    published, known = (np.zeros((len(joint.regions.codes), len(joint.categories)), dtype=np.bool_) for _ in range(2))
    columns = {}
    for name in tables:
        columns[name] = [joint.categories.index(key) for key in release.classes[name].keys]
        rows = [row for row in release.rows[name] if joint.regions.codes[row] not in apart]
        published[np.ix_(rows, columns[name])] = True
        if told:
            known[:, columns[name]] = told[name]
    hidden = hidden_costs(joint, policy, told=known & published, published=published)
    for name in tables:
        cost = euros(joint.figures["cost_cent"][:, columns[name]], policy.cost_rounding_eur)
        yield _shown_costs(name, release, cost, hidden[:, columns[name]])


def _shown_costs(table: str, release: RoundedRelease, cost: Figures, hidden: Flags) -> Shown:
    households, keys = release.counts[table][HOUSEHOLDS], release.classes[table].keys
    mean = np.where(cost < 0, -1, 1) * rate(abs(cost), households, 1)
    figures = {HOUSEHOLDS: households, "cost_eur": cost, "mean_cost_eur": _defined(mean, households)}
    if table == "segments":
        totals = [keys.index((segmentation, TOTAL)) for segmentation, _ in keys]
        everybody, all_cost = households[:, totals], cost[:, totals]
        share = np.where(cost < 0, -1, 1) * rate(abs(cost), all_cost, 100)
        # A rate follows from a printed total of households, of whichever segmentation.
        printed = ~hidden[:, sorted(set(totals))].all(axis=1, keepdims=True)
        figures["per_1000"] = np.where(printed, _defined(rate(households, everybody, 1000), everybody), UNDEFINED)
        figures["cost_share_pct"] = np.where((all_cost > 0) & ~hidden[:, totals], share, UNDEFINED)
    return Shown(table, release.cube.regions, release.rows[table], keys, figures, hidden)


def shown_concentration(table: TrueTable, release: RoundedRelease, policy: DisclosurePolicy, apart: set[str]) -> Shown:
    """Gives ``concentration``: whole percents of groups, each at least threshold households larger than the one before.

    The size of a group is a part of the rounded number of households. No share of everything or nothing; no group of
    which one household or one pair of households makes out too much.
    """
    names = ("with_cost", "clients", "cost_cent", "total_cent", "largest_cent")
    behind, clients, cost, total, largest = (table.figures[name] for name in names)
    sizes = _group_sizes(table, release)
    share = rate(cost, total, 100)
    hidden = hidden_regions(apart, release, share.shape)
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


def _costliest(release: RoundedRelease, keys: Sequence[tuple[str, ...]]) -> Figures:
    """The size of each group [regions, classes], as ``concentration`` has it: a part of all households."""
    wholes = release.cube.households
    return np.stack([-(-int(top) * wholes // 100) for (top,) in keys], axis=1)


def _defined(figures: Figures, wholes: Figures) -> Figures:
    return np.where(wholes > 0, figures, UNDEFINED).astype(np.int64)
