"""Persons of two files as match tokens, and how they are linked: for the tests of linkage by probability."""

import hashlib
from functools import cache

import duckdb
import narwhals as nw
import numpy as np
import pyarrow as pa

from linkage.probability import ProbabilityPolicy, link_by_probability
from pseudonymisation.keys import PseudonymKey
from pseudonymisation.match_tokens import match_tokens

KEY = PseudonymKey("match_token", bytes(range(1, 33)))
COLUMNS = ("geslachtsnaam", "voornamen", "geboortedatum", "geslacht", "postcode", "huisnummer")
POLICY = ProbabilityPolicy()


def identified(rows, side):
    ids = [hashlib.sha256(f"{side} {place}".encode()).digest()[:16] for place in range(len(rows))]
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS}
    return pa.table({"id": pa.array(ids, pa.binary(16)), **columns})


def population(count, seed):
    """Households of one to four with one surname, some of them twins or namesakes."""
    rng = np.random.default_rng(seed)
    syllables = [one + two for one in "bdfghjklmnprstvw" for two in ("a", "e", "i", "o", "aa", "oe")]
    surnames = ["".join(rng.choice(syllables, 3)) + end for end in ("sma", "stra", "berg", "man") for _ in range(60)]
    given = ["".join(rng.choice(syllables, 2)) + end for end in ("n", "s", "ke", "lien") for _ in range(30)]
    people = []
    while len(people) < count:
        surname, house = surnames[int(240 * rng.random() ** 2)], len(people)
        for _ in range(rng.integers(1, 5)):
            person = {
                "geslachtsnaam": surname,
                "voornamen": given[int(120 * rng.random() ** 2)],
                "geboortedatum": f"{rng.integers(1930, 2015)}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}",
                "geslacht": "MV"[rng.integers(2)],
                "postcode": f"{1000 + house % 50}A{chr(65 + house // 50 % 26)}",
                "huisnummer": str(house % 97 + 1),
            }
            if people and rng.random() < 0.02:
                person["geboortedatum"] = people[-1]["geboortedatum"]
            people.append(person)
    return people[:count]


def damaged(person, rng):
    """The same person as another file knows him: about one thing in each third record is different."""
    changed = dict(person)
    name, date = person["voornamen"], person["geboortedatum"]
    other = {
        "voornamen": [name[0].upper() + ".", name[:2] + "x" + name[3:]],
        "geslachtsnaam": [person["geslachtsnaam"][:-3] + "x" + person["geslachtsnaam"][-2:]],
        "geboortedatum": [f"{date[:5]}{date[8:]}-{date[5:7]}" if date[8:] < "13" else date, date[:8] + "00"],
        "postcode": ["9" + person["postcode"][1:], None],
        "huisnummer": [str(int(person["huisnummer"]) + 100)],
    }
    for column, values in other.items():
        if rng.random() < 0.08:
            changed[column] = values[rng.integers(len(values))]
    return changed


@cache
def half_shared():
    """A register of 1,500, a file of 1,500, 750 in both; the true pairs by id."""
    rng = np.random.default_rng(5)
    people = population(2250, seed=4)
    places = rng.permutation(2250)
    left, right = list(places[:1500]), list(places[750:])
    register = identified([people[place] for place in left], "register")
    records = identified([damaged(people[place], rng) for place in right], "records")
    ids = dict(zip(left, register["id"].to_pylist(), strict=True))
    truth = {
        (record, ids[place]) for place, record in zip(right, records["id"].to_pylist(), strict=True) if place in ids
    }
    return match_tokens(register, KEY), match_tokens(records, KEY), truth


def linked(register, records, policy=POLICY, threads=2):
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {threads}")
        sides = (nw.from_native(connection.from_arrow(table)) for table in (register, records))
        return link_by_probability(*sides, policy, connection)


def pairs_of(result):
    return set(zip(result.links["record"].to_pylist(), result.links["person"].to_pylist(), strict=True))


def tokens_of(side, *rows):
    return match_tokens(identified(rows, side), KEY)
