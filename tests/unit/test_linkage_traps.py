"""Traps of Dutch persons: father and son of one name, twins, partner names, in a file of ordinary people."""

import numpy as np
import pytest
from token_files import KEY, damaged, identified, linked, pairs_of, population

from pseudonymisation.match_tokens import match_tokens

JAN = {
    **{"geslachtsnaam": "Testmanstra", "voornamen": "Wobbe", "geboortedatum": "1950-03-09", "geslacht": "M"},
    **{"postcode": "1012ZZ", "huisnummer": "77"},
}
SON = JAN | {"geboortedatum": "1982-11-20"}
TWINS = (JAN | {"voornamen": "Wessel"}, JAN | {"voornamen": "Wobbe"})


TRAPS = [
    ((JAN, SON), JAN, 0),
    ((JAN, SON), SON, 1),
    ((JAN, SON), SON | {"voornamen": "W."}, 1),
    ((JAN, SON), JAN | {"geboortedatum": "1950-09-03"}, 0),
    ((JAN, SON), JAN | {"geboortedatum": "1950-03-00"}, 0),
    ((JAN, SON), SON | {"geslachtsnaam": "de Boer-Testmanstra"}, 1),
    ((JAN, SON), SON | {"geslachtsnaam": "van der Testmanstra"}, 1),
    ((JAN, SON), SON | {"postcode": "1048BC", "huisnummer": "3"}, 1),
    (TWINS, TWINS[0], 0),
    (TWINS, TWINS[1], 1),
    (TWINS, TWINS[0] | {"voornamen": "W."}, None),
]


def elsewhere(person, place):
    """The same person in another family, of another year and at another address."""
    year, date = int(person["geboortedatum"][:4]), person["geboortedatum"][4:]
    return person | {
        "geslachtsnaam": person["geslachtsnaam"].replace("manstra", "bckdfghlmnp"[place] + "oestra"),
        "geboortedatum": f"{year + place}{date}",
        "huisnummer": str(int(person["huisnummer"]) + place),
    }


@pytest.fixture(scope="module")
def trapped():
    """Per trap the id of the person it was linked to, and the ids of its household."""
    rng = np.random.default_rng(2)
    people = population(700, seed=1)
    households = [elsewhere(person, place) for place, trap in enumerate(TRAPS) for person in trap[0]]
    records = [elsewhere(trap[1], place) for place, trap in enumerate(TRAPS)]
    register = identified([*people[:500], *households], "register")
    others = identified([*(damaged(person, rng) for person in people[200:]), *records], "records")
    found = dict(pairs_of(linked(match_tokens(register, KEY), match_tokens(others, KEY))))
    members = register["id"].to_pylist()[500:]
    links = [found.get(one) for one in others["id"].to_pylist()[500:]]
    return [(link, members[2 * place : 2 * place + 2]) for place, link in enumerate(links)]


@pytest.mark.parametrize("place", range(len(TRAPS)))
def test_dutch_traps(trapped, place):
    link, household = trapped[place]
    right = TRAPS[place][2]
    assert link == (None if right is None else household[right])
