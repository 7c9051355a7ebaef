"""Households of this run followed from the half-year before, where the purpose has pseudonyms that hold so long."""

from linkage.following import Followed, Period, follow
from linkage.link import LinkedHouseholds
from samenloop.engine import Engine
from samenloop.log_book import read_entries
from samenloop.runs import Run
from samenloop.storage import Artefact
from schemas.errors import RunError
from schemas.log_entries import LogEntry
from schemas.period import HalfYear

#: What the step ``link`` keeps for this, under the term of linked households.
MEMBERS = "members"
FOLLOWED = "followed"


def may_follow(run: Run) -> bool:
    """Tells whether the purpose allows households to be followed from period to period."""
    return run.purpose.config.pseudonym_scope == "purpose"


def followed(run: Run, opened: Engine, linked: LinkedHouseholds) -> Followed | None:
    """Gives what became of the households of the half-year before; None when there is no run of it to follow from.

    The run must be of the same purpose and under the same keys, and what it linked must still be there: after its
    retention term nothing can be followed.
    """
    former = _former_run(run) if may_follow(run) else None
    if former is None:
        return None
    try:
        paths = {
            name: run.work.artefact_path(Artefact(name, former.outputs[name], 0)) for name in ("households", MEMBERS)
        }
    except (RunError, KeyError):
        return None
    now = Period(opened.rows(linked.households), opened.rows(linked.members))
    return follow(now, Period(opened.scan([paths["households"]]), opened.scan([paths[MEMBERS]])))


def _former_run(run: Run) -> LogEntry | None:
    """The last linkage of the half-year before under this purpose and these keys."""
    own = f"{run.purpose.config.id}:"
    entries = [entry for entry in read_entries(run.work) if entry.purpose.startswith(own)]
    same_keys = {one.run for one in entries if one.step == "open" and one.keys == (run.keys.fingerprint,)}
    found = [one for one in entries if one.step == "link" and one.run in same_keys and _is_before(one.run, run.period)]
    return found[-1] if found else None


def _is_before(run: str, period: HalfYear) -> bool:
    return HalfYear.parse(run.split("-", maxsplit=1)[0].upper()).following == period
