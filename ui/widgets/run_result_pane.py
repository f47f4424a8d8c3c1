"""One result: the case as it was when it was run, what became of it, its evidence and its defects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.evidence.model import Target, TargetKind
from desktop.testing.model import DefectStatus, Result, Status
from ui.context import Context
from ui.models.paged_table import shown_date
from ui.widgets.basics import label
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.record_pane import RecordPane, facts
from ui.widgets.trace_links import Lines
from ui.widgets.trace_pane import defect_lines, target_link

KEY_OF = {
    Status.PASSED: "P", Status.FAILED: "F", Status.BLOCKED: "B", Status.NOT_RUN: "N", Status.NOT_APPLICABLE: "A",
}  # fmt: skip
Seen = tuple[int, str, str, DefectStatus]


class ResultPane(RecordPane):
    """What can be done is asked of the page."""

    def __init__(
        self,
        context: Context,
        *,
        mark: Callable[[Status], object],
        edit: Callable[[], object],
        raise_defect: Callable[[], object],
    ) -> None:
        super().__init__(context, "The chosen result", "Choose a result to see what was tested.")
        self.result: Result | None = None
        self.status_buttons: dict[Status, QPushButton] = {}
        for status, key in KEY_OF.items():
            made = self.add_verb(status.value, partial(mark, status), f"{key} in the table of results")
            self.status_buttons[status] = made
        self.edit_button = self.add_verb("Edit…", edit, "Tester, day, message, reason")
        self.defect_button = self.add_verb("Raise a defect…", raise_defect, "Linked to the chosen results")
        self.end_verbs()
        self.message = label("", wrap=True, selectable=True)
        self.message_card = self.add_card("What the test said", self.message)
        self.defects = Lines()
        self.defects_card = self.add_card("Defects seen in it", self.defects)
        self.evidence = EvidencePane(context)
        self.add_card("Evidence", self.evidence)
        self.frozen = label("", wrap=True, selectable=True)
        self.case_line = Lines()
        self.add_card("The case as it was run", self.frozen, self.case_line)
        self.end_cards()

    def show_result(self, result: Result | None, defects: Sequence[Seen] = (), *, writable: bool = True) -> None:
        """Show a result; None = none is chosen."""
        self.result = result
        if result is None:
            self.show_head(None)
            self.evidence.show_target(None)
            return
        when = f" · {shown_date(result.executed)}" if result.executed else ""
        self.status.say(
            result.status.value, f" · {result.run_ref}{when}{f' · {result.tester}' if result.tester else ''}"
        )
        flags: list[QWidget | str] = []
        if result.case_changed:
            flags.append("The case reads otherwise now than when it was run: look whether it has to be run again.")
        self.show_head(f"{result.key}  {result.title}", f"Reason: {result.reason}" if result.reason else "", flags)
        for status, made in self.status_buttons.items():
            made.setEnabled(writable and status is not result.status)
        for made in (self.edit_button, self.defect_button):
            made.setEnabled(writable if made is self.edit_button else not self.context.workspace.read_only)
        self.message.setText(result.message)
        self.message_card.setVisible(bool(result.message))
        self.defects.fill(defect_lines(self.context, defects))
        self.defects_card.setVisible(bool(defects))
        self.evidence.show_target(Target(TargetKind.RESULT, result.id), f"{result.key} in {result.run_ref}")
        self.frozen.setText(frozen_words(result.frozen))
        self.case_line.fill(
            [target_link(self.context, TargetKind.TEST_CASE, result.case_id, "The case as it reads now")]
        )


def frozen_words(frozen: Mapping[str, object]) -> str:
    """The texts of a case as it was run, a line each; its steps stand in the grid."""
    keys = frozen.get("requirements") or ()
    assert isinstance(keys, list | tuple)
    return (
        facts(
            (
                ("Scenario", str(frozen.get("scenario", ""))),
                ("Description", str(frozen.get("description", ""))),
                ("Precondition", str(frozen.get("precondition", ""))),
                ("Expected", str(frozen.get("expected", ""))),
                ("Stage", str(frozen.get("stage", ""))),
                ("For the requirements", ", ".join(str(key) for key in keys)),
            )
        )
        or "Only its key and title were known."
    )
