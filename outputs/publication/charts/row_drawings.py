"""Drawings of one row per class: its name, its figure in words, and a bar or a dot with an interval below them.

The name stands above its bar, so that a long name needs no room beside it and letters stay as large as elsewhere.
A hidden figure has its name and the word for hidden, and nothing that has a length.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from outputs.publication.charts import look
from outputs.publication.charts.chart import Spec

ROW: Final = 44
_BAR: Final = 14
_ABOVE: Final = -11
_BELOW: Final = 8
_INNER: Final = look.WIDTH - 2 * look.MARGIN
#: Room for the figure at the end of the longest bar.
_LONGEST: Final = _INNER - 78


@dataclass(frozen=True)
class ClassRow:
    """One row.

    Attributes:
        key: its class in the table.
        label: its name for the reader.
        value: the published figure; nothing when there is none or it is hidden.
        text: the figure in words, or the word for hidden.
        low: lower end of an interval, if there is one.
        high: upper end.

    Raises:
        ValueError: an interval has one end, or its ends are in the wrong order.
    """

    key: str
    label: str
    value: float | None
    text: str
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError("an interval has two ends")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("an interval starts at its lower end")


def bars(rows: Sequence[ClassRow], names: Mapping[str, str], description: str) -> Spec:
    """Gives bars that start at zero; a figure below zero has a bar without length.

    Args:
        rows: from top to bottom.
        names: what ``key``, ``label`` and ``value`` are called in a tooltip.
        description: for who cannot see it.
    """
    values = [
        {"key": row.key, "label": row.label, "text": row.text}
        | ({} if row.value is None else {"value": row.value, "length": max(row.value, 0)})
        for row in rows
    ]
    most = max((row.value for row in rows if row.value is not None), default=0)
    x = alt.X("length:Q", axis=None, scale=alt.Scale(domain=[0, max(most, 1)], range=[0, _LONGEST], nice=False))
    base = alt.Chart().encode(y=_by_row(rows), tooltip=_tooltips(names))
    drawn = base.transform_filter("isValid(datum.value)")
    layers = look.layered(
        base.mark_text(align="left", baseline="middle", yOffset=_ABOVE).encode(x=alt.value(0), text="label:N"),
        drawn.mark_bar(height=_BAR, yOffset=_BELOW, color=look.BLUE).encode(x=x),
        drawn.mark_text(align="left", dx=6, yOffset=_BELOW, fontWeight="bold").encode(x=x, text="text:N"),
        base.transform_filter("!isValid(datum.value)")
        .mark_text(align="left", yOffset=_BELOW, fontStyle="italic", color=look.SOFT)
        .encode(x=alt.value(0), text="text:N"),
    )
    return _spec(layers, values, description)


def dots(rows: Sequence[ClassRow], names: Mapping[str, str], description: str, first_label: str) -> Spec:
    """Gives dots on one scale around zero, with their intervals as lines; the figure stands beside the name.

    Args:
        rows: from top to bottom.
        names: what ``key``, ``label`` and ``value`` are called in a tooltip.
        description: for who cannot see it.
        first_label: what zero means; written below its line.
    """
    values = [_dot(row) for row in rows]
    ends = [abs(one) for row in rows for one in (row.value, row.low, row.high) if one is not None]
    reach = max(ends, default=0) or 1
    scale = alt.Scale(domain=[-reach, reach], range=[8, _INNER - 8], nice=False)

    def place(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=scale)

    base = alt.Chart().encode(y=_by_row(rows), tooltip=_tooltips(names))
    drawn = base.transform_filter("isValid(datum.value)")
    # What zero means is written once, from the one row of data that it has.
    meaning = alt.Chart(alt.InlineData(values=[{"zero": 0, "meaning": first_label}]))
    layers = look.layered(
        base.transform_calculate(zero="0")
        .mark_tick(orient="vertical", size=24, thickness=1.5, color=look.SOFT, yOffset=_BELOW)
        .encode(x=place("zero")),
        meaning.mark_text(color=look.SOFT, baseline="top", dy=4, fontSize=look.SMALL).encode(
            x=place("zero"), y=alt.value(ROW * len(rows)), text="meaning:N"
        ),
        base.mark_text(align="left", baseline="middle", yOffset=_ABOVE).encode(x=alt.value(0), text="line:N"),
        drawn.mark_rule(strokeWidth=3, color=look.BLUE, yOffset=_BELOW, y2Offset=_BELOW).encode(
            x=place("low"), x2="high:Q"
        ),
        drawn.mark_point(filled=True, size=90, opacity=1, color=look.INK, yOffset=_BELOW).encode(x=place("value")),
    )
    return _spec(layers, values, description, below=26)


def _dot(row: ClassRow) -> dict[str, Any]:
    found: dict[str, Any] = {"key": row.key, "label": row.label, "text": row.text, "line": f"{row.label}: {row.text}"}
    if row.value is None:
        return found
    low, high = (row.value, row.value) if row.low is None or row.high is None else (row.low, row.high)
    return {**found, "value": row.value, "low": low, "high": high}


def _by_row(rows: Sequence[ClassRow]) -> alt.Y:
    scale = alt.Scale(domain=[row.key for row in rows], paddingInner=0, paddingOuter=0)
    return alt.Y("key:N", axis=None, scale=scale, sort=None)


def _tooltips(names: Mapping[str, str]) -> list[alt.Tooltip]:
    return [alt.Tooltip(field="label", type="nominal", title=names["label"]), _figure_tooltip(names)]


def _figure_tooltip(names: Mapping[str, str]) -> alt.Tooltip:
    return alt.Tooltip(field="text", type="nominal", title=names["value"])


def _spec(layers: alt.LayerChart, values: list[dict[str, Any]], description: str, below: int = 0) -> Spec:
    chart = layers.properties(data=alt.InlineData(values=values), width=_INNER, height=ROW * len(values))
    return look.spec_of(chart, description, {"bottom": look.MARGIN + below})
