"""Dutch persons in two files: a clean register, and an extract such as a police file that knows no BSN.

Half of the difficulty is who else there is: households with one surname, twins, sons named after their father, one
number with many flats. The other half is what the extract did to a record (``linkage_extract.py``). Names are as
frequent as in the Netherlands: a head of common ones and a tail of tens of thousands made of syllables. Seeded.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
from linkage_extract import MIXES, corrupted

Array = np.ndarray[Any, Any]

TEXT_COLUMNS: Final = (
    *("geslachtsnaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht"),
    *("postcode", "huisnummer", "huisletter", "huisnummertoevoeging"),
)
_SURNAMES: Final = """
de_Jong Jansen de_Vries van_den_Berg van_Dijk Bakker Janssen Visser Smit Meijer de_Boer Mulder de_Groot Bos Vos Peters
Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits de_Graaf van_der_Meer van_der_Linden Kok Jacobs de_Haan
Vermeulen van_den_Heuvel van_der_Veen van_den_Broek de_Bruijn de_Bruin van_der_Heijden Schouten van_Beek Willems
van_Vliet van_de_Ven Hoekstra Maas Verhoeven Koster van_Dam van_der_Wal Prins Blom Huisman Peeters de_Jonge Kuipers
van_Veen Post Kuiper Veenstra Kramer van_den_Brink Scholten van_Wijk Postma Martens Vink de_Ruiter Timmermans Groen
Gerritsen Jonker van_Loon Boer van_der_Velde Willemsen Smeets de_Lange de_Vos Bosch van_Dongen Schipper de_Koning
van_der_Laan Koning van_der_Velden Driessen van_Doorn Hermans Evers van_den_Bosch van_der_Meulen Hofman Bosman Wolters
Sanders van_der_Horst Mol Kuijpers Molenaar Yilmaz El_Idrissi Nguyen Singh Ali Mohamed Kaya Demir Özdemir Bouzidi
"""
_GIVEN: Final = {
    "M": """Johannes:Jan Cornelis:Kees Hendrik:Henk Willem:Wim Pieter:Piet Jan Gerrit Jacobus:Jaap Petrus:Peter
    Adrianus:Ad Marinus:Rien Antonius:Ton Franciscus:Frans Wilhelmus:Wim Martinus:Tinus Gerardus:Gerard Theodorus:Theo
    Thomas:Tom Daan Sem Lucas:Luuk Levi Noah Finn Bram Lars Jesse Milan Thijs Ruben Tim Stefan Jeroen Marco Patrick
    Robert:Rob Michael:Mike Alexander:Sander Mohamed:Mo Ahmed Mustafa Ali Youssef Mehmet Ibrahim René André""",
    "V": """Maria:Ria Johanna:Joke Cornelia:Corrie Anna:Anneke Elisabeth:Lies Catharina:Toos Wilhelmina:Mien
    Hendrika:Riek Jacoba:Coba Petronella:Nel Adriana:Jana Margaretha:Greet Geertruida:Truus Gerarda:Gerda Antonia:Toni
    Francisca:Cisca Theodora:Dora Emma Julia Sophie:Fie Tess Lisa Sanne Eva Lotte Anouk Femke Iris Fleur Esmée Zoë
    Monique:Moon Ingrid Petra Linda Sandra Angela Fatima Khadija Aicha Fatma Emine Yasmina Noor Saar Mila""",
}
_TAILS: Final = {
    "S": ("Aa Be Bo Bra Cla Da Dre El Fo Gaa Goe Haa Hu Ja Kla Ko Lee Lo Maa Mee Ni Noo Oo Pa Ra Roe Scha Sla Sta Ter "
          "Vaa Vel Waa Wie Zan Zee", "n l ver ns r der ld rt kel m st ng", "ma stra inga burg man hof kamp veld horst "
          "broek huis sma ink ing ers wijk dijk berg straten mans huizen stein donk laar meijer boom vaart"),
    "M": ("Aa Bas Di El Fre Ge He Ja Jo Ka Le Ma Mi Ni Re Ro Sa Sje Tho Wy", "r l n rt m d k", "no mer win nout rick "
          "bert fer dor jan lin mar niel rik han as"),
    "V": ("A Be Car Di E Fe Ge Hil I Ja Jo Kar Le Ma Mi Na Re Ro Sa Wil", "r l n rt m d k", "na line tje lia da mien "
          "cha ra sja nne bel dra ke ly ette"),
}  # fmt: skip
_PER_POSTCODE: Final = 17


@dataclass(frozen=True)
class LinkageData:
    """Two files and the truth between them.

    Attributes:
        register: id and ``TEXT_COLUMNS`` of the clean register.
        records: the same columns of the extract.
        truth: rows (``register``, ``record``) that are one person.
        corruptions: per row of the extract a boolean per name of ``linkage_extract.CORRUPTIONS``.
    """

    register: pa.Table
    records: pa.Table
    truth: pa.Table
    corruptions: pa.Table


def linkage_data(size: int, overlap: float, mix: str = "a", seed: int = 1, most: int = 1) -> LinkageData:
    """Gives ``size`` persons per file, a share ``overlap`` in both, in the extract with up to ``most`` records."""
    rng = np.random.default_rng([seed, size, round(overlap * 1000), MIXES.index(mix)])
    shared = round(size * overlap)
    people = _population(rng, 2 * size - shared)
    # Members of one household fall in either file or in both: a brother is no rarer in the extract than the person.
    order = rng.permutation(2 * size - shared)
    left, right = rng.permutation(order[:size]), rng.permutation(order[size - shared :])
    if most > 1:
        right = rng.permutation(np.repeat(right, rng.integers(1, most + 1, size)))
    row_of = np.full(len(order), -1)
    row_of[left] = np.arange(size)
    found = row_of[right]
    truth = pa.table({"register": found[found >= 0], "record": np.flatnonzero(found >= 0)})
    extract, happened = corrupted(rng, _written(people, right), mix)
    return LinkageData(as_text(rng, _written(people, left)), as_text(rng, extract), truth, pa.table(happened))


def as_text(rng: np.random.Generator, columns: dict[str, Array]) -> pa.Table:
    """Gives ``TEXT_COLUMNS`` with a random 16-byte id; what is empty is null."""
    count = len(columns[TEXT_COLUMNS[0]])
    ids = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), count, [None, pa.py_buffer(rng.bytes(16 * count))])
    texts = {name: pa.array(columns[name], pa.string(), mask=columns[name] == "") for name in TEXT_COLUMNS}
    return pa.table({"id": ids, **texts})


@cache
def _surnames() -> tuple[Array, Array, Array]:
    """Gives the prefix and the rest of every surname, and the cumulative share of the population."""
    rng = np.random.default_rng(1)
    tail = _syllables("S", ("", "e", "i", "a", "o"))
    # A prefix belongs to a name, not to a person: a quarter of the tail has one.
    prefixes = rng.choice(["", "van ", "de ", "van der ", "van den "], len(tail), p=[0.75, 0.09, 0.07, 0.06, 0.03])
    full = [name.replace("_", " ") for name in _SURNAMES.split()] + [
        p + name for p, name in zip(prefixes, tail, strict=True)
    ]
    prefix, _, name = zip(*(one.rpartition(" ") for one in full), strict=True)
    return np.array(prefix), np.array(name), _cumulative(len(full), 25)


@cache
def _given(sex: str) -> tuple[Array, Array, Array]:
    """Gives every given name of a sex, its form in daily use, and the cumulative share."""
    pairs = [one.partition(":") for one in [*_GIVEN[sex].split(), *_syllables(sex, ("", "e"))]]
    called = np.array([daily or name for name, _, daily in pairs])
    return np.array([name for name, _, _ in pairs]), called, _cumulative(len(pairs), 12)


def _syllables(kind: str, bridges: tuple[str, ...]) -> list[str]:
    starts, middles, ends = (part.split() for part in _TAILS[kind])
    made = dict.fromkeys(s + m + b + e for e in ends for b in bridges for m in middles for s in starts)
    # A fixed shuffle, so that neighbours in frequency do not look alike.
    return [str(name) for name in np.random.default_rng(1).permutation(list(made))]


def _cumulative(count: int, flat: int) -> Array:
    weights = 1 / (np.arange(count) + flat)
    return np.cumsum(weights) / weights.sum()


def _population(rng: np.random.Generator, count: int) -> dict[str, Array]:
    """Gives persons in households, names and dwellings still as codes."""
    sizes = rng.choice([1, 2, 3, 4, 5], count, p=[0.36, 0.30, 0.12, 0.16, 0.06])
    house = np.repeat(np.arange(count), sizes)[:count]
    head = np.searchsorted(house, house)
    place = np.arange(count) - head
    born = _births(rng, head, place)
    male = rng.random(count) < 0.5
    male = np.where(place == 1, male[head] ^ (rng.random(count) < 0.96), male)
    spouse = np.where(place == 0, np.minimum(np.arange(count) + 1, count - 1), head)
    has_spouse = (place < 2) & (house[spouse] == house)
    surname = np.searchsorted(_surnames()[2], rng.random(count))
    # In three households of ten the partner carries the same surname, so that everybody does.
    mother = (place >= 2) & (rng.random(count) < 0.12)
    same = ((place >= 2) & ~mother) | ((place == 1) & (rng.random(count) < 0.3)[head])
    surname = np.where(mother, surname[np.minimum(head + 1, count - 1)], np.where(same, surname[head], surname))
    given = np.where(male[:, None], *(np.searchsorted(_given(sex)[2], rng.random((count, 3))) for sex in "MV"))
    given[np.arange(3) >= rng.choice([1, 2, 3], count, p=[0.5, 0.3, 0.2])[:, None]] = -1
    namesake = (place >= 2) & male & male[head] & (rng.random(count) < 0.05)
    given[namesake] = given[head][namesake]
    dwelling = rng.permutation(count)[house]  # more dwellings than households: who moved came from somewhere
    return {
        **{"born": born, "male": male, "surname": surname, "given": given, "dwelling": dwelling},
        **{"spouse": np.where(has_spouse, surname[spouse], -1), "before": rng.permutation(count)[house]},
    }


def _births(rng: np.random.Generator, head: Array, place: Array) -> Array:
    """Gives dates of birth: partners of about one age, children a generation younger, some of them twins."""
    today, count = np.datetime64("2026-01-01"), len(head)
    adult = today - rng.integers(24 * 365, 88 * 365, count)
    partner = adult[head] + rng.integers(-2000, 2000, count)
    eldest = adult[head] + 20 * 365
    span = (np.minimum(adult[head] + 42 * 365, today - 1) - eldest).astype(int)
    born = np.select([place == 0, place == 1], [adult, partner], eldest + (rng.random(count) * span).astype(int))
    twin = np.flatnonzero((place >= 3) & (rng.random(count) < 0.03))
    born[twin] = born[twin - 1]
    return born


def _written(people: dict[str, Array], rows: Array) -> dict[str, Array]:
    """Gives rows as text, and what else the extract may know them by (partner's name, daily name, old address)."""
    some = {name: column[rows] for name, column in people.items()}
    prefix, name, _ = _surnames()
    (men, men_called, _), (women, women_called, _) = (_given(sex) for sex in "MV")
    male, first = some["male"], some["given"][:, 0]
    given = np.where(male[:, None], men[some["given"] % len(men)], women[some["given"] % len(women)])
    given[some["given"] < 0] = ""
    joined = np.strings.strip(np.strings.add(np.strings.add(given[:, 0], " "), given[:, 1]))
    joined = np.strings.strip(np.strings.add(np.strings.add(joined, " "), given[:, 2]))
    spouse = some["spouse"] >= 0
    return {
        **{"geslachtsnaam": name[some["surname"]], "voorvoegsel": prefix[some["surname"]], "voornamen": joined},
        **{"geboortedatum": some["born"].astype("U10"), "geslacht": np.where(male, "M", "V")},
        **_address(some["dwelling"]),
        **{f"before_{key}": column for key, column in _address(some["before"]).items()},
        "called": np.where(male, men_called[first % len(men)], women_called[first % len(women)]),
        "spouse_name": np.where(spouse, name[some["spouse"]], ""),
        "spouse_prefix": np.where(spouse, prefix[some["spouse"]], ""),
    }


def _address(dwelling: Array) -> dict[str, Array]:
    """Gives the address of a dwelling; one postcode of seven is a block of flats, one number with many additions."""
    code, door = np.divmod(dwelling, _PER_POSTCODE)
    letters = np.array([a + b for a in "ABCDEGHJKL" for b in "ABCDEGHJKLMN"])
    flats = code % 7 == 0
    number = np.where(flats, code % 60 + 1, code % 5 * 40 + door * 2 + 1)
    return {
        "postcode": np.strings.add((1000 + code // len(letters) * 3 % 9000).astype("U4"), letters[code % len(letters)]),
        "huisnummer": number.astype("U5"),
        "huisletter": np.where(~flats & (dwelling % 13 == 0), "A", ""),
        "huisnummertoevoeging": np.where(flats, (door + 1).astype("U4"), np.where(dwelling % 29 == 0, "bis", "")),
    }
