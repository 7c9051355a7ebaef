"""Dutch words for the codes of the tables, from the catalogue of the pages; the order is the order on the page."""

from typing import Final

from outputs.publication.site.words import Words, region_name
from schemas.domains import COMBINATIONS, TOTAL

_DUTCH: Final = Words("nl")

#: Sums of combinations stand in the comparison only.
COMBINATION_LABELS: Final = {
    code: text for code, text in _DUTCH.labels("combination").items() if " of meer" not in code
}
#: Combinations in which a household uses two or three laws at once.
SEVERAL_LAWS: Final[tuple[str, ...]] = tuple(name for name in COMBINATIONS if "+" in name)
DIMENSION_LABELS: Final = _DUTCH.labels("dimensions")
DOMAIN_LABELS: Final = _DUTCH.labels("domain")
DENOMINATOR_LABELS: Final = _DUTCH.labels("denominator")
PROVIDER_LABELS: Final = _DUTCH.labels("providers")
METHOD_LABELS: Final = _DUTCH.labels("method")
TABLE_TITLES: Final = _DUTCH.labels("table")
ALL_HOUSEHOLDS: Final = COMBINATION_LABELS[TOTAL]


def region_label(code: str) -> str:
    """Gives a CBS region code, and says so when the district or neighbourhood is unknown (ends in 99 or 9999)."""
    return region_name(_DUTCH, code)
