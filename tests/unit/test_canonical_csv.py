"""The canonical CSV: structure that is off refuses the file, and no refusal repeats a cell."""

import io
import traceback

import pytest
from builders import GROUNDS, bsn, csv_of, deliver, delivery_of, manifest_of, pull_file, row, write_manifest

from pseudonymisation.delivery import read_manifest
from pseudonymisation.delivery_folder import LocalFolder
from pseudonymisation.objections import read_objections
from pseudonymisation.sources.canonical_csv import CanonicalCsv
from samenloop.purposes import read_purpose
from schemas.errors import RefusedByPurpose, RefusedDelivery, SamenloopError
from schemas.extracts import CANONICAL_COLUMNS

HEADER = ";".join(CANONICAL_COLUMNS["rmc"])
LINE = "BSN;999996770;verzuim;Geregistreerd;2018-01-01;"
MARKER = "GEHEIM123"


def read(text, source="rmc", rows=1):
    content = text if isinstance(text, bytes) else text.encode()
    csv = CanonicalCsv(source, io.BufferedReader(io.BytesIO(content)), GROUNDS[source], rows)
    header = csv.header()
    return header, [batch for batch in csv.batches() if len(batch["nummer"])]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n{LINE}\n",
        f"{HEADER}\n{LINE}",
        f"{HEADER}\r\n{LINE}\r\n",
        f"\ufeff{HEADER}\n{LINE}\n",
        f"{HEADER}\n\n{LINE}\n\n",
        '"soort_nummer";"nummer";"soort";"status";"begin";"einde"\n' + LINE,
        "einde;begin;status;soort;nummer;soort_nummer\n;2018-01-01;Geregistreerd;verzuim;999996770;BSN\n",
        f"{HEADER}\n BSN ; 999996770 ;verzuim; Geregistreerd;2018-01-01;  \n",
    ],
    ids=["plain", "no last break", "CRLF", "BOM", "empty lines", "quoted header", "other order", "spaces"],
)
def test_spellings_of_one_file(text):
    _, [batch] = read(text)
    assert {name: cells.to_pylist() for name, cells in batch.items()} == {
        "soort_nummer": ["BSN"],
        "nummer": ["999996770"],
        "soort": ["verzuim"],
        "status": ["Geregistreerd"],
        "begin": ["2018-01-01"],
        "einde": [None],
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEADER.replace(";", ",") + "\n" + LINE.replace(";", ","), "wrong_delimiter"),
        (HEADER.replace(";", "\t") + "\n", "wrong_delimiter"),
        (HEADER.replace(";", "|") + "\n", "wrong_delimiter"),
        (f"{LINE}\n{LINE}\n", "header_missing"),
        ("\n", "header_missing"),
        (f"soort_nummer;nummer\n{LINE}\n", "header_missing"),
        (f"{HEADER};nummer\n{LINE};1\n", "duplicate_header"),
        (f"{HEADER};naam\n{LINE};x\n", "undeclared_column"),
        (f"{HEADER};\n{LINE};\n", "undeclared_column"),
        (HEADER.replace(";einde", "") + "\n", "missing_column"),
        (f"{HEADER}\n{LINE};meer\n", "ragged_row"),
        (f"{HEADER}\nBSN;999996770\n", "ragged_row"),
        (f"{HEADER}\n", "wrong_row_count"),
        (HEADER, "wrong_row_count"),
        (f"{HEADER}\n{LINE}\n{LINE}\n", "wrong_row_count"),
        (f'{HEADER}\nBSN;"999996770;verzuim;Geregistreerd;2018-01-01;\n', "ragged_row"),
        (HEADER + "\n" + f"{LINE}\n" * 9 + LINE.replace("verzuim", "x" * (20 << 20)) + "\n", "unreadable"),
        ("x" + "é" * 40_000 + f"\n{LINE}\n", "header_missing"),
    ],
    ids=lambda value: value if "\n" not in value and len(value) < 30 else None,
)
def test_structure_that_is_off_is_refused(text, code):
    with pytest.raises(RefusedDelivery) as refused:
        read(text)
    assert refused.value.code == code


def test_only_a_header_is_a_file_without_rows():
    assert read(f"{HEADER}\n", rows=0)[1] == []
    assert read(HEADER, rows=0)[1] == []


def test_dropped_columns_are_received_but_never_read():
    content = csv_of("shv", [row("shv", uitstroom_reden=MARKER, geboortedatum=MARKER)])
    csv = CanonicalCsv("shv", io.BufferedReader(io.BytesIO(content)), GROUNDS["shv"], 1)
    assert set(csv.header()) == set(CANONICAL_COLUMNS["shv"])
    [batch] = csv.batches()
    assert set(batch) == set(GROUNDS["shv"].columns)


@pytest.mark.parametrize(
    ("column", "shown"), [("naam", "naam"), ("Naam", "number 7"), ("jan de wit", "number 7"), ("999996770", "number 7")]
)
def test_an_undeclared_column_is_named_only_when_it_looks_like_a_column(column, shown):
    with pytest.raises(RefusedDelivery) as refused:
        read(f"{HEADER};{column}\n{LINE};x\n")
    assert refused.value.what == f"rmc: 1 undeclared column(s), first {shown}"


def _columns(names, cell=MARKER):
    return ";".join(names) + "\n" + ";".join(cell for _ in names) + "\n"


_RMC = CANONICAL_COLUMNS["rmc"]
_MARKED_FILES = {
    "no header": f"{MARKER};{MARKER};{MARKER};{MARKER};{MARKER};{MARKER}\n" * 3,
    "other delimiter": ",".join([MARKER] * 6) + "\n" + ",".join([MARKER] * 6) + "\n",
    "marker as column": _columns([*_RMC, MARKER]),
    "marker twice as column": _columns([*_RMC, MARKER, MARKER]),
    "half a header": _columns([*_RMC[:3], MARKER, MARKER, MARKER]),
    "column twice": _columns([*_RMC, "nummer"]),
    "column missing": _columns(_RMC[:5]),
    "too many cells": _columns(_RMC) + ";".join([MARKER] * 9) + "\n",
    "too few cells": _columns(_RMC) + MARKER + "\n",
    "more rows than promised": _columns(_RMC) + ";".join([MARKER] * 6) + "\n",
    "open quote": _columns(_RMC) + f'"{MARKER};' * 6 + "\n",
    "quote in the header": f'"{MARKER};' * 6 + "\n",
    "line that is too long": _columns(_RMC) + ";".join([MARKER * (1 << 20)] * 6) + "\n",
    "old line breaks": _columns(_RMC).replace("\n", "\r"),
    "header that is too long": "x" + "é" * 40_000 + _columns(_RMC),
}


def assert_silent(error):
    told = [str(error), repr(error), repr(error.__cause__), *traceback.format_exception(error)]
    assert MARKER not in "".join(told)


@pytest.mark.parametrize("case", _MARKED_FILES)
def test_no_refusal_of_a_file_repeats_a_cell(tmp_path, case):
    delivered = deliver(tmp_path, "rmc", _MARKED_FILES[case].encode(), rows=1)
    with pytest.raises(SamenloopError) as refused:
        pull_file(tmp_path, "rmc", delivered)
    assert_silent(refused.value)


@pytest.mark.parametrize(
    "content",
    [_columns(_RMC).encode() + b"\xff" * 9, _columns(_RMC).encode() + b"\0"],
    ids=["no UTF-8", "NUL"],
)
def test_no_refusal_of_an_encoding_repeats_a_cell(tmp_path, content):
    with pytest.raises(RefusedDelivery) as refused:
        pull_file(tmp_path, "rmc", deliver(tmp_path, "rmc", content))
    assert_silent(refused.value)


@pytest.mark.parametrize("source", [name for name in CANONICAL_COLUMNS if name != "bezwaar"])
def test_no_count_of_quarantined_rows_repeats_a_cell(tmp_path, source):
    delivered = deliver(tmp_path, source, _columns(CANONICAL_COLUMNS[source]).encode())
    result = pull_file(tmp_path, source, delivered)
    assert (result.counts["received"], result.table.num_rows) == (1, 0)
    assert MARKER not in repr(result.counts)


def test_no_refusal_of_objections_repeats_one(tmp_path):
    delivered = deliver(tmp_path, "bezwaar", f"bsn\n{MARKER}\n{bsn(0)}\n".encode())
    with pytest.raises(RefusedDelivery, match="objection_unreadable") as refused:
        read_objections(delivery_of("bezwaar", tmp_path, delivered))
    assert_silent(refused.value)
    assert bsn(0) not in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        MARKER,
        f'{{"{MARKER}',
        manifest_of({}, **{MARKER: MARKER}),
        dict.fromkeys(manifest_of({}), MARKER),
        manifest_of({}, files={MARKER: {}}),
        manifest_of({}, files={"wmo": {"name": f"../{MARKER}", "rows": MARKER, "sha256": MARKER, "x": MARKER}}),
    ],
    ids=["text", "half an object", "unknown key", "every field", "unknown source", "every field of a file"],
)
def test_no_refusal_of_a_manifest_repeats_a_value(tmp_path, content):
    write_manifest(tmp_path, content)
    with pytest.raises(RefusedDelivery, match="manifest_invalid") as refused:
        read_manifest(LocalFolder(tmp_path))
    assert_silent(refused.value)


@pytest.mark.parametrize("content", [f"id: {MARKER}", f"{{{MARKER}", f"id: &a {MARKER}\nversion: *a", f"- {MARKER}"])
def test_no_refusal_of_a_purpose_repeats_a_value(tmp_path, content):
    (tmp_path / "purpose.yaml").write_text(content)
    with pytest.raises(RefusedByPurpose) as refused:
        read_purpose(tmp_path / "purpose.yaml")
    assert_silent(refused.value)
