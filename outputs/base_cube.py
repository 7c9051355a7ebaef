"""The base cube of a release: households per buurt and per whole set of characteristics that any count table asks for.

Every published count is a sum over this one cube. It is rounded once, so parts add up to their totals in every table
and between tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw
import numpy as np

from outputs.profiles import FLAGS, RECORDED, Lazy, collected
from outputs.regions import Figures, RegionTree

#: Number of distinct providers of a household; ten or more is one class.
PROVIDER_CLASSES: Final = (*(str(number) for number in range(10)), "10+")


@dataclass(frozen=True, order=True)
class Category:
    """What the households of one column of the cube have in common.

    Attributes:
        active: names of the domains in use, in the order of the tables.
        recorded: names of the cost domains with a record, in use or not.
        providers: number of distinct providers, as in ``PROVIDER_CLASSES``.
        client: whether the costs of the household together are positive.
    """

    active: tuple[str, ...]
    recorded: tuple[str, ...]
    providers: str
    client: bool

    @property
    def label(self) -> str:
        """One line that names the category and no other."""
        return "/".join(("+".join(self.active), "+".join(self.recorded), self.providers, str(int(self.client))))


@dataclass(frozen=True, eq=False, repr=False)
class BaseCube:
    """Households per buurt and category; true, or rounded.

    Attributes:
        regions: the buurten, and what they belong to.
        categories: those that occur, sorted.
        counts: int64 array [buurten, categories].

    Raises:
        ValueError: counts are negative or of another shape, or a category occurs twice.
    """

    regions: RegionTree
    categories: tuple[Category, ...]
    counts: Figures

    def __post_init__(self) -> None:
        if self.counts.shape != (len(self.regions.buurten), len(self.categories)) or self.counts.min(initial=0) < 0:
            raise ValueError("counts are not households of buurten x categories")
        if list(self.categories) != sorted(set(self.categories)):
            raise ValueError("categories are named once, in order")

    def __repr__(self) -> str:
        return f"<base cube of {self.counts.size} cells>"

    def having(self, counts: Figures) -> "BaseCube":
        """Gives the same cube with other counts, such as the rounded ones."""
        return BaseCube(self.regions, self.categories, counts)


def base_cube(profiled: Lazy, provided: Lazy, regions: RegionTree) -> BaseCube:
    """Counts households; ``provided`` holds rows of ``PROVIDER_SCHEMA``."""
    number = nw.col("providers").fill_null(0).clip(upper_bound=len(PROVIDER_CLASSES) - 1)
    joined = profiled.join(provided, on="household", how="left").with_columns(
        providers=number, client=nw.col("cost_cent") > 0
    )
    keys = [*FLAGS.values(), *RECORDED.values(), "providers", "client"]
    counted = collected(joined.group_by("buurt", *keys).agg(nw.len().alias("households")))
    of_row = [
        Category(
            _named(row, FLAGS), _named(row, RECORDED), PROVIDER_CLASSES[int(row["providers"])], bool(row["client"])
        )
        for row in counted[keys].to_dict("records")
    ]
    categories = tuple(sorted(set(of_row)))
    place = {category: column for column, category in enumerate(categories)}
    counts = np.zeros((len(regions.buurten), len(categories)), dtype=np.int64)
    buurt = {code: row for row, code in enumerate(regions.buurten)}
    rows, columns = [buurt[code] for code in counted["buurt"]], [place[category] for category in of_row]
    np.add.at(counts, (rows, columns), counted["households"].to_numpy(np.int64))
    return BaseCube(regions, categories, counts)


def _named(row: Mapping[Any, Any], flags: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name, column in flags.items() if row[column])
