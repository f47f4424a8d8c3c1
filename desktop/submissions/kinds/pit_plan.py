"""The PIT plan, as it stands before a gate."""

from __future__ import annotations

from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.pit.model import DeliverableStatus
from desktop.submissions.content import Content, Relied
from desktop.submissions.kinds import gates, relied
from desktop.submissions.kinds.files import file_points, files_of, listed
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.parts import Taken, tables_of
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Scope
from desktop.testing.book_plan import plan_draft
from desktop.testing.book_sources import BookSources

_TAKEN = {
    "checks": Taken("to_look_at", (0, 1, 3)),
    "gates": Taken("gates"),
    "deliverables": Taken("deliverables", reviewed=True),
    "scope": Taken("scope_by_stage"),
    "reliance": Taken("reliance"),
    "relied": Taken("requirements_relied_on"),
}


def gather(scope: Scope, masking: Masking, sources: Sources, job: Job) -> Content:
    """What it says. Raises InvalidInput (field scope)."""
    gate = gates.gate_of(scope, sources)
    books = sources.books()
    plan = books.deliverables
    if not plan:
        raise refused("The PIT plan has no deliverable yet.", "Take the deliverables of the pack first.")
    draft = plan_draft(books)
    job.check()
    tables = tables_of("plan", draft, _TAKEN, masking)
    files = files_of(sources, books.used(), masking, (TargetKind.DELIVERABLE, TargetKind.RELIANCE))
    facts = [(one.ref, one.title, one.gate, one.status.value, str(one.planned or "")) for one in plan]
    finished = sum(one.status.finished for one in plan)
    late = sum(bool(one.late_by) and not one.status.finished for one in plan)
    return Content(
        "pit_plan",
        f"PIT plan at {gate.name}",
        (*gates.gate_position(gate), *draft.position),
        tables,
        (
            *relied.packs(sources, ["pit_plan"]),
            Relied(
                "plan",
                "PIT plan",
                f"{relied.counted(len(plan), 'deliverable')} as planned",
                relied.hash_of(masking, facts),
            ),
        ),
        files,
        values={
            **gates.gate_values(gate),
            "deliverables.total": str(len(plan)),
            "deliverables.finished": str(finished),
            "deliverables.late": str(late),
            "deliverables.at_gate": str(sum(one.gate == gate.id for one in plan)),
            "reliances.total": str(len(books.reliances)),
            "reliances.proven": str(sum(one.proven for one in books.reliances)),
        },
        open_points=(*_points(books), *file_points(files, books.today.isoformat())),
    )


def _points(books: BookSources) -> tuple[str, ...]:
    wanted = [one for one in books.deliverables if one.status is not DeliverableStatus.NOT_NEEDED]
    open_ones = [one for one in wanted if not one.status.finished]
    for_each = (
        ("Late", [one.ref for one in open_ones if one.late_by]),
        ("Returned by the reviewer", [one.ref for one in wanted if one.status is DeliverableStatus.RETURNED]),
        ("Without a day", [one.ref for one in open_ones if one.planned is None]),
        ("Without an owner", [one.ref for one in open_ones if not one.owner]),
        ("Handed over without evidence", [one.ref for one in wanted if one.status.finished and not one.evidence]),
        ("Evidence to confirm, because its file was replaced", [one.ref for one in wanted if one.awaiting]),
        ("Reliance not proven", [one.ref for one in books.reliances if not one.proven]),
        ("Gates without a day", [one.name for one in books.pit.gates() if one.day is None]),
    )
    return tuple(f"{what}, {len(refs):,}: {listed(refs)}." for what, refs in for_each if refs)
