"""The first sheet of the workbook: what the figures are, what A and C mean, how they were rounded, how to check."""

from collections.abc import Iterator, Mapping

from outputs.publication.formats.columns import STATUSES
from outputs.publication.formats.licence import LICENCE_NAME, LICENCE_URL
from outputs.publication.number_format import half_year, long_date, whole
from outputs.publication.page_facts import PublicationFacts
from schemas.tables import TABLE_CONTRACTS, ProtectedTable


def notes(facts: PublicationFacts, tables: Mapping[str, ProtectedTable]) -> Iterator[tuple[str, str]]:
    """Yields label and text of every note."""
    if facts.synthetic:
        yield "Let op", "De huishoudens in deze tabellen zijn verzonnen."
    yield "Titel", f"Samenloop in het sociaal domein, {facts.controller_name}"
    yield "Doel", facts.purpose_text
    yield "Periode", f"{half_year(facts.period).capitalize()} ({facts.period})"
    yield "Huishoudens", f"Particuliere huishoudens op {long_date(facts.reference_date)}"
    yield "Gemeente", f"{facts.controller_name} ({facts.gemeentecode})"
    for name in tables:
        yield f"Blad {name}", TABLE_CONTRACTS[name].title
    for code, (meaning, _, _) in STATUSES.items():
        yield f"Status {code}", f"{meaning.capitalize()}."
    yield from _rounding(facts)
    for source in facts.sources:
        yield f"Bron {source.domain_name}", f"{source.law}, {source.article}"
    yield (
        "Controleren",
        "De map van deze uitgave heeft een lijst met de sha256 van elk bestand (manifest.json), ondertekend door de "
        "functionaris gegevensbescherming (manifest.sig). Het commando samenloop verify controleert beide.",
    )
    yield "Licentie", f"{LICENCE_NAME}, {LICENCE_URL}"
    yield "Vragen", facts.fg_contact


def _rounding(facts: PublicationFacts) -> Iterator[tuple[str, str]]:
    policy = facts.policy
    yield (
        "Afronding",
        f"Aantallen huishoudens zijn veelvouden van {whole(policy.base)}, van {whole(policy.sensitive_base)} waar het "
        "om een gevoelig domein gaat. Elk aantal is een som over dezelfde afgeronde tellingen, dus delen tellen op tot "
        "hun totaal. Percentages en gemiddelden zijn berekend uit de gepubliceerde aantallen.",
    )
    yield "Afronding kosten", f"Kosten zijn afgerond op veelvouden van {whole(policy.cost_rounding_eur)} euro."
    for name, error in facts.noisy.items():
        yield (
            f"Ruis {name}",
            f"In dit blad is ruis toegevoegd: 95 van de 100 aantallen liggen er hoogstens {whole(error)} naast.",
        )
