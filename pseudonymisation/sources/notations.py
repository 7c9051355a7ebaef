"""Notations of somebody's source, as canonical text: dates, amounts and typed values.

What is in the notation that the purpose names is rewritten; anything else is passed on so that the schema quarantines
it. A date of another notation must not pass for one: it is passed on with a question mark before it.
"""

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from schemas.source_formats import AmountNotation, DateNotation, TabularFormat

AMOUNT_COLUMN: Final = "bedrag_cent"
DATE_COLUMNS: Final = frozenset(
    {
        *("begin", "einde", "bedrag_begin", "bedrag_einde", "geboortedatum", "datum"),
        *("datum_aanvang_adres", "datum_overlijden"),
    }
)

_TEXT: Final = pa.string()
_NOTHING: Final = pa.scalar(None, _TEXT)
#: Per notation the date and the ISO date that it stands for.
_DATES: Final[dict[DateNotation, tuple[str, str]]] = {
    "compact": (r"^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3"),
    "dutch": (r"^([0-9]{2})-([0-9]{2})-([0-9]{4})$", r"\3-\2-\1"),
}
_SOME_DATE: Final = r"^([0-9]{4}-?[0-9]{2}-?[0-9]{2}|[0-9]{2}-[0-9]{2}-[0-9]{4})$"
#: Per notation the amounts that it can mean. Dots group thousands only where decimals follow: 1.234 by itself could be
#: either, and what has three decimals is none.
_EUROS: Final[dict[AmountNotation, str]] = {
    "euros": r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$",
    "euros_comma": r"^-?([0-9]{1,3}(\.[0-9]{3}){1,4},[0-9]{1,2}|[0-9]{1,13}(,[0-9]{1,2})?)$",
}
#: Euros and point to cents: the decimals to two, and then the point away.
_TO_CENTS: Final = ((r"^([^.]*)$", r"\1.00"), (r"\.([0-9])$", r".\10"), (r"\.", ""))


class WrongTypeError(TypeError):
    """A column is of a type that this is not read from; its text is the type, never a value."""


def canonical(column: str, cells: "pa.Array[Any]", form: TabularFormat) -> "pa.Array[Any]":
    """Gives canonical text cells of one received column of any type: trimmed, null where empty.

    A cell that the format lists under ``values`` becomes what is listed, whatever notation it is in.

    Raises:
        WrongTypeError: the column is a float, nested, binary, or a moment that is not midnight.
    """
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    text = _plain(cells)
    typed = not _is_text(cells.type)
    read = text
    if column in DATE_COLUMNS and not pa.types.is_temporal(cells.type):
        read = _dates(text, form.dates)
    elif column == AMOUNT_COLUMN:
        read = _amounts(text, "euros" if typed and form.amounts == "euros_comma" else form.amounts)
    listed = form.values.get(column)
    return pc.coalesce(_listed(text, listed), read) if listed else read


def _plain(cells: "pa.Array[Any]") -> "pa.Array[Any]":
    kind = cells.type
    try:
        if _is_text(kind):
            cells.validate(full=True)
            text = pc.utf8_trim_whitespace(cells.cast(_TEXT))
            return pc.if_else(pc.equal(text, ""), _NOTHING, text)
        if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind):
            return cells.cast(_TEXT)
        if pa.types.is_decimal(kind):
            return _decimals(cells)
        if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
            return _days(cells).cast(_TEXT)
    except pa.ArrowException:
        raise WrongTypeError(f"{kind}, with a value that is out of its range") from None
    raise WrongTypeError(str(kind) if not pa.types.is_nested(kind) else "nested")


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _days(cells: "pa.Array[Any]") -> "pa.Array[Any]":
    kind = cells.type
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        raise WrongTypeError("moment of a time zone")
    days = cells.cast(pa.date32(), safe=False)
    if pa.types.is_timestamp(kind) and pc.any(pc.not_equal(days.cast(kind), cells)).as_py():
        raise WrongTypeError("moment that is not midnight")
    return days


def _decimals(cells: "pa.Array[Any]") -> "pa.Array[Any]":
    """Gives 1234 or 1234.56; what needs more than two decimals keeps them all, and is no amount."""
    exact = pc.equal(pc.round(cells, 2), cells) if cells.type.scale > 2 else pc.is_valid(cells)
    in_cents = pc.if_else(exact, cells, pa.scalar(None, cells.type)).cast(pa.decimal256(76, 2))
    text = pc.coalesce(in_cents.cast(_TEXT), cells.cast(_TEXT))
    return pc.replace_substring_regex(text, r"\.00$", "")


def _dates(text: "pa.Array[Any]", notation: DateNotation) -> "pa.Array[Any]":
    if notation == "iso":
        return text
    pattern, iso = _DATES[notation]
    other = pc.if_else(pc.match_substring_regex(text, _SOME_DATE), pc.binary_join_element_wise("?", text, ""), text)
    return pc.if_else(pc.match_substring_regex(text, pattern), pc.replace_substring_regex(text, pattern, iso), other)


def _amounts(text: "pa.Array[Any]", notation: AmountNotation) -> "pa.Array[Any]":
    if notation == "cents":
        return text
    # Suites write the sign behind the amount.
    signed = pc.replace_substring_regex(text, r"^([0-9.,]+)-$", r"-\1")
    sound = pc.match_substring_regex(signed, _EUROS[notation])
    euros = pc.if_else(sound, signed, _NOTHING)
    if notation == "euros_comma":
        euros = pc.replace_substring(pc.replace_substring(euros, ".", ""), ",", ".")
    for pattern, replacement in _TO_CENTS:
        euros = pc.replace_substring_regex(euros, pattern, replacement)
    return pc.coalesce(euros.cast(pa.int64()).cast(_TEXT), text)


def _listed(text: "pa.Array[Any]", values: dict[str, str]) -> "pa.Array[Any]":
    place = pc.index_in(text, value_set=pa.array(values, _TEXT), skip_nulls=True)
    return pa.array(values.values(), _TEXT).take(place)
