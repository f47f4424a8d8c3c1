"""The sample participant's cutover: its own milestones, two plans, a rehearsal, and three declarations.

Everything goes in as a person would bring it: a starter plan, a runbook from a spreadsheet and its newer version,
ticks, a file dropped on an activity, a signed declaration that is superseded, one that waits for the director.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

from desktop.app import Workspace
from desktop.cutover.model import ActivityEdit, PlanDetails
from desktop.declarations.model import DeclarationDetails, DeclarationState, PdfPrinter, SignatoryWords
from desktop.evidence.model import EvidenceDetails, Target, TargetKind
from desktop.jobs import Job
from desktop.records.model import ImportOptions, RecordKind
from desktop.sample.cutover_rows import FIRST_VERSION, SECOND_VERSION, SOURCE, runbook
from desktop.sample.testing_files import document
from desktop.uk_time import Moment

PLANNED, BASELINED, WRITTEN_UP, FIRST_TICKS, DECLARED, NEWER, SUPERSEDED, PREPARED = (
    date(2026, 10, 19), date(2026, 10, 23), date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 13),
    date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 19),
)  # fmt: skip

REHEARSED = date(2026, 10, 31)
"""The Saturday on which it was practised; it was written up on the Monday after."""

LEAD, DIRECTOR = "Morgan Reed", "Alex Hartley"
PASSPHRASE = "made-up sample passphrase"  # noqa: S105 - nothing real is behind it
"""Of the made-up director's key file; the guide tells it, so that signing can be tried."""


def steps(
    workspace: Workspace, scratch: Path, job: Job, printer: PdfPrinter | None = None
) -> tuple[tuple[date, str, Callable[[], None]], ...]:
    """What the sample participant did, in order: the day, what to say meanwhile, and the step itself."""
    work = _Work(workspace, scratch, job, printer)
    return (
        (PLANNED, "Planning the sample's cutover", work.plan),
        (BASELINED, "Keeping the baseline of the sample's plans", work.baseline),
        (WRITTEN_UP, "Rehearsing the sample's go-live", work.rehearse),
        (FIRST_TICKS, "Ticking the sample's first activities", work.tick),
        (DECLARED, "Signing the sample's declaration", work.declare),
        (NEWER, "Importing a newer version of the sample's runbook", work.newer),
        (SUPERSEDED, "Superseding the sample's declaration", work.supersede),
        (PREPARED, "Preparing the sample's next declaration", work.prepare),
    )


class _Work:
    """One after the other; each step stands on the ones before."""

    def __init__(self, workspace: Workspace, scratch: Path, job: Job, printer: PdfPrinter | None) -> None:
        self.workspace, self.scratch, self.job, self.printer = workspace, scratch, job, printer
        self.activation = self.go_live = self.declaration = 0

    def plan(self) -> None:
        """Own milestones, the suggested plan of service activation, and the runbook."""
        milestones, cutover = self.workspace.milestones, self.workspace.cutover
        weekend, _ = milestones.add("Go-live weekend", baseline=date(2026, 12, 5), note="Agreed with the provider.")
        milestones.add("PAB meeting for our approval", baseline=date(2026, 12, 17), note="Target given by Elexon.")
        self.activation, _ = cutover.take("service_activation")
        cutover.edit(self._ids(self.activation), ActivityEdit(owner=LEAD))
        self.go_live, _ = cutover.add_plan(PlanDetails("Go-live of the new interfaces", weekend))
        self._import(FIRST_VERSION)

    def baseline(self) -> None:
        """What is planned now is what will be compared with."""
        self.workspace.cutover.set_baseline(self.go_live)
        self.workspace.cutover.set_baseline(self.activation)

    def rehearse(self) -> None:
        """The weekend is practised on a Saturday; one check fails and is done again."""
        cutover = self.workspace.cutover
        rehearsal, _ = cutover.rehearse(self.go_live)
        despite = "Rehearsed out of its time."
        for key, hour, minute, outcome, remark in _REHEARSED:
            at = Moment(REHEARSED, time(hour, minute))
            found = [cutover.activity_id(rehearsal, key)]
            cutover.tick(found, at=at, by=LEAD, outcome=outcome, remark=remark, despite=despite)

    def tick(self) -> None:
        """The first activities are done, with a proof; one of them late."""
        cutover = self.workspace.cutover
        letter = self.scratch / "letter-of-the-provider.pdf"
        letter.write_bytes(document(["The billing provider confirms the weekend of 5 December 2026 (made up)"]))
        self._prove(letter, "Letter of the billing provider", self._id("GL-01"))
        cutover.tick([self._id("GL-01")], at=Moment(date(2026, 11, 2)), by=LEAD)
        first = self._ids(self.activation)[0]
        cutover.start([first], at=Moment(date(2026, 11, 2)), by=LEAD, despite="Begun early.")

    def declare(self) -> None:
        """The director signs that the data cleanse is far enough."""
        declarations = self.workspace.declarations
        declarations.keys.make(DIRECTOR, passphrase=PASSPHRASE)
        self.declaration, _ = declarations.prepare(
            DeclarationDetails("data_cleanse", plan_id=self.go_live, due="2026-11-13", prepared_by=LEAD)
        )
        self._answer(self.declaration)
        self._sign(self.declaration)
        declarations.say(self.declaration, DeclarationState.SUBMITTED, recipient="BSC", note="Sent by e-mail.")

    def newer(self) -> None:
        """Version 1.1 of the runbook changes two activities; one of them was done."""
        self.workspace.cutover.tick([self._id("GL-02")], at=Moment(date(2026, 11, 16)), by=LEAD)
        self._import(SECOND_VERSION)

    def supersede(self) -> None:
        """The declaration was too narrow: a second version takes its place."""
        declarations = self.workspace.declarations
        second, _ = declarations.new_version(self.declaration, "The advanced segment was left out.")
        self._sign(second)

    def prepare(self) -> None:
        """The declaration of readiness waits for the director; the regression test is under way."""
        cutover, declarations = self.workspace.cutover, self.workspace.declarations
        cutover.start([self._id("GL-03")], at=Moment(date(2026, 11, 9)), by="Billing provider")
        waiting, _ = declarations.prepare(
            DeclarationDetails(
                "cutover_readiness", plan_id=self.go_live, activity_id=self._id("GL-07"), due="2026-12-04",
                prepared_by=LEAD,
            )
        )  # fmt: skip
        self._answer(waiting)

    # -- parts of them -------------------------------------------------------------------------------------------------

    def _ids(self, plan_id: int) -> list[int]:
        return [one.id for one in self.workspace.cutover.plan(plan_id).activities]

    def _id(self, key: str) -> int:
        return self.workspace.cutover.activity_id(self.go_live, key)

    def _import(self, version: str) -> None:
        book = self.scratch / f"sample-go-live-runbook-{version}.xlsx"
        runbook(book, version)
        imports = self.workspace.record_imports
        source = imports.read(book, RecordKind.ACTIVITIES, self.job)
        try:
            mapping = {name: one.heading for name, one in source.suggestions.items()}
            options = ImportOptions(source=SOURCE, version=version, plan=self.go_live)
            imports.commit(imports.stage(source, mapping, options, self.job), self.job)
        finally:
            imports.close(source)

    def _prove(self, file: Path, title: str, activity_id: int) -> None:
        self.workspace.evidence.add(
            [file],
            EvidenceDetails(title=title, collected="2026-11-02"),
            [Target(TargetKind.ACTIVITY, activity_id)],
            job=self.job,
        )

    def _answer(self, declaration_id: int) -> None:
        declarations = self.workspace.declarations
        for question, answer in declarations.sheet(declaration_id).answers:
            if not answer and question.id in _ANSWERS:
                declarations.answer(declaration_id, question.id, _ANSWERS[question.id])

    def _sign(self, declaration_id: int) -> None:
        declarations = self.workspace.declarations
        sheet = declarations.sheet(declaration_id)
        words = SignatoryWords(DIRECTOR, "Director", "director", confirmed=True)
        declarations.sign(
            declaration_id, words, digest=sheet.digest, passphrase=PASSPHRASE, printer=self.printer
        )  # fmt: skip


_ANSWERS = {
    "scope": "Both segments under the MPID DESK: smart and advanced.",
    "rehearsed": "yes",
    "way_back": "The old interface stays in place until the decision on Sunday at 14:00; back within three hours.",
    "contact": "Morgan Reed, cutover lead, on the number in the contact list, all weekend.",
    "portfolio": "The extract of October 2026, checked with all checks that need no industry table.",
    "plan_for_rest": "Fix lists go to the distributor and the meter operator each month.",
    "finished_by": "2027-03-31",
}

_REHEARSED = (
    ("GL-09", 9, 10, "", ""), ("GL-10", 12, 40, "", ""), ("GL-11", 16, 20, "", ""), ("GL-12", 18, 30, "", ""),
    ("GL-13", 19, 45, "fail", "One message came back: the certificate was that of the test environment."),
    ("GL-14", 20, 30, "pass", ""),
)  # fmt: skip
