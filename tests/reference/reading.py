"""Reads the cells of a delivery: text files, BSN, addresses, dates and amounts (definitions 1.1-1.3)."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SENTINELS = (0, 999_999_999)


def read_manifest(delivery: Path) -> dict[str, Any]:
    """Gives the contents of ``levering.json``."""
    manifest: dict[str, Any] = json.loads((delivery / "levering.json").read_text(encoding="utf-8"))
    return manifest


def read_text(delivery: Path, source: str) -> pd.DataFrame:
    """Gives the rows of one source as trimmed text; an empty string is a missing cell.

    Raises:
        KeyError: the delivery has no such source.
    """
    name = read_manifest(delivery)["files"][source]["name"]
    cells = pd.read_csv(delivery / name, sep=";", dtype=str, keep_default_na=False, encoding="utf-8")
    return pd.DataFrame({name: cells[name].str.strip() for name in cells})


def read_bsn(cells: pd.Series) -> pd.Series:
    """Gives nine digits for a valid BSN and an empty string for every other outcome."""
    digits = cells.str.replace(r"[ .\-]", "", regex=True)
    readable = digits.str.fullmatch("[0-9]{7,9}").to_numpy(bool)
    number = digits.where(readable, "0").to_numpy(np.int64)
    weighted = sum(weight * (number // 10 ** (weight - 1) % 10) for weight in range(2, 10)) - number % 10
    valid = readable & (weighted % 11 == 0) & ~np.isin(number, SENTINELS)
    return digits.str.zfill(9).where(valid, "")


def read_address(rows: pd.DataFrame) -> pd.DataFrame:
    """Gives ``address``, ``door`` (postcode and number) and ``suffix``; all empty where no address can be read."""
    postcode = rows["postcode"].str.upper().str.replace(" ", "")
    parts = rows["huisnummer"].str.extract(r"^(?P<number>[0-9]+)\s*(?P<rest>.*)$").fillna("")
    number = parts["number"].str.lstrip("0")
    suffix = parts["rest"] + rows["huisletter"] + rows["huisnummertoevoeging"]
    suffix = suffix.str.upper().str.replace(r"[\W_]", "", regex=True)
    readable = postcode.str.fullmatch("[1-9][0-9]{3}[A-Z]{2}") & number.str.len().between(1, 5)
    door = postcode + "|" + number
    read = pd.DataFrame({"address": door + "|" + suffix, "door": door, "suffix": suffix})
    return read.where(readable, "")


def read_date(cells: pd.Series) -> pd.Series:
    """Gives day numbers (proleptic Gregorian ordinals), NaN where the cell is missing or no ISO date.

    Day numbers instead of timestamps: a register writes 9999-12-31 for an open end, which nanoseconds cannot hold.
    """
    days = {text: _day_number(text) for text in cells.unique() if ISO_DATE.fullmatch(text)}
    return cells.map(days).astype(float)


def read_amount(cells: pd.Series) -> pd.Series:
    """Gives whole cents, NaN where the cell is missing or no integer of at most 12 digits."""
    return pd.to_numeric(cells.where(cells.str.fullmatch("-?[0-9]{1,12}").astype(bool)), errors="coerce").astype(float)


def period_days(period: str) -> tuple[int, int]:
    """Gives the day numbers of the first and the last day of a half-year such as ``2018H1``."""
    year, half = int(period[:4]), period[4:]
    first, last = {"H1": ((1, 1), (6, 30)), "H2": ((7, 1), (12, 31))}[half]
    return date(year, *first).toordinal(), date(year, *last).toordinal()


def _day_number(text: str) -> float:
    try:
        return float(date.fromisoformat(text).toordinal())
    except ValueError:
        return np.nan
