"""The log of the run as a page: what each step did, and for which rules of the protocol it is evidence.

Counts that stay inside are left out: how many cells were small, and the true number of households.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from outputs.publication.page_tables import Cell, PageTable, Row
from outputs.publication.site.words import Words, sentence
from schemas.log_entries import LogEntry

#: Step -> rules of the protocol that it is evidence for, as the statement of accountability uses it.
_RULES: Final[dict[str, tuple[int, ...]]] = {
    "open": (1, 2, 7),
    "pull": (1, 2, 3, 4, 7, 8),
    "link": (1, 2, 6),
    "protect": (1, 2, 6),
    "draft": (1, 2, 7),
    "approve": (1, 2, 7),
    "reject": (1, 2, 7),
}
_OTHERS: Final = (1, 2)
#: Sources of special or criminal data: rule 5.
_SPECIAL: Final = ("jeugd", "wmo", "veiligheid")
_INTERNAL_SUFFIX: Final = ":primary"
_INTERNAL: Final = "households"
_PART_KINDS: Final = ("part", "source", "table", "domain")

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LogStep:
    """A step: its number on the page, its codes for the filter, and what is told of it."""

    number: int
    step: str
    source: str
    title: str
    rules: tuple[int, ...]
    told: tuple[tuple[str, str], ...]
    counts: PageTable | None


def log_steps(words: Words, entries: Sequence[LogEntry]) -> tuple[LogStep, ...]:
    """Gives the steps in the order of the log."""
    return tuple(_step(words, number, entry) for number, entry in enumerate(entries, 1))


def filters(words: Words, steps: Sequence[LogStep]) -> tuple[tuple[str, str, Options], ...]:
    """Gives name, label and options of each choice with which a reader picks steps."""
    of_step = tuple((code, words.label("step", code)) for code in dict.fromkeys(one.step for one in steps))
    of_source = tuple(
        (code, words.label("source", code)) for code in dict.fromkeys(one.source for one in steps) if code
    )
    numbers = sorted({number for one in steps for number in one.rules})
    of_rule = tuple((str(number), f"{number}. {words.label('rule', str(number))}") for number in numbers)
    return (
        ("step", words("log.by_step"), of_step),
        ("source", words("log.by_source"), of_source),
        ("rule", words("log.by_rule"), of_rule),
    )


def rules_of(entry: LogEntry) -> tuple[int, ...]:
    """Gives the rules that an entry is evidence for."""
    rules = _RULES.get(entry.step, _OTHERS)
    special = entry.step == "pull" and entry.subject in _SPECIAL
    return tuple(sorted({*rules, 5} if special else rules))


def _step(words: Words, number: int, entry: LogEntry) -> LogStep:
    step, source = words.label("step", entry.step), words.label("source", entry.subject)
    title = words("log.number_of", number=number, step=step, source=source)
    if not entry.subject:
        title = words("log.number", number=number, step=step)
    return LogStep(
        number,
        entry.step,
        entry.subject,
        title,
        rules_of(entry),
        tuple(_told(words, entry)),
        _counts(words, number, entry),
    )


def _told(words: Words, entry: LogEntry) -> Iterator[tuple[str, str]]:
    begin, end = words.moment(entry.started), words.moment(entry.ended)
    yield words("log.time"), words("log.took", begin=begin, end=end)
    yield words("log.source"), words.label("source", entry.subject) if entry.subject else words("log.whole_run")
    yield words("log.for_rules"), ", ".join(map(str, rules_of(entry)))
    if entry.keys:
        yield words("log.keys"), ", ".join(entry.keys)
    for kind in ("received", "used", "dropped"):
        if columns := entry.columns.get(kind):
            yield words(f"log.columns_{kind}"), ", ".join(columns)
    yield words("log.refusal"), entry.code or words("log.refusal_none")


def _counts(words: Words, number: int, entry: LogEntry) -> PageTable | None:
    shown = {name: count for name, count in entry.counts.items() if not _stays_inside(name)}
    if not shown:
        return None
    return PageTable(
        f"tellingen-{number}",
        words("log.counts_caption", number=number),
        (words("log.count"), words("log.amount")),
        tuple(Row(count_name(words, name), (Cell(words.whole(count)),)) for name, count in shown.items()),
    )


def _stays_inside(name: str) -> bool:
    return name == _INTERNAL or name.endswith(_INTERNAL_SUFFIX)


def count_name(words: Words, name: str) -> str:
    """Gives a count of the log in words, part by part; a part without words is shown as it is."""
    labels = words.labels(*_PART_KINDS)
    parts = [labels.get(part, part) for part in name.split(":")]
    return sentence(": ".join([parts[0], *(part[:1].lower() + part[1:] for part in parts[1:])]))
