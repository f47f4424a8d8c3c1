"""One test case followed back to its requirements and on to every result it had."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.evidence.model import Target, TargetKind
from desktop.records.model import PastChange
from desktop.testing.model import CaseTrace, Status, Step, TracedRequirement
from ui.context import Context
from ui.widgets.basics import button, label
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.record_pane import RecordPane, facts, fill_history, history_table
from ui.widgets.trace_links import Lines
from ui.widgets.trace_look import StatusWord
from ui.widgets.trace_pane import defect_lines, flag_with_verb, result_line, target_link

LISTED = 25
"""Requirements and results that are listed."""


class CasePane(RecordPane):
    """What can be done with what is shown is asked of the page."""

    def __init__(
        self,
        context: Context,
        *,
        edit: Callable[[], object],
        link: Callable[[], object],
        unlink: Callable[[list[int]], object],
        confirm: Callable[[list[int]], object],
    ) -> None:
        super().__init__(context, "The chosen test case", "Choose a test case to follow it both ways.")
        self._unlink, self._confirm = unlink, confirm
        self.trace: CaseTrace | None = None
        self.edit_button = self.add_verb("Edit…", edit, "Texts, steps, owner, stage")
        self.link_button = self.add_verb("Link requirements…", link, "Say which requirements it is for")
        self.end_verbs()
        self.requirements = Lines(gap=context.theme.px(1))
        self.add_card("For these requirements", self.requirements)
        self.results = Lines()
        self.add_card("Results, newest first", self.results)
        self.defects = Lines()
        self.defects_card = self.add_card("Defects seen in its results", self.defects)
        self.evidence = EvidencePane(context)
        self.add_card("Its own evidence", self.evidence)
        self.steps = Lines(gap=context.theme.px(1))
        self.add_card("Steps", self.steps)
        self.facts = label("", wrap=True, selectable=True)
        self.add_card("What is said of it", self.facts)
        self.history = history_table()
        self.add_card("What imports changed", self.history)
        self.end_cards()

    def show_trace(self, trace: CaseTrace | None, history: Sequence[PastChange] = ()) -> None:
        """Show a case; None = none is chosen."""
        self.trace = trace
        if trace is None:
            self.show_head(None)
            self.evidence.show_target(None)
            return
        one = trace.case
        newest = trace.results[0] if trace.results else None
        self.status.say((newest.status if newest else Status.NOT_RUN).value, f" · {one.stage}" if one.stage else "")
        self.show_head(
            f"{one.key}  {one.title}", one.description if one.description != one.title else "", self._flags(trace)
        )
        self.requirements.fill(self._requirements(trace))
        self.results.fill(
            [result_line(self.context, result) for result in trace.results[:LISTED]]
            or [label("It has not been run yet.", "muted", wrap=True)]
        )
        self.defects.fill(defect_lines(self.context, trace.defects))
        self.defects_card.setVisible(bool(trace.defects))
        self.evidence.show_target(Target(TargetKind.TEST_CASE, one.id), f"{one.key} {one.title}")
        self.steps.fill(_steps(one.steps))
        self.facts.setText(
            facts(
                (
                    ("Scenario", one.scenario),
                    ("Precondition", one.precondition),
                    ("Expected", one.expected),
                    ("Owner", one.owner or "nobody yet"),
                    ("Priority", one.priority),
                    ("Note", one.note),
                    ("Source", one.source),
                    *one.extra.items(),
                )
            )
        )
        fill_history(self.history, history)

    def _flags(self, trace: CaseTrace) -> list[QWidget | str]:
        flags: list[QWidget | str] = []
        if trace.case.missing:
            flags.append("Not in the newest import. It is kept; look whether it still counts.")
        changed = [one.link_id for one in trace.requirements if one.changed]
        if changed:
            words = (
                "A requirement of it changed" if len(changed) == 1 else f"{len(changed)} of its requirements changed"
            )
            flags.append(
                flag_with_verb(
                    self.context,
                    f"{words} since this was looked at.",
                    "It still tests it" if len(changed) == 1 else "It still tests them",
                    lambda: self._confirm(changed),
                )
            )
        if not trace.requirements:
            flags.append("It is for no requirement.")
        return flags

    def _requirements(self, trace: CaseTrace) -> list[QWidget]:
        if not trace.requirements:
            return [label("None. “Link requirements…” chooses some.", "muted", wrap=True)]
        lines = [self._requirement(one) for one in trace.requirements[:LISTED]]
        if len(trace.requirements) > LISTED:
            lines.append(label(f"and {len(trace.requirements) - LISTED:,} more", "small"))
        return lines

    def _requirement(self, one: TracedRequirement) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(
            target_link(self.context, TargetKind.REQUIREMENT, one.requirement_id, f"{one.key}  {one.title}")
        )
        row = QHBoxLayout()
        word = StatusWord(self.context.theme)
        word.say(one.cover.value, f" · {one.family}" if one.family else "")
        row.addWidget(word)
        if one.changed:
            row.addWidget(label("Changed since looked at", "high"))
        row.addStretch()
        if not self.context.workspace.read_only:
            gone = button("Unlink", lambda: self._unlink([one.link_id]), role="link", tip="The case is not for it")
            gone.setAccessibleName(f"Unlink {one.key}")
            row.addWidget(gone)
        column.addLayout(row)
        return made


def _steps(steps: Sequence[Step]) -> list[QWidget]:
    """The steps as the pane has room for: what is done, and under it what is sent by whom to whom."""
    if not steps:
        return [label("It has no steps. “Edit…” adds some.", "muted", wrap=True)]
    lines: list[QWidget] = []
    for step in steps:
        lines.append(label(f"{step.step}.  {step.description}", wrap=True, selectable=True))
        route = " → ".join(part for part in (step.source, step.recipient) if part)
        more = " · ".join(part for part in (step.message, route, step.who, step.valid) if part)
        if more:
            under = label(more, "small", wrap=True, selectable=True)
            under.setIndent(under.fontMetrics().averageCharWidth() * 3)
            lines.append(under)
    return lines
