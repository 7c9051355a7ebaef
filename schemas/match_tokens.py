"""Match tokens: what two registers show each other of a person so that records without BSN can be linked.

One row per record and blocking key, as in a blocking index. Every token is salted with its row's blocking key, so a
token says only whether two records that already agree on that key agree on an attribute too: there is no column in
which the frequency of a surname, a given name, a birth year or a sex could be counted over the file.
All integers; 0 = the attribute is missing.
Source: Christen, Ranbaduge, Schnell, Linking Sensitive Data (2020); Broder (1997) for MinHash.
"""

from typing import Final

import pyarrow as pa

#: The blocking rules in order; ``rule`` is the place in this tuple.
RULES: Final = (
    "birth_date_and_initial",
    "birth_date_and_surname",
    "address_and_birth_year",
    "surname_initial_and_year",
    "surname_initial_and_day_month",
)

#: Slots of a name sketch; eight to a word of 64 bits.
SKETCH_SLOTS: Final = 16

_EXACT, _SHORT, _BYTE, _WORD = pa.uint32(), pa.uint16(), pa.uint8(), pa.uint64()

#: Salted tokens by attribute, in the order of the schema.
TOKEN_TYPES: Final[dict[str, pa.DataType]] = {
    "given": _EXACT,
    "given_formal": _SHORT,
    "given_second": _SHORT,
    "given_start": _SHORT,
    "initial": _BYTE,
    "initials": _SHORT,
    "surname": _EXACT,
    "surname_other": _EXACT,
    "both_names": _EXACT,
    "surname_sound": _SHORT,
    "surname_other_sound": _SHORT,
    "year": _SHORT,
    "month": _SHORT,
    "day": _SHORT,
    "sex": _BYTE,
    "address": _EXACT,
    "address_number": _EXACT,
    "postcode": _SHORT,
    "postcode_area": _SHORT,
    "house_number": _SHORT,
}

#: Salted sketches: bytes of a word are tokens of their own, compared by how many are equal.
SKETCH_COLUMNS: Final = ("given_sketch_1", "given_sketch_2", "surname_sketch_1", "surname_sketch_2", "postcode_sketch")

#: Tokens of values that are common, a column for each limit; under it a token that is nobody else's. So two records
#: show how common their name is only to each other, and only when it is the same name.
COMMON_COLUMNS: Final = tuple(f"{name}_common_{place}" for name in ("given", "surname") for place in (1, 2, 3))

#: Shares of the file from which a value is common.
COMMON_LIMITS: Final = (0.00002, 0.0003, 0.003)

#: ``record``: number of the record in the table, in the order of ``id``. ``id``: pseudonym of the person (frame) or of
#: the record (source), on the first row of a record only. ``block``: the blocking key; null on a record without any.
#: ``rule``: which rule made it. ``month`` and ``day`` share their tokens, so that a swap can be seen; ``own`` and
#: ``other`` parts of a surname do too. ``both_names``: the given name and the surname in either order.
MATCH_TOKEN_SCHEMA: Final = pa.schema(
    {
        "record": pa.uint32(),
        "id": pa.binary(16),
        "block": _WORD,
        "rule": _BYTE,
        **TOKEN_TYPES,
        **dict.fromkeys(SKETCH_COLUMNS, _WORD),
        **dict.fromkeys(COMMON_COLUMNS, _SHORT),
    }
)
