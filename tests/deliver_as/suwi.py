"""Canonical rows of pwet as SuwiML Bijstandsregelingen v0500."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from schemas.delivery import DeliveredFile
from schemas.extracts import CANONICAL_COLUMNS

NAMESPACE = "http://bkwi.nl/SuwiML/Diensten/Bijstandsregelingen/v0500"
CODES = {"P-wet": "PW", "IOAW": "IOAW", "IOAZ": "IOAZ", "Bbz": "BBZ"}
SPECIAL_ASSISTANCE = "Bijzondere bijstand"

_ADDRESS = ("postcode", "huisnummer", "huisletter", "huisnummertoevoeging")
_CLIENT = ("bsn", "leefvorm", *_ADDRESS)
_BENEFIT = ("bsn_partner", "regeling", "begin", "einde")
_COST = ("bedrag_cent", "bedrag_begin", "bedrag_einde")

Row = dict[str, str]


def write_suwi(folder: Path, rows: Iterable[Row]) -> list[DeliveredFile]:
    """Writes ``pwet.xml``: rows of one person in one client, rows of one benefit in its periods."""
    whole = [{name: row.get(name, "") for name in CANONICAL_COLUMNS["pwet"]} for row in rows]
    whole.sort(key=lambda row: [row[name] for name in (*_CLIENT, *_BENEFIT, *_COST)])
    content = document("".join(_clients(whole))).encode()
    (folder / "pwet.xml").write_bytes(content)
    return [DeliveredFile(name="pwet.xml", rows=len(whole), sha256=hashlib.sha256(content).hexdigest())]


def document(clients: str, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> str:
    """The whole message around clients."""
    root = "s:BijstandsregelingenInfoResponse"
    return f'{declaration}<{root} xmlns:s="{NAMESPACE}">\n{clients}</{root}>\n'


def element(name: str, content: str) -> str:
    """An element, or nothing where there is no content."""
    return f"<{name}>{content}</{name}>" if content else ""


def amount(name: str, cents: str) -> str:
    """A Suwi amount: digits in cents, and the sign apart."""
    sign = "-" if cents.startswith("-") else "+"
    digits = cents.removeprefix("-")
    return element(
        name,
        f"<CdMunteenheid>EUR</CdMunteenheid><CdPositiefNegatief>{sign}</CdPositiefNegatief>"
        + _text("WaardeBedr", digits),
    )


def _text(name: str, cell: str) -> str:
    return element(name, escape(cell))


def _day(name: str, cell: str) -> str:
    return _text(name, cell.replace("-", "") if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell) else cell)


def _clients(rows: list[Row]) -> Iterator[str]:
    for _, of_client in groupby(rows, key=lambda row: [row[name] for name in _CLIENT]):
        benefits = list(of_client)
        first = benefits[0]
        address = (
            _text("Postcd", first["postcode"])
            + _text("Huisnr", first["huisnummer"])
            + _text("Huisletter", first["huisletter"])
            + _text("Huisnrtoevoeging", first["huisnummertoevoeging"])
        )
        yield (
            "<ClientSuwi>"
            + _text("Burgerservicenr", first["bsn"])
            + _text("CdLeefvorm", first["leefvorm"])
            + element("DomicilieAdres", element("Straatadres", address))
            + "".join(_benefits(benefits))
            + "</ClientSuwi>\n"
        )


def _benefits(rows: list[Row]) -> Iterator[str]:
    special = [row for row in rows if row["regeling"] == SPECIAL_ASSISTANCE]
    for row in special:
        paid = _day("DatBetaalbaarBijzBijstand", row["bedrag_begin"])
        yield element("SpecifiekeGegevensBijzBijstand", _text("CdClusterBijzBijstand", "01") + paid)
    others = [row for row in rows if row["regeling"] != SPECIAL_ASSISTANCE]
    for _, of_benefit in groupby(others, key=lambda row: [row[name] for name in _BENEFIT]):
        periods = list(of_benefit)
        bare = [row for row in periods if not any(row[name] for name in _COST)]
        yield from (_benefit(row, "") for row in bare)
        if paid_periods := [row for row in periods if any(row[name] for name in _COST)]:
            yield _benefit(paid_periods[0], "".join(map(_period, paid_periods)))


def _benefit(row: Row, periods: str) -> str:
    return (
        "<Uitkeringsverhouding>"
        + _day("DatBUitkeringsverhouding", row["begin"])
        + _day("DatEUitkeringsverhouding", row["einde"])
        + element("SzWet", _text("CdSzWet", CODES.get(row["regeling"], row["regeling"])))
        + element("PartnerUitkeringsverhouding", _text("Burgerservicenr", row["bsn_partner"]))
        + periods
        + "</Uitkeringsverhouding>"
    )


def _period(row: Row) -> str:
    paid = amount("BedrBetaalbaarGesteldeUitkering", row["bedrag_cent"]) if row["bedrag_cent"] else ""
    return (
        "<Uitkeringsperiode>"
        + _day("DatBUitkeringsperiode", row["bedrag_begin"])
        + _day("DatEUitkeringsperiode", row["bedrag_einde"])
        + element("InkomstenBijstandUitkering", paid)
        + "</Uitkeringsperiode>"
    )
