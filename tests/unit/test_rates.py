"""Rounding in integers: rates halves up, euros halves away from zero."""

import numpy as np
import pytest

from outputs.rates import euros, rate


@pytest.mark.parametrize(
    ("parts", "wholes", "per", "expected"),
    [
        (1, 2, 100, 50),
        (1, 3, 100, 33),
        (2, 3, 100, 67),
        (1, 8, 100, 13),
        (3, 8, 100, 38),
        (1, 2000, 1000, 1),
        (1, 2001, 1000, 0),
        (0, 5, 1000, 0),
        (5, 5, 1000, 1000),
        (0, 0, 1000, 0),
        (7, 0, 1000, 0),
        (10**12, 3 * 10**12, 1000, 333),
    ],
)
def test_rate(parts, wholes, per, expected):
    assert rate(np.array([parts]), np.array([wholes]), per).tolist() == [expected]


@pytest.mark.parametrize(
    ("cents", "unit", "expected"),
    [
        (149_999_99, 1000, 150_000),
        (50_000, 1000, 1000),
        (49_999, 1000, 0),
        (-50_000, 1000, -1000),
        (-49_999, 1000, 0),
        (150_000, 1000, 2000),
        (-150_000, 1000, -2000),
        (250_000, 1000, 3000),
        (0, 1000, 0),
        (12_345_678, 10_000, 120_000),
    ],
)
def test_euros(cents, unit, expected):
    assert euros(np.array([cents]), unit).tolist() == [expected]
