"""What a document that is to stand for a signature is, and what can be seen of it, before it locks the declaration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.declarations.scans import read_scan
from desktop.errors import FileRefused, WorkspaceError
from desktop.evidence.model import Preview, PreviewKind
from desktop.evidence.reading import parent as reading
from desktop.jobs import Job


@dataclass(frozen=True)
class ScanLook:
    """The document as it was looked at."""

    file_name: str
    kind: str
    """In words."""
    size: int
    """Bytes."""
    sha256: str
    preview: Preview


def look_at(path: Path, job: Job) -> ScanLook:
    """Look into it in the capped child. Raises FileRefused for what cannot stand there, Cancelled."""
    scan = read_scan(path)
    try:
        answer, png = reading.preview(path, scan.kind.media_type, job)
    except WorkspaceError as error:
        preview = Preview(PreviewKind.NONE, f"No preview: {error}")
    else:
        if png:
            preview = Preview(PreviewKind.PICTURE, answer.words, png=png)
        elif answer.text and answer.state not in {"none", "failed"}:
            more = ", its beginning" if answer.state == "part" else ""
            preview = Preview(PreviewKind.TEXT, f"{answer.words}{more}", answer.text)
        else:
            preview = Preview(PreviewKind.NONE, f"No preview: {answer.words}. Open it yourself before it is locked.")
    return ScanLook(scan.part["file_name"], scan.kind.words, len(scan.data), scan.part["sha256"], preview)


def must_be_as_shown(path: Path, sha256: str) -> None:
    """Raise FileRefused when the document is another one than was looked at."""
    if read_scan(path).part["sha256"] != sha256:
        raise FileRefused(
            f"“{path.name}” has changed since it was shown.",
            safe="Nothing was signed.",
            todo="Look at it once more, then lock the declaration.",
        )
