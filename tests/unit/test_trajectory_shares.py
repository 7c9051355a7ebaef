"""Success of trajectories: intervals from printed counts, nothing of a group that is too small or withheld."""

import numpy as np
import pytest
from cubes import POLICY, asked
from followed_municipalities import municipality

from outputs.disclosure.protect import protect
from outputs.disclosure.publish_rows import UNDEFINED
from outputs.disclosure.trajectory_shares import trajectory_intervals, withheld_trajectories

KEYS = tuple(("schuldhulp", "kort", group) for group in ("aanpak", "overig", "totaal"))


def intervals(succeeded: tuple[int, int, int], completed: tuple[int, int, int], hidden=(False, False, False)):
    figures = {"succeeded": np.array([succeeded]), "completed": np.array([completed])}
    found = trajectory_intervals(figures, KEYS, np.array([hidden]))
    return {name: [None if one == UNDEFINED else int(one) for one in figure[0]] for name, figure in found.items()}


def test_wilson_and_newcombe_from_the_printed_counts():
    found = intervals((45, 45, 90), (100, 100, 200))
    # Wilson: 45 of 100 is 35.6 to 54.8 percent, 90 of 200 38.3 to 51.9; outward to whole percents.
    assert found["success_low"] == [35, 35, 38]
    assert found["success_high"] == [55, 55, 52]
    assert found["difference_pct"] == [0, None, None]
    assert found["difference_low"][0] == -found["difference_high"][0] < -12


@pytest.mark.parametrize("hidden", [(True, False, False), (False, True, False)])
def test_nothing_is_compared_with_what_is_withheld(hidden):
    found = intervals((45, 45, 90), (100, 100, 200), hidden)
    assert found["difference_pct"] == [None, None, None]
    assert [low is None for low in found["success_low"]] == list(hidden)


def test_nothing_completed_has_no_share():
    assert intervals((0, 10, 10), (0, 40, 40))["success_low"][0] is None


def withheld(succeeded: tuple[int, ...], completed: tuple[int, ...]) -> list[tuple[str, str]]:
    """Form and group of what is withheld; figures of kort, intensief and totaal, each of aanpak, overig and totaal."""
    keys = tuple(("schuldhulp", form, group) for form in ("kort", "intensief", "totaal") for group in GROUPS)
    figures = {"succeeded": np.array([succeeded]), "completed": np.array([completed])}
    flags = withheld_trajectories(figures, keys, POLICY)[0]
    return [key[1:] for key, hidden in zip(keys, flags, strict=True) if hidden]


GROUPS = ("aanpak", "overig", "totaal")
HALF, ALL = (50, 50, 100) * 3, (100, 100, 200) * 3


@pytest.mark.parametrize(
    ("succeeded", "completed", "expected"),
    [
        (HALF, ALL, set()),
        # a group below the threshold goes with the other group and the other form of its sums
        (
            (3, 50, 53, *HALF[3:]),
            (5, 100, 105, *ALL[3:]),
            {("kort", "aanpak"), ("kort", "overig"), ("intensief", "aanpak"), ("intensief", "overig")},
        ),
        # nearly all of the approach succeeded, or nearly none: it can be named
        ((*HALF[:6], 100, 50, 150), ALL, {("totaal", "aanpak"), ("totaal", "overig")}),
        ((*HALF[:6], 5, 50, 55), ALL, {("totaal", "aanpak"), ("totaal", "overig")}),
        # of the others nobody can name the group
        ((*HALF[:6], 50, 100, 150), ALL, set()),
    ],
)
def test_what_is_withheld(succeeded, completed, expected):
    assert set(withheld(succeeded, completed)) == expected


def test_the_table_shows_no_group_below_the_threshold():
    frame = protect(municipality(3, 2, 2, 2500, ("trajectories",)), None, asked()).tables["trajectories"].frame
    shown = frame[frame["status"] == "A"]
    assert 0 < len(shown) < len(frame)
    assert (shown["completed"] >= POLICY.threshold).all()
