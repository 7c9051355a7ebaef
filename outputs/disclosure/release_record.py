"""What is kept of a release, so that the next one can be held against it: what was printed, and seals of the truth.

A seal is a keyed hash of a cell and its true figure: two releases with the same seal had the same truth there, and
that is all it tells. Records are kept encrypted (``samenloop.release_ledger``).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NoReturn

from pydantic import Field

from schemas.strict import Strict

_SEAL_BYTES: Final = 12


class PublishedFigure(Strict):
    """One figure of a release.

    Attributes:
        figure: what was printed; None when it was hidden.
        within: the truth lies at most this far from it.
        seal: of the true figure.
    """

    figure: int | None
    within: int = Field(ge=0)
    seal: str


class RoundedCell(Strict):
    """One cell of the base cube: what it was rounded to, and the seal of its true count."""

    rounded: int = Field(ge=0)
    seal: str


class NoisyTable(Strict):
    """A differentially private table of a release.

    Attributes:
        spent: epsilon that it cost.
        counts: the noisy counts of its smallest regions and classes, row by row.
    """

    spent: float = Field(ge=0)
    counts: tuple[int, ...]


class ReleaseRecord(Strict):
    """One release.

    Attributes:
        release, period: which.
        made: the day on which it was drafted; a released record bears the day of its approval.
        cells: label of a cell of the base cube -> how it was rounded; cells with zero households left out.
        figures: ``table|figure|keys`` -> figure, for counts and costs.
        moved: cells of the cube whose count differs from the last release of the same period, in the wijk where that
            are fewest but not none; 0: nothing moved; None: there is no such release.
        noisy: its differentially private tables; together they are the ledger of the budget.
    """

    release: str
    period: str
    made: date
    cells: dict[str, RoundedCell]
    figures: dict[str, PublishedFigure]
    moved: int | None = None
    noisy: dict[str, NoisyTable] = Field(default_factory=dict)


class Secrets:
    """The secret bytes of a purpose with which choices are drawn and truths sealed; it shows them to nobody."""

    __slots__ = ("__rounding", "__sealing")

    def __init__(self, rounding: bytes, sealing: bytes) -> None:
        if len(rounding) != 32 or len(sealing) != 32 or rounding == sealing:
            raise ValueError("two different secrets of 32 bytes are needed")
        self.__rounding, self.__sealing = rounding, sealing

    @property
    def rounding_key(self) -> bytes:
        """The key of the rounding; ``Choice`` alone asks for it."""
        return self.__rounding

    def seal(self, label: str, figure: int) -> str:
        """Gives the seal of a true figure."""
        digest = hashlib.blake2b(f"{label}={figure}".encode(), key=self.__sealing, digest_size=_SEAL_BYTES)
        return digest.hexdigest()

    def __repr__(self) -> str:
        return "<secrets of a purpose>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("secrets are never pickled or copied")


def figure_label(table: str, figure: str, keys: Iterable[str]) -> str:
    """Names a figure: ``stacking|households|GM0637|Jeugd``."""
    return "|".join((table, figure, *keys))


def unmoved(record: ReleaseRecord, earlier: Iterable[ReleaseRecord]) -> Iterator[tuple[str, PublishedFigure]]:
    """Yields the printed figures of earlier releases whose truth is still that of this record."""
    for one in earlier:
        for label, then in one.figures.items():
            now = record.figures.get(label)
            if now is not None and then.figure is not None and then.seal == now.seal:
                yield label, then


def bound_cells(earlier: Iterable[ReleaseRecord], seals: Mapping[str, str]) -> dict[str, int]:
    """Gives label -> rounded count of cells that an earlier release knew with the same count; the latest counts."""
    found: dict[str, int] = {}
    for one in earlier:
        found |= {label: cell.rounded for label, cell in one.cells.items() if seals.get(label) == cell.seal}
    return found
