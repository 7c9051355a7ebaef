"""One attack on one protected cube, the same for every method, and what the method lost.

Runs by itself: ``disclosure_attack.py FOLDER LABEL READING SAMPLE`` reads ``cube.npz`` and ``LABEL.npz`` and prints its
figures as JSON. Exact: sensitive cells that follow from the published ones by linear algebra, and with bounds read too.
Narrow: cells of a sample whose interval is below the width wanted: 4 households, with all households per buurt known
from elsewhere, or those per buurt and type; for costs 10 percent of the true cost.
"""

import json
import sys
import time
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np
from disclosure_algebra import follow, follow_with_bounds, widths
from disclosure_contributors import sensitive_costs, sensitive_remainders, told_by_the_lone
from disclosure_cubes import published
from disclosure_knowledge import READINGS, THRESHOLD, Array, Knowledge, Release, incidence, knowledge, with_totals

COUNT_WIDTH: Final = 4
COST_WIDTH: Final = 0.1
_CENTS_IN_A_THOUSAND: Final = 1e5
_TOLERANCE: Final = 1e-6


def release_of(result: Any, truth: Any) -> Release:
    """Gives a protected cube as its method wrote it: inner cells, or everything that is published."""
    wijk_of = truth["wijk_of"]
    if "inner" not in result:
        base = int(result["base"]) if "base" in result else 0
        return Release(result["published"], result["hidden"], wijk_of, base)
    figures, base = published(result["inner"], wijk_of), int(result["base"])
    largest = int(np.abs(figures - truth["counts"]).max())
    return Release(figures, np.zeros(figures.shape, dtype=bool), wijk_of, base, -(-largest // base) * base)


def in_thousands(release: Release, cost: Array) -> tuple[Release, Array]:
    """Gives a cube of costs and the true costs in thousands of euros: cents are too fine for a solver."""
    return replace(release, published=release.published / _CENTS_IN_A_THOUSAND), cost / _CENTS_IN_A_THOUSAND


def attack_counts(release: Release, truth: Any, reading: str, sample: int) -> dict[str, Any]:
    """Attacks a cube of counts."""
    counts, cells = truth["counts"], incidence(truth["wijk_of"], truth["counts"].shape)
    bounds = READINGS[reading](release)
    if (bounds[0] > counts).any() or (bounds[1] < counts).any():
        raise ValueError("what the outsider is said to know is not true")
    small = np.flatnonzero(((counts > 0) & (counts < THRESHOLD)).ravel())
    known = knowledge(release, bounds, cells)
    found = _exact(known, small) | {"sensitive": len(small)}
    for name, by_type in (("narrow", False), ("narrow_by_type", True)):
        outside = knowledge(release, with_totals(release, bounds, counts, by_type=by_type), cells)
        enough = np.full(len(small), float(COUNT_WIDTH))
        short = _short(outside, small, sample, counts[release.inner], enough, whole=True)
        found |= {name: int(short.sum()), "sample": len(short)}
    return found | _loss(release, counts) | {"additive": _additive(release, cells)}


def attack_costs(release: Release, truth: Any, sample: int) -> dict[str, Any]:
    """Attacks a cube of costs: exactly as if printed to the cent, intervals as printed in thousands of euros."""
    cells = incidence(truth["wijk_of"], truth["cost"].shape)
    sensitive = np.flatnonzero(sensitive_costs(truth).ravel())
    found: dict[str, Any] = {
        "sensitive": len(sensitive),
        "bare": int((~release.hidden.ravel()[sensitive]).sum()),
        "lone": told_by_the_lone(release, truth, cells),
        "remainders": sensitive_remainders(release, truth),
    }
    release, cost = in_thousands(release, truth["cost"])
    found |= _exact(knowledge(release, READINGS["costs"](release), cells), sensitive)
    known = knowledge(release, READINGS["costs in thousands"](release), cells)
    short = _short(known, sensitive, sample, cost[release.inner], COST_WIDTH * cost.ravel()[sensitive], whole=False)
    hidden = float(release.hidden[cost > 0].mean()), float(cost[release.hidden].sum() / cost.sum())
    return found | {"narrow": int(short.sum()), "sample": len(short), "hidden": hidden[0], "value": hidden[1]}


def _exact(known: Knowledge, sensitive: Array) -> dict[str, int | None]:
    equations = known.sums[np.flatnonzero(known.equal)]
    plain = int(follow(equations, known.cells[sensitive]).sum())
    fixed = follow_with_bounds(known)
    return {"exact": plain, "exact_with_bounds": None if fixed is None else int(fixed[sensitive].sum())}


def _short(known: Knowledge, sensitive: Array, size: int, inner: Array, enough: Array, *, whole: bool) -> Array:
    """Tells for a sample of the sensitive cells which are found within less than is wanted."""
    draw = np.random.default_rng(len(sensitive))
    places = np.sort(draw.choice(len(sensitive), min(size, len(sensitive)), replace=False))
    point = inner.ravel()[known.unknown].astype(float)
    found = np.array(list(widths(known, sensitive[places], point, enough[places], whole=whole)))
    short: Array = found < enough[places] - _TOLERANCE
    return short


def _loss(release: Release, counts: Array) -> dict[str, Any]:
    shown, error = ~release.hidden, release.published - counts
    large = error[shown & (counts >= THRESHOLD)]
    return {
        "hidden": float(release.hidden[counts > 0].mean()),
        "zeroed": float((shown & (release.published == 0))[counts > 0].mean()),
        "rmse": sqrt(float((large.astype(float) ** 2).mean())) if len(large) else 0.0,
        "largest": int(np.abs(error[shown]).max(initial=0)),
    }


def _additive(release: Release, cells: Any) -> bool:
    """Tells whether what is printed of parts adds up to what is printed of their sum."""
    inner = release.inner
    parts, whole = release.published[inner].ravel(), ~release.hidden[inner].ravel()
    complete = (cells @ whole.astype(float) == np.diff(cells.indptr)) & ~release.hidden.ravel()
    return bool((cells @ parts == release.published.ravel())[complete].all())


def main() -> None:
    """Attacks the protected cube of a folder."""
    folder, label, reading, sample = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    truth, result = dict(np.load(folder / "cube.npz")), dict(np.load(folder / f"{label}.npz"))
    started, release = time.perf_counter(), release_of(result, truth)
    if reading == "costs":
        figures = attack_costs(release, truth, sample)
    else:
        figures = attack_counts(release, truth, reading, sample)
    own = {"seconds": float(result["seconds"])} if "seconds" in result else {}
    print(json.dumps(figures | own | {"attack": time.perf_counter() - started}))


if __name__ == "__main__":
    main()
