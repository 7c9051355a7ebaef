"""The answer to a request for access (AVG 15) in Dutch, as the FG can put it in a letter; it repeats no BSN."""

from collections.abc import Iterator

from outputs.publication.number_format import long_date
from outputs.register.words import SOURCE_NAMES
from samenloop.data_subjects import Access, Processed
from samenloop.storage import WorkFolder

_LIMITS = (
    "Een bron zonder burgerservicenummer (Veiligheid) kan niet op een persoon worden doorzocht. Een bron die is "
    "gelezen en daarna geweigerd staat hier niet bij: daarvan is niets bewaard.",
    "Wie bezwaar heeft gemaakt is vanaf dan weggelaten uit elke bron met een burgerservicenummer en uit de BRP. Een "
    "melding zonder burgerservicenummer is dan niet meer op naam te koppelen, en op het adres alleen aan wie er wonen.",
    "Dit verzoek staat zonder naam of nummer in het verwerkingslogboek.",
)


def written(work: WorkFolder, answer: Access) -> str:
    """Gives the lines of the answer: per run and source when, for which purpose and on what ground."""
    return "\n".join(_lines(work, answer)) + "\n"


def _lines(work: WorkFolder, answer: Access) -> Iterator[str]:
    if answer.processed:
        yield f"Deze persoon is verwerkt in {len(answer.processed)} van de {answer.searched} doorzochte lezingen."
    else:
        yield f"Deze persoon komt in geen van de {answer.searched} doorzochte lezingen voor."
    for one in answer.processed:
        yield from _reading(work, one)
    if answer.erased:
        yield f"Van {answer.erased} eerdere lezingen zijn de persoonsgegevens van het logboek na hun termijn gewist."
    yield from _LIMITS


def _reading(work: WorkFolder, one: Processed) -> Iterator[str]:
    yield f"- {long_date(one.when.date())}, bron {SOURCE_NAMES[one.source]}, verwerking {one.run} (doel {one.purpose})"
    config = work.purpose(one.purpose_sha256)
    if config is not None and one.source in config.sources:
        ground = config.sources[one.source]
        yield f"  Doel: {config.purpose}"
        yield f"  Grond: {config.legal_ground.avg_6}; {ground.law}, {ground.article}"
