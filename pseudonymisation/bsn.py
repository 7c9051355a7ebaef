"""Reading a burgerservicenummer (BSN): the elfproef, lost leading zeros and the sentinels.

Sources: Wet algemene bepalingen burgerservicenummer; SuwiML and Beleidsinformatie Jeugd for the sentinels
000000000 and 999999999, which would otherwise link everybody unknown into one household.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WEIGHTS: Final = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])
_SENTINELS: Final = pa.array(["000000000", "999999999"])
_FIRST_TEST_NUMBER: Final = "999900006"
_LAST_TEST_NUMBER: Final = "999999990"


@dataclass(frozen=True, eq=False, repr=False)
class BsnColumn:
    """A column of BSNs as read.

    Attributes:
        digits: the nine digits where the BSN is valid, else null.
        counts: number of cells per outcome: ``valid``, ``missing``, ``sentinel``, ``invalid``.
        in_test_range: number of valid BSNs in the official test range 999900006-999999990.
    """

    digits: "pa.Array[Any]"
    counts: dict[str, int]
    in_test_range: int


def read_bsn(cells: "pa.Array[Any]") -> BsnColumn:
    """Reads a text column; spaces, dots and hyphens go, 7 or 8 digits regain their leading zeros."""
    compact = pc.replace_substring_regex(cells, r"[ .\-]", "")
    numeric = pc.fill_null(pc.match_substring_regex(compact, r"^[0-9]{7,9}$"), False)
    padded = pc.if_else(numeric, pc.utf8_lpad(compact, 9, "0"), pa.scalar(None, pa.string()))
    sentinel = pc.fill_null(pc.is_in(padded, value_set=_SENTINELS), False)
    valid = pc.and_(pc.and_not(numeric, sentinel), pa.array(_passes_elfproef(padded)))
    missing = pc.fill_null(pc.equal(compact, ""), True)
    digits = pc.if_else(valid, padded, pa.scalar(None, pa.string()))
    counts = {"valid": _count(valid), "missing": _count(missing), "sentinel": _count(sentinel)}
    counts["invalid"] = len(cells) - sum(counts.values())
    return BsnColumn(digits, counts, _count(_in_test_range(digits)))


def _passes_elfproef(padded: "pa.Array[Any]") -> "np.ndarray[Any, np.dtype[np.bool_]]":
    numbers = pc.fill_null(padded.cast(pa.int64()), 1).to_numpy(zero_copy_only=False)
    digits = numbers[:, None] // 10 ** np.arange(8, -1, -1) % 10
    passes: np.ndarray[Any, np.dtype[np.bool_]] = (digits @ _WEIGHTS) % 11 == 0
    return passes


def _in_test_range(digits: "pa.Array[Any]") -> "pa.Array[Any]":
    from_first = pc.greater_equal(digits, _FIRST_TEST_NUMBER)
    return pc.and_(from_first, pc.less_equal(digits, _LAST_TEST_NUMBER))


def _count(flags: "pa.Array[Any]") -> int:
    return int(pc.sum(flags).as_py() or 0)
