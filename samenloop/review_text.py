"""What the privacy officer reads before deciding: why, what was checked, and what changes; in Dutch, as Markdown."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from outputs.publication.number_format import whole
from outputs.publication.release import ReleaseName
from outputs.register.words import SOURCE_NAMES
from samenloop.purposes import read_purpose
from samenloop.release_changes import FigureChange, ReleaseChanges, SourceChange, TableChange, release_changes
from schemas.purpose import PurposeConfig

_NONE: Final = "geen"


def review_text(name: ReleaseName, draft: Path, out: Path, manifest_sha256: str) -> str:
    """Gives what the FG has to know of a draft; errors of ``release_changes``."""
    config = read_purpose(draft / "protocol" / "purpose.yaml").config
    rules = json.loads((draft / "protocol" / "verantwoording.json").read_bytes())["rules"]
    made = release_changes(name, draft, out)
    return "\n".join(
        [
            f"Doel **{config.id}** versie {config.version}, periode {name.period}, concept {name.release}.",
            f"Controlegetal (sha256 van het manifest): `{manifest_sha256}`",
            "",
            *_how(config, name),
            "",
            "### Proportionaliteit en subsidiariteit",
            *_proportionality(config),
            "",
            "### Verantwoording van deze verwerking",
            *(f"* {rule['number']}. {rule['title']}: **{rule['verdict']}**" for rule in rules),
            "",
            *_changes(made),
        ]
    )


def _how(config: PurposeConfig, name: ReleaseName) -> Iterator[str]:
    yield "De uitgave hangt aan uw handtekening over dit controlegetal, niet aan de stand van een taak."
    if config.approval.by_command:
        yield "Dit doel staat goedkeuring met een opdracht toe: uw antwoord wordt met de sleutel van de FG getekend."
        return
    yield "Uw antwoord hier is alleen een bericht. Teken zelf, met uw eigen sleutel; pas dan gaat deze taak verder:"
    yield ""
    yield f"    samenloop release decide {name.release} --approve --work WERKMAP"
    yield f'    samenloop release decide {name.release} --reject --work WERKMAP --reason "..."'


def _proportionality(config: PurposeConfig) -> Iterator[str]:
    answers = config.proportionality
    yield f"* Waarom koppelen: {answers.why_link}"
    yield f"* Waarom op dit niveau: {answers.why_this_level}"
    yield f"* Waarom deze domeinen en periode: {answers.why_these_domains_and_period}"
    for one in answers.alternatives:
        yield f"* Afgewogen: {one.alternative} Afgewezen: {one.rejected_because}"


def _changes(made: ReleaseChanges) -> Iterator[str]:
    if made.former is None:
        yield "### Wat erin staat (eerste uitgave van dit doel)"
    else:
        yield f"### Wat verandert sinds uitgave {made.former.release} ({made.former.period})"
        widening = [change.field for change in made.rules if change.widens]
        other = [change.field for change in made.rules if not change.widens]
        yield f"* Regels die ruimer worden: {', '.join(widening) or _NONE}"
        yield f"* Andere regels die veranderen: {', '.join(other) or _NONE}"
    yield "* Gebruikte regels per bron, in tientallen:"
    yield from (f"  * {SOURCE_NAMES[one.source]}: {_source(one)}" for one in made.sources)
    yield "* Tabellen:"
    yield from (f"  * {one.title} ({one.name}): {_table(one)}" for one in made.tables)
    yield f"* Cijfers van de gemeente ({made.unchanged} gelijk gebleven):"
    yield from (f"  * {one.table}, {one.row}: {_figure(one, first=made.former is None)}" for one in made.figures)


def _source(one: SourceChange) -> str:
    now = "niet gelezen" if one.now is None else whole(one.now)
    return now if one.before is None else f"{whole(one.before)} → {now}"


def _table(one: TableChange) -> str:
    rows = f"{whole(one.appeared)} regels erbij, {whole(one.gone)} weg"
    if one.confidential_now is None:
        return f"{rows}; de tabel vervalt"
    before = "" if one.confidential_before is None else f"{whole(one.confidential_before)} → "
    return f"{rows}; afgeschermd {before}{whole(one.confidential_now)}"


def _figure(one: FigureChange, *, first: bool) -> str:
    unit = "€ " if one.column == "cost_eur" else ""
    before, now = (f"{unit}{value}" if value else "afgeschermd of afwezig" for value in (one.before, one.now))
    return now if first else f"{before} → {now}"
