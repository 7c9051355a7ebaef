"""The processing log as records of the standard Logboek Dataverwerkingen, profile 0.8.

One trace per run: a root span, a child span per action, and below each pull one span per person and source. Records
are made one by one, so a million of them never sit in memory. None holds a user, none is sampled away.
Source: Logius, Logboek Dataverwerkingen, specification 0.8 (draft): core fields and the namespace ``dpl.core``.
"""

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from outputs.log.ldv_record import Attributes, LdvRecord, Resource, ResourceAttributes
from schemas.log_entries import LogEntry

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_STEP_NAMES: Final = {
    "open": "Openen van de verwerking",
    "pull": "Ophalen en pseudonimiseren",
    "link": "Koppelen tot huishoudens",
    "protect": "Tabelleren en beveiligen",
    "draft": "Schrijven van het concept",
    "approve": "Goedkeuren van de uitgave",
    "reject": "Afkeuren van het concept",
    "refused": "Geweigerd",
    "erase": "Wissen na de bewaartermijn",
    "subject": "Inzage voor een betrokkene",
}


@dataclass(frozen=True)
class LdvProfile:
    """What the records of one municipality have in common.

    Attributes:
        register_uri: where the register of processing activities answers, without a slash at the end.
        subject_id_type: URI that says how subject ids are made.
        service_version: version of Samenloop.
        service_name: name of the application.
    """

    register_uri: str
    subject_id_type: str
    service_version: str
    service_name: str = "samenloop"

    @property
    def resource(self) -> Resource:
        """The application, as each record names it."""
        return Resource(
            attributes=ResourceAttributes.model_validate(
                {"service.name": self.service_name, "service.version": self.service_version}
            )
        )


def activity_uri(register_uri: str, purpose: str) -> str:
    """Gives the URI of a purpose (``stapeling:1``) in the register, its version included."""
    name, version = purpose.split(":")
    return f"{register_uri}/processing_activities/{name}/versions/{version}"


def subject_text(subject: bytes) -> str:
    """Gives a subject id as text: base32 without padding, 26 characters for 16 bytes.

    Raises:
        ValueError: it has not 16 bytes.
    """
    if len(subject) != 16:
        raise ValueError("a subject id has 16 bytes")
    return b32encode(subject).decode().rstrip("=")


def trace_id(entries: Sequence[LogEntry]) -> str:
    """Gives the trace of a run, from its id and start: the same entries, the same trace.

    It has the form of a UUID, so that standards that ask for one can carry the very same id.

    Raises:
        ValueError: there are no entries, or they are of more than one run or version of a purpose.
    """
    if len({(entry.run, entry.purpose) for entry in entries}) != 1:
        raise ValueError("a trace is made of the entries of one run under one version of a purpose")
    start = min(entry.started for entry in entries).astimezone(UTC)
    return uuid5(NAMESPACE_URL, f"urn:samenloop:{entries[0].run}:{start.isoformat()}").hex


def span_id(trace: str, entry: LogEntry, subject: str = "") -> str:
    """Gives the span of an action, or of one person (a subject id as text) inside it."""
    start = entry.started.astimezone(UTC).isoformat()
    made_of = "\0".join((trace, entry.run, entry.step, entry.subject, start, subject))
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def ldv_records(
    entries: Sequence[LogEntry], subjects: Iterable[tuple[str, bytes]], profile: LdvProfile
) -> Iterator[LdvRecord]:
    """Yields the records of one run: the root, its actions, then one per person and source as they come.

    Args:
        entries: the entries of the run.
        subjects: source and subject id (16 bytes, made with the log key), each pair once.
        profile: what is the same in every record.

    Raises:
        ValueError: the entries are not of one run, or a person comes from a source that was not pulled.
    """
    run = _Run(entries, profile)
    yield run.root()
    yield from map(run.action, entries)
    pulls = {entry.subject: run.action(entry) for entry in entries if entry.step == "pull"}
    starts = {entry.subject: entry for entry in entries if entry.step == "pull"}
    for source, subject in subjects:
        if source not in pulls:
            raise ValueError(f"source {source} was not pulled in this run")
        yield run.person(starts[source], pulls[source], subject_text(subject))


class _Run:
    """Makes the records of one run; what they share is worked out once."""

    def __init__(self, entries: Sequence[LogEntry], profile: LdvProfile) -> None:
        self.entries = entries
        self.profile = profile
        self.resource = profile.resource
        self.trace = trace_id(entries)
        self.root_span = hashlib.sha256(f"{self.trace}\0root".encode()).hexdigest()[:16]
        self.activity = activity_uri(profile.register_uri, entries[0].purpose)

    def root(self) -> LdvRecord:
        failed = next(filter(_is_failure, self.entries), None)
        return LdvRecord(
            trace_id=self.trace,
            span_id=self.root_span,
            status="Error" if failed else "Unset",
            name=f"Verwerking voor het doel {self.entries[0].purpose}",
            start_time=milliseconds(min(entry.started for entry in self.entries)),
            end_time=milliseconds(max(entry.ended for entry in self.entries)),
            resource=self.resource,
            attributes=self._attributes(failed),
        )

    def action(self, entry: LogEntry) -> LdvRecord:
        failed = entry if _is_failure(entry) else None
        return LdvRecord(
            trace_id=self.trace,
            span_id=span_id(self.trace, entry),
            parent_span_id=self.root_span,
            status="Error" if failed else "Unset",
            name=": ".join(filter(None, (_STEP_NAMES.get(entry.step, entry.step), entry.subject))),
            start_time=milliseconds(entry.started),
            end_time=milliseconds(entry.ended),
            resource=self.resource,
            attributes=self._attributes(failed),
        )

    def person(self, entry: LogEntry, action: LdvRecord, subject: str) -> LdvRecord:
        return LdvRecord(
            trace_id=self.trace,
            span_id=span_id(self.trace, entry, subject),
            parent_span_id=action.span_id,
            status="Unset",
            name=action.name,
            start_time=action.start_time,
            end_time=action.end_time,
            resource=self.resource,
            attributes=Attributes.model_validate(
                {
                    "dpl.core.processing_activity_id": self.activity,
                    "dpl.core.data_subject_id": subject,
                    "dpl.core.data_subject_id_type": self.profile.subject_id_type,
                }
            ),
        )

    def _attributes(self, failed: LogEntry | None) -> Attributes:
        known = {"dpl.core.processing_activity_id": self.activity}
        return Attributes.model_validate(known | ({"exception.type": failed.code} if failed else {}))


def milliseconds(moment: datetime) -> int:
    """Gives whole milliseconds since 1970; a moment without zone is refused by the subtraction."""
    return (moment - _EPOCH) // _MILLISECOND


def _is_failure(entry: LogEntry) -> bool:
    # A refusal is the product doing its work; the profile keeps Error for what broke inside.
    return entry.step == "refused" and entry.code == "defect"
