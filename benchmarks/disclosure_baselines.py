"""Two ways that need no peer: hiding sensitive cells alone, and rounding every figure by itself to the nearest 5.

Runs by itself: ``disclosure_baselines.py FOLDER LABEL primary|nearest counts|costs`` reads ``cube.npz``, writes
``LABEL.npz``.
"""

import sys
import time
from pathlib import Path
from typing import Final

import numpy as np
from disclosure_contributors import sensitive_costs
from disclosure_knowledge import THRESHOLD

_BASE: Final = 5


def main() -> None:
    """Protects the cube of a folder."""
    folder, label, way, what = Path(sys.argv[1]), *sys.argv[2:5]
    truth = dict(np.load(folder / "cube.npz"))
    counts, started = truth["counts"], time.perf_counter()
    figures, hidden = counts, np.zeros(counts.shape, dtype=bool)
    if way == "nearest":
        figures = (counts + _BASE // 2) // _BASE * _BASE
    elif what == "costs":
        figures, hidden = truth["cost"], sensitive_costs(truth)
    else:
        hidden = (counts > 0) & (counts < THRESHOLD)
    seconds = time.perf_counter() - started
    np.savez(folder / f"{label}.npz", published=np.where(hidden, 0, figures), hidden=hidden, seconds=seconds)


if __name__ == "__main__":
    main()
