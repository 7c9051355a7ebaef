"""One record of the standard Logboek Dataverwerkingen, profile 0.8: strict, frozen, and without room for a user.

Source: Logius, Logboek Dataverwerkingen, specification 0.8 (draft): core fields and the namespace ``dpl.core``.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

PROFILE: Final = "0.8"

Uri = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+.-]*:[^\s]{1,500}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]
Status = Literal["Unset", "Ok", "Error"]


class _Strict(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, serialize_by_alias=True
    )


class ResourceAttributes(_Strict):
    """Which application made the record."""

    service_name: str = Field(alias="service.name", min_length=1)
    service_version: str = Field(alias="service.version", min_length=1)


class Resource(_Strict):
    """The resource of OpenTelemetry; never a person."""

    attributes: ResourceAttributes


class Attributes(_Strict):
    """The attributes of the core namespace.

    Raises:
        ValueError: a subject without its kind, or a kind without a subject.
    """

    processing_activity_id: Uri = Field(alias="dpl.core.processing_activity_id")
    data_subject_id: Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{16,40}$")] | None = Field(
        default=None, alias="dpl.core.data_subject_id"
    )
    data_subject_id_type: Uri | None = Field(default=None, alias="dpl.core.data_subject_id_type")
    exception_type: Code | None = Field(default=None, alias="exception.type")

    @model_validator(mode="after")
    def _subject_with_its_kind(self) -> Self:
        if (self.data_subject_id is None) != (self.data_subject_id_type is None):
            raise ValueError("data_subject_id and data_subject_id_type come together")
        return self


class LdvRecord(_Strict):
    """One action on one person at most; times in whole milliseconds since 1970, UTC.

    Raises:
        ValueError: a field is not what the profile asks, or the action ended before it started.
    """

    trace_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    span_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    parent_span_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")] | None = None
    status: Status
    name: str = Field(min_length=1, max_length=242)
    start_time: int = Field(ge=0, lt=2**64)
    end_time: int = Field(ge=0, lt=2**64)
    resource: Resource
    attributes: Attributes

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end_time < self.start_time:
            raise ValueError("end_time lies before start_time")
        if (self.attributes.exception_type is None) == (self.status == "Error"):
            raise ValueError("an exception goes with status Error, and only with that")
        return self
