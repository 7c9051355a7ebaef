"""What the pairs of one method are worth on one case: completeness, precision, recall, F1, and F1 at the best cut.

Every method gets the same assignment: pairs by falling score, each person and each record once. Where
a person may have several records (FEBRL 2 and 3), only each record once.
"""

import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.candidates import LARGEST_BLOCK
from pseudonymisation.keys import PseudonymKey
from pseudonymisation.match_tokens import match_tokens

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Figures:
    """The figures of one method on one case.

    Attributes:
        completeness: share of true pairs among the candidates.
        best: F1 at the best cut, known only to who knows the truth.
        expected: precision and recall that the method itself expects: the value and its interval.
        lost: share of true pairs not found, per corruption of the record.
    """

    completeness: float
    precision: float
    recall: float
    f1: float
    best: float
    expected: dict[str, list[float]]
    lost: dict[str, float]


def score(folder: Path, method: str) -> Figures:
    """Scores what a method left in the folder of a case."""
    truth = pd.read_parquet(folder / "truth.parquet")
    about = json.loads((folder / f"{method}.json").read_text())
    pairs = pd.read_parquet(folder / f"{method}.parquet")
    pairs = pairs.sort_values(["score", "register", "record"], ascending=[False, True, True], kind="stable")
    pairs = pairs[_assigned(pairs, json.loads((folder / "case.json").read_text())["one_to_one"])]
    hits = np.isin(_key(pairs), _key(truth))
    taken = pairs["score"].to_numpy() >= about["threshold"]
    found = int((hits & taken).sum())
    precision, recall = found / max(int(taken.sum()), 1), found / len(truth)
    running = 2 * np.cumsum(hits) / (np.arange(1, len(hits) + 1) + len(truth))
    return Figures(
        completeness=_completeness(folder, truth, about["rules"]),
        precision=precision,
        recall=recall,
        f1=2 * found / (int(taken.sum()) + len(truth)),
        best=float(running.max()) if len(running) else 0.0,
        expected=about.get("expected", {}),
        lost=_lost(folder, truth, set(pairs["record"].to_numpy()[hits & taken].tolist())),
    )


def _key(pairs: Any) -> Array:
    return pairs["register"].to_numpy(np.int64) << 32 | pairs["record"].to_numpy(np.int64)


def _assigned(pairs: Any, one_to_one: bool) -> Array:
    """Gives which pairs hold, greedily from the highest score on."""
    persons, records, kept = set(), set(), np.zeros(len(pairs), bool)
    for place, (person, record) in enumerate(zip(pairs["register"].tolist(), pairs["record"].tolist(), strict=True)):
        if record not in records and (not one_to_one or person not in persons):
            kept[place] = True
            persons.add(person)
            records.add(record)
    return kept


def _completeness(folder: Path, truth: Any, rules: Any) -> float:
    """Share of true pairs that some blocking rule brings together."""
    if rules == "tokens":
        return _completeness_of_tokens(folder, truth)
    sides = [
        pd.read_parquet(folder / f"clean_{file}.parquet").iloc[truth[name]].reset_index(drop=True)
        for name, file in (("register", "register"), ("record", "records"))
    ]
    met = np.zeros(len(truth), bool)
    for columns in rules:
        same = [(sides[0][name] == sides[1][name]) & sides[0][name].notna() for name in columns]
        met |= np.logical_and.reduce(same) if same else True
    return float(met.mean())


def _completeness_of_tokens(folder: Path, truth: Any) -> float:
    """The same for match tokens: a true pair shares a blocking key, and one that is not left out for its size."""
    sides = []
    for name in ("register", "records"):
        tokens, rows = tokens_of(pq.read_table(folder / f"{name}.parquet"), benchmark_key())
        tokens = tokens.select(["record", "block"]).drop_null()
        sides.append(pd.DataFrame({"row": rows[tokens["record"].to_numpy()], "block": tokens["block"].to_numpy()}))
    persons, records = (side["block"].value_counts() for side in sides)
    sizes = persons.mul(records, fill_value=0)
    left, right = (side[side["block"].isin(sizes.index[sizes <= LARGEST_BLOCK])] for side in sides)
    pairs = truth.merge(left, left_on="register", right_on="row").merge(
        right, left_on=["record", "block"], right_on=["row", "block"]
    )
    return len(pairs[["register", "record"]].drop_duplicates()) / len(truth)


def benchmark_key(name: str = "benchmark") -> PseudonymKey:
    """Gives the match-token key of a name: always the same, and secret to nobody, like the persons."""
    return PseudonymKey("match_token", hashlib.sha256(name.encode()).digest())


def tokens_of(people: pa.Table, key: PseudonymKey) -> tuple[pa.Table, Array]:
    """Gives the match tokens of persons, and per record number its row in ``people``."""
    tokens = match_tokens(people, key)
    firsts = tokens.filter(tokens["id"].is_valid())
    numbers = firsts["record"].to_numpy()
    rows = np.empty(len(people), np.int64)
    rows[numbers] = pc.index_in(firsts["id"].cast(pa.binary()), value_set=people["id"].cast(pa.binary())).to_numpy()
    return tokens, rows


def _lost(folder: Path, truth: Any, found: set[int]) -> dict[str, float]:
    file = folder / "corruptions.parquet"
    if not file.exists():
        return {}
    missed = ~truth["record"].isin(found).to_numpy()
    happened = pd.read_parquet(file).iloc[truth["record"]]
    return {name: float(missed[happened[name].to_numpy()].mean()) for name in happened if happened[name].any()}


def main() -> None:
    """Prints the figures of ``FOLDER METHOD`` as JSON."""
    print(json.dumps(asdict(score(Path(sys.argv[1]), sys.argv[2]))))


if __name__ == "__main__":
    main()
