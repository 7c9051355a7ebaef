"""Every row that went in is accounted for: through reading, through linking, and through household formation."""

import tempfile
from pathlib import Path

import pyarrow as pa
from builders import GEMEENTE, PERIOD, delivery_of, lazy, persons_of_the_log
from hypothesis import HealthCheck, given, settings
from reference.small_municipality import DOMAINS, Recipe, build, recipes, write_delivery

from linkage.households import Forming
from linkage.link import link
from pseudonymisation.delivery import read_manifest
from pseudonymisation.delivery_folder import LocalFolder
from pseudonymisation.keys import KeySet
from pseudonymisation.objections import read_objections
from pseudonymisation.pseudonymise import Pull, PullOrder
from schemas.domains import DOMAIN_NAMES
from schemas.pseudonymised import FRAME_SCHEMA, PROVISION_SCHEMA

OUTCOMES = ("used", "quarantined", "objected", "excluded")
KEYS = KeySet.generate()


def pull(folder: Path) -> tuple[dict[str, pa.Table], dict[str, dict[str, int]]]:
    """The rows that came out of each source, and what was counted on the way."""
    manifest, _ = read_manifest(LocalFolder(folder))
    objections = read_objections(delivery_of("bezwaar", folder, *manifest.of("bezwaar")))
    tables, counts = {}, {}
    for source in ("brp", *DOMAINS):
        order = PullOrder(delivery_of(source, folder, *manifest.of(source)), PERIOD, True)
        one = Pull(order, KEYS, objections, persons_of_the_log())
        schema = FRAME_SCHEMA if source == "brp" else PROVISION_SCHEMA
        tables[source] = pa.Table.from_batches(one.batches(), schema)
        counts[source] = one.facts.counts
    return tables, counts


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(recipes(max_households=40))
def test_rows_received_are_rows_accounted_for(recipe: Recipe) -> None:
    delivery = build(recipe)
    with tempfile.TemporaryDirectory() as name:
        tables, counts = pull(write_delivery(Path(name), delivery))
    provisions = pa.concat_tables([tables[source] for source in DOMAINS])
    found = link(lazy(tables["brp"]), lazy(provisions), Forming(GEMEENTE))
    methods = found.link_counts.to_pylist()

    for source, rows in delivery.items():
        if source == "bezwaar":
            continue
        told = counts[source]
        assert told.get("received", 0) == len(rows)
        assert sum(n for name, n in told.items() if name.split(":")[0] in OUTCOMES) == len(rows)
        assert sum(n for name, n in told.items() if name.startswith("bsn:")) == len(rows)
        assert told.get("used", 0) == tables[source].num_rows
    for source in DOMAINS:
        linked = sum(row["rows"] for row in methods if row["source"] == DOMAIN_NAMES[source])
        assert linked == counts[source].get("used", 0)

    assert sum(found.frame_counts.values()) == counts["brp"].get("used", 0)
    assert sum(found.households["persons"].to_pylist()) == found.frame_counts.get("member", 0)
    assert min(found.frame_counts.values(), default=0) >= 0
    total = sum(row["cost_cent"] for row in found.use.to_pylist())
    assert abs(total) <= sum(abs(cost) for cost in provisions["cost_cent"].to_pylist())
