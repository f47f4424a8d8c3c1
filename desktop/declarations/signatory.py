"""What a signatory types, and whether it may be signed: every problem at once, each with the field that mends it."""

from __future__ import annotations

from dataclasses import replace

from desktop.declarations import entered
from desktop.declarations.model import Problem, Sheet, SignatoryWords, SigningKey, SigningRefused


def signatory(words: SignatoryWords) -> SignatoryWords:
    """Name and position as they are signed. Raises InvalidInput for what cannot be written."""
    return replace(words, name=entered.line(words.name, "name"), position=entered.line(words.position, "position"))


def must_be_signable(
    sheet: Sheet,
    words: SignatoryWords,
    digest: str | None,
    *,
    key: SigningKey | None,
    scan: bool = False,
    grounds: str | None = None,
) -> None:
    """Raise SigningRefused with every problem: of the sheet, of what was typed, of the key.

    `digest` None with `grounds`: a withdrawal, which asks nothing of the sheet but who may sign.
    """
    name = sheet.declaration.name
    if digest is not None:
        if sheet.declaration.state.locked:
            raise SigningRefused([Problem("", f"{name} is signed already.")], todo="Start a new version of it.")
        if digest != sheet.digest:
            raise SigningRefused(
                [Problem("digest", f"What {name} says has changed since you read it.")],
                todo="Read it again: it shows what is so now.",
            )
    problems = list(sheet.problems) if digest is not None else []
    if grounds is not None and not grounds:
        problems.append(Problem("grounds", "Say on which grounds it is withdrawn."))
    if not words.name:
        problems.append(Problem("name", "Type your full name."))
    if not words.position:
        problems.append(Problem("position", "Type your position in the organisation."))
    problems.extend(_of_capacity(sheet, words))
    if not words.confirmed:
        problems.append(Problem("confirm", "Tick the box to confirm."))
    if not scan and words.name and key is None:
        problems.append(
            Problem("key", f"{words.name} has no signing key here. Make one: in the keyring, or with a passphrase.")
        )
    if problems:
        raise SigningRefused(problems)


def _of_capacity(sheet: Sheet, words: SignatoryWords) -> list[Problem]:
    allowed = [one.id for one in sheet.capacities]
    if not words.capacity:
        return [Problem("capacity", "Choose in which capacity you sign.")]
    if words.capacity in allowed or not allowed:
        return []
    other = next((one for one in sheet.wording.capacities if one.id == words.capacity), None)
    if other is not None and other.rec_only:
        return [
            Problem(
                "capacity",
                f"{other.name}: only where every role is governed by the REC alone, and not every role here is.",
            )
        ]
    names = ", ".join(one.id for one in sheet.capacities)
    return [Problem("capacity", f"Nobody signs this as “{words.capacity}”. Choose from {names}.")]
