"""The reference check: every published figure beside ours, and a clear word where they differ."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from outputs.returns.reference_check import Reference, Row, compare, reference_rows
from schemas.errors import RunError

PAGE = Path(__file__).parent.parent.parent / "docs" / "returns.md"


def reference(figure=100, margin=0, unit="EUR"):
    return Reference(figuur="f", onderdeel="o", wat="w", bron="b", eenheid=unit, referentie=figure, marge=margin)


def test_every_published_figure_on_returns_is_there():
    counts = Counter(row.part for row in reference_rows())
    assert counts == {"prijslijst": 28, "P-wet": 7, "businesscases": 14, "MKBA": 34}


def test_all_are_equal_but_one_that_the_rounding_of_the_source_explains():
    apart = [(row.what, row.reference, row.ours, row.verdict) for row in reference_rows() if not row.equal]
    assert apart == [("schadelastbeperking na terugval, 3 jaar uitkering", 33300, 33301, "afronding")]


@pytest.mark.parametrize(
    ("unit", "ours", "shown"),
    [
        ("EUR", 12_345_50, 12346),
        ("EUR 1.000", -150_000, -2),
        ("pct", Fraction(2, 3), 67),
        ("aantal", Fraction(5, 2), 3),
    ],
)
def test_ours_is_shown_in_the_digits_of_the_reference(unit, ours, shown):
    (row,) = compare([reference(unit=unit)], {"f": ours})
    assert (row.ours, row.unit) == (shown, unit)


@pytest.mark.parametrize(
    ("ours", "margin", "equal", "verdict"),
    [
        (100, 0, True, "gelijk"),
        (101, 0, False, "verschil"),
        (101, 1, False, "afronding"),
        (99, 1, False, "afronding"),
        (102, 1, False, "verschil"),
    ],
)
def test_a_figure_is_equal_apart_by_rounding_or_different(ours, margin, equal, verdict):
    (row,) = compare([reference(margin=margin)], {"f": 100 * ours})
    assert (row.equal, row.verdict) == (equal, verdict)


def test_other_parts_of_the_product_add_their_rows():
    row = Row("stapeling", "Jeugd en Wmo per 1.000", "bron", "per 1.000", Decimal("4.5"), Decimal("4.5"))
    assert reference_rows([row])[-1] is row
    assert len(reference_rows([row])) == len(reference_rows()) + 1


def test_a_reference_without_a_figure_of_ours_is_refused():
    with pytest.raises(RunError) as caught:
        compare([reference()], {})
    assert caught.value.code == "reference_unknown"


def test_the_documentation_shows_what_we_come_to():
    page, rows = PAGE.read_text(), reference_rows()
    shown = [row for row in rows if row.part == "P-wet" or row.what in ("saldo", "totale kosten", "totale baten")]
    shown += [row for row in rows if row.what.endswith("saldo") or row.what.startswith(("ontruiming", "zeven"))]
    assert len(shown) == 7 + 3 + 1 + 3 + 8
    assert [row.what for row in shown if f"{row.ours:,}" not in page] == []
    assert f"Of {len(rows)} figures {sum(row.equal for row in rows)} are equal" in page
