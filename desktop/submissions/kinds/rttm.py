"""The requirements to test traceability matrix at a gate."""

from __future__ import annotations

from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.submissions.content import Content
from desktop.submissions.kinds import gates, relied
from desktop.submissions.kinds.files import file_points, files_of
from desktop.submissions.kinds.keyed import column_ids
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.parts import Taken, tables_of
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Scope
from desktop.testing.book_rttm import rttm_draft
from desktop.testing.book_sources import BookSources
from desktop.testing.model import Cover
from desktop.testing.trace import coverage_of

_TAKEN = {
    "gaps": Taken("not_covered", (1,)),
    "coverage": Taken("coverage", (0, 1)),
    "matrix": Taken("matrix", (0, 5), reviewed=True),
    "requirements": Taken("requirements", (0,), reviewed=True),
    "cases": Taken("test_cases", (0, 11)),
    "look": Taken("to_look_at", (0, 1, 3)),
}
_PROVED = (
    TargetKind.REQUIREMENT, TargetKind.TEST_CASE, TargetKind.RESULT, TargetKind.DEFECT, TargetKind.RELIANCE,
)  # fmt: skip


def gather(scope: Scope, masking: Masking, sources: Sources, job: Job) -> Content:
    """What it says. Raises InvalidInput (field scope)."""
    gate = gates.gate_of(scope, sources)
    books = sources.books()
    if not books.matrix.requirements:
        raise refused("There is no requirement yet, so there is nothing to trace.", "Import the requirements first.")
    draft = rttm_draft(books)
    job.check()
    tables = tables_of("rttm", draft, _TAKEN, masking)
    files = files_of(sources, books.used(), masking, _PROVED)
    return Content(
        "rttm",
        f"RTTM at {gate.name}",
        (*gates.gate_position(gate), *draft.position),
        tables,
        (*relied.packs(sources, ["pit_plan"]), relied.requirements(books, masking), *relied.runs(books, masking)),
        files,
        values={**gates.gate_values(gate), **cover_values(books), **gates.defect_values(books)},
        open_points=(
            *gates.cover_points(books),
            *gates.defect_points(books),
            *gates.evidence_points(books),
            *file_points(files, books.today.isoformat()),
        ),
    )


def cover_values(books: BookSources) -> dict[str, str]:
    """How requirements stand, as single values: requirements.total, requirements.covered, requirements.failed ..."""
    coverage = coverage_of(books.matrix)
    whole = coverage.whole
    ids = column_ids(cover.value for cover in Cover)
    return {
        "requirements.total": str(whole.total),
        "requirements.covered": str(whole.total - whole.gaps),
        "requirements.not_covered": str(whole.gaps),
        **{f"requirements.{one}": str(whole.counts[cover]) for one, cover in zip(ids, Cover, strict=True)},
        "test_cases.total": str(len(books.matrix.cases)),
        "test_cases.for_no_requirement": str(coverage.orphan_cases),
        "links.to_look_at": str(coverage.changed_links),
    }
