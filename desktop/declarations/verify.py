"""Verify an exported declaration by itself: no workspace, no network, no key of ours."""

from __future__ import annotations

from pathlib import Path

from desktop.declarations.model import Verdict

NAMES = ("declaration.json", "declaration.sig", "public-key.pem")
"""Files that openssl needs; beside them declaration.html, declaration.pdf, how-to-verify.txt, whose SHA-256 the JSON has."""


def verify(path: Path, *, fingerprint: str = "") -> Verdict:
    """Verify a folder, a ZIP, or a declaration.json with its files beside it.

    Every bit counts: the canonical text, the signature, the public key file (byte for byte as it would be written again),
    every copy by its hash, no file besides, the ZIP as it would be written again. `fingerprint`: of the key that the reader
    knows by another way; another one is a fault. Raises FileRefused when it is no declaration at all.
    """
    raise NotImplementedError
