"""The peer pytauargus, suppression, in an environment of its own: the modular (MOD) or the optimal method (OPT).

Runs by itself: ``peer_pytauargus.py FOLDER LABEL counts|costs MOD|OPT RANGE MINUTES`` reads the records,
writes ``LABEL.npz``. Its rules are those of the others: fewer than 10 households, and for costs p% = 10 and one
household above half. A range of 30 keeps a cell below the threshold open by 30 percent to either side.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from pytauargus import protect

_RULES: Final = {"counts": "FREQ(10,{range})", "costs": "P(10,1)|NK(1,50)|FREQ(10,{range})"}
_SUPPRESS: Final = {"MOD": "MOD(1,{minutes},1,1,1)", "OPT": "OPT(1,{minutes})"}
_RESPONSE: Final = {"counts": "households", "costs": "cost_cent"}
_WITHHELD: Final = ("U", "M")


def main() -> None:
    """Protects the cube of a folder."""
    folder, label, what, method, safety, minutes = Path(sys.argv[1]).resolve(), *sys.argv[2:7]
    truth = np.load(folder / "cube.npz")
    counts, wijken = truth["counts"], int(truth["wijk_of"].max()) + 1
    totals = counts.shape[1] - 1, counts.shape[2] - 1
    with tempfile.TemporaryDirectory(dir=folder) as work:
        # It leaves files with true figures in the current folder and in that for temporary files, and reads old ones.
        os.chdir(work)
        tempfile.tempdir = work
        done = protect(
            str(folder / f"{what}.parquet"),
            ["buurt", "combination", "kind"],
            response=_RESPONSE[what],
            safety_rules=_RULES[what].format(range=safety),
            suppress=_SUPPRESS[method].format(minutes=max(1, round(float(minutes)))),
            hrc={"buurt": "buurt > wijk"},
            workdir=work,
        )
        rows = done.tables[0].rows
        os.chdir(folder)
    hidden = np.zeros(counts.shape, dtype=bool)
    for row in rows:
        if row["status"] in _WITHHELD:
            place = _region(row["buurt"], wijken), _place(row["combination"], totals[0]), _place(row["kind"], totals[1])
            hidden[place] = True
    figures = counts if what == "counts" else truth["cost"]
    np.savez(folder / f"{label}.npz", published=np.where(hidden, 0, figures), hidden=hidden)


def _region(code: str, wijken: int) -> int:
    first = {"w": 1, "b": 1 + wijken}
    return first[code[0]] + int(code[1:]) if code[0] in first else 0


def _place(code: str, total: int) -> int:
    return total if code == "Total" else int(code[1:])


if __name__ == "__main__":
    main()
