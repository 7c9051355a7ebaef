"""Outlines of wijken: drawn to scale with the figures of the table, and refused when they are broken."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from chart_tables import GEMEENTE, facts, outlines, tables

from outputs.publication.charts import Chart, charts_for
from outputs.publication.charts.geometry import MOST_FEATURES, Outline, middle_of, planar, read_geometry
from schemas.errors import RunError

Change = Callable[[dict[str, Any]], object]


def ring(found: dict[str, Any]) -> Any:
    return found["features"][0]["geometry"]["coordinates"][0]


BROKEN: dict[str, Change] = {
    "no collection": lambda g: g.update(type="Feature"),
    "no features": lambda g: g.update(features=[]),
    "features is no list": lambda g: g.update(features={}),
    "too many features": lambda g: g.update(features=g["features"] * MOST_FEATURES),
    "something else": lambda g: g["features"].append({"type": "Point"}),
    "a feature is text": lambda g: g["features"].append("x"),
    "no geometry": lambda g: g["features"][0].update(geometry=None),
    "no properties": lambda g: g["features"][0].update(properties=None),
    "no code": lambda g: g["features"][0]["properties"].pop("wijkcode"),
    "code with more behind it": lambda g: g["features"][0]["properties"].update(wijkcode="WK063701\n"),
    "two codes": lambda g: g["features"][0]["properties"].update(other="WK063705"),
    "twice": lambda g: g["features"].append(copy.deepcopy(g["features"][0])),
    "another municipality": lambda g: g["features"][0]["properties"].update(wijkcode="WK036301"),
    "a point": lambda g: g["features"][0]["geometry"].update(type="Point", coordinates=[4.4, 52]),
    "type is a list": lambda g: g["features"][0]["geometry"].update(type=["Polygon"]),
    "no rings": lambda g: g["features"][0]["geometry"].update(coordinates=[]),
    "ring of text": lambda g: g["features"][0]["geometry"].update(coordinates=["abcd"]),
    "not closed": lambda g: ring(g).pop(),
    "too short": lambda g: g["features"][0]["geometry"].update(coordinates=[[[4.4, 52], [4.5, 52], [4.4, 52]]]),
    "text": lambda g: ring(g).__setitem__(1, ["4.4", 52]),
    "truth value": lambda g: ring(g).__setitem__(1, [True, 52]),
    "no number": lambda g: ring(g).__setitem__(1, [float("nan"), 52]),
    "endless": lambda g: ring(g).__setitem__(1, [4.4, float("inf")]),
    "one number": lambda g: ring(g).__setitem__(1, [4.4]),
    "off the earth": lambda g: ring(g).__setitem__(1, [4.4, 152]),
    "degrees and metres": lambda g: ring(g).__setitem__(1, [94_000, 452_000]),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_broken_outlines_are_refused(change: Change) -> None:
    found = outlines()
    change(found)
    with pytest.raises(RunError) as caught:
        charts_for("stapeling", tables(), facts(), "nl", found)
    assert caught.value.code == "geometry_invalid"
    assert "Naam" not in str(caught.value)


def test_too_many_positions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outputs.publication.charts.geometry.MOST_POSITIONS", 16)
    with pytest.raises(RunError, match="positions"):
        read_geometry(outlines(), GEMEENTE)
    monkeypatch.setattr("outputs.publication.charts.geometry.MOST_POSITIONS", 17)
    assert [outline.code for outline in read_geometry(outlines(), GEMEENTE)] == ["WK063701", "WK063702"]


def district_map(found: dict[str, Any]) -> Chart:
    return next(one for one in charts_for("stapeling", tables(), facts(), "nl", found) if one.id.endswith("districts"))


def test_a_map_shows_the_figures_of_the_table_and_hatches_what_is_hidden() -> None:
    svg = district_map(outlines()).svg
    paths = [part for part in svg.split("<path ") if 'stroke-width="1"' in part]
    assert len(paths) == 2
    assert 'fill="#0b4f7d"' in paths[0]
    assert 'fill="url(#stapeling-districts-arcering)"' in paths[1]
    assert paths[0].count("M") == 2
    for words in (">WK063701<", ">25<", ">WK063702<", ">afgeschermd<", ">WK063799: 0<"):
        assert words in svg
    assert "Naam" not in svg


def test_a_wijk_without_figures_is_drawn_empty() -> None:
    found = outlines()
    found["features"][1]["properties"]["wijkcode"] = "WK063708"
    svg = district_map(found).svg
    assert 'Z" fill="white" stroke="#1b2733"' in svg
    assert "WK063708" not in svg
    assert ">WK063702: afgeschermd<" in svg


def test_metres_of_the_dutch_grid_are_drawn_the_same() -> None:
    found = outlines()
    for feature in found["features"]:
        polygons = feature["geometry"]["coordinates"]
        polygons = [polygons] if feature["geometry"]["type"] == "Polygon" else polygons
        for position in (position for polygon in polygons for one in polygon for position in one):
            position[:] = [position[0] * 20_000, position[1] * 8_000]
    assert ">25<" in district_map(found).svg


def test_north_is_up_and_degrees_are_narrowed_by_their_latitude() -> None:
    square = ((0.0, 59.0), (2.0, 59.0), (2.0, 61.0), (0.0, 61.0), (0.0, 59.0))
    (made,) = planar((Outline("WK063701", (square,)),))
    assert made.rings[0][1] == pytest.approx((1.0, -59.0))
    assert made.rings[0][2] == pytest.approx((1.0, -61.0))
    metres = Outline("WK063701", (((0.0, 400_000.0), (2.0, 400_000.0), (2.0, 400_002.0), (0.0, 400_000.0)),))
    assert planar((metres,))[0].rings[0][1] == (2.0, -400_000.0)


def test_the_middle_is_that_of_the_largest_ring() -> None:
    small = ((9.0, 9.0), (9.1, 9.0), (9.1, 9.1), (9.0, 9.1), (9.0, 9.0))
    large = ((0.0, 400_000.0), (4.0, 400_000.0), (4.0, 400_002.0), (0.0, 400_002.0), (0.0, 400_000.0))
    assert middle_of(Outline("WK063701", (small, large))) == pytest.approx((2.0, 400_001.0))
    line = ((1.0, 1.0), (2.0, 2.0), (1.0, 1.0), (1.0, 1.0))
    assert middle_of(Outline("WK063701", (line,))) == (1.0, 1.0)
