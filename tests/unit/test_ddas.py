"""DDAS: JSON that is off or an attack is refused, whole, without a value, by every parser; what is written is read."""

import io
import json
import traceback
from collections import Counter

import ijson
import pyarrow as pa
import pytest
from builders import passes_elfproef
from deliver_as.ddas import document, write_ddas
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonymisation.sources import ddas, ddas_bytes, ddas_json
from pseudonymisation.sources.ddas import DdasTrajectories
from pseudonymisation.sources.source_reader import OpenedFile
from schemas.errors import RefusedDelivery
from schemas.extracts import CANONICAL_COLUMNS, SHV_ADMITTED
from schemas.purpose import SourceGround

COLUMNS = CANONICAL_COLUMNS["shv"]
GROUND = SourceGround(law="wet", article="artikel", bsn_ground="wet", columns=COLUMNS)
MARKER = "GEHEIM123"

#: A parser that is dropped halfway must not print what it had read.
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
CLIENT = '"client": [{"Burgerservicenummer": "999900006"}]'
ONE = f'{{"gemeentecode": "GM0637", {CLIENT}}}'
NUMBERS = [text for text in map(str, range(999900006, 999900606)) if passes_elfproef(text)]
BACKENDS = {name: ijson.get_backend(name) for name in ("yajl2_c", "python")}


@pytest.fixture(params=BACKENDS)
def backend(request):
    return BACKENDS[request.param]


def batches(content, rows=1, backend=None):
    raw = content if isinstance(content, bytes) else content.encode()
    return list(DdasTrajectories("shv", [OpenedFile(io.BytesIO(raw), rows)], GROUND, backend).batches())


def with_text(text):
    """A trajectory with a text that is not read."""
    return f'[{{"omschrijving": {text}, "gemeentecode": "GM0637", {CLIENT}}}]'


def with_bsn(value):
    return f"[{ONE}]".replace('"999900006"', value)


LONG = "x" * (ddas_bytes.LONGEST_RUN + (128 << 10))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "unreadable"),
        (" ", "unreadable"),
        (MARKER, "unreadable"),
        (f"[{ONE}", "unreadable"),
        (f"[{ONE[:-9]}", "unreadable"),
        (f"[{ONE},]", "unreadable"),
        (f"[{ONE}] {ONE}", "unreadable"),
        (f"[{ONE}]]", "unreadable"),
        (f"[{ONE}] x", "unreadable"),
        (f"[{ONE}] // x", "unreadable"),
        (f"[{ONE} /* x */]", "unreadable"),
        (f"[{ONE.replace(chr(34), chr(39))}]", "unreadable"),
        (with_text("NaN"), "unreadable"),
        (with_text("Infinity"), "unreadable"),
        (with_text("-Infinity"), "unreadable"),
        (with_text("+1"), "unreadable"),
        (with_text("01"), "unreadable"),
        (with_text("1."), "unreadable"),
        (with_text("\uff11"), "unreadable"),
        (with_text("\u00a01"), "unreadable"),
        (with_text("9" * 41), "unreadable"),
        (with_text("9" * 5000), "unreadable"),
        (with_text("1e99999999999999999999"), "unreadable"),
        (with_text("1." + "9" * 5000), "unreadable"),
        (with_text('"\\ud800"'), "unreadable"),
        (with_text('"\\ud800\\ud800"'), "unreadable"),
        (with_text('"\\udc00 x"'), "unreadable"),
        (with_text('"\\u00"'), "unreadable"),
        (with_text('"\\x"'), "unreadable"),
        (with_text('"a\nb"'), "unreadable"),
        (with_text(f'"{LONG}"'), "unreadable"),
        (with_text(f'"{LONG[:-1]}{chr(92)}{chr(34)}"'), "unreadable"),
        (with_text(" " * len(LONG)), "unreadable"),
        (with_text("[" * ddas_json.DEEPEST + "]" * ddas_json.DEEPEST), "unreadable"),
        (with_text('{"a":' * 100_000), "unreadable"),
        (f"\ufeff[{ONE}]", "wrong_encoding"),
        (f"[{ONE}]".encode("utf-16"), "wrong_encoding"),
        (with_text('"é"').encode("latin-1"), "wrong_encoding"),
        (f"[{ONE}]".encode() + b"\xff", "wrong_encoding"),
        (b'["a\xc3', "wrong_encoding"),
        (f"[{ONE}]\0", "unreadable"),
        ("1", "wrong_message"),
        (f'"{MARKER}"', "wrong_message"),
        ("null", "wrong_message"),
        ("{}", "wrong_message"),
        (ONE, "wrong_message"),
        ('{"leveringen": {}}', "wrong_structure"),
        ('{"leveringen": [1]}', "wrong_structure"),
        ('{"schuldhulptrajecten": "x"}', "wrong_structure"),
        ("[1]", "wrong_structure"),
        (f"[[{ONE}]]", "wrong_structure"),
        ('[{"gemeentecode": "GM0637"}]', "wrong_structure"),
        ('[{"gemeentecode": "GM0637", "client": []}]', "wrong_structure"),
        ('[{"client": {}}]', "wrong_structure"),
        (f"[{ONE}]".replace("}]", "}, {}, {}]"), "wrong_structure"),
        ('[{"client": [' + "{}," * 100 + "{}]}]", "wrong_structure"),
        (with_bsn('["999900006"]'), "wrong_structure"),
        (with_bsn("true"), "wrong_structure"),
        (with_bsn(f'"{MARKER * 99}"'), "wrong_structure"),
        ("[{" + ",".join(f'"{key}": 1' for key in range(2000)) + "}]", "wrong_structure"),
        (f'[{{"gemeentecode": "GM0637", "gemeentecode": "GM0637", {CLIENT}}}]', "duplicate_key"),
        (f'[{{"{MARKER}": 1, "{MARKER}": 1, {CLIENT}}}]', "duplicate_key"),
        (with_bsn('"999900006", "burgerservicenummer": "999900018"'), "duplicate_key"),
        (f'[{{"intake": {{"startdatum": "1", "startdatum": "2"}}, {CLIENT}}}]', "duplicate_key"),
        (f'{{"leveringen": [], "leveringen": [{{"schuldhulptrajecten": [{ONE}]}}]}}', "duplicate_key"),
        (f"[{ONE}, {ONE}]", "wrong_row_count"),
        ("[]", "wrong_row_count"),
        ('[{"client": [{}]}]', "wrong_gemeentecode"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.islower() and len(value) < 30 else "",
)
def test_what_is_off_is_refused_without_a_value(content, code, backend):
    with pytest.raises(RefusedDelivery) as refused:
        batches(content, backend=backend)
    assert refused.value.code == code
    assert refused.value.__cause__ is None
    text = "".join(traceback.format_exception(refused.value))
    assert not [value for value in (MARKER, "999900006", "GM0637") if value in text]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (f"[{ONE[:-1]}, " + ",".join(f'"{key}": 1' for key in range(2000)) + "}]", "more than 1000 keys"),
        ('[{"client": [' + "{}," * 100 + "{}]}]", "client has more than 100 items"),
        (f"[{ONE}]".replace("}]", "}, {}, {}]"), "a trajectory has 3 clients"),
        (f'[{{"intake": {{"startdatum": "1", "startdatum": "2"}}, {CLIENT}}}]', "intake: startdatum occurs twice"),
        (f'[{{"{MARKER}": 1, "{MARKER}": 1, {CLIENT}}}]', "a trajectory: a key occurs twice"),
        (with_bsn('"999900006", "Postcode": {}'), "postcode is no text"),
        (f"[{ONE}, {ONE}]", "2 rows .* the manifest says 1"),
    ],
)
def test_a_refusal_says_what_and_how_many(content, what):
    with pytest.raises(RefusedDelivery, match=what):
        batches(content)


@pytest.mark.parametrize(
    "content",
    [
        f"[{ONE}]",
        f" \r\n\t[ {ONE} ]\n",
        with_text("[" * (ddas_json.DEEPEST - 2) + "]" * (ddas_json.DEEPEST - 2)),
        with_text('{"a": 1, "a": 2}'),  # not read, so not ours to judge
        with_text('"\\ud83d\\ude00 \\u00e9 \\\\ud800 \\" é"'),
        with_text("-1.5E10"),
        with_text("null"),
        with_text("9" * 40),
        with_bsn('"9999\\u00300006"'),
    ],
)
def test_spellings_of_one_file(content, backend):
    [batch] = batches(content, backend=backend)
    assert {name: cells.to_pylist() for name, cells in batch.items() if cells[0].is_valid} == {"bsn": ["999900006"]}
    assert all(cells.type == pa.string() for cells in batch.values())


def test_what_is_passed_over_may_be_long(backend):
    debts = json.dumps([{"schuldeiser": {"naam": "é" * 1000}}] * 2000, ensure_ascii=False)
    assert len(batches(with_text(debts), backend=backend)) == 1


def test_several_files_are_one_source():
    files = [OpenedFile(io.BytesIO(f"[{ONE}]".encode()), 1), OpenedFile(io.BytesIO(f"[{ONE},{ONE}]".encode()), 2)]
    [batch] = DdasTrajectories("shv", files, GROUND).batches()
    assert len(batch["bsn"]) == 3


def test_the_result_does_not_depend_on_the_size_of_batches(monkeypatch):
    content = json.dumps(document([json.loads(ONE)] * 9))
    whole = batches(content, 9)
    monkeypatch.setattr(ddas, "BATCH_ROWS", 4)
    parts = batches(content, 9)
    assert [len(batch["bsn"]) for batch in parts] == [4, 4, 1]
    assert _multiset(parts) == _multiset(whole)


def _multiset(found):
    return Counter(
        cells for batch in found for cells in zip(*(batch[name].to_pylist() for name in COLUMNS), strict=True)
    )


DAYS = st.dates().filter(lambda day: day.year > 999).map(str)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(str.strip)
ROWS = st.fixed_dictionaries(
    {
        "bsn": st.sampled_from(["", *NUMBERS]),
        "geboortedatum": DAYS | st.just(""),
        "postcode": st.sampled_from(["", "2711AB", "2711 ab"]),
        "huisnummer": TEXTS,
        "huisnummertoevoeging": TEXTS,
        "fase": st.sampled_from([*SHV_ADMITTED, "intake", "aanmelding"]),
        "uitstroom_reden": st.sampled_from(["", "Afgerond", "Niet passend"]),
        "begin": DAYS,
        "einde": DAYS | st.just(""),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=8))
def test_what_is_written_is_read_back(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("ddas")
    [delivered] = write_ddas(folder, rows)
    content = (folder / delivered.name).read_bytes()
    for one in BACKENDS.values():
        found = batches(content, delivered.rows, one)
        assert _multiset(found) == Counter(tuple(row.get(name) or None for name in COLUMNS) for row in rows)
