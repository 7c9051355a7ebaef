"""Comparison: our published rates beside those of others, and how far rounding alone can carry the difference."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs.comparison.comparison import SUMS, Ours, comparison_frame, comparison_notes, difference_within
from outputs.comparison.household_checks import published_counts, worked_rows
from outputs.comparison.references import COMBINED, read_references, shipped_references
from outputs.comparison.register_count import BY_DIMENSION, COMPOSITION, HOUSEHOLDS
from schemas.domains import COMBINATIONS
from schemas.errors import RunError
from schemas.period import HalfYear
from schemas.tables import ProtectedTable, typed

H2, H1 = HalfYear(2017, 2), HalfYear(2018, 1)
HEADER = "gebied;periode;indicator;combinatie;per_1000;bron;bron_datum;bron_url;eenheid;toelichting"
ZOETERMEER_2018 = (41, 48, 76, 5, 3, 18, 3)
NATIONAL_2017 = (28, 51, 87, 4, 2, 13, 1)


def line(area="Utrecht", period="2018H1", indicator="stapeling", combination="Jeugd", rate="30", unit="huishoudens"):
    return f"{area};{period};{indicator};{combination};{rate};bron;;;{unit};"


def references(*lines):
    return read_references("\n".join((HEADER, *lines)) + "\n")


def stacking(rates=ZOETERMEER_2018, total=10_000, period=H1, region="GM0637", hidden=()):
    counts = [rate * total // 1000 for rate in rates]
    rows = [
        {
            "period": str(period),
            "region": region,
            "combination": name,
            "households": None if name in hidden else count,
            "per_1000": None if name in hidden else 1000 * count // total,
            "status": "C" if name in hidden else "A",
        }
        for name, count in zip((*COMBINATIONS, "totaal"), (total - sum(counts), *counts, total), strict=True)
    ]
    return typed("stacking", pd.DataFrame(rows))


def compared(frame=None, within=5, period=H1, against=None, **how):
    table = comparison_frame(
        stacking() if frame is None else frame, within, against or shipped_references(), period, **how
    )
    ProtectedTable("comparison", table)
    return table.set_index(["area", "combination"])


def test_every_area_is_compared_on_every_combination_and_two_sums():
    table = compared()
    assert list(table.index) == [(area, name) for area in ("Nederland", "Zoetermeer") for name in (*COMBINED, *SUMS)]
    national = table.loc["Nederland"]
    assert list(national["reference_per_1000"][: len(COMBINED)]) == list(NATIONAL_2017)
    assert list(national["per_1000"][: len(COMBINED)]) == list(ZOETERMEER_2018)
    assert national.loc["een of meer", ["per_1000", "reference_per_1000", "difference"]].tolist() == [194, 186, 8]
    assert national.loc["twee of meer", ["per_1000", "reference_per_1000", "difference"]].tolist() == [29, 20, 9]


def test_the_published_figures_are_a_table_of_the_shipped_file():
    known = {area: shipped_references().known_by(area, H1) for area in shipped_references().areas}
    assert {area: period for area, (period, _) in known.items()} == {"Nederland": H2, "Zoetermeer": H1}
    assert tuple(known["Zoetermeer"][1].values()) == ZOETERMEER_2018
    assert tuple(shipped_references().known_by("Zoetermeer", H2)[1].values()) == (41, 51, 75, 6, 3, 17, 3)


def test_an_earlier_half_year_is_used_and_named_a_later_one_is_not():
    table = comparison_frame(stacking(period=H2), 5, references(line("Utrecht", "2018H1")), H2)
    assert table.empty
    earlier = references(line("Utrecht", "2016H2", rate="20"), line("Utrecht", "2017H1", rate="25"))
    (row,) = comparison_frame(stacking(), 5, earlier, H1).to_dict("records")
    assert (row["reference_period"], row["reference_per_1000"]) == ("2017H1", 25)
    assert comparison_notes(comparison_frame(stacking(), 5, earlier, H1)) == (
        "Van Utrecht is het laatste bekende half jaar 2017H1; het staat hier naast 2018H1.",
    )
    assert comparison_notes(comparison_frame(stacking(), 5, references(line()), H1)) == ()


@pytest.mark.parametrize("other", [{"unit": "personen"}, {"indicator": "meer dan een wet", "combination": ""}])
def test_what_has_another_definition_is_not_compared(other):
    assert comparison_frame(stacking(), 5, references(line(**other)), H1).empty


def test_persons_of_the_shipped_file_are_kept_and_never_compared():
    rates = shipped_references().rates
    assert {one.per_1000 for one in rates if one.eenheid == "personen"} == {6, 7, 9, 12, 49, 55, 57, 70}
    assert not any(one.comparable for one in rates if one.eenheid == "personen" or one.indicator != "stapeling")


def test_a_confidential_cell_stays_confidential_in_its_row_and_its_sums():
    table = compared(stacking(hidden=("Jeugd+Wmo",))).loc["Nederland"]
    hidden = table[table["status"] == "C"]
    assert list(hidden.index) == ["Jeugd+Wmo", "een of meer", "twee of meer"]
    assert hidden[["per_1000", "reference_per_1000", "difference"]].isna().all(axis=None)
    assert (compared(stacking(hidden=("totaal",)))["status"] == "C").all()


def test_a_municipality_that_rounds_to_no_households_has_no_rates():
    frame = stacking().assign(households=0, per_1000=None)
    assert (comparison_frame(typed("stacking", frame), 5, shipped_references(), H1)["status"] == "C").all()


def test_wijken_and_other_half_years_are_passed_over():
    frame = pd.concat([stacking(), stacking(region="WK063701"), stacking(period=H2)])
    assert compared(frame).equals(compared())


def test_a_part_that_the_reference_lacks_gives_no_row_and_no_sum():
    table = comparison_frame(stacking(), 5, references(line(), line(combination="Wmo")), H1)
    assert list(table["combination"]) == ["Jeugd", "Wmo"]


def test_the_bounds_by_hand():
    # 410 +- 5 of 10,000 +- 5: 40.4797.. to 41.5207..; less 28 +- 0.5: 11.97.. to 14.02.., outward to one decimal.
    row = compared().loc["Nederland", "Jeugd"]
    assert (row["difference"], row["difference_low"], row["difference_high"]) == (13, 11.9, 14.1)
    exact = compared(total_within=0).loc["Nederland", "Jeugd"]
    assert (exact["difference_low"], exact["difference_high"]) == (12.0, 14.0)
    sure = compared(within=0).loc["Nederland", "twee of meer"]
    assert (sure["difference_low"], sure["difference_high"]) == (7.0, 11.0)


@given(
    st.integers(500, 60_000),
    st.integers(0, 400),
    st.integers(0, 20),
    st.integers(-20, 20),
    st.integers(-20, 20),
    st.integers(0, 1000),
    st.integers(-50, 49),
)
def test_the_true_difference_lies_within_the_bounds(total, count, within, off, total_off, reference, hundredths):
    """Whatever is true and rounds to what is published."""
    true_count = min(max(count + max(min(off, within), -within), 0), total)
    true_total = max(total + max(min(total_off, within), -within), true_count, 1)
    ours = Ours(count, total, within, max(within, abs(true_total - total)))
    true_reference = reference + Fraction(hundredths, 100)
    low, high = difference_within(ours, reference)
    assert low <= Fraction(1000 * true_count, true_total) - true_reference <= high
    assert low <= ours.per_1000 - reference <= high
    assert (10 * low).denominator == (10 * high).denominator == 1


@pytest.mark.parametrize("numbers", [(-1, 10, 0, 0), (1, 0, 0, 0), (1, 10, -1, 0), (1, 10, 0, -1)])
def test_counts_that_cannot_be_are_refused(numbers):
    with pytest.raises(ValueError, match="not negative"):
        Ours(*numbers)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((line(rate="1001"),), "figures_invalid"),
        ((line(rate="-1"),), "figures_invalid"),
        ((line(rate="3.5"),), "figures_invalid"),
        ((line(combination="Jeugd+Sport"),), "figures_invalid"),
        ((line(combination="geen"),), "figures_invalid"),
        ((line(combination=""),), "figures_invalid"),
        ((line(indicator="anders"),), "figures_invalid"),
        ((line(unit="inwoners"),), "figures_invalid"),
        ((line(period="2018K1"),), "figures_invalid"),
        ((line(), line(rate="31")), "reference_twice"),
        ((line(rate="600"), line(combination="Wmo", rate="404")), "reference_sum"),
    ],
)
def test_a_wrong_table_is_refused(lines, code):
    with pytest.raises(RunError) as caught:
        references(*lines)
    assert caught.value.code == code


def test_rates_that_rounding_carries_above_a_thousand_are_read():
    assert references(line(rate="600"), line(combination="Wmo", rate="403")).areas == ("Utrecht",)


def test_unknown_columns_are_refused():
    with pytest.raises(RunError) as caught:
        read_references(f"{HEADER};extra\n{line()};x\n")
    assert caught.value.code == "figures_columns"


def test_the_worked_examples_give_every_published_figure_back():
    rows = worked_rows()
    assert len(rows) == 3 * len(COMBINED) + 4
    assert [row.what for row in rows if not row.equal] == []


def test_the_example_of_the_register_count_adds_up_to_it():
    assert sum(map(sum, COMPOSITION.values())) == HOUSEHOLDS
    found = dict.fromkeys(("geen", *BY_DIMENSION), 0)
    for name, (without, with_debts) in COMPOSITION.items():
        laws = 0 if name == "geen" else name.count("+") + 1
        for number, households in ((laws, without), (laws + 1, with_debts)):
            found[tuple(found)[min(number, 3)]] += households
    assert {name: found[name] for name in BY_DIMENSION} == BY_DIMENSION


def test_counts_that_are_not_published_are_not_known():
    assert "Jeugd+Wmo" not in published_counts(stacking(hidden=("Jeugd+Wmo",)), "GM0637")
    assert published_counts(stacking(), "WK063701") == {}


@pytest.mark.parametrize(
    ("ours", "bounds"),
    [
        (Ours(3, 1000, 5, 0), (Fraction(0), Fraction(8))),
        (Ours(998, 1000, 5, 0), (Fraction(993), Fraction(1000))),
        (Ours(0, 4, 1, 5), (Fraction(0), Fraction(1000))),
    ],
)
def test_a_rate_is_never_thought_below_nothing_or_above_everybody(ours, bounds):
    assert (ours.lowest, ours.highest) == bounds
