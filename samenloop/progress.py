"""How far a run is: rows read per source, and steps. Counts and names of sources only.

Whoever starts a run chooses the listener (a terminal, a log, nobody); the steps tell what they do to whoever listens.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

_LINE_EVERY_SECONDS: Final = 5.0
_LOG: Final = logging.getLogger(__name__)
_Batch = TypeVar("_Batch")


class Listener(Protocol):
    """Somebody who wants to know how far a run is."""

    def rows(self, source: str, read: int, expected: int | None, *, done: bool) -> None:
        """So many rows of a source were read, of so many that the delivery promises."""

    def step(self, name: str, *, done: bool) -> None:
        """A step begins, or is done."""


class _Nobody:
    def rows(self, source: str, read: int, expected: int | None, *, done: bool) -> None:
        pass

    def step(self, name: str, *, done: bool) -> None:
        pass


class LogLines:
    """Writes a line of the log when a source is done, and before that one at most every few seconds.

    Args:
        clock: seconds that only go on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._last = clock, clock()

    def rows(self, source: str, read: int, expected: int | None, *, done: bool) -> None:
        """Writes the rows so far, if it is time for a line."""
        now = self._clock()
        if done or now - self._last >= _LINE_EVERY_SECONDS:
            self._last = now
            of = "" if expected is None else f" of {expected}"
            _LOG.info("%s: %d%s rows read%s", source, read, of, ", done" if done else "")

    def step(self, name: str, *, done: bool) -> None:
        """Writes nothing: a task is a step, and Airflow tells of it."""


class TerminalBars:
    """Shows a bar per source and a line per step.

    Args:
        bars: of rich, started by whoever made it.
    """

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._of: dict[str, TaskID] = {}

    def rows(self, source: str, read: int, expected: int | None, *, done: bool) -> None:
        """Moves the bar of a source."""
        bar = self._bar(source, expected)
        self._bars.update(bar, completed=read, rows=f"{read:,} rows", total=read if done else expected)

    def step(self, name: str, *, done: bool) -> None:
        """Shows that a step is at work, or is done."""
        self._bars.update(self._bar(name, None), total=1 if done else None, completed=int(done))

    def _bar(self, name: str, expected: int | None) -> TaskID:
        if name not in self._of:
            self._of[name] = self._bars.add_task(name, total=expected, rows="")
        return self._of[name]


_NOBODY: Final[Listener] = _Nobody()
_LISTENER: Final[ContextVar[Listener]] = ContextVar("listener")


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Lets a listener hear of everything inside."""
    former = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(former)


@contextmanager
def on_terminal(*, wanted: bool = True) -> Iterator[None]:
    """Shows what happens inside on standard error when that is a terminal; the display is gone afterwards.

    Args:
        wanted: False for a command whose output is for a program.
    """
    if not wanted or not sys.stderr.isatty():
        yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rows]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars, told_to(TerminalBars(bars)):
        yield


def counted(
    source: str, batches: Iterator[_Batch], read: Callable[[], int], expected: int | None = None
) -> Iterator[_Batch]:
    """Passes on the batches of a source and tells how many rows were read.

    Args:
        source: its name.
        batches: what is made of the rows.
        read: gives the rows read so far.
        expected: rows that the delivery promises, if any.
    """
    listener = _LISTENER.get(_NOBODY)
    for batch in batches:
        listener.rows(source, read(), expected, done=False)
        yield batch
    listener.rows(source, read(), expected, done=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Tells that a step is at work, and when it ended well."""
    listener = _LISTENER.get(_NOBODY)
    listener.step(name, done=False)
    yield
    listener.step(name, done=True)
