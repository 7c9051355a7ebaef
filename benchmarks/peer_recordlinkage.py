"""The peer recordlinkage on clear text: five blockings, Jaro-Winkler above a threshold, ECM without labels.

Runs by itself: ``peer_recordlinkage.py FOLDER`` reads ``clean_*.parquet``, writes ``recordlinkage.parquet`` and
``recordlinkage.json``. Scored pairs are cut at 0.5, where its own classifier cuts.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import pandas as pd
import recordlinkage

BLOCKINGS: Final = (
    ("birth", "initial"),
    ("birth", "surname"),
    ("postcode", "number"),
    ("surname", "initial", "year"),
    ("postcode", "initial", "year"),
)
#: Pairs below this probability are not handed on: no cut would take them.
_FLOOR: Final = 0.01


def scored_pairs(register: Any, records: Any) -> Any:
    """Gives pairs of rows with the probability that ECM gives them."""
    indexer = recordlinkage.Index()
    for columns in BLOCKINGS:
        # The indexer joins missing on missing; rows without a key are left out by name.
        indexer.block(list(columns))
    pairs = indexer.index(_without_missing(register), _without_missing(records))
    compare = recordlinkage.Compare()
    compare.string("given", "given", method="jarowinkler", threshold=0.85)
    compare.string("surname", "surname", method="jarowinkler", threshold=0.88)
    for column in ("year", "month", "day", "sex", "postcode", "number"):
        compare.exact(column, column)
    features = compare.compute(pairs, register, records)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    scores = classifier.prob(features)
    scores = scores[scores >= _FLOOR]
    first, second = (scores.index.get_level_values(level) for level in (0, 1))
    return pd.DataFrame({"register": first, "record": second, "score": scores.to_numpy()})


def _without_missing(people: Any) -> Any:
    """Gives each missing key a value of its own, so that it blocks with nothing."""
    filled = people.copy()
    for column in {column for columns in BLOCKINGS for column in columns}:
        missing = filled[column].isna()
        filled.loc[missing, column] = [f"?{id(people)}-{row}" for row in filled.index[missing]]
    return filled


def main() -> None:
    """Links the case in a folder."""
    folder = Path(sys.argv[1])
    sides = [pd.read_parquet(folder / f"clean_{name}.parquet").set_index("row") for name in ("register", "records")]
    scored_pairs(*sides).to_parquet(folder / "recordlinkage.parquet", index=False)
    (folder / "recordlinkage.json").write_text(json.dumps({"threshold": 0.5, "rules": BLOCKINGS}))


if __name__ == "__main__":
    main()
