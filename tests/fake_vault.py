"""A stand-in for the transit engine of a HashiCorp Vault over HTTP: it keeps keys, and really encrypts.

It knows encrypt, decrypt and hmac on a key, tokens that may or may not use it, and nothing else. Like the real one it
answers 400 to a ciphertext it cannot open and 403 to a token it does not know.
"""

import hmac
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@dataclass
class FakeVault:
    """What it holds; tests change it while it runs."""

    address: str = ""
    token: str = field(default_factory=lambda: os.urandom(16).hex())
    keys: dict[str, bytes] = field(default_factory=lambda: {"samenloop": os.urandom(32)})
    honours_associated_data: bool = True
    requests: list[str] = field(default_factory=list)

    def answer(self, path: str, token: str | None, words: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.requests.append(path)
        version, mount, operation, name, *_ = path.strip("/").split("/")
        if token != self.token:
            return 403, {"errors": ["permission denied"]}
        if (version, mount) != ("v1", "transit") or name not in self.keys:
            return 404, {"errors": []}
        try:
            return 200, {"data": getattr(self, f"_{operation}")(self.keys[name], words)}
        except (InvalidTag, ValueError):
            return 400, {"errors": ["cipher: message authentication failed"]}

    def _bound(self, words: dict[str, Any]) -> bytes:
        return b64decode(words.get("associated_data") or "") if self.honours_associated_data else b""

    def _encrypt(self, key: bytes, words: dict[str, Any]) -> dict[str, Any]:
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(key).encrypt(nonce, b64decode(words["plaintext"]), self._bound(words))
        return {"ciphertext": "vault:v1:" + b64encode(sealed).decode()}

    def _decrypt(self, key: bytes, words: dict[str, Any]) -> dict[str, Any]:
        sealed = b64decode(words["ciphertext"].removeprefix("vault:v1:"), validate=True)
        plain = AESGCM(key).decrypt(sealed[:12], sealed[12:], self._bound(words))
        return {"plaintext": b64encode(plain).decode()}

    def _hmac(self, key: bytes, words: dict[str, Any]) -> dict[str, Any]:
        digest = hmac.digest(b"hmac" + key, b64decode(words["input"]), "sha256")
        return {"hmac": "vault:v1:" + b64encode(digest).decode()}


@contextmanager
def running_vault() -> Iterator[FakeVault]:
    """Runs a vault on a free port of this machine."""
    vault = FakeVault()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            words = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            status, answer = vault.answer(self.path, self.headers.get("X-Vault-Token"), words)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    for method in ("do_POST", "do_PUT"):  # the names that the server looks for
        setattr(Handler, method, Handler._answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    vault.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield vault
    finally:
        server.shutdown()
        server.server_close()
