"""Saved views of tables, and the last view of each, which comes back when its page opens again."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.browse.view import View
from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import InvalidInput, NotFound
from local_db import settings as setting_queries
from local_db import views as queries
from local_db.connection import Store

NAME_LENGTH = 80


@dataclass(frozen=True)
class SavedView:
    """A named view of a table."""

    id: int
    table: str
    name: str
    view: View


class SavedViews:
    """The views of one workspace. `table` is findings, portfolio, imports or history."""

    def __init__(self, store: Store, actor: str, clock: Clock) -> None:
        """Saving and removing can be undone and are written into the log under `actor`."""
        self._store, self._actor, self._clock = store, actor, clock

    def list(self, table: str) -> tuple[SavedView, ...]:
        """The table's saved views by name; one that a newer version wrote and this one cannot read is left out."""
        found = []
        for row in queries.rows(self._store, table):
            view = _read(row.spec)
            if view is not None:
                found.append(SavedView(row.id, row.table_name, row.name, view))
        return tuple(found)

    def save(self, table: str, name: str, view: View) -> Changes:
        """Save under a name; one of the same name (without regard to case) is replaced. Raises InvalidInput."""
        name = " ".join(name.split())
        if not name or len(name) > NAME_LENGTH:
            raise InvalidInput(f"A view needs a name of 1 to {NAME_LENGTH} characters.", field="name")
        title = f"Save view “{name}”"
        with self._store.edit(
            action="views.save", title=title, subjects=[Subject.VIEWS], actor=self._actor, at=self._clock()
        ) as edit:
            there = queries.by_name(edit.connection, table, name)
            row = {"table_name": table, "name": name, "spec": view.to_json()}
            if there is None:
                edit.insert("saved_view", row)
            else:
                edit.update("saved_view", [there.id], row)
        return Changes.of(Subject.VIEWS, title=title, count=1)

    def remove(self, view_id: int) -> Changes:
        """Remove a saved view. Raises NotFound."""
        there = queries.by_id(self._store.read(), view_id)
        if there is None:
            raise NotFound("This view is not there any more.")
        title = f"Remove view “{there.name}”"
        with self._store.edit(
            action="views.remove", title=title, subjects=[Subject.VIEWS], actor=self._actor, at=self._clock()
        ) as edit:
            edit.delete("saved_view", [view_id])
        return Changes.of(Subject.VIEWS, title=title, count=1)

    def last(self, table: str) -> View | None:
        """The view the table had when it was last left; None if there is none."""
        spec = setting_queries.read_all(self._store).get(_last(table))
        return _read(spec) if isinstance(spec, str) else None

    def remember(self, table: str, view: View) -> None:
        """Keep the view for the next time. Not an edit: it is neither logged nor undone, and a reader keeps nothing."""
        if self._store.read_only or self.last(table) == view:
            return
        with self._store.write() as connection:
            if view == View():
                setting_queries.remove(connection, _last(table))
            else:
                setting_queries.put(connection, _last(table), view.to_json())


def _last(table: str) -> str:
    return f"last_view.{table}"


def _read(spec: str) -> View | None:
    try:
        return View.from_json(spec)
    except ValueError:
        return None
