"""The reference check: every published figure beside ours, and a clear word where they differ."""

import csv
import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from outputs.comparison.household_checks import dimension_rows, stacking_rows
from outputs.comparison.references import COMBINED, shipped_references
from outputs.comparison.register_count import BY_DIMENSION, HOUSEHOLDS
from outputs.returns.reference_check import Reference, Row, compare, reference_rows
from samenloop.reference_runs import rows_of_release
from samenloop.synthetic.municipality import SynthesisRequest, synthesise
from samenloop.synthetic.reference import debt_help_counts, household_counts
from schemas.domains import COMBINATIONS
from schemas.errors import RunError
from schemas.period import HalfYear

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


H1 = HalfYear(2018, 1)
PUBLISHED = {
    "geen": 44875,
    **dict(zip(COMBINED, (2280, 2675, 4235, 280, 170, 1005, 160), strict=True)),
    "totaal": 55680,
}
REGISTER = {"geen": 46240, **BY_DIMENSION, "totaal": 55680}


def stacked(households, within, area="Zoetermeer", period=H1):
    return {one.what: one for one in stacking_rows(households, within, area, period, shipped_references())}


def test_published_counts_of_the_demo_give_the_published_rates():
    rows = stacked(PUBLISHED, 15)
    assert len(rows) == 7
    assert all(one.equal and one.unit == "per 1.000" and "CBS" in one.source for one in rows.values())


@pytest.mark.parametrize(("households", "verdict"), [(2280, "gelijk"), (2325, "afronding"), (2370, "verschil")])
def test_a_rate_is_apart_by_rounding_only_as_far_as_the_stated_error_carries_it(households, verdict):
    # 2,325 of 55,680 is 41.8, published as 42; within 15 it may be 41.48, published as 41.
    (row,) = [one for what, one in stacked(PUBLISHED | {"Jeugd": households}, 20).items() if what.startswith("Jeugd,")]
    assert row.verdict == verdict


def test_without_error_there_is_no_margin():
    assert {one.margin for one in stacked(PUBLISHED, 0).values()} == {0}


@pytest.mark.parametrize(("area", "period"), [("Nederland", H1), ("Zoetermeer", HalfYear(2019, 1)), ("Utrecht", H1)])
def test_there_is_nothing_to_check_against_in_another_half_year(area, period):
    with pytest.raises(RunError) as caught:
        stacked(PUBLISHED, 15, area, period)
    assert caught.value.code == "reference_unknown"


@pytest.mark.parametrize(
    "rows", [lambda: stacked({"totaal": 10}, 5), lambda: dimension_rows({"geen": 5, "totaal": 9}, 5)]
)
def test_a_count_that_is_not_published_cannot_be_checked(rows):
    with pytest.raises(RunError) as caught:
        rows()
    assert caught.value.code == "check_incomplete"


@pytest.mark.parametrize(("off", "verdict"), [(0, "gelijk"), (-20, "afronding"), (20, "afronding"), (25, "verschil")])
def test_the_number_of_domains_is_equal_within_the_stated_error(off, verdict):
    one, two, three, none = dimension_rows(REGISTER | {"2D": 1455 + off}, 20)
    assert two.verdict == verdict
    assert {row.verdict for row in (one, three, none)} == {"gelijk"}
    assert (one.reference, two.reference, three.reference, none.reference) == (7825, 1455, 155, 83)
    assert "niet te rijmen" in one.note


def test_another_share_without_provisions_is_a_difference():
    assert dimension_rows(REGISTER | {"geen": 45_900}, 20)[-1].verdict == "verschil"


def written(folder, table="stacking", key="combination", counts=PUBLISHED, within=15):
    (folder / "tables").mkdir()
    (folder / "protocol").mkdir()
    lines = [
        f"2018H1;{region};{name};{count};0;A" for region in ("GM0637", "WK063701") for name, count in counts.items()
    ]
    text = "\n".join((f"period;region;{key};households;per_1000;status", *lines)) + "\n"
    (folder / "tables" / f"{table}.csv").write_text(text)
    (folder / "protocol" / "disclosure.json").write_text(json.dumps({"tables": {table: {"within": within}}}))
    return folder


def test_a_release_is_read_with_its_stated_error(tmp_path):
    rows = rows_of_release(written(tmp_path), "Zoetermeer")
    assert [row.verdict for row in rows] == ["gelijk"] * 7
    assert rows == stacking_rows(PUBLISHED, 15, "Zoetermeer", H1, shipped_references())


def test_a_release_is_held_against_the_register_count_on_its_number_of_domains(tmp_path):
    counts = REGISTER | {"1D": 7840}
    rows = rows_of_release(written(tmp_path, "dimensions", "dimensions", counts), "register")
    assert [row.verdict for row in rows] == ["afronding", "gelijk", "gelijk", "gelijk"]


@pytest.mark.parametrize("gone", ["tables/stacking.csv", "protocol/disclosure.json"])
def test_a_release_without_the_table_or_its_error_is_refused(tmp_path, gone):
    folder = written(tmp_path)
    (folder / gone).unlink()
    with pytest.raises(RunError) as caught:
        rows_of_release(folder, "Zoetermeer")
    assert caught.value.code == "release_unreadable"


def test_a_release_without_a_municipality_is_refused(tmp_path):
    folder = written(tmp_path)
    table = folder / "tables" / "stacking.csv"
    table.write_text(table.read_text().replace("GM0637", "WK063702"))
    with pytest.raises(RunError) as caught:
        rows_of_release(folder, "Zoetermeer")
    assert caught.value.code == "release_unreadable"


def test_the_synthetic_register_municipality_has_exactly_the_counted_households(tmp_path):
    request = SynthesisRequest(households=HOUSEHOLDS // 10, seed=5, out=tmp_path / "d", column="register")
    (made,) = synthesise(request)
    with made.truth.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    found = Counter((row["combination"], row["shv"]) for row in rows)
    counts = household_counts("register", H1, request.households)
    debts = debt_help_counts("register", request.households)
    for name, count, with_debts in zip(COMBINATIONS, counts, debts, strict=True):
        assert (found[name, "1"], found[name, "0"] + found[name, "1"]) == (with_debts, count)


def test_at_its_own_size_it_is_the_register_count():
    counts, debts = (
        dict(zip(COMBINATIONS, made, strict=True))
        for made in (household_counts("register", H1, HOUSEHOLDS), debt_help_counts("register", HOUSEHOLDS))
    )
    found = Counter[int]()
    for name, count in counts.items():
        laws = 0 if name == "geen" else name.count("+") + 1
        found[min(laws, 3)] += count - debts[name]
        found[min(laws + 1, 3)] += debts[name]
    assert [found[number] for number in (1, 2, 3)] == list(BY_DIMENSION.values())
    assert sum(counts.values()) == HOUSEHOLDS


def test_other_columns_leave_debt_help_to_chance():
    assert debt_help_counts("zoetermeer", 1000) is None
