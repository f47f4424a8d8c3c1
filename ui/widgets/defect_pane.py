"""One defect, or one item of the work-off plan, in full: where it was seen, what was promised, its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.evidence.model import Target, TargetKind
from desktop.testing.model import Defect, WorkOff
from ui.context import Context
from ui.models.paged_table import shown_date
from ui.widgets.basics import button, label
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.record_pane import RecordPane, facts
from ui.widgets.trace_links import Lines
from ui.widgets.trace_look import StatusWord
from ui.widgets.trace_pane import target_link

LISTED = 25
"""Results that are listed."""


class DefectPane(RecordPane):
    """What can be done with what is shown is asked of the page."""

    def __init__(
        self,
        context: Context,
        *,
        edit: Callable[[], object],
        link: Callable[[], object],
        unlink: Callable[[int], object],
        add_item: Callable[[], object],
    ) -> None:
        super().__init__(context, "The chosen defect", "Choose a defect to see where it was seen.")
        self._unlink = unlink
        self.defect: Defect | None = None
        self.edit_button = self.add_verb("Edit…", edit)
        self.link_button = self.add_verb("Link results…", link, "Results in which it was seen")
        self.item_button = self.add_verb(
            "Make a work-off item…", add_item, "What is still to be done, by whom, until when"
        )
        self.end_verbs()
        self.results = Lines()
        self.add_card("Seen in", self.results)
        self.items = Lines()
        self.items_card = self.add_card("Work-off plan", self.items)
        self.evidence = EvidencePane(context)
        self.add_card("Evidence", self.evidence)
        self.facts = label("", wrap=True, selectable=True)
        self.add_card("What is said of it", self.facts)
        self.end_cards()

    def show_defect(
        self,
        defect: Defect | None,
        items: Sequence[WorkOff] = (),
        severities: Mapping[str, str] | None = None,
        late: str = "",
    ) -> None:
        """Show a defect with its items of the work-off plan; None = none is chosen."""
        self.defect = defect
        if defect is None:
            self.show_head(None)
            self.evidence.show_target(None)
            return
        details = defect.details
        severity = (severities or {}).get(details.severity, details.severity)
        self.status.say(details.status.value.capitalize(), f" · {severity}" if severity else " · severity not judged")
        self.show_head(f"{defect.ref}  {details.title}", details.description, [late] if late else [])
        self.results.fill(self._results(defect))
        self.items.fill(
            [
                target_link(
                    self.context, TargetKind.WORK_OFF, item.id,
                    f"{item.ref}  {item.details.title} ({item.details.status.value}{', late' if item.late else ''})",
                )
                for item in items
            ]
        )  # fmt: skip
        self.items_card.setVisible(bool(items))
        self.evidence.show_target(Target(TargetKind.DEFECT, defect.id), f"{defect.ref} {details.title}")
        self.facts.setText(
            facts(
                (
                    ("Owner", details.owner or "nobody yet"),
                    ("Raised", shown_date(details.raised)),
                    ("Due", shown_date(details.due)),
                    ("Closed", shown_date(details.closed)),
                    ("Own number", details.key),
                    ("Resolution", details.resolution),
                )
            )
        )

    def _results(self, defect: Defect) -> list[QWidget]:
        if not defect.results:
            return [label("No result yet. “Link results…” chooses some.", "muted", wrap=True)]
        lines: list[QWidget] = []
        for number, run, key, status in defect.results[:LISTED]:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(self.context.theme.px(2))
            row.addWidget(target_link(self.context, TargetKind.RESULT, number, f"{key} in {run}"))
            row.addWidget(StatusWord(self.context.theme, status.value))
            row.addStretch()
            if not self.context.workspace.read_only:
                gone = button("Unlink", lambda one=number: self._unlink(one), role="link", tip="It was not seen in it")  # type: ignore[misc]
                gone.setAccessibleName(f"Unlink {key} in {run}")
                row.addWidget(gone)
            lines.append(line)
        if len(defect.results) > LISTED:
            lines.append(label(f"and {len(defect.results) - LISTED:,} more", "small"))
        return lines


class WorkOffPane(RecordPane):
    """One item of the work-off plan."""

    def __init__(self, context: Context, *, edit: Callable[[], object], done: Callable[[], object]) -> None:
        super().__init__(context, "The chosen work-off item", "Choose an item to see what was promised.")
        self.item: WorkOff | None = None
        self.edit_button = self.add_verb("Edit…", edit)
        self.done_button = self.add_verb("Mark as done", done)
        self.end_verbs()
        self.links = Lines()
        self.links_card = self.add_card("For", self.links)
        self.evidence = EvidencePane(context)
        self.add_card("Evidence", self.evidence)
        self.facts = label("", wrap=True, selectable=True)
        self.add_card("What is said of it", self.facts)
        self.end_cards()

    def show_item(self, item: WorkOff | None) -> None:
        """Show an item; None = none is chosen."""
        self.item = item
        if item is None:
            self.show_head(None)
            self.evidence.show_target(None)
            return
        details = item.details
        self.status.say(details.status.value.capitalize(), f" · due {shown_date(details.due)}" if details.due else "")
        flags: list[QWidget | str] = []
        if item.late:
            flags.append(f"Late: it was due on {shown_date(details.due)}.")
        if not details.agreed_by:
            flags.append("Nobody has agreed to it yet.")
        self.show_head(f"{item.ref}  {details.title}", details.description, flags)
        links: list[QWidget] = []
        if details.defect_id is not None:
            links.append(target_link(self.context, TargetKind.DEFECT, details.defect_id, item.defect_ref, "defects"))
        if details.requirement_id is not None:
            links.append(
                target_link(
                    self.context, TargetKind.REQUIREMENT, details.requirement_id, item.requirement_key, "traceability"
                )
            )
        self.links.fill(links)
        self.links_card.setVisible(bool(links))
        self.evidence.show_target(Target(TargetKind.WORK_OFF, item.id), f"{item.ref} {details.title}")
        self.facts.setText(
            facts(
                (
                    ("Owner", details.owner or "nobody yet"),
                    ("Due", shown_date(details.due)),
                    ("Agreed by", details.agreed_by),
                    ("Agreed on", shown_date(details.agreed_on)),
                    ("Closed", shown_date(details.closed)),
                    ("Note", details.note),
                )
            )
        )
