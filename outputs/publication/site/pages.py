"""The pages of the site and which of them a release has; each has its own address, the same in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from outputs.publication.page_facts import PublicationFacts
from outputs.publication.page_tables import checked
from outputs.publication.site.views import (
    APPROACH_VIEWS,
    COMPARISON_VIEWS,
    CONCENTRATION_VIEWS,
    COST_VIEWS,
    OVER_TIME_VIEWS,
    STACKING_VIEWS,
    View,
)
from outputs.publication.site.words import Words
from outputs.returns.reference_check import Row
from schemas.log_entries import LogEntry

QUALITY: Final = "quality"


@dataclass(frozen=True)
class RuleCheck:
    """A claim about the run, what came out of checking it, and on what that rests; Dutch."""

    claim: str
    outcome: str
    evidence: str


@dataclass(frozen=True)
class ProtocolRule:
    """One of the eight rules of the protocol, as the statement of accountability judges it.

    Attributes:
        number: 1 to 8.
        verdict: voldaan, niet aangetoond or niet voldaan.
        says: label and text of what the purpose says; Dutch.
        shows: the same of what the run shows.
        checks: what was checked.
    """

    number: int
    verdict: str
    says: tuple[tuple[str, str], ...]
    shows: tuple[tuple[str, str], ...]
    checks: tuple[RuleCheck, ...]


@dataclass(frozen=True)
class SiteContent:
    """All that the pages are made of; nothing else is read but templates and catalogues.

    Attributes:
        tables: table name -> protected frame with the columns of its contract.
        facts: what is stated beside the tables.
        entries: the log of this run up to its draft.
        rules: the eight rules of the protocol.
        references: rows of the worked examples.
        key_sha256: fingerprint of the public key that signs releases.

    Raises:
        ValueError: a frame breaks the contract of its table, or holds rows of another period.
    """

    tables: dict[str, pd.DataFrame]
    facts: PublicationFacts
    entries: Sequence[LogEntry]
    rules: tuple[ProtocolRule, ...]
    references: tuple[Row, ...]
    key_sha256: str

    def __post_init__(self) -> None:
        found = {name: checked(name, frame, self.facts.period) for name, frame in self.tables.items()}
        object.__setattr__(self, "tables", found)


@dataclass(frozen=True)
class Page:
    """A page: its name, and the sections of tables that it may have; ``apart`` under a heading of their own."""

    name: str
    views: tuple[View, ...] = ()
    apart: tuple[View, ...] = ()

    @property
    def file(self) -> str:
        """Name of the file, in the folder of its language."""
        return f"{self.name}.html"

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that it may show."""
        return tuple(dict.fromkeys(view.table for view in (*self.views, *self.apart)))


#: In the order of the navigation.
PAGES: Final = (
    Page("index"),
    Page("stapeling", STACKING_VIEWS),
    Page("kosten", COST_VIEWS),
    Page("concentratie", CONCENTRATION_VIEWS),
    Page("verloop", OVER_TIME_VIEWS, APPROACH_VIEWS),
    Page("vergelijking", COMPARISON_VIEWS),
    Page("koppeling"),
    Page("bescherming"),
    Page("definities"),
    Page("rekenvoorbeelden"),
    Page("verantwoording"),
    Page("logboek"),
)
#: Table -> page on which it is explained first.
PAGE_OF: Final = {table: page.name for page in reversed(PAGES) for table in page.tables} | {QUALITY: "koppeling"}


def present(content: SiteContent) -> tuple[Page, ...]:
    """Gives the pages of a release: those of tables only where one of their tables is there."""
    return tuple(page for page in PAGES if _is_present(page, content))


def _is_present(page: Page, content: SiteContent) -> bool:
    if page.name == "koppeling":
        return QUALITY in content.tables or bool(content.facts.linkage.by_name or content.facts.linkage.drift)
    if page.name == "rekenvoorbeelden":
        return bool(content.references)
    return not page.tables or any(table in content.tables for table in page.tables)


def why_missing(words: Words, content: SiteContent) -> tuple[str, ...]:
    """Tells of each page that the release lacks, and of each table that waits for a half-year before, why."""
    there = present(content)
    gone = [page for page in PAGES if page not in there and not set(page.tables) & set(content.facts.awaited)]
    return (
        *(words("index.missing_unasked", title=words(f"page.{page.name}")) for page in gone),
        *why_awaited(words, content.facts.awaited),
    )


def why_awaited(words: Words, tables: Sequence[str]) -> tuple[str, ...]:
    """Tells of tables that wait for a half-year before."""
    return tuple(words("index.missing_awaited", title=words.label("table", table)) for table in tables)
