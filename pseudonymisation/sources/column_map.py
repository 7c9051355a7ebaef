"""From the columns of somebody's table to canonical columns, as the signed purpose says.

A received column that the purpose neither uses nor drops refuses the source; columns are named in refusals by their
canonical names, or by their number, since the first line of a file without a header holds a person.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.sources.notations import WrongTypeError, canonical
from pseudonymisation.sources.source_reader import Cells
from schemas.errors import RefusedDelivery
from schemas.purpose import SourceGround
from schemas.source_formats import TabularFormat

_COLUMN_NAME: Final = re.compile(r"[a-z_]{2,40}")


class ColumnMap:
    """Which received column is which canonical one, for one table; made once per file, view or table.

    Args:
        source: what refusals call the table.
        ground: the columns that the purpose uses and drops.
        form: how the columns are called and their cells written.

    Attributes:
        found: canonical column -> received column, in the order of the purpose; complete after ``bind``. What is
            constant is not received.
    """

    def __init__(self, source: str, ground: SourceGround, form: TabularFormat) -> None:
        self.found: dict[str, str] = {}
        self._source, self._ground, self._form = source, ground, form
        read = (column for column in ground.columns if column not in form.constants)
        self._names = {column: form.names_of(column) for column in read}
        self._canonical = {name: column for column, names in self._names.items() for name in names}

    def recognised(self, received: Sequence[str]) -> tuple[int, int]:
        """Gives how many of the columns to read are among those received, and how many are to be read."""
        return len({self._canonical[name] for name in received if name in self._canonical}), len(self._names)

    def bind(self, received: Sequence[str], *, others_stay: bool = False) -> tuple[str, ...]:
        """Finds the used columns among those received.

        Args:
            received: names as delivered.
            others_stay: whether columns that are not asked for stay where they are, as in a database.

        Returns:
            The columns received: canonical names of those used, own names of those dropped.

        Raises:
            RefusedDelivery: ``duplicate_header``, ``undeclared_column`` or ``missing_column``.
        """
        known = {**dict.fromkeys(self._ground.drops), **self._canonical}
        if repeated := sorted({name for name in received if name in known and received.count(name) > 1}):
            what = f"column {repeated[0]} occurs {received.count(repeated[0])} times"
            self.refuse("duplicate_header", what, "send it once")
        there = {column: [name for name in names if name in received] for column, names in self._names.items()}
        if twice := [column for column, names in there.items() if len(names) > 1]:
            what = f"column {twice[0]} is there under {len(there[twice[0]])} names"
            self.refuse("duplicate_header", what, "send it once, or drop one in a new signed purpose")
        undeclared = [name for name in received if name not in known]
        if undeclared and not others_stay:
            what = f"{len(undeclared)} undeclared column(s), first {_shown(undeclared[0], received)}"
            self.refuse("undeclared_column", what, "leave it out, or declare it in a new signed purpose")
        if missing := [column for column, names in there.items() if not names]:
            self.refuse("missing_column", f"{len(missing)} column(s) missing, first {missing[0]}", "deliver it")
        self.found = {column: names[0] for column, names in there.items()}
        if others_stay:
            return tuple(self.found)
        return tuple(self._canonical.get(name, name) for name in received)

    def cells(self, columns: "Mapping[str, Sequence[pa.Array[Any]]]", rows: int) -> Cells:
        """Gives a batch of canonical cells.

        Args:
            columns: received columns under their own names; those of ``found`` are read. A column is one array, or one
                for each type that its values have, null where a value is of another.
            rows: how many there are, for what is constant.

        Raises:
            RefusedDelivery: ``wrong_type``.
        """
        return {
            column: self._constant(column, rows)
            if column in self._form.constants
            else self._text(column, columns[self.found[column]])
            for column in self._ground.columns
        }

    def _constant(self, column: str, rows: int) -> "pa.Array[Any]":
        return pa.repeat(pa.scalar(self._form.constants[column], pa.string()), rows)

    def _text(self, column: str, parts: "Sequence[pa.Array[Any]]") -> "pa.Array[Any]":
        try:
            texts = [canonical(column, part, self._form) for part in parts]
        except WrongTypeError as error:
            self.refuse("wrong_type", f"column {column} is of type {error}", "deliver text, dates, whole numbers")
        return pc.coalesce(*texts) if len(texts) > 1 else texts[0]

    def refuse(self, code: str, what: str, advice: str) -> NoReturn:
        """Refuses the source.

        Raises:
            RefusedDelivery: always.
        """
        raise RefusedDelivery(code, f"{self._source}: {what}", advice) from None


def _shown(name: str, names: Sequence[str]) -> str:
    return name if _COLUMN_NAME.fullmatch(name) else f"number {names.index(name) + 1}"
