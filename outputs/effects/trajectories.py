"""Trajectories that were offered, started, completed and succeeded, of households in the approach and of others.

Shares have intervals after Wilson (1927), their difference after Newcombe (1998, method 10). Both take trajectories as
independent of each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from outputs.effects.group_rules import CONTROL, TREATED, check_size
from outputs.effects.observations import invalid, whole_numbers

Kind = Literal["schuldhulp", "re-integratie"]
Split = Literal["regeling", "leefgebied", "vorm"]

#: Success of debt help is financial stability at the end, of reintegration paid work.
KINDS: Final[tuple[Kind, ...]] = ("schuldhulp", "re-integratie")
#: What trajectories can be split by: type of benefit; life domain of the Zelfredzaamheid-Matrix; how heavy it is.
SPLITS: Final[dict[Split, tuple[str, ...]]] = {
    "regeling": ("P-wet", "IOAW", "IOAZ", "Bbz"),
    "leefgebied": (
        "financiën",
        "werk en opleiding",
        "tijdsbesteding",
        "huisvesting",
        "huiselijke relaties",
        "geestelijke gezondheid",
        "lichamelijke gezondheid",
        "middelengebruik",
        "basale ADL",
        "instrumentele ADL",
        "sociaal netwerk",
        "maatschappelijke participatie",
        "justitie",
    ),
    "vorm": ("kort of ambulant", "intensief of klinisch"),
}
STAGES: Final = ("offered", "started", "completed", "succeeded")
COLUMNS: Final = ("household", "treated", "kind", *SPLITS, *STAGES)
UNKNOWN: Final = "onbekend"
EVERY: Final = "totaal"


@dataclass(frozen=True, eq=False, repr=False)
class Trajectories:
    """One row per trajectory; what is handed in is copied and checked.

    Attributes:
        rows: exactly these columns: ``household`` (its number); ``treated`` (bool); ``kind`` (one of ``KINDS``);
            ``regeling``, ``leefgebied``, ``vorm`` (one of ``SPLITS``, or missing); ``offered``, ``started``,
            ``completed``, ``succeeded`` (bool, each only where the one before it holds).

    Raises:
        RunError: ``observations_invalid``.
    """

    rows: pd.DataFrame

    def __post_init__(self) -> None:
        if sorted(self.rows.columns) != sorted(COLUMNS):
            raise invalid("trajectories", "their columns are not the ones agreed")
        rows = self.rows[list(COLUMNS)].copy()
        whole_numbers(rows["household"], "household", 0, 2**62)
        for name in ("treated", *STAGES):
            if rows[name].dtype != bool:
                raise invalid(name, "not yes or no")
        for earlier, later in pairwise(STAGES):
            if bad := int((rows[later] & ~rows[earlier]).sum()):
                raise invalid(later, f"{bad} without {earlier}")
        if bad := int((~rows["kind"].isin(KINDS)).sum()):
            raise invalid("kind", f"{bad} unknown")
        for name, known in SPLITS.items():
            if bad := int((~rows[name].isin(known) & rows[name].notna()).sum()):
                raise invalid(name, f"{bad} unknown")
        if int((rows.groupby("household")["treated"].nunique() > 1).sum()):
            raise invalid("treated", "a household in both groups")
        object.__setattr__(self, "rows", rows)


@dataclass(frozen=True)
class Share:
    """A share or a difference of two shares, and the bounds of its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, repr=False)
class Stages:
    """How far the trajectories of one group came: true counts, so never shown."""

    offered: int
    started: int
    completed: int
    succeeded: int

    @property
    def of_completed(self) -> Share:
        """Share of the completed trajectories that succeeded."""
        return wilson(self.succeeded, self.completed)

    @property
    def of_started(self) -> Share:
        """Share of the started trajectories that succeeded."""
        return wilson(self.succeeded, self.started)


@dataclass(frozen=True, repr=False)
class Compared:
    """Trajectories of one kind and class, of the approach beside the others."""

    kind: str
    category: str
    treated: Stages
    control: Stages

    @property
    def of_completed(self) -> Share:
        """Share of the completed that succeeded, the approach less the others."""
        sides = self.treated, self.control
        return newcombe(*(count for side in sides for count in (side.succeeded, side.completed)))

    @property
    def of_started(self) -> Share:
        """Share of the started that succeeded, the approach less the others."""
        sides = self.treated, self.control
        return newcombe(*(count for side in sides for count in (side.succeeded, side.started)))


def compared(
    trajectories: Trajectories, kind: Kind, threshold: int, split: Split | None = None
) -> tuple[Compared, ...]:
    """Gives trajectories of one kind by class, in the order of ``SPLITS``.

    Args:
        trajectories: of the households that are compared.
        kind: one of ``KINDS``.
        threshold: fewest households with a completed trajectory, in each group of each class.
        split: what to split by; one class ``totaal`` without it.

    Raises:
        RefusedByDisclosureControl: ``group_small``: in some class; or there are no trajectories of this kind at all.
    """
    rows = trajectories.rows[trajectories.rows["kind"] == kind]
    found = tuple(
        Compared(kind, category, *(_stages(part, group, threshold) for group in (TREATED, CONTROL)))
        for category, part in _classes(rows, split)
    )
    if not found:
        check_size(0, TREATED, threshold)
    return found


def wilson(succeeded: int, of: int) -> Share:
    """Gives a share and its interval."""
    low, high = proportion_confint(succeeded, of, method="wilson")
    return Share(succeeded / of, float(low), float(high))


def newcombe(succeeded: int, of: int, other_succeeded: int, of_other: int) -> Share:
    """Gives the difference of two shares and its interval."""
    low, high = confint_proportions_2indep(succeeded, of, other_succeeded, of_other, method="newcomb", compare="diff")
    return Share(succeeded / of - other_succeeded / of_other, float(low), float(high))


def _classes(rows: pd.DataFrame, split: Split | None) -> Iterator[tuple[str, pd.DataFrame]]:
    if split is None:
        yield EVERY, rows
        return
    named = rows[split].fillna(UNKNOWN)
    for category in (*SPLITS[split], UNKNOWN):
        if (part := rows[named == category]).size:
            yield category, part


def _stages(rows: pd.DataFrame, group: str, threshold: int) -> Stages:
    mine = rows[rows["treated"] == (group == TREATED)]
    check_size(int(mine.loc[mine["completed"], "household"].nunique()), group, threshold)
    return Stages(*(int(mine[stage].sum()) for stage in STAGES))
