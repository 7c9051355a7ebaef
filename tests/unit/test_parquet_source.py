"""Parquet: typed columns become canonical cells; what is damaged, secret, too large or of no use is refused unread."""

import base64
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as encryption
import pytest
from builders import GROUNDS, row
from deliver_as.tables import parquet_format, write_parquet

from pseudonymisation.sources import parquet
from pseudonymisation.sources.parquet import ParquetTable
from pseudonymisation.sources.source_reader import OpenedFile
from schemas.errors import RefusedDelivery
from schemas.purpose import SourceGround
from schemas.source_formats import ParquetFormat

GROUND = SourceGround(
    law="wet", article="artikel", bsn_ground="wet", columns=("bsn", "begin", "bedrag_cent"), drops=("naam",)
)
SOUND = {"bsn": ["999996770"], "begin": [date(2018, 2, 1)], "bedrag_cent": [123456]}
MARKER = "GEHEIM123"


def written(columns, **how):
    buffer = io.BytesIO()
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), buffer, **how)
    return buffer.getvalue()


def table_of(*contents, rows=1, batch_rows=50_000, **form):
    files = [OpenedFile(io.BytesIO(content), rows) for content in contents]
    return ParquetTable("pwet", files, GROUND, ParquetFormat(kind="parquet", **form), batch_rows)


def read(*contents, **how):
    table = table_of(*contents, **how)
    table.header()
    batches = [{name: cells.to_pylist() for name, cells in batch.items()} for batch in table.batches()]
    return {name: [cell for batch in batches for cell in batch[name]] for name in GROUND.columns}


def refused(*contents, **how):
    with pytest.raises(RefusedDelivery) as found:
        read(*contents, **how)
    assert MARKER not in str(found.value)
    return found.value.code


def test_typed_columns_become_canonical_text():
    assert read(written(SOUND)) == {"bsn": ["999996770"], "begin": ["2018-02-01"], "bedrag_cent": ["123456"]}


@pytest.mark.parametrize(
    ("begin", "how"),
    [
        (pa.array([datetime(2018, 2, 1)], pa.timestamp("ns")), {}),
        (pa.array([datetime(2018, 2, 1)], pa.timestamp("us")), {"use_deprecated_int96_timestamps": True}),
        (pa.array(["2018-02-01"]), {"use_dictionary": False}),
        (pa.array([" 2018-02-01"], pa.large_string()), {"compression": "zstd"}),
        (pa.array(["2018-02-01"]).dictionary_encode(), {"data_page_version": "2.0"}),
    ],
)
def test_ways_to_store_a_date(begin, how):
    assert read(written({**SOUND, "begin": begin}, **how))["begin"] == ["2018-02-01"]


def test_an_open_end_of_an_old_writer_is_no_other_day():
    far = pa.array([datetime(9999, 12, 31)], pa.timestamp("us"))
    assert read(written({**SOUND, "begin": far}, use_deprecated_int96_timestamps=True))["begin"] == ["9999-12-31"]


def test_names_notations_and_amounts_of_a_suite():
    content = written({"BSN": ["999996770"], "Ingang": ["01-02-2018"], "Bedrag": [Decimal("1234.50")]})
    names = {"bsn": ("BSN",), "begin": ("Ingang", "Start"), "bedrag_cent": ("Bedrag",)}
    found = read(content, names=names, dates="dutch", amounts="euros_comma")
    assert found == {"bsn": ["999996770"], "begin": ["2018-02-01"], "bedrag_cent": ["123450"]}


def test_a_dropped_column_is_received_and_never_read(monkeypatch):
    asked = []
    plain = pq.ParquetFile.iter_batches
    monkeypatch.setattr(
        pq.ParquetFile, "iter_batches", lambda self, *a, **how: asked.append(how["columns"]) or plain(self, *a, **how)
    )
    table = table_of(written({"naam": [{"nested": MARKER}], **SOUND}))
    assert table.header() == ("naam", "bsn", "begin", "bedrag_cent")
    assert [set(batch) for batch in table.batches()] == [set(GROUND.columns)]
    assert asked == [["bsn", "begin", "bedrag_cent"]]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({**SOUND, "bedrag_cent": [1234.5]}, "wrong_type"),
        ({**SOUND, "bedrag_cent": pa.array([1.0], pa.float32())}, "wrong_type"),
        ({**SOUND, "begin": [datetime(2018, 2, 1, 1)]}, "wrong_type"),
        ({**SOUND, "begin": [datetime(2018, 2, 1, tzinfo=UTC)]}, "wrong_type"),
        ({**SOUND, "bsn": [[MARKER]]}, "wrong_type"),
        ({**SOUND, "bsn": [{"x": MARKER}]}, "wrong_type"),
        ({**SOUND, "bsn": [MARKER.encode()]}, "wrong_type"),
        ({**SOUND, MARKER: [MARKER]}, "undeclared_column"),
        ({"bsn": ["1"], "begin": ["x"]}, "missing_column"),
        (pa.table([["1"], ["2"], ["x"], [1]], ["bsn", "bsn", "begin", "bedrag_cent"]), "duplicate_header"),
        ({name: [*cells, *cells] for name, cells in SOUND.items()}, "wrong_row_count"),
        ({name: cells[:0] for name, cells in SOUND.items()}, "wrong_row_count"),
    ],
)
def test_a_table_that_is_off_is_refused(columns, code):
    assert refused(written(columns)) == code


def test_several_files_are_one_source():
    other = written({"bedrag_cent": [1], "bsn": ["999900018"], "begin": [date(2019, 1, 1)]})
    assert read(written(SOUND), other)["bsn"] == ["999996770", "999900018"]
    assert refused(written(SOUND), written({**SOUND, "naam": ["x"]})) == "different_columns"
    assert refused(written(SOUND), other[:-9]) == "unreadable"


@pytest.mark.parametrize(
    "content",
    [b"PAR1", b"", MARKER.encode() * 99, written(SOUND)[:-8], b"PARE" + written(SOUND)[4:-4] + b"PARE"],
    ids=["a sign", "nothing", "text", "no footer", "secret footer"],
)
def test_what_is_no_parquet_is_refused(content):
    assert refused(content) == "unreadable"


class Vault(encryption.KmsClient):
    def __init__(self, _configuration):
        super().__init__()

    def wrap_key(self, key, _name):
        return base64.b64encode(key)

    def unwrap_key(self, wrapped, _name):
        return base64.b64decode(wrapped)


@pytest.mark.parametrize("plain_footer", [True, False])
def test_an_encrypted_file_is_refused(plain_footer):
    factory, connection = encryption.CryptoFactory(Vault), encryption.KmsConnectionConfig()
    secret = encryption.EncryptionConfiguration(
        footer_key="footer", column_keys={"a": ["bsn"]}, plaintext_footer=plain_footer
    )
    how = factory.file_encryption_properties(connection, secret)
    assert refused(written(SOUND, encryption_properties=how)) == "unreadable"


def test_a_damaged_page_is_refused():
    content = bytearray(written({**SOUND, "bsn": ["9" * 400]}, write_page_checksum=True, compression="none"))
    content[content.index(b"9" * 400) + 200] ^= 1
    assert refused(bytes(content)) == "unreadable"


@pytest.mark.parametrize("place", range(4, 400, 17))
def test_a_file_that_lost_a_piece_is_refused_or_read_whole(place):
    content = written({**SOUND, "bsn": [MARKER]})
    broken = content[:place] + b"\xff\xff\xff" + content[place + 3 :]
    try:
        assert len(read(broken)["bsn"]) == 1
    except RefusedDelivery as found:
        assert found.code in {"unreadable", "wrong_type", "undeclared_column", "missing_column", "wrong_row_count"}
        assert MARKER not in str(found)


def test_rows_that_nobody_promised_are_refused_before_they_are_read(monkeypatch):
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", None)
    assert refused(written(pa.table({name: cells * 1000 for name, cells in SOUND.items()}))) == "wrong_row_count"


def test_row_groups_beyond_the_limits_are_refused_before_they_are_read(monkeypatch):
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", None)
    many = written(pa.table({name: cells * 1000 for name, cells in SOUND.items()}))
    monkeypatch.setattr(parquet, "ROWS_OF_A_GROUP", 999)
    assert refused(many, rows=1000) == "too_large"
    monkeypatch.setattr(parquet, "ROWS_OF_A_GROUP", 1000)
    monkeypatch.setattr(parquet, "BYTES_OF_A_GROUP", 1 << 16)
    long = written({**SOUND, "bsn": ["9" * 70_000]}, compression="zstd")
    assert len(long) < 4000
    assert refused(long) == "too_large"


def test_a_long_text_that_a_dictionary_repeats_is_refused_before_it_is_written_out():
    rows = 20_000
    bomb = pa.table({"bsn": ["9" * 50_000] * rows, "begin": SOUND["begin"] * rows, "bedrag_cent": [1] * rows})
    content = written(bomb)
    del bomb
    assert len(content) < 1 << 18
    before = pa.total_allocated_bytes()
    with pytest.raises(RefusedDelivery, match="column bsn has 1000000000 bytes of text in 20000 rows"):
        read(content, rows=rows)
    assert pa.total_allocated_bytes() - before < 64 << 20


def test_batches_are_bounded_and_their_size_changes_nothing():
    rows = 5000
    columns = {"bsn": [str(n) for n in range(rows)], "begin": SOUND["begin"] * rows, "bedrag_cent": list(range(rows))}
    content = written(columns, row_group_size=1200)
    table = table_of(content, rows=rows, batch_rows=100)
    table.header()
    assert max(len(batch["bsn"]) for batch in table.batches()) <= 100
    assert table.counts == {}
    assert read(content, rows=rows, batch_rows=100) == read(content, rows=rows, batch_rows=3333)


@pytest.mark.parametrize("parts", [1, 3])
def test_what_is_written_is_read_as_the_same_cells(tmp_path, parts):
    used = GROUNDS["brp"].columns
    rows = [{**dict.fromkeys(used, ""), **row("brp"), "huisnummer": cell} for cell in ("1", "12", "9")]
    files = write_parquet(tmp_path, "brp", rows, parts)
    opened = [OpenedFile((tmp_path / one.name).open("rb"), one.rows) for one in files]
    ground = GROUNDS["brp"].model_copy(update={"drops": ()})
    table = ParquetTable("brp", opened, ground, parquet_format())
    assert set(table.header()) == set(used)
    batches = list(table.batches())
    for file in opened:
        file.file.close()
    found = [{name: batch[name][n].as_py() for name in used} for batch in batches for n in range(len(batch["bsn"]))]
    assert found == [{name: one[name] or None for name in used} for one in rows]
    assert pq.read_schema(tmp_path / files[0].name).field("huisnummer").type == pa.int64()
