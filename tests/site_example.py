"""A small release as the pages of a publication are given it, with every table and with hidden figures."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pandas as pd
from site_further_tables import further_tables

from outputs.comparison.household_checks import worked_rows
from outputs.publication.page_facts import PublicationFacts, SourceFacts
from outputs.publication.site.pages import ProtocolRule, RuleCheck, SiteContent
from outputs.returns.reference_check import reference_rows
from schemas.disclosure_policy import DisclosurePolicy
from schemas.domains import COMBINATIONS, DIMENSIONS
from schemas.log_entries import LogEntry
from schemas.tables import typed

PERIOD = "2018H1"
GEMEENTE = "GM0637"
REGIONS = {
    GEMEENTE: 53_420,
    "WK063701": 31_015,
    "WK063702": 22_405,
    "BU06370101": 14_200,
    "BU06370102": 16_815,
    "BU06370201": 22_405,
}
SHARES = (0.861, 0.041, 0.034, 0.038, 0.007, 0.006, 0.009, 0.004)
COST_DOMAINS = ("Jeugd", "P-wet", "Wmo", "SHV", "totaal")


def frame(name: str, rows: Iterable[dict[str, object]]) -> pd.DataFrame:
    return typed(name, pd.DataFrame(list(rows)))


def classes(column: str, names: tuple[str, ...], shares: tuple[float, ...], hidden: int) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for region, total in REGIONS.items():
        for name, share in zip((*names, "totaal"), (*shares, 1.0), strict=True):
            count = int(total * share) // 5 * 5
            row: dict[str, object] = {"period": PERIOD, "region": region, column: name}
            if count < hidden:
                rows.append({**row, "households": None, "per_1000": None, "status": "C"})
            else:
                rows.append({**row, "households": count, "per_1000": round(1000 * count / total), "status": "A"})
    return frame("dimensions" if column == "dimensions" else "stacking", rows)


def costs() -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for place, name in enumerate((*COMBINATIONS, "totaal")):
        for other, domain in enumerate(COST_DOMAINS):
            if domain in COMBINATIONS[1:4] and domain not in name and name != "totaal":
                continue
            households = 2_000 - 200 * place
            mean = 1_234 + 2_345 * place + 111 * other
            hidden = name == "Jeugd+Wmo" and domain in ("Wmo", "SHV")
            rows.append(
                {
                    "period": PERIOD,
                    "region": GEMEENTE,
                    "combination": name,
                    "domain": domain,
                    "households": None if hidden else households,
                    "cost_eur": None if hidden else mean * households // 1000 * 1000,
                    "mean_cost_eur": None if hidden else mean,
                    "status": "C" if hidden else "A",
                }
            )
    return frame("costs", rows)


def concentration() -> pd.DataFrame:
    shares = {"huishoudens": (31, 43, 62, 68, 86, 98), "clienthuishoudens": (9, 15, 24, 28, 43, 62)}
    sizes = {"huishoudens": 53_420, "clienthuishoudens": 7_425}
    return frame(
        "concentration",
        (
            {
                "period": PERIOD,
                "region": GEMEENTE,
                "denominator": denominator,
                "top_pct": top,
                "households": sizes[denominator] * top // 500 * 5,
                "cost_share_pct": share,
                "status": "A",
            }
            for denominator, values in shares.items()
            for top, share in zip((1, 2, 4, 5, 10, 20), values, strict=True)
        ),
    )


def quality() -> pd.DataFrame:
    counts = {"jeugd": (4_812, 97, 143, 12), "pwet": (3_944, 12, 61, 5), "wmo": (6_120, 204, 310, 95)}
    methods = ("bsn", "address", "unmatched", "excluded")
    return frame(
        "quality",
        (
            {"period": PERIOD, "source": source, "method": method, "rows": rows, "share_pct": 100 * rows / sum(values)}
            for source, values in counts.items()
            for method, rows in zip(methods, values, strict=True)
        ),
    )


def example_tables() -> dict[str, pd.DataFrame]:
    use = (("Jeugd", 3_420, 830, 24), ("P-wet", 2_915, 915, 31), ("Wmo", 3_090, 960, 31), ("RMC", 415, 0, None))
    return {
        "stacking": classes("combination", COMBINATIONS, SHARES, hidden=120),
        "dimensions": classes("dimensions", DIMENSIONS, (0.86, 0.1, 0.03, 0.01), hidden=0),
        "use": frame(
            "use",
            (
                {
                    "period": PERIOD,
                    "region": GEMEENTE,
                    "law": law,
                    "households": count,
                    "multiple_households": multiple,
                    "multiple_pct": pct,
                    "status": "A",
                }
                for law, count, multiple, pct in use
            ),
        ),
        "costs": costs(),
        "concentration": concentration(),
        "providers": frame(
            "providers",
            (
                {"period": PERIOD, "region": GEMEENTE, "providers": name, "households": count, "status": status}
                for name, count, status in (("10+", None, "C"), ("2", 610, "A"), ("0", 47_100, "A"), ("1", 5_305, "A"))
            ),
        ),
        "quality": quality(),
    }


def example_facts() -> PublicationFacts:
    names = {"brp": "BRP (kader)", "jeugd": "Jeugd", "pwet": "P-wet", "wmo": "Wmo"}
    laws = {"brp": "Wet BRP", "jeugd": "Jeugdwet", "pwet": "Participatiewet", "wmo": "Wmo 2015"}
    return PublicationFacts(
        release="2018H1-0001",
        purpose_id="stapeling",
        purpose_version=1,
        purpose_text="Inzicht in huishoudens die tegelijk gebruikmaken van Jeugd, P-wet en Wmo.",
        controller_name="Gemeente Voorbeeld",
        gemeentecode=GEMEENTE,
        fg_contact="fg@voorbeeld.nl",
        period=PERIOD,
        reference_date=date(2018, 7, 1),
        sources=tuple(
            SourceFacts(source, name, laws[source], "artikel 7.4.1", 12_345, 11_000, 45, 300, 1_000)
            for source, name in names.items()
        ),
        policy=DisclosurePolicy(threshold=10, dominance_pct=50, cost_rounding_eur=1000),
        errors={"stacking": (15, 5)},
        values_hidden={"costs": 7},
        attacked=120,
        hidden_cells={"stacking": (12, 108), "costs": (2, 37)},
        synthetic=True,
    )


def every_table() -> dict[str, pd.DataFrame]:
    """Every published table."""
    return example_tables() | further_tables()


def example_entries() -> list[LogEntry]:
    """A run from open to protect, with counts that stay inside."""
    steps = [
        ("open", "", {"files:named": 8}, {}),
        ("pull", "brp", {"received": 12_345, "used": 11_000}, {"received": ("bsn", "buurtcode"), "used": ("bsn",)}),
        ("pull", "wmo", {"received": 45, "quarantined:begin:date": 1}, {"dropped": ("geboortedatum",)}),
        ("link", "", {"households": 53_421, "wmo:unmatched:not_in_frame": 30}, {}),
        ("protect", "", {"stacking:cells": 108, "stacking:hidden": 12, "costs:primary": 4_711}, {}),
    ]
    return [
        LogEntry(
            run="2018h1-0001",
            step=step,
            subject=subject,
            started=datetime(2018, 8, 1, 12, place, tzinfo=UTC),
            ended=datetime(2018, 8, 1, 12, place, 30, tzinfo=UTC),
            purpose="stapeling:1",
            purpose_sha256="ab" * 32,
            counts=counts,
            columns=columns,
            keys=("2696c23f352e6f6e",) if step == "pull" else (),
        )
        for place, (step, subject, counts, columns) in enumerate(steps)
    ]


def example_content(**changes: object) -> SiteContent:
    """Everything the pages are made of."""
    rules = tuple(
        ProtocolRule(
            number,
            "voldaan" if number != 6 else "niet aangetoond",
            (("Beheer", f"zegt {number}"),),
            (("Begin", f"toont {number}"),),
            (RuleCheck(f"Bewering {number}", "voldaan" if number != 6 else "niet aangetoond", f"bewijs {number}"),),
        )
        for number in range(1, 9)
    )
    given = {
        "tables": every_table(),
        "facts": example_facts(),
        "entries": example_entries(),
        "rules": rules,
        "references": tuple(reference_rows(worked_rows())),
        "key_sha256": "cd" * 32,
    }
    return SiteContent(**(given | changes))


def tree(text: str) -> ElementTree.Element:
    """The page as XML, which it is too; scripts may hold what XML would not have, and are left out."""
    return ElementTree.fromstring(re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL))  # noqa: S314


def words(element: ElementTree.Element) -> str:
    """The text of an element with single spaces."""
    return " ".join("".join(element.itertext()).split())


def body_row(text: str, table: str, label: str) -> list[str]:
    """The cells of the row of a table that has this label."""
    found = tree(text).find(f".//table[@id='{table}']")
    assert found is not None
    rows = {words(row[0]): [words(item) for item in row[1:]] for row in found.findall("tbody/tr")}
    return rows[label]
