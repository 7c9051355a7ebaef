"""Our side of the reference check on households: read from published tables, of a release or of synthetic ones."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

from outputs.comparison.household_checks import CHECKED, dimension_rows, published_counts, stacking_rows
from outputs.comparison.references import shipped_references
from outputs.comparison.register_count import HOUSEHOLDS, PERIOD
from outputs.returns.reference_check import Row
from samenloop.demo import draft_of
from samenloop.synthetic.reference import Column
from samenloop.synthetic.request import SynthesisRequest
from schemas.errors import RunError
from schemas.period import HalfYear

#: What a release can be held against, besides areas of the reference table: the count by number of domains.
REGISTER: Final = "register"

_COLUMNS: Final[dict[str, Column]] = {"Zoetermeer": "zoetermeer", "Nederland": "netherlands", REGISTER: "register"}


def rows_of_synthetic_municipalities() -> tuple[Row, ...]:
    """Takes synthetic municipalities of the size of the reference the whole way, and reads what they would publish.

    One for each area and half-year with published combinations, and one for the register count: no municipality can
    have the figures of both.

    Raises:
        RunError: a step failed; see ``samenloop.steps``.
    """
    rows: list[Row] = []
    with TemporaryDirectory(prefix="samenloop-check-") as folder:
        for place, (against, period) in enumerate((*CHECKED, (REGISTER, PERIOD))):
            rows += _synthetic_rows(against, period, Path(folder) / str(place))
    return tuple(rows)


def _synthetic_rows(against: str, period: HalfYear, out: Path) -> tuple[Row, ...]:
    wanted = SynthesisRequest(
        households=HOUSEHOLDS, seed=1, out=out / "input" / "levering", periods=(period,), column=_COLUMNS[against]
    )
    return rows_of_release(draft_of(wanted, out).folder, against)


def rows_of_release(folder: Path, against: str) -> tuple[Row, ...]:
    """Gives the rows about households from the published tables of a release or draft, within their stated error.

    Args:
        folder: of the release.
        against: an area of the reference table, or ``register``.

    Raises:
        RunError: ``release_unreadable``: a table or the stated error is missing; ``reference_unknown`` and
            ``check_incomplete``: see ``outputs.comparison.household_checks``.
    """
    name = "dimensions" if against == REGISTER else "stacking"
    try:
        frame = pd.read_csv(folder / "tables" / f"{name}.csv", sep=";", dtype={"households": "Int64"})
        report = json.loads((folder / "protocol" / "disclosure.json").read_text(encoding="utf-8"))
        within = int(report["tables"][name]["within"])
        region = next(code for code in frame["region"] if code.startswith("GM"))
        period = HalfYear.parse(str(frame["period"].iloc[0]))
    except (OSError, ValueError, KeyError, StopIteration, IndexError) as error:
        what = f"{name}.csv or its stated error cannot be read from the release"
        raise RunError("release_unreadable", what, "give the folder of a release with rounded counts") from error
    counts = published_counts(frame, region)
    if against == REGISTER:
        return dimension_rows(counts, within)
    return stacking_rows(counts, within, against, period, shipped_references())
