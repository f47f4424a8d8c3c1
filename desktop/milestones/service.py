"""The milestones of the programme and of the participant, with the day that counts for each.

The pack has definitions, baselines (each plan with its date and source) and what really happened. The participant may
say another day to work to, an actual one, and add milestones of its own (go-live, a PAB date). Deadlines of cutover
activities and gates of the PIT plan hang on these days plus or minus working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.content.pack import Pack
from desktop.content.service import ContentService
from desktop.errors import InvalidInput, NotFound
from desktop.milestones import entered
from desktop.milestones.model import OWN, MilestoneDay, day_of, own_day
from local_db import milestones as rows
from local_db.connection import Connection, Store
from local_db.edit import Edit

__all__ = ["OWN", "MilestoneDay", "MilestoneService"]

MOVING = (Subject.MILESTONES, Subject.CUTOVER, Subject.PIT)
"""What changes with a milestone's day: deadlines of activities, gates that hang on it."""


class MilestoneService:
    """What pages and commands call about milestones. Every call may run on a worker thread."""

    def __init__(self, store: Store, content: ContentService, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._content = content
        self._actor = actor
        self._clock = clock

    def pack(self) -> Pack:
        """The milestones pack in use."""
        return self._content.pack("milestones")

    def milestones(self, connection: Connection | None = None) -> tuple[MilestoneDay, ...]:
        """All of them: the pack's in its order, then the participant's own by day.

        What was said of a milestone that the pack in use does not have is kept, among the participant's own.
        """
        rows_of = rows.milestones(connection or self._store.read())
        of_pack = [day_of(one, rows_of.get(one.id)) for one in self._content.milestones()]
        known = {one.id for one in of_pack}
        own = [own_day(row) for row in rows_of.values() if row.milestone not in known]
        return (*of_pack, *sorted(own, key=lambda one: (one.day is None, one.day or date.max, one.title.casefold())))

    def days(self, connection: Connection | None = None) -> Mapping[str, date]:
        """The day that counts of every milestone that has one, by id: what deadlines are counted from."""
        return {one.id: one.day for one in self.milestones(connection) if one.day is not None}

    def save(
        self,
        milestone_id: str,
        *,
        title: str | None = None,
        baseline: date | str | None = None,
        current: date | str | None = None,
        actual: date | str | None = None,
        note: str | None = None,
        rebaseline: bool = False,
    ) -> Changes:
        """Say a milestone's days (a date, '' to clear, None to leave); undoable; what hangs on it moves with it.

        The pack's milestones take no title and no baseline. A baseline of an own one is set once: another one over it
        needs `rebaseline`. Raises InvalidInput, NotFound.
        """
        one = self._milestone(milestone_id)
        values = self._values(one, title, baseline, current, actual, note, rebaseline=rebaseline)
        if all(str(getattr(one, name) or "") == value for name, value in values.items()):
            return Changes()
        said = f"Change the days of {one.id}" if not one.own else "Change a milestone of your own"
        with self._edit("milestone.save", said) as edit:
            kept = rows.milestones(edit.connection).get(milestone_id)
            if kept is not None:
                edit.update("milestone_day", [kept.id], values)
                self._drop_empty(edit, milestone_id)
            elif any(values.values()):
                edit.insert("milestone_day", {"milestone": milestone_id, **values})
        return Changes.of(*MOVING, title=said, count=1)

    def check(self, milestone_id: str, **said: Any) -> None:
        """Raise what `save` with the same arguments would raise; nothing is kept."""
        given = dict.fromkeys(("title", "baseline", "current", "actual", "note"))
        self._values(self._milestone(milestone_id), **{**given, "rebaseline": False, **said})

    def add(self, title: str, *, baseline: date | str = "", note: str = "") -> tuple[str, Changes]:
        """Add a milestone of the participant's own; gives its id. Raises InvalidInput without a title."""
        values = {
            "title": self._free_title(title),
            "baseline": entered.day(baseline, "baseline"),
            "note": entered.text(note, "note"),
        }
        said = "Add a milestone of your own"
        with self._edit("milestone.add", said) as edit:
            milestone_id = entered.own_id(values["title"], {one.id for one in self.milestones(edit.connection)})
            edit.insert("milestone_day", {"milestone": milestone_id, **values})
        return milestone_id, Changes.of(*MOVING, title=said, count=1)

    def remove(self, milestone_id: str) -> Changes:
        """Remove one of the participant's own. Raises InvalidInput when something hangs on it (says what), NotFound."""
        one = self._milestone(milestone_id)
        if not one.own:
            raise InvalidInput(
                f"{one.id} is a milestone of the content pack and stays.",
                safe="Nothing was removed.",
                todo="Clear the days that you gave it.",
            )
        said = "Remove a milestone of your own"
        with self._edit("milestone.remove", said) as edit:
            used = entered.hanging_words(rows.hanging(edit.connection, milestone_id))
            if used:
                raise InvalidInput(
                    f"“{one.title}” is in use: {used}.",
                    safe="Nothing was removed.",
                    todo="Let them hang on another milestone first.",
                )
            edit.delete("milestone_day", [rows.milestones(edit.connection)[milestone_id].id])
        return Changes.of(*MOVING, title=said, count=1)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _values(  # noqa: PLR0917 - as `save` has them
        self,
        one: MilestoneDay,
        title: str | None,
        baseline: date | str | None,
        current: date | str | None,
        actual: date | str | None,
        note: str | None,
        *,
        rebaseline: bool,
    ) -> dict[str, object]:
        """What is written of a milestone. Raises InvalidInput."""
        values: dict[str, object] = {}
        for name, given in (("baseline", baseline), ("current", current), ("actual", actual)):
            if given is not None:
                values[name] = entered.day(given, name, today(self._clock) if name == "actual" else None)
        if note is not None:
            values["note"] = entered.text(note, "note")
        if one.own:
            if title is not None:
                values["title"] = self._free_title(title, but=one.id)
        elif title is not None or baseline is not None:
            raise InvalidInput(
                f"{one.id} is a milestone of the content pack: its title and what was planned stand there.",
                safe="Nothing was changed.",
                todo="Give the day that you work to as its current day.",
                field="title" if title is not None else "baseline",
            )
        before = one.baseline.isoformat() if one.own and one.baseline else ""
        if before and not rebaseline and values.get("baseline", before) != before:
            raise InvalidInput(
                f"This milestone has the baseline {before} already, and a baseline is kept.",
                safe="Nothing was changed.",
                todo="Change the day to work to, or say that the baseline is to be replaced.",
                field="baseline",
            )
        return values

    def _milestone(self, milestone_id: str) -> MilestoneDay:
        for one in self.milestones():
            if one.id == milestone_id:
                return one
        raise NotFound(f"There is no milestone “{milestone_id[:60]}”.", safe="Nothing was changed.")

    def _free_title(self, title: str, but: str = "") -> str:
        """A title that no other milestone has. Raises InvalidInput."""
        title = entered.text(" ".join(title.split()), "title", 200)
        if not title:
            raise InvalidInput("A milestone needs a title.", field="title")
        taken = {word.casefold() for one in self.milestones() if one.id != but for word in (one.id, one.title)}
        if title.casefold() in taken:
            raise InvalidInput("There is a milestone with this title already.", field="title")
        return title

    @staticmethod
    def _drop_empty(edit: Edit, milestone_id: str) -> None:
        row = rows.milestones(edit.connection)[milestone_id]
        if not any((row.title, row.baseline, row.current, row.actual, row.note)):
            edit.delete("milestone_day", [row.id])

    def _edit(self, action: str, title: str) -> AbstractContextManager[Edit]:
        return self._store.edit(action=action, title=title, subjects=MOVING, actor=self._actor, at=self._clock())
