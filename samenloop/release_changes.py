"""What a draft changes since the release before it: rules, sources, rows, hidden cells, figures of the municipality.

It is read from what both print (purpose, tables, statement of accountability) and from nothing else, so whoever sees
it sees protected figures only.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from outputs.publication.release import CURRENT, ReleaseName, check_manifest
from outputs.rates import to_tens
from samenloop.purpose_diff import Change, changes
from samenloop.purposes import read_purpose
from schemas.purpose import PurposeConfig
from schemas.tables import CONFIDENTIAL, TABLE_CONTRACTS, TableContract

#: Of a row what identifies it beside its period, and what it prints.
_Rows = dict[tuple[str, ...], dict[str, str]]


@dataclass(frozen=True)
class TableChange:
    """One table: rows that came and went, and how many are confidential (status C); None where there is no table."""

    name: str
    title: str
    appeared: int
    gone: int
    confidential_before: int | None
    confidential_now: int | None


@dataclass(frozen=True)
class SourceChange:
    """Rows used of one source, in tens; None where it was not read."""

    source: str
    before: int | None
    now: int | None


@dataclass(frozen=True)
class FigureChange:
    """One figure of the municipality as printed; None where it is hidden or not there."""

    table: str
    row: str
    column: str
    before: str | None
    now: str | None


@dataclass(frozen=True)
class ReleaseChanges:
    """What changes with a draft.

    Attributes:
        former: the release before it; None for a first release, about which the rest says what there is.
        rules: fields of the purpose that differ, those that allow more first.
        tables, sources, figures: see there; figures only where they differ.
        unchanged: number of figures of the municipality that are printed as before.
    """

    former: ReleaseName | None
    rules: tuple[Change, ...]
    tables: tuple[TableChange, ...]
    sources: tuple[SourceChange, ...]
    figures: tuple[FigureChange, ...]
    unchanged: int


def former_release(name: ReleaseName, out: Path) -> ReleaseName | None:
    """Gives the release that is current for this half-year, else for the last one before it; None without any."""
    periods = sorted(path.parent.name for path in (out / name.purpose).glob(f"*/{CURRENT}") if path.is_symlink())
    for period in reversed([one for one in periods if one <= name.period]):
        release = (out / name.purpose / period / CURRENT).readlink().name
        if release != name.release:
            return ReleaseName(name.purpose, period, release)
    return None


def release_changes(name: ReleaseName, draft: Path, out: Path) -> ReleaseChanges:
    """Compares a draft with the release before it.

    Raises:
        VerificationFailed: ``manifest_missing`` or ``file_differs``: one of the two is not what its manifest says.
        RefusedByPurpose: a purpose cannot be read.
    """
    check_manifest(draft)
    former = former_release(name, out)
    before = former.folder(out) if former else None
    if before:
        check_manifest(before)
    compared = list(_figures(draft, before))
    return ReleaseChanges(
        former=former,
        rules=tuple(changes(_purpose(before), _purpose(draft))) if before else (),
        tables=tuple(_tables(draft, before)),
        sources=tuple(_sources(draft, before)),
        figures=tuple(one for one in compared if one.before != one.now),
        unchanged=sum(one.before == one.now for one in compared),
    )


def _purpose(folder: Path) -> PurposeConfig:
    return read_purpose(folder / "protocol" / "purpose.yaml").config


def _tables(draft: Path, before: Path | None) -> Iterator[TableChange]:
    for name, contract in TABLE_CONTRACTS.items():
        now, then = _rows(draft, contract), _rows(before, contract)
        if now is not None or then is not None:
            appeared, gone = set(now or ()) - set(then or ()), set(then or ()) - set(now or ())
            hidden = [_confidential(then), _confidential(now)]
            yield TableChange(name, contract.title, len(appeared), len(gone), *hidden)


def _confidential(rows: _Rows | None) -> int | None:
    return None if rows is None else sum(row.get("status") == CONFIDENTIAL for row in rows.values())


def _sources(draft: Path, before: Path | None) -> Iterator[SourceChange]:
    now, then = _used(draft), _used(before)
    for source in now | then:
        yield SourceChange(source, then.get(source), now.get(source))


def _used(folder: Path | None) -> dict[str, int]:
    if folder is None:
        return {}
    stated = json.loads((folder / "protocol" / "verantwoording.json").read_bytes())
    return {one["source"]: to_tens(one["used"]) for one in stated["sources"] if one["pulled"]}


def _figures(draft: Path, before: Path | None) -> Iterator[FigureChange]:
    """The first figure of each row of the municipality, and of costs the amount."""
    for name, contract in TABLE_CONTRACTS.items():
        if "region" not in contract.names:
            continue
        column = "cost_eur" if "cost_eur" in contract.figures else contract.figures[0]
        now, then = (_of_municipality(_rows(folder, contract), column) for folder in (draft, before))
        for row in now | then:
            yield FigureChange(name, " ".join(row), column, then.get(row), now.get(row))


def _of_municipality(rows: _Rows | None, column: str) -> dict[tuple[str, ...], str | None]:
    return {key[1:]: row[column] or None for key, row in (rows or {}).items() if key[0].startswith("GM")}


def _rows(folder: Path | None, contract: TableContract) -> _Rows | None:
    path = folder / "tables" / f"{contract.name}.csv" if folder else None
    if path is None or not path.is_file():
        return None
    places = [name for name in ("region", *contract.classes) if name in contract.names]
    with path.open(encoding="utf-8", newline="") as file:
        return {tuple(row[name] for name in places): row for row in csv.DictReader(file, delimiter=";")}
