"""The defect log and the work-off plan."""

from __future__ import annotations

from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.submissions.content import Content, Relied
from desktop.submissions.kinds import gates, relied
from desktop.submissions.kinds.files import file_points, files_of, listed
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.parts import Taken, tables_of
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Scope
from desktop.testing.book_defects import defects_draft
from desktop.testing.model import WorkOff, WorkOffStatus

_TAKEN = {
    "checks": Taken("to_look_at", (0, 1)),
    "summary": Taken("defects_by_severity"),
    "defects": Taken("defects", reviewed=True),
    "work_off": Taken("work_off", reviewed=True),
}


def gather(_: Scope, masking: Masking, sources: Sources, job: Job) -> Content:
    """What it says. Raises InvalidInput (field scope)."""
    books = sources.books()
    log, items = books.defects.defects(), books.defects.work_off_items(day=books.today)
    if not log and not items:
        raise refused(
            "There is no defect and no work-off item yet, so there is nothing to hand over.",
            "Note a defect or a work-off item first.",
        )
    draft = defects_draft(books)
    job.check()
    tables = tables_of("defects", draft, _TAKEN, masking)
    files = files_of(sources, books.used(), masking, (TargetKind.DEFECT, TargetKind.WORK_OFF))
    facts = [
        *((one.ref, one.details.title, one.details.severity, one.details.status.value, one.details.due) for one in log),
        *((one.ref, one.details.title, one.details.owner, one.details.status.value, one.details.due) for one in items),
    ]
    said = f"{relied.counted(len(log), 'defect')} and {relied.counted(len(items), 'work-off item')} as noted"
    left = [one for one in items if one.details.status is WorkOffStatus.OPEN]
    return Content(
        "work_off",
        "Work-off plan",
        draft.position,
        tables,
        (*relied.packs(sources, ["pit_plan"]), Relied("defects", "defect log", said, relied.hash_of(masking, facts))),
        files,
        values={
            **gates.defect_values(books),
            "work_off.total": str(len(items)),
            "work_off.open": str(len(left)),
            "work_off.late": str(sum(one.late for one in items)),
            "work_off.not_agreed": str(sum(not one.details.agreed_by for one in left)),
        },
        open_points=(
            *gates.defect_points(books),
            *_points(left),
            *file_points(files, books.today.isoformat()),
        ),
    )


def _points(left: list[WorkOff]) -> tuple[str, ...]:
    for_each = (
        ("Work-off items past their day", [one.ref for one in left if one.late]),
        ("Work-off items that nobody agreed yet", [one.ref for one in left if not one.details.agreed_by]),
        ("Work-off items without a day", [one.ref for one in left if not one.details.due]),
        ("Work-off items without an owner", [one.ref for one in left if not one.details.owner]),
    )
    return tuple(f"{what}, {len(refs):,}: {listed(refs)}." for what, refs in for_each if refs)
