"""The manifest of a delivery (levering.json): what was sent, by whom, about which period, with how many rows."""

import hashlib
import re
from datetime import date
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from schemas.period import HalfYear

DELIVERY_ID: Final = r"[A-Za-z0-9._-]{1,80}"

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


class DeliveredTable(BaseModel):
    """What a sender promises of a table that is read from a database."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    rows: int = Field(ge=0)


SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")]


class DeliveryManifest(BaseModel):
    """The whole of levering.json; unknown keys are refused.

    Attributes:
        files: source -> its file, or its files where its format has several.
        tables: source -> what is promised of the table that it is read from, where anything is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    gemeentecode: Annotated[str, StringConstraints(pattern=r"^GM\d{4}$")]
    period: str
    reference_date: date
    delivery_id: Annotated[str, StringConstraints(pattern=f"^{DELIVERY_ID}$")]
    synthetic: bool = False
    files: dict[SourceName, DeliveredFile | Annotated[list[DeliveredFile], Field(min_length=1, max_length=10_000)]]
    tables: dict[SourceName, DeliveredTable] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        HalfYear.parse(self.period)
        if not self.files and not self.tables:
            raise ValueError("nothing is delivered")
        names = [file.name for source in self.files for file in self.of(source)]
        if len(set(names)) != len(names):
            raise ValueError("a file is named twice")
        return self

    def of(self, source: str) -> tuple[DeliveredFile, ...]:
        """Gives the files of a source; none when it has none."""
        files = self.files.get(source, [])
        return tuple(files) if isinstance(files, list) else (files,)

    def digest_of(self, source: str) -> str:
        """Gives one sha256 for the files of a source, in whatever order they are named; that of one file is its own."""
        digests = sorted(file.sha256 for file in self.of(source))
        return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()

    def rows_of(self, source: str) -> int | None:
        """Gives the rows that were promised of a source; None where nothing was."""
        if source in self.files:
            return sum(file.rows for file in self.of(source))
        return self.tables[source].rows if source in self.tables else None
