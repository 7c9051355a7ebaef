"""Ten kinds of leak, planted one at a time into a sound release: the audit finds each, whatever the municipality."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cubes import POLICY, SECRETS, asked, cube, moved, tabulated, tabulated_with_costs

from outputs.disclosure.audit import Audit, Terms, audit
from outputs.disclosure.protect import Protected, protect, terms_of
from outputs.disclosure.publish_rows import published_frame
from outputs.disclosure.release_record import PublishedFigure, unmoved
from outputs.disclosure.round_release import RoundedRelease, round_release
from outputs.disclosure.shown_figures import shown_money
from outputs.tabulate import Tabulated
from schemas.domains import TOTAL
from schemas.period import HalfYear

Tables = dict[str, pd.DataFrame]
SEEDS = range(4)


class Sound:
    """A release without a leak, and all that is needed to plant one."""

    def __init__(self, seed: int) -> None:
        self.true: Tabulated = tabulated_with_costs(cube(seed, 3, 3, 2500), seed)
        self.made: Protected = protect(self.true, None, asked())
        self.rounded: RoundedRelease = round_release(self.true, POLICY, SECRETS, [])
        self.terms: Terms = terms_of(self.true, self.rounded, asked(), self.made.record)

    @property
    def tables(self) -> Tables:
        return {name: table.frame.copy() for name, table in self.made.tables.items()}

    def truth(self, table: str, figure: str = "households") -> np.ndarray:
        """The true figures in the order of the printed rows."""
        return self.rounded.true[table][figure][self.rounded.rows[table]].ravel()


@pytest.fixture(scope="module", params=SEEDS)
def sound(request) -> Sound:
    return Sound(request.param)


def test_a_sound_release_passes(sound):
    assert audit(sound.tables, sound.terms).findings == ()


def naive_suppression(sound: Sound) -> Audit:
    """A cost of a few households is hidden, and nothing beside it."""
    costs = sound.true.money["costs"].figures
    return audit(_costs_hiding(sound, (costs["households"] > 0) & (costs["households"] < 10)), sound.terms)


def _costs_hiding(sound: Sound, sensitive: np.ndarray) -> Tables:
    """The tables with every cost in print but the largest sensitive one."""
    shown = next(shown_money({"costs": sound.true.money["costs"]}, sound.rounded, POLICY, set()))
    cost = np.where(sensitive, sound.true.money["costs"].figures["cost_cent"], 0)
    alone = cost == cost[shown.rows].max()
    return sound.tables | {"costs": published_frame(replace(shown, hidden=alone), HalfYear(2018, 1))}


def raw_denominator(sound: Sound) -> Audit:
    """The true number of households of every region as the total."""
    tables = sound.tables
    frame = tables["dimensions"]
    totals = (frame["dimensions"] == TOTAL).to_numpy()
    frame.loc[totals, "households"] = sound.truth("dimensions")[totals]
    return audit(tables, sound.terms)


def one_decimal_rate(sound: Sound) -> Audit:
    """Rates of the true counts, with a decimal."""
    tables = sound.tables
    frame = tables["stacking"]
    frame["per_1000"] = (10000 * sound.truth("stacking") / max(sound.truth("stacking"))).round() / 10
    return audit(tables, sound.terms)


def mean_times_count(sound: Sound) -> Audit:
    """The mean of the true cost over the printed households, in euros."""
    tables = sound.tables
    frame = tables["costs"]
    cost = sound.true.money["costs"].figures["cost_cent"][sound.rounded.rows["costs"]].ravel() // 100
    printed = (frame["status"] == "A") & (frame["households"] > 0)
    means = (cost // frame["households"].where(printed, 1).astype(int)).astype("Int64")
    frame["mean_cost_eur"] = means.where(printed)
    return audit(tables, sound.terms)


def printed_zero(sound: Sound) -> Audit:
    """Counts as they are, small ones hidden, zeros printed: what is hidden is not zero."""
    tables = sound.tables
    frame, true = tables["dimensions"], sound.truth("dimensions")
    small = (true > 0) & (true < 10)
    frame["households"] = pd.array(true, dtype="Int64")
    frame.loc[small, ["households", "per_1000"]] = pd.NA
    frame["status"] = np.where(small, "C", "A")
    return audit(tables, sound.terms)


def other_breakdown(sound: Sound) -> Audit:
    """The same households by number of providers, rounded apart from the other tables."""
    other = round_release(sound.true, POLICY, type(SECRETS)(bytes(range(50, 82)), bytes(range(32))), [])
    tables = sound.tables
    counts = other.counts["providers"]["households"][other.rows["providers"]].ravel()
    tables["providers"]["households"] = pd.array(counts, dtype="Int64")
    tables["providers"].loc[tables["providers"]["providers"] == TOTAL, "households"] += 5
    return audit(tables, sound.terms)


def overlapping_period(sound: Sound) -> Audit:
    """A release about the same households over another period, whose rounding is drawn anew instead of kept."""
    return audit(sound.tables, replace(sound.terms, earlier=_narrowing(sound, "dimensions|households|")))


def correction(sound: Sound) -> Audit:
    """An earlier release of the same half-year printed costs that are hidden now."""
    cells = sound.made.record.figures
    hidden = [label for label, one in cells.items() if label.startswith("costs|cost_eur|") and one.figure is None]
    costs = sound.true.money["costs"]
    cents = {
        "|".join(("costs", "cost_eur", region, *keys)): int(costs.figures["cost_cent"][row, column])
        for row, region in enumerate(costs.regions.codes)
        for column, keys in enumerate(costs.categories)
    }
    told = tuple(
        (label, PublishedFigure(figure=round(cents[label] / 100_000) * 1000, within=500, seal="")) for label in hidden
    )
    return audit(sound.tables, replace(sound.terms, earlier=told))


def dominance(sound: Sound) -> Audit:
    """A cost of which one household holds more than half is hidden, and nothing beside it."""
    costs = sound.true.money["costs"].figures
    return audit(_costs_hiding(sound, 2 * costs["largest_cent"] > costs["cost_cent"]), sound.terms)


def unrounded_margin(sound: Sound) -> Audit:
    """One true total among rounded parts."""
    tables = sound.tables
    frame = tables["use"]
    true = sound.truth("use")
    place = next(row for row in range(len(frame)) if true[row] % 5 and frame["status"][row] == "A")
    frame.loc[place, "households"] = true[place]
    return audit(tables, sound.terms)


def _narrowing(sound: Sound, prefix: str) -> tuple[tuple[str, PublishedFigure], ...]:
    """What a release with independent rounding would have printed of small counts that have not moved."""
    told = []
    for row, region in enumerate(sound.true.cube.regions.codes):
        for column, keys in enumerate(sound.rounded.classes["dimensions"].keys):
            count = int(sound.rounded.true["dimensions"]["households"][row, column])
            label = prefix + "|".join((region, *keys))
            told += [(label, PublishedFigure(figure=figure, within=4, seal="")) for figure in _multiples(count)]
    return tuple(told)


def _multiples(count: int) -> set[int]:
    """Both multiples of five that lie about a small count: over the years independent rounding prints each of them."""
    return {count // 5 * 5, -(-count // 5) * 5} if 0 < count < 10 else set()


LEAKS: tuple[Callable[[Sound], Audit], ...] = (
    naive_suppression,
    raw_denominator,
    one_decimal_rate,
    mean_times_count,
    printed_zero,
    other_breakdown,
    overlapping_period,
    correction,
    dominance,
    unrounded_margin,
)


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__)
def test_each_kind_of_leak_is_found(sound, leak):
    assert leak(sound).findings


def test_a_sensitive_cost_in_print_is_no_release():
    """What only the run can see: that a printed cost is one household's."""
    true = tabulated_with_costs(cube(2, 2, 2, 900), 2)
    shown = next(shown_money({"costs": true.money["costs"]}, round_release(true, POLICY, SECRETS, []), POLICY, set()))
    costs = true.money["costs"].figures
    dominated = (costs["households"] > 0) & (100 * costs["largest_cent"] > 50 * costs["cost_cent"])
    assert dominated[shown.rows].any()
    assert shown.hidden[shown.rows][dominated[shown.rows]].all()


def test_an_earlier_release_binds_only_what_has_not_moved():
    before = cube(3, 2, 2, 900)
    first = protect(tabulated(before), None, asked()).record
    after = protect(tabulated(moved(before, 1, 90)), None, asked("r2", earlier=(first,))).record
    told = dict(unmoved(after, [first]))
    assert 0 < len(told) < len(first.figures)
    assert all(first.figures[label].seal == after.figures[label].seal for label in told)
