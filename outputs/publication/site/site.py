"""The whole site of a release: every page in every language, as text and as files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from outputs.publication.charts.chart import Chart
from outputs.publication.charts.page_charts import PAGES as CHART_PAGES
from outputs.publication.charts.page_charts import charts_for
from outputs.publication.charts.runtime import runtime_files, script_source, toggle_script
from outputs.publication.definitions_page import DUTCH, render_definitions_page
from outputs.publication.formats.catalogue import CATALOGUE, workbook_name
from outputs.publication.formats.dictionary import DICTIONARY
from outputs.publication.key_points import key_points
from outputs.publication.reference_page import render_reference_page
from outputs.publication.site.log_page import filters, log_steps
from outputs.publication.site.overview import source_table
from outputs.publication.site.pages import PAGES, QUALITY, Page, SiteContent, present, why_awaited, why_missing
from outputs.publication.site.protection import formal_sentence, protection
from outputs.publication.site.quality import linkage, quality_section
from outputs.publication.site.rendering import Frame, NavItem, Script, render, script_of, shipped_script
from outputs.publication.site.sections import Section, section
from outputs.publication.site.views import View
from outputs.publication.site.words import LANGUAGES, Language, Words
from schemas.tables import TABLE_CONTRACTS

_SCRIPT: Final = "log_filter.js"
#: Folder of the libraries that make a chart interactive when its reader asks for that.
_RUNTIME: Final = "runtime"


def write_site(content: SiteContent, folder: Path) -> None:
    """Writes every page into the folder of a release, and the libraries of its charts."""
    for name, text in site_pages(content).items():
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    runtime = folder / _RUNTIME
    runtime.mkdir(exist_ok=True)
    for name, library in runtime_files().items():
        (runtime / name).write_bytes(library)


def site_pages(content: SiteContent) -> dict[str, str]:
    """Gives address within the release -> page; the same content gives the same text."""
    return {
        f"{_folder(language)}{page.file}": _page(Words(language), page, content)
        for language in LANGUAGES
        for page in present(content)
    }


def _folder(language: Language) -> str:
    return "" if language == LANGUAGES[0] else f"{language}/"


def _page(words: Words, page: Page, content: SiteContent) -> str:
    frame = _frame(words, page, content)
    if page.name == "definities":
        return render_definitions_page(frame=frame)
    if page.name == "rekenvoorbeelden":
        return render_reference_page(content.references, frame)
    build = {"index": _index, "bescherming": _protection, "verantwoording": _account, "logboek": _log}
    return build.get(page.name, _tables_page)(frame, page, content)


def _frame(words: Words, page: Page, content: SiteContent) -> Frame:
    there = present(content)
    (other,) = (language for language in LANGUAGES if language != words.language)
    up = "../" if _folder(words.language) else ""
    index = page.name == "index"
    return Frame(
        words,
        words("site.title") if index else words(f"page.{page.name}"),
        tuple(NavItem(words(f"page.{one.name}"), one.file, one is page) for one in there),
        tuple(words(f"page.{one.name}") for one in PAGES if one not in there),
        (other, f"{up}{_folder(other)}{page.file}"),
        up,
        index,
        content.facts,
    )


def _charts_of(words: Words, page: Page, content: SiteContent) -> tuple[Chart, ...]:
    """Gives the charts of a page; not every page has any."""
    if page.name not in CHART_PAGES:
        return ()
    return charts_for(page.name, content.tables, content.facts, words.language)


def _chart_script(charts: Sequence[Chart]) -> Script | None:
    return Script(toggle_script(), script_source()) if any(chart.spec_json for chart in charts) else None


def _tables_page(frame: Frame, page: Page, content: SiteContent) -> str:
    words, facts = frame.words, content.facts
    sections = _sections(words, page.views, content)
    apart = _sections(words, page.apart, content)
    more = linkage(words, facts) if page.name == "koppeling" else ()
    if page.name == "koppeling" and QUALITY in content.tables:
        sections = (quality_section(words, content.tables[QUALITY], facts),)
    contents = [(one.id, one.title) for one in (*sections, *apart)] + [(one.id, one.title) for one in more]
    by_section: dict[str, list[Chart]] = {}
    charts = _charts_of(words, page, content)
    for chart in charts:
        by_section.setdefault(_home(chart, (*sections, *apart)), []).append(chart)
    return render(
        frame,
        "tables.html",
        _chart_script(charts),
        lead=words(f"about_page.{page.name}"),
        sections=sections,
        apart=apart,
        more=more,
        notes=_notes(words, content) if apart else (),
        contents=contents,
        charts=by_section,
        waiting=why_awaited(words, [table for table in page.tables if table in facts.awaited]),
        workbook=workbook_name(facts),
    )


def _sections(words: Words, views: tuple[View, ...], content: SiteContent) -> tuple[Section, ...]:
    return tuple(
        section(words, one, content.tables[one.table], content.facts) for one in views if one.table in content.tables
    )


def _home(chart: Chart, sections: tuple[Section, ...]) -> str:
    """Gives the section that a chart stands in: the first of its table."""
    return next(one.id for one in sections if one.table == chart.table)


def _notes(words: Words, content: SiteContent) -> tuple[tuple[tuple[str, str], list[str]], ...]:
    """Gives why effects are withheld and what to bear in mind beside them; nothing where there is neither."""
    told = (
        ("effect-ontbreekt", "refused", "effect_refusal", content.facts.effect_refusals),
        ("effect-let-op", "caution", "effect_caution", content.facts.effect_cautions),
    )
    return tuple(
        ((place, words(f"effect.{key}")), [words.label(kind, code) for code in codes])
        for place, key, kind, codes in told
        if codes
    )


def _index(frame: Frame, page: Page, content: SiteContent) -> str:
    words, facts = frame.words, content.facts
    points, missing = key_points(words, content.tables, facts), why_missing(words, content)
    charts = _charts_of(words, page, content)
    parts = (
        ("in-het-kort", "index.key", bool(points)),
        ("paginas", "index.pages", True),
        ("ontbreekt", "index.missing", bool(missing)),
        ("begrippen", "index.terms", True),
        ("bronnen", "index.sources", True),
        ("bestanden", "index.files", True),
    )
    return render(
        frame,
        "index.html",
        _chart_script(charts),
        contents=[(place, words(key)) for place, key, shown in parts if shown],
        key_points=points,
        formal=formal_sentence(words, facts),
        charts=charts,
        pages=[one for one in present(content) if one is not page],
        missing=missing,
        source_table=source_table(words, facts),
        tables=[name for name in TABLE_CONTRACTS if name in content.tables],
        workbook=workbook_name(facts),
        dictionary=DICTIONARY,
        catalogue=CATALOGUE,
    )


def _protection(frame: Frame, _page: Page, content: SiteContent) -> str:
    sections = protection(frame.words, content.facts)
    return render(frame, "bescherming.html", sections=sections, contents=[(one.id, one.title) for one in sections])


def _account(frame: Frame, _page: Page, content: SiteContent) -> str:
    words = frame.words
    rules = [(f"regel-{one.number}", f"{one.number}. {words.label('rule', str(one.number))}") for one in content.rules]
    return render(
        frame,
        "verantwoording.html",
        rules=content.rules,
        contents=[*rules, ("stukken", words("account.files"))],
        **_in_dutch(words),
    )


def _in_dutch(words: Words) -> Mapping[str, Any]:
    """What a page says of texts that are Dutch in every language."""
    dutch = words.language == "nl"
    return {"lang": "" if dutch else DUTCH, "note": "" if dutch else words("site.dutch_only")}


def _log(frame: Frame, _page: Page, content: SiteContent) -> str:
    words = frame.words
    steps = log_steps(words, content.entries)
    parts = (("controle", "log.check"), ("regels", "log.rules"), ("stappen", "log.steps"))
    return render(
        frame,
        "logboek.html",
        script_of(shipped_script(_SCRIPT)),
        steps=steps,
        filters=filters(words, steps),
        rules=content.rules,
        contents=[(place, words(key)) for place, key in parts],
        key_sha256=content.key_sha256,
        purpose_sha256=content.entries[0].purpose_sha256,
        **_in_dutch(words),
    )
