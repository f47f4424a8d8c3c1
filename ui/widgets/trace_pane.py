"""One requirement followed to its cases, their newest results, evidence and defects; each is a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.evidence.model import Proof, Target, TargetKind
from desktop.records.model import PastChange
from desktop.testing.model import Cover, DefectStatus, LatestResult, RequirementTrace, TracedCase
from ui.context import Context
from ui.models.paged_table import shown_date
from ui.pages.payloads import ShowEvidence, ShowTarget, place_of
from ui.widgets.basics import button, label
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.record_pane import RecordPane, facts, fill_history, history_table
from ui.widgets.trace_links import Lines, LinkLine
from ui.widgets.trace_look import StatusWord

BLOCKS = 25
"""Cases that are shown in full; more are shown by a filter of the table."""
PROOFS = 3
"""Proofs and defects that are listed for one case."""

Link = tuple[int, str, str, DefectStatus]


class RequirementPane(RecordPane):
    """What can be done with what is shown is asked of the page."""

    def __init__(
        self,
        context: Context,
        *,
        edit: Callable[[], object],
        link: Callable[[], object],
        unlink: Callable[[list[int]], object],
        confirm: Callable[[list[int]], object],
        show_cases: Callable[[str], object],
    ) -> None:
        super().__init__(context, "The chosen requirement", "Choose a requirement to follow it to its cases.")
        self._unlink, self._confirm, self._show_cases = unlink, confirm, show_cases
        self.trace: RequirementTrace | None = None
        self.edit_button = self.add_verb("Edit…", edit, "Texts, owner, stage, whether it applies")
        self.link_button = self.add_verb("Link cases…", link, "Say which test cases are for it")
        self.end_verbs()
        self.blocks = Lines(gap=context.theme.px(2))
        self.cases_card = self.add_card("Test cases", self.blocks)
        self.evidence = EvidencePane(context)
        self.add_card("Its own evidence", self.evidence)
        self.facts = label("", wrap=True, selectable=True)
        self.add_card("What is said of it", self.facts)
        self.history = history_table()
        self.add_card("What imports changed", self.history)
        self.end_cards()

    def show_trace(self, trace: RequirementTrace | None, history: Sequence[PastChange] = ()) -> None:
        """Show a requirement; None = none is chosen."""
        self.trace = trace
        if trace is None:
            self.show_head(None)
            self.evidence.show_target(None)
            return
        one = trace.requirement
        self.status.say(trace.cover.value, f" · {' · '.join(part for part in (one.family, one.stage) if part)}"
                        if one.family or one.stage else "")  # fmt: skip
        self.show_head(f"{one.key}  {one.title}", one.text if one.text != one.title else "", self._flags(trace))
        self.blocks.fill(self._blocks(trace))
        self.evidence.show_target(Target(TargetKind.REQUIREMENT, one.id), f"{one.key} {one.title}")
        said = facts(
            (
                ("Rests on", trace.reliance),
                ("Owner", one.owner or "nobody yet"),
                ("For", one.party),
                ("Priority", one.priority),
                ("Note", one.note),
                ("Source", one.source),
                *one.extra.items(),
            )
        )
        self.facts.setText(said)
        fill_history(self.history, history)

    def _flags(self, trace: RequirementTrace) -> list[QWidget | str]:
        flags: list[QWidget | str] = []
        if trace.requirement.applies:
            flags.append(f"Does not apply: {trace.requirement.applies}")
        if trace.requirement.missing:
            flags.append("Not in the newest import. It is kept; look whether it still counts.")
        changed = [one.link_id for one in trace.cases if one.changed]
        if changed:
            words = (
                "It changed since its cases were looked at."
                if len(changed) == 1
                else f"It changed since {len(changed)} of its cases were looked at."
            )
            flags.append(
                self._with_verb(words, "They still test it" if len(changed) > 1 else "It still tests it",
                                lambda: self._confirm(changed))
            )  # fmt: skip
        if trace.cover is Cover.RELIES:
            flags.append("It rests on a third party whose reliance is not proven yet: see the PIT plan.")
        return flags

    def _blocks(self, trace: RequirementTrace) -> list[QWidget]:
        if not trace.cases:
            return [label("No test case is for it yet. “Link cases…” chooses some.", "muted", wrap=True)]
        blocks: list[QWidget] = []
        for place, one in enumerate(trace.cases[:BLOCKS]):
            if place:
                line = QFrame()
                line.setProperty("role", "separator")
                blocks.append(line)
            blocks.append(self._block(one))
        if len(trace.cases) > BLOCKS:
            blocks.append(
                LinkLine(f"All {len(trace.cases):,} cases of {trace.requirement.key}",
                         lambda: self._show_cases(trace.requirement.key))
            )  # fmt: skip
        return blocks

    def _block(self, one: TracedCase) -> QWidget:
        block = QWidget()
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(target_link(self.context, TargetKind.TEST_CASE, one.case_id, f"{one.key}  {one.title}"))
        gone: QWidget | None = None
        if not self.context.workspace.read_only:
            gone = button(
                "Unlink", lambda: self._unlink([one.link_id]), role="link", tip="It is not for this requirement"
            )
            gone.setAccessibleName(f"Unlink {one.key}")
        column.addWidget(result_line(self.context, one.latest, gone))
        for line in (*proof_lines(self.context, one.evidence), *defect_lines(self.context, one.defects)):
            column.addWidget(line)
        if one.changed:
            column.addWidget(
                self._with_verb("The requirement changed since this was looked at.", "It still tests it",
                                lambda: self._confirm([one.link_id]))
            )  # fmt: skip
        return block

    def _with_verb(self, words: str, verb: str, run: Callable[[], object]) -> QWidget:
        return flag_with_verb(self.context, words, verb, run)


def flag_with_verb(context: Context, words: str, verb: str, run: Callable[[], object]) -> QWidget:
    """A sentence about what has to be looked at, with the button that says it was."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(context.theme.px(1))
    column.addWidget(label(words, "high", wrap=True))
    if not context.workspace.read_only:
        row = QHBoxLayout()
        row.addWidget(button(verb, run))
        row.addStretch()
        column.addLayout(row)
    return made


def target_link(context: Context, kind: TargetKind, number: int, text: str, icon: str = "") -> LinkLine:
    """A link to a record."""

    def go() -> None:
        target = Target(kind, number)
        context.navigate((place_of(target) or ("traceability", None))[0], ShowTarget(target))

    return LinkLine(text, go, theme=context.theme, icon=icon)


def result_line(context: Context, latest: LatestResult, verb: QWidget | None = None) -> QWidget:
    """The word of a result with the run as a link, and a verb at the right."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    row = QHBoxLayout()
    row.setSpacing(context.theme.px(2))
    column.addLayout(row)
    word = StatusWord(context.theme)
    word.say(latest.status.value)
    row.addWidget(word)
    if latest.result_id is not None:
        when = f", {shown_date(latest.executed)}" if latest.executed else ""
        row.addWidget(target_link(context, TargetKind.RESULT, latest.result_id, f"{latest.run_ref}{when}"))
    row.addStretch()
    if verb is not None:
        row.addWidget(verb)
    if latest.case_changed:
        column.addWidget(label("The case reads otherwise now than when it was run.", "high", wrap=True))
    return made


def proof_lines(context: Context, proofs: Sequence[Proof]) -> list[QWidget]:
    """The evidence as links, the first few and how many more."""
    lines: list[QWidget] = [
        LinkLine(
            f"{one.ref}  {one.title}{_state(one)}",
            lambda number=one.evidence_id: context.navigate("evidence", ShowEvidence(number)),  # type: ignore[misc]
            theme=context.theme,
            icon="evidence",
        )
        for one in proofs[:PROOFS]
    ]
    if len(proofs) > PROOFS:
        lines.append(label(f"and {len(proofs) - PROOFS:,} more pieces of evidence", "small"))
    return lines


def defect_lines(context: Context, defects: Sequence[Link]) -> list[QWidget]:
    """The defects as links, the first few and how many more."""
    lines: list[QWidget] = [
        target_link(context, TargetKind.DEFECT, number, f"{ref}  {title} ({status.value})", "defects")
        for number, ref, title, status in defects[:PROOFS]
    ]
    if len(defects) > PROOFS:
        lines.append(label(f"and {len(defects) - PROOFS:,} more defects", "small"))
    return lines


def _state(proof: Proof) -> str:
    if proof.withdrawn:
        return " (withdrawn)"
    return " (awaits confirmation)" if proof.awaiting else " (expired)" if proof.expired else ""
