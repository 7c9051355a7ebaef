"""Our own true figures of a delivery, which the differential test holds against the clear-text reference."""

from pathlib import Path

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa
from builders import delivery_of, persons_of_the_log

from linkage.households import Forming
from linkage.link import LinkedHouseholds, link
from outputs.tabulate import Linked, Tabulated, link_quality, tabulate
from pseudonymisation.delivery import read_manifest
from pseudonymisation.delivery_folder import LocalFolder
from pseudonymisation.keys import KeySet
from pseudonymisation.objections import read_objections
from pseudonymisation.pseudonymise import Pull, PullOrder
from samenloop.purposes import read_purpose
from schemas.domains import DOMAIN_NAMES, FRAME, OBJECTIONS
from schemas.period import HalfYear
from schemas.pseudonymised import FRAME_SCHEMA, PROVISION_SCHEMA

PURPOSE = read_purpose(Path(__file__).parent.parent / "purposes" / "stapeling.yaml").config
TABLES = ("stacking", "dimensions", "use", "costs", "concentration", "providers")


def pulled(delivery: Path, period: str, keys: KeySet) -> tuple[dict[str, pa.Table], dict[str, dict[str, int]]]:
    """Every source of the example purpose, pseudonymised, and its counts."""
    manifest, _ = read_manifest(LocalFolder(delivery))
    objections = read_objections(delivery_of(OBJECTIONS, delivery, *manifest.of(OBJECTIONS)))
    tables, counts = {}, {}
    for source in (FRAME, *PURPOSE.domains):
        order = PullOrder(delivery_of(source, delivery, *manifest.of(source)), HalfYear.parse(period), True)
        one = Pull(order, keys, objections, persons_of_the_log())
        schema = FRAME_SCHEMA if source == FRAME else PROVISION_SCHEMA
        tables[source] = pa.Table.from_batches(one.batches(), schema)
        counts[source] = one.facts.counts
    return tables, counts


def linked(tables: dict[str, pa.Table], gemeentecode: str = "GM0637") -> LinkedHouseholds:
    provisions = pa.concat_tables([table for source, table in tables.items() if source != FRAME])
    return link(lazy(tables[FRAME]), lazy(provisions), Forming(gemeentecode))


def tabulated(found: LinkedHouseholds, gemeentecode: str = "GM0637") -> Tabulated:
    domains = [DOMAIN_NAMES[source] for source in PURPOSE.domains]
    frames = Linked(lazy(found.households), lazy(found.use), lazy(found.providers), lazy(found.provider_costs))
    return tabulate(frames, gemeentecode, domains, TABLES)


def quality(found: LinkedHouseholds) -> pd.DataFrame:
    return link_quality(lazy(found.link_counts))


def lazy(table: pa.Table) -> nw.LazyFrame:
    return nw.from_native(duckdb.connect(":default:").from_arrow(table))
