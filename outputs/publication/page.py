"""The page of a publication: plain Dutch HTML that opens from its folder, without script and without any request.

Everything shown comes from protected tables and from the facts given; nothing is read from disk but the templates.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from outputs.publication import number_format, texts
from outputs.publication.key_points import key_points
from outputs.publication.page_facts import PublicationFacts, SourceFacts
from outputs.publication.page_sections import sections
from outputs.publication.page_tables import ABSENT, Cell, PageTable, Row, checked
from schemas.domains import DOMAIN_NAMES

__all__ = ["PublicationFacts", "SourceFacts", "render_index"]

_STYLE_FILE: Final = "page.css"


def render_index(tables: Mapping[str, pd.DataFrame], facts: PublicationFacts) -> str:
    """Gives ``index.html`` of a publication as text; the same tables and facts give the same text.

    Args:
        tables: table name -> protected frame with the columns of that table; only those present are shown.
        facts: what the page states beside the tables.

    Raises:
        ValueError: a frame breaks the contract of its table, or holds rows of another period.
    """
    tables = {name: checked(name, frame, facts.period) for name, frame in tables.items()}
    environment = _environment()
    # The policy of the page names the hash of its one style sheet: no other style, and no script, can take effect.
    style = environment.get_template(_STYLE_FILE).render()
    return environment.get_template("page.html").render(
        facts=facts,
        style_hash=_content_hash(style),
        key_points=key_points(tables, facts),
        sections=sections(tables, facts.gemeentecode),
        source_table=_source_table(facts),
        hidden_table=_hidden_table(facts),
        sensitive=[texts.DOMAIN_LABELS.get(DOMAIN_NAMES[one], one) for one in facts.policy.sensitive_sources],
        methods=_methods(tables),
        titles=texts.TABLE_TITLES,
        by_name_table=_by_name_table(facts),
        drift_table=_drift_table(facts),
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("outputs.publication"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        half_year=number_format.half_year, long_date=number_format.long_date, whole=number_format.whole
    )
    return environment


def _content_hash(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _source_table(facts: PublicationFacts) -> PageTable:
    headings = ("Bron", "Wet", "Artikel", "Ontvangen", "Gebruikt", "Onleesbaar", "Bezwaar", "Buiten de telling")
    return PageTable(
        "tabel-bronnen",
        "Bronnen, hun wettelijke grondslag en het aantal rijen",
        headings,
        tuple(
            Row(
                source.domain_name,
                (
                    Cell(source.law, prose=True),
                    Cell(source.article, prose=True),
                    Cell(number_format.whole(source.rows_received)),
                    Cell(number_format.whole(source.rows_used)),
                    Cell(number_format.whole(source.rows_quarantined)),
                    Cell(number_format.whole(source.rows_objected)),
                    Cell(number_format.whole(source.rows_excluded)),
                ),
            )
            for source in facts.sources
        ),
    )


def _hidden_table(facts: PublicationFacts) -> PageTable:
    return PageTable(
        "tabel-afgeschermd",
        "Per tabel, wijken en buurten meegeteld: wat is afgeschermd, en hoe ver aantallen huishoudens ernaast liggen",
        ("Tabel", "Cijfers", "Waarvan afgeschermd", "Afwijking hoogstens", "Gemiddeld hoogstens"),
        tuple(
            Row(
                texts.TABLE_TITLES.get(name, name),
                (Cell(number_format.whole(total)), Cell(number_format.whole(hidden)), *_error_cells(facts, name)),
            )
            for name, (hidden, total) in facts.hidden_cells.items()
        ),
    )


def _error_cells(facts: PublicationFacts, name: str) -> tuple[Cell, Cell]:
    if name not in facts.errors:
        return ABSENT, ABSENT
    largest, typical = facts.errors[name]
    return Cell(number_format.whole(largest)), Cell(number_format.whole(typical))


def _by_name_table(facts: PublicationFacts) -> PageTable:
    return PageTable(
        "tabel-naam",
        "Gekoppeld op naam, geboortedatum en adres; aantallen rijen in tientallen",
        ("Bron", "Gekoppeld", "Te onzeker", "Verwacht juist", "Verwacht gevonden"),
        tuple(
            Row(one.domain_name, tuple(Cell(text) for text in (one.linked, one.unsure, one.precision, one.recall)))
            for one in facts.linkage.by_name
        ),
    )


def _drift_table(facts: PublicationFacts) -> PageTable:
    return PageTable(
        "tabel-verschil",
        "Verschil in het aandeel gekoppelde rijen met de vorige verwerking, in procentpunten",
        ("Bron", "Verschil"),
        tuple(Row(name, (Cell(points),)) for name, points in facts.linkage.drift),
    )


def _methods(tables: Mapping[str, pd.DataFrame]) -> tuple[tuple[str, str], ...]:
    if "quality" not in tables:
        return ()
    used = set(tables["quality"]["method"])
    return tuple((texts.METHOD_LABELS[name], text) for name, text in texts.METHOD_MEANINGS.items() if name in used)
