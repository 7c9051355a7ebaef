"""Messages as files: what is no safe, whole message of this law refuses the source, and no refusal repeats a cell."""

import io
import itertools
import traceback
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from deliver_as.istandaarden import (
    TEST_BSN,
    assignment,
    claim,
    claim_line,
    client,
    delivery,
    opening,
    write_messages,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonymisation.sources import istandaard_claims, istandaard_lines, istandaard_xml, istandaarden
from pseudonymisation.sources.istandaard_claims import Repeats
from pseudonymisation.sources.istandaarden import Messages
from pseudonymisation.sources.source_reader import OpenedFile
from schemas.errors import RefusedDelivery
from schemas.extracts import CANONICAL_COLUMNS
from schemas.purpose import SourceGround

MARKER = "GEHEIM123"
ROW = {
    **{"bsn": TEST_BSN, "postcode": MARKER[:6], "aanbieder": MARKER, "begin": "2018-01-01", "bedrag_cent": "1000"},
    **{"bedrag_begin": "2018-01-01", "bedrag_einde": "2018-01-31"},
}
ASSIGNMENT = assignment("jeugd", 1, ROW)
CLAIM = claim("jeugd", claim_line(MARKER, 1, ROW), 1000, provider=MARKER)
TWO_LINES = claim("jeugd", claim_line("1", 1, ROW) + claim_line("2", 1, ROW), 2000)


def reader_of(*files, source="jeugd"):
    ground = SourceGround(
        law="wet", article="artikel", bsn_ground="wet", special_category="zorg", columns=CANONICAL_COLUMNS[source]
    )
    return Messages(source, [OpenedFile(file, rows) for file, rows in files], ground)


def read(*texts, rows=1, source="jeugd"):
    files = [io.BytesIO(text if isinstance(text, bytes) else text.encode()) for text in texts]
    reader = reader_of(*((file, rows) for file in files), source=source)
    reader.header()
    return [batch for batch in reader.batches() if len(batch["bsn"])]


def refused(*texts, **how):
    with pytest.raises(RefusedDelivery) as refusal:
        read(*texts, **how)
    shown = "".join(traceback.format_exception(refusal.value)) + str(refusal.value)
    assert MARKER not in shown
    assert TEST_BSN not in shown
    return refusal.value.code


@pytest.mark.parametrize(
    "text",
    [
        f'<?xml version="1.0" encoding="UTF-8"?>\n{ASSIGNMENT}',
        f"<?xml version='1.0' encoding='utf-8'?>{ASSIGNMENT}",
        f"\ufeff{ASSIGNMENT}",
        f"<!-- <!DOCTYPE a> --><?pi <!DOCTYPE a> ?>\n{ASSIGNMENT}",
        ASSIGNMENT.replace("<m:", "<x:").replace("</m:", "</x:").replace("xmlns:m", "xmlns:x"),
        f"<Berichten>\n{ASSIGNMENT}</Berichten>",
        ASSIGNMENT.replace(f">{TEST_BSN}<", f"> 9999<!-- {MARKER} -->00006 <"),
        ASSIGNMENT.replace(f">{TEST_BSN}<", "><![CDATA[999900006]]><"),
        ASSIGNMENT.replace("<m:Geslacht>0", f"<m:Commentaar>{MARKER}</m:Commentaar><m:Geslacht>0"),
    ],
    ids=["declared", "single quotes", "BOM", "comment", "prefix", "bundle", "comment in text", "CDATA", "not needed"],
)
def test_spellings_of_one_message(text):
    [batch] = read(text)
    assert batch["bsn"].to_pylist() == [TEST_BSN]
    assert batch["begin"].to_pylist() == ["2018-01-01"]


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
FETCHED = '<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd">'
STOLEN = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [BOMB, FETCHED, STOLEN, "<!doctype a>"])
@pytest.mark.parametrize("before", ["", '<?xml version="1.0"?>', "\ufeff", "<!-- c -->\n<?pi p?>"])
def test_a_document_type_is_refused_before_it_is_read(before, doctype):
    assert refused(before + doctype + ASSIGNMENT) == "forbidden_dtd"


def test_a_document_type_reaches_no_parser(monkeypatch):
    fed = []
    monkeypatch.setattr(istandaard_xml.XmlElements, "_parsed", lambda *_: fed.append(1) or iter(()))
    assert refused(BOMB + ASSIGNMENT) == "forbidden_dtd"
    assert not fed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ASSIGNMENT + BOMB, "unreadable"),
        (ASSIGNMENT.replace(MARKER, "&x;"), "unreadable"),
        (ASSIGNMENT[:-20], "unreadable"),
        (ASSIGNMENT.replace("</m:Client>", ""), "unreadable"),
        (ASSIGNMENT + ASSIGNMENT, "unreadable"),
        (ASSIGNMENT.replace("</m:Client>", "<a>" * 300 + "</a>" * 300 + "</m:Client>"), "unreadable"),
        (ASSIGNMENT.replace(MARKER[:6], "A" * 11_000_000), "unreadable"),
        (MARKER, "unreadable"),
        ("", "unreadable"),
        ("<!-- " + "c" * 300_000 + " -->" + ASSIGNMENT, "unreadable"),
        (ASSIGNMENT.encode("utf-16"), "wrong_encoding"),
        (ASSIGNMENT.encode("utf-16-le"), "wrong_encoding"),
        (f'<?xml version="1.0" encoding="windows-1252"?>{ASSIGNMENT}', "wrong_encoding"),
        (ASSIGNMENT.replace(MARKER, "caf\u00e9").encode("latin-1"), "wrong_encoding"),
    ],
    ids=[
        *("document type after", "entity", "cut off", "ill-formed", "two roots", "deep", "long text", "no XML"),
        *("empty", "late element", "UTF-16", "UTF-16 without mark", "declared otherwise", "latin-1"),
    ],
)
def test_what_is_no_safe_xml_is_refused(text, code):
    assert refused(text) == code


def test_a_refusal_names_the_line():
    with pytest.raises(RefusedDelivery, match="no well-formed XML, at line 4:"):
        read("\n\n\n" + ASSIGNMENT.replace("</m:Client>", ""))


def test_what_is_not_wanted_is_bounded(monkeypatch):
    monkeypatch.setattr(istandaard_xml, "UNWANTED_BYTES", 600_000)
    junk = "<m:Commentaar>x</m:Commentaar>" * 40_000
    assert refused(ASSIGNMENT.replace("<m:Geslacht>", f"{junk}<m:Geslacht>")) == "unreadable"


def test_memory_does_not_grow_with_the_claim():
    def peak(lines):
        text = claim("jeugd", "".join(claim_line(str(n), 1, ROW) for n in range(lines)), 1000 * lines).encode()
        tracemalloc.start()
        for element in (xml := istandaard_xml.XmlElements("jeugd", io.BytesIO(text), ("Prestatie",))):
            xml.forget(element)
        grown = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return grown

    assert peak(8_000) < 2 * peak(2_000)


WMO = assignment("wmo", 1, ROW)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<a/>", "wrong_message"),
        ("<Berichten/>", "wrong_message"),
        (WMO, "wrong_message"),
        (ASSIGNMENT.replace("/3_2/", "/3_1/"), "wrong_message"),
        (ASSIGNMENT.replace("jw301", "jw303"), "wrong_message"),
        (ASSIGNMENT.replace(">436<", ">490<"), "wrong_message"),
        (ASSIGNMENT.replace("<m:BerichtSubversie>2", "<m:BerichtSubversie>1"), "wrong_message"),
        (f"<a>{ASSIGNMENT}</a>", "wrong_message"),
        (f"<a><Berichten>{ASSIGNMENT}</Berichten></a>", "wrong_message"),
        (f"<Berichten>{ASSIGNMENT}{CLAIM}</Berichten>", "wrong_message"),
        (ASSIGNMENT.replace("m:Header>", "m:Client>"), "wrong_message"),
        (f"{opening('jeugd', '301')}<m:Client/>{ASSIGNMENT.partition('>')[2]}", "wrong_message"),
        (f"<Berichten>{ASSIGNMENT}{opening('jeugd', '301')}<m:Client/></m:Bericht></Berichten>", "wrong_message"),
        (ASSIGNMENT.replace("<m:ToewijzingNummer>1</m:ToewijzingNummer>", ""), "missing_element"),
        (
            ASSIGNMENT.replace("<m:Ingangsdatum>", "<m:Ingangsdatum>x</m:Ingangsdatum><m:Ingangsdatum>"),
            "repeated_element",
        ),
        (CLAIM.replace("<m:DeclaratieNummer>D1</m:DeclaratieNummer>", ""), "missing_element"),
        (CLAIM.replace(f"<s:ReferentieNummer>{MARKER}</s:ReferentieNummer>", ""), "missing_element"),
        (CLAIM.replace("<s:Bedrag>1000</s:Bedrag>", ""), "missing_element"),
        (CLAIM.replace("<s:DebetCredit>D</s:DebetCredit></m:Ingediend", "</m:Ingediend"), "missing_element"),
        (CLAIM.replace("<s:TotaalBedrag>1000</s:TotaalBedrag>", ""), "missing_element"),
        (CLAIM.replace("TotaalIngediendBedrag", "Totaal"), "missing_element"),
        (CLAIM.replace("<s:Bedrag>", "<s:Bedrag>1</s:Bedrag><s:Bedrag>"), "repeated_element"),
        (CLAIM.replace("<s:TotaalBedrag>1000<", "<s:TotaalBedrag>1001<"), "wrong_total"),
        (
            CLAIM.replace("<s:DebetCredit>D</s:DebetCredit></m:Totaal", "<s:DebetCredit>C</s:DebetCredit></m:Totaal"),
            "wrong_total",
        ),
        (delivery("jeugd", "305", 1).replace("jw305", "jw306"), "wrong_message"),
    ],
)
def test_what_is_no_whole_message_is_refused(text, code):
    assert refused(text) == code


@pytest.mark.parametrize(("text", "rows"), [(ASSIGNMENT, 2), (ASSIGNMENT, 0), (CLAIM, 2), (TWO_LINES, 1)])
def test_lines_are_those_of_the_manifest(text, rows):
    assert refused(text, rows=rows) == "wrong_row_count"


def test_a_message_of_another_law_is_refused_before_any_row():
    reader = reader_of((io.BytesIO(WMO.encode()), 1))
    with pytest.raises(RefusedDelivery, match="wrong_message"):
        reader.header()


def test_files_are_read_once_and_only_on():
    class Pipe(io.RawIOBase):
        def __init__(self, text):
            self._left = io.BytesIO(text.encode())

        def read(self, size=-1):
            return self._left.read(min(size, 100))

    reader = reader_of((Pipe(CLAIM), 1), (Pipe(ASSIGNMENT), 1))
    reader.header()
    [batch] = [batch for batch in reader.batches() if len(batch["bsn"])]
    assert batch["postcode"].to_pylist() == [MARKER[:6]]


def test_an_unknown_sign_is_no_integer():
    text = CLAIM.replace(
        "<s:DebetCredit>D</s:DebetCredit></m:Ingediend", "<s:DebetCredit>X</s:DebetCredit></m:Ingediend"
    )
    [batch] = read(text)
    assert batch["bedrag_cent"].to_pylist() == ["1000 X"]


def test_repeats_are_known_over_batches():
    repeats, seen = Repeats(), set()
    for first in range(0, 3000, 100):
        lines = [str(number % 1300) for number in range(first, first + 100)]
        fresh = repeats.fresh(istandaard_lines.text_column(lines))
        assert fresh.tolist() == [line not in seen for line in lines]
        seen.update(lines)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=6)
DATE = st.dates().map(str) | st.sampled_from(["", "01-02-2018", "2018-13-01"])
AMOUNT = st.integers(-(10**8), 10**8).map(str) | st.sampled_from(["", "12,50", "-1.2", "<&>"])


@st.composite
def canonical_rows(draw, source):
    row = {name: draw(TEXT) for name in CANONICAL_COLUMNS[source]}
    row |= {name: draw(DATE) for name in ("geboortedatum", "begin", "einde")}
    row |= {"bsn": draw(st.sampled_from([TEST_BSN, "999900018", ""])), "leveringsvorm": "zin"}
    row["bedrag_cent"] = draw(AMOUNT)
    row |= {name: draw(DATE) if row["bedrag_cent"] else "" for name in ("bedrag_begin", "bedrag_einde")}
    return row


@pytest.mark.parametrize("source", ["jeugd", "wmo"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_written_as_messages_is_read_back(source, data):
    rows = data.draw(st.lists(canonical_rows(source), max_size=6))
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as place:
        for module in (istandaarden, istandaard_claims, istandaard_lines):
            patch.setattr(module, "BATCH_ROWS", data.draw(st.integers(1, 4)))
        delivered = write_messages(Path(place), source, rows)
        assert {file.name for file in delivered} == {path.name for path in Path(place).iterdir()}
        opened = [(io.BytesIO((Path(place) / file.name).read_bytes()), file.rows) for file in delivered]
        reader = reader_of(*data.draw(st.permutations(opened)), source=source)
        reader.header()
        batches = list(reader.batches())
    given_back = itertools.chain(*(zip(*map(list_of, batch.values()), strict=True) for batch in batches))
    assert sorted(given_back) == sorted(tuple(row[name] for name in CANONICAL_COLUMNS[source]) for row in rows)


def list_of(cells):
    return [cell or "" for cell in cells.to_pylist()]


@pytest.mark.parametrize(
    "cells", [{"leveringsvorm": "pgb"}, {"bedrag_cent": ""}], ids=["personal budget", "period without cost"]
)
def test_what_messages_cannot_say_is_not_written(cells, tmp_path):
    with pytest.raises(ValueError, match="messages"):
        write_messages(tmp_path, "jeugd", [{**ROW, **cells}])


def test_a_claim_of_many_clients_gives_one_row_each():
    text = claim("jeugd", claim_line("1", None, ROW), 2000)
    [batch] = read(
        text.replace("</m:Clienten>", client("999900018", claim_line("2", None, ROW)) + "</m:Clienten>"), rows=2
    )
    assert batch["bsn"].to_pylist() == [TEST_BSN, "999900018"]
