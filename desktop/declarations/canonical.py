"""The one text of what is signed: RFC 8785 (JSON Canonicalization Scheme), UTF-8. Whole numbers and texts only.

A number with a fraction has no place in a declaration: it is refused, so that no two programs can write it differently.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import rfc8785


def canonical_bytes(body: Mapping[str, Any]) -> bytes:
    """The bytes. Raises ValueError for floats, keys that are no texts, and texts that are no Unicode."""
    try:
        return rfc8785.dumps(_plain(body))
    except UnicodeEncodeError as error:  # of a key; of a value rfc8785 says it itself
        raise ValueError("a key is no Unicode text") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def read_canonical(data: bytes) -> Mapping[str, Any]:
    """The body of such bytes. Raises ValueError unless they are exactly what `canonical_bytes` would write of it."""
    try:
        body = json.loads(
            data.decode("utf-8"),
            parse_int=_whole,
            parse_float=_refused,
            parse_constant=_refused,
            object_pairs_hook=_without_doubles,
        )
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(body, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - what is wrong is the text
    if canonical_bytes(body) != data:
        raise ValueError("it is not written in the one canonical way")
    return body


def _plain(value: object) -> Any:
    """The same of plain dicts, lists and texts: what rfc8785 would take without a word is refused here."""
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key is no text")
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    raise ValueError(f"a {type(value).__name__} cannot be signed")


def _whole(text: str) -> int:
    """RFC 8785 has whole numbers up to 2^53, of 16 figures; Python reads no number of thousands of them."""
    if len(text.removeprefix("-")) > 16:
        raise ValueError(f"{text[:20]}… is a number of more than 16 figures")
    return int(text)


def _refused(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is no whole number")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made
