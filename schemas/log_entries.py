"""One entry of the processing log: counts, columns, hashes and codes; never a value of a person."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Step = Literal["open", "pull", "link", "protect", "draft", "approve", "reject", "refused", "erase", "subject"]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_:.-]{1,80}$")]
#: Of the contract, or as the owner of a source calls a column that is dropped.
ColumnName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,80}$")]
Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,64}$")]


class LogEntry(BaseModel):
    """What one step did.

    Attributes:
        run: run id.
        step: name of the step.
        subject: source or table that the step was about, empty where it is about the whole run.
        started: time with zone.
        ended: time with zone.
        purpose: id and version of the purpose, such as ``stapeling:1``.
        purpose_sha256: digest of the canonical purpose.
        inputs: name -> sha256 of what was read.
        outputs: name -> sha256 of what was written.
        columns: kind (received, used, dropped) -> column names of the contract.
        counts: name of the count -> number of rows, persons, households or cells.
        keys: fingerprints of the keys used.
        code: error code of a refusal, else empty.
        reason: why the FG approved or rejected, in the FG's own words, else empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    run: Code
    step: Step
    subject: str = Field(default="", pattern=r"^[a-z_]{0,40}$")
    started: datetime
    ended: datetime
    purpose: str = Field(pattern=r"^[a-z][a-z0-9-]{2,39}:\d+$")
    purpose_sha256: Hex
    inputs: dict[Code, Hex] = {}
    outputs: dict[Code, Hex] = {}
    columns: dict[Literal["received", "used", "dropped"], tuple[ColumnName, ...]] = {}
    counts: dict[Code, int] = {}
    keys: tuple[Hex, ...] = ()
    code: str = Field(default="", pattern=r"^[a-z0-9_]{0,60}$")
    reason: str = Field(default="", max_length=500)


class StepFacts(BaseModel):
    """What a stage hands back about its work; the application turns it into a :class:`LogEntry`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    columns: dict[Literal["received", "used", "dropped"], tuple[ColumnName, ...]] = {}
    counts: dict[Code, int] = {}
    keys: tuple[Hex, ...] = ()
