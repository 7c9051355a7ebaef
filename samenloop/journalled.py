"""Every step inside one bracket: it ends with a log entry, or with the entry of its refusal; no entry, no artefact."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from samenloop.log_book import write_entry
from samenloop.purposes import read_purpose
from samenloop.runs import Run, RunRequest
from samenloop.storage import DATA_SUBJECTS, Artefact, PendingArtefact, WorkFolder
from schemas.errors import SamenloopError, defect
from schemas.log_entries import LogEntry, Step, StepFacts

#: The run id of a start that was refused before there was a run.
UNOPENED: Final = "unopened"


@dataclass
class Bracket:
    """One step at work: collects what it read and made; ``finish`` writes the entry and then the artefacts."""

    run: Run
    step: Step
    subject: str
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    def finish(
        self,
        facts: StepFacts,
        inputs: Mapping[str, str] | None = None,
        pending: Sequence[PendingArtefact] = (),
        outputs: Mapping[str, str] | None = None,
    ) -> list[Artefact]:
        """Writes the log entry, then gives the pending artefacts their names; the persons of the log come before it."""
        for one in pending:
            # The log promises that these can be searched, so they are there before it does.
            if one.folder == DATA_SUBJECTS:
                self.run.work.keep(one)
        made = {one.artefact.name: one.artefact.sha256 for one in pending} | dict(outputs or {})
        write_entry(self.run.work, self._entry(self.step, facts, dict(inputs or {}), made))
        for one in pending:
            if one.folder != DATA_SUBJECTS:
                self.run.work.keep(one)
        return [one.artefact for one in pending]

    def refuse(self, error: SamenloopError) -> None:
        """Writes the entry of a refusal: its code, no text."""
        facts = StepFacts()
        entry = self._entry("refused", facts, {}, {}).model_copy(update={"code": error.code})
        write_entry(self.run.work, entry)

    def _entry(self, step: Step, facts: StepFacts, inputs: dict[str, str], outputs: dict[str, str]) -> LogEntry:
        return LogEntry(
            run=self.run.reference.run,
            step=step,
            subject=self.subject,
            started=self.started,
            ended=datetime.now(UTC),
            purpose=self.run.purpose.label,
            purpose_sha256=self.run.purpose.sha256,
            inputs=inputs,
            outputs=outputs,
            columns=facts.columns,
            counts=facts.counts,
            keys=facts.keys,
        )


@contextmanager
def bracket(run: Run, step: Step, subject: str = "") -> Iterator[Bracket]:
    """Opens the bracket of a step; what goes wrong inside is logged by its code and goes on to the caller.

    Raises:
        RunError: ``defect``: an error that is not ours, without its text, since libraries quote values in theirs.
    """
    opened = Bracket(run, step, subject)
    try:
        yield opened
    except SamenloopError as error:
        opened.refuse(error)
        raise
    except Exception as error:
        wrapped = defect(error, f"{step} {subject}".strip())
        opened.refuse(wrapped)
        raise wrapped from None


def log_refused_start(request: RunRequest, error: SamenloopError) -> None:
    """Writes the entry of a run that was refused before it could open: its code and what is known of its purpose."""
    now = datetime.now(UTC)
    try:
        purpose = read_purpose(Path(request.purpose))
        label, digest = purpose.label, purpose.sha256
    except SamenloopError:
        label, digest = "unreadable:0", hashlib.sha256(request.purpose.encode()).hexdigest()
    entry = LogEntry(
        run=UNOPENED,
        step="refused",
        started=now,
        ended=now,
        purpose=label,
        purpose_sha256=digest,
        code=error.code,
    )
    write_entry(WorkFolder(Path(request.work)), entry)
