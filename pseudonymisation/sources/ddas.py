"""Debt help as DDAS 1.0 delivers it: JSON of trajectories, each of one or two clients.

The trajectories are a list, or are in ``schuldhulptrajecten`` of the document or of its ``leveringen``. Keys count
with and without a capital: the schema of DDAS writes both. Debts, creditors, ``vtlb``, contacts and descriptions are
passed over unread; so is ``totaalSchuldbedragBijAanvangSchuld``, which is debt in whole euros and no cost.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from pseudonymisation.sources.ddas_json import JsonValues, Plan, Wanted
from pseudonymisation.sources.source_reader import BATCH_ROWS, Cells, OpenedFile
from schemas.errors import RefusedDelivery
from schemas.extracts import SHV_ADMITTED, SHV_PHASES
from schemas.purpose import SourceGround

TRAJECTORIES: Final = "schuldhulptrajecten"
DELIVERIES: Final = "leveringen"
ADMISSION: Final = "Toelatingsbeschikking"
REJECTION: Final = "Afwijzingsbeschikking"

#: Canonical column -> what DDAS calls it, of the client; there is no huisletter.
CLIENT_ELEMENTS: Final = {
    "bsn": "burgerservicenummer",
    "geboortedatum": "geboortedatum",
    "postcode": "postcode",
    "huisnummer": "huisnummer",
    "huisnummertoevoeging": "huisnummertoevoeging",
}
#: Canonical columns that a trajectory gives; DDAS has no cost.
TRAJECTORY_COLUMNS: Final = ("fase", "uitstroom_reden", "begin", "einde")

_MOST_CLIENTS: Final = 2
_GEMEENTECODE: Final = re.compile(r"GM([0-9]{4})|([0-9]{3,4})")
_CELL: Final = Wanted.CELL
_SPAN: Final[dict[str, Plan]] = {"startdatum": _CELL, "einddatum": _CELL}
_INTAKE: Final[dict[str, Plan]] = {**_SPAN, "beschikkingsdatum": _CELL, "beschikkingssoort": _CELL}


@dataclass
class DdasTrajectories:
    """The trajectories of a source; one row per client, without cost.

    ``rows`` of the manifest are clients of trajectories. Nothing is kept but the batch at hand and the municipality.

    Attributes:
        source: name of the source.
        files: its opened files.
        ground: the columns that the purpose uses.
        counts: stays empty: no row is left out by a rule of the format.
        gemeentecode: municipality of all trajectories, as GM0637; known once the batches are read.
        backend: parser of ``ijson`` to use; the fastest that is installed when it is not given.
    """

    source: str
    files: Sequence[OpenedFile]
    ground: SourceGround
    backend: Any = None
    counts: Counter[str] = field(default_factory=Counter, init=False)
    gemeentecode: str | None = field(default=None, init=False)
    _columns: dict[str, list[str | None]] = field(init=False)
    _no_municipality: int = field(default=0, init=False)
    _other_municipality: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._columns = {name: [] for name in self.ground.columns}

    @property
    def gemeentecodes(self) -> frozenset[str]:
        """The municipality of the trajectories."""
        return frozenset({self.gemeentecode} if self.gemeentecode else ())

    def header(self) -> tuple[str, ...]:
        """Gives the columns used that DDAS has."""
        delivered = {*CLIENT_ELEMENTS, *TRAJECTORY_COLUMNS}
        return tuple(name for name in self.ground.columns if name in delivered)

    def batches(self) -> Iterator[Cells]:
        """Yields the used columns in batches; those that DDAS does not have are null.

        Raises:
            RefusedDelivery: ``wrong_message``, ``wrong_structure``, ``duplicate_key``, ``unreadable`` or
                ``wrong_encoding``; ``wrong_gemeentecode``, ``several_municipalities`` or ``wrong_row_count`` once all
                has been read.
        """
        for opened in self.files:
            rows = 0
            for trajectory in self._trajectories(JsonValues(opened.file, self.source, self.backend)):
                rows += self._add(trajectory)
                if len(self._columns["bsn"]) >= BATCH_ROWS:
                    yield self._batch()
            if rows != opened.rows:
                what = f"{rows} rows (clients of trajectories) were read, the manifest says {opened.rows}"
                raise self._refused("wrong_row_count", what, "deliver again, whole")
        if self._columns["bsn"]:
            yield self._batch()
        self._check_municipality()

    def _trajectories(self, values: JsonValues) -> Iterator[dict[str, Any]]:
        try:
            kind, _ = values.next()
            if kind == "start_array":
                yield from self._listed(values)
            elif kind == "start_map":
                yield from self._document(values)
            else:
                raise self._refused("wrong_message", "the file holds no list of trajectories", "deliver it as DDAS 1.0")
            values.finish()
        finally:
            values.close()

    def _document(self, values: JsonValues) -> Iterator[dict[str, Any]]:
        found = False
        for key in values.members("the document", (DELIVERIES, TRAJECTORIES)):
            found |= key in (DELIVERIES, TRAJECTORIES)
            if key == DELIVERIES:
                values.expect(values.next()[0], "start_array", DELIVERIES)
                yield from _items(values, lambda event: self._delivery(values, event))
            elif key == TRAJECTORIES:
                values.expect(values.next()[0], "start_array", TRAJECTORIES)
                yield from self._listed(values)
            else:
                values.skip()
        if not found:
            raise self._refused("wrong_message", "the file holds no trajectories", "deliver it as DDAS 1.0")

    def _delivery(self, values: JsonValues, event: tuple[str, Any]) -> Iterator[dict[str, Any]]:
        values.expect(event[0], "start_map", "a levering")
        for key in values.members("a levering", (TRAJECTORIES,)):
            if key == TRAJECTORIES:
                values.expect(values.next()[0], "start_array", TRAJECTORIES)
                yield from self._listed(values)
            else:
                values.skip()

    def _listed(self, values: JsonValues) -> Iterator[dict[str, Any]]:
        yield from _items(values, lambda event: iter((values.read(self._plan, "a trajectory", event),)))

    @property
    def _plan(self) -> dict[str, Plan]:
        used = set(self.ground.columns)
        client: dict[str, Plan] = {key: _CELL for name, key in CLIENT_ELEMENTS.items() if name in used}
        end: dict[str, Plan] = {"datum": _CELL, **({"reden": _CELL} if "uitstroom_reden" in used else {})}
        phases: dict[str, Plan] = dict.fromkeys(SHV_ADMITTED, Wanted.PRESENT)
        before: dict[str, Plan] = {"aanmelding": _SPAN, "intake": _INTAKE, "uitstroom": end}
        return {"gemeentecode": _CELL, "client": (client,), **_SPAN, **before, **phases}

    def _add(self, trajectory: dict[str, Any]) -> int:
        """Adds a row per client and gives their number."""
        clients = trajectory.get("client", [])
        if not 1 <= len(clients) <= _MOST_CLIENTS:
            what = f"a trajectory has {len(clients)} clients"
            raise self._refused("wrong_structure", what, "have it made again as DDAS 1.0 says")
        self._note_municipality(trajectory.get("gemeentecode"))
        end = trajectory.get("uitstroom", {})
        of_trajectory = {
            "fase": phase_of(trajectory),
            "uitstroom_reden": end.get("reden"),
            "begin": trajectory.get("startdatum") or trajectory.get("aanmelding", {}).get("startdatum"),
            "einde": trajectory.get("einddatum") or end.get("datum"),
        }
        for client in clients:
            of_client = {name: client.get(key) for name, key in CLIENT_ELEMENTS.items()}
            row = {**of_trajectory, **of_client}
            for name, cells in self._columns.items():
                cells.append(row.get(name))
        return len(clients)

    def _batch(self) -> Cells:
        batch: Cells = {name: pa.array(cells, pa.string()) for name, cells in self._columns.items()}
        for cells in self._columns.values():
            cells.clear()
        return batch

    def _note_municipality(self, code: str | None) -> None:
        found = _GEMEENTECODE.fullmatch(code or "")
        if found is None:
            self._no_municipality += 1
            return
        municipality = f"GM{(found[1] or found[2]).zfill(4)}"
        self.gemeentecode = self.gemeentecode or municipality
        self._other_municipality += municipality != self.gemeentecode

    def _check_municipality(self) -> None:
        if self._no_municipality:
            what = f"gemeentecode of {self._no_municipality} trajectory(s) is not GM and four digits"
            raise self._refused("wrong_gemeentecode", what, "have it filled in with four digits")
        if self._other_municipality:
            what = f"gemeentecode: {self._other_municipality} trajectory(s) are not of the municipality of the first"
            raise self._refused("several_municipalities", what, "deliver one municipality")

    def _refused(self, code: str, what: str, advice: str) -> RefusedDelivery:
        return RefusedDelivery(code, f"{self.source}: {what}", advice)


def phase_of(trajectory: dict[str, Any]) -> str | None:
    """Gives the latest phase that a trajectory has reached, None without any.

    An intake that ended in admission counts as the first phase after it; one that ended in rejection stays an intake,
    whatever help was given besides.
    """
    intake = trajectory.get("intake", {})
    if intake.get("beschikkingssoort") == REJECTION:
        return SHV_PHASES[1]
    if reached := [phase for phase in SHV_ADMITTED if trajectory.get(phase)]:
        return reached[-1]
    if intake.get("beschikkingssoort") == ADMISSION:
        return SHV_ADMITTED[0]
    return next((phase for phase in ("intake", "aanmelding") if any(trajectory.get(phase, {}).values())), None)


def _items(values: JsonValues, read: Callable[[tuple[str, Any]], Iterator[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yields what is read of each item of the list that has started."""
    while (event := values.next())[0] != "end_array":
        yield from read(event)
