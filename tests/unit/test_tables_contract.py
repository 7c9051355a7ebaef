"""What publication accepts: exactly the contract, and never a figure in a confidential row."""

import pandas as pd
import pytest

from outputs.publication.tables import write_tables
from schemas.tables import TABLE_CONTRACTS, ProtectedTable, typed


def stacking(**columns):
    sound = {
        "period": ["2018H1", "2018H1"],
        "region": ["GM0637", "GM0637"],
        "combination": ["geen", "totaal"],
        "households": [20, None],
        "per_1000": [900, None],
        "status": ["A", "C"],
    }
    return pd.DataFrame({**sound, **columns})


def test_a_sound_table_is_accepted():
    table = ProtectedTable("stacking", typed("stacking", stacking()))
    assert table.confidential_rows == 1


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ({"status": ["A", "X"]}, "neither A nor C"),
        ({"status": ["A", None]}, "neither A nor C"),
        ({"status": ["C", "C"]}, "shows a figure"),
        ({"households": [20, 3]}, "shows a figure"),
        ({"per_1000": [900, 100]}, "shows a figure"),
        ({"combination": ["geen", "geen"]}, "occurs twice"),
    ],
)
def test_a_table_that_says_too_much_is_refused(columns, complaint):
    with pytest.raises(ValueError, match=complaint):
        ProtectedTable("stacking", typed("stacking", stacking(**columns)))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda frame: frame.assign(true_households=1), "columns are not"),
        (lambda frame: frame.drop(columns="per_1000"), "columns are not"),
        (lambda frame: frame[frame.columns[::-1]], "columns are not"),
        (lambda frame: frame.astype({"households": "Float64"}), "not of type integer"),
        (lambda frame: frame.astype({"region": object}), "not of type string"),
    ],
)
def test_another_shape_is_refused(change, complaint):
    with pytest.raises(ValueError, match=complaint):
        ProtectedTable("stacking", change(typed("stacking", stacking())))


def test_typed_refuses_a_fraction_where_a_count_belongs():
    with pytest.raises((TypeError, ValueError)):
        typed("stacking", stacking(households=[20.5, None]))


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("stacking", "period;region;combination;households;per_1000;status"),
        ("dimensions", "period;region;dimensions;households;per_1000;status"),
        ("use", "period;region;law;households;multiple_households;multiple_pct;status"),
        ("costs", "period;region;combination;domain;households;cost_eur;mean_cost_eur;status"),
        ("concentration", "period;region;denominator;top_pct;households;cost_share_pct;status"),
        ("providers", "period;region;providers;households;status"),
        ("quality", "period;source;method;rows;share_pct"),
        ("transitions", "from_period;to_period;region;from_class;to_class;households;status"),
        ("dimension_transitions", "from_period;to_period;region;from_class;to_class;households;status"),
        ("flow", "from_period;to_period;region;law;stayed;inflow;outflow;status"),
        ("duration", "period;region;duration;households;status"),
        ("relapse", "period;region;within_years;households;relapsed;relapse_pct;status"),
        (
            "segments",
            "period;region;segmentation;segment;households;per_1000;cost_eur;cost_share_pct;mean_cost_eur;status",
        ),
        ("top_groups", "period;region;top_pct;households;with_safety;with_safety_pct;status"),
        ("pyramid", "period;region;level;households;per_1000;status"),
    ],
)
def test_columns_that_readers_rely_on(name, columns):
    assert ";".join(TABLE_CONTRACTS[name].names) == columns


def test_written_as_csv_with_empty_confidential_cells(tmp_path):
    write_tables({"stacking": ProtectedTable("stacking", typed("stacking", stacking()))}, tmp_path / "tables")
    assert (tmp_path / "tables" / "stacking.csv").read_bytes() == (
        b"period;region;combination;households;per_1000;status\n2018H1;GM0637;geen;20;900;A\n2018H1;GM0637;totaal;;;C\n"
    )
