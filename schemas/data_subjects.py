"""Who a source was about, for the log alone: ids under the log key, which belongs to no purpose.

Kept apart from every other artefact, under the retention term of the log, so that a person can be told in which runs
they were processed (AVG 15) while nothing ties the log to a pseudonymised record.
"""

from typing import Final

import pyarrow as pa

from schemas.pseudonymised import PSEUDONYM

#: One row per person and source, sorted; ``data_subject`` is a pseudonym of the kind ``log_subject``.
_COLUMNS: Final[dict[str, pa.DataType]] = {"data_subject": PSEUDONYM}
DATA_SUBJECT_SCHEMA: Final = pa.schema(_COLUMNS)
