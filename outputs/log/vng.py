"""The processing log as Bewerking records of VNG Verwerkingenlogging 0.9.0: one per person and source.

The interface wants at least one processed object per record, so steps without persons are in the other export
(``ldv``) only; both carry the same ids: verwerkingId is the trace and objectId the subject. No record names a user.
Source: VNG Realisatie, gemma-verwerkingenlogging, OpenAPI of the Bewerking API 0.9.0.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, BinaryIO, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from outputs.log.acknowledged import write_lines
from outputs.log.ldv import LdvProfile, activity_uri, subject_text, trace_id
from outputs.log.ldv_record import Uri
from schemas.domains import FRAME, RECORD_LABELS
from schemas.log_entries import LogEntry
from schemas.purpose import PurposeConfig
from schemas.strict import Duration

Name = Annotated[str, StringConstraints(min_length=1, max_length=242)]
Oin = Annotated[str, StringConstraints(pattern=r"^[0-9]{20}$")]
#: ``opgeheven`` exists too, but the interface refuses it in a new record.
Confidentiality = Literal["normaal", "vertrouwelijk"]

_SOURCE_NAMES: Final = {**RECORD_LABELS, FRAME: "BRP"}


class _Strict(BaseModel):
    # The interface prescribes camel case; fields are filled and written under those names only.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, alias_generator=to_camel, serialize_by_alias=True
    )


class VerwerkteSoortGegeven(_Strict):
    """A kind of data that was processed: a column of the source."""

    soort_gegeven: Name


class VerwerktObject(_Strict):
    """The person that was processed, by an id of the log key only."""

    objecttype: Literal["persoon"] = "persoon"
    soort_object_id: Name
    object_id: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    betrokkenheid: Name
    verwerkte_soorten_gegevens: tuple[VerwerkteSoortGegeven, ...] = ()


class Bewerking(_Strict):
    """One record of the Bewerking API; field names are those of the interface.

    Raises:
        pydantic.ValidationError: a field is too long, has no zone, or is unknown.
    """

    actie_naam: Name
    verwerking_naam: Name
    verwerking_id: UUID
    verwerkingsactiviteit_id: UUID
    verwerkingsactiviteit_url: Annotated[Uri, StringConstraints(max_length=2042)]
    vertrouwelijkheid: Confidentiality
    bewaartermijn: Duration | None = None
    uitvoerder: Oin | None = None
    systeem: Name
    gegevensbron: Name
    tijdstip: AwareDatetime
    verwerkte_objecten: tuple[VerwerktObject, ...] = Field(min_length=1)


@dataclass(frozen=True)
class BewerkingProfile:
    """What the purpose does not say and the interface asks.

    Attributes:
        ldv: register, kind of subject id and application, as in the other export.
        vertrouwelijkheid: whether a citizen may see that this processing took place.
        uitvoerder: OIN of the organisation that carries it out; the controller's own OIN is left out of the records.
    """

    ldv: LdvProfile
    vertrouwelijkheid: Confidentiality = "normaal"
    uitvoerder: str | None = None


def activity_id(register_uri: str, purpose_id: str) -> UUID:
    """Gives the id of a processing activity, the same for all its versions."""
    return uuid5(NAMESPACE_URL, f"{register_uri}/processing_activities/{purpose_id}")


def bewerkingen(
    config: PurposeConfig,
    entries: Sequence[LogEntry],
    subjects: Iterable[tuple[str, bytes]],
    profile: BewerkingProfile,
) -> Iterator[Bewerking]:
    """Yields one record per person and source, as they come.

    Raises:
        ValueError: the entries are not of one run under this purpose, or a person comes from a source not pulled.
    """
    label = f"{config.id}:{config.version}"
    trace = UUID(hex=trace_id(entries))
    if entries[0].purpose != label:
        raise ValueError("the entries are of another purpose")
    ldv = profile.ldv
    common = {
        "actieNaam": "Ophalen en pseudonimiseren",
        "verwerkingNaam": f"Verwerking voor het doel {label}",
        "verwerkingId": trace,
        "verwerkingsactiviteitId": activity_id(ldv.register_uri, config.id),
        "verwerkingsactiviteitUrl": activity_uri(ldv.register_uri, label),
        "vertrouwelijkheid": profile.vertrouwelijkheid,
        "bewaartermijn": config.retention.get("log"),
        "uitvoerder": None if profile.uitvoerder == config.controller.oin else profile.uitvoerder,
        "systeem": f"{ldv.service_name} {ldv.service_version}",
    }
    pulls = {entry.subject: _of_source(entry) for entry in entries if entry.step == "pull"}
    for source, subject in subjects:
        if source not in pulls:
            raise ValueError(f"source {source} was not pulled in this run")
        moment, involved, kinds = pulls[source]
        person = VerwerktObject(
            soortObjectId=ldv.subject_id_type,
            objectId=subject_text(subject),
            betrokkenheid=involved,
            verwerkteSoortenGegevens=kinds,
        )
        yield Bewerking.model_validate(
            {**common, "gegevensbron": _SOURCE_NAMES[source], "tijdstip": moment, "verwerkteObjecten": (person,)}
        )


def write_bewerkingen(records: Iterable[Bewerking], file: BinaryIO) -> int:
    """Adds the records as JSON lines to an open file and gives how many are on disk.

    Raises:
        RunError: ``log_incomplete``: the file holds fewer than were made.
    """
    return write_lines((record.model_dump_json(exclude_none=True).encode() for record in records), file)


def _of_source(entry: LogEntry) -> tuple[datetime, str, tuple[VerwerkteSoortGegeven, ...]]:
    columns = entry.columns.get("used", ())
    involved = f"Persoon in de bron {_SOURCE_NAMES[entry.subject]}"
    return entry.started, involved, tuple(VerwerkteSoortGegeven(soortGegeven=column) for column in columns)
