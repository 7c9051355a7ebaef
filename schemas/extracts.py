"""What a canonical delivery file looks like: its columns, and a pandera schema that says which rows are sound.

Every check is named after its quarantine reason (``begin:date``); the ``REASON_ORDER`` decides for a row that
breaks several. A batch is a pandas frame of Arrow strings: cells trimmed, empty cells missing.
Sources: iWmo/iJw 3.2 (inclusive end dates, cents), SuwiML, DDAS 1.0, RMC and BRP extracts in canonical form.
"""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.compute as pc

from schemas.record_kinds import STAGE_OF_STATUS, TRAJECTORY_FORMS, TRAJECTORY_RESULTS, TRAJECTORY_SORTS

TEXT: Final = pd.ArrowDtype(pa.string())

_ADDRESS = ("postcode", "huisnummer", "huisletter", "huisnummertoevoeging")
_SPAN = ("begin", "einde")
_COST = ("bedrag_cent", "bedrag_begin", "bedrag_einde")

#: Every column that a source may have, in the canonical order.
CANONICAL_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "brp": (
        *("bsn", "geslachtsnaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht", *_ADDRESS),
        *("nummeraanduiding_id", "buurtcode", "soort_adres", "datum_aanvang_adres", "institutioneel"),
    ),
    "jeugd": ("bsn", "geboortedatum", *_ADDRESS, "productcategorie", "leveringsvorm", "aanbieder", *_SPAN, *_COST),
    "wmo": ("bsn", "geboortedatum", *_ADDRESS, "productcategorie", "leveringsvorm", "aanbieder", *_SPAN, *_COST),
    "pwet": ("bsn", "bsn_partner", *_ADDRESS, "leefvorm", "regeling", *_SPAN, *_COST),
    "shv": ("bsn", "geboortedatum", *_ADDRESS, "fase", "uitstroom_reden", *_SPAN, *_COST),
    "rmc": ("soort_nummer", "nummer", "soort", "status", *_SPAN),
    "veiligheid": (
        *("geslachtsnaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht", *_ADDRESS),
        *("soort", "datum", "bedrag_cent"),
    ),
    "bezwaar": ("bsn",),
}

#: Columns that a source may have besides, and sources that only some purposes have.
OPTIONAL_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "brp": ("datum_overlijden", "indicatie_geheim"),
    "instellingen": ("nummeraanduiding_id", *_ADDRESS),
    "aanpak": ("bsn", "aanpak", *_SPAN),
    "trajecten": ("bsn", "soort", "vorm", "status", "resultaat", *_SPAN),
}

#: Columns without which a source cannot be linked or counted; a purpose must use them.
REQUIRED_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "brp": ("bsn", *_ADDRESS, "buurtcode", "soort_adres", "datum_aanvang_adres", "institutioneel"),
    "jeugd": ("bsn", *_SPAN),
    "wmo": ("bsn", *_SPAN),
    "pwet": ("bsn", "regeling", *_SPAN),
    "shv": ("bsn", "fase", *_SPAN),
    "rmc": ("soort_nummer", "nummer", "status", *_SPAN),
    "veiligheid": (*_ADDRESS, "datum"),
    "bezwaar": ("bsn",),
    "instellingen": _ADDRESS,
    "aanpak": ("bsn", "aanpak", *_SPAN),
    "trajecten": ("bsn", "soort", "vorm", "status", "resultaat", *_SPAN),
}

#: Columns without which a source cannot be linked by name.
NAME_COLUMNS: Final = ("geslachtsnaam", "voornamen", "geboortedatum")

#: Debt-help phases; the first two come before admission and are no provision yet.
SHV_PHASES: Final = ("aanmelding", "intake", "stabilisatie", "begeleiding", "schuldregeling", "oplossing", "nazorg")
SHV_ADMITTED: Final = SHV_PHASES[2:]

#: Schemes that are a P-wet provision; special assistance (bijzondere bijstand) is not.
PWET_SCHEMES: Final = ("P-wet", "IOAW", "IOAZ", "Bbz")

RMC_WITHDRAWN: Final = "Ingetrokken"
RMC_STATUSES: Final = (
    "Geregistreerd",
    "In behandeling",
    "Afgesloten",
    RMC_WITHDRAWN,
    "Ter kennisgeving aangenomen",
)

Rule = Callable[[Any], "pd.Series[bool]"]


def parse_dates(cells: "pd.Series[Any]") -> "pa.Array[Any]":
    """Gives ISO dates (``date32``) of a text column; null where the cell is empty or is no date of the calendar."""
    text = pa.array(cells, type=pa.string())
    moments = pc.strptime(text, format="%Y-%m-%d", unit="s", error_is_null=True)
    # strptime takes 2018-02-30 for 2 March and 2018-1-5 for 5 January; what does not print as it was read is no date.
    exact = pc.equal(pc.strftime(moments, format="%Y-%m-%d"), text)
    dates: pa.Array[Any] = pc.if_else(exact, moments, pa.scalar(None, moments.type)).cast(pa.date32())
    return dates


def _named(name: str, rule: Rule, *, on_missing: bool = False) -> pandera.Check:
    return pandera.Check(rule, name=name, ignore_na=not on_missing)


def _present(column: str) -> pandera.Check:
    return _named(f"{column}:missing", lambda cells: cells.notna(), on_missing=True)


def _date(column: str) -> pandera.Check:
    return _named(f"{column}:date", lambda cells: pd.Series(parse_dates(cells).is_valid(), index=cells.index))


def _one_of(column: str, values: tuple[str, ...], reason: str = "unknown") -> pandera.Check:
    return _named(f"{column}:{reason}", lambda cells: cells.isin(values))


def _matches(column: str, pattern: str, reason: str) -> pandera.Check:
    return _named(f"{column}:{reason}", lambda cells: cells.str.fullmatch(pattern))


def _span(begin: str, end: str) -> pandera.Check:
    def in_order(frame: pd.DataFrame) -> "pd.Series[bool]":
        ordered = pd.Series(pc.greater_equal(parse_dates(frame[end]), parse_dates(frame[begin])), index=frame.index)
        return ordered.ne(False).astype(bool)

    return _named(f"{end}:before_begin", in_order, on_missing=True)


def _cost_has_period(frame: pd.DataFrame) -> "pd.Series[bool]":
    without = frame["bedrag_cent"].notna() & (frame["bedrag_begin"].isna() | frame["bedrag_einde"].isna())
    return ~without.astype(bool)


#: Column checks, then row checks as (columns needed, check); both in the order of attribution.
_INTEGER = r"-?[0-9]{1,12}"
_COLUMN_CHECKS: Final[dict[str, list[pandera.Check]]] = {
    "begin": [_present("begin"), _date("begin")],
    "einde": [_date("einde")],
    "bedrag_cent": [_matches("bedrag_cent", _INTEGER, "integer")],
    "bedrag_begin": [_date("bedrag_begin")],
    "bedrag_einde": [_date("bedrag_einde")],
    "regeling": [_present("regeling")],
    "fase": [_named("fase:unknown", lambda cells: cells.isin(SHV_PHASES), on_missing=True)],
    "soort_nummer": [_named("soort_nummer:unknown", lambda cells: cells.isin(("BSN", "OWNR")), on_missing=True)],
    "status": [_named("status:unknown", lambda cells: cells.isin(RMC_STATUSES), on_missing=True)],
    "datum": [_present("datum"), _date("datum")],
    "buurtcode": [_matches("buurtcode", r"BU[0-9]{8}", "format")],
    "soort_adres": [_one_of("soort_adres", ("woonadres", "briefadres"))],
    "institutioneel": [_one_of("institutioneel", ("J", "N"))],
    "datum_aanvang_adres": [_date("datum_aanvang_adres")],
    "datum_overlijden": [_date("datum_overlijden")],
    "indicatie_geheim": [_matches("indicatie_geheim", r"[0-7]", "unknown")],
    "aanpak": [_present("aanpak")],
    "vorm": [_named("vorm:unknown", lambda cells: cells.isin(TRAJECTORY_FORMS), on_missing=True)],
    "resultaat": [_one_of("resultaat", TRAJECTORY_RESULTS)],
}
#: Checks of columns whose name means something else in another source.
_OF_SOURCE: Final[dict[str, dict[str, list[pandera.Check]]]] = {
    "trajecten": {
        "soort": [_named("soort:unknown", lambda cells: cells.isin(TRAJECTORY_SORTS), on_missing=True)],
        "status": [_named("status:unknown", lambda cells: cells.isin(tuple(STAGE_OF_STATUS)), on_missing=True)],
    },
}
_ROW_CHECKS: Final[tuple[tuple[tuple[str, ...], pandera.Check], ...]] = (
    (("begin", "einde"), _span("begin", "einde")),
    (_COST, _named("bedrag_period:missing", _cost_has_period, on_missing=True)),
    (_COST, _span("bedrag_begin", "bedrag_einde")),
)

#: The order in which a row that breaks several rules is attributed to one of them.
REASON_ORDER: Final[tuple[str, ...]] = (
    *("begin:missing", "begin:date", "einde:date", "einde:before_begin", "datum:missing", "datum:date"),
    *("bedrag_cent:integer", "bedrag_begin:date", "bedrag_einde:date", "bedrag_period:missing"),
    *("bedrag_einde:before_begin", "regeling:missing", "fase:unknown", "soort_nummer:unknown"),
    *("aanpak:missing", "soort:unknown", "vorm:unknown", "status:unknown", "resultaat:unknown"),
    *("buurtcode:format", "soort_adres:unknown", "institutioneel:unknown", "datum_aanvang_adres:date"),
    *("datum_overlijden:date", "indicatie_geheim:unknown"),
    "address:unusable",
)


def columns_of(source: str) -> tuple[str, ...]:
    """Gives every column that a source may have, in the canonical order; optional ones last."""
    return (*CANONICAL_COLUMNS.get(source, ()), *OPTIONAL_COLUMNS.get(source, ()))


def extract_schema(columns: tuple[str, ...], source: str = "") -> pandera.DataFrameSchema:
    """Gives the pandera schema of a batch that has exactly these columns of one source.

    Validate it lazily: each failure case then carries the row's index and a check named after the quarantine reason.
    Failure cases also carry cell values; whoever catches them keeps index and check and drops the rest.
    """
    of_column = _COLUMN_CHECKS | _OF_SOURCE.get(source, {})
    return pandera.DataFrameSchema(
        {name: pandera.Column(TEXT, checks=of_column.get(name, []), nullable=True) for name in columns},
        checks=[check for needed, check in _ROW_CHECKS if set(needed) <= set(columns)],
        strict=True,
    )
