"""The tables of the disclosure benchmark, printed and put between the markers of a page."""

import os
import platform
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

MARKERS: Final = ("<!-- measured: benchmarks/disclosure.py -->", "<!-- end of measured -->")

_LEGEND: Final = """\
Small: 1 to 9 households. Hidden and printed as 0: shares of the cells that are not zero. Exact: follows from the
published figures by linear algebra; with bounds read, also from what the method may hide or move (a hidden cell is not
zero, since zeros are printed). Narrow: of a sample of the small cells, found within less than 4 households by linear
programs, with all households per buurt known from elsewhere, or those per buurt and type; for rounding the largest
error is known too. Costs are printed in thousands of euros; sensitive: fewer than 10 households, p% = 10, or one
household above half; short of width: found within less than 10 percent of the true cost. A remainder is what a
published total leaves when its published parts are taken off."""

_Column = tuple[str, Callable[[dict[str, Any]], str]]


def _share(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda found: f"{100 * found[name]:.1f}%"


def _of(name: str, whole: str) -> Callable[[dict[str, Any]], str]:
    return lambda found: "too large" if found[name] is None else f"{found[name]:,} of {found[whole]:,}"


def _error(name: str, form: str) -> Callable[[dict[str, Any]], str]:
    return lambda found: format(found[name], form) if found["largest"] else ""


def _plain(name: str, form: str = ",") -> Callable[[dict[str, Any]], str]:
    return lambda found: format(found[name], form)


_COLUMNS: Final[dict[str, tuple[str, Sequence[_Column]]]] = {
    "counts": (
        "Counts",
        (
            ("non-zero cells hidden", _share("hidden")),
            ("printed as 0", _share("zeroed")),
            ("RMSE of cells >= 10", _error("rmse", ".2f")),
            ("largest error", _error("largest", ",")),
            ("additive", lambda found: "yes" if found["additive"] else "no"),
            ("small cells exact", _of("exact", "sensitive")),
            ("exact, bounds read", _of("exact_with_bounds", "sensitive")),
            ("narrow (sample)", _of("narrow", "sample")),
            ("narrow, totals by type known", _of("narrow_by_type", "sample")),
        ),
    ),
    "costs": (
        "Costs",
        (
            ("non-zero cells hidden", _share("hidden")),
            ("value hidden", _share("value")),
            ("sensitive cells shown", _of("bare", "sensitive")),
            ("exact", _of("exact", "sensitive")),
            ("exact, bounds read", _of("exact_with_bounds", "sensitive")),
            ("exact to lone households together", _plain("lone")),
            ("sensitive remainders of totals", _plain("remainders")),
            ("short of width (sample)", _of("narrow", "sample")),
        ),
    ),
    "audit": (
        "The product's audit of its own release",
        (
            ("counts attacked", _plain("counts")),
            ("narrow counts", _plain("narrow_counts")),
            ("own seconds, counts", _plain("count_seconds", ".1f")),
            ("costs attacked", _plain("costs")),
            ("narrow costs", _plain("narrow_costs")),
            ("own seconds, costs", _plain("cost_seconds", ".1f")),
        ),
    ),
}


def report(done: Sequence[Any], used: dict[str, str], page: Path | None) -> None:
    """Prints every table and, when a page is named, replaces what stands between its markers."""
    kinds = [kind for kind in _COLUMNS if any(one.method.what == kind for one in done)]
    text = "\n\n".join([_conditions(used), _LEGEND, *(_figures(kind, done) for kind in kinds)])
    print(text)
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


def _figures(kind: str, done: Sequence[Any]) -> str:
    title, columns = _COLUMNS[kind]
    head = ["cube", "method", "wall s", "own s", "CPU s", "peak MiB", *(name for name, _ in columns)]
    rows = []
    for one in done:
        if one.method.what != kind:
            continue
        start = [f"{one.case.name} ({one.case.size:,})", one.method.title]
        if one.figures is None:
            rows.append([*start, one.why_not, *[""] * (len(head) - 3)])
            continue
        own = f"{one.figures['seconds']:.2f}" if "seconds" in one.figures else ""
        cells = [cell(one.figures) for _, cell in columns]
        rows.append([*start, f"{one.wall:.1f}", own, f"{one.cpu:.1f}", f"{one.peak:.0f}", *cells])
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return f"**{title}**\n\n" + "\n".join(lines)
