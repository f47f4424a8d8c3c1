"""The sample participant's testing: a plan with gates, requirements traced to cases, two runs, defects, evidence.

Everything goes in as a person would bring it: requirements from a workbook with title rows, cases from CSV, results
from JUnit XML and from CSV, files as evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, View
from desktop.evidence.model import EvidenceDetails, Redaction, Target, TargetKind
from desktop.jobs import Job
from desktop.pit.model import DeliverableEdit, DeliverableStatus, RelianceDetails, RelianceStatus
from desktop.records.model import ImportedRecords, ImportOptions, RecordKind, RunDetails
from desktop.sample import testing_files as files
from desktop.sample.testing_rows import (
    CHANGED_IN_SECOND,
    DEFECTS,
    FIRST_VERSION,
    RELIED_ON,
    ROWS,
    SECOND_VERSION,
    SOURCE,
)
from desktop.testing.model import DefectDetails, DefectStatus, RequirementEdit, ResultEdit, Status, WorkOffDetails

PLANNED, CASES_IN, ENTERED, FIRST_RUN, NEW_VERSION, SECOND_RUN, NOW = (
    date(2026, 9, 22), date(2026, 9, 30), date(2026, 10, 6), date(2026, 10, 14), date(2026, 11, 4), date(2026, 11, 12),
    date(2026, 11, 19),
)  # fmt: skip


COLLECTOR = "Morgan Reed"


def steps(workspace: Workspace, scratch: Path, job: Job) -> tuple[tuple[date, str, Callable[[], None]], ...]:
    """What the sample participant did, in order: the day, what to say meanwhile, and the step itself.

    The steps raise Cancelled. `scratch` is a folder for the files that are brought in.
    """
    work = _Work(workspace, scratch, job)
    return (
        (PLANNED, "Planning the sample's tests", work.plan),
        (CASES_IN, "Importing the sample's requirements and cases", work.requirements),
        (ENTERED, "Passing the sample's first gate", work.enter),
        (FIRST_RUN, "Importing the sample's first results", work.first_run),
        (NEW_VERSION, "Importing a newer version of the requirements", work.new_version),
        (SECOND_RUN, "Testing the sample again", work.second_run),
        (NOW, "Gathering the sample's evidence", work.gather),
    )


class _Work:
    """One after the other; each step stands on the ones before."""

    def __init__(self, workspace: Workspace, scratch: Path, job: Job) -> None:
        self.workspace, self.scratch, self.job = workspace, scratch, job

    def plan(self) -> None:
        """Gates with their days, the suggested deliverables, owners."""
        pit = self.workspace.pit
        pit.set_gate("pit_entry", baseline=date(2026, 10, 5))
        pit.set_gate("pit_exit", baseline=date(2026, 12, 4))
        pit.set_gate("qt_entry", baseline=date(2027, 1, 18))
        pit.set_gate("qt_exit", baseline=date(2027, 3, 26))
        pit.take()
        pit.edit([one.id for one in pit.deliverables()], DeliverableEdit(owner=COLLECTOR))

    def enter(self) -> None:
        """The first gate is passed with what was due for it."""
        pit = self.workspace.pit
        pit.set_gate("pit_entry", actual=ENTERED, note="One day late: the distributor's test data came late.")
        for one in pit.deliverables():
            if one.gate == "pit_entry":
                late = one.title == "Test data and environment readiness"
                day = ENTERED if late else one.planned
                done = DeliverableEdit(status=DeliverableStatus.ACCEPTED, actual=day, reviewer="Code Bodies")
                pit.edit([one.id], done)

    def requirements(self) -> None:
        """The requirements document and the participant's own cases."""
        book = self.scratch / "sample-rttm-v1.0.xlsx"
        files.requirements_workbook(book, FIRST_VERSION)
        self._take(book, RecordKind.REQUIREMENTS, ImportOptions(source=SOURCE, version=FIRST_VERSION))
        cases = self.scratch / "sample-test-cases.csv"
        files.cases_table(cases)
        self._take(cases, RecordKind.CASES, ImportOptions(source="Sample cases (made up)", version="v1"))

    def first_run(self) -> None:
        """The functional results out of the test tool, the others out of a spreadsheet; what failed has a defect."""
        tool = [(title, first) for row in ROWS if row.stage == "Functional" for title, first, _ in row.cases]
        hand = [(title, first) for row in ROWS if row.stage != "Functional" for title, first, _ in row.cases]
        report = self.scratch / "sample-junit.xml"
        files.junit_report(report, tool)
        about = RunDetails(
            "PIT functional, first run", "Functional", "pit_exit", "Billing 8.2, flow manager 5.1, test hub",
            COLLECTOR, FIRST_RUN.isoformat(), FIRST_RUN.isoformat(),
        )  # fmt: skip
        self._take(report, RecordKind.RESULTS, ImportOptions(complete=False, run=about))
        sheet = self.scratch / "sample-other-results.csv"
        files.results_table(sheet, hand, FIRST_RUN.isoformat())
        others = RunDetails(
            "PIT migration, non-functional and operational", "", "pit_exit", "Billing 8.2, flow manager 5.1",
            COLLECTOR, FIRST_RUN.isoformat(), FIRST_RUN.isoformat(),
        )  # fmt: skip
        self._take(sheet, RecordKind.RESULTS, ImportOptions(complete=False, run=others))
        for title, severity, status, owner, case in DEFECTS:
            details = DefectDetails(
                title, severity=severity, status=DefectStatus.OPEN, owner=owner, raised=FIRST_RUN.isoformat(),
                due="2026-11-27" if status != "closed" else "2026-11-06",
            )  # fmt: skip
            self.workspace.defects.save(details, result_ids=self._results(case)[:1])

    def new_version(self) -> None:
        """A newer document changes one requirement: its cases ask to be looked at."""
        book = self.scratch / "sample-rttm-v1.1.xlsx"
        files.requirements_workbook(book, SECOND_VERSION)
        taken = self._take(book, RecordKind.REQUIREMENTS, ImportOptions(source=SOURCE, version=SECOND_VERSION))
        assert sum(taken.counts.values()) == len(ROWS), "the sample's requirements were not all taken"
        assert len(CHANGED_IN_SECOND) == 1
        self.workspace.pit.save_reliance(
            RelianceDetails(
                "Flowline Software (made up)", "Flow manager 5.1",
                "Resilience and response times of the flow manager; its interfaces to billing are tested here.",
                RelianceStatus.AGREED, "Placing Reliance Proposal of 2 November 2026", "Sample Code Body", "2026-11-03",
                "2027-05-31",
            )
        )  # fmt: skip
        reliance = self.workspace.pit.reliances()[0].id
        self.workspace.requirements.edit_requirements(
            [self._requirement(place) for place in RELIED_ON], RequirementEdit(reliance_id=reliance)
        )

    def second_run(self) -> None:
        """What had not passed is tested again; one defect stays, one is put off with an agreement."""
        runs, defects = self.workspace.test_runs, self.workspace.defects
        again = {title: second for row in ROWS for title, _, second in row.cases if second}
        cases = self.workspace.trace.cases()
        ids = {str(key): row_id for key, row_id in zip(_column(cases, "key"), cases.ids(0, cases.count()), strict=True)}
        keys = files.case_keys()
        run, _ = runs.start(
            RunDetails("PIT retest after mends", "Regression", "pit_exit", "Billing 8.3, flow manager 5.1",
                       COLLECTOR, SECOND_RUN.isoformat()),
            [ids[keys[title]] for title in again],
        )  # fmt: skip
        table = runs.table(run)
        results = {
            str(key): row_id for key, row_id in zip(_column(table, "key"), table.ids(0, table.count()), strict=True)
        }
        for status in dict.fromkeys(again.values()):
            of_it = [results[keys[title]] for title, becomes in again.items() if becomes == status]
            if status != Status.NOT_RUN:
                runs.set_results(of_it, ResultEdit(status=Status(status)))
        failed = results[keys["IF-031 sent and rejected"]]
        for position, status in ((1, Status.PASSED), (2, Status.PASSED), (3, Status.FAILED)):
            remark = "The rejection is stored but no screen shows it." if status is Status.FAILED else ""
            runs.set_step(failed, position, status, remark=remark)
        found = {one.details.title: one for one in defects.defects()}
        for title, _, wanted, _, _ in DEFECTS:
            one = found[title]
            defects.edit([one.id], status=DefectStatus(wanted))
        put_off = found["A gap in half-hourly data is billed as zero"]
        defects.save_work_off(
            WorkOffDetails(
                "Bill gaps in half-hourly data by estimate",
                "Mended in billing 8.4; until then gaps are found by report.", put_off.id, owner="Billing team",
                due="2027-01-29", agreed_by="Sample Code Body", agreed_on="2026-11-16",
            )
        )  # fmt: skip
        defects.save_work_off(
            WorkOffDetails("Show the rejection of IF-031 on the work list",
                           defect_id=found["Rejected IF-031 is not shown to anybody"].id, owner="Systems team",
                           due="2026-11-18")
        )  # fmt: skip

    def gather(self) -> None:
        """Logs and screenshots on results, documents on deliverables; one was replaced and asks to be confirmed."""
        evidence, pit = self.workspace.evidence, self.workspace.pit
        self._report_progress()
        passed = self.workspace.test_runs.table(None)
        passed.apply(View(filters=(Filter("status", Op.IS_ANY, (Status.PASSED.value,)),), sort="key"))
        titles = {str(key): title for title, key in files.case_keys().items()}
        shown = zip(passed.ids(0, passed.count()), _column(passed, "key"), strict=True)
        for place, (result, key) in enumerate(shown):
            if place % 6 == 5:
                continue  # some passed results have no evidence yet: the matrix says so
            title = titles[str(key)]
            log = self.scratch / f"{key} log.txt"
            log.write_text(files.log_text(title, SECOND_RUN.isoformat()), encoding="utf-8")
            details = EvidenceDetails(
                f"Log of {key}: {title}",
                author="Test tool",
                collector=COLLECTOR,
                collected=SECOND_RUN.isoformat(),
                tags=("log",),
            )
            evidence.add([log], details, [Target(TargetKind.RESULT, result)], self.job)
        screen = EvidenceDetails(
            "Customer record with PUB-031 shown",
            author=COLLECTOR,
            collector=COLLECTOR,
            collected=SECOND_RUN.isoformat(),
            redaction=Redaction.NEEDED,
            tags=("screenshot",),
        )
        taken = self._results("PUB-031 taken")
        evidence.add_bytes(files.picture(), "PUB-031 in the customer record.png", screen,
                           [Target(TargetKind.RESULT, one) for one in taken])  # fmt: skip
        report = self.scratch / "flow-manager-test-report.pdf"
        report.write_bytes(files.document(["Flow manager 5.1: test report (made up)", "Outage of 72 hours: passed",
                                           "Second site within four hours: passed"]))  # fmt: skip
        rests = [Target(TargetKind.RELIANCE, pit.reliances()[0].id)]
        vendors = EvidenceDetails(
            "Vendor's test report of the flow manager",
            author="Flowline Software",
            collector=COLLECTOR,
            expires="2026-12-12",
            tags=("vendor",),
        )
        evidence.add([report], vendors, rests, self.job)
        plan = next(one for one in pit.deliverables() if one.title == "PIT plan")
        first = self.scratch / "sample-pit-plan.pdf"
        first.write_bytes(files.document(["PIT plan of the sample participant v1.0 (made up)"]))
        planned = EvidenceDetails("PIT plan as submitted", collector=COLLECTOR, tags=("plan",))
        (item,) = evidence.add([first], planned, [Target(TargetKind.DELIVERABLE, plan.id)], self.job).ids
        first.write_bytes(files.document(["PIT plan of the sample participant v1.1 (made up)", "Retest added"]))
        evidence.replace(item, first, "A retest was added", self.job)
        evidence.index(self.job)

    def _report_progress(self) -> None:
        """Where the deliverables for the next gate stand: some under way, one handed over, one behind its day."""
        pit = self.workspace.pit
        for one in pit.deliverables():
            if one.title == "Placing reliance proposal":
                pit.edit([one.id], DeliverableEdit(status=DeliverableStatus.ACCEPTED, actual=date(2026, 11, 2)))
            elif one.gate == "pit_exit":
                change = DeliverableEdit(status=DeliverableStatus.IN_PROGRESS, current=date(2026, 12, 2))
                if one.title == "PIT results with evidence":
                    change = DeliverableEdit(
                        status=DeliverableStatus.RETURNED, reviewer="Code Bodies",
                        remarks="Five passed cases have no evidence yet.",
                    )  # fmt: skip
                pit.edit([one.id], change)

    def _take(self, path: Path, kind: RecordKind, options: ImportOptions) -> ImportedRecords:
        """Import a file with the suggested mapping, as a person who finds nothing to change in it."""
        imports = self.workspace.record_imports
        source = imports.read(path, kind, self.job)
        try:
            mapping = {field: one.heading for field, one in source.suggestions.items()}
            return imports.commit(imports.stage(source, mapping, options, self.job), self.job)
        finally:
            imports.close(source)

    def _requirement(self, place: int) -> int:
        table = self.workspace.trace.requirements()
        table.apply(View(filters=(Filter("key", Op.IS_ANY, (files.requirement_key(place),)),)))
        return table.ids(0, 1)[0]

    def _results(self, title: str) -> list[int]:
        """Results of a case, newest first."""
        table = self.workspace.test_runs.table(None)
        table.apply(
            View(filters=(Filter("key", Op.IS_ANY, (files.case_keys()[title],)),), sort="executed", descending=True)
        )
        return table.ids(0, table.count())


def _column(table: object, key: str) -> list[object]:
    """The cells of one column of all rows of a table's view."""
    from desktop.browse.frame_table import FrameTable

    assert isinstance(table, FrameTable)
    return table.frame(0, table.count())[key].to_list()
