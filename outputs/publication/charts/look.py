"""The look that all charts share: measures, colours, and the way from a spec to its drawing.

Nothing is laid out by the width of a text, so that the fonts of a machine cannot change a byte: margins are fixed,
labels are never shortened and there are no legends. Colours keep a contrast of 3 to 1 with white and are told apart
with the common kinds of colour blindness (after Okabe and Ito); no meaning rests on colour alone.
"""

from typing import Final

import altair as alt
import vl_convert

from outputs.publication.charts.chart import Spec
from outputs.publication.charts.svg import drawing, inner

#: Width of a drawing in units. On a telephone of 390 pixels a unit is about a pixel.
WIDTH: Final = 340
#: Smallest letters, in units.
SMALL: Final = 12
LETTERS: Final = 13
MARGIN: Final = 10
INK: Final = "#1b2733"
SOFT: Final = "#4a5a68"
BLUE: Final = "#1f6fa3"
ORANGE: Final = "#b85000"
GREEN: Final = "#00785a"
PURPLE: Final = "#8f4a78"
GREY: Final = "#6b7680"
#: Colours of areas from few to many, and from which part of the largest each is used.
STEPS: Final = ("#d6e6f2", "#9cc3df", "#4f93c0", "#0b4f7d")
FONT: Final = "sans-serif"

AnyChart = alt.Chart | alt.LayerChart


def layered(*charts: AnyChart) -> alt.LayerChart:
    """Gives the charts drawn over each other, the first one lowest."""
    return alt.LayerChart(layer=list(charts))


def step_of(value: float, most: float) -> int:
    """Gives the place among ``STEPS`` of a value between nothing and the largest."""
    return min(int(len(STEPS) * value / most), len(STEPS) - 1) if most > 0 else 0


def spec_of(chart: AnyChart, description: str, padding: dict[str, int] | None = None) -> Spec:
    """Gives the spec; the tests check it against the schema of Vega-Lite.

    Args:
        chart: with its data and its own width and height.
        description: for who cannot see it.
        padding: room around the view in units; ``MARGIN`` where a side is not named.
    """
    sides = dict.fromkeys(("left", "right", "top", "bottom"), MARGIN) | (padding or {})
    made = chart.properties(
        autosize=alt.AutoSizeParams(type="none"), padding=sides, background="white", description=description
    ).configure(
        font=FONT,
        view=alt.ViewConfig(stroke=None),
        text=alt.MarkConfig(fontSize=LETTERS, color=INK),
        axis=alt.AxisConfig(
            labelFontSize=SMALL,
            titleFontSize=SMALL,
            labelColor=INK,
            titleColor=INK,
            titleFontWeight="normal",
            gridColor="#c9d3db",
            domainColor=SOFT,
            tickColor=SOFT,
            labelLimit=0,
            titleLimit=0,
            labelOverlap=False,
            labelFlush=False,
        ),
    )
    spec: Spec = made.to_dict(validate=False)
    return spec


def drawn(spec: Spec, chart_id: str, title: str, description: str) -> str:
    """Gives the drawing of a spec, from Vega, reduced to what a strict policy allows."""
    content, size = inner(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    return drawing(content, size, chart_id, title, description)
