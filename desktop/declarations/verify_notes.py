"""What verifying a declaration proves and does not, in words for whoever received it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.declarations.shape import WITHDRAWAL


def notes(
    body: Mapping[str, Any], sha256: str, *, holds: bool, fingerprint_told: bool, sha256_told: bool = False
) -> tuple[str, ...]:
    """Of a body whose files are bound in; `sha256` of its JSON, `holds`: nothing was found against it."""
    if not holds:
        return ("Do not rely on it, nor on what it says of itself. Ask whoever sent it for a new export.",)
    told = [*_what_it_is(body)]
    if body["key"] is None:
        told += [
            "There is no electronic signature to check. Whether the signature on the attached document is genuine is"
            " for its reader to judge.",
            "declaration.json is the one whose SHA-256 you gave."
            if sha256_told
            else "Whether declaration.json itself was changed, only its SHA-256 can tell, if you know it by another"
            f" way: {sha256}",
        ]
    else:
        told.append(
            "The key is the one whose fingerprint you gave."
            if fingerprint_told
            else "It shows that nothing was changed since it was signed with this key. Whose key it is, it does not"
            f" show: ask {body['signatory']['name']} for its fingerprint by another way and compare."
        )
    told.append("The time of signing is that of the clock of the computer that it was signed on.")
    if body["kind"] != WITHDRAWAL:
        told.append("Whether it was withdrawn or superseded later cannot be seen from it: ask the organisation.")
    return tuple(told)


def _what_it_is(body: Mapping[str, Any]) -> list[str]:
    told = []
    if body["rehearsal"]:
        told.append("It is a rehearsal: nothing is declared by it.")
    if body["kind"] == WITHDRAWAL:
        of = body["withdraws"]
        return [*told, f"It withdraws {of['reference']} v{of['version']}. Grounds: {body['grounds']}"]
    if body["wording"]["placeholder"]:
        told.append("Its wording is a placeholder and not the Code Body's own.")
    if body["same_person"]:
        told.append("Whoever prepared it signed it too.")
    of = body["supersedes"]
    if of is not None:
        told.append(f"It supersedes {of['reference']} v{of['version']}. Reason: {of['reason']}")
    return told
