"""The processing log of a work folder, opened with the log key and the FG's witness key of the keyring in use.

A log has an id of its own, made with its folder and part of its origin, so that the witness of one keyring can follow
the logs of several work folders without taking one for a fork of another.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from outputs.log.checkpoint import parse_checkpoint
from outputs.log.note import LOG, WITNESS, Cosigner, LogSigner, NoteInvalid, NoteKey
from outputs.log.processing_log import ProcessingLog
from outputs.log.verify import verify_log, verify_slice
from outputs.log.witness import Witness
from samenloop.keyring import open_keyring
from samenloop.settings import Settings
from samenloop.signatures import Role, public_key_file, raw_public_key
from samenloop.storage import WorkFolder, write_whole
from schemas.errors import VerificationFailed
from schemas.log_entries import LogEntry

#: What the auditor finds in a release: the public keys of log and witness, covered by the FG's signature.
KEY_FILES: Final[Mapping[str, str]] = {"log": "log.vkey", "witness": "witness.vkey"}

_ROLES: Final[tuple[Role, ...]] = ("log", "witness")


def open_log(work: WorkFolder) -> ProcessingLog:
    """Opens the log of a work folder for reading and writing.

    Raises:
        RefusedByPurpose: the keyring or its keys are not in order.
    """
    keyring = open_keyring(Settings().home)
    for role in _ROLES:
        if not public_key_file(keyring.signing, role).exists():
            with suppress(FileExistsError):  # another task was first
                keyring.make_signing_key(role)
    origin = _origin(work)
    signer = LogSigner(keyring.signing_key("log"))
    state = keyring.home / "witness" / origin.replace("/", "-")
    state.parent.mkdir(mode=0o700, exist_ok=True)
    cosigner = Cosigner(_witness_name(origin), keyring.signing_key("witness"))
    return ProcessingLog(work.log, origin, signer, Witness(cosigner, signer.key(origin), state))


def write_entry(work: WorkFolder, entry: LogEntry) -> None:
    """Writes one entry and returns only when it is on disk, signed and witnessed."""
    with open_log(work).transaction() as log:
        log.append(entry)


def read_entries(work: WorkFolder, run: str | None = None) -> Iterator[LogEntry]:
    """Yields the committed entries in order, of one run when named."""
    return open_log(work).entries(run)


def _origin(work: WorkFolder) -> str:
    path = work.path / "log-id"
    if not path.exists():
        write_whole(path, secrets.token_hex(8).encode())
    return f"samenloop/{path.read_text()}"


def _witness_name(origin: str) -> str:
    return f"{origin}/fg"


def note_keys(origin: str, public_keys: Path) -> tuple[NoteKey, NoteKey]:
    """Gives the keys of log and witness from ``log.pub`` and ``witness.pub`` in a folder."""
    log, witness = (Ed25519PublicKey.from_public_bytes(raw_public_key(public_keys, role)) for role in _ROLES)
    return NoteKey(origin, log, LOG), NoteKey(_witness_name(origin), witness, WITNESS)


def export_slice(work: WorkFolder, run: str, folder: Path) -> None:
    """Writes the entries of a run with their proofs and the keys that prove them into a folder."""
    log = open_log(work)
    log.export_slice(run, folder)
    origin = _origin(work)
    keys = note_keys(origin, open_keyring(Settings().home).signing)
    for name, key in zip(KEY_FILES.values(), keys, strict=True):
        (folder / name).write_text(key.vkey() + "\n")


def verify_exported(folder: Path) -> int:
    """Checks an exported slice against the keys beside it; whoever calls has checked the signature over those keys.

    Raises:
        VerificationFailed: ``log_missing`` or ``log_altered``, naming the first bad index.
    """
    try:
        log, witness = (NoteKey.from_vkey((folder / name).read_text()) for name in KEY_FILES.values())
    except (OSError, ValueError):
        raise _no_log("the public keys of the log are not beside it") from None
    return verify_slice(folder, log, witness)


def verify_whole(folder: Path, public_keys: Path) -> int:
    """Checks a whole log against the public keys in a folder; gives the number of entries.

    Raises:
        VerificationFailed: ``log_missing`` or ``log_altered``, naming the first bad index.
    """
    try:
        origin = parse_checkpoint((folder / "checkpoint").read_bytes()).origin
    except (OSError, NoteInvalid):
        raise _no_log("first bad index 0: the checkpoint cannot be read") from None
    return verify_log(folder, *note_keys(origin, public_keys))


def _no_log(what: str) -> VerificationFailed:
    return VerificationFailed("log_altered", what, "do not rely on it; ask the FG for the newest checkpoint")
