"""Recipients' own forms: which there are and were, what goes where, adding one, retiring one, using it again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QVBoxLayout, QWidget

from desktop.changes import Changes
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.submissions.filling.model import Template
from desktop.submissions.model import Submission
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save
from ui.dialogs.template_map import MapDialog, MapFacts
from ui.models.paged_table import shown_date
from ui.reporting import show_folder
from ui.widgets.basics import button, label, main_button
from ui.widgets.button_row import ButtonRow
from ui.widgets.job_strip import JobStrip
from ui.widgets.small_table import SmallTable

TITLE = "Recipients' own forms"
ABOUT = (
    "Load the official workbook of a recipient once and say what goes where. From then on every submission of that "
    "kind to that recipient comes with a filled copy; nothing else in the form is touched."
)
NONE_YET = "No form was loaded yet. Without one a recipient gets the workbook of MHHS Desk."
HEADINGS = ("Recipient", "For", "Title", "Stands", "Document", "File", "Loaded", "What goes where")
MOST_LOST = 6
"""Places of the form before that are named when they are not found in the new one."""
FILES = "Excel workbooks (*.xlsx)"


class TemplatesDialog(QDialog):
    """The list with its verbs; it stays open while forms are added and mapped."""

    def __init__(self, context: Context, parent: QWidget | None, about: Submission | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._context, self._about = context, about
        self._templates: dict[int, Template] = {}
        self._kinds: dict[str, str] = {}
        self._recipients: tuple[tuple[str, str], ...] = ()
        self._loaded: int | None = None
        """The form that was just loaded: it is chosen once the list has it."""
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(TITLE, "heading"))
        column.addWidget(label(ABOUT, "muted", wrap=True))
        self.list = SmallTable(TITLE, HEADINGS, NONE_YET)
        self.list.list.doubleClicked.connect(lambda _index: self.map())
        self.list.list.itemSelectionChanged.connect(self._enable)
        column.addWidget(self.list, 1)
        self.wrong = label("", "block", wrap=True, selectable=True)
        self.wrong.hide()
        column.addWidget(self.wrong)
        self.add_button = button("Load a form…", self.add, role="primary")
        self.map_button = button("What goes where…", self.map)
        self.save_button = button("Save the original…", self.save_original)
        self.retire_button = button("Retire…", self.retire, tip="It is not used any more; what was filled stays")
        self.restore_button = button("Use it again", self.restore, tip="The one in use meanwhile is retired")
        column.addWidget(
            ButtonRow(self.add_button, self.map_button, self.save_button, self.retire_button, self.restore_button)
        )
        box = QDialogButtonBox(self)
        self.verb = button("Close", self.accept)
        main_button(box, self.verb)
        # The window's own strip cannot be reached while this dialog is in front of it.
        self.strip = JobStrip(context.jobs)
        column.addWidget(self.strip)
        column.addWidget(box)
        self.resize(unit * 70, unit * 32)
        self.read()

    def read(self) -> None:
        """Read the forms anew."""
        workspace = self._context.workspace

        def work(_job: Job) -> tuple[tuple[Template, ...], dict[str, str], tuple[tuple[str, str], ...]]:
            kinds = {one.id: one.name for one in workspace.submissions.kinds()}
            people = tuple((one.id, one.title) for one in workspace.submissions.recipients())
            kept = workspace.templates.templates(retired=True)
            return tuple(sorted(kept, key=lambda one: bool(one.retired))), kinds, people

        self._context.read("Reading the forms", work, self._fill)

    def _fill(self, found: tuple[tuple[Template, ...], dict[str, str], tuple[tuple[str, str], ...]]) -> None:
        templates, self._kinds, self._recipients = found
        self._templates = {one.id: one for one in templates}
        self.list.fill([(one.id, self._cells(one)) for one in templates], writable=self._context.can_write)
        if self._loaded in self._templates:
            self.list.list.selectRow([one.id for one in templates].index(self._loaded))
            self._loaded = None
        self._enable()

    def _cells(self, one: Template) -> Sequence[str]:
        mapped = f"version {one.version}" if one.mapped else "not said yet"
        stands = f"Retired: {one.retired}" if one.retired else "In use"
        kind = self._kinds.get(one.kind, one.kind)
        loaded = shown_date(one.added_at[:10])
        return (one.recipient_name, kind, one.title, stands, one.document, one.file_name, loaded, mapped)

    def chosen(self) -> Template | None:
        """The form that is chosen in the list."""
        key = self.list.key()
        return self._templates.get(key) if isinstance(key, int) else None

    def _enable(self) -> None:
        one, writable = self.chosen(), self._context.can_write
        in_use = one is not None and not one.retired
        self.add_button.setEnabled(writable and bool(self._kinds))
        self.map_button.setEnabled(in_use and writable)
        self.retire_button.setEnabled(in_use and writable)
        self.restore_button.setEnabled(one is not None and bool(one.retired) and writable)
        self.save_button.setEnabled(one is not None)

    # -- the verbs -----------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Ask for the file and whose it is; keep it, then say what goes where."""
        own = self._context.own
        chosen, _ = QFileDialog.getOpenFileName(
            self, "Load a form", own.values.import_folder or str(Path.home()), FILES
        )
        if not chosen:
            return
        path = Path(chosen)
        own.change(import_folder=str(path.parent))
        templates = self._context.workspace.templates
        made: list[Template] = []

        def work_of(values: dict[str, str]) -> Work:
            def work(job: Job) -> Changes:
                template, changes = templates.add(path, **values, job=job)
                made.append(template)
                return changes

            return work

        recipient, kind = self._first()
        fields = (
            Field("recipient", "Whose form it is", recipient, self._recipients),
            Field("kind", "For", kind, tuple(self._kinds.items())),
            Field("title", "Title", path.stem),
            Field("document", "Document and version", hint="As the recipient calls it: MHHS-DEL1234 v1.2"),
        )
        if ask_and_save(self._context, self, "Load a form", fields, "Load it", work_of, f"The file {path.name}."):
            self._loaded = made[0].id if made else None
            self.read()
            if made and not made[0].mapped:
                self.map(made[0])
            if made and made[0].not_carried:
                self.wrong.setText(_not_carried(made[0]))
                self.wrong.show()

    def _first(self) -> tuple[str, str]:
        """Whose form it most likely is: of the submission on the page, a recipient of whom there is no form yet."""
        known = [one for one, _ in self._recipients]
        kind = self._about.kind.id if self._about else ""
        theirs = [one.recipient for one in self._about.recipients if one.recipient in known] if self._about else []
        have = {one.recipient for one in self._templates.values() if one.kind == kind and not one.retired}
        without = [one for one in theirs if one not in have]
        recipient = next(iter([*without, *theirs, *known]), "")
        return recipient, kind if kind in self._kinds else next(iter(self._kinds), "")

    def map(self, template: Template | None = None) -> None:
        """Say what goes where in the chosen form."""
        one = template or self.chosen()
        if one is None or one.retired or not self._context.can_write:
            return
        workspace, about = self._context.workspace, self._about
        shown = about if about is not None and about.kind.id == one.kind else None
        before = shown.id if shown else None

        def work(job: Job) -> MapFacts:
            content = workspace.submissions.specimen(one.kind, job, before=before)
            look = workspace.templates.spots(one.id, job)
            values = workspace.submissions.template_values(one.kind, one.recipient, before=before)
            mapping = one.mapping if one.mapped else workspace.templates.suggest(look, content)
            items = workspace.templates.items(content, values)
            return MapFacts(look, items, mapping, content, not one.mapped, values, shown.name if shown else "")

        def done(facts: MapFacts) -> None:
            dialog = MapDialog(self._context, self, one, facts)
            dialog.exec()
            dialog.deleteLater()
            self.read()

        self.wrong.hide()
        self._context.jobs.run("Looking at the form", work, done=done, failed=self._say)

    def retire(self) -> None:
        """Ask why and use it no more."""
        one, templates = self.chosen(), self._context.workspace.templates
        if one is None:
            return

        def work_of(values: dict[str, str]) -> Work:
            return lambda _job: templates.retire(one.id, values["reason"])

        fields = (Field("reason", "Why", hint="Such as: the recipient gave out a newer one."),)
        if ask_and_save(
            self._context, self, f"Retire {one.title}", fields, "Retire it", work_of,
            "It is not filled any more. What was filled with it stays as it was.",
        ):  # fmt: skip
            self.read()

    def restore(self) -> None:
        """Use the chosen one again; a form that takes its place for now is told before."""
        one, templates = self.chosen(), self._context.workspace.templates
        if one is None or not one.retired:
            return
        place = (one.recipient, one.kind)
        others = (other for other in self._templates.values() if (other.recipient, other.kind) == place)
        now = next((other for other in others if not other.retired), None)
        if now is not None and not confirm(
            self, f"Use {one.title} again?", f"{now.title} is retired then: a recipient has one form for each kind. "
            "Edit › Undo takes both back.", "Use it again",
        ):  # fmt: skip
            return
        self.wrong.hide()

        def done(changes: Changes) -> None:
            self._context.changed(changes)
            self.read()

        self._context.jobs.run(
            "Saving", lambda _job: templates.restore(one.id), done=done, failed=self._say, writes=True, quiet=True
        )

    def save_original(self) -> None:
        """Write the form as it was loaded."""
        one, templates = self.chosen(), self._context.workspace.templates
        if one is None:
            return
        folder = self._context.own.values.export_folder or str(Path.home())
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the original", str(Path(folder) / one.file_name), FILES)
        if not chosen:
            return

        def done(path: Path) -> None:
            self._context.say(f"Written: {path}", Tone.GOOD)
            show_folder(path)

        def work(_job: Job) -> Path:
            templates.save_original(one.id, Path(chosen))
            return Path(chosen)

        self._context.jobs.run("Writing the form", work, done=done, failed=self._say)

    def _say(self, error: PlainError) -> None:
        self.wrong.setText(str(error))
        self.wrong.show()


def _not_carried(one: Template) -> str:
    """What of the form before was not found in the new one, the first of it by name."""
    lost = one.not_carried
    more = f", and {len(lost) - MOST_LOST:,} more" if len(lost) > MOST_LOST else ""
    return (
        f"Not everything of the form before was found in {one.title}. Not carried over: "
        f"{'; '.join(lost[:MOST_LOST])}{more}. Say under “What goes where…” where it goes now."
    )


def show_templates(context: Context, parent: QWidget, about: Submission | None = None) -> None:
    """Show it until it is closed; `about`: the submission that the person has before them."""
    dialog = TemplatesDialog(context, parent, about)
    dialog.exec()
    dialog.deleteLater()
