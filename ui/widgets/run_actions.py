"""What can be done with runs and results: start, change, finish, say what became of cases, raise a defect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.browse.view import Filter, Op, View
from desktop.changes import Changes
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.records.model import RunDetails
from desktop.testing.model import Result, ResultEdit, RunInfo, Status
from ui.context import Context
from ui.dialogs.choose_records import choose_records
from ui.dialogs.confirm import confirm
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save, kept_or, save_and_close
from ui.dialogs.start_run import CasesWanted, StartRunDialog
from ui.widgets.defect_actions import DefectActions, day_to_type, iso_day

if TYPE_CHECKING:
    from desktop.app import Workspace

RESULTS = ("result", "results")
_AGAIN = (Status.FAILED, Status.BLOCKED, Status.NOT_RUN)


@dataclass(frozen=True)
class _Offered:
    """What the start of a run can choose from."""

    cases: int
    stages: tuple[tuple[str, int], ...]
    runs: tuple[tuple[int, str, int], ...]
    gates: tuple[tuple[str, str], ...]


class RunActions:
    """The verbs of the Test runs page; `parent` is the page, under its dialogs."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        self._context, self._parent = context, parent
        self._defects = DefectActions(context, parent)

    # -- runs ----------------------------------------------------------------------------------------------------------

    def start(self, case_ids: Sequence[int], done: Callable[[int], object]) -> None:
        """Ask for a new run, of these cases if some are given; `done` gets its id."""
        workspace, chosen = self._context.workspace, list(case_ids)

        def ask(offered: _Offered) -> None:
            made: list[int] = []

            def save(dialog: StartRunDialog) -> None:
                details, wanted = dialog.details(), dialog.cases()
                listed: list[int] = []
                if wanted.how == "list":
                    listed = self._choose_cases(dialog)
                    if not listed:
                        return

                def work(_job: Job) -> Changes:
                    number, changes = _started(workspace, details, wanted, listed or chosen)
                    made.append(number)
                    return changes

                save_and_close(self._context, dialog, work)

            dialog = StartRunDialog(
                self._parent,
                chosen=len(chosen),
                cases=offered.cases,
                stages=offered.stages,
                runs=offered.runs,
                gates=offered.gates,
                save=save,
            )
            dialog.exec()
            dialog.deleteLater()
            if made:
                done(made[0])

        def read(_job: Job) -> _Offered:
            table = workspace.trace.cases()
            return _Offered(
                table.total(),
                tuple((one.value, one.count) for one in table.facets("stage")),
                tuple(
                    (run.id, f"{run.ref} {_short(run.title)}", count)
                    for run in workspace.test_runs.runs()
                    if (count := sum(run.counts.get(status, 0) for status in _AGAIN))
                ),
                tuple((gate.id, gate.name) for gate in workspace.pit.gates()),
            )

        self._context.read("Reading the cases", read, ask)

    def edit(self, run: RunInfo) -> None:
        """Change what is said of a run."""
        runs = self._context.workspace.test_runs
        pit = self._context.workspace.pit
        gates = (("", "(none)"), *((gate.id, gate.name) for gate in pit.gates()))

        def work_of(values: dict[str, str]) -> Work:
            details = RunDetails(**{**values, "started": iso_day(values["started"], "started")}, finished=run.finished)
            return lambda _job: runs.edit(run.id, details)

        ask_and_save(
            self._context,
            self._parent,
            f"Edit {run.ref}",
            (
                Field("title", "Title", run.title),
                Field("stage", "Stage", run.stage, suggestions=tuple(stage.name for stage in pit.stages())),
                Field("gate", "Gate", run.gate, gates),
                Field("environment", "Environment", run.environment),
                Field("tester", "Tester", run.tester),
                Field("started", "Started", day_to_type(run.started), hint="dd/mm/yyyy"),
                Field("note", "Note", run.note, long=True),
            ),
            "Save the run",
            work_of,
        )

    def finish(self, run: RunInfo) -> None:
        """Close a run: its results stand. Or open it again."""
        runs = self._context.workspace.test_runs
        if run.open:
            self._context.change("Finishing the run", lambda _job: runs.finish(run.id), quiet=True)
        else:
            self._context.change("Reopening the run", lambda _job: runs.reopen(run.id), quiet=True)

    # -- results -------------------------------------------------------------------------------------------------------

    def mark(self, ids: Sequence[int], status: Status, done: Callable[[], object] | None = None) -> None:
        """Say what became of cases; asks for the reason where one is needed.

        Asks first when more than one of them has another result already: a key pressed with all rows chosen would
        write over what people entered one by one.
        """
        runs, wanted = self._context.workspace.test_runs, list(ids)

        def go(standing: dict[Status, int]) -> None:
            others: dict[Status, int] = {
                one: count for one, count in standing.items() if one not in (Status.NOT_RUN, status)
            }
            if sum(others.values()) < 2 or self._may_write_over(len(wanted), status, others):
                self._mark(wanted, status, done)

        if len(wanted) == 1:
            self._mark(wanted, status, done)
        elif wanted:
            self._context.read("Reading the results", lambda _job: runs.standing(wanted), go)

    def _may_write_over(self, number: int, status: Status, others: dict[Status, int]) -> bool:
        verb = f"Set {counted(number, RESULTS)} to {status.value}"
        *first, last = [f"{count:,} {one.value}" for one, count in others.items()]
        words = f"{', '.join(first)} and {last}" if first else last
        text = f"{words} among them would be written over. It is one step: Edit › Undo takes it back."
        return confirm(self._parent, f"{verb}?", text, verb, dangerous=True)

    def _mark(self, wanted: list[int], status: Status, done: Callable[[], object] | None) -> None:
        runs = self._context.workspace.test_runs
        if status.needs_reason:

            def work_of(values: dict[str, str]) -> Work:
                if not values["reason"]:
                    raise InvalidInput("Say why, in a sentence: a reviewer asks for it.", field="reason")
                return lambda _job: runs.set_results(wanted, ResultEdit(status=status, reason=values["reason"]))

            verb = f"Mark {counted(len(wanted), RESULTS)} as {status.value.lower()}"
            if ask_and_save(
                self._context, self._parent, verb, (Field("reason", "Reason", long=True),), verb, work_of
            ) and done:  # fmt: skip
                done()
            return
        self._context.change(
            "Saving",
            lambda _job: runs.set_results(wanted, ResultEdit(status=status)),
            done=(lambda _changes: done()) if done else None,
            quiet=True,
        )

    def edit_results(self, ids: Sequence[int], one: Result | None) -> None:
        """Tester, day, message and reason of results; `one` when it is a single result."""
        runs, wanted = self._context.workspace.test_runs, list(ids)
        if not wanted:
            return

        def work_of(values: dict[str, str]) -> Work:
            said = {name: value if one else kept_or(value) for name, value in values.items()}
            if said["executed"]:
                said["executed"] = iso_moment(said["executed"], "executed")
            return lambda _job: runs.set_results(wanted, ResultEdit(**said))  # type: ignore[arg-type]

        ask_and_save(
            self._context,
            self._parent,
            f"Edit {one.key} in {one.run_ref}" if one else f"Edit {counted(len(wanted), RESULTS)}",
            (
                Field("tester", "Tester", one.tester if one else ""),
                Field("executed", "Run on", day_to_type(one.executed) if one else "", hint="dd/mm/yyyy"),
                Field("reason", "Reason", one.reason if one else "", long=True),
                Field("message", "Message", one.message if one else "", long=True),
            ),
            f"Save {counted(len(wanted), RESULTS)}",
            work_of,
            "" if one else "What is left empty stays as it is; a single - clears it.",
        )

    def raise_defect(self, ids: Sequence[int], one: Result | None, done: Callable[[int], object]) -> None:
        """A new defect seen in these results, begun with what is known of the first."""
        title = f"{one.key}: {one.title}" if one else ""
        description = "\n".join(part for part in (one.message, one.reason) if part) if one else ""
        self._defects.add(ids, title, description, done)

    def set_step(self, result_id: int, position: int, status: Status, **texts: str) -> None:
        """Say what became of one step."""
        runs = self._context.workspace.test_runs
        self._context.change("Saving", lambda _job: runs.set_step(result_id, position, status, **texts), quiet=True)

    def edit_cell(self, row: int, column: str, text: str) -> None:
        """A cell of the table that was typed into."""
        runs, edit = self._context.workspace.test_runs, ResultEdit(**{column: text.strip()})  # type: ignore[arg-type]
        self._context.change("Saving", lambda _job: runs.set_results([row], edit), quiet=True)

    def _choose_cases(self, parent: QWidget) -> list[int]:
        return choose_records(
            parent,
            "Cases of the run",
            self._context.workspace.trace.cases(),
            keys=("key", "title", "stage", "status"),
            verb="Run",
            word=("test case", "test cases"),
        )


def _started(
    workspace: Workspace, details: RunDetails, wanted: CasesWanted, chosen: Sequence[int]
) -> tuple[int, Changes]:
    runs = workspace.test_runs
    if wanted.how == "again":
        return runs.start_again(wanted.run_id, details)
    if wanted.how in ("chosen", "list"):
        return runs.start(details, chosen)
    table = workspace.trace.cases()
    stage = (Filter("stage", Op.IS_ANY, (wanted.stage,)),) if wanted.how == "stage" else ()
    table.apply(View(filters=stage, sort="key"))
    return runs.start(details, table.ids(0, table.count()))


def _short(title: str) -> str:
    return title if len(title) <= 24 else f"{title[:23]}…"


def iso_moment(text: str, field: str) -> str:
    """A day as people write it, or a moment as the table shows it, as an ISO text. Raises InvalidInput."""
    return text if "T" in text else iso_day(text, field)


def counted(count: int, word: tuple[str, str]) -> str:
    """`1 result`, `3 results`."""
    return f"{count:,} {word[0] if count == 1 else word[1]}"
