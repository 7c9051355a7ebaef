"""Linking a record to a household (definitions 4)."""

import numpy as np
import pandas as pd

from reference.households import MEMBER, Frame


def link(records: pd.DataFrame, frame: Frame) -> pd.DataFrame:
    """Gives the records with ``household`` (-1 when none), ``method`` and ``reason`` (empty unless unmatched)."""
    persons = frame.persons[frame.persons["bsn"] != ""].set_index("bsn")
    member_of = persons.loc[persons["rule"] == MEMBER, "household"]
    not_private = persons.index[persons["rule"] != MEMBER]
    members = frame.persons[frame.persons["rule"] == MEMBER]
    households_at = _distinct_households(members, "address")
    households_at_door = _distinct_households(members, "door")

    bsn, partner = records["bsn"], records["bsn_partner"]
    by_person = bsn.map(member_of).fillna(partner.map(member_of))
    has_person = (bsn != "") | (partner != "")
    has_address = records["address"] != ""
    at_address = records["address"].map(households_at["households"]).fillna(0)
    at_door = records["door"].map(households_at_door["households"]).fillna(0)

    at_homes = pd.MultiIndex.from_frame(members.loc[members["address"] != "", ["address", "household"]])
    lives_there = pd.MultiIndex.from_arrays([records["address"], by_person.fillna(-2).astype("int64")]).isin(at_homes)

    cases = {
        "bsn:moved": by_person.notna() & (at_address > 0) & ~lives_there,
        "bsn": by_person.notna(),
        "excluded": bsn.isin(not_private) | partner.isin(not_private),
        "unmatched:not_in_frame": has_person,
        "unmatched:no_identifier": ~has_address,
        "address": at_address == 1,
        "unmatched:address_ambiguous": at_address > 1,
        "unmatched:suffix_missing": (records["suffix"] == "") & (at_door == 1),
    }
    case = pd.Series(np.select(list(cases.values()), list(cases), "unmatched:address_unknown"), index=records.index)
    by_address = records["address"].map(households_at["household"])
    household = (
        by_person.where(case.str.startswith("bsn"), by_address.where(case == "address")).fillna(-1).astype("int64")
    )
    method = case.str.extract("^([a-z]+):?(.*)$")
    return records.assign(household=household, method=method[0], reason=method[1])


def _distinct_households(members: pd.DataFrame, place: str) -> pd.DataFrame:
    pairs = members.loc[members[place] != "", [place, "household"]].drop_duplicates().set_index(place)["household"]
    at_place = pairs.groupby(level=0)
    return pd.DataFrame({"households": at_place.size(), "household": at_place.first()})
