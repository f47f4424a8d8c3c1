"""What is said of a file of evidence before it leaves: files go as they are, whatever was chosen for MPANs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_TO_REDACT = "needed"


def remarks(one: Mapping[str, Any], as_it_is: str) -> Iterator[str]:
    """Sentences about one of the frozen body's `evidence`; `as_it_is`: what becomes of it, as a half sentence."""
    ref = str(one["ref"])
    if one.get("redaction") == _TO_REDACT and one.get("confidentiality") != "public":
        yield f"{ref} is said to need redaction and is {one.get('confidentiality')}; {as_it_is}."
    if one.get("active"):
        yield f"{ref} ({one['file_name']}) can run or act when it is opened: open it with care."
    if one.get("withdrawn"):
        yield f"{ref} was withdrawn: {one['withdrawn']}"
