"""Who was processed when: the persons of each pull, as the log keeps them apart, found again with a BSN and two keys.

Source: AVG 15 (access), AVG 5(1)(b): looking somebody up is itself processed and logged.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pseudonymisation.bsn import read_bsn
from pseudonymisation.data_subjects import DataSubjects
from pseudonymisation.keys import PseudonymKey
from samenloop.executions import Execution, executions
from samenloop.keyring import Keyring
from samenloop.log_book import read_entries, write_entry
from samenloop.signatures import is_signed, public_key_file, raw_public_key
from samenloop.storage import DATA_SUBJECTS, WorkFolder
from schemas.errors import RefusedByPurpose, RunError
from schemas.log_entries import LogEntry

#: Under what a look-up is logged: no purpose file allows it, the law does.
ACCESS: Final = "avg-15-inzage:1"


@dataclass(frozen=True)
class Processed:
    """One source of one execution in which a person was processed.

    Attributes:
        run, purpose, source: which; the purpose with its version.
        purpose_sha256: digest of the purpose as it was signed.
        when: when the source was read.
    """

    run: str
    purpose: str
    purpose_sha256: str
    source: str
    when: datetime


@dataclass(frozen=True)
class Access:
    """The answer to a request for access.

    Attributes:
        processed: in which runs and sources, oldest first.
        searched: pulls whose persons were searched.
        erased: pulls whose persons are past the retention term of the log, so that they can no longer be searched.
    """

    processed: tuple[Processed, ...]
    searched: int
    erased: int


def data_subjects(work: WorkFolder, execution: Execution) -> Iterator[tuple[str, bytes]]:
    """Yields source and id (16 bytes) of every person of an execution, each pair once; none once past their term.

    Raises:
        RunError: ``data_subjects_missing`` or ``data_subjects_differ``: the log tells of persons who are not there.
    """
    erased = erased_sha256(work)
    for entry in execution.pulls:
        ids = _stored(work, entry, erased)
        for one in ids.iterchunks() if ids is not None else ():
            yield from ((entry.subject, subject) for subject in one.to_pylist())


def erased_sha256(work: WorkFolder) -> frozenset[str]:
    """Gives the digests of everything that was erased after its term, as the log tells."""
    erasures = (entry for entry in read_entries(work) if entry.step == "erase")
    return frozenset(sha256 for entry in erasures for sha256 in entry.inputs.values())


def access(work: WorkFolder, keyring: Keyring, bsn: str) -> Access:
    """Tells in which runs, for which purpose and from which source a person was processed, and logs that it was asked.

    Args:
        work: whose log and persons are searched.
        keyring: holds the log key and the key of the FG, who alone may ask.
        bsn: as the person gave it.

    Raises:
        RefusedByPurpose: ``key_missing``, ``weak_key`` or ``fg_key``: the key of the FG is not here, or is another's.
        RunError: ``bsn_invalid``: what was given is no BSN; it is not repeated; errors of ``data_subjects``.
    """
    started = datetime.now(UTC)
    fingerprint = _fg_fingerprint(keyring)
    (read,) = read_bsn(pa.array([bsn.strip()])).digits.to_pylist()
    if read is None:
        raise RunError("bsn_invalid", "what was given is no valid BSN", "give the nine digits on standard input")
    pulls = [entry for execution in executions(work) for entry in execution.pulls]
    try:
        return _searched(work, pulls, keyring.log_subject_key, pa.array([read]))
    finally:
        _note(work, started, len(pulls), fingerprint)


def _searched(work: WorkFolder, pulls: list[LogEntry], key: PseudonymKey, number: "pa.Array[Any]") -> Access:
    gone, found, erased = erased_sha256(work), [], 0
    for entry in pulls:
        ids = _stored(work, entry, gone)
        erased += ids is None
        wanted = DataSubjects(key, entry.run, entry.subject).ids(number)[0]
        if ids is not None and pc.index(ids, wanted).as_py() >= 0:
            found.append(Processed(entry.run, entry.purpose, entry.purpose_sha256, entry.subject, entry.started))
    return Access(tuple(found), len(pulls) - erased, erased)


def _fg_fingerprint(keyring: Keyring) -> str:
    challenge = b"samenloop access request"
    if not is_signed(public_key_file(keyring.signing, "fg"), "fg", challenge, keyring.sign("fg", challenge)):
        raise RefusedByPurpose("fg_key", "the private key of fg is not that of its public key", "use the FG's own key")
    return hashlib.sha256(raw_public_key(keyring.signing, "fg")).hexdigest()[:16]


def _stored(work: WorkFolder, entry: LogEntry, erased: frozenset[str]) -> "pa.ChunkedArray | None":
    """The ids of the persons of a pull; None when the log tells that they were erased."""
    sha256 = entry.outputs.get(DATA_SUBJECTS, "")
    path = work.data_subjects_file(sha256)
    if not path.is_file():
        if sha256 in erased:
            return None
        raise RunError(
            "data_subjects_missing",
            f"{entry.subject}: the persons of run {entry.run} are gone and the log tells of no erasure",
            "restore the folder data_subjects from its backup",
        )
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise RunError(
                "data_subjects_differ", f"{entry.subject}: the persons are not those of the log", "restore the file"
            )
    return pq.read_table(path)["data_subject"]


def _note(work: WorkFolder, started: datetime, searched: int, fingerprint: str) -> None:
    write_entry(
        work,
        LogEntry(
            run=f"inzage-{secrets.token_hex(6)}",
            step="subject",
            started=started,
            ended=datetime.now(UTC),
            purpose=ACCESS,
            purpose_sha256=hashlib.sha256(ACCESS.encode()).hexdigest(),
            counts={"pulls:searched": searched},
            keys=(fingerprint,),
        ),
    )
