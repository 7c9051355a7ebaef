"""The keyed peer: clkhash Bloom filters of 1024 bits, all pairs compared by anonlink; in an environment of its own.

Runs by itself: ``peer_anonlink.py FOLDER`` reads ``clean_*.parquet``, writes ``anonlink.parquet`` and
``anonlink.json``. Pairs are cut at a Dice similarity of 0.78; it compares every pair, so it has no candidates.
"""

import json
import multiprocessing
import os
import sys
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from anonlink.similarities import dice_coefficient_accelerated
from clkhash.clk import generate_clks
from clkhash.comparators import ExactComparison, NgramComparison
from clkhash.field_formats import BitsPerFeatureStrategy, FieldHashingProperties, StringSpec
from clkhash.schema import Schema

_CUT: Final = 0.78
#: Pairs are kept from here, at most so many per person and block, so that the best cut can be looked for.
_FLOOR: Final = 0.70
_KEPT: Final = 5
_BLOCK: Final = 10_000
_SECRET: Final = "benchmark"  # noqa: S105 - what it keeps secret is synthetic
#: Insertions per field, spread over its bigrams: about four bits of ten are set.
_FIELDS: Final = {"given": 120, "surname": 150, "birth": 150, "sex": 20, "postcode": 80, "number": 50}

_filters: list[list[Any]] = []


def _schema() -> Schema:
    fields = []
    for name, bits in _FIELDS.items():
        exact = name in ("sex", "number")
        compared = ExactComparison() if exact else NgramComparison(2, positional=name in ("birth", "postcode"))
        fields.append(StringSpec(name, FieldHashingProperties(compared, BitsPerFeatureStrategy(bits))))
    return Schema(fields, 1024)


def _encoded(file: Path) -> list[Any]:
    people = pq.read_table(file).to_pydict()
    # An initial is better than nothing where the name itself is not there.
    people["given"] = [name or initial for name, initial in zip(people["given"], people["initial"], strict=True)]
    rows = [[cell or "" for cell in row] for row in zip(*(people[name] for name in _FIELDS), strict=True)]
    return list(generate_clks(rows, _schema(), _SECRET, validate=False, max_workers=os.cpu_count()))


def _compared(corner: tuple[int, int]) -> tuple[list[int], list[int], list[float]]:
    """Compares one block of persons with one block of records."""
    parts = [side[start : start + _BLOCK] for side, start in zip(_filters, corner, strict=True)]
    scores, (left, right) = dice_coefficient_accelerated(parts, _FLOOR, k=_KEPT)
    return [row + corner[0] for row in left], [row + corner[1] for row in right], list(scores)


def main() -> None:
    """Links the case in a folder."""
    folder = Path(sys.argv[1])
    _filters.extend(_encoded(folder / f"clean_{name}.parquet") for name in ("register", "records"))
    corners = [(a, b) for a in range(0, len(_filters[0]), _BLOCK) for b in range(0, len(_filters[1]), _BLOCK)]
    with multiprocessing.get_context("fork").Pool() as pool:
        found = pool.map(_compared, corners, chunksize=1)
    columns = [[cell for part in found for cell in part[at]] for at in range(3)]
    pq.write_table(pa.table(columns, ["register", "record", "score"]), folder / "anonlink.parquet")
    (folder / "anonlink.json").write_text(json.dumps({"threshold": _CUT, "rules": [[]]}))


if __name__ == "__main__":
    main()
