"""The rounded counts of a release, all from one cube, with the errors that the publication states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from outputs.base_cube import BaseCube, Category
from outputs.count_tables import Classes, Members
from outputs.disclosure.release_record import (
    PublishedFigure,
    ReleaseRecord,
    RoundedCell,
    Secrets,
    bound_cells,
    figure_label,
)
from outputs.disclosure.rounding import Choice, Margin, round_cube
from outputs.marks import told_by_marks
from outputs.regions import Figures, RegionTree
from outputs.tabulate import Tabulated
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import DOMAIN_NAMES

#: Weights of errors, whole so that every machine adds them up alike: in a municipality few households are few in a
#: thousand, in a buurt they are not, and fewer tables are published for it.
_WEIGHT_OF_MUNICIPALITY, _WEIGHT_OF_WIJK, _WEIGHT_OF_BUURT = 3, 10, 30


@dataclass(frozen=True, eq=False, repr=False)
class RoundedRelease:
    """Rounded counts.

    Attributes:
        cube: the rounded cube.
        present: true number of households per region; never leaves the run.
        left: the same of those that are no more.
        cells: how each cell was rounded, by label, for the record of the release.
        rows: table -> numbers of the region rows that it is published for.
        classes: table -> what its counts count.
        counts: table -> figure -> rounded array [regions, classes], all regions.
        true: the same of the true cube; never leaves the run.
    """

    cube: BaseCube
    present: Figures
    left: Figures
    cells: Mapping[str, RoundedCell]
    rows: Mapping[str, list[int]]
    classes: Mapping[str, Classes]
    counts: Mapping[str, Mapping[str, Figures]]
    true: Mapping[str, Mapping[str, Figures]]

    def errors(self, table: str) -> Figures:
        """Gives rounded minus true of every published count of a table."""
        rows = self.rows[table]
        apart = [(self.counts[table][name] - self.true[table][name])[rows].ravel() for name in self.counts[table]]
        return np.concatenate(apart)

    def within(self, table: str, base: int) -> int:
        """Gives what the publication states: no count is further from the truth; a multiple of ``base``.

        It leaves room of a base above the largest error: to know that one exactly would narrow every count of a table
        down, since the error of the total is known to whoever knows the number of households.
        """
        return max(2, -(-int(np.abs(self.errors(table)).max(initial=0)) // base) + 1) * base

    def rms_error(self, table: str, base: int) -> int:
        """Gives what is stated of the root mean square error: at most so much, in households, and at least a base."""
        return max(base, int(np.ceil(np.sqrt(np.mean(self.errors(table).astype(np.float64) ** 2)))))


def round_release(
    tabulated: Tabulated,
    policy: DisclosurePolicy,
    secrets: Secrets,
    earlier: Sequence[ReleaseRecord],
    attempt: int = 0,
) -> RoundedRelease:
    """Rounds the cube once and adds up every count of every table.

    Cells and sums whose truth has not moved since an earlier release stay what they were there, as far as that goes.
    """
    cube = tabulated.cube
    classes = {table: tabulated.classes(table) for table in tabulated.counted}
    rows = {table: published_rows(cube.regions, policy.finest(table)) for table in classes}
    true = {table: one.counted(cube) for table, one in classes.items()}
    told = {label: figure for one in earlier for label, figure in one.figures.items() if figure.figure is not None}
    margins = [
        _margin(
            cube.regions,
            rows[table],
            members,
            _wanted(one, name, cube.regions.codes, rows[table], true[table][name], (told, secrets)),
        )
        for table, one in classes.items()
        for name, members in one.members.items()
    ]
    labels = [f"{buurt}/{category.label}" for buurt in cube.regions.buurten for category in cube.categories]
    seals = {
        label: secrets.seal(label, int(count))
        for label, count in zip(labels, cube.counts.ravel(), strict=True)
        if count
    }
    place = {label: number for number, label in enumerate(labels)}
    bound = {place[label]: rounded for label, rounded in bound_cells(earlier, seals).items()}
    choice = Choice(secrets.rounding_key, labels, bound, attempt)
    rounded = cube.having(round_cube(cube.counts, _bases(cube.categories, policy), margins, choice))
    cells = {
        label: RoundedCell(rounded=int(rounded.counts.ravel()[place[label]]), seal=seal)
        for label, seal in seals.items()
    }
    return RoundedRelease(
        rounded,
        cube.households,
        cube.left,
        cells,
        rows,
        classes,
        {table: one.counted(rounded) for table, one in classes.items()},
        true,
    )


def published_rows(regions: RegionTree, finest: str) -> list[int]:
    """Gives the numbers of the rows of a table that is published down to ``gemeente``, ``wijk`` or ``buurt``."""
    number = {"gemeente": 1, "wijk": 1 + len(regions.wijken), "buurt": len(regions.codes)}
    return list(range(number[finest]))


def _bases(categories: Sequence[Category], policy: DisclosurePolicy) -> Figures:
    sensitive = {DOMAIN_NAMES[source] for source in policy.sensitive_sources}
    touched = [
        bool(sensitive & {*category.active, *category.recorded, *told_by_marks(category)}) for category in categories
    ]
    return np.where(touched, policy.sensitive_base, policy.base).astype(np.int64)


def _margin(regions: RegionTree, rows: list[int], members: Members, wanted: Figures) -> Margin:
    of_buurt = regions.rolled_up(np.eye(len(regions.buurten), dtype=np.int64))[rows]
    weights = np.full(len(regions.codes), _WEIGHT_OF_BUURT, dtype=np.float64)
    weights[: 1 + len(regions.wijken)] = _WEIGHT_OF_WIJK
    weights[0] = _WEIGHT_OF_MUNICIPALITY
    return Margin(of_buurt, members.astype(np.int64), weights[rows], wanted)


def _wanted(
    classes: Classes,
    name: str,
    codes: Sequence[str],
    rows: list[int],
    true: Figures,
    before: tuple[Mapping[str, PublishedFigure], Secrets],
) -> Figures:
    """The error that a sum had when it was last printed, where its truth is still the same."""
    told, secrets = before
    wanted = np.zeros((len(rows), len(classes.keys)), dtype=np.int64)
    for place, row in enumerate(rows) if told else ():
        for column, keys in enumerate(classes.keys):
            label = figure_label(classes.table, name, (codes[row], *keys))
            then = told.get(label)
            if then and then.figure is not None and then.seal == secrets.seal(label, int(true[row, column])):
                wanted[place, column] = then.figure - int(true[row, column])
    return wanted
