"""Tables of true figures. They live in memory inside one step of a run; nothing stores, logs or prints them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from outputs.regions import Figures, RegionTree
from schemas.tables import TABLE_CONTRACTS


@dataclass(frozen=True)
class Equation:
    """A total and its parts, as category numbers of a table.

    Attributes:
        disjoint: whether no household stands behind two parts (true of combinations, not of domains).
        direction: equations of one direction name each total once; a total taken apart in two ways has two directions.
    """

    total: int
    parts: tuple[int, ...]
    disjoint: bool = True
    direction: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class TrueTable:
    """True figures per region and category.

    Attributes:
        name: the table that will be published from it.
        regions: rows of every figure.
        categories: values of the key columns other than period and region; columns of every figure.
        equations: how categories add up.
        figures: name -> int64 array [regions, categories]; money in euro cents.

    Raises:
        ValueError: a figure has another shape.
    """

    name: str
    regions: RegionTree
    categories: tuple[tuple[str, ...], ...]
    equations: tuple[Equation, ...]
    figures: Mapping[str, Figures]

    def __post_init__(self) -> None:
        shape = (len(self.regions.codes), len(self.categories))
        if any(figure.shape != shape for figure in self.figures.values()):
            raise ValueError(f"{self.name}: a figure has not the shape regions x categories")

    def __repr__(self) -> str:
        return f"<true table {self.name}>"

    def of(self, figure: str, keys: Sequence[tuple[str, ...]]) -> Figures:
        """Gives a figure [regions, keys]."""
        chosen: Figures = self.figures[figure][:, [self.categories.index(key) for key in keys]]
        return chosen

    def frame(self) -> pd.DataFrame:
        """Gives the figures as rows: region, the category's keys, one column a figure."""
        keys = TABLE_CONTRACTS[self.name].classes
        rows = [(region, *category) for region in self.regions.codes for category in self.categories]
        frame = pd.DataFrame(rows, columns=["region", *keys])
        return frame.assign(**{name: figure.ravel() for name, figure in self.figures.items()})
