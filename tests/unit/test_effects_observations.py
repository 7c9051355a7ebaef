"""Observations: what is handed in is exactly what was agreed, or refused without showing a value."""

import pandas as pd
import pytest

from outputs.effects.observations import COLUMNS, Observations
from schemas.errors import RunError


def rows(number=4, **columns):
    plain = {
        "household": range(number),
        "treated": [place % 2 == 0 for place in range(number)],
        "buurt": None,
        "persons": 2,
        "youngest_age": pd.array([30] * number, dtype="Int64"),
        "oldest_age": pd.array([40] * number, dtype="Int64"),
        "domains_before": 2,
        "domains_after": 1,
        "cost_before_cent": 100_000,
        "cost_after_cent": 90_000,
        "domains_earlier": pd.array([2] * number, dtype="Int64"),
        "cost_earlier_cent": pd.array([100_000] * number, dtype="Int64"),
    }
    return pd.DataFrame(plain | columns)


def test_the_order_of_rows_and_columns_is_of_no_account():
    plain = rows(50, persons=range(1, 51))
    for other in (plain[::-1], plain.sample(frac=1, random_state=1)[[*reversed(COLUMNS)]]):
        pd.testing.assert_frame_equal(Observations(plain).rows, Observations(other).rows)
    assert Observations(plain).rows["household"].tolist() != list(range(50))


def test_what_was_handed_in_can_change_without_consequence():
    plain = rows()
    seen = Observations(plain)
    plain["persons"] = 9
    assert set(seen.rows["persons"]) == {2}


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"treated": 1}, "treated"),
        ({"treated": "yes"}, "treated"),
        ({"household": [1, 1, 2, 3]}, "household: 1 more"),
        ({"household": [-1, 1, 2, 3]}, "household: 1 out"),
        ({"persons": [0, 1, 1, 1]}, "persons: 1 out"),
        ({"persons": 1.5}, "persons: 4 out"),
        ({"persons": "2"}, "persons: no"),
        ({"persons": True}, "persons: no"),
        ({"persons": [None, 1, 1, 1]}, "persons: 1 missing"),
        ({"domains_before": [5, 1, 1, 1]}, "domains_before: 1 out"),
        ({"domains_after": [-1, 1, 1, 1]}, "domains_after: 1 out"),
        ({"cost_before_cent": 10**13}, "cost_before_cent: 4 out"),
        ({"cost_after_cent": None}, "cost_after_cent: no"),
        ({"youngest_age": 131}, "youngest_age: 4 out"),
        ({"youngest_age": "old"}, "youngest_age: no"),
        ({"youngest_age": None}, "go together"),
        ({"youngest_age": 41}, "go together"),
        ({"domains_earlier": None}, "some households only"),
        ({"cost_earlier_cent": [None, 1, 1, 1]}, "some households only"),
        ({"name": "x"}, "columns"),
    ],
)
def test_what_is_refused(columns, what):
    with pytest.raises(RunError, match=what) as refusal:
        Observations(rows(**columns))
    assert refusal.value.code == "observations_invalid"


def test_a_column_too_few():
    with pytest.raises(RunError, match="columns"):
        Observations(rows().drop(columns="buurt"))


def test_ages_and_the_earlier_half_year_may_be_unknown():
    unknown = dict.fromkeys(("youngest_age", "oldest_age", "domains_earlier", "cost_earlier_cent"))
    assert not Observations(rows(**unknown)).has_earlier
    assert Observations(rows()).has_earlier


def test_no_row_is_shown():
    assert "90000" not in repr(Observations(rows()))
