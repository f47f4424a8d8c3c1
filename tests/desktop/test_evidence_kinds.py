"""What a file is goes by its bytes; a name that says another thing is told, and whatever can act is marked."""

from __future__ import annotations

import io
import tarfile

import pytest
from evidence_hands import paragraph, pdf, picture, word, zipped
from hypothesis import given
from hypothesis import strategies as st

from desktop.evidence.kinds import ending_of, identify

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OOXML = "application/vnd.openxmlformats-officedocument."


def wide(text):
    return text.encode("utf-16-le")


def tar():
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return made.getvalue()


def of(tmp_path, name, content):
    path = tmp_path / "kept"
    path.write_bytes(content)
    return identify(path, name)


PASSIVE = {
    "report.pdf": (pdf("x"), "application/pdf", "PDF document"),
    "late mark.pdf": (b"\n\n" + pdf("x"), "application/pdf", "PDF document"),
    "a.png": (picture("PNG"), "image/png", "PNG picture"),
    "a.jpeg": (picture("JPEG"), "image/jpeg", "JPEG picture"),
    "a.gif": (picture("GIF"), "image/gif", "GIF picture"),
    "a.bmp": (picture("BMP"), "image/bmp", "BMP picture"),
    "a.tif": (picture("TIFF"), "image/tiff", "TIFF picture"),
    "a.webp": (picture("WEBP"), "image/webp", "WebP picture"),
    "a.docx": (word(paragraph("x")), f"{OOXML}wordprocessingml.document", "Word document"),
    "a.xlsx": (
        zipped({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>"}),
        f"{OOXML}spreadsheetml.sheet",
        "Excel workbook",
    ),
    "a.pptx": (
        zipped({"[Content_Types].xml": "<a/>", "ppt/presentation.xml": "<a/>"}),
        f"{OOXML}presentationml.presentation",
        "PowerPoint presentation",
    ),
    "a.zip": (zipped({"a.txt": "x"}), "application/zip", "ZIP archive"),
    "empty.zip": (zipped({}), "application/zip", "ZIP archive"),
    "a.tar": (tar(), "application/x-tar", "TAR archive"),
    "a.txt": (b"Plain words, no more.\n", "text/plain", "Text"),
    "western.txt": ("Prüfung £5".encode("cp1252"), "text/plain", "Text"),
    "wide.txt": ("\ufeffwords".encode("utf-16"), "text/plain", "Text"),
    "coloured.log": (b"\x1b[32mPASSED\x1b[0m test_one\n", "text/plain", "Text"),
    "a.csv": (b"mpan,value\n1,2\n", "text/csv", "CSV table"),
    "export.dat": (b"a|b|c\n1|2|3\n4|5|6\n", "text/csv", "CSV table"),
    "a.json": (b'{"tests": [1, 2]}', "application/json", "JSON file"),
    "a.xml": (b'<?xml version="1.0"?><testsuite tests="1"/>', "application/xml", "XML file"),
    "mail.eml": (
        b"From: a@b.example\r\nTo: c@d.example\r\nSubject: Passed\r\nDate: x\r\n\r\nbody",
        "message/rfc822",
        "E-mail message",
    ),
    "mail.msg": (OLE + bytes(504) + wide("__properties_version1.0"), "application/vnd.ms-outlook", "Outlook message"),
    "old.doc": (OLE + bytes(504) + wide("WordDocument"), "application/msword", "Word document (97-2003)"),
    "locked.xlsx": (
        OLE + bytes(504) + wide("EncryptedPackage"),
        "application/x-ole-storage",
        "Office document with a password",
    ),
    "a.rtf": (rb"{\rtf1 words}", "application/rtf", "RTF document"),
    "empty.csv": (b"", "application/x-empty", "Empty file"),
    "mz.txt": (b"MZ_ID and other words", "text/plain", "Text"),
    "unknown.xyz": (bytes(range(256)), "application/octet-stream", "File of an unknown kind"),
}


@pytest.mark.parametrize("name", PASSIVE)
def test_documents_are_known_by_their_bytes(tmp_path, name):
    content, media_type, words = PASSIVE[name]
    found = of(tmp_path, name, content)
    assert (found.media_type, found.words, found.active) == (media_type, words, False)


@pytest.mark.parametrize("name", [name for name in PASSIVE if name not in {"a.csv", "export.dat", "a.txt"}])
def test_the_kind_is_the_same_without_an_ending(tmp_path, name):
    content, media_type, words = PASSIVE[name]
    found = of(tmp_path, "file", content)
    assert (found.media_type, found.words) == (media_type, words)


ACTIVE = {
    "setup.exe": (b"MZ\x90\0" + bytes(200), "Windows program"),
    "tool": (b"\x7fELF" + bytes(200), "Linux program"),
    "app": (b"\xcf\xfa\xed\xfe" + bytes(200), "macOS program"),
    "run": (b"#!/bin/sh\necho x\n", "Script"),
    "macros.xlsm": (
        zipped({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>", "xl/vbaProject.bin": "x"}),
        "Excel workbook with macros",
    ),
    "hidden macros.docx": (word(paragraph("x"), {"word/vbaProject.bin": "x"}), "Word document with macros"),
    "old.xls": (
        OLE + bytes(504) + wide("Workbook") + bytes(40) + wide("_VBA_PROJECT"),
        "Excel workbook (97-2003) with macros",
    ),
    "page.html": (b"<!DOCTYPE html><html><body>x</body></html>", "HTML page"),
    "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG drawing"),
    "link.lnk": (b"L\0\0\0\x01\x14\x02\0" + bytes(80), "Windows shortcut"),
    "site.url": (b"[InternetShortcut]\r\nURL=http://x.example\r\n", "Web shortcut"),
    "setup.msi": (OLE + bytes(504) + bytes.fromhex("84100c0000000000c000000000000046"), "Windows installer"),
    "app.jar": (zipped({"META-INF/MANIFEST.MF": "x", "A.class": "x"}), "Java program"),
    "act.bat": (b"del x\r\n", "Script (.bat)"),
    "act.hta": (b"<html><hta:application/></html>", "HTML page"),
    "act.vbs": (b'MsgBox "x"', "Script (.vbs)"),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_what_can_act_when_it_is_opened_is_marked(tmp_path, name):
    content, words = ACTIVE[name]
    found = of(tmp_path, name, content)
    assert (found.words, found.active) == (words, True)


@pytest.mark.parametrize(
    ("name", "content", "words", "active"),
    [
        ("report.pdf", b"MZ\x90\0" + bytes(200), "Windows program, named .pdf", True),
        ("report.pdf", word(paragraph("x")), "Word document, named .pdf", False),
        ("photo.jpg", b"<html><script>x</script>", "HTML page, named .jpg", True),
        ("invoice.pdf.exe", pdf("x"), "PDF document, named .exe", True),
        ("invoice.pdf.exe. ", pdf("x"), "PDF document, named .exe", True),
        ("empty.pdf", b"", "Empty file", False),
        ("data.json", b"not json at all", "Text", False),
    ],
)
def test_a_name_that_says_another_thing_is_told(tmp_path, name, content, words, active):
    found = of(tmp_path, name, content)
    assert (found.words, found.active) == (words, active)


def test_a_lying_list_of_a_zip_is_an_archive_and_no_failure(tmp_path):
    content = bytearray(zipped({"a": "x"}))
    place = content.rfind(b"PK\x05\x06")
    content[place + 12 : place + 20] = b"\xff" * 8
    assert of(tmp_path, "a.zip", bytes(content)).words == "ZIP archive"


@given(st.binary(max_size=400), st.text(max_size=20), st.sampled_from([b"", b"PK\x03\x04", OLE, b"RIFF", b"<", b"{"]))
def test_no_bytes_and_no_name_fail(tmp_path_factory, content, name, start):
    found = of(tmp_path_factory.getbasetemp(), name, start + content)
    assert found.words
    assert found.media_type


def test_endings_are_read_as_windows_reads_them():
    assert ending_of("a.PDF") == "pdf"
    assert ending_of("a.pdf. .") == "pdf"
    assert ending_of(".profile") == ""
    assert ending_of("none") == ""
