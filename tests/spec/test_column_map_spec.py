"""What cells of somebody's table mean: notations, values, and the names that suites and the GGM give to columns."""

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from pseudonymisation.sources.column_map import ColumnMap
from pseudonymisation.sources.notations import canonical
from schemas.extracts import TEXT, extract_schema, parse_dates
from schemas.purpose import SourceGround
from schemas.source_formats import TabularFormat


def read(column, cell, **form):
    cells = cell if isinstance(cell, pa.Array) else pa.array([cell])
    return canonical(column, cells, TabularFormat(**form)).to_pylist()[0]


def sound(column, cell):
    """Whether the contract takes the cell: what is not sound is quarantined."""
    frame = pa.table({column: pa.array([cell], pa.string())}).to_pandas(types_mapper={pa.string(): TEXT}.get)
    try:
        extract_schema((column,)).validate(frame, lazy=True)
    except Exception:
        return False
    return True


@pytest.mark.parametrize(
    ("notation", "written", "read_as"),
    [
        ("iso", "2018-07-01", "2018-07-01"),
        ("iso", " 2018-07-01 ", "2018-07-01"),
        ("compact", "20180701", "2018-07-01"),
        ("dutch", "01-07-2018", "2018-07-01"),
        ("dutch", "31-12-9999", "9999-12-31"),
        ("dutch", "29-02-2016", "2016-02-29"),
        ("dutch", "", None),
        ("compact", None, None),
    ],
)
def test_a_date_in_its_notation(notation, written, read_as):
    assert read("begin", written, dates=notation) == read_as


@pytest.mark.parametrize(
    ("notation", "written"),
    [
        ("iso", "20180701"),
        ("iso", "01-07-2018"),
        ("compact", "2018-07-01"),
        ("compact", "01-07-2018"),
        ("compact", "20180230"),
        ("compact", "20180000"),
        ("compact", "00000000"),
        ("compact", "201807"),
        ("compact", "2018070112"),
        ("dutch", "2018-07-01"),
        ("dutch", "20180701"),
        ("dutch", "1-7-2018"),
        ("dutch", "01-7-2018"),
        ("dutch", "01/07/2018"),
        ("dutch", "07-13-2018"),
        ("dutch", "30-02-2018"),
        ("dutch", "29-02-2018"),
        ("dutch", "01-07-18"),
        ("dutch", "01-07-2018 00:00"),
        ("dutch", "onbekend"),
        ("dutch", "\u0660\u0661-07-2018"),
    ],
)
def test_a_date_in_another_notation_is_quarantined_and_becomes_no_other_date(notation, written):
    cell = read("begin", written, dates=notation)
    assert cell is not None
    assert not sound("begin", cell)
    assert parse_dates(pa.array([cell]).to_pandas()).to_pylist() == [None]


@pytest.mark.parametrize("written", ["2018-07-01", "20180701"])
def test_a_birth_date_in_another_notation_is_not_read_either(written):
    # No check of the schema stops a birth date, and its reader knows every notation.
    assert read("geboortedatum", written, dates="dutch") == f"?{written}"


def test_unknown_parts_of_a_birth_date_stay_unknown():
    assert read("geboortedatum", "19800000", dates="compact") == "1980-00-00"
    assert read("geboortedatum", "00-00-1980", dates="dutch") == "1980-00-00"


@pytest.mark.parametrize(
    ("notation", "written", "cents"),
    [
        ("cents", "123456", "123456"),
        ("cents", "-5", "-5"),
        ("euros", "1234.56", "123456"),
        ("euros", "1234.5", "123450"),
        ("euros", "1234", "123400"),
        ("euros", "0.05", "5"),
        ("euros", "-0.05", "-5"),
        ("euros", "12.34-", "-1234"),
        ("euros", "-0.00", "0"),
        ("euros", "0001.00", "100"),
        ("euros", "", None),
        ("euros_comma", "1.234,56", "123456"),
        ("euros_comma", "1234,56", "123456"),
        ("euros_comma", "1.234.567,89", "123456789"),
        ("euros_comma", "1234,5", "123450"),
        ("euros_comma", "1234", "123400"),
        ("euros_comma", "0,05", "5"),
        ("euros_comma", "-1.234,56", "-123456"),
        ("euros_comma", "1.234,56-", "-123456"),
        ("euros_comma", "9999999999,99", "999999999999"),
    ],
)
def test_an_amount_in_its_notation(notation, written, cents):
    assert read("bedrag_cent", written, amounts=notation) == cents
    assert cents is None or sound("bedrag_cent", cents)


@pytest.mark.parametrize(
    ("notation", "written"),
    [
        ("cents", "1234.56"),
        ("cents", "1234,56"),
        ("cents", "1.234"),
        ("cents", "12-"),
        ("euros", "1234,56"),
        ("euros", "1,234.56"),
        ("euros", "1.234"),
        ("euros", "1.234,56"),
        ("euros", "12.345"),
        ("euros", "-12.34-"),
        ("euros", "EUR 12.34"),
        ("euros", "€ 12"),
        ("euros", "1e3"),
        ("euros", "+12.00"),
        ("euros", ".50"),
        ("euros", "12."),
        ("euros", "12 34"),
        ("euros", "-"),
        ("euros", "1" * 14),
        ("euros", "1" * 40),
        ("euros_comma", "1234.56"),
        ("euros_comma", "1.234"),
        ("euros_comma", "1,234"),
        ("euros_comma", "1.234,567"),
        ("euros_comma", "12.34,00"),
        ("euros_comma", "1.2345,00"),
        ("euros_comma", "1234.567,00"),
        ("euros_comma", "1,234.56"),
        ("euros_comma", "12,"),
        ("euros_comma", "--12,00"),
        ("euros_comma", "10000000000,00"),
    ],
)
def test_an_amount_that_could_be_another_is_quarantined(notation, written):
    cell = read("bedrag_cent", written, amounts=notation)
    assert cell is not None
    assert not sound("bedrag_cent", cell)


@pytest.mark.parametrize(
    ("column", "typed", "form", "read_as"),
    [
        ("begin", pa.array([date(2018, 7, 1)]), {"dates": "dutch"}, "2018-07-01"),
        ("begin", pa.array([datetime(2018, 7, 1)]), {}, "2018-07-01"),
        ("begin", pa.array([datetime(2018, 7, 1)], pa.timestamp("ns")), {}, "2018-07-01"),
        ("begin", pa.array([datetime(9999, 12, 31)], pa.timestamp("us")), {}, "9999-12-31"),
        ("begin", pa.array([datetime(1900, 1, 1)], pa.timestamp("s")), {}, "1900-01-01"),
        ("begin", pa.array([date(2018, 7, 1)], pa.date64()), {}, "2018-07-01"),
        ("begin", pa.array([20180701]), {"dates": "compact"}, "2018-07-01"),
        ("bedrag_cent", pa.array([123456]), {}, "123456"),
        ("bedrag_cent", pa.array([1234]), {"amounts": "euros"}, "123400"),
        ("bedrag_cent", pa.array([Decimal("1234.56")]), {"amounts": "euros"}, "123456"),
        ("bedrag_cent", pa.array([Decimal("1234.56")]), {"amounts": "euros_comma"}, "123456"),
        ("bedrag_cent", pa.array([Decimal("-1234.5600")]), {"amounts": "euros"}, "-123456"),
        ("bedrag_cent", pa.array([Decimal("1234.00")]), {}, "1234"),
        ("bedrag_cent", pa.array([Decimal("0E-10")]), {"amounts": "euros"}, "0"),
        ("bsn", pa.array([Decimal("12345672")]), {}, "12345672"),
        ("huisnummer", pa.array([12], pa.uint8()), {}, "12"),
        ("soort", pa.array(["a"], pa.large_string()).dictionary_encode(), {}, "a"),
        ("soort", pa.array(["  "]).dictionary_encode(), {}, None),
        ("soort", pa.array([None]), {}, None),
        ("institutioneel", pa.array([True]), {"values": {"institutioneel": {"true": "J"}}}, "J"),
    ],
)
def test_a_typed_cell_is_what_it_is(column, typed, form, read_as):
    assert read(column, typed, **form) == read_as


@pytest.mark.parametrize(
    ("typed", "amounts"),
    [
        (pa.array([Decimal("1234.56")]), "cents"),
        (pa.array([Decimal("1234.567")]), "euros"),
        (pa.array([Decimal("0.0000000001")]), "euros"),
        (pa.array([Decimal(1234567890123)]), "euros"),
    ],
)
def test_a_decimal_that_is_no_amount_is_quarantined(typed, amounts):
    assert not sound("bedrag_cent", read("bedrag_cent", typed, amounts=amounts))


def test_a_listed_value_becomes_what_is_listed_in_any_notation():
    form = {"dates": "dutch", "values": {"einde": {"31-12-9999": "2018-12-31", "geen": "9999-12-31"}}}
    assert [read("einde", cell, **form) for cell in ("31-12-9999", "geen", "01-01-2018", "Geen")] == [
        *("2018-12-31", "9999-12-31", "2018-01-01", "Geen")
    ]


@pytest.mark.parametrize(("written", "read_as"), [("GM0637", "GM0637"), ("0637", "0637"), ("637", "637")])
def test_a_code_is_not_completed(written, read_as):
    assert read("soort", written) == read_as


_WORK_AND_INCOME = {
    "bsn": ("BSN",),
    "regeling": ("Regeling",),
    "begin": ("Datum ingang",),
    "einde": ("Datum einde",),
    "leefvorm": ("Leefvorm",),
}
_CASE_SYSTEM = {"begin": ("ingangsdatum",), "einde": ("einddatum",), "aanbieder": ("aanbieder_agb",)}
_GGM_INCOME = {"begin": ("ingangsdatum",), "einde": ("einddatum",), "regeling": ("regeling", "regelingscode")}
_GGM_RMC = {"begin": ("datumStart",), "einde": ("datumEinde",), "nummer": ("bsn",), "soort": ("soort",)}


@pytest.mark.parametrize(
    ("used", "drops", "names", "constants", "received", "header"),
    [
        (
            ("bsn", "leefvorm", "regeling", "begin", "einde"),
            ("Clientnr", "Dossiernr", "Norm"),
            _WORK_AND_INCOME,
            {},
            ("BSN", "Clientnr", "Dossiernr", "Regeling", "Datum ingang", "Datum einde", "Leefvorm", "Norm"),
            ("bsn", "Clientnr", "Dossiernr", "regeling", "begin", "einde", "leefvorm", "Norm"),
        ),
        (
            ("bsn", "leveringsvorm", "aanbieder", "begin", "einde"),
            ("beschikkingnr", "wet"),
            _CASE_SYSTEM,
            {},
            ("beschikkingnr", "bsn", "wet", "ingangsdatum", "einddatum", "leveringsvorm", "aanbieder_agb"),
            ("beschikkingnr", "bsn", "wet", "begin", "einde", "leveringsvorm", "aanbieder"),
        ),
        (
            ("bsn", "regeling", "begin", "einde"),
            ("eenmalig",),
            _GGM_INCOME,
            {},
            ("bsn", "regelingscode", "ingangsdatum", "einddatum"),
            ("bsn", "regeling", "begin", "einde"),
        ),
        (
            ("soort_nummer", "nummer", "soort", "status", "begin", "einde"),
            (),
            _GGM_RMC,
            {"soort_nummer": "BSN"},
            ("bsn", "soort", "status", "datumStart", "datumEinde"),
            ("nummer", "soort", "status", "begin", "einde"),
        ),
    ],
    ids=["work and income suite", "case system", "GGM inkomensvoorziening", "GGM leerplicht"],
)
def test_names_of_suites_are_found(used, drops, names, constants, received, header):
    ground = SourceGround(law="wet", article="artikel", bsn_ground="wet", columns=used, drops=drops)
    columns = ColumnMap("bron", ground, TabularFormat(names=names, constants=constants))
    assert columns.bind(received) == header
    cells = columns.cells({name: [pa.array([name])] for name in received}, 1)
    assert {column: cell.to_pylist()[0] for column, cell in cells.items()} == {
        column: constants.get(column) or received[header.index(column)] for column in used
    }
