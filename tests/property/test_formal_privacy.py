"""Differentially private tables: the noise keeps its promise, the budget runs out, and nothing is noisy unasked."""

from math import exp

import numpy as np
import pytest
from cubes import POLICY, asked, cube, moved, tabulated
from pydantic import ValidationError

from outputs.disclosure.audit import Terms, audit
from outputs.disclosure.formal_privacy import _noisy
from outputs.disclosure.protect import protect
from outputs.disclosure.report import disclosure_report, noisy_errors
from schemas.disclosure_policy import FormalPrivacy
from schemas.errors import RefusedByDisclosureControl


def marked(*tables, epsilon=0.5, budget=1.0):
    return POLICY.model_copy(update={"formal": FormalPrivacy(tables=tables, epsilon=epsilon, budget=budget)})


NOISY = marked("stacking")
CUBE = cube(7, 3, 3, 3000)


def counts(protected):
    return protected.tables["stacking"].frame.set_index(["region", "combination"])["households"]


@pytest.mark.parametrize("epsilon", [0.2, 1.0])
def test_one_household_more_or_less_changes_how_likely_an_outcome_is_by_no_more_than_the_promise(epsilon):
    draws = 40_000
    with_it, without = (np.bincount(_noisy(np.full(draws, count), epsilon), minlength=200)[:200] for count in (51, 50))
    often = (with_it > 500) & (without > 500)
    ratio = with_it[often] / without[often]
    # Of counts above 500 the chance of more than a fifth off is below one in a thousand.
    assert often.sum() > 3
    assert ratio.max() < exp(epsilon) * 1.2
    assert ratio.min() > exp(-epsilon) / 1.2
    # And the noise is no larger than it has to be: one household is nearly told apart as far as is promised.
    assert ratio.max() > exp(epsilon) / 1.2


def test_a_noisy_table_adds_up_and_has_no_count_below_zero_and_is_near_the_truth():
    protected = protect(tabulated(CUBE), None, asked(policy=NOISY))
    frame = protected.tables["stacking"].frame
    assert (frame["households"] >= 0).all()
    assert set(frame["status"]) == {"A"}
    terms = Terms(NOISY, within=dict.fromkeys(("dimensions", "use", "providers"), 100), negative=False)
    assert audit({"stacking": frame}, terms).findings == ()
    true = tabulated(CUBE).true_tables()["stacking"]
    wijken = true.figures["households"][1:4, :8]
    printed = counts(protected).loc[list(true.regions.wijken)].unstack()
    printed = printed[[keys[0] for keys in true.categories[:8]]].to_numpy(int)
    off = np.abs(printed - wijken)
    error = noisy_errors(protected.facts.counts)["stacking"]
    assert off.max() > 0
    assert (off <= error).mean() > 0.75


def test_every_release_draws_and_spends_so_that_nothing_tells_whether_anything_moved():
    first = protect(tabulated(CUBE), None, asked(policy=NOISY))
    again = protect(tabulated(CUBE), None, asked("r2", earlier=(first.record,), policy=NOISY))
    other = protect(tabulated(moved(CUBE, 3, 40)), None, asked("r2", earlier=(first.record,), policy=NOISY))
    assert {one.record.noisy["stacking"].spent for one in (first, again, other)} == {0.5}
    assert not counts(again).equals(counts(first))
    assert not counts(other).equals(counts(first))


def test_a_release_that_is_made_again_is_the_release_that_it_was():
    first = protect(tabulated(CUBE), None, asked(policy=NOISY))
    again = protect(tabulated(CUBE), None, asked(policy=NOISY, own=first.record))
    assert counts(again).equals(counts(first))
    assert again.record.noisy == first.record.noisy


def test_the_budget_counts_every_period_and_every_table_and_is_never_overdrawn():
    both = marked("stacking", "dimensions", epsilon=0.5, budget=1.5)
    first = protect(tabulated(CUBE), None, asked(policy=both))
    with pytest.raises(RefusedByDisclosureControl) as refused:
        protect(tabulated(cube(8, 3, 3, 3000)), None, asked("r2", "2018H2", (first.record,), both))
    assert refused.value.code == "budget_spent"
    assert "0.5 of 1.5" in refused.value.what


def test_drawing_the_rounding_again_does_not_draw_the_noise_again(monkeypatch):
    from outputs.disclosure import protect as protection
    from outputs.disclosure.audit import Audit, Finding

    drawn, answers = [], iter([Audit((Finding("use", "narrow", 1),), 1), Audit((), 1)])
    monkeypatch.setattr(protection, "audit", lambda *_: next(answers))
    real = protection.formal_tables
    monkeypatch.setattr(protection, "formal_tables", lambda *given: drawn.append(1) or real(*given))
    protect(tabulated(CUBE), None, asked(policy=NOISY))
    assert drawn == [1]


def test_without_a_mark_nothing_is_noisy_and_the_policy_has_the_bytes_that_it_had():
    assert "formal" not in POLICY.model_dump(mode="json")
    protected = protect(tabulated(CUBE), None, asked())
    assert protected.record.noisy == {}
    assert (counts(protected) % POLICY.base == 0).all()


def test_the_report_says_that_a_table_is_noisy_and_how_far_it_is_off():
    protected = protect(tabulated(CUBE), None, asked(policy=NOISY))
    report = disclosure_report(NOISY, protected.facts.counts)
    assert report["tables"]["stacking"] == {"cells": 36, "hidden": 0, "error_95": 7}
    assert "epsilon 0.5" in report["done"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"tables": ()},
        {"tables": ("use",)},
        {"tables": ("stacking", "stacking")},
        {"epsilon": 0.0},
        {"epsilon": 3.0},
        {"tables": ("stacking", "dimensions"), "epsilon": 0.6},
    ],
)
def test_a_mark_that_promises_nothing_is_no_mark(wrong):
    with pytest.raises(ValidationError):
        FormalPrivacy(**{"tables": ("stacking",), "epsilon": 0.5, "budget": 1.0, **wrong})


@pytest.mark.parametrize(
    ("floor", "asked_for", "weaker"),
    [
        (POLICY, NOISY, True),
        (NOISY, NOISY, False),
        (NOISY, POLICY, False),
        (NOISY, marked("stacking", epsilon=0.6), True),
        (NOISY, marked("stacking", budget=2.0), True),
        (NOISY, marked("dimensions"), True),
    ],
)
def test_a_floor_without_noise_allows_none_and_one_with_noise_no_less_of_it(floor, asked_for, weaker):
    assert ("formal" in asked_for.weaker_than(floor)) == weaker
