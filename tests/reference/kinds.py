"""What is known of households beside their use, from the clear text of a delivery (definitions 7)."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from pathlib import Path

import pandas as pd

from reference.households import MEMBER, read_frame
from reference.linking import link
from reference.reading import read_manifest, read_text
from reference.records import USED, read_objectors, read_records

PROTECTED = ("47", "48", "49")
REACHED = {"aangeboden": "offered", "gestart": "started", "afgebroken": "started", "afgerond": "completed"}
HOPED_FOR = {"schuldhulp": "financieel stabiel", "reintegratie": "betaald werk"}

Trait = tuple[str, str]


def household_traits(delivery: Path, period: str, sources: Collection[str]) -> Counter[frozenset[Trait]]:
    """Gives how many households have exactly which traits: pairs of domain and kind; out of jeugd, aanpak, trajecten.

    Minors are always told; every household of the frame counts, also one without traits.
    """
    manifest = read_manifest(delivery)
    objectors = read_objectors(delivery)
    frame = read_frame(delivery, manifest["gemeentecode"], objectors)
    traits: dict[int, set[Trait]] = {household: set() for household in frame.households.index}
    births = read_text(delivery, "brp")["geboortedatum"]
    on = date.fromisoformat(manifest["reference_date"])
    members = frame.persons[frame.persons["rule"] == MEMBER]
    for row, household in members["household"].items():
        if is_minor(births[row], on):
            traits[household].add(("brp", "minor"))
    for source in sources:
        records = read_records(delivery, source, period, objectors)
        linked = link(records[records["place"] == USED], frame)
        for _, one in linked[(linked["household"] >= 0) & linked["active"]].iterrows():
            traits[one["household"]].add(kind_of(source, one))
    return Counter(frozenset(found) for found in traits.values())


def is_minor(born: str, on: date) -> bool:
    """Tells whether who was born then has not turned 18 on a day; a birth date is whole or empty here."""
    if not born:
        return False
    birth = date.fromisoformat(born)
    return birth <= on and (birth.year + 18, birth.month, birth.day) > (on.year, on.month, on.day)


def kind_of(source: str, record: pd.Series) -> Trait:
    """Gives the domain and kind of one record."""
    if source == "aanpak":
        return ("aanpak", "approach")
    if source == "jeugd":
        return ("Jeugd", "protection" if record["productcategorie"] in PROTECTED else "voluntary")
    stage = REACHED[record["status"]]
    if stage == "completed" and record["resultaat"] == HOPED_FOR[record["soort"]]:
        stage = "succeeded"
    return ("trajecten", f"{record['soort']}:{record['vorm']}:{stage}")
