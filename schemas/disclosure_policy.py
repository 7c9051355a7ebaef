"""What must hold before a figure may leave a run; part of the signed purpose.

Sources: DwB/ESSnet guidelines for output checking (10 units, at most half of a sum of one, no group of more
than 90%); Hundepohl et al., Statistical Disclosure Control (2012), on p%, controlled rounding and interval widths.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from schemas.domains import DOMAIN_NAMES
from schemas.strict import Duration, Strict, length_of, without_unset

TableName = Literal[
    "stacking",
    "dimensions",
    "use",
    "costs",
    "concentration",
    "providers",
    "quality",
    "transitions",
    "dimension_transitions",
    "flow",
    "duration",
    "relapse",
    "segments",
    "top_groups",
    "pyramid",
    "trajectories",
    "effects",
    "comparison",
]
RegionLevel = Literal["gemeente", "wijk", "buurt"]

#: From coarse to fine.
REGION_LEVELS: Final[tuple[RegionLevel, ...]] = ("gemeente", "wijk", "buurt")

#: Buurten are for the number of domains alone: the other tables have too few households there to say anything.
_BASE_FINEST: Final[dict[TableName, RegionLevel]] = {
    "stacking": "wijk",
    "dimensions": "buurt",
    "use": "wijk",
    "costs": "wijk",
    "concentration": "wijk",
    "providers": "wijk",
}
_FINEST: Final[dict[TableName, RegionLevel]] = _BASE_FINEST | {
    "transitions": "wijk",
    "dimension_transitions": "wijk",
    "flow": "wijk",
    "duration": "wijk",
    "relapse": "wijk",
    "segments": "wijk",
    "pyramid": "wijk",
    "top_groups": "gemeente",
    "trajectories": "gemeente",
    "effects": "gemeente",
    "comparison": "gemeente",
}
#: Tables about a few households, or about a share of the costliest, that no smaller region may see.
_MUNICIPALITY_ONLY: Final[tuple[TableName, ...]] = ("top_groups", "trajectories", "effects", "comparison")

Base = Annotated[int, Field(ge=5, le=100)]


#: Tables in which every household is in exactly one class.
FormalTableName = Literal["stacking", "dimensions", "providers"]


class FormalPrivacy(Strict):
    """Differential privacy for some tables, in the place of rounding; without it none is noisy.

    Attributes:
        tables: which tables.
        epsilon: spent by one of them in one release.
        budget: epsilon that all releases of the purpose may spend together.

    Raises:
        pydantic.ValidationError: a table is named twice, or the budget does not do for one release.
    """

    tables: tuple[FormalTableName, ...] = Field(min_length=1)
    epsilon: float = Field(gt=0, le=2)
    budget: float = Field(gt=0, le=20)

    @model_validator(mode="after")
    def _enough_for_one(self) -> Self:
        if len(set(self.tables)) != len(self.tables):
            raise ValueError("formal.tables: a table is named more than once")
        if self.epsilon * len(self.tables) > self.budget:
            raise ValueError("formal.budget: not enough for one release")
        return self


class DisclosurePolicy(Strict):
    """Rules for counts, costs and releases. What is left out has the value of the guidelines.

    Attributes:
        threshold: fewest households behind a published cost; a count below it is small and needs ``count_width``.
        base: counts are published in multiples of it.
        sensitive_base: base of households that use one of ``sensitive_sources``.
        sensitive_sources: sources whose use nobody may guess from a count.
        count_width: least width, in households, of what an attacker can find of a small count.
        dominance_pct: largest share of a cost that one household or one provider may hold.
        p_pct: what the second largest contributor of a cost must at least not know of the largest, in percent of it.
        cost_rounding_eur: costs are published in multiples of this many euros.
        cost_width_pct: least width of what an attacker can find of a sensitive cost, in percent of that cost; a fifth
            of it for a cost that is hidden only because it would give a sensitive one back.
        group_share_pct: largest published share of a group that shares what is counted.
        finest_region: table -> smallest regions that it is published for.
        cadence: least time between two releases of one period; sooner is a correction, which has rules of its own.
        formal: tables that are made differentially private instead; none unless it is given.

    Raises:
        pydantic.ValidationError: a value is weaker than the guidelines, or values contradict each other.
    """

    threshold: int = Field(ge=10)
    base: Base = 5
    sensitive_base: Base = 10
    sensitive_sources: tuple[str, ...] = ("jeugd", "shv", "veiligheid")
    count_width: int = Field(default=4, ge=3)
    dominance_pct: int = Field(ge=1, le=50)
    p_pct: int = Field(default=10, ge=10, le=100)
    cost_rounding_eur: int = Field(ge=1000)
    cost_width_pct: int = Field(default=10, ge=5, le=100)
    group_share_pct: int = Field(default=90, ge=50, le=90)
    finest_region: dict[TableName, RegionLevel] = Field(default_factory=lambda: dict(_BASE_FINEST))
    cadence: Duration = "P3M"
    formal: FormalPrivacy | None = None

    @model_serializer(mode="wrap")
    def _without_unset_formal(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_unset(self, plain, "formal")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = list(self._problems())
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems(self) -> Iterable[str]:
        if self.sensitive_base % self.base:
            yield "sensitive_base is no multiple of base"
        if self.count_width >= self.base:
            yield "count_width: rounding to base leaves a width of base - 1 at most"
        if unknown := [name for name in self.sensitive_sources if name not in DOMAIN_NAMES]:
            yield f"sensitive_sources: {len(unknown)} unknown source(s)"
        if self.finest_region.get("concentration") == "buurt":
            yield "finest_region: shares of the costliest are for gemeente and wijk only"
        for table in _MUNICIPALITY_ONLY:
            if self.finest_region.get(table, "gemeente") != "gemeente":
                yield f"finest_region: {table} is for the gemeente only"

    @property
    def noisy_tables(self) -> tuple[str, ...]:
        """Names of the tables that are differentially private instead of rounded."""
        return self.formal.tables if self.formal else ()

    def finest(self, table: str) -> RegionLevel:
        """Gives the smallest regions of a table; those of the guidelines where the purpose names none."""
        return {str(name): level for name, level in (_FINEST | self.finest_region).items()}[table]

    def weaker_than(self, floor: "DisclosurePolicy") -> list[str]:
        """Gives the names of the rules that protect less than those of ``floor``."""
        low = ("threshold", "base", "sensitive_base", "count_width", "p_pct", "cost_rounding_eur", "cost_width_pct")
        high = ("dominance_pct", "group_share_pct")
        names = [name for name in low if getattr(self, name) < getattr(floor, name)]
        names += [name for name in high if getattr(self, name) > getattr(floor, name)]
        if set(floor.sensitive_sources) - set(self.sensitive_sources):
            names.append("sensitive_sources")
        level = REGION_LEVELS.index
        if any(level(self.finest(table)) > level(floor.finest(table)) for table in _FINEST):
            names.append("finest_region")
        if _days(self.cadence) < _days(floor.cadence):
            names.append("cadence")
        if self.formal and (floor.formal is None or _less_private(self.formal, floor.formal)):
            names.append("formal")
        return names


def _less_private(formal: FormalPrivacy, floor: FormalPrivacy) -> bool:
    return (
        formal.epsilon > floor.epsilon or formal.budget > floor.budget or bool(set(formal.tables) - set(floor.tables))
    )


def _days(term: Duration) -> float:
    length = length_of(term)
    return 365.25 * int(length.years) + 30.4375 * int(length.months) + int(length.days)
