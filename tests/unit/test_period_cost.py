"""Activity and cost in a half-year (docs/definitions.md, section 2)."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudonymisation.period_cost import active, cost_in_period, days
from schemas.extracts import parse_dates
from schemas.period import HalfYear

H1 = HalfYear(2018, 1)


def day(text):
    return days(pa.array([None if text is None else date.fromisoformat(text)], pa.date32()))


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2018-01-01", "2018-06-30", True),
        ("2017-01-01", "2018-01-01", True),
        ("2017-01-01", "2017-12-31", False),
        ("2018-06-30", "2018-06-30", True),
        ("2018-06-30", None, True),
        ("2018-07-01", None, False),
        ("1990-05-05", None, True),
        ("2017-01-01", "2019-12-31", True),
        ("2018-03-03", "2018-03-03", True),
    ],
)
def test_active_on_any_day_of_the_period(begin, end, expected):
    assert active(day(begin), day(end), H1).tolist() == [expected]


@pytest.mark.parametrize(
    ("cents", "begin", "end", "expected"),
    [
        (1000, "2018-01-01", "2018-06-30", 1000),
        (1000, "2018-06-30", "2018-07-01", 500),
        (1000, "2017-12-31", "2018-01-01", 500),
        (1000, "2018-06-30", "2018-06-30", 1000),
        (1000, "2018-07-01", "2018-12-31", 0),
        (1000, "2017-07-01", "2017-12-31", 0),
        (365, "2018-01-01", "2018-12-31", 181),
        (1, "2018-06-30", "2018-07-01", 1),  # a half goes away from zero
        (-1, "2018-06-30", "2018-07-01", -1),
        (-3, "2018-06-30", "2018-07-01", -2),
        (1, "2018-06-30", "2018-07-02", 0),  # a third
        (2, "2018-06-30", "2018-07-02", 1),  # two thirds
        (-2, "2018-06-30", "2018-07-02", -1),
        (999_999_999_999, "2018-01-01", "2018-12-31", 495_890_410_958),
        (0, "2018-01-01", "2018-06-30", 0),
    ],
)
def test_cost_by_days_both_ends_included(cents, begin, end, expected):
    assert cost_in_period(np.array([cents]), day(begin), day(end), H1).tolist() == [expected]


@given(st.integers(-(10**12), 10**12), st.integers(0, 2000), st.integers(0, 800))
def test_a_credit_cancels_its_debit_to_the_cent(cents, start, length):
    begin, end = np.array([16800 + start]), np.array([16800 + start + length])
    assert cost_in_period(np.array([-cents]), begin, end, H1) == -cost_in_period(np.array([cents]), begin, end, H1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2018H1", "2018-01-01", "2018-06-30"), ("2018H2", "2018-07-01", "2018-12-31")],
)
def test_a_half_year(text, first, last):
    period = HalfYear.parse(text)
    assert (str(period), str(period.first_day), str(period.last_day)) == (text, first, last)


@pytest.mark.parametrize("text", ["2018H0", "2018H3", "2018h1", "18H1", "2018", "1899H1", "3000H1", "2018H1\n", ""])
def test_no_half_year(text):
    with pytest.raises(ValueError, match="half-year"):
        HalfYear.parse(text)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2018-01-31", date(2018, 1, 31)),
        ("2016-02-29", date(2016, 2, 29)),
        ("2018-02-29", None),
        ("2018-02-30", None),
        ("2018-13-01", None),
        ("2018-1-5", None),
        ("31-01-2018", None),
        ("20180131", None),
        ("2018-01-31T00:00", None),
        ("0", None),
        (None, None),
    ],
)
def test_dates_of_the_calendar(cell, expected):
    assert parse_dates(pa.array([cell], pa.string()).to_pandas()).to_pylist() == [expected]
