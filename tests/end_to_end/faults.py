"""Faults to put into a command: each ends the process as a power cut would, at one seam of the run."""

import os
import signal
from collections.abc import Callable
from typing import Any
from unittest.mock import patch


def _put(owner: object, name: str, value: Any) -> None:
    patch.object(owner, name, value).start()


def _cut(*_arguments: Any, **_options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _cut_at_call(number: int, original: Callable[..., Any]) -> Callable[..., Any]:
    calls = iter(range(1, number + 1))

    def counted(*arguments: Any, **options: Any) -> Any:
        if next(calls, number) == number:
            _cut()
        return original(*arguments, **options)

    return counted


def in_the_middle_of_a_pull() -> None:
    """After two batches of the frame were written, while the third is in memory in the clear."""
    from pseudonymisation.pseudonymise import Pull
    from pseudonymisation.sources import canonical_csv

    _put(canonical_csv, "BATCH_BYTES", 32 << 10)
    _put(Pull, "_pseudonymise", _cut_at_call(3, Pull._pseudonymise))


def between_log_and_artefact() -> None:
    """After the log entry of the third source, before its artefact has its name."""
    from samenloop.storage import WorkFolder

    _put(WorkFolder, "keep", _cut_at_call(3, WorkFolder.keep))


def before_the_draft() -> None:
    """The draft is whole, but not in its place."""
    from samenloop.drafts import WrittenDraft

    _put(WrittenDraft, "keep", _cut)


def before_the_rename() -> None:
    """The release is whole beside its place: the last moment before it appears."""
    from outputs.publication import release

    flush = release._flush

    def flush_and_cut(*arguments: Any) -> None:
        flush(*arguments)
        _cut()

    _put(release, "_flush", flush_and_cut)


def before_it_is_current() -> None:
    """The release is in its place, but ``current`` names the former one."""
    from outputs.publication import release

    _put(release, "_point_current_at", _cut)


def a_library_that_quotes_a_cell() -> None:
    """An error that nobody foresaw, with the cells of a person in its text."""
    from pseudonymisation.pseudonymise import Pull

    def quoting(_pull: Pull, cells: dict[str, Any]) -> None:
        raise KeyError(str({name: column[0] for name, column in cells.items()}))

    _put(Pull, "_pseudonymise", quoting)


def before_the_approval_is_logged() -> None:
    """At the log entry of the approval."""
    from samenloop import releases

    _put(releases, "_note", _cut)
