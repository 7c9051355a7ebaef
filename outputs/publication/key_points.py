"""The sentences of "In het kort", computed from published figures only, each with the page that says more.

A sentence of which any figure is hidden is left out: a total of the others would give it away or would not be true.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

import pandas as pd

from outputs.publication.page_facts import PublicationFacts
from outputs.publication.page_tables import Record, published, records
from outputs.publication.site.figures import written
from outputs.publication.site.words import Words
from outputs.publication.texts import SEVERAL_LAWS
from schemas.domains import LAWS, TOTAL

_TOP_PCT: Final = 4
_ALL_LAWS: Final = "+".join(LAWS)
_SINGLE: Final = "Wmo"
_COUNTRY: Final = "Nederland"
_TWO_OR_MORE: Final = "twee of meer"

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class KeyPoint:
    """A sentence, and the name of the page that says more; empty for none."""

    text: str
    page: str = ""


def key_points(words: Words, tables: Tables, facts: PublicationFacts) -> tuple[KeyPoint, ...]:
    """Gives the sentences that can be said of these tables, most important first."""
    found = (
        _frame(words, tables, facts),
        _several_laws(words, tables, facts),
        _compared(words, tables, facts),
        _mean_cost(words, tables, facts),
        _top_cost(words, tables, facts),
        _flow(words, tables, facts),
        _effect(words, tables, facts),
        _hidden(words, facts),
    )
    return tuple(point for point in found if point is not None)


def _frame(words: Words, tables: Tables, facts: PublicationFacts) -> KeyPoint | None:
    total = _stacking(tables, facts).get(TOTAL)
    if total is None:
        return None
    return KeyPoint(words("key.frame", day=words.day(facts.reference_date), total=words.whole(total)))


def _several_laws(words: Words, tables: Tables, facts: PublicationFacts) -> KeyPoint | None:
    counts = _stacking(tables, facts)
    parts = [counts.get(name) for name in SEVERAL_LAWS]
    known = [part for part in parts if part is not None]
    total = counts.get(TOTAL)
    if not total or len(known) < len(parts):
        return None
    rate = floor(Fraction(1000 * int(sum(known)), int(total)) + Fraction(1, 2))
    text = words("key.several", rate=words.whole(rate), period=words.half_year(facts.period))
    return KeyPoint(text, "stapeling")


def _compared(words: Words, tables: Tables, facts: PublicationFacts) -> KeyPoint | None:
    rows = _rows(tables, "comparison", facts, area=_COUNTRY, combination=_TWO_OR_MORE)
    if not (found := _figures(rows, "per_1000", "reference_per_1000")):
        return None
    ours, theirs = map(words.whole, found)
    text = words("key.compared", ours=ours, theirs=theirs, area=words.label("area", _COUNTRY))
    return KeyPoint(text, "vergelijking")


def _mean_cost(words: Words, tables: Tables, facts: PublicationFacts) -> KeyPoint | None:
    means = [
        _figures(_rows(tables, "costs", facts, combination=name, domain=TOTAL), "mean_cost_eur")
        for name in (_ALL_LAWS, _SINGLE)
    ]
    if not all(means):
        return None
    several, single = (words.euro(mean[0]) for mean in means)
    return KeyPoint(words("key.mean", several=several, single=single), "kosten")


def _top_cost(words: Words, tables: Tables, facts: PublicationFacts) -> KeyPoint | None:
    rows = _rows(tables, "concentration", facts, denominator="huishoudens", top_pct=str(_TOP_PCT))
    if not (found := _figures(rows, "cost_share_pct")):
        return None
    return KeyPoint(words("key.top", top=_TOP_PCT, share=words.percent(found[0])), "concentratie")


def _flow(words: Words, tables: Tables, facts: PublicationFacts) -> KeyPoint | None:
    if not (found := _figures(_rows(tables, "flow", facts, law=TOTAL), "inflow", "outflow", "stayed")):
        return None
    inflow, outflow, stayed = map(words.whole, found)
    return KeyPoint(words("key.flow", inflow=inflow, outflow=outflow, stayed=stayed), "verloop")


def _effect(words: Words, tables: Tables, facts: PublicationFacts) -> KeyPoint | None:
    rows = _rows(tables, "effects", facts, outcome="domeinen", group="verschil")
    columns = ("change", "change_low", "change_high")
    if not (found := _figures(rows, *columns)):
        return None
    change, low, high = (written(words, rows[0], name, value) for name, value in zip(columns, found, strict=True))
    return KeyPoint(words("key.effect", change=change, low=low, high=high), "verloop")


def _hidden(words: Words, facts: PublicationFacts) -> KeyPoint | None:
    total = sum(total for _, total in facts.hidden_cells.values())
    hidden = sum(hidden for hidden, _ in facts.hidden_cells.values())
    if total == 0:
        return None
    return KeyPoint(words("key.hidden", total=words.whole(total), hidden=words.whole(hidden)), "bescherming")


def _rows(tables: Tables, name: str, facts: PublicationFacts, **keys: str) -> list[Record]:
    return records(tables[name], region=facts.gemeentecode, **keys) if name in tables else []


def _figures(rows: list[Record], *columns: str) -> tuple[float, ...]:
    """Gives figures of the first row; none at all where any is hidden or missing."""
    found = [published(rows[0], column) for column in columns] if rows else []
    known = tuple(one for one in found if one is not None)
    return known if len(known) == len(columns) else ()


def _stacking(tables: Tables, facts: PublicationFacts) -> dict[str, float | None]:
    rows = _rows(tables, "stacking", facts)
    return {str(record["combination"]): published(record, "households") for record in rows}
