"""Pages printed as PDF: from the window's threads, and by a program that has no window."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import QThreadPool

from ui.printing import pdf_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = "<html><head><title>Of Acme &amp; Sons</title>{head}</head><body><h1>First</h1>{body}</body></html>"


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def words(sheet: pypdf.PageObject) -> str:
    """The text of a sheet; blanks of any kind are one blank."""
    return " ".join(sheet.extract_text().split())


def page(body: str = "<p>A word.</p>", head: str = "") -> str:
    return PAGE.format(head=head, body=body)


def test_a_page_is_a_sheet_of_a4_with_its_title_and_number(qapp):
    pdf = read(pdf_of(page()))
    (sheet,) = pdf.pages
    assert (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) == (595, 842)
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Of Acme & Sons"
    text = words(sheet)
    assert "A word." in text
    assert "Page 1 of 1" in text


def test_a_landscape_page_lies(qapp):
    (sheet,) = read(pdf_of(page(), landscape=True)).pages
    assert (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) == (842, 595)


def test_a_long_table_goes_over_numbered_sheets_with_its_headings_on_each_and_no_row_lost(qapp):
    rows = "".join(f"<tr><td>row {number:03} of it</td></tr>" for number in range(150))
    sheets = read(pdf_of(page(f"<table><thead><tr><th>Heading</th></tr></thead><tbody>{rows}</tbody></table>"))).pages
    texts = [words(sheet) for sheet in sheets]
    assert len(sheets) > 2
    for number, text in enumerate(texts):
        assert f"Page {number + 1} of {len(sheets)}" in text
        assert "Heading" in text
    everything = "\n".join(texts)
    assert [number for number in range(150) if everything.count(f"row {number:03} of it") != 1] == []


def test_a_watermark_is_on_every_sheet(qapp):
    body = "".join(f"<p>line {number}</p>" for number in range(120))
    mark = '<meta name="watermark" content="REHEARSAL">'
    plain, marked = read(pdf_of(page(body))).pages, read(pdf_of(page(body, mark))).pages
    assert len(plain) == len(marked) > 1
    assert all("REHEARSAL" not in words(sheet) for sheet in plain)
    assert all("REHEARSAL" in words(sheet) for sheet in marked)


def test_nothing_that_a_page_points_to_is_loaded(qapp, tmp_path):
    secret = tmp_path / "style.css"
    secret.write_text("p { font-size: 60pt }")
    link = f'<link rel="stylesheet" href="{secret.as_uri()}"><style>@import url("{secret.as_uri()}");</style>'
    assert len(pdf_of(page(head=link))) == len(pdf_of(page()))


def test_letters_stay_letters_in_any_alphabet(qapp):
    text = words(read(pdf_of(page("<p>Żółć, Ελλάδα, Дом, naïve – 25 °C</p>"))).pages[0])
    assert "Żółć, Ελλάδα, Дом, naïve – 25 °C" in text


def test_it_prints_from_a_thread_of_the_window_while_others_print(qapp):
    made: dict[int, int] = {}

    def work(number: int) -> None:
        made[number] = len(read(pdf_of(page(f"<p>thread {number}</p>" * 200))).pages)

    pool = QThreadPool()
    for number in range(4):
        pool.start(partial(work, number))
    pool.waitForDone()
    assert len(made) == 4
    assert min(made.values()) > 1


@pytest.mark.skipif("sys.platform != 'linux'", reason="where there is always a screen")
def test_a_program_without_a_window_or_a_screen_prints_too(tmp_path):
    hidden = {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    told = "from ui.launch import _pdf_of as p; import sys; sys.stdout.buffer.write(p('<p>Without a window</p>'))"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "Without a window" in words(read(done.stdout).pages[0])


def test_the_command_line_does_not_load_qt_before_it_prints(tmp_path):
    told = "import sys, ui.launch; sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", told], cwd=ROOT, check=False).returncode == 0
