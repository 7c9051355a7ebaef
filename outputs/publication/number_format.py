"""Dutch notation for the page: 1.234, 12,3%, € 1.234.000, 1 juli 2018, eerste halfjaar van 2018.

Groups are parted by a full stop and never broken over two lines; the minus is the typographic one, which a
screen reader speaks as "min".
"""

from datetime import date
from typing import Final

from schemas.period import HalfYear

NO_BREAK_SPACE: Final = "\u00a0"
MINUS: Final = "\u2212"

_SWAPPED: Final = str.maketrans({",": ".", ".": ",", "-": MINUS})
_MONTHS: Final = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def whole(value: float) -> str:
    """Gives a whole number: ``1.234``.

    Raises:
        ValueError: the value has a fraction; a figure is rounded where it is protected, never here.
    """
    if value != int(value):
        raise ValueError("a whole figure has no fraction")
    return f"{int(value):,}".translate(_SWAPPED)


def one_decimal(value: float) -> str:
    """Gives a number with one decimal: ``1.234,5``."""
    # Adding zero turns the negative zero that rounding can leave into a plain one.
    return f"{round(value, 1) + 0.0:,.1f}".translate(_SWAPPED)


def percent(value: float) -> str:
    """Gives a whole percentage: ``12%``."""
    return f"{whole(value)}%"


def percent_one_decimal(value: float) -> str:
    """Gives a percentage with one decimal: ``12,3%``."""
    return f"{one_decimal(value)}%"


def euro(value: float) -> str:
    """Gives whole euros, the sign tied to its amount: ``€ 1.234.000``."""
    return f"€{NO_BREAK_SPACE}{whole(value)}"


def long_date(day: date) -> str:
    """Gives a date in words: ``1 juli 2018``."""
    return NO_BREAK_SPACE.join((str(day.day), _MONTHS[day.month - 1])) + f" {day.year}"


def half_year(period: str) -> str:
    """Gives a period such as ``2018H1`` in words: ``eerste halfjaar van 2018``.

    Raises:
        ValueError: the text is no half-year.
    """
    parsed = HalfYear.parse(period)
    return f"{'eerste' if parsed.half == 1 else 'tweede'} halfjaar van {parsed.year}"
