"""The endpoint's own secrets: Ed25519 keys that sign receipts, and the secret behind the tokens. Files of mode 0600.

A new signing key is signed by the one before (compact JWS of the type ROTATION over its public JWK), so that laptops
that pinned the old one believe the new one. Old keys stay in the set: old receipts are checked with them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from central.blobs.durable import make_folder, write_whole
from central.points import reach
from desktop.sync.wire.receipts import public_jwk, sign_bytes

ROTATION = "mhhs-desk/key/1"
_LIST = "keys.json"
_SECRET = "secret"  # noqa: S105 - the name of its file


@dataclass(frozen=True)
class Signing:
    """The key that signs now."""

    id: str
    private: Ed25519PrivateKey


class Keys:
    """Made at the first start; read again when another process changed them."""

    def __init__(self, folder: Path) -> None:
        """The folder is made."""
        make_folder(folder, mode=0o700)
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._body: dict[str, Any] = {}
        self._signing: Signing | None = None
        self._secret = b""

    def settle(self) -> None:
        """Make what is not there yet; called alone (a lock is held by the caller)."""
        if not (self._folder / _SECRET).exists():
            write_whole(self._folder / _SECRET, secrets.token_hex(32).encode(), mode=0o600)
        if not (self._folder / _LIST).exists():
            private = Ed25519PrivateKey.generate()
            name = self._keep(private)
            self._write({"active": name, "keys": [public_jwk(private, name)], "rotations": []})

    def signing(self) -> Signing:
        """The key that signs now."""
        with self._lock:
            self._read()
            assert self._signing is not None
            return self._signing

    def jwks(self) -> dict[str, Any]:
        """The public keys (RFC 7517), with `rotations`."""
        with self._lock:
            self._read()
            return {"keys": list(self._body["keys"]), "rotations": list(self._body["rotations"])}

    def rotate(self) -> str:
        """Sign with a new key from now on; gives its id. Called alone, as `settle`."""
        old = self.signing()
        private = Ed25519PrivateKey.generate()
        name = self._keep(private)
        reach("key-kept")
        jwk = public_jwk(private, name)
        canonical = json.dumps(jwk, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        vouched = sign_bytes(canonical, old.private, old.id, ROTATION)
        with self._lock:
            body = dict(self._body)
        self._write({"active": name, "keys": [*body["keys"], jwk], "rotations": [*body["rotations"], vouched]})
        return name

    def token_of(self, *parts: str) -> str:
        """A bearer token: the same for the same parts, and not to be guessed without the secret."""
        if not self._secret:
            self._secret = bytes.fromhex((self._folder / _SECRET).read_text(encoding="ascii"))
        made = hmac.new(self._secret, "\n".join(parts).encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()

    def _keep(self, private: Ed25519PrivateKey) -> str:
        name = key_id(private)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_whole(self._folder / f"{name}.pem", pem, mode=0o600)
        return name

    def _write(self, body: dict[str, Any]) -> None:
        write_whole(self._folder / _LIST, json.dumps(body, indent=1).encode(), mode=0o600)

    def _read(self) -> None:
        stat = (self._folder / _LIST).stat()
        if self._seen == (stat.st_mtime_ns, stat.st_ino):
            return
        body = json.loads((self._folder / _LIST).read_text(encoding="utf-8"))
        private = load_pem_private_key((self._folder / f"{body['active']}.pem").read_bytes(), None)
        assert isinstance(private, Ed25519PrivateKey)
        self._body, self._signing = body, Signing(body["active"], private)
        self._seen = (stat.st_mtime_ns, stat.st_ino)


def key_id(private: Ed25519PrivateKey) -> str:
    """The first 16 hexadecimal figures of the SHA-256 of the public key."""
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]
