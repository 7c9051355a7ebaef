"""Rounding leaves neighbouring counts possible: a cell may keep its secret draw, whatever that does to the errors."""

import numpy as np
import pytest

from outputs.disclosure.rounding import Choice, Margin, round_cube


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_lone_count_goes_either_way_under_some_key(count):
    one = np.ones((1, 1), dtype=np.int64)
    margin = Margin(one, one, np.ones(1), np.zeros((1, 1), dtype=np.int64))
    keys = (number.to_bytes(32, "big") for number in range(400))
    found = {int(round_cube(one * count, np.array([5]), [margin], Choice(key, ["cell"]))[0, 0]) for key in keys}
    assert found == {0, 5}
