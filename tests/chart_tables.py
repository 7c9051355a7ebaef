"""Tables of an invented release to draw charts of, with a few figures hidden."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from outputs.publication.page_facts import PublicationFacts
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import COMBINATIONS, DIMENSIONS
from schemas.tables import TABLE_CONTRACTS, typed

PERIOD, BEFORE, GEMEENTE = "2018H1", "2017H2", "GM0637"
BEFORE_CLASSES = (*DIMENSIONS, "nieuw", "onbekend", "totaal")
AFTER_CLASSES = (*DIMENSIONS, "vertrokken", "onbekend", "totaal")
REGIONS = {GEMEENTE: 53_420, "WK063701": 31_015, "WK063702": 22_405, "WK063799": 140}
COUNTS = (45_000, 2_190, 1_815, 2_025, 370, 320, 480, None)


def frame(name: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Gives a table of rows; a row without figures is confidential."""
    figures = TABLE_CONTRACTS[name].figures
    filled = [dict.fromkeys(figures) | dict(row) for row in rows]
    for row in filled:
        row.setdefault("status", "C" if all(row[figure] is None for figure in figures) else "A")
    return typed(name, pd.DataFrame(filled, columns=TABLE_CONTRACTS[name].names))


def stacking(counts: Mapping[str, tuple[int | None, ...]] | None = None) -> pd.DataFrame:
    """Gives ``stacking`` of the municipality and three wijken; of one a combination of two laws is hidden."""
    shares = {
        GEMEENTE: COUNTS,
        "WK063701": (26_000, 1_200, 1_000, 1_100, 200, 180, 300, 90),
        "WK063702": (19_000, 990, 815, 925, 170, None, 180, 40),
        "WK063799": (100, 10, 10, 20, 0, 0, 0, 0),
    }
    return frame(
        "stacking",
        (
            {"period": PERIOD, "region": region, "combination": name}
            | ({} if count is None else {"households": count, "per_1000": round(1000 * count / REGIONS[region])})
            for region, found in (counts or shares).items()
            for name, count in zip((*COMBINATIONS, "totaal"), (*found, REGIONS[region]), strict=True)
        ),
    )


def transitions() -> pd.DataFrame:
    """Gives ``dimension_transitions``: a few flows hidden, every shown one of another size."""
    pairs = [
        (was, now)
        for was in BEFORE_CLASSES
        for now in AFTER_CLASSES
        if not (was in ("nieuw", "onbekend") and now in ("vertrokken", "onbekend"))
    ]
    return frame(
        "dimension_transitions",
        (
            {"from_period": BEFORE, "to_period": PERIOD, "region": GEMEENTE, "from_class": was, "to_class": now}
            | ({} if place % 9 == 4 else {"households": 1_005 + 35 * place if was == now else 5 * place})
            for place, (was, now) in enumerate(pairs)
        ),
    )


def effects() -> pd.DataFrame:
    """Gives ``effects``: one outcome with zero inside its interval, one without, one hidden."""
    changes = {
        "domeinen": (-0.25, -0.1, (-0.15, -0.31, 0.01)),
        "kosten": (-1_200.0, 100.0, (-1_300.0, -2_200.0, -400.0)),
    }
    moved = {"from_period": BEFORE, "to_period": PERIOD, "region": GEMEENTE}
    rows: list[dict[str, Any]] = []
    for outcome in ("domeinen", "kosten", "minder_domeinen"):
        ours, theirs, effect = changes.get(outcome, (None, None, None))
        for group, change in (("aanpak", ours), ("controle", theirs)):
            shown = (
                {} if change is None else {"households": 100, "before": 2.5, "after": 2.5 + change, "change": change}
            )
            rows.append({**moved, "outcome": outcome, "group": group, **shown})
        ends = dict(zip(("change", "change_low", "change_high"), effect or (), strict=False))
        rows.append({**moved, "outcome": outcome, "group": "verschil", **ends})
    return frame("effects", rows)


def comparison() -> pd.DataFrame:
    """Gives ``comparison`` with two areas; of the second two laws or more are hidden."""
    figures = {"Jeugd": (41, 28, 13.0, 11.7, 14.3), "twee of meer": (29, 33, -4.0, -9.1, 1.1)}
    names = ("per_1000", "reference_per_1000", "difference", "difference_low", "difference_high")
    return frame(
        "comparison",
        (
            {"period": PERIOD, "region": GEMEENTE, "combination": name, "area": area, "reference_period": "2017H2"}
            | ({} if (area, name) == ("Zoetermeer", "twee of meer") else dict(zip(names, values, strict=True)))
            for area in ("Nederland", "Zoetermeer")
            for name, values in figures.items()
        ),
    )


def tables() -> dict[str, pd.DataFrame]:
    """Gives every table that a chart is made of."""
    of = {"period": PERIOD, "region": GEMEENTE}
    dimensions = zip((*DIMENSIONS, "totaal"), (45_950, 5_340, None, 530, 53_420), strict=True)
    durations = {"0-1": 515, "1-2": None, "2-3": 0, "3-5": 95, "5+": 10, "onbekend": 4_005, "totaal": 5_000}
    means = zip(COMBINATIONS, (111, 4_023, 6_368, 8_713, None, 13_403, 15_748, 18_093), strict=True)
    shares = {1: 31, 2: 43, 4: 62, 5: None, 10: 86, 20: 98}
    return {
        "stacking": stacking(),
        "dimensions": frame(
            "dimensions",
            ({**of, "dimensions": d, **({} if n is None else {"households": n, "per_1000": 7})} for d, n in dimensions),
        ),
        "costs": frame(
            "costs",
            (
                {**of, "combination": name, "domain": domain}
                | ({} if mean is None else {"households": 10, "cost_eur": 10 * mean, "mean_cost_eur": mean})
                for name, mean in means
                for domain in ("Jeugd", "totaal")
            ),
        ),
        "concentration": frame(
            "concentration",
            (
                {**of, "denominator": denominator, "top_pct": str(top)}
                | ({} if share is None else {"households": 534 * top, "cost_share_pct": share - less})
                for denominator, less in (("huishoudens", 0), ("clienthuishoudens", 9))
                for top, share in shares.items()
            ),
        ),
        "duration": frame("duration", ({**of, "duration": name, "households": n} for name, n in durations.items())),
        "relapse": frame(
            "relapse",
            (
                {**of, "within_years": str(years), "households": 200, "relapsed": 2 * pct, "relapse_pct": pct}
                for years, pct in enumerate((10, 15, 18, 18), start=1)
            ),
        ),
        "dimension_transitions": transitions(),
        "effects": effects(),
        "comparison": comparison(),
    }


def facts() -> PublicationFacts:
    """Gives the facts of the same release."""
    return PublicationFacts(
        release="2018H1-0001",
        purpose_id="stapeling",
        purpose_version=1,
        purpose_text="Inzicht.",
        controller_name="Gemeente Voorbeeld",
        gemeentecode=GEMEENTE,
        fg_contact="fg@voorbeeld.nl",
        period=PERIOD,
        reference_date=date(2018, 7, 1),
        sources=(),
        policy=DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000),
        hidden_cells={},
        synthetic=True,
    )


def outlines() -> dict[str, Any]:
    """Gives two wijken as GeoJSON: a polygon with a hole, and one of two parts."""
    hole = [[4.42, 52.02], [4.44, 52.02], [4.44, 52.04], [4.42, 52.02]]
    west = [[[4.4, 52.0], [4.5, 52.0], [4.5, 52.1], [4.4, 52.1], [4.4, 52.0]], hole]
    east = [
        [[[4.5, 52.0], [4.6, 52.0], [4.6, 52.1], [4.5, 52.0]]],
        [[[4.7, 52.0], [4.71, 52.0], [4.7, 52.01], [4.7, 52.0]]],
    ]
    shapes = {"WK063701": ("Polygon", west), "WK063702": ("MultiPolygon", east)}
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"wijkcode": code, "wijknaam": "<b>Naam</b>", "nummer": 1},
                "geometry": {"type": kind, "coordinates": coordinates},
            }
            for code, (kind, coordinates) in shapes.items()
        ],
    }
