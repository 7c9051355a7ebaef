"""Writes canonical rows as messages of iWmo or iJw 3.2, as a municipality holds them.

One 301 of one assignment per row, in a bundle per provider, and one claim (323) per provider. Every message is valid
by the schema files of the standard when the rows are.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape

from schemas.delivery import DeliveredFile

STANDARDS: Final = {
    "wmo": ("iwmo", "wmo", {"301": "414", "305": "418", "307": "420", "323": "484", "325": "485"}, "01"),
    "jeugd": ("ijw", "jw", {"301": "436", "305": "438", "307": "440", "323": "490", "325": "491"}, "45"),
}
MUNICIPALITY: Final = "0637"
TEST_BSN: Final = "999900006"
_NAME: Final = (
    "<m:Naam><s:Geslachtsnaam><s:Achternaam>Onbekend</s:Achternaam></s:Geslachtsnaam>"
    "<s:NaamGebruik>1</s:NaamGebruik></m:Naam>"
)


def tag(name: str, content: str | None) -> str:
    """An element with text; nothing where there is no text."""
    return f"<{name}>{escape(content)}</{name}>" if content else ""


def opening(source: str, kind: str) -> str:
    """The start tag of a message: ``m`` are its own elements, ``s`` those that messages share."""
    standard, letters, _, _ = STANDARDS[source]
    at = f"http://www.istandaarden.nl/{standard}/3_2"
    return f'<m:Bericht xmlns:m="{at}/{letters}{kind}/schema" xmlns:s="{at}/basisschema/schema">'


def header(
    source: str, kind: str, sender: str, receiver: str, name: str = "1", dated: str = "2018-07-01", more: str = ""
) -> str:
    """The header of a message; ``more`` comes at its end."""
    return (
        f"<m:Header><m:BerichtCode>{STANDARDS[source][2][kind]}</m:BerichtCode><m:BerichtVersie>3</m:BerichtVersie>"
        f"<m:BerichtSubversie>2</m:BerichtSubversie><m:Afzender>{escape(sender)}</m:Afzender>"
        f"<m:Ontvanger>{escape(receiver)}</m:Ontvanger><m:BerichtIdentificatie>"
        f"<s:Identificatie>{name}</s:Identificatie><s:Dagtekening>{dated}</s:Dagtekening></m:BerichtIdentificatie>"
        "<m:XsdVersie><s:BasisschemaXsdVersie>1.0.0</s:BasisschemaXsdVersie>"
        f"<s:BerichtXsdVersie>1.0.0</s:BerichtXsdVersie></m:XsdVersie>{more}</m:Header>"
    )


def assignment(
    source: str,
    number: int,
    row: Mapping[str, str],
    on: str = "2018-01-01",
    dated: str = "2018-07-01",
    change: str = "",
) -> str:
    """A whole 301 of one assigned product; ``on`` is the day of assigning, ``change`` the RedenWijziging."""
    house = "".join(
        tag(f"s:{element}", row.get(column))
        for element, column in (
            ("Huisnummer", "huisnummer"),
            ("Huisletter", "huisletter"),
            ("HuisnummerToevoeging", "huisnummertoevoeging"),
        )
    )
    address = (f"<s:Huis>{house}</s:Huis>" if house else "") + tag("s:Postcode", row.get("postcode"))
    product = tag("s:Categorie", row.get("productcategorie"))
    head = header(source, "301", MUNICIPALITY, row.get("aanbieder", ""), str(number), dated)
    return (
        f"{opening(source, '301')}{head}<m:Client>"
        f"{tag('m:Bsn', row.get('bsn'))}<m:Geboortedatum>{tag('s:Datum', row.get('geboortedatum'))}</m:Geboortedatum>"
        f"<m:Geslacht>0</m:Geslacht>{_NAME}<m:Contactgegevens><m:Contact><m:Soort>01</m:Soort>"
        f"{f'<m:Adres>{address}</m:Adres>' if address else ''}</m:Contact></m:Contactgegevens><m:ToegewezenProducten>"
        f"<m:ToegewezenProduct><m:ToewijzingNummer>{number}</m:ToewijzingNummer>"
        f"{f'<m:Product>{product}</m:Product>' if product else ''}{tag('m:Toewijzingsdatum', on)}"
        f"<m:Toewijzingstijd>12:00:00</m:Toewijzingstijd>{tag('m:Ingangsdatum', row.get('begin'))}"
        f"{tag('m:Einddatum', row.get('einde'))}{tag('m:RedenWijziging', change)}"
        "</m:ToegewezenProduct></m:ToegewezenProducten></m:Client></m:Bericht>\n"
    )


def claim_line(reference: str, number: int | None, row: Mapping[str, str]) -> str:
    """A Prestatie; the sign of ``bedrag_cent`` becomes debit or credit."""
    amount = row["bedrag_cent"]
    sign = "C" if amount.startswith("-") else "D"
    category = row.get("productcategorie", "")
    period = tag("s:Begindatum", row.get("bedrag_begin")) + tag("s:Einddatum", row.get("bedrag_einde"))
    return (
        f"<m:Prestatie><m:ProductReferentie><s:ReferentieNummer>{reference}</s:ReferentieNummer></m:ProductReferentie>"
        f"{tag('m:ToewijzingNummer', None if number is None else str(number))}{tag('m:ProductCategorie', category)}"
        f"<m:ProductCode>{escape((category or '00')[:2])}A01</m:ProductCode>"
        f"<m:ProductPeriode>{period}</m:ProductPeriode>"
        "<m:GeleverdVolume>1</m:GeleverdVolume><m:Eenheid>82</m:Eenheid><m:IngediendBedrag>"
        f"<s:Bedrag>{escape(amount.removeprefix('-'))}</s:Bedrag><s:DebetCredit>{sign}</s:DebetCredit>"
        "</m:IngediendBedrag></m:Prestatie>"
    )


def total(cents: int) -> str:
    """The declared total of a claim."""
    return (
        f"<m:TotaalIngediendBedrag><s:TotaalBedrag>{abs(cents)}</s:TotaalBedrag>"
        f"<s:DebetCredit>{'C' if cents < 0 else 'D'}</s:DebetCredit></m:TotaalIngediendBedrag>"
    )


def claim_opening(source: str, provider: str, cents: int, name: str = "1", number: str = "D1") -> str:
    """A 323 up to its first client."""
    return (
        f"{opening(source, '323')}{header(source, '323', provider, MUNICIPALITY, name)}<m:Declaratie>"
        f"<m:DeclaratieNummer>{number}</m:DeclaratieNummer><m:DeclaratiePeriode><s:Begindatum>2018-01-01</s:Begindatum>"
        "<s:Einddatum>2018-06-30</s:Einddatum></m:DeclaratiePeriode>"
        f"<m:DeclaratieDagtekening>2018-07-01</m:DeclaratieDagtekening>{total(cents)}<m:Clienten>"
    )


CLAIM_END: Final = "</m:Clienten></m:Declaratie></m:Bericht>\n"


def client(bsn: str, lines: str) -> str:
    """The lines of one client in a claim."""
    return f"<m:Client>{tag('m:Bsn', bsn)}<m:Prestaties>{lines}</m:Prestaties></m:Client>\n"


def delivery(source: str, kind: str, number: int, dated: str = "2018-07-01", **elements: str) -> str:
    """A 305 or 307 of one product; ``elements`` as they stand in it."""
    group = {"305": "Start", "307": "Stop"}[kind]
    said = "".join(tag(f"m:{name}", text) for name, text in elements.items() if name != "StatusAanlevering")
    return (
        f"{opening(source, kind)}{header(source, kind, '12345678', MUNICIPALITY, dated=dated)}<m:Client>"
        f"<m:Bsn>{TEST_BSN}</m:Bsn><m:{group}Producten><m:{group}Product>{tag('m:ToewijzingNummer', str(number))}{said}"
        f"<m:StatusAanlevering>{elements.get('StatusAanlevering', '1')}</m:StatusAanlevering>"
        f"</m:{group}Product></m:{group}Producten></m:Client></m:Bericht>\n"
    )


def answer(source: str, provider: str, name: str, lines: Mapping[str, str], header_code: str, claim_code: str) -> str:
    """A 325 to the claim of that name; ``lines`` are references with a return code."""

    def codes(code: str) -> str:
        return f"<m:RetourCodes><m:RetourCode>{code}</m:RetourCode></m:RetourCodes>"

    answered = (
        f"<m:DeclaratieIdentificatie><s:Identificatie>{name}</s:Identificatie>"
        f"<s:Dagtekening>2018-07-01</s:Dagtekening></m:DeclaratieIdentificatie>{codes(header_code)}"
    )
    rejected = "".join(
        claim_line(reference, 1, {"bedrag_cent": "1"}).replace("</m:Prestatie>", f"{codes(code)}</m:Prestatie>")
        for reference, code in lines.items()
    )
    return (
        f"{opening(source, '325')}{header(source, '325', MUNICIPALITY, provider, '9', more=answered)}"
        f"<m:DeclaratieAntwoord><m:DeclaratieNummer>D1</m:DeclaratieNummer>{total(1)}<m:Clienten>"
        f"{client(TEST_BSN, rejected)}</m:Clienten>{codes(claim_code)}</m:DeclaratieAntwoord></m:Bericht>\n"
    )


def claim(source: str, lines: str, cents: int, name: str = "1", provider: str = "12345678", bsn: str = TEST_BSN) -> str:
    """A whole 323 with the lines of one client."""
    return claim_opening(source, provider, cents, name) + client(bsn, lines) + CLAIM_END


@dataclass
class _Provider:
    """The files of one provider, while they are written."""

    number: int
    name: str
    assignments: IO[str]
    clients: IO[str]
    assigned: int = 0
    claimed: int = 0
    cents: int = field(default=0)


def write_messages(
    folder: Path, source: str, rows: Iterable[Mapping[str, str]], *, any_form: bool = False
) -> list[DeliveredFile]:
    """Writes rows as a set of messages and gives the files with their lines, in a fixed order.

    Args:
        folder: where the files come.
        source: wmo or jeugd.
        rows: canonical rows.
        any_form: whether rows of another ``leveringsvorm`` than zin are written as if they were of zin: for a purpose
            that does not use that column, and so sees no difference.

    Raises:
        ValueError: a row cannot be said in messages: a ``leveringsvorm`` other than zin, or a period without an amount.
    """
    providers: dict[str, _Provider] = {}
    with ExitStack() as stack:
        for number, row in enumerate(rows, start=1):
            _check(row, any_form=any_form)
            name = row.get("aanbieder", "")
            if name not in providers:
                providers[name] = _opened(stack, folder, source, name, len(providers) + 1)
            provider = providers[name]
            provider.assignments.write(assignment(source, number, row))
            provider.assigned += 1
            if amount := row.get("bedrag_cent"):
                provider.clients.write(client(row.get("bsn", ""), claim_line(str(number), number, row)))
                provider.claimed += 1
                provider.cents += int(amount) if amount.removeprefix("-").isdecimal() else 0
        for provider in providers.values():
            provider.assignments.write("</Berichten>\n")
    return list(_finished(folder, source, providers.values()))


def _check(row: Mapping[str, str], *, any_form: bool) -> None:
    if not any_form and row.get("leveringsvorm", "zin") != "zin":
        raise ValueError("only care in kind (zin) is in messages")
    if not row.get("bedrag_cent") and (row.get("bedrag_begin") or row.get("bedrag_einde")):
        raise ValueError("a period of cost without a cost cannot be said in messages")


def _opened(stack: ExitStack, folder: Path, source: str, name: str, number: int) -> _Provider:
    assignments = stack.enter_context((folder / f"{source}_301_{number:04d}.xml").open("w", encoding="utf-8"))
    clients = stack.enter_context((folder / f".{source}_323_{number:04d}.part").open("w", encoding="utf-8"))
    assignments.write('<?xml version="1.0" encoding="UTF-8"?>\n<Berichten>\n')
    return _Provider(number, name, assignments, clients)


def _finished(folder: Path, source: str, providers: Iterable[_Provider]) -> Iterator[DeliveredFile]:
    """Puts the head, which has the total, before the clients of a claim, and hashes what was written."""
    for provider in providers:
        yield _delivered(folder / f"{source}_301_{provider.number:04d}.xml", provider.assigned)
        part = folder / f".{source}_323_{provider.number:04d}.part"
        if provider.claimed:
            path = folder / f"{source}_323_{provider.number:04d}.xml"
            with path.open("w", encoding="utf-8") as whole, part.open(encoding="utf-8") as clients:
                whole.write('<?xml version="1.0" encoding="UTF-8"?>\n')
                number = f"D{provider.number}"
                whole.write(claim_opening(source, provider.name, provider.cents, str(provider.number), number))
                whole.writelines(clients)
                whole.write(CLAIM_END)
            yield _delivered(path, provider.claimed)
        part.unlink()


def _delivered(path: Path, lines: int) -> DeliveredFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DeliveredFile(name=path.name, rows=lines, sha256=digest)
