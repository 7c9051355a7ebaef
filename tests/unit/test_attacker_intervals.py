"""What an attacker finds in small tables that can be followed by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from outputs.disclosure import attacker, programs
from outputs.disclosure.attacker import Relations, intervals
from outputs.disclosure.programs import Least, Programs
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


def test_the_error_of_the_solver_never_narrows_an_amount():
    """The error may fall either way, so ends that were solved are told a little too far out."""
    relations = known(({0: 1, 1: 1}, 9, 9), ({0: 1, 1: -1}, -4, 2), count=2, whole=False)
    found = intervals(relations, each(2)[[0]])
    assert found.low == pytest.approx([2.5], abs=1e-5)
    assert found.high == pytest.approx([5.5], abs=1e-5)
    assert found.low < 2.5
    assert found.high > 5.5


def test_half_a_household_is_no_household_but_half_a_sum_may_be_asked_for():
    found = intervals(known(total(0, 1, is_=7), count=2), sparse.csr_array([[0.5, 0], [0.5, 0.5]]))
    assert found.low == pytest.approx([0, 3.5], abs=1e-5)
    assert found.high == pytest.approx([3.5, 3.5], abs=1e-5)


@pytest.mark.parametrize("whole", [True, False])
def test_an_end_without_bound(whole):
    """More than 4 in all, and the second no less than the first; credits have no bound below."""
    relations = known(({0: 1, 1: 1}, 4, INF), ({1: 1, 0: -1}, 0, INF), count=3, lower=[0, 0, -INF], whole=whole)
    found = intervals(relations, each(3))
    assert found.low == pytest.approx([0, 2, -INF], abs=1e-5)
    assert found.high.tolist() == [INF, INF, INF]
    assert found.proven.all()


def test_one_end_without_bound_and_the_other_not_where_the_relaxed_one_is(monkeypatch):
    """The first is two more than a multiple of three; there is no width to stop at, so none is computed."""
    stops, whole = [], Programs.whole
    monkeypatch.setattr(Programs, "whole", lambda self, costs, stop: (stops.append(stop), whole(self, costs, stop))[1])
    relations = known(({0: 2, 1: 3, 2: -6}, 7, 7), count=3)
    found = intervals(relations, each(3)[[0]], point=np.array([5.0, 1, 1]))
    assert ends(found) == [(2, INF)]
    assert set(stops) == {-INF}


def test_large_whole_figures_are_exact():
    relations = known(total(0, 1, is_=400_000_001), ({0: 1, 1: -1}, -3, 2), count=2)
    assert ends(intervals(relations, each(2))) == [(199_999_999, 200_000_001), (200_000_000, 200_000_002)]


def test_the_noise_of_floating_point_in_a_bound_is_no_knowledge():
    noise = 1e-9
    relations = known(({0: 1}, 3 + noise, 9), ({0: 1, 1: 1}, 0, 10 - noise), count=2, lower=noise)
    assert ends(intervals(relations, each(2))) == [(3, 9), (0, 7)]
    halves = known(({0: 0.5}, 1.5 + noise, 4), count=1)
    assert ends(intervals(halves, each(1))) == [(3, 8)]
    crossing = intervals(known(({0: 1}, 1 + 500 * noise, 2), count=1, upper=1, whole=False), each(1))
    assert crossing.low == crossing.high == pytest.approx([1], abs=1e-5)


def test_sums_of_whole_figures_are_whole():
    tight = known(({0: 1, 1: 1}, 3.4, 5.6), count=2).tightened()
    assert (tight.at_least.tolist(), tight.at_most.tolist()) == ([4], [5])
    halves = intervals(known(({0: 0.5, 1: 0.5}, 0.4, 0.6), count=2), each(2))
    assert ends(halves) == [(0, 1), (0, 1)]


def test_factors_given_twice_or_as_zero():
    """Of the first figure twice and minus once, of the second nothing: as products of sparse tables leave it."""
    sums = sparse.csr_array((np.array([2.0, -1, 0, 1]), np.array([0, 0, 1, 2]), np.array([0, 4])), shape=(1, 3))
    relations = Relations(np.zeros(3), np.full(3, INF), sums, np.array([4.0]), np.array([5.0]), True)
    assert replace(relations, whole=False).tightened().upper == pytest.approx([5, INF, 5])
    assert ends(intervals(relations, each(3))) == [(0, 5), (0, INF), (0, 5)]


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

    @pytest.fixture
    def sizes(self, monkeypatch):
        """Over how many figures programs were made; the first is everything, tightened."""
        sizes, over = [], Relations.over
        monkeypatch.setattr(Relations, "over", lambda self, moving: (sizes.append(len(moving)), over(self, moving))[1])
        return sizes

    def test_blocks_that_are_enough_spare_the_whole(self, sizes):
        """Within each of two rows cells can be exchanged, so no program holds more than one row."""
        relations = known(total(0, 1, is_=9), total(2, 3, is_=9), ({0: 1, 2: 1}, 0, 99), ({0: 1, 3: 1}, 8, 9), count=4)
        blocks = [np.array([0, 1]), np.array([2, 3])]
        intervals(relations, each(4), enough=1, blocks=blocks, point=np.array([4.0, 5, 5, 4]))
        assert sizes == [4, 2, 2]

    def test_exact_ends_are_sought_in_the_whole_at_once(self, sizes):
        intervals(SUPPRESSED, each(4), blocks=[np.array([0, 1])], point=np.array([4.0, 6, 4, 8]))
        assert sizes == [4, 4]

    def test_money_is_never_solved_in_whole_numbers(self, solves, monkeypatch):
        money = replace(SUPPRESSED, whole=False)
        told_nothing = Least(-INF, None, np.zeros(0, dtype=np.int64))
        with monkeypatch.context() as patch:
            patch.setattr(Programs, "relaxed", lambda self, costs: told_nothing)
            unknown = intervals(money, each(4), enough=9, point=np.array([4.5, 5.5, 3.5, 8.5]))
        assert not unknown.proven.any()
        assert solves == []
        found = intervals(money, each(4), enough=9, point=np.array([4.5, 5.5, 3.5, 8.5]))
        assert found.proven.all()
        assert set(solves) == {"relaxed"}


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


def test_what_is_certain_of_a_figure_wherever_another_goes():
    """Two figures of ten together, the other between 2 and 9, from where they are 4 and 6."""
    relations = known(total(0, 1, is_=10), count=2, lower=[0, 2], upper=[99, 9])
    certain = relations.from_point(np.array([4.0, 6])).around(np.array([0]))
    assert (certain.at_least.tolist(), certain.at_most.tolist()) == ([-3], [4])


def test_figures_that_come_out_whole_at_first_may_have_to_change():
    relations = known(({0: 1, 1: 2, 2: 2}, 6, 6), ({0: 1, 1: 3, 2: 1}, 6, 6), count=3, upper=6)
    assert intervals(relations, each(3)).proven.all()


def test_a_relaxed_bound_is_a_whole_one_where_figures_are():
    seven = known(({0: 2, 1: 3}, 7, 7), count=2).from_point(np.array([2.0, 1.0]))
    assert Programs(seven).relaxed(np.array([0.0, -1.0])).bound == -1
    assert Programs(replace(seven, whole=False)).relaxed(np.array([0.0, -1.0])).bound == pytest.approx(-4 / 3, abs=1e-5)


def test_a_program_without_solution_tells_nothing():
    odd = known(({0: 2, 1: 2}, 7, 7), count=2, upper=9)
    told = Programs(odd).whole(np.array([1.0, 0.0]))
    assert told.bound == -INF
    assert told.at is None


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


@pytest.mark.parametrize("off", [1e-9, -1e-9])
def test_a_point_that_is_possible_but_for_noise_is_the_corner_to_start_from(off):
    relations = known(({0: 0.1, 1: 0.1, 2: 0.1}, 0.3, 0.3), count=3, lower=1, upper=1, whole=False)
    moves = relations.from_point(np.array([1, 1, 1 + off]))
    assert (moves.lower <= 0).all()
    assert (moves.upper >= 0).all()
    assert (moves.at_least <= 0).all()
    assert (moves.at_most >= 0).all()
