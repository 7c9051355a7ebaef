"""Destroying the keys of what is gone, and the proof of every destruction in the processing log.

A key set that was used is destroyed once nothing that it made may be kept any longer. Where households are followed
over time the purpose itself must be over; where each release has its own keys a later run of the same period, such as
a correction, gets a fresh set.
Source: EDPB Guidelines 01/2025 on pseudonymisation (erasing the secret erases the link); AVG 5(1)(e).
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from samenloop.key_custody.destruction import Destruction, destructions
from samenloop.key_custody.key_store import ListedKeySet
from samenloop.keyring import Keyring, open_keyring
from samenloop.log_book import read_entries, write_entry
from samenloop.purpose_register import signed_until
from samenloop.retention import erase_expired, kept_by_runs
from samenloop.retention import last_day as erased_after
from samenloop.settings import Settings
from samenloop.storage import DATA_SUBJECTS, WorkFolder
from schemas.log_entries import LogEntry
from schemas.purpose import Artefact

#: What holds pseudonyms or rows that were made of them.
_MADE_WITH_KEYS: Final[tuple[Artefact, ...]] = ("pseudonymised_extract", "linked_households")


def erase_and_destroy(work: WorkFolder, out: Path, today: date) -> list[LogEntry]:
    """Erases what is past its term on a day, then destroys the keys of what is gone; gives the entries of both."""
    work.clear_leftovers()
    work.clear_persons_unknown_to({entry.outputs.get(DATA_SUBJECTS, "") for entry in read_entries(work)})
    erased = erase_expired(work, out, today)
    return [*erased, *destroy_expired_keys(work, out, open_keyring(Settings().home), today)]


def destroy_expired_keys(work: WorkFolder, out: Path, keyring: Keyring, today: date) -> list[LogEntry]:
    """Destroys every key set whose use is over on a day, and gives the entries of what was destroyed.

    The keyring may serve several work folders: a key set that this log does not know is left alone.
    """
    used = _used(work)
    last_days = _last_days(work, out)
    for one in list(keyring.store.listed()):
        entry = used.get(one.fingerprint)
        if entry is None or one.state == "destroyed":
            continue
        last_day = last_days.get(one.fingerprint)
        in_force = _in_force_until(keyring, work, entry)
        if last_day is not None and last_day < today and (one.scope != "purpose" or in_force < today):
            _retire(keyring, one)
    return note_destructions(work, keyring)


def note_destructions(work: WorkFolder, keyring: Keyring) -> list[LogEntry]:
    """Writes an entry for each destroyed key set of this log that has none yet, and gives them."""
    used, noted = _used(work), _noted(work)
    found = [one for one in destructions(keyring.home) if one.fingerprint in used and one.wrapped_sha256 not in noted]
    entries = [_entry(one, used[one.fingerprint]) for one in found]
    for entry in entries:
        write_entry(work, entry)
    return entries


def _in_force_until(keyring: Keyring, work: WorkFolder, opened: LogEntry) -> date:
    """The last day of the purpose, by the version of the run or by a later one that was signed since."""
    config = work.purpose(opened.purpose_sha256)
    signed = signed_until(keyring.home, opened.purpose.split(":", maxsplit=1)[0])
    return max(date.max if config is None else config.valid_until, signed or date.min)


def _retire(keyring: Keyring, one: ListedKeySet) -> None:
    if one.state == "in use" and one.scope != "purpose":
        keyring.store.rotate(one.purpose, one.scope, keyring.kek)
    keyring.store.destroy(one.purpose, one.scope, one.version)


def _used(work: WorkFolder) -> dict[str, LogEntry]:
    """Fingerprint -> the last opening of a run under that key set."""
    return {key: entry for entry in read_entries(work) if entry.step == "open" for key in entry.keys}


def _last_days(work: WorkFolder, out: Path) -> dict[str, date]:
    """Fingerprint -> the last day on which something that was made with it may be there.

    A run that was only just opened has made nothing yet; its keys stay as long as what it is about to make.
    """
    keys, last = {}, dict[str, date]()
    for entry in read_entries(work):
        if entry.step == "open" and (config := work.purpose(entry.purpose_sha256)):
            keys[entry.run] = entry.keys
            until = max(erased_after(entry.ended.date(), config.retention[kind]) for kind in _MADE_WITH_KEYS)
            last |= {key: max(until, last.get(key, date.min)) for key in entry.keys}
    for kept in kept_by_runs(work, out):
        if kept.kind in _MADE_WITH_KEYS:
            for key in keys.get(kept.entry.run, ()):
                last[key] = max(kept.until, last.get(key, date.min))
    return last


def _noted(work: WorkFolder) -> frozenset[str]:
    erasures = (entry for entry in read_entries(work) if entry.step == "erase" and entry.subject == "keys")
    return frozenset(sha256 for entry in erasures for sha256 in entry.inputs.values())


def _entry(one: Destruction, last: LogEntry) -> LogEntry:
    return LogEntry(
        run=last.run,
        step="erase",
        subject="keys",
        started=one.destroyed,
        ended=datetime.now(UTC),
        purpose=last.purpose,
        purpose_sha256=last.purpose_sha256,
        inputs={"wrapped": one.wrapped_sha256},
        counts={"keys_destroyed": 1},
        keys=(one.fingerprint,),
    )
