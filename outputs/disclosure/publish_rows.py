"""From figures and flags to the rows of a published table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from outputs.regions import Figures, RegionTree
from schemas.period import HalfYear
from schemas.tables import CONFIDENTIAL, PUBLISHED, TABLE_CONTRACTS, typed

Flags = np.ndarray[Any, np.dtype[np.bool_]]

#: Stands where a figure is not defined, such as a mean over nobody.
UNDEFINED: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Shown:
    """What a table will show.

    Attributes:
        table: its name.
        regions: the regions of the arrays.
        rows: numbers of the regions that it is published for.
        keys: the other key columns, one tuple a class.
        figures: published figures [regions, classes].
        hidden: what is withheld [regions, classes].
    """

    table: str
    regions: RegionTree
    rows: list[int]
    keys: tuple[tuple[str, ...], ...]
    figures: Mapping[str, Figures]
    hidden: Flags

    def cells(self) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Yields row, column and keys (region first) of every published cell."""
        for row in self.rows:
            for column, keys in enumerate(self.keys):
                yield row, column, (self.regions.codes[row], *keys)


def published_frame(shown: Shown, period: HalfYear) -> pd.DataFrame:
    """Gives the table with the columns of its contract; a hidden row shows no figure."""
    contract = TABLE_CONTRACTS[shown.table]
    frame = pd.DataFrame([keys for _, _, keys in shown.cells()], columns=["region", *contract.classes])
    hidden = shown.hidden[shown.rows].ravel()
    for name, figure in shown.figures.items():
        values = figure[shown.rows].ravel()
        frame[name] = pd.array(values, dtype="Int64")
        frame.loc[hidden | (values == UNDEFINED), name] = pd.NA
    frame["period"] = frame["to_period"] = str(period)
    frame["from_period"] = str(period.preceding)
    frame["status"] = np.where(hidden, CONFIDENTIAL, PUBLISHED)
    return typed(shown.table, frame)
