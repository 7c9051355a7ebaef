"""Linkage without BSN against its peers: quality, seconds, memory and exponents, all in one run on the same data.

Every method runs in a process of its own, start-up included: wall seconds, CPU seconds with those of its children, and
the peak memory of its largest process. Peers on clear text get standardised columns, made outside their clock. A peer
in need of other versions gets an environment of its own under ``--peers``. A method that by its own exponent would take
more than ``--minutes`` is skipped, and the table says so.

    python benchmarks/linking.py [--sizes 10000,100000] [--overlaps 10,50,90] [--mixes a,b] [--page docs/linkage.md]
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linking_page import report

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Method:
    """A way to link: its script, and what its environment needs (nothing: the environment of the product)."""

    name: str
    script: str
    title: str
    needs: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


METHODS = (
    Method("ours", "linking_ours.py", "Samenloop (keyed tokens)", shown=("duckdb", "pyarrow", "numpy")),
    Method(
        "splink",
        "peer_splink.py",
        "Splink (clear text)",
        ("splink==5.0.*", "duckdb<2", "pyarrow"),
        ("splink", "duckdb"),
    ),
    Method(
        "recordlinkage", "peer_recordlinkage.py", "recordlinkage ECM (clear text)", shown=("recordlinkage", "pandas")
    ),
    Method(
        "anonlink",
        "peer_anonlink.py",
        "clkhash + anonlink (keyed)",
        ("clkhash==0.18.*", "anonlink==0.15.*", "cryptography<41", "setuptools<81", "pyarrow"),
        ("clkhash", "anonlink"),
    ),
)


@dataclass(frozen=True)
class Case:
    """A data set: FEBRL by number, or Dutch persons of a mix, a size and an overlap in percent."""

    name: str
    arguments: tuple[str, ...]
    series: str
    size: int


@dataclass(frozen=True)
class Outcome:
    """What a method did on a case; without figures it says why not."""

    case: Case
    method: Method
    wall: float = math.nan
    cpu: float = math.nan
    peak: float = math.nan
    figures: dict[str, Any] | None = None
    why_not: str = ""


def environment(method: Method, folder: Path) -> str:
    """Gives the interpreter of a method, made when it is not there yet."""
    if not method.needs:
        return sys.executable
    python = folder / method.name / "bin" / "python"
    if not python.exists():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        subprocess.run(
            [sys.executable, "-m", "uv", "venv", "-q", "--python", version, folder / method.name], check=True
        )
        install = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", str(python), *method.needs]
        subprocess.run(install, check=True)
    return str(python)


def versions(method: Method, python: str) -> str:
    """Gives the versions that count for a method, as installed."""
    code = "import sys, importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in sys.argv[1:]))"
    return subprocess.run(
        [python, "-c", code, *method.shown], check=True, capture_output=True, text=True
    ).stdout.strip()


def cases(given: argparse.Namespace) -> Iterator[Case]:
    """Gives every case, of a series the smallest first."""
    for number in filter(None, given.febrl.split(",")):
        yield Case(f"FEBRL {number}", ("--febrl", number), f"FEBRL {number}", 0)
    for mix in given.mixes.split(","):
        for overlap in given.overlaps.split(","):
            for size in sorted(map(int, filter(None, given.sizes.split(",")))):
                several = f", up to {given.most} records each" if given.most > 1 else ""
                series = f"mix {mix}, {overlap}%{several}"
                dutch = ("--dutch", f"{mix},{size},{overlap},{given.seed},{given.most}")
                yield Case(f"{series}, {size:,}", dutch, series, size)


def run(case: Case, method: Method, python: str, folder: Path, limit: float) -> Outcome:
    """Runs a method on the case in a folder and scores it."""
    errors = folder / f"{method.name}.errors"
    started = time.perf_counter()
    with errors.open("wb") as sink:
        process = subprocess.Popen(
            [python, "-W", "ignore", HERE / method.script, folder], stdout=sink, stderr=sink, start_new_session=True
        )
        # wait4 gives the use of this process and of the children it waited for; nothing else here does.
        pid = 0
        while not pid and time.perf_counter() - started < limit:
            pid, status, use = os.wait4(process.pid, os.WNOHANG)
            time.sleep(0.02)
    if not pid:
        os.killpg(process.pid, signal.SIGKILL)
        os.wait4(process.pid, 0)
        return Outcome(case, method, why_not=f"stopped after {limit / 60:.0f} minutes")
    wall = time.perf_counter() - started
    if status:
        return Outcome(case, method, why_not=_failure("failed", os.waitstatus_to_exitcode(status), errors.read_text()))
    used = (wall, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024)
    # One case that cannot be scored does not cost the hours of the others.
    score = [sys.executable, "-X", "faulthandler", HERE / "linkage_score.py", folder, method.name]
    scored = subprocess.run(score, check=False, capture_output=True, text=True)
    if scored.returncode:
        return Outcome(case, method, *used, why_not=_failure("scoring failed", scored.returncode, scored.stderr))
    return Outcome(case, method, *used, json.loads(scored.stdout))


def _failure(what: str, code: int, errors: str) -> str:
    print(errors, file=sys.stderr)
    return f"{what} ({code}): {errors.strip().splitlines()[-1][:120] if errors.strip() else 'it said nothing'}"


def foreseen(earlier: list[Outcome], size: int) -> float:
    """Gives the seconds that a method would take, by its own exponent between its two largest sizes so far."""
    if not earlier or not size:
        return 0.0
    if math.isnan(earlier[-1].wall):
        return math.inf
    last, exponent = earlier[-1], 1.0
    if len(earlier) > 1:
        before = earlier[-2]
        exponent = max(1.0, math.log(last.wall / before.wall) / math.log(last.case.size / before.case.size))
    return last.wall * (size / last.case.size) ** exponent


def outcomes(given: argparse.Namespace, peers: Path) -> Iterator[Outcome]:
    """Runs every method on every case."""
    methods = [method for method in METHODS if method.name in given.methods.split(",")]
    pythons = {method.name: environment(method, peers) for method in methods}
    earlier: dict[tuple[str, str], list[Outcome]] = {}
    if given.folder is not None:
        given.folder.mkdir(parents=True, exist_ok=True)
    for case in cases(given):
        with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
            make = [sys.executable, HERE / "linkage_cases.py", temporary, *case.arguments]
            subprocess.run(make, check=True)
            for method in methods:
                past = earlier.setdefault((method.name, case.series), [])
                seconds = foreseen(past, case.size)
                if seconds > given.minutes * 60:
                    why = f"about {seconds / 3600:.1f} hours" if seconds < math.inf else "a smaller size did not finish"
                    past.append(Outcome(case, method, why_not=f"skipped: {why}"))
                else:
                    past.append(run(case, method, pythons[method.name], Path(temporary), given.minutes * 60))
                print(past[-1].case.name, method.name, f"{past[-1].wall:.1f} s", past[-1].why_not, file=sys.stderr)
                yield past[-1]


def main() -> None:
    """Runs the benchmark, prints its tables and puts them in the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--overlaps", default="10,50,90")
    parser.add_argument("--mixes", default="a,b")
    parser.add_argument("--febrl", default="1,2,3,4")
    parser.add_argument("--methods", default=",".join(method.name for method in METHODS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=1, help="records of one person in the extract, at most")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--peers", type=Path, help="where the environments of the peers are kept")
    parser.add_argument("--folder", type=Path, help="where the cases are made, one at a time")
    parser.add_argument("--page", type=Path, help="page to write the tables in, between its markers")
    parser.add_argument("--losses", action="store_true", help="which corruptions cost which method its pairs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        peers = given.peers or Path(temporary)
        done = list(outcomes(given, peers))
        used = {one.method.name: versions(one.method, environment(one.method, peers)) for one in done}
    report(done, used, given.page, given.losses)


if __name__ == "__main__":
    main()
