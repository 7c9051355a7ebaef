"""What was protected and why, from the signed policy and the counts of the log."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from outputs.publication.page_facts import PublicationFacts
from outputs.publication.page_tables import Cell, PageTable, Row
from outputs.publication.site.figures import absent
from outputs.publication.site.words import Words


@dataclass(frozen=True)
class Explained:
    """A section of sentences, with what is said with force and a table, if any."""

    id: str
    title: str
    texts: tuple[str, ...]
    strong: str = ""
    table: PageTable | None = None


def protection(words: Words, facts: PublicationFacts) -> tuple[Explained, ...]:
    """Gives the sections of the page, in order."""
    return (
        Explained("afronding", words("protection.rounding"), tuple(_rounding(words, facts))),
        Explained("kosten", words("protection.costs"), tuple(_costs(words, facts))),
        _attack(words, facts),
        *([_lost(words, facts)] if facts.hidden_cells else []),
    )


def formal_sentence(words: Words, facts: PublicationFacts) -> str:
    """Gives the sentence on noisy tables for the overview; empty where there are none."""
    if facts.policy.formal is None:
        return ""
    tables = words.listed("table", facts.policy.noisy_tables)
    return words("index.formal", tables=tables, epsilon=_plain(words, facts.policy.formal.epsilon))


def _rounding(words: Words, facts: PublicationFacts) -> Iterator[str]:
    policy = facts.policy
    yield words(
        "protection.rounding_text",
        base=policy.base,
        sensitive_base=policy.sensitive_base,
        sensitive=words.listed("source", policy.sensitive_sources),
    )
    if policy.formal is not None:
        yield words(
            "protection.formal",
            tables=words.listed("table", policy.noisy_tables),
            epsilon=_plain(words, policy.formal.epsilon),
            budget=_plain(words, policy.formal.budget),
        )
    for table, error in facts.noisy.items():
        yield words("protection.formal_error", table=words.label("table", table), error=words.whole(error))


def _costs(words: Words, facts: PublicationFacts) -> Iterator[str]:
    policy = facts.policy
    yield words(
        "protection.costs_text",
        threshold=policy.threshold,
        dominance=policy.dominance_pct,
        p=policy.p_pct,
        share=policy.group_share_pct,
    )
    yield words("protection.one_symbol")
    yield words("protection.amounts", euros=words.whole(policy.cost_rounding_eur))


def _attack(words: Words, facts: PublicationFacts) -> Explained:
    earlier, policy = words.whole(facts.earlier), facts.policy
    before = {0: "none", 1: "one"}.get(facts.earlier, "many")
    texts = (
        words("protection.attack_text", earlier=earlier, attacked=words.whole(facts.attacked)),
        words(f"protection.earlier_{before}", earlier=earlier),
    )
    strong = words("protection.guarantee", count_width=policy.count_width, cost_width=policy.cost_width_pct)
    return Explained("aanval", words("protection.attack"), texts, strong)


def _lost(words: Words, facts: PublicationFacts) -> Explained:
    names = ("cells", "hidden", "hidden_share", "value", "within", "typical")
    table = PageTable(
        "tabel-afgeschermd",
        words("protection.lost_caption"),
        (words("column.table"), *(words(f"protection.{name}") for name in names)),
        tuple(Row(words.label("table", name), tuple(_lost_cells(words, facts, name))) for name in facts.hidden_cells),
    )
    return Explained("afgeschermd", words("protection.lost"), (), table=table)


def _lost_cells(words: Words, facts: PublicationFacts, table: str) -> Iterator[Cell]:
    hidden, total = facts.hidden_cells[table]
    yield Cell(words.whole(total))
    yield Cell(words.whole(hidden))
    yield Cell(f"{words.decimal(float(Fraction(100 * hidden, total)))}%") if total else absent(words)
    yield Cell(words.percent(facts.values_hidden[table])) if table in facts.values_hidden else absent(words)
    if table not in facts.errors:
        yield absent(words)
        yield absent(words)
        return
    yield from (Cell(words.whole(one)) for one in facts.errors[table])


def _plain(words: Words, number: float) -> str:
    text = str(number)
    return text.replace(".", ",") if words.language == "nl" else text
