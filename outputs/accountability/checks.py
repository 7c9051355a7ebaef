"""The form of every check: problems found make it fail, missing evidence leaves it open, else it holds."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from outputs.accountability.model import Check, Fact, Rule, worst
from outputs.publication.number_format import long_date, whole


def check(claim: str, evidence: str, problems: Sequence[str] = (), missing: Sequence[str] = ()) -> Check:
    """Gives the check of a claim.

    Args:
        claim: what should hold.
        evidence: on what it rests when it holds.
        problems: what in the log contradicts it.
        missing: what the log would have to hold to show it.
    """
    if problems:
        return Check(claim=claim, outcome="niet voldaan", evidence="; ".join(problems))
    if missing:
        return Check(claim=claim, outcome="niet aangetoond", evidence="; ".join(missing))
    return Check(claim=claim, outcome="voldaan", evidence=evidence)


def rule(
    number: int,
    title: str,
    says: Sequence[tuple[str, str | None]],
    shows: Sequence[tuple[str, str | None]],
    checks: Sequence[Check],
) -> Rule:
    """Gives a rule with the verdict that its checks lead to; facts without words are left out."""
    return Rule(
        number=number,
        title=title,
        purpose_says=_facts(says),
        run_shows=_facts(shows),
        checks=tuple(checks),
        verdict=worst(checks),
    )


def listed(names: Sequence[str]) -> str:
    """Gives names with commas between them, or the word for none."""
    return ", ".join(names) or "geen"


def rows(number: int) -> str:
    """Gives a number of rows in words."""
    return f"{whole(number)} {'rij' if number == 1 else 'rijen'}"


def moment(when: datetime) -> str:
    """Gives a time in words, in UTC to the second."""
    utc = when.astimezone(UTC)
    return f"{long_date(utc.date())}, {utc:%H:%M:%S} UTC"


def day(when: date) -> str:
    """Gives a date in words."""
    return long_date(when)


def _facts(pairs: Sequence[tuple[str, str | None]]) -> tuple[Fact, ...]:
    return tuple(Fact(label=label, text=text) for label, text in pairs if text)
