"""Numbers that identify synthetic people: valid, unique, and given out without remembering which were given."""

from typing import Final

_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2)
_SHARE_WITH_LEADING_ZERO: Final = 0.08
_FULL: Final = (10_000_000, 90_000_000)
_SHORT: Final = (1_000_000, 9_000_000)
_LANES: Final = 2
# Odd and no multiple of 3 or 5: steps of this size visit every prefix of both ranges before they repeat one, and
# steps of twice this size every prefix of one parity, which is what keeps the lanes apart.
_STEP: Final = 7_368_787


def check_remainder(first_eight: str) -> int:
    """Gives the weighted sum of eight digits modulo 11: the ninth digit of a BSN, or 10 when there is none."""
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_eight, strict=True)) % 11


class _Prefixes:
    """Walks the eight-digit prefixes of one lane of a range once, in a scattered order (an affine bijection)."""

    def __init__(self, low: int, size: int, seed: int, lane: int) -> None:
        self._low, self._size = low, size
        self._position = (seed * 2_654_435_761 + lane * _STEP) % size

    def next(self) -> str:
        self._position = (self._position + _LANES * _STEP) % self._size
        return f"{self._low + self._position:08d}"


class Identifiers:
    """Gives out BSNs and education numbers, each once.

    About 8 in 100 BSNs start with exactly one zero. The sentinels 000000000 and 999999999 cannot occur.

    Args:
        seed: same seed, same numbers in the same order.
        lane: 0 for people of the frame, 1 for all others; numbers of different lanes differ.
    """

    def __init__(self, seed: int, lane: int = 0) -> None:
        self._full = _Prefixes(*_FULL, seed, lane)
        self._short = _Prefixes(*_SHORT, seed, lane)
        self._given = 0
        self._pupils = seed % 1_000_000

    def bsn(self) -> str:
        """Gives the next BSN, nine digits that pass the eleven test."""
        self._given += 1
        due = int(self._given * _SHARE_WITH_LEADING_ZERO) - int((self._given - 1) * _SHARE_WITH_LEADING_ZERO)
        prefixes = self._short if due else self._full
        while True:
            prefix = prefixes.next()
            check = check_remainder(prefix)
            if check < 10:
                return f"{prefix}{check}"

    def education_number(self) -> str:
        """Gives the next education number: nine digits starting with 10 that leave remainder 5 and so are no BSN."""
        while True:
            self._pupils = (self._pupils + 1) % 1_000_000
            prefix = f"10{self._pupils:06d}"
            check = (check_remainder(prefix) - 5) % 11
            if check < 10:
                return f"{prefix}{check}"


def misread(bsn: str) -> str:
    """Gives the BSN with its last digit misread, so that it fails the eleven test."""
    return f"{bsn[:8]}{(int(bsn[8]) + 1) % 10}"
