"""The canonical CSV of a delivery: UTF-8, ``;``, a header row, empty = missing, canonical names and notations.

A file whose structure is off is refused as a whole. The refusal names source, column and count; a header cell is only
repeated when the line is beyond doubt a header, since the first line of a file without one holds a person.
"""

from typing import BinaryIO, Final

from pseudonymisation.sources import mapped_csv
from pseudonymisation.sources.source_reader import OpenedFile
from schemas.purpose import SourceGround
from schemas.source_formats import CsvFormat

BATCH_BYTES: Final = mapped_csv.BATCH_BYTES

_CANONICAL: Final = CsvFormat(kind="csv")


class CanonicalCsv(mapped_csv.MappedCsv):
    """One opened canonical CSV file, to be read once.

    Args:
        source: name of the source.
        file: the opened file, at its start.
        ground: the columns that the purpose uses and drops.
        expected_rows: rows that the manifest promises.
    """

    def __init__(self, source: str, file: BinaryIO, ground: SourceGround, expected_rows: int) -> None:
        super().__init__(source, (OpenedFile(file, expected_rows),), ground, _CANONICAL, BATCH_BYTES)
