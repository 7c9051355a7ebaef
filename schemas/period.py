"""Half-year periods, the unit of time of the Dutch statistic on stacked provisions."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_PATTERN = re.compile(r"(\d{4})H([12])")


@dataclass(frozen=True, order=True)
class HalfYear:
    """A half-year such as ``2018H1`` (1 January to 30 June 2018).

    Raises:
        ValueError: the half is not 1 or 2, or the year lies outside 1900-2999.
    """

    year: int
    half: int

    def __post_init__(self) -> None:
        if self.half not in (1, 2) or not 1900 <= self.year <= 2999:
            raise ValueError("a period is a half-year such as 2018H1")

    @classmethod
    def parse(cls, text: str) -> "HalfYear":
        """Reads ``2018H1``.

        Raises:
            ValueError: the text has another form.
        """
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError("a period is a half-year such as 2018H1")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year}H{self.half}"

    @property
    def first_day(self) -> date:
        """1 January or 1 July."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> date:
        """30 June or 31 December, inclusive."""
        return self.following.first_day - timedelta(days=1)

    @property
    def preceding(self) -> "HalfYear":
        """The half-year before."""
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)

    @property
    def following(self) -> "HalfYear":
        """The next half-year."""
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)
