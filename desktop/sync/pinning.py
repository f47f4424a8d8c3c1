"""The keys that an endpoint's receipts are checked with: those of the enrolment, and what such a key vouched for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from desktop.sync.wire.receipts import ReceiptWrong, check_bytes

KEY_TYPE = "mhhs-desk/key/1"
"""`typ` of a rotation: a key of before signs the JWK of the next one."""
_FIELDS = ("kty", "crv", "x", "kid", "alg", "use")


def with_rotations(pinned: Mapping[str, Any], offered: Mapping[str, Any]) -> dict[str, Any]:
    """The pinned keys, and those of the offered set that a pinned one vouches for, also over several rotations.

    A key that only stands in what the endpoint says of itself is not taken: whoever can answer in its place could put
    one there.
    """
    keys = [dict(one) for one in _listed(pinned.get("keys")) if isinstance(one, Mapping)]
    told = [one for one in _listed(offered.get("rotations")) if isinstance(one, str)]
    grown = True
    while grown:
        grown = False
        for text in told:
            made = _vouched(text, keys)
            if made is not None and made["kid"] not in {one.get("kid") for one in keys}:
                keys.append(made)
                grown = True
    return {"keys": keys}


def _vouched(text: str, keys: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The key of a rotation; None unless one of these keys signed it and it is a key of our kind."""
    try:
        body = json.loads(check_bytes(text, {"keys": keys}, KEY_TYPE))
    except (ReceiptWrong, ValueError):
        return None
    if not isinstance(body, dict) or body.get("kty") != "OKP" or body.get("crv") != "Ed25519":
        return None
    if not all(isinstance(body.get(one), str) and body[one] for one in ("x", "kid")):
        return None
    return {name: body[name] for name in _FIELDS if name in body}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
