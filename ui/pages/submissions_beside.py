"""The menu More of the page of submissions: reviews, packs, comparison, the register, recipients' forms."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from desktop.submissions.alike import same_matter
from desktop.submissions.model import Submission, SubmissionState
from ui.commands import Command
from ui.context import Context
from ui.dialogs.pack_seal import seal_pack
from ui.dialogs.review_import import import_review
from ui.dialogs.submission_compare import show_compare
from ui.dialogs.submission_register import show_register
from ui.dialogs.templates import show_templates
from ui.pages.submissions_drops import verify_pack

if TYPE_CHECKING:
    from ui.pages.submissions import SubmissionsPage

_command = partial(Command, menu="Submissions", page="submissions")


def add_records(context: Context, page: SubmissionsPage) -> None:
    """What came back, and the register."""

    def read_review() -> None:
        own = context.own
        start = own.values.export_folder or str(Path.home())
        chosen, _ = QFileDialog.getOpenFileName(page, "Import a review", start, "Excel workbooks (*.xlsx)")
        if chosen:
            import_review(context, page, Path(chosen))

    _add(
        context,
        page,
        _command("submissions.import_review", "Import a review…", read_review, group="6", icon="imports",
                 hint="The comment log and other comments of a reviewer, out of the copy that came back",
                 enabled=lambda: not context.workspace.read_only),
        _command("submissions.register", "Register…", lambda: show_register(context, page), group="6", icon="history",
                 hint="Everything that was ever frozen, exported, sent and answered, to print", whole=True),
    )  # fmt: skip


def add_versions(context: Context, page: SubmissionsPage) -> None:
    """Two versions side by side."""

    def compare() -> None:
        one = page.chosen()
        if one is None:
            return
        same = [other for other in page.submissions() if _are_beside(other, one)]
        older = [other for other in same if other.id != one.id]
        before = next(
            (other for other in older if other.ref == one.ref and other.version == one.version - 1),
            older[0] if older else one,
        )
        show_compare(context, page, same, before.id, one.id)

    def can_compare() -> bool:
        one = page.chosen()
        return one is not None and sum(_are_beside(other, one) for other in page.submissions()) > 1

    _add(
        context,
        page,
        _command("submissions.compare", "Compare versions…", compare, group="5", icon="table",
                 hint="Which rows are new, gone, or say something else", enabled=can_compare),
    )  # fmt: skip


def _are_beside(other: Submission, one: Submission) -> bool:
    """Versions of one reference, or of the same kind over the same gate, plan or request, as reports of two months."""
    if other.ref == one.ref:
        return True
    return other.kind.id == one.kind.id and same_matter(other.details.scope, one.details.scope)


def add_files(context: Context, page: SubmissionsPage) -> None:
    """Packs, and recipients' own forms."""

    def seal() -> None:
        if one := page.chosen():
            seal_pack(context, page, one)

    def can_seal() -> bool:
        one = page.chosen()
        if one is None or one.state is SubmissionState.WITHDRAWN:  # of a withdrawn one no more packs are made
            return False
        return one.state.locked and context.can_write

    def forms() -> None:
        show_templates(context, page, page.chosen())

    def check() -> None:
        start = context.own.values.export_folder or str(Path.home())
        chosen, _ = QFileDialog.getOpenFileName(page, "Verify a pack", start, "Packs (*.zip *.txt)")
        if not chosen:
            return
        path = Path(chosen)
        # Of a pack that is a folder people choose a file in it, since a file dialog shows files.
        pack = path if path.suffix.casefold() == ".zip" else path.parent
        verify_pack(context, page, pack)

    _add(
        context,
        page,
        _command("submissions.seal", "Seal a pack…", seal, group="7", icon="lock",
                 hint="A submission with its evidence that a stranger can read and verify", enabled=can_seal),
        _command("submissions.verify_pack", "Verify a pack…", check, group="7", icon="check", whole=True,
                 hint="A ZIP, any part of a split one, or a text file in the folder of a pack"),
        _command("submissions.templates", "Recipients' own forms…", forms, group="8",
                 icon="table", whole=True, hint="Templates: official workbooks of recipients, and what goes where"),
    )  # fmt: skip


def _add(context: Context, page: SubmissionsPage, *commands: Command) -> None:
    """Register them and put them into the menu of the page, groups apart."""
    context.commands.add(*commands)
    menu = page.more_button.menu_of
    if not menu.isEmpty():
        menu.addSeparator()
    menu.addActions([context.commands.action(one.id) for one in commands])
