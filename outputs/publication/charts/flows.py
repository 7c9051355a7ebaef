"""Households from one half-year to the next by number of domains: bands between two columns of classes.

Vega-Lite has no drawing of flows: the bands are drawn here, and the spec beside them is a table of shades.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

import altair as alt

from outputs.publication.charts import look
from outputs.publication.charts.chart import Chart, Spec
from outputs.publication.charts.flow_layout import Band, Flow, Layout, Place, layout
from outputs.publication.charts.source import Source, in_class_order
from outputs.publication.charts.svg import drawing
from outputs.publication.charts.wording import (
    class_label,
    half_year,
    hidden_word,
    listed,
    number,
    say,
    withheld_note,
)
from outputs.publication.page_tables import HIDDEN, Record, is_hidden, published
from schemas.domains import DIMENSIONS, TOTAL

_USING: Final = DIMENSIONS[1:]
_BEFORE: Final = (*DIMENSIONS, "nieuw", "onbekend")
_AFTER: Final = (*DIMENSIONS, "vertrokken", "onbekend")
_COLOURS: Final = dict(
    zip(_BEFORE, (look.GREY, look.BLUE, look.ORANGE, look.PURPLE, look.GREEN, look.SOFT), strict=True)
)
_SIDE: Final = 98
_BLOCK: Final = 8
_HEAD: Final = 34


def dimension_flows(source: Source) -> Iterator[Chart]:
    """Yields the flows of households that used a domain in either half-year; those that never did are left out."""
    records = in_class_order(
        filter(_drawn, source.of_municipality("dimension_transitions")), {"from_class": _BEFORE, "to_class": _AFTER}
    )
    if not records:
        return
    language = source.language
    before, after = (half_year(str(records[0][side]), language) for side in ("from_period", "to_period"))
    title = say(
        language,
        f"Huishoudens naar aantal domeinen, van {before} naar {after}",
        f"Households by number of domains, from {before} to {after}",
    )
    note = say(
        language,
        " Huishoudens die in geen van beide een domein gebruikten zijn niet getekend.",
        " Households that used no domain in either are not drawn.",
    )
    hidden = withheld_note(sum(map(is_hidden, records)), language)
    told = [f"{_route(one, source)}: {_figure(one, source)}" for one in records]
    described = f"{title}. {listed(told)}{note}"
    one = source.chart_id("dimension-flows")
    svg = drawing(*_content(records, source), one, title, described)
    spec = _shades(records, described, source)
    reading = _reading(records, source) + hidden + note
    yield Chart(one, title, reading, described, svg, spec, "dimension_transitions")


def _drawn(record: Record) -> bool:
    was, now = str(record["from_class"]), str(record["to_class"])
    return TOTAL not in (was, now) and (was in _USING or now in _USING)


def _route(record: Record, source: Source) -> str:
    was, now = (class_label(str(record[side]), source.language) for side in ("from_class", "to_class"))
    return say(source.language, f"{was} naar {now}", f"{was} to {now}")


def _figure(record: Record, source: Source) -> str:
    value = published(record, "households")
    return hidden_word(source.language) if value is None else number(value, source.language)


def _reading(records: Sequence[Record], source: Source) -> str:
    """Tells how many stayed where they were, when each of those figures is published."""
    language = source.language
    stayed = {
        str(one["from_class"]): published(one, "households")
        for one in records
        if one["from_class"] == one["to_class"] and str(one["from_class"]) in _USING
    }
    known = [(name, stayed[name]) for name in _USING if stayed.get(name) is not None]
    if not known:
        return say(
            language,
            "Hoeveel huishoudens in dezelfde groep bleven is niet te tonen.",
            "How many households stayed in the same group cannot be shown.",
        )
    parts = ", ".join(f"{number(value or 0, language)} ({class_label(name, language)})" for name, value in known)
    return say(
        language, f"In dezelfde groep bleven: {parts} huishoudens.", f"Stayed in the same group: {parts} households."
    )


def _content(records: Sequence[Record], source: Source) -> tuple[str, tuple[float, float]]:
    flows = [
        Flow(str(one["from_class"]), str(one["to_class"]), int(value))
        for one in records
        if (value := published(one, "households"))
    ]
    shown = layout(flows, _present(_BEFORE, records, "from_class"), _present(_AFTER, records, "to_class"))
    size = (look.WIDTH, _HEAD + shown.high + 2 * look.MARGIN)
    parts = [f'<rect width="{size[0]}" height="{size[1]:g}" fill="white" />']
    parts.append(f'<g transform="translate(0,{_HEAD})">')
    parts += [_band(band, source) for band in shown.bands]
    parts += list(_blocks(shown, source))
    return "".join((*parts, "</g>", *_heads(records[0], source))), size


def _present(order: Sequence[str], records: Sequence[Record], side: str) -> list[str]:
    found = {str(one[side]) for one in records}
    return [name for name in order if name in found]


def _band(band: Band, source: Source) -> str:
    left, right = _SIDE + _BLOCK, look.WIDTH - _SIDE - _BLOCK
    middle = (left + right) / 2
    upper = f"M{left},{band.start:.2f}C{middle:g},{band.start:.2f},{middle:g},{band.end:.2f},{right},{band.end:.2f}"
    start, end = band.start + band.thick, band.end + band.thick
    lower = f"L{right},{end:.2f}C{middle:g},{end:.2f},{middle:g},{start:.2f},{left},{start:.2f}Z"
    colour = _COLOURS[band.flow.before]
    was, now = class_label(band.flow.before, source.language), class_label(band.flow.after, source.language)
    figure = number(band.flow.households, source.language)
    return (
        f'<path d="{upper}{lower}" fill="{colour}" fill-opacity="0.45" stroke="{colour}" stroke-width="0.75">'
        f"<title>{escape(say(source.language, f'{was} naar {now}', f'{was} to {now}'))}: {figure}</title></path>"
    )


def _blocks(shown: Layout, source: Source) -> Iterator[str]:
    """Yields a block per class with its name; no sum of bands stands beside it, since a hidden band is not in it."""
    for places, left in ((shown.before, True), (shown.after, False)):
        for place in places:
            yield _block(place, left)
            x, anchor = (_SIDE - 6, "end") if left else (look.WIDTH - _SIDE + 6, "start")
            yield _words((x, place.top + 12), class_label(place.name, source.language), anchor)


def _block(place: Place, left: bool) -> str:
    x = _SIDE if left else look.WIDTH - _SIDE - _BLOCK
    return f'<rect x="{x}" y="{place.top:.2f}" width="{_BLOCK}" height="{max(place.high, 1):.2f}" fill="{look.INK}" />'


def _heads(record: Record, source: Source) -> Iterator[str]:
    for side, x, anchor in (
        ("from_period", _SIDE + _BLOCK, "end"),
        ("to_period", look.WIDTH - _SIDE - _BLOCK, "start"),
    ):
        yield _words((x, 20), str(record[side]), anchor, bold=True)


def _words(place: tuple[float, float], words: str, anchor: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{place[0]:g}" y="{place[1]:.2f}" text-anchor="{anchor}" font-family="{look.FONT}" '
        f'font-size="{look.SMALL}" fill="{look.INK}"{weight}>{escape(words)}</text>'
    )


def _shades(records: Sequence[Record], description: str, source: Source) -> Spec:
    language = source.language
    counts = [published(one, "households") for one in records]
    most = max((count for count in counts if count is not None), default=0)
    values: list[dict[str, Any]] = []
    for one, count in zip(records, counts, strict=True):
        named = {side: class_label(str(one[side]), language) for side in ("from_class", "to_class")}
        step = 0 if count is None else look.step_of(count, most)
        shade = {"fill": "#ffffff" if count is None else look.STEPS[step], "dark": step == len(look.STEPS) - 1}
        text = HIDDEN.text if count is None else number(count, language)
        told = {"route": _route(one, source), "text": text, "figure": _figure(one, source)}
        values.append(named | shade | told | ({} if count is None else {"households": count}))
    sides = {
        side: [class_label(name, language) for name in _present(order, records, side)]
        for side, order in (("from_class", _BEFORE), ("to_class", _AFTER))
    }
    base = alt.Chart().encode(
        x=alt.X(
            "to_class:N",
            title=None,
            sort=None,
            axis=alt.Axis(orient="top", labelAngle=-90),
            scale=alt.Scale(domain=sides["to_class"]),
        ),
        y=alt.Y("from_class:N", title=None, sort=None, scale=alt.Scale(domain=sides["from_class"])),
        tooltip=[
            alt.Tooltip("route:N", title=say(language, "Van en naar", "From and to")),
            alt.Tooltip("figure:N", title=say(language, "Huishoudens", "Households")),
        ],
    )
    on_dark = alt.condition("datum.dark", alt.value("#ffffff"), alt.value(look.INK))
    layers = look.layered(
        base.mark_rect(stroke=look.SOFT).encode(color=alt.Color("fill:N", scale=None)),
        base.mark_text(fontSize=look.SMALL).encode(text="text:N", color=on_dark),
    )
    wide, high = look.WIDTH - _SIDE - look.MARGIN, 36 * len(sides["from_class"])
    chart = layers.properties(data=alt.InlineData(values=values), width=wide, height=high)
    return look.spec_of(chart, description, {"left": _SIDE, "top": 104})
