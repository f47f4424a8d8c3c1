"""What a submission cannot be over, in the words of the rule of failures: what happened, what is safe, what to do."""

from __future__ import annotations

from desktop.errors import InvalidInput


def refused(what: str, todo: str = "") -> InvalidInput:
    """The scope of a submission cannot be used."""
    return InvalidInput(what, safe="Nothing was changed.", todo=todo, field="scope")
