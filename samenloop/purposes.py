"""Purpose files: strict YAML in, canonical bytes out, signed by controller and privacy officer with different keys."""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import rfc8785
import yaml
from pydantic import ValidationError

from samenloop.signatures import ROLES, Role, is_signed, public_key_file, raw_public_key
from schemas.errors import RefusedByPurpose
from schemas.purpose import PurposeConfig
from schemas.strict import Strict

Content = TypeVar("Content", bound=Strict)


class _StrictLoader(yaml.SafeLoader):
    """YAML without the parts in which a file says something else than it seems to: no aliases, no key twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise RefusedByPurpose("purpose_yaml", "the purpose file uses an alias (*)", "write the text out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        if len(set(keys)) != len(keys) or "<<" in keys:
            raise RefusedByPurpose(
                "purpose_yaml", "the purpose file has a key twice or merges keys", "write each key once"
            )
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class PurposeFile:
    """A purpose as read from its file.

    Attributes:
        path: the YAML file; its signatures lie beside it.
        config: the validated purpose.
        canonical: the bytes that are signed (RFC 8785): comments and white space do not count.
    """

    path: Path
    config: PurposeConfig
    canonical: bytes

    @property
    def sha256(self) -> str:
        """Digest of the canonical bytes."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def label(self) -> str:
        """Id and version, such as ``stapeling:1``."""
        return f"{self.config.id}:{self.config.version}"

    def signature_file(self, role: Role) -> Path:
        """Gives where the signature of a role lies."""
        return self.path.with_name(f"{self.path.name}.{role}.sig")


def read_purpose(path: Path) -> PurposeFile:
    """Reads and validates a purpose file.

    Raises:
        RefusedByPurpose: ``purpose_missing``, ``purpose_yaml`` or ``purpose_invalid`` (every problem at once).
    """
    config = read_signed_yaml(path, PurposeConfig)
    return PurposeFile(path, config, rfc8785.dumps(config.model_dump(mode="json")))


def read_signed_yaml(path: Path, model: type[Content]) -> Content:
    """Reads a file that is signed; errors of ``read_purpose``."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except OSError:
        raise RefusedByPurpose("purpose_missing", "the purpose file cannot be read", "give the path of one") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        raise RefusedByPurpose("purpose_yaml", "the purpose file is no valid YAML", "mend it") from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(_readable(problem) for problem in error.errors(include_input=False, include_url=False))
        raise RefusedByPurpose("purpose_invalid", problems, "answer every field of the purpose file") from None


def _readable(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else str(problem["msg"])


def dpia_scope_sha256(config: PurposeConfig) -> str:
    """Gives the digest of what a DPIA covers: sources, scope, household method, tables and disclosure policy."""
    covered = ("sources", "pseudonym_scope", "household_method", "household_rules", "tables", "disclosure")
    return hashlib.sha256(rfc8785.dumps(config.model_dump(mode="json", include=set(covered)))).hexdigest()


def sign_purpose(purpose: PurposeFile, sign: Callable[[Role, bytes], str]) -> None:
    """Writes the signatures of both roles beside the file; ``sign`` is a keyring's."""
    for role in ROLES:
        purpose.signature_file(role).write_text(sign(role, purpose.canonical) + "\n")


def check_signatures(purpose: PurposeFile, signing: Path) -> None:
    """Checks that controller and FG signed exactly this purpose, with different keys.

    Raises:
        RefusedByPurpose: ``same_key``, ``purpose_unsigned`` or ``purpose_signature``.
    """
    if len({raw_public_key(signing, role) for role in ROLES}) != len(ROLES):
        raise RefusedByPurpose("same_key", "controller and fg have the same key", "give each role its own key")
    for role in ROLES:
        path = purpose.signature_file(role)
        if not path.is_file():
            raise RefusedByPurpose(
                "purpose_unsigned",
                f"the signature of {role} is missing",
                "have the purpose signed: samenloop purpose sign",
            )
        if not is_signed(public_key_file(signing, role), role, purpose.canonical, path.read_text()):
            raise RefusedByPurpose(
                "purpose_signature",
                f"the signature of {role} does not belong to this purpose and key",
                "restore the signed file or have the change signed",
            )


def check_in_force(purpose: PurposeFile, today: date) -> None:
    """Checks the term of the purpose.

    Raises:
        RefusedByPurpose: ``purpose_expired``: today lies outside its term.
    """
    config = purpose.config
    if not config.valid_from <= today <= config.valid_until:
        raise RefusedByPurpose(
            "purpose_expired",
            f"the purpose is in force from {config.valid_from} until {config.valid_until}",
            "have a new version signed",
        )
