"""From sound rows of the BRP extract to the pseudonymised frame."""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.keyed_hash import pseudonyms
from pseudonymisation.keys import KeySet
from pseudonymisation.provision_rows import PseudonymisedRows
from pseudonymisation.records import RawBatch
from schemas.extracts import parse_dates
from schemas.period import HalfYear
from schemas.pseudonymised import FRAME_SCHEMA


def frame_batch(batch: RawBatch, keys: KeySet, _period: HalfYear) -> PseudonymisedRows:
    """Gives ``FRAME_SCHEMA`` rows: persons at dwellings in a buurt on the reference date."""
    since = batch.column("datum_aanvang_adres")
    columns = {
        "person": pseudonyms(batch.bsn, keys["person"]),
        "dwelling": pseudonyms(batch.dwelling, keys["dwelling"]),
        "address": pseudonyms(batch.address.full, keys["address"]),
        "address_number": pseudonyms(batch.address.number, keys["address_number"]),
        "buurt": batch.column("buurtcode"),
        "briefadres": pc.fill_null(pc.equal(batch.column("soort_adres"), "briefadres"), False),
        "institution": pc.fill_null(pc.equal(batch.column("institutioneel"), "J"), False),
        "since_days": parse_dates(since.to_pandas()).cast(pa.int32()),
    }
    return PseudonymisedRows(pa.RecordBatch.from_pydict(columns, schema=FRAME_SCHEMA), Counter())
