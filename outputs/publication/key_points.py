"""The sentences of "In het kort", computed from published figures only.

A sentence of which any figure is hidden is left out: a total of the others would give it away or would not be true.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import floor

import pandas as pd

from outputs.publication.number_format import half_year, long_date, percent, whole
from outputs.publication.page_facts import PublicationFacts
from outputs.publication.page_tables import published, records
from outputs.publication.texts import SEVERAL_LAWS
from schemas.domains import TOTAL

_TOP_PCT = 4


def key_points(tables: Mapping[str, pd.DataFrame], facts: PublicationFacts) -> tuple[str, ...]:
    """Gives the sentences that can be said of these tables, most important first."""
    found = (_frame(tables, facts), _several_laws(tables, facts), _top_cost(tables, facts), _hidden(facts))
    return tuple(sentence for sentence in found if sentence is not None)


def _frame(tables: Mapping[str, pd.DataFrame], facts: PublicationFacts) -> str | None:
    total = _stacking(tables, facts).get(TOTAL)
    if total is None:
        return None
    return f"Op {long_date(facts.reference_date)} telde de gemeente {whole(total)} particuliere huishoudens."


def _several_laws(tables: Mapping[str, pd.DataFrame], facts: PublicationFacts) -> str | None:
    counts = _stacking(tables, facts)
    parts = [counts.get(name) for name in SEVERAL_LAWS]
    known = [part for part in parts if part is not None]
    total = counts.get(TOTAL)
    if not total or len(known) < len(parts):
        return None
    rate = floor(Fraction(1000 * int(sum(known)), int(total)) + Fraction(1, 2))
    return (
        f"Van elke 1.000 huishoudens gebruikten er {whole(rate)} in het {half_year(facts.period)} "
        "voorzieningen uit twee of drie wetten tegelijk (Jeugd, P-wet, Wmo)."
    )


def _top_cost(tables: Mapping[str, pd.DataFrame], facts: PublicationFacts) -> str | None:
    if "concentration" not in tables:
        return None
    rows = records(tables["concentration"], region=facts.gemeentecode, denominator="huishoudens")
    shares = [published(record, "cost_share_pct") for record in rows if int(record["top_pct"]) == _TOP_PCT]
    if not shares or shares[0] is None:
        return None
    return f"De {_TOP_PCT}% huishoudens met de hoogste kosten hadden samen {percent(shares[0])} van alle kosten."


def _hidden(facts: PublicationFacts) -> str | None:
    total = sum(total for _, total in facts.hidden_cells.values())
    hidden = sum(hidden for hidden, _ in facts.hidden_cells.values())
    if total == 0:
        return None
    return (
        f"Van de {whole(total)} cijfers in de tabellen zijn er {whole(hidden)} afgeschermd, "
        "om huishoudens te beschermen."
    )


def _stacking(tables: Mapping[str, pd.DataFrame], facts: PublicationFacts) -> dict[str, float | None]:
    if "stacking" not in tables:
        return {}
    rows = records(tables["stacking"], region=facts.gemeentecode)
    return {str(record["combination"]): published(record, "households") for record in rows}
