"""Costs of segments: per region and segment, and per piece, the finest groups of which segments and combinations exist.

A piece is an exact combination of laws with or without debt help and with or without safety. Pieces are published
nowhere: they tie the costs of segments to those of combinations, so that neither gives the other away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

import narwhals as nw
import numpy as np

from outputs.base_cube import Category
from outputs.costs import contributions, in_every_region, largest, placed
from outputs.household_classes import HOUSEHOLDS
from outputs.profiles import FLAGS, Lazy
from outputs.regions import RegionTree
from outputs.segment_tables import ATTENTION, ATTENTION_HOUSEHOLDS, BY_ATTENTION, BY_DIMENSIONS, SEGMENT_TABLES
from outputs.true_tables import Equation, TrueTable
from schemas.domains import COMBINATIONS, DIMENSIONS, NONE, TOTAL

#: Domains beside the laws that segments tell apart.
BESIDE_LAWS: Final = ("SHV", "Veiligheid")
RESTS: Final = ("", "SHV", "Veiligheid", "SHV+Veiligheid")
PIECE: Final = "piece"
#: The direction in which sums are taken apart into pieces.
PIECEWISE: Final = 1
PIECES: Final = tuple((PIECE, f"{laws}|{rest}") for laws, rest in product(COMBINATIONS, RESTS))


def segment_keys(domains: Sequence[str]) -> list[tuple[str, ...]]:
    """Gives segmentation and segment of every row of the table, in order."""
    return SEGMENT_TABLES["segments"](domains)[0]


def pieces_of(segment: tuple[str, ...], domains: Sequence[str]) -> list[int]:
    """Gives the numbers of the pieces that a segment is made of."""
    keys, counts = SEGMENT_TABLES["segments"](domains)
    holds = counts[HOUSEHOLDS][keys.index(segment)]
    return [place for place, (_, name) in enumerate(PIECES) if holds(_household(name))]


def segment_costs(
    profiled: Lazy, used: Lazy, provider_costs: Lazy, regions: RegionTree, domains: Sequence[str], priced: Sequence[str]
) -> TrueTable:
    """Gives the figures of ``outputs.costs.costs`` for every piece, then for every segment.

    Args:
        profiled: households as ``outputs.profiles`` gives them.
        used: ``USE_SCHEMA``.
        provider_costs: ``PROVIDER_COST_SCHEMA``.
        regions: of the municipality.
        domains: names of the domains of the purpose.
        priced: those of them that carry costs.
    """
    keys = (*PIECES, *segment_keys(domains))
    cells = [(name, place) for place, (_, name) in enumerate(PIECES)]
    for place, segment in enumerate(segment_keys(domains), start=len(PIECES)):
        cells += [(PIECES[piece][1], place) for piece in pieces_of(segment, domains)]
    belongs = nw.from_dict(
        {PIECE: [name for name, _ in cells], "cell": [place for _, place in cells]},
        schema={PIECE: nw.String(), "cell": nw.Int64()},
        backend="pyarrow",
    ).lazy(backend=profiled.implementation)
    of_household = profiled.select("household", "buurt", _piece().alias(PIECE))
    found = {}
    for contributor, rows in (("household", used), ("provider", provider_costs)):
        own = rows.filter(nw.col("domain").is_in(list(priced))).join(of_household, on="household", how="inner")
        summed = own.group_by("buurt", PIECE, contributor).agg(nw.col("cost_cent").sum().cast(nw.Int64))
        summed = summed.collect("pyarrow").lazy(backend=rows.implementation)
        spread = in_every_region(summed, regions).join(belongs, on=PIECE, how="inner")
        per_cell = largest(spread, ("region", "cell"), contributor)
        found[contributor] = placed(per_cell, regions, [int(cell) for cell in per_cell["cell"]], len(keys))
    return TrueTable("segments", regions, keys, tuple(_equations(keys, domains)), contributions(found))


def _equations(keys: Sequence[tuple[str, ...]], domains: Sequence[str]) -> Iterator[Equation]:
    """Segments are sums of pieces, and totals of segmentations sums of segments."""
    sums = {
        (BY_DIMENSIONS, TOTAL): [(BY_DIMENSIONS, name) for name in DIMENSIONS],
        (BY_ATTENTION, ATTENTION_HOUSEHOLDS): [(BY_ATTENTION, name) for name in ATTENTION[2:]],
        (BY_ATTENTION, TOTAL): [(BY_ATTENTION, name) for name in (*ATTENTION[:2], ATTENTION_HOUSEHOLDS)],
    }
    for place, segment in enumerate(keys):
        if segment in sums:
            yield Equation(place, tuple(keys.index(part) for part in sums[segment]))
        elif segment[0] != PIECE:
            yield Equation(place, tuple(pieces_of(segment, domains)), direction=PIECEWISE)


def with_segments(costs: TrueTable | None, segments: TrueTable) -> TrueTable:
    """Gives both tables as one, costs first, with what ties them: a combination's costs are those of its pieces."""
    if costs is None:
        return segments
    start = len(costs.categories)
    shifted = [
        replace(one, total=one.total + start, parts=tuple(part + start for part in one.parts))
        for one in segments.equations
    ]
    tied = [
        Equation(
            costs.categories.index((laws, TOTAL)),
            tuple(start + place for place, (_, name) in enumerate(PIECES) if name.split("|")[0] == laws),
            direction=PIECEWISE,
        )
        for laws in COMBINATIONS
    ]
    return TrueTable(
        "costs",
        costs.regions,
        (*costs.categories, *segments.categories),
        (*costs.equations, *shifted, *tied),
        {name: np.hstack([figure, segments.figures[name]]) for name, figure in costs.figures.items()},
    )


def _piece() -> nw.Expr:
    rest: nw.Expr = nw.lit("")
    for name in RESTS[1:]:
        uses = [nw.col(FLAGS[domain]) for domain in name.split("+")]
        rest = nw.when(nw.all_horizontal(*uses, ignore_nulls=False)).then(nw.lit(name)).otherwise(rest)
    return nw.concat_str(nw.col("combination"), nw.lit("|"), rest)


def _household(piece: str) -> Category:
    laws, rest = piece.split("|")
    active = [*(laws.split("+") if laws != NONE else ()), *filter(None, rest.split("+"))]
    return Category(tuple(active), (), "0", False)
