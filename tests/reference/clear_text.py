"""Every figure of a release as exact values, straight from the clear text of a delivery."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from reference.households import Frame, read_frame
from reference.linking import link
from reference.reading import read_manifest
from reference.records import CODES, USED, read_objectors, read_records
from reference.tables import describe_households, tabulate


def reference_tables(delivery: Path, period: str, sources: Collection[str]) -> dict[str, pd.DataFrame]:
    """Computes all tables of a purpose with the given domains.

    Args:
        delivery: folder with ``levering.json`` and the files of the sources, ``brp`` and ``bezwaar``.
        period: a half-year such as ``2018H1``.
        sources: domains to use, out of jeugd, wmo, pwet, shv and rmc.

    Returns:
        stacking, dimensions, use, costs, concentration, providers, quality, unmatched, frame and accounts: exact
        figures (amounts in euro cents), every region with every category, sorted by the key columns.

    Raises:
        ValueError: an unknown domain, or an objection without a valid BSN.
        KeyError: a source is not in the delivery.
    """
    if unknown := set(sources) - set(CODES):
        raise ValueError(f"no such domain: {sorted(unknown)}")
    gemeentecode = read_manifest(delivery)["gemeentecode"]
    objectors = read_objectors(delivery)
    frame = read_frame(delivery, gemeentecode, objectors)
    rows = {source: read_records(delivery, source, period, objectors) for source in sources}
    linked = {source: link(records[records["place"] == USED], frame) for source, records in rows.items()}
    return {
        **tabulate(describe_households(frame.households, linked), gemeentecode),
        "quality": _count(linked, "method"),
        "unmatched": _count(linked, "reason"),
        "frame": _frame_table(frame),
        "accounts": _accounts({source: records["place"] for source, records in rows.items()}, frame, objectors),
    }


def _count(linked: Mapping[str, pd.DataFrame], column: str) -> pd.DataFrame:
    counts = [
        records.loc[records[column] != "", column].value_counts().rename("rows").reset_index().assign(source=source)
        for source, records in linked.items()
    ]
    table = pd.concat(counts) if counts else pd.DataFrame(columns=["source", column, "rows"])
    return _sorted(table[["source", column, "rows"]])


def _frame_table(frame: Frame) -> pd.DataFrame:
    superseded = frame.rows["place"].eq("excluded:duplicate").sum()
    rules = [*frame.persons["rule"], *["duplicate"] * int(superseded)]
    return _sorted(pd.Series(rules, dtype=object, name="rule").value_counts().rename("persons").reset_index())


def _accounts(places: Mapping[str, pd.Series], frame: Frame, objectors: pd.Series) -> pd.DataFrame:
    repeated = objectors.duplicated().map({True: "excluded:duplicate", False: USED})
    rows = [
        {"source": source, "outcome": outcome}
        for source, place in {**places, "brp": frame.rows["place"], "bezwaar": repeated}.items()
        for outcome in [*place.replace(USED, "used"), *["received"] * len(place)]
    ]
    table = pd.DataFrame(rows, columns=["source", "outcome"])
    return _sorted(table.value_counts().rename("rows").reset_index())


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """Sorts by every column but the last, which holds the figure."""
    keys = list(table.columns[:-1])
    return table.astype({table.columns[-1]: "int64"}).sort_values(keys, ignore_index=True)
