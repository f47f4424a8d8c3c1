"""Runs: frozen copies of cases, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes
from desktop.clock import Clock
from desktop.records.model import RunDetails
from desktop.testing.model import Result, ResultEdit, RunInfo, Status
from local_db.connection import Store


class RunService:
    """What pages and commands call about runs and results. Every call may run on a worker thread."""

    def __init__(self, store: Store, actor: str, clock: Clock) -> None:
        raise NotImplementedError

    def runs(self) -> tuple[RunInfo, ...]:
        """All runs, newest first."""
        raise NotImplementedError

    def run(self, run_id: int) -> RunInfo:
        """One. Raises NotFound."""
        raise NotImplementedError

    def start(self, details: RunDetails, case_ids: Sequence[int]) -> tuple[int, Changes]:
        """A run of these cases, copied as they are now, all Not run; returns its id. Raises InvalidInput (no cases, no title)."""
        raise NotImplementedError

    def edit(self, run_id: int, details: RunDetails) -> Changes:
        """Change what is said of a run. Raises InvalidInput, NotFound."""
        raise NotImplementedError

    def finish(self, run_id: int, day: str = "") -> Changes:
        """Close a run ('' = today): no result can be set from then on. Raises NotFound."""
        raise NotImplementedError

    def reopen(self, run_id: int) -> Changes:
        """Open it again; can be seen in the history. Raises NotFound."""
        raise NotImplementedError

    def result(self, result_id: int) -> Result:
        """One result with its steps. Raises NotFound."""
        raise NotImplementedError

    def set_results(self, result_ids: Sequence[int], change: ResultEdit) -> Changes:
        """Say what became of cases; one step. Raises InvalidInput (Blocked or Not applicable without a reason, a finished run)."""
        raise NotImplementedError

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
        """Say what became of one step. Raises InvalidInput, NotFound."""
        raise NotImplementedError

    def table(self, run_id: int | None = None) -> FrameTable:
        """The results of a run, or of all runs (None), as a table (columns: desktop/testing/tables.py)."""
        raise NotImplementedError
