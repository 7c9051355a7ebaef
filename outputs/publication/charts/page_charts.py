"""Which charts stand on which page of a publication."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import pandas as pd
from altair.utils.schemapi import debug_mode

from outputs.publication.charts.bars import dimensions, durations, mean_costs, relapses
from outputs.publication.charts.chart import Chart
from outputs.publication.charts.concentration_curve import concentration
from outputs.publication.charts.districts import districts
from outputs.publication.charts.dot_charts import comparisons, effects
from outputs.publication.charts.flows import dimension_flows
from outputs.publication.charts.source import Source
from outputs.publication.charts.upset import combinations
from outputs.publication.charts.wording import Language
from outputs.publication.page_facts import PublicationFacts
from outputs.publication.page_tables import checked

_Builder = Callable[[Source], Iterator[Chart]]

#: Page -> its charts, in the order in which they stand there.
PAGES: Final[Mapping[str, tuple[_Builder, ...]]] = MappingProxyType(
    {
        "index": (combinations, concentration),
        "stapeling": (combinations, dimensions, districts),
        "kosten": (mean_costs,),
        "concentratie": (concentration,),
        "verloop": (dimension_flows, durations, relapses, effects),
        "vergelijking": (comparisons,),
    }
)
#: Tables that any chart reads.
TABLES: Final = (
    "stacking",
    "dimensions",
    "costs",
    "concentration",
    "dimension_transitions",
    "duration",
    "relapse",
    "effects",
    "comparison",
)


def charts_for(
    page: str,
    tables: Mapping[str, pd.DataFrame],
    facts: PublicationFacts,
    language: Language,
    geometry: Mapping[str, Any] | None = None,
) -> tuple[Chart, ...]:
    """Gives the charts of a page; the same tables and facts give the same bytes.

    Args:
        page: name of a page; one that is not among ``PAGES`` has no charts.
        tables: table name -> protected frame; a chart whose table is missing is left out.
        facts: of the release.
        language: of every word in and around the charts.
        geometry: outlines of the wijken as GeoJSON, as ``geometry.read_geometry`` takes them.

    Raises:
        ValueError: a frame breaks the contract of its table or holds another period.
        RunError: ``geometry_invalid``.
    """
    read = {name: checked(name, tables[name], facts.period) for name in TABLES if name in tables}
    source = Source(page, read, facts, language, geometry)
    # Checking every part of every spec takes most of the time of drawing; the tests check them whole.
    with debug_mode(False):
        return tuple(chart for build in PAGES.get(page, ()) for chart in build(source))
