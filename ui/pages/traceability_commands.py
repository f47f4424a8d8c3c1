"""What the menus, the palette and the keys offer on the Traceability page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.commands import Command

if TYPE_CHECKING:
    from ui.pages.traceability import TraceabilityPage

_HINTS = {
    "link": "Say which cases test the chosen requirements, or the other way about",
    "edit": "One record in full, or what many have in common",
    "applies": "With the reason; it is not counted any more",
    "rest": "On a third party’s testing that was agreed",
    "confirm": "Every link whose requirement changed since it was looked at",
}


def trace_commands(page: TraceabilityPage) -> list[Command]:
    """The commands of the page, without those of its evidence."""
    context = page.context

    def can_edit() -> bool:
        return context.can_write and page.stack.currentIndex() == 1 and page.table().has_current()

    def can_require() -> bool:
        return can_edit() and page.shown_table == "requirements"

    def can_write() -> bool:
        return context.can_write and page.stack.currentWidget() is not page.flow

    name, verbs = page.id, page.actions_of
    return [
        Command("trace.import", "Import records…", page.choose_file, "Traceability", "1", "Ctrl+Shift+I", "imports",
                "Requirements, test cases, results, defects, work-off items, deliverables", can_write, page=name),
        Command("trace.add_requirement", "Add a requirement…", verbs.add_requirement, "Traceability", "1", "",
                "add", "Typed by hand", can_write, page=name),
        Command("trace.add_case", "Add a test case…", lambda: verbs.add_case(page.chosen("requirements")),
                "Traceability", "1", "Ctrl+Shift+N", "add", "With its steps; for the chosen requirements",
                can_write, page=name),
        Command("trace.link", "Link…", page.link, "Traceability", "2", "Ctrl+L", "link", _HINTS["link"], can_edit,
                page=name),
        Command("trace.edit", "Edit…", page.edit, "Traceability", "2", "Ctrl+E", "edit", _HINTS["edit"], can_edit,
                page=name),
        Command("trace.applies", "Mark as not applicable…", page.not_applicable, "Traceability", "2", "", "",
                _HINTS["applies"], can_require, page=name),
        Command("trace.rest", "Rest on reliance…", page.rest_on, "Traceability", "2", "", "", _HINTS["rest"],
                can_require, page=name),
        Command("trace.work_off", "Make a work-off item…", page.make_item, "Traceability", "2", "Ctrl+T",
                "calendar",
                "What is still to be done for the chosen requirement", can_require, page=name),
        Command("trace.run", "Start a run of these cases…", page.start_run, "Traceability", "3", "Ctrl+Shift+R",
                "testruns",
                "Of the chosen test cases, or of those of the chosen requirements", can_edit, page=name),
        Command("trace.submit", "Prepare a submission…", page.submit, "Traceability", "4", "", "submissions",
                "The RTTM at the gate that comes next, checked and frozen to be sent", can_write, page=name),
        Command("trace.confirm", "Confirm changed links…", verbs.confirm_all, "Traceability", "3", "", "check",
                _HINTS["confirm"], can_write, page=name),
        Command("trace.other", "Requirements or test cases", page.switch_over, "Traceability", "5", "Ctrl+Tab",
                "view", "The other table", page=name, whole=True),
        Command("trace.strip", "Show or hide the coverage", page.toggle_strip, "Traceability", "5", "", "panel",
                "The bars over the table", page=name, whole=True),
    ]  # fmt: skip
