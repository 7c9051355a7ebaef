"""The article 30 entry of a purpose: as the LDV register knows it, as the VNG register knows it, and what is not known.

Sources: Logboek Dataverwerkingen, Processing Activities Register API 0.1; VNG VAR API 0.1.0; AVG article 30(1).
"""

from datetime import date
from typing import Annotated, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from outputs.log.vng import activity_id
from outputs.register.legal_basis import Grondslag, LegalBasis, grondslag, legal_bases
from outputs.register.open_questions import register_questions
from outputs.register.words import SOURCE_NAMES, measures, retention_terms
from schemas.purpose import PurposeConfig

ProcessingOption = Literal["Copy", "Disclose", "Obtain", "Organise", "Remove", "Store", "Transfer", "Transform", "Use"]

#: What the product does with personal data: it pulls, keeps until the term, pseudonymises, links and erases.
#: What leaves the processing is no personal data, so nothing is disclosed or transferred.
_PROCESSING: Final[tuple[ProcessingOption, ...]] = ("Obtain", "Store", "Transform", "Organise", "Use", "Remove")


class _Strict(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, alias_generator=to_camel, serialize_by_alias=True
    )


class Measure(_Strict):
    """A measure (AVG 32) that the purpose lays down."""

    measure_type: Literal["Organisational", "Technical"]
    measure: str = Field(min_length=1)


class PersonalData(_Strict):
    """Categories of personal data and how long each artefact stays."""

    categories: tuple[str, ...] = Field(min_length=1)
    retention_period: str


class Recipient(_Strict):
    """An entity and its role."""

    legal_role: Literal["DataController", "DataProtectionOfficer"]
    entity_id: UUID


class ProcessingActivityVersion(_Strict):
    """One version of a processing activity, by the LDV register model."""

    name: str
    version: int = Field(ge=1)
    valid_from: date
    purpose: str
    legal_basis: tuple[LegalBasis, ...]
    data_subjects: tuple[str, ...] = Field(min_length=1)
    personal_data: PersonalData
    processing_options: tuple[ProcessingOption, ...]
    measures: tuple[Measure, ...]
    recipients: tuple[Recipient, ...]


class Entity(_Strict):
    """A party of the register; what is not known of it is left out."""

    type: Literal["LegalEntity", "NaturalPerson", "Organisation"]
    id: UUID
    name: str
    email: str | None = None


class ProcessingActivity(_Strict):
    """A processing activity: the same id for every version."""

    id: UUID
    active: bool
    latest_version: int = Field(ge=1)


class VerwerktPersoonsgegeven(_Strict):
    """A kind of personal data and whose it is."""

    rol_betrokkene: str
    naam: str


class VarEntry(_Strict):
    """The entry of the VNG register (VAR); field names are those of the interface, grondslag None when unknown."""

    id: UUID
    naam: str
    verantwoordelijke_organisatie: Annotated[str, StringConstraints(pattern=r"^\d{20}$")]
    doel: str
    grondslag: Grondslag | None
    toelichting_grondslag: str
    bewaartermijn: str
    herkomst: str
    afnemende_categorie_ontvangers: tuple[str, ...]
    verwerkte_persoonsgegevens: tuple[VerwerktPersoonsgegeven, ...]


class RegisterEntry(_Strict):
    """All of it, with the questions that the purpose does not answer."""

    activity: ProcessingActivity
    version: ProcessingActivityVersion
    entities: tuple[Entity, ...]
    var: VarEntry
    open_questions: tuple[str, ...]


def register_entry(config: PurposeConfig, register_uri: str, today: date) -> RegisterEntry:
    """Gives the register entry of a purpose.

    Args:
        config: the purpose.
        register_uri: where the register answers, as in the log exports, so that ids agree.
        today: decides whether the activity is active.
    """
    controller, officer = _entities(config)
    identity = activity_id(register_uri, config.id)
    return RegisterEntry.model_validate(
        {
            "activity": {
                "id": identity,
                "active": config.valid_from <= today <= config.valid_until,
                "latestVersion": config.version,
            },
            "version": _version(config, controller, officer),
            "entities": (controller, officer),
            "var": _var(config, identity),
            "openQuestions": register_questions(config),
        }
    )


def _version(config: PurposeConfig, controller: Entity, officer: Entity) -> ProcessingActivityVersion:
    roles = {"DataController": controller, "DataProtectionOfficer": officer}
    return ProcessingActivityVersion.model_validate(
        {
            "name": config.id,
            "version": config.version,
            "validFrom": config.valid_from,
            "purpose": config.purpose,
            "legalBasis": legal_bases(config.legal_ground.avg_6),
            "dataSubjects": (config.target_group,),
            "personalData": {"categories": _categories(config), "retentionPeriod": retention_terms(config)},
            "processingOptions": _PROCESSING,
            "measures": tuple({"measureType": kind, "measure": text} for kind, text in measures(config)),
            "recipients": tuple({"legalRole": role, "entityId": entity.id} for role, entity in roles.items()),
        }
    )


def _entities(config: PurposeConfig) -> tuple[Entity, Entity]:
    controller = config.controller
    contact = {"email": controller.fg_contact} if "@" in controller.fg_contact else {}
    name = f"Functionaris gegevensbescherming van {controller.name}"
    fg_id = uuid5(NAMESPACE_URL, f"urn:oin:{controller.oin}:fg")
    return (
        Entity(type="Organisation", id=uuid5(NAMESPACE_URL, f"urn:oin:{controller.oin}"), name=controller.name),
        Entity(type="NaturalPerson", id=fg_id, name=name, **contact),
    )


def _categories(config: PurposeConfig) -> tuple[str, ...]:
    return tuple(f"{SOURCE_NAMES[source]}: {', '.join(ground.columns)}" for source, ground in config.sources.items())


def _var(config: PurposeConfig, identity: UUID) -> VarEntry:
    ground = config.legal_ground
    articles = (ground.avg_6, ground.avg_9, ground.avg_10, ground.avg_89)
    return VarEntry.model_validate(
        {
            "id": identity,
            "naam": config.id,
            "verantwoordelijkeOrganisatie": config.controller.oin,
            "doel": config.purpose,
            "grondslag": grondslag(ground.avg_6),
            "toelichtingGrondslag": "; ".join(article for article in articles if article),
            "bewaartermijn": retention_terms(config),
            "herkomst": "; ".join(
                f"{SOURCE_NAMES[source]} ({of_source.law}, {of_source.article})"
                for source, of_source in config.sources.items()
            ),
            "afnemendeCategorieOntvangers": (config.disclosure_to_third_parties,),
            "verwerktePersoonsgegevens": tuple(
                {"rolBetrokkene": f"Persoon in de bron {SOURCE_NAMES[source]}", "naam": column}
                for source, of_source in config.sources.items()
                for column in of_source.columns
            ),
        }
    )
