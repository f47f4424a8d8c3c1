"""What marks a workbook of testing as ours: its template, and which sheet holds which rows, so that it comes back in.

A workbook says its template in the document property `TemplateId` (and in the named cell `template` on its cover). The
table of such a sheet has its headings in row 4 (desktop/excel/book.py, `HEADING_ROW`), and its first column is the row
key: what the rows of that kind are known by, whatever else was changed.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.records.model import RecordKind

TEMPLATE_PROPERTY = "TemplateId"
"""Name of the document property with the template's id."""

ROW_KEY = "Row key"
"""Heading of the first column of every sheet that comes back in."""

PLAN_TEMPLATE = "mhhs-desk-pit-plan"
RTTM_TEMPLATE = "mhhs-desk-rttm"
COMPLETION_TEMPLATE = "mhhs-desk-pit-completion"
DEFECTS_TEMPLATE = "mhhs-desk-defect-log"

SHEETS: Mapping[str, Mapping[str, RecordKind]] = {
    PLAN_TEMPLATE: {"Deliverables": RecordKind.DELIVERABLES},
    RTTM_TEMPLATE: {"Requirements": RecordKind.REQUIREMENTS, "Test cases": RecordKind.CASES},
    COMPLETION_TEMPLATE: {"Results": RecordKind.RESULTS},
    DEFECTS_TEMPLATE: {"Defects": RecordKind.DEFECTS, "Work-off plan": RecordKind.WORK_OFF},
}
"""Template to the sheets that come back in, the one that a person most likely means first.

Other sheets of these workbooks are for reading: they repeat what stands in these.
"""

KEY_OF: Mapping[RecordKind, str] = {
    RecordKind.DELIVERABLES: "reference (ACME-PIT-0001)",
    RecordKind.REQUIREMENTS: "the requirement's own id",
    RecordKind.CASES: "the test case's own id; a case takes a row for each of its steps",
    RecordKind.RESULTS: "reference of the run, a bar, and the case's own id (ACME-RUN-0001|T-1)",
    RecordKind.DEFECTS: "reference (ACME-DEF-0001)",
    RecordKind.WORK_OFF: "reference (ACME-WOP-0001)",
}
"""What the row key of each kind is, in words for the sheet's head and for the reader of an import."""

RESULT_KEY_SEPARATOR = "|"
"""Between the run's reference, which never has it, and the case's id, in the row key of a result."""


def result_key(run_ref: str, case_key: str) -> str:
    """The row key of a result."""
    return f"{run_ref}{RESULT_KEY_SEPARATOR}{case_key}"


def kinds_in(template: str) -> Mapping[str, RecordKind]:
    """The sheets of a workbook of ours that come back in; empty for a template that is not ours."""
    return SHEETS.get(template, {})
