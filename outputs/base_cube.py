"""The base cube of a release: households per buurt and per whole set of characteristics that any count table asks for.

Every published count is a sum over this one cube. It is rounded once, so parts add up to their totals in every table
and between tables.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw
import numpy as np

from outputs.profiles import FLAGS, RECORDED, Lazy, collected
from outputs.regions import Figures, RegionTree

#: Number of distinct providers of a household; ten or more is one class.
PROVIDER_CLASSES: Final = (*(str(number) for number in range(10)), "10+")
#: The mark of households that are no more.
LEFT: Final = "left"


@dataclass(frozen=True, order=True)
class Category:
    """What the households of one column of the cube have in common.

    Attributes:
        active: names of the domains in use, in the order of the tables.
        recorded: names of the cost domains with a record, in use or not.
        providers: number of distinct providers, as in ``PROVIDER_CLASSES``.
        client: whether the costs of the household together are positive.
        marks: what only some tables ask for, each as ``name=value``, sorted; see ``outputs.marks``.
    """

    active: tuple[str, ...]
    recorded: tuple[str, ...]
    providers: str
    client: bool
    marks: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """One line that names the category and no other."""
        own = ("+".join(self.active), "+".join(self.recorded), self.providers, str(int(self.client)))
        return "/".join((*own, *self.marks))

    def mark(self, name: str) -> str:
        """Gives the value of a mark; empty without it."""
        return next((mark.removeprefix(f"{name}=") for mark in self.marks if mark.startswith(f"{name}=")), "")

    @property
    def left(self) -> bool:
        """Whether these are households of the half-year before that are no more: they count among no others."""
        return bool(self.mark(LEFT))


@dataclass(frozen=True, eq=False, repr=False)
class Marking:
    """How households get their marks.

    Attributes:
        columns: what ``marks`` reads of a household.
        marks: a row of these columns -> its marks, sorted.
        left: buurt and marks of every household that is no more.
    """

    columns: tuple[str, ...] = ()
    marks: Callable[[Mapping[Any, Any]], tuple[str, ...]] = lambda _row: ()
    left: tuple[tuple[str, tuple[str, ...]], ...] = ()


UNMARKED: Final = Marking()


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

    @property
    def households(self) -> Figures:
        """Households per region of the tree; those that are no more left out."""
        return self._of(left=False)

    @property
    def left(self) -> Figures:
        """Former households per region of the tree that are no more."""
        return self._of(left=True)

    def _of(self, *, left: bool) -> Figures:
        chosen = [category.left == left for category in self.categories]
        return self.regions.rolled_up(self.counts[:, chosen].sum(axis=1))


def base_cube(profiled: Lazy, provided: Lazy, regions: RegionTree, marking: Marking = UNMARKED) -> BaseCube:
    """Counts households.

    Args:
        profiled: households, as ``outputs.profiles`` gives them, with the columns that ``marking`` reads.
        provided: rows of ``PROVIDER_SCHEMA``.
        regions: the buurten that occur.
        marking: what only some tables ask for.
    """
    number = nw.col("providers").fill_null(0).clip(upper_bound=len(PROVIDER_CLASSES) - 1)
    joined = profiled.join(provided, on="household", how="left").with_columns(
        providers=number, client=nw.col("cost_cent") > 0
    )
    keys = [*FLAGS.values(), *RECORDED.values(), "providers", "client", *marking.columns]
    counted = collected(joined.group_by("buurt", *keys).agg(nw.len().alias("households")))
    found = [
        (
            str(buurt),
            Category(
                _named(row, FLAGS),
                _named(row, RECORDED),
                PROVIDER_CLASSES[int(row["providers"])],
                bool(row["client"]),
                marking.marks(row),
            ),
            int(households),
        )
        for buurt, households, row in zip(
            counted["buurt"], counted["households"], counted[keys].to_dict("records"), strict=True
        )
    ]
    return _cube_of(
        regions, [*found, *((buurt, Category((), (), "0", False, marks), 1) for buurt, marks in marking.left)]
    )


def _cube_of(regions: RegionTree, found: Sequence[tuple[str, Category, int]]) -> BaseCube:
    categories = tuple(sorted({category for _, category, _ in found}))
    place = {category: column for column, category in enumerate(categories)}
    counts = np.zeros((len(regions.buurten), len(categories)), dtype=np.int64)
    row_of = {code: row for row, code in enumerate(regions.buurten)}
    for buurt, category, households in found:
        counts[row_of[buurt], place[category]] += households
    return BaseCube(regions, categories, counts)


def _named(row: Mapping[Any, Any], flags: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name, column in flags.items() if row[column])
