"""Nothing of the delivery's own order is stored, and a date only where a person has several rows."""

import pyarrow as pa

from pseudonymisation.keyed_hash import keyed_digest, pseudonyms
from pseudonymisation.keys import KeySet
from pseudonymisation.stored_rows import without_traces_of_order
from schemas.pseudonymised import FRAME_SCHEMA


def frame(people, dates):
    keys = KeySet.generate()
    nothing = pa.nulls(len(people), pa.binary(16))
    columns = {
        "person": pseudonyms(pa.array(people, pa.string()), keys["person"]),
        "dwelling": nothing,
        "address": pseudonyms(pa.array([f"2711AA|{place}|" for place in range(len(people))]), keys["address"]),
        "address_number": nothing,
        "buurt": pa.array(["BU06370101"] * len(people)),
        "briefadres": pa.array([False] * len(people)),
        "institution": pa.array([False] * len(people)),
        "since_days": pa.array(dates, pa.int32()),
    }
    empty = {name: [None] * len(people) for name in FRAME_SCHEMA.names if name not in columns}
    return pa.table({**columns, **empty}, schema=FRAME_SCHEMA)


def test_rows_are_in_the_order_of_their_pseudonyms():
    rows = frame([f"9999{number:05}" for number in range(200)], list(range(200)))
    stored = without_traces_of_order(rows)
    assert stored["person"].to_pylist() == sorted(rows["person"].to_pylist())
    assert stored["person"].to_pylist() != rows["person"].to_pylist()
    assert stored.schema == rows.schema


def test_a_date_stays_only_where_a_person_has_several_rows():
    rows = frame(["999900006", "999900018", "999900006", None, None], [10, 20, 30, 40, 50])
    stored = without_traces_of_order(rows)
    kept = {(row["person"], row["since_days"]) for row in stored.to_pylist()}
    double = rows["person"][0].as_py()
    assert kept == {(double, 10), (double, 30), (rows["person"][1].as_py(), None), (None, None)}


def test_a_digest_in_the_log_depends_on_the_key():
    first, second = KeySet.generate(), KeySet.generate()
    plain = "ab" * 32
    assert keyed_digest(plain, first["record"]) == keyed_digest(plain, first["record"])
    assert len({plain, keyed_digest(plain, first["record"]), keyed_digest(plain, second["record"])}) == 3
