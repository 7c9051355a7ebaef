"""What holds of an assignment (toewijzing) in the end: its latest version, and when care really began and ended.

An assignment is known by municipality and number. Kept: one row of text per assignment, as Arrow columns.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.sources.istandaard_messages import DELETED, TEMPORARY, WITHDRAWN, Standard

_KEY: Final = ["municipality", "number"]
_VERSION_ORDER: Final = ["assigned_on", "assigned_at", "dated"]


@dataclass(frozen=True, eq=False)
class Assignments:
    """The assignments of a source, each once.

    Attributes:
        keys: municipality and number.
        deleted: whether the latest version took the assignment back.
        cells: canonical columns, with ``begin`` and ``einde`` as they really were where that is known.
        used: whether a claim completes it; set by who reads claims.
    """

    keys: "pa.Array[Any]"
    deleted: "pa.Array[Any]"
    cells: "pa.Table"
    used: "np.ndarray[Any, np.dtype[np.bool_]]"

    def find(self, keys: "pa.Array[Any]") -> "pa.Array[Any]":
        """Gives the place of the assignment of each key, null where there is none."""
        return pc.index_in(keys, value_set=self.keys)


def assignment_keys(municipality: "pa.Array[Any]", number: "pa.Array[Any]") -> "pa.Array[Any]":
    """Gives one text per assignment; a number is an integer, so leading zeros do not count. Null without a number."""
    plain = pc.replace_substring_regex(number, "^0+([0-9])", r"\1")
    return pc.binary_join_element_wise(pc.fill_null(municipality, ""), plain, "\x1f")


def _last(table: "pa.Table", by: list[str], order: list[str], *, first: bool = False) -> "pa.Table":
    """Gives the last row of each group, or the first; equal in order, whole rows decide, so the result is one only."""
    rest = [name for name in table.column_names if name not in (*by, *order)]
    filled = table
    for name in (*by, *order, *rest):
        filled = filled.set_column(filled.column_names.index(name), name, pc.fill_null(filled[name], ""))
    ranked = pc.sort_indices(filled, sort_keys=[(name, "ascending") for name in (*by, *order, *rest)])
    group = filled.select(by).take(ranked)
    changes = np.zeros(max(len(ranked) - 1, 0), dtype=bool)
    for name in by:
        cells = _column(group, name)
        changes |= pc.not_equal(cells[1:], cells[: len(changes)]).to_numpy(zero_copy_only=False)
    edges = np.append(True, changes) if first else np.append(changes, True)
    return table.take(ranked.filter(pa.array(edges[: len(ranked)])))


def _with_key(table: "pa.Table") -> "pa.Table":
    keys = assignment_keys(_column(table, "municipality"), _column(table, "number"))
    return table.append_column("key", keys).drop_columns(_KEY)


def _column(table: "pa.Table", name: str) -> "pa.Array[Any]":
    return table[name].combine_chunks()


def latest_assignments(
    versions: "pa.Table", starts: "pa.Table", stops: "pa.Table", standard: Standard, counts: Counter[str]
) -> Assignments:
    """Gives what holds of every assignment.

    Args:
        versions: lines of 301.
        starts: lines of 305.
        stops: lines of 307.
        standard: whose reasons of ending are used.
        counts: where lines that complete or lose are counted.
    """
    versions = _with_key(versions)
    for name in ("assigned_on", "dated"):
        # A date in another notation does not sort; such a version is older than any that has one.
        iso = pc.match_substring_regex(_column(versions, name), "^[0-9]{4}-[0-9]{2}-[0-9]{2}")
        dates = pc.if_else(iso, _column(versions, name), pa.scalar(None, pa.string()))
        versions = versions.set_column(versions.column_names.index(name), name, dates)
    latest = _last(versions, ["key"], _VERSION_ORDER)
    counts["excluded:superseded"] += versions.num_rows - latest.num_rows
    keys = _column(latest, "key")
    deleted = pc.fill_null(pc.equal(_column(latest, "change"), DELETED), False)
    counts["excluded:deleted"] += pc.sum(deleted).as_py() or 0
    cells = latest.drop_columns(["key", "change", *_VERSION_ORDER])
    found = Assignments(keys, deleted, cells, np.zeros(len(keys), dtype=bool))
    starts, stops = _with_key(starts), _with_key(stops)
    _count(found, starts, pa.array(["merged:start"] * starts.num_rows, pa.string()), counts)
    _count(found, stops, _kinds_of_stop(stops, standard), counts)
    stops = _standing(stops.filter(pc.is_in(_column(stops, "reason"), value_set=pa.array(list(standard.reasons)))))
    cells = _replaced(found, "begin", _began(_standing(starts), stops))
    cells = _replaced(Assignments(keys, deleted, cells, found.used), "einde", _ended(stops))
    return Assignments(keys, deleted, cells, found.used)


def _kinds_of_stop(stops: "pa.Table", standard: Standard) -> "pa.Array[Any]":
    reason = _column(stops, "reason")
    known = pc.fill_null(pc.is_in(reason, value_set=pa.array(list(standard.reasons))), False)
    kind = pc.if_else(pc.fill_null(pc.equal(reason, TEMPORARY), False), "merged:temporary_stop", "merged:stop")
    return pc.if_else(known, kind, "excluded:unknown_reason")


def _count(found: Assignments, lines: "pa.Table", kinds: "pa.Array[Any]", counts: Counter[str]) -> None:
    place = found.find(_column(lines, "key"))
    gone = pc.if_else(pc.fill_null(found.deleted.take(place), False), "excluded:deleted", kinds)
    for kind, number in _value_counts(pc.if_else(pc.is_valid(place), gone, "excluded:unassigned")):
        counts[kind] += number


def _value_counts(kinds: "pa.Array[Any]") -> list[tuple[str, int]]:
    return [(one["values"], one["counts"]) for one in pc.value_counts(kinds).to_pylist()]


def _standing(lines: "pa.Table") -> "pa.Table":
    """Gives the last of what was said of each delivery (assignment and begin), without what was then withdrawn."""
    said = _last(lines.filter(pc.is_valid(_column(lines, "key"))), ["key", "begin"], ["dated", "status"])
    return said.filter(pc.fill_null(pc.not_equal(_column(said, "status"), WITHDRAWN), True))


def _began(starts: "pa.Table", stops: "pa.Table") -> "pa.Table":
    """Gives the last start of each assignment; one after a pause resumes, and begins nothing."""
    pauses = _last(stops.filter(pc.equal(_column(stops, "reason"), TEMPORARY)), ["key"], ["einde"], first=True)
    place = pc.index_in(_column(starts, "key"), value_set=_column(pauses, "key"))
    resumes = pc.greater(_column(starts, "begin"), _column(pauses, "einde").take(place))
    return _last(starts.filter(pc.fill_null(pc.invert(resumes), True)), ["key"], ["dated", "begin"])


def _ended(stops: "pa.Table") -> "pa.Table":
    """Gives the last stop of each assignment where that is an end and no pause."""
    said = _last(stops, ["key"], ["dated", "begin", "einde"])
    return said.filter(pc.not_equal(_column(said, "reason"), TEMPORARY))


def _replaced(found: Assignments, name: str, real: "pa.Table") -> "pa.Table":
    place = pc.index_in(found.keys, value_set=_column(real, "key"))
    cells = pc.coalesce(_column(real, name).take(place), _column(found.cells, name))
    return found.cells.set_column(found.cells.column_names.index(name), name, cells)
