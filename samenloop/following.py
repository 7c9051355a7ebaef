"""Households of this run followed from the half-year before, where the purpose has pseudonyms that hold so long."""

from collections.abc import Collection, Iterable
from typing import Final

import pyarrow as pa

from linkage.following import Followed, Period, follow
from linkage.link import LinkedHouseholds
from linkage.observed import Seen, observed
from linkage.past import Before, InUse, past_of
from samenloop.delivery_discipline import standing_runs
from samenloop.engine import Engine, Lazy
from samenloop.log_book import read_entries
from samenloop.runs import Run
from samenloop.storage import Artefact
from schemas.domains import APPROACH, DOMAIN_NAMES
from schemas.errors import RunError
from schemas.log_entries import LogEntry
from schemas.period import HalfYear

#: What the step ``link`` keeps for this, under the term of linked households.
MEMBERS: Final = "members"
FOLLOWED: Final = "followed"
PAST: Final = "past"
OBSERVED: Final = "observed"
TRAITS: Final = "traits"
_EFFECTS: Final = "effects"
#: What must still be there of the half-year before.
_FORMER: Final = ("households", "use", MEMBERS, PAST)


def may_follow(run: Run) -> bool:
    """Tells whether the purpose allows households to be followed from period to period."""
    return run.purpose.config.pseudonym_scope == "purpose"


def following(run: Run, opened: Engine, linked: LinkedHouseholds) -> dict[str, pa.Table]:
    """Gives what the step keeps of the past of households by name; nothing where the purpose does not allow it.

    ``members`` and ``past``; ``followed`` too when there was a half-year before to follow from, and ``observed`` where
    effects are asked for.

    The run of the half-year before must be of the same purpose and under the same keys, nobody rejected it, and what it
    linked must still be there: after its retention term nothing can be followed, and every past starts anew.
    """
    if not may_follow(run):
        return {}
    now = InUse(opened.rows(linked.households), opened.rows(linked.use))
    former = _former(run, opened)
    if former is None:
        return {MEMBERS: linked.members, PAST: past_of(now, None)}
    found = _followed(opened, linked, former)
    before = Before(InUse(former["households"], former["use"]), former[PAST], opened.rows(found.table))
    tables = {MEMBERS: linked.members, FOLLOWED: found.table, PAST: past_of(now, before)}
    if _EFFECTS in run.purpose.config.tables:
        tables[OBSERVED] = _observed(opened, linked, former, found)
    # Exact numbers of who came and went would stand beside rounded ones in the published log: they stay inside.
    return tables


def _followed(opened: Engine, linked: LinkedHouseholds, former: dict[str, Lazy]) -> Followed:
    now = Period(opened.rows(linked.households), opened.rows(linked.members))
    return follow(now, Period(former["households"], former[MEMBERS]))


def _observed(opened: Engine, linked: LinkedHouseholds, former: dict[str, Lazy], found: Followed) -> pa.Table:
    now = Seen(*(opened.rows(table) for table in (linked.households, linked.use, linked.members, linked.traits)))
    known, then = former.get(TRAITS), former.get(OBSERVED)
    before = Seen(former["households"], former["use"], former[MEMBERS], known, then)
    return observed(now, before, opened.rows(found.table))


def _former(run: Run, opened: Engine) -> dict[str, Lazy] | None:
    """What the run of the half-year before linked; None when there is none, or when any of it is gone."""
    entries = list(read_entries(run.work))
    entry = former_linkage(entries, run.purpose.config.id, run.keys.fingerprint, run.period, run.purpose.config.domains)
    if entry is None:
        return None
    names = [*_FORMER, *beside_former(entries, entry)]
    try:
        paths = {name: run.work.artefact_path(Artefact(name, entry.outputs[name], 0)) for name in names}
    except (RunError, KeyError):
        return None
    return {name: opened.scan([path]) for name, path in paths.items()}


def beside_former(entries: Iterable[LogEntry], linkage: LogEntry) -> tuple[str, ...]:
    """Gives the names of what else a former linkage kept that effects are measured with.

    Args:
        entries: of the log.
        linkage: the entry of the former run's step ``link``.
    """
    # Traits without a list of the approach do not tell that nobody was in it.
    listed = any(one.run == linkage.run and one.step == "pull" and one.subject == APPROACH for one in entries)
    return tuple(name for name in (OBSERVED, *((TRAITS,) if listed else ())) if name in linkage.outputs)


def former_linkage(
    entries: Iterable[LogEntry], purpose: str, keys: str, period: HalfYear, domains: Collection[str]
) -> LogEntry | None:
    """Gives the linkage from which households may be followed: of the last standing run of the half-year before.

    Args:
        entries: of the log, in order.
        purpose: id of the purpose, of whatever version.
        keys: fingerprint of the keys that made the pseudonyms.
        period: the half-year of the present run.
        domains: sources that are domains now; after a run with others, all who use those would seem to come or go.
    """
    own = [entry for entry in entries if entry.purpose.startswith(f"{purpose}:")]
    same_keys = {one.run for one in own if one.step == "open" and one.keys == (keys,)}
    standing = [one for one in standing_runs(own) if one in same_keys and _is_before(one, period)]
    found = [one for one in own if one.step == "link" and one.run in standing[-1:]]
    if not found:
        return None
    pulled = {one.subject for one in own if one.run == found[-1].run and one.step == "pull"}
    return found[-1] if pulled & set(DOMAIN_NAMES) == set(domains) else None


def _is_before(run: str, period: HalfYear) -> bool:
    return HalfYear.parse(run.split("-", maxsplit=1)[0].upper()).following == period
