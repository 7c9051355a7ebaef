"""Reading an address: postcode, house number and suffix in one normal form, so that spellings do not split a household.

Source: the address elements of iWmo/iJw 3.2, SuwiML and DDAS; the Dutch postcode has four digits and two letters.
"""

from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

ADDRESS_COLUMNS: Final = ("postcode", "huisnummer", "huisletter", "huisnummertoevoeging")

_POSTCODE: Final = r"^[1-9][0-9]{3}[A-Z]{2}$"
_NUMBER_AND_REST: Final = r"(?s)^0*(?P<number>[1-9][0-9]{0,4})(?P<rest>(?:[^0-9].*)?)$"


@dataclass(frozen=True, eq=False, repr=False)
class AddressColumn:
    """Addresses as read; null where postcode or number cannot be read.

    Attributes:
        full: ``postcode|number|suffix``.
        number: ``postcode|number``.
        bare: true where the address has no suffix.
    """

    full: "pa.Array[Any]"
    number: "pa.Array[Any]"
    bare: "pa.Array[Any]"


def read_address(cells: "dict[str, pa.Array[Any]]") -> AddressColumn:
    """Reads the four address columns (``ADDRESS_COLUMNS``) of a batch."""
    postcode = pc.utf8_upper(pc.replace_substring_regex(cells["postcode"], r"\s", ""))
    postcode = pc.if_else(pc.match_substring_regex(postcode, _POSTCODE), postcode, _null())
    split = _split_number(cells["huisnummer"])
    suffix = _alphanumeric(split["rest"], cells["huisletter"], cells["huisnummertoevoeging"])
    number = pc.binary_join_element_wise(postcode, split["number"], "|")
    return AddressColumn(
        full=pc.binary_join_element_wise(number, suffix, "|"),
        number=number,
        bare=pc.equal(suffix, ""),
    )


def _split_number(cells: "pa.Array[Any]") -> "dict[str, pa.Array[Any]]":
    parts = pc.extract_regex(pc.utf8_trim_whitespace(cells), _NUMBER_AND_REST)
    return {name: pc.if_else(parts.is_valid(), pc.struct_field(parts, name), _null()) for name in ("number", "rest")}


def _alphanumeric(*columns: "pa.Array[Any]") -> "pa.Array[Any]":
    joined = pc.binary_join_element_wise(*columns, "", null_handling="replace", null_replacement="")
    return pc.utf8_upper(pc.replace_substring_regex(joined, r"[^0-9A-Za-z]", ""))


def _null() -> "pa.Scalar[Any]":
    return pa.scalar(None, pa.string())
