"""The manifest of a delivery (levering.json): what was sent, by whom, about which period, with how many rows."""

import re
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from schemas.period import HalfYear

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class DeliveredFile(BaseModel):
    """One file of a delivery.

    Attributes:
        name: plain file name inside the delivery folder: no path, no leading dot.
        rows: rows without the header.
        sha256: lower-case hex digest of the bytes of the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    name: str
    rows: int = Field(ge=0)
    sha256: Sha256

    @field_validator("name")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", name):
            raise ValueError("a file name has letters, digits, dot, dash and underscore only")
        return name


class DeliveryManifest(BaseModel):
    """The whole of levering.json; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    gemeentecode: Annotated[str, StringConstraints(pattern=r"^GM\d{4}$")]
    period: str
    reference_date: date
    delivery_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,80}$")]
    synthetic: bool = False
    files: dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")], DeliveredFile] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        HalfYear.parse(self.period)
        if len({file.name for file in self.files.values()}) != len(self.files):
            raise ValueError("a file serves two sources")
        return self
