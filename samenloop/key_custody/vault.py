"""The key-encryption key of HashiCorp Vault's transit engine: it never leaves the vault.

Each blob has a random data key of its own; the vault wraps that key and this process seals the blob with it, so that
the binding to purpose and scope also holds on a vault too old to know associated data.
"""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pseudonymisation.key_wrapping import KEK_BYTES, KeyLabel, LocalKek, damaged
from schemas.errors import RefusedByPurpose, RunError

_TIMEOUT_SECONDS: Final = 10
_FINGERPRINT_INPUT: Final = b"samenloop kek fingerprint v1"


@dataclass(frozen=True, repr=False)
class TransitKek:
    """A transit key of a vault; its token needs ``encrypt``, ``decrypt`` and ``hmac`` on that key, and no more.

    Attributes:
        address: URL of the vault.
        token: of the account of this product.
        key: name of the transit key.
        mount: where the transit engine is mounted.
    """

    address: str
    token: str
    key: str
    mount: str

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits of a keyed digest by version 1 of the key: another key of the same name gives others.

        Raises:
            RefusedByPurpose: ``custodian_refused``.
            RunError: ``custodian_unreachable``.
        """
        answer = self._ask(
            "generate_hmac", hash_input=b64encode(_FINGERPRINT_INPUT).decode(), key_version=1, algorithm="sha2-256"
        )
        return b64decode(str(answer["hmac"]).rsplit(":", 1)[-1])[:8].hex()

    def wrap(self, plain: bytes, label: KeyLabel) -> bytes:
        """Gives JSON of the data key as the vault wrapped it, and of the blob that it seals; errors as above."""
        data_key = secrets.token_bytes(KEK_BYTES)
        answer = self._ask("encrypt_data", plaintext=b64encode(data_key).decode(), associated_data=_bound(label))
        sealed = b64encode(LocalKek(data_key).wrap(plain, label)).decode()
        return json.dumps({"data_key": answer["ciphertext"], "sealed": sealed}).encode()

    def unwrap(self, sealed: bytes, label: KeyLabel) -> bytes:
        """Gives what ``wrap`` sealed for this label.

        Raises:
            RefusedByPurpose: ``key_damaged``, ``custodian_refused``.
            RunError: ``custodian_unreachable``.
        """
        try:
            blob = json.loads(sealed)
            wrapped, inner = str(blob["data_key"]), b64decode(blob["sealed"], validate=True)
        except (ValueError, KeyError, TypeError):
            raise damaged() from None
        answer = self._ask("decrypt_data", ciphertext=wrapped, associated_data=_bound(label))
        try:
            data_key = LocalKek(b64decode(answer["plaintext"], validate=True))
        except (ValueError, KeyError, TypeError):
            raise damaged() from None
        return data_key.unwrap(inner, label)

    def __repr__(self) -> str:
        return "<key-encryption key in a vault>"

    def _ask(self, operation: str, **words: Any) -> Mapping[str, Any]:
        import hvac
        import requests

        client = hvac.Client(url=self.address, token=self.token, timeout=_TIMEOUT_SECONDS)
        call: Callable[..., Mapping[str, Any]] = getattr(client.secrets.transit, operation)
        # The library quotes requests in its errors, so what leaves here is raised after its error is gone.
        try:
            answer: Mapping[str, Any] = call(name=self.key, mount_point=self.mount, **words)["data"]
            return answer
        except hvac.exceptions.InvalidRequest:
            refusal: RefusedByPurpose | RunError = damaged()
        except (hvac.exceptions.Forbidden, hvac.exceptions.Unauthorized, hvac.exceptions.InvalidPath):
            refusal = RefusedByPurpose(
                "custodian_refused", "the vault does not let this token use the key", "ask the custodian"
            )
        except (hvac.exceptions.VaultError, requests.RequestException, KeyError, TypeError):
            refusal = RunError("custodian_unreachable", "the vault does not answer as it should", "try again later")
        raise refusal


def _bound(label: KeyLabel) -> str:
    return b64encode(label.associated_data).decode()
