"""An approach and trajectories beside a synthetic delivery, for whoever wants to see what an approach does.

Households with two or more laws come into the approach, the costlier the sooner: who is chosen is no chance sample, as
in life. Nobody's provisions change by it, so there is no effect to be found. What was delivered stays as it is, byte
for byte, but for the manifest, which names two more files and has an id of its own.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa

from pseudonymisation.address import ADDRESS_COLUMNS, read_address
from pseudonymisation.bsn import read_bsn
from samenloop.synthetic.delivery import MANIFEST, SeparatedFile
from samenloop.synthetic.draws import Draws, Weighted
from samenloop.synthetic.municipality import SynthesisedDelivery
from samenloop.synthetic.truth import COST_SOURCES
from schemas.delivery import DeliveredFile, DeliveryManifest
from schemas.domains import APPROACH, LAWS, TRAJECTORIES
from schemas.extracts import columns_of
from schemas.period import HalfYear
from schemas.record_kinds import SUCCESS_OF, TRAJECTORY_FORMS

NAME: Final = "Samen verder"
#: Chance to come into the approach in one half-year, for the cheapest and for the costliest household with two laws.
_LEAST, _MOST = 0.05, 0.45
#: Chance that a household under P-wet or with debt help is offered a trajectory in one half-year.
_OFFERED: Final = 0.4
_STATUSES: Final = {"aangeboden": 0.2, "gestart": 0.3, "afgebroken": 0.1, "afgerond": 0.4}
#: Share of completed trajectories that succeeded; about 45% for debt help (national figure), made up for work.
_SUCCEEDED: Final = {"schuldhulp": 0.45, "reintegratie": 0.3}
#: Streams of draws of a municipality end before these.
_STREAM: Final = 900

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Home:
    persons: tuple[str, ...]
    laws: tuple[str, ...]
    debt_help: bool
    cost_cent: int


def add_approach(deliveries: Sequence[SynthesisedDelivery], seed: int) -> None:
    """Adds ``aanpak.csv`` and ``trajecten.csv`` to deliveries of consecutive half-years; same deliveries, same bytes.

    Args:
        deliveries: as ``synthesise`` gave them, in their order.
        seed: of the draws.

    Raises:
        OSError: a file cannot be read or written.
    """
    joined: dict[str, date] = {}
    for step, delivery in enumerate(deliveries):
        homes, draws = _homes(delivery), Draws(seed, _STREAM, step)
        _join(homes, joined, delivery.period, draws)
        living = sorted(person for home in homes for person in home.persons if person in joined)
        approach: list[Row] = [(person, NAME, joined[person].isoformat(), "") for person in living]
        _add(delivery.folder, {APPROACH: approach, TRAJECTORIES: list(_trajectories(homes, delivery.period, draws))})


def _homes(delivery: SynthesisedDelivery) -> list[_Home]:
    with delivery.truth.open(encoding="utf-8", newline="") as file:
        truth = {row["address"]: row for row in csv.DictReader(file, delimiter=";")}
    with (delivery.folder / "brp.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    persons = read_bsn(_cells(rows, "bsn")).digits.to_pylist()
    addresses = read_address({name: _cells(rows, name) for name in ADDRESS_COLUMNS}).full.to_pylist()
    living: dict[str, set[str]] = {}
    for person, address in zip(persons, addresses, strict=True):
        if person and address:
            living.setdefault("-".join(filter(None, address.split("|"))), set()).add(person)
    return [_home(sorted(living[key]), truth[key]) for key in sorted(living) if key in truth]


def _cells(rows: Sequence[dict[str, str]], name: str) -> "pa.Array[pa.StringScalar]":
    return pa.array([row[name].strip() or None for row in rows], pa.string())


def _home(persons: list[str], truth: dict[str, str]) -> _Home:
    laws = tuple(law for law in LAWS if law in truth["combination"].split("+"))
    cost = sum(int(truth[f"cost_cent_{source}"]) for source in COST_SOURCES)
    return _Home(tuple(persons), laws, truth["shv"] == "1", cost)


def _join(homes: Sequence[_Home], joined: dict[str, date], period: HalfYear, draws: Draws) -> None:
    """One person of a household stands in the list; a household that is in it does not come in again."""
    several = [home for home in homes if len(home.laws) > 1]
    by_cost = sorted(several, key=lambda home: (home.cost_cent, home.persons))
    for place, home in enumerate(by_cost):
        chosen = draws.chance(_LEAST + (_MOST - _LEAST) * (place + 0.5) / len(by_cost))
        person, day = draws.pick(home.persons), draws.between(0, 59)
        if chosen and not any(one in joined for one in home.persons):
            joined[person] = period.first_day + timedelta(days=day)


def _trajectories(homes: Sequence[_Home], period: HalfYear, draws: Draws) -> Iterator[Row]:
    statuses = Weighted(_STATUSES)
    for home in homes:
        for sort, for_whom in (("schuldhulp", home.debt_help), ("reintegratie", "P-wet" in home.laws)):
            if not for_whom or not draws.chance(_OFFERED):
                continue
            person, form, status = draws.pick(home.persons), draws.pick(TRAJECTORY_FORMS), statuses.draw(draws)
            begin = period.first_day + timedelta(days=draws.between(0, 90))
            end = begin + timedelta(days=draws.between(14, 80)) if status in ("afgerond", "afgebroken") else None
            succeeded = draws.chance(_SUCCEEDED[sort])
            result = (SUCCESS_OF[sort] if succeeded else "geen") if status == "afgerond" else ""
            yield (person, sort, form, status, result, begin.isoformat(), end.isoformat() if end else "")


def _add(folder: Path, sources: dict[str, list[Row]]) -> None:
    manifest = DeliveryManifest.model_validate_json((folder / MANIFEST).read_bytes())
    added: dict[str, DeliveredFile] = {}
    for source, rows in sources.items():
        file = SeparatedFile(folder / f"{source}.csv", columns_of(source))
        for row in rows:
            file.write(row)
        added[source] = DeliveredFile(name=f"{source}.csv", rows=file.rows, sha256=file.close())
    named = {"files": {**manifest.files, **added}, "delivery_id": f"{manifest.delivery_id}-{APPROACH}"}
    (folder / MANIFEST).write_text(manifest.model_copy(update=named).model_dump_json(indent=2) + "\n", encoding="utf-8")
