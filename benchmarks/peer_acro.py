"""The peer ACRO, primary suppression by its own rules as they come, in an environment of its own.

Runs by itself: ``peer_acro.py FOLDER LABEL counts|costs`` reads the records, writes ``LABEL.npz``. The cube
is asked for as an analyst would: one cross table per level of region and of breakdown. ACRO hides empty cells too.
"""

import logging
import sys
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from acro import ACRO

_REGIONS: Final = ("gemeente", "wijk", "buurt")
_COLUMNS: Final = ("combination", "kind")


def main() -> None:
    """Protects the cube of a folder."""
    folder, label, what = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    truth = np.load(folder / "cube.npz")
    households = pd.read_parquet(folder / f"{what}.parquet").assign(gemeente="g000", total="t000")
    session = ACRO(suppress=True)
    logging.disable(logging.CRITICAL)
    hidden = np.ones(truth["counts"].shape, dtype=bool)
    wijken = int(truth["wijk_of"].max()) + 1
    first = {"gemeente": 0, "wijk": 1, "buurt": 1 + wijken}
    for region, combination, kind in product(_REGIONS, (_COLUMNS[0], "total"), (_COLUMNS[1], "total")):
        table = _crosstab(session, households, region, dict.fromkeys((combination, kind)), what)
        for row, column in zip(*np.nonzero(table.notna().to_numpy()), strict=True):
            names = dict(
                zip(table.columns.names, np.atleast_1d(np.asarray(table.columns[column], object)), strict=True)
            )
            place = [
                int(names[name][1:]) if name in names else total
                for name, total in zip(_COLUMNS, (hidden.shape[1] - 1, hidden.shape[2] - 1), strict=True)
            ]
            hidden[first[region] + int(table.index[row][1:]), place[0], place[1]] = False
    figures = truth["counts"] if what == "counts" else truth["cost"]
    np.savez(folder / f"{label}.npz", published=np.where(hidden, 0, figures), hidden=hidden)


def _crosstab(session: ACRO, households: pd.DataFrame, region: str, columns: dict[str, None], what: str) -> Any:
    values = {"values": households["cost_cent"], "aggfunc": "sum"} if what == "costs" else {}
    return session.crosstab(households[region], [households[name] for name in columns], **values)


if __name__ == "__main__":
    main()
