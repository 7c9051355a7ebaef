"""Builds the rows of the domains: every provision, date, amount and address that can go wrong."""

from random import Random

from reference.messy_cells import (
    BAD_AMOUNTS,
    BAD_DATES,
    any_date,
    spell_address,
    spell_bsn,
    unreadable_address,
    unreadable_bsn,
)
from reference.messy_frame import Dwelling, Messiness, Person, Row

PROVIDERS = ["Z001", "z001", "Z002", " Z003 ", "Z004", "Z005", "", "Z006", "Z007", "Z008", "Z009", "Z010", "Z011"]
SCHEMES = ["P-wet", "P-wet", "P-wet", "IOAW", "IOAZ", "Bbz", "bijzondere bijstand", ""]
PHASES = ["aanmelding", "intake", "stabilisatie", "begeleiding", "schuldregeling", "oplossing", "nazorg"]
STATUSES = ["Geregistreerd", "In behandeling", "Afgesloten", "Ingetrokken", "Ter kennisgeving aangenomen"]
HALF_CENTS = ["1", "3", "-1", "-3", "101", "-101", "333"]


def domain_rows(
    rng: Random, source: str, number: int, persons: list[Person], dwellings: list[Dwelling], mess: Messiness
) -> list[Row]:
    """Gives about ``number`` rows of one domain in random order."""
    rows = []
    for _ in range(number):
        person = rng.choice(persons)
        row = _identity(rng, source, person, persons, dwellings, mess) | _codes(rng, source, mess) | _dates(rng, mess)
        if source != "rmc":
            row |= _amount(rng, mess)
        if rng.random() < mess.cells / 3:
            _spoil(rng, source, row)
        rows.append(row)
        if rng.random() < mess.doubles / 3:
            rows.append(_repeat(rng, source, row, person))
    rng.shuffle(rows)
    return rows


def objection_rows(rng: Random, persons: list[Person], mess: Messiness) -> list[Row]:
    """Gives the rows of ``bezwaar``: the first person never objects, some object twice."""
    rows = [{"bsn": spell_bsn(rng, person.bsn, 0.5)} for person in persons[1:] if rng.random() < mess.objection]
    return rows + [dict(row) for row in rows if rng.random() < mess.doubles / 2]


def _identity(
    rng: Random, source: str, person: Person, persons: list[Person], dwellings: list[Dwelling], mess: Messiness
) -> Row:
    unknown = rng.random() < mess.identity / 2
    bsn = unreadable_bsn(rng) if unknown else spell_bsn(rng, person.bsn, mess.identity)
    if source == "rmc":
        usual = rng.random() >= mess.special / 2
        return {"soort_nummer": "BSN", "nummer": bsn} if usual else _education_number(rng, person)
    elsewhere = rng.random() < (0.5 if unknown else mess.special)
    dwelling = rng.choice(dwellings) if elsewhere else person.dwelling
    address = spell_address(rng, dwelling.address, mess.address)
    if rng.random() < mess.address / 4:
        address = unreadable_address(rng, dwelling.address)
    elif rng.random() < mess.address / 3:
        address |= {"huisletter": "", "huisnummertoevoeging": rng.choice(["", "", "Z"])}
    elif rng.random() < mess.address / 6:
        address["huisnummer"] = "99"
    row = {"bsn": bsn, **address}
    if source != "pwet":
        return row | {"geboortedatum": any_date(rng)}
    near = [other for other in persons if other.dwelling is person.dwelling and other is not person]
    partner = rng.choice(persons if rng.random() < mess.special or not near else near)
    partner_bsn = unreadable_bsn(rng) if rng.random() < mess.identity / 2 else spell_bsn(rng, partner.bsn, 0.2)
    return row | {"bsn_partner": partner_bsn if rng.random() < 0.5 else "", "leefvorm": rng.choice(["A", "P", ""])}


def _education_number(rng: Random, person: Person) -> Row:
    return {"soort_nummer": "OWNR", "nummer": rng.choice([f"1{rng.randint(0, 99_999_999):08d}", person.bsn])}


def _codes(rng: Random, source: str, mess: Messiness) -> Row:
    usual = rng.random() >= mess.special
    if source == "pwet":
        return {"regeling": "P-wet" if usual else rng.choice(SCHEMES)}
    if source == "shv":
        return {"fase": rng.choice(PHASES[2:] if usual else PHASES), "uitstroom_reden": rng.choice(["", "klaar"])}
    if source == "rmc":
        return {"soort": rng.choice(["verzuim", "vsv"]), "status": rng.choice(STATUSES[:3] if usual else STATUSES)}
    return {
        "productcategorie": rng.choice(["A1", "B2", "c3"]),
        "leveringsvorm": rng.choice(["ZIN", "PGB", ""]),
        "aanbieder": rng.choice(PROVIDERS),
    }


def _dates(rng: Random, mess: Messiness) -> Row:
    begin, end = sorted([any_date(rng), any_date(rng)])
    if rng.random() >= mess.special:
        begin = min(begin, "2018-06-30")
        end = max(end, "2018-01-01")
    return {"begin": begin, "einde": rng.choice([end, end, "", "9999-12-31"])}


def _amount(rng: Random, mess: Messiness) -> Row:
    if rng.random() < 0.2:
        period = ["", any_date(rng)] if rng.random() < mess.special else ["", ""]
        return {"bedrag_cent": "", "bedrag_begin": period[0], "bedrag_einde": period[1]}
    begin, end = sorted([any_date(rng), any_date(rng)])
    if rng.random() < 0.2:
        begin, end = rng.choice([("2017-12-31", "2018-01-01"), ("2018-06-30", "2018-07-01")])
        return {"bedrag_cent": rng.choice(HALF_CENTS), "bedrag_begin": begin, "bedrag_einde": end}
    amount = rng.choice([rng.randint(0, 50), rng.randint(0, 100_000), rng.randint(0, 5_000_000)])
    credit = rng.random() < 0.1 + mess.special / 4
    return {"bedrag_cent": str(-amount if credit else amount), "bedrag_begin": begin, "bedrag_einde": end}


def _spoil(rng: Random, source: str, row: Row) -> None:
    changes: list[Row] = [
        {"begin": ""},
        {"begin": rng.choice(BAD_DATES)},
        {"einde": rng.choice(BAD_DATES)},
        {"begin": "2018-03-02", "einde": "2018-03-01"},
    ]
    if source == "rmc":
        changes += [{"soort_nummer": rng.choice(["", "bsn", "PGN"])}, {"status": rng.choice(["", "afgesloten", "?"])}]
    else:
        changes += [
            {"bedrag_cent": rng.choice(BAD_AMOUNTS)},
            {"bedrag_begin": rng.choice(BAD_DATES)},
            {"bedrag_einde": rng.choice(BAD_DATES)},
            {"bedrag_cent": "100", rng.choice(["bedrag_begin", "bedrag_einde"]): ""},
            {"bedrag_begin": "2018-03-02", "bedrag_einde": "2018-03-01"},
        ]
    if source == "pwet":
        changes.append({"regeling": ""})
    if source == "shv":
        changes.append({"fase": rng.choice(["", "Intake", "onbekend"])})
    for change in rng.sample(changes, rng.choice([1, 1, 2])):
        row.update(change)


def _repeat(rng: Random, source: str, row: Row, person: Person) -> Row:
    """Repeats a row, spelled otherwise or with another value in a column that the purpose drops."""
    again = dict(row)
    if source == "rmc":
        return again
    if row["bsn"] == person.bsn:
        again["bsn"] = spell_bsn(rng, person.bsn, 0.7)
    again["postcode"] = row["postcode"].lower()
    for dropped in {"geboortedatum", "leefvorm", "uitstroom_reden"} & set(again):
        again[dropped] = "anders"
    if rng.random() < 0.2:
        again["begin"] = any_date(rng)
    return again
