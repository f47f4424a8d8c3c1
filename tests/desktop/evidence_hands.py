"""Hands for the tests of evidence: a workspace with some requirements, and files of every kind made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from desktop.app import Workspace
from desktop.evidence.model import Target, TargetKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@contextmanager
def desk(folder: Path, *keys: str) -> Iterator[Workspace]:
    """A workspace with requirements of these keys, numbered from 1."""
    with Workspace.create(folder, "Acme Energy", "ACME", actor="Jo", clock=lambda: NOON) as made:
        with made.store.write() as connection:
            for key in keys:
                connection.execute(
                    "INSERT INTO requirement (key, title, hash) VALUES (?, ?, 'h')", (key, f"About {key}")
                )
        yield made


def requirement(number: int) -> Target:
    return Target(TargetKind.REQUIREMENT, number)


def write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(members: dict[str, bytes | str]) -> bytes:
    """A ZIP with these members, deflated."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def word(body: str, more: dict[str, bytes | str] | None = None, declared: str = "") -> bytes:
    """A Word document with this body XML."""
    document = f'{declared}<w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **(more or {})})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(*pages: str) -> bytes:
    """A PDF whose pages show these lines."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for text in pages:
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n".encode()
    start = len(made)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return made + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.new(mode, size).save(made, kind)
    return made.getvalue()
