"""Providers of care: their codes, and how many of them sit at the kitchen table of one household.

Source of the numbers: municipal action research of 2010-2019; in half of a caseload of multi-problem households
10 to 20 providers, one household that started at 22 and one of 89.
"""

from typing import Final

from samenloop.synthetic.draws import Draws, Weighted

_OWN: Final = {"jeugd": tuple(f"AGBJ{n:04d}" for n in range(60)), "wmo": tuple(f"AGBW{n:04d}" for n in range(70))}
_BOTH: Final = tuple(f"AGBB{n:04d}" for n in range(12))
_CHOICE: Final = {
    source: Weighted({code: 1 / (rank + 4) for rank, code in enumerate((*codes[:6], *_BOTH, *codes[6:]))})
    for source, codes in _OWN.items()
}
_CROWDS: Final = ((5_000, 24), (20_000, 89))


class Crowds:
    """The very few households with far more providers than all others; a larger municipality has one or two.

    Args:
        households: size of the municipality.
    """

    def __init__(self, households: int) -> None:
        self._due = [providers for size, providers in _CROWDS if households >= size]

    def next(self) -> int:
        """Gives the number of providers of the next exceptional household, 0 when there is none left."""
        return self._due.pop(0) if self._due else 0


def how_many(laws: int, draws: Draws, crowds: Crowds) -> int:
    """Gives the number of providers of care of a household that uses this many laws (1 to 3)."""
    if laws == 1:
        return 1 if draws.chance(0.75) else 2
    if laws == 2:
        return draws.between(2, 5)
    return crowds.next() or (draws.between(10, 20) if draws.chance(0.5) else draws.between(4, 9))


def choose(source: str, count: int, avoid: set[str], draws: Draws) -> list[str]:
    """Gives distinct provider codes of jeugd or wmo, popular ones first; none of those to avoid."""
    chosen: list[str] = []
    if count > len(_OWN[source]) // 4:
        free = [code for code in _OWN[source] if code not in avoid]
        return free[:count]
    while len(chosen) < count:
        code = _CHOICE[source].draw(draws)
        if code not in avoid and code not in chosen:
            chosen.append(code)
    return chosen
