"""Random municipalities of which everything is known that a table may ask for: the past of households, kinds, costs."""

from dataclasses import dataclass
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pyarrow as pa

from outputs.tabulate import Linked, Tabulated, tabulate
from schemas.domains import DIMENSION_DOMAINS, DOMAIN_NAMES
from schemas.households import (
    HOUSEHOLD_SCHEMA,
    PAST_SCHEMA,
    PROVIDER_COST_SCHEMA,
    PROVIDER_SCHEMA,
    TRAIT_SCHEMA,
    USE_SCHEMA,
)

DOMAINS = tuple(DOMAIN_NAMES.values())
OVER_TIME = ("transitions", "dimension_transitions", "flow", "duration", "relapse")
OF_SEGMENTS = ("segments", "top_groups", "pyramid", "trajectories")
BASE = ("stacking", "dimensions", "use", "providers")
_RATES = {"Jeugd": 0.06, "P-wet": 0.09, "Wmo": 0.1, "SHV": 0.03, "RMC": 0.02, "Veiligheid": 0.04}


@dataclass
class Rows:
    """Rows of every schema, household after household."""

    households: list[tuple]
    used: list[tuple]
    provided: list[tuple]
    paid: list[tuple]
    past: list[tuple]
    traits: list[tuple]


def municipality(seed: int, wijken: int, buurten: int, households: int, tables: tuple[str, ...]) -> Tabulated:
    """About so many households, tabulated as in a run."""
    return of_rows(rows_of(seed, wijken, buurten, households), tables)


def of_rows(made: Rows, tables: tuple[str, ...]) -> Tabulated:
    """The rows of a municipality, tabulated as in a run."""
    linked = Linked(
        _lazy(made.households, HOUSEHOLD_SCHEMA),
        _lazy(made.used, USE_SCHEMA),
        _lazy(made.provided, PROVIDER_SCHEMA),
        _lazy(made.paid, PROVIDER_COST_SCHEMA),
        _lazy(made.past, PAST_SCHEMA),
        _lazy(made.traits, TRAIT_SCHEMA),
    )
    return tabulate(linked, "GM0637", DOMAINS, tables)


def rows_of(seed: int, wijken: int, buurten: int, households: int) -> Rows:
    """The rows behind a municipality."""
    draws = np.random.default_rng(seed)
    made = Rows([], [], [], [], [], [])
    codes = [f"BU0637{wijk:02d}{buurt:02d}" for wijk in range(wijken) for buurt in range(buurten)]
    sizes = draws.dirichlet(np.full(len(codes), 1.5)) * households
    for code, size in zip(codes, sizes, strict=True):
        for _ in range(max(int(size), 1)):
            _household(made, code, draws)
        for _ in range(int(draws.poisson(size * 0.02))):
            fate = str(draws.choice(["ended", "absorbed", "former_unknown"], p=[0.7, 0.2, 0.1]))
            _, bits = _history(draws)
            made.past.append((None, code, fate, bits[0], 1, int(bool(bits[0]))))
    return made


def _history(draws: np.random.Generator) -> tuple[set[str], list[int]]:
    """Domains in use now, and for each of the half-years before which of the four of the dimensions were."""
    using = {domain for domain, rate in _RATES.items() if draws.random() < rate}
    bits = []
    state = using & set(DIMENSION_DOMAINS)
    for _ in range(11):
        if draws.random() < 0.15:
            state = {domain for domain in DIMENSION_DOMAINS if draws.random() < 0.3} if draws.random() < 0.5 else set()
        bits.append(sum(1 << place for place, domain in enumerate(DIMENSION_DOMAINS) if domain in state))
    return using, bits


def _household(made: Rows, buurt: str, draws: np.random.Generator) -> None:
    number = len(made.households)
    using, before = _history(draws)
    made.households.append((number, buurt, 1 + int(draws.integers(4))))
    for domain in sorted(using):
        cost = 0 if domain == "RMC" else int(draws.lognormal(13.5, 1.2))
        made.used.append((number, domain, True, cost))
        if domain in ("Jeugd", "Wmo"):
            made.paid.append((number, domain, int(draws.integers(1, 30)).to_bytes(16, "big"), cost))
    if using & {"Jeugd", "Wmo"}:
        made.provided.append((number, 1 + int(draws.geometric(0.6))))
    fate = str(draws.choice(["continued", "new", "unknown"], p=[0.96, 0.03, 0.01]))
    known = 12 if fate == "continued" and draws.random() < 0.8 else int(draws.integers(2, 12))
    known = known if fate == "continued" else 1
    bits = [int(bool(using & set(DIMENSION_DOMAINS))), *(int(bool(one)) for one in before)]
    used = sum(bit << place for place, bit in enumerate(bits[:known]))
    made.past.append((number, buurt, fate, before[0] if fate == "continued" else None, known, used))
    made.traits.extend((number, domain, kind) for domain, kind in _kinds(using, draws))


def _kinds(using: set[str], draws: np.random.Generator) -> set[tuple[str, str]]:
    kinds = {("brp", "minor")} if draws.random() < 0.3 or "Jeugd" in using else set()
    if "Jeugd" in using:
        kinds.add(("Jeugd", "protection" if draws.random() < 0.2 else "voluntary"))
    if "Veiligheid" in using and draws.random() < 0.3:
        kinds.add(("Veiligheid", "nuisance_minor"))
    if len(using) > 1 and draws.random() < 0.5:
        kinds.add(("aanpak", "approach"))
    for kind, domain in (("schuldhulp", "SHV"), ("reintegratie", "P-wet")):
        if domain in using and draws.random() < 0.5:
            form = draws.choice(["kort", "intensief"])
            kinds.add(("trajecten", f"{kind}:{form}:{draws.choice(['offered', 'started', 'completed', 'succeeded'])}"))
    return kinds


def _lazy(rows: list[tuple[object, ...]], schema: pa.Schema) -> nw.LazyFrame[Any]:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return nw.from_native(duckdb.connect(":default:").from_arrow(pa.Table.from_arrays(arrays, schema=schema)))
