"""Which purposes were signed under this keyring: the highest version of each, and exactly what it said.

A superseded file is refused even though its signatures are still sound, and a file that was changed after signing is
refused by the name of what changed.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from samenloop.keyring import Keyring
from samenloop.purposes import PurposeFile, check_signatures, sign_purpose
from samenloop.storage import write_whole
from schemas.errors import RefusedByPurpose


def sign_and_register(keyring: Keyring, purpose: PurposeFile) -> None:
    """Signs a purpose in both roles and notes it as the newest of its id; signing a version again replaces it.

    Raises:
        RefusedByPurpose: ``purpose_superseded`` (a higher version was signed before), or a signing key is not in order.
    """
    check_not_superseded(keyring.home, purpose)
    sign_purpose(purpose, keyring.sign)
    path = _path(keyring.home, purpose)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {"version": purpose.config.version, "sha256": purpose.sha256, "purpose": json.loads(purpose.canonical)}
    write_whole(path, json.dumps(content).encode())


def check_not_superseded(home: Path, purpose: PurposeFile) -> None:
    """Checks that no higher version was signed under this keyring.

    Raises:
        RefusedByPurpose: ``purpose_superseded``.
    """
    known = _known(home, purpose)
    if known and known["version"] > purpose.config.version:
        raise RefusedByPurpose(
            "purpose_superseded",
            f"version {known['version']} of {purpose.config.id} has taken the place of {purpose.config.version}",
            "use the newest version",
        )


def signed_until(home: Path, purpose: str) -> date | None:
    """Gives the last day of the newest version of a purpose that was signed under this keyring; None without one.

    Raises:
        RefusedByPurpose: ``register_damaged``.
    """
    path = home / "purposes" / f"{purpose}.json"
    return date.fromisoformat(_read(path)["purpose"]["valid_until"]) if path.is_file() else None


def check_as_signed(keyring: Keyring, purpose: PurposeFile) -> None:
    """Checks a purpose against its signatures, and tells by name what was changed after signing.

    Raises:
        RefusedByPurpose: ``changed_<field>``: the first field that differs from what was signed, by the path of its
            names; else the errors of ``check_signatures``.
    """
    known = _known(keyring.home, purpose)
    if known and known["version"] == purpose.config.version and known["sha256"] != purpose.sha256:
        raise _changed(list(_differing("", known["purpose"], json.loads(purpose.canonical))))
    try:
        check_signatures(purpose, keyring.signing)
    except RefusedByPurpose as refused:
        if refused.code == "purpose_signature" and (changed := _renamed(keyring.home, purpose)):
            raise _changed([changed]) from None
        raise


def _renamed(home: Path, purpose: PurposeFile) -> str | None:
    """The one field in which a purpose differs from one that was signed: its id or its version finds no other."""
    for path in sorted((home / "purposes").glob("*.json")):
        signed = _read(path)["purpose"]
        if len(fields := list(_differing("", signed, json.loads(purpose.canonical)))) == 1:
            return fields[0]
    return None


def _changed(fields: list[str]) -> RefusedByPurpose:
    first = sorted(fields)[0]
    code = re.sub(r"[^a-z0-9]+", "_", f"changed_{first}".lower())[:60].rstrip("_")
    return RefusedByPurpose(
        code, f"{len(fields)} field(s) changed after signing, first {first}", "restore the file or have it signed"
    )


def _differing(place: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() | new.keys():
            yield from _differing(f"{place}.{name}" if place else name, old.get(name), new.get(name))
    elif old != new:
        yield place


def _known(home: Path, purpose: PurposeFile) -> dict[str, Any] | None:
    path = _path(home, purpose)
    return _read(path) if path.is_file() else None


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        if content["sha256"] and isinstance(content["version"], int) and isinstance(content["purpose"], dict):
            return content
    except (ValueError, KeyError, TypeError):
        pass
    raise RefusedByPurpose(
        "register_damaged", "the register of signed purposes is damaged", "restore it from its backup"
    )


def _path(home: Path, purpose: PurposeFile) -> Path:
    return home / "purposes" / f"{purpose.config.id}.json"
