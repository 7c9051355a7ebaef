"""How each published table is shown: its rows, its figures, what it is split by, and what is shown of smaller regions.

Keys are columns of the table's contract; words come from the catalogues (``view.<name>``, ``column``, ``labels``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from schemas.domains import TOTAL

#: Key column -> kinds of labels of its codes; a column that is not here is labelled by the kind of its own name.
LABEL_KINDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"law": ("domain",)})


@dataclass(frozen=True)
class Regional:
    """What is shown of districts and neighbourhoods: one row per region.

    Attributes:
        figures: a column each; of several classes exactly one.
        across: key whose classes are columns; empty where the figures themselves are.
        where: fixed values of the other keys.
    """

    figures: tuple[str, ...]
    across: str = ""
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """One section of a page.

    Attributes:
        table: name of the table.
        rows: keys that name the rows.
        figures: figures, a column each; where ``across`` is given a table each.
        across: key whose classes are columns.
        split: keys for each of whose values there is a table.
        regional: what is shown of smaller regions.
        folded: every district has the whole table of the municipality, folded.
        kinds: key -> kinds of labels, where they are not those of ``LABEL_KINDS``.
        name: of the view, where a table has several.
    """

    table: str
    rows: tuple[str, ...]
    figures: tuple[str, ...]
    across: str = ""
    split: tuple[str, ...] = ()
    regional: Regional | None = None
    folded: bool = False
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = ""

    @property
    def id(self) -> str:
        """Names the section: on its page, and its words in the catalogues."""
        return self.name or self.table

    def label_kinds(self, key: str) -> tuple[str, ...]:
        """Gives the kinds of labels of the codes of a key."""
        return self.kinds.get(key, LABEL_KINDS.get(key, (key,)))


def _moves(table: str, kind: str) -> View:
    ends = (kind, "end")
    return View(
        table,
        ("from_class",),
        ("households",),
        across="to_class",
        folded=True,
        kinds={"from_class": ends, "to_class": ends},
    )


_SEGMENTS: Final = {"segmentation": "domeinen"}

STACKING_VIEWS: Final = (
    View("stacking", ("combination",), ("households", "per_1000"), regional=Regional(("per_1000",), "combination")),
    View("dimensions", ("dimensions",), ("households", "per_1000"), regional=Regional(("per_1000",), "dimensions")),
    View(
        "use",
        ("law",),
        ("households", "multiple_households", "multiple_pct"),
        regional=Regional(("households",), "law"),
    ),
    View("providers", ("providers",), ("households",), regional=Regional(("households",), "providers")),
    View(
        "segments",
        ("segment",),
        ("households", "per_1000"),
        split=("segmentation",),
        regional=Regional(("per_1000",), "segment", _SEGMENTS),
    ),
    View("pyramid", ("level",), ("households", "per_1000"), regional=Regional(("per_1000",), "level")),
)
COST_VIEWS: Final = (
    View(
        "costs",
        ("combination",),
        ("mean_cost_eur", "cost_eur", "households"),
        across="domain",
        regional=Regional(("mean_cost_eur",), "combination", {"domain": TOTAL}),
    ),
    View(
        "segments",
        ("segment",),
        ("households", "cost_eur", "cost_share_pct", "mean_cost_eur"),
        split=("segmentation",),
        regional=Regional(("cost_eur",), "segment", _SEGMENTS),
        name="segments_costs",
    ),
)
CONCENTRATION_VIEWS: Final = (
    View(
        "concentration",
        ("top_pct",),
        ("households", "cost_share_pct"),
        split=("denominator",),
        regional=Regional(("cost_share_pct",), "top_pct", {"denominator": "huishoudens"}),
    ),
    View("top_groups", ("top_pct",), ("households", "with_safety", "with_safety_pct")),
)
OVER_TIME_VIEWS: Final = (
    View(
        "flow",
        ("law",),
        ("inflow", "stayed", "outflow"),
        regional=Regional(("inflow", "stayed", "outflow"), where={"law": TOTAL}),
        kinds={"law": ("flow", "domain")},
    ),
    _moves("dimension_transitions", "dimensions"),
    _moves("transitions", "combination"),
    View("duration", ("duration",), ("households",), regional=Regional(("households",), "duration")),
    View(
        "relapse",
        ("within_years",),
        ("households", "relapsed", "relapse_pct"),
        regional=Regional(("relapse_pct",), "within_years"),
    ),
)
APPROACH_VIEWS: Final = (
    View(
        "effects",
        ("group",),
        ("households", "before", "after", "change", "change_low", "change_high"),
        split=("outcome",),
    ),
    View(
        "trajectories",
        ("form", "group"),
        (
            *("offered", "started", "completed", "succeeded", "success_pct", "success_low", "success_high"),
            *("difference_pct", "difference_low", "difference_high"),
        ),
        split=("trajectory",),
    ),
)
COMPARISON_VIEWS: Final = (
    View(
        "comparison",
        ("combination",),
        ("per_1000", "reference_per_1000", "difference", "difference_low", "difference_high"),
        split=("area", "reference_period"),
    ),
)
