"""Defects and the work-off plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.errors import InvalidInput, NotFound
from desktop.pit.service import PitService
from desktop.testing import entered
from desktop.testing.day_rules import check_defect, check_work_off, closing_day
from desktop.testing.model import Defect, DefectDetails, DefectStatus, Status, WorkOff, WorkOffDetails, WorkOffStatus
from desktop.testing.requirements import counted
from desktop.testing.tables import defect_table, work_off_table
from local_db import defects
from local_db.connection import Connection, Store
from local_db.defects import DefectRow, WorkOffRow
from local_db.edit import Edit
from local_db.references import next_references

_LINES = ("title", "key", "owner", "agreed_by")
_DAYS = ("raised", "due", "closed", "agreed_on")


class DefectService:
    """What pages and commands call about defects and work-off items. Every call may run on a worker thread."""

    def __init__(self, store: Store, pit: PitService, actor: str, clock: Clock) -> None:
        """`pit` has the scale of severities."""
        self._store = store
        self._pit = pit
        self._actor = actor
        self._clock = clock

    # -- defects -------------------------------------------------------------------------------------------------------

    def defect(self, defect_id: int) -> Defect:
        """One. Raises NotFound."""
        return self.defects([defect_id])[0]

    def defects(self, defect_ids: Sequence[int] | None = None) -> tuple[Defect, ...]:
        """Several (None: all), newest first. Raises NotFound."""
        connection = self._store.read()
        rows = defects.defects(connection, defect_ids)
        if defect_ids is not None:
            _must_be_there(set(defect_ids) - {row.id for row in rows}, "defect")
        seen: dict[int, list[tuple[int, str, str, Status]]] = {}
        for one in defects.seen_in(connection, defect_ids):
            seen.setdefault(one.defect_id, []).append(
                (one.result_id, one.run_ref, one.case_key, Status(one.status))
            )  # fmt: skip
        items = defects.work_off_of_defects(connection, defect_ids)
        return tuple(
            Defect(row.id, row.ref, _details(row), tuple(seen.get(row.id, ())), tuple(items.get(row.id, ())))
            for row in rows
        )

    def save(
        self, details: DefectDetails, defect_id: int | None = None, result_ids: Sequence[int] = ()
    ) -> tuple[int, Changes]:
        """Add one (None) or change one, and link the results it was seen in; returns its id.

        `raised` '' = today for a new one; closed or rejected without a day takes today, any other status has none.
        Raises InvalidInput (no title, a severity that the scale does not have, impossible days), NotFound.
        """
        values = self._checked(details)
        values["title"] = entered.needed(values["title"], "title", "A defect needs a title.")
        if defect_id is None and not values["raised"]:
            values["raised"] = self._today()
        self._close(values)
        check_defect(values, self._today())
        with self._edit("defect.save", "Save a defect") as edit:
            if defect_id is None:
                self._check_severity(values["severity"])
                ref = next_references(edit.connection, "DEF")[0]
                defect_id = edit.insert("defect", {"ref": ref, **values})
                edit.title = f"Add the defect {ref}"
            else:
                old = _defect(edit.connection, defect_id)
                self._check_severity(values["severity"], old.severity)
                edit.update("defect", [defect_id], values)
                edit.title = f"Change the defect {old.ref}"
            self._link(edit, defect_id, result_ids)
            title = edit.title
        return defect_id, Changes.of(Subject.DEFECTS, title=title, count=1)

    def edit(
        self,
        defect_ids: Sequence[int],
        *,
        status: DefectStatus | None = None,
        severity: str | None = None,
        owner: str | None = None,
        due: str | None = None,
    ) -> Changes:
        """Change several; one step. Closed takes today. Raises InvalidInput, NotFound."""
        values: dict[str, Any] = {}
        if status is not None:
            values["status"] = DefectStatus(status).value
        if severity is not None:
            self._check_severity(severity)
            values["severity"] = severity
        if owner is not None:
            values["owner"] = entered.line(owner, "owner")
        if due is not None:
            values["due"] = entered.day(due, "due")
        if not values or not defect_ids:
            return Changes()
        title = f"Change {counted(len(set(defect_ids)), 'defect')}"
        with self._edit("defect.edit", title) as edit:
            rows = {}
            for old in defects.defects(edit.connection, defect_ids):
                new = {"status": old.status, "closed": old.closed, **values}
                self._close(new)
                rows[old.id] = tuple(new.values())
            _must_be_there(set(defect_ids) - set(rows), "defect")
            edit.update_many("defect", list({"status": 0, "closed": 0, **values}), rows)
        return Changes.of(Subject.DEFECTS, title=title, count=len(rows))

    def link(self, defect_id: int, result_ids: Sequence[int]) -> Changes:
        """Say that it was seen in these results too. Raises NotFound."""
        with self._edit("defect.link", "Link a defect") as edit:
            row = _defect(edit.connection, defect_id)
            title = edit.title = f"Link the defect {row.ref} to {counted(len(set(result_ids)), 'result')}"
            count = self._link(edit, defect_id, result_ids)
        return Changes.of(Subject.DEFECTS, title=title, count=count) if count else Changes()

    def unlink(self, defect_id: int, result_ids: Sequence[int]) -> Changes:
        """Take that back; results it was not linked to are passed over. Raises NotFound."""
        with self._edit("defect.unlink", "Unlink a defect") as edit:
            row = _defect(edit.connection, defect_id)
            title = edit.title = f"Unlink the defect {row.ref} from {counted(len(set(result_ids)), 'result')}"
            count = edit.delete("defect_result", defects.links(edit.connection, defect_id, result_ids).values())
        return Changes.of(Subject.DEFECTS, title=title, count=count) if count else Changes()

    def deferred_without_work_off(self) -> tuple[Defect, ...]:
        """Deferred defects for which no work-off item is open or done: nobody has promised to mend them."""
        promised = defects.with_promise(self._store.read())
        return tuple(
            one for one in self.defects() if one.details.status is DefectStatus.DEFERRED and one.id not in promised
        )

    def open_by_severity(self) -> dict[str, int]:
        """How many open defects of each severity there are, worst first; '' = of no severity, when there are any."""
        found = dict.fromkeys((level.id for level in self._pit.severities()), 0)
        for row in defects.defects(self._store.read()):
            if DefectStatus(row.status).is_open:
                found[row.severity] = found.get(row.severity, 0) + 1
        return found

    # -- the work-off plan ---------------------------------------------------------------------------------------------

    def work_off(self, item_id: int) -> WorkOff:
        """One work-off item. Raises NotFound."""
        return self.work_off_items([item_id])[0]

    def work_off_items(self, item_ids: Sequence[int] | None = None, day: date | None = None) -> tuple[WorkOff, ...]:
        """Several (None: all): open ones first, by their day. `day` None = today, against which late is. NotFound."""
        rows = defects.work_off(self._store.read(), item_ids)
        if item_ids is not None:
            _must_be_there(set(item_ids) - {row.id for row in rows}, "work-off item")
        now = self._today() if day is None else day.isoformat()
        return tuple(_work_off(row, now) for row in rows)

    def save_work_off(self, details: WorkOffDetails, item_id: int | None = None) -> tuple[int, Changes]:
        """Add one (None) or change one; returns its id. Done or dropped without a day takes today.

        Raises InvalidInput (no title, neither a defect nor a requirement, an agreement without who agreed, a closing
        day ahead), NotFound.
        """
        values = self._checked(details)
        values["title"] = entered.needed(values["title"], "title", "A work-off item needs a title.")
        self._close(values)
        check_work_off(values, self._today(), is_for=bool(values["defect_id"] or values["requirement_id"]))
        with self._edit("work-off.save", "Save a work-off item") as edit:
            for name, table in (("defect_id", "defect"), ("requirement_id", "requirement")):
                values[name] = values[name] or None
                if values[name] and not defects.is_there(edit.connection, table, values[name]):
                    raise NotFound(f"There is no {table} {values[name]} any more.", todo="Choose another one.")
            if item_id is None:
                ref = next_references(edit.connection, "WOP")[0]
                item_id = edit.insert("work_off", {"ref": ref, **values})
                edit.title = f"Add the work-off item {ref}"
            else:
                old = defects.work_off(edit.connection, [item_id])
                _must_be_there({item_id} - {row.id for row in old}, "work-off item")
                edit.update("work_off", [item_id], values)
                edit.title = f"Change the work-off item {old[0].ref}"
            title = edit.title
        return item_id, Changes.of(Subject.DEFECTS, title=title, count=1)

    def edit_work_off(
        self,
        item_ids: Sequence[int],
        *,
        status: WorkOffStatus | None = None,
        owner: str | None = None,
        due: str | None = None,
        agreed_by: str | None = None,
        agreed_on: str | None = None,
    ) -> Changes:
        """Change several; one step. Raises InvalidInput, NotFound."""
        values: dict[str, Any] = {}
        if status is not None:
            values["status"] = WorkOffStatus(status).value
        for name, text in (("owner", owner), ("agreed_by", agreed_by)):
            if text is not None:
                values[name] = entered.line(text, name)
        for name, text in (("due", due), ("agreed_on", agreed_on)):
            if text is not None:
                values[name] = entered.day(text, name)
        if not values or not item_ids:
            return Changes()
        title = f"Change {counted(len(set(item_ids)), 'work-off item')}"
        with self._edit("work-off.edit", title) as edit:
            rows = {}
            for old in defects.work_off(edit.connection, item_ids):
                new = {"status": old.status, "closed": old.closed, **values}
                self._close(new)
                if new.get("agreed_on", old.agreed_on) and not new.get("agreed_by", old.agreed_by):
                    raise InvalidInput(f"Name who agreed to {old.ref}.", field="agreed_by")
                rows[old.id] = tuple(new.values())
            _must_be_there(set(item_ids) - set(rows), "work-off item")
            edit.update_many("work_off", list({"status": 0, "closed": 0, **values}), rows)
        return Changes.of(Subject.DEFECTS, title=title, count=len(rows))

    # -- tables --------------------------------------------------------------------------------------------------------

    def table(self, today: date | None = None) -> FrameTable:
        """The defects as a table (columns: desktop/testing/tables.py)."""
        return defect_table(self._store, self._pit, self._day(today))

    def work_off_table(self, today: date | None = None) -> FrameTable:
        """The work-off plan as a table."""
        return work_off_table(self._store, self._day(today))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _edit(self, action: str, title: str) -> Any:
        return self._store.edit(
            action=action, title=title, subjects=[Subject.DEFECTS], actor=self._actor, at=self._clock()
        )

    def _today(self) -> str:
        return today(self._clock).isoformat()

    def _day(self, given: date | None) -> date:
        return given or today(self._clock)

    def _checked(self, details: DefectDetails | WorkOffDetails) -> dict[str, Any]:
        """The fields as they are kept. Raises InvalidInput."""
        values: dict[str, Any] = {one.name: getattr(details, one.name) for one in fields(details)}
        for name, value in values.items():
            if name == "status":
                values[name] = str(value)
            elif name in _DAYS:
                values[name] = entered.day(value, name)
            elif name in _LINES:
                values[name] = entered.line(value, name)
            elif isinstance(value, str):
                values[name] = entered.passage(value, name)
        return values

    def _check_severity(self, severity: str, kept: str = "") -> None:
        """'' = not judged yet; one that was kept under another scale stays."""
        known = {level.id: level.name for level in self._pit.severities()}
        if severity and severity != kept and severity not in known:
            raise InvalidInput(
                f"The scale of severities has no “{severity}”.",
                field="severity",
                todo=f"Choose one of {', '.join(known)}.",
            )

    def _close(self, values: dict[str, Any]) -> None:
        values["closed"] = closing_day(values["status"], values["closed"], self._today())

    @staticmethod
    def _link(edit: Edit, defect_id: int, result_ids: Sequence[int]) -> int:
        if not result_ids:
            return 0
        _must_be_there(set(result_ids) - defects.results_there(edit.connection, result_ids), "result")
        there = defects.links(edit.connection, defect_id, result_ids)
        rows = [(defect_id, one) for one in dict.fromkeys(result_ids) if one not in there]
        edit.insert_many("defect_result", ("defect_id", "result_id"), rows)
        return len(rows)


def _details(row: DefectRow) -> DefectDetails:
    return DefectDetails(
        row.title, row.key, row.description, row.severity, DefectStatus(row.status), row.owner, row.raised, row.due,
        row.closed, row.resolution,
    )  # fmt: skip


def _work_off(row: WorkOffRow, now: str) -> WorkOff:
    details = WorkOffDetails(
        row.title, row.description, row.defect_id, row.requirement_id, row.owner, row.due, WorkOffStatus(row.status),
        row.agreed_by, row.agreed_on, row.closed, row.note,
    )  # fmt: skip
    late = details.status is WorkOffStatus.OPEN and bool(row.due) and row.due < now
    return WorkOff(row.id, row.ref, details, row.defect_ref, row.requirement_key, late)


def _defect(connection: Connection, defect_id: int) -> DefectRow:
    found = defects.defects(connection, [defect_id])
    _must_be_there({defect_id} - {row.id for row in found}, "defect")
    return found[0]


def _must_be_there(lost: set[int], what: str) -> None:
    if lost:
        raise NotFound(f"There is no {what} {min(lost)} any more.", todo="Choose another one.")
