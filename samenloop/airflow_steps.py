"""The steps of a run as Airflow tasks call them: references go in and out as small dictionaries, and nothing else.

A failure crosses into Airflow as one line of ours (``airflow_failures``).
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from airflow.sdk.exceptions import AirflowSkipException

from samenloop import progress, releases, steps
from samenloop.airflow_approval import ANSWERS
from samenloop.airflow_failures import guarded
from samenloop.approvals import manifest_of
from samenloop.delivery_location import whole_location
from samenloop.done_before import done_before
from samenloop.key_retention import erase_and_destroy
from samenloop.open_drafts import find_draft, newest_undecided
from samenloop.review_text import review_text
from samenloop.runs import RunReference, RunRequest
from samenloop.settings import Settings
from samenloop.storage import Artefact, WorkFolder
from schemas.errors import RunError

#: What XCom carries: run, work, out, name, sha256, rows, release, folder, manifest_sha256.
Reference = dict[str, Any]

_PATHS: Final = ("purpose", "delivery", "work", "out")


def open_run(params: Mapping[str, str]) -> Reference:
    """Opens a run and gives its reference (run, work).

    Args:
        params: purpose, delivery, period, work and out; what is empty comes from the settings (``SAMENLOOP_...``).

    Raises:
        AirflowSkipException: this was done before; every task after it is skipped too.
        AirflowFailException: a refusal, or ``request_incomplete``; a retry would end the same way.
        AirflowException: the machine or a defect; worth a retry.
    """
    request = guarded(lambda: _request(params))
    if done := guarded(lambda: done_before(request)):
        raise AirflowSkipException(f"this delivery was processed before, by run {done.reference.run}: nothing to do")
    return guarded(lambda: asdict(steps.open_run(request)))


def awaited(params: Mapping[str, str]) -> tuple[str, str]:
    """Gives the place of the delivery and the period that it has to be about; errors as in ``open_run``."""
    asked = guarded(lambda: _asked(params, ("delivery", "period")))
    return whole_location(asked["delivery"]), asked["period"]


def sources(run: Reference, only: Collection[str] | None = None, without: Collection[str] = ()) -> list[str]:
    """Gives the names of the sources to pull; errors as in ``open_run``.

    Args:
        run: reference of the run.
        only: sources of one pool; None for all.
        without: sources that other pools have.
    """
    named = guarded(lambda: steps.sources(RunReference(**run)))
    return [source for source in named if (only is None or source in only) and source not in without]


def pull(run: Reference, source: str) -> Reference:
    """Pulls and pseudonymises one source and gives its artefact (name, sha256, rows); errors as in ``open_run``."""
    with progress.told_to(progress.LogLines()):
        return guarded(lambda: asdict(steps.pull(RunReference(**run), source)))


def link(run: Reference, pulled: Iterable[Iterable[Reference] | None]) -> list[Reference]:
    """Forms and links households and gives the artefacts; errors as in ``open_run``.

    Args:
        run: reference of the run.
        pulled: artefacts by pool; None for a pool without a source in this run.
    """
    artefacts = _artefacts(one for pool in pulled for one in pool or ())
    return guarded(lambda: _references(steps.link(RunReference(**run), artefacts)))


def protect(run: Reference, linked: Iterable[Reference]) -> list[Reference]:
    """Makes and protects the tables and gives their artefacts; errors as in ``open_run``."""
    return guarded(lambda: _references(steps.protect(RunReference(**run), _artefacts(linked))))


def draft(run: Reference, tables: Iterable[Reference]) -> Reference:
    """Writes the draft and gives its reference (release, folder, manifest_sha256); errors as in ``open_run``."""
    return guarded(lambda: asdict(steps.draft(RunReference(**run), _artefacts(tables))))


def forget(run: Reference | None) -> None:
    """Erases the match tokens of a run, however it ended; errors as in ``open_run``."""
    if run is not None:
        reference = RunReference(**run)
        guarded(lambda: WorkFolder.existing(Path(reference.work)).erase_match_tokens(reference.run))


def review(params: Mapping[str, str]) -> Reference:
    """Gives the draft about which the FG has to decide: work, out, release, manifest_sha256.

    Args:
        params: work, out and release; an empty release means the draft that was made last and waits.

    Raises:
        AirflowSkipException: no draft waits.
        AirflowFailException: a refusal, or ``request_incomplete``; a retry would end the same way.
        AirflowException: the machine or a defect; worth a retry.
    """
    asked = guarded(lambda: _asked(params, ("work", "out")))
    release = params.get("release") or guarded(lambda: newest_undecided(WorkFolder.existing(Path(asked["work"]))))
    if not release:
        raise AirflowSkipException("no draft waits for a decision: nothing to do")
    manifest = guarded(lambda: manifest_of(find_draft(Path(asked["work"]), release)[1]))
    return {**asked, "release": release, "manifest_sha256": hashlib.sha256(manifest).hexdigest()}


def shown(draft: Reference) -> str:
    """Gives what the FG has to know of a draft, as Markdown; errors as in ``open_run``."""

    def text() -> str:
        name, folder = find_draft(Path(draft["work"]), draft["release"])
        return review_text(name, folder, Path(draft["out"]), draft["manifest_sha256"])

    return guarded(text)


def signed(draft: Reference, answer: object) -> bool:
    """Tells whether the FG signed a decision on a draft; where the purpose allows it, signs the answer as FG.

    Args:
        draft: as ``review`` gave it.
        answer: what was answered in the browser. Anybody can write it, so it counts for nothing else.
    """
    given = answer if isinstance(answer, Mapping) else {}
    chosen, typed = given.get("chosen_options"), given.get("params_input")
    asked = ANSWERS.get(str(chosen[0])) if isinstance(chosen, list) and chosen else None
    reason = " ".join(str(typed.get("reason") or "").split()) if isinstance(typed, Mapping) else ""
    return guarded(
        lambda: releases.settle(Path(draft["work"]), draft["release"], draft["manifest_sha256"], asked, reason)
    )


def release(draft: Reference) -> Reference:
    """Does what the FG signed about a draft, and gives release and folder; the folder is empty after a rejection.

    No task says what that is: the decision beside the draft is read and checked here.

    Raises:
        AirflowFailException: ``decision_missing`` or ``decision_invalid``, or another refusal.
        AirflowException: the machine or a defect; worth a retry.
    """
    place = guarded(
        lambda: releases.carry_out(Path(draft["work"]), Path(draft["out"]), draft["release"], draft["manifest_sha256"])
    )
    return {"release": draft["release"], "folder": str(place or "")}


def erase(params: Mapping[str, str]) -> dict[str, int]:
    """Erases what is past its term, keys included, and gives the number per kind; errors as in ``open_run``."""
    return guarded(lambda: _erased(params))


def _erased(params: Mapping[str, str]) -> dict[str, int]:
    asked = _asked(params, ("work", "out"))
    entries = erase_and_destroy(WorkFolder.existing(Path(asked["work"])), Path(asked["out"]), datetime.now(UTC).date())
    erased: Counter[str] = Counter()
    for entry in entries:
        erased[entry.subject] += sum(entry.counts.values())
    return dict(erased)


def _artefacts(references: Iterable[Reference]) -> list[Artefact]:
    return [Artefact(**reference) for reference in references]


def _references(artefacts: Iterable[Artefact]) -> list[Reference]:
    return [asdict(artefact) for artefact in artefacts]


def _request(params: Mapping[str, str]) -> RunRequest:
    asked = _asked(params, (*_PATHS, "period"))
    paths = {name: whole_location(asked[name]) for name in _PATHS}
    return RunRequest(period=asked["period"], **paths)


def _asked(params: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    defaults = Settings()
    asked: dict[str, str] = {name: params.get(name) or getattr(defaults, name) for name in names}
    if empty := [name for name, value in asked.items() if not value]:
        raise RunError(
            "request_incomplete",
            f"{len(empty)} value(s) missing, first {empty[0]}",
            f"give it as a parameter or set SAMENLOOP_{empty[0].upper()}",
        )
    return asked
