"""The fields of results, defects, work-off items and deliverables, with the words for their headings and cells.

None of these words is official: they are what RTTMs, test tools and trackers of the trade and beyond use. What a
heading means is only suggested; the person says.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.records.field_words import (
    CASE,
    DEFECT,
    DEFECT_STATUS,
    KEY,
    NOTE,
    OWNER,
    REQUIREMENT,
    STAGE,
    STATUS_PLAIN,
    STATUS_VAGUE,
    STATUS_WORDS,
    STEP_STATUS,
    WORK_OFF_STATUS,
    named,
)
from desktop.records.model import FieldKind, RecordField, RecordKind

_STEPS = (
    RecordField(
        "step",
        "Step",
        step=True,
        synonyms=("step no", "step number", "step id", "step ref", "test step no", "test step number"),
        about="Number of a step; with it a case takes a row for each step, as in the qualification test grid.",
    ),
    RecordField(
        "case_status",
        "Status of the case",
        FieldKind.CHOICE,
        choices=STATUS_WORDS,
        plain=STATUS_PLAIN,
        vague=STATUS_VAGUE,
        synonyms=tuple(f"{of} {what}" for of in (*CASE, "overall") for what in ("status", "result", "outcome")),
        about="Beside a status of each step. Without it a case takes the worst status of its steps.",
    ),
    RecordField(
        "step_description",
        "Step description",
        step=True,
        synonyms=("description", "step details", "step action", "action", "step text", "instruction", "test step"),
        about="With the columns after it, of the steps of a case that is not here yet.",
    ),
    RecordField("step_source", "Source", step=True, synonyms=("step source", "from", "sender")),
    RecordField("step_recipient", "Recipient", step=True, synonyms=("step recipient", "to", "receiver")),
    RecordField(
        "step_message", "Step message", step=True, synonyms=("message", "interface", "message type", "if", "event")
    ),
    RecordField("step_who", "Who", step=True, synonyms=("step who",)),
    RecordField("step_valid", "Valid", step=True, synonyms=("step valid", "validation", "valid/invalid")),
    RecordField(
        "step_evidence",
        "Evidence",
        step=True,
        synonyms=("step evidence",),
        about="The grid's own word; it is kept as it stands, and no file is linked by it.",
    ),
    RecordField("step_files", "Files", step=True, synonyms=("step files", "file", "file names", "attachments")),
    RecordField(
        "step_remark",
        "Remark",
        step=True,
        synonyms=(
            "step remark",
            "step comment",
            "step note",
            "actual result",
            "actual results",
            "comment",
            "comments",
            "remarks",
            "notes",
            "observation",
        ),
        about="What is said of the step.",
    ),
)
"""What stands on a row of a step, in the columns of the qualification test grid (domain/process.md, section 6.3).
They are suggested only where a heading names the step (desktop/records/mapping.py)."""

RESULT_FIELDS: Mapping[RecordKind, tuple[RecordField, ...]] = {
    RecordKind.RESULTS: (
        RecordField(
            "status",
            "Status",
            FieldKind.CHOICE,
            needed=True,
            choices=STATUS_WORDS,
            plain=STATUS_PLAIN,
            vague=STATUS_VAGUE,
            synonyms=(
                "result",
                "outcome",
                "verdict",
                "execution status",
                "test status",
                "test result",
                "pass/fail",
                "run status",
                "actual status",
                "state",
                *STEP_STATUS,
            ),
            about="With a Step it is that of the step; on a row without one, that of the case.",
        ),
        RecordField("key", "Test case id", one_of="case", synonyms=(*KEY, *named(CASE, *KEY), "test case", "test")),
        RecordField(
            "title",
            "Test case title",
            one_of="case",
            synonyms=("title", "name", "summary", *named(CASE, "name", "title", "summary")),
        ),
        RecordField(
            "run",
            "Run",
            synonyms=("run ref", "run reference", "test run", "execution id"),
            about="Reference of a run that is here (ACME-RUN-0001); other words are passed over.",
        ),
        RecordField(
            "reason",
            "Reason",
            synonyms=("why", "blocked by", "reason for status", "justification"),
            about="Why it is blocked or not applicable.",
        ),
        RecordField(
            "message",
            "Message",
            synonyms=(
                "actual result",
                "actual results",
                "actual outcome",
                "output",
                "log",
                "comment",
                "comments",
                "remarks",
                "notes",
                "observation",
            ),
        ),
        RecordField("tester", "Tester", synonyms=("executed by", "tested by", "run by", "performed by", "who")),
        RecordField(
            "executed",
            "Executed on",
            FieldKind.DATE,
            synonyms=(
                "executed",
                "date",
                "execution date",
                "date executed",
                "run date",
                "test date",
                "tested on",
                "date tested",
                "when",
                "executed at",
                "completed on",
            ),
        ),
        RecordField(
            "seconds",
            "Seconds",
            FieldKind.NUMBER,
            synonyms=("duration", "time", "duration (s)", "elapsed", "time (s)", "run time"),
        ),
        RecordField(
            "requirements",
            "Requirements",
            FieldKind.KEYS,
            synonyms=(*REQUIREMENT, *named(REQUIREMENT, "id", "ids", "ref", "refs"), "covers"),
        ),
        *_STEPS,
    ),
    RecordKind.DEFECTS: (
        RecordField(
            "title",
            "Title",
            synonyms=("summary", "name", "short description", "headline", *named(DEFECT, "title", "summary", "name")),
            needed=True,
        ),
        RecordField(
            "key",
            "Number in your tool",
            one_of="number",
            synonyms=(*KEY, *named(DEFECT, *KEY), "external id", "jira", "jira key", "tool number", "issue"),
        ),
        RecordField(
            "ref",
            "Reference here",
            one_of="number",
            synonyms=("mhhs desk reference", "desk reference"),
            about="ACME-DEF-0001, of a workbook that was written here.",
        ),
        RecordField(
            "description",
            "Description",
            synonyms=("details", "detail", "steps to reproduce", *named(DEFECT, "description", "details")),
        ),
        RecordField(
            "severity", "Severity", synonyms=("sev", "severity level", "impact", "defect severity", "priority")
        ),
        RecordField(
            "status",
            "Status",
            FieldKind.CHOICE,
            choices=DEFECT_STATUS,
            synonyms=("state", *named(DEFECT, "status", "state")),
        ),
        RecordField("owner", "Owner", synonyms=OWNER),
        RecordField(
            "raised",
            "Raised on",
            FieldKind.DATE,
            synonyms=(
                "raised",
                "date raised",
                "created",
                "created on",
                "reported",
                "opened",
                "date opened",
                "found on",
                "logged",
            ),
        ),
        RecordField(
            "due",
            "Due",
            FieldKind.DATE,
            synonyms=("due date", "target date", "fix by", "planned fix", "eta", "target fix date"),
        ),
        RecordField(
            "closed",
            "Closed on",
            FieldKind.DATE,
            synonyms=("closed", "date closed", "resolved on", "fixed on", "closure date"),
        ),
        RecordField("resolution", "Resolution", synonyms=("fix", "root cause", "outcome", "workaround")),
        RecordField(
            "cases",
            "Test cases",
            FieldKind.KEYS,
            synonyms=("tests", "test case", *named(CASE, *KEY, "ids", "refs"), "found in", "seen in"),
            about="Ids of the test cases in whose newest result it was seen.",
        ),
    ),
    RecordKind.WORK_OFF: (
        RecordField(
            "title",
            "Title",
            one_of="item",
            synonyms=("action", "item", "summary", "name", "work-off item", "task", "issue"),
        ),
        RecordField(
            "ref", "Reference", one_of="item", synonyms=(*KEY, "item ref", "work-off id", "action id", "item id")
        ),
        RecordField("description", "Description", synonyms=("details", "detail", "plan", "approach")),
        RecordField(
            "defect",
            "Defect",
            synonyms=(*DEFECT, *named(DEFECT, *KEY), "linked defect"),
            about="Its reference here, or its number in your tool.",
        ),
        RecordField(
            "requirement",
            "Requirement",
            synonyms=(*REQUIREMENT, *named(REQUIREMENT, *KEY)),
            about="Id of the requirement.",
        ),
        RecordField("owner", "Owner", synonyms=OWNER),
        RecordField(
            "due",
            "Due",
            FieldKind.DATE,
            synonyms=("due date", "target date", "by when", "by", "deadline", "completion date"),
        ),
        RecordField("status", "Status", FieldKind.CHOICE, choices=WORK_OFF_STATUS, synonyms=("state", "progress")),
        RecordField(
            "agreed_by", "Agreed by", synonyms=("agreed with", "approved by", "accepted by", "approver", "agreement")
        ),
        RecordField(
            "agreed_on",
            "Agreed on",
            FieldKind.DATE,
            synonyms=("agreement date", "date agreed", "approved on", "date approved"),
        ),
        RecordField(
            "closed", "Closed on", FieldKind.DATE, synonyms=("date closed", "done on", "completed on", "closed")
        ),
        RecordField("note", "Note", synonyms=NOTE),
    ),
    RecordKind.DELIVERABLES: (
        RecordField(
            "key",
            "Deliverable id",
            needed=True,
            synonyms=(*KEY, "deliverable ref", "deliverable no", "deliverable number", "deliverable reference"),
            about="By it a deliverable is known again; one that is here by its reference or the pack's id.",
        ),
        RecordField(
            "title",
            "Title",
            synonyms=(
                "deliverable",
                "name",
                "document",
                "deliverable name",
                "deliverable title",
                "artefact",
                "product",
            ),
        ),
        RecordField(
            "party_type",
            "For whom",
            synonyms=("party type", "party", "role", "market role", "participant", "participant type", "applicable to"),
        ),
        RecordField("gate", "Gate", synonyms=("milestone", "due for", "due at", "test gate", "quality gate")),
        RecordField(
            "offset",
            "Working days before the gate",
            synonyms=("working days before gate", "days before gate", "offset", "wd before"),
        ),
        RecordField("stage", "Stage", synonyms=STAGE),
        RecordField("field_name", "Standard's name", synonyms=("field name", "standard name", "iso 29119 name")),
        RecordField("description", "Description", synonyms=("details", "about", "content", "contents", "purpose")),
        RecordField(
            "good_evidence", "What good evidence is", synonyms=("good evidence", "evidence needed", "criteria")
        ),
        RecordField("owner", "Owner", synonyms=OWNER),
        RecordField(
            "baseline",
            "Baseline",
            FieldKind.DATE,
            synonyms=("baseline date", "planned", "planned date", "due date", "due", "submission date"),
        ),
        RecordField(
            "current",
            "Current",
            FieldKind.DATE,
            synonyms=("current date", "forecast", "forecast date", "revised date", "expected date"),
        ),
        RecordField(
            "actual",
            "Actual",
            FieldKind.DATE,
            synonyms=("actual date", "submitted on", "date submitted", "delivered on"),
        ),
        RecordField("status", "Status", synonyms=("state", "progress")),
        RecordField("reviewer", "Reviewer", synonyms=("reviewed by", "assured by", "approver")),
        RecordField("remarks", "Reviewer's remarks", synonyms=("remarks", "feedback", "review comments")),
        RecordField("note", "Note", synonyms=("notes", "comment", "comments")),
    ),
}
