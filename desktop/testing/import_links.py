"""Which links between requirements and cases a file adds, and which it does not name any more.

Links are only ever added: those that a file does not name any more are told, for a file of one document knows nothing
of links that somebody made by hand. A case that a requirement names and that is not here yet is added with its id as
its title, since people bring their RTTM first; a requirement that a case names and that is not here is told only, for
a requirement without its document asks for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.testing.hashing import case_hash
from desktop.testing.import_plan import Context, counted, listed
from desktop.testing.requirement_rows import EMPTY_CASE
from local_db import requirements
from local_db.edit import Edit


@dataclass
class LinkPlan:
    """New links by the id of the record that names them, cases to be made for them, and what is to be said."""

    added: dict[str, list[str]] = field(default_factory=dict)
    there: dict[str, list[str]] = field(default_factory=dict)
    """Of every record of that kind the ids that it is linked to now, oldest link first."""
    new_cases: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    of_requirements: bool = True

    def told(self) -> dict[str, tuple[list[str], list[str]]]:
        """Of the records that get new links: the ids that they are linked to now, and the new ones."""
        return {key: (self.there.get(key, []), added) for key, added in self.added.items()}

    def apply(self, edit: Edit, source: str = "") -> dict[str, int]:
        """Write them; the records themselves are there by now. Returns the cases that were made, by id."""
        connection = edit.connection
        made = add_cases(edit, self.new_cases, source) if self.new_cases else {}
        if not self.added:
            return made
        asked = {row.key: (row.id, row.hash) for row in requirements.requirements(connection)}
        cases = {row.key: row.id for row in requirements.cases(connection)}
        rows = []
        for key, others in self.added.items():
            for other in others:
                requirement, case = (key, other) if self.of_requirements else (other, key)
                requirement_id, now = asked[requirement]
                rows.append((requirement_id, cases[case], now))
        edit.insert_many("requirement_case", requirements.LINK_COLUMNS, rows)
        return made


def planned_links(
    context: Context, pairs: Mapping[str, Sequence[str]], *, of_requirements: bool, tell_lost: bool = True
) -> LinkPlan:
    """What the ids in a column mean. `pairs`: id of a record (requirement or case) to the ids of the other kind."""
    connection = context.connection
    plan = LinkPlan(of_requirements=of_requirements)
    requirement_key = {row.id: row.key for row in requirements.requirements(connection)}
    case_key = {row.id: row.key for row in requirements.cases(connection)}
    for link in requirements.links(connection):
        requirement, case = requirement_key[link.requirement_id], case_key[link.case_id]
        key, other = (requirement, case) if of_requirements else (case, requirement)
        plan.there.setdefault(key, []).append(other)
    others = set(case_key.values() if of_requirements else requirement_key.values())
    unknown: dict[str, None] = {}
    lost = 0
    for key, named in pairs.items():
        linked = set(plan.there.get(key, ()))
        new = []
        for other in named:
            if other in linked:
                continue
            if other not in others:
                unknown[other] = None
                if not of_requirements:
                    continue
            new.append(other)
        if new:
            plan.added[key] = new
        if named:
            lost += len(linked - set(named))
    if unknown and of_requirements:
        plan.new_cases = list(unknown)
        plan.notes.append(
            f"Named by requirements and not here yet: {counted(len(unknown), 'test case')}, which will be added with "
            f"the id as title: {listed(list(unknown))}."
        )
    elif unknown:
        plan.notes.append(
            f"Named in the file and not here: {counted(len(unknown), 'requirement')}, to which nothing is linked: "
            f"{listed(list(unknown))}. Import the requirements first, or import this file once more afterwards."
        )
    if lost and tell_lost:
        plan.notes.append(
            f"Here, and not named in the file: {counted(lost, 'link')}. Nothing is unlinked; remove links by hand "
            "where that is meant."
        )
    count = sum(len(new) for new in plan.added.values())
    if count:
        plan.notes.append(f"{counted(count, 'link')} between requirements and test cases will be added.")
    return plan


def add_cases(
    edit: Edit, keys: Sequence[str], source: str = "", titles: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Cases of which nothing is known but their ids (and perhaps titles); returns their row ids."""
    position = requirements.next_position(edit.connection, "test_case")
    rows = []
    for place, key in enumerate(keys):
        title = (titles or {}).get(key) or key
        rows.append((key, title, source, case_hash(replace(EMPTY_CASE, title=title)), position + place))
    ids = edit.insert_many("test_case", ["key", "title", "source", "hash", "position"], rows)
    return dict(zip(keys, ids, strict=True))
