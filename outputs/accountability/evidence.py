"""The entries of one run, arranged by source and step; nothing is counted anew, everything is looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from outputs.accountability.model import OtherCount, SourceAccount, StepAccount, TableAccount
from schemas.delivery import DeliveryManifest
from schemas.domains import RECORD_DOMAINS
from schemas.log_entries import LogEntry, Step
from schemas.purpose import PurposeConfig

#: The name of the count with which an entry says that the keys it names exist no more.
KEYS_DESTROYED: Final = "keys_destroyed"

#: Counts that stay inside: how many cells were small is a secret of the protection, and the true number of households
#: may not stand beside its published figure.
_INTERNAL_SUFFIX: Final = ":primary"
_INTERNAL: Final = "households"

_OF_SOURCE: Final = ("received", "used", "objected", "partner_objected")
_OF_SOURCE_PARTS: Final = ("quarantined:", "excluded:", "merged:", "bsn:")


@dataclass(frozen=True)
class Evidence:
    """Purpose, delivery and log of one run.

    Raises:
        ValueError: there are no entries, or they are of more than one run.
    """

    config: PurposeConfig
    manifest: DeliveryManifest
    entries: Sequence[LogEntry]

    def __post_init__(self) -> None:
        if len({entry.run for entry in self.entries}) != 1:
            raise ValueError("a statement is made of the entries of one run")

    def of_step(self, step: Step) -> list[LogEntry]:
        """Gives the entries of a step."""
        return [entry for entry in self.entries if entry.step == step]

    @cached_property
    def pulls(self) -> dict[str, LogEntry]:
        """Source -> its last pull."""
        return {entry.subject: entry for entry in self.of_step("pull")}

    @property
    def expected_sources(self) -> tuple[str, ...]:
        """The sources that a whole run pulls."""
        return self.config.pulled

    @cached_property
    def sources(self) -> tuple[SourceAccount, ...]:
        """An account per source of the purpose, and per source that was pulled without one."""
        unnamed = [source for source in self.pulls if source not in self.config.sources]
        return tuple(self._source(source) for source in (*self.config.sources, *unnamed))

    def _source(self, source: str) -> SourceAccount:
        ground, entry = self.config.sources.get(source), self.pulls.get(source)
        counts = entry.counts if entry else {}
        columns = entry.columns if entry else {}
        return SourceAccount(
            source=source,
            law=ground.law if ground else None,
            article=ground.article if ground else None,
            bsn_ground=ground.bsn_ground if ground else None,
            special_category=ground.special_category if ground else None,
            pulled=entry is not None,
            columns_received=columns.get("received", ()),
            columns_used=columns.get("used", ()),
            columns_dropped=columns.get("dropped", ()),
            received=counts.get("received", 0),
            used=counts.get("used", 0),
            objected=counts.get("objected", 0),
            partner_objected=counts.get("partner_objected", 0),
            quarantined=under("quarantined:", counts),
            excluded=under("excluded:", counts),
            merged=under("merged:", counts),
            identifiers=under("bsn:", counts),
            linked=under(f"{source}:", self._counts("link")),
        )

    @cached_property
    def frame(self) -> dict[str, int]:
        """Rule of household formation -> persons of the frame."""
        return under("frame:", self._counts("link"))

    @cached_property
    def protected(self) -> dict[str, tuple[int, int]]:
        """Table -> (hidden, cells), as the step that protects counted them."""
        counts = self._counts("protect")
        tables = [name.removesuffix(":cells") for name in counts if name.endswith(":cells")]
        return {table: (counts.get(f"{table}:hidden", 0), counts[f"{table}:cells"]) for table in tables}

    @cached_property
    def tables(self) -> tuple[TableAccount, ...]:
        """An account per table whose cells were counted."""
        return tuple(
            TableAccount(table=table, hidden=hidden, cells=cells) for table, (hidden, cells) in self.protected.items()
        )

    @cached_property
    def tables_made(self) -> tuple[str, ...]:
        """Tables that the step that protects wrote."""
        made = (name for entry in self.of_step("protect") for name in entry.outputs)
        return tuple(dict.fromkeys(name.removeprefix("table_") for name in made))

    @cached_property
    def keys_used(self) -> tuple[str, ...]:
        """Fingerprints of the keys that steps used."""
        return _unique(self.entries, destroyed=False)

    @cached_property
    def keys_destroyed(self) -> tuple[str, ...]:
        """Fingerprints of the keys that the log says to be destroyed."""
        return _unique(self.entries, destroyed=True)

    @property
    def steps(self) -> tuple[StepAccount, ...]:
        """Every step with its times, as logged."""
        names = ("step", "subject", "started", "ended", "code")
        return tuple(
            StepAccount.model_validate({name: getattr(entry, name) for name in names}) for entry in self.entries
        )

    @property
    def other_counts(self) -> tuple[OtherCount, ...]:
        """Counts that no other part of the statement shows, so that none is lost."""
        return tuple(
            OtherCount(step=entry.step, subject=entry.subject, name=name, number=number)
            for entry in self.entries
            for name, number in entry.counts.items()
            if not self._has_a_place(entry, name)
        )

    def _has_a_place(self, entry: LogEntry, name: str) -> bool:
        if entry.step == "pull":
            return name in _OF_SOURCE or name.startswith(_OF_SOURCE_PARTS)
        if entry.step == "link":
            return name == _INTERNAL or name.startswith(("frame:", *(f"{source}:" for source in RECORD_DOMAINS)))
        return entry.step == "protect" and name.endswith((":cells", ":hidden", _INTERNAL_SUFFIX))

    def _counts(self, step: Step) -> Mapping[str, int]:
        found = self.of_step(step)
        return found[-1].counts if found else {}


def is_destruction(entry: LogEntry) -> bool:
    """Tells whether an entry says that the keys it names were destroyed."""
    return entry.counts.get(KEYS_DESTROYED, 0) > 0


def under(prefix: str, counts: Mapping[str, int]) -> dict[str, int]:
    """Gives the counts whose name starts so, by the rest of their name."""
    return {name.removeprefix(prefix): number for name, number in counts.items() if name.startswith(prefix)}


def _unique(entries: Sequence[LogEntry], *, destroyed: bool) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for entry in entries if is_destruction(entry) == destroyed for key in entry.keys))
