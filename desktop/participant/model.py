"""The participant: an organisation, what it does in the market, and who wears which hat."""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop.errors import InvalidInput

_SHORT_NAME = re.compile(r"[A-Z0-9]{2,12}")
_MPID = re.compile(r"[A-Z]{4}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Participant:
    """The organisation of the workspace. `short_name` stands in references and file names (ACME)."""

    name: str
    short_name: str
    pathway: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Scope:
    """One MPID in one market role and segment ('' = all), with its pathway and reliance. `id` None: not saved yet."""

    mpid: str
    role: str
    segment: str = ""
    pathway: str = ""
    reliance: str = "none"
    id: int | None = None


@dataclass(frozen=True)
class Contact:
    """A person under one hat. `id` None: not saved yet."""

    hat: str
    name: str
    position: str = ""
    email: str = ""
    phone: str = ""
    id: int | None = None


@dataclass(frozen=True)
class Recipient:
    """Who gets submissions, chosen by the participant's roles."""

    id: str
    name: str
    code_body: str
    because: tuple[str, ...]
    """The roles that choose it, by name."""


def checked_participant(participant: Participant) -> Participant:
    """The participant with its texts trimmed. Raises InvalidInput naming the field."""
    name, short = participant.name.strip(), participant.short_name.strip().upper()
    if not name:
        raise InvalidInput("The organisation needs its legal name.", field="name")
    if not _SHORT_NAME.fullmatch(short):
        raise InvalidInput(
            "The short name is 2 to 12 letters or digits, such as ACME: it stands in file names.", field="short_name"
        )
    return Participant(name, short, participant.pathway, participant.notes.strip())


def checked_scope(scope: Scope) -> Scope:
    """The scope with its MPID in capitals. Raises InvalidInput. An MPID is four capital letters (MDD v377: all 958)."""
    mpid = scope.mpid.strip().upper()
    if not _MPID.fullmatch(mpid):
        raise InvalidInput("An MPID is four letters, such as ACME.", field="mpid")
    if scope.reliance not in ("none", "partial", "full"):
        raise InvalidInput("Reliance is none, partial or full.", field="reliance")
    return Scope(mpid, scope.role, scope.segment, scope.pathway, scope.reliance, scope.id)


def checked_contact(contact: Contact) -> Contact:
    """The contact with its texts trimmed. Raises InvalidInput."""
    name, email = contact.name.strip(), contact.email.strip()
    if not name:
        raise InvalidInput("A contact needs a name.", field="name")
    if email and not _EMAIL.fullmatch(email):
        raise InvalidInput(f"“{email}” is not an e-mail address.", field="email")
    return Contact(contact.hat, name, contact.position.strip(), email, contact.phone.strip(), contact.id)
