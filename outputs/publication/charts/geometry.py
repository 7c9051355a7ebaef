"""Outlines of wijken as GeoJSON (RFC 7946), read strictly or refused: codes and positions, and nothing else of it.

Positions are longitudes and latitudes, or metres of the Dutch grid (EPSG:28992), as municipalities publish them.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from schemas.errors import RunError

Position = tuple[float, float]
Ring = tuple[Position, ...]

MOST_FEATURES: Final = 400
MOST_POSITIONS: Final = 100_000
_CODE: Final = re.compile(r"WK[0-9]{6}")


@dataclass(frozen=True)
class Outline:
    """The outline of one wijk: its CBS code and its rings; a ring inside another is a hole."""

    code: str
    rings: tuple[Ring, ...]


def read_geometry(geometry: Mapping[str, Any], gemeentecode: str) -> tuple[Outline, ...]:
    """Gives the outlines, by code.

    Args:
        geometry: a ``FeatureCollection`` of ``Polygon`` and ``MultiPolygon``; one property of each feature is the code
            of the wijk, such as ``WK063701``.
        gemeentecode: the municipality that all wijken belong to, such as ``GM0637``.

    Raises:
        RunError: ``geometry_invalid``: another form, more than ``MOST_FEATURES`` or ``MOST_POSITIONS``, a wijk without
            a code, twice or of another municipality, a ring that is not closed, or a position that is none.
    """
    if not isinstance(geometry, Mapping) or geometry.get("type") != "FeatureCollection":
        raise _refusal("it is no FeatureCollection")
    features = geometry.get("features")
    if not isinstance(features, list) or not 0 < len(features) <= MOST_FEATURES:
        raise _refusal(f"it has not between 1 and {MOST_FEATURES} features")
    outlines = sorted((_outline(feature, gemeentecode) for feature in features), key=lambda outline: outline.code)
    if len({outline.code for outline in outlines}) < len(outlines):
        raise _refusal("a wijk occurs twice")
    positions = [position for outline in outlines for ring in outline.rings for position in ring]
    if len(positions) > MOST_POSITIONS:
        raise _refusal(f"it has more than {MOST_POSITIONS} positions")
    if not (_all_within(positions, (-180, 180), (-90, 90)) or _all_within(positions, (0, 300_000), (300_000, 625_000))):
        raise _refusal("positions are neither degrees nor metres of the Dutch grid")
    return tuple(outlines)


def planar(outlines: Sequence[Outline]) -> tuple[Outline, ...]:
    """Gives the outlines with north up and the same scale both ways; degrees are narrowed by their latitude."""
    heights = [y for outline in outlines for ring in outline.rings for _, y in ring]
    middle = (min(heights) + max(heights)) / 2
    narrow = math.cos(math.radians(middle)) if abs(middle) <= 90 else 1.0
    return tuple(
        Outline(one.code, tuple(tuple((x * narrow, -y) for x, y in ring) for ring in one.rings)) for one in outlines
    )


def middle_of(outline: Outline) -> Position:
    """Gives the centre of gravity of the largest ring."""
    area, x, y = max((_moments(ring) for ring in outline.rings), key=lambda moments: abs(moments[0]))
    return (x / (3 * area), y / (3 * area)) if area else outline.rings[0][0]


def _moments(ring: Ring) -> tuple[float, float, float]:
    """Gives twice the signed area, and its first moments; from its first position, so that no digits are lost."""
    ox, oy = ring[0]
    near = [(x - ox, y - oy) for x, y in ring]
    crosses = [(ax * by - bx * ay, ax + bx, ay + by) for (ax, ay), (bx, by) in pairwise(near)]
    area = sum(cross for cross, _, _ in crosses)
    x, y = sum(cross * x for cross, x, _ in crosses), sum(cross * y for cross, _, y in crosses)
    return area, x + 3 * area * ox, y + 3 * area * oy


def _outline(feature: Any, gemeentecode: str) -> Outline:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise _refusal("something in it is no Feature")
    properties, shape = feature.get("properties"), feature.get("geometry")
    if not isinstance(properties, Mapping) or not isinstance(shape, Mapping):
        raise _refusal("a feature lacks properties or geometry")
    codes = {value for value in properties.values() if isinstance(value, str) and _CODE.fullmatch(value)}
    if len(codes) != 1:
        raise _refusal("a feature has not exactly one code of a wijk")
    code = codes.pop()
    if code[2:6] != gemeentecode[2:]:
        raise _refusal("a wijk is of another municipality")
    found, form = shape.get("coordinates"), shape.get("type")
    if form not in ("Polygon", "MultiPolygon"):
        raise _refusal("a geometry is neither Polygon nor MultiPolygon")
    polygons = [found] if form == "Polygon" else found
    rings = tuple(_ring(ring) for polygon in _items(polygons) for ring in _items(polygon))
    return Outline(code, rings)


def _items(found: Any) -> Iterator[Any]:
    if not isinstance(found, list) or not found:
        raise _refusal("a geometry has no rings")
    yield from found


def _ring(found: Any) -> Ring:
    ring = tuple(_position(one) for one in _items(found))
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise _refusal("a ring is not closed")
    return ring


def _position(found: Any) -> Position:
    if not isinstance(found, list) or len(found) not in (2, 3):
        raise _refusal("a position is not of two numbers")
    x, y = found[:2]
    if not all(type(one) in (int, float) and math.isfinite(one) for one in (x, y)):
        raise _refusal("a position is not of two numbers")
    return float(x), float(y)


def _all_within(positions: Sequence[Position], across: Position, along: Position) -> bool:
    return all(across[0] <= x <= across[1] and along[0] <= y <= along[1] for x, y in positions)


def _refusal(what: str) -> RunError:
    return RunError(
        "geometry_invalid",
        f"the outlines of the wijken cannot be used: {what}",
        "give a GeoJSON FeatureCollection of the wijken of this municipality, or none",
    )
