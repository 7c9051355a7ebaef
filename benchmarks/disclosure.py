"""Disclosure control against its peers: seconds, memory, what is lost and what an outsider finds, all in one run.

Every method protects the same cubes, in a process of its own: wall seconds and CPU seconds with start-up, its own
seconds without it where it tells them, and the peak memory of its largest process. Then one attack, the same for every
method, is made on what it would publish. Peers get environments of their own under ``--peers``. A method that by its
own exponent would take more than ``--minutes`` is skipped, and the table says so.

    python benchmarks/disclosure.py [--sizes S,M,L] [--methods ...] [--minutes 15] [--page docs/disclosure.md]
"""

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from disclosure_page import report
from linking import Method as Tool
from linking import environment, foreseen, versions

HERE: Final = Path(__file__).parent
CELLS: Final = {"S": 3_120, "M": 18_720, "L": 112_320}

_OURS = Tool("ours", "disclosure_ours.py", "Samenloop", shown=("numpy", "scipy", "highspy"))
_BASELINE = Tool("baseline", "disclosure_baselines.py", "", shown=("numpy",))
_PYTAUARGUS = Tool(
    "pytauargus", "peer_pytauargus.py", "", ("pytauargus==0.6.*", "numpy", "pandas", "pyarrow"), ("pytauargus",)
)
_ACRO = Tool("acro", "peer_acro.py", "", ("acro==1.0.*", "pyarrow"), ("acro", "pandas"))
_CTRLROUND = Tool("ctrlround", "peer_ctrlround.py", "", ("ctrlround==0.6.*",), ("ctrlround", "numpy"))


@dataclass(frozen=True)
class Method:
    """A way to protect a cube of counts or costs.

    Attributes:
        name: as on the command line.
        what: counts or costs.
        title: as in the table.
        tool: its script and environment.
        arguments: of the script, after folder and label.
        reading: how the outsider reads its figures (``disclosure_knowledge.READINGS``).
    """

    name: str
    what: str
    title: str
    tool: Tool
    arguments: tuple[str, ...]
    reading: str

    @property
    def label(self) -> str:
        """Names the file that it writes."""
        return f"{self.name}_{self.what}"


METHODS: Final = (
    Method("ours", "counts", "Samenloop, base 5", _OURS, ("counts", "5"), "rounded"),
    Method("ours10", "counts", "Samenloop, base 10", _OURS, ("counts", "10"), "rounded"),
    Method("ctrlround", "counts", "CtrlRound, base 5", _CTRLROUND, (), "rounded"),
    Method("nearest", "counts", "every figure to the nearest 5", _BASELINE, ("nearest", "counts"), "nearest"),
    Method("primary", "counts", "only small counts hidden", _BASELINE, ("primary", "counts"), "small suppressed"),
    Method("acro", "counts", "ACRO", _ACRO, ("counts",), "small and zero suppressed"),
    Method("mod", "counts", "pytauargus, modular", _PYTAUARGUS, ("counts", "MOD", "30"), "suppressed"),
    Method("mod100", "counts", "pytauargus, modular, range 100%", _PYTAUARGUS, ("counts", "MOD", "100"), "suppressed"),
    Method("opt", "counts", "pytauargus, optimal", _PYTAUARGUS, ("counts", "OPT", "30"), "suppressed"),
    Method("ours", "costs", "Samenloop", _OURS, ("costs",), "costs"),
    Method("primary", "costs", "only sensitive costs hidden", _BASELINE, ("primary", "costs"), "costs"),
    Method("acro", "costs", "ACRO", _ACRO, ("costs",), "costs"),
    Method("mod", "costs", "pytauargus, modular", _PYTAUARGUS, ("costs", "MOD", "30"), "costs"),
    Method("opt", "costs", "pytauargus, optimal", _PYTAUARGUS, ("costs", "OPT", "30"), "costs"),
)
#: The product's own audit of its own release: a check of time, and of what it finds beside the attack here.
AUDIT: Final = Method("audit", "audit", "the product's audit of both", _OURS, (), "")


@dataclass(frozen=True)
class Case:
    """A cube."""

    name: str
    size: int


@dataclass(frozen=True)
class Outcome:
    """What a method did on a cube; without figures it says why not."""

    case: Case
    method: Method
    wall: float = math.nan
    cpu: float = math.nan
    peak: float = math.nan
    figures: dict[str, Any] | None = None
    why_not: str = ""


def measured(started: Outcome, command: list[str], errors: Path, minutes: float) -> Outcome:
    """Runs a command and gives what it used, or why it gave nothing."""
    clock = time.perf_counter()
    with errors.open("wb") as sink:
        process = subprocess.Popen(command, stdout=sink, stderr=sink, start_new_session=True)
        # wait4 gives the use of this process and of the children it waited for; nothing else here does.
        pid = 0
        while not pid and time.perf_counter() - clock < minutes * 60:
            pid, status, use = os.wait4(process.pid, os.WNOHANG)
            time.sleep(0.02)
    if not pid:
        os.killpg(process.pid, signal.SIGKILL)
        os.wait4(process.pid, 0)
        return replace(started, why_not=f"stopped after {minutes:.0f} minutes")
    if status:
        return replace(started, why_not=f"failed: {_last_line(errors)}")
    wall = time.perf_counter() - clock
    return replace(started, wall=wall, cpu=use.ru_utime + use.ru_stime, peak=use.ru_maxrss / 1024)


def _last_line(errors: Path) -> str:
    lines = errors.read_text(errors="replace").strip().splitlines()
    return lines[-1][:120] if lines else "it said nothing"


def run(case: Case, method: Method, python: str, folder: Path, given: argparse.Namespace) -> Outcome:
    """Lets a method protect the cube in a folder, and attacks what it made."""
    script = [python, "-W", "ignore", str(HERE / method.tool.script), str(folder), method.label, *method.arguments]
    errors = folder / f"{method.label}.errors"
    # A solver with a limit of its own is given a little less, so that it can still hand over the best it found.
    limit = [str(0.9 * given.minutes)] if method.tool is _PYTAUARGUS else []
    done = measured(Outcome(case, method), script + limit, errors, given.minutes)
    if done.why_not:
        return done
    attack = [sys.executable, str(HERE / "disclosure_attack.py"), str(folder), method.label, method.reading]
    attacked = subprocess.run([*attack, str(given.sample)], check=False, capture_output=True, text=True)
    if attacked.returncode:
        print(attacked.stderr, file=sys.stderr)
        return replace(done, why_not=f"the attack failed: {(attacked.stderr.strip().splitlines() or [''])[-1][:120]}")
    return replace(done, figures=json.loads(attacked.stdout))


def audited(case: Case, folder: Path, given: argparse.Namespace) -> Outcome:
    """Lets the product audit its own counts and costs."""
    told = folder / "audit.json"
    command = [sys.executable, str(HERE / "disclosure_audit.py"), str(folder), str(told)]
    done = measured(Outcome(case, AUDIT), command, folder / "audit.errors", given.minutes)
    return done if done.why_not else replace(done, figures=json.loads(told.read_text()))


def outcomes(given: argparse.Namespace, peers: Path) -> Iterator[Outcome]:
    """Runs every method on every cube, the smallest cube first."""
    methods = [one for one in METHODS if one.name in given.methods.split(",") and one.what in given.what.split(",")]
    pythons = {one.tool.name: environment(one.tool, peers) for one in methods}
    earlier: dict[str, list[Any]] = {}
    for case in (Case(name, size) for name, size in CELLS.items() if name in given.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
            folder = Path(temporary)
            make = [sys.executable, str(HERE / "disclosure_cubes.py"), temporary, "--size", case.name]
            subprocess.run([*make, "--seed", str(given.seed)], check=True)
            for method in methods:
                past = earlier.setdefault(method.label, [])
                seconds = foreseen(past, case.size)
                if seconds > given.minutes * 60:
                    why = f"about {seconds / 3600:.1f} hours" if seconds < math.inf else "a smaller cube did not finish"
                    past.append(Outcome(case, method, why_not=f"skipped: {why}"))
                else:
                    past.append(run(case, method, pythons[method.tool.name], folder, given))
                yield _told(past[-1])
            ours = [past[-1] for label, past in earlier.items() if label.startswith("ours_")]
            if "audit" in given.what.split(",") and ours and all(one.figures for one in ours):
                yield _told(audited(case, folder, given))


def _told(one: Outcome) -> Outcome:
    print(one.case.name, one.method.label, f"{one.wall:.1f} s", one.why_not, one.figures or "", file=sys.stderr)
    return one


def main() -> None:
    """Runs the benchmark, prints its tables and puts them in the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="S,M,L")
    parser.add_argument("--methods", default=",".join(dict.fromkeys(method.name for method in METHODS)))
    parser.add_argument("--what", default="counts,costs,audit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=200, help="sensitive cells whose interval is calculated")
    parser.add_argument("--minutes", type=float, default=15, help="of one method on one cube, at most")
    parser.add_argument("--peers", type=Path, help="where the environments of the peers are kept")
    parser.add_argument("--folder", type=Path, help="where the cubes are made, one at a time")
    parser.add_argument("--page", type=Path, help="page to write the tables in, between its markers")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        peers = given.peers or Path(temporary)
        done = list(outcomes(given, peers))
        tools = {one.method.tool.name: one.method.tool for one in done}
        used = {name: versions(tool, environment(tool, peers)) for name, tool in tools.items()}
    report(done, used, given.page)


if __name__ == "__main__":
    main()
