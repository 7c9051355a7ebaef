"""What charts say in words: true of the published figures, also when there are none, one, or nothing but zeros."""

from functools import cache

import pandas as pd
import pytest
from chart_tables import GEMEENTE, facts, frame, stacking, tables

from outputs.publication.charts import charts_for
from outputs.publication.charts.page_charts import PAGES
from outputs.publication.charts.wording import number, shortest, together
from outputs.publication.site.words import LANGUAGES, Language
from schemas.tables import TABLE_CONTRACTS


def readings(found: dict[str, pd.DataFrame], language: Language = "nl") -> dict[str, str]:
    return {
        chart.id.split("-", 1)[1]: chart.reading
        for page in PAGES
        for chart in charts_for(page, found, facts(), language)
    }


@cache
def said_of_all(language: Language) -> dict[str, str]:
    return readings(tables(), language)


def all_hidden() -> dict[str, pd.DataFrame]:
    found = tables()
    for name, table in found.items():
        table[TABLE_CONTRACTS[name].figures] = pd.NA
        table["status"] = "C"
    return found


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("combinations", "het eerste halfjaar van 2018: P-wet + Wmo, met 480 huishoudens. 1 cijfer is afgeschermd."),
        ("combinations", "Huishoudens zonder voorziening uit deze wetten zijn niet getekend."),
        ("dimensions", "'1 domein', met 5.340 huishoudens. 1 cijfer is afgeschermd. Huishoudens zonder domein"),
        ("costs", "gemiddeld het duurst bij 'Jeugd + P-wet + Wmo' (€\u00a018.093)"),
        (
            "concentration",
            "De 4% huishoudens met de hoogste kosten hadden in het eerste halfjaar van 2018 samen 62% van",
        ),
        ("concentration", "Tussen de punten is niets gepubliceerd"),
        ("districts", "van 0 (WK063799) tot 25 (WK063701) per 1.000. 1 cijfer is afgeschermd."),
        ("dimension-flows", "In dezelfde groep bleven: 1.285 (1 domein), 1.565 (2 domeinen)"),
        ("relapse", "'3 jaar' en '4 jaar', 18%"),
        ("effect-1", "het interval bevat nul, dus een effect is niet aangetoond"),
        ("effect-2", "\u22121.300 (\u22122.200 tot \u2212400): het interval bevat nul niet"),
        ("effect-3", "Het effect is niet te tonen. 3 cijfers zijn afgeschermd."),
        ("comparison-1", "hier 4 minder twee of meer wetten dan in Nederland; dat kan ook door afronding komen."),
        ("comparison-2", "dan in Zoetermeer twee of meer wetten gebruiken is niet te tonen"),
    ],
)
def test_dutch(name: str, sentence: str) -> None:
    assert sentence in said_of_all("nl")[name]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("combinations", "in the first half of 2018: P-wet + Wmo, with 480 households. 1 figure is withheld."),
        ("dimensions", "'1 domain', with 5,340 households"),
        ("concentration", "The costliest 4% of households had 62% of all cost"),
        ("effect-2", "\u22121,300 (\u22122,200 to \u2212400)"),
        ("comparison-1", "4 fewer use two or more laws here than in the Netherlands"),
    ],
)
def test_english(name: str, sentence: str) -> None:
    assert sentence in said_of_all("en")[name]


def test_english_charts_hold_no_dutch() -> None:
    for page in PAGES:
        for chart in charts_for(page, tables(), facts(), "en"):
            everything = f"{chart.svg} {chart.spec_json} {chart.reading}"
            for word in ("afgeschermd", "huishoudens", "halfjaar", "domeinen", "Duurste", " tot "):
                assert word not in everything


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_hidden_tables_nothing_is_said_or_drawn(language: Language) -> None:
    found = all_hidden()
    said = readings(found, language)
    assert set(said) == set(said_of_all(language))
    for name, reading in said.items():
        assert ("te tonen" in reading) or ("can be shown" in reading) or ("cannot be shown" in reading), name
    for page in PAGES:
        for chart in charts_for(page, found, facts(), language):
            assert chart.vega_lite is not None
            rows = [row for values in chart.vega_lite["datasets"].values() for row in values]
            assert not [row for row in rows if {"value", "share", "rate", "households", "low"} & set(row)]


def test_zeros() -> None:
    nothing = {"dimensions": tables()["dimensions"].dropna().assign(households=0, per_1000=0)}
    assert "is elk getoond cijfer nul" in readings(nothing)["dimensions"]
    empty = stacking({GEMEENTE: (53_420, 0, 0, 0, 0, 0, 0, 0), "WK063701": (31_015, 0, 0, 0, 0, 0, 0, 0)})
    said = readings({"stacking": empty})
    assert "van geen combinatie van twee of drie wetten een aantal boven nul" in said["combinations"]
    assert "gelijk: 0 per 1.000" in said["districts"]


def test_equal_figures_are_named_together() -> None:
    equal = stacking({GEMEENTE: (50_000, 900, 900, 900, 240, 240, 240, 0)})
    said = readings({"stacking": equal})["combinations"]
    assert "Jeugd + P-wet, Jeugd + Wmo en P-wet + Wmo, met elk 240 huishoudens" in said


def test_the_share_of_another_group_is_told_when_that_of_four_percent_is_hidden() -> None:
    rows = [
        {"period": "2018H1", "region": GEMEENTE, "denominator": "huishoudens", "top_pct": top}
        | ({} if share is None else {"households": 5, "cost_share_pct": share})
        for top, share in (("1", None), ("4", None), ("10", 77))
    ]
    said = readings({"concentration": frame("concentration", rows)})["concentration"]
    assert "De 10% huishoudens met de hoogste kosten" in said
    assert "77%" in said


def test_numbers_are_never_rounded_to_fit() -> None:
    assert [shortest(value, "nl") for value in (3.0, -0.15, 1234.5, 0.0)] == ["3", "\u22120,15", "1.234,5", "0"]
    with pytest.raises(ValueError, match="decimals"):
        number(1.25, "nl", 1)
    with pytest.raises(ValueError, match="decimals"):
        shortest(1 / 3, "nl")
    assert together(["a"], "nl") == "a"
    assert together(["a", "b", "c"], "en") == "a, b and c"


def test_rounding_is_blamed_only_where_zero_lies_within_it() -> None:
    found = tables()["comparison"]
    clear = {
        "comparison": found.assign(
            difference_high=found["difference_high"].mask((found["difference"] < 0).fillna(False), -0.5)
        )
    }
    assert "4 minder twee of meer wetten dan in Nederland. De lijn" in readings(clear)["comparison-1"]
