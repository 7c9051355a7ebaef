"""Drawings that a page can hold under a policy that allows no style, no script and no request.

What Vega draws is reduced to elements and presentation attributes of a short list; what is drawn here by hand meets
the same list. The list is checked once more when a chart is made.
"""

import re
from typing import Final

from lxml import etree

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_ELEMENTS: Final = frozenset({"svg", "title", "desc", "defs", "pattern", "g", "path", "rect", "line", "circle", "text"})
_GEOMETRY: Final = frozenset(
    {"viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "d", "transform"}
)
_PAINT: Final = frozenset(
    {
        "fill",
        "fill-opacity",
        "stroke",
        "stroke-opacity",
        "stroke-width",
        "stroke-dasharray",
        "stroke-miterlimit",
        "opacity",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "text-anchor",
        "patternUnits",
    }
)
_ATTRIBUTES: Final = _GEOMETRY | _PAINT | {"id", "role", "aria-labelledby"}
_LOCAL_PAINT: Final = re.compile(r"url\(#([a-z0-9-]+)\)")


def title_id(chart_id: str) -> str:
    """Gives the id of the title inside a drawing."""
    return f"{chart_id}-titel"


def description_id(chart_id: str) -> str:
    """Gives the id of the description inside a drawing."""
    return f"{chart_id}-uitleg"


def drawing(content: str, size: tuple[float, float], chart_id: str, title: str, description: str) -> str:
    """Gives a drawing as wide as its place, named and described for who cannot see it.

    Args:
        content: elements of SVG without a namespace, such as ``<g>...</g>``.
        size: width and height of the content in units; at the width of a telephone a unit is about a pixel.
        chart_id: prefix of every id.
        title: read out first.
        description: read out after it.

    Raises:
        ValueError: the content is no SVG of the elements and attributes allowed.
    """
    width, height = (f"{one:g}" for one in size)
    root = _parsed(f'<svg xmlns="{_NAMESPACE}">{content}</svg>')
    root.attrib.update(
        {
            "viewBox": f"0 0 {width} {height}",
            "width": "100%",
            "role": "img",
            "aria-labelledby": f"{title_id(chart_id)} {description_id(chart_id)}",
        }
    )
    for place, (tag, one, text) in enumerate(
        (("title", title_id(chart_id), title), ("desc", description_id(chart_id), description))
    ):
        element = etree.Element(f"{{{_NAMESPACE}}}{tag}", {"id": one})
        element.text = text
        root.insert(place, element)
    _reduce(root)
    return checked_svg(etree.tostring(root, encoding="unicode"), chart_id)


def inner(svg: str) -> tuple[str, tuple[float, float]]:
    """Gives the content of a drawing by Vega, and its width and height.

    Raises:
        ValueError: it is no SVG.
    """
    root = _parsed(svg)
    _, _, width, height = (float(one) for one in root.attrib["viewBox"].split())
    etree.cleanup_namespaces(root)
    content = "".join(etree.tostring(child, encoding="unicode") for child in root)
    return content.replace(f' xmlns="{_NAMESPACE}"', ""), (width, height)


def checked_svg(svg: str, chart_id: str) -> str:
    """Gives the drawing back when it is accessible and holds nothing that a strict policy would refuse.

    Raises:
        ValueError: it is not well-formed; an element or attribute is not on the list; something is named outside the
            drawing; an id occurs twice or lacks the prefix; title or description are missing.
    """
    root = _parsed(svg)
    for element in root.iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name not in _ELEMENTS or not set(map(str, element.attrib)) <= _ATTRIBUTES:
            raise ValueError(f"chart {chart_id}: the drawing holds what no page may hold")
    ids = [str(element.attrib["id"]) for element in root.iter() if "id" in element.attrib]
    named = [_LOCAL_PAINT.fullmatch(value) for value in _values(root) if "url" in value.lower()]
    if any(match is None or match[1] not in ids for match in named):
        raise ValueError(f"chart {chart_id}: the drawing names something outside itself")
    if len(ids) != len(set(ids)) or not all(one.startswith(f"{chart_id}-") for one in ids):
        raise ValueError(f"chart {chart_id}: an id in the drawing occurs twice or is not its own")
    words = {element.attrib.get("id"): (element.text or "").strip() for element in list(root)[:2]}
    wanted = [title_id(chart_id), description_id(chart_id)]
    if root.get("role") != "img" or root.get("aria-labelledby", "").split() != wanted:
        raise ValueError(f"chart {chart_id}: the drawing has no name")
    if not all(words.get(one) for one in wanted):
        raise ValueError(f"chart {chart_id}: the drawing has no title or no description")
    return svg


def _values(root: etree._Element) -> list[str]:
    return [str(value) for element in root.iter() for name, value in element.attrib.items() if name in _PAINT]


def _parsed(svg: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(svg.encode(), parser)
    except etree.XMLSyntaxError:
        raise ValueError("a drawing is not well-formed") from None
    if root.tag != f"{{{_NAMESPACE}}}svg":
        raise ValueError("a drawing is no SVG")
    return root


def _reduce(root: etree._Element) -> None:
    """Drops what Vega leaves behind that is not seen: classes, roles of parts, empty paths and groups."""
    for element in root.iter():
        allowed = _ATTRIBUTES if element is root else _ATTRIBUTES - {"role", "aria-labelledby"}
        for name in [name for name in element.attrib if name not in allowed]:
            del element.attrib[name]
    for element in reversed(list(root.iter())):
        tag = etree.QName(element).localname
        empty = (tag == "path" and element.get("d", "") in ("", "M0,0h0v0h0Z")) or (tag == "g" and len(element) == 0)
        parent = element.getparent()
        if empty and parent is not None:
            parent.remove(element)
