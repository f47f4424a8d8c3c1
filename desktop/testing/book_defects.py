"""The defect log and work-off plan as a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.evidence.model import TargetKind
from desktop.excel.book import Field, Kind
from desktop.records.model import RecordKind
from desktop.testing.book_parts import Draft, Part, known
from desktop.testing.book_sources import BookSources, counted_words, joined
from desktop.testing.model import Defect, DefectStatus, WorkOff, WorkOffStatus
from desktop.testing.tables import defect_table, work_off_table


def defects_draft(sources: BookSources) -> Draft:
    """Everything that the workbook says."""
    log, items = sources.defects.defects(), sources.defects.work_off_items(day=sources.today)
    left = [one for one in log if one.details.status.is_open]
    by_severity = [
        (sources.severity_names.get(one, one or "not judged"), _of(left, one)) for one in _severities(sources, log)
    ]
    open_items = [one for one in items if one.details.status is WorkOffStatus.OPEN]
    parts = (
        Part("checks", _CHECK_FIELDS, list(_checks(sources))),
        Part("summary", _SUMMARY_FIELDS, list(_summary(sources, log))),
        Part("defects", _DEFECT_FIELDS, list(_defect_rows(sources, log)), comes_back=True),
        Part("work_off", _WORK_OFF_FIELDS, list(_work_off_rows(sources, items)), comes_back=True),
    )
    position = (
        ("Defects", f"{len(log):,}; not closed: {len(left):,}"),
        ("Open defects", counted_words(by_severity)),
        ("Work-off items", f"{len(items):,}; still open: {len(open_items):,}"),
        ("Late work-off items", f"{sum(one.late for one in items):,}"),
    )
    return Draft(position, parts, len(log) + len(items))


_CHECK_FIELDS = (
    Field("What", Kind.WORD, 30),
    Field("Reference", Kind.TEXT, 16),
    Field("Title", Kind.WRAPPED, 50),
    Field("Severity or day", Kind.TEXT, 16),
    Field("Owner", Kind.WRAPPED, 20),
)


def _checks(sources: BookSources) -> Iterator[tuple[object, ...]]:
    """What the tables flag, defects first."""
    tables = (
        (defect_table(sources.store, sources.pit, sources.today), "severity"),
        (work_off_table(sources.store, sources.today), "due"),
    )
    for table, beside in tables:
        frame = table.frame(0, table.count())
        for row in frame.iter_rows(named=True):
            for flag in filter(None, str(row["flags"]).split(", ") if row["flags"] else ()):
                yield (flag, row["ref"], row["title"], row[beside], row["owner"])


_SUMMARY_FIELDS = (
    Field("Severity", Kind.STRONG, 18),
    Field("Blocks a gate", Kind.TEXT, 14),
    Field("Defects", Kind.NUMBER, 11),
    Field("Not closed", Kind.NUMBER, 11),
    *(Field(status.value.capitalize(), Kind.NUMBER, 14) for status in DefectStatus),
)


def _severities(sources: BookSources, log: tuple[Defect, ...]) -> list[str]:
    """Those of the scale, then those that defects have besides."""
    return list(dict.fromkeys([*sources.severity_names, *(one.details.severity for one in log)]))


def _of(log: list[Defect], severity: str) -> int:
    return sum(one.details.severity == severity for one in log)


def _summary(sources: BookSources, log: tuple[Defect, ...]) -> Iterator[tuple[object, ...]]:
    blocking = {level.id for level in sources.severities if level.blocks_exit}
    for severity in _severities(sources, log):
        statuses = [one.details.status for one in log if one.details.severity == severity]
        yield (
            sources.severity_names.get(severity, severity or "Not judged"), "Yes" if severity in blocking else "No",
            len(statuses), sum(status.is_open for status in statuses),
            *(statuses.count(status) for status in DefectStatus),
        )  # fmt: skip


_D = RecordKind.DEFECTS
_DEFECT_FIELDS = (
    known(_D, "ref", width=17),
    known(_D, "key", width=18),
    known(_D, "title", Kind.WRAPPED, 44),
    known(_D, "description", Kind.WRAPPED, 44),
    known(_D, "severity", Kind.WORD, 13),
    known(_D, "status", Kind.TEXT, 16),
    known(_D, "owner", Kind.WRAPPED, 18),
    known(_D, "raised", Kind.DATE, 13),
    known(_D, "due", Kind.DATE, 13),
    known(_D, "closed", Kind.DATE, 13),
    known(_D, "resolution", Kind.WRAPPED, 40),
    Field("Where it was seen", Kind.WRAPPED, 34),
    Field("Items of the work-off plan", Kind.WRAPPED, 22),
    Field("Evidence references", Kind.WRAPPED, 26),
)


def _defect_rows(sources: BookSources, log: tuple[Defect, ...]) -> Iterator[tuple[object, ...]]:
    for one in sorted(log, key=lambda one: one.id):
        details = one.details
        yield (
            one.ref, details.key, details.title, details.description,
            sources.severity_names.get(details.severity, details.severity), details.status.value, details.owner,
            details.raised, details.due, details.closed, details.resolution,
            joined(f"{run} {case}" for _, run, case, _ in one.results), joined(one.work_off),
            sources.proofs(TargetKind.DEFECT, one.id),
        )  # fmt: skip


_W = RecordKind.WORK_OFF
_WORK_OFF_FIELDS = (
    known(_W, "ref", width=17),
    known(_W, "title", Kind.WRAPPED, 44),
    known(_W, "description", Kind.WRAPPED, 40),
    known(_W, "defect", width=17),
    known(_W, "requirement", width=17),
    known(_W, "owner", Kind.WRAPPED, 18),
    known(_W, "due", Kind.DATE, 13),
    known(_W, "status", Kind.TEXT, 11),
    known(_W, "agreed_by", Kind.WRAPPED, 22),
    known(_W, "agreed_on", Kind.DATE, 13),
    known(_W, "closed", Kind.DATE, 13),
    known(_W, "note", Kind.WRAPPED, 34),
    Field("Against its day", Kind.WORD, 12),
    Field("Evidence references", Kind.WRAPPED, 26),
)


def _work_off_rows(sources: BookSources, items: tuple[WorkOff, ...]) -> Iterator[tuple[object, ...]]:
    for one in items:
        details = one.details
        yield (
            one.ref, details.title, details.description, one.defect_ref, one.requirement_key, details.owner,
            details.due, details.status.value, details.agreed_by, details.agreed_on, details.closed, details.note,
            "Late" if one.late else "", sources.proofs(TargetKind.WORK_OFF, one.id),
        )  # fmt: skip
