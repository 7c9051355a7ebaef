"""Seconds and peak memory of every step of the nightly run, its cost exponent, and a clear-text peer in the same run.

Each step runs in a fresh process on two cores, imports done before the clock starts. The exponent of a step is the
slope of log time on log households; ``last`` is the slope between the two largest sizes. The peer is the clear-text
reference of the test suite (straight pandas, no pseudonyms, no log, no protection, no publication).

    python benchmarks/nightly.py [--sizes 5000,55678,500000]
"""

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
PERIOD = "2018H1"


@dataclass(frozen=True)
class Measured:
    """One step at one size: wall and CPU seconds, peak memory of its process in MiB, and what it handed on."""

    wall: float
    cpu: float
    peak: float
    result: Any


def measured(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Runs work in a fresh process and measures it there."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as pool:
        return pool.submit(_clocked, work, arguments).result()


def _clocked(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Measured:
    import samenloop.steps  # noqa: F401 - the clock starts after the imports

    wall, cpu = time.perf_counter(), time.process_time()
    result = work(*arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(time.perf_counter() - wall, time.process_time() - cpu, peak, result)


def synthesis(households: int, folder: Path) -> Path:
    """Makes the delivery."""
    from samenloop.synthetic.municipality import SynthesisRequest, synthesise

    return synthesise(SynthesisRequest(households=households, seed=1, out=folder / "levering"))[0].folder


def open_run(folder: Path, delivery: Path) -> Any:
    """Opens a run under a keyring and a signed purpose of its own."""
    from samenloop.keyring import make_keyring
    from samenloop.purposes import read_purpose, sign_purpose
    from samenloop.runs import RunRequest
    from samenloop.steps import open_run as step

    keyring = make_keyring(Path(os.environ["SAMENLOOP_HOME"]), "synthetic")
    purpose = folder / "stapeling.yaml"
    purpose.write_bytes((ROOT / "purposes" / "stapeling.yaml").read_bytes())
    sign_purpose(read_purpose(purpose), keyring.sign)
    return step(RunRequest(str(purpose), str(delivery), PERIOD, str(folder / "work"), str(folder / "out")))


def step(name: str, *arguments: Any) -> Any:
    """Runs one step of the product by name."""
    from samenloop import steps

    return getattr(steps, name)(*arguments)


def approve(folder: Path, run: str) -> Any:
    """Publishes the draft."""
    from samenloop.releases import approve as publish

    return publish(folder / "work", folder / "out", run)


def reference(delivery: Path) -> None:
    """The clear-text peer, on the same delivery."""
    sys.path.insert(0, str(ROOT / "tests"))
    from reference.clear_text import reference_tables

    reference_tables(delivery, PERIOD, ("jeugd", "wmo", "pwet", "shv", "rmc"))


def nightly(households: int) -> dict[str, Measured]:
    """Measures every step of one run."""
    steps: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["SAMENLOOP_HOME"] = str(folder / "home")
        steps["synthesis"] = measured(synthesis, households, folder)
        delivery = steps["synthesis"].result
        steps["open"] = measured(open_run, folder, delivery)
        run = steps["open"].result
        pulled = []
        for source in measured(step, "sources", run).result:
            steps[f"pull {source}"] = measured(step, "pull", run, source)
            pulled.append(steps[f"pull {source}"].result)
        steps["link"] = measured(step, "link", run, pulled)
        steps["protect"] = measured(step, "protect", run, steps["link"].result)
        steps["draft"] = measured(step, "draft", run, steps["protect"].result)
        steps["approve"] = measured(approve, folder, run.run)
        steps["clear-text peer"] = measured(reference, delivery)
    return steps


def report(results: dict[int, dict[str, Measured]]) -> None:
    """Prints a table of steps by size, exponents, totals and ratios."""
    sizes = list(results)
    print("| step | " + " | ".join(f"{size:,} wall s / CPU s / MiB" for size in sizes) + " | exponent | last |")
    print("|---" * (len(sizes) + 3) + "|")
    names = list(results[sizes[0]])
    own = [name for name in names if name not in ("synthesis", "clear-text peer")]
    for name in names:
        row = [results[size][name] for size in sizes]
        _print_row(name, sizes, [(one.wall, one.cpu, one.peak) for one in row])
    totals = []
    for size in sizes:
        row = [results[size][name] for name in own]
        totals.append((sum(one.wall for one in row), sum(one.cpu for one in row), max(one.peak for one in row)))
    _print_row("**pull to publication**", sizes, totals)
    peers = [results[size]["clear-text peer"] for size in sizes]
    ratios = [
        f"{total[0] / peer.wall:.2f} / {total[1] / peer.cpu:.2f} / {total[2] / peer.peak:.2f}"
        for total, peer in zip(totals, peers, strict=True)
    ]
    print("| ratio ours / peer | " + " | ".join(ratios) + " | | |")


def _print_row(name: str, sizes: list[int], row: list[tuple[float, float, float]]) -> None:
    cells = " | ".join(f"{wall:.2f} / {cpu:.2f} / {peak:.0f}" for wall, cpu, peak in row)
    print(f"| {name} | {cells} | {_slope(sizes, row):.2f} | {_slope(sizes[-2:], row[-2:]):.2f} |")


def _slope(sizes: list[int], row: list[tuple[float, float, float]]) -> float:
    if len(sizes) < 2:
        return float("nan")
    return float(np.polyfit(np.log(sizes), np.log([max(wall, 1e-3) for wall, _, _ in row]), 1)[0])


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="5000,55678,500000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    report({size: nightly(size) for size in sizes})


if __name__ == "__main__":
    main()
