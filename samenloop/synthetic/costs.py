"""Cost levels of the synthetic municipality, calibrated on the published concentration of cost.

Source: municipal action research, Zoetermeer 2018 and a comparable municipality: households with one dimension take
about 50% of the budget, two 30%, three or four 20%; the top 1% of all households takes about 30%, the top 4% about 55%;
a benefit costs EUR 14,000 a year on average. Amounts are euro cents per half-year.
"""

from enum import IntEnum
from typing import Final

from samenloop.synthetic.draws import Draws


class Level(IntEnum):
    """How heavy the care of a household is."""

    NONE = 0
    ONE_DIMENSION = 1
    TWO_DIMENSIONS = 2
    TWO_LAWS_AND_DEBTS = 3
    THREE_LAWS = 4


#: Mean cost of care per household and half-year, by law and level.
_CARE: Final = {
    "jeugd": (0, 500_000, 950_000, 1_300_000, 3_200_000),
    "wmo": (0, 230_000, 800_000, 1_300_000, 3_200_000),
}
_SPREAD: Final = (0.0, 0.95, 0.8, 0.5, 0.5)
_DEBT_HELP: Final = 150_000

#: Euro cents per month by leefvorm: living alone, lone parent, lodging, married, living together.
_MONTHLY: Final = {"01": 114_000, "02": 125_000, "06": 95_000, "08": 163_000, "09": 163_000}


def level(laws: int, *, debts: bool) -> Level:
    """Gives the level of a household that uses this many laws, with or without debt help."""
    if laws == 3:
        return Level.THREE_LAWS
    if laws == 2:
        return Level.TWO_LAWS_AND_DEBTS if debts else Level.TWO_DIMENSIONS
    return Level(laws + debts)


def care(source: str, at: Level, draws: Draws) -> int:
    """Gives the cost of the care of one household under jeugd or wmo, in cents per half-year."""
    return max(round(draws.lognormal(_CARE[source][at], _SPREAD[at])), 5_000)


def benefit(family_code: str, draws: Draws) -> int:
    """Gives the amount of a benefit in cents per month; income from work is deducted for some."""
    deducted = 0.3 + 0.5 * draws.uniform() if draws.chance(0.1) else 1.0
    return round(_MONTHLY[family_code] * deducted * (0.97 + 0.06 * draws.uniform()))


def debt_help(draws: Draws) -> int:
    """Gives the cost of debt help in cents per half-year."""
    return max(round(draws.lognormal(_DEBT_HELP, 0.5)), 5_000)
