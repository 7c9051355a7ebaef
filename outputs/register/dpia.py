"""The sections of the national DPIA form that a purpose can fill in: 2.1, 3.1, 5.1, 6.1, 9, 10.1.1 and 11.1.

Answers are words of the signed purpose; what the form asks beyond it is an open question of its section.
Source: the Dutch government's DPIA form (MinBZK, par-dpia-form), section numbers of its definition file.
"""

from pydantic import BaseModel, ConfigDict, Field

from outputs.register.delivery_words import delivery_terms
from outputs.register.open_questions import retention_questions
from outputs.register.words import ARTEFACT_NAMES, SCOPE_TEXTS, SOURCE_NAMES, disclosure_terms, duration_text
from schemas.purpose import PurposeConfig


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Answer(_Strict):
    """One answer: what it is about, and the text."""

    label: str = Field(min_length=1)
    text: str = Field(min_length=1)


class Section(_Strict):
    """A section of the form by its number, with its answers and what is still to be answered."""

    number: str
    title: str
    answers: tuple[Answer, ...]
    open_questions: tuple[str, ...] = ()


class DpiaSections(_Strict):
    """The pre-filled sections of one version of a purpose."""

    purpose: str
    purpose_version: int
    dpia_version: str
    sections: tuple[Section, ...]

    def text(self) -> str:
        """Gives the sections as plain Dutch text with headings."""
        lines = [f"# DPIA {self.dpia_version}, ingevuld uit het doel {self.purpose}, versie {self.purpose_version}"]
        for section in self.sections:
            lines += ["", f"## {section.number} {section.title}", ""]
            lines += [f"- {answer.label}: {answer.text}" for answer in section.answers]
            if section.open_questions:
                lines += ["", "Nog te beantwoorden:", *(f"- {question}" for question in section.open_questions)]
        return "\n".join(lines) + "\n"


def dpia_sections(config: PurposeConfig) -> DpiaSections:
    """Gives the sections of the form, filled in from a purpose."""
    sections = (_data, _processing, _purposes, _parties, _framework, _retention, _grounds)
    return DpiaSections(
        purpose=config.id,
        purpose_version=config.version,
        dpia_version=config.dpia.version,
        sections=tuple(section(config) for section in sections),
    )


def _answers(*answers: tuple[str, str | None]) -> tuple[Answer, ...]:
    return tuple(Answer(label=label, text=text) for label, text in answers if text)


def _data(config: PurposeConfig) -> Section:
    answers = []
    for source, ground in config.sources.items():
        name = SOURCE_NAMES[source]
        answers += [
            (f"{name}, gebruikte gegevens", ", ".join(ground.columns)),
            (f"{name}, ontvangen maar niet gelezen", ", ".join(ground.drops)),
            (f"{name}, bijzondere of strafrechtelijke gegevens", ground.special_category),
            (f"{name}, levering", "; ".join(f"{what}: {text}" for what, text in delivery_terms(ground))),
        ]
    return Section(
        number="2.1",
        title="Persoonsgegevens",
        answers=_answers(("Betrokkenen", config.target_group), *answers),
        open_questions=("Hoeveel betrokkenen zijn er naar verwachting per bron?",),
    )


def _processing(config: PurposeConfig) -> Section:
    return Section(
        number="3.1",
        title="Gegevensverwerkingen",
        answers=_answers(
            ("Ophalen", f"bronnen {', '.join(SOURCE_NAMES[source] for source in config.sources)}"),
            ("Pseudonimiseren", SCOPE_TEXTS[config.pseudonym_scope]),
            ("Koppelen", f"tot huishoudens, regel {config.household_method}"),
            ("Tabelleren", ", ".join(config.tables)),
            *((f"Beveiligen: {name}", text) for name, text in disclosure_terms(config.disclosure)),
            ("Goedkeuren", "mag met een opdracht" if config.approval.by_command else "door de FG in persoon"),
        ),
    )


def _purposes(config: PurposeConfig) -> Section:
    answers = config.proportionality
    return Section(
        number="5.1",
        title="Verwerkingsdoeleinden",
        answers=_answers(
            ("Doel", config.purpose),
            ("Geldig", f"van {config.valid_from} tot en met {config.valid_until}"),
            ("Waarom koppelen", answers.why_link),
            ("Waarom op dit niveau", answers.why_this_level),
            ("Waarom deze domeinen en periode", answers.why_these_domains_and_period),
            *(
                (f"Lichter alternatief: {one.alternative}", f"afgewezen: {one.rejected_because}")
                for one in answers.alternatives
            ),
        ),
    )


def _parties(config: PurposeConfig) -> Section:
    controller = config.controller
    return Section(
        number="6.1",
        title="Betrokken partijen",
        answers=_answers(
            ("Verwerkingsverantwoordelijke", f"{controller.name} ({controller.gemeentecode}, OIN {controller.oin})"),
            ("Functionaris gegevensbescherming", controller.fg_contact),
            ("Beheerder", config.administrator),
            *(("Deelnemer", participant) for participant in config.participants),
            ("Verstrekking aan derden", config.disclosure_to_third_parties),
            ("Informatie aan betrokkenen", config.information_duty),
        ),
        open_questions=("Zijn er verwerkers, en met welke verwerkersovereenkomst?",),
    )


def _framework(config: PurposeConfig) -> Section:
    sources = config.sources.items()
    return Section(
        number="9",
        title="Juridisch en beleidsmatig kader",
        answers=_answers(
            *((SOURCE_NAMES[source], f"{ground.law}, {ground.article}") for source, ground in sources),
            *((f"Burgerservicenummer in {SOURCE_NAMES[source]}", ground.bsn_ground) for source, ground in sources),
        ),
        open_questions=("Welk gemeentelijk beleid en welke verordeningen gelden hierbij?",),
    )


def _retention(config: PurposeConfig) -> Section:
    return Section(
        number="10.1.1",
        title="Bewaartermijnen",
        answers=_answers(
            *((ARTEFACT_NAMES[name], f"{duration_text(term)} ({term})") for name, term in config.retention.items())
        ),
        open_questions=tuple(retention_questions(config)),
    )


def _grounds(config: PurposeConfig) -> Section:
    ground = config.legal_ground
    return Section(
        number="11.1",
        title="Rechtsgrond",
        answers=_answers(
            ("Artikel 6 AVG", ground.avg_6),
            ("Artikel 9 AVG", ground.avg_9),
            ("Artikel 10 AVG", ground.avg_10),
            ("Artikel 89 AVG", ground.avg_89),
            ("DPIA", f"{config.dpia.date}, versie {config.dpia.version}, dekt {config.dpia.covers_sha256}"),
        ),
    )
