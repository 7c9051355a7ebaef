"""Received columns are used, dropped or a reason to refuse; no refusal says more than a canonical name or a number."""

import pyarrow as pa
import pytest

from pseudonymisation.sources.column_map import ColumnMap
from schemas.errors import RefusedDelivery
from schemas.purpose import SourceGround
from schemas.source_formats import TabularFormat

GROUND = SourceGround(
    law="wet", article="artikel", bsn_ground="wet", columns=("bsn", "regeling", "begin"), drops=("Clientnr", "Fraude")
)
FORM = TabularFormat(names={"bsn": ("BSN", "Burgerservicenummer"), "begin": ("Datum ingang",)}, dates="dutch")
WHOLE = ("BSN", "regeling", "Datum ingang")


def column_map(**form):
    return ColumnMap("pwet", GROUND, FORM.model_copy(update=form))


def whole(cells):
    return {name: [pa.array(cells)] for name in WHOLE}


@pytest.mark.parametrize(
    ("received", "code", "what"),
    [
        (("regeling", "Datum ingang"), "missing_column", "1 column(s) missing, first bsn"),
        (("BSN", "regeling"), "missing_column", "1 column(s) missing, first begin"),
        (("BSN", "regeling", "begin"), "undeclared_column", "1 undeclared column(s), first begin"),
        ((*WHOLE, "Burgerservicenummer"), "duplicate_header", "column bsn is there under 2 names"),
        ((*WHOLE, "BSN"), "duplicate_header", "column BSN occurs 2 times"),
        ((*WHOLE, "Fraude", "Fraude"), "duplicate_header", "column Fraude occurs 2 times"),
        ((*WHOLE, "Jan de Wit"), "undeclared_column", "1 undeclared column(s), first number 4"),
        ((*WHOLE, "bsn"), "undeclared_column", "1 undeclared column(s), first bsn"),
        (("x", *WHOLE, "y"), "undeclared_column", "2 undeclared column(s), first number 1"),
    ],
)
def test_columns_that_are_off_are_refused(received, code, what):
    with pytest.raises(RefusedDelivery) as refused:
        column_map().bind(received)
    assert (refused.value.code, refused.value.what) == (code, f"pwet: {what}")


def test_dropped_columns_keep_their_own_names_and_may_be_absent():
    assert column_map().bind(("Clientnr", *WHOLE)) == ("Clientnr", "bsn", "regeling", "begin")


def test_columns_of_a_database_that_are_not_asked_for_stay_there():
    columns = column_map()
    assert columns.bind((*WHOLE, "Jan de Wit", "Fraude"), others_stay=True) == ("bsn", "regeling", "begin")
    assert columns.found == {"bsn": "BSN", "regeling": "regeling", "begin": "Datum ingang"}
    with pytest.raises(RefusedDelivery, match="duplicate_header"):
        columns.bind((*WHOLE, "Burgerservicenummer"), others_stay=True)


def test_a_constant_is_not_received():
    columns = column_map(constants={"regeling": "P-wet"})
    assert columns.bind(("BSN", "Datum ingang")) == ("bsn", "begin")
    cells = columns.cells({"BSN": [pa.array(["1", "2"])], "Datum ingang": [pa.array(["01-02-2018", ""])]}, 2)
    assert {name: column.to_pylist() for name, column in cells.items()} == {
        "bsn": ["1", "2"],
        "regeling": ["P-wet", "P-wet"],
        "begin": ["2018-02-01", None],
    }
    assert list(cells) == list(GROUND.columns)
    with pytest.raises(RefusedDelivery, match="undeclared_column"):
        columns.bind(WHOLE)


def test_how_many_columns_are_recognised():
    columns = column_map()
    assert columns.recognised(("BSN", "Burgerservicenummer", "Datum ingang", "begin")) == (2, 3)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (pa.array([1.0]), "double"),
        (pa.array([b"1"]), "binary"),
        (pa.array([{"GEHEIM123": 1}]), "nested"),
        (pa.array([["GEHEIM123"]]), "nested"),
        (pa.array([3600], pa.time32("s")), "time32[s]"),
        (pa.array([1514764801], pa.timestamp("s")), "moment that is not midnight"),
        (pa.array([1514764800], pa.timestamp("s", "Europe/Amsterdam")), "moment of a time zone"),
    ],
)
def test_a_column_of_a_type_that_is_not_read_is_refused(cells, kind):
    columns = column_map()
    columns.bind(WHOLE)
    with pytest.raises(RefusedDelivery) as refused:
        columns.cells({**whole(["1"]), "Datum ingang": [cells]}, 1)
    assert (refused.value.code, refused.value.what) == ("wrong_type", f"pwet: column begin is of type {kind}")


def test_a_column_of_values_of_several_types_is_read_value_by_value():
    columns = column_map()
    columns.bind(WHOLE)
    parts = [pa.array([None, "01-02-2018", None]), pa.array([17897, None, None], pa.int32()).cast(pa.date32())]
    cells = columns.cells({**whole(["1"] * 3), "Datum ingang": parts}, 3)
    assert cells["begin"].to_pylist() == ["2019-01-01", "2018-02-01", None]


def test_text_that_is_no_text_is_refused():
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])
    columns = column_map()
    columns.bind(WHOLE)
    with pytest.raises(RefusedDelivery, match="wrong_type"):
        columns.cells({name: [broken] for name in WHOLE}, 1)
