"""Requirements and test cases: what is to be tested by what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import InvalidInput, NotFound
from desktop.records.model import PastChange, RecordKind
from desktop.records.plain_keys import added_title
from desktop.testing.hashing import case_hash, requirement_hash
from desktop.testing.model import Case, CaseEdit, Requirement, RequirementEdit, Step
from desktop.testing.record_history import past_changes
from desktop.testing.requirement_rows import (
    EMPTY_CASE,
    EMPTY_REQUIREMENT,
    case_of,
    requirement_of,
    step_row,
    steps_by_case,
)
from local_db import requirements
from local_db.connection import Connection, Store
from local_db.edit import Edit

LONGEST_KEY = 200
LONGEST_TEXT = 32_767
"""Characters: what a cell of a workbook can hold, so that every text can be handed on."""


class RequirementService:
    """What pages and commands call about requirements and cases. Every call may run on a worker thread."""

    def __init__(self, store: Store, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._actor = actor
        self._clock = clock

    # -- requirements ------------------------------------------------------------------------------------------------

    def requirement(self, requirement_id: int) -> Requirement:
        """One. Raises NotFound."""
        return self._requirements(self._store.read(), [requirement_id])[0]

    def add_requirement(self, key: str, change: RequirementEdit) -> Changes:
        """A requirement typed by hand. Raises InvalidInput for a key that is empty or taken, or without a title."""
        key = _checked_key(key, "requirement")
        values = _values(change)
        _must_have_title(values.get("title"))
        title = added_title("requirement", key)
        with self._edit("requirement.add", title) as edit:
            self._refuse_taken(edit.connection, "requirement", key)
            self._check_reliance(edit.connection, values)
            new = replace(EMPTY_REQUIREMENT, key=key, **values)
            edit.insert(
                "requirement",
                {
                    "key": key,
                    **values,
                    "hash": requirement_hash(new),
                    "position": requirements.next_position(edit.connection, "requirement"),
                },
            )
        return Changes.of(Subject.REQUIREMENTS, title=title, count=1)

    def edit_requirements(self, requirement_ids: Sequence[int], change: RequirementEdit) -> Changes:
        """Change requirements; one step. Raises InvalidInput, NotFound."""
        values = _values(change)
        if "title" in values:
            _must_have_title(values["title"])
        if not values or not requirement_ids:
            return Changes()
        title = f"Change {counted(len(set(requirement_ids)), 'requirement')}"
        with self._edit("requirement.edit", title) as edit:
            self._check_reliance(edit.connection, values)
            rows = {}
            for old in self._requirements(edit.connection, requirement_ids):
                rows[old.id] = (*values.values(), requirement_hash(replace(old, **values)))
            edit.update_many("requirement", [*values, "hash"], rows)
        return Changes.of(Subject.REQUIREMENTS, title=title, count=len(rows))

    # -- cases -------------------------------------------------------------------------------------------------------

    def case(self, case_id: int) -> Case:
        """One with its steps. Raises NotFound."""
        return self._cases(self._store.read(), [case_id])[0]

    def add_case(self, key: str, change: CaseEdit, requirement_ids: Sequence[int] = ()) -> Changes:
        """A case typed by hand, for these requirements. Raises InvalidInput, NotFound."""
        key = _checked_key(key, "test case")
        values = _values(change)
        steps = _numbered(values.pop("steps", ()))
        _must_have_title(values.get("title"))
        title = added_title("test case", key)
        with self._edit("case.add", title) as edit:
            self._refuse_taken(edit.connection, "test_case", key)
            new = replace(EMPTY_CASE, key=key, steps=steps, **values)
            case_id = edit.insert(
                "test_case",
                {
                    "key": key,
                    **values,
                    "hash": case_hash(new),
                    "position": requirements.next_position(edit.connection, "test_case"),
                },
            )
            edit.insert_many("test_step", requirements.STEP_COLUMNS, [step_row(case_id, step) for step in steps])
            self._link(edit, requirement_ids, [case_id])
        return Changes.of(Subject.REQUIREMENTS, title=title, count=1)

    def edit_cases(self, case_ids: Sequence[int], change: CaseEdit) -> Changes:
        """Change cases; one step. Raises InvalidInput, NotFound."""
        values = _values(change)
        steps = values.pop("steps", None)
        if "title" in values:
            _must_have_title(values["title"])
        if (not values and steps is None) or not case_ids:
            return Changes()
        title = f"Change {counted(len(set(case_ids)), 'test case')}"
        with self._edit("case.edit", title) as edit:
            rows = {}
            for old in self._cases(edit.connection, case_ids):
                new = replace(old, **values, steps=old.steps if steps is None else _numbered(steps))
                rows[old.id] = (*values.values(), case_hash(new))
                if new.steps != old.steps:
                    edit.delete("test_step", [one.id for one in requirements.steps(edit.connection, [old.id])])
                    edit.insert_many("test_step", requirements.STEP_COLUMNS, [step_row(old.id, s) for s in new.steps])
            edit.update_many("test_case", [*values, "hash"], rows)
        return Changes.of(Subject.REQUIREMENTS, title=title, count=len(rows))

    # -- which case is for which requirement --------------------------------------------------------------------------

    def link(self, requirement_ids: Sequence[int], case_ids: Sequence[int]) -> Changes:
        """Say that each case is for each requirement, as it reads now; links that are there stay. Raises NotFound."""
        if not requirement_ids or not case_ids:
            return Changes()
        title = (
            f"Link {counted(len(set(case_ids)), 'test case')} to {counted(len(set(requirement_ids)), 'requirement')}"
        )
        with self._edit("requirement.link", title) as edit:
            count = self._link(edit, requirement_ids, case_ids)
        return Changes.of(Subject.REQUIREMENTS, title=title, count=count) if count else Changes()

    def unlink(self, link_ids: Sequence[int]) -> Changes:
        """Remove links; those that are not there are passed over."""
        title = f"Remove {counted(len(set(link_ids)), 'link')} of test cases to requirements"
        with self._edit("requirement.unlink", title) as edit:
            count = edit.delete("requirement_case", link_ids)
        return Changes.of(Subject.REQUIREMENTS, title=title, count=count) if count else Changes()

    def confirm(self, link_ids: Sequence[int]) -> Changes:
        """Say that the case still tests the requirement as it reads now."""
        title = f"Confirm {counted(len(set(link_ids)), 'link')} of test cases to requirements"
        with self._edit("requirement.confirm", title) as edit:
            links = requirements.links(edit.connection, link_ids)
            asked = {row.id: row.hash for row in _rows(edit.connection, (one.requirement_id for one in links))}
            rows = {
                one.id: (asked[one.requirement_id],)
                for one in links
                if one.requirement_hash != asked[one.requirement_id]
            }
            edit.update_many("requirement_case", ["requirement_hash"], rows)
        return Changes.of(Subject.REQUIREMENTS, title=title, count=len(rows)) if rows else Changes()

    def links_to_confirm(self) -> list[int]:
        """Ids of links whose requirement reads otherwise than when they were looked at."""
        return requirements.links_to_confirm(self._store.read())

    # -- history -------------------------------------------------------------------------------------------------------

    def requirement_history(self, requirement_id: int) -> tuple[PastChange, ...]:
        """What imports changed in it, newest first."""
        return past_changes(self._store.read(), RecordKind.REQUIREMENTS, requirement_id)

    def case_history(self, case_id: int) -> tuple[PastChange, ...]:
        """What imports changed in it, newest first."""
        return past_changes(self._store.read(), RecordKind.CASES, case_id)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _edit(self, action: str, title: str) -> Any:
        at: datetime = self._clock()
        return self._store.edit(action=action, title=title, subjects=[Subject.REQUIREMENTS], actor=self._actor, at=at)

    @staticmethod
    def _requirements(connection: Connection, ids: Sequence[int]) -> list[Requirement]:
        found = [requirement_of(row) for row in _rows(connection, ids)]
        lost = set(ids) - {one.id for one in found}
        if lost:
            raise NotFound(f"There is no requirement {min(lost)} any more.", todo="Choose another one.")
        return found

    @staticmethod
    def _cases(connection: Connection, ids: Sequence[int]) -> list[Case]:
        steps = steps_by_case(requirements.steps(connection, ids))
        found = [case_of(row, steps.get(row.id, ())) for row in requirements.cases(connection, ids)]
        lost = set(ids) - {one.id for one in found}
        if lost:
            raise NotFound(f"There is no test case {min(lost)} any more.", todo="Choose another one.")
        return found

    def _link(self, edit: Edit, requirement_ids: Sequence[int], case_ids: Sequence[int]) -> int:
        """Add the links that are not there yet; returns how many."""
        if not requirement_ids:
            return 0
        self._requirements(edit.connection, requirement_ids)
        self._cases(edit.connection, case_ids)
        there = requirements.links_between(edit.connection, requirement_ids, case_ids)
        hashes = {row.id: row.hash for row in _rows(edit.connection, requirement_ids)}
        rows = [
            (requirement_id, case_id, hashes[requirement_id])
            for requirement_id in dict.fromkeys(requirement_ids)
            for case_id in dict.fromkeys(case_ids)
            if (requirement_id, case_id) not in there
        ]
        edit.insert_many("requirement_case", requirements.LINK_COLUMNS, rows)
        return len(rows)

    @staticmethod
    def _refuse_taken(connection: Connection, table: str, key: str) -> None:
        if requirements.taken(connection, table, key):
            raise InvalidInput(f"There is one with the key {key} already.", field="key", todo="Use another key.")

    @staticmethod
    def _check_reliance(connection: Connection, values: dict[str, Any]) -> None:
        """0 clears it; else it has to be there."""
        if "reliance_id" not in values:
            return
        values["reliance_id"] = values["reliance_id"] or None
        if values["reliance_id"] and not requirements.reliance_is_there(connection, values["reliance_id"]):
            raise InvalidInput("This reliance is not there any more.", field="reliance_id", todo="Choose another one.")


def counted(number: int, word: str) -> str:
    """A number with its word: 1 requirement, 3 requirements."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _rows(connection: Connection, ids: Iterable[int]) -> list[requirements.RequirementRow]:
    return requirements.requirements(connection, ids)


def _values(change: RequirementEdit | CaseEdit) -> dict[str, Any]:
    """The fields that are to be changed, trimmed. Raises InvalidInput for a text that is too long."""
    values = {one.name: getattr(change, one.name) for one in fields(change)}
    values = {name: value for name, value in values.items() if value is not None}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = value.strip().replace("\0", "")
            if len(value) > LONGEST_TEXT:
                raise InvalidInput(f"Use at most {LONGEST_TEXT:,} characters.", field=name)
    return values


def _checked_key(key: str, what: str) -> str:
    key = key.strip()
    if not key:
        raise InvalidInput(f"A {what} needs a key, by which imports know it again.", field="key")
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInput(f"A key is one line of at most {LONGEST_KEY} characters.", field="key")
    return key


def _must_have_title(title: object) -> None:
    if not title:
        raise InvalidInput("A title is needed.", field="title")


def _numbered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps with their places from 1; a step without a number of its own takes its place as number."""
    return tuple(
        replace(step, position=place, step=step.step.strip() or str(place)) for place, step in enumerate(steps, start=1)
    )
