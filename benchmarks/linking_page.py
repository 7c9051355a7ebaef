"""The tables of the linkage benchmark, printed and put between the markers of a page."""

import math
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

MARKERS: Final = ("<!-- measured: benchmarks/linking.py -->", "<!-- end of measured -->")
_HEAD: Final = (
    *("case", "method", "completeness", "precision", "recall", "F1", "F1 at best cut"),
    *("expected precision", "expected recall", "wall s", "CPU s", "peak MiB"),
)


def report(done: list[Any], used: dict[str, str], page: Path | None, losses: bool) -> None:
    """Prints every table and, when a page is named, replaces what stands between its markers."""
    text = "\n\n".join(part for part in (_conditions(used), _figures(done), _exponents(done)) if part)
    print(text)
    if losses:
        # A column for every case and method: to read on a screen, too wide for a page.
        print("\n" + _losses(done))
    if page:
        before, _, rest = page.read_text().partition(MARKERS[0])
        after = rest.partition(MARKERS[1])[2]
        page.write_text(f"{before}{MARKERS[0]}\n\n{text}\n\n{MARKERS[1]}{after}")


def _conditions(used: dict[str, str]) -> str:
    now = datetime.now(UTC)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, Python {platform.python_version()}"
    tools = "; ".join(f"{name}: {versions}" for name, versions in used.items())
    return f"Measured on {machine}, {now.day} {now:%B %Y}. {tools}."


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)])


def _figures(done: list[Any]) -> str:
    rows = []
    for one in done:
        start = [one.case.name, one.method.title]
        if one.figures is None:
            rows.append([*start, one.why_not, *[""] * (len(_HEAD) - 3)])
            continue
        cells = [f"{one.figures[name]:.4f}" for name in ("completeness", "precision", "recall", "f1", "best")]
        cells += [_interval(one.figures["expected"].get(name)) for name in ("precision", "recall")]
        rows.append([*start, *cells, f"{one.wall:.1f}", f"{one.cpu:.1f}", f"{one.peak:.0f}"])
    return _table(list(_HEAD), rows)


def _interval(expected: list[float] | None) -> str:
    return "{:.4f} ({:.4f} to {:.4f})".format(*expected) if expected else ""


def _exponents(done: list[Any]) -> str:
    """Slopes of log wall seconds and of log memory on log size: over all sizes, and between the two largest."""
    series: dict[tuple[str, str], list[Any]] = {}
    for one in done:
        if one.case.size and one.figures is not None:
            series.setdefault((one.case.series, one.method.title), []).append(one)
    rows = []
    for (name, title), row in series.items():
        if len(row) > 1:
            sizes = ", ".join(f"{one.case.size:,}" for one in row)
            slopes = [_slope(row, "wall"), _slope(row[-2:], "wall"), _slope(row[-2:], "peak")]
            rows.append([name, title, sizes, *(f"{slope:.2f}" for slope in slopes)])
    head = ["series", "method", "sizes", "exponent (wall)", "last (wall)", "last (memory)"]
    return _table(head, rows) if rows else ""


def _slope(row: list[Any], what: str) -> float:
    x = [math.log(one.case.size) for one in row]
    y = [math.log(getattr(one, what)) for one in row]
    middle = (sum(x) / len(x), sum(y) / len(y))
    spread = sum((one - middle[0]) ** 2 for one in x)
    return sum((one - middle[0]) * (other - middle[1]) for one, other in zip(x, y, strict=True)) / spread


def _losses(done: list[Any]) -> str:
    known = [one for one in done if one.figures and one.figures["lost"]]
    if not known:
        return ""
    names = list(dict.fromkeys(name for one in known for name in one.figures["lost"]))
    rows = [[name, *(f"{one.figures['lost'].get(name, math.nan):.3f}" for one in known)] for name in names]
    heads = [f"{one.case.name}: {one.method.name}" for one in known]
    return _table(["share of true pairs lost, by corruption", *heads], rows)
