"""Names that look Dutch and occur nowhere else: a search for one in any output finds a leak and nothing but a leak."""

from typing import Final

from samenloop.synthetic.draws import Draws, Weighted

_ONSETS: Final = (
    *("Bl", "Br", "Dr", "Fr", "Gl", "Gr", "Kl", "Kn", "Kr", "Pl"),
    *("Schr", "Sl", "Sn", "Spr", "Str", "Tr", "Vl", "Vr", "Wr", "Zw"),
)
_KERNELS: Final = ("aaim", "ijzel", "oev", "uyp", "oost", "eukel", "ielt", "auwer", "iemer", "ooverk")
_ENDINGS: Final = (
    *("enkema", "inkhof", "erstra", "elveen", "oldsma", "inghuis", "ersloot", "akkerveld", "enbroek", "inga"),
    *("oënsma", "elaarts", "emeijer", "ebrugge", "enkamp", "erwoude", "izande", "ewaard"),
)
_GIVEN_STEMS: Final = (
    *("Aalb", "Brechk", "Dirkj", "Evertj", "Fokkel", "Gerbr", "Hylk", "Idsk", "Jorrek", "Klaask", "Liewk"),
    *("Meindr", "Nannk", "Okkel", "Pietk", "Reinkj", "Sjoerdk", "Tjaark", "Ubbel", "Wiebk", "Ypkel", "Zweitsk"),
)
_GIVEN_ENDINGS: Final = {
    "V": ("elina", "intje", "ardina", "olijn", "etine", "uwina", "ijntje", "eberta", "omina", "alietje"),
    "M": ("eldert", "ubrand", "ewijn", "emarus", "oldus", "ijnald", "ebertus", "omaris", "efons", "arik"),
}
_PREFIXES: Final = Weighted(
    {"": 0.72, "van": 0.1, "de": 0.08, "van der": 0.05, "van den": 0.02, "ten": 0.02, "el": 0.01}
)


def surnames() -> tuple[str, ...]:
    """Gives every surname, the most frequent first."""
    return _scattered([onset + kernel + ending for ending in _ENDINGS for kernel in _KERNELS for onset in _ONSETS])


def given_names(sex: str) -> tuple[str, ...]:
    """Gives every given name of a sex (M or V)."""
    return _scattered([stem + ending for stem in _GIVEN_STEMS for ending in _GIVEN_ENDINGS[sex]])


def _scattered(composed: list[str]) -> tuple[str, ...]:
    """Gives the names in an order in which neighbours differ, so that frequent names do not look alike."""
    # A prime that divides neither number of names, so that every name has its turn once.
    return tuple(composed[place * 1259 % len(composed)] for place in range(len(composed)))


# Zipf-like: a few names are frequent, most are rare, as in a real register.
_SURNAMES: Final = Weighted({name: 1 / (rank + 10) for rank, name in enumerate(surnames())})
_GIVEN: Final = {
    sex: Weighted({name: 1 / (rank + 20) for rank, name in enumerate(given_names(sex))}) for sex in ("M", "V")
}


def surname(draws: Draws) -> tuple[str, str]:
    """Gives a prefix (voorvoegsel, often empty) and a surname."""
    return _PREFIXES.draw(draws), _SURNAMES.draw(draws)


def given(draws: Draws, sex: str) -> str:
    """Gives one or two given names."""
    first = _GIVEN[sex].draw(draws)
    return f"{first} {_GIVEN[sex].draw(draws)}" if draws.chance(0.2) else first
