"""The map of wijken, drawn here: outlines to scale, shaded by the rate, hatched where it is hidden, with the figure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

from outputs.publication.charts import look
from outputs.publication.charts.geometry import Outline, Ring, middle_of, planar

_HIGHEST: Final = 420
_LINE: Final = 18
Place = tuple[float, float]
Figures = Mapping[str, tuple[int | None, str]]


def map_content(figures: Figures, outlines: Sequence[Outline], chart_id: str) -> tuple[str, tuple[float, float]]:
    """Gives the elements of the map, and its width and height in units.

    Args:
        figures: code of a wijk -> its rate, where that is published, and the rate in words.
        outlines: where the wijken lie; one without a figure is drawn empty, a wijk without outline is written below.
        chart_id: prefix of the id of the hatching.
    """
    shapes = planar(outlines)
    scale, height, start = _fit([position for one in shapes for ring in one.rings for position in ring])
    most = max((rate for rate, _ in figures.values() if rate is not None), default=0)
    hatch = f"{chart_id}-arcering"
    parts = [_hatching(hatch)]
    for shape in shapes:
        fill = _fill(figures.get(shape.code), most, hatch)
        parts.append(f'<path d="{_path(shape, scale, start)}" fill="{fill}" stroke="{look.INK}" stroke-width="1" />')
    for shape in shapes:
        if shape.code in figures:
            x, y = middle_of(shape)
            parts += _label(((x - start[0]) * scale, (y - start[1]) * scale), shape.code, figures[shape.code])
    lost = [code for code in sorted(figures) if code not in {shape.code for shape in shapes}]
    for place, code in enumerate(lost, start=1):
        parts.append(_text((0, height + place * _LINE), f"{code}: {figures[code][1]}", anchor="start"))
    size = (look.WIDTH, height + len(lost) * _LINE + 2 * look.MARGIN)
    inside = f'<g transform="translate({look.MARGIN},{look.MARGIN})">{"".join(parts)}</g>'
    return f'<rect width="{size[0]}" height="{size[1]:g}" fill="white" />{inside}', size


def _fit(positions: Sequence[Place]) -> tuple[float, float, Place]:
    """Gives the scale, the height of the map, and the position at its upper left."""
    left, top = (min(position[axis] for position in positions) for axis in (0, 1))
    right, bottom = (max(position[axis] for position in positions) for axis in (0, 1))
    inside = look.WIDTH - 2 * look.MARGIN
    scale = min(inside / max(right - left, 1e-9), _HIGHEST / max(bottom - top, 1e-9))
    return scale, round((bottom - top) * scale, 1), (left, top)


def _fill(figure: tuple[int | None, str] | None, most: int, hatch: str) -> str:
    if figure is None:
        return "white"
    return f"url(#{hatch})" if figure[0] is None else look.STEPS[look.step_of(figure[0], most)]


def _path(shape: Outline, scale: float, start: Place) -> str:
    """Positions are a tenth of a unit apart at least: what is finer cannot be seen, and only makes a page heavy."""
    return "".join(f"M{'L'.join(_places(ring, scale, start))}Z" for ring in shape.rings)


def _places(ring: Ring, scale: float, start: Place) -> Iterator[str]:
    last = ""
    for x, y in ring:
        place = f"{(x - start[0]) * scale + 0.0:.1f},{(y - start[1]) * scale + 0.0:.1f}"
        if place != last:
            yield place
        last = place


def _label(place: Place, code: str, figure: tuple[int | None, str]) -> Iterator[str]:
    """Yields the code and the figure on a white plate, readable on every shade and on the hatching."""
    rate, text = figure
    wide = 70 if rate is None else 62
    yield f'<rect x="{place[0] - wide / 2:.1f}" y="{place[1] - 15:.1f}" width="{wide}" height="30" fill="white" />'
    yield _text((place[0], place[1] - 3), code)
    yield _text((place[0], place[1] + 11), text, bold=rate is not None)


def _text(place: Place, words: str, anchor: str = "middle", *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{place[0]:.1f}" y="{place[1]:.1f}" text-anchor="{anchor}" font-family="{look.FONT}" '
        f'font-size="{look.SMALL}" fill="{look.INK}"{weight}>{escape(words)}</text>'
    )


def _hatching(name: str) -> str:
    return (
        f'<defs><pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse">'
        '<rect width="7" height="7" fill="white" />'
        f'<path d="M0,7L7,0M-1,1L1,-1M6,8L8,6" stroke="{look.GREY}" stroke-width="1.5" /></pattern></defs>'
    )
