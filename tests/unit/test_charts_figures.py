"""What charts show is what the tables publish: figures, lengths, places; and nothing of what is hidden."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd
import pytest
from chart_tables import GEMEENTE, PERIOD, facts, stacking, tables
from jsonschema import ValidationError
from lxml import etree

from outputs.publication.charts import Chart, charts_for
from outputs.publication.charts.page_charts import PAGES
from outputs.publication.site.words import LANGUAGES, Language

FIGURES = {
    "combinations": ("stacking", "combination", "households", {}),
    "dimensions": ("dimensions", "dimensions", "households", {}),
    "costs": ("costs", "combination", "mean_cost_eur", {"domain": "totaal"}),
    "duration": ("duration", "duration", "households", {}),
    "relapse": ("relapse", "within_years", "relapse_pct", {}),
    "concentration": ("concentration", "top_pct", "cost_share_pct", {"denominator": "huishoudens"}),
    "comparison-1": ("comparison", "combination", "difference", {"area": "Nederland"}),
    "comparison-2": ("comparison", "combination", "difference", {"area": "Zoetermeer"}),
    "effect-1": ("effects", "group", "change", {"outcome": "domeinen"}),
    "effect-2": ("effects", "group", "change", {"outcome": "kosten"}),
    "effect-3": ("effects", "group", "change", {"outcome": "minder_domeinen"}),
}


def every_chart(language: Language = "nl") -> dict[str, Chart]:
    found = [chart for page in PAGES for chart in charts_for(page, tables(), facts(), language)]
    return {chart.id: chart for chart in found}


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    return every_chart()


def data_of(chart: Chart) -> Iterator[dict[str, Any]]:
    assert chart.vega_lite is not None
    for rows in chart.vega_lite["datasets"].values():
        yield from rows


def texts(chart: Chart) -> list[str]:
    root = etree.fromstring(chart.svg.encode())
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_every_spec_meets_the_schema_of_vega_lite(charts: dict[str, Chart]) -> None:
    """Drawing itself does not check: that would take most of its time."""
    specs = [chart.vega_lite for chart in charts.values() if chart.vega_lite is not None]
    assert len(specs) > 8
    for spec in specs:
        alt.Chart.from_dict(spec)
    with pytest.raises(ValidationError):
        alt.Chart.from_dict({**specs[0], "width": "narrow"})


def test_every_chart_that_is_promised_is_there(charts: dict[str, Chart]) -> None:
    names = {chart_id.split("-", 1)[1] for chart_id in charts}
    assert names == {*FIGURES, "districts", "dimension-flows"}
    assert {chart.table for chart in charts.values()} <= set(tables())
    assert all(chart.csv == f"tables/{chart.table}.csv" for chart in charts.values())
    assert charts_for("logboek", tables(), facts(), "nl") == ()


@pytest.mark.parametrize("name", FIGURES)
def test_figures_of_spec_and_drawing_are_those_published(charts: dict[str, Chart], name: str) -> None:
    chart = next(chart for chart_id, chart in charts.items() if chart_id.endswith(name))
    table, column, figure, where = FIGURES[name]
    frame = tables()[table]
    for key, value in {"region": GEMEENTE, **where}.items():
        frame = frame[frame[key] == value]
    frame = frame[~frame[column].isin(["totaal", "geen"])]
    published = {
        str(key): float(value) for key, value in zip(frame[column], frame[figure], strict=True) if pd.notna(value)
    }
    rows = [row for row in data_of(chart) if "text" in row]
    shown = {str(row.get("key", row.get("top"))): row.get("value", row.get("share")) for row in rows}
    assert {key: value for key, value in shown.items() if value is not None} == published
    assert set(shown) == set(map(str, frame[column]))
    words = " ".join(texts(chart))
    for row in rows:
        if not row.get("marked", True) and "share" in row:
            continue
        assert row["text"] in words
    hidden = [row for row in rows if row.get("value", row.get("share")) is None]
    assert all(row["text"] == "afgeschermd" for row in hidden)
    assert words.count("afgeschermd") == len(hidden)


def test_bars_are_as_long_as_their_figures(charts: dict[str, Chart]) -> None:
    drawn = [float(width) for width in re.findall(r'<path d="M[\d.,-]+h([\d.]+)v14', charts["verloop-duration"].svg)]
    figures = [515, 0, 95, 10, 4_005]
    assert drawn == pytest.approx([figure * max(drawn) / 4_005 for figure in figures], abs=0.01)
    assert max(drawn) > 200


def test_no_figure_outside_the_tables_is_drawn(charts: dict[str, Chart]) -> None:
    """A hidden part is the total less the others where all else is published: it may stand nowhere."""
    rest = 53_420 - sum((45_000, 2_190, 1_815, 2_025, 370, 320, 480))
    for chart in charts.values():
        everything = f"{chart.svg} {chart.spec_json} {chart.reading} {chart.description}"
        assert f"{rest:,}".replace(",", ".") not in everything
        assert str(rest) not in everything
    # Bands, blocks and shades: only what is published has a height or a figure.
    flows = tables()["dimension_transitions"]
    allowed = {f"{int(value):,}".replace(",", ".") for value in flows["households"].dropna()} | {"afgeschermd", "."}
    assert {row["text"] for row in data_of(charts["verloop-dimension-flows"])} <= allowed
    titles = re.findall(r"<title>[^<]*: ([^<]*)</title>", charts["verloop-dimension-flows"].svg)
    assert len(titles) > 15
    assert set(titles) <= allowed - {"afgeschermd", "."}


def test_a_frame_that_still_holds_a_hidden_figure_is_refused() -> None:
    broken = tables()["dimensions"].assign(households=7)
    with pytest.raises(ValueError, match="confidential"):
        charts_for("stapeling", {"dimensions": broken}, facts(), "nl")
    with pytest.raises(ValueError, match="another period"):
        charts_for("stapeling", {"dimensions": tables()["dimensions"].assign(period="2019H1")}, facts(), "nl")


def test_combinations_are_sorted_with_the_hidden_ones_last(charts: dict[str, Chart]) -> None:
    rows = [row for row in data_of(charts["index-combinations"]) if "text" in row]
    values = [row.get("value") for row in rows]
    assert values[-1] is None
    assert all(one >= other for one, other in pairwise(values[:-1]))
    dots = {(row["key"], row["law"]) for row in data_of(charts["index-combinations"]) if row.get("used")}
    assert {law for key, law in dots if key == "P-wet+Wmo"} == {"P-wet", "Wmo"}
    assert len([row for row in data_of(charts["index-combinations"]) if "used" in row]) == 21
    lines = [row for row in data_of(charts["index-combinations"]) if "first" in row]
    assert {(row["key"], row["first"], row["last"]) for row in lines} >= {("Jeugd+Wmo", "Jeugd", "Wmo")}


def test_the_rate_of_a_wijk_is_that_of_its_published_counts(charts: dict[str, Chart]) -> None:
    tiles = {row["code"]: row for row in data_of(charts["stapeling-districts"]) if "code" in row}
    assert tiles["WK063701"]["rate"] == 25  # 1000 x (200 + 180 + 300 + 90) / 31015 = 24,8
    assert tiles["WK063799"]["rate"] == 0
    assert "rate" not in tiles["WK063702"]
    assert tiles["WK063702"]["text"] == "afgeschermd"
    assert tiles["WK063701"]["fill"] != tiles["WK063799"]["fill"]
    hatched = [row for row in data_of(charts["stapeling-districts"]) if "x2" in row]
    hidden = tiles["WK063702"]
    assert len(hatched) > 10
    for line in hatched:
        assert hidden["left"] <= line["x2"] <= line["x"] <= hidden["right"]
        assert hidden["top"] <= line["y"] <= line["y2"] <= hidden["bottom"] + 1e-9


def test_intervals_are_those_published(charts: dict[str, Chart]) -> None:
    rows = {row["key"]: row for row in data_of(charts["vergelijking-comparison-1"]) if "key" in row}
    assert (rows["Jeugd"]["low"], rows["Jeugd"]["value"], rows["Jeugd"]["high"]) == (11.7, 13.0, 14.3)
    effect = {row["key"]: row for row in data_of(charts["verloop-effect-2"]) if "key" in row}
    assert (effect["verschil"]["low"], effect["verschil"]["high"]) == (-2_200, -400)
    assert "\u22122.200 tot \u2212400" in " ".join(texts(charts["verloop-effect-2"]))


def test_no_point_is_drawn_where_none_is_published(charts: dict[str, Chart]) -> None:
    rows = list(data_of(charts["concentratie-concentration"]))
    points = [row for row in rows if "top" in row]
    assert {row["top"]: row.get("share") for row in points} == {1: 31, 2: 43, 4: 62, 5: None, 10: 86, 20: 98}
    assert [row["top"] for row in points if row["marked"]] == [1, 4, 10]
    assert 'stroke-dasharray="4,4"' in charts["concentratie-concentration"].svg


def test_order_of_rows_changes_nothing() -> None:
    shuffled = {name: frame.sample(frac=1, random_state=5) for name, frame in tables().items()}
    for page in PAGES:
        assert charts_for(page, shuffled, facts(), "nl") == charts_for(page, tables(), facts(), "nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_wijk_and_no_wijk(language: Language) -> None:
    (one,) = [
        chart
        for chart in charts_for(
            "stapeling", {"stacking": stacking({"WK063701": (1, 2, 3, 4, 5, 6, 7, 8)})}, facts(), language
        )
        if chart.id.endswith("districts")
    ]
    assert [row["rate"] for row in data_of(one) if "code" in row] == [1]
    only = {"stacking": stacking({GEMEENTE: (1, 2, 3, 4, 5, 6, 7, 8)})}
    assert [chart.id for chart in charts_for("stapeling", only, facts(), language)] == ["stapeling-combinations"]
    assert PERIOD in json.dumps(only["stacking"].to_dict("records"))


def test_hidden_points_of_the_curve_are_named_below_it(charts: dict[str, Chart]) -> None:
    assert "\u00d7 afgeschermd: 5%" in texts(charts["concentratie-concentration"])
