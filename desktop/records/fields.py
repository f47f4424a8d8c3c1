"""The fields of each kind of record, with the words by which headings and cells are known.

None of these words is official: they are what RTTMs, test tools and trackers of the trade and beyond use. What a
heading means is only suggested; the person says.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from desktop.portfolio.mapping import fold
from desktop.records.model import FieldKind, RecordField, RecordKind


def _words(**meanings: str) -> Mapping[str, str]:
    """Each value's words, separated by commas, folded to the value; `_` of a name is a space."""
    return {
        fold(word): value.replace("_", " ")
        for value, words in meanings.items()
        for word in (value.replace("_", " "), *words.split(","))
    }


STATUS_WORDS = _words(
    Passed="pass,p,ok,success,successful,succeeded,green,complete,completed,passed with comments,met,yes",
    Failed="fail,f,failure,error,errors,ko,not ok,unsuccessful,red,not met,broken,no",
    Blocked="block,b,on hold,hold,suspended,stopped",
    Not_run="not run,not executed,no run,untested,not started,to do,todo,open,pending,outstanding,new,skipped,skip,"
    "ignored,in progress,wip,not tested,unexecuted,planned,ready,deferred",
    Not_applicable="n/a,na,not applicable,not relevant,out of scope,descoped,not required,not needed",
)
"""Words for the status of a result. `Passed` and `Failed` are those of the qualification test screen
(domain/process.md, section 6.3)."""

_APPLIES = {
    **dict.fromkeys(map(fold, ("yes", "y", "true", "applicable", "applies", "in scope", "mandatory")), ""),
    **dict.fromkeys(map(fold, ("no", "n", "false", "n/a", "na", "not applicable", "out of scope")), "Not applicable"),
}

_DEFECT_STATUS = {
    **_words(
        open="new,raised,active,reopened,assigned,to do,investigating,triage",
        in_fix="in fix,in progress,fixing,being fixed,in development,wip",
        ready_to_retest="ready to retest,ready for retest,retest,fixed,resolved,ready for test,in test,in retest",
        closed="close,done,verified,completed,complete",
        deferred="postponed,on hold,work-off,work off",
        rejected="cancelled,canceled,duplicate,not a defect,no defect,wont fix,invalid,withdrawn",
    ),
}
_WORK_OFF_STATUS = _words(
    open="new,in progress,outstanding,to do,active",
    done="closed,complete,completed,finished,resolved",
    dropped="cancelled,canceled,withdrawn,rejected,not needed",
)

_KEY = ("id", "ref", "reference", "no", "number", "identifier", "unique id", "key")


def _named(base: tuple[str, ...], *endings: str) -> tuple[str, ...]:
    return tuple(f"{name} {ending}" for name in base for ending in endings)


_REQUIREMENT = ("requirement", "req", "requirements")
_CASE = ("test case", "case", "test", "tc", "test script", "script")
_DEFECT = ("defect", "issue", "incident", "bug", "ticket")

_OWNER = ("owned by", "responsible", "responsible person", "assignee", "assigned to", "action owner", "lead")
_NOTE = ("notes", "comment", "comments", "remark", "remarks")
_STAGE = (
    "pit stage",
    "test stage",
    "test phase",
    "phase",
    "testing stage",
    "test level",
    "test type",
    "stage of testing",
)
_PRIORITY = ("prio", "moscow", "importance", "criticality", "ranking")

_FIELDS: Mapping[RecordKind, tuple[RecordField, ...]] = {
    RecordKind.REQUIREMENTS: (
        RecordField(
            "key",
            "Requirement id",
            needed=True,
            synonyms=(*_KEY, *_named(_REQUIREMENT, *_KEY), "rttm id", "rttm ref"),
            about="By it a requirement is known again: exactly as it stands, without blanks around it.",
        ),
        RecordField(
            "title",
            "Title",
            synonyms=(
                "name",
                "summary",
                "heading",
                "short description",
                *_named(_REQUIREMENT, "title", "name", "summary"),
            ),
            about="Without one, the first line of the text.",
        ),
        RecordField(
            "text",
            "Text",
            synonyms=(
                "description",
                "requirement",
                "detail",
                "details",
                "full text",
                "statement",
                "wording",
                *_named(_REQUIREMENT, "text", "description", "detail", "details", "statement", "wording"),
            ),
        ),
        RecordField(
            "family",
            "Family",
            synonyms=(
                "category",
                "area",
                "functional area",
                "group",
                "type",
                "classification",
                "theme",
                "section",
                *_named(_REQUIREMENT, "type", "category", "family", "area", "group"),
            ),
            about="Functional, migration, non-functional, operational ... as in the document; coverage is told by it.",
        ),
        RecordField("stage", "Stage", synonyms=_STAGE, about="The PIT stage that proves it."),
        RecordField(
            "party",
            "For whom",
            synonyms=(
                "party",
                "parties",
                "role",
                "roles",
                "market role",
                "participant",
                "participant type",
                "applicable to",
                "applicable role",
                "applicable roles",
                "actor",
                "party type",
                "recipient",
            ),
        ),
        RecordField("priority", "Priority", synonyms=_PRIORITY),
        RecordField(
            "applies",
            "Applies",
            synonyms=("applicable", "in scope", "applicability", "relevant", "scope", "applicable y/n"),
            choices=_APPLIES,
            about="Yes, or why it does not apply to this participant.",
        ),
        RecordField("owner", "Owner", synonyms=_OWNER),
        RecordField("note", "Note", synonyms=_NOTE),
        RecordField(
            "cases",
            "Test cases",
            FieldKind.KEYS,
            synonyms=(
                *_CASE,
                "tests",
                "cases",
                "test cases",
                "linked tests",
                "linked test cases",
                "covered by",
                "verified by",
                "tested by",
                "test coverage",
                "scripts",
                *_named(_CASE, *_KEY, "ids", "refs", "references", "keys"),
            ),
            about="Ids of the test cases that prove it, separated by commas, semicolons, bars or line ends.",
        ),
    ),
    RecordKind.CASES: (
        RecordField(
            "key",
            "Test case id",
            needed=True,
            synonyms=(*_KEY, *_named(_CASE, *_KEY), "test"),
            about="By it a case is known again: exactly as it stands, without blanks around it.",
        ),
        RecordField(
            "title", "Title", synonyms=("name", "summary", *_named(_CASE, "title", "name", "summary"), "test case")
        ),
        RecordField(
            "scenario",
            "Scenario",
            synonyms=(
                "test scenario",
                "scenario name",
                "suite",
                "test suite",
                "section",
                "group",
                "feature",
                "folder",
                "scenario id",
            ),
        ),
        RecordField(
            "description",
            "Description",
            synonyms=(
                "objective",
                "purpose",
                "test objective",
                "details",
                "aim",
                *_named(_CASE, "description", "objective"),
            ),
        ),
        RecordField(
            "precondition",
            "Precondition",
            synonyms=(
                "preconditions",
                "pre-condition",
                "pre-conditions",
                "pre-requisites",
                "prerequisites",
                "setup",
                "given",
                "test data",
            ),
        ),
        RecordField(
            "expected",
            "Expected result",
            synonyms=(
                "expected results",
                "expected outcome",
                "expected",
                "then",
                "pass criteria",
                "acceptance criteria",
            ),
        ),
        RecordField("stage", "Stage", synonyms=_STAGE),
        RecordField("priority", "Priority", synonyms=_PRIORITY),
        RecordField("owner", "Owner", synonyms=(*_OWNER, "author", "tester")),
        RecordField("note", "Note", synonyms=_NOTE),
        RecordField(
            "requirements",
            "Requirements",
            FieldKind.KEYS,
            synonyms=(
                *_REQUIREMENT,
                "covers",
                "traces to",
                "verifies",
                "linked requirements",
                "requirement coverage",
                *_named(_REQUIREMENT, *_KEY, "ids", "refs", "references", "keys"),
                "reqs",
            ),
            about="Ids of the requirements that it proves.",
        ),
        RecordField(
            "step",
            "Step",
            synonyms=("step no", "step number", "step id", "steps", "#", "step ref"),
            step=True,
            about="Number of a step; a case takes a row for each step.",
        ),
        RecordField(
            "step_description",
            "Step description",
            synonyms=("step details", "step action", "action", "step text", "instruction", "when"),
            step=True,
        ),
        RecordField("step_source", "Source", synonyms=("step source", "from", "sender", "source role"), step=True),
        RecordField("step_recipient", "Recipient", synonyms=("step recipient", "to", "receiver", "target"), step=True),
        RecordField(
            "step_message", "Message", synonyms=("step message", "interface", "message type", "if", "event"), step=True
        ),
        RecordField("step_who", "Who", synonyms=("step who", "performed by", "actor"), step=True),
        RecordField("step_valid", "Valid", synonyms=("step valid", "validation", "check", "valid/invalid"), step=True),
    ),
    RecordKind.RESULTS: (
        RecordField(
            "status",
            "Status",
            FieldKind.CHOICE,
            needed=True,
            choices=STATUS_WORDS,
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
            ),
        ),
        RecordField("key", "Test case id", one_of="case", synonyms=(*_KEY, *_named(_CASE, *_KEY), "test case", "test")),
        RecordField(
            "title",
            "Test case title",
            one_of="case",
            synonyms=("title", "name", "summary", *_named(_CASE, "name", "title", "summary")),
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
            synonyms=(*_REQUIREMENT, *_named(_REQUIREMENT, "id", "ids", "ref", "refs"), "covers"),
        ),
    ),
    RecordKind.DEFECTS: (
        RecordField(
            "title",
            "Title",
            synonyms=("summary", "name", "short description", "headline", *_named(_DEFECT, "title", "summary", "name")),
            needed=True,
        ),
        RecordField(
            "key",
            "Number in your tool",
            one_of="number",
            synonyms=(*_KEY, *_named(_DEFECT, *_KEY), "external id", "jira", "jira key", "tool number", "issue"),
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
            synonyms=("details", "detail", "steps to reproduce", *_named(_DEFECT, "description", "details")),
        ),
        RecordField(
            "severity", "Severity", synonyms=("sev", "severity level", "impact", "defect severity", "priority")
        ),
        RecordField(
            "status",
            "Status",
            FieldKind.CHOICE,
            choices=_DEFECT_STATUS,
            synonyms=("state", *_named(_DEFECT, "status", "state")),
        ),
        RecordField("owner", "Owner", synonyms=_OWNER),
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
            synonyms=("tests", "test case", *_named(_CASE, *_KEY, "ids", "refs"), "found in", "seen in"),
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
            "ref", "Reference", one_of="item", synonyms=(*_KEY, "item ref", "work-off id", "action id", "item id")
        ),
        RecordField("description", "Description", synonyms=("details", "detail", "plan", "approach")),
        RecordField(
            "defect",
            "Defect",
            synonyms=(*_DEFECT, *_named(_DEFECT, *_KEY), "linked defect"),
            about="Its reference here, or its number in your tool.",
        ),
        RecordField(
            "requirement",
            "Requirement",
            synonyms=(*_REQUIREMENT, *_named(_REQUIREMENT, *_KEY)),
            about="Id of the requirement.",
        ),
        RecordField("owner", "Owner", synonyms=_OWNER),
        RecordField(
            "due",
            "Due",
            FieldKind.DATE,
            synonyms=("due date", "target date", "by when", "by", "deadline", "completion date"),
        ),
        RecordField("status", "Status", FieldKind.CHOICE, choices=_WORK_OFF_STATUS, synonyms=("state", "progress")),
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
        RecordField("note", "Note", synonyms=_NOTE),
    ),
    RecordKind.DELIVERABLES: (
        RecordField(
            "key",
            "Deliverable id",
            needed=True,
            synonyms=(*_KEY, "deliverable ref", "deliverable no", "deliverable number", "deliverable reference"),
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
        RecordField("stage", "Stage", synonyms=_STAGE),
        RecordField("field_name", "Standard's name", synonyms=("field name", "standard name", "iso 29119 name")),
        RecordField("description", "Description", synonyms=("details", "about", "content", "contents", "purpose")),
        RecordField(
            "good_evidence", "What good evidence is", synonyms=("good evidence", "evidence needed", "criteria")
        ),
        RecordField("owner", "Owner", synonyms=_OWNER),
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


def fields_of(kind: RecordKind) -> tuple[RecordField, ...]:
    """The fields of a kind, needed ones first."""
    return tuple(sorted(_FIELDS[kind], key=lambda one: (not one.needed, not one.one_of)))


@cache
def by_name(kind: RecordKind) -> Mapping[str, RecordField]:
    """The same by name."""
    return {one.name: one for one in fields_of(kind)}


@cache
def name_index(kind: RecordKind) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Every folded name with the fields it may stand for and its rank there: 0 the field's own, then its synonyms."""
    index: dict[str, dict[str, int]] = {}
    for one in _FIELDS[kind]:
        for rank, name in enumerate((one.title, *one.synonyms), start=0):
            ranks = index.setdefault(fold(name), {})
            ranks[one.name] = min(rank, ranks.get(one.name, rank))
        index.setdefault(fold(one.name), {})[one.name] = 0
    index.pop("", None)
    return {name: tuple(sorted(ranks.items(), key=lambda pair: pair[1])) for name, ranks in index.items()}
