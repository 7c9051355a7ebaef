"""The page "Verwerkingen": the last runs of each purpose, where they stand, and where their statement can be read.

It is made of the log as it lies in the work folder, drafts and releases; no key is opened for it, so whoever serves the
page needs none. It shows what the log says and does not prove it: ``samenloop verify`` does.
"""

import hashlib
import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import quote

from outputs.log.checkpoint import parse_checkpoint
from outputs.log.entry_line import entry_of
from outputs.log.log_files import LogFiles
from outputs.log.note import NoteInvalid
from outputs.publication.number_format import half_year, whole
from outputs.publication.release import MANIFEST
from schemas.errors import VerificationFailed
from schemas.log_entries import LogEntry

#: Where a file lies: in a draft of the work folder, or in a release of the publication folder.
KINDS: Final = ("concept", "uitgave")

_LAST: Final = 20
_STATES: Final = {"draft": "concept", "approve": "goedgekeurd", "reject": "afgewezen", "refused": "geweigerd"}
_STATEMENT: Final = "protocol/verantwoording.html"
_STYLE: Final = (
    "body{font-family:sans-serif;margin:1.5rem;line-height:1.5}table{border-collapse:collapse;margin-bottom:2rem}"
    "caption{font-weight:bold;text-align:left;padding:.5rem 0}th,td{border:1px solid #666;padding:.3rem .6rem;"
    "text-align:left}td.n{text-align:right}"
)
#: For the page itself: nothing but its own style.
PAGE_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class ShownRun:
    """One run as the page shows it.

    Attributes:
        run, purpose, period: which; the purpose with its version.
        state: in Dutch, with the code of a refusal.
        sources, tables, hidden: numbers of sources read, of tables, and of cells that are hidden.
        statement: place of the statement of accountability, relative to the page; empty without one.
    """

    run: str
    purpose: str
    period: str
    state: str
    sources: int
    tables: int
    hidden: int
    statement: str


def shown_runs(work: Path, out: Path) -> Iterator[ShownRun]:
    """Yields the last runs of each purpose, newest first."""
    runs: dict[tuple[str, str], list[LogEntry]] = {}
    for entry in _entries(work):
        if entry.step not in ("erase", "subject"):
            before = runs.pop((entry.purpose, entry.run), [])
            runs[entry.purpose, entry.run] = [*(() if entry.step == "open" else before), entry]
    told: dict[str, int] = defaultdict(int)
    for (purpose, run), entries in reversed(runs.items()):
        told[purpose] += 1
        if told[purpose] <= _LAST:
            yield _shown(purpose, run, entries, work, out)


def file_of(work: Path, out: Path, kind: str, purpose: str, period: str, release: str, name: str) -> bytes | None:
    """Gives a file of a draft or release, if its manifest names it and it is what the manifest says; else None."""
    folder = _folders(work, out, kind).get((purpose, period, release))
    if folder is None:
        return None
    try:
        files = json.loads((folder / MANIFEST).read_bytes())["files"]
        path = folder / name if name in files else None
        content = path.read_bytes() if path and not path.is_symlink() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return content if content is not None and hashlib.sha256(content).hexdigest() == files[name] else None


def render_page(runs: Sequence[ShownRun]) -> str:
    """Gives the page; of a value from elsewhere nothing is taken for markup."""
    purposes = list(dict.fromkeys(one.purpose for one in runs))
    tables = "".join(_table(purpose, [one for one in runs if one.purpose == purpose]) for purpose in purposes)
    return (
        '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8" />\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
        f"<title>Verwerkingen</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Verwerkingen</h1>\n"
        "<p>De laatste verwerkingen per doel, volgens het verwerkingslogboek. Deze pagina toont het logboek; of het "
        "ongewijzigd is, toetst <code>samenloop verify</code>.</p>\n"
        f"{tables or '<p>Er is nog geen verwerking geweest.</p>'}\n</main>\n</body>\n</html>\n"
    )


def _entries(work: Path) -> Iterator[LogEntry]:
    """The entries that the newest checkpoint covers; none where it cannot be read."""
    files = LogFiles(work / "log")
    try:
        size = parse_checkpoint(files.checkpoint.read_bytes()).size
        with files.lines.open("rb") as lines:
            yield from map(entry_of, islice(lines, size))
    except (OSError, NoteInvalid, VerificationFailed):
        return


def _shown(purpose: str, run: str, entries: Sequence[LogEntry], work: Path, out: Path) -> ShownRun:
    last, period = entries[-1], run.split("-", maxsplit=1)[0].upper()
    counts = {
        name: number for one in entries if one.step in ("protect", "draft") for name, number in one.counts.items()
    }
    state = _STATES.get(last.step, "bezig")
    return ShownRun(
        run=run,
        purpose=purpose,
        period=period,
        state=f"{state} ({last.code})" if last.code else state,
        sources=len({one.subject for one in entries if one.step == "pull"}),
        tables=counts.get("tables", 0),
        hidden=sum(number for name, number in counts.items() if name.endswith(":hidden")),
        statement=_statement(work, out, purpose.split(":", maxsplit=1)[0], period, run),
    )


def _statement(work: Path, out: Path, purpose: str, period: str, run: str) -> str:
    for kind in reversed(KINDS):
        if (purpose, period, run) in _folders(work, out, kind):
            return "/".join(quote(part, safe="") for part in (kind, purpose, period, run)) + f"/{_STATEMENT}"
    return ""


def _folders(work: Path, out: Path, kind: str) -> dict[tuple[str, str, str], Path]:
    """Purpose, period and release -> folder, of those that are there."""
    root = work / "drafts" if kind == "concept" else out
    found = (manifest.parent for manifest in root.glob(f"*/*/*/{MANIFEST}"))
    return {
        (place.parent.parent.name, place.parent.name, place.name): place
        for place in found
        if not place.name.startswith(".") and not place.is_symlink()
    }


def _table(purpose: str, runs: Sequence[ShownRun]) -> str:
    heads = ("Verwerking", "Periode", "Stand", "Bronnen", "Tabellen", "Afgeschermde cellen", "Verantwoording")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "\n".join(_row(one) for one in runs)
    caption = f"<caption>Doel {escape(purpose.replace(':', ', versie '))}</caption>"
    return f"<table>\n{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"


def _row(one: ShownRun) -> str:
    numbers = "".join(f'<td class="n">{whole(number)}</td>' for number in (one.sources, one.tables, one.hidden))
    link = (
        f'<a href="{escape(one.statement)}">Verantwoording van {escape(one.run)}</a>'
        if one.statement
        else "niet bewaard"
    )
    return (
        f'<tr><th scope="row">{escape(one.run)}</th><td>{escape(_in_words(one.period))}</td>'
        f"<td>{escape(one.state)}</td>{numbers}<td>{link}</td></tr>"
    )


def _in_words(period: str) -> str:
    try:
        return half_year(period)
    except ValueError:
        return "onbekend"
