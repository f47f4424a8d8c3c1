"""Runs: frozen copies of cases, and what became of each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.errors import InvalidInput, NotFound
from desktop.records.model import RunDetails
from desktop.records.plain_keys import is_plain
from desktop.testing import entered
from desktop.testing.day_rules import check_executed
from desktop.testing.freezing import frozen_case, frozen_steps
from desktop.testing.hashing import case_hash
from desktop.testing.model import Result, ResultEdit, RunInfo, Status, StepResult
from desktop.testing.requirement_rows import case_of, steps_by_case
from desktop.testing.requirements import counted
from desktop.testing.tables import result_table
from local_db import requirements, target_names, test_runs
from local_db.connection import Connection, Store
from local_db.references import next_references
from local_db.test_runs import ResultRow, RunRow


class RunService:
    """What pages and commands call about runs and results. Every call may run on a worker thread."""

    def __init__(
        self, store: Store, actor: str, clock: Clock, gate_names: Callable[[], Mapping[str, str]] = dict
    ) -> None:
        """`gate_names` gives the plan's names of gates by their id. Nothing is read before it is asked for."""
        self._store = store
        self._gate_names = gate_names
        self._actor = actor
        self._clock = clock

    # -- runs ----------------------------------------------------------------------------------------------------------

    def runs(self) -> tuple[RunInfo, ...]:
        """All runs, newest first."""
        connection = self._store.read()
        counts = test_runs.counts(connection)
        return tuple(_info(row, counts.get(row.id, {})) for row in test_runs.runs(connection))

    def called(self, text: str, limit: int) -> list[tuple[int, str, str]]:
        """(id, reference, title) of runs in whose name every word stands, best first; nothing is counted."""
        return target_names.find(self._store.read(), "run", text, limit)

    def run(self, run_id: int) -> RunInfo:
        """One. Raises NotFound."""
        connection = self._store.read()
        row = _run(connection, run_id)
        return _info(row, test_runs.counts(connection, [run_id]).get(run_id, {}))

    def start(self, details: RunDetails, case_ids: Sequence[int]) -> tuple[int, Changes]:
        """A run of these cases, copied as they are now, all Not run; returns its id.

        `started` '' = today, `tester` '' = the actor. Raises InvalidInput (no cases, no title), NotFound.
        """
        values = self._run_values(details)
        values["started"] = values["started"] or today(self._clock).isoformat()
        values["tester"] = values["tester"] or self._actor
        _started_before_finished(values)
        case_ids = list(dict.fromkeys(case_ids))
        if not case_ids:
            raise InvalidInput("A run needs at least one test case.", field="cases", todo="Choose the cases to run.")
        with self._edit("run.start", "Start a run") as edit:
            ref = next_references(edit.connection, "RUN")[0]
            title = edit.title = f"Start the run {ref} with {counted(len(case_ids), 'test case')}"
            created = {"ref": ref, "created_at": self._clock().isoformat(), "created_by": self._actor}
            run_id = edit.insert("test_run", values | created)
            edit.insert_many("result", test_runs.RESULT_COLUMNS, _frozen_rows(edit.connection, run_id, case_ids))
        return run_id, Changes.of(Subject.RESULTS, title=title, count=len(case_ids))

    def start_again(self, run_id: int, details: RunDetails | None = None) -> tuple[int, Changes]:
        """A new run of those cases of a run that failed, were blocked or were not run; returns its id.

        The cases are copied as they read now. Those that do not apply are left out: that was decided. `details` None =
        as of that run, its title with "again". Raises NotFound, InvalidInput when nothing is to be run again.
        """
        before = self.run(run_id)
        done = (Status.PASSED, Status.NOT_APPLICABLE)
        found = test_runs.results_of_run(self._store.read(), run_id)
        case_ids = [case_id for _, case_id, _, status in found if status not in done]
        if not case_ids:
            raise InvalidInput(
                f"In {before.ref} every case passed or does not apply: nothing is to be run again.", field="cases"
            )
        if details is None:
            details = RunDetails(f"{before.title}, again", before.stage, before.gate, before.environment, before.tester)
        return self.start(details, case_ids)

    def edit(self, run_id: int, details: RunDetails) -> Changes:
        """Change what is said of a run. Raises InvalidInput, NotFound."""
        values = self._run_values(details)
        _started_before_finished(values)
        title = f"Change the run {_run(self._store.read(), run_id).ref}"
        with self._edit("run.edit", title) as edit:
            edit.update("test_run", [run_id], values)
        return Changes.of(Subject.RESULTS, title=title, count=1)

    def finish(self, run_id: int, day: str = "") -> Changes:
        """Close a run ('' = today): no result can be set from then on. Raises InvalidInput, NotFound."""
        day = entered.day(day, "finished") or today(self._clock).isoformat()
        row = _run(self._store.read(), run_id)
        entered.in_order(row.started, day, "finished", f"{row.ref} was started on {row.started}, after this day.")
        return self._set_finished(row, day, "run.finish", f"Finish the run {row.ref}")

    def reopen(self, run_id: int) -> Changes:
        """Open it again; can be seen in the history. Raises NotFound."""
        row = _run(self._store.read(), run_id)
        return self._set_finished(row, "", "run.reopen", f"Reopen the run {row.ref}")

    # -- results -------------------------------------------------------------------------------------------------------

    def result(self, result_id: int) -> Result:
        """One result with its steps. Raises NotFound."""
        return self.results([result_id])[0]

    def results(self, result_ids: Sequence[int]) -> tuple[Result, ...]:
        """Several with their steps, by id. Raises NotFound."""
        connection = self._store.read()
        kept: dict[int, dict[int, test_runs.StepResultRow]] = {}
        for step in test_runs.step_results(connection, result_ids):
            kept.setdefault(step.result_id, {})[step.position] = step
        return tuple(_result(row, kept.get(row.id, {})) for row in _results(connection, result_ids))

    def set_results(self, result_ids: Sequence[int], change: ResultEdit) -> Changes:
        """Say what became of cases; one step.

        A new status takes today and, where nobody is named, the run's tester or the actor; one that stays keeps its
        day. Not run has neither day nor reason, and a reason goes when the status needs none. Raises InvalidInput
        (Blocked or Not applicable without a reason, a finished run, a day ahead), NotFound.
        """
        change = self._checked(change)
        if not result_ids or change == ResultEdit():
            return Changes()
        with self._edit("result.set", _results_title(change, len(set(result_ids)))) as edit:
            rows = {}
            for old in _results(edit.connection, result_ids):
                _must_be_open(old)
                rows[old.id] = self._said(old, change)
            edit.update_many("result", ["status", "reason", "message", "tester", "executed"], rows)
            title = edit.title
        return Changes.of(Subject.RESULTS, title=title, count=len(rows))

    def standing(self, result_ids: Sequence[int]) -> dict[Status, int]:
        """How many of these results have each status now, for a question before they are changed. Raises NotFound."""
        with self._store.reading() as connection:
            found = Counter(Status(row.status) for row in _results(connection, list(dict.fromkeys(result_ids))))
        return {status: found[status] for status in Status if found[status]}

    def set_step(
        self,
        result_id: int,
        position: int,
        status: Status,
        *,
        evidence: str | None = None,
        files: str | None = None,
        remark: str | None = None,
    ) -> Changes:
        """Say what became of one step; the result's own status stays (`stepping.suggested_status` has a suggestion).

        Raises InvalidInput (a finished run), NotFound.
        """
        values: dict[str, str] = {"status": Status(status).value}
        for name, text in (("evidence", evidence), ("files", files), ("remark", remark)):
            if text is not None:
                values[name] = entered.passage(text, name)
        with self._edit("step.set", "Set a step") as edit:
            row = _results(edit.connection, [result_id])[0]
            _must_be_open(row)
            steps = {step.position: step for step in frozen_steps(json.loads(row.frozen))}
            if position not in steps:
                raise NotFound(f"{row.key} had no step {position} when it was run.")
            title = edit.title = _step_title(steps[position].step, row.key, values["status"])
            there = test_runs.step_ids(edit.connection, result_id).get(position)
            if there is None:
                edit.insert("step_result", {"result_id": result_id, "position": position, **values})
            else:
                edit.update("step_result", [there], values)
        return Changes.of(Subject.RESULTS, title=title, count=1)

    def table(self, run_id: int | None = None) -> FrameTable:
        """The results of a run, or of all runs (None), as a table (columns: desktop/testing/tables.py)."""
        return result_table(self._store, self._gate_names, lambda: today(self._clock), run_id)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _edit(self, action: str, title: str) -> Any:
        return self._store.edit(
            action=action, title=title, subjects=[Subject.RESULTS], actor=self._actor, at=self._clock()
        )

    def _set_finished(self, row: RunRow, day: str, action: str, title: str) -> Changes:
        with self._edit(action, title) as edit:
            edit.update("test_run", [row.id], {"finished": day})
        return Changes.of(Subject.RESULTS, title=title, count=1)

    @staticmethod
    def _run_values(details: RunDetails) -> dict[str, str]:
        values: dict[str, str] = asdict(details)
        for name, text in values.items():
            if name in ("started", "finished"):
                values[name] = entered.day(text, name)
            elif name == "note":
                values[name] = entered.passage(text, name)
            else:
                values[name] = entered.line(text, name)
        values["title"] = entered.needed(values["title"], "title", "A run needs a title.")
        return values

    def _checked(self, change: ResultEdit) -> ResultEdit:
        executed = None if change.executed is None else entered.day_or_moment(change.executed, "executed")
        check_executed(executed or "", today(self._clock).isoformat())
        return ResultEdit(
            None if change.status is None else Status(change.status),
            None if change.reason is None else entered.passage(change.reason, "reason"),
            None if change.message is None else entered.passage(change.message, "message"),
            None if change.tester is None else entered.line(change.tester, "tester"),
            executed,
        )

    def _said(self, old: ResultRow, change: ResultEdit) -> tuple[str, str, str, str, str]:
        """(status, reason, message, tester, executed) of a result after a change."""
        status = Status(old.status) if change.status is None else change.status
        reason = old.reason if change.reason is None else change.reason
        if change.status is not None and not status.needs_reason and change.reason is None:
            reason = ""
        if status.needs_reason and not reason:
            raise InvalidInput(
                f"{status.value} needs a reason: a reviewer asks for it.",
                field="reason",
                todo="Say why, in a sentence.",
            )
        message = old.message if change.message is None else change.message
        tester = old.tester if change.tester is None else change.tester
        executed = old.executed if change.executed is None else change.executed
        if status is Status.NOT_RUN:
            return status.value, "", message, tester, ""
        if change.status is not None:
            if change.executed is None and (not old.executed or status != old.status):
                executed = today(self._clock).isoformat()
            if change.tester is None:
                tester = tester or old.run_tester or self._actor
        return status.value, reason, message, tester, executed


def _frozen_rows(connection: Connection, run_id: int, case_ids: Sequence[int]) -> list[tuple[object, ...]]:
    """The cases as they are now, as rows of `result`, in the order of the ids. Raises NotFound."""
    steps = steps_by_case(requirements.steps(connection, case_ids))
    keys = requirements.requirement_keys(connection, case_ids)
    cases = {row.id: case_of(row, steps.get(row.id, ())) for row in requirements.cases(connection, case_ids)}
    rows: list[tuple[object, ...]] = []
    for case_id in case_ids:
        case = cases.get(case_id)
        if case is None:
            raise NotFound(f"There is no test case {case_id} any more.", todo="Choose another one.")
        frozen = json.dumps(frozen_case(case, keys.get(case_id, ())), ensure_ascii=False)
        rows.append(
            (run_id, case_id, case.key, case.title, case_hash(case), Status.NOT_RUN.value, "", "", "", "", None, frozen)
        )
    return rows


def _info(row: RunRow, counts: dict[str, int]) -> RunInfo:
    return RunInfo(
        row.id, row.ref, row.title, row.stage, row.gate, row.environment, row.tester, row.started, row.finished,
        row.note, row.import_id, {status: counts.get(status.value, 0) for status in Status},
    )  # fmt: skip


def _result(row: ResultRow, kept: dict[int, test_runs.StepResultRow]) -> Result:
    frozen: dict[str, object] = json.loads(row.frozen)
    steps = []
    for step in frozen_steps(frozen):
        said = kept.get(step.position)
        steps.append(
            StepResult(step)
            if said is None
            else StepResult(step, Status(said.status), said.evidence, said.files, said.remark)
        )
    return Result(
        row.id, row.run_id, row.run_ref, row.case_id, row.key, row.title, frozen, Status(row.status), row.reason,
        row.message, row.tester, row.executed, row.seconds, tuple(steps), row.case_hash != row.hash_now,
    )  # fmt: skip


def _run(connection: Connection, run_id: int) -> RunRow:
    found = test_runs.runs(connection, [run_id])
    if not found:
        raise NotFound(f"There is no run {run_id} any more.", todo="Choose another one.")
    return found[0]


def _results(connection: Connection, ids: Sequence[int]) -> list[ResultRow]:
    found = test_runs.results(connection, ids)
    lost = set(ids) - {one.id for one in found}
    if lost:
        raise NotFound(f"There is no result {min(lost)} any more.", todo="Choose another one.")
    return found


def _must_be_open(row: ResultRow) -> None:
    if row.run_finished:
        raise InvalidInput(
            f"{row.run_ref} was finished on {row.run_finished}: its results stand.",
            safe="Nothing was changed.",
            todo="Reopen the run, or start a new one.",
            field="run",
        )


def _started_before_finished(values: dict[str, str]) -> None:
    entered.in_order(values["started"], values["finished"], "finished", "A run cannot end before it was started.")


def _step_title(step: str, key: str, status: str) -> str:
    """The same for one step, with its number and the case's key where they read like numbers of a document."""
    which = f"Step {step}" if is_plain(step) else "A step"
    return f"{which} of {key if is_plain(key) else 'a test case'}: {status}"


def _results_title(change: ResultEdit, count: int) -> str:
    """The title of the step, which holds no text that a person typed."""
    what = f"Set {counted(count, 'result')}"
    return f"{what} to {change.status.value}" if change.status is not None else f"Change {counted(count, 'result')}"
