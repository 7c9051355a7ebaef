"""The command line in processes of its own: forked from a server that imported it once, so that each starts at once.

A child has its own environment, working folder and file descriptors, and can be killed like any other process.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from uuid import uuid4

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    [
        *("samenloop.steps", "samenloop.releases", "samenloop.demo", "samenloop.report"),
        *("outputs.publication.site.site", "outputs.publication.formats.write"),
    ]
)

Fault = Callable[[], None]


@dataclass(frozen=True)
class Outcome:
    """How a command ended; the exit code is minus the signal when it was killed."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Running:
    """A command at work."""

    process: ForkServerProcess
    logs: Path

    def ended(self, timeout: float = 120) -> Outcome:
        self.process.join(timeout)
        if self.process.exitcode is None:
            self.process.kill()
            raise TimeoutError("the command did not end")
        texts = [(self.logs / name).read_text(encoding="utf-8") for name in ("stdout", "stderr")]
        return Outcome(self.process.exitcode, *texts)

    def killed(self) -> Outcome:
        self.process.kill()
        return self.ended()


def begin(words: Sequence[str | Path], place: Path, env: Mapping[str, str], fault: Fault | None = None) -> Running:
    """Starts ``samenloop WORDS`` in a folder, with its temporary folder inside it.

    Args:
        words: the command and its options.
        place: working folder; ``temp`` and ``logs`` are made in it.
        env: variables beside those of this process.
        fault: called in the child before the command: puts a fault into it.
    """
    logs, temp = place / "logs" / uuid4().hex, place / "temp"
    logs.mkdir(parents=True)
    temp.mkdir(exist_ok=True)
    process = _SERVER.Process(
        target=_command, args=([str(word) for word in words], place, {**env, "TMPDIR": str(temp)}, logs, fault)
    )
    process.start()
    return Running(process, logs)


def command(words: Sequence[str | Path], place: Path, env: Mapping[str, str], fault: Fault | None = None) -> Outcome:
    """Runs ``samenloop WORDS`` to its end; see ``begin``."""
    return begin(words, place, env, fault).ended()


def _command(words: list[str], place: Path, env: dict[str, str], logs: Path, fault: Fault | None) -> None:
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(logs / name, os.O_WRONLY | os.O_CREAT, 0o600), descriptor)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)
    os.environ.update(env)
    os.chdir(place)
    sys.argv = ["samenloop", *words]
    from samenloop.cli import main

    if fault:
        fault()
    main()
