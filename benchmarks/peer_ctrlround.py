"""The peer CtrlRound, controlled rounding to 5 by best-first search, in an environment of its own.

Runs by itself: ``peer_ctrlround.py FOLDER LABEL`` reads ``cube.npz``, writes ``LABEL.npz``. It is given the non-zero
cells alone (zeros are multiples of the base) and every sum of the published table.
"""

import os
import sys
from contextlib import redirect_stdout
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from CtrlRound import ctrl_round

_BASE: Final = 5
_BY: Final = ("wijk", "buurt", "combination", "kind")
_REGIONS: Final[tuple[tuple[str, ...], ...]] = ((), ("wijk",), ("buurt",))


def main() -> None:
    """Rounds the cube of a folder."""
    folder, label = Path(sys.argv[1]), sys.argv[2]
    truth = np.load(folder / "cube.npz")
    inner = truth["inner"]
    places = np.nonzero(inner)
    cells = pd.DataFrame(dict(zip(_BY[1:], places, strict=True)))
    cells = cells.assign(wijk=truth["wijk_of"][places[0]], households=inner[places])
    margins = [
        [*region, *combination, *kind]
        for region, combination, kind in product(_REGIONS, ((), ("combination",)), ((), ("kind",)))
        if len(region) + len(combination) + len(kind) < 3 or region == ("wijk",)
    ]
    # Its bar of progress would be a file of many megabytes.
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        done = ctrl_round(cells, by=list(_BY), var="households", margins=margins, rounding_base=_BASE)["rounded_table"]
    rounded = np.zeros_like(inner)
    rounded[tuple(done[name].to_numpy(int) for name in _BY[1:])] = done["households"].to_numpy(int)
    np.savez(folder / f"{label}.npz", inner=rounded, base=_BASE)


if __name__ == "__main__":
    main()
