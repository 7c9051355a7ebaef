"""Candidate pairs: two records that share a blocking key, whichever rule made it; each pair once.

In the nightly run DuckDB makes them (``linkage.patterns``); here as an index of recordlinkage, for files that fit in
memory. Both take rows of ``MATCH_TOKEN_SCHEMA`` and leave out keys that make too many pairs.
"""

from typing import Any, Final

import pandas as pd
from recordlinkage.base import BaseIndexAlgorithm  # type: ignore[import-untyped]

#: Pairs that one blocking key may make: above it the key says too little (an institution, a birth date that stands for
#: unknown) and costs too much; its pairs are found by the other rules or not at all.
LARGEST_BLOCK: Final = 20_000


class SharedBlock(BaseIndexAlgorithm):  # type: ignore[misc]
    """Index of recordlinkage over token rows: pairs of row labels, one pair of rows for each pair of records."""

    name = "shared blocking key"

    def _link_index(self, df_a: "pd.DataFrame", df_b: "pd.DataFrame") -> pd.MultiIndex:
        left, right = (_rows(frame) for frame in (df_a, df_b))
        sizes = left.groupby("block").size() * right.groupby("block").size()
        kept = sizes.index[sizes.le(LARGEST_BLOCK)]
        pairs = left[left["block"].isin(kept)].merge(right, on="block", suffixes=("_left", "_right"))
        once = pairs.sort_values(["rule_right", "row_left", "row_right"])
        once = once.drop_duplicates(["record_left", "record_right"])
        return pd.MultiIndex.from_arrays([once["row_left"], once["row_right"]], names=["row_left", "row_right"])


def _rows(frame: "pd.DataFrame") -> "pd.DataFrame":
    columns: dict[str, Any] = {name: frame[name].to_numpy() for name in ("record", "rule", "block")}
    return pd.DataFrame({"row": frame.index, **columns}).dropna(subset=["block"])
