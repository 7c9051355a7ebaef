"""The truth beside a delivery: per private household what a correct reading of the messy registers must find."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from samenloop.synthetic.people import Household
from schemas.domains import COMBINATIONS

COST_SOURCES: Final = ("jeugd", "pwet", "wmo", "shv", "veiligheid")

#: One row per private household: address (postcode-number-suffix, the dwelling's key), persons after objections, exact
#: combination, 1 or 0 for active debt help and active RMC reports by BSN, number of Veiligheid events, and euro cents
#: in the period per domain. Costs of Veiligheid are those of the household where the events belong, however spelled.
TRUTH_COLUMNS: Final = (
    *("address", "buurtcode", "persons", "combination", "shv", "rmc", "veiligheid"),
    *(f"cost_cent_{source}" for source in COST_SOURCES),
)


@dataclass(slots=True)
class Tally:
    """What one household turns out to have in one period."""

    objectors: int = 0
    rmc: bool = False
    events: int = 0
    cents: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COST_SOURCES, 0))


def truth_path(folder: Path) -> Path:
    """Gives where the truth of a delivery lies: beside its folder, never inside."""
    return folder.with_name(f"{folder.name}.truth.csv")


def truth_cells(household: Household, tally: Tally) -> tuple[str, ...]:
    """Gives the row of one household."""
    postcode, number, suffix = household.dwelling.address.key
    flags = (int(household.debt is not None), int(tally.rmc), tally.events)
    return (
        "-".join((postcode, str(number), *filter(None, (suffix,)))),
        household.dwelling.buurtcode,
        str(len(household.members) - tally.objectors),
        COMBINATIONS[household.combination],
        *map(str, flags),
        *(str(tally.cents[source]) for source in COST_SOURCES),
    )
