"""Imports of records (requirements, cases, results, defects, activities ...): read, map, compare, take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.cutover.service import CutoverService
from desktop.errors import FileRefused, InvalidInput, NotFound
from desktop.jobs import Job
from desktop.pit.service import PitService
from desktop.records import mapping as record_mapping
from desktop.records.fields import by_name, fields_of, name_index
from desktop.records.model import (
    ChangeKind,
    ImportedRecords,
    ImportOptions,
    PastChange,
    PastImport,
    RecordChange,
    RecordField,
    RecordKind,
    RecordSource,
    RunDetails,
    SheetOf,
    StagedRecords,
)
from desktop.records.rows import Rows, records_of
from desktop.records.table import RecordTable, property_of, read_table, template_of
from desktop.requests.service import RequestService
from desktop.testing.activity_rows import numbered
from desktop.testing.book_marks import PLAN_PROPERTY, kinds_in
from desktop.testing.import_activities import plan_activities
from desktop.testing.import_cases import plan_cases
from desktop.testing.import_defects import plan_defects, plan_work_off
from desktop.testing.import_deliverables import plan_deliverables
from desktop.testing.import_options import checked, with_unit
from desktop.testing.import_plan import Applied, Context, Plan
from desktop.testing.import_questions import plan_questions
from desktop.testing.import_requirements import plan_requirements
from desktop.testing.import_results import plan_results
from desktop.testing.junit import JUnitFile, is_junit, read_junit
from desktop.testing.likely_sheet import likely_sheet
from desktop.testing.own_activities import is_marked, plan_of
from desktop.testing.record_history import past_changes
from local_db import heading_maps, record_imports, test_runs
from local_db.audit import timestamp
from local_db.blobs import BlobStore
from local_db.connection import Connection, Store
from local_db.edit import Edit

JUNIT = "junit"
SAMPLES = 200
_WHOLE = ImportOptions()

_SUBJECTS: Mapping[RecordKind, tuple[Subject, ...]] = {
    RecordKind.REQUIREMENTS: (Subject.REQUIREMENTS,),
    RecordKind.CASES: (Subject.REQUIREMENTS,),
    RecordKind.RESULTS: (Subject.RESULTS, Subject.REQUIREMENTS),
    RecordKind.DEFECTS: (Subject.DEFECTS,),
    RecordKind.WORK_OFF: (Subject.DEFECTS,),
    RecordKind.DELIVERABLES: (Subject.PIT,),
    RecordKind.ACTIVITIES: (Subject.CUTOVER,),
    RecordKind.QUESTIONS: (Subject.REQUESTS,),
}
_TOLD = (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.BACK, ChangeKind.MISSING)
_NOT_KEPT = (RecordKind.DEFECTS, RecordKind.WORK_OFF, RecordKind.RESULTS)
"""Kinds whose records have no room for columns that are mapped to nothing."""
_PLANNED = (RecordKind.ACTIVITIES,)
"""Kinds whose files of ours name the plan, and hold what is kept beside each record."""


@dataclass(frozen=True)
class _Staged:
    """What a dry run keeps for its commit."""

    rows: Rows
    sha256: str
    told: tuple[object, ...]
    """What the plan came to, to be compared with what it comes to at the commit."""


class RecordImports:
    """What pages and commands call about bringing records in; nothing is kept before `commit`.

    Every call may run on a worker thread.
    """

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        store: Store,
        blobs: BlobStore,
        pit: PitService,
        cutover: CutoverService,
        requests: RequestService,
        actor: str,
        clock: Clock,
    ) -> None:
        """`blobs` has the folder for files on their way in; `pit`, `cutover` and `requests` what rows go into."""
        self._store = store
        self._blobs = blobs
        self._pit = pit
        self._cutover = cutover
        self._requests = requests
        self._actor = actor
        self._clock = clock

    def fields(self, kind: RecordKind) -> tuple[RecordField, ...]:
        """The fields of a kind, needed ones first."""
        return fields_of(kind)

    def kind_of(self, path: Path) -> RecordKind | None:
        """What the rows of a file are, when it says so itself: JUnit XML, or a workbook or CSV that we wrote."""
        if is_junit(path):
            return RecordKind.RESULTS
        if is_marked(path):
            return RecordKind.ACTIVITIES
        return next(iter(kinds_in(template_of(path)).values()), None)

    def read(self, path: Path, kind: RecordKind, job: Job | None = None, sheet: str | None = None) -> RecordSource:
        """Look at a file (CSV, Excel, a ZIP of one CSV, JUnit XML): its headings, samples and suggestions.

        Title rows above the headings are passed over, wherever the table begins. Close it when it is done with. Raises
        FileRefused, NotFound (no such sheet), Cancelled.
        """
        self._store.require_writable()
        work = job or Job()
        if is_junit(path):
            if kind is not RecordKind.RESULTS:
                raise FileRefused(
                    f"{path.name} holds results of tests (JUnit XML), not {kind.words}.",
                    safe="Nothing was imported.",
                    todo="Import it as results.",
                )
            return _of_junit(path, read_junit(path, work))
        own = kinds_in(template_of(path))
        names = {name: [one for one, _ in fields] for name, fields in name_index(kind).items()}
        table = read_table(path, self._blobs.staging, work, names, sheet, likely_sheet(kind, own, names))
        remembered = heading_maps.remembered(self._store, record_mapping.remembered_as(kind, table.headings))
        samples = tuple(cells for _, cells in table.rows[:SAMPLES])
        suggestions = record_mapping.suggest(kind, table.headings, samples, remembered)
        written = ""
        if kind is RecordKind.ACTIVITIES and not own:
            written = plan_of(table.headings, (cells for _, cells in table.rows))
        ours = own.get(table.sheet) is kind or bool(written)
        if ours:
            # Our own headings are the fields' names; what is only like one repeats what stands elsewhere.
            steps = {one.name for one in fields_of(kind) if one.step} if "step" in suggestions else set()
            suggestions = {
                name: one for name, one in suggestions.items() if one.why in ("name", "remembered") or name in steps
            }
        return RecordSource(
            path=path,
            kind=kind,
            format=table.format,
            headings=table.headings,
            samples=samples,
            sheets=tuple(SheetOf(one.name, one.rows, one.hidden) for one in table.sheets),
            sheet=table.sheet,
            notes=table.notes,
            suggestions=suggestions,
            handle=table,
            ours=ours,
            rows=len(table.rows),
            heading_row=table.heading_row,
            encoding=table.encoding,
            plan_ref=(property_of(path, PLAN_PROPERTY) if own else written) if kind in _PLANNED and ours else "",
        )

    def close(self, source: RecordSource) -> None:
        """Remove what looking at a file has put aside. Closing twice does nothing.

        A file of records is held in memory, so that there is nothing on the disk to remove.
        """

    def stage(
        self,
        source: RecordSource,
        mapping: Mapping[str, str],
        options: ImportOptions = _WHOLE,
        job: Job | None = None,
    ) -> StagedRecords:
        """The dry run by the code of the commit: the difference, row by row.

        Raises InvalidInput (mapping; `field`), NotFound (no such run), FileRefused, Cancelled.
        """
        self._store.require_writable()
        work = job or Job()
        options = checked(options)
        self._check_run(options)
        if isinstance(source.handle, JUnitFile):
            resolved: dict[str, str] = {}
            rows = Rows(source.handle.records, (), ())
            sha256 = source.handle.sha256
            if source.handle.started and not (options.run and options.run.started):
                run = options.run or _details(source)
                options = replace(options, run=replace(run, started=source.handle.started))
        else:
            table = cast("RecordTable", source.handle)
            resolved = record_mapping.resolve(source.kind, mapping, source.headings)
            extra = source.kind not in _NOT_KEPT and (not source.ours or source.kind in _PLANNED)
            used = resolved
            if source.kind is RecordKind.ACTIVITIES:
                self._check_plan(options)
                options = with_unit(options, resolved.get("duration", ""))
                table, used = numbered(table, resolved)
            if source.kind is RecordKind.QUESTIONS:
                self._check_request(options)
                table, used = numbered(table, resolved, "Q{}")
            rows = records_of(table, source.kind, used, clear_blanks=options.clear_blanks, extra=extra, job=work)
            if used.get("key") not in source.headings and source.kind in (RecordKind.ACTIVITIES, RecordKind.QUESTIONS):
                rows = replace(rows, numbered=True)
            sha256 = table.file_sha256
        work.report("Comparing with what is here", 0, len(rows.records), source.kind.words)
        with self._store.reading() as connection:
            plan = self._plan(connection, source, rows, options, sha256)
        work.check()
        changes = (*plan.changes, *rows.refused)
        order = {ChangeKind.MISSING: 1}
        return StagedRecords(
            source=source,
            options=options,
            mapping=resolved,
            counts=plan.counts(len(rows.refused)),
            changes=tuple(sorted(changes, key=lambda one: (order.get(one.change, 0), one.row or 0))),
            notes=(
                *source.notes,
                *self._of_another(source, options),
                *rows.notes,
                *plan.notes,
                *_unkept(source, resolved),
            ),
            handle=_Staged(rows, sha256, _told(plan)),
        )

    def commit(self, staged: StagedRecords, job: Job | None = None) -> ImportedRecords:
        """Take the rows; one step to undo. Raises FileRefused when the records changed since the dry run, Cancelled."""
        work = job or Job()
        source, options = staged.source, staged.options
        handle = cast("_Staged", staged.handle)
        at = self._clock()
        title = _title(source.kind, staged.counts)
        body = {
            "file": source.path.name,
            "sha256": handle.sha256,
            "mapping": dict(staged.mapping),
            "counts": {kind.value: count for kind, count in staged.counts.items() if count},
        }
        work.report("Writing", 0, 0, source.kind.words)
        import_id: int | None = None
        with self._store.edit(
            action=f"{source.kind.value}.import",
            title=title,
            subjects=_SUBJECTS[source.kind],
            actor=self._actor,
            at=at,
            body=body,
        ) as edit:
            plan = self._plan(edit.connection, source, handle.rows, options, handle.sha256)
            if _told(plan) != handle.told:
                raise FileRefused(
                    f"The {source.kind.words} here were changed since the difference was shown.",
                    safe="Nothing was imported.",
                    todo="Look at the difference once more and import then.",
                )
            applied = Applied(run_id=plan.run_id)
            if plan.work:
                import_id = self._note(edit, staged, handle.sha256)
                applied = plan.apply(edit, import_id)
                edit.insert_many(
                    "record_change",
                    record_imports.CHANGE_COLUMNS,
                    [
                        (import_id, kind.value, row_id, change.change.value, _json(change))
                        for kind, row_id, change in applied.records
                    ],
                )
                key = record_mapping.remembered_as(source.kind, source.headings)
                if staged.mapping:
                    heading_maps.remember(edit.connection, key, staged.mapping, at)
            work.check()
        if import_id is None:
            return ImportedRecords(
                Changes(), None, staged.counts, plan.run_id, already=True, plan_id=plan.plan_id,
                request_id=plan.request_id,
            )  # fmt: skip
        count = sum(staged.counts.get(kind, 0) for kind in _TOLD)
        changes = Changes.of(*_SUBJECTS[source.kind], title=title, count=count)
        taken = (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.BACK)
        first = next((row for kind, row, one in applied.records if kind is source.kind and one.change in taken), None)
        return ImportedRecords(
            changes, import_id, staged.counts, applied.run_id, first=first, plan_id=applied.plan_id,
            request_id=applied.request_id,
        )  # fmt: skip

    def history(self, kind: RecordKind, record_id: int) -> tuple[PastChange, ...]:
        """What imports changed in one record, newest first."""
        return past_changes(self._store.read(), kind, record_id)

    def past(self) -> tuple[PastImport, ...]:
        """Imports that were made, newest first."""
        with self._store.reading() as connection:
            back = record_imports.back_counts(connection)
            rows = record_imports.imports(connection)
        return tuple(
            PastImport(
                id=row.id,
                kind=RecordKind(row.kind),
                file_name=row.file_name,
                file_sha256=row.file_sha256,
                source=row.source,
                version=row.version,
                counts={
                    ChangeKind.ADDED: row.added,
                    ChangeKind.CHANGED: row.changed,
                    ChangeKind.UNCHANGED: row.unchanged,
                    ChangeKind.MISSING: row.missing,
                    ChangeKind.BACK: back.get(row.id, 0),
                    ChangeKind.REFUSED: row.refused,
                },
                imported_at=row.imported_at,
                imported_by=row.imported_by,
            )
            for row in rows
        )

    # -- inside -------------------------------------------------------------------------------------------------------

    def _plan(  # noqa: PLR0911 - one for each kind
        self, connection: Connection, source: RecordSource, rows: Rows, options: ImportOptions, sha256: str
    ) -> Plan:
        day = today(self._clock).isoformat()
        # A row that cannot be taken is in the file all the same: its record is not missing.
        refused = frozenset(one.key for one in rows.refused)
        places = {one.key: one.row for one in rows.refused}
        context = Context(connection, options, source.path.name, sha256, day, refused, source.ours, places)
        match source.kind:
            case RecordKind.REQUIREMENTS:
                return plan_requirements(context, rows.records)
            case RecordKind.CASES:
                return plan_cases(context, rows.records)
            case RecordKind.RESULTS:
                title = _details(source).title
                at = timestamp(self._clock())
                return plan_results(context, rows.records, actor=self._actor, at=at, default_title=title)
            case RecordKind.DEFECTS:
                return plan_defects(context, rows.records, self._pit.severities())
            case RecordKind.WORK_OFF:
                return plan_work_off(context, rows.records)
            case RecordKind.DELIVERABLES:
                return plan_deliverables(context, rows.records, self._pit)
            case RecordKind.ACTIVITIES:
                at = timestamp(self._clock())
                return plan_activities(context, rows.records, self._cutover, self._actor, at, numbered=rows.numbered)
            case RecordKind.QUESTIONS:
                return plan_questions(context, rows.records, self._requests, numbered=rows.numbered)

    def _check_run(self, options: ImportOptions) -> None:
        if options.into_run is None:
            return
        found = test_runs.runs(self._store.read(), [options.into_run])
        if not found:
            raise NotFound("This run is not there any more.", todo="Choose another one.")
        if found[0].finished:
            raise InvalidInput(
                f"The run {found[0].ref} was finished on {found[0].finished}.",
                field="into_run",
                todo="Open it again, or import the results as a run of their own.",
            )

    def _check_plan(self, options: ImportOptions) -> None:
        if options.plan is None:
            if not options.new_plan:
                raise InvalidInput(
                    "Nothing says which cutover plan the activities go into.",
                    field="plan",
                    safe="Nothing was imported.",
                    todo="Choose a plan, or give the title of a new one.",
                )
            return
        found = next((one for one in self._cutover.plans() if one.id == options.plan), None)
        if found is None:
            raise NotFound("This cutover plan is not there any more.", todo="Choose another one.")
        if found.details.closed:
            raise InvalidInput(
                f"The plan {found.ref} was closed on {found.details.closed}.",
                field="plan",
                todo="Open it again, or take the activities into a new plan.",
            )

    def _check_request(self, options: ImportOptions) -> None:
        if options.request is not None:
            self._requests.must_be_open(options.request)
        elif not options.new_request:
            raise InvalidInput(
                "Nothing says which information request the questions go into.",
                field="request",
                safe="Nothing was imported.",
                todo="Choose a request, or give the title of a new one.",
            )

    def _of_another(self, source: RecordSource, options: ImportOptions) -> tuple[str, ...]:
        """That our own file was written from another plan than the one that it goes into."""
        into = next((one for one in self._cutover.plans() if one.id == options.plan), None)
        if not source.plan_ref or into is None or source.plan_ref.casefold() == into.ref.casefold():
            return ()
        return (
            f"This file was written from {source.plan_ref}, and goes into {into.ref} ({into.name}): "
            "activities with the same ids are taken to be the same.",
        )

    def _note(self, edit: Edit, staged: StagedRecords, sha256: str) -> int:
        """Write down that the file was taken; returns the import's id."""
        source, counts = staged.source, staged.counts
        return edit.insert(
            "record_import",
            {
                "kind": source.kind.value,
                "file_name": source.path.name,
                "file_sha256": sha256,
                "format": source.format,
                "sheet": source.sheet,
                "mapping": json.dumps(dict(staged.mapping), ensure_ascii=False),
                "source": staged.options.source.strip(),
                "version": staged.options.version.strip(),
                "added": counts.get(ChangeKind.ADDED, 0),
                "changed": counts.get(ChangeKind.CHANGED, 0),
                "unchanged": counts.get(ChangeKind.UNCHANGED, 0),
                "missing": counts.get(ChangeKind.MISSING, 0),
                "refused": counts.get(ChangeKind.REFUSED, 0),
                "imported_at": timestamp(self._clock()),
                "imported_by": self._actor,
            },
        )


def _of_junit(path: Path, file: JUnitFile) -> RecordSource:
    """A JUnit file as a source: nothing is to be mapped; headings and samples are for looking at it."""
    names = ("key", "title", "status", "seconds", "executed", "message", "reason")
    titles = by_name(RecordKind.RESULTS)
    headings = tuple(titles[name].title for name in names)
    samples = tuple(
        tuple({"key": record.key, **record.values}.get(name, "") for name in names) for record in file.records[:SAMPLES]
    )
    count = f"{file.tests:,} test{'' if file.tests == 1 else 's'}"
    return RecordSource(
        path=path,
        kind=RecordKind.RESULTS,
        format=JUNIT,
        headings=headings,
        samples=samples,
        sheets=(),
        sheet="",
        notes=(f"JUnit XML with {count}.", *file.notes),
        suggestions={},
        handle=file,
        rows=len(file.records),
    )


def _details(source: RecordSource) -> RunDetails:
    """A run of which the person says nothing is called as the file."""
    return RunDetails(title=source.path.stem)


def _unkept(source: RecordSource, mapping: Mapping[str, str]) -> list[str]:
    """What becomes of the headings that are mapped to nothing."""
    if source.format == JUNIT:
        return []
    rest = [heading for heading in source.headings if heading not in mapping.values()]
    if not rest or source.ours:
        return []
    shown = ", ".join(rest[:5]) + (f" and {len(rest) - 5} more" if len(rest) > 5 else "")
    if source.kind in (*_NOT_KEPT, RecordKind.DELIVERABLES):
        return [f"Headings that are mapped to nothing and left out: {shown}."]
    return [f"Headings that are mapped to nothing and kept beside each record as they stand: {shown}."]


def _told(plan: Plan) -> tuple[object, ...]:
    return (tuple(plan.changes), plan.unchanged, plan.work, tuple(plan.notes))


def _title(kind: RecordKind, counts: Mapping[ChangeKind, int]) -> str:
    """The title of the step: Import requirements: 20 added, 3 changed."""
    told = [f"{counts[one]:,} {one.value}" for one in _TOLD if counts.get(one)]
    return f"Import {kind.words}: {', '.join(told) or 'nothing new'}"


def _json(change: RecordChange) -> str:
    fields = change.fields if change.change is not ChangeKind.MISSING else {}
    return json.dumps({name: list(pair) for name, pair in fields.items()}, ensure_ascii=False)
