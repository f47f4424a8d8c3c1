"""The made-up files of the sample participant's testing: a requirements workbook, cases, a JUnit report, proofs."""

from __future__ import annotations

import csv
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from desktop.sample.testing_rows import CHANGED_IN_SECOND, FIRST_VERSION, ROWS, SECOND_VERSION


def requirement_key(place: int) -> str:
    """SMP-REQ-001 and so on, by the place in ROWS."""
    return f"SMP-REQ-{place + 1:03}"


def case_keys() -> dict[str, str]:
    """Key of each case by its title: SMP-TC-001 and so on."""
    titles = [title for row in ROWS for title, *_ in row.cases]
    return {title: f"SMP-TC-{number:03}" for number, title in enumerate(titles, start=1)}


def requirements_workbook(path: Path, version: str) -> None:
    """As such documents look: a merged title, a line about the version, a blank row, then the headings."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "RTTM"
    sheet.append([f"Requirements of the sample participant {version} (made up)"])
    sheet.merge_cells("A1:F1")
    sheet.append(["Made for showing MHHS Desk; no official requirement is in it"])
    sheet.append([])
    sheet.append(["Requirement ID", "Requirement", "Description", "Requirement family", "PIT stage", "Clause"])
    for place, row in enumerate(ROWS):
        changed = CHANGED_IN_SECOND.get(place) if version == SECOND_VERSION else None
        clause = f"{place // 6 + 1}.{place % 6 + 1}"
        sheet.append([requirement_key(place), row.title, changed or row.text, row.family, row.stage, clause])
    book.save(path)


def cases_table(path: Path) -> None:
    """The participant's own cases as CSV, each with the requirement it is for; one with steps as the grid has them."""
    headings = ("Case ID", "Case title", "Requirement ID", "Stage", "Expected result", "Step", "Step description",
                "Source", "Recipient", "Message", "Who", "Valid")  # fmt: skip
    keys = case_keys()
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(headings)
        for place, row in enumerate(ROWS):
            for title, *_ in row.cases:
                start = (keys[title], title, requirement_key(place), row.stage, row.text)
                steps = _STEPS.get(title, ())
                out.writerow((*start, *(steps[0] if steps else ("",) * 7)))
                for step in steps[1:]:
                    out.writerow((keys[title], title, "", "", "", *step))


_STEPS = {
    "IF-031 sent and rejected": (
        ("10", "Appoint the metering service for a supply", "SUPC", "DIP", "IF-031", "QP", "Auto"),
        ("20", "The hub passes the appointment on", "DIP", "REGS", "PUB-031", "QTE", "Auto"),
        ("30", "The rejection comes back and is shown with its reason", "REGS", "SUPC", "PUB-032", "QP", "N/A"),
    ),
}
"""Step, description, source, recipient, message, who, valid (MHHS Open Day slides of 23 April 2024 for the columns)."""


def junit_report(path: Path, results: Sequence[tuple[str, str]]) -> None:
    """A report as a test tool writes it: (title of the case, status); what failed has a message."""
    keys = case_keys()
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<testsuites>", '<testsuite name="PIT functional">']
    for number, (title, status) in enumerate(results):
        seconds = 1.2 + number % 7
        lines.append(f'<testcase classname="pit" name={quoteattr(title)} time="{seconds}">')
        lines.append(f'<properties><property name="test_key" value="{keys[title]}"/></properties>')
        if status == "Failed":
            lines.append(f"<failure message={quoteattr(f'Not as expected: {title}')}>{escape(title)}</failure>")
        elif status in {"Not run", "Blocked"}:
            lines.append('<skipped message="Waits for test data from the distributor"/>')
        lines.append("</testcase>")
    path.write_text("\n".join([*lines, "</testsuite>", "</testsuites>"]) + "\n", encoding="utf-8")


def results_table(path: Path, results: Sequence[tuple[str, str]], day: str) -> None:
    """Results kept in a spreadsheet: (title, status), with who tested and when."""
    keys = case_keys()
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("Case ID", "Result", "Comment", "Tested by", "Date"))
        for title, status in results:
            comment = "Waits for test data from the distributor" if status in {"Blocked", "Not run"} else ""
            out.writerow((keys[title], status, comment, "Morgan Reed", day))


def log_text(title: str, day: str) -> str:
    """A short test log."""
    return (
        f"{day} 10:02:11 INFO  case started: {title}\n{day} 10:02:13 INFO  message sent to the test hub\n"
        f"{day} 10:02:15 INFO  answer taken, schema valid\n{day} 10:02:16 INFO  expected result seen\n"
        f"{day} 10:02:16 INFO  case passed\n"
    )


def picture(width: int = 640, height: int = 360) -> bytes:
    """A PNG that looks like a screen with a table: enough to show a preview."""

    def row(y: int) -> bytes:
        line = bytearray()
        for x in range(width):
            head, rule = y < 44, y % 36 == 8
            text = y > 64 and 12 < y % 36 < 22 and x % 150 in range(16, 40 + (x // 150 * 37 + y // 36 * 23) % 90)
            line += (
                b"\x1f\x4e\x79" if head else b"\x5f\x66\x70" if text else b"\xe3\xe6\xea" if rule else b"\xff\xff\xff"
            )
        return b"\x00" + bytes(line)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(row(y) for y in range(height)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def document(lines: Sequence[str]) -> bytes:
    """A PDF of one page with these lines of plain ASCII."""
    shown = "".join(f"({line.replace(chr(92), '').replace('(', '[').replace(')', ']')}) Tj T* " for line in lines)
    content = f"BT /F1 12 Tf 18 TL 60 780 Td {shown}ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


__all__ = [
    "FIRST_VERSION",
    "SECOND_VERSION",
    "case_keys",
    "cases_table",
    "document",
    "junit_report",
    "log_text",
    "picture",
    "requirement_key",
    "requirements_workbook",
    "results_table",
]
