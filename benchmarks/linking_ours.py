"""The product's own linkage without BSN, on one case of the benchmark: raw text to tokens to links.

Runs by itself: ``linking_ours.py FOLDER`` reads ``register.parquet`` and ``records.parquet``, writes ``ours.parquet``
and ``ours.json``. Standardising and encoding both files are part of it, which the peers on clear text get for nothing.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from linkage_score import benchmark_key

from linkage.probability import ProbabilityPolicy, link_by_probability
from pseudonymisation.match_tokens import match_tokens


def main() -> None:
    """Links the case in a folder."""
    folder, started = Path(sys.argv[1]), time.perf_counter()
    # As in a run: what leaves the room of the keys is a file of tokens, and the linkage reads that.
    for name in ("register", "records"):
        tokens = match_tokens(pq.read_table(folder / f"{name}.parquet"), benchmark_key())
        pq.write_table(tokens, folder / f"tokens_{name}.parquet")
    del tokens
    encoded = time.perf_counter() - started
    policy = ProbabilityPolicy(one_to_one=json.loads((folder / "case.json").read_text())["one_to_one"])
    connection = duckdb.connect()
    sides = [connection.read_parquet(str(folder / f"tokens_{name}.parquet")) for name in ("register", "records")]
    found = link_by_probability(*sides, policy, connection)
    rows = [_rows(found.links[column], folder / f"{name}.parquet") for column, name in _SIDES.items()]
    pairs = pa.table([*rows, found.links["probability"]], ["register", "record", "score"])
    pq.write_table(pairs, folder / "ours.parquet")
    expected = {name: _interval(getattr(found, f"expected_{name}")) for name in ("precision", "recall")}
    about = {"threshold": 0.0, "rules": "tokens", "expected": expected, "encoding": encoded, "counts": found.counts}
    (folder / "ours.json").write_text(json.dumps(about))


_SIDES = {"person": "register", "record": "records"}


def _rows(found: Any, file: Path) -> Any:
    ids = pq.read_table(file, columns=["id"])["id"].cast(pa.binary())
    return pc.index_in(found.cast(pa.binary()), value_set=ids.combine_chunks())


def _interval(expected: Any) -> list[float]:
    return [expected.value, expected.low, expected.high] if expected else []


if __name__ == "__main__":
    main()
