"""Small readable inputs for tests: sound rows, deliveries, pulled sources, frames and records for linkage."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa

from linkage.households import Forming
from linkage.link import LinkedHouseholds, link
from pseudonymisation.data_subjects import DataSubjects
from pseudonymisation.delivery_folder import LocalFolder
from pseudonymisation.keys import KeySet, PseudonymKey
from pseudonymisation.objections import read_objections
from pseudonymisation.pseudonymise import Pull, PullOrder
from pseudonymisation.source_delivery import SourceDelivery
from samenloop.purposes import read_purpose
from schemas.delivery import DeliveredFile
from schemas.domains import FRAME, OBJECTIONS
from schemas.extracts import CANONICAL_COLUMNS
from schemas.household_rules import HouseholdRules
from schemas.period import HalfYear
from schemas.pseudonymised import FRAME_SCHEMA, INSTITUTION_SCHEMA, PROVISION_SCHEMA, PSEUDONYM
from schemas.purpose import SourceGround

EXAMPLE_PURPOSE = Path(__file__).parent.parent / "purposes" / "stapeling.yaml"
PURPOSE = read_purpose(EXAMPLE_PURPOSE).config
PERIOD = HalfYear(2018, 1)
GEMEENTE = "GM0637"
BUURT = "BU06370101"

_STREET = {"postcode": "2711AB", "huisnummer": "1"}
_IN_PERIOD = {"begin": "2018-01-01", "einde": "2018-06-30"}
_COST = {"bedrag_cent": "1000", "bedrag_begin": "2018-01-01", "bedrag_einde": "2018-06-30"}
_SOUND = {
    "brp": {**_STREET, "buurtcode": BUURT, "soort_adres": "woonadres", "institutioneel": "N"},
    "jeugd": {**_STREET, "productcategorie": "45", "aanbieder": "a1", **_IN_PERIOD, **_COST},
    "wmo": {**_STREET, "productcategorie": "01", "aanbieder": "a1", **_IN_PERIOD, **_COST},
    "pwet": {**_STREET, "regeling": "P-wet", **_IN_PERIOD, **_COST},
    "shv": {**_STREET, "fase": "begeleiding", **_IN_PERIOD, **_COST},
    "rmc": {"soort_nummer": "BSN", "soort": "verzuim", "status": "Geregistreerd", **_IN_PERIOD},
    "veiligheid": {**_STREET, "soort": "overlast", "datum": "2018-03-01", "bedrag_cent": "1000"},
    "bezwaar": {},
}
#: Of the example purpose, without limits: a handful of odd rows is the whole file here.
GROUNDS = {
    **{name: ground.model_copy(update={"limits": None}) for name, ground in PURPOSE.sources.items()},
    "veiligheid": SourceGround(law="wet", article="artikel", columns=CANONICAL_COLUMNS["veiligheid"]),
}

Row = dict[str, str]


def passes_elfproef(digits: str) -> bool:
    return (
        sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0
    )


def bsn(number: int) -> str:
    """The n-th valid nine-digit number from 100000000 on."""
    return next(islice((text for text in map(str, count(100_000_000)) if passes_elfproef(text)), number, None))


def row(source: str, **cells: str) -> Row:
    """A sound row of a source, used in 2018H1; ``cells`` replace its defaults."""
    person = "nummer" if source == "rmc" else "bsn"
    own = {person: bsn(0)} if source != "veiligheid" else {}
    return {**own, **_SOUND[source], **cells}


def csv_of(source: str, rows: Iterable[Row], columns: Sequence[str] | None = None) -> bytes:
    names = columns or CANONICAL_COLUMNS[source]
    lines = [names, *([one.get(name, "") for name in names] for one in rows)]
    return "".join(";".join(line) + "\n" for line in lines).encode()


def deliver(folder: Path, source: str, content: bytes, rows: int | None = None) -> DeliveredFile:
    """Writes one file of a delivery; by default the manifest counts its lines without the header."""
    (folder / f"{source}.csv").write_bytes(content)
    counted = max(content.count(b"\n") - 1, 0) if rows is None else rows
    return DeliveredFile(name=f"{source}.csv", rows=counted, sha256=hashlib.sha256(content).hexdigest())


def manifest_of(delivered: dict[str, DeliveredFile], /, **fields: Any) -> dict[str, Any]:
    """The content of ``levering.json``; ``fields`` replace its defaults."""
    return {
        "gemeentecode": GEMEENTE,
        "period": "2018H1",
        "reference_date": "2018-07-01",
        "delivery_id": "d1",
        "synthetic": True,
        "files": {source: one.model_dump() for source, one in delivered.items()},
        **fields,
    }


def write_manifest(folder: Path, content: Any) -> None:
    (folder / "levering.json").write_text(content if isinstance(content, str) else json.dumps(content))


@dataclass(frozen=True, eq=False)
class Pulled:
    """What came out of pulling one source, and what it counted (without zeros)."""

    table: pa.Table
    counts: dict[str, int]


def persons_of_the_log() -> DataSubjects:
    """Nobody yet, under a log key of its own."""
    return DataSubjects(PseudonymKey.generate("log_subject"), "run", "source")


def delivery_of(source: str, folder: Path, *files: DeliveredFile, ground: SourceGround | None = None) -> SourceDelivery:
    """Files that lie in a folder, of a source of the example purpose."""
    return SourceDelivery(source, ground or GROUNDS[source], LocalFolder(folder), files)


def pull_file(
    folder: Path,
    source: str,
    delivered: DeliveredFile,
    objectors: Sequence[str] = (),
    keys: KeySet | None = None,
    allow_test_numbers: bool = True,
    persons: DataSubjects | None = None,
) -> Pulled:
    """Pulls a file that lies in ``folder`` under the example purpose."""
    objected = deliver(folder, OBJECTIONS, csv_of(OBJECTIONS, [{"bsn": number} for number in objectors]))
    objections = read_objections(delivery_of(OBJECTIONS, folder, objected))
    order = PullOrder(delivery_of(source, folder, delivered), PERIOD, allow_test_numbers)
    one = Pull(order, keys or KeySet.generate(), objections, persons or persons_of_the_log())
    table = pa.Table.from_batches(one.batches(), FRAME_SCHEMA if source == FRAME else PROVISION_SCHEMA)
    return Pulled(table, one.facts.counts)


def pulled(folder: Path, source: str, rows: Sequence[Row], **how: Any) -> Pulled:
    """Delivers rows as a canonical file and pulls it."""
    return pull_file(folder, source, deliver(folder, source, csv_of(source, rows)), **how)


def mark(name: str | None) -> bytes | None:
    """A stand-in for a pseudonym: sixteen bytes that follow from a readable name."""
    return None if name is None else hashlib.blake2b(name.encode(), digest_size=16).digest()


def _place(address: str | None) -> dict[str, Any]:
    """An address is written ``2711AB 1 A``; the part after the second space is its suffix."""
    parts = [*(address or "").split(" "), "", ""]
    number = None if address is None else " ".join(parts[:2])
    full = None if address is None else " ".join(parts[:3])
    return {"address": mark(full), "address_number": mark(number), "bare_number": address is not None and not parts[2]}


def person(
    name: str | None,
    address: str | None = "2711AB 1",
    dwelling: str | None = None,
    buurt: str | None = BUURT,
    since: int | None = None,
    *,
    briefadres: bool = False,
    institution: bool = False,
    surname: str | None = None,
    age: int | None = None,
    born: str | None = None,
    **flags: bool,
) -> dict[str, Any]:
    """A row of the frame; ``flags`` are deceased, secret, moved, born (``born`` itself is a birth date)."""
    place = _place(address)
    return {
        "person": mark(name),
        "dwelling": mark(dwelling),
        "address": place["address"],
        "address_number": place["address_number"],
        "buurt": buurt,
        "briefadres": briefadres,
        "institution": institution,
        "since_days": since,
        "age": age,
        "surname_at": None if surname is None else mark(f"{dwelling or address} {surname}"),
        "birth_at": birth_mark(born, address),
        **flags,
    }


def birth_mark(born: str | None, address: str | None) -> bytes | None:
    """A stand-in for the pseudonym of a birth date at an address."""
    return None if born is None or address is None else mark(f"{born} {address}")


def record(
    domain: str,
    name: str | None = None,
    address: str | None = None,
    partner: str | None = None,
    provider: str | None = None,
    cost: int = 0,
    *,
    active: bool = True,
    same_as: str | None = None,
    born: str | None = None,
) -> dict[str, Any]:
    """A record of a domain; ``same_as`` gives two records the same identity, so that one is a duplicate."""
    identity = same_as or repr((domain, name, address, partner, provider, cost, active))
    return {
        "domain": domain,
        "record": mark(identity),
        "person": mark(name),
        "partner": mark(partner),
        **_place(address),
        "birth_at": birth_mark(born, address),
        "provider": mark(provider),
        "active": active,
        "cost_cent": cost,
    }


def lazy(table: pa.Table) -> "nw.LazyFrame[Any]":
    """An Arrow table on the engine of the product."""
    frame: nw.LazyFrame[Any] = nw.from_native(duckdb.connect(":default:").from_arrow(table))
    return frame


def linked(
    frame: Sequence[dict[str, Any]],
    records: Sequence[dict[str, Any]] = (),
    rules: HouseholdRules | None = None,
    institutions: Sequence[dict[str, Any]] | None = None,
    probable: Sequence[tuple[str, str]] | None = None,
) -> LinkedHouseholds:
    """Links rows of :func:`record` to the households of rows of :func:`person`.

    Args:
        frame, records: rows.
        rules: of household formation; those of the definitions by default.
        institutions: rows with address and dwelling.
        probable: pairs of the identity of a record and the name of a person.
    """
    tables = (pa.Table.from_pylist(list(frame), FRAME_SCHEMA), pa.Table.from_pylist(list(records), PROVISION_SCHEMA))
    listed = None if institutions is None else lazy(pa.Table.from_pylist(list(institutions), INSTITUTION_SCHEMA))
    found = [{"record": mark(one), "person": mark(name)} for one, name in probable or ()]
    schema = pa.schema({"record": PSEUDONYM, "person": PSEUDONYM})
    pairs = None if probable is None else lazy(pa.Table.from_pylist(found, schema))
    return link(lazy(tables[0]), lazy(tables[1]), Forming(GEMEENTE, rules or HouseholdRules(), listed), pairs)
