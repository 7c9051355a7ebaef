"""The floor of a municipality: the least protection that any of its purposes may ask for, signed like a purpose.

It lies in the folder of the keyring, never behind a setting: who may set a variable could point it elsewhere.
"""

import shutil
from pathlib import Path
from typing import Final

import rfc8785

from samenloop.keyring import Keyring
from samenloop.purposes import PurposeFile, read_signed_yaml
from samenloop.signatures import ROLES, Role, is_signed, public_key_file
from schemas.disclosure_policy import DisclosurePolicy
from schemas.errors import RefusedByPurpose

_FLOOR: Final = "floor.yaml"


def set_floor(keyring: Keyring, file: Path) -> Path:
    """Signs a policy as controller and FG and makes it the floor of the keyring; gives where it lies.

    Raises:
        RefusedByPurpose: ``purpose_missing``, ``purpose_yaml`` or ``purpose_invalid``: it is no policy;
            ``floor_lowered``: it protects less than the floor that is there.
    """
    policy = read_signed_yaml(file, DisclosurePolicy)
    floor = keyring.home / _FLOOR
    if floor.exists() and (weaker := policy.weaker_than(_floor(keyring))):
        raise RefusedByPurpose(
            "floor_lowered", f"the new floor is lower in {', '.join(weaker)}", "a floor is only ever raised"
        )
    message = _message(policy)
    signatures = {role: keyring.sign(role, message) for role in ROLES}
    shutil.copyfile(file, floor)
    for role, signature in signatures.items():
        _signature_file(keyring.home, role).write_text(signature + "\n")
    return floor


def check_floor(keyring: Keyring, purpose: PurposeFile) -> None:
    """Checks that a purpose protects at least as much as the floor, where there is one.

    Raises:
        RefusedByPurpose: ``floor_signature``: the floor was changed; ``policy_below_floor``, with the rules.
    """
    if not any(keyring.home.glob(f"{_FLOOR}*")):
        return
    if weaker := purpose.config.disclosure.weaker_than(_floor(keyring)):
        raise RefusedByPurpose(
            "policy_below_floor",
            f"disclosure: {', '.join(weaker)} protect less than the floor of the municipality",
            "raise them and have the purpose signed again",
        )


def _floor(keyring: Keyring) -> DisclosurePolicy:
    policy = read_signed_yaml(keyring.home / _FLOOR, DisclosurePolicy)
    for role in ROLES:
        path = _signature_file(keyring.home, role)
        text = path.read_text() if path.is_file() else ""
        if not is_signed(public_key_file(keyring.signing, role), role, _message(policy), text):
            raise RefusedByPurpose(
                "floor_signature", f"the floor does not carry the signature of {role}", "restore it from its backup"
            )
    return policy


def _message(policy: DisclosurePolicy) -> bytes:
    """A purpose has other fields, so no signature of one can pass for that of the other."""
    return rfc8785.dumps({"samenloop-floor-1": policy.model_dump(mode="json")})


def _signature_file(home: Path, role: Role) -> Path:
    return home / f"{_FLOOR}.{role}.sig"
