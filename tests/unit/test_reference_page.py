"""The page of worked examples: every row of the check, well-formed, without script or request."""

import base64
import hashlib
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from outputs.comparison.household_checks import worked_rows
from outputs.publication.definitions_page import render_definitions_page
from outputs.publication.reference_page import render_reference_page
from outputs.returns.reference_check import Row, reference_rows


def row(part="MKBA", what="saldo", reference=541, ours=541, margin=0, note=""):
    return Row(part, what, "een <bron>", "EUR 1.000", Decimal(reference), Decimal(ours), Decimal(margin), note)


def parsed(page):
    return ElementTree.fromstring(page.replace("<!DOCTYPE html>\n", ""))  # noqa: S314


def body(page):
    rows = parsed(page).iter("tr")
    return [["".join(cell.itertext()) for cell in one] for one in rows if one[0].get("scope") == "row"]


def test_every_row_is_there_with_all_that_the_check_knows():
    rows = reference_rows(worked_rows())
    shown = body(render_reference_page(rows))
    assert len(shown) == len(rows) == 108
    for cells, one in zip(shown, rows, strict=True):
        what, source, unit, reference, ours, verdict, note = cells
        assert (what, source, unit, verdict, note) == (one.what, one.source, one.unit, one.verdict, one.note)
        figures = [Decimal(text.replace(".", "").replace("\u2212", "-")) for text in (reference, ours)]
        assert figures == [one.reference, one.ours]


def test_the_verdicts_are_counted():
    rows = [row(), row(ours=542, margin=1), row(ours=542, margin=1), row(ours=550), row(ours=551), row(ours=552)]
    text = "".join(parsed(render_reference_page(rows)).itertext())
    assert "Van de 6 cijfers zijn er 1 gelijk, 2 verklaard door afronding en 3 anders." in text


def test_each_part_has_a_table_in_the_order_of_the_rows():
    page = parsed(render_reference_page([row("P-wet"), row("MKBA"), row("P-wet", "later")]))
    assert [one.get("id") for one in page.iter("table")] == ["tabel-p-wet", "tabel-mkba"]
    assert [len(list(one.iter("tr"))) for one in page.iter("table")] == [3, 2]


def test_notation_is_dutch_and_text_is_escaped():
    (cells,) = body(render_reference_page([row(reference=1234, ours=Decimal("-1234.5"), note="a & b")]))
    assert cells[3:5] == ["1.234", "\u22121.234,5"]
    assert (cells[1], cells[6]) == ("een <bron>", "a & b")


@pytest.mark.parametrize(
    "page", [lambda: render_reference_page(reference_rows(worked_rows())), render_definitions_page]
)
def test_side_pages_load_nothing_but_their_own_style(page):
    text = page()
    assert text == page()
    tree = parsed(text)
    assert tree.get("lang") == "nl"
    assert not [one for one in tree.iter() if one.tag in ("script", "img", "link", "iframe", "object", "form")]
    assert not re.search(r"https?://|javascript:|\son\w+=", text)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    policy = next(one.get("content") for one in tree.iter("meta") if one.get("http-equiv"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    targets = {one.get("href") for one in tree.iter("a")}
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(set(ids)) == len(ids)
    assert {one.removeprefix("#") for one in targets if one.startswith("#")} <= set(ids)
    assert {one for one in targets if not one.startswith("#")} == {"index.html"}
