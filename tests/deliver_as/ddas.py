"""Canonical rows of shv as DDAS 1.0.

What DDAS cannot say is lost: cost (``bedrag_*``). It has no huisletter either: that is put before the toevoeging, which
is the same address. A fase that is none of the known ones becomes no phase at all.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas.delivery import DeliveredFile
from schemas.extracts import SHV_PHASES

Row = dict[str, str]

_DEBT = {"bedrag": 9000, "schuldsoort": "Zorg", "schuldeiser": {"naam": "Zorgverzekeraar"}}


def write_ddas(folder: Path, rows: Iterable[Row], gemeentecode: str = "GM0637") -> list[DeliveredFile]:
    """Writes ``shv.json``: one trajectory of one client per row."""
    trajectories = [trajectory_of(row, gemeentecode) for row in rows]
    content = json.dumps(document(trajectories), ensure_ascii=False, indent=1).encode()
    (folder / "shv.json").write_bytes(content)
    return [DeliveredFile(name="shv.json", rows=len(trajectories), sha256=hashlib.sha256(content).hexdigest())]


def document(trajectories: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole delivery around trajectories."""
    organisation = {"gemeentecode": "GM0637", "contactpersonen": [{"naam": "A. Medewerker", "email": "a@voorbeeld.nl"}]}
    return {
        "startdatumLevering": "2018-01-01",
        "codeGegevensleverancier": "GL000001",
        "leveringen": [{"teller": 1, "aanleverende_organisatie": organisation, "schuldhulptrajecten": trajectories}],
    }


def trajectory_of(row: Row, gemeentecode: str) -> dict[str, Any]:
    """One trajectory, with the phases up to and including that of the row."""
    reached = SHV_PHASES[: SHV_PHASES.index(row["fase"]) + 1] if row.get("fase") in SHV_PHASES else ()
    phases: dict[str, Any] = {phase: {"einddatum": "2018-01-01"} for phase in reached}
    if len(reached) > 2:
        phases["intake"]["beschikkingssoort"] = "Toelatingsbeschikking"
    if "begeleiding" in phases:
        phases["begeleiding"] = [{**phases["begeleiding"], "soort": "Budgetbeheer"}]
    client = {
        "Burgerservicenummer": row.get("bsn", ""),
        "Geboortedatum": row.get("geboortedatum", ""),
        "Geslachtsaanduiding": "Onbekend",
        "Postcode": row.get("postcode", ""),
        "Huisnummer": row.get("huisnummer", ""),
        "Huisnummertoevoeging": row.get("huisletter", "") + row.get("huisnummertoevoeging", ""),
    }
    return {
        "omschrijving": "traject",
        "startdatum": row.get("begin", ""),
        "einddatum": row.get("einde", ""),
        "totaalSchuldbedragBijAanvangSchuld": 31000,
        "gemeentecode": gemeentecode,
        "client": [{key: cell for key, cell in client.items() if cell}],
        **phases,
        **({"uitstroom": {"reden": row["uitstroom_reden"]}} if row.get("uitstroom_reden") else {}),
        "schulden": [_DEBT],
    }
