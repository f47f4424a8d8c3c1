"""Evidence: every file that proves something, kept once, with its revisions and what relies on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QMenu

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import View
from desktop.changes import Subject
from desktop.evidence.model import Added, Evidence, Preview, Use
from desktop.evidence.table import EXPIRED, EXPIRING, STATES
from desktop.jobs import Job
from ui.dropping import Drop, files_in_words
from ui.job_runner import Running
from ui.pages import PAGES
from ui.pages.evidence_verbs import EvidenceVerbs
from ui.pages.page import Page
from ui.pages.payloads import ShowEvidence, ShowView, place_of
from ui.widgets.basics import EmptyState, button, follow_icon
from ui.widgets.beside import Beside
from ui.widgets.evidence_adding import add_files, read_texts
from ui.widgets.evidence_detail import DetailVerbs, EvidenceDetailPane, ShownEvidence
from ui.widgets.evidence_drop import area_of, is_over, row_under
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel

STILL = 150
"""Milliseconds that the cursor must rest on a row before its preview is made: that takes a process of its own."""

FIRST_COLUMNS = (
    "ref",
    "title",
    "state",
    "used_in",
    "kind",
    "collected",
    "expires",
    "collector",
    "tags",
    "awaiting",
    "size",
)
"""The columns before the person chose some."""


class EvidencePage(Page):
    """The table of all evidence, and the pane that shows one piece of it."""

    id = "evidence"
    title = "Evidence"
    subtitle = "Files that prove something: kept once, whole, with every revision and what relies on them."
    icon = "evidence"
    subjects = frozenset(
        {Subject.EVIDENCE, Subject.PIT, Subject.REQUIREMENTS, Subject.RESULTS, Subject.DEFECTS, Subject.RUNS}
    )

    def build(self) -> None:
        context = self.context
        self._source: FrameTable | None = None
        self._view: View | None = None
        self._wanted: tuple[int, ...] = ()
        self._round = 0
        self._restored: dict[str, object] = {}
        self._previewing: Running | None = None
        self.verbs = EvidenceVerbs(context, self)
        writable = not context.workspace.read_only
        folder = button("Add a folder…", self.verbs.add_folder, tip="Every file in it and in its folders")
        add = button("Add files…", self.verbs.add_files, role="primary", tip="Copies of them are kept (Ctrl+Shift+A)")
        first = button("Choose files…", self.verbs.add_files, role="primary")
        follow_icon(first, context.theme, "attach", "on_accent")
        for made in (folder, add, first):
            made.setEnabled(writable)
        for made in (folder, add):
            self.header.add_action(made)
        empty = EmptyState(
            context.theme,
            "evidence",
            "No evidence has been kept yet",
            "Drop files or folders here, paste a screenshot with Ctrl+V, or choose files. Copies are kept in the "
            "workspace; your own files stay as they are.",
            first,
        )
        self.panel = TablePanel(context, "evidence", title="Evidence", empty=empty)
        self.panel.row_menu = self._row_menu
        metrics = self.fontMetrics()
        self.panel.facets.setMinimumWidth(max(metrics.horizontalAdvance(one) for one in STATES) + metrics.height() * 5)
        self.pane = EvidenceDetailPane(
            context.theme,
            DetailVerbs(
                edit=self.verbs.edit,
                open=self.verbs.open,
                save=self.verbs.save,
                replace=self.verbs.replace,
                link=self.verbs.link,
                confirm=self.verbs.confirm_links,
                unlink=self.verbs.unlink,
                go_to=self._go_to,
            ),
        )
        self.pane.setMinimumWidth(self.fontMetrics().averageCharWidth() * 52)
        self.split = Beside(self.panel, self.pane, (114, 62))
        self.body.addWidget(self.split, 1)
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(STILL)
        self._still.timeout.connect(self._make_preview)
        self._revision: int | None = None
        self.panel.current_changed.connect(self._explain)
        self.panel.activated.connect(lambda _row: self.verbs.open())
        self.panel.selection_changed.connect(context.commands.refresh)
        self.panel.loaded.connect(self._clear_stale)
        self.pane.revision_chosen.connect(self._show_revision)
        context.commands.add(*self.verbs.commands())
        read_texts(context, self._texts_read)

    def refresh(self, subjects: frozenset[Subject]) -> None:
        evidence, source = self.context.workspace.evidence, self._source
        if source is None:
            self.context.read("Reading the evidence", lambda _job: evidence.table(), self._fill)
        elif Subject.EVIDENCE in subjects:
            chosen, current = self.panel.selected_ids(), self.panel.current_id()
            self._round += 1
            number = self._round

            def again(_job: Job) -> FrameTable:
                source.reload()
                return source

            def came(_source: FrameTable) -> None:
                if number == self._round:  # else a newer reading is under way; only that has what is wanted for sure
                    self._reread(chosen, current)

            self.context.read("Reading the evidence", again, came)
        else:  # what evidence proves may be called otherwise now
            self._explain(self.panel.current_id())

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowEvidence):
            self.show_items((payload.evidence_id,))
        elif isinstance(payload, ShowView):
            if self._source is None:
                self._view = payload.view
            else:
                self.panel.apply(payload.view)

    def table(self) -> TablePanel:
        return self.panel

    def state(self) -> dict[str, object]:
        # While nothing is kept the pane is hidden and has no width that is worth keeping.
        return {"split": kept_sizes(self.split)} if not self.pane.isHidden() else self._restored

    def restore(self, state: dict[str, object]) -> None:
        self._restored = state
        put_sizes_back(self.split, state.get("split"))

    # -- dropping ------------------------------------------------------------------------------------------------------

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        what = files_in_words(paths)
        if self.context.workspace.read_only:
            return Drop("no", paths[0], "This workspace is open for reading only: nothing can be added", area_of(self))
        row_id, area = row_under(self.panel, at) if is_over(self.panel, at) else (None, None)
        if row_id is None or len(paths) > 1 or paths[0].is_dir():
            return Drop("page", paths[0], f"Drop to add {what} as evidence", area_of(self))
        ref = self._cell(row_id, "ref")
        words = f"Drop to add {what}: as new evidence, or as a new revision of {ref}. You will be asked"
        return Drop("page", paths[0], words, area)

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        row_id, _ = row_under(self.panel, at) if is_over(self.panel, at) else (None, None)
        if row_id is not None and len(paths) == 1 and not paths[0].is_dir():
            self.verbs.take_on_row(paths[0], row_id, self._cell(row_id, "ref"), self._cell(row_id, "title"))
        else:
            add_files(self.context, paths, done=self.added)

    # -- showing -------------------------------------------------------------------------------------------------------

    def added(self, added: Added) -> None:
        """Choose what was just added (or was here already), once the table has been read again."""
        self.show_items(tuple(dict.fromkeys((*added.ids, *added.known))), reread=bool(added.changes.subjects))

    def show_items(self, ids: Sequence[int], *, reread: bool = False) -> None:
        """Select these items, clearing filters that hide them; after the next reading of the table if `reread`."""
        self._wanted = tuple(ids)
        if not reread and self._source is not None:
            self._show_wanted()

    def chosen_ids(self) -> list[int]:
        """The selected items, else the one with the cursor."""
        chosen = self.panel.selected_ids()
        current = self.panel.current_id()
        return chosen or ([current] if current is not None else [])

    def people(self) -> list[str]:
        """Who has collected evidence so far, the busiest first."""
        source = self._source
        return [one.value for one in source.facets("collector") if one.value] if source is not None else []

    def reload_rows(self) -> None:
        """Read the rows of the table again."""
        self.refresh(frozenset({Subject.EVIDENCE}))

    def _fill(self, source: FrameTable) -> None:
        view, self._view = self._view, None
        self._source = source
        if view is None and self.panel.source is None and self.panel.views.last() is None:
            # What it proves and how it stands come before what the file is: a narrow window shows the first columns.
            view = replace(source.view, columns=FIRST_COLUMNS)
        self.panel.set_source(source, view)
        self._show_wanted()
        self._explain(self.panel.current_id())

    def _reread(self, chosen: list[int], current: int | None) -> None:
        self.panel.reload()
        source = self._source
        if current is not None and source is not None and source.position(current) is not None:
            self.panel.show_id(current)  # it stands elsewhere when rows have come or gone
        if self._wanted:
            self._show_wanted()
        elif len(chosen) > 1:  # what was worked on stays chosen for the next step
            self._select(chosen)
        self._explain(self.panel.current_id())

    def _show_wanted(self) -> None:
        source, wanted = self._source, self._wanted
        if source is None or not wanted:
            return
        self._wanted = ()
        hidden = any(source.position(one) is None for one in wanted)
        if hidden and (self.panel.view.filters or self.panel.view.text):
            self.panel.apply(replace(self.panel.view, filters=(), text=""))
        if found := self._select(wanted):
            self.panel.show_id(source.ids(found[0], 1)[0])
            self._select(wanted)

    def _select(self, ids: Sequence[int]) -> list[int]:
        """Select these rows, as far as they are in the view; where they stand."""
        source = self._source
        places = [source.position(one) for one in ids] if source is not None else []
        found = sorted(place for place in places if place is not None)
        if found:
            self.panel.select_ranges(_runs(found))
        return found

    def _clear_stale(self) -> None:
        if self.panel.current_id() is None:
            self._explain(None)
        self.pane.setVisible(self._source is not None and self._source.total() > 0)

    def _explain(self, evidence_id: object) -> None:
        if not isinstance(evidence_id, int):
            self._stop_preview()
            self.pane.show_evidence(None)
            return
        evidence = self.context.workspace.evidence

        def work(_job: Job) -> tuple[Evidence, tuple[Use, ...]]:
            return evidence.get(evidence_id), evidence.used_in(evidence_id)

        def fill(found: tuple[Evidence, tuple[Use, ...]]) -> None:
            item, uses = found
            if self.panel.current_id() != item.id:  # the cursor has moved on
                return
            before = self.pane.shown
            same = before is not None and before.item.id == item.id and before.item.newest == item.newest
            states = str(self.panel.cells().get("state") or "")
            expiry = next((one for one in (EXPIRED, EXPIRING) if one in states), "")
            self.pane.show_evidence(ShownEvidence(item, uses, expiry), writable=not self.context.workspace.read_only)
            if not same:
                self._want_preview(item.newest.number)

        self.context.read("Reading the evidence", work, fill)

    # -- the preview ---------------------------------------------------------------------------------------------------

    def _show_revision(self, evidence_id: int, number: int) -> None:
        shown = self.pane.shown
        if shown is not None and shown.item.id == evidence_id:
            self._want_preview(number)

    def _want_preview(self, number: int) -> None:
        self._stop_preview()
        self._revision = number
        if self.context.jobs.serial:
            self._make_preview()
        else:
            self._still.start()

    def _stop_preview(self) -> None:
        self._still.stop()
        running, self._previewing = self._previewing, None
        if running is not None:
            self.context.jobs.cancel(running)

    def _make_preview(self) -> None:
        shown, number = self.pane.shown, self._revision
        if shown is None or number is None:
            return
        item = shown.item
        revision = next(one for one in item.revisions if one.number == number)
        evidence = self.context.workspace.evidence
        self.pane.show_preview(None, revision)

        def fill(preview: Preview) -> None:
            now = self.pane.shown
            if now is not None and now.item.id == item.id and self._revision == number:
                self.pane.show_preview(preview, revision)

        self._previewing = self.context.read(
            "Making the preview", lambda job: evidence.preview(item.id, number, job), fill
        )

    # -- how -----------------------------------------------------------------------------------------------------------

    def _row_menu(self, menu: QMenu) -> None:
        self.verbs.fill_row_menu(menu)

    def _go_to(self, use: Use) -> None:
        place = place_of(use.target)
        if place is not None and any(entry.id == place[0] for entry in PAGES):
            self.context.navigate(*place)

    def _texts_read(self, _count: int) -> None:
        """More can be found now: a search that is on the screen is made again."""
        if self._source is not None and self.panel.view.text:
            self.panel.reload()

    def _cell(self, row_id: int, column: str) -> str:
        source = self._source
        place = source.position(row_id) if source is not None else None
        if source is None or place is None:
            return ""
        return str(source.frame(place, 1)[column][0])


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Places in order as (first, number) of those that follow each other."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
