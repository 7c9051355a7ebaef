"""Builds the rows of ``brp``: dwellings that look alike, persons who stand in the register twice, odd codes."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from reference.messy_cells import (
    BAD_DATES,
    SHORT_BSNS,
    TEST_BSNS,
    address_cells,
    any_date,
    spell_address,
    spell_bsn,
    unreadable_address,
    unreadable_bsn,
)

BUURTEN = ["BU06370101", "BU06370102", "BU06370201", "BU06370202"]
POSTCODES = ["2711AA", "2711AB", "2712BC", "2725ZZ"]
UNITS = [("", ""), ("", ""), ("", ""), ("A", ""), ("B", ""), ("", "2"), ("A", "hs"), ("", "bis")]
MALFORMED_IDS = ["", "", "063720000000001", "06372000000000001", "0637A00000000001", "onbekend"]
SPOILED = {
    "buurtcode": ["BU637", "06370101", "BU0637010X", "BU063701011", "onbekend"],
    "soort_adres": ["postbus", "W", "Briefadres"],
    "institutioneel": ["?", "ja", "0"],
    "datum_aanvang_adres": BAD_DATES,
}

Row = dict[str, str]


@dataclass(frozen=True)
class Messiness:
    """How often a thing goes wrong, each between 0 and 1.

    Args:
        identity: BSN missing, wrong or written otherwise.
        address: addresses written otherwise, unreadable or without dwelling id.
        cells: codes, dates and amounts that nobody can read.
        doubles: rows that stand twice, persons who stand twice in the frame.
        special: mail addresses, institutions, partners elsewhere, persons outside the frame.
        objection: persons who objected.
    """

    identity: float = 0.0
    address: float = 0.0
    cells: float = 0.0
    doubles: float = 0.0
    special: float = 0.0
    objection: float = 0.0


@dataclass(frozen=True)
class Dwelling:
    """A place to live: its id (may be empty), its address cells and its buurt (may be empty)."""

    dwelling_id: str
    address: Row
    buurt: str


@dataclass(frozen=True)
class Person:
    """Somebody with a BSN and a place to live, in the frame or not."""

    bsn: str
    dwelling: Dwelling
    kind: Literal["resident", "briefadres", "institution", "outside"]


def build_population(rng: Random, households: int, mess: Messiness) -> tuple[list[Person], list[Dwelling]]:
    """Gives persons and dwellings; the first person is always an ordinary resident."""
    bsns = iter(rng.sample(TEST_BSNS, 6 * households))
    short = iter(rng.sample(SHORT_BSNS, 6 * households))
    dwellings = [_dwelling(rng, number, mess) for number in range(households)]
    persons: list[Person] = []
    for dwelling in dwellings:
        for _ in range(rng.choice([1, 1, 2, 2, 3, 4])):
            bsn = next(short) if rng.random() < mess.identity / 4 else next(bsns)
            kinds: list[Literal["briefadres", "institution", "outside"]] = ["briefadres", "institution", "outside"]
            special = bool(persons) and rng.random() < mess.special / 2
            persons.append(Person(bsn, dwelling, rng.choice(kinds) if special else "resident"))
    return persons, dwellings


def frame_rows(
    rng: Random, persons: list[Person], dwellings: list[Dwelling], mess: Messiness, ties_differ: bool
) -> list[Row]:
    """Gives the rows of ``brp`` in random order.

    Rows of one person with equal dates mean the same or differ in their buurt, which decides. With ``ties_differ`` they
    may also differ in nothing but the dwelling: the definitions leave that choice open.
    """
    rows = []
    for number, person in enumerate(persons):
        if person.kind == "outside":
            continue
        row = _row(rng, person, person.dwelling, mess)
        rows.append(row)
        if rng.random() < mess.doubles / 2:
            rows.append(_second_row(rng, person, row, rng.choice(dwellings), mess, ties_differ))
        if number and rng.random() < mess.cells / 4:
            _spoil(rng, row)
        if number and rng.random() < mess.identity / 6:
            row["bsn"] = unreadable_bsn(rng)
    rng.shuffle(rows)
    return rows


def _dwelling(rng: Random, number: int, mess: Messiness) -> Dwelling:
    letter, addition = rng.choice(UNITS)
    address = address_cells(rng.choice(POSTCODES), str(rng.randint(1, 12)), letter, addition)
    without_id = rng.random() < mess.address / 2
    buurt = "" if rng.random() < mess.special / 6 else rng.choice(BUURTEN)
    return Dwelling("" if without_id else f"06372{number:011d}", address, buurt)


def _row(rng: Random, person: Person, dwelling: Dwelling, mess: Messiness) -> Row:
    odd_buurt = rng.random() < mess.special / 4
    row = {
        "bsn": spell_bsn(rng, person.bsn, mess.identity),
        "geslachtsnaam": rng.choice(["Jansen", "Bakker", "de Vries"]),
        "voorvoegsel": "",
        "voornamen": rng.choice(["Anna", "Bo", "Cem"]),
        "geboortedatum": any_date(rng),
        "geslacht": rng.choice("MVO"),
        **spell_address(rng, dwelling.address, mess.address),
        "nummeraanduiding_id": dwelling.dwelling_id,
        "buurtcode": rng.choice(["", *BUURTEN]) if odd_buurt else dwelling.buurt,
        "soort_adres": "briefadres" if person.kind == "briefadres" else rng.choice(["woonadres", ""]),
        "datum_aanvang_adres": "" if rng.random() < mess.special / 4 else any_date(rng),
        "institutioneel": "J" if person.kind == "institution" else rng.choice(["N", ""]),
    }
    if rng.random() < mess.address / 4:
        row["nummeraanduiding_id"] = rng.choice(MALFORMED_IDS)
    elif dwelling.dwelling_id and rng.random() < mess.address / 6:
        row.update(unreadable_address(rng, dwelling.address))
    return row


def _second_row(rng: Random, person: Person, row: Row, elsewhere: Dwelling, mess: Messiness, ties_differ: bool) -> Row:
    if rng.random() < 0.4:
        return row | {"bsn": spell_bsn(rng, person.bsn, mess.identity), "geslachtsnaam": "Jansen-Bakker"}
    second = _row(rng, person, elsewhere, mess)
    tied = rng.random()
    if tied < 0.4:
        second["datum_aanvang_adres"] = row["datum_aanvang_adres"]
        second["soort_adres"] = rng.choice([second["soort_adres"], "briefadres"])
        second["institutioneel"] = rng.choice([second["institutioneel"], "J"])
        second["buurtcode"] = rng.choice([buurt for buurt in ["", *BUURTEN] if buurt != row["buurtcode"]])
    elif ties_differ and tied < 0.6:
        second["datum_aanvang_adres"] = row["datum_aanvang_adres"]
    elif second["datum_aanvang_adres"] == row["datum_aanvang_adres"]:
        second["datum_aanvang_adres"] = "1999-12-31" if rng.random() < 0.5 else "2018-06-15"
        if row["datum_aanvang_adres"] == second["datum_aanvang_adres"]:
            second["datum_aanvang_adres"] = "1998-12-31"
    return second


def _spoil(rng: Random, row: Row) -> None:
    columns = [*SPOILED, "address"]
    for column in rng.sample(columns, rng.choice([1, 1, 2])):
        if column == "address":
            row.update(unreadable_address(rng, row), nummeraanduiding_id=rng.choice(MALFORMED_IDS))
        else:
            row[column] = rng.choice(SPOILED[column])
