"""The product's arithmetic of the attacker on what the product made of a cube: every figure at risk, not a sample.

Runs by itself: ``disclosure_audit.py FOLDER FILE`` reads ``cube.npz``, ``ours_counts.npz`` and ``ours_costs.npz``, and
writes its figures as JSON to the file. As in a release: attacked are the counts that may be small by what is printed
and all hidden costs, and the number of households of every buurt is known from elsewhere.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from disclosure_attack import COST_WIDTH, COUNT_WIDTH, in_thousands, release_of
from disclosure_knowledge import READINGS, THRESHOLD, Array, Knowledge, Release, incidence, knowledge, with_totals

from outputs.disclosure.attacker import Relations, intervals

_TOLERANCE: Final = 1e-6


def narrow(known: Knowledge, release: Release, targets: Array, inner: Array, enough: Array) -> int:
    """Gives how many targets are found within less than is wanted; the search starts from the true cells."""
    whole = inner.dtype.kind == "i"
    relations = Relations(known.lower, known.upper, known.sums, known.at_least, known.at_most, whole=whole)
    wijk = np.repeat(release.wijk_of, inner[0].size)[known.unknown]
    found = intervals(
        relations,
        known.cells[targets],
        enough=enough,
        blocks=[np.flatnonzero(wijk == one) for one in np.unique(wijk)],
        point=inner.ravel()[known.unknown].astype(float),
    )
    return int(((found.high - found.low < enough - _TOLERANCE) & (found.high + known.known[targets] > 0)).sum())


def audit_counts(release: Release, counts: Array) -> dict[str, int]:
    """Audits rounded counts."""
    bounds = with_totals(release, READINGS["rounded"](release), counts, by_type=False)
    known = knowledge(release, bounds, incidence(release.wijk_of, counts.shape))
    targets = np.flatnonzero((release.published - release.within).ravel() < THRESHOLD)
    enough = np.full(len(targets), float(COUNT_WIDTH))
    return {"counts": len(targets), "narrow_counts": narrow(known, release, targets, counts[release.inner], enough)}


def audit_costs(release: Release, cost: Array) -> dict[str, int]:
    """Audits suppressed costs, in thousands of euros."""
    known = knowledge(release, READINGS["costs in thousands"](release), incidence(release.wijk_of, cost.shape))
    targets = np.flatnonzero(release.hidden.ravel())
    enough = COST_WIDTH * cost.ravel()[targets]
    return {"costs": len(targets), "narrow_costs": narrow(known, release, targets, cost[release.inner], enough)}


def main() -> None:
    """Audits what the product made of the cube of a folder."""
    folder, truth = Path(sys.argv[1]), dict(np.load(Path(sys.argv[1]) / "cube.npz"))
    told: dict[str, Any] = {}
    for what in ("count", "cost"):
        release = release_of(dict(np.load(folder / f"ours_{what}s.npz")), truth)
        started = time.perf_counter()
        if what == "count":
            told |= audit_counts(release, truth["counts"])
        else:
            told |= audit_costs(*in_thousands(release, truth["cost"]))
        told[f"{what}_seconds"] = time.perf_counter() - started
    Path(sys.argv[2]).write_text(json.dumps(told))


if __name__ == "__main__":
    main()
