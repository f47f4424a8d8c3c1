"""A worked-out submission: its content, its body, and the workbook made of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop.excel.book import Kind
from desktop.submissions.content import KEY, Column, Content, EvidenceFile, Relied, Row, Table, table_of
from desktop.submissions.workbook import write_workbook

REQUIREMENTS = (
    Column(KEY, "Row key", Kind.TEXT, 18),
    Column("title", "Requirement", Kind.WRAPPED, 40),
    Column("status", "Status", Kind.WORD, 14),
    Column("cases", "Test cases", Kind.NUMBER, 12),
    Column("day", "Tested on", Kind.DATE, 13),
    Column("remark", "Code Body's remark", Kind.WRAPPED, 40, for_reviewer=True),
)
ROWS: tuple[Row, ...] = (
    ("REQ-001", "Register the meter", "Passed", 3, "2026-10-05", None),
    ("REQ-002", '=HYPERLINK("http://x")', "Failed", 1, "2026-10-06", None),
    ("REQ-003", "Two lines\nof text  ", "Not run", None, None, None),
    ("REQ-004", "00123", "Passed", 12, "no day", None),
    ("REQ-005", "literal _x000D_ and \r\n breaks", "Passed", 2, "2026-10-07", None),
)
DEFECTS = (Column(KEY, "Row key", Kind.TEXT, 18), Column("title", "Title", Kind.WRAPPED, 40))


def content(rows: tuple[Row, ...] = ROWS, tables: tuple[Table, ...] = ()) -> Content:
    """A matrix of requirements and a list of defects, with one file of evidence."""
    return Content(
        kind="rttm",
        title="Requirements to test traceability matrix",
        position=(("Requirements", "5"), ("Failed", "1")),
        tables=(
            table_of("requirements", "Requirements", "Requirements", "One row for each.", REQUIREMENTS, rows),
            table_of("defects", "Defects", "Open defects", "One row for each.", DEFECTS, [("DEF-1", "It fails")]),
            *tables,
        ),
        relies=(Relied("snapshot", "ACME-SNP-0001", "Portfolio", "ab" * 32),),
        evidence=(
            EvidenceFile("ACME-EVD-0001", 2, "Log", "log.txt", "cd" * 32, 120, "text/plain", proves=("REQ-001",)),
        ),
        open_points=("The third requirement was not tested.",),
    )


def body(made: Content | None = None) -> dict[str, Any]:
    """What is frozen of it, as far as a workbook needs it."""
    made = made or content()
    return {
        "format": "mhhs-desk/submission/1",
        "kind": made.kind,
        "kind_name": "RTTM",
        "title": made.title,
        "reference": "ACME-RTTM-0004",
        "version": 1,
        "supersedes": None,
        "reason": "",
        "participant": {"name": "Acme Energy", "short_name": "ACME", "mpids": [{"mpid": "ACME", "roles": ["LDSO"]}]},
        "recipients": [{"id": "bsc", "name": "BSC Code Body", "code_body": True}],
        "deadline": {"day": "2026-12-01", "words": "PIT exit"},
        "covering": "Dear all",
        "personal_data": "last-four",
        "packs": [{"kind": "pit_plan", "version": "1", "status": "suggested", "source": "ours", "sha256": "ee" * 32}],
        "position": [list(one) for one in made.position],
        "tables": [],
        "relies": [{"kind": one.kind, "ref": one.ref, "title": one.title, "sha256": one.sha256} for one in made.relies],
        "evidence": [],
        "beside": [],
        "open_points": list(made.open_points),
        "values": {},
        "checks": [
            {"rule": "S1", "title": "Keys are there", "severity": "block", "recipient": "", "outcome": "passed",
             "detail": "All", "count": 0},
        ],
        "changes": None,
        "content_sha256": "12" * 32,
        "audit": {"seq": 7, "h": "34" * 32},
        "made": {"at": "2026-11-20T10:00:00+00:00", "by": "sam", "app": "MHHS Desk 0.5.0"},
    }  # fmt: skip


def workbook(path: Path, made: Content | None = None, **more: Any) -> Path:
    """The workbook of it."""
    made = made or content()
    write_workbook(body(made), made, path, **more)
    return path
