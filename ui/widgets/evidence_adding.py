"""Files, screenshots and texts become evidence: the job, what is said of it, and reading their texts afterwards.

Every way in (button, drop, paste, the evidence pane of another page) comes through here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from desktop.errors import WorkspaceError
from desktop.evidence.model import Added, EvidenceDetails, Target
from desktop.evidence.naming import left_words
from desktop.jobs import Job
from ui.context import Context, Tone
from ui.dialogs.evidence_refused import repeats_words, show_refused
from ui.dropping import files_in_words

FOLDER = "evidence.folder"
"""The setting that remembers where files were chosen last."""
LISTED = 1
"""Files refused, repeated or left as they were up to which the message names them; more are listed."""
READING = "Reading the texts of the evidence"


def ask_files(context: Context, parent: QWidget, title: str = "Add files as evidence") -> list[Path]:
    """Let the person choose files; none if they gave up."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, _folder(context))
    return _remembered(context, [Path(name) for name in names])


def ask_file(context: Context, parent: QWidget, title: str) -> Path | None:
    """Let the person choose one file."""
    name, _ = QFileDialog.getOpenFileName(parent, title, _folder(context))
    return next(iter(_remembered(context, [Path(name)] if name else [])), None)


def ask_folder(context: Context, parent: QWidget, title: str = "Add a folder as evidence") -> Path | None:
    """Let the person choose a folder."""
    name = QFileDialog.getExistingDirectory(parent, title, _folder(context))
    return next(iter(_remembered(context, [Path(name)] if name else [])), None)


def add_files(
    context: Context,
    paths: Sequence[Path],
    *,
    targets: Sequence[Target] = (),
    name: str = "",
    done: Callable[[Added], object] | None = None,
) -> None:
    """Keep copies of files and folders as evidence, linked to `targets`, which are called `name`.

    Runs as a job with progress and cancel; says what came of it, lists what was refused, then reads the texts.
    """
    evidence = context.workspace.evidence
    wanted = list(paths)
    if wanted:
        _run(
            context,
            f"Adding {files_in_words(wanted)}",
            lambda job: evidence.add(wanted, targets=tuple(targets), job=job),
            name,
            done,
        )


def paste(
    context: Context,
    *,
    targets: Sequence[Target] = (),
    name: str = "",
    done: Callable[[Added], object] | None = None,
) -> None:
    """Add what is on the clipboard: copied files, a text, or a picture (a screenshot)."""
    mime = QGuiApplication.clipboard().mimeData() or QMimeData()  # None where nothing was ever copied
    evidence = context.workspace.evidence
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    moment = context.clock().astimezone()
    stamp = f"{moment:%Y-%m-%d %H.%M.%S}"
    linked = tuple(targets)
    if paths:
        add_files(context, paths, targets=targets, name=name, done=done)
    elif mime.hasText() and mime.text().strip():
        # Before the picture: a spreadsheet puts both there, and the text can be searched and copied again.
        data = mime.text().encode("utf-8")
        _run(
            context,
            "Adding the pasted text",
            lambda _job: evidence.add_bytes(data, f"Pasted text {stamp}.txt", EvidenceDetails(), linked),
            name,
            done,
        )
    elif mime.hasImage() and not (image := QImage(mime.imageData())).isNull():
        _run(
            context,
            "Adding the pasted picture",
            lambda _job: evidence.add_bytes(as_png(image), f"Screenshot {stamp}.png", EvidenceDetails(), linked),
            name,
            done,
        )
    else:
        context.say(
            "The clipboard holds no picture, text or file. Copy files in the file manager, or take a screenshot "
            "to the clipboard, then paste.",
            Tone.INFO,
        )


def read_texts(context: Context, done: Callable[[int], object] | None = None) -> None:
    """Read the texts of files that were not read yet, in the background, until none is left; one reader at a time."""
    workspace = context.open_workspace
    if workspace is None or workspace.read_only or any(one.title == READING for one in context.jobs.running()):
        return
    evidence = workspace.evidence

    def read(count: int) -> None:
        if count:
            if done:
                done(count)
            read_texts(context, done)

    context.jobs.run(READING, evidence.index, done=read, failed=lambda _error: None, quiet=True)


def what_was_added(added: Added, name: str = "") -> str:
    """What adding came to, in a sentence or two."""
    new = [one for one in added.ids if one not in added.known]
    where = f" to {name}" if name else ""
    verb = "attached" if name else "added as evidence"
    parts = []
    if new:
        parts.append(f"{_files(len(new))} {verb}{where}.")
    if added.known:
        were = "was" if len(added.known) == 1 else "were"
        again = f", now attached{where}" if name else ""
        parts.append(f"{_files(len(added.known))} {were} here already: kept once{again}.")
    if added.repeats:
        parts.append(repeats_words(added))
    if len(added.left) <= LISTED:
        parts += [left_words(one) for one in added.left]
    else:
        parts.append(f"{len(added.left):,} are here already with other details, which were left as they are.")
    return " ".join(parts) or "No file was added."


def as_png(image: QImage) -> bytes:
    """A picture as the bytes of a PNG file. Raises WorkspaceError when it cannot be written."""
    buffer = QByteArray()
    device = QBuffer(buffer)
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(device, "PNG"):  # type: ignore[call-overload]
        raise WorkspaceError("The picture on the clipboard cannot be read.", safe="Nothing was added.")
    return bytes(buffer.data())


def _run(
    context: Context,
    title: str,
    work: Callable[[Job], Added],
    name: str,
    done: Callable[[Added], object] | None,
) -> None:
    def finish(added: Added) -> None:
        context.hub.publish(added.changes)
        if done:
            done(added)
        if added.ids or added.known or not added.refused:
            context.say(what_was_added(added, name), Tone.GOOD if added.ids else Tone.INFO)
        if len(added.refused) == 1:
            refused = added.refused[0]
            context.say(f"“{refused.name}” was not added. {refused.why}", Tone.WARNING)
        if max(len(added.refused), len(added.repeats), len(added.left)) > LISTED:
            show_refused(QApplication.activeWindow(), added)
        read_texts(context)

    context.jobs.run(title, work, done=finish, writes=True)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


def _folder(context: Context) -> str:
    folder = Path(str(context.settings.value(FOLDER, "") or Path.home()))
    return str(folder if folder.is_dir() else Path.home())


def _remembered(context: Context, paths: list[Path]) -> list[Path]:
    if paths:
        context.settings.setValue(FOLDER, str(paths[0].parent))
    return paths
