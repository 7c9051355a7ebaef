"""What every reader of a source gives: its columns, then bounded batches of canonical text cells."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol, TypeAlias, runtime_checkable

import pyarrow as pa

#: Canonical column -> trimmed text, null where empty: the used columns of the purpose, in its order.
Cells: TypeAlias = "dict[str, pa.Array[Any]]"

#: Rows of a batch, about; what a reader holds at a time is bounded by it.
BATCH_ROWS: Final = 50_000


@dataclass(frozen=True, eq=False)
class OpenedFile:
    """One file of a source, opened.

    Attributes:
        file: its bytes, at their start, already found to be those of the manifest. Readers of a stream (csv, xml, json)
            only read on; a Parquet reader may seek.
        rows: rows that the manifest promises.
    """

    file: BinaryIO
    rows: int


@runtime_checkable
class NamesMunicipality(Protocol):
    """A reader of a standard in which the data themselves say whose they are."""

    @property
    def gemeentecodes(self) -> frozenset[str]:
        """Municipalities of what was read, as ``GM0637``; complete once the batches are read."""


class SourceReader(Protocol):
    """One source, to be read once: first ``header``, then ``batches`` to the end.

    Attributes:
        counts: what the rules of the format did with rows that are in no batch: ``excluded:<reason>`` for rows left
            out by rule, ``merged:<kind>`` for lines that complete another row. Complete once the batches are read.
    """

    counts: Counter[str]

    def header(self) -> tuple[str, ...]:
        """Gives the columns received: canonical names of those used, own names of those dropped.

        Raises:
            RefusedDelivery: the structure is not what the purpose declares.
        """

    def batches(self) -> Iterator[Cells]:
        """Yields the used columns in batches of about ``BATCH_ROWS`` rows.

        Raises:
            RefusedDelivery: the source breaks its contract; nothing that was yielded may be kept.
        """
