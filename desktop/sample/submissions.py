"""What the sample participant handed over: a report that was reviewed, an RTTM that came back, a request half answered.

Everything goes in as a person would bring it: frozen, exported, said to be sent, a reviewer's copy in Excel that comes
back, a recipient's template that is mapped once, a newer version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from desktop.app import Workspace
from desktop.jobs import Job
from desktop.report.privacy import MpanChoice
from desktop.requests.model import QuestionDetails, RequestDetails
from desktop.sample.submission_files import answers_form
from desktop.submissions.content import KEY
from desktop.submissions.model import EventKind, Scope, SubmissionDetails
from desktop.submissions.workbook import COMMENTS_TAB

REPORTED, RECEIVED, REVIEWED, ASKED, MATRIX_SENT, ANSWERED, MATRIX_BACK, SUPERSEDED, PREPARED = (
    date(2026, 10, 23), date(2026, 10, 26), date(2026, 11, 4), date(2026, 11, 5), date(2026, 11, 6), date(2026, 11, 12),
    date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 23),
)  # fmt: skip


def steps(workspace: Workspace, scratch: Path, job: Job) -> tuple[tuple[date, str, Callable[[], None]], ...]:
    """What the sample participant did, in order: the day, what to say meanwhile, and the step itself."""
    work = _Work(workspace, scratch, job)
    return (
        (REPORTED, "Freezing the sample's data cleanse report", work.report),
        (RECEIVED, "Noting the sample's receipts", work.receive),
        (REVIEWED, "Taking in a reviewer's copy", work.review),
        (ASKED, "Entering the sample's information requests", work.ask),
        (MATRIX_SENT, "Handing over the sample's RTTM", work.send_matrix),
        (ANSWERED, "Answering the sample's first information request", work.answer),
        (MATRIX_BACK, "Noting what came back on the sample's RTTM", work.matrix_back),
        (SUPERSEDED, "Freezing the next version of the sample's RTTM", work.next_matrix),
        (PREPARED, "Preparing the sample's next submissions", work.prepare),
    )


class _Work:
    """One after the other; each step stands on the ones before."""

    def __init__(self, workspace: Workspace, scratch: Path, job: Job) -> None:
        self.workspace, self.scratch, self.job = workspace, scratch, job
        self.cleanse = self.matrix = self.first = 0

    def report(self) -> None:
        """The data cleanse report of October goes to BSC and REC."""
        details = SubmissionDetails(
            "cleanse_report",
            recipients=("BSC", "REC"),
            due="2026-10-30",
            mpan_choice=MpanChoice.LAST_FOUR,
            covering="The report of October. What is open at the distributor is marked as sent.",
            note="Ring the analyst if nothing comes by mid November.",
        )
        self.cleanse = self._sent(details, "Sent by e-mail.")

    def receive(self) -> None:
        """BSC gives a receipt and begins to read; REC says nothing."""
        submissions = self.workspace.submissions
        submissions.say(self.cleanse, EventKind.RECEIVED, "BSC", their_ref="PA-2026-1187", note="Receipt by e-mail.")
        submissions.say(self.cleanse, EventKind.IN_REVIEW, "BSC")

    def review(self) -> None:
        """The workbook comes back from BSC with two rows in its comments log."""
        came = self._reviewed(self.cleanse, "reviewed-by-bsc.xlsx", _COMMENTS)
        reviews = self.workspace.reviews
        review = reviews.read(came, recipient="BSC", job=self.job)
        reviews.take(came, review, recipient="BSC")
        first = reviews.comments(self.cleanse)[0]
        reviews.answer(first.id, "The rows at the distributor were sent on 22 October; the reply is due by December.")

    def ask(self) -> None:
        """The Programme asks twice: the first request is answered in full, of the second three in four."""
        requests = self.workspace.requests
        self.first = self._request("Contacts for the cutover (made up)", "PPIR 38 (made up)", "2026-11-13", _CONTACTS)
        second = self._request("Readiness of small suppliers (made up)", "PPIR 41 (made up)", "2026-12-03", _QUESTIONS)
        requests.edit(second, replace(requests.get(second).details, note="Ask the provider about the last one."))
        self.workspace.submissions.prepare(
            SubmissionDetails("info_request", scope=Scope(request_id=second), recipients=("MCC",))
        )

    def answer(self) -> None:
        """The form is mapped once; the answers go into it, and are accepted."""
        submissions, templates = self.workspace.submissions, self.workspace.templates
        form = self.scratch / "programme-answers-form.xlsx"
        answers_form(form)
        kept, _ = templates.add(
            form, recipient="MCC", kind="info_request", title="Answers form (made up)", document="v1.0"
        )
        details = SubmissionDetails("info_request", scope=Scope(request_id=self.first), recipients=("MCC",))
        made, _ = submissions.prepare(details)
        mapping = templates.suggest(templates.spots(kept.id, self.job), submissions.content(made, self.job))
        (answers,) = mapping.tables
        columns = (("A", KEY), *(one for one in answers.columns if one[0] != "A"))
        templates.save_mapping(kept.id, replace(mapping, tables=(replace(answers, columns=columns),)))
        submissions.freeze(made, self.job)
        submissions.export(made, self._folder("answers"), job=self.job)
        submissions.say(made, EventKind.HANDED_OVER, "MCC", note="Sent by e-mail.")
        submissions.say(made, EventKind.RECEIVED, "MCC")
        submissions.say(made, EventKind.ACCEPTED, "MCC", note="Thanked for, no questions.")
        self.workspace.requests.edit(
            self.first, replace(self.workspace.requests.get(self.first).details, closed="2026-11-12")
        )

    def send_matrix(self) -> None:
        """The RTTM at PIT entry goes to REC."""
        details = SubmissionDetails(
            "rttm",
            scope=Scope(gate="pit_entry"),
            recipients=("REC",),
            due="2026-11-06",
            covering="First RTTM. The tests of the provider are relied on as proposed.",
        )
        self.matrix = self._sent(details, "Uploaded to the portal.")

    def matrix_back(self) -> None:
        """REC asks for changes."""
        submissions, reviews = self.workspace.submissions, self.workspace.reviews
        submissions.say(self.matrix, EventKind.RECEIVED, "REC", their_ref="REC-Q-0312")
        submissions.say(
            self.matrix, EventKind.CHANGES_REQUESTED, "REC", note="Two requirements have no test and no reason."
        )
        reviews.enter(
            self.matrix,
            "REC",
            "Which test shows that a file that fails is sent again?",
            author="REC analyst (made up)",
            said_at="2026-11-18",
        )

    def next_matrix(self) -> None:
        """The comment is answered and a second version frozen; it is exported and not sent yet."""
        reviews, submissions = self.workspace.reviews, self.workspace.submissions
        for comment in reviews.comments(self.matrix):
            reviews.answer(comment.id, "The regression run; its result is attached to the requirement.")
        second, _ = submissions.new_version(self.matrix, "REC asked for the test of a file that fails.")
        submissions.freeze(second, self.job)
        submissions.export(second, self._folder("rttm-v2"), job=self.job)

    def prepare(self) -> None:
        """The cutover status waits as a draft."""
        plan = next(one for one in self.workspace.cutover.plans() if not one.rehearsal and not one.key)
        self.workspace.submissions.prepare(
            SubmissionDetails("cutover_status", scope=Scope(plan_id=plan.id), recipients=("MCC",), due="2026-12-04")
        )

    # -- parts of them -------------------------------------------------------------------------------------------------

    def _request(self, title: str, their_ref: str, due: str, questions: tuple[tuple[str, ...], ...]) -> int:
        requests = self.workspace.requests
        made, _ = requests.add(RequestDetails(title, their_ref, "MCC", "2026-11-05", due))
        for key, section, text, answer in questions:
            requests.add_question(made, QuestionDetails(key, text, section, answer=answer, owner="Morgan Reed"))
        return made

    def _sent(self, details: SubmissionDetails, how: str) -> int:
        submissions = self.workspace.submissions
        made, _ = submissions.prepare(details)
        submissions.freeze(made, self.job)
        submissions.export(made, self._folder(details.kind), job=self.job)
        submissions.say(made, EventKind.HANDED_OVER, note=how)
        return made

    def _folder(self, name: str) -> Path:
        folder = self.scratch / "handed-over" / name
        folder.mkdir(parents=True)
        return folder

    def _reviewed(self, submission_id: int, name: str, comments: tuple[tuple[str, ...], ...]) -> Path:
        """The frozen workbook with rows typed into its comments log, as a reviewer would do it in Excel."""
        submissions = self.workspace.submissions
        path = self.scratch / name
        workbook = next(one for one in submissions.files(submission_id) if one.role == "workbook")
        submissions.save_file(submission_id, workbook, path)
        book = load_workbook(path)
        log = book[COMMENTS_TAB]
        headings = {cell.value: cell.column for cell in log[4]}
        for row, comment in enumerate(comments, start=5):
            for heading, text in zip(
                ("Comment by", "Date", "Type", "Comment", "Proposed change"), comment, strict=True
            ):
                log.cell(row, headings[heading]).value = text
        book.save(path)
        return path


_COMMENTS = (
    ("BSC analyst (made up)", "2026-11-03", "question", "What is the position with the distributor's rows?", ""),
    (
        "BSC analyst (made up)",
        "2026-11-03",
        "general",
        "Please say when the rows without a postcode will be mended.",
        "Add a target day for each owner.",
    ),
)

_CONTACTS = (
    ("1", "Contacts", "Who can be reached on the weekend of the cutover?", "Morgan Reed, on the number that you have."),
    ("2", "Contacts", "Who stands in?", "Alex Hartley."),
)

_QUESTIONS = (
    ("1.1", "People", "Who leads the cutover in your organisation?", "Morgan Reed, data analyst."),
    ("1.2", "People", "Who decides on go or no-go?", "The director, on the go/no-go sheet."),
    ("2.1", "Systems", "Which of your systems does a provider run?", "Billing, and the interfaces to the DIP."),
    ("2.2", "Systems", "When was the way back last rehearsed?", ""),
)
