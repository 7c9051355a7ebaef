"""What the step ``link`` does with its artefacts: opens them, links by name what has no BSN, and counts the outcome."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.expected_quality import Expectation
from linkage.households import Forming
from linkage.link import LinkedHouseholds
from linkage.link import link as link_records
from linkage.materialise import Lazy
from linkage.probability import ProbabilityLinks, ProbabilityPolicy, link_by_probability
from samenloop.delivery_discipline import standing_runs
from samenloop.drafts import latest_entries
from samenloop.engine import Engine
from samenloop.following import TRAITS, following
from samenloop.log_book import read_entries
from samenloop.runs import Run
from samenloop.storage import MATCH_TOKENS, Artefact
from schemas.domains import FRAME, INSTITUTIONS, RECORD_DOMAINS
from schemas.errors import RefusedDelivery
from schemas.households import LINKING_METHODS
from schemas.record_kinds import PYRAMID, TRAIT_TABLES

#: A record is an incident, and a person may have several; what is stated of precision is in docs/linkage.md.
_POLICY = ProbabilityPolicy(one_to_one=False)
_PER_TEN_THOUSAND: Final = 10_000
#: Links by name of at least this probability remain when it is asked how much the tables depend on the threshold.
STRICTER: Final = 0.999
USE_STRICTER: Final = "use_stricter"


@dataclass(frozen=True, eq=False)
class Linked:
    """Households as linked, the counts for the log, and what only some purposes have.

    Attributes:
        beside: ``use_stricter``: use with the surest links by name alone, where a source was linked by name;
            ``members``, ``past`` and ``followed`` where households may be followed, with ``observed`` where the table
            ``effects`` asks for it; ``traits`` where a table asks for more than use.
    """

    households: LinkedHouseholds
    counts: dict[str, int]
    beside: dict[str, pa.Table]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The artefacts of the step by name."""
        names = ("households", "use", "providers", "provider_costs", "link_counts")
        return {name: getattr(self.households, name) for name in names} | self.beside


def linked(run: Run, opened: Engine, pulled: Sequence[Artefact]) -> Linked:
    """Forms households from the pulled frame and links every pulled record.

    Raises:
        RefusedDelivery: ``frame_empty``.
        RunError: an artefact is missing or another; ``match_tokens_gone``.
    """
    paths = {artefact.name: run.work.artefact_path(artefact) for artefact in pulled}
    frame, listed = opened.scan([paths.pop(FRAME)]), paths.pop(INSTITUTIONS, None)
    forming = Forming(
        run.manifest.gemeentecode, run.purpose.config.households, opened.scan([listed]) if listed else None
    )
    by_name = _by_name(run, opened)
    records = opened.scan(paths.values())
    households = link_records(frame, records, forming, _together(opened, by_name))
    if not households.households.num_rows:
        raise RefusedDelivery(
            "frame_empty", f"{FRAME}: 0 households in the frame", "ask the sender for the whole frame"
        )
    counts = {**_counts(households), **dict(_expected(by_name))}
    beside: dict[str, pa.Table] = {}
    if by_name:
        beside[USE_STRICTER] = link_records(frame, records, forming, _together(opened, by_name, STRICTER)).use
    if TRAIT_TABLES & set(run.purpose.config.tables):
        beside[TRAITS] = _traits(run, households)
    return Linked(households, {**counts, **_drift(run, counts)}, beside | following(run, opened, households))


def token_files(run: Run) -> dict[str, str]:
    """Gives source -> sha256 of the match tokens that the pulls of this run made."""
    made = {entry.subject: entry.outputs.get(MATCH_TOKENS) for entry in latest_entries(run) if entry.step == "pull"}
    return {source: sha256 for source, sha256 in made.items() if sha256}


def _traits(run: Run, found: LinkedHouseholds) -> pa.Table:
    """Ages may be there for a rule of household formation; who is a minor is told for the table ``pyramid`` alone."""
    if PYRAMID in run.purpose.config.tables:
        return found.traits
    return found.traits.filter(pc.not_equal(found.traits["domain"], FRAME))


def _by_name(run: Run, opened: Engine) -> dict[str, ProbabilityLinks]:
    files = token_files(run)
    paths: dict[str, Path] = {
        source: run.work.match_tokens_file(run.reference.run, sha256) for source, sha256 in files.items()
    }
    if not paths:
        return {}
    register = opened.scan([paths.pop(FRAME)])
    return {
        source: link_by_probability(register, opened.scan([path]), _POLICY, opened.connection)
        for source, path in sorted(paths.items())
    }


def _together(opened: Engine, by_name: Mapping[str, ProbabilityLinks], least: float = 0) -> Lazy | None:
    links = [one.links.filter(pc.greater_equal(one.links["probability"], least)) for one in by_name.values()]
    return opened.rows(pa.concat_tables(links).select(["record", "person"])) if links else None


def _drift(run: Run, counts: Mapping[str, int]) -> dict[str, int]:
    """By how much the share of linked rows differs from the former run of the purpose, per ten thousand rows."""
    own = f"{run.purpose.config.id}:"
    entries = [one for one in read_entries(run.work) if one.purpose.startswith(own) and one.run != run.reference.run]
    standing = standing_runs(entries)
    former = [entry for entry in entries if entry.step == "link" and entry.run in standing[-1:]]
    if not former:
        return {}
    before, now = _linked_shares(former[-1].counts), _linked_shares(counts)
    return {f"drift:{source}": now[source] - before[source] for source in now if source in before}


def _linked_shares(counts: Mapping[str, int]) -> dict[str, int]:
    shares: dict[str, int] = {}
    for source in RECORD_DOMAINS:
        rows = {name.split(":")[1]: 0 for name in counts if name.startswith(f"{source}:")}
        for name, number in counts.items():
            if name.startswith(f"{source}:"):
                rows[name.split(":")[1]] += number
        total = sum(number for method, number in rows.items() if method != "duplicate")
        linked = sum(number for method, number in rows.items() if method in LINKING_METHODS)
        shares |= {source: _share(linked / total)} if total else {}
    return shares


def _counts(linked: LinkedHouseholds) -> dict[str, int]:
    counts = {f"frame:{rule}": persons for rule, persons in linked.frame_counts.items()}
    names = {name: source for source, name in RECORD_DOMAINS.items()}
    for row in linked.link_counts.to_pylist():
        reason = f":{row['reason']}" if row["reason"] else ""
        counts[f"{names[row['source']]}:{row['method']}{reason}"] = row["rows"]
    noted = {f"noted:{what}": persons for what, persons in linked.frame_notes.items()}
    return {**counts, **noted, "households": linked.households.num_rows}


def _expected(by_name: Mapping[str, ProbabilityLinks]) -> Iterator[tuple[str, int]]:
    """What the model found and expects of itself per source; shares per ten thousand."""
    for source, found in by_name.items():
        before = f"by_name:{source}"
        yield from ((f"{before}:{outcome}", records) for outcome, records in found.counts.items())
        yield f"{before}:left_out", found.left_out
        yield f"{before}:threshold", _share(found.threshold)
        for name, share in (("precision", found.expected_precision), ("recall", found.expected_recall)):
            yield from _interval(f"{before}:{name}", share)


def _interval(name: str, share: Expectation | None) -> Iterable[tuple[str, int]]:
    if share is None:
        return ()
    return ((name, _share(share.value)), (f"{name}_low", _share(share.low)), (f"{name}_high", _share(share.high)))


def _share(value: float) -> int:
    return round(value * _PER_TEN_THOUSAND)
