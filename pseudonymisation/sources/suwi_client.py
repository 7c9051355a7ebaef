"""What SuwiML Bijstandsregelingen v0500 says of one client: benefits, their periods and their cost."""

import re
from collections.abc import Iterator
from typing import Any, Final

from pseudonymisation.sources.suwi_xml import Node, Plan
from schemas.errors import RefusedDelivery

NAMESPACE: Final = "http://bkwi.nl/SuwiML/Diensten/Bijstandsregelingen/v0500"
ROOT: Final = (NAMESPACE, "BijstandsregelingenInfoResponse")
CLIENT: Final = "ClientSuwi"
BENEFIT: Final = "Uitkeringsverhouding"
SPECIAL_ASSISTANCE: Final = "SpecifiekeGegevensBijzBijstand"
PERIOD: Final = "Uitkeringsperiode"

#: Canonical column -> element of an address.
ADDRESS_ELEMENTS: Final = {
    "postcode": "Postcd",
    "huisnummer": "Huisnr",
    "huisletter": "Huisletter",
    "huisnummertoevoeging": "Huisnrtoevoeging",
}
#: Both spellings of the sign occur.
SIGNS: Final = ("CdPositiefNegatief", "CdPositiveNegatief")
#: Code of the scheme -> canonical; another code that the purpose calls a provision is one of the P-wet.
SCHEMES: Final = {"PW": "P-wet", "IOAW": "IOAW", "IOAZ": "IOAZ", "BBZ": "Bbz"}

_COST: Final = "BedrBetaalbaarGesteldeUitkering"
_INCOME: Final = "InkomstenBijstandUitkering"
_PARTNER: Final = "PartnerUitkeringsverhouding"
_DAY: Final = re.compile(r"([0-9]{4})(?!00)([0-9]{2})(?!00)([0-9]{2})")


def plan_of(columns: tuple[str, ...]) -> Plan:
    """Gives what is read of a file of which these canonical columns are used; all else is passed over."""
    address: Plan = {element: None for name, element in ADDRESS_ELEMENTS.items() if name in columns}
    benefit: Plan = {"DatBUitkeringsverhouding": None, "DatEUitkeringsverhouding": None, "SzWet": {"CdSzWet": None}}
    benefit[PERIOD] = {}
    if "bsn_partner" in columns:
        benefit[_PARTNER] = {"Burgerservicenr": None}
    if "bedrag_cent" in columns:
        amount: Plan = {"CdMunteenheid": None, **dict.fromkeys(SIGNS), "WaardeBedr": None}
        benefit[PERIOD] = {
            **{"DatBUitkeringsperiode": None, "DatEUitkeringsperiode": None},
            **{_INCOME: {_COST: amount}, _COST: amount},
        }
    client: Plan = {"Burgerservicenr": None, SPECIAL_ASSISTANCE: {}, BENEFIT: benefit}
    if address:
        client |= {"DomicilieAdres": {"Straatadres": address, **address}, "Straatadres": address}
    if "leefvorm" in columns:
        client["CdLeefvorm"] = None
    return {CLIENT: client}


def benefits(client: Node, source: str) -> Iterator[tuple[str | None, list[dict[str, str | None]]]]:
    """Yields code of the scheme and rows of each benefit of a client; a row per period, or one without any.

    Raises:
        RefusedDelivery: ``duplicate_element``.
    """
    found = _Found(source)
    of_client = {
        "bsn": found.one(client, "Burgerservicenr"),
        "leefvorm": found.one(client, "CdLeefvorm"),
        **_address(client, found),
    }
    for benefit in client.get(BENEFIT, []):
        code = found.one(found.one(benefit, "SzWet") or {}, "CdSzWet")
        of_benefit = {
            **of_client,
            "bsn_partner": found.one(found.one(benefit, _PARTNER) or {}, "Burgerservicenr"),
            "begin": iso(found.one(benefit, "DatBUitkeringsverhouding")),
            "einde": iso(found.one(benefit, "DatEUitkeringsverhouding")),
        }
        yield code, [{**of_benefit, **_cost(period, found)} for period in benefit.get(PERIOD, [{}])]


def iso(day: str | None) -> str | None:
    """Gives a Suwi date (YYYYMMDD) in ISO notation; a day or month that is unknown (00) stays as it was delivered."""
    parts = _DAY.fullmatch(day or "")
    return "-".join(parts.groups()) if parts else day


def cents(amount: Node, found: "_Found") -> str | None:
    """Gives a Suwi amount, digits and a sign beside them, as signed cents; what is none of that stays no integer."""
    text, currency = found.one(amount, "WaardeBedr"), found.one(amount, "CdMunteenheid")
    sign = "".join(sign for name in SIGNS if (sign := found.one(amount, name)))
    if currency not in (None, "EUR"):
        return f"{sign}{text or ''} {currency}"
    if sign in ("", "+") and text is not None and not text.startswith("-"):
        return str(text)
    return f"{sign or '+'}{text or ''}" if sign or text else None


def _cost(period: Node, found: "_Found") -> dict[str, str | None]:
    amount = found.one(found.one(period, _INCOME) or {}, _COST) or found.one(period, _COST) or {}
    return {
        "bedrag_cent": cents(amount, found),
        "bedrag_begin": iso(found.one(period, "DatBUitkeringsperiode")),
        "bedrag_einde": iso(found.one(period, "DatEUitkeringsperiode")),
    }


def _address(client: Node, found: "_Found") -> dict[str, str | None]:
    domicile = found.one(client, "DomicilieAdres") or {}
    address = found.one(domicile, "Straatadres") or domicile or found.one(client, "Straatadres") or {}
    return {name: found.one(address, element) for name, element in ADDRESS_ELEMENTS.items()}


class _Found:
    """Takes elements that may occur once."""

    def __init__(self, source: str) -> None:
        self._source = source

    def one(self, node: Node, name: str) -> Any:
        content = node.get(name, [None])
        if len(content) > 1:
            raise RefusedDelivery(
                "duplicate_element",
                f"{self._source}: {name} occurs {len(content)} times where it may occur once",
                "have it made again as the standard says",
            )
        return content[0]
