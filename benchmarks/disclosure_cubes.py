"""Synthetic cubes of households and costs for the benchmark of disclosure control: skewed as those of a municipality.

Households lie in buurten in wijken, have one of five types and use any of 64 combinations of six domains; most use
nothing. Every published table holds region (municipality, wijken, buurten) by combination (and total) by type (and
total): 3,120 cells (S), 18,720 (M) and 112,320 (L), totals included. Costs belong to the household as a whole.

    python benchmarks/disclosure_cubes.py FOLDER --size S|M|L [--seed 1]
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

Array = np.ndarray[Any, np.dtype[Any]]

DOMAINS: Final = 6
COMBINATIONS: Final = 2**DOMAINS
TYPES: Final = 5
#: Size -> wijken and buurten: with the municipality 8, 48 and 288 regions, of 65 combinations by 6 types each.
SIZES: Final = {"S": (2, 5), "M": (7, 40), "L": (47, 240)}

_HOUSEHOLDS_PER_BUURT: Final = 1392
_TYPE_SHARES: Final = (0.37, 0.28, 0.25, 0.08, 0.02)
#: Share of households that use a domain, by type: alone, couple, couple with children, one parent, other.
_USE: Final = (
    (0.00, 0.00, 0.17, 0.28, 0.05),
    (0.14, 0.08, 0.04, 0.06, 0.10),
    (0.08, 0.03, 0.03, 0.18, 0.10),
    (0.020, 0.008, 0.012, 0.045, 0.030),
    (0.004, 0.003, 0.020, 0.040, 0.010),
    (0.012, 0.006, 0.010, 0.025, 0.030),
)
#: Median cost in euros and spread (of the logarithm) of one household in a domain.
_COST: Final = ((6500, 1.1), (3800, 1.0), (14000, 0.4), (1600, 0.7), (900, 0.6), (700, 0.9))


@dataclass(frozen=True, eq=False)
class Households:
    """One entry per household.

    Attributes:
        wijk_of: buurt -> wijk.
        buurt, combination, kind: where it lies, which domains it uses (bit per domain), its type.
        cost: in cents.
    """

    wijk_of: Array
    buurt: Array
    combination: Array
    kind: Array
    cost: Array


def households(size: str, seed: int) -> Households:
    """Draws the households of a municipality."""
    wijken, buurten = SIZES[size]
    draw = np.random.default_rng([seed, buurten])
    # Every wijk has two buurten at least; the others fall where they fall.
    wijk_of = np.sort(
        np.concatenate([np.repeat(np.arange(wijken), 2), draw.integers(wijken, size=buurten - 2 * wijken)])
    )
    sizes = draw.lognormal(0, 0.5, buurten)
    buurt = np.repeat(
        np.arange(buurten), np.maximum(1, sizes * _HOUSEHOLDS_PER_BUURT * buurten / sizes.sum()).astype(int)
    )
    kind = draw.choice(TYPES, len(buurt), p=_TYPE_SHARES)
    # Trouble comes together and lives together: one burden per household, one per buurt.
    burden = draw.gamma(0.6, 1 / 0.6, len(buurt)) * draw.lognormal(0, 0.4, buurten)[buurt]
    used = draw.random((DOMAINS, len(buurt))) < 1 - np.exp(-np.array(_USE)[:, kind] * burden)
    cost = sum(
        one * np.rint(100 * draw.lognormal(np.log(median), spread, len(buurt))).astype(np.int64)
        for one, (median, spread) in zip(used, _COST, strict=True)
    )
    combination = (used * (1 << np.arange(DOMAINS))[:, None]).sum(axis=0)
    return Households(wijk_of, buurt, combination, kind, np.asarray(cost, dtype=np.int64))


def published(inner: Array, wijk_of: Array) -> Array:
    """Gives all published sums [regions, combinations + 1, types + 1] of figures [buurten, combinations, types]."""
    wijken = np.zeros((int(wijk_of.max()) + 1, *inner.shape[1:]), dtype=inner.dtype)
    np.add.at(wijken, wijk_of, inner)
    rows = np.concatenate([inner.sum(axis=0, keepdims=True), wijken, inner])
    rows = np.concatenate([rows, rows.sum(axis=1, keepdims=True)], axis=1)
    return np.concatenate([rows, rows.sum(axis=2, keepdims=True)], axis=2)


def counts(drawn: Households) -> Array:
    """Gives the number of households [buurten, combinations, types]."""
    cells = np.zeros((len(drawn.wijk_of), COMBINATIONS, TYPES), dtype=np.int64)
    np.add.at(cells, (drawn.buurt, drawn.combination, drawn.kind), 1)
    return cells


def costs(drawn: Households) -> dict[str, Array]:
    """Gives per published cell the cost, the largest and second largest of one household, and households with cost."""
    with_cost = np.flatnonzero(drawn.cost)
    order = with_cost[np.argsort(-drawn.cost[with_cost], kind="stable")]
    shape = published(counts(drawn)[:, :1, :1], drawn.wijk_of).shape[0], COMBINATIONS + 1, TYPES + 1
    figures = {name: np.zeros(shape, dtype=np.int64) for name in ("cost", "largest", "second", "behind")}
    for cells in _cells_of(drawn, order):
        flat = np.ravel_multi_index(cells, shape)
        np.add.at(figures["cost"].reshape(-1), flat, drawn.cost[order])
        np.add.at(figures["behind"].reshape(-1), flat, 1)
        # The order is descending, so a cell's first household is its largest and the next one the second.
        place, first = np.unique(flat, return_index=True)
        figures["largest"].reshape(-1)[place] = drawn.cost[order[first]]
        rest = np.delete(np.arange(len(order)), first)
        place, first = np.unique(flat[rest], return_index=True)
        figures["second"].reshape(-1)[place] = drawn.cost[order[rest[first]]]
    return figures


def _cells_of(drawn: Households, chosen: Array) -> Iterator[tuple[Array, Array, Array]]:
    wijken = int(drawn.wijk_of.max()) + 1
    buurt, whole = drawn.buurt[chosen], np.zeros(len(chosen), dtype=np.int64)
    for region in (whole, 1 + drawn.wijk_of[buurt], 1 + wijken + buurt):
        for combination in (drawn.combination[chosen], whole + COMBINATIONS):
            for kind in (drawn.kind[chosen], whole + TYPES):
                yield region, combination, kind


def write(folder: Path, size: str, seed: int) -> None:
    """Writes ``cube.npz``, the true figures, and records: ``counts.parquet`` of all, ``costs.parquet`` with cost."""
    drawn = households(size, seed)
    inner = counts(drawn)
    cube = {"wijk_of": drawn.wijk_of, "inner": inner, "counts": published(inner, drawn.wijk_of), **costs(drawn)}
    np.savez(folder / "cube.npz", **cube)
    columns = {
        "wijk": drawn.wijk_of[drawn.buurt],
        "buurt": drawn.buurt,
        "combination": drawn.combination,
        "kind": drawn.kind,
    }
    codes = {name: pa.array(np.char.add(name[0], np.char.zfill(one.astype(str), 3))) for name, one in columns.items()}
    ones = np.ones(len(drawn.cost), dtype=np.int64)
    records = pa.table({**codes, "households": ones, "cost_cent": drawn.cost})
    pq.write_table(records, folder / "counts.parquet")
    pq.write_table(records.filter(pa.array(drawn.cost > 0)), folder / "costs.parquet")


def main() -> None:
    """Writes a cube."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=tuple(SIZES), required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write(given.folder, given.size, given.seed)


if __name__ == "__main__":
    main()
