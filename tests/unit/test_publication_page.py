"""The page of a publication: well-formed, silent on hidden figures, free of requests, readable in Dutch."""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pandas as pd
import pytest

from outputs.publication.number_format import euro, half_year, long_date, one_decimal, percent, whole
from outputs.publication.page import PublicationFacts, SourceFacts, render_index
from outputs.publication.page_tables import HIDDEN, cell, published
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import COMBINATIONS, DIMENSIONS
from schemas.tables import TABLE_CONTRACTS, typed

PERIOD = "2018H1"
GEMEENTE = "GM0637"
REGIONS = {
    GEMEENTE: 53_420,
    "WK063701": 31_015,
    "WK063702": 22_405,
    "BU06370101": 14_200,
    "BU06370102": 16_815,
    "BU06370201": 22_405,
}
SHARES = (0.861, 0.041, 0.034, 0.038, 0.007, 0.006, 0.009, 0.004)
COST_DOMAINS = ("Jeugd", "P-wet", "Wmo", "SHV", "totaal")


def frame(name: str, rows: Iterable[dict[str, object]]) -> pd.DataFrame:
    return typed(name, pd.DataFrame(list(rows)))


def classes(column: str, names: tuple[str, ...], shares: tuple[float, ...], hidden: int) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for region, total in REGIONS.items():
        for name, share in zip((*names, "totaal"), (*shares, 1.0), strict=True):
            count = int(total * share) // 5 * 5
            row: dict[str, object] = {"period": PERIOD, "region": region, column: name}
            if count < hidden:
                rows.append({**row, "households": None, "per_1000": None, "status": "C"})
            else:
                rows.append({**row, "households": count, "per_1000": round(1000 * count / total), "status": "A"})
    return frame("dimensions" if column == "dimensions" else "stacking", rows)


def costs() -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for place, name in enumerate((*COMBINATIONS, "totaal")):
        for other, domain in enumerate(COST_DOMAINS):
            if domain in COMBINATIONS[1:4] and domain not in name and name != "totaal":
                continue
            households = 2_000 - 200 * place
            mean = 1_234 + 2_345 * place + 111 * other
            hidden = name == "Jeugd+Wmo" and domain in ("Wmo", "SHV")
            rows.append(
                {
                    "period": PERIOD,
                    "region": GEMEENTE,
                    "combination": name,
                    "domain": domain,
                    "households": None if hidden else households,
                    "cost_eur": None if hidden else mean * households // 1000 * 1000,
                    "mean_cost_eur": None if hidden else mean,
                    "status": "C" if hidden else "A",
                }
            )
    return frame("costs", rows)


def concentration() -> pd.DataFrame:
    shares = {"huishoudens": (31, 43, 62, 68, 86, 98), "clienthuishoudens": (9, 15, 24, 28, 43, 62)}
    sizes = {"huishoudens": 53_420, "clienthuishoudens": 7_425}
    return frame(
        "concentration",
        (
            {
                "period": PERIOD,
                "region": GEMEENTE,
                "denominator": denominator,
                "top_pct": top,
                "households": sizes[denominator] * top // 500 * 5,
                "cost_share_pct": share,
                "status": "A",
            }
            for denominator, values in shares.items()
            for top, share in zip((1, 2, 4, 5, 10, 20), values, strict=True)
        ),
    )


def quality() -> pd.DataFrame:
    counts = {"jeugd": (4_812, 97, 143, 12), "pwet": (3_944, 12, 61, 5), "wmo": (6_120, 204, 310, 95)}
    methods = ("bsn", "address", "unmatched", "excluded")
    return frame(
        "quality",
        (
            {"period": PERIOD, "source": source, "method": method, "rows": rows, "share_pct": 100 * rows / sum(values)}
            for source, values in counts.items()
            for method, rows in zip(methods, values, strict=True)
        ),
    )


def example_tables() -> dict[str, pd.DataFrame]:
    use = (("Jeugd", 3_420, 830, 24), ("P-wet", 2_915, 915, 31), ("Wmo", 3_090, 960, 31), ("RMC", 415, 0, None))
    return {
        "stacking": classes("combination", COMBINATIONS, SHARES, hidden=120),
        "dimensions": classes("dimensions", DIMENSIONS, (0.86, 0.1, 0.03, 0.01), hidden=0),
        "use": frame(
            "use",
            (
                {
                    "period": PERIOD,
                    "region": GEMEENTE,
                    "law": law,
                    "households": count,
                    "multiple_households": multiple,
                    "multiple_pct": pct,
                    "status": "A",
                }
                for law, count, multiple, pct in use
            ),
        ),
        "costs": costs(),
        "concentration": concentration(),
        "providers": frame(
            "providers",
            (
                {"period": PERIOD, "region": GEMEENTE, "providers": name, "households": count, "status": status}
                for name, count, status in (("10+", None, "C"), ("2", 610, "A"), ("0", 47_100, "A"), ("1", 5_305, "A"))
            ),
        ),
        "quality": quality(),
    }


def example_facts() -> PublicationFacts:
    names = {"brp": "BRP (kader)", "jeugd": "Jeugd", "pwet": "P-wet", "wmo": "Wmo"}
    laws = {"brp": "Wet BRP", "jeugd": "Jeugdwet", "pwet": "Participatiewet", "wmo": "Wmo 2015"}
    return PublicationFacts(
        release="2018H1-0001",
        purpose_id="stapeling",
        purpose_version=1,
        purpose_text="Inzicht in huishoudens die tegelijk gebruikmaken van Jeugd, P-wet en Wmo.",
        controller_name="Gemeente Voorbeeld",
        gemeentecode=GEMEENTE,
        fg_contact="fg@voorbeeld.nl",
        period=PERIOD,
        reference_date=date(2018, 7, 1),
        sources=tuple(
            SourceFacts(source, name, laws[source], "artikel 7.4.1", 12_345, 11_000, 45, 300, 1_000)
            for source, name in names.items()
        ),
        policy=DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000),
        errors={"stacking": (15, 5)},
        attacked=120,
        hidden_cells={"stacking": (12, 108), "costs": (2, 37)},
        synthetic=True,
    )


@pytest.fixture(scope="module")
def page() -> str:
    return render_index(example_tables(), example_facts())


def tree(text: str) -> ElementTree.Element:
    # The page is written as XML that is also HTML, so that a strict parser finds every tag left open.
    return ElementTree.fromstring(text)  # noqa: S314


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def body_row(text: str, table: str, label: str) -> list[str]:
    found = tree(text).find(f".//table[@id='{table}']")
    assert found is not None
    rows = {words(row[0]): [words(item) for item in row[1:]] for row in found.findall("tbody/tr")}
    return rows[label]


def test_well_formed_and_each_id_once(page: str) -> None:
    root = tree(page)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert root.attrib["lang"] == "nl"
    assert len(ids) == len(set(ids))
    named = [i for element in root.iter() for i in element.attrib.get("aria-labelledby", "").split()]
    assert set(named) <= set(ids)
    targets = {a.attrib["href"][1:] for a in root.iter("a") if a.attrib["href"].startswith("#")}
    assert targets <= set(ids)


def test_only_html_void_elements_close_themselves(page: str) -> None:
    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.closed: set[str] = set()

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.closed.add(tag)

    parser = Tags()
    parser.feed(page)
    assert parser.closed <= {"meta", "rect"}


def test_no_script_and_no_request(page: str) -> None:
    root = tree(page)
    assert not {element.tag for element in root.iter()} & {"script", "img", "link", "iframe", "object", "form", "base"}
    for element in root.iter():
        assert not any(name.startswith("on") or name in ("src", "style", "action") for name in element.attrib)
    for link in root.iter("a"):
        assert re.fullmatch(
            r"#[\w-]+|(tables/\w+\.csv)|(protocol/\w+\.(jsonl|yaml|json|html))|manifest\.json", link.attrib["href"]
        )
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    assert "@import" not in page


def test_policy_names_the_hash_of_the_one_style_sheet(page: str) -> None:
    styles = [style.text or "" for style in tree(page).iter("style")]
    assert len(styles) == 1
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    policies = [
        m.attrib["content"] for m in tree(page).iter("meta") if m.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]


def test_every_table_has_a_caption_scopes_and_a_focusable_area(page: str) -> None:
    root = tree(page)
    parents = {child: parent for parent in root.iter() for child in parent}
    tables = list(root.iter("table"))
    assert len(tables) >= 15
    for table in tables:
        assert words(table[0])
        assert table[0].tag == "caption"
        assert {heading.attrib["scope"] for heading in table.findall("thead/tr/th")} == {"col"}
        for row in table.findall("tbody/tr"):
            assert row[0].tag == "th"
            assert row[0].attrib["scope"] == "row"
        area = parents[table]
        assert (area.attrib["tabindex"], area.attrib["role"]) == ("0", "region")


def test_every_chart_has_a_title_and_a_description(page: str) -> None:
    charts = list(tree(page).iter("svg"))
    assert len(charts) == 5
    for chart in charts:
        assert chart.attrib["role"] == "img"
        assert [words(chart[0]), words(chart[1])].count("") == 0
        assert (chart[0].tag, chart[1].tag) == ("title", "desc")


def test_headings_step_down_one_level_at_a_time(page: str) -> None:
    levels = [int(e.tag[1]) for e in tree(page).iter() if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_each_table_links_to_its_csv(page: str) -> None:
    links = {a.attrib["href"] for a in tree(page).iter("a")}
    assert {f"tables/{name}.csv" for name in example_tables()} <= links
    assert {"protocol/log.jsonl", "protocol/purpose.yaml", "protocol/disclosure.json", "manifest.json"} <= links


def test_only_present_tables_are_shown() -> None:
    text = render_index({"use": example_tables()["use"]}, example_facts())
    assert "tables/use.csv" in text
    assert "tables/stacking.csv" not in text
    assert "Per wijk" not in text


def test_figures_are_dutch_and_in_the_order_of_the_definitions(page: str) -> None:
    assert body_row(page, "tabel-stacking", "Jeugd + P-wet") == ["370", "7"]
    assert body_row(page, "tabel-stacking", "Alle huishoudens") == ["53.420", "1.000"]
    assert body_row(page, "tabel-use", "P-wet") == ["2.915", "915", "31%"]
    assert body_row(page, "tabel-costs-mean", "Jeugd")[0] == "€ 3.579"
    assert body_row(page, "tabel-concentration-huishoudens", "Duurste 4%") == ["2.135", "62%"]
    assert body_row(page, "tabel-quality", "Jeugd") == ["5.064", "95,0%", "1,9%", "2,8%", "0,2%"]
    assert body_row(page, "tabel-bronnen", "P-wet")[:3] == ["Participatiewet", "artikel 7.4.1", "12.345"]
    first = [words(row[0]) for row in tree(page).findall(".//table[@id='tabel-providers']/tbody/tr")]
    assert first == ["Geen aanbieder", "1 aanbieder", "2 aanbieders", "10 of meer aanbieders"]


def test_district_and_neighbourhood_rows(page: str) -> None:
    assert body_row(page, "wijken-stacking", "WK063701")[:2] == ["31.015", "861"]
    assert body_row(page, "buurten-stacking-WK063702", "BU06370201")[:2] == ["22.405", "861"]
    folded = [words(summary) for summary in tree(page).iter("summary")]
    assert folded[:2] == ["Buurten in WK063701 (2)", "Buurten in WK063702 (1)"]


def test_hidden_and_absent_figures_are_told_apart(page: str) -> None:
    assert body_row(page, "wijken-stacking", "WK063702")[-1] == ".afgeschermd"
    assert body_row(page, "tabel-providers", "10 of meer aanbieders") == [".afgeschermd"]
    assert body_row(page, "tabel-use", "RMC") == ["415", "0", "\u2013geen cijfer"]
    assert body_row(page, "tabel-costs-mean", "Wmo")[0] == "\u2013geen cijfer"


@pytest.mark.parametrize("name", [name for name in TABLE_CONTRACTS if name != "quality"])
def test_a_table_of_hidden_rows_shows_no_figure(name: str) -> None:
    table = example_tables()[name]
    table[TABLE_CONTRACTS[name].figures] = pd.NA
    table["status"] = "C"
    text = render_index({name: table}, replace(example_facts(), hidden_cells={}))
    section = tree(text).find(f".//section[@aria-labelledby='{name}']")
    assert section is not None
    assert {words(data) for data in section.iter("td")} <= {".afgeschermd", "\u2013geen cijfer"}
    assert not list(section.iter("rect"))
    assert "In het kort" not in text


def test_a_confidential_record_gives_no_figure_whatever_it_holds() -> None:
    record = {"status": "C", "households": 7}
    assert cell(record, "households", whole) == HIDDEN
    assert published(record, "households") is None


def test_key_points_come_from_published_figures(page: str) -> None:
    key = tree(page).find(".//section[@aria-labelledby='in-het-kort']")
    assert key is not None
    sentences = [words(item) for item in key.iter("li")]
    assert sentences == [
        "Op 1 juli 2018 telde de gemeente 53.420 particuliere huishoudens.",
        "Van elke 1.000 huishoudens gebruikten er 26 in het eerste halfjaar van 2018 voorzieningen uit twee of drie "
        "wetten tegelijk (Jeugd, P-wet, Wmo).",
        "De 4% huishoudens met de hoogste kosten hadden samen 62% van alle kosten.",
        "Van de 145 cijfers in de tabellen zijn er 14 afgeschermd, om huishoudens te beschermen.",
    ]


@pytest.mark.parametrize(
    ("table", "column", "value", "words_lost"),
    [
        ("stacking", "combination", "Jeugd+Wmo", "Van elke 1.000 huishoudens"),
        ("stacking", "combination", "totaal", "particuliere huishoudens."),
        ("concentration", "top_pct", "4", "huishoudens met de hoogste kosten hadden"),
    ],
)
def test_a_sentence_with_a_hidden_figure_is_left_out(table: str, column: str, value: str, words_lost: str) -> None:
    tables = example_tables()
    hidden = (tables[table][column] == value) & (tables[table]["region"] == GEMEENTE)
    figures = TABLE_CONTRACTS[table].figures
    tables[table].loc[hidden, figures] = pd.NA
    tables[table].loc[hidden, "status"] = "C"
    assert words_lost in render_index(example_tables(), example_facts())
    assert words_lost not in render_index(tables, example_facts())


def test_facts_are_escaped() -> None:
    rude = "</style><script>alert('x')</script> & \"zoon\""
    facts = replace(example_facts(), controller_name=rude, purpose_text=rude, fg_contact=rude, release=rude)
    text = render_index(example_tables(), facts)
    assert "<script" not in text
    title = tree(text).find("head/title")
    assert title is not None
    assert rude in words(title)


def test_codes_of_a_frame_are_escaped() -> None:
    table = example_tables()["providers"]
    table = table.head(1).assign(providers="<b>&")
    assert "&lt;b&gt;&amp;" in render_index({"providers": table}, example_facts())


def test_the_banner_shows_for_invented_households_only(page: str) -> None:
    banner = "Synthetisch voorbeeld: geen echte huishoudens"
    assert banner in page
    assert banner not in render_index(example_tables(), replace(example_facts(), synthetic=False))


def test_same_figures_in_another_row_order_give_the_same_page(page: str) -> None:
    shuffled = {name: table.sample(frac=1, random_state=7) for name, table in example_tables().items()}
    assert render_index(shuffled, example_facts()) == page


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"households": example_tables()["use"]}, "no published table"),
        ({"use": example_tables()["use"].drop(columns="status")}, "columns"),
        ({"use": example_tables()["use"].assign(true_count=1)}, "columns"),
        ({"use": example_tables()["use"].assign(status="B")}, "neither A nor C"),
        ({"use": example_tables()["use"].assign(status="C")}, "confidential row shows a figure"),
        ({"use": example_tables()["use"].assign(period="2018H2")}, "another period"),
    ],
)
def test_a_frame_that_is_no_published_table_is_refused(broken: dict[str, pd.DataFrame], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        render_index(broken, example_facts())


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
