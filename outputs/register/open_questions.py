"""What a register or the DPIA form asks and the purpose does not say: listed, never filled in."""

from collections.abc import Iterator

from outputs.register.legal_basis import grondslag, legal_bases
from outputs.register.words import ARTEFACT_NAMES
from schemas.purpose import PurposeConfig


def register_questions(config: PurposeConfig) -> tuple[str, ...]:
    """Gives the questions of the register that stay open for this purpose, in Dutch."""
    return tuple(_register(config))


def _register(config: PurposeConfig) -> Iterator[str]:
    yield "Welke term van het Data Privacy Vocabulary past bij het doel? Het doel is in eigen woorden opgenomen."
    yield "Wat zijn adres, telefoonnummer en e-mailadres van de verwerkingsverantwoordelijke?"
    if "@" not in config.controller.fg_contact:
        yield "Wat is het e-mailadres van de functionaris gegevensbescherming?"
    yield "Zijn er verwerkers (AVG 28) of gezamenlijke verwerkingsverantwoordelijken (AVG 26)?"
    yield "Is er doorgifte naar een land buiten de Europese Economische Ruimte, en met welke waarborgen?"
    yield "Waar is de DPIA te raadplegen (URI), en welke risico's dekken de maatregelen?"
    if not legal_bases(config.legal_ground.avg_6):
        yield "Welke rechtsgrond van het LDV-register hoort bij de genoemde grond van artikel 6 AVG?"
    if grondslag(config.legal_ground.avg_6) is None:
        yield "Welke grondslag van het VNG-register hoort bij de genoemde grond van artikel 6 AVG?"
    yield from retention_questions(config)


def retention_questions(config: PurposeConfig) -> Iterator[str]:
    """Yields a question per kind of artefact without a term."""
    for artefact, name in ARTEFACT_NAMES.items():
        if artefact not in config.retention:
            yield f"Hoe lang blijft bewaard: {name}?"
