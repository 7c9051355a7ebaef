"""Small tables over time, of segments and of effects, with one hidden row each; the figures are invented."""

from itertools import product

import pandas as pd

from schemas.tables import TABLE_CONTRACTS, typed

PERIOD, BEFORE = "2018H1", "2017H2"
GEMEENTE, WIJK = "GM0637", "WK063701"
_DIMENSIONS = ("geen", "1D", "2D", "3-4D")
_MOVES = [
    (was, now)
    for was in (*_DIMENSIONS, "nieuw", "onbekend", "totaal")
    for now in (*_DIMENSIONS, "vertrokken", "onbekend", "totaal")
    if was in (*_DIMENSIONS, "totaal") or now in (*_DIMENSIONS, "totaal")
]
_LAWS = ("Jeugd", "P-wet", "Wmo", "SHV", "totaal")
_SEGMENTS = [("domeinen", one) for one in (*_DIMENSIONS, "totaal")] + [
    ("aandacht", one) for one in ("0", "1", "2", "3", "2+", "totaal")
]
#: Table -> the keys between region and figures of its rows; the third row is hidden.
KEYS: dict[str, list[tuple[str, ...]]] = {
    "transitions": [("Jeugd", "Jeugd"), ("Jeugd", "geen"), ("geen", "P-wet"), ("nieuw", "Wmo"), ("totaal", "totaal")],
    "dimension_transitions": _MOVES,
    "flow": [(law,) for law in _LAWS],
    "duration": [(one,) for one in ("0-1", "1-2", "2-3", "3-5", "5+", "onbekend", "totaal")],
    "relapse": [(str(years),) for years in (1, 2, 3, 4, 5)],
    "segments": _SEGMENTS,
    "top_groups": [(top,) for top in ("1", "2", "4", "5", "10", "20")],
    "pyramid": [(level,) for level in ("0", "1", "2", "3", "4", "geen", "totaal")],
    "trajectories": list(
        product(("schuldhulp", "reintegratie"), ("kort", "intensief", "totaal"), ("aanpak", "overig", "totaal"))
    ),
    "effects": list(product(("domeinen", "kosten", "minder_domeinen"), ("aanpak", "controle", "verschil"))),
    "comparison": [("Jeugd", "Nederland", PERIOD), ("twee of meer", "Nederland", PERIOD), ("Wmo", "Ede", BEFORE)],
}
_REGIONS = {"top_groups": 1, "trajectories": 1, "effects": 1, "comparison": 1}
HIDDEN_ROW = 2


def further_tables() -> dict[str, pd.DataFrame]:
    """Every table that is not one of the base ones."""
    return {name: _table(name, keys) for name, keys in KEYS.items()}


def _table(name: str, keys: list[tuple[str, ...]]) -> pd.DataFrame:
    contract = TABLE_CONTRACTS[name]
    times = (BEFORE, PERIOD) if "from_period" in contract.keys else (PERIOD,)
    rows = []
    for region in (GEMEENTE, WIJK)[: _REGIONS.get(name, 2)]:
        for place, key in enumerate(keys):
            figures = {
                figure: None if place == HIDDEN_ROW else _figure(figure, place, of_comparison=name != "trajectories")
                for figure in contract.figures
            }
            status = "C" if place == HIDDEN_ROW else "A"
            named = dict(zip(contract.keys, (*times, region, *key), strict=True))
            rows.append({**named, **figures, "status": status})
    return typed(name, pd.DataFrame(rows))


def _figure(figure: str, place: int, *, of_comparison: bool) -> float:
    if TABLE_CONTRACTS["trajectories"].names.count(figure) and not of_comparison:
        return -place if figure.startswith("difference") else 10 * (place + 3)
    if figure in ("difference", "difference_low", "difference_high"):
        return {"difference": -3.0, "difference_low": -4.5, "difference_high": 1.5}[figure]
    if figure in ("change", "change_low", "change_high"):
        return {"change": -25, "change_low": -50, "change_high": 10}[figure]
    if figure in ("before", "after"):
        return 150 if figure == "before" else 125
    scale = {"cost_eur": 1000, "mean_cost_eur": 111}.get(figure, 1 if figure.endswith("_pct") else 5)
    return scale * (place + 3)
