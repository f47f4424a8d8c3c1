"""What every import that goes step by step on a page has: the line of steps, its pages, cancelling, refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.errors import PlainError
from desktop.jobs import Job
from ui.context import Context, Tone
from ui.widgets.basics import EmptyState, button, label, set_role


class ImportSteps(QWidget):
    """One import at a time.

    A subclass puts what it shows above its pages into `column`, then calls `_lay_pages`. It says what happens on each
    step, which page has which buttons (`_enable`), and what is put aside and has to go (`_drop`).
    """

    finished = Signal(object)
    """What came of it; None when nothing did."""

    step_words: tuple[str, ...]
    """The steps, as the line above says them."""
    job_titles: tuple[str, ...]
    """The titles of the jobs that are its own: what a cancel stops."""
    refused_words: str
    cancelled_words: str

    def __init__(self, context: Context, spacing: int) -> None:
        super().__init__()
        self.context = context
        self.path: Path | None = None
        self.busy = False
        theme = context.theme
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(spacing)
        steps = QHBoxLayout()
        steps.setSpacing(theme.px(4))
        self.steps = [label(words, "muted") for words in self.step_words]
        for one in self.steps:
            steps.addWidget(one)
        steps.addStretch()
        self.column.addLayout(steps)
        self.name = label("", "heading", wrap=True)
        self.column.addWidget(self.name)
        self.waiting = EmptyState(
            theme, "file", "Reading the file…", "Large files take some seconds. You can cancel below."
        )
        self.stack = QStackedWidget()
        self.pages: dict[str, QWidget] = {}

    def _lay_pages(self, pages: Mapping[str, QWidget], again: Callable[[], object], verb: str, *, role: str) -> None:
        """Lay the pages beside "waiting" and "refused", and the foot with `verb` on its main button.

        `again` chooses another file; `role` is that button's.
        """
        self.refused = label("", "block", wrap=True, selectable=True)
        self.again_button = button("Choose another file…", again, role=role)
        refusal = QWidget()
        column = QVBoxLayout(refusal)
        column.addWidget(label(self.refused_words, "heading"))
        column.addWidget(self.refused)
        column.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        self.pages = {"waiting": self.waiting, "refused": refusal, **pages}
        for page in self.pages.values():
            self.stack.addWidget(page)
        self.column.addWidget(self.stack, 1)
        self.cancel_button = button("Cancel the import", self.cancel)
        self.back_button = button("Back", self._back)
        self.next_button = button(verb, self._next, role="primary")
        foot = QHBoxLayout()
        foot.addWidget(self.cancel_button)
        foot.addStretch()
        foot.addWidget(self.back_button)
        foot.addWidget(self.next_button)
        self.column.addLayout(foot)

    def cancel(self) -> None:
        """Stop and leave nothing behind."""
        for running in self.context.jobs.running():
            if running.title in self.job_titles:
                self.context.jobs.cancel(running)
        if not self.busy:
            self._stopped()

    def close_files(self) -> None:
        """Remove what the import has put aside; for leaving the page or the workspace."""
        self._drop()

    # -- what a subclass says ------------------------------------------------------------------------------------------

    def _next(self) -> None:
        raise NotImplementedError

    def _back(self) -> None:
        raise NotImplementedError

    def _drop(self) -> None:
        raise NotImplementedError

    def _enable(self) -> None:
        raise NotImplementedError

    # -- what the steps share ------------------------------------------------------------------------------------------

    def _run(
        self,
        title: str,
        work: Callable[[Job], object],
        done: Callable[..., object],
        *,
        failed: Callable[[PlainError], object] | None = None,
        writes: bool = False,
    ) -> None:
        """Run a step. A failure is shown in place of the pages, unless `failed` says what to do with it."""
        self.busy = True
        self._enable()

        def finish(result: object) -> None:
            self.busy = False
            done(result)
            self._enable()

        def went_wrong(error: PlainError) -> None:
            self.busy = False
            (failed or self._refuse)(error)

        def cancelled() -> None:
            self.busy = False
            self._stopped()

        self.context.jobs.run(title, work, done=finish, failed=went_wrong, cancelled=cancelled, writes=writes)

    def _refuse(self, error: PlainError) -> None:
        self.refused.setText(str(error))
        self._show(0, "refused")

    def _stopped(self) -> None:
        self._drop()
        self.context.say(self.cancelled_words, Tone.INFO)
        self.finished.emit(None)

    def _show(self, step: int, page: str) -> None:
        for place, one in enumerate(self.steps):
            set_role(one, role="heading" if place == step else "muted")
        self.stack.setCurrentWidget(self.pages[page])
        self._enable()
