"""SuwiML: XML that is off or an attack is refused, whole, without a value; what is written is read back."""

import io
import traceback
from collections import Counter

import pyarrow as pa
import pytest
from builders import passes_elfproef
from deliver_as.suwi import document, write_suwi
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonymisation.sources import suwi, suwi_xml
from pseudonymisation.sources.source_reader import OpenedFile
from pseudonymisation.sources.suwi import SuwiBenefits
from schemas.errors import RefusedDelivery
from schemas.extracts import CANONICAL_COLUMNS
from schemas.purpose import SourceGround
from schemas.source_formats import SuwiFormat

COLUMNS = CANONICAL_COLUMNS["pwet"]
GROUND = SourceGround(law="wet", article="artikel", bsn_ground="wet", columns=COLUMNS)
MARKER = "GEHEIM123"
BENEFIT = "<Uitkeringsverhouding><DatBUitkeringsverhouding>20170101</DatBUitkeringsverhouding></Uitkeringsverhouding>"
CLIENT = f"<ClientSuwi><Burgerservicenr>999900006</Burgerservicenr>{BENEFIT}</ClientSuwi>"
NUMBERS = [text for text in map(str, range(999900006, 999900606)) if passes_elfproef(text)]


def batches(content, rows=1):
    raw = content if isinstance(content, bytes) else content.encode()
    return list(SuwiBenefits("pwet", [OpenedFile(io.BytesIO(raw), rows)], GROUND, SuwiFormat(kind="suwi")).batches())


def deep(levels):
    return document("<ClientSuwi>" + "<x>" * levels + "</x>" * levels + CLIENT.removeprefix("<ClientSuwi>"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (document(CLIENT, '<!DOCTYPE x [<!ENTITY a "b">]>'), "forbidden_dtd"),
        (document(CLIENT, '<!DOCTYPE x SYSTEM "http://localhost/x.dtd">'), "forbidden_dtd"),
        (document(CLIENT, '<!DOCTYPE x PUBLIC "p" "file:///etc/passwd">'), "forbidden_dtd"),
        (document("<ClientSuwi>&geheim;</ClientSuwi>"), "unreadable"),
        (document(CLIENT, '<?xml version="1.0" encoding="ISO-8859-1"?>'), "wrong_encoding"),
        (document(CLIENT, '<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16"), "wrong_encoding"),
        (document(CLIENT.replace("999900006", "é")).encode("latin-1"), "wrong_encoding"),
        (document(CLIENT).encode() + b"\xc3", "wrong_encoding"),
        (document(CLIENT.replace("999900006", "\0")), "unreadable"),
        (document(CLIENT)[:-30], "unreadable"),
        (document(CLIENT).replace("</ClientSuwi>", "", 1), "unreadable"),
        (document(CLIENT) + "<x/>", "unreadable"),
        (document(CLIENT) + MARKER, "unreadable"),
        ("", "unreadable"),
        (MARKER, "unreadable"),
        ("<x/>", "wrong_message"),
        (document(CLIENT).replace("v0500", "v0400"), "wrong_message"),
        (document(CLIENT).replace("s:BijstandsregelingenInfoResponse", "ClientSuwi"), "wrong_message"),
        (deep(suwi_xml.DEEPEST), "unreadable"),
        (document("<!--" + "x" * (suwi_xml.LONGEST_TOKEN + (128 << 10)) + "-->" + CLIENT), "unreadable"),
        (document(f'<x y="{"x" * (suwi_xml.LONGEST_TOKEN + (128 << 10))}"/>' + CLIENT), "unreadable"),
        (document(CLIENT.replace("999900006", MARKER * 99)), "wrong_structure"),
        (document(CLIENT.replace("999900006", "<b>999900006</b>")), "wrong_structure"),
        (document(CLIENT.replace("</B", "</Burgerservicenr><Burgerservicenr>1</B", 1)), "duplicate_element"),
        (
            document(CLIENT.replace("2017", "</DatBUitkeringsverhouding><DatBUitkeringsverhouding>")),
            "duplicate_element",
        ),
        (document(CLIENT.replace(BENEFIT, BENEFIT * (suwi_xml.MOST_ELEMENTS // 2 + 1))), "wrong_structure"),
        (document(CLIENT + CLIENT), "wrong_row_count"),
        (document(""), "wrong_row_count"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.islower() and len(value) < 30 else "",
)
def test_what_is_off_is_refused_without_a_value(content, code):
    with pytest.raises(RefusedDelivery) as refused:
        batches(content)
    assert refused.value.code == code
    text = "".join(traceback.format_exception(refused.value))
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert not [value for value in (MARKER, "999900006", "passwd") if value in text]


@pytest.mark.parametrize("content", [document(CLIENT), "\ufeff" + document(CLIENT), document(CLIENT, "")])
def test_spellings_of_one_file(content):
    [batch] = batches(content)
    assert {name: cells.to_pylist() for name, cells in batch.items() if cells[0].is_valid} == {
        "bsn": ["999900006"],
        "begin": ["2017-01-01"],
    }
    assert all(cells.type == pa.string() for cells in batch.values())


def test_as_deep_as_may_be_and_other_namespaces():
    assert len(batches(deep(suwi_xml.DEEPEST - 2))) == 1
    other = (
        f'<f:FWI xmlns:f="http://bkwi.nl/SuwiML/FWI/v0205">{MARKER}</f:FWI><f:ClientSuwi xmlns:f="urn:x">'
        + f"{BENEFIT}</f:ClientSuwi>"
    )
    assert len(batches(document(other + CLIENT))) == 1


def test_a_text_in_pieces_is_one_text():
    [batch] = batches(document(CLIENT.replace("999900006", " 9999<![CDATA[000]]><!-- -->&#48;6\n")))
    assert batch["bsn"].to_pylist() == ["999900006"]


def test_a_long_file_is_read_in_pieces():
    [batch] = batches(document(f"{CLIENT}\n" * 20_000), 20_000)
    assert len(batch["bsn"]) == 20_000


def test_the_result_does_not_depend_on_the_size_of_batches(tmp_path, monkeypatch):
    rows = [_row(number, partner) for number in NUMBERS[:9] for partner in ("", NUMBERS[0], NUMBERS[1])]
    [delivered] = write_suwi(tmp_path, rows)
    content = (tmp_path / delivered.name).read_bytes()
    whole = batches(content, delivered.rows)
    monkeypatch.setattr(suwi, "BATCH_ROWS", 4)
    parts = batches(content, delivered.rows)
    assert max(len(batch["bsn"]) for batch in parts) == 4
    assert _multiset(parts) == _multiset(whole)
    assert len(whole) == 1


def _row(number, partner, **cells):
    whole = dict.fromkeys(COLUMNS, "")
    return {**whole, "bsn": number, "bsn_partner": partner, "regeling": "P-wet", "begin": "2017-01-01", **cells}


def _multiset(found):
    return Counter(
        cells for batch in found for cells in zip(*(batch[name].to_pylist() for name in COLUMNS), strict=True)
    )


DAYS = st.dates().filter(lambda day: day.year > 999).map(str)
ROWS = st.fixed_dictionaries(
    {
        "bsn": st.sampled_from(NUMBERS[:30]),
        "bsn_partner": st.sampled_from(["", *NUMBERS[30:]]),  # never a client too, so never a repeat
        "postcode": st.sampled_from(["", "2711AB", "2711 ab"]),
        "huisnummer": st.sampled_from(["", "1", "99"]),
        "huisletter": st.sampled_from(["", "A", "<&>"]),
        "huisnummertoevoeging": st.sampled_from(["", "II", "é"]),
        "leefvorm": st.sampled_from(["", "01", "08"]),
        "regeling": st.sampled_from(["P-wet", "IOAW", "IOAZ", "Bbz"]),
        "begin": DAYS,
        "einde": DAYS | st.just(""),
    }
)
COSTS = st.fixed_dictionaries(
    {"bedrag_cent": st.integers(-(10**12) + 1, 10**12 - 1).map(str), "bedrag_begin": DAYS, "bedrag_einde": DAYS}
) | st.just({"bedrag_cent": "", "bedrag_begin": "", "bedrag_einde": ""})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.builds(lambda row, cost: {**row, **cost}, ROWS, COSTS), max_size=12))
def test_what_is_written_is_read_back(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("suwi")
    [delivered] = write_suwi(folder, rows)
    found = batches((folder / delivered.name).read_bytes(), delivered.rows)
    assert _multiset(found) == Counter(tuple(row[name] or None for name in COLUMNS) for row in rows)
