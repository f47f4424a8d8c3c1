"""What the rows of a file may be, by their headings."""

from __future__ import annotations

import pytest

from desktop.records.guess import likeliest
from desktop.records.model import RecordKind


@pytest.mark.parametrize(
    ("headings", "row", "kind"),
    [
        (("Requirement ID", "Requirement", "Family", "Test stage"), ("R-1", "x", "functional", "PIT"), "requirements"),
        (("Test case ID", "Title", "Precondition", "Expected result", "Step"), ("T-1", "x", "", "y", "1"), "cases"),
        (("Test case", "Status", "Executed on", "Tester"), ("T-1", "Passed", "2026-11-20", "Pat"), "results"),
        (
            (
                "Test Case",
                "Step",
                "Description",
                "Source",
                "Recipient",
                "Message",
                "Who",
                "Valid",
                "Status",
                "Evidence",
            ),
            ("QT-1", "10", "Send", "SUPI", "CSS", "CSS01700", "QP", "Auto", "Passed", "None"),
            "results",
        ),
        (
            ("No.", "Section", "Question", "Guidance", "Response"),
            ("1.1", "Data", "Do you?", "Yes or no", ""),
            "questions",
        ),
        (("Defect ID", "Summary", "Severity", "Status", "Owner"), ("D-1", "x", "High", "open", "Kim"), "defects"),
    ],
)
def test_the_headings_say_what_the_rows_are(headings: tuple[str, ...], row: tuple[str, ...], kind: str) -> None:
    for assumed in RecordKind:
        assert likeliest(headings, [row], assumed) == kind, assumed


def test_headings_that_say_nothing_leave_what_was_assumed() -> None:
    for assumed in RecordKind:
        assert likeliest(("A", "B"), [("1", "2")], assumed) is assumed
