"""The statement of accountability as frozen data: eight rules with their checks, and the counts behind them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

#: From good to bad; the worst of its checks is the verdict of a rule.
VERDICTS: Final = ("voldaan", "niet aangetoond", "niet voldaan")
Verdict = Literal["voldaan", "niet aangetoond", "niet voldaan"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Fact(_Strict):
    """A statement in words: what it is about, and the words."""

    label: str = Field(min_length=1)
    text: str = Field(min_length=1)


class Check(_Strict):
    """A claim about the run, what came out of checking it, and on what that rests."""

    claim: str
    outcome: Verdict
    evidence: str


class Rule(_Strict):
    """One of the eight rules.

    Raises:
        ValueError: the verdict is not the worst of the checks.
    """

    number: int = Field(ge=1, le=8)
    title: str
    purpose_says: tuple[Fact, ...] = Field(min_length=1)
    run_shows: tuple[Fact, ...]
    checks: tuple[Check, ...] = Field(min_length=1)
    verdict: Verdict

    @model_validator(mode="after")
    def _verdict_follows(self) -> Self:
        if self.verdict != worst(self.checks):
            raise ValueError("the verdict of a rule is the worst of its checks")
        return self


class SourceAccount(_Strict):
    """What was received of one source and where each row went; counts are rows.

    Attributes:
        law: None when the purpose does not name this source.
        pulled: whether this source was read for linking; objections are read, but not linked.
        quarantined: reason -> rows.
        excluded: rule -> rows.
        merged: kind -> lines of a message that completed another row.
        identifiers: how the BSN could be read -> rows.
        linked: link method, with its reason -> rows.
    """

    source: str
    law: str | None
    article: str | None
    bsn_ground: str | None
    special_category: str | None
    pulled: bool
    columns_received: tuple[str, ...]
    columns_used: tuple[str, ...]
    columns_dropped: tuple[str, ...]
    received: int
    used: int
    objected: int
    partner_objected: int
    quarantined: dict[str, int]
    excluded: dict[str, int]
    merged: dict[str, int]
    identifiers: dict[str, int]
    linked: dict[str, int]


class TableAccount(_Strict):
    """How many cells a table has and how many are hidden; which of them were small stays a secret.

    Raises:
        ValueError: more are hidden than there are.
    """

    table: str
    cells: int = Field(ge=0)
    hidden: int = Field(ge=0)

    @model_validator(mode="after")
    def _hidden_are_cells(self) -> Self:
        if self.hidden > self.cells:
            raise ValueError(f"{self.table}: more cells hidden than there are")
        return self


class StepAccount(_Strict):
    """A step of the run; code is that of a refusal, else empty."""

    step: str
    subject: str
    started: AwareDatetime
    ended: AwareDatetime
    code: str


class OtherCount(_Strict):
    """A count of the log that has no place of its own in the statement."""

    step: str
    subject: str
    name: str
    number: int


class Verantwoording(_Strict):
    """The whole statement of one run.

    Raises:
        ValueError: the rules are not the eight, in order.
    """

    run: str
    purpose: str
    purpose_version: int
    purpose_sha256: str
    controller_name: str
    gemeentecode: str
    fg_contact: str
    delivery_id: str
    period: str
    reference_date: date
    synthetic: bool
    started: datetime
    ended: datetime
    rules: tuple[Rule, ...]
    sources: tuple[SourceAccount, ...]
    frame: dict[str, int]
    tables: tuple[TableAccount, ...]
    keys_used: tuple[str, ...]
    keys_destroyed: tuple[str, ...]
    steps: tuple[StepAccount, ...]
    other_counts: tuple[OtherCount, ...]

    @model_validator(mode="after")
    def _eight_rules(self) -> Self:
        if [rule.number for rule in self.rules] != list(range(1, 9)):
            raise ValueError("there are eight rules, numbered 1 to 8")
        return self


def worst(checks: Iterable[Check]) -> Verdict:
    """Gives the worst outcome."""
    return max((check.outcome for check in checks), key=VERDICTS.index)
