"""Evidence out of the app: verified copies under safe names, and a workbook that lists them and what they prove."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from desktop.errors import InvalidInput
from desktop.evidence.kept_files import KeptFiles, safe_name
from desktop.evidence.model import Evidence, Exported, Use
from desktop.evidence.table import CONFIDENTIALITY, REDACTION, kind_words, states
from desktop.excel.book import Book, Field, Kind, Page, Value
from desktop.excel.names import file_name
from desktop.excel.saving import NotSaved
from desktop.jobs import Job
from desktop.own_files import is_own_file, is_same

_FILES = (
    Field("Reference", Kind.STRONG, 17),
    Field("Title", Kind.WRAPPED, 36),
    Field("File", Kind.WRAPPED, 40),
    Field("Kind", Kind.TEXT, 22),
    Field("Bytes", Kind.NUMBER, 13),
    Field("Can act when opened", Kind.WORD, 12),
    Field("Description", Kind.WRAPPED, 40),
    Field("Author", Kind.TEXT, 18),
    Field("Collector", Kind.TEXT, 18),
    Field("Collected", Kind.DATE, 13),
    Field("Period from", Kind.DATE, 13),
    Field("Period to", Kind.DATE, 13),
    Field("Expires", Kind.DATE, 13),
    Field("State", Kind.WRAPPED, 24),
    Field("Confidentiality", Kind.TEXT, 15),
    Field("Redaction", Kind.TEXT, 12),
    Field("Tags", Kind.WRAPPED, 22),
    Field("Revision", Kind.NUMBER, 10),
    Field("SHA-256", Kind.TEXT, 68),
)
_PROVES = (
    Field("Evidence", Kind.STRONG, 17),
    Field("Evidence title", Kind.WRAPPED, 36),
    Field("Proves", Kind.TEXT, 16),
    Field("Reference", Kind.TEXT, 20),
    Field("Title", Kind.WRAPPED, 44),
    Field("Confirmed", Kind.WRAPPED, 30),
    Field("Note", Kind.WRAPPED, 36),
)


@dataclass(frozen=True)
class Exporting:
    """What one export is about: items with what they are used in, the day, the moment and who makes it."""

    items: Sequence[tuple[Evidence, tuple[Use, ...]]]
    today: date
    stamp: datetime
    author: str


def export(folder: Path, what: Exporting, files: KeptFiles, workspace: Path, job: Job) -> Exported:
    """Write copies and their list into a folder. All of it or nothing; nothing that is there is replaced.

    Raises NotSaved, InvalidInput, WorkspaceDamaged, Cancelled.
    """
    if not what.items:
        raise InvalidInput("There is no evidence to export.", todo="Choose some first.", field="evidence")
    if is_same(folder, workspace) or is_own_file(workspace, folder / "file"):
        raise InvalidInput(
            f"{folder.name} is or lies in the workspace's own folder.",
            safe="Nothing was written.",
            todo="Choose another folder.",
            field="path",
        )
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"{folder.name} is no folder.", todo="Choose a folder.", field="path")
    made: list[Path] = []
    made_folder = not folder.exists()
    try:
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            taken = [one.name for one in folder.iterdir()]
        rows = []
        for place, (item, _) in enumerate(what.items):
            job.report("Exporting the evidence", place, len(what.items), "files")
            name = safe_name(item.newest.file_name, f"{item.ref} ", tuple(taken))
            with _told(folder / name), _new_file(folder / name) as target, target.open("xb") as file:
                files.copy(item.newest.sha256, file, job, "Exporting the evidence")
                file.flush()
                os.fsync(file.fileno())
            taken.append(name)
            made.append(folder / name)
            rows.append(name)
        index = folder / file_name(f"Evidence index {what.today.isoformat()}", ".xlsx", taken)
        with _told(index), _new_file(index) as target:
            _book(what, rows).save(target, job)
        made.append(index)
    except BaseException:
        for path in made:
            with suppress(OSError):
                path.unlink()
        if made_folder:
            with suppress(OSError):
                folder.rmdir()
        raise
    return Exported(folder, tuple(made[:-1]), index)


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Give a path beside the target, which gets the target's name when the block ends well; never replaces a file."""
    aside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        yield aside
        if os.name == "nt":
            aside.rename(path)
        else:
            _linked(aside, path)
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def _linked(aside: Path, path: Path) -> None:
    """Rename without replacing; drives without links are asked first, which is all that they offer."""
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        aside.rename(path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise NotSaved(
            f"{path.name} could not be written: something of that name came to be there meanwhile.",
            safe="Nothing was exported, and nothing that was there was changed.",
            todo="Choose another folder, then try again.",
        ) from error
    except OSError as error:
        raise NotSaved(
            f"{path.name} could not be written: {(error.strerror or str(error)).lower()}.",
            safe="Nothing was exported, and nothing that was there was changed.",
            todo="Make room or choose another folder, then try again.",
        ) from error


def _book(what: Exporting, names: Sequence[str]) -> Book:
    book = Book("Evidence index", what.author, what.stamp)
    book.property("TemplateId", "mhhs-desk-evidence-index")
    book.property("TemplateVersion", "1")
    count = len(names)
    about = (
        f"{count:,} file{'' if count == 1 else 's'} with their SHA-256, exported on {what.today:%d %b %Y}. "
        "Each file's bytes were compared with its SHA-256 while it was copied."
    )
    rows = [_file_row(item, uses, name, what.today) for (item, uses), name in zip(what.items, names, strict=True)]
    book.add_table(Page("Evidence", "Evidence", about), _FILES, rows)
    proves = [row for item, uses in what.items for row in _proof_rows(item, uses)]
    book.add_table(
        Page("What it proves", "What the evidence proves", "One row for each thing that a piece of evidence is for."),
        _PROVES,
        proves,
    )
    return book


def _file_row(item: Evidence, uses: Sequence[Use], name: str, today: date) -> tuple[Value, ...]:
    said, newest = item.details, item.newest
    state = states(
        withdrawn=bool(item.withdrawn),
        links=sum(use.name is not None for use in uses),
        awaiting=sum(use.awaiting for use in uses if use.name is not None),
        expires=said.expires,
        today=today,
    )
    reason = f": {item.withdrawn}" if item.withdrawn else ""
    return (
        item.ref,
        said.title,
        name,
        newest.kind,
        newest.size,
        "Yes" if newest.active else "No",
        said.description,
        said.author,
        said.collector,
        *map(_day, (said.collected, said.period_from, said.period_to, said.expires)),
        ", ".join(state) + reason,
        CONFIDENTIALITY[said.confidentiality.value],
        REDACTION[said.redaction.value],
        ", ".join(said.tags),
        newest.number,
        newest.sha256,
    )


def _proof_rows(item: Evidence, uses: Sequence[Use]) -> Iterator[tuple[Value, ...]]:
    for use in uses:
        if use.name is None:
            continue
        confirmed = f"For revision {use.confirmed_revision} only" if use.awaiting else "Yes"
        yield (
            item.ref,
            item.details.title,
            kind_words(use.target.kind),
            use.name.ref,
            use.name.title,
            confirmed,
            use.note,
        )


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
