"""The made-up runbook of the sample participant: the weekend on which its new interfaces go live."""

from __future__ import annotations

from pathlib import Path

SOURCE = "Go-live runbook of the sample participant (made up)"
FIRST_VERSION, SECOND_VERSION = "v1.0", "v1.1"

HEADINGS = (
    "Task ID", "Title", "Predecessor IDs", "Description", "Stream", "Task type", "Planned duration",
    "Planned fixed date/time", "Due date/time", "Responsible party", "Assigned to", "Evidence required", "External",
)  # fmt: skip

ROWS: tuple[tuple[str, ...], ...] = (
    ("GL-01", "Agree the go-live weekend with the billing provider", "", "Both sides confirm in writing.",
     "Before the weekend", "Task", "2 wd", "2026-11-02", "", "Supplier", "Morgan Reed", "Letter of the provider", ""),
    ("GL-02", "Freeze changes to the billing system", "GL-01 + 5 wd", "Only corrections agreed by the change board.",
     "Before the weekend", "Milestone", "0", "2026-11-16", "2026-11-18", "Supplier", "Morgan Reed", "", ""),
    ("GL-03", "Provider delivers release 8.3", "GL-01", "Installed in the test environment by the provider.",
     "Before the weekend", "Task", "10 wd", "", "2026-11-20", "Billing provider", "", "Release note", "Yes"),
    ("GL-04", "Load industry standing data", "GL-03", "The catalogue that is in force on the weekend.",
     "Before the weekend", "Task", "2 wd", "", "", "Supplier", "Morgan Reed", "", ""),
    ("GL-05", "Regression test of release 8.3", "GL-03, GL-04", "Every case of the PIT regression stage.",
     "Before the weekend", "Validation", "5 wd", "", "2026-12-02", "Supplier", "Jamie Okafor", "Test report", ""),
    ("GL-06", "Tell customer services and the metering agents", "GL-02", "What changes, when, and whom to ring.",
     "Before the weekend", "Communication", "1 wd", "", "2026-12-03", "Supplier", "Morgan Reed", "", ""),
    ("GL-07", "Director declares that we are ready", "GL-05, GL-06", "The declaration of readiness is signed.",
     "Before the weekend", "Declaration", "1 wd", "", "2026-12-04", "Supplier", "Alex Hartley", "", ""),
    ("GL-08", "Go or no-go for the weekend", "GL-05, GL-06, GL-07", "Billing, test manager, director.",
     "Before the weekend", "Go/no-go", "0", "2026-12-04 15:00", "2026-12-04 17:00", "Supplier", "Alex Hartley", "", ""),
    ("GL-09", "Stop the flows to and from the old interface", "GL-08", "The gateway holds what comes in.",
     "Weekend", "Task", "30 min", "2026-12-05 20:00", "", "Supplier", "Jamie Okafor", "", ""),
    ("GL-10", "Back up the billing database", "GL-09", "Verified by restoring it elsewhere.",
     "Weekend", "Task", "3 h", "", "", "Billing provider", "", "Log of the restore", "Yes"),
    ("GL-11", "Install release 8.3", "GL-10", "", "Weekend", "Task", "4 h", "", "", "Billing provider", "", "", "Yes"),
    ("GL-12", "Switch the message channels to the DIP", "GL-11", "Production certificates, one channel for each role.",
     "Weekend", "Task", "90 min", "", "", "Supplier", "Jamie Okafor", "", ""),
    ("GL-13", "Send and receive one message of each kind", "GL-12", "With the distributor's test MPAN.",
     "Weekend", "Validation", "2 h", "", "", "Supplier", "Jamie Okafor", "Messages as sent and received", ""),
    ("GL-14", "Reconcile meter points: old against new", "GL-11", "Counts by distributor, class and status.",
     "Weekend", "Validation", "3 h", "", "", "Supplier", "Morgan Reed", "Reconciliation sheet", ""),
    ("GL-15", "Keep the new system or go back", "GL-13, GL-14", "After this nobody goes back.",
     "Weekend", "Go/no-go", "0", "", "2026-12-06 14:00", "Supplier", "Alex Hartley", "", ""),
    ("GL-16", "Open the flows", "GL-15", "The gateway lets go of what it held.",
     "Weekend", "Task", "30 min", "", "2026-12-06 16:00", "Supplier", "Jamie Okafor", "", ""),
    ("GL-17", "Watch the first settlement runs", "GL-16", "Volumes against those of the old interface.",
     "After the weekend", "Task", "5 wd", "2026-12-07", "", "Supplier", "Morgan Reed", "", ""),
    ("GL-18", "Early life ends", "GL-17", "When the criteria are met, not on a date.",
     "After the weekend", "Milestone", "0", "", "2026-12-18", "Supplier", "Morgan Reed", "", ""),
)  # fmt: skip
"""One row for each activity, in the columns that runbook tools use."""

CHANGED = {"GL-13": ("Send and receive one message of each kind", "With two test MPANs, one of each distributor."),
           "GL-02": ("Freeze changes to the billing system", "No changes at all, corrections included.")}  # fmt: skip
"""What the second version says otherwise: title and description by id."""


def runbook(path: Path, version: str) -> None:
    """As such documents look: a title over the table, then the headings."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Runbook"
    sheet.append([f"{SOURCE}, {version}"])
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append(list(HEADINGS))
    for row in ROWS:
        cells = list(row)
        if version == SECOND_VERSION and row[0] in CHANGED:
            cells[1], cells[3] = CHANGED[row[0]]
        sheet.append(cells)
    book.save(path)
