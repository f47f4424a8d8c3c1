"""The data cleanse report of the newest run: its findings stream, masked as the progress report masks them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import polars as pl

from desktop.cleanse.catalogue import all_checks
from desktop.cleanse.model import Outcome, Severity
from desktop.cleanse.runs import RunInfo
from desktop.cleanse.work import counted
from desktop.clock import today
from desktop.content.pack import KINDS
from desktop.evidence.model import TargetKind
from desktop.excel.book import Field
from desktop.jobs import Job
from desktop.report import progress
from desktop.report.content import CheckFacts, ReportContent
from desktop.report.privacy import MpanChoice, masked_text
from desktop.submissions.content import Column, Content, EvidenceFile, Relied, Row, Table
from desktop.submissions.kinds.files import file_points, files_of, linked_to, listed
from desktop.submissions.kinds.keyed import Keys, Sheet, keyed_table
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.parts import columns_of
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.relied import hash_of
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Scope
from local_db import evidence as evidence_rows

_TAKEN = {
    "by_check": ("findings_by_check", (1,)),
    "by_party": ("findings_by_party", (0, 1)),
    "exceptions": ("exceptions", (0, 2, 5)),
    "not_checked": ("not_checked", (0,)),
    "since": ("since_last_run", (0,)),
    "checks": ("checks_run", (0,)),
}
"""The sheets of the progress report: their ids here, and the columns that tell their rows."""
_TYPED = ("owner", "accepted", "item_title", "check_title")
"""Columns of findings in which a person's or the file's own words may stand beside those that are masked as data."""
_FIELDS = tuple(field for field in progress.FINDING_FIELDS if field.key != "key")


def gather(_: Scope, masking: Masking, sources: Sources, job: Job) -> Content:
    """What it says. Raises InvalidInput (field scope)."""
    found = sources.reports.newest(masking.choice, job)
    if found is None:
        raise refused("Nothing was checked yet.", "Import a portfolio and run the checks first.")
    run, content = found
    job.check()
    files = _files(sources, content, masking, job)
    return Content(
        "cleanse_report",
        f"Data cleanse report as of {run.as_of.day} {run.as_of:%b %Y}",
        (("Checked as of", run.as_of.isoformat()), *progress.position(content)),
        tuple(_tables(run, content, masking)),
        _relies(run, content, masking),
        files,
        values=_values(run, content),
        open_points=(*_points(content), *file_points(files, today(sources.clock).isoformat())),
    )


def _tables(run: RunInfo, content: ReportContent, masking: Masking) -> Iterator[Table]:
    words = progress.texts()["sheets"]
    for key, (table_id, told_by) in _TAKEN.items():
        fields, rows_of = progress.SHEETS[key]
        entry = words[key]
        about, tab, title = entry["about"], entry["tab"], entry["title"]
        if key == "since":
            tab, title = "Since last run", "Changes since the run before"
            moved = f"What moved in each check since the run before. {progress.NOT_ACCEPTED}"
            about = moved if run.previous_run else "It is the first run."
        reviewed, ours = key == "by_check", catalogue_words()
        sheet = Sheet(table_id, tab, title, about, columns_of(fields, masking), reviewed=reviewed, ours=ours)
        rows = [_plain(fields, row) for row in rows_of(content)]
        yield keyed_table(sheet, rows, [[row[place] for place in told_by] for row in rows], masking)
        if key == "by_party":
            yield _findings(content, masking)


@cache
def catalogue_words() -> frozenset[str]:
    """What this program says of its own checks: titles, rules in words, sources.

    They stand in its code. A content pack, a person's own too, says of a check only whether it is on, how severe it is
    and its settings, and none of that gets into these words; so a number in them (2.00006E+12, as a published register
    shows it) is nobody's MPAN. Only a whole text that is one of these stays: a check that this version does not know,
    whatever wrote it, is masked as any other text.
    """
    return frozenset(text for one in all_checks() for text in (one.title, one.explanation, one.basis))


def _plain(fields: Sequence[Field], row: Sequence[object]) -> list[object]:
    """Cells of the report's sheets as texts and whole numbers."""
    return [cell if isinstance(cell, int) or cell is None else str(cell) for _, cell in zip(fields, row, strict=True)]


def _findings(content: ReportContent, masking: Masking) -> Table:
    words = progress.texts()["sheets"]["findings"]
    about, count = words["about"], content.findings.rows
    if masking.choice is MpanChoice.COUNTS:
        about, count = f"Left out: {counted(count)}. {masking.choice.words}", 0
    elif not masking.full:
        about = f"{about} {masking.choice.words}"
    columns = tuple(Column(field.key, field.heading, field.kind, field.width) for field in _FIELDS)
    sheet = Sheet("findings", words["tab"], words["title"], about, columns, reviewed=True)

    def rows() -> Iterator[Row]:
        if count:
            yield from _finding_rows(content, masking)

    return Table(sheet.id, sheet.tab, sheet.title, about, sheet.whole(), count, rows)


def _finding_rows(content: ReportContent, masking: Masking) -> Iterator[Row]:
    """Block by block: what is in memory at once is one block and the keys that were given."""
    take = Keys().take
    for block in content.findings.blocks():
        shown = progress.report_block(block, masking.choice, content.key_secret)
        if not masking.full:
            masked = {name: masked_text(shown[name], masking.choice) for name in _TYPED}
            ours = shown["check_title"].is_in(sorted(catalogue_words()))
            masked["check_title"] = shown["check_title"].zip_with(ours, masked["check_title"])
            shown = shown.with_columns(**masked)
        plain = shown.select(
            "key", *(pl.col(f.key) if f.key == "row" else pl.col(f.key).cast(pl.String).fill_null("") for f in _FIELDS)
        )
        for key, *cells in plain.iter_rows():
            yield (take(str(key)), *cells, "", "")


def _relies(run: RunInfo, content: ReportContent, masking: Masking) -> tuple[Relied, ...]:
    snapshot = content.snapshot
    checks = [(one.id, one.outcome, one.new, one.still, one.changed, one.gone, one.excepted) for one in content.checks]
    packs = [
        (kind, one.get("version"), one.get("status"), one.get("sha256")) for kind, one in sorted(run.packs.items())
    ]
    made = hash_of(masking, run.id, run.as_of.isoformat(), run.app_version, snapshot.sha256, packs, checks)
    return (
        Relied("run", str(run.id), f"Checks as of {run.as_of.isoformat()}, {counted(run.open)}", made),
        Relied("snapshot", snapshot.file_name, f"{snapshot.rows:,} rows that were checked", snapshot.sha256),
        *(
            Relied(
                "pack",
                kind,
                f"{KINDS.get(kind, kind)} {one.get('version', '')} ({one.get('status', '')})",
                str(one["sha256"]),
            )
            for kind, one in sorted(run.packs.items())
            if one.get("sha256")
        ),
    )


def _files(sources: Sources, content: ReportContent, masking: Masking, job: Job) -> tuple[EvidenceFile, ...]:
    """Of findings that are there."""
    kind = TargetKind.FINDING
    links = evidence_rows.all_links(sources.store.read())
    linked = {target for _, its, target, _ in links if its == kind.value}
    if not linked:
        return ()
    there: set[int] = set()
    for block in content.findings.blocks():
        job.check()
        there.update(linked.intersection(block["fingerprint"].to_list()))
    return files_of(sources, linked_to(sources, kind, there), masking, (kind,))


def _values(run: RunInfo, content: ReportContent) -> dict[str, str]:
    by_severity: Counter[str] = Counter()
    for party in content.parties:
        by_severity[party.severity] += party.open
    checks = content.checks
    outcomes = Counter(check.outcome for check in checks)
    return {
        "run.as_of": run.as_of.isoformat(),
        "snapshot.file_name": content.snapshot.file_name,
        "snapshot.sha256": content.snapshot.sha256,
        "snapshot.rows": str(content.snapshot.rows),
        "findings.open": str(sum(by_severity.values())),
        **{f"findings.open_{one.value.casefold()}": str(by_severity[one.value]) for one in Severity},
        "findings.new": str(sum(check.new for check in checks)),
        "findings.still_open": str(sum(check.still for check in checks)),
        "findings.changed": str(sum(check.changed for check in checks)),
        "findings.gone": str(sum(check.gone for check in checks)),
        "findings.excepted": str(sum(check.excepted for check in checks)),
        "checks.total": str(len(checks)),
        "checks.passed": str(outcomes[Outcome.PASSED.value]),
        "checks.found_something": str(outcomes[Outcome.FAILED.value]),
        "checks.could_not_run": str(outcomes[Outcome.COULD_NOT_RUN.value]),
        "checks.skipped": str(outcomes[Outcome.SKIPPED.value]),
    }


def _points(content: ReportContent) -> tuple[str, ...]:
    checks = content.checks
    for_each: tuple[tuple[str, list[CheckFacts]], ...] = (
        ("Checks that could not run", [one for one in checks if one.outcome == Outcome.COULD_NOT_RUN]),
        ("Checks that were skipped", [one for one in checks if one.outcome == Outcome.SKIPPED]),
        (
            "Checks that ran in part",
            [one for one in checks if one.reason and one.outcome not in {Outcome.COULD_NOT_RUN, Outcome.SKIPPED}],
        ),
    )
    said = [f"{what}, {len(found):,}: {listed(one.id for one in found)}." for what, found in for_each if found]
    for severity in (Severity.BLOCK, Severity.HIGH):
        count = sum(party.open for party in content.parties if party.severity == severity.value)
        if count:
            said.append(f"Open findings of severity {severity.value}: {count:,}.")
    excepted = sum(party.excepted for party in content.parties)
    if excepted:
        said.append(f"Accepted for a time, and not counted as open: {counted(excepted)}.")
    return tuple(said)
