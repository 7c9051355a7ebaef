"""What an attacker finds in small tables that can be followed by hand."""

import numpy as np
import pytest
from scipy import sparse

from outputs.disclosure import attacker, programs
from outputs.disclosure.attacker import Relations, intervals
from outputs.disclosure.programs import Programs
from schemas.errors import RefusedByDisclosureControl

INF = np.inf


def known(*statements, count, lower=0.0, upper=INF, whole=True):
    """Relations over ``count`` figures; a statement is (factors by place, at least, at most)."""
    sums = np.zeros((len(statements), count))
    for row, (factors, _, _) in enumerate(statements):
        for place, factor in factors.items():
            sums[row, place] = factor
    ends = np.array([ends for _, *ends in statements], dtype=float).reshape(-1, 2)
    bounds = (np.full(count, end) if np.isscalar(end) else np.array(end, dtype=float) for end in (lower, upper))
    return Relations(*bounds, sparse.csr_array(sums), ends[:, 0], ends[:, 1], whole)


def total(*places, is_):
    return dict.fromkeys(places, 1), is_, is_


def rounded(*places, printed, base=5):
    return dict.fromkeys(places, 1), printed - base + 1, printed + base - 1


def each(count):
    return sparse.csr_array(np.eye(count))


def ends(found):
    return list(zip(found.low.tolist(), found.high.tolist(), strict=True))


@pytest.fixture
def solves(monkeypatch):
    """Which programs were solved: relaxed or in whole numbers."""
    made = []
    for name in ("relaxed", "whole"):
        solve = getattr(Programs, name)
        monkeypatch.setattr(Programs, name, lambda *given, _=solve, name=name: (made.append(name), _(*given))[1])
    return made


#: Four hidden cells a b / c d; the margins of a 2x2 table leave 10 and 12 for the rows, 8 and 14 for the columns.
SUPPRESSED = known(total(0, 1, is_=10), total(2, 3, is_=12), total(0, 2, is_=8), total(1, 3, is_=14), count=4)


def test_four_suppressed_cells():
    found = intervals(SUPPRESSED, each(4))
    assert ends(found) == [(0, 8), (2, 10), (0, 8), (4, 12)]
    assert found.proven.all()


def test_sums_and_differences_of_cells():
    found = intervals(SUPPRESSED, sparse.csr_array([[1, 0, 0, 1], [1, -1, 0, 0], [1, 1, 0, 0]]))
    assert ends(found) == [(4, 20), (-10, 6), (10, 10)]


def test_a_cell_given_back_by_its_margin(solves):
    """Row a b, column a c, and c alone in its row: b and a follow, and nothing needs solving."""
    relations = known(total(0, 1, is_=10), total(0, 2, is_=8), total(2, is_=3), count=3)
    assert ends(intervals(relations, each(3), point=np.array([5.0, 5, 3]))) == [(5, 5), (5, 5), (3, 3)]
    assert solves == []


def test_a_printed_zero():
    """Zeros are printed, so a hidden cell is not zero: of 3 households in two hidden cells one or two are in each."""
    hidden = known(total(0, 1, is_=3), count=2)
    assert ends(intervals(hidden, each(2))) == [(0, 3), (0, 3)]
    not_zero = known(total(0, 1, is_=3), count=2, lower=1)
    assert ends(intervals(not_zero, each(2))) == [(1, 2), (1, 2)]
    beside_a_zero = known(total(0, 1, is_=3), total(1, is_=0), count=2)
    assert ends(intervals(beside_a_zero, each(2))) == [(3, 3), (0, 0)]


def test_rounded_figures_and_a_total_known_outside():
    """Two figures printed 5 are 1 to 9; who knows that there are 16 households knows that each is 7, 8 or 9."""
    relations = known(rounded(0, printed=5), rounded(1, printed=5), total(0, 1, is_=16), count=2)
    assert ends(intervals(relations, each(2))) == [(7, 9), (7, 9)]


def test_whole_households_tell_more_than_money():
    """Seven persons in households of two and of three."""
    seven = ({0: 2, 1: 3}, 7, 7)
    assert ends(intervals(known(seven, count=2), each(2))) == [(2, 2), (1, 1)]
    money = intervals(known(seven, count=2, whole=False), each(2))
    assert money.low == pytest.approx([0, 0], abs=1e-5)
    assert money.high == pytest.approx([7 / 2, 7 / 3], abs=1e-5)
    assert (money.high >= [7 / 2, 7 / 3]).all()


@pytest.mark.parametrize("whole", [True, False])
def test_an_end_without_bound(whole):
    """More than 4 in all, and the second no less than the first; credits have no bound below."""
    relations = known(({0: 1, 1: 1}, 4, INF), ({1: 1, 0: -1}, 0, INF), count=3, lower=[0, 0, -INF], whole=whole)
    found = intervals(relations, each(3))
    assert found.low == pytest.approx([0, 2, -INF], abs=1e-5)
    assert found.high.tolist() == [INF, INF, INF]
    assert found.proven.all()


def test_large_whole_figures_are_exact():
    relations = known(total(0, 1, is_=400_000_001), ({0: 1, 1: -1}, -3, 2), count=2)
    assert ends(intervals(relations, each(2))) == [(199_999_999, 200_000_001), (200_000_000, 200_000_002)]


def test_the_noise_of_floating_point_in_a_bound_is_no_knowledge():
    three, noise = 3, 1e-9
    relations = known(({0: 1}, three + noise, 9), ({0: 1, 1: 1}, 0, 10 - noise), count=2, lower=noise)
    assert ends(intervals(relations, each(2))) == [(3, 9), (0, 7)]


def test_factors_given_twice_or_as_zero():
    """A sum of 0.5 a twice and nothing of b, as sparse products leave it."""
    twice = sparse.csr_array((np.array([0.5, 0.5, 0.0]), np.array([0, 0, 1]), np.array([0, 3])), shape=(1, 2))
    relations = Relations(np.zeros(2), np.full(2, 9.0), twice, np.array([4.0]), np.array([5.0]), True)
    assert ends(intervals(relations, each(2))) == [(4, 5), (0, 9)]


def test_nothing_hidden_and_nothing_sought():
    nothing = known(count=0)
    assert len(intervals(nothing, sparse.csr_array((0, 0))).low) == 0
    assert ends(intervals(nothing, sparse.csr_array((1, 0)))) == [(0, 0)]


@pytest.mark.parametrize(
    ("relations", "point"),
    [
        (known(total(0, is_=6), total(0, 1, is_=5), count=2), None),  # a part above its total
        (known(({0: 2, 1: 2}, 7, 7), count=2), None),  # twice a whole number is not odd
        (known(({0: 2, 1: 2, 2: 4}, 7, 7), count=3, upper=9), None),
        (known(count=1, lower=3, upper=2), None),
        (known(({0: 1}, 5, 3), count=1), None),
        (known(({}, 1, 1), count=1), None),  # nothing adds up to one
        (known(({0: 1, 1: 1}, 2, 2), ({0: 1, 1: -1}, 1, 1), count=3), None),  # nobody asks for these two
        (known(({0: 1, 1: 1}, 3, 2), count=2, upper=9, whole=False), None),
        (known(({0: 1, 1: 1}, 3, 9), ({0: 1, 1: 2}, 0, 2), count=2, whole=False), None),
        (SUPPRESSED, np.array([1.0, 1, 1, 1])),  # figures that the margins deny
        (SUPPRESSED, np.array([0.5, 9.5, 7.5, 4.5])),  # half households
        (SUPPRESSED, np.array([-1.0, 11, 9, 3])),
    ],
)
def test_statements_that_contradict_each_other(relations, point):
    target = sparse.csr_array(np.eye(len(relations.lower))[-1:])
    with pytest.raises(RefusedByDisclosureControl) as refused:
        intervals(relations, target, point=point)
    assert refused.value.code == "relations_contradict"
    assert not any(character.isdigit() for character in str(refused.value))


class TestEnough:
    def test_a_target_far_enough_apart_needs_no_more(self, solves):
        found = intervals(SUPPRESSED, each(4), enough=4, point=np.array([4.0, 6, 4, 8]))
        assert (found.high - found.low >= 4).all()
        assert set(solves) == {"relaxed"}
        assert len(solves) <= 2  # what one cell reaches is a witness for the other three

    def test_a_narrow_target_is_solved_to_its_ends(self):
        found = intervals(SUPPRESSED, each(4), enough=9)
        assert found.proven.tolist() == [True] * 4
        assert ends(found) == [(0, 8), (2, 10), (0, 8), (4, 12)]

    def test_it_may_differ_by_target(self):
        relations = known(total(0, 1, is_=9), total(2, 3, is_=9), count=4)
        found = intervals(relations, each(4), enough=np.array([1.0, INF, 10, 0]), point=np.array([4.0, 5, 4, 5]))
        assert found.proven[1:3].all()
        assert ends(found)[1:3] == [(0, 9), (0, 9)]
        assert ends(found)[3] == (0, 9)  # seen from the third, which has none to spare


class TestLargeSystems:
    """The same, while systems of more than three variables count as large."""

    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        for name, value in {"SMALL": 3, "SURROUNDINGS": 2, "GROWTH": 2}.items():
            monkeypatch.setattr(attacker, name, value)

    @pytest.mark.parametrize("blocks", [(), ([0, 1],), ([0, 1], [2, 3]), ([0, 1, 2, 3],), ([0, 2], [1])])
    @pytest.mark.parametrize("enough", [3, 9, INF])
    def test_four_suppressed_cells(self, blocks, enough):
        inside = [np.array(block) for block in blocks]
        found = intervals(SUPPRESSED, each(4), enough=enough, blocks=inside, point=np.array([4.0, 6, 4, 8]))
        for (low, high), (least, most) in zip(ends(found), [(0, 8), (2, 10), (0, 8), (4, 12)], strict=True):
            assert least <= low <= high <= most
            assert high - low >= min(enough, 8)

    def test_blocks_that_are_enough_spare_the_whole(self, monkeypatch):
        """Within each of two rows cells can be exchanged, so no program holds more than one row."""
        relations = known(total(0, 1, is_=9), total(2, 3, is_=9), ({0: 1, 2: 1}, 0, 99), ({0: 1, 3: 1}, 8, 9), count=4)
        sizes = []
        over = Relations.over
        monkeypatch.setattr(Relations, "over", lambda self, moving: (sizes.append(len(moving)), over(self, moving))[1])
        blocks = [np.array([0, 1]), np.array([2, 3])]
        intervals(relations, each(4), enough=1, blocks=blocks, point=np.array([4.0, 5, 5, 4]))
        assert sizes == [4, 2, 2]  # tightened as a whole, then row by row


def test_a_program_that_is_left_proves_nothing(monkeypatch):
    """Subset sums, on which branching takes long: without it the true figures are all that is seen."""
    draw = np.random.default_rng(0)
    weights, truth = draw.integers(1, 100, (2, 12)).astype(float), draw.integers(0, 2, 12).astype(float)
    statements = [(dict(enumerate(row)), row @ truth, row @ truth) for row in weights]
    relations = known(*statements, count=12, upper=1)
    exact = intervals(relations, each(12), point=truth)
    assert exact.proven.all()
    monkeypatch.setattr(programs, "NODES", 0)
    left = intervals(relations, each(12), point=truth)
    assert not left.proven.all()
    assert (left.low >= exact.low).all()
    assert (left.high <= exact.high).all()


def test_nothing_is_printed(capfd):
    """Also not by the solver, which would print bounds of figures that stand for each other."""
    for seed in range(40):
        draw = np.random.default_rng(seed)
        sums = draw.integers(0, 2, (3, 5)).astype(float)
        truth = draw.integers(0, 9, 5).astype(float)
        upper = np.where(draw.random(5) < 0.5, INF, truth + 2)
        lower = np.where(draw.random(5) < 0.5, -INF, 0)
        for whole in (True, False):
            intervals(Relations(lower, upper, sparse.csr_array(sums), sums @ truth, sums @ truth + 2, whole), each(5))
    assert capfd.readouterr() == ("", "")


def test_the_same_question_has_the_same_answer():
    draw = np.random.default_rng(1)
    sums = draw.integers(0, 2, (12, 20)).astype(float)
    truth = draw.integers(0, 30, 20).astype(float)
    at_least, at_most = sums @ truth - 2, sums @ truth + 2
    relations = Relations(np.zeros(20), np.full(20, INF), sparse.csr_array(sums), at_least, at_most, True)
    first, second = (intervals(relations, each(20), enough=4, point=truth) for _ in range(2))
    assert ends(first) == ends(second)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lower": np.zeros(3)}, "over the same"),
        ({"at_most": np.zeros(1)}, "over the same"),
        ({"upper": np.array([1, np.nan, 1, 1])}, "no number"),
        ({"lower": np.full(4, INF)}, "wrong side"),
        ({"at_most": np.full(4, -INF)}, "wrong side"),
    ],
)
def test_relations_that_do_not_fit(change, reason):
    parts = {name: getattr(SUPPRESSED, name) for name in ("lower", "upper", "sums", "at_least", "at_most", "whole")}
    with pytest.raises(ValueError, match=reason):
        Relations(**parts | change)


def test_surroundings_are_nearest_first():
    """A chain of figures of which every two neighbours have a sum, one of all, and a fixed one in between."""
    statements = [({place: 1, place + 1: 1}, 0, 9) for place in range(5)]
    relations = known(*statements, (dict.fromkeys(range(6), 1), 0, 30), count=6, upper=[9, 9, 9, 0, 9, 9])
    assert relations.neighbourhood(np.array([0]), 3).tolist() == [0, 1, 2]
    assert relations.neighbourhood(np.array([5]), 2).tolist() == [4, 5]
    assert relations.neighbourhood(np.array([0]), 9).tolist() == [0, 1, 2, 4, 5]


def test_parts_that_share_no_statement_are_apart():
    relations = known(total(0, 1, is_=9), total(2, 3, is_=9), ({1: 1, 4: 1, 2: 1}, 0, 99), count=5, upper=9)
    labels = relations.components
    assert len(set(labels.tolist())) == 1
    labels = relations.tightened().components  # the third statement says nothing of figures up to nine
    assert labels[0] == labels[1] != labels[2] == labels[3]


def test_a_possible_point_stays_possible_as_the_corner_to_start_from():
    relations = known(({0: 0.1, 1: 0.1, 2: 0.1}, 0.3, 0.3), count=3, upper=1, whole=False)
    moves = relations.from_point(np.array([1.0, 1, 1 + 1e-9]))
    assert (moves.lower <= 0).all()
    assert (moves.upper >= 0).all()
    assert (moves.at_least <= 0).all()
    assert (moves.at_most >= 0).all()
