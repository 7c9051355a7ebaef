"""Traits of households against a second computation from the clear text, which shares no code with the product."""

import re
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from builders import GEMEENTE, GROUNDS, PERIOD, delivery_of, lazy, persons_of_the_log
from hypothesis import HealthCheck, given, settings

from linkage.households import Forming
from linkage.link import link
from pseudonymisation.delivery import read_manifest
from pseudonymisation.delivery_folder import LocalFolder
from pseudonymisation.keys import KeySet
from pseudonymisation.objections import read_objections
from pseudonymisation.pseudonymise import Pull, PullOrder
from reference import small_municipality
from reference.kinds import Trait, household_traits
from reference.small_municipality import Delivery, Recipe, build, recipes, write_delivery
from schemas.extracts import columns_of
from schemas.purpose import SourceGround

_SOUND = {"begin": "2018-01-01", "soort": "schuldhulp", "vorm": "kort", "status": "gestart"}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(recipe=recipes(max_households=15))
def test_the_same_traits_as_a_second_computation(recipe: Recipe) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with pytest.MonkeyPatch.context() as patched:
            for source in ("aanpak", "trajecten"):
                patched.setitem(small_municipality.COLUMNS, source, list(columns_of(source)))
            write_delivery(folder, _with_kinds(recipe), str(PERIOD))
        sources = ("jeugd", "aanpak", "trajecten")
        assert _our_traits(folder, sources) == household_traits(folder, str(PERIOD), sources)


def _with_kinds(recipe: Recipe) -> Delivery:
    """A small messy municipality with ages, codes of youth care, an approach and trajectories."""
    rng, rows = Random(recipe.seed), build(recipe)
    born: dict[str, str] = {}
    for one in rows["brp"]:
        year = rng.choice([1980, 1999, 2000, 2000, 2001, 2017, 2018])
        birth = rng.choice(["", f"{year}-{rng.choice(['06-30', '07-01', '07-02', '12-31'])}"])
        # Two rows of a person, however the number is written, have one birth date.
        person = re.sub("[^0-9]", "", one["bsn"]).lstrip("0")
        one["geboortedatum"] = born.setdefault(person, birth) if person else birth
    for one in rows["jeugd"]:
        one["productcategorie"] = rng.choice(["45", "46", "47", "48", "49", "50", ""])
    dated = [*rows["wmo"], *rows["jeugd"]]
    beside = [{name: one.get(name, "") for name in ("bsn", "begin", "einde")} for one in dated]
    bsns = [one["bsn"] for one in rows["brp"]]
    for one in beside:
        one["bsn"] = rng.choice([one["bsn"], *bsns])
        one["aanpak"] = rng.choice(["Samen verder", "Samen verder", " Samen verder", ""])
    sorts, forms = ["schuldhulp", "reintegratie"], ["kort", "intensief"]
    statuses, results = ["aangeboden", "gestart", "afgerond", "afgerond", "afgebroken"], ["", "geen"]
    trajectories = [
        {
            **one,
            "soort": rng.choice(sorts * 4 + [""]),
            "vorm": rng.choice(forms * 4 + ["lang"]),
            "status": rng.choice(statuses * 3 + ["Ingetrokken"]),
            "resultaat": rng.choice([*results, "financieel stabiel", "betaald werk", "betaald werk", "?"]),
        }
        for one in beside
    ]
    # A file of which every row is unsound is refused; one row of each is sound here.
    approach = [{"bsn": "", "begin": "2018-01-01", "aanpak": "Samen verder"}, *beside]
    return rows | {"aanpak": approach, "trajecten": [{"bsn": "", **_SOUND}, *trajectories]}


def _our_traits(folder: Path, sources: tuple[str, ...]) -> Counter[frozenset[Trait]]:
    manifest, _ = read_manifest(LocalFolder(folder))
    objections = read_objections(delivery_of("bezwaar", folder, *manifest.of("bezwaar")))
    keys, tables = KeySet.generate(), {}
    for source in ("brp", *sources):
        delivery = delivery_of(source, folder, *manifest.of(source), ground=_ground(source))
        order = PullOrder(delivery, PERIOD, True, for_pyramid=True)
        one = Pull(order, keys, objections, persons_of_the_log())
        tables[source] = pa.Table.from_batches(one.batches(), order.schema)
    records = pa.concat_tables([tables[source] for source in sources])
    found = link(lazy(tables["brp"]), lazy(records), Forming(GEMEENTE))
    of_household: dict[int, set[Trait]] = {household: set() for household in found.households["household"].to_pylist()}
    for row in found.traits.to_pylist():
        of_household[row["household"]].add((row["domain"], row["kind"]))
    return Counter(frozenset(one) for one in of_household.values())


def _ground(source: str) -> SourceGround:
    """As the example purpose says of it, and the birth dates of the frame."""
    if source not in GROUNDS:
        return SourceGround(law="Wet", article="Artikel", bsn_ground="Wet", columns=columns_of(source))
    ground = GROUNDS[source]
    if source != "brp":
        return ground
    rest = tuple(name for name in ground.drops if name != "geboortedatum")
    return ground.model_copy(update={"columns": (*ground.columns, "geboortedatum"), "drops": rest})
