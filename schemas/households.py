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

#: So far back the past of a household is kept, this half-year included.
PAST_HALF_YEARS: Final = 12

#: The past of a household, and of a former one that no household continues. ``household`` of this half-year (null:
#: none); ``buurt`` of the household, or of the former one; ``fate`` as above, or ``first`` for all when there is
#: nothing to follow from; ``before``: bit i = the i-th of ``DIMENSION_DOMAINS`` was in use in the half-year before
#: (null unless it continues or is left); ``known``: half-years without a gap over which it was followed, this one
#: included, at most ``PAST_HALF_YEARS``; ``used``: bit i = any of those domains was in use i half-years ago (0 = now).
#: Of a former household ``known`` and ``used`` are those of the half-year before.
_PAST_COLUMNS: Final[dict[str, pa.DataType]] = {
    "household": pa.int64(),
    "buurt": pa.string(),
    "fate": pa.string(),
    "before": pa.int16(),
    "known": pa.int16(),
    "used": pa.int32(),
}
PAST_SCHEMA: Final = pa.schema(_PAST_COLUMNS)

#: What else is known of a household, each once: the kinds of its active records (``domain`` as in these: ``Jeugd``,
#: ``aanpak``), and ``minor`` of domain ``brp``. The names of kinds are in ``schemas.record_kinds``.
_TRAIT_COLUMNS: Final[dict[str, pa.DataType]] = {
    "household": pa.int64(),
    "domain": pa.string(),
    "kind": pa.string(),
}
TRAIT_SCHEMA: Final = pa.schema(_TRAIT_COLUMNS)

#: What an effect is measured on: a household that continues a former one, ``before`` and now (``after``). ``household``
#: of this half-year; ``treated``: in the approach now; ``treated_before``: in it then (null: not known); ``buurt`` and
#: ``persons`` of the former household; ``domains``: how many of ``DIMENSION_DOMAINS`` it used; ``cost``: of all its
#: domains, credits included; ``earlier``: one half-year before ``before`` (null where it was not followed so far).
_OBSERVED_COLUMNS: Final[dict[str, pa.DataType]] = {
    "household": pa.int64(),
    "treated": pa.bool_(),
    "treated_before": pa.bool_(),
    "buurt": pa.string(),
    "persons": pa.int64(),
    "domains_before": pa.int64(),
    "domains_after": pa.int64(),
    "cost_before_cent": pa.int64(),
    "cost_after_cent": pa.int64(),
    "domains_earlier": pa.int64(),
    "cost_earlier_cent": pa.int64(),
}
OBSERVED_SCHEMA: Final = pa.schema(_OBSERVED_COLUMNS)

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
