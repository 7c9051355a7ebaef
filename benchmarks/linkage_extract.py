"""What an extract does to the records of a register: the corruptions of ``linkage_data.py``, vectorised.

Two mixes of different rates: "a" writes badly, "b" writes little (initials, other names, unknown days, old addresses).
"""

from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, Any]

MIXES: Final = ("a", "b")
#: The share of records (of those it can happen to) per mix.
CORRUPTIONS: Final = {
    "surname_partner": (0.12, 0.25),
    "surname_spelling": (0.03, 0.08),
    "surname_typo": (0.08, 0.03),
    "prefix_dropped": (0.10, 0.04),
    "prefix_respelled": (0.10, 0.30),
    "prefix_in_name": (0.06, 0.15),
    "given_first_only": (0.30, 0.45),
    "given_call_name": (0.25, 0.12),
    "given_typo": (0.06, 0.02),
    "given_initials": (0.08, 0.22),
    "capitals": (0.20, 0.70),
    "sex_wrong": (0.004, 0.008),
    "sex_unknown": (0.01, 0.04),
    "date_wrong": (0.03, 0.01),
    "date_swapped": (0.02, 0.007),
    "date_unknown_day": (0.01, 0.04),
    "moved": (0.12, 0.28),
    "postcode_wrong": (0.04, 0.01),
    "number_variant": (0.12, 0.20),
    "address_missing": (0.02, 0.06),
}
_PREFIXES: Final = {"van der": "v.d.", "van den": "v.d.", "van de": "vd", "van": "v.", "de": "d."}
_SPELLINGS: Final = (
    *(("ij", "y"), ("ks", "x"), ("c", "k"), ("dt", "t"), ("aa", "a"), ("ee", "e"), ("ou", "au"), ("s", "z")),
    *(("v", "f"), ("nn", "n"), ("ss", "s"), ("k", "c"), ("oo", "o"), ("d", "dt"), ("a", "ae"), ("e", "ee")),
)
_KEYBOARD: Final = "qwertyuiopasdfghjklzxcvbnm"
_ADDRESS: Final = ("postcode", "huisnummer", "huisletter", "huisnummertoevoeging")


def corrupted(
    rng: np.random.Generator, columns: dict[str, Array], mix: str
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Gives the text columns of the extract, and per corruption the rows it happened to."""
    extract = _Extract(rng, columns, MIXES.index(mix))
    extract.corrupt_names()
    extract.corrupt_dates()
    extract.corrupt_addresses()
    return extract.columns, extract.happened


class _Extract:
    """Columns of text under corruption; ``happened`` remembers what was changed, not what was drawn."""

    def __init__(self, rng: np.random.Generator, columns: dict[str, Array], mix: int) -> None:
        self.rng, self.mix = rng, mix
        self.columns = {name: np.strings.add(column, "") for name, column in columns.items()}
        self.count = len(columns["postcode"])
        self.happened: dict[str, Array] = {}

    def drawn(self, name: str, possible: Array | bool = True) -> Array:
        """Gives the rows to which a corruption happens."""
        return np.flatnonzero((self.rng.random(self.count) < CORRUPTIONS[name][self.mix]) & possible)

    def write(self, corruption: str, rows: Array, **values: Array | str) -> None:
        """Sets columns on some rows."""
        changed = np.zeros(len(rows), bool)
        for name, value in values.items():
            column = self.columns[name]
            texts = np.broadcast_to(np.asarray(value, dtype=np.str_), rows.shape)
            changed |= column[rows] != texts
            column = column.astype(np.promote_types(column.dtype, texts.dtype))
            column[rows] = texts
            self.columns[name] = column
        self.happened.setdefault(corruption, np.zeros(self.count, bool))[rows[changed]] = True

    def corrupt_names(self) -> None:
        """Partner names, spellings, typing errors, prefixes, initials, call names, capitals; and the sex."""
        own, draw = self.columns, self.rng.choice
        self._partner_names(self.drawn("surname_partner", own["spouse_name"] != ""))
        rows = self.drawn("surname_spelling")
        self.write("surname_spelling", rows, geslachtsnaam=self._respelled(own["geslachtsnaam"][rows]))
        rows = self.drawn("surname_typo")
        self.write("surname_typo", rows, geslachtsnaam=_mistyped(self.rng, own["geslachtsnaam"][rows]))
        self._prefixes()
        rows = self.drawn("given_first_only")
        self.write("given_first_only", rows, voornamen=np.strings.partition(own["voornamen"][rows], " ")[0])
        rows = self.drawn("given_call_name")
        self.write("given_call_name", rows, voornamen=own["called"][rows])
        rows = self.drawn("given_typo")
        self.write("given_typo", rows, voornamen=_mistyped(self.rng, own["voornamen"][rows]))
        rows = self.drawn("given_initials")
        mark = np.strings.add(draw([".", ""], len(rows)), "")
        parts = np.strings.partition(own["voornamen"][rows], " ")
        second = np.strings.slice(parts[2], 1)
        initials = np.strings.add(np.strings.add(np.strings.slice(parts[0], 1), mark), second)
        self.write("given_initials", rows, voornamen=np.where(second == "", initials, np.strings.add(initials, mark)))
        rows = self.drawn("capitals")
        upper = {name: np.strings.upper(own[name][rows]) for name in ("geslachtsnaam", "voorvoegsel", "voornamen")}
        self.write("capitals", rows, **upper)
        rows = self.drawn("sex_wrong")
        self.write("sex_wrong", rows, geslacht=np.where(own["geslacht"][rows] == "M", "V", "M"))
        self.write("sex_unknown", self.drawn("sex_unknown"), geslacht="")

    def _partner_names(self, rows: Array) -> None:
        """The partner's name instead of one's own, before it, or after it."""
        own = {
            name: self.columns[name][rows] for name in ("geslachtsnaam", "voorvoegsel", "spouse_name", "spouse_prefix")
        }
        form = self.rng.choice(3, len(rows), p=[0.35, 0.45, 0.2])
        tail = _with_prefix(own["voorvoegsel"], own["geslachtsnaam"])
        before = _joined(own["spouse_name"], self.rng.choice(["-", " - "], len(rows)), tail)
        after = _joined(own["geslachtsnaam"], "-", _with_prefix(own["spouse_prefix"], own["spouse_name"]))
        names = np.choose(form, [own["spouse_name"], before, after])
        prefixes = np.where(form == 2, own["voorvoegsel"], own["spouse_prefix"])
        self.write("surname_partner", rows, geslachtsnaam=names, voorvoegsel=prefixes)

    def _respelled(self, names: Array) -> Array:
        form, result = self.rng.integers(0, len(_SPELLINGS), len(names)), names.astype("U60")
        for number, (one, other) in enumerate(_SPELLINGS):
            # What does not hold the drawn pair of letters takes the next pair that it holds.
            due = (form <= number) & (result == names)
            result[due] = np.strings.replace(names[due], one, other, count=1)
        return result

    def _prefixes(self) -> None:
        rows = self.drawn("prefix_dropped")
        self.write("prefix_dropped", rows, voorvoegsel="")
        rows = self.drawn("prefix_respelled", np.isin(self.columns["voorvoegsel"], list(_PREFIXES)))
        spelled = np.array([_PREFIXES[prefix] for prefix in self.columns["voorvoegsel"][rows].tolist()], dtype="U8")
        self.write("prefix_respelled", rows, voorvoegsel=spelled)
        rows = self.drawn("prefix_in_name", self.columns["voorvoegsel"] != "")
        whole = _with_prefix(self.columns["voorvoegsel"][rows], self.columns["geslachtsnaam"][rows])
        self.write("prefix_in_name", rows, geslachtsnaam=whole, voorvoegsel="")

    def corrupt_dates(self) -> None:
        """One part wrong, day and month swapped, day (or day and month) unknown."""
        rng = self.rng
        year, month, day = (np.strings.slice(self.columns["geboortedatum"], *part) for part in ((4,), (5, 7), (8, 10)))
        parts = [part.astype(int) for part in (year, month, day)]
        rows = self.drawn("date_wrong")
        kind, step = rng.integers(0, 4, len(rows)), rng.choice([-1, 1], len(rows))
        parts[0][rows] += np.choose(kind, [step, step * 10, 0, 0])
        for index, last in ((1, 12), (2, 28)):
            at = rows[kind == index + 1]
            parts[index][at] = (parts[index][at] - 1 + step[kind == index + 1]) % last + 1
        self.write("date_wrong", rows, geboortedatum=_date(*(part[rows] for part in parts)))
        rows = self.drawn("date_swapped", parts[2] <= 12)
        parts[1][rows], parts[2][rows] = parts[2][rows], parts[1][rows]
        self.write("date_swapped", rows, geboortedatum=_date(*(part[rows] for part in parts)))
        rows = self.drawn("date_unknown_day")
        parts[2][rows] = 0
        parts[1][rows] *= rng.random(len(rows)) < 0.7
        self.write("date_unknown_day", rows, geboortedatum=_date(*(part[rows] for part in parts)))

    def corrupt_addresses(self) -> None:
        """An old address, a wrong postcode, a suffix lost or written elsewhere, no address at all."""
        own, rng = self.columns, self.rng
        rows = self.drawn("moved")
        self.write("moved", rows, **{name: own[f"before_{name}"][rows] for name in _ADDRESS})
        rows = self.drawn("postcode_wrong")
        postcode = _mistyped(rng, np.strings.slice(own["postcode"][rows], 4, 6), only_other=True)
        head = own["postcode"][rows].astype("U4")
        last = (np.strings.slice(head, 3, 4).astype(int) + rng.integers(1, 9, len(rows))) % 10
        digit = np.strings.add(
            np.strings.add(np.strings.slice(head, 3), last.astype("U1")), np.strings.slice(own["postcode"][rows], 4, 6)
        )
        self.write(
            "postcode_wrong",
            rows,
            postcode=np.where(rng.random(len(rows)) < 0.5, digit, np.strings.add(head, np.strings.upper(postcode))),
        )
        rows = self.drawn("number_variant")
        suffix = np.strings.add(own["huisletter"][rows], own["huisnummertoevoeging"][rows])
        merged = _joined(own["huisnummer"][rows], rng.choice(["-", " ", ""], len(rows)), suffix)
        # A suffix is lost, or moves into the number; an address without one gets one now and then.
        lost, stray = rng.random(len(rows)) < 0.5, rng.random(len(rows)) < 0.3
        number = np.where((suffix == "") | lost, own["huisnummer"][rows], merged)
        addition = np.where((suffix == "") & stray, rng.choice(["A", "1", "hs"], len(rows)), "")
        self.write("number_variant", rows, huisnummer=number, huisletter="", huisnummertoevoeging=addition)
        self.write("address_missing", self.drawn("address_missing"), **dict.fromkeys(_ADDRESS, ""))


def _joined(one: Array, mark: Array | str, other: Array) -> Array:
    return np.strings.add(np.strings.add(one, mark), other)


def _with_prefix(prefix: Array, name: Array) -> Array:
    return np.strings.lstrip(_joined(prefix, " ", name))


def _date(year: Array, month: Array, day: Array) -> Array:
    two = [np.strings.zfill(part.astype("U2"), 2) for part in (month, day)]
    return _joined(_joined(year.astype("U4"), "-", two[0]), "-", two[1])


def _mistyped(rng: np.random.Generator, words: Array, only_other: bool = False) -> Array:
    """Gives words with one letter struck beside, left out, doubled or swapped with the next (or only struck beside)."""
    width = words.dtype.itemsize // 4 + 1
    codes = words.astype(f"U{width}").view(np.uint32).reshape(-1, width)
    lengths = np.strings.str_len(words)
    # The first letter is seldom wrong: the place is the larger of two draws.
    at = (np.maximum(rng.random(len(words)), rng.random(len(words))) * lengths).astype(int)[:, None]
    kind = (np.zeros(len(words), int) if only_other else rng.integers(0, 4, len(words)))[:, None]
    column = np.arange(width)[None, :]
    beside = np.where(at + 1 < lengths[:, None], at, np.maximum(at - 1, 0))
    swapped = np.where(column == beside, beside + 1, np.where(column == beside + 1, beside, column))
    source = np.choose(kind, [column, column + (column >= at), column - (column > at), swapped])
    result = np.take_along_axis(codes, np.minimum(source, width - 1), axis=1)
    near = np.array([ord(letter) for letter in _KEYBOARD[1:] + _KEYBOARD[0]], np.uint32)
    place = np.array([_KEYBOARD.index(chr(code)) if chr(code) in _KEYBOARD else 3 for code in range(128)])
    rows = np.flatnonzero((kind[:, 0] == 0) & (lengths > 0))
    struck = at[rows, 0]
    lower = np.minimum(codes[rows, struck] | 32, 127)
    result[rows, struck] = near[place[lower]]
    return np.ascontiguousarray(result).view(f"U{width}").ravel()
