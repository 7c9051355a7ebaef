"""The purpose file (doelbinding): what may be processed, on what ground, why, and what may come out.

A frozen model: unknown keys, empty answers and a policy that allows nothing are refused at construction.
Sources: AVG articles 5, 6, 9, 10, 35 and 89; the eight rules of the Amsterdam protocol on data exchange (2008).
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

from schemas.disclosure_policy import DisclosurePolicy, TableName
from schemas.domains import BESIDE_DOMAINS, DOMAIN_NAMES, FRAME, INSTITUTIONS, OBJECTIONS
from schemas.extracts import CANONICAL_COLUMNS, NAME_COLUMNS, OPTIONAL_COLUMNS, REQUIRED_COLUMNS
from schemas.household_rules import DWELLING_RULES, HouseholdRules
from schemas.source_formats import SourceFormat, format_problems, is_delivered_name
from schemas.strict import Duration, Strict, without_unset
from schemas.table_needs import table_problems

Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,39}$")]
Gemeentecode = Annotated[str, StringConstraints(pattern=r"^GM\d{4}$")]
Artefact = Literal["pseudonymised_extract", "linked_households", "draft", "publication", "log"]


class Controller(Strict):
    """The controller (verwerkingsverantwoordelijke, AVG 4(7)) and where its privacy officer (FG) can be reached."""

    name: Answer
    gemeentecode: Gemeentecode
    oin: Annotated[str, StringConstraints(pattern=r"^\d{20}$")]
    fg_contact: Answer


class LegalGround(Strict):
    """Articles of the AVG on which the processing as a whole rests."""

    avg_6: Answer
    avg_9: Answer | None = None
    avg_10: Answer | None = None
    avg_89: Answer


class SourceLimits(Strict):
    """How far a delivery of a source may go before it is refused; what is left out is not limited.

    Attributes:
        quarantine_pct: rows that may be quarantined, in percent of those of persons who did not object.
        rows_change_pct: by how much the number of rows may differ from the run before, in percent.
        linked_change_points: by how much the linked share may differ from the run before, in percentage points.
    """

    quarantine_pct: int | None = Field(default=None, ge=0, le=100)
    rows_change_pct: int | None = Field(default=None, ge=1, le=1000)
    linked_change_points: int | None = Field(default=None, ge=1, le=100)


class SourceGround(Strict):
    """One source: its law and article, the ground for its BSN, the columns used and the columns dropped on sight.

    ``columns`` are read; ``drops`` are received and counted, never read; any other column refuses the delivery.
    Without a ``format`` the source is canonical CSV; with one, ``drops`` are columns under the owner's names. Without
    ``limits`` only a delivery of which nothing is sound is refused.
    """

    law: Answer
    article: Answer
    bsn_ground: Answer | None = None
    special_category: Answer | None = None
    columns: tuple[str, ...] = Field(min_length=1)
    drops: tuple[str, ...] = ()
    format: SourceFormat | None = None
    limits: SourceLimits | None = None

    @model_serializer(mode="wrap")
    def _without_unset_fields(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_unset(self, plain, "format", "limits")

    @model_validator(mode="after")
    def _each_column_once(self) -> Self:
        named = [*self.columns, *self.drops]
        if len(set(named)) != len(named):
            raise ValueError("a column is named more than once")
        if not all(is_delivered_name(name) for name in self.drops):
            raise ValueError("drops: that is no name of a column")
        if "bsn" in self.columns and self.bsn_ground is None:
            raise ValueError("columns has bsn, so bsn_ground must name the law that allows its use (UAVG 46)")
        return self


class Dpia(Strict):
    """The data protection impact assessment (AVG 35) that covers this purpose, and the hash of what it covered."""

    date: date
    version: Answer
    covers_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Alternative(Strict):
    """A lighter alternative that was weighed (subsidiarity) and why it does not do."""

    alternative: Answer
    rejected_because: Answer


class Proportionality(Strict):
    """The answers on proportionality and subsidiarity."""

    why_link: Answer
    why_this_level: Answer
    why_these_domains_and_period: Answer
    alternatives: tuple[Alternative, ...] = Field(min_length=1)


class Approval(Strict):
    """Whether a draft may be approved by a command instead of by the privacy officer in person."""

    by_command: bool


class PurposeConfig(Strict):
    """A whole purpose file; see ``purposes/stapeling.yaml`` for one with every field.

    Attributes:
        key_fingerprint: of the key-encryption key, that is of its custodian; another keyring is then refused.
        household_method: ``dwelling``: everybody in a dwelling; ``family``: a rule splits dwellings.
        household_rules: who is set apart and what is split; without it briefadres and institution are set apart.

    Raises:
        pydantic.ValidationError: a field is missing, empty, unknown or contradicts another.
    """

    id: Identifier
    version: int = Field(ge=1)
    valid_from: date
    valid_until: date
    controller: Controller
    purpose: Answer
    participants: tuple[Answer, ...] = Field(min_length=1)
    target_group: Answer
    information_duty: Answer
    administrator: Answer
    disclosure_to_third_parties: Answer
    legal_ground: LegalGround
    sources: dict[str, SourceGround] = Field(min_length=1)
    dpia: Dpia
    key_fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")] | None = None
    proportionality: Proportionality
    retention: dict[Artefact, Duration]
    pseudonym_scope: Literal["release", "purpose"]
    household_method: Literal["dwelling", "family"]
    household_rules: HouseholdRules | None = None
    tables: tuple[TableName, ...] = Field(min_length=1)
    disclosure: DisclosurePolicy
    approval: Approval

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = list(self._problems())
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems(self) -> Iterable[str]:
        if self.valid_until < self.valid_from:
            yield "valid_until lies before valid_from"
        for needed in (FRAME, OBJECTIONS):
            if needed not in self.sources:
                yield f"sources: {needed} is missing"
        if not set(self.sources) & set(DOMAIN_NAMES):
            yield "sources: no domain is named"
        if unstated := [artefact for artefact in get_args(Artefact) if artefact not in self.retention]:
            yield f"retention: no term for {', '.join(unstated)}"
        if len(set(self.tables)) != len(self.tables):
            yield "tables: a table is named more than once"
        if unpublished := sorted(set(self.disclosure.noisy_tables) - set(self.tables)):
            yield f"disclosure.formal: {unpublished[0]} is not among the tables"
        used = {name: ground.columns for name, ground in self.sources.items()}
        yield from table_problems(self.tables, used, self.pseudonym_scope, self.legal_ground.avg_10)
        for name, ground in self.sources.items():
            yield from _source_problems(name, ground)
        yield from self._household_problems()
        yield from self._name_problems()
        if "veiligheid" in self.sources and self.legal_ground.avg_10 is None:
            yield "sources: veiligheid holds criminal data, so legal_ground.avg_10 must name its ground"
        special = [name for name, ground in self.sources.items() if ground.special_category]
        if special and self.legal_ground.avg_9 is None:
            yield "legal_ground.avg_9 is missing while a source holds a special category"

    def _name_problems(self) -> Iterable[str]:
        needed = NAME_COLUMNS if self.linked_by_name and FRAME in self.sources else ()
        for column in needed:
            if column not in self.sources[FRAME].columns:
                yield f"sources.{FRAME}: linking {self.linked_by_name[0]} by name needs the column {column}"

    def _household_problems(self) -> Iterable[str]:
        rules = self.households
        if bool(rules.split) != (self.household_method == "family"):
            yield "household_method: family goes with household_rules.split, dwelling without"
        if ("institution_list" in rules.apart) != (INSTITUTIONS in self.sources):
            yield f"household_rules: institution_list and the source {INSTITUTIONS} go together"
        for rule, column in rules.columns_missing(self.sources[FRAME].columns if FRAME in self.sources else ()):
            yield f"household_rules: {rule} needs the column {column} of {FRAME}"

    @model_serializer(mode="wrap")
    def _without_unset_fields(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_unset(self, plain, "key_fingerprint", "household_rules")

    @property
    def households(self) -> HouseholdRules:
        """The rules of household formation; those of definitions.md where the purpose names none."""
        return self.household_rules or DWELLING_RULES

    @property
    def pulled(self) -> tuple[str, ...]:
        """Names of the sources that a whole run pulls: the frame, the domains, what is beside them."""
        return (FRAME, *self.domains, *(name for name in (*BESIDE_DOMAINS, INSTITUTIONS) if name in self.sources))

    @property
    def linked_by_name(self) -> tuple[str, ...]:
        """Names of the sources without BSN that are linked by the probability of name, birth date and address."""
        without_bsn = (name for name in self.domains if not {"bsn", "nummer"} & set(CANONICAL_COLUMNS[name]))
        return tuple(name for name in without_bsn if set(NAME_COLUMNS) <= set(self.sources[name].columns))

    @property
    def domains(self) -> tuple[str, ...]:
        """Names of the sources that are domains, in the fixed order of the tables."""
        return tuple(name for name in DOMAIN_NAMES if name in self.sources)


def _source_problems(name: str, ground: SourceGround) -> Iterable[str]:
    if not re.fullmatch(r"[a-z]+", name) or name not in CANONICAL_COLUMNS | OPTIONAL_COLUMNS:
        yield f"sources: {name} is not a known source"
        return
    known = {*CANONICAL_COLUMNS.get(name, ()), *OPTIONAL_COLUMNS.get(name, ())}
    if ground.format is not None:
        yield from format_problems(name, ground.columns, ground.drops, ground.format)
    named = (*ground.columns, *ground.drops) if ground.format is None else ground.columns
    for column in named:
        if column not in known:
            yield f"sources.{name}: column {column} does not belong to this source"
    for column in REQUIRED_COLUMNS[name]:
        if column not in ground.columns:
            yield f"sources.{name}: column {column} is needed to link or count and is not among the columns used"
    amount = {"bedrag_cent", "bedrag_begin", "bedrag_einde"} & known
    if len(amount & set(ground.columns)) not in (0, len(amount)):
        yield f"sources.{name}: {', '.join(sorted(amount))} are used together or not at all"
    special = {"jeugd", "wmo"}
    if name in special and ground.special_category is None:
        yield f"sources.{name}: holds health data, so special_category must name the exception"
