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
from samenloop.retention import erase_expired, kept_by_runs
from samenloop.settings import Settings
from samenloop.storage import WorkFolder
from schemas.log_entries import LogEntry
from schemas.purpose import Artefact, PurposeConfig

#: What holds pseudonyms or rows that were made of them.
_MADE_WITH_KEYS: Final[tuple[Artefact, ...]] = ("pseudonymised_extract", "linked_households")


def erase_and_destroy(work: WorkFolder, out: Path, today: date) -> list[LogEntry]:
    """Erases what is past its term on a day, then destroys the keys of what is gone; gives the entries of both."""
    work.erase_match_tokens(())
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
        config = work.purpose(entry.purpose_sha256)
        if config is not None and _is_over(one, config, last_days.get(one.fingerprint, date.min), today):
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


def _is_over(one: ListedKeySet, config: PurposeConfig, last_day: date, today: date) -> bool:
    return last_day < today and (one.scope != "purpose" or config.valid_until < today)


def _retire(keyring: Keyring, one: ListedKeySet) -> None:
    if one.state == "in use" and one.scope != "purpose":
        keyring.store.rotate(one.purpose, one.scope, keyring.kek)
    keyring.store.destroy(one.purpose, one.scope, one.version)


def _used(work: WorkFolder) -> dict[str, LogEntry]:
    """Fingerprint -> the last opening of a run under that key set."""
    return {key: entry for entry in read_entries(work) if entry.step == "open" for key in entry.keys}


def _last_days(work: WorkFolder, out: Path) -> dict[str, date]:
    """Fingerprint -> the last day on which something that was made with it may be there."""
    keys = {entry.run: entry.keys for entry in read_entries(work) if entry.step == "open"}
    last: dict[str, date] = {}
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
