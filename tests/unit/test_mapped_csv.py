"""CSV as suites export it: other names, notations, delimiter, encoding; structure that is off refuses it."""

import io

import pytest
from builders import row
from deliver_as.tables import write_suite_csv

from pseudonymisation.sources.mapped_csv import MappedCsv
from pseudonymisation.sources.source_reader import OpenedFile
from schemas.errors import RefusedDelivery
from schemas.extracts import CANONICAL_COLUMNS
from schemas.purpose import SourceGround
from schemas.source_formats import CsvFormat

GROUND = SourceGround(
    law="wet",
    article="artikel",
    bsn_ground="wet",
    columns=("bsn", "regeling", "begin", "bedrag_cent"),
    drops=("Dossiernr",),
)
NAMES = {"bsn": ("BSN",), "regeling": ("Regeling",), "begin": ("Datum ingang",), "bedrag_cent": ("Bruto bedrag",)}
HEADER = "BSN;Dossiernr;Regeling;Datum ingang;Bruto bedrag"
LINE = "999996770;7;Participatiewet ;01-02-2018;1.234,56"
CELLS = {"bsn": "999996770", "regeling": "P-wet", "begin": "2018-02-01", "bedrag_cent": "123456"}


def form(**fields):
    stated = {"dates": "dutch", "amounts": "euros_comma", "values": {"regeling": {"Participatiewet": "P-wet"}}}
    return CsvFormat(kind="csv", names=NAMES, **{**stated, **fields})


def reader(*contents, rows=1, ground=GROUND, batch_bytes=8 << 20, **fields):
    contents = [text if isinstance(text, bytes) else text.encode() for text in contents]
    files = [OpenedFile(io.BytesIO(content), rows) for content in contents]
    return MappedCsv("pwet", files, ground, form(**fields), batch_bytes)


def read(*contents, **how):
    csv = reader(*contents, **how)
    csv.header()
    batches = [{name: cells.to_pylist() for name, cells in batch.items()} for batch in csv.batches()]
    return {name: [cell for batch in batches for cell in batch[name]] for name in GROUND.columns}


def alone(cells):
    return {name: [cell] for name, cell in cells.items()}


def test_header_names_used_columns_as_ours_and_dropped_ones_as_theirs():
    assert reader(f"{HEADER}\n{LINE}\n").header() == ("bsn", "Dossiernr", "regeling", "begin", "bedrag_cent")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_delimiter(delimiter):
    text = f"{HEADER}\n{LINE}\n".replace("1.234,56", "1234,56" if delimiter != "," else '"1.234\u00a7"')
    text = text.replace(";", delimiter).replace("\u00a7", ",56")
    assert read(text, delimiter=delimiter) == alone(CELLS)


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADER}\r\n{LINE}\r\n",
        f'"BSN";"Dossiernr";"Regeling";"Datum ingang";"Bruto bedrag"\n{LINE}',
        f'{HEADER}\n999996770;"a;b\n""c""";Participatiewet;01-02-2018;1.234,56\n',
        "Bruto bedrag;Datum ingang;Regeling;BSN\n1.234,56;01-02-2018;Participatiewet;999996770\n",
    ],
    ids=["BOM and CRLF", "quoted header", "quoted line break", "other order, nothing dropped"],
)
def test_spellings_of_one_file(text):
    assert read(text) == alone(CELLS)


def test_several_files_are_one_source():
    other = "Regeling;BSN;Datum ingang;Bruto bedrag\nIOAW;999900018;03-04-2018;1,00-\n"
    csv = read(f"{HEADER}\n{LINE}\n", other)
    assert csv["bsn"] == ["999996770", "999900018"]
    assert csv["bedrag_cent"] == ["123456", "-100"]
    with pytest.raises(RefusedDelivery) as refused:
        read(f"{HEADER}\n{LINE}\n", other + "x\n")
    assert refused.value.what.startswith("pwet (file 2 of 2): 1 row(s)")


@pytest.mark.parametrize(
    ("encoding", "content", "line"),
    [
        ("utf-8", f"{HEADER}\n{LINE}\n{LINE};Andr\u00e9\n".encode("cp1252"), 3),
        ("utf-8", f"Andr\u00e9;{HEADER}\n".encode("cp1252"), 1),
        ("utf-8", f"{HEADER}\n{LINE}\n".encode() + b"\xc3", 3),
        ("utf-8", f"{HEADER}\n{LINE}\n".encode("utf-16"), 1),
        ("utf-8", f"{HEADER}\n{LINE}\0\n".encode(), 2),
        ("windows-1252", f"{HEADER}\n{LINE}\n".encode() + b"\x81", 3),
        ("windows-1252", f"{HEADER}\n{LINE}\n".encode("utf-8-sig"), 1),
        ("windows-1252", f"{HEADER}\n{LINE}\n999996770;Andr\u00e9;x;;\n".encode(), 3),
    ],
)
def test_another_encoding_is_refused_with_its_line(encoding, content, line):
    with pytest.raises(RefusedDelivery) as refused:
        read(content, encoding=encoding)
    assert (refused.value.code, refused.value.what[-len(f"line {line}") :]) == ("wrong_encoding", f"line {line}")


def test_another_encoding_far_into_a_file_is_refused_with_its_line():
    content = f"{HEADER}\n".encode() + f"{LINE}\n".encode() * 60_000 + "999996770;\u00e9;x;;\n".encode("cp1252")
    with pytest.raises(RefusedDelivery, match="first at line 60002"):
        read(content, rows=60_001, batch_bytes=1 << 16)


def test_windows_1252_is_read():
    line = LINE.replace("Participatiewet", "Bijstand \u20ac \u00e9\u00ef")
    content = f"{HEADER}\n{line}\n".encode("cp1252")
    assert read(content, encoding="windows-1252")["regeling"] == ["Bijstand \u20ac \u00e9\u00ef"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{HEADER}\n{LINE}\n".replace(";", ","), "wrong_delimiter"),
        (f"{LINE}\n{LINE}\n", "header_missing"),
        (f"{HEADER};\n{LINE};\n", "undeclared_column"),
        (f"{HEADER};BSN\n{LINE};1\n", "duplicate_header"),
        (f"{HEADER.replace('BSN', 'Dossiernr')}\n", "duplicate_header"),
        (HEADER.replace(";Regeling", "") + "\n", "missing_column"),
        (f"{HEADER}\n{LINE};x\n", "ragged_row"),
        (f"{HEADER}\n{LINE}\n{LINE}\n", "wrong_row_count"),
        (f"{HEADER}\n", "wrong_row_count"),
        (f"{HEADER}\n{LINE}\n" + '9;"' + f"{LINE}\n" * 3000, "unreadable"),
    ],
)
def test_structure_that_is_off_is_refused(text, code):
    with pytest.raises(RefusedDelivery) as refused:
        read(text, batch_bytes=1 << 16)
    assert refused.value.code == code


def test_a_line_break_in_quotes_may_lie_anywhere_between_blocks():
    lines = "".join(f'{n};"a\n{"b" * (n % 50)}\n";IOAW;01-02-2018;1,00\n' for n in range(2000))
    found = read(f"{HEADER}\n{lines}", rows=2000, batch_bytes=1 << 10)
    assert found["bsn"] == [str(n) for n in range(2000)]


def test_batches_are_bounded_by_the_block():
    csv = reader(f"{HEADER}\n" + f"{LINE}\n" * 5000, rows=5000, batch_bytes=1 << 14)
    csv.header()
    sizes = [len(batch["bsn"]) for batch in csv.batches()]
    assert sum(sizes) == csv.rows == 5000
    assert max(sizes) < 500
    assert csv.counts == {}


def test_what_a_suite_writes_is_read_as_the_same_cells(tmp_path):
    rows = [
        row("wmo", einde="", bedrag_cent="-123456", aanbieder='Zorg "\u00e9\u00e9n"; & co'),
        row("wmo", begin="x", einde="2018-02-30", bedrag_cent="12.34", aanbieder=""),
    ]
    [delivered], form = write_suite_csv(tmp_path, "wmo", rows)
    assert form.encoding == "windows-1252"
    columns = tuple(name for name in CANONICAL_COLUMNS["wmo"] if name in rows[0])
    ground = SourceGround(law="wet", article="artikel", bsn_ground="wet", columns=columns)
    with (tmp_path / delivered.name).open("rb") as file:
        csv = MappedCsv("wmo", [OpenedFile(file, delivered.rows)], ground, form)
        assert csv.header() == columns
        [batch] = csv.batches()
    first, second = ({name: batch[name][n].as_py() for name in columns} for n in range(2))
    assert first == {name: cell or None for name, cell in rows[0].items()}
    unsound = {"begin": "?x", "bedrag_cent": "?12.34", "aanbieder": None}
    assert second == {**rows[1], **unsound}
