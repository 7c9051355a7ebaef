"""How much of the cost the costliest households have: the published points, and straight lines between them.

Between two points nothing is published. The lines are broken ones, which says so, and they pass over a hidden point.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from outputs.publication.charts import look
from outputs.publication.charts.chart import Chart, Spec
from outputs.publication.charts.source import Source
from outputs.publication.charts.wording import half_year, hidden_word, listed, number, say, withheld_note
from outputs.publication.page_tables import is_hidden, published

#: The groups that are marked and written beside their point.
MARKED: Final = (1, 4, 10)
_LEFT: Final = 44
_RIGHT: Final = 24
_WIDE: Final = look.WIDTH - _LEFT - _RIGHT
_HIGH: Final = 240
_STEP: Final = 20


@dataclass(frozen=True)
class _Point:
    """One group of the costliest: its percentage, and the share of the cost where that is published."""

    top: int
    share: float | None
    hidden: bool


def concentration(source: Source) -> Iterator[Chart]:
    """Yields the curve of all households of the municipality."""
    records = source.of_municipality("concentration", denominator="huishoudens")
    points = sorted(
        (_Point(int(one["top_pct"]), published(one, "cost_share_pct"), is_hidden(one)) for one in records),
        key=lambda point: point.top,
    )
    if not points:
        return
    language = source.language
    title = say(
        language, "Aandeel van de kosten bij de duurste huishoudens", "Share of cost of the costliest households"
    )
    note = say(
        language,
        " Tussen de punten is niets gepubliceerd; de streepjeslijn verbindt ze alleen.",
        " Nothing is published between the points; the broken line merely joins them.",
    )
    described = f"{title}. {listed([_told(point, source) for point in points])}{note}"
    spec = _spec(points, described, source)
    one = source.chart_id("concentration")
    reading = _reading(points, source) + withheld_note(sum(point.hidden for point in points), language) + note
    yield Chart(one, title, reading, described, look.drawn(spec, one, title, described), spec, "concentration")


def _told(point: _Point, source: Source) -> str:
    return f"{_group(point, source)}: {_share(point, source)}"


def _group(point: _Point, source: Source) -> str:
    return say(source.language, f"duurste {point.top}%", f"costliest {point.top}%")


def _share(point: _Point, source: Source) -> str:
    if point.share is None:
        return hidden_word(source.language) if point.hidden else say(source.language, "geen cijfer", "no figure")
    return f"{number(point.share, source.language)}%"


def _reading(points: Sequence[_Point], source: Source) -> str:
    """Tells of 4 percent where that is published, else of the first published group."""
    shown = sorted(
        (point for point in points if point.share is not None), key=lambda point: (point.top != 4, point.top)
    )
    when, language = half_year(source.facts.period, source.language), source.language
    if not shown:
        return say(language, f"Over {when} is geen aandeel te tonen.", f"No share of {when} can be shown.")
    point, share = shown[0], _share(shown[0], source)
    return say(
        language,
        f"De {point.top}% huishoudens met de hoogste kosten hadden in {when} samen {share} van alle kosten.",
        f"The costliest {point.top}% of households had {share} of all cost together in {when}.",
    )


def _spec(points: Sequence[_Point], description: str, source: Source) -> Spec:
    values = [_row(point, source) for point in points]
    ends = max(_STEP, *(point.top for point in points))
    most = max(100.0, *(point.share for point in points if point.share is not None), 0.0)
    grid = {"labelExpr": "datum.label + '%'", "tickSize": 4}
    x = alt.X(
        "top:Q",
        scale=alt.Scale(domain=[0, ends], nice=False),
        axis=alt.Axis(
            values=[0, *(place for place in (5, 10, 15, 20) if place <= ends)],
            title=say(source.language, "Duurste huishoudens", "Costliest households"),
            grid=False,
            **grid,  # type: ignore[arg-type]
        ),
    )
    y = alt.Y(
        "share:Q",
        scale=alt.Scale(domain=[0, most], nice=False),
        axis=alt.Axis(values=list(range(0, 101, _STEP)), title=None, **grid),  # type: ignore[arg-type]
    )
    base = alt.Chart().encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("group:N", title=say(source.language, "Groep", "Group")),
            alt.Tooltip("text:N", title=say(source.language, "Aandeel van de kosten", "Share of cost")),
        ],
    )
    drawn = base.transform_filter("isValid(datum.share)")
    layers = look.layered(
        drawn.mark_line(color=look.BLUE, strokeWidth=2, strokeDash=[4, 4]).encode(order="top:Q"),
        drawn.mark_point(filled=True, size=45, opacity=1, color=look.BLUE),
        drawn.transform_filter("datum.marked").mark_point(filled=True, size=140, opacity=1, color=look.INK),
        drawn.transform_filter("datum.marked")
        .mark_text(align="left", baseline="top", dx=8, dy=6, fontWeight="bold")
        .encode(text="line:N"),
        base.transform_filter("!isValid(datum.share)")
        .mark_point(shape="cross", angle=45, filled=True, size=70, opacity=1, color=look.SOFT)
        .encode(y=alt.value(_HIGH)),
        _not_shown(points, source)
        .mark_text(align="left", fontStyle="italic", fontSize=look.SMALL, color=look.SOFT)
        .encode(x=alt.value(0), y=alt.value(_HIGH + 52), text="told:N"),
    )
    chart = layers.properties(data=alt.InlineData(values=values), width=_WIDE, height=_HIGH)
    return look.spec_of(chart, description, {"left": _LEFT, "right": _RIGHT, "bottom": 66})


def _not_shown(points: Sequence[_Point], source: Source) -> alt.Chart:
    """Gives the line that says which crosses on the axis stand for a figure that is not shown."""
    by_word: dict[str, list[str]] = {}
    for point in points:
        if point.share is None:
            by_word.setdefault(_share(point, source), []).append(f"{point.top}%")
    told = [f"\u00d7 {word}: {', '.join(groups)}" for word, groups in by_word.items()]
    return alt.Chart(alt.InlineData(values=[{"told": "; ".join(told)}]))


def _row(point: _Point, source: Source) -> dict[str, Any]:
    text = _share(point, source)
    found: dict[str, Any] = {
        "top": point.top,
        "group": _group(point, source),
        "text": text,
        "line": f"{point.top}%: {text}",
        "marked": point.top in MARKED,
    }
    return found if point.share is None else {**found, "share": point.share}
