"""Reading a JSON file value by value along a plan: what the plan does not name is passed over and never made."""

from collections import deque
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, BinaryIO, Final, TypeAlias

import ijson

from pseudonymisation.sources.ddas_bytes import CHUNK_BYTES, JsonBytes
from schemas.errors import RefusedDelivery

LONGEST_CELL: Final = 256
DEEPEST: Final = 32
_MOST_KEYS: Final = 1000
_MOST_ITEMS: Final = 100
#: What parsers raise besides their own error for a number or a text that Python cannot hold.
_BROKEN: Final = (ijson.JSONError, ValueError, ArithmeticError, SystemError)


class Wanted(Enum):
    """What is wanted of a value of which the parts do not matter."""

    CELL = "trimmed text, None where empty"
    PRESENT = "whether anything is filled in, whatever it is"


#: One value: a cell, an object of which the named members are wanted, or a list of such objects.
Plan: TypeAlias = "Wanted | dict[str, Plan] | tuple[dict[str, Plan]]"


@dataclass
class JsonValues:
    """The values of one file, in the order of the file.

    Attributes:
        file: the opened file, at its start.
        source: name of the source.
        backend: parser of ``ijson`` to use; the fastest that is installed when it is not given.
    """

    file: BinaryIO
    source: str
    backend: Any = None
    _bytes: JsonBytes = field(init=False)
    _events: Iterator[tuple[str, Any]] = field(init=False)
    _depth: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        parser = ijson if self.backend is None else self.backend
        self._bytes = JsonBytes(self.file, self.source)
        self._events = iter(parser.basic_parse(self._bytes, buf_size=CHUNK_BYTES))

    def next(self) -> tuple[str, Any]:
        """Gives the next event.

        Raises:
            RefusedDelivery: ``unreadable`` or ``wrong_encoding``.
        """
        try:
            event, value = next(self._events)
        except (StopIteration, *_BROKEN):
            what = "the file is no JSON, or ends too soon"
            raise self._bytes.refusal or self.refused("unreadable", what, "deliver again, whole") from None
        self._depth += event.startswith("start_") - event.startswith("end_")
        if self._depth > DEEPEST:
            raise self.refused("unreadable", f"it is nested deeper than {DEEPEST}", "have it written again")
        return event, value

    def finish(self) -> None:
        """Reads on to the end of the file, where nothing may be left.

        Raises:
            RefusedDelivery: ``unreadable`` or ``wrong_encoding``.
        """
        try:
            rest = next(self._events, None)
        except _BROKEN:
            rest = ("error", None)
        if self._bytes.refusal or rest is not None:
            what = "something follows the end of the JSON"
            raise self._bytes.refusal or self.refused("unreadable", what, "deliver it as one document") from None

    def close(self) -> None:
        """Lets the parser end where it is, in silence."""
        self._bytes.end()
        with suppress(*_BROKEN):
            deque(self._events, maxlen=0)

    def members(self, where: str, known: Container[str]) -> Iterator[str]:
        """Yields the keys of the object that has started, first letter small; whoever takes a key reads its value.

        Raises:
            RefusedDelivery: ``duplicate_key``; ``wrong_structure``: more keys than an object can have.
        """
        keys: set[str] = set()
        while (event := self.next())[0] != "end_map":
            key = event[1][:1].lower() + event[1][1:]
            if key in keys:
                what = f"{where}: {key if key in known else 'a key'} occurs twice"
                raise self.refused("duplicate_key", what, "have it written again, each key once")
            if len(keys) >= _MOST_KEYS:
                raise self.refused("wrong_structure", f"{where} has more than {_MOST_KEYS} keys", _AS_DDAS)
            keys.add(key)
            yield key

    def read(self, plan: Plan, where: str, event: tuple[str, Any] | None = None) -> Any:
        """Reads one value along a plan: a cell, a dict of what is wanted and there, or a list of such dicts.

        Args:
            plan: what is wanted of it.
            where: name of the element, for a refusal.
            event: its first event, if that was taken already.

        Raises:
            RefusedDelivery: ``wrong_structure``, ``duplicate_key``, ``unreadable`` or ``wrong_encoding``.
        """
        kind, value = event or self.next()
        if isinstance(plan, Wanted):
            return self.skip((kind, value)) if plan is Wanted.PRESENT else self._cell(kind, value, where)
        if isinstance(plan, tuple):
            return [] if kind == "null" else list(self._items(plan[0], where, kind))
        if kind == "null":
            return {}
        self.expect(kind, "start_map", where)
        return self._object(plan, where)

    def _object(self, plan: "dict[str, Plan]", where: str) -> dict[str, Any]:
        taken = {}
        for key in self.members(where, plan):
            if key in plan:
                taken[key] = self.read(plan[key], key)
            else:
                self.skip()
        return taken

    def _items(self, plan: "dict[str, Plan]", where: str, kind: str) -> Iterator[Any]:
        self.expect(kind, "start_array", where)
        number = 0
        while (event := self.next())[0] != "end_array":
            number += 1
            if number > _MOST_ITEMS:
                raise self.refused("wrong_structure", f"{where} has more than {_MOST_ITEMS} items", _AS_DDAS)
            yield self.read(plan, where, event)

    def skip(self, event: tuple[str, Any] | None = None) -> bool:
        """Passes over one value and tells whether anything in it is filled in: a text, a number or a true."""
        kind, value = event or self.next()
        filled = _is_filled(kind, value)
        outside = self._depth - kind.startswith("start_")
        while self._depth > outside:
            kind, value = self.next()
            filled = filled or _is_filled(kind, value)
        return filled

    def expect(self, kind: str, wanted: str, where: str) -> None:
        """Checks the kind of a value.

        Raises:
            RefusedDelivery: ``wrong_structure``.
        """
        if kind != wanted:
            shape = "a list" if wanted == "start_array" else "an object"
            raise self.refused("wrong_structure", f"{where} is not {shape}", _AS_DDAS)

    def _cell(self, kind: str, value: Any, where: str) -> str | None:
        if kind == "null":
            return None
        if kind not in ("string", "number"):
            raise self.refused("wrong_structure", f"{where} is no text", _AS_DDAS)
        text = str(value).strip()
        if len(text) > LONGEST_CELL:
            raise self.refused("wrong_structure", f"{where} is longer than {LONGEST_CELL} characters", _AS_DDAS)
        return text or None

    def refused(self, code: str, what: str, advice: str) -> RefusedDelivery:
        """Gives the refusal of the source."""
        return RefusedDelivery(code, f"{self.source}: {what}", advice)


_AS_DDAS: Final = "have it made again as DDAS 1.0 says"


def _is_filled(kind: str, value: Any) -> bool:
    return kind == "number" or (kind == "boolean" and value) or (kind == "string" and bool(value.strip()))
