"""Files attached to what they prove on any page: on the row under the pointer, by paste, by choice; and the pane."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from desk_steps import banner, buttons, choose, kept, portfolio_file, press, rows, run, said, texts, when_asked
from evidence_steps import copy_picture, drag_away, drop, hover, middle, on_row, picture_file, text_file
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu
from test_accessibility import check_names
from window_care import settle

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import Column, ColumnKind
from desktop.changes import Subject
from desktop.evidence.model import Target, TargetKind
from desktop.testing.model import RequirementEdit
from ui.dialogs.evidence_chooser import ChooserDialog
from ui.dropping import Drop
from ui.main_window import MainWindow
from ui.pages.cleanse import CleansePage
from ui.pages.evidence import EvidencePage
from ui.pages.page import Page
from ui.pages.payloads import ShowEvidence
from ui.widgets.evidence_drop import AttachByDrop, attach_files
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.table_panel import TablePanel

TITLES = {"QT-093": "Change of supplier", "QT-094": "Meter exchange", "QT-095": "Withdrawal"}


class Requirements(Page):
    """A page with a table of requirements, as pages of records are made."""

    id = "overview"  # an id of the rail: the window asks for it
    title = "Requirements"
    subjects = frozenset({Subject.REQUIREMENTS})

    def build(self) -> None:
        evidence = self.context.workspace.evidence

        def load() -> pl.DataFrame:
            found = evidence.linkable(TargetKind.REQUIREMENT)
            return pl.DataFrame(
                [(target.id, ref, title) for target, ref, title in found],
                schema={"id": pl.Int64, "ref": pl.String, "title": pl.String},
                orient="row",
            )

        self.panel = TablePanel(self.context, "test_requirements")
        self.body.addWidget(self.panel, 1)
        self.evidence = EvidencePane(self.context)
        self.body.addWidget(self.evidence)
        columns = (Column("ref", "Reference", ColumnKind.IDENTIFIER), Column("title", "Title"))
        self.attaching = AttachByDrop(
            self.panel, self.context, TargetKind.REQUIREMENT, self._name_of, pane=self.evidence
        )
        self.context.commands.add(*self.attaching.commands(self.id, menu="Requirements"))
        self.panel.row_menu = lambda menu: menu.addActions(self.attaching.actions())
        self.panel.current_changed.connect(self._explain)
        self.panel.set_source(FrameTable(columns, load))

    def table(self) -> TablePanel:
        return self.panel

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        return self.attaching.drop(paths, at)

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        self.attaching.dropped(paths, at)

    def _name_of(self, row_id: int) -> str:
        source = self.panel.source
        assert source is not None
        ref, title = source.page(source.position(row_id) or 0, 1)[0]
        return f"{ref} {title}"

    def _explain(self, row_id: object) -> None:
        if isinstance(row_id, int):
            self.evidence.show_target(Target(TargetKind.REQUIREMENT, row_id), self._name_of(row_id))
        else:
            self.evidence.show_target(None)


@pytest.fixture
def page(opened: MainWindow) -> Requirements:
    for key, title in TITLES.items():
        opened.context.workspace.requirements.add_requirement(key, RequirementEdit(title=title))
    made = Requirements(opened.context)
    opened.context.commands.remove_of_pages()
    opened._pages["overview"] = made
    opened._stack.addWidget(made)
    opened.show_page("overview")
    settle()
    return made


def proofs(page: Requirements, row: int) -> list[str]:
    source = page.panel.source
    assert source is not None
    target = Target(TargetKind.REQUIREMENT, source.ids(row, 1)[0])
    return [proof.title for proof in page.context.workspace.evidence.proofs(target)]


def test_files_dropped_on_a_row_are_attached_to_it_and_the_overlay_says_so_before(
    opened: MainWindow, page: Requirements, own_home: Path
) -> None:
    files = [text_file(own_home / "log.txt"), picture_file(own_home / "screen.png")]
    at = on_row(page.panel, 1)
    assert hover(opened, at, *files) == "Drop to attach 2 files to QT-094 Meter exchange"
    marked = opened._overlay._mark.geometry()
    assert marked.contains(opened.mapFromGlobal(at))
    assert marked.height() == page.panel.table.rowHeight(1)
    assert not opened._overlay.geometry().intersects(marked)
    drop(opened, at, *files)
    assert proofs(page, 1) == ["log", "screen"]
    assert proofs(page, 0) == []
    assert said(opened) == "2 files attached to QT-094 Meter exchange."


def test_the_frame_follows_the_pointer_from_row_to_row(opened: MainWindow, page: Requirements, own_home: Path) -> None:
    file = text_file(own_home / "log.txt")
    assert "QT-093" in hover(opened, on_row(page.panel, 0), file)
    assert "QT-095" in hover(opened, on_row(page.panel, 2), file)
    assert hover(opened, middle(page.panel.bar), file) == "Drop “log.txt” on the row that it proves"
    assert opened._overlay.property("refused") == "true"
    drag_away(opened)


def test_files_dropped_beside_the_rows_are_not_taken(opened: MainWindow, page: Requirements, own_home: Path) -> None:
    drop(opened, middle(page.panel.bar), text_file(own_home / "log.txt"))
    assert banner(opened) == "Drop “log.txt” on the row that it proves"
    assert page.context.workspace.evidence.table().total() == 0


def test_outside_of_the_table_a_portfolio_is_still_imported(
    opened: MainWindow, page: Requirements, own_home: Path
) -> None:
    assert "before importing it" in hover(opened, middle(page.header), text_file(own_home / "p.csv", "MPAN\n"))
    drag_away(opened)


def test_files_dropped_on_the_pane_are_for_the_record_it_shows(
    opened: MainWindow, page: Requirements, own_home: Path
) -> None:
    page.panel.show_id(page.panel.source.ids(2, 1)[0])
    settle()
    file = text_file(own_home / "log.txt")
    assert hover(opened, middle(page.evidence), file) == "Drop to attach “log.txt” to QT-095 Withdrawal"
    drop(opened, middle(page.evidence), file)
    assert proofs(page, 2) == ["log"]
    assert rows(page.evidence.list.list) == [("log", "Text, 39 bytes")]


def test_a_screenshot_is_pasted_on_the_chosen_rows(opened: MainWindow, page: Requirements) -> None:
    copy_picture()
    run(opened, "table.select_all")
    opened.activateWindow()
    page.panel.table.setFocus()
    settle()
    QTest.keyClick(opened, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert [len(proofs(page, row)) for row in range(3)] == [1, 1, 1]
    assert page.context.workspace.evidence.table().total() == 1
    assert said(opened) == "1 file attached to 3 rows."


def test_attaching_by_the_menu_asks_for_files(opened: MainWindow, page: Requirements, own_home: Path) -> None:
    asked = choose(text_file(own_home / "log.txt"))
    run(opened, "overview.attach")
    assert asked == ["Attach files to QT-093 Change of supplier"]
    assert proofs(page, 0) == ["log"]
    menu = QMenu(page)
    page.panel.row_menu(menu)
    assert [action.text() for action in menu.actions()] == [
        "Attach files…", "Attach evidence that is kept…", "Paste as evidence"
    ]  # fmt: skip
    menu.deleteLater()


def test_evidence_that_is_kept_is_found_by_its_text_and_linked_without_a_copy(
    opened: MainWindow, page: Requirements, own_home: Path
) -> None:
    evidence = opened.context.workspace.evidence
    evidence.add([text_file(own_home / "a.txt", "nothing"), text_file(own_home / "b.txt", "the zebra is here")])
    evidence.index()

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ChooserDialog)
        check_names(dialog)
        assert dialog.list.rowCount() == 2
        QTest.keyClicks(dialog.field, "zebra")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    asked = when_asked(drive)
    press(page.evidence, "Existing…")
    assert asked == ["Evidence for QT-093 Change of supplier"]
    assert proofs(page, 0) == ["b"]
    assert evidence.table().total() == 2
    run(opened, "edit.undo")
    assert proofs(page, 0) == []


def test_the_pane_confirms_a_new_revision_removes_a_link_and_leads_to_the_evidence(
    opened: MainWindow, page: Requirements, own_home: Path
) -> None:
    evidence = opened.context.workspace.evidence
    source = page.panel.source
    assert source is not None
    target = Target(TargetKind.REQUIREMENT, source.ids(0, 1)[0])
    attach_files(opened.context, target, "QT-093", [text_file(own_home / "a.txt", "first")])
    settle()
    (proof,) = evidence.proofs(target)
    opened.context.hub.publish(evidence.replace(proof.evidence_id, text_file(own_home / "b.txt", "second")))
    settle()
    assert rows(page.evidence.list.list) == [("a", "Awaits confirmation")]
    press(page.evidence, "Confirm")
    assert rows(page.evidence.list.list) == [("a", "Text, 6 bytes")]
    assert buttons(page.evidence)["Confirm"] is False
    page.evidence.list.list.setFocus()
    QTest.keyClick(page.evidence.list.list, Qt.Key.Key_Return)
    settle()
    assert isinstance(opened.current, EvidencePage)
    assert opened.current.panel.current_id() == proof.evidence_id
    opened.go_back()
    settle()
    press(page.evidence, "Remove")
    assert rows(page.evidence.list.list) == []
    assert evidence.get(proof.evidence_id).withdrawn == ""
    run(opened, "edit.undo")
    assert rows(page.evidence.list.list) == [("a", "Text, 6 bytes")]


def test_the_pane_without_a_record_or_without_evidence_says_what_to_do(opened: MainWindow, page: Requirements) -> None:
    check_names(page.evidence)
    assert "Drop files here or on the row, or paste a screenshot." in texts(page.evidence)
    assert set(buttons(page.evidence)) == {"Attach files…", "Existing…", "Paste"}
    page.evidence.show_target(None)
    assert not any(buttons(page.evidence).values())


def test_for_reading_only_nothing_is_attached(opened: MainWindow, page: Requirements, own_home: Path) -> None:
    opened.context.workspace.read_only = True  # as the door opens it; the store is not asked here
    opened.context.commands.refresh()
    page.evidence.show_target(page.evidence.target, page.evidence.name)
    settle()
    assert not any(buttons(page.evidence).values())
    assert not opened.context.commands.action("overview.attach").isEnabled()
    words = hover(opened, on_row(page.panel, 0), text_file(own_home / "log.txt"))
    assert words == "This workspace is open for reading only: nothing can be attached"
    drag_away(opened)


# -- findings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def cleanse(window: MainWindow, own_home: Path, clock) -> CleansePage:
    spoiled = pl.when(pl.int_range(pl.len()) < 3).then(pl.lit("12")).otherwise(pl.col("MPAN"))
    window.door.open(kept(own_home / "checked", clock, portfolio_file(own_home / "p.csv", 40, MPAN=spoiled)))
    window.show_page("cleanse")
    settle()
    assert isinstance(window.current, CleansePage)
    return window.current


def test_a_finding_takes_evidence_and_the_evidence_leads_back_to_it(
    window: MainWindow, cleanse: CleansePage, own_home: Path
) -> None:
    finding = cleanse.panel.source.ids(1, 1)[0]
    letter = text_file(own_home / "letter of the agent.log", "It will be mended")
    words = hover(window, on_row(cleanse.panel, 1), letter)
    assert words.startswith("Drop to attach “letter of the agent.log” to ")
    drop(window, on_row(cleanse.panel, 1), letter)
    cleanse.panel.show_id(finding)
    settle()
    assert [row[0] for row in rows(cleanse.evidence.list.list)] == ["letter of the agent"]
    (proof,) = window.context.workspace.evidence.proofs(Target(TargetKind.FINDING, finding))
    window.context.navigate("evidence", ShowEvidence(proof.evidence_id))
    settle()
    page = window.current
    assert isinstance(page, EvidencePage)
    assert len(rows(page.pane.uses.list)) == 1
    cleanse.panel.show_id(cleanse.panel.source.ids(0, 1)[0])
    press(page.pane, "Go to")
    assert window.current is cleanse
    assert cleanse.panel.current_id() == finding


def test_a_portfolio_dropped_on_the_findings_is_still_imported(
    window: MainWindow, cleanse: CleansePage, own_home: Path
) -> None:
    file = text_file(own_home / "next.csv", "MPAN\n")
    assert "before importing it" in hover(window, on_row(cleanse.panel, 0), file)
    drag_away(window)
