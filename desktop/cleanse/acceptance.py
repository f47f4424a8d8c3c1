"""Accepting findings for a time: giving, renewing and withdrawing exceptions, and writing down those that ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from desktop.changes import Changes, Subject
from desktop.cleanse.exceptions import (
    AcceptedException,
    Covers,
    ExceptionRequest,
    checked_request,
    described,
    judged,
)
from desktop.cleanse.history import KEPT_SCHEMA
from desktop.cleanse.runs import population_now, reopen
from desktop.cleanse.work import counted
from desktop.clock import Clock, today
from desktop.errors import InvalidInput, NotFound
from desktop.frames import pl
from local_db import exceptions as exception_rows
from local_db import runs as run_rows
from local_db.connection import Connection, Store
from local_db.exceptions import ExceptionRow


class Acceptance:
    """The exceptions of one workspace; `CleanseService` hands its calls on to it."""

    def __init__(self, store: Store, findings: Callable[[], pl.DataFrame], actor: str, clock: Clock) -> None:
        """`findings` gives the kept findings after the newest run (history.KEPT_SCHEMA)."""
        self._store = store
        self._findings = findings
        self._actor = actor
        self._clock = clock

    def accept(self, what: pl.DataFrame | str, request: ExceptionRequest) -> Changes:
        """Accept findings for a time, as one step that can be undone.

        `what` is findings (fingerprint, check_id, item), or the id of a check for all it has. Raises InvalidInput.
        """
        day = today(self._clock)
        reason, approver, expires = checked_request(request, day)
        common = {
            "reason": reason,
            "approver": approver,
            "approved_at": day.isoformat(),
            "expires": expires.isoformat(),
            "created_at": self._clock().isoformat(),
            "created_by": self._actor,
        }
        groups: list[tuple[str, str, list[int]]] = []
        if isinstance(what, str):
            population = self._population(what, request.item)
            title = f"Accept all {counted(population)} of {what}"
        else:
            population = what.height
            title = f"Accept {counted(population)}"
            for names, some in sorted(what.group_by("check_id"), key=lambda group: str(group[0][0])):
                items = some["item"].unique().to_list()
                groups.append((str(names[0]), items[0] if len(items) == 1 else "", some["fingerprint"].to_list()))
        with self._store.edit(
            action="exceptions.accept",
            title=title,
            subjects=[Subject.FINDINGS.value, Subject.EXCEPTIONS.value],
            actor=self._actor,
            at=self._clock(),
        ) as step:
            if isinstance(what, str):
                covers = {"covers": Covers.ALL.value, "population": population}
                step.insert("exception", {**common, **covers, "check_id": what, "item": request.item})
            for check_id, item, fingerprints in groups:
                covers = {"covers": Covers.LISTED.value, "population": len(fingerprints)}
                number = step.insert("exception", {**common, **covers, "check_id": check_id, "item": item})
                step.upsert("finding_work", fingerprints, {"exception_id": number})
        return Changes.of(Subject.FINDINGS, Subject.EXCEPTIONS, title=title, count=population)

    def exceptions(self, day: date) -> tuple[AcceptedException, ...]:
        """Every exception as it stands on a day, newest first; withdrawn ones too."""
        with self._store.reading() as connection:
            rows = exception_rows.exceptions(connection)
            if not rows:
                return ()
            now = self._now(connection)
            return tuple(described(row, judged(row, day, now), now(row)) for row in rows)

    def withdraw(self, exception_id: int) -> Changes:
        """Take an exception back; its findings are open again. Can be undone. Raises NotFound."""
        self._exception(exception_id)
        title = "Withdraw an exception"
        with self._store.edit(
            action="exceptions.withdraw",
            title=title,
            subjects=[Subject.FINDINGS.value, Subject.EXCEPTIONS.value],
            actor=self._actor,
            at=self._clock(),
        ) as step:
            step.update("exception", [exception_id], {"state": "withdrawn"})
        return Changes.of(Subject.FINDINGS, Subject.EXCEPTIONS, title=title, count=1)

    def approve_again(self, exception_id: int, request: ExceptionRequest) -> Changes:
        """Renew an exception, for as many findings as it is about now, with a new end. Can be undone.

        Raises InvalidInput, NotFound.
        """
        reason, approver, expires = checked_request(request, today(self._clock))
        population = self._exception(exception_id).now
        title = f"Approve an exception again for {counted(population)}"
        values = {
            "reason": reason,
            "approver": approver,
            "approved_at": today(self._clock).isoformat(),
            "expires": expires.isoformat(),
            "population": population,
            "state": "active",
        }
        with self._store.edit(
            action="exceptions.approve",
            title=title,
            subjects=[Subject.FINDINGS.value, Subject.EXCEPTIONS.value],
            actor=self._actor,
            at=self._clock(),
        ) as step:
            step.update("exception", [exception_id], values)
        return Changes.of(Subject.FINDINGS, Subject.EXCEPTIONS, title=title, count=population)

    def reopen_due(self, today: date) -> Changes:
        """Write down the exceptions whose end has passed (call it on opening); nothing when there are none."""
        if self._store.read_only or all(one.active for one in self._kept_as_active(today)):
            return Changes()
        with self._store.write() as connection:
            reopened = reopen(
                self._store, connection, today, self._now(connection), actor=self._actor, clock=self._clock
            )
        return Changes.of(Subject.FINDINGS, Subject.EXCEPTIONS, title="Reopen exceptions", count=len(reopened))

    def _population(self, check_id: str, item: str) -> int:
        with self._store.reading() as connection:
            newest = run_rows.newest_run(connection)
            count = 0 if newest is None else run_rows.open_of_check(connection, newest, check_id, item)
        if not count:
            raise InvalidInput(f"{check_id} has no findings to accept.", field="check")
        return count

    def _exception(self, exception_id: int) -> AcceptedException:
        for one in self.exceptions(today(self._clock)):
            if one.id == exception_id:
                return one
        raise NotFound(f"There is no exception {exception_id}.", todo="Reload the page.")

    def _kept_as_active(self, today: date) -> list[AcceptedException]:
        """The exceptions that the database calls active, as they stand on a day."""
        kept = {row.id for row in exception_rows.exceptions(self._store.read()) if row.state == "active"}
        return [one for one in self.exceptions(today) if one.id in kept]

    def _now(self, connection: Connection) -> Callable[[ExceptionRow], int]:
        """How many findings each exception is about after the newest run; reads findings only if some are listed."""
        newest = run_rows.newest_run(connection)
        counts = [] if newest is None else run_rows.counts(self._store, newest)
        listing = bool(exception_rows.listed(connection))
        findings = self._findings() if listing else pl.DataFrame(schema=KEPT_SCHEMA)
        return population_now(connection, counts, findings)
