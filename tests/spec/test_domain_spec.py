"""What each domain counts as active and as cost in 2018H1, one readable row each, read from a real file."""

import hashlib
from pathlib import Path

import pyarrow as pa
import pytest
from builders import delivery_of, persons_of_the_log

from pseudonymisation.keys import KeySet
from pseudonymisation.objections import Objections
from pseudonymisation.pseudonymise import Pull, PullOrder
from schemas.delivery import DeliveredFile
from schemas.extracts import CANONICAL_COLUMNS
from schemas.period import HalfYear
from schemas.purpose import SourceGround

SPAN = {"begin": "2018-02-01", "einde": "2018-03-31"}


def pulled(folder: Path, source: str, **cells: str) -> list[dict[str, object]]:
    """Reads one row of a source, every column of the canonical form used."""
    columns = CANONICAL_COLUMNS[source]
    content = ";".join(columns) + "\n" + ";".join(cells.get(name, "") for name in columns) + "\n"
    (folder / "file.csv").write_text(content)
    delivered = DeliveredFile(name="file.csv", rows=1, sha256=hashlib.sha256(content.encode()).hexdigest())
    ground = SourceGround(law="Wet", article="Artikel", bsn_ground="Wet", columns=columns)
    order = PullOrder(delivery_of(source, folder, delivered, ground=ground), HalfYear(2018, 1), allow_test_numbers=True)
    one = Pull(order, KeySet.generate(), Objections(pa.array([], pa.string())), persons_of_the_log())
    return pa.Table.from_batches(one.batches()).to_pylist()


@pytest.mark.parametrize(
    ("source", "cells", "active_and_cost"),
    [
        ("wmo", SPAN, (True, 0)),
        ("wmo", {"begin": "2018-06-30"}, (True, 0)),
        ("wmo", {"begin": "2017-01-01", "einde": "2018-01-01"}, (True, 0)),
        ("wmo", {"begin": "2017-01-01", "einde": "2017-12-31"}, None),
        ("wmo", {"begin": "2018-07-01"}, None),
        ("wmo", SPAN | {"bedrag_cent": "100", "bedrag_begin": "2018-02-01", "bedrag_einde": "2018-02-28"}, (True, 100)),
        # Half of the days of June and July lie in the period: 30 of 61, so 49.18 cents.
        ("wmo", SPAN | {"bedrag_cent": "100", "bedrag_begin": "2018-06-01", "bedrag_einde": "2018-07-31"}, (True, 49)),
        # One of two days: half a cent is rounded away from zero, so that a credit cancels its debit.
        ("wmo", SPAN | {"bedrag_cent": "1", "bedrag_begin": "2018-06-30", "bedrag_einde": "2018-07-01"}, (True, 1)),
        ("wmo", SPAN | {"bedrag_cent": "-1", "bedrag_begin": "2018-06-30", "bedrag_einde": "2018-07-01"}, (True, -1)),
        # Not active any more, yet there is cost in the period.
        (
            "wmo",
            {"begin": "2017-01-01", "einde": "2017-12-31", "bedrag_cent": "-500"}
            | {"bedrag_begin": "2018-01-01", "bedrag_einde": "2018-01-31"},
            (False, -500),
        ),
        ("pwet", SPAN | {"regeling": "IOAW"}, (True, 0)),
        ("pwet", SPAN | {"regeling": "Bijzondere bijstand"}, None),
        ("shv", SPAN | {"fase": "stabilisatie"}, (True, 0)),
        ("shv", SPAN | {"fase": "intake"}, None),
        ("rmc", SPAN | {"soort_nummer": "OWNR", "status": "Afgesloten"}, (True, 0)),
        ("rmc", SPAN | {"soort_nummer": "OWNR", "status": "Ingetrokken"}, None),
        ("veiligheid", {"datum": "2018-06-30", "bedrag_cent": "550000"}, (True, 550000)),
        ("veiligheid", {"datum": "2018-07-01", "bedrag_cent": "550000"}, None),
    ],
)
def test_activity_and_cost(tmp_path, source, cells, active_and_cost):
    rows = pulled(tmp_path, source, **cells)
    assert [(row["active"], row["cost_cent"]) for row in rows] == ([active_and_cost] if active_and_cost else [])


def test_a_veiligheid_row_has_no_person_and_links_on_its_address(tmp_path):
    (row,) = pulled(tmp_path, "veiligheid", datum="2018-03-01", postcode="2711 aa", huisnummer="12", geslachtsnaam="X")
    assert row["person"] is None
    assert row["address"] is not None
    assert row["domain"] == "Veiligheid"
