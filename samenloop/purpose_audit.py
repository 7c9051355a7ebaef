"""What an auditor asks of a release: did the run do what the signed purpose allowed, and nothing else?

Everything needed lies in the release: the purpose with its signatures and the log entries with their proofs. The
caller has checked the manifest and the log before; here they are held against the purpose.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from outputs.log.entry_line import entry_of
from samenloop.purposes import PurposeFile, read_purpose
from samenloop.signatures import Role, is_signed
from samenloop.storage import RELEASE_RECORD
from schemas.errors import RefusedByPurpose, VerificationFailed
from schemas.log_entries import LogEntry
from schemas.purpose import PurposeConfig


def check_kept_to_purpose(release: Path, public_keys: Mapping[Role, Path]) -> str:
    """Checks a release against the purpose inside it; gives the label of the purpose.

    Args:
        release: folder of the release.
        public_keys: role -> its public key; who is not given is not checked.

    Raises:
        VerificationFailed: ``purpose_unreadable``, ``purpose_signature`` (of whom), ``purpose_other`` (a step ran
            under another purpose), ``step_missing`` or ``purpose_exceeded`` (what was done beyond it).
    """
    purpose = _signed(release / "protocol" / "purpose.yaml", public_keys)
    entries = [entry_of(line) for line in (release / "protocol" / "log.jsonl").read_bytes().splitlines()]
    others = [one for one in entries if (one.purpose, one.purpose_sha256) != (purpose.label, purpose.sha256)]
    if others:
        raise _failed("purpose_other", f"{len(others)} step(s) ran under another purpose, first {others[0].step}")
    if missing := list(_missing(purpose.config, entries)):
        raise _failed("step_missing", f"{len(missing)} step(s) not in the log, first {missing[0]}")
    tables = sorted(path.stem for path in (release / "tables").glob("*.csv"))
    if beyond := [*_beyond(purpose.config, entries), *_tables_beyond(purpose.config, tables)]:
        raise _failed("purpose_exceeded", f"{len(beyond)} time(s) beyond {purpose.label}, first {beyond[0]}")
    return purpose.label


def _signed(path: Path, public_keys: Mapping[Role, Path]) -> PurposeFile:
    try:
        purpose = read_purpose(path)
    except RefusedByPurpose as refused:
        raise _failed("purpose_unreadable", refused.what) from None
    for role, key in public_keys.items():
        signature = purpose.signature_file(role)
        text = signature.read_text() if signature.is_file() else ""
        if not is_signed(key, role, purpose.canonical, text):
            raise _failed("purpose_signature", f"the purpose does not carry the signature of {role}")
    return purpose


def _missing(config: PurposeConfig, entries: list[LogEntry]) -> Iterator[str]:
    logged = {(one.step, one.subject) for one in entries}
    for source in config.pulled:
        if ("pull", source) not in logged:
            yield f"pull {source}"
    for step in ("open", "link", "protect"):
        if (step, "") not in logged:
            yield step


def _beyond(config: PurposeConfig, entries: list[LogEntry]) -> Iterator[str]:
    for entry in entries:
        if not config.valid_from <= entry.started.date() <= config.valid_until:
            yield f"{entry.step}: outside the term"
        if entry.step == "pull":
            yield from _columns_beyond(config, entry)
        if entry.step == "protect":
            made = [name.removeprefix("table_") for name in entry.outputs if name != RELEASE_RECORD]
            yield from _tables_beyond(config, made)


def _columns_beyond(config: PurposeConfig, entry: LogEntry) -> Iterator[str]:
    ground = config.sources.get(entry.subject)
    if ground is None:
        yield f"source {entry.subject}"
        return
    for column in entry.columns.get("used", ()):
        if column not in ground.columns:
            yield f"column {entry.subject}.{column} used"
    for column in entry.columns.get("received", ()):
        if column not in (*ground.columns, *ground.drops):
            yield f"column {entry.subject}.{column} received"


def _tables_beyond(config: PurposeConfig, tables: list[str]) -> Iterator[str]:
    yield from (f"table {table}" for table in tables if table not in config.tables)


def _failed(code: str, what: str) -> VerificationFailed:
    return VerificationFailed(code, what, "do not use this release; ask the FG what happened")
