"""Texts and pictures out of files, made in the capped child; whatever a hostile file does is a sentence."""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pytest
from evidence_hands import desk, paragraph, pdf, picture, word, write, zipped

from desktop.cli.main import main as command_line
from desktop.errors import WorkspaceError
from desktop.evidence.model import PreviewKind
from desktop.evidence.reading import answer, child, parent
from desktop.jobs import Cancelled, Job

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def at(tmp_path):
    with desk(tmp_path / "acme") as made:
        yield made


def preview(at, tmp_path, name, content):
    added = at.evidence.add([write(tmp_path / name, content)])
    return at.evidence.preview(added.ids[0])


def eml(body, kind="text/plain"):
    return (
        "From: Sam <sam@x.example>\r\nTo: jo@x.example\r\nSubject: =?utf-8?q?Pr=C3=BCfung?=\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: {kind}\r\n\r\n{body}\r\n'
        "--b\r\nContent-Type: application/pdf\r\n"
        'Content-Disposition: attachment; filename="proof.pdf"\r\n\r\nx\r\n--b--\r\n'
    )


SHEET = (
    '<worksheet xmlns="urn:x"><sheetData><row><c t="s"><v>1</v></c><c><v>42</v></c></row>'
    '<row><c t="inlineStr"><is><t>typed</t></is></c><c t="s"><v>99</v></c></row></sheetData></worksheet>'
)
SHARED = "<sst><si><t>first</t></si><si><r><t>sec</t></r><r><t>ond</t></r></si></sst>"
TEXTS = {
    "a.txt": ("Prüfung passed\n".encode("cp1252"), "Prüfung passed"),
    "a.csv": ("\ufeffmpan,value\n1,2\n".encode("utf-16"), "mpan,value"),
    "a.json": (b'{"outcome": "passed"}', '"outcome": "passed"'),
    "a.xml": (b'<?xml version="1.0"?><suite name="smoke"/>', 'name="smoke"'),
    "a.html": (b"<html><script>bad()</script><style>x{}</style><p>seen <b>words</b></p>", "seen words"),
    "a.eml": (eml("the body"), "the body"),
    "b.eml": (eml("<p>marked body</p><script>bad()</script>", "text/html"), "marked body"),
    "a.pdf": (pdf("Page one", "Page two"), "Page two"),
    "a.docx": (word(paragraph("Cases") + paragraph("Results")), "Cases\nResults"),
    "a.xlsx": (
        zipped(
            {
                "[Content_Types].xml": "<a/>",
                "xl/workbook.xml": '<workbook><sheet name="RTTM"/></workbook>',
                "xl/sharedStrings.xml": SHARED,
                "xl/worksheets/sheet1.xml": SHEET,
            }
        ),
        "RTTM\n\nsecond\t42\ntyped",
    ),
    "a.pptx": (
        zipped({"[Content_Types].xml": "<a/>", "ppt/slides/slide1.xml": "<s><p><r><t>Slide words</t></r></p></s>"}),
        "Slide words",
    ),
    "a.zip": (zipped({"inner/one.txt": "12345"}), "inner/one.txt\t5 bytes"),
    "a.rtf": (rb"{\rtf1{\fonttbl{\f0 Arial;}}Rich \b words\b0\par next}", "Rich words\nnext"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_of_a_document_is_shown_and_found(at, tmp_path, name):
    content, expected = TEXTS[name]
    shown = preview(at, tmp_path, name, content)
    assert shown.kind is PreviewKind.TEXT
    assert expected in shown.text
    assert "bad()" not in shown.text
    assert at.evidence.index() == 1
    word_in_it = expected.split()[-1].strip('",')
    assert at.evidence.find(word_in_it) == [1]
    assert at.evidence.index() == 0


def test_an_open_document_is_read(at, tmp_path):
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", '<o xmlns:text="t"><text:h>Head</text:h><text:p>Open words</text:p></o>')
    assert preview(at, tmp_path, "a.odt", made.getvalue()).text == "Head\nOpen words"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_picture_is_shown_small(at, tmp_path, kind):
    shown = preview(at, tmp_path, f"a.{kind.lower()}", picture(kind, (2400, 1200)))
    assert shown.kind is PreviewKind.PICTURE
    assert shown.png.startswith(b"\x89PNG")
    assert struct.unpack(">II", shown.png[16:24]) == (1200, 600)
    assert "2,400 x 1,200" in shown.words


def bomb(side):
    """A PNG of side x side points in a few kilobytes."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = zlib.compress(bytes(10_000_000))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
HOSTILE = {
    "bomb.png": bomb(60_000),
    "cut.png": picture("PNG", (500, 500))[:200],
    "cut.jpg": picture("JPEG", (500, 500))[:300],
    "cut.tif": picture("TIFF", (50, 50))[:60],
    "broken.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 40,
    "loop.pdf": pdf("x").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
    "laughs.docx": word(paragraph("x"), declared=LAUGHS),
    "open tag.docx": word("<w:p>" * 100_000),
    "bomb.docx": word(paragraph("x") + " " * 300_000_000),
    "not xml.docx": zipped({"[Content_Types].xml": "x", "word/document.xml": b"\0\1\2"}),
    "no parts.xlsx": zipped({"[Content_Types].xml": "x", "xl/other": "x"}),
    "program.exe": b"MZ" + bytes(500),
    "empty.txt": b"",
    "film.mp4": b"\0\0\0\x20ftypisom" + bytes(100),
    "blank.txt": b" \n \n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_unreadable_file_is_a_sentence(at, tmp_path, name):
    shown = preview(at, tmp_path, name, HOSTILE[name])
    assert shown.kind is PreviewKind.NONE
    assert shown.words.startswith("No preview: ")
    assert shown.words.endswith(".")
    assert at.evidence.index() == 1
    assert at.evidence.index() == 0  # not tried again


def test_a_file_that_ends_the_child_costs_the_others_nothing(at, tmp_path, monkeypatch):
    paths = [write(tmp_path / f"{n}.txt", f"needle {n}") for n in range(4)]
    paths.insert(2, write(tmp_path / "bomb.docx", HOSTILE["bomb.docx"]))
    monkeypatch.setattr(parent, "AT_ONCE", 3)
    at.evidence.add(paths)
    assert at.evidence.index() == 5
    assert len(at.evidence.find("needle")) == 4


def test_a_child_that_takes_too_long_or_too_much_is_ended(at, tmp_path, monkeypatch):
    path = write(tmp_path / "a.pdf", pdf("x"))
    monkeypatch.setattr(parent, "SECONDS", 0)
    assert parent.preview(path, "application/pdf", Job())[0].words == "reading it took far too long"
    monkeypatch.setattr(parent, "SECONDS", 30)
    monkeypatch.setattr(parent, "RESIDENT_LIMIT", 1)
    assert "memory" in parent.preview(path, "application/pdf", Job())[0].words


def test_a_cancel_ends_the_child(at, tmp_path):
    at.evidence.add([write(tmp_path / f"{n}.txt", f"words {n}") for n in range(3)])
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        at.evidence.index(job)
    with pytest.raises(Cancelled):
        at.evidence.preview(1, job=job)
    assert at.evidence.index() == 3


def test_a_child_that_cannot_be_started_is_a_sentence_and_the_files_are_tried_again(at, tmp_path, monkeypatch):
    item = at.evidence.add([write(tmp_path / "a.txt", "needle")]).ids[0]
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(tmp_path / "nothing"))
        assert "could not be started" in at.evidence.preview(item).words
        with pytest.raises(WorkspaceError, match="could not be started"):
            at.evidence.index()
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "full"))
        assert at.evidence.preview(item).kind is PreviewKind.NONE
        with pytest.raises(WorkspaceError, match="could not be looked into"):
            at.evidence.index()
    assert at.evidence.index() == 1
    assert at.evidence.find("needle") == [item]


def test_a_child_without_a_parent_ends(tmp_path):
    (tmp_path / answer.TASKS).write_text("[]")
    done = subprocess.run(
        [sys.executable, "-m", answer.MODULE, str(tmp_path), "20"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in {0, 2}


def test_the_frozen_program_becomes_the_child_by_its_flag(tmp_path, monkeypatch):
    monkeypatch.setattr(child, "main", lambda arguments: len(arguments) + 40)
    assert command_line([answer.CHILD_FLAG, "folder", "20"]) == 42
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert parent.parent.command(answer.CHILD_FLAG, answer.MODULE, ["x"]) == [sys.executable, answer.CHILD_FLAG, "x"]


def test_a_long_text_is_shown_and_kept_up_to_its_limit(at, tmp_path):
    added = at.evidence.add([write(tmp_path / "long.txt", "0123456789 " * 150_000 + "needle")])
    shown = at.evidence.preview(added.ids[0])
    assert len(shown.text) == answer.SHOWN_TEXT
    assert shown.words.endswith("its beginning")
    at.evidence.index()
    assert at.evidence.find("needle") == []
    assert at.evidence.find("0123456789") == [1]


def test_nothing_of_a_picture_but_its_points_is_kept(at, tmp_path):
    import io

    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    told, made = PngInfo(), io.BytesIO()
    told.add_text("Comment", "secret place")
    Image.new("RGB", (9, 9)).save(made, "PNG", pnginfo=told)
    assert b"secret" in made.getvalue()
    assert b"secret" not in preview(at, tmp_path, "a.png", made.getvalue()).png
