"""What linkage hands to the outputs: households and what they use, without persons or addresses."""

from typing import Final

import pyarrow as pa

from schemas.pseudonymised import PSEUDONYM

#: One row per private household of the frame. ``household`` is a row number without meaning outside this file.
_HOUSEHOLD_COLUMNS: Final[dict[str, pa.DataType]] = {
    "household": pa.int64(),
    "buurt": pa.string(),
    "persons": pa.int64(),
}
HOUSEHOLD_SCHEMA: Final = pa.schema(_HOUSEHOLD_COLUMNS)

#: One row per household and domain with a linked record.
_USE_COLUMNS: Final[dict[str, pa.DataType]] = {
    "household": pa.int64(),
    "domain": pa.string(),
    "active": pa.bool_(),
    "cost_cent": pa.int64(),
}
USE_SCHEMA: Final = pa.schema(_USE_COLUMNS)

#: One row per household with at least one provider: distinct providers over its active Jeugd and Wmo records.
_PROVIDER_COLUMNS: Final[dict[str, pa.DataType]] = {"household": pa.int64(), "providers": pa.int64()}
PROVIDER_SCHEMA: Final = pa.schema(_PROVIDER_COLUMNS)

#: One row per household, domain and provider with a linked record that names the provider: what the provider received.
_PROVIDER_COST_COLUMNS: Final[dict[str, pa.DataType]] = {
    "household": pa.int64(),
    "domain": pa.string(),
    "provider": PSEUDONYM,
    "cost_cent": pa.int64(),
}
PROVIDER_COST_SCHEMA: Final = pa.schema(_PROVIDER_COST_COLUMNS)

#: Who belongs to which household; kept only where households are followed from period to period.
_MEMBER_COLUMNS: Final[dict[str, pa.DataType]] = {"person": PSEUDONYM, "household": pa.int64()}
MEMBER_SCHEMA: Final = pa.schema(_MEMBER_COLUMNS)

#: What became of a household: ``household`` of this period (null: none), ``former`` of the one before (null: none), and
#: ``fate``: continued, new, unknown, absorbed, ended or former_unknown.
_FOLLOWED_COLUMNS: Final[dict[str, pa.DataType]] = {
    "household": pa.int64(),
    "former": pa.int64(),
    "fate": pa.string(),
}
FOLLOWED_SCHEMA: Final = pa.schema(_FOLLOWED_COLUMNS)

#: Rows per source, link method and reason.
_LINK_COUNT_COLUMNS: Final[dict[str, pa.DataType]] = {
    "source": pa.string(),
    "method": pa.string(),
    "reason": pa.string(),
    "rows": pa.int64(),
}
LINK_COUNT_SCHEMA: Final = pa.schema(_LINK_COUNT_COLUMNS)

#: How a record can find its household, in the order in which it is tried; else it is ``unmatched`` or ``excluded``.
LINKING_METHODS: Final = ("bsn", "address", "birth_date_address", "probability")
