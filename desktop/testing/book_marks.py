"""What marks a workbook of testing as ours: its template, and which sheet holds which rows, so that it comes back in.

A workbook says its template in the document property `TemplateId` (and in the named cell `template` on its cover), one
of a cutover plan also whose it is, in `PlanRef`. The
table of such a sheet has its headings in row 4 (desktop/excel/book.py, `HEADING_ROW`). The headings that come back in
are the titles of the fields (desktop/records/fields.py), and the first of them are the row key; the columns beside
them repeat what stands elsewhere, for the reader.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.records.fields import by_name
from desktop.records.model import RecordKind

TEMPLATE_PROPERTY = "TemplateId"
"""Name of the document property with the template's id."""
PLAN_PROPERTY = "PlanRef"
"""Name of the document property with the reference of the cutover plan that a workbook was written from."""

PLAN_TEMPLATE = "mhhs-desk-pit-plan"
RTTM_TEMPLATE = "mhhs-desk-rttm"
COMPLETION_TEMPLATE = "mhhs-desk-pit-completion"
DEFECTS_TEMPLATE = "mhhs-desk-defect-log"
CUTOVER_TEMPLATE = "mhhs-desk-cutover-plan"

SHEETS: Mapping[str, Mapping[str, RecordKind]] = {
    PLAN_TEMPLATE: {"Deliverables": RecordKind.DELIVERABLES},
    RTTM_TEMPLATE: {"Requirements": RecordKind.REQUIREMENTS, "Test cases": RecordKind.CASES},
    COMPLETION_TEMPLATE: {"Results": RecordKind.RESULTS, "Steps": RecordKind.RESULTS},
    DEFECTS_TEMPLATE: {"Defects": RecordKind.DEFECTS, "Work-off plan": RecordKind.WORK_OFF},
    CUTOVER_TEMPLATE: {"Activities": RecordKind.ACTIVITIES},
}
"""Template to the sheets that come back in, the one that a person most likely means first.

Other sheets of these workbooks are for reading: they repeat what stands in these.
"""

KEY_FIELDS: Mapping[RecordKind, tuple[str, ...]] = {
    RecordKind.DELIVERABLES: ("key",),
    RecordKind.REQUIREMENTS: ("key",),
    RecordKind.CASES: ("key",),
    RecordKind.RESULTS: ("run", "key"),
    RecordKind.DEFECTS: ("ref",),
    RecordKind.WORK_OFF: ("ref",),
    RecordKind.ACTIVITIES: ("key",),
    RecordKind.QUESTIONS: ("key",),
}
"""The fields that are the row key, in the first columns of a sheet. A deliverable's key is its reference
(ACME-PIT-0001); a case takes a row for each of its steps, with the key on each and its own cells on the first. On the
sheet of the steps of results the step comes after the key, and what is changed there changes steps alone."""


def heading(kind: RecordKind, field: str) -> str:
    """The heading under which a field of a kind stands in our workbooks."""
    return by_name(kind)[field].title


def kinds_in(template: str) -> Mapping[str, RecordKind]:
    """The sheets of a workbook of ours that come back in; empty for a template that is not ours."""
    return SHEETS.get(template, {})
