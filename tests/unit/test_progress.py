"""Progress: who listens hears rows and steps; a log gets few lines, a terminal a display, a program nothing."""

import logging
import os
import pty
import subprocess
import sys
from collections.abc import Iterator

import pytest

from samenloop import progress


class _Heard:
    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def rows(self, source: str, read: int, expected: int | None, *, done: bool) -> None:
        self.told.append((source, read, expected, done))

    def step(self, name: str, *, done: bool) -> None:
        self.told.append((name, done))


def _batches(counts: list[int]) -> Iterator[int]:
    for number in (10, 20, 5):
        counts.append(number)
        yield number


def test_the_rows_of_a_source_are_told_batch_by_batch() -> None:
    heard, counts = _Heard(), list[int]()
    with progress.told_to(heard):
        passed = list(progress.counted("wmo", _batches(counts), lambda: sum(counts), 40))
    assert passed == [10, 20, 5]
    assert heard.told == [("wmo", 10, 40, False), ("wmo", 30, 40, False), ("wmo", 35, 40, False), ("wmo", 35, 40, True)]


def test_a_step_that_fails_is_never_told_done() -> None:
    heard = _Heard()
    with pytest.raises(ZeroDivisionError), progress.told_to(heard), progress.step("link"):
        raise ZeroDivisionError
    assert heard.told == [("link", False)]


def test_nobody_has_to_listen() -> None:
    with progress.step("link"):
        assert list(progress.counted("wmo", iter([1, 2]), lambda: 2)) == [1, 2]


def test_who_stops_listening_hears_nothing_more() -> None:
    heard = _Heard()
    with progress.told_to(heard):
        pass
    with progress.step("link"):
        pass
    assert heard.told == []


def test_a_log_gets_a_line_every_few_seconds_and_one_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    seconds = iter([0.0, 1.0, 4.9, 5.0, 6.0, 9.9, 10.1, 10.2])
    lines = progress.LogLines(clock=lambda: next(seconds))
    with caplog.at_level(logging.INFO, "samenloop.progress"):
        for read in (100, 200, 300, 400, 500, 600):
            lines.rows("wmo", read, 1000, done=False)
        lines.rows("wmo", 700, None, done=True)
    assert caplog.messages == [
        "wmo: 300 of 1000 rows read",
        "wmo: 600 of 1000 rows read",
        "wmo: 700 rows read, done",
    ]


_RUN = """
import sys
from samenloop import progress
with progress.on_terminal(wanted=sys.argv[1] == "wanted"):
    with progress.step("open"):
        pass
    assert list(progress.counted("wmo", iter([1, 2]), lambda: 1234, 1234)) == [1, 2]
print("made")
"""


def _on_a_terminal(wanted: str) -> tuple[str, str]:
    """Standard output of the run, and what the terminal on its standard error got."""
    ours, its = pty.openpty()
    command = [sys.executable, "-c", _RUN, wanted]
    done = subprocess.run(command, stderr=its, capture_output=False, stdout=subprocess.PIPE, check=True, timeout=60)
    os.close(its)
    shown = b""
    try:
        while part := os.read(ours, 1 << 16):
            shown += part
    except OSError:  # the end of a terminal that nobody writes to any more
        pass
    os.close(ours)
    return done.stdout.decode(), shown.decode()


def test_a_terminal_shows_rows_and_steps() -> None:
    out, shown = _on_a_terminal("wanted")
    assert out == "made\n"
    assert "open" in shown
    assert "1,234 rows" in shown


def test_a_program_gets_no_display() -> None:
    assert _on_a_terminal("not wanted") == ("made\n", "")


def test_a_file_gets_no_display() -> None:
    done = subprocess.run([sys.executable, "-c", _RUN, "wanted"], capture_output=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == (b"made\n", b"")
