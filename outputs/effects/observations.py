"""What effects are measured on: households that were followed from the half-year before to the half-year after."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import pandas as pd

from schemas.domains import DIMENSION_DOMAINS
from schemas.errors import RunError

#: Column -> lowest and highest value. Money is in euro cents, negative for a credit.
_WHOLE_NUMBERS: Final[dict[str, tuple[int, int]]] = {
    "household": (0, 2**62),
    "persons": (1, 1000),
    "domains_before": (0, len(DIMENSION_DOMAINS)),
    "domains_after": (0, len(DIMENSION_DOMAINS)),
    "cost_before_cent": (-(10**12), 10**12),
    "cost_after_cent": (-(10**12), 10**12),
}
#: As above, and each may be unknown together with its neighbour.
_AGES: Final[dict[str, tuple[int, int]]] = {"youngest_age": (0, 130), "oldest_age": (0, 130)}
_EARLIER: Final[dict[str, tuple[int, int]]] = {
    "domains_earlier": (0, len(DIMENSION_DOMAINS)),
    "cost_earlier_cent": (-(10**12), 10**12),
}
COLUMNS: Final = ("household", "treated", "buurt", *list(_WHOLE_NUMBERS)[1:], *_AGES, *_EARLIER)
ADULT: Final = 18


@dataclass(frozen=True, eq=False, repr=False)
class Observations:
    """One row per household; what is handed in is copied, checked and put in an order of its own.

    Attributes:
        rows: exactly these columns:

            - ``household``: its number in the run, which occurs once;
            - ``treated``: whether it was in the approach (bool);
            - ``buurt``: CBS code, or missing;
            - ``persons``: members on the reference date of the half-year before;
            - ``youngest_age``, ``oldest_age``: in years on that date; both known or both missing;
            - ``domains_before``, ``domains_after``: number of domains used of Jeugd, P-wet, Wmo and SHV, 0 to 4;
            - ``cost_before_cent``, ``cost_after_cent``: cost in the half-year in euro cents;
            - ``domains_earlier``, ``cost_earlier_cent``: the same, one half-year before ``before``; known of every
              household or of none.

    Raises:
        RunError: ``observations_invalid``: other columns, a wrong type, a value out of bounds, a household twice.
    """

    rows: pd.DataFrame

    def __post_init__(self) -> None:
        if sorted(self.rows.columns) != sorted(COLUMNS):
            raise invalid("observations", "its columns are not the ones agreed")
        rows = self.rows[list(COLUMNS)]
        if rows["treated"].dtype != bool:
            raise invalid("observations", "treated is not yes or no")
        whole = {name: whole_numbers(rows[name], name, *bounds) for name, bounds in _WHOLE_NUMBERS.items()}
        partly = {name: whole_numbers(rows[name], name, *bounds, True) for name, bounds in (_AGES | _EARLIER).items()}
        rows = rows.assign(**whole, **partly)
        _check_together(rows)
        order = [(_lot(household), household) for household in rows["household"].tolist()]
        places = sorted(range(len(order)), key=order.__getitem__)
        object.__setattr__(self, "rows", rows.iloc[places].reset_index(drop=True))

    @property
    def has_earlier(self) -> bool:
        """Whether the half-year before ``before`` is known, so that trends can be compared."""
        return bool(len(self.rows) and self.rows["cost_earlier_cent"].notna().all())


def whole_numbers(column: "pd.Series[int]", name: str, low: int, high: int, missing: bool = False) -> "pd.Series[int]":
    """Gives a column as whole numbers.

    Args:
        column: a column that was handed in.
        name: how it is called in an error.
        low: smallest value.
        high: largest value.
        missing: whether a value may be missing; the column is then nullable.

    Raises:
        RunError: ``observations_invalid``: another type, a value out of bounds, a missing one.
    """
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if not numeric and not (missing and column.isna().all()):
        raise invalid(name, "no whole numbers")
    known = column.dropna()
    if not missing and len(known) < len(column):
        raise invalid(name, f"{len(column) - len(known)} missing")
    if bad := int((~known.between(low, high) | (known % 1 != 0)).sum()):
        raise invalid(name, f"{bad} out of bounds")
    return column.astype("Int64") if missing else column.astype("int64")


def invalid(what: str, why: str) -> RunError:
    """Gives the error for rows that break their contract."""
    return RunError("observations_invalid", f"{what}: {why}", "hand in the columns that the contract names")


def _check_together(rows: pd.DataFrame) -> None:
    if twice := int(rows["household"].duplicated().sum()):
        raise invalid("household", f"{twice} more than once")
    young, old = rows["youngest_age"], rows["oldest_age"]
    if bad := int((young.isna() != old.isna()).sum() + (young > old).sum()):
        raise invalid("youngest_age, oldest_age", f"{bad} that do not go together")
    earlier = rows[list(_EARLIER)].isna()
    if earlier.to_numpy().any() and not earlier.to_numpy().all():
        raise invalid("domains_earlier, cost_earlier_cent", "known of some households only")


def _lot(household: int) -> bytes:
    """Draws the place of a household: always the same, and unrelated to where it lives or in which row it stood."""
    return blake2b(str(household).encode(), digest_size=8).digest()
