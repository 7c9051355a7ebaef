"""Checks a log, or a slice of one, with nothing but the public keys of the log and its witness.

Every fault is refused as ``log_altered`` with the first bad index, which counts entries from 0:

- an entry that differs between ``log.jsonl``, its bundle and its leaf tile, or is missing from one: that entry;
- a hash in a tile above the leaves: the first entry below that hash;
- a checkpoint that is damaged, missing, or signed by another key, in ``checkpoint`` or in ``checkpoints.txt``: the
  first entry that was committed with it;
- lines, bundles and leaf tiles none of which leads to a signed root (all rewritten together): the first entry of the
  first commit whose root no longer fits; nothing closer can be known;
- lines, tiles or files behind the newest checkpoint: the number of entries in the log;
- a log that was put back to an older state as a whole: found only against a newer checkpoint kept elsewhere
  (``seen``); the number of entries that are left.

Where there are several, it is the lowest.
"""

from pathlib import Path

from outputs.log import durable
from outputs.log.audit import Audit, Fault
from outputs.log.checkpoint import Checkpoint, parse_checkpoint, parse_history
from outputs.log.entry_line import run_of
from outputs.log.log_files import LogFiles, altered
from outputs.log.merkle import is_included, leaf_hash
from outputs.log.note import NoteInvalid, NoteKey
from outputs.log.slices import CHECKPOINT, LINES, PROOFS, SUFFIX, EntryProof
from schemas.errors import VerificationFailed


def verify_log(folder: Path, log_key: NoteKey, witness_key: NoteKey, seen: bytes | None = None) -> int:
    """Checks every byte of a log against its signed checkpoints and gives the number of entries.

    Args:
        folder: folder of the log.
        log_key: public key of the log; its name is the origin.
        witness_key: public key of the witness.
        seen: a checkpoint kept elsewhere, such as in the witness's state file or in a published slice.

    Raises:
        VerificationFailed: ``log_missing``; ``log_altered``, naming the first bad index as said above;
            ``seen_invalid``: the checkpoint kept elsewhere is not signed by these keys.
    """
    files = LogFiles(folder)
    if not any(path.exists() for path in (files.checkpoint, files.history, files.lines)):
        raise VerificationFailed(
            "log_missing", "there is no log in that folder", "name the folder with checkpoint in it"
        )
    with durable.reading(files.lock):
        sound, broken = _sound_history(files, log_key, witness_key)
        size = sound[-1].size if sound else 0
        faults = [broken]
        if seen is not None:
            kept = _seen(seen, log_key, witness_key)
            if kept.size > size:
                faults.append(Fault(size, f"the log had {kept.size} entries before"))
            else:
                sound = sorted([*sound, kept], key=lambda one: one.size)
        if sound:
            faults.append(Audit(folder, sound).first_fault(is_all=broken is None))
    found = [fault for fault in faults if fault is not None]
    if found:
        raise altered(min(found).index, min(found).where)
    return size


def verify_slice(folder: Path, log_key: NoteKey, witness_key: NoteKey) -> int:
    """Checks a slice without its log and gives the number of entries.

    It proves that every entry stands in the log at its index and that all are of one run; that the run has no other
    entries in the log is for :func:`verify_log` to say.

    Raises:
        VerificationFailed: ``log_missing``: there is no slice; ``log_altered``, naming the index in the log of the
            first entry that is not proved (of a damaged checkpoint: of the first entry of the slice).
    """
    if not (folder / LINES).is_file():
        raise VerificationFailed(
            "log_missing", "there is no slice in that folder", "name the folder with log.jsonl in it"
        )
    paths = sorted((folder / PROOFS).glob(f"*{SUFFIX}"), key=lambda path: (len(path.name), path.name))
    indexes = [int(path.name.removesuffix(SUFFIX)) for path in paths if path.name.removesuffix(SUFFIX).isdecimal()]
    if not indexes or len(indexes) != len(paths):
        raise altered(0, "proofs")
    newest = _slice_checkpoint(folder, indexes[0], log_key, witness_key)
    lines = (folder / LINES).read_bytes().split(b"\n")
    runs: set[bytes] = set()
    for number, (index, path) in enumerate(zip(indexes, paths, strict=True)):
        if number >= len(lines) - 1 or not _is_proved(lines[number], index, path.read_bytes(), newest):
            raise altered(index, f"entry {number + 1} of the slice")
        runs.add(run_of(lines[number]))
        if len(runs) > 1:
            raise altered(index, "an entry of another run")
    if len(lines) != len(indexes) + 1 or lines[-1]:
        raise altered(indexes[-1] + 1, "log.jsonl has more lines than there are proofs")
    return len(indexes)


def _sound_history(files: LogFiles, log_key: NoteKey, witness_key: NoteKey) -> tuple[list[Checkpoint], Fault | None]:
    """Gives the checkpoints that can be trusted, in order, and what is wrong with the one behind them.

    When the chain holds, the newest signatures vouch for all of it; only when it does not is each signature checked.
    """
    history = files.history.read_bytes() if files.history.is_file() else b""
    newest = files.checkpoint.read_bytes() if files.checkpoint.is_file() else b""
    try:
        chain = list(parse_history(history))
        pairs = zip(chain, [None, *chain[:-1]], strict=True)
        if chain and chain[-1].note == newest and all(one.follows(before) for one, before in pairs):
            chain[-1].check(log_key, witness_key)
            return chain, None
    except NoteInvalid:
        pass
    return _search(history, log_key, witness_key)


def _search(history: bytes, log_key: NoteKey, witness_key: NoteKey) -> tuple[list[Checkpoint], Fault]:
    sound: list[Checkpoint] = []
    try:
        for one in parse_history(history):
            one.check(log_key, witness_key)
            if not one.follows(sound[-1] if sound else None):
                raise NoteInvalid("a checkpoint before it is missing")
            sound.append(one)
    except NoteInvalid as error:
        where = f"checkpoint {len(sound) + 1} of checkpoints.txt: {error}"
    else:
        where = "checkpoint is not the newest of checkpoints.txt"
        sound = sound[:-1]
    return sound, Fault(sound[-1].size if sound else 0, where)


def _seen(note: bytes, log_key: NoteKey, witness_key: NoteKey) -> Checkpoint:
    try:
        checkpoint = parse_checkpoint(note)
        checkpoint.check(log_key, witness_key)
    except NoteInvalid as error:
        raise VerificationFailed(
            "seen_invalid", f"the checkpoint kept elsewhere: {error}", "give one of this log"
        ) from None
    return checkpoint


def _slice_checkpoint(folder: Path, first: int, log_key: NoteKey, witness_key: NoteKey) -> Checkpoint:
    path = folder / CHECKPOINT
    try:
        checkpoint = parse_checkpoint(path.read_bytes() if path.is_file() else b"")
        checkpoint.check(log_key, witness_key)
    except NoteInvalid as error:
        raise altered(first, f"checkpoint: {error}") from None
    return checkpoint


def _is_proved(line: bytes, index: int, text: bytes, newest: Checkpoint) -> bool:
    try:
        proof = EntryProof.parse(text)
    except NoteInvalid:
        return False
    return (
        proof.index == index
        and proof.note == newest.note
        and is_included(leaf_hash(line), index, newest.size, proof.path, newest.root)
    )
