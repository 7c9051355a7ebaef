"""The records of a domain: read, put in one of the four places, with activity and cost (definitions 1.4-2)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from reference.reading import period_days, read_address, read_amount, read_bsn, read_date, read_text

USED = ""
OBJECTED = "objected"
PWET_SCHEMES = ("P-wet", "IOAW", "IOAZ", "Bbz")
SHV_PHASES = ("aanmelding", "intake", "stabilisatie", "begeleiding", "schuldregeling", "oplossing", "nazorg")
BEFORE_ADMISSION = ("aanmelding", "intake")
RMC_STATUSES = ("Geregistreerd", "In behandeling", "Afgesloten", "Ingetrokken", "Ter kennisgeving aangenomen")
RMC_NUMBERS = ("BSN", "OWNR")
TRAJECTORIES = {
    "soort": ("schuldhulp", "reintegratie"),
    "vorm": ("kort", "intensief"),
    "status": ("aangeboden", "gestart", "afgerond", "afgebroken"),
    "resultaat": ("", "financieel stabiel", "betaald werk", "geen"),
}

CODES = {
    "jeugd": ["productcategorie", "leveringsvorm", "aanbieder"],
    "wmo": ["productcategorie", "leveringsvorm", "aanbieder"],
    "pwet": ["regeling"],
    "shv": ["fase"],
    "rmc": ["soort_nummer", "soort", "status"],
}

#: Sources that are no domain (definitions 7).
BESIDE = {"aanpak": ["aanpak"], "trajecten": ["soort", "vorm", "status", "resultaat"]}

ADDRESS = ["address", "door", "suffix"]

Rule = tuple[str, pd.Series]


def read_objectors(delivery: Path) -> pd.Series:
    """Gives the BSN of every row of ``bezwaar``.

    Raises:
        ValueError: an objection without a valid BSN, which nobody can honour.
    """
    objectors = read_bsn(read_text(delivery, "bezwaar")["bsn"])
    if (objectors == "").any():
        raise ValueError("bezwaar: a row without a valid BSN")
    return objectors


def read_records(delivery: Path, source: str, period: str, objectors: pd.Series) -> pd.DataFrame:
    """Gives every row of a domain with the place where it ends.

    Columns: bsn, bsn_partner, address, door, suffix, the codes of the source, begin, einde, bedrag_cent, bedrag_begin,
    bedrag_einde, active, cost_cent and place (empty for used, else ``objected``, ``quarantined:*`` or ``excluded:*``).
    """
    text = read_text(delivery, source)
    rows = _read_cells(text, source)
    compared = list(rows.columns)
    objected = rows["bsn"].isin(objectors) & (rows["bsn"] != "")
    rows["bsn_partner"] = rows["bsn_partner"].mask(rows["bsn_partner"].isin(objectors), "")
    first, last = period_days(period)
    rows["active"] = (rows["begin"] <= last) & (rows["einde"].isna() | (rows["einde"] >= first))
    rows["cost_cent"] = _cost_in_period(rows, first, last)
    rows["place"] = _first_that_applies(
        [
            (OBJECTED, objected),
            *([("excluded:withdrawn", rows["status"] == "Ingetrokken")] if source == "rmc" else []),
            *[(f"quarantined:{reason}", applies) for reason, applies in _quarantine(text, rows, source)],
            *[(f"excluded:{rule}", applies) for rule, applies in _exclusions(rows, source)],
        ]
    )
    used = rows[rows["place"] == USED]
    repeated = used.index[used.duplicated(compared)]
    rows.loc[repeated, "place"] = "excluded:duplicate"
    return rows


def _read_cells(text: pd.DataFrame, source: str) -> pd.DataFrame:
    rows = text[(CODES | BESIDE)[source]].copy()
    if "aanbieder" in rows:
        rows["aanbieder"] = rows["aanbieder"].str.upper()
    nothing = pd.Series("", index=text.index, dtype=object)
    if source == "rmc":
        is_bsn = text["soort_nummer"] == "BSN"
        rows["bsn"] = read_bsn(text["nummer"]).where(is_bsn, "")
        rows["education_number"] = text["nummer"].mask(is_bsn, "")
    else:
        rows["bsn"] = read_bsn(text["bsn"])
    rows["bsn_partner"] = read_bsn(text["bsn_partner"]) if source == "pwet" else nothing
    rows[ADDRESS] = "" if source in ("rmc", *BESIDE) else read_address(text)
    for name in ("begin", "einde", "bedrag_begin", "bedrag_einde"):
        rows[name] = read_date(text.get(name, nothing))
    rows["bedrag_cent"] = read_amount(text.get("bedrag_cent", nothing))
    return rows


def _cost_in_period(rows: pd.DataFrame, first: int, last: int) -> pd.Series:
    begin, end = rows["bedrag_begin"], rows["bedrag_einde"]
    days_inside = (end.clip(upper=last) - begin.clip(lower=first) + 1).clip(lower=0)
    has_cost = rows["bedrag_cent"].notna() & days_inside.notna() & (end >= begin)
    cents = rows["bedrag_cent"].where(has_cost, 0).to_numpy(np.int64)
    inside = days_inside.where(has_cost, 0).to_numpy(np.int64)
    days = (end - begin + 1).where(has_cost, 1).to_numpy(np.int64)
    # In whole numbers: a float would put some halves on the wrong side.
    rounded = (2 * np.abs(cents) * inside + days) // (2 * days)
    return pd.Series(np.sign(cents) * rounded, index=rows.index)


def _quarantine(text: pd.DataFrame, rows: pd.DataFrame, source: str) -> list[Rule]:
    def unreadable(name: str) -> pd.Series:
        return (text[name] != "") & rows[name].isna()

    reasons: list[Rule] = [
        ("begin:missing", text["begin"] == ""),
        ("begin:date", unreadable("begin")),
        ("einde:date", unreadable("einde")),
        ("einde:before_begin", rows["einde"] < rows["begin"]),
    ]
    if source == "rmc":
        return [
            *reasons,
            ("soort_nummer:unknown", ~rows["soort_nummer"].isin(RMC_NUMBERS)),
            ("status:unknown", ~rows["status"].isin(RMC_STATUSES)),
        ]
    if source == "aanpak":
        return [*reasons, ("aanpak:missing", rows["aanpak"] == "")]
    if source == "trajecten":
        return [*reasons, *[(f"{name}:unknown", ~rows[name].isin(known)) for name, known in TRAJECTORIES.items()]]
    no_period = (text["bedrag_begin"] == "") | (text["bedrag_einde"] == "")
    reasons += [
        ("bedrag_cent:integer", unreadable("bedrag_cent")),
        ("bedrag_begin:date", unreadable("bedrag_begin")),
        ("bedrag_einde:date", unreadable("bedrag_einde")),
        ("bedrag_period:missing", (text["bedrag_cent"] != "") & no_period),
        ("bedrag_einde:before_begin", rows["bedrag_einde"] < rows["bedrag_begin"]),
    ]
    if source == "pwet":
        reasons.append(("regeling:missing", rows["regeling"] == ""))
    if source == "shv":
        reasons.append(("fase:unknown", ~rows["fase"].isin(SHV_PHASES)))
    return reasons


def _exclusions(rows: pd.DataFrame, source: str) -> list[Rule]:
    rules: list[Rule] = []
    if source == "pwet":
        rules.append(("not_pwet", ~rows["regeling"].isin(PWET_SCHEMES)))
    if source == "shv":
        rules.append(("before_admission", rows["fase"].isin(BEFORE_ADMISSION)))
    return [*rules, ("outside_period", ~rows["active"] & (rows["cost_cent"] == 0))]


def _first_that_applies(rules: Sequence[Rule]) -> np.ndarray:
    return np.select([applies.to_numpy(bool) for _, applies in rules], [name for name, _ in rules], USED)
