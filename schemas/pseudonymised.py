"""What a pseudonymised extract holds: the only form in which records of a source are ever stored.

Pseudonyms are 16 bytes (HMAC-SHA256, cut to 128 bits) under a key of the purpose and scope. Dates are gone:
a record says whether it is active in the period and what it costs in it (euro cents).
"""

from typing import Final

import pyarrow as pa

PSEUDONYM: Final = pa.binary(16)

#: Persons of the frame. ``since_days`` orders the addresses of one person (days since 1970; null = unknown);
#: ``birth_at`` is a pseudonym of birth date and address together. The rest serves rules of household formation and is
#: empty unless the purpose has such a rule: ``age`` (whole years on the reference date, negative when unborn; the table
#: ``pyramid`` needs it too), ``surname_at`` (of surname and dwelling together, so that it tells names apart inside one
#: dwelling only), ``deceased`` and ``secret``; ``moved`` and ``born`` tell what happened within the period.
_FRAME_COLUMNS: Final[dict[str, pa.DataType]] = {
    "person": PSEUDONYM,
    "dwelling": PSEUDONYM,
    "address": PSEUDONYM,
    "address_number": PSEUDONYM,
    "buurt": pa.string(),
    "briefadres": pa.bool_(),
    "institution": pa.bool_(),
    "since_days": pa.int32(),
    "birth_at": PSEUDONYM,
    "age": pa.int16(),
    "surname_at": PSEUDONYM,
    "deceased": pa.bool_(),
    "secret": pa.bool_(),
    "moved": pa.bool_(),
    "born": pa.bool_(),
}
FRAME_SCHEMA: Final = pa.schema(_FRAME_COLUMNS)

#: Institutional addresses, from a list.
_INSTITUTION_COLUMNS: Final[dict[str, pa.DataType]] = {"dwelling": PSEUDONYM, "address": PSEUDONYM}
INSTITUTION_SCHEMA: Final = pa.schema(_INSTITUTION_COLUMNS)

#: Records of a domain. ``record`` is equal for rows that were equal in every field used;
#: ``bare_number`` tells that the address was given without letter or addition; ``kind`` (``schemas.record_kinds``) is
#: empty unless a table of the purpose needs it.
_PROVISION_COLUMNS: Final[dict[str, pa.DataType]] = {
    "domain": pa.string(),
    "record": PSEUDONYM,
    "person": PSEUDONYM,
    "partner": PSEUDONYM,
    "address": PSEUDONYM,
    "address_number": PSEUDONYM,
    "birth_at": PSEUDONYM,
    "bare_number": pa.bool_(),
    "provider": PSEUDONYM,
    "active": pa.bool_(),
    "cost_cent": pa.int64(),
    "kind": pa.string(),
}
PROVISION_SCHEMA: Final = pa.schema(_PROVISION_COLUMNS)
