"""Addresses of one neighbourhood: streets, flats, a town hall; unique after normalising, and errors that hit nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from samenloop.synthetic.draws import Draws
from samenloop.synthetic.layout import Buurt

_FIRST_LETTERS: Final = ("ABCDEGHJK", "LMNPRSTVW")
_SECOND_LETTERS: Final = "ABCDEGHJKLMNPRSTVW"
_NEVER_ISSUED: Final = ("SA", "SD", "SS")
# No postcode of any neighbourhood ends in these, so an error in the last letter hits nobody.
_ERROR_LETTERS: Final = "XZ"
_FLAT_SHARE: Final = 0.08
#: Houses of one dwelling that have a letter all the same: without it the address is incomplete, not ambiguous.
_LETTER_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in its plain spelling.

    Attributes:
        postcode: four digits and two letters.
        number: house number.
        letter: huisletter, mostly empty.
        addition: huisnummertoevoeging, mostly empty.
    """

    postcode: str
    number: int
    letter: str = ""
    addition: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """Postcode, number and suffix, normalised: equal keys are one address."""
        return self.postcode, self.number, (self.letter + self.addition).upper()

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The four address columns of a delivery."""
        return self.postcode, str(self.number), self.letter, self.addition


@dataclass(frozen=True, slots=True)
class Dwelling:
    """A place to live: an address, its nummeraanduiding_id and its neighbourhood."""

    address: Address
    dwelling_id: str
    buurtcode: str


class AddressBook:
    """Gives out the addresses of one neighbourhood and knows which are taken.

    Args:
        buurt: the neighbourhood; its postcodes belong to it alone.
        gemeente: four digits, the start of every nummeraanduiding_id.
        draws: the random stream of its streets.
    """

    def __init__(self, buurt: Buurt, gemeente: str, draws: Draws) -> None:
        self._buurt, self._gemeente, self._draws = buurt, gemeente, draws
        self._taken: set[tuple[str, int, str]] = set()
        self._units = self._walk()

    def dwelling(self) -> Dwelling:
        """Gives a new dwelling at an address that nobody had."""
        address = next(self._units)
        self._taken.add(address.key)
        number = self._buurt.index * 100_000 + len(self._taken)
        return Dwelling(address, f"{self._gemeente}20{number:010d}", self._buurt.code)

    def nobody_at(self, address: Address) -> bool:
        """Tells whether no dwelling was ever given out at this address."""
        return address.key not in self._taken

    def with_error(self, address: Address, draws: Draws) -> Address:
        """Gives the address as somebody mistyped it: an address that no dwelling has."""
        number = address.number
        candidates = (
            Address(address.postcode, number * 10 + draws.between(0, 9), address.letter, address.addition),
            Address(address.postcode, number, "", ""),
            Address(address.postcode, int(str(number)[::-1]), address.letter, address.addition),
        )
        mistyped = draws.pick(candidates)
        if self.nobody_at(mistyped):
            return mistyped
        letters = address.postcode[:5] + draws.pick(_ERROR_LETTERS)
        return Address(letters, number, address.letter, address.addition)

    def _postcodes(self) -> Iterator[str]:
        for first in _FIRST_LETTERS[self._buurt.upper_half]:
            for second in _SECOND_LETTERS:
                if first + second not in _NEVER_ISSUED:
                    yield f"{self._buurt.postal_area}{first}{second}"

    def _walk(self) -> Iterator[Address]:
        """Walks street by street, house by house; a house of flats has several addresses."""
        draws = self._draws
        for postcode in self._postcodes():
            number = draws.between(1, 40)
            for _ in range(draws.between(18, 30)):
                kind = draws.uniform()
                if kind < _FLAT_SHARE:
                    yield from _flats(postcode, number, draws)
                else:
                    yield Address(postcode, number, "A" if kind > 1 - _LETTER_SHARE else "")
                number += 2


def _flats(postcode: str, number: int, draws: Draws) -> Iterator[Address]:
    """Gives the flats of one house number; in one of three the house itself has an address too."""
    units = draws.between(2, 8)
    style = draws.between(0, 3)
    if draws.chance(0.33):
        yield Address(postcode, number)
    for unit in range(units):
        if style == 0:
            yield Address(postcode, number, "ABCDEFGH"[unit])
        elif style == 1:
            yield Address(postcode, number, "", str(unit + 1))
        elif style == 2:
            yield Address(postcode, number, "A", f"{unit + 1}")
        else:
            yield Address(postcode, number, "", ("bis", "hs", "I", "II", "III", "IV", "V", "VI")[unit])


def town_hall(buurt: Buurt) -> Address:
    """Gives the address of correspondence of this neighbourhood; numbers this high are no dwelling."""
    return Address(f"{buurt.postal_area}{_FIRST_LETTERS[buurt.upper_half][0]}A", 2000)


def care_home(buurt: Buurt) -> Address:
    """Gives the address of the care home of this neighbourhood."""
    return Address(f"{buurt.postal_area}{_FIRST_LETTERS[buurt.upper_half][0]}B", 3000)
