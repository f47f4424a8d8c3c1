"""Lays out the data cleanse progress report: which sheets there are, and what stands in their rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from desktop.cleanse.model import Outcome, Severity
from desktop.cleanse.work import counted
from desktop.excel.book import Book, Field, Kind, Link, Page, Value, stream_tabs
from desktop.frames import pl
from desktop.report.content import CheckFacts, ReportContent
from desktop.report.privacy import MpanChoice, masked_findings, masked_keys, masked_words

TEXTS_FILE = Path(__file__).resolve().parents[2] / "resources" / "workbook" / "progress-report.json"

NOT_ACCEPTED = "Accepted findings are not counted here, as on the summaries; when they go, they are counted as gone."
"""Of the sheet of what moved."""

_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}
_COUNTS = tuple(Field(title, Kind.NUMBER, 13) for title in ("Open", "New", "Still open", "Changed", "Gone", "Excepted"))

FINDING_FIELDS = (
    Field("Severity", Kind.WORD, 12, "severity"),
    Field("State", Kind.TEXT, 12, "state"),
    Field("Check", Kind.TEXT, 11, "check_id"),
    Field("What is wrong", Kind.WRAPPED, 40, "check_title"),
    Field("MPAN", Kind.TEXT, 17, "mpan"),
    Field("Row in file", Kind.NUMBER, 12, "row"),
    Field("Item", Kind.WRAPPED, 22, "item_title"),
    Field("Value in the file", Kind.WRAPPED, 22, "value"),
    Field("Message", Kind.WRAPPED, 52, "message"),
    Field("Suggestion", Kind.WRAPPED, 28, "suggestion"),
    Field("Who mends it", Kind.WRAPPED, 22, "party"),
    Field("Owner", Kind.WRAPPED, 18, "owner"),
    Field("Due", Kind.DATE, 13, "due"),
    Field("Status", Kind.TEXT, 15, "status"),
    Field("Accepted", Kind.WRAPPED, 26, "accepted"),
    Field("First seen", Kind.DATE, 13, "first_seen"),
    Field("Note", Kind.WRAPPED, 30, "note"),
    Field("Row key", Kind.TEXT, 23, "key"),
)
"""The columns of the findings sheet, in reading order; the stable key comes last."""


@cache
def texts() -> dict[str, Any]:
    """The report's words: template, version, title, sheets, notes on method."""
    raw: dict[str, Any] = json.loads(TEXTS_FILE.read_text(encoding="utf-8"))
    return raw


def build(content: ReportContent) -> Book:
    """The workbook, ready to be saved. The findings are read when it is saved.

    Raises CellTooLong for a reason or a name that no cell holds.
    """
    words = texts()
    book = Book(words["title"], content.participant.name, content.made_at)
    for name, value in (
        ("TemplateId", words["template"]),
        ("TemplateVersion", words["version"]),
        ("SnapshotSha256", content.snapshot.sha256),
        ("AuditHead", content.audit_head),
        ("MpanChoice", content.mpan_choice.value),
    ):
        book.property(name, value)
    _cover(book, content)
    book.add_table(_page("by_check"), (_CHECK_FIELDS), _by_check(content))
    book.add_table(_page("by_party"), _PARTY_FIELDS, _by_party(content))
    _findings(book, content)
    book.add_table(_page("exceptions"), _EXCEPTION_FIELDS, _exceptions(content))
    book.add_table(_page("not_checked"), _NOT_CHECKED_FIELDS, _not_checked(content))
    _since(book, content)
    book.add_table(_page("checks"), _RULE_FIELDS, _rules(content))
    notes = [(topic, text.replace("ROOT_CAUSES", _root_causes(content))) for topic, text in words["method"]]
    book.add_table(_page("method"), (Field("Topic", Kind.STRONG, 30), Field("Note", Kind.WRAPPED, 110)), notes)
    return book


def _root_causes(content: ReportContent) -> str:
    """Which checks leave out rows that another check found, in words: XFD-07 (root cause XFD-06)."""
    echoes = [f"{check.id} (root cause {' or '.join(check.unless)})" for check in content.checks if check.unless]
    return ", ".join(echoes) or "none in this run"


def _page(sheet: str, about: str = "") -> Page:
    entry = texts()["sheets"][sheet]
    return Page(entry["tab"], entry.get("title", texts()["title"]), about or entry["about"])


def _finding_rows(content: ReportContent) -> int:
    return 0 if content.mpan_choice is MpanChoice.COUNTS else content.findings.rows


def _cover(book: Book, content: ReportContent) -> None:
    fields = (Field("Part", Kind.LABEL, 18), Field("Item", Kind.STRONG, 34), Field("Detail", Kind.WRAPPED, 110))
    rows = [*_who(content), *_position(content), *_contents(content), *_what(content)]
    words = texts()
    rows += [
        ("This file", "Personal data", content.mpan_choice.words + _typed(content.mpan_choice)),
        ("This file", "Template", f"{words['template']}, version {words['version']}"),
    ]
    tab = book.add_table(_page("cover"), fields, rows)
    book.name_cell("template", tab, f"$C${4 + len(rows)}")


def _typed(choice: MpanChoice) -> str:
    """What of a masked workbook stands as a person typed it."""
    return "" if choice is MpanChoice.FULL else " Reasons of exceptions and names of people stand as they were typed."


def _who(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    person = content.participant
    yield ("Report", "Participant", person.name)
    for mpid, roles in person.mpids:
        yield ("Report", f"MPID {mpid}", roles)
    yield ("Report", "Recipient", content.recipient or "Not addressed to anyone yet")
    yield ("Report", "As of", content.as_of)
    yield ("Report", "Made", f"{content.made_at:%d %b %Y %H:%M} UTC by {content.made_by}")


def _position(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    by_severity = {severity.value: 0 for severity in Severity}
    for party in content.parties:
        by_severity[party.severity] += party.open
    spread = ", ".join(f"{name} {count:,}" for name, count in by_severity.items())
    yield ("Position", "Rows checked", f"{content.snapshot.rows:,}")
    yield ("Position", "Open findings", f"{sum(by_severity.values()):,} ({spread})")
    yield ("Position", "Excepted findings", f"{sum(party.excepted for party in content.parties):,}")
    outcomes = [check.outcome for check in content.checks]
    yield (
        "Position",
        "Checks",
        f"{outcomes.count(Outcome.PASSED)} passed, {outcomes.count(Outcome.FAILED)} found something, "
        f"{outcomes.count(Outcome.COULD_NOT_RUN)} could not run, {outcomes.count(Outcome.SKIPPED)} skipped",
    )


def _contents(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    for key, entry in texts()["sheets"].items():
        if key == "cover":
            continue
        for tab in stream_tabs(entry["tab"], _finding_rows(content) if key == "findings" else 0):
            yield ("Contents", Link(tab, tab), entry["link"])


def _what(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    snapshot = content.snapshot
    yield ("Data checked", "File", masked_words(snapshot.file_name, content.mpan_choice))
    yield ("Data checked", "SHA-256 of the file", snapshot.sha256)
    yield ("Data checked", "Rows", f"{snapshot.rows:,}")
    yield ("Data checked", "Date of the extract", snapshot.extract_date or "Not given")
    yield ("Data checked", "Imported", f"{snapshot.imported_at:%d %b %Y %H:%M} UTC")
    yield ("Checked with", "MHHS Desk", f"version {content.app_version}")
    for pack in content.packs:
        yield ("Checked with", pack.title, pack.words)
    yield ("Checked with", "Audit head", content.audit_head or "The log is empty")


_CHECK_FIELDS = (
    Field("Severity", Kind.WORD, 12),
    Field("Check", Kind.TEXT, 11),
    Field("What it finds", Kind.WRAPPED, 54),
    Field("Who mends it", Kind.WRAPPED, 30),
    *_COUNTS,
)


def _worst_first(checks: tuple[CheckFacts, ...]) -> list[CheckFacts]:
    return sorted(checks, key=lambda check: (_RANK.get(check.severity, len(_RANK)), -check.open, check.id))


def _by_check(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    for check in _worst_first(content.checks):
        if check.open or check.gone or check.excepted:
            yield (
                check.severity, check.id, check.title, check.party,
                check.open, check.new, check.still, check.changed, check.gone, check.excepted,
            )  # fmt: skip


_PARTY_FIELDS = (Field("Who mends it", Kind.STRONG, 38), Field("Severity", Kind.WORD, 12), *_COUNTS)


def _by_party(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    for row in content.parties:
        yield (row.party, row.severity, row.open, row.new, row.still, row.changed, row.gone, row.excepted)


def _findings(book: Book, content: ReportContent) -> None:
    if content.mpan_choice is MpanChoice.COUNTS:
        about = f"Left out: {counted(content.findings.rows)}. {content.mpan_choice.words}"
        book.add_table(_page("findings", about), FINDING_FIELDS, ())
        return

    def blocks() -> Iterator[pl.DataFrame]:
        for block in content.findings.blocks():
            yield report_block(block, content.mpan_choice, content.key_secret)

    page = _page("findings")
    about = page.about if content.mpan_choice is MpanChoice.FULL else f"{page.about} {content.mpan_choice.words}"
    book.add_stream(_page("findings", about), FINDING_FIELDS, content.findings.rows, blocks)


def report_block(block: pl.DataFrame, choice: MpanChoice, secret: bytes) -> pl.DataFrame:
    """A block of findings as a workbook shows it: masked as chosen, with its row key as text."""
    if choice is MpanChoice.FULL:
        return block.with_columns(pl.col("fingerprint").cast(pl.String).alias("key"))
    return masked_findings(block).with_columns(masked_keys(block["fingerprint"], secret).alias("key"))


_EXCEPTION_FIELDS = (
    Field("Check", Kind.TEXT, 11),
    Field("What was accepted", Kind.WRAPPED, 40),
    Field("Item", Kind.WRAPPED, 22),
    Field("Reason", Kind.WRAPPED, 50),
    Field("Approver", Kind.WRAPPED, 24),
    Field("Approved", Kind.DATE, 13),
    Field("Ends", Kind.DATE, 13),
    Field("Given for (findings)", Kind.NUMBER, 13),
    Field("State", Kind.WORD, 13),
)


def _exceptions(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    for row in content.exceptions:
        reason = masked_words(row.reason, content.mpan_choice)
        yield (
            row.check_id, row.check_title, row.item_title or "Any", reason, row.approver,
            row.approved, row.expires, row.population, row.state,
        )  # fmt: skip


_NOT_CHECKED_FIELDS = (
    Field("Check", Kind.TEXT, 11),
    Field("What it would find", Kind.WRAPPED, 50),
    Field("Severity", Kind.TEXT, 11),
    Field("Outcome", Kind.WORD, 16),
    Field("Why", Kind.WRAPPED, 80),
)


def _not_checked(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    order = {Outcome.COULD_NOT_RUN.value: 0, Outcome.SKIPPED.value: 1}
    missing = [check for check in content.checks if check.outcome in order or check.reason]
    for check in sorted(missing, key=lambda check: (order.get(check.outcome, 2), check.id)):
        outcome = check.outcome if check.outcome in order else f"{check.outcome}, in part"
        yield (check.id, check.title, check.severity, outcome, masked_words(check.reason, content.mpan_choice))


_SINCE_FIELDS = (
    Field("Check", Kind.TEXT, 11),
    Field("What it finds", Kind.WRAPPED, 60),
    Field("New since then", Kind.NUMBER, 14),
    Field("Changed since then", Kind.NUMBER, 14),
    Field("Gone since then", Kind.NUMBER, 14),
    Field("Open now", Kind.NUMBER, 14),
)


def _since_rows(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    for row in content.since:
        yield (row.check_id, row.check_title, row.new, row.changed, row.gone, row.open)


def _since(book: Book, content: ReportContent) -> None:
    about = "This is the first report to this recipient: there is nothing to compare it with."
    if content.last is not None:
        last = content.last
        against = f"{last.file_name}, made {last.made_at:%d %b %Y %H:%M} UTC, SHA-256 {last.sha256[:16]}…"
        about = f"Against {against}. {NOT_ACCEPTED}"
    book.add_table(_page("since", about), _SINCE_FIELDS, _since_rows(content) if content.last is not None else ())


_RULE_FIELDS = (
    Field("Check", Kind.TEXT, 11),
    Field("What it finds", Kind.STRONG, 36),
    Field("Severity", Kind.TEXT, 12),
    Field("Outcome", Kind.TEXT, 15),
    Field("Findings", Kind.NUMBER, 11),
    Field("The rule in words", Kind.WRAPPED, 70),
    Field("Remarks", Kind.WRAPPED, 50),
    Field("Source", Kind.WRAPPED, 36),
)


def _rules(content: ReportContent) -> Iterator[tuple[Value, ...]]:
    for check in content.checks:
        remark = masked_words(check.remark, content.mpan_choice)
        yield (
            check.id, check.title, check.severity, check.outcome, check.open, check.explanation, remark, check.basis,
        )  # fmt: skip


Rows = Callable[[ReportContent], Iterable[tuple[Value, ...]]]

SHEETS: Mapping[str, tuple[tuple[Field, ...], Rows]] = {
    "by_check": (_CHECK_FIELDS, _by_check),
    "by_party": (_PARTY_FIELDS, _by_party),
    "exceptions": (_EXCEPTION_FIELDS, _exceptions),
    "not_checked": (_NOT_CHECKED_FIELDS, _not_checked),
    "since": (_SINCE_FIELDS, _since_rows),
    "checks": (_RULE_FIELDS, _rules),
}
"""The sheets that are read at once, by their key in the words: columns and rows. Submissions say the same in tables."""


def position(content: ReportContent) -> tuple[tuple[str, str], ...]:
    """The figures of the cover and the data they are about: (item, detail). How many rows it has is said once."""
    rows = [*_position(content), *_what(content)]
    return tuple((str(item), str(detail)) for part, item, detail in rows if part != "Checked with" and item != "Rows")
