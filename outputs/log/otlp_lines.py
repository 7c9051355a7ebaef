"""Records of the Logboek Dataverwerkingen as OTLP/JSON lines: one record per line, every record, acknowledged.

Source: OpenTelemetry, OTLP file exporter and OTLP/JSON encoding: hex ids, nanoseconds as decimal text, attributes as
key and value. The milliseconds of the profile become nanoseconds and come back unchanged.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final

from outputs.log.acknowledged import write_lines
from outputs.log.ldv_record import PROFILE, LdvRecord
from schemas.errors import VerificationFailed

_NANOSECONDS: Final = 1_000_000
_STATUS_CODES: Final = {"Unset": 0, "Ok": 1, "Error": 2}
_STATUSES: Final = {code: name for name, code in _STATUS_CODES.items()}
_INTERNAL: Final = 1
_SCOPE: Final = {"name": "samenloop.ldv", "version": PROFILE}


def write_otlp_lines(records: Iterable[LdvRecord], file: BinaryIO) -> int:
    """Adds the records to an open file and gives how many are on disk.

    Raises:
        RunError: ``log_incomplete``: the file holds fewer than were made.
    """
    return write_lines((_line(record) for record in records), file)


def read_otlp_lines(file: BinaryIO) -> Iterator[LdvRecord]:
    """Yields the records of a file that :func:`write_otlp_lines` wrote.

    Raises:
        VerificationFailed: ``ldv_line``: a line is cut off or is no record of the profile.
    """
    for number, line in enumerate(file, start=1):
        try:
            if not line.endswith(b"\n"):
                raise ValueError("cut off")
            yield _record(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise VerificationFailed(
                "ldv_line", f"line {number} is no record of profile {PROFILE}", "export the log again"
            ) from None


def _line(record: LdvRecord) -> bytes:
    span = {
        "traceId": record.trace_id,
        "spanId": record.span_id,
        **({"parentSpanId": record.parent_span_id} if record.parent_span_id else {}),
        "name": record.name,
        "kind": _INTERNAL,
        "startTimeUnixNano": str(record.start_time * _NANOSECONDS),
        "endTimeUnixNano": str(record.end_time * _NANOSECONDS),
        "attributes": _pairs(record.attributes.model_dump(exclude_none=True)),
        "status": {"code": _STATUS_CODES[record.status]},
    }
    resource = {"attributes": _pairs(record.resource.attributes.model_dump())}
    content = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": _SCOPE, "spans": [span]}]}]}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _pairs(attributes: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]


def _record(content: Any) -> LdvRecord:
    (of_resource,) = content["resourceSpans"]
    (of_scope,) = of_resource["scopeSpans"]
    (span,) = of_scope["spans"]
    known = {"traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano"}
    if not span.keys() <= known | {"attributes", "status"}:
        raise ValueError("a field outside the profile")
    return LdvRecord.model_validate(
        {
            "trace_id": span["traceId"],
            "span_id": span["spanId"],
            "parent_span_id": span.get("parentSpanId"),
            "status": _STATUSES[span["status"]["code"]],
            "name": span["name"],
            "start_time": _milliseconds(span["startTimeUnixNano"]),
            "end_time": _milliseconds(span["endTimeUnixNano"]),
            "resource": {"attributes": _mapping(of_resource["resource"]["attributes"])},
            "attributes": _mapping(span["attributes"]),
        }
    )


def _milliseconds(text: str) -> int:
    milliseconds, rest = divmod(int(text), _NANOSECONDS)
    if rest:
        raise ValueError("the profile has whole milliseconds")
    return milliseconds


def _mapping(pairs: list[dict[str, Any]]) -> dict[str, str]:
    mapping = {pair["key"]: pair["value"]["stringValue"] for pair in pairs}
    if len(mapping) != len(pairs):
        raise ValueError("an attribute occurs twice")
    return mapping
