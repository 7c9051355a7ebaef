"""One source of a delivery, and the reader that its format asks for."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from pseudonymisation.delivery import open_checked
from pseudonymisation.delivery_folder import DeliveryFolder
from pseudonymisation.sources.canonical_csv import CanonicalCsv
from pseudonymisation.sources.ddas import DdasTrajectories
from pseudonymisation.sources.istandaarden import Messages
from pseudonymisation.sources.mapped_csv import MappedCsv
from pseudonymisation.sources.parquet import ParquetTable
from pseudonymisation.sources.source_reader import OpenedFile, SourceReader
from pseudonymisation.sources.sql import SqlTable
from pseudonymisation.sources.suwi import SuwiBenefits
from schemas.delivery import DeliveredFile
from schemas.errors import RefusedDelivery
from schemas.purpose import SourceGround
from schemas.source_formats import CsvFormat, DdasFormat, ParquetFormat, SourceFormat, SqlFormat, SuwiFormat


@dataclass(frozen=True)
class SourceDelivery:
    """What was delivered of one source.

    Attributes:
        source: its name.
        ground: what the purpose says of it: columns, and format.
        folder: where its files lie.
        files: its files; none for a table of a database.
        database: the address of its database, for a table.
        rows: rows that the sender promises of a table, if any.
    """

    source: str
    ground: SourceGround
    folder: DeliveryFolder
    files: tuple[DeliveredFile, ...] = ()
    database: SecretStr | None = None
    rows: int | None = None

    @contextmanager
    def opened(self) -> Iterator[SourceReader]:
        """Opens every file of the source and gives its reader.

        Raises:
            RefusedDelivery: a file is missing or not what the manifest says, or there are more than the format has.
        """
        form = self.ground.format
        if isinstance(form, SqlFormat):
            yield SqlTable(self.source, self.ground, form, _address(self), self.rows)
            return
        with ExitStack() as stack:
            files = [
                OpenedFile(
                    stack.enter_context(
                        open_checked(self.folder, self.source, file, here_and_there=isinstance(form, ParquetFormat))
                    ),
                    file.rows,
                )
                for file in self.files
            ]
            yield self._reader(form, files)

    def _reader(self, form: SourceFormat | None, files: list[OpenedFile]) -> SourceReader:
        if form is None:
            return CanonicalCsv(self.source, self._only(files).file, self.ground, files[0].rows)
        if isinstance(form, CsvFormat):
            return MappedCsv(self.source, files, self.ground, form)
        if isinstance(form, ParquetFormat):
            return ParquetTable(self.source, files, self.ground, form)
        if isinstance(form, SuwiFormat):
            return SuwiBenefits(self.source, files, self.ground, form)
        if isinstance(form, DdasFormat):
            return DdasTrajectories(self.source, files, self.ground)
        return Messages(self.source, files, self.ground)

    def _only(self, files: list[OpenedFile]) -> OpenedFile:
        if len(files) != 1:
            what = f"{self.source}: {len(files)} files, canonical CSV is one"
            raise RefusedDelivery("several_files", what, "deliver it as one file")
        return files[0]


def _address(delivery: SourceDelivery) -> str:
    return delivery.database.get_secret_value() if delivery.database else ""
