"""The one text of what is signed: RFC 8785 (JSON Canonicalization Scheme), UTF-8. Whole numbers and texts only.

A number with a fraction has no place in a declaration: it is refused, so that no two programs can write it differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def canonical_bytes(body: Mapping[str, Any]) -> bytes:
    """The bytes. Raises ValueError for floats, keys that are no texts, and texts that are no Unicode (lone surrogates)."""
    raise NotImplementedError


def read_canonical(data: bytes) -> Mapping[str, Any]:
    """The body of such bytes. Raises ValueError unless they are exactly what `canonical_bytes` would write of it."""
    raise NotImplementedError
