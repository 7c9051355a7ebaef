"""Ninety nights with a dozen moves each: what does somebody who lays two releases side by side read of a single move?

The attack is that of the literature on threshold releases: the change of a cell between two releases is known as far as
the printed figures tell; a move is read off when the changes of the cells that it left and entered are known exactly
and nothing else moved there.
"""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from cubes import POLICY, asked, cube, tabulated

from outputs.base_cube import BaseCube
from outputs.disclosure.protect import protect
from outputs.household_classes import HOUSEHOLDS
from samenloop.keyring import make_keyring
from samenloop.release_ledger import ReleaseLedger
from schemas.errors import RefusedByDisclosureControl

NIGHTS, A_NIGHT = 90, 12
Cell = tuple[str, str]


def moves_of_a_night(of: BaseCube, draws: np.random.Generator) -> tuple[BaseCube, list[tuple[Cell, Cell]]]:
    """The municipality after a dozen moves, each as the cells of ``stacking`` (per wijk) that it left and entered."""
    counts, moves = of.counts.copy(), []
    classes = tabulated(of).classes("stacking")
    place = [int(np.flatnonzero(classes.members[HOUSEHOLDS][:-1, column])[0]) for column in range(counts.shape[1])]
    while len(moves) < A_NIGHT:
        row, entered = draws.integers(len(counts)), draws.integers(counts.shape[1])
        left = draws.choice(np.flatnonzero(counts[row]))
        if place[left] == place[entered]:
            continue
        counts[row, left] -= 1
        counts[row, entered] += 1
        wijk = f"WK{of.regions.buurten[row][2:8]}"
        moves.append(((wijk, classes.keys[place[left]][0]), (wijk, classes.keys[place[entered]][0])))
    return of.having(counts), moves


def read_off(moves: list[tuple[Cell, Cell]], known: dict[Cell, int]) -> int:
    """Moves of which the changes of both cells are known exactly, while nothing else touched these cells."""
    touched = Counter(cell for move in moves for cell in move)
    return sum(
        all(known.get(cell) == change and touched[cell] == 1 for cell, change in zip(move, (-1, 1), strict=True))
        for move in moves
    )


def known_under_a_threshold(before: BaseCube, after: BaseCube) -> dict[Cell, int]:
    """Changes of the cells that both releases print as they are: those of ten households and more."""
    one, other = (_stacking(of) for of in (before, after))
    return {cell: other[cell] - one[cell] for cell in one if min(one[cell], other[cell]) >= POLICY.threshold}


def _stacking(of: BaseCube) -> dict[Cell, int]:
    classes = tabulated(of).classes("stacking")
    counts = classes.counted(of)[HOUSEHOLDS]
    codes = of.regions.codes
    return {
        (codes[row], keys[0]): int(counts[row, column])
        for row in range(1, 1 + len(of.regions.wijken))
        for column, keys in enumerate(classes.keys)
    }


def known_of_rounded(before: dict[Cell, tuple[int, int]], after: dict[Cell, tuple[int, int]]) -> dict[Cell, int]:
    """Changes that two rounded releases leave one value for."""
    known = {}
    for cell, (one, within) in before.items():
        other, then = after[cell]
        low, high = max(other - then, 0) - (one + within), other + then - max(one - within, 0)
        if low == high:
            known[cell] = low
    return known


def _printed(made) -> dict[Cell, tuple[int, int]]:
    frame, within = made.tables["stacking"].frame, made.facts.counts["stacking:within"]
    return {(row.region, row.combination): (int(row.households), within) for row in frame.itertuples()}


@pytest.fixture(scope="module")
def nights():
    draws, now = np.random.default_rng(90), cube(90, 8, 5, 20_000)
    states, moves = [now], []
    for _ in range(NIGHTS):
        now, tonight = moves_of_a_night(now, draws)
        states.append(now)
        moves.append(tonight)
    return states, moves


def test_the_attack_works_on_nightly_releases_under_a_threshold(nights):
    states, moves = nights
    read = sum(
        read_off(tonight, known_under_a_threshold(states[night], states[night + 1]))
        for night, tonight in enumerate(moves)
    )
    assert read / (NIGHTS * A_NIGHT) > 0.1


def test_no_move_is_read_off_two_quarterly_releases(nights):
    states, moves = nights
    first = protect(tabulated(states[0]), None, asked("r1"))
    second = protect(tabulated(states[-1]), None, asked("r2", earlier=(first.record,)))
    all_moves = [move for tonight in moves for move in tonight]
    assert read_off(all_moves, known_of_rounded(_printed(first), _printed(second))) == 0


@pytest.mark.parametrize("night", [0, 30, 60, 89])
def test_not_even_off_two_nights_in_a_row(nights, night):
    states, moves = nights
    first = protect(tabulated(states[night]), None, asked("r1"))
    second = protect(tabulated(states[night + 1]), None, asked("r2", earlier=(first.record,)))
    assert read_off(moves[night], known_of_rounded(_printed(first), _printed(second))) == 0


def test_nightly_drafts_stay_inside_until_the_calendar_allows_a_release(nights, tmp_path):
    states, _ = nights
    ledger = ReleaseLedger(make_keyring(tmp_path / "keyring", "synthetic"), tmp_path, "stapeling")
    start = date(2018, 7, 2)
    first = protect(tabulated(states[0]), None, asked("r0")).record
    ledger.append(first, start)
    for night in (1, 2):
        draft = protect(tabulated(states[night]), None, asked(f"r{night}", earlier=(first,))).record
        with pytest.raises(RefusedByDisclosureControl, match="correction_too_small"):
            ledger.check_calendar(draft, 1, POLICY, start + timedelta(days=night))
    ledger.check_calendar(draft, 1, POLICY, start + timedelta(days=93))


def test_what_did_not_move_is_printed_as_it_was(nights):
    """Fresh noise could be averaged out over the years; a count that stays the same stays the same in print."""
    states, _ = nights
    first = protect(tabulated(states[0]), None, asked("r1")).record
    second = protect(tabulated(states[30]), None, asked("r2", earlier=(first,))).record
    still = [label for label, cell in first.cells.items() if second.cells.get(label, cell).seal == cell.seal]
    turned = sum(second.cells[label].rounded != first.cells[label].rounded for label in still if label in second.cells)
    assert turned / len(still) < 0.05
