"""Agreement patterns of candidate pairs in DuckDB: the SQL that Narwhals cannot say (bytes of words, bits of rules).

The pairs stay in the engine, which spills to disk; what leaves it are counts per pattern and pairs worth deciding on.
A pattern is one number: the levels of ``COMPARISONS`` in the mixed radix of ``LEVEL_COUNTS``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.agreement_levels import COMPARISONS, LEVEL_COUNTS, Comparison, Condition
from linkage.candidates import LARGEST_BLOCK
from linkage.latent_class_model import PatternCounts
from schemas.errors import RunError

_ONES: Final = "18446744073709551615::UBIGINT"
_LOW_BITS: Final = "9187201950435737471::UBIGINT"
_REGISTER: Final = "probability_register"
_RECORDS: Final = "probability_records"
_PAIRS: Final = "probability_pairs"
_SURE: Final = "probability_sure"
#: Persons of the register that are held against the others: enough to learn from, in the order of a pseudonym.
REGISTER_SAMPLE: Final = 50_000


@dataclass(frozen=True, eq=False)
class PairTable:
    """The candidate pairs of two token tables (person, record, pattern, rules), in a DuckDB connection.

    Attributes:
        connection: where the pairs are.
        persons: number of records in the register.
        records: number of records to be linked.
        sides: what both views read, held so that no memory is freed under them.
    """

    connection: "duckdb.DuckDBPyConnection"
    persons: int
    records: int
    sides: tuple[Any, Any]

    def counts(self) -> PatternCounts:
        """Gives the pairs per pattern, none of them known to be no match."""
        return self._counts(f"SELECT pattern, count(*) AS undecided, 0 AS excluded FROM {_PAIRS}")

    def counts_of_register(self) -> PatternCounts | None:
        """Gives the pairs of persons of the register in one blocking key, all of them known to be no match.

        None where the register holds no blocking keys but those of the records: those were chosen because a record is
        there, so that they do not tell how many persons share a key by chance.
        """
        if not self._is_whole():
            return None
        return self._counts(f"""
            SELECT pattern, 0 AS undecided, count(*) AS excluded FROM (
                SELECT min({pattern_expression()})::UINTEGER AS pattern
                FROM {_REGISTER} AS l JOIN {_REGISTER} AS r ON l.block = r.block AND l.record <> r.record
                WHERE l.record < {REGISTER_SAMPLE} AND l.block NOT IN (
                    SELECT block FROM {_REGISTER} WHERE block IS NOT NULL
                    GROUP BY block HAVING count(*) ** 2 > {LARGEST_BLOCK}
                )
                GROUP BY l.record, r.record
            )
        """)

    def _is_whole(self) -> bool:
        found = self.connection.execute(f"""
            SELECT count(*) FROM {_REGISTER} ANTI JOIN {_RECORDS} USING (block) WHERE block IS NOT NULL
        """).fetchall()
        return bool(found[0][0])

    def counts_beside(self, persons: npt.NDArray[Any], records: npt.NDArray[Any], *, one_to_one: bool) -> PatternCounts:
        """Gives the pairs per pattern; excluded are those whose record (or person) has its sure link with another."""
        sure = pa.table({"person": persons.astype(np.uint32), "record": records.astype(np.uint32)})
        with _registered(self.connection, _SURE, sure):
            person_taken = f"LEFT JOIN {_SURE} AS l ON p.person = l.person" if one_to_one else ""
            elsewhere = " OR l.record <> p.record" if one_to_one else ""
            return self._counts(f"""
                SELECT pattern, count(*) FILTER (NOT taken) AS undecided, count(*) FILTER (taken) AS excluded FROM (
                    SELECT pattern, coalesce(r.person <> p.person{elsewhere}, false) AS taken
                    FROM {_PAIRS} AS p LEFT JOIN {_SURE} AS r ON p.record = r.record {person_taken}
                )
            """)

    def of_patterns(self, patterns: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.int64]]:
        """Gives the pairs of some patterns: person, record, pattern, rules (bits), by person, record."""
        with _registered(self.connection, _SURE, pa.table({"pattern": patterns.astype(np.uint32)})):
            found = self.connection.execute(f"""
                SELECT person, record, pattern, rules
                FROM {_PAIRS} SEMI JOIN {_SURE} USING (pattern) ORDER BY person, record
            """).fetchnumpy()
        return {name: np.asarray(column).astype(np.int64) for name, column in found.items()}

    def records_with_candidates(self) -> int:
        """Gives the number of records that are in a pair at all."""
        (found,) = self.connection.execute(f"SELECT count(DISTINCT record) FROM {_PAIRS}").fetchall()
        return int(found[0])

    def records_left_out(self) -> int:
        """Gives the number of records with a blocking key that made too many pairs, so that it was not used."""
        (found,) = self.connection.execute(f"""
            SELECT count(DISTINCT record) FROM {_RECORDS} WHERE block IN ({_shared_blocks()} > {LARGEST_BLOCK})
        """).fetchall()
        return int(found[0])

    def linked_ids(self, links: pa.Table) -> pa.Table:
        """Gives the ids of numbered links (person, record, probability), in the order of the record's id."""
        with _registered(self.connection, _SURE, links):
            return self.connection.sql(f"""
                SELECT r.id AS record, l.id AS person, s.probability
                FROM {_SURE} AS s
                JOIN {_REGISTER} AS l ON l.record = s.person AND l.id IS NOT NULL
                JOIN {_RECORDS} AS r ON r.record = s.record AND r.id IS NOT NULL
                ORDER BY s.record
            """).to_arrow_table()

    def _counts(self, query: str) -> PatternCounts:
        found = self.connection.execute(f"{query} GROUP BY pattern ORDER BY pattern").fetchnumpy()
        columns = (np.asarray(found[name]) for name in ("pattern", "undecided", "excluded"))
        patterns, undecided, excluded = columns
        return PatternCounts(patterns.astype(np.int64), undecided.astype(float), excluded.astype(float))


@contextmanager
def candidate_pairs(register: Any, records: Any, connection: "duckdb.DuckDBPyConnection") -> Iterator[PairTable]:
    """Makes the candidate pairs of two relations of ``MATCH_TOKEN_SCHEMA``; they are gone at the end.

    Raises:
        RunError: ``match_tokens``: a relation is not one table of tokens (two were put together, or part is missing).
    """
    register.create_view(_REGISTER, replace=True)
    records.create_view(_RECORDS, replace=True)
    try:
        persons, rows = (_numbered_records(connection, name) for name in (_REGISTER, _RECORDS))
        connection.execute(_candidates_statement())
        yield PairTable(connection, persons, rows, (register, records))
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {_PAIRS}")
        connection.execute(f"DROP VIEW IF EXISTS {_REGISTER}")
        connection.execute(f"DROP VIEW IF EXISTS {_RECORDS}")


def _candidates_statement() -> str:
    return f"""
        CREATE OR REPLACE TEMP TABLE {_PAIRS} AS
        SELECT l.record AS person, r.record AS record,
            min({pattern_expression()})::UINTEGER AS pattern, bit_or(1::UTINYINT << r.rule) AS rules
        FROM {_REGISTER} AS l JOIN {_RECORDS} AS r ON l.block = r.block
        WHERE l.block IN ({_shared_blocks()} <= {LARGEST_BLOCK})
        GROUP BY l.record, r.record
    """


def _shared_blocks() -> str:
    """Blocking keys of both sides by the number of pairs that they make, up to the comparison."""
    return f"""
        SELECT block FROM (SELECT block, count(*) AS persons FROM {_REGISTER} GROUP BY block)
        JOIN (SELECT block, count(*) AS records FROM {_RECORDS} GROUP BY block) USING (block)
        WHERE persons * records"""


def pattern_expression() -> str:
    """Gives the pattern of a pair of rows ``l`` (register) and ``r`` (record)."""
    terms, radix = [], 1
    for comparison, count in zip(COMPARISONS, LEVEL_COUNTS, strict=True):
        terms.append(f"{radix} * {level_expression(comparison)}")
        radix *= count
    return " + ".join(terms)


def level_expression(comparison: Comparison) -> str:
    """Gives the number of the level of one comparison of a pair of rows ``l`` and ``r``."""
    cases = []
    for number, level in enumerate(comparison.levels[:-1]):
        choices = [" AND ".join(_said(condition) for condition in conjunction) for conjunction in level.any_of]
        cases.append(f"WHEN {' OR '.join(choices)} THEN {number}")
    return f"(CASE {' '.join(cases)} ELSE {len(comparison.levels) - 1} END)"


def _said(condition: Condition) -> str:
    left, right = condition.left[0], condition.right[0]
    if condition.test == "equal":
        return f"(l.{left} = r.{right} AND l.{left} <> 0)"
    if condition.test == "absent":
        return f"(l.{left} = 0 OR r.{right} = 0)"
    words = zip(condition.left, condition.right, strict=True)
    equal = " + ".join(_equal_bytes(f"l.{one}", f"r.{other}") for one, other in words)
    return f"(l.{left} <> 0 AND r.{right} <> 0 AND {equal} >= {condition.least})"


def _equal_bytes(one: str, other: str) -> str:
    """Number of equal bytes of two words: those of the difference that are zero (Warren, Hacker's Delight, 6-1)."""
    differ = f"xor({one}, {other})"
    carried = f"(({differ} & {_LOW_BITS}) + {_LOW_BITS})"
    return f"bit_count(xor({carried} | {differ} | {_LOW_BITS}, {_ONES}))"


def _numbered_records(connection: "duckdb.DuckDBPyConnection", view: str) -> int:
    query = f"SELECT count(id), count(DISTINCT id), coalesce(max(record) + 1, 0) FROM {view}"
    ((ids, distinct, numbers),) = connection.execute(query).fetchall()
    if not ids == distinct == numbers:
        what = "the match tokens are not one whole table with each person or record once"
        raise RunError("match_tokens", what, "make the tokens of each side in one go")
    return int(ids)


@contextmanager
def _registered(connection: "duckdb.DuckDBPyConnection", name: str, table: pa.Table) -> Iterator[None]:
    connection.register(name, table)
    try:
        yield
    finally:
        connection.unregister(name)
