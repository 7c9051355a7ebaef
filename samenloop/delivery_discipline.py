"""What one delivery has to do with the ones before it: repeated, replaced, older, later than today, much larger.

A delivery that was processed is not processed again. Its id means one content for good. What is far from the run
before it (rows of a source, share of rows that could be linked) is held until somebody who looked at it accepts it by
name; what counts as far is in the signed purpose (``limits`` of a source).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from samenloop.log_book import read_entries
from samenloop.runs import Run
from samenloop.storage import WorkFolder, write_whole
from schemas.delivery import DELIVERY_ID
from schemas.errors import RefusedDelivery, RunError
from schemas.log_entries import LogEntry

#: So many rows more or less, or linked or not, are no jump, whatever their share.
A_HANDFUL: Final = 20
#: A frame of long after the half-year says little of who lived where in it.
_REFERENCE_DATE_AFTER: Final = timedelta(days=366)


@dataclass(frozen=True)
class NotedDelivery:
    """A delivery that a run was opened for."""

    delivery_id: str
    manifest_sha256: str
    period: str
    reference_date: str
    run: str


def check_delivery(run: Run) -> None:
    """Holds the manifest against today and against every delivery that was taken before.

    Raises:
        RefusedDelivery: ``reference_date_in_future``, ``reference_date_outside``, ``delivery_id_reused`` or
            ``older_delivery``; ``volume_jump`` where the manifest promises too many or too few rows.
    """
    _check_reference_date(run)
    standing = standing_runs(read_entries(run.work))
    processed = [one for one in _noted(run) if one.run in standing]
    named_so = [one for one in processed if one.delivery_id == run.manifest.delivery_id]
    if any(one.manifest_sha256 != run.manifest_sha256 for one in named_so):
        raise RefusedDelivery(
            "delivery_id_reused",
            "another levering.json with this delivery_id was processed before",
            "give every delivery an id of its own",
        )
    on = run.manifest.reference_date.isoformat()
    if any(one.period == run.manifest.period and one.reference_date > on for one in processed):
        raise RefusedDelivery(
            "older_delivery",
            f"a delivery about {run.manifest.period} with a later reference_date was processed before",
            "deliver what is valid now; former figures stay in their release",
        )
    for source in run.purpose.config.sources:
        promised = run.manifest.rows_of(source)
        if promised is not None:
            check_volume(run, source, promised)


def _check_reference_date(run: Run) -> None:
    on, today = run.manifest.reference_date, datetime.now(UTC).date()
    if on > today:
        raise RefusedDelivery(
            "reference_date_in_future",
            "reference_date of levering.json is after today",
            "deliver when the day is there",
        )
    if not run.period.first_day <= on <= run.period.last_day + _REFERENCE_DATE_AFTER:
        raise RefusedDelivery(
            "reference_date_outside",
            f"reference_date of levering.json is before {run.period} or more than a year after it",
            "take the frame on the day after the half-year",
        )


def note_delivery(run: Run) -> None:
    """Keeps what was taken, so that the next delivery can be held against it."""
    manifest = run.manifest
    noted = NotedDelivery(
        manifest.delivery_id,
        run.manifest_sha256,
        manifest.period,
        manifest.reference_date.isoformat(),
        run.reference.run,
    )
    folder = _folder(run)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder / f"{run.reference.run}.json", json.dumps(asdict(noted), indent=2).encode())


def _folder(run: Run) -> Path:
    return run.work.path / "deliveries" / run.purpose.config.id


def _noted(run: Run) -> Iterator[NotedDelivery]:
    for path in sorted(_folder(run).glob("*.json")):
        try:
            yield NotedDelivery(**json.loads(path.read_bytes()))
        except (ValueError, TypeError):
            raise RunError(
                "deliveries_damaged", "what is noted of an earlier delivery cannot be read", "restore the work folder"
            ) from None


def check_volume(run: Run, source: str, rows: int) -> None:
    """Holds the rows of a source against those of the run before.

    Raises:
        RefusedDelivery: ``volume_jump``.
    """
    limits = run.purpose.config.sources[source].limits
    if limits is None or limits.rows_change_pct is None or jumps_accepted(run):
        return
    before = _rows_before(run).get(source, rows)
    change = abs(rows - before)
    if change > A_HANDFUL and 100 * change > limits.rows_change_pct * before:
        _hold(run)
        raise RefusedDelivery(
            "volume_jump",
            f"{source}: {rows} rows, {before} in the run before; the purpose allows {limits.rows_change_pct} percent",
            _accept(run),
        )


def check_match_rate(run: Run, counts: Mapping[str, int]) -> None:
    """Holds the share of rows that could be linked against the run before.

    Args:
        run: the run.
        counts: of the step link: ``<source>:<method>`` -> rows; ``drift:<source>`` -> difference per ten thousand rows.

    Raises:
        RefusedDelivery: ``match_rate_jump``.
    """
    for source, ground in run.purpose.config.sources.items():
        limit = ground.limits.linked_change_points if ground.limits else None
        change = counts.get(f"drift:{source}", 0)
        rows = sum(number for name, number in counts.items() if name.startswith(f"{source}:"))
        a_jump = limit is not None and abs(change) > 100 * limit and abs(change) * rows > 10_000 * A_HANDFUL
        if a_jump and not jumps_accepted(run):
            _hold(run)
            raise RefusedDelivery(
                "match_rate_jump",
                f"{source}: the linked share moved {change / 100:.1f} points; the purpose allows {limit}",
                _accept(run),
            )


def _accept(run: Run) -> str:
    return f"find out why; if it is right: samenloop delivery accept {run.manifest.delivery_id} --work FOLDER"


def standing_runs(entries: Iterable[LogEntry]) -> list[str]:
    """Gives the runs that left a draft which nobody rejected, the latest last."""
    last: dict[str, str] = {}
    for entry in entries:
        if entry.step in ("draft", "approve", "reject"):
            last.pop(entry.run, None)
            last[entry.run] = entry.step
    return [run for run, step in last.items() if step != "reject"]


def _rows_before(run: Run) -> dict[str, int]:
    """Source -> rows received by the last run of the purpose that left a draft."""
    own = f"{run.purpose.config.id}:"
    entries = [one for one in read_entries(run.work) if one.purpose.startswith(own) and one.run != run.reference.run]
    standing = standing_runs(entries)
    return _rows_of(entries, standing[-1]) if standing else {}


def _rows_of(entries: list[LogEntry], run: str) -> dict[str, int]:
    return {one.subject: one.counts.get("received", 0) for one in entries if one.step == "pull" and one.run == run}


def jumps_accepted(run: Run) -> bool:
    """Tells whether somebody accepted, for this purpose, that this very delivery is far from the one before."""
    accepted = _place(run.work, "accepted", run.manifest.delivery_id)
    return accepted.is_file() and json.loads(accepted.read_bytes()) == _held_as(run)


def _hold(run: Run) -> None:
    held = _place(run.work, "held", run.manifest.delivery_id)
    held.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(held, json.dumps(_held_as(run)).encode())


def _held_as(run: Run) -> dict[str, str]:
    return {"purpose": run.purpose.config.id, "manifest_sha256": run.manifest_sha256}


def accept_jumps(work: WorkFolder, delivery_id: str) -> None:
    """Accepts that a delivery that is held is far from the one before; everything else is checked all the same.

    Raises:
        RunError: ``nothing_held``: no delivery of this id is held.
    """
    named = re.fullmatch(DELIVERY_ID, delivery_id) and delivery_id.strip(".")
    held = _place(work, "held", delivery_id)
    if not named or not held.is_file():
        raise RunError("nothing_held", "no delivery of this id is held", "copy the id from the line of the refusal")
    accepted = _place(work, "accepted", delivery_id)
    accepted.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    held.replace(accepted)


def _place(work: WorkFolder, state: str, delivery_id: str) -> Path:
    return work.path / "deliveries" / state / delivery_id
