"""For which roles a declaration is made, to whom it goes, and who may sign it: all from the recipients pack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop.content.pack import Pack
from desktop.declarations.model import Capacity, DeclarationDetails, Wording

BSC, REC = "BSC", "REC"
"""Ids of the recipients pack that decide whether a delegate may sign."""


@dataclass(frozen=True)
class Parties:
    """The roles and recipients of the pack in use, by id, and the roles that the participant holds."""

    roles: dict[str, str]
    recipients: dict[str, str]
    chosen_by: dict[str, tuple[str, ...]]
    """The recipients of each role."""
    held: tuple[str, ...]

    def roles_of(self, details: DeclarationDetails) -> tuple[str, ...]:
        """Ids of the roles that it is made for: those that were given, else all that the participant holds."""
        return details.roles or self.held

    def recipients_of(self, details: DeclarationDetails, wording: Wording) -> tuple[str, ...]:
        """Ids of those that it goes to: those that were given, else the wording's that go with its roles.

        A recipient that no role at all is said to have (the programme) goes with every role, where a wording names it.
        """
        if details.recipients:
            return details.recipients
        of_roles = {one for role in self.roles_of(details) for one in self.chosen_by.get(role, ())}
        if not wording.recipients:
            return tuple(one for one in self.recipients if one in of_roles)
        of_any = {one for some in self.chosen_by.values() for one in some}
        return tuple(one for one in wording.recipients if one in of_roles or one not in of_any)

    def capacities_of(self, details: DeclarationDetails, wording: Wording) -> tuple[Capacity, ...]:
        """Those that may sign it: a delegate only where every role is governed by the REC alone."""
        roles = self.roles_of(details)
        governed = [self.chosen_by.get(role, ()) for role in roles]
        rec_only = bool(governed) and all(REC in some and BSC not in some for some in governed)
        return tuple(one for one in wording.capacities if rec_only or not one.rec_only)

    def role_names(self, ids: Iterable[str]) -> tuple[str, ...]:
        """By name; what the pack does not have stands by its id."""
        return tuple(self.roles.get(one, one) for one in ids)

    def recipient_names(self, ids: Iterable[str]) -> tuple[str, ...]:
        """By name; what the pack does not have stands by its id."""
        return tuple(self.recipients.get(one, one) for one in ids)


def parties_of(pack: Pack, held: Sequence[str]) -> Parties:
    """The parties of a recipients pack for a participant that holds these roles."""
    roles = {row["id"]: row for row in pack.body["roles"]}
    return Parties(
        {key: _name(row) for key, row in roles.items()},
        {row["id"]: _name(row) for row in pack.body["recipients"]},
        {key: _texts(row.get("recipients")) for key, row in roles.items()},
        tuple(dict.fromkeys(one for one in roles if one in set(held))),
    )


def _name(row: dict[str, object]) -> str:
    name = row.get("name")
    return name if isinstance(name, str) and name else str(row["id"])


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
