"""Households with two or three laws per 1,000, by wijk: tiles of equal size, or a map of the municipality's own.

The rate is that of the published counts: the four combinations added up, by the published households of the wijk.
Where one of them is hidden, so is the rate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

import altair as alt

from outputs.publication.charts import look
from outputs.publication.charts.chart import Chart, Spec
from outputs.publication.charts.district_map import map_content
from outputs.publication.charts.geometry import read_geometry
from outputs.publication.charts.source import Source
from outputs.publication.charts.svg import drawing
from outputs.publication.charts.wording import half_year, hidden_word, listed, number, say, withheld_note
from outputs.publication.page_tables import published, records
from outputs.publication.site.words import Words, region_name
from outputs.publication.texts import SEVERAL_LAWS
from schemas.domains import TOTAL

_COLUMNS: Final = 4
_TILE_WIDTH: Final = (look.WIDTH - 2 * look.MARGIN) / _COLUMNS
_TILE_HEIGHT: Final = 60
_GAP: Final = 3
_HATCH: Final = 7


@dataclass(frozen=True)
class District:
    """A wijk: code, name, its rate per 1,000 where all that it is made of is published, and the rate in words."""

    code: str
    name: str
    rate: int | None
    text: str


def districts(source: Source) -> Iterator[Chart]:
    """Yields the wijken of the municipality; nothing when the tables do not go below it.

    Raises:
        RunError: ``geometry_invalid``.
    """
    found = _districts(source)
    if not found:
        return
    language = source.language
    title = say(
        language,
        "Huishoudens met twee of drie wetten, per 1.000 huishoudens, naar wijk",
        "Households with two or three laws, per 1,000 households, by district",
    )
    described = f"{title}. {listed([f'{one.name}: {one.text}' for one in found])}"
    spec = _spec(found, described, source)
    one = source.chart_id("districts")
    if source.geometry is None:
        svg = look.drawn(spec, one, title, described)
    else:
        outlines = read_geometry(source.geometry, source.facts.gemeentecode)
        content, size = map_content({d.code: (d.rate, d.text) for d in found}, outlines, one)
        svg = drawing(content, size, one, title, described)
    hidden = sum(district.rate is None for district in found)
    reading = _reading(found, source) + withheld_note(hidden, language)
    yield Chart(one, title, reading, described, svg, spec, "stacking")


def _districts(source: Source) -> list[District]:
    counts: dict[str, dict[str, float | None]] = {}
    for record in records(source.tables["stacking"]) if "stacking" in source.tables else []:
        if str(record["region"]).startswith("WK"):
            of = counts.setdefault(str(record["region"]), {})
            of[str(record["combination"])] = published(record, "households")
    return [_district(code, counts[code], source) for code in sorted(counts)]


def _district(code: str, counts: dict[str, float | None], source: Source) -> District:
    name = region_name(Words(source.language), code)
    parts, total = [counts.get(name) for name in SEVERAL_LAWS], counts.get(TOTAL)
    known = [int(part) for part in parts if part is not None]
    if not total or len(known) < len(parts):
        return District(code, name, None, hidden_word(source.language))
    rate = floor(Fraction(1000 * sum(known), int(total)) + Fraction(1, 2))
    return District(code, name, rate, number(rate, source.language))


def _reading(found: Sequence[District], source: Source) -> str:
    language, when = source.language, half_year(source.facts.period, source.language)
    rates = sorted((one for one in found if one.rate is not None), key=lambda one: (one.rate, one.code))
    if not rates:
        return say(
            language, f"Over {when} is van geen wijk een cijfer te tonen.", f"No district of {when} can be shown."
        )
    low, high = rates[0], rates[-1]
    if low.rate == high.rate:
        return say(
            language,
            f"In {when} is het cijfer van elke getoonde wijk gelijk: {high.text} per 1.000.",
            f"In {when} the figure of every district shown is the same: {high.text} per 1,000.",
        )
    return say(
        language,
        f"Van de getoonde wijken liep het in {when} uiteen van {low.text} ({low.code}) tot {high.text} ({high.code}) "
        "per 1.000.",
        f"Of the districts shown it ranged from {low.text} ({low.code}) to {high.text} ({high.code}) per 1,000 in "
        f"{when}.",
    )


def _spec(found: Sequence[District], description: str, source: Source) -> Spec:
    most = max((one.rate for one in found if one.rate is not None), default=0)
    values = [_tile(one, place, most) for place, one in enumerate(found)]
    lines = ceil(len(found) / _COLUMNS)
    size = (_COLUMNS * _TILE_WIDTH, lines * _TILE_HEIGHT)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, size[0]], nice=False, zero=False))

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[size[1], 0], nice=False, zero=False))

    per_1000 = say(source.language, "Per 1.000 huishoudens", "Per 1,000 households")
    base = alt.Chart().encode(
        tooltip=[
            alt.Tooltip("name:N", title=say(source.language, "Wijk", "District")),
            alt.Tooltip("text:N", title=per_1000),
        ]
    )
    on_dark = alt.condition("datum.dark", alt.value("#ffffff"), alt.value(look.INK))
    shown, hidden = base.transform_filter("isValid(datum.rate)"), base.transform_filter("!isValid(datum.rate)")
    hatch = alt.Chart(alt.InlineData(values=[line for tile in values if "rate" not in tile for line in _hatch(tile)]))
    layers = look.layered(
        base.mark_rect(stroke=look.SOFT, strokeWidth=1).encode(
            x=x("left"), x2="right:Q", y=y("top"), y2="bottom:Q", color=alt.Color("fill:N", scale=None)
        ),
        hatch.mark_rule(color=look.GREY, strokeWidth=1.5).encode(x=x("x"), x2="x2:Q", y=y("y"), y2="y2:Q"),
        # A hidden wijk is hatched around its words, so that these stay readable.
        hidden.mark_rect(color="#ffffff").encode(x=x("left"), x2="right:Q", y=y("inside"), y2="inside_end:Q"),
        base.mark_text(baseline="middle", dy=-10, fontSize=look.SMALL).encode(
            x=x("middle"), y=y("centre"), text="code:N", color=on_dark
        ),
        shown.mark_text(baseline="middle", dy=9, fontWeight="bold").encode(
            x=x("middle"), y=y("centre"), text="text:N", color=on_dark
        ),
        hidden.mark_text(baseline="middle", dy=8, fontSize=look.SMALL, fontStyle="italic").encode(
            x=x("middle"), y=y("centre"), text="text:N"
        ),
    )
    chart = layers.properties(data=alt.InlineData(values=values), width=size[0], height=size[1])
    return look.spec_of(chart, description)


def _tile(one: District, place: int, most: int) -> dict[str, Any]:
    left = place % _COLUMNS * _TILE_WIDTH + _GAP
    top = place // _COLUMNS * _TILE_HEIGHT + _GAP
    right, bottom = left + _TILE_WIDTH - 2 * _GAP, top + _TILE_HEIGHT - 2 * _GAP
    tile: dict[str, Any] = {
        "code": one.code,
        "name": one.name,
        "text": one.text,
        "left": left,
        "right": right,
        "top": top,
        "bottom": bottom,
        "middle": (left + right) / 2,
        "centre": (top + bottom) / 2,
    }
    if one.rate is None:
        return {**tile, "fill": "#ffffff", "dark": False, "inside": top + 9, "inside_end": bottom - 9}
    step = look.step_of(one.rate, most)
    return {**tile, "rate": one.rate, "fill": look.STEPS[step], "dark": step == len(look.STEPS) - 1}


def _hatch(tile: dict[str, Any]) -> Iterator[dict[str, float]]:
    """Yields slanting lines that end at the edges of a tile."""
    left, right, top, bottom = (float(tile[side]) for side in ("left", "right", "top", "bottom"))
    for place in range(1, ceil((right - left + bottom - top) / _HATCH)):
        across = left + place * _HATCH
        start, end = min(across, right), max(left, across - (bottom - top))
        yield {"x": start, "y": top + across - start, "x2": end, "y2": top + across - end}
