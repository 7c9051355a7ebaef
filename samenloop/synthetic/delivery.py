"""Writes one delivery folder row by row: canonical CSV files and, last, levering.json."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from samenloop.synthetic.request import SynthesisRequest
from schemas.delivery import DeliveredFile, DeliveryManifest
from schemas.extracts import CANONICAL_COLUMNS
from schemas.period import HalfYear

MANIFEST = "levering.json"


class SeparatedFile:
    """One file with ``;`` between the cells, UTF-8, counted and hashed while it is written.

    Args:
        path: the file, replaced if it is there.
        columns: its header.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()
        self._stream: BinaryIO = path.open("wb")
        self._put(columns)

    def write(self, cells: Sequence[str]) -> None:
        """Appends a row; no cell of a synthetic municipality needs quotes."""
        self._put(cells)
        self.rows += 1

    def close(self) -> str:
        """Closes the file and gives the sha256 of its bytes."""
        self._stream.close()
        return self._hash.hexdigest()

    def _put(self, cells: Sequence[str]) -> None:
        line = (";".join(cells) + "\n").encode()
        self._hash.update(line)
        self._stream.write(line)


class DeliveryWriter:
    """A delivery under construction; the manifest is written when the ``with`` block ends well.

    Args:
        folder: the delivery folder, made when it is not there.
        request: what was asked.
        period: the half-year of this delivery, also an attribute.
    """

    def __init__(self, folder: Path, request: SynthesisRequest, period: HalfYear) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._request, self.period = folder, request, period
        # A delivery without manifest is no delivery: what a killed run leaves behind cannot be mistaken for one.
        (folder / MANIFEST).unlink(missing_ok=True)
        self._files = {
            source: SeparatedFile(folder / f"{source}.csv", columns) for source, columns in CANONICAL_COLUMNS.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        delivered = {
            source: DeliveredFile(name=f"{source}.csv", rows=file.rows, sha256=file.close())
            for source, file in self._files.items()
        }
        if kind is None:
            self._write_manifest(delivered)

    def write(self, source: str, cells: Sequence[str]) -> None:
        """Appends a row to the file of a source, in the canonical order of columns."""
        self._files[source].write(cells)

    def _write_manifest(self, files: dict[str, DeliveredFile]) -> None:
        manifest = DeliveryManifest(
            gemeentecode=self._request.gemeentecode,
            period=str(self.period),
            reference_date=self.period.following.first_day,
            delivery_id=self._delivery_id(),
            synthetic=True,
            files=files,
        )
        (self._folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")

    def _delivery_id(self) -> str:
        # The folder is no part of what was asked: the same municipality elsewhere is the same delivery.
        asked = self._request.model_dump_json(exclude={"out"})
        digest = hashlib.sha256(f"{asked}|{self.period}".encode()).hexdigest()
        return f"synthetic-{self._request.gemeentecode}-{self.period}-{digest[:16]}"
