"""The fields of requirements and test cases, with the words by which their headings are known.

None of these words is official: they are what RTTMs, test tools and trackers of the trade and beyond use. What a
heading means is only suggested; the person says.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.records.field_words import (
    APPLIES,
    CASE,
    KEY,
    LINKED_CASE,
    NOTE,
    OWNER,
    PRIORITY,
    REQUIREMENT,
    STAGE,
    named,
)
from desktop.records.model import FieldKind, RecordField, RecordKind

CASE_FIELDS: Mapping[RecordKind, tuple[RecordField, ...]] = {
    RecordKind.REQUIREMENTS: (
        RecordField(
            "key",
            "Requirement id",
            needed=True,
            synonyms=(*KEY, *named(REQUIREMENT, *KEY), "rttm id", "rttm ref"),
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
                *named(REQUIREMENT, "title", "name", "summary"),
            ),
            spare=("requirement",),
            about="Without one, the first line of the text.",
        ),
        RecordField(
            "text",
            "Text",
            synonyms=(
                "description",
                "detail",
                "details",
                "full text",
                "statement",
                "wording",
                *named(REQUIREMENT, "text", "description", "detail", "details", "statement", "wording"),
                "requirement",
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
                *named(REQUIREMENT, "type", "category", "family", "area", "group"),
            ),
            about="Functional, migration, non-functional, operational ... as in the document; coverage is told by it.",
        ),
        RecordField("stage", "Stage", synonyms=STAGE, about="The PIT stage that proves it."),
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
        RecordField("priority", "Priority", synonyms=PRIORITY),
        RecordField(
            "applies",
            "Applies",
            synonyms=("applicable", "in scope", "applicability", "relevant", "scope", "applicable y/n"),
            choices=APPLIES,
            about="Yes, or why it does not apply to this participant.",
        ),
        RecordField("owner", "Owner", synonyms=OWNER),
        RecordField("note", "Note", synonyms=NOTE),
        RecordField(
            "cases",
            "Test cases",
            FieldKind.KEYS,
            synonyms=(
                *CASE,
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
                *named(CASE, *KEY, "ids", "refs", "references", "numbers", "keys"),
                *LINKED_CASE,
                *(f"{name}s" for name in (*CASE, *LINKED_CASE)),
                *named(LINKED_CASE, *KEY, "ids", "refs", "references", "numbers", "keys"),
            ),
            about="Ids of the test cases that prove it, separated by commas, semicolons, bars or line ends.",
        ),
    ),
    RecordKind.CASES: (
        RecordField(
            "key",
            "Test case id",
            needed=True,
            synonyms=(*KEY, *named(CASE, *KEY), "test"),
            about="By it a case is known again: exactly as it stands, without blanks around it.",
        ),
        RecordField(
            "title", "Title", synonyms=("name", "summary", *named(CASE, "title", "name", "summary"), "test case")
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
                *named(CASE, "description", "objective"),
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
        RecordField("stage", "Stage", synonyms=STAGE),
        RecordField("priority", "Priority", synonyms=PRIORITY),
        RecordField("owner", "Owner", synonyms=(*OWNER, "author", "tester")),
        RecordField("note", "Note", synonyms=NOTE),
        RecordField(
            "requirements",
            "Requirements",
            FieldKind.KEYS,
            synonyms=(
                *REQUIREMENT,
                "covers",
                "covers requirements",
                "covered requirements",
                "requirements covered",
                "traces to",
                "verifies",
                "linked requirements",
                "requirement coverage",
                *named(REQUIREMENT, *KEY, "ids", "refs", "references", "keys"),
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
}
