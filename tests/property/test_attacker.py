"""The attacker's intervals against full enumeration, against another solver, and against themselves done otherwise."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from outputs.disclosure import attacker
from outputs.disclosure.attacker import Relations, intervals
from schemas.errors import RefusedByDisclosureControl

SETTINGS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FACTORS = st.sampled_from([1, 1, 1, 1, -1, 2, 3])


def rows(*sums):
    return np.array(sums, dtype=float)


def margins(height, width):
    """Row and column totals of a table, and its grand total."""
    cells = np.arange(height * width).reshape(height, width)
    groups = [*cells, *cells.T, cells.ravel()]
    return rows(*(np.isin(cells.ravel(), group) for group in groups))


@st.composite
def breakdowns(draw):
    """Two ways of grouping the same figures, such as by combination of laws and by number of domains."""
    count = draw(st.integers(3, 6))
    groupings = [draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)) for _ in range(2)]
    return rows(*(np.array(of) == group for of in groupings for group in sorted(set(of))))


@st.composite
def weighted(draw):
    """Sums with other factors than one, such as persons in households."""
    count = draw(st.integers(1, 5))
    one = st.lists(st.one_of(st.just(0), FACTORS), min_size=count, max_size=count)
    return rows(*draw(st.lists(one, min_size=1, max_size=3)))


def sums_of():
    tables = st.tuples(st.integers(2, 3), st.integers(1, 2)).map(lambda size: margins(*size))
    return st.one_of(tables, breakdowns(), weighted())


def drawn(draw, values, count):
    return np.array(draw(st.lists(values, min_size=count, max_size=count)), dtype=float)


@st.composite
def known(draw, *, whole=True, sums=None, largest=4, unbounded=False):
    """True figures, and what is known of them: sums exact, within a margin or from one side, and bounds."""
    factors = draw(sums or sums_of())
    statements, count = factors.shape
    truth = drawn(draw, st.integers(0, largest), count)
    upper = truth + drawn(draw, st.integers(0, largest - 1), count)
    lower = np.maximum(0, truth - drawn(draw, st.integers(0, largest), count))
    below, above = (drawn(draw, st.sampled_from([0, 0, 0, 1, 2, np.inf]), statements) for _ in range(2))
    if unbounded:
        upper = np.where(drawn(draw, st.booleans(), count) > 0, np.inf, upper)
        lower = np.where(drawn(draw, st.booleans(), count) > 0, -np.inf, lower)
    said = factors @ truth
    return Relations(lower, upper, sparse.csr_array(factors), said - below, said + above, whole), truth


@st.composite
def sought(draw, count):
    """Targets: every figure by itself, and some sums and differences."""
    mixed = draw(st.lists(st.lists(st.sampled_from([0, 0, 1, -1, 2]), min_size=count, max_size=count), max_size=2))
    return sparse.csr_array(rows(*np.eye(count), *mixed))


def solutions(relations):
    """All whole figures within the relations, one a row."""
    ranges = (np.arange(low, high + 1) for low, high in zip(relations.lower, relations.upper, strict=True))
    every = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(relations.lower))
    said = every @ relations.sums.T.toarray()
    return every[((said >= relations.at_least) & (said <= relations.at_most)).all(axis=1)]


@SETTINGS
@given(st.data())
def test_ends_are_those_of_all_whole_solutions(data):
    relations, truth = data.draw(known())
    targets = data.draw(sought(len(truth)))
    values = solutions(relations) @ targets.T.toarray()
    for point in (None, truth):
        found = intervals(relations, targets, point=point)
        assert found.low.tolist() == values.min(axis=0).tolist()
        assert found.high.tolist() == values.max(axis=0).tolist()
        assert found.proven.all()


@SETTINGS
@given(st.data())
def test_enough_is_reached_exactly_where_it_can_be(data):
    relations, truth = data.draw(known())
    targets = data.draw(sought(len(truth)))
    enough = drawn(data.draw, st.integers(1, 5), targets.shape[0])
    values = solutions(relations) @ targets.T.toarray()
    width = values.max(axis=0) - values.min(axis=0)
    found = intervals(relations, targets, enough=enough, point=truth)
    assert (found.low >= values.min(axis=0)).all()
    assert (found.high <= values.max(axis=0)).all()
    assert ((found.high - found.low >= enough) == (width >= enough)).all()
    assert (found.proven | (width >= enough)).all()
    assert ((found.high - found.low == width) | ~found.proven).all()


@SETTINGS
@given(known(), st.data())
def test_what_is_certain_of_some_holds_wherever_the_others_go(drawn_relations, data):
    relations, truth = drawn_relations
    moving = np.array(data.draw(st.lists(st.integers(0, len(truth) - 1), unique=True, min_size=1).map(sorted)))
    moves = relations.from_point(truth)
    alone, certain = moves.over(moving), moves.around(moving)
    others = np.delete(np.arange(len(truth)), moving)
    for move in solutions(relations) - truth:
        assert certain.allow(move[moving])
        if not move[others].any():
            assert alone.allow(move[moving])


@SETTINGS
@given(known(), st.data())
def test_statements_that_no_whole_figures_meet_are_refused(drawn_relations, data):
    relations, truth = drawn_relations
    shift = drawn(data.draw, st.integers(-3, 3), len(relations.at_least))
    moved = replace(relations, at_least=relations.at_least + shift, at_most=relations.at_most + shift)
    targets = sparse.csr_array(np.eye(len(truth)))
    if len(solutions(moved)):
        assert intervals(moved, targets).proven.all()
        return
    for point in (None, truth):
        with pytest.raises(RefusedByDisclosureControl) as refused:
            intervals(moved, targets, point=point)
        assert refused.value.code == "relations_contradict"


@SETTINGS
@given(st.data())
def test_money_is_that_of_another_solver(data):
    relations, truth = data.draw(known(whole=False, largest=9, unbounded=True))
    targets = data.draw(sought(len(truth)))
    found = intervals(relations, targets, point=data.draw(st.sampled_from([None, truth])))
    both = sparse.vstack([relations.sums, -relations.sums]).toarray()
    at_most = np.concatenate([relations.at_most, -relations.at_least])
    said, bounds = np.isfinite(at_most), np.column_stack([relations.lower, relations.upper])
    for row, low, high in zip(targets.toarray(), found.low, found.high, strict=True):
        for sign, end in ((1, low), (-1, high)):
            other = linprog(sign * row, both[said], at_most[said], bounds=bounds, options={"presolve": False})
            assert other.status in (0, 3)
            least = other.fun if other.status == 0 else -np.inf
            assert sign * end == pytest.approx(least, abs=1e-5)
            assert sign * end <= least + 1e-9  # never narrower than it is
    assert found.proven.all()


@st.composite
def larger(draw):
    """A table of wijken by combinations by household types whose sums are printed rounded."""
    shape = draw(st.sampled_from([(3, 4, 3), (4, 5, 2), (2, 6, 4)]))
    seed = draw(st.integers(0, 10_000))
    chance = np.random.default_rng(seed)
    truth = chance.choice([0, 0, 1, 2, 3, 7, 20], size=shape).astype(float)
    within = draw(st.sampled_from([0, 1, 2]))
    cells = np.arange(truth.size).reshape(shape)
    groups = [line for axes in (*combinations(range(3), 1), *combinations(range(3), 2)) for line in _lines(cells, axes)]
    factors = rows(*(np.isin(cells.ravel(), group) for group in groups))
    said = factors @ truth.ravel()
    exact = np.array([len(group) == truth.size // shape[0] for group in groups])
    margin = np.where(exact, 0, within)
    relations = Relations(
        np.zeros(truth.size),
        np.full(truth.size, np.inf),
        sparse.csr_array(factors),
        np.maximum(said - margin, 0),
        said + margin,
        whole=True,
    )
    return relations, truth.ravel(), [cells[wijk].ravel() for wijk in range(shape[0])]


def _lines(cells, axes):
    kept = [axis for axis in range(3) if axis not in axes]
    moved = np.moveaxis(cells, kept, range(len(kept)))
    return moved.reshape(int(np.prod([cells.shape[axis] for axis in kept])), -1)


@settings(SETTINGS, max_examples=60)
@given(larger(), st.sampled_from([2.0, 4.0, np.inf]), st.booleans(), st.booleans())
def test_part_by_part_never_claims_more_than_the_truth(case, enough, with_blocks, with_point):
    relations, truth, blocks = case
    small = np.flatnonzero(truth < 5)
    assume(len(small))
    targets = sparse.csr_array(np.vstack([np.eye(len(truth))[small], np.ones(len(truth)) * (truth < 5)]))
    exact = intervals(relations, targets)
    assert exact.proven.all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attacker, "SMALL", 4)
        patch.setattr(attacker, "SURROUNDINGS", 5)
        patch.setattr(attacker, "GROWTH", 2)
        found = intervals(
            relations,
            targets,
            enough=enough,
            blocks=blocks if with_blocks else (),
            point=truth if with_point else None,
        )
    assert (found.low >= exact.low).all()
    assert (found.high <= exact.high).all()
    wide = exact.high - exact.low >= enough
    assert ((found.high - found.low >= enough) == wide).all()
    narrow = ~wide
    assert found.proven[narrow].all()
    assert found.low[found.proven].tolist() == exact.low[found.proven].tolist()
    assert found.high[found.proven].tolist() == exact.high[found.proven].tolist()
