"""Bar charts as plain geometry for inline SVG: no script, no picture file, readable at any width.

Lengths across are percentages of the width at hand and text keeps its own size, so that a chart on a telephone has
shorter bars and letters as large as elsewhere. Every value is printed beside its bar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from outputs.publication.page_tables import HIDDEN, Notation, Record, is_hidden, published

#: The longest bar; what is left holds the value printed beside it, also on the narrowest screen.
LONGEST_BAR_PCT: Final = 70.0
ROW_HEIGHT: Final = 46


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        label: what it stands for.
        text: its value in words; ``afgeschermd`` for a hidden one.
        width_pct: length as percentage of the width; nothing when there is no figure to draw.
        top: distance in pixels from the top of the chart.
    """

    label: str
    text: str
    width_pct: float | None
    top: int


@dataclass(frozen=True)
class BarChart:
    """A chart: identifier on the page, title, description for who cannot see it, and its bars from top to bottom."""

    id: str
    title: str
    description: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """Height in pixels."""
        return ROW_HEIGHT * len(self.bars)


@dataclass(frozen=True)
class Measure:
    """What a chart measures.

    Attributes:
        column: column of the frame.
        notation: how its figures are written.
        scale_end: figure at the end of the scale, such as 100 for shares, so that charts beside each other compare;
            without it the largest figure.
    """

    column: str
    notation: Notation
    scale_end: float | None = None


def bar_chart(
    chart_id: str, title: str, description: str, labelled: Sequence[tuple[str, Record]], measure: Measure
) -> BarChart:
    """Draws one bar per record, in the order given, on a scale that starts at zero.

    A hidden figure has no bar: its place says ``afgeschermd``. A negative figure has a bar without length.
    """
    values = [published(record, measure.column) for _, record in labelled]
    largest = max((value for value in values if value is not None), default=0.0)
    end = measure.scale_end or largest
    bars = tuple(
        Bar(label, _text(record, value, measure), _width(value, end), place * ROW_HEIGHT)
        for place, ((label, record), value) in enumerate(zip(labelled, values, strict=True))
    )
    return BarChart(chart_id, title, description, bars)


def _text(record: Record, value: float | None, measure: Measure) -> str:
    if value is not None:
        return measure.notation(value)
    return HIDDEN.spoken if is_hidden(record) else "geen cijfer"


def _width(value: float | None, end: float) -> float | None:
    if value is None:
        return None
    return round(max(value, 0.0) / end * LONGEST_BAR_PCT, 1) if end > 0 else 0.0
