"""The published table ``effects``: the households of a run that were observed, matched, compared and rounded once.

Where disclosure control refuses an outcome its three rows are confidential, and the reason is counted; a release is
not refused for it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

import pandas as pd

from outputs.effects.balance import cautions
from outputs.effects.effect_words import CAUTION, REFUSED
from outputs.effects.group_rules import CONTROL, TREATED
from outputs.effects.matching import MatchedSets, match
from outputs.effects.observations import COLUMNS, Observations
from outputs.effects.published import published_estimates
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RefusedByDisclosureControl
from schemas.period import HalfYear
from schemas.tables import CONFIDENTIAL, PUBLISHED, typed

EFFECTS: Final = "effects"
#: The row of the effect itself, beside those of the two groups.
DIFFERENCE: Final = "verschil"
#: Outcome as published -> as measured.
OUTCOMES: Final[dict[str, str]] = {"domeinen": "domains", "kosten": "cost", "minder_domeinen": "fewer_domains"}
_FIGURES: Final = ("households", "before", "after", "change", "change_low", "change_high")
#: So large a part of both groups must have an earlier half-year for their trends to be compared.
_LEAST_KNOWN_PCT: Final = 90
Figures = dict[str, int | float | None]


class EffectTable(NamedTuple):
    """The table and what is told of it.

    Attributes:
        frame: columns of the contract ``effects``: three rows (aanpak, controle, verschil) per outcome. Of ``verschil``
            ``change`` is the effect, with its 95% interval; it has no ``households``, ``before`` and ``after``.
        facts: counts for the log: ``effects:cells``, ``effects:hidden`` (rows), ``effects:refused_<code>`` (outcomes),
            ``effects:caution_<code>`` (1).
        cautions: codes, texts in ``effect_words.CAUTION_TEXTS``; none where nothing is shown.
    """

    frame: pd.DataFrame
    facts: dict[str, int]
    cautions: tuple[str, ...]


def effects_frame(observed: pd.DataFrame, policy: DisclosurePolicy, period: HalfYear, gemeentecode: str) -> EffectTable:
    """Gives the table of a half-year against the one before.

    Observed are households that used a domain of the dimensions before; those that were in the approach then have no
    before, and are neither in the approach nor among its controls.

    Args:
        observed: rows of ``OBSERVED_SCHEMA``.
        policy: of the signed purpose.
        period: the half-year of the release, after.
        gemeentecode: the municipality; smaller regions are not published.
    """
    already = observed["treated_before"].astype("boolean").fillna(False).astype(bool)
    using = observed[(observed["domains_before"] > 0) & ~already]
    matched = match(_observations(using, earlier=False))
    figures: dict[str, dict[str, Figures]] = {}
    refused: Counter[str] = Counter()
    for name, outcome in OUTCOMES.items():
        try:
            figures[name] = _figures(published_estimates(matched, policy, [outcome]))
        except RefusedByDisclosureControl as refusal:
            refused[refusal.code] += 1
    warned = _cautions(matched, using, policy) if figures else ()
    return EffectTable(_frame(figures, period, gemeentecode), _facts(len(figures), refused, warned), warned)


def withheld(code: str, period: HalfYear, gemeentecode: str) -> EffectTable:
    """Gives a table without any figure.

    Args:
        code: the reason, one of ``effect_words.REFUSAL_TEXTS``.
        period: the half-year of the release.
        gemeentecode: the municipality.
    """
    return EffectTable(_frame({}, period, gemeentecode), _facts(0, {code: len(OUTCOMES)}, ()), ())


def _observations(rows: pd.DataFrame, *, earlier: bool) -> Observations:
    """Ages are not observed: they are read for the formation of households alone, if at all."""
    unknown = ["youngest_age", "oldest_age", *([] if earlier else ["domains_earlier", "cost_earlier_cent"])]
    return Observations(rows.assign(**dict.fromkeys(unknown))[list(COLUMNS)])


def _figures(estimates: pd.DataFrame) -> dict[str, Figures]:
    """Gives the figures of each group, the difference among them, of one outcome."""
    by_group = {row["group"]: row for row in estimates.to_dict("records")}
    found: dict[str, Figures] = {
        group: {name: by_group[group][name] for name in ("households", "before", "after", "change")}
        for group in (TREATED, CONTROL)
    }
    ours = by_group[TREATED]
    effect: Figures = {"change": ours["effect"], "change_low": ours["effect_low"], "change_high": ours["effect_high"]}
    return {**found, DIFFERENCE: effect}


def _cautions(matched: MatchedSets, using: pd.DataFrame, policy: DisclosurePolicy) -> tuple[str, ...]:
    codes = [code for code in cautions(matched) if code != "trend_unknown"]
    codes += ["ages_unknown", "start_within"]
    if using["treated_before"].isna().any():
        codes.append("start_unknown")
    return (*codes, *_trends(using, policy))


def _trends(using: pd.DataFrame, policy: DisclosurePolicy) -> Iterator[str]:
    """Compares trends among the households that have an earlier half-year, where those are nearly all of them."""
    known = using[using["cost_earlier_cent"].notna()]
    sizes = [(int(rows["treated"].sum()), int((~rows["treated"]).sum())) for rows in (known, using)]
    enough = all(100 * of >= _LEAST_KNOWN_PCT * whole for of, whole in zip(*sizes, strict=True))
    followed = match(_observations(known, earlier=True)) if enough else None
    if followed is None or len(followed.group(treated=True)) < policy.threshold:
        yield "trend_unknown"
        return
    yield from (code for code in cautions(followed) if code.startswith("trend"))


def _frame(figures: dict[str, dict[str, Figures]], period: HalfYear, gemeentecode: str) -> pd.DataFrame:
    rows = [
        {
            "outcome": name,
            "group": group,
            "status": PUBLISHED if name in figures else CONFIDENTIAL,
            **dict.fromkeys(_FIGURES),
            **figures.get(name, {}).get(group, {}),
        }
        for name in OUTCOMES
        for group in (TREATED, CONTROL, DIFFERENCE)
    ]
    of_all = {"from_period": str(period.preceding), "to_period": str(period), "region": gemeentecode}
    return typed(EFFECTS, pd.DataFrame(rows).assign(**of_all))


def _facts(shown: int, refused: dict[str, int] | Counter[str], warned: tuple[str, ...]) -> dict[str, int]:
    groups = len((TREATED, CONTROL, DIFFERENCE))
    counts = {f"{EFFECTS}:cells": groups * len(OUTCOMES), f"{EFFECTS}:hidden": groups * (len(OUTCOMES) - shown)}
    counts |= {f"{REFUSED}{code}": number for code, number in sorted(refused.items())}
    return counts | {f"{CAUTION}{code}": 1 for code in warned}
