"""Drawings that any page can hold: well-formed, named, without style, script or request; the same bytes every time."""

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import vl_convert
from chart_tables import facts, outlines, tables
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from outputs.publication.charts import Chart, charts_for, look
from outputs.publication.charts.flow_layout import TALL, Flow, layout
from outputs.publication.charts.page_charts import PAGES
from outputs.publication.charts.row_drawings import ClassRow
from outputs.publication.charts.svg import checked_svg, drawing, inner

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).parent.parent.parent
FINGERPRINT = """
import hashlib, json
from chart_tables import facts, outlines, tables
from outputs.publication.charts import charts_for
from outputs.publication.charts.page_charts import PAGES
maps = {"stapeling": (None, outlines())}
found = [c for p in PAGES for g in maps.get(p, (None,)) for c in charts_for(p, tables(), facts(), "nl", g)]
print(hashlib.sha256("".join(c.svg + c.spec_json + c.reading + c.description for c in found).encode()).hexdigest())
"""


def every_chart() -> list[Chart]:
    return [
        chart
        for page in PAGES
        for geometry in ((None, outlines()) if page == "stapeling" else (None,))
        for chart in charts_for(page, tables(), facts(), "nl", geometry)
    ]


@pytest.fixture(scope="module")
def charts() -> list[Chart]:
    return every_chart()


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_drawings_hold_nothing_that_a_strict_policy_refuses(charts: list[Chart]) -> None:
    for chart in charts:
        root = etree.fromstring(chart.svg.encode())
        for element in root.iter():
            assert etree.QName(element).localname in {
                *("svg", "title", "desc", "defs", "pattern", "g", "path", "rect", "line", "circle", "text")
            }
            for name, value in element.attrib.items():
                assert name not in ("style", "class", "href")
                assert not name.startswith(("on", "{"))
                assert "url(" not in value or value == f"url(#{chart.id}-arcering)"
        assert chart.svg.count("http") == 1


def test_drawings_are_named_and_ids_are_unique_on_a_page() -> None:
    for page in PAGES:
        ids: list[str] = []
        for chart in charts_for(page, tables(), facts(), "nl", outlines()):
            root = etree.fromstring(chart.svg.encode())
            assert root.get("role") == "img"
            named = str(root.get("aria-labelledby")).split()
            assert [element.get("id") for element in root[:2]] == named
            assert [element.text for element in root[:2]] == [chart.title, chart.description]
            ids += [str(element.get("id")) for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids))


def test_letters_are_large_enough_on_a_telephone(charts: list[Chart]) -> None:
    """A drawing is 340 units wide: at 358 pixels, the column of a screen of 390, a letter of 12 has 12.6 pixels."""
    for chart in charts:
        root = etree.fromstring(chart.svg.encode())
        assert (root.get("width"), root.get("height")) == ("100%", None)
        assert str(root.get("viewBox")).split()[2] == "340"
        sizes = [float(str(one.get("font-size")).removesuffix("px")) for one in root.iter(f"{SVG}text")]
        assert min(sizes) >= 12
        assert {one.get("font-family") for one in root.iter(f"{SVG}text")} == {"sans-serif"}


def test_bytes_do_not_depend_on_the_process(charts: list[Chart]) -> None:
    ours = "".join(c.svg + c.spec_json + c.reading + c.description for c in charts)
    done = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        env={"PYTHONPATH": "tests:.", "PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(ours.encode()).hexdigest()
    assert [chart.svg for chart in every_chart()] == [chart.svg for chart in charts]


def test_nothing_is_laid_out_by_the_width_of_letters(charts: list[Chart]) -> None:
    """A font of quite another width gives the same drawing, so the fonts of a machine cannot change it."""
    for chart in charts:
        spec = json.loads(chart.spec_json)
        ours = vl_convert.vegalite_to_svg(spec)
        spec["config"]["font"] = "monospace"
        assert vl_convert.vegalite_to_svg(spec).replace("monospace", "sans-serif") == ours


def test_colours_stand_out_from_white_and_from_each_other() -> None:
    for colour in (look.INK, look.SOFT, look.BLUE, look.ORANGE, look.GREEN, look.PURPLE, look.GREY):
        assert contrast(colour, "#ffffff") >= 3
    assert contrast(look.SOFT, "#ffffff") >= 4.5
    assert all(luminance(one) > luminance(other) for one, other in pairwise(look.STEPS))
    # Figures stand on the shades: the darkest has white letters, the others dark ones.
    assert all(contrast(look.INK, step) >= 4.5 for step in look.STEPS[:-1])
    assert contrast("#ffffff", look.STEPS[-1]) >= 4.5
    assert [look.step_of(value, 100) for value in (0, 24, 25, 74, 75, 100)] == [0, 0, 1, 2, 3, 3]
    assert look.step_of(0, 0) == 0


BROKEN = {
    "script": "<script>1</script>",
    "style element": "<style>g{}</style>",
    "link": '<a href="https://example.org"><rect /></a>',
    "image": '<image href="x.png" />',
    "outside paint": '<rect fill="url(https://example.org/a#b)" />',
    "paint of another drawing": '<rect fill="url(#other-hatch)" />',
    "foreign id": '<rect id="elders" />',
    "id twice": '<rect id="a-b-c" /><rect id="a-b-c" />',
    "not well-formed": "<rect>",
    "entity": "&nbsp;",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_content_that_no_page_may_hold_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match="drawing"):
        drawing(content, (340, 10), "a-b", "Titel", "Uitleg")


def test_attributes_that_no_page_may_hold_are_dropped_from_vega_and_refused_in_a_chart() -> None:
    made = drawing('<rect width="3" style="fill:red" onclick="x()" class="y" />', (340, 10), "a-b", "Titel", "Uitleg")
    assert '<rect width="3"/>' in made
    for attribute in ('style="fill:red"', 'onclick="x()"', 'href="#a"', 'class="y"'):
        with pytest.raises(ValueError, match="no page may hold"):
            checked_svg(made.replace('width="3"', attribute), "a-b")
    unnamed = {
        'role="img"': 'role="list"',
        "a-b-titel a-b-uitleg": "a-b-titel",
        ">Titel<": "> <",
        ">Uitleg<": "><",
    }
    for part, instead in unnamed.items():
        assert part in made
        with pytest.raises(ValueError, match="has no"):
            checked_svg(made.replace(part, instead), "a-b")
    with pytest.raises(ValueError, match="no SVG"):
        inner("<p />")


def test_a_chart_is_checked_when_it_is_made(charts: list[Chart]) -> None:
    chart = charts[0]
    for change in ({"title": " "}, {"reading": ""}, {"table": "elders"}, {"id": "Wie"}, {"id": "another"}):
        with pytest.raises(ValueError, match="chart"):
            replace(chart, **change)  # type: ignore[arg-type]
    assert replace(chart, vega_lite=None).spec_json == ""


def test_a_spec_can_stand_inside_a_page(charts: list[Chart]) -> None:
    sharp = replace(charts[0], vega_lite={"description": "</script><!-- & -->"})
    assert not re.search("[<>&]", sharp.spec_json)
    assert json.loads(sharp.spec_json) == sharp.vega_lite
    for chart in charts:
        assert "url" not in re.findall(r'"(\w+)":', chart.spec_json)
        assert json.loads(chart.spec_json)["$schema"] == "https://vega.github.io/schema/vega-lite/v6.4.1.json"


def test_an_interval_has_two_ends_in_order() -> None:
    for ends in ((1.0, None), (None, 1.0), (2.0, 1.0)):
        with pytest.raises(ValueError, match="interval"):
            ClassRow("a", "a", 1.0, "1", *ends)


@given(st.lists(st.integers(1, 10_000), min_size=9, max_size=9))
def test_bands_are_as_thick_as_their_flows_and_fill_their_blocks(sizes: list[int]) -> None:
    names = ("a", "b", "c")
    pairs = [(was, now) for was in names for now in names]
    flows = [Flow(was, now, size) for (was, now), size in zip(pairs, sizes, strict=True)]
    made = layout(flows, names, names)
    scale = TALL / sum(sizes)
    assert [band.thick for band in made.bands] == pytest.approx([size * scale for size in sizes])
    for places, side, edge in ((made.before, "before", "start"), (made.after, "after", "end")):
        for place in places:
            bands = sorted(
                (getattr(band, edge), band.thick) for band in made.bands if getattr(band.flow, side) == place.name
            )
            assert bands[0][0] == pytest.approx(place.top)
            assert all(top + thick == pytest.approx(after) for (top, thick), (after, _) in pairwise(bands))
            assert sum(bands[-1]) == pytest.approx(place.top + place.high)
        assert all(one.top + one.high < other.top for one, other in pairwise(places))
    assert layout([], names, names).bands == ()
