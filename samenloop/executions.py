"""The log by execution: a run that was started again has the same id, and is another processing."""

from collections.abc import Iterator
from dataclasses import dataclass

from samenloop.journalled import UNOPENED
from samenloop.log_book import read_entries
from samenloop.storage import WorkFolder
from schemas.log_entries import LogEntry


@dataclass(frozen=True)
class Execution:
    """The entries from one opening of a run to the next, or the one entry of a start that was refused.

    Attributes:
        entries: at least one, all of one run and one version of a purpose.
    """

    entries: tuple[LogEntry, ...]

    @property
    def pulls(self) -> tuple[LogEntry, ...]:
        """The last pull of each source that ended well; a task that was tried again counts once."""
        return tuple({entry.subject: entry for entry in self.entries if entry.step == "pull"}.values())


def executions(work: WorkFolder, run: str | None = None) -> Iterator[Execution]:
    """Yields the executions in a log in the order of their start, of one run when named."""
    latest: dict[str, list[LogEntry]] = {}
    made: list[list[LogEntry]] = []
    for entry in read_entries(work, run):
        if entry.step == "open" or entry.run == UNOPENED or entry.run not in latest:
            latest[entry.run] = []
            made.append(latest[entry.run])
        latest[entry.run].append(entry)
    yield from (Execution(tuple(entries)) for entries in made)
