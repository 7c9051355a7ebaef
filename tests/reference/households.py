"""The frame and its households (definitions 3)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from reference.reading import read_address, read_bsn, read_date, read_text
from reference.records import OBJECTED, USED

MEMBER = "member"
ADDRESS_TYPES = ("", "woonadres", "briefadres")
INSTITUTION_CODES = ("", "J", "N")


@dataclass(frozen=True)
class Frame:
    """The register of persons as the definitions see it.

    Args:
        rows: every delivered row with its ``place``.
        persons: one row per person that counts: bsn, address, door, ``rule`` (briefadres, institution, member) and
            ``household`` (-1 outside a household).
        households: one row per household, index ``household``: buurt, wijk, gemeente.
    """

    rows: pd.DataFrame
    persons: pd.DataFrame
    households: pd.DataFrame


def read_frame(delivery: Path, gemeentecode: str, objectors: pd.Series) -> Frame:
    """Reads ``brp``, keeps one row per person and forms the households."""
    rows = _read_rows(delivery, objectors)
    rows.loc[_superseded(rows[rows["place"] == USED]), "place"] = "excluded:duplicate"
    persons = rows[rows["place"] == USED].copy()
    persons["rule"] = np.select(
        [persons["soort_adres"] == "briefadres", persons["institutioneel"] == "J"],
        ["briefadres", "institution"],
        MEMBER,
    )
    members = persons[persons["rule"] == MEMBER]
    household = pd.Series(pd.factorize(_dwelling(members))[0], index=members.index, name="household")
    persons["household"] = household.reindex(persons.index, fill_value=-1)
    buurt = _majority_buurt(household, members["buurtcode"], "BU" + gemeentecode[2:] + "9999")
    households = pd.DataFrame({"buurt": buurt, "wijk": "WK" + buurt.str[2:8], "gemeente": "GM" + buurt.str[2:6]})
    return Frame(rows, persons, households)


def _read_rows(delivery: Path, objectors: pd.Series) -> pd.DataFrame:
    text = read_text(delivery, "brp")
    rows = text[["buurtcode", "soort_adres", "institutioneel"]].copy()
    rows["bsn"] = read_bsn(text["bsn"])
    rows[["address", "door", "suffix"]] = read_address(text)
    dwelling_id = text["nummeraanduiding_id"]
    rows["dwelling_id"] = dwelling_id.where(dwelling_id.str.fullmatch("[0-9]{16}").astype(bool), "")
    rows["since"] = read_date(text["datum_aanvang_adres"])
    known_buurt = rows["buurtcode"].str.fullmatch("(?:BU[0-9]{8})?").astype(bool)
    places = {
        OBJECTED: rows["bsn"].isin(objectors) & (rows["bsn"] != ""),
        "quarantined:buurtcode:format": ~known_buurt,
        "quarantined:soort_adres:unknown": ~rows["soort_adres"].isin(ADDRESS_TYPES),
        "quarantined:institutioneel:unknown": ~rows["institutioneel"].isin(INSTITUTION_CODES),
        "quarantined:datum_aanvang_adres:date": (text["datum_aanvang_adres"] != "") & rows["since"].isna(),
        "quarantined:address:unusable": (rows["dwelling_id"] == "") & (rows["address"] == ""),
    }
    rows["place"] = np.select(list(places.values()), list(places), USED)
    return rows


def _superseded(rows: pd.DataFrame) -> pd.Index:
    identified = rows[rows["bsn"] != ""]
    preference = pd.DataFrame(
        {
            "bsn": identified["bsn"],
            "latest": -identified["since"].fillna(-1),
            "briefadres": identified["soort_adres"] == "briefadres",
            "institution": identified["institutioneel"] == "J",
            # Sorts after every buurt code.
            "buurt": identified["buurtcode"].replace("", "missing"),
            # Arbitrary by definition: the order only has to be fixed.
            "dwelling_id": identified["dwelling_id"],
            "address": identified["address"],
        }
    ).sort_values(["latest", "briefadres", "institution", "buurt", "dwelling_id", "address"])
    return preference.index[preference.duplicated("bsn")]


def _dwelling(members: pd.DataFrame) -> pd.Series:
    known = members.loc[(members["dwelling_id"] != "") & (members["address"] != ""), ["address", "dwelling_id"]]
    ids_at_address = known.drop_duplicates()
    only_id = ids_at_address.drop_duplicates("address", keep=False).set_index("address")["dwelling_id"]
    fallback = members["address"].map(only_id).fillna("address " + members["address"])
    return members["dwelling_id"].where(members["dwelling_id"] != "", fallback)


def _majority_buurt(household: pd.Series, buurtcode: pd.Series, unknown: str) -> pd.Series:
    votes = pd.DataFrame({"household": household, "buurt": buurtcode})
    counts = votes[votes["buurt"] != ""].groupby(["household", "buurt"]).size().rename("persons").reset_index()
    ordered = counts.sort_values(["household", "persons", "buurt"], ascending=[True, False, True])
    winners = ordered.drop_duplicates("household").set_index("household")["buurt"]
    every_household = pd.RangeIndex(len(household.unique()), name="household")
    return winners.reindex(every_household).fillna(unknown).astype(object)
