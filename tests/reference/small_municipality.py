"""Small messy municipalities for the differential test, and a writer of deliveries."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pandas as pd
from hypothesis import strategies as st

from reference.messy_frame import Messiness, Row, build_population, frame_rows
from reference.messy_records import domain_rows, objection_rows

ADDRESS = ["postcode", "huisnummer", "huisletter", "huisnummertoevoeging"]
PERIOD = ["begin", "einde"]
AMOUNT = ["bedrag_cent", "bedrag_begin", "bedrag_einde"]
CARE = ["bsn", "geboortedatum", *ADDRESS, "productcategorie", "leveringsvorm", "aanbieder", *PERIOD, *AMOUNT]
PERSON = ["bsn", "geslachtsnaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht"]
PLACE = ["nummeraanduiding_id", "buurtcode", "soort_adres", "datum_aanvang_adres", "institutioneel"]
COLUMNS = {
    "brp": [*PERSON, *ADDRESS, *PLACE],
    "jeugd": CARE,
    "wmo": CARE,
    "pwet": ["bsn", "bsn_partner", *ADDRESS, "leefvorm", "regeling", *PERIOD, *AMOUNT],
    "shv": ["bsn", "geboortedatum", *ADDRESS, "fase", "uitstroom_reden", *PERIOD, *AMOUNT],
    "rmc": ["soort_nummer", "nummer", "soort", "status", *PERIOD],
    "bezwaar": ["bsn"],
}
DOMAINS = ("jeugd", "wmo", "pwet", "shv", "rmc")

Delivery = dict[str, list[Row]]


@dataclass(frozen=True)
class Recipe:
    """What one small municipality is made of; the same recipe gives the same rows.

    Args:
        seed: of the random numbers.
        households: number of dwellings to start from.
        records: records per household and domain.
        mess: how often things go wrong.
        empty: domains that deliver a header only.
        ties_differ: two rows of a person may differ in nothing but the dwelling, a choice the definitions leave open.
    """

    seed: int
    households: int
    records: float
    mess: Messiness
    empty: frozenset[str] = frozenset()
    ties_differ: bool = False


def recipes(max_households: int = 60, ties_differ: bool = False) -> st.SearchStrategy[Recipe]:
    """Gives recipes that shrink towards few households without any mess."""
    rate = st.sampled_from([0.0, 0.1, 0.3, 0.6, 0.9])
    mess = st.builds(
        Messiness,
        identity=rate,
        address=rate,
        cells=rate,
        doubles=rate,
        special=rate,
        objection=st.sampled_from([0.0, 0.05, 0.2]),
    )
    return st.builds(
        Recipe,
        seed=st.integers(0, 2**32 - 1),
        households=st.integers(5, max_households),
        records=st.sampled_from([0.2, 0.5, 1.0, 2.0, 4.0]),
        mess=mess,
        empty=st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(DOMAINS), max_size=2)),
        ties_differ=st.just(ties_differ),
    )


def municipalities(max_households: int = 60, ties_differ: bool = False) -> st.SearchStrategy[Delivery]:
    """Gives small messy municipalities: source -> rows, every cell text."""
    return recipes(max_households, ties_differ).map(build)


def build(recipe: Recipe) -> Delivery:
    """Gives the rows of every source, ``brp`` and ``bezwaar`` included."""
    rng = Random(recipe.seed)
    persons, dwellings = build_population(rng, recipe.households, recipe.mess)
    delivery = {"brp": frame_rows(rng, persons, dwellings, recipe.mess, recipe.ties_differ)}
    number = 1 + int(recipe.records * recipe.households)
    for source in DOMAINS:
        rows = domain_rows(rng, source, number, persons, dwellings, recipe.mess)
        delivery[source] = [] if source in recipe.empty else rows
    return delivery | {"bezwaar": objection_rows(rng, persons, recipe.mess)}


def write_delivery(
    folder: Path, rows: Delivery, period: str = "2018H1", gemeentecode: str = "GM0637", synthetic: bool = True
) -> Path:
    """Writes canonical CSV files and ``levering.json`` and gives the folder; cells that a row lacks stay empty."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for source, source_rows in rows.items():
        path = folder / f"{source}.csv"
        table = pd.DataFrame(source_rows, columns=COLUMNS[source], dtype=object).fillna("")
        table.to_csv(path, sep=";", index=False, encoding="utf-8", lineterminator="\n")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files[source] = {"name": path.name, "rows": len(source_rows), "sha256": digest}
    year, half = int(period[:4]), period[4:]
    manifest = {
        "gemeentecode": gemeentecode,
        "period": period,
        "reference_date": f"{year}-07-01" if half == "H1" else f"{year + 1}-01-01",
        "delivery_id": f"{gemeentecode}-{period}-1",
        "synthetic": synthetic,
        "files": files,
    }
    (folder / "levering.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return folder
