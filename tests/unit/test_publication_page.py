"""The figures on the pages: Dutch, in the order of the definitions, silent where a figure is hidden."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from site_example import body_row, every_table, example_content, example_facts, example_tables, tree, words

from outputs.publication.key_points import key_points
from outputs.publication.number_format import euro, half_year, long_date, one_decimal, percent, whole
from outputs.publication.page_facts import SourceFacts
from outputs.publication.page_tables import published
from outputs.publication.site.figures import cell, hidden
from outputs.publication.site.pages import PAGE_OF
from outputs.publication.site.site import site_pages
from outputs.publication.site.words import Words
from schemas.disclosure_policy import DisclosurePolicy, FormalPrivacy
from schemas.tables import TABLE_CONTRACTS

SITE = site_pages(example_content())
DUTCH = Words("nl")
HIDDEN, ABSENT = ".afgeschermd", "\u2013geen cijfer"
GEMEENTE = "GM0637"


def sentences(tables: dict[str, pd.DataFrame], language: str = "nl", **facts: object) -> list[str]:
    content = example_content(tables=tables, facts=replace(example_facts(), **facts))
    return [point.text for point in key_points(Words(language), content.tables, content.facts)]


def test_figures_are_dutch_and_in_the_order_of_the_definitions() -> None:
    stacking, costs = SITE["stapeling.html"], SITE["kosten.html"]
    assert body_row(stacking, "tabel-stacking", "Jeugd + P-wet") == ["370", "7"]
    assert body_row(stacking, "tabel-stacking", "Alle huishoudens") == ["53.420", "1.000"]
    assert body_row(stacking, "tabel-use", "P-wet") == ["2.915", "915", "31%"]
    assert body_row(costs, "tabel-costs-mean-cost-eur", "Jeugd")[0] == "€ 3.579"
    assert body_row(SITE["concentratie.html"], "tabel-concentration-1", "Duurste 4%") == ["2.135", "62%"]
    assert body_row(SITE["koppeling.html"], "tabel-quality", "Jeugd") == ["5.064", "95,0%", "1,9%", "2,8%", "0,2%"]
    assert body_row(SITE["index.html"], "tabel-bronnen", "P-wet")[:3] == ["Participatiewet", "artikel 7.4.1", "12.345"]
    first = [words(row[0]) for row in tree(stacking).findall(".//table[@id='tabel-providers']/tbody/tr")]
    assert first == ["Geen aanbieder", "1 aanbieder", "2 aanbieders", "10 of meer aanbieders"]


def test_figures_are_english_on_the_english_pages() -> None:
    assert body_row(SITE["en/stapeling.html"], "tabel-stacking", "All households") == ["53,420", "1,000"]
    assert body_row(SITE["en/kosten.html"], "tabel-costs-mean-cost-eur", "Jeugd (youth care)")[0] == "€3,579"
    assert body_row(SITE["en/stapeling.html"], "tabel-providers", "10 providers or more") == [".hidden"]


def test_transitions_are_a_matrix_from_rows_to_columns() -> None:
    table = tree(SITE["verloop.html"]).find(".//table[@id='tabel-dimension_transitions-households']")
    assert table is not None
    across = [words(one) for one in table.findall("thead/tr/th")]
    classes = ["Geen", "1 domein", "2 domeinen", "3 of 4 domeinen"]
    assert across == ["Van", *classes, "Vertrokken", "Niet te volgen", "Alle huishoudens"]
    down = [words(row[0]) for row in table.findall("tbody/tr")]
    assert down == [*classes, "Nieuw", "Niet te volgen", "Alle huishoudens"]
    row = body_row(SITE["verloop.html"], "tabel-dimension_transitions-households", "Geen")
    assert row == ["15", "20", HIDDEN, "30", "35", "40", "45"]
    new = body_row(SITE["verloop.html"], "tabel-dimension_transitions-households", "Nieuw")
    assert new[4:6] == [ABSENT, ABSENT]


def test_effects_have_their_unit_their_sign_and_their_interval() -> None:
    page = SITE["verloop.html"]
    effect = body_row(page, "tabel-effects-2", "Verschil (effect van de aanpak)")
    assert effect[-3:] == ["€ \u221225", "€ \u221250", "+€ 10"]
    assert body_row(page, "tabel-effects-1", "In de aanpak")[1:4] == ["150,00", "125,00", "\u221225,00"]
    assert body_row(page, "tabel-effects-1", "Verschil (effect van de aanpak)") == [HIDDEN] * 6


def test_a_comparison_has_its_interval_and_names_the_half_year_compared_with() -> None:
    page = SITE["vergelijking.html"]
    assert body_row(page, "tabel-comparison-1", "Jeugd") == ["15", "15", "\u22123,0", "\u22124,5", "+1,5"]
    captions = [words(one) for one in tree(page).iter("caption")]
    assert any("Ede (tweede halfjaar van 2017)" in one for one in captions)


def test_segments_are_shown_with_their_costs_on_the_page_of_costs() -> None:
    row = body_row(SITE["kosten.html"], "tabel-segments_costs-2", "Aandachtshuishoudens (2 of 3)")
    assert len(row) == 4
    assert row[1].startswith("€")
    assert len(body_row(SITE["stapeling.html"], "tabel-segments-2", "Aandachtshuishoudens (2 of 3)")) == 2


def test_district_and_neighbourhood_rows() -> None:
    page = SITE["stapeling.html"]
    assert body_row(page, "wijken-stacking", "WK063701")[:2] == ["31.015", "861"]
    assert body_row(page, "buurten-stacking-WK063702", "BU06370201")[:2] == ["22.405", "861"]
    folded = [words(summary) for summary in tree(page).iter("summary")]
    assert folded[:2] == ["Buurten in WK063701 (2)", "Buurten in WK063702 (1)"]
    assert [words(one) for one in tree(SITE["verloop.html"]).iter("summary")][:1] == ["Wijk WK063701"]


def test_hidden_and_absent_figures_are_told_apart() -> None:
    assert body_row(SITE["stapeling.html"], "wijken-stacking", "WK063702")[-1] == HIDDEN
    assert body_row(SITE["stapeling.html"], "tabel-providers", "10 of meer aanbieders") == [HIDDEN]
    assert body_row(SITE["stapeling.html"], "tabel-use", "RMC") == ["415", "0", ABSENT]
    assert body_row(SITE["kosten.html"], "tabel-costs-mean-cost-eur", "Wmo")[0] == ABSENT


@pytest.mark.parametrize("name", [name for name in TABLE_CONTRACTS if name != "quality"])
def test_a_table_of_hidden_rows_shows_no_figure(name: str) -> None:
    table = every_table()[name]
    table[TABLE_CONTRACTS[name].figures] = pd.NA
    table["status"] = "C"
    facts = replace(example_facts(), hidden_cells={})
    site = site_pages(example_content(tables={name: table}, facts=facts, references=()))
    for page in (f"{PAGE_OF[name]}.html", f"en/{PAGE_OF[name]}.html"):
        section = tree(site[page]).find(f".//section[@aria-labelledby='{name}']")
        assert section is not None
        symbols = {HIDDEN, ABSENT, ".hidden", "\u2013no figure"}
        shown = {words(data) for data in section.iter("td")}
        assert shown <= symbols
    assert "In het kort" not in site["index.html"]


def test_a_confidential_record_gives_no_figure_whatever_it_holds() -> None:
    record = {"status": "C", "households": 7}
    assert cell(DUTCH, record, "households") == hidden(DUTCH)
    assert published(record, "households") is None


def test_key_points_come_from_published_figures() -> None:
    assert sentences(example_tables()) == [
        "Op 1\u00a0juli 2018 telde de gemeente 53.420 particuliere huishoudens.",
        "Van elke 1.000 huishoudens gebruikten er 26 in het eerste halfjaar van 2018 voorzieningen uit twee of drie "
        "wetten tegelijk (Jeugd, P-wet, Wmo).",
        "Een huishouden met alle drie de wetten kostte in dit halfjaar gemiddeld €\u00a018.093; met alleen de Wmo was "
        "dat €\u00a08.713.",
        "De 4% huishoudens met de hoogste kosten hadden samen 62% van alle kosten.",
        "Van de 145 cijfers in de tabellen zijn er 14 afgeschermd, om huishoudens te beschermen.",
    ]
    assert "Of every 1,000 households 26 used provisions" in sentences(example_tables(), "en")[1]
    every = " ".join(sentences(every_table()))
    assert "kwamen er 35 huishoudens met een voorziening bij, 35 hebben er geen meer" in every
    assert "Twee of meer wetten tegelijk: 20 van elke 1.000 huishoudens, en 20 in Nederland." in every


@pytest.mark.parametrize(
    ("table", "column", "value", "words_lost"),
    [
        ("stacking", "combination", "Jeugd+Wmo", "Van elke 1.000 huishoudens"),
        ("stacking", "combination", "totaal", "particuliere huishoudens."),
        ("concentration", "top_pct", "4", "huishoudens met de hoogste kosten hadden"),
        ("costs", "combination", "Wmo", "met alleen de Wmo"),
        ("flow", "law", "totaal", "kwamen er"),
        ("comparison", "combination", "twee of meer", "Twee of meer wetten tegelijk"),
    ],
)
def test_a_sentence_with_a_hidden_figure_is_left_out(table: str, column: str, value: str, words_lost: str) -> None:
    tables = every_table()
    assert words_lost in " ".join(sentences(tables))
    gone = (tables[table][column] == value) & (tables[table]["region"] == GEMEENTE)
    tables[table].loc[gone, TABLE_CONTRACTS[table].figures] = pd.NA
    tables[table].loc[gone, "status"] = "C"
    assert words_lost not in " ".join(sentences(tables))


def test_codes_of_a_frame_are_escaped() -> None:
    table = example_tables()["providers"].head(1).assign(providers="<b>&")
    page = site_pages(example_content(tables={"providers": table}))["stapeling.html"]
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page


def test_the_banner_shows_for_invented_households_only() -> None:
    banner = "Synthetisch voorbeeld: geen echte huishoudens"
    assert all(banner in page for name, page in SITE.items() if not name.startswith("en/"))
    real = site_pages(example_content(facts=replace(example_facts(), synthetic=False)))
    assert not [name for name, page in real.items() if banner in page]


def test_what_was_protected_is_told_from_the_policy_and_the_counts() -> None:
    page = SITE["bescherming.html"]
    assert body_row(page, "tabel-afgeschermd", "Combinaties van wetten") == ["108", "12", "11,1%", ABSENT, "15", "5"]
    assert body_row(page, "tabel-afgeschermd", "Kosten") == ["37", "2", "5,4%", "7%", ABSENT, ABSENT]
    assert "Dit is de eerste uitgave onder dit doel." in words(tree(page))
    policy = DisclosurePolicy(
        threshold=10,
        dominance_pct=50,
        cost_rounding_eur=1000,
        formal=FormalPrivacy(tables=("stacking",), epsilon=0.5, budget=1.0),
    )
    facts = replace(example_facts(), policy=policy, noisy={"stacking": 7}, earlier=2)
    site = site_pages(example_content(facts=facts))
    text = words(tree(site["bescherming.html"]))
    assert "epsilon 0,5 per tabel en uitgave, budget 1,0" in text
    assert "Er gingen 2 eerdere uitgaven voor" in text
    assert "epsilon 0,5" in words(tree(site["index.html"]))
    assert "95 hoogstens 7 naast de waarheid" in words(tree(site["stapeling.html"]))


def test_why_effects_are_withheld_and_what_to_bear_in_mind_is_told_beside_them() -> None:
    facts = replace(example_facts(), effect_refusals=("group_small",), effect_cautions=("trend_unknown",))
    text = words(tree(site_pages(example_content(facts=facts))["verloop.html"]))
    assert DUTCH.label("effect_refusal", "group_small") in text
    assert DUTCH.label("effect_caution", "trend_unknown") in text


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"households": every_table()["use"]}, "no published table"),
        ({"use": every_table()["use"].drop(columns="status")}, "columns"),
        ({"use": every_table()["use"].assign(true_count=1)}, "columns"),
        ({"use": every_table()["use"].assign(status="B")}, "neither A nor C"),
        ({"use": every_table()["use"].assign(status="C")}, "confidential row shows a figure"),
        ({"use": every_table()["use"].assign(period="2018H2")}, "another period"),
    ],
)
def test_a_frame_that_is_no_published_table_is_refused(broken: dict[str, pd.DataFrame], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        example_content(tables=broken)


def test_facts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="source wmo: the rows received"):
        SourceFacts("wmo", "Wmo", "Wmo 2015", "2.3.2", 10, 5, 1, 1, 1)
    with pytest.raises(ValueError, match="negative"):
        SourceFacts("wmo", "Wmo", "Wmo 2015", "2.3.2", 4, 5, -1, 0, 0)
    with pytest.raises(ValueError, match="hidden"):
        replace(example_facts(), hidden_cells={"use": (3, 2)})
    with pytest.raises(ValueError, match="half-year"):
        replace(example_facts(), period="2018")


def test_numbers_are_written_in_dutch() -> None:
    assert [whole(0), whole(1_234), whole(1_234_567), whole(-5_000)] == ["0", "1.234", "1.234.567", "\u22125.000"]
    assert [one_decimal(12.34), one_decimal(1_234.5), one_decimal(-0.01)] == ["12,3", "1.234,5", "0,0"]
    assert [percent(12), euro(1_234_000)] == ["12%", "€\u00a01.234.000"]
    assert [long_date(date(2018, 7, 1)), half_year("2018H2")] == ["1\u00a0juli 2018", "tweede halfjaar van 2018"]
    with pytest.raises(ValueError, match="fraction"):
        whole(1.5)
