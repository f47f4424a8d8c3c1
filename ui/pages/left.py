"""Left this laptop: everything that went out, by whatever channel, to whom, and what personal data is in it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from desktop.browse.frame_table import FrameTable
from desktop.changes import Subject
from desktop.jobs import Job
from ui.commands import Command
from ui.pages.page import Page
from ui.pages.payloads import ShowSubmission
from ui.widgets.basics import EmptyState, button
from ui.widgets.departure_pane import DeparturePane
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_giving_way import GivingWay, Way
from ui.widgets.table_panel import TablePanel

FIRST_COLUMNS = ("at", "channel", "to", "name", "personal", "what", "submission", "receipt", "size")
"""The columns before the person chose some: to whom, and personal data, are what one comes here for."""
GIVING_WAY = tuple(
    Way(key, least, "personal") for key, least in (("name", 24), ("to", 14), ("personal", 14), ("name", 16))
)
"""What is narrower until the personal data is in sight; at last its own words, which end in dots then."""
FACETS_FROM = 66
"""Heights of a line that the table must be wide to show facets: its rows are wide."""
EXPORT_HINT = "Write the list as it is shown to an Excel workbook or a CSV, for whoever asks"


class LeftPage(Page):
    """The list of what has left, and one line of it in full."""

    id = "left"
    title = "What has left"
    subtitle = (
        "What was sent from this laptop, carried in bundles, exported or handed over, and the personal data in it."
    )
    icon = "left"
    subjects = frozenset({Subject.DELIVERIES, Subject.SUBMISSIONS, Subject.ENDPOINTS, Subject.PARTICIPANT})

    def build(self) -> None:
        context = self.context
        self._source: FrameTable | None = None
        self._round = 0
        self.export_button = button("Export the list…", self._export, tip=EXPORT_HINT)
        self.header.add_action(self.export_button)
        empty = EmptyState(
            context.theme,
            "left",
            "Nothing has left this laptop yet",
            "What is sent to endpoints, written to bundles, exported, sealed in packs or handed over will stand here: "
            "when, to whom, what personal data is in it, and the receipt for it. Nothing is ever taken off this list.",
            button("Show the submissions", lambda: context.navigate("submissions")),
        )
        self.panel = TablePanel(context, "left", title="What has left this laptop", empty=empty)
        self.panel.facets_from = FACETS_FROM
        GivingWay(self.panel, *GIVING_WAY)
        self.pane = DeparturePane(context, self._show_submission)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.panel)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 2)
        width = self.fontMetrics().averageCharWidth()
        self.split.setSizes([width * 130, width * 46])
        self.body.addWidget(self.split, 1)
        self.panel.current_changed.connect(lambda _row: self._explain())
        self.panel.activated.connect(lambda _row: self._show_submission())
        self.panel.loaded.connect(self._loaded)
        context.commands.add(
            Command(
                "left.export", "Export the list…", self._export, "Sync", icon="export", page="left", group="7",
                hint=EXPORT_HINT, enabled=self._any,
            ),
            Command(
                "left.submission", "Show its submission", self._show_submission, "Sync", icon="submissions",
                page="left", group="7", hint="The submission that the chosen line belongs to",
                enabled=lambda: bool(self.pane.submission),
            ),
        )  # fmt: skip

    def refresh(self, subjects: frozenset[Subject]) -> None:
        departures, source = self.context.workspace.departures, self._source
        self._round += 1
        number, current = self._round, self.panel.current_id()

        def work(_job: Job) -> FrameTable:
            if source is None:
                return departures.table()
            source.reload()
            return source

        def came(found: FrameTable) -> None:
            if number != self._round:
                return  # a newer reading is under way
            if source is not None:
                self.panel.reload(current)
                return
            self._source = found
            first = self.panel.source is None and self.panel.views.last() is None
            self.panel.set_source(found, replace(found.view, columns=FIRST_COLUMNS) if first else None)

        self.context.read("Reading what has left", work, came)

    def table(self) -> TablePanel:
        return self.panel

    def state(self) -> dict[str, object]:
        return {"split": kept_sizes(self.split)}

    def restore(self, state: dict[str, object]) -> None:
        put_sizes_back(self.split, state.get("split"))

    def _any(self) -> bool:
        return self._source is not None and self._source.total() > 0

    def _loaded(self) -> None:
        self.pane.setVisible(self._any())
        self.export_button.setEnabled(self._any())
        self._explain()

    def _explain(self) -> None:
        self.pane.show_line({key: "" if value is None else str(value) for key, value in self.panel.cells().items()})
        self.context.commands.refresh()

    def _export(self) -> None:
        self.panel.export()

    def _show_submission(self) -> None:
        name = self.pane.submission
        if not name:
            return
        submissions = self.context.workspace.submissions
        self.context.read(
            "Looking for the submission",
            lambda _job: submissions.by_ref(name).id,
            lambda found: self.context.navigate("submissions", ShowSubmission(found)),
        )
