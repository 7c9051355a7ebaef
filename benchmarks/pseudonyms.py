"""CPU seconds of keyed pseudonyms against ``pandas.Series.map(hmac.new)`` and, where it is installed, polars-hash.

Two columns of BSN: every value once, and ten rows per value. Ours is measured on all rows; pandas on a sample of
``--sample`` rows and scaled, since its cost is linear in rows. polars-hash has no keyed hash for a column, so it
does an unkeyed SHA-256 of key and value: less work than HMAC, and no substitute for it.

    python benchmarks/pseudonyms.py [--rows 5000000] [--sample 500000]
    uv run --with polars-hash --no-project --python .venv/bin/python benchmarks/pseudonyms.py
"""

import argparse
import hashlib
import hmac
import importlib.util
import os
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa

from pseudonymisation.keyed_hash import pseudonyms
from pseudonymisation.keys import PseudonymKey

SECRET = bytes(range(1, 33))
AIMS = {1: 8, 10: 25}


def column(rows: int, rows_per_value: int) -> "pa.Array[pa.StringScalar]":
    """Gives a shuffled column of nine-digit numbers."""
    values = np.repeat(np.arange(rows // rows_per_value) + 100_000_000, rows_per_value)
    return pa.array(np.random.default_rng(1).permutation(values)).cast(pa.string())


def cpu_seconds(work: Callable[[], object]) -> float:
    """Runs the work and gives its CPU seconds, all threads together."""
    started = time.process_time()
    work()
    return time.process_time() - started


def pandas_map(cells: "pd.Series[str]") -> "pd.Series[str]":
    """What a careful analyst writes."""
    return cells.map(lambda cell: hmac.new(SECRET, cell.encode(), hashlib.sha256).hexdigest())


def polars_sha256(cells: "pa.Array[pa.StringScalar]") -> object:
    """The fastest unkeyed relative: SHA-256 of key and value, by polars-hash."""
    import polars as pl
    import polars_hash as plh

    frame = pl.DataFrame({"bsn": pl.from_arrow(cells)})
    return frame.select(plh.concat_str(pl.lit(SECRET.hex()), pl.col("bsn")).chash.sha2_256())


def main() -> None:
    """Prints one line per column."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--sample", type=int, default=500_000)
    asked = parser.parse_args()
    os.environ.setdefault("POLARS_MAX_THREADS", "2")
    key = PseudonymKey("person", SECRET)
    print(f"{asked.rows} rows; pandas on a sample of {asked.sample}, scaled; CPU seconds")
    for per_value, aim in AIMS.items():
        cells = column(asked.rows, per_value)
        sample = cells.slice(0, asked.sample).to_pandas()
        peer = cpu_seconds(lambda sample=sample: pandas_map(sample)) * asked.rows / len(sample)
        ours = cpu_seconds(lambda cells=cells: pseudonyms(cells, key))
        line = (
            f"{per_value:>2} rows per value: ours {ours:6.2f}  pandas {peer:6.2f}  ratio {peer / ours:5.1f} (aim {aim})"
        )
        if importlib.util.find_spec("polars_hash"):
            unkeyed = cpu_seconds(lambda cells=cells: polars_sha256(cells))
            line += f"  polars-hash, unkeyed {unkeyed:6.2f}  ratio {unkeyed / ours:5.1f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
