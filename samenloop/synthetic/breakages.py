"""Rows that break the contract of a delivery in exactly one cell, so that every quarantine reason can occur."""

from typing import Final

from samenloop.synthetic.people import Household, Person, iso
from schemas.extracts import CANONICAL_COLUMNS

_SPAN: Final = (("begin", ""), ("begin", "2018-02-30"), ("einde", "onbekend"), ("einde", "1999-01-01"))
_COST: Final = (
    *(("bedrag_cent", "12,50"), ("bedrag_begin", "1-1-2018"), ("bedrag_einde", "31-12-2018")),
    *(("bedrag_begin", ""), ("bedrag_einde", "1999-01-01")),
)
_BY_SOURCE: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "jeugd": _SPAN + _COST,
    "wmo": _SPAN + _COST,
    "pwet": (*_SPAN, *_COST, ("regeling", "")),
    "shv": (*_SPAN, *_COST, ("fase", "wachtlijst")),
    "rmc": (*_SPAN, ("soort_nummer", "PASPOORT"), ("status", "Onbekend")),
    "veiligheid": (("datum", ""), ("datum", "2018-13-01"), ("bedrag_cent", "veel")),
    "brp": (
        *(("buurtcode", "0637"), ("soort_adres", "postbus"), ("institutioneel", "?")),
        *(("datum_aanvang_adres", "2018-00-00"), ("postcode", "onbekend")),
    ),
}

#: Every breakage as source, column and the wrong cell.
BREAKAGES: Final = tuple((source, *breakage) for source, breakages in _BY_SOURCE.items() for breakage in breakages)

_CODES: Final = {
    "productcategorie": "02",
    "leveringsvorm": "zin",
    "aanbieder": "AGBB0001",
    "leefvorm": "01",
    "regeling": "P-wet",
    "fase": "begeleiding",
    "soort_nummer": "BSN",
    "status": "Geregistreerd",
    "soort_adres": "woonadres",
    "institutioneel": "N",
    "bedrag_cent": "45000",
}


def sound_row(source: str, person: Person, household: Household, day: int) -> dict[str, str]:
    """Gives a row of a source about a person at the address of a household: sound until one cell of it is broken.

    Args:
        source: any source but the objections.
        person: whom it is about.
        household: where they are said to live; without a dwelling id, so that the address has to be read.
        day: day number on which everything in the row begins.
    """
    postcode, number, letter, addition = household.dwelling.address.cells
    today = iso(day)
    about = {
        **{"bsn": person.bsn, "nummer": person.bsn, "geslachtsnaam": person.surname, "voorvoegsel": person.prefix},
        **{"voornamen": person.given, "geboortedatum": iso(person.birth), "geslacht": person.sex},
        **{"postcode": postcode, "huisnummer": number, "huisletter": letter, "huisnummertoevoeging": addition},
        **{"buurtcode": household.dwelling.buurtcode, "datum_aanvang_adres": today, "begin": today, "datum": today},
        **{"bedrag_begin": today, "bedrag_einde": iso(day + 30)},
    }
    cells = {**_CODES, **about}
    return {column: cells.get(column, "") for column in CANONICAL_COLUMNS[source]}
