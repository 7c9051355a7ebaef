"""Whatever bytes a delivery has, its reader gives rows or refuses: no other error, no hang, no value in a message."""

import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from builders import write_manifest
from deliver_as.ddas import document as ddas_document
from deliver_as.ddas import trajectory_of
from deliver_as.istandaarden import assignment, claim, claim_line
from deliver_as.suwi import write_suwi
from deliver_as.tables import parquet_format, write_parquet
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pseudonymisation.address import ADDRESS_COLUMNS, read_address
from pseudonymisation.births import ages
from pseudonymisation.bsn import read_bsn
from pseudonymisation.delivery import read_manifest
from pseudonymisation.delivery_folder import LocalFolder
from pseudonymisation.names import read_dates
from pseudonymisation.sources.canonical_csv import CanonicalCsv
from pseudonymisation.sources.ddas import DdasTrajectories
from pseudonymisation.sources.istandaarden import Messages
from pseudonymisation.sources.mapped_csv import MappedCsv
from pseudonymisation.sources.notations import canonical
from pseudonymisation.sources.parquet import ParquetTable
from pseudonymisation.sources.source_reader import OpenedFile, SourceReader
from pseudonymisation.sources.suwi import SuwiBenefits
from schemas.errors import SamenloopError
from schemas.extracts import CANONICAL_COLUMNS
from schemas.purpose import SourceGround
from schemas.source_formats import CsvFormat, SuwiFormat

#: Stands in every cell that a sound file has room for; a message may quote none of it.
MARKER = "GEHEIM"
ROW = {
    **{"bsn": "999900006", "geboortedatum": MARKER, "postcode": MARKER, "huisnummer": MARKER, "aanbieder": MARKER},
    **{"begin": "2018-01-01", "einde": "2018-06-30", "regeling": "P-wet", "fase": "begeleiding", "leefvorm": MARKER},
    **{"bedrag_cent": "123456", "bedrag_begin": "2018-01-01", "bedrag_einde": "2018-06-30"},
}
SECONDS = timedelta(seconds=5)
FEW = settings(max_examples=30, deadline=SECONDS, derandomize=True)
BROKEN = settings(max_examples=250, deadline=SECONDS, derandomize=True)
MANY = settings(max_examples=100, deadline=SECONDS, derandomize=True)


def ground(source: str) -> SourceGround:
    columns = CANONICAL_COLUMNS[source]
    return SourceGround(law="wet", article="artikel", bsn_ground="wet", special_category="zorg", columns=columns)


def messages(source: str) -> Callable[[list[OpenedFile]], SourceReader]:
    return lambda files: Messages(source, files, ground(source))


def _written(write: Callable[[Path], object], name: str) -> bytes:
    with TemporaryDirectory() as folder:
        write(Path(folder))
        return (Path(folder) / name).read_bytes()


_NAMES = ";".join(CANONICAL_COLUMNS["wmo"])
_CELLS = ";".join(ROW.get(name, "") for name in CANONICAL_COLUMNS["wmo"])
_SUITE = CsvFormat(kind="csv", delimiter=";", encoding="windows-1252", dates="dutch", amounts="euros_comma")
CLAIM = claim("jeugd", claim_line("1", 1, ROW), 123456, provider=MARKER)

#: Reader of a source, and a sound file for it of one row.
READERS: dict[str, tuple[Callable[[list[OpenedFile]], SourceReader], bytes]] = {
    "canonical": (
        lambda files: CanonicalCsv("wmo", files[0].file, ground("wmo"), 1),
        f"{_NAMES}\n{_CELLS}\n".encode(),
    ),
    "suite": (lambda files: MappedCsv("wmo", files, ground("wmo"), _SUITE), f"{_NAMES}\r\n{_CELLS}\r\n".encode()),
    "parquet": (
        lambda files: ParquetTable("wmo", files, ground("wmo"), parquet_format()),
        _written(
            lambda folder: write_parquet(folder, "wmo", [dict.fromkeys(CANONICAL_COLUMNS["wmo"], "") | ROW]),
            "wmo.parquet",
        ),
    ),
    "assignments": (messages("jeugd"), assignment("jeugd", 1, ROW).encode()),
    "claims": (messages("jeugd"), CLAIM.encode()),
    "suwi": (
        lambda files: SuwiBenefits("pwet", files, ground("pwet"), SuwiFormat(kind="suwi")),
        _written(lambda folder: write_suwi(folder, [ROW]), "pwet.xml"),
    ),
    "ddas": (
        lambda files: DdasTrajectories("shv", files, ground("shv")),
        json.dumps(ddas_document([trajectory_of(ROW, "GM0637")])).encode(),
    ),
}
EVERY_READER = pytest.mark.parametrize("name", READERS)


def read(name: str, content: bytes) -> int | None:
    """Rows, or None where it was refused."""
    reader = READERS[name][0]([OpenedFile(io.BytesIO(content), 1)])
    rows = 0
    try:
        reader.header()
        for cells in reader.batches():
            (length,) = {len(column) for column in cells.values()}
            rows += length
    except SamenloopError as error:
        assert MARKER not in str(error)
        assert "\n" not in str(error)
        return None
    return rows


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """A sound file with pieces cut out, doubled, moved or overwritten."""
    pieces = st.one_of(
        st.binary(max_size=6),
        st.sampled_from([b"", b"\0", b"\xff", b'"', b"<", b"&x;", b"</", b"{", b"[", b"NaN", b"9" * 50, b"\r\n", b";"]),
    )
    for _ in range(draw(st.integers(1, 4))):
        first, last = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
        last = min(last, first + draw(st.sampled_from([0, 1, 4, 40, 10_000])))
        kind = draw(st.sampled_from(["replace", "double", "cut off"]))
        if kind == "cut off":
            content = content[:first] + content[last:] if draw(st.booleans()) else content[:first]
        else:
            put = draw(pieces) if kind == "replace" else content[first:last] * 2
            content = content[:first] + put + content[last:]
    return content


@EVERY_READER
def test_a_sound_file_is_read(name):
    assert read(name, READERS[name][1]) == 1


@EVERY_READER
@FEW
@given(content=st.binary(max_size=2000))
@example(content=b"")
def test_any_bytes_are_read_or_refused(name, content):
    read(name, content)


@EVERY_READER
@BROKEN
@given(data=st.data())
def test_a_broken_file_is_read_or_refused(name, data):
    read(name, data.draw(mutated(READERS[name][1])))


@pytest.mark.parametrize("prefix", ["m", "s"])
def test_a_prefix_that_nobody_declared_is_refused(prefix):
    assert read("claims", CLAIM.replace(f"xmlns:{prefix}=", "xmlns:x=").encode()) is None


def test_a_namespace_that_is_no_name_is_refused():
    assert read("claims", CLAIM.replace('xmlns:m="', 'xmlns:m="}').encode()) is None


@MANY
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
            lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["files", "period", "rows", "wmo"]), inner),
            max_leaves=9,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_any_manifest_is_refused(content):
    with TemporaryDirectory() as folder:
        write_manifest(Path(folder), "")
        (Path(folder) / "levering.json").write_bytes(content)
        with pytest.raises(SamenloopError, match="manifest_invalid") as refused:
            read_manifest(LocalFolder(Path(folder)))
    assert "\n" not in str(refused.value)


CELLS = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="0123456789 .,-/'\u0660\u00b2\u2003aA\n", max_size=12),
    st.none(),
)


@MANY
@given(st.lists(CELLS, max_size=20))
def test_every_number_is_counted_once_and_is_nine_digits_or_nothing(cells):
    read = read_bsn(pa.array(cells, pa.string()))
    assert sum(read.counts.values()) == len(cells)
    assert all(re.fullmatch(r"[0-9]{9}", digits) for digits in read.digits.to_pylist() if digits is not None)
    assert read.counts["valid"] == len(cells) - read.digits.null_count


@MANY
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=20))
def test_every_address_is_in_its_normal_form_or_nothing(rows):
    columns = zip(*rows, strict=True) if rows else [[]] * 4
    cells = {name: pa.array(column, pa.string()) for name, column in zip(ADDRESS_COLUMNS, columns, strict=True)}
    for full in read_address(cells).full.to_pylist():
        assert full is None or re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}\|[1-9][0-9]{0,4}\|[0-9A-Z]*", full)


@MANY
@given(
    st.lists(CELLS | st.dates().map(str) | st.from_regex(r"[0-9]{2}-[0-9]{2}-[0-9]{4}", fullmatch=True), max_size=20)
)
def test_every_birth_date_gives_digits_or_nothing(cells):
    column = pa.array(cells, pa.string())
    parts = read_dates(column)
    for part, digits in ((parts.year, 4), (parts.month, 2), (parts.day, 2)):
        assert all(re.fullmatch(rf"[0-9]{{{digits}}}", text) for text in part.to_pylist() if text is not None)
    assert len(ages(column, date(2018, 7, 1))) == len(cells)


@pytest.mark.parametrize("notation", ["cents", "euros", "euros_comma"])
@MANY
@given(cells=st.lists(CELLS | st.from_regex(r"-?[0-9]{1,14}([.,][0-9]{1,3}){0,2}-?", fullmatch=True), max_size=20))
def test_an_amount_is_whole_cents_or_stays_as_it_was(notation, cells):
    form = CsvFormat(kind="csv", amounts=notation)
    for cell, read in zip(cells, canonical("bedrag_cent", pa.array(cells, pa.string()), form).to_pylist(), strict=True):
        trimmed = (cell or "").strip() or None
        if read != trimmed:
            digits = re.sub(r"[^0-9]", "", trimmed)
            assert re.fullmatch(r"-?[0-9]+", read)
            assert digits.startswith(read.removeprefix("-")[:1]) or digits.startswith("0")


@pytest.mark.parametrize("notation", ["iso", "compact", "dutch"])
@MANY
@given(cells=st.lists(CELLS | st.dates().map(str) | st.from_regex(r"[0-9]{8}", fullmatch=True), max_size=20))
def test_a_date_of_another_notation_never_passes_for_one(notation, cells):
    form = CsvFormat(kind="csv", dates=notation)
    own = {"iso": r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "compact": r"[0-9]{8}", "dutch": r"[0-9]{2}-[0-9]{2}-[0-9]{4}"}
    for cell, read in zip(cells, canonical("begin", pa.array(cells, pa.string()), form).to_pylist(), strict=True):
        if read is not None and re.fullmatch(own["iso"], read):
            assert re.fullmatch(own[notation], cell.strip())
