"""The product's own disclosure control, on one cube of the benchmark: counts are rounded, costs are suppressed.

Runs by itself: ``disclosure_ours.py FOLDER LABEL counts BASE`` or ``... costs`` reads ``cube.npz``, writes
``LABEL.npz``. Every sum of the published table is a margin of the rounding. The key is no secret here: the figures are
synthetic.
"""

import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from disclosure_knowledge import Array

from outputs.disclosure.cost_rules import Contributions
from outputs.disclosure.interval_repair import CostPrecision, widened
from outputs.disclosure.rounding import Choice, Margin, round_cube
from outputs.disclosure.suppression import CellSystem, suppressed
from outputs.regions import RegionTree
from outputs.true_tables import Equation
from schemas.disclosure_policy import DisclosurePolicy

POLICY: Final = DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000)
_KEY: Final = sha256(b"benchmark").digest()


def regions_of(wijk_of: Array) -> RegionTree:
    """Names the buurten of a cube with codes in the order of its rows."""
    within = np.arange(len(wijk_of)) - np.searchsorted(wijk_of, wijk_of)
    codes = (f"BU0637{wijk:02d}{buurt:02d}" for wijk, buurt in zip(wijk_of, within, strict=True))
    return RegionTree("GM0637", tuple(codes))


def rounded(inner: Array, wijk_of: Array, base: int) -> Array:
    """Gives the rounded inner cells."""
    tree, flat = regions_of(wijk_of), inner.reshape(len(inner), -1)
    of_buurt = tree.rolled_up(np.eye(len(inner), dtype=np.int64))
    combinations, kinds = (np.vstack([np.eye(size, dtype=np.int64), np.ones(size, int)]) for size in inner.shape[1:])
    classes = np.kron(combinations, kinds)
    margin = Margin(of_buurt, classes, np.ones(len(of_buurt)), np.zeros((len(of_buurt), len(classes)), dtype=np.int64))
    labels = [f"{buurt}/{category}" for buurt in tree.buurten for category in range(flat.shape[1])]
    bases = np.full(flat.shape[1], base, dtype=np.int64)
    found: Array = round_cube(flat, bases, [margin], Choice(_KEY, labels)).reshape(inner.shape)
    return found


def hidden_costs(truth: Any) -> Array:
    """Gives which costs are hidden; the system is that of the product, with types in the place of domains."""
    cost, behind = truth["cost"], truth["behind"]
    nobody = np.zeros(cost.size, dtype=np.int64)
    contributions = Contributions(
        behind.ravel(), cost.ravel(), truth["largest"].ravel(), truth["second"].ravel(), nobody, nobody, nobody
    )
    weight = np.where(behind.ravel() > 0, np.maximum(cost.ravel(), 1).astype(float), np.inf)
    system = CellSystem(
        families=tuple(_families(regions_of(truth["wijk_of"]), np.arange(cost.size).reshape(cost.shape))),
        value=cost.ravel().astype(float),
        sensitive=contributions.sensitive(POLICY),
        lone=contributions.lone,
        weight=weight,
        together=lambda cells, disjoint: bool(contributions.together(cells, disjoint=disjoint).sensitive(POLICY).any()),
    )
    precision = CostPrecision(POLICY.cost_rounding_eur, POLICY.cost_width_pct, negative=False)
    found: Array = widened(system, suppressed(system), precision).reshape(cost.shape)
    return found


def _families(regions: RegionTree, cells: Array) -> Iterator[tuple[Equation, ...]]:
    """Yields how cells add up over regions, over combinations and over types."""
    parents = [(0, list(range(1, 1 + len(regions.wijken))))]
    parents += [(row, regions.children(wijk)) for row, wijk in enumerate(regions.wijken, start=1)]
    yield tuple(
        Equation(int(total), tuple(parts.tolist()))
        for row, children in parents
        for total, parts in zip(cells[row].ravel(), cells[children].reshape(len(children), -1).T, strict=True)
    )
    for across in (cells.swapaxes(1, 2), cells):
        lists = across.reshape(-1, across.shape[2])
        yield tuple(Equation(int(one[-1]), tuple(one[:-1].tolist())) for one in lists)


def main() -> None:
    """Protects the cube of a folder."""
    folder, label, what = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    truth = dict(np.load(folder / "cube.npz"))
    started, made = time.perf_counter(), dict[str, Any]()
    if what == "counts":
        base = int(sys.argv[4])
        made = {"inner": rounded(truth["inner"], truth["wijk_of"], base), "base": base}
    else:
        hidden = hidden_costs(truth)
        made = {"published": np.where(hidden, 0, truth["cost"]), "hidden": hidden}
    np.savez(folder / f"{label}.npz", **made, seconds=time.perf_counter() - started)


if __name__ == "__main__":
    main()
