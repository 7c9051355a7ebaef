"""Random municipalities as tabulated figures, for tests of disclosure control: small, skewed, with costs."""

from datetime import date
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pyarrow as pa

from outputs.base_cube import BaseCube, Category
from outputs.disclosure.protect import Asked
from outputs.disclosure.release_record import ReleaseRecord, Secrets
from outputs.regions import RegionTree
from outputs.tabulate import Linked, Tabulated, tabulate
from schemas.disclosure_policy import DisclosurePolicy
from schemas.households import HOUSEHOLD_SCHEMA, PROVIDER_COST_SCHEMA, PROVIDER_SCHEMA, USE_SCHEMA
from schemas.period import HalfYear

POLICY = DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000)
SECRETS = Secrets(bytes(range(32)), bytes(range(100, 132)))
DOMAINS = ("Jeugd", "P-wet", "Wmo", "SHV", "RMC")
COUNT_TABLES = ("stacking", "dimensions", "use", "providers")

#: Share of the households per set of domains, in thousandths; the rest uses nothing.
_SHARES = {
    ("Jeugd",): 40,
    ("P-wet",): 45,
    ("Wmo",): 75,
    ("Jeugd", "P-wet"): 5,
    ("Jeugd", "Wmo"): 3,
    ("P-wet", "Wmo"): 17,
    ("Jeugd", "P-wet", "Wmo"): 3,
    ("SHV",): 2,
    ("P-wet", "SHV"): 6,
    ("P-wet", "Wmo", "SHV"): 2,
    ("RMC",): 8,
    ("Jeugd", "RMC"): 4,
}


def categories() -> tuple[Category, ...]:
    found = [Category((), (), "0", False), Category((), ("Wmo",), "0", True)]
    for active in _SHARES:
        recorded = tuple(one for one in active if one != "RMC")
        care = {"Jeugd", "Wmo"} & set(active)
        found += [Category(active, recorded, number, bool(recorded)) for number in (("1", "2") if care else ("0",))]
    return tuple(sorted(found))


def cube(seed: int, wijken: int, buurten: int, households: int) -> BaseCube:
    """About so many households in a municipality of so many wijken of so many buurten each, unequal in size."""
    draws = np.random.default_rng(seed)
    codes = tuple(f"BU0637{wijk:02d}{buurt:02d}" for wijk in range(wijken) for buurt in range(buurten))
    all_of = categories()
    shares = np.array([_share(one) for one in all_of]) * draws.uniform(0.3, 2.0, len(all_of))
    shares[all_of.index(Category((), (), "0", False))] = 0
    shares[all_of.index(Category((), (), "0", False))] = max(1 - shares.sum(), 0.2)
    sizes = draws.dirichlet(np.full(len(codes), 1.5)) * households
    counts = draws.poisson(np.outer(sizes, shares / shares.sum())).astype(np.int64)
    return BaseCube(RegionTree("GM0637", codes), all_of, counts)


def _share(category: Category) -> float:
    if not category.active:
        return 0.004
    return _SHARES[category.active] / 1000 / (2 if category.providers != "0" else 1)


def moved(before: BaseCube, seed: int, moves: int) -> BaseCube:
    """The same municipality after so many households went from one category to another in their buurt."""
    draws, counts = np.random.default_rng(seed), before.counts.copy()
    for _ in range(moves):
        row = draws.integers(len(counts))
        origins = np.flatnonzero(counts[row])
        if len(origins):
            counts[row, draws.choice(origins)] -= 1
            counts[row, draws.integers(counts.shape[1])] += 1
    return before.having(counts)


def tabulated(of: BaseCube, tables: tuple[str, ...] = COUNT_TABLES) -> Tabulated:
    """The figures of a cube without money."""
    return Tabulated(of, DOMAINS, tables, {})


def tabulated_with_costs(of: BaseCube, seed: int) -> Tabulated:
    """The figures of households as in the cube, each with costs of its own; tabulated as in a run."""
    draws = np.random.default_rng(seed)
    households, used, provided, paid = [], [], [], []
    for row, column in zip(*np.nonzero(of.counts), strict=True):
        category = of.categories[column]
        for _ in range(of.counts[row, column]):
            number = len(households)
            households.append((number, of.regions.buurten[row], 1))
            for domain in sorted({*category.active, *category.recorded}):
                cost = int(draws.lognormal(15.5, 1.2)) if domain in category.recorded else 0
                used.append((number, domain, domain in category.active, cost))
                if domain in ("Jeugd", "Wmo") and category.providers != "0":
                    paid.append((number, domain, _provider(draws), cost))
            if category.providers != "0":
                provided.append((number, int(category.providers)))
    frames = Linked(
        _lazy(households, HOUSEHOLD_SCHEMA),
        _lazy(used, USE_SCHEMA),
        _lazy(provided, PROVIDER_SCHEMA),
        _lazy(paid, PROVIDER_COST_SCHEMA),
    )
    return tabulate(frames, "GM0637", DOMAINS, (*COUNT_TABLES, "costs", "concentration"))


def _provider(draws: np.random.Generator) -> bytes:
    return int(draws.integers(1, 30)).to_bytes(16, "big")


def _lazy(rows: list[tuple[object, ...]], schema: pa.Schema) -> nw.LazyFrame[Any]:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return nw.from_native(duckdb.connect(":default:").from_arrow(pa.Table.from_arrays(arrays, schema=schema)))


def asked(
    release: str = "r1",
    period: str = "2018H1",
    earlier: tuple[ReleaseRecord, ...] = (),
    policy: DisclosurePolicy = POLICY,
    own: ReleaseRecord | None = None,
) -> Asked:
    return Asked(release, HalfYear.parse(period), date(2018, 7, 1), policy, SECRETS, earlier, own)
