"""The PIT completion report at a gate."""

from __future__ import annotations

from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.submissions.content import Content
from desktop.submissions.kinds import gates, relied
from desktop.submissions.kinds.files import file_points, files_of, listed
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.parts import Taken, tables_of
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.rttm import cover_values
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Scope
from desktop.testing.book_completion import NOT_MET, completion_draft
from desktop.testing.book_parts import Draft
from desktop.testing.book_sources import BookSources
from desktop.testing.model import Status

_TAKEN = {
    "exit": Taken("exit_summary", (1,), reviewed=True),
    "stages": Taken("results_by_stage"),
    "notrun": Taken("not_run", (1,)),
    "deviations": Taken("deviations", (0, 1)),
    "runs": Taken("runs"),
    "results": Taken("results", (0, 1), reviewed=True),
    "steps": Taken("steps", (0, 1, 2)),
    "defects": Taken("open_defects", (1,), reviewed=True),
}
_VALUES = {
    Status.PASSED: "passed", Status.FAILED: "failed", Status.BLOCKED: "blocked", Status.NOT_RUN: "not_run",
    Status.NOT_APPLICABLE: "not_applicable",
}  # fmt: skip


def gather(scope: Scope, masking: Masking, sources: Sources, job: Job) -> Content:
    """What it says. Raises InvalidInput (field scope)."""
    gate = gates.gate_of(scope, sources)
    books = sources.books()
    if not books.runs:
        raise refused("Nothing was run yet, so there is nothing to report.", "Start a run or import results first.")
    draft = completion_draft(books)
    job.check()
    tables = tables_of("completion", draft, _TAKEN, masking)
    proved = (TargetKind.RESULT, TargetKind.TEST_CASE, TargetKind.DEFECT)
    files = files_of(sources, books.used(), masking, proved)
    return Content(
        "pit_completion",
        f"PIT completion report at {gate.name}",
        (*gates.gate_position(gate), *draft.position),
        tables,
        (*relied.packs(sources, ["pit_plan"]), relied.requirements(books, masking), *relied.runs(books, masking)),
        files,
        values={
            **gates.gate_values(gate),
            **cover_values(books),
            **_values(books),
            **gates.defect_values(books),
            "exit.not_met": str(len(_not_met(draft))),
        },
        open_points=(
            *(f"Not met: {asked}{f' ({detail})' if detail else ''}." for asked, detail in _not_met(draft)),
            *_open_runs(books),
            *gates.cover_points(books),
            *gates.defect_points(books),
            *_unproven(books),
            *file_points(files, books.today.isoformat()),
        ),
    )


def _not_met(draft: Draft) -> list[tuple[str, str]]:
    rows = next(part.rows for part in draft.parts if part.key == "exit")
    return [(str(row[1]), str(row[3]) or str(row[2])) for row in rows if row[0] == NOT_MET]


def _values(books: BookSources) -> dict[str, str]:
    tested = [books.matrix.status(case.id) for case in books.matrix.cases]
    return {
        "runs.total": str(len(books.runs)),
        "runs.open": str(sum(run.open for run in books.runs)),
        **{f"test_cases.{name}": str(tested.count(status)) for status, name in _VALUES.items()},
    }


def _open_runs(books: BookSources) -> tuple[str, ...]:
    refs = [run.ref for run in books.runs if run.open]
    return (f"Runs that are not finished, {len(refs):,}: {listed(refs)}.",) if refs else ()


def _unproven(books: BookSources) -> tuple[str, ...]:
    matrix = books.matrix
    keys = [
        case.key for case in matrix.cases if matrix.status(case.id) is Status.PASSED and not matrix.is_proven(case.id)
    ]
    return (f"Passed without evidence, {len(keys):,}: {listed(keys)}.",) if keys else ()
