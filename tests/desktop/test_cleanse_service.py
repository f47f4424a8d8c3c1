"""Runs are kept whole or not at all; work on findings survives runs and can be undone."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from cleanse_hands import DAY, MPANS, finding, hands

from desktop.browse.view import View
from desktop.cleanse.model import Outcome, State, WorkStatus
from desktop.cleanse.work import FindingEdit
from desktop.errors import InvalidInput, NotFound, ReadOnly, WorkspaceDamaged
from desktop.jobs import Cancelled, Job


@pytest.fixture
def at(tmp_path):
    with hands(tmp_path / "workspace") as made:
        yield made


def states(at):
    table = at.cleanse.findings()
    table.apply(View())
    place = [column.key for column in table.columns].index("state")
    return dict(zip(table.ids(0, 99), [row[place] for row in table.page(0, 99)], strict=True))


def test_a_run_is_kept_with_its_outcomes_counts_findings_and_an_audit_entry(at):
    result = at.run(finding(1), finding(2, "FMT-02"), not_run=("XFD-01",))
    assert (result.run.id, result.run.previous_run, result.run.new, result.run.open) == (1, None, 2, 2)
    assert (result.run.mpans_found, result.run.mpans_blocked, result.run.rows_found) == (2, 0, 2)
    assert [(one.check_id, one.outcome, one.count) for one in at.cleanse.outcomes(1)] == [
        ("FMT-01", Outcome.FAILED, 1),
        ("FMT-02", Outcome.FAILED, 1),
        ("XFD-01", Outcome.COULD_NOT_RUN, 0),
    ]
    assert states(at) == {1: "New", 2: "New"}
    assert at.audit()[-1] == ("cleanse.run", "Check snapshot 1: 2 new, 0 still open, 0 changed, 0 gone")


def test_runs_stand_newest_first_and_each_knows_the_one_before(at):
    at.run(finding(1))
    at.run(finding(1), finding(2), as_of=DAY + timedelta(days=1))
    newest, first = at.cleanse.runs()
    assert (newest.id, newest.previous_run, newest.new, newest.still) == (2, 1, 1, 1)
    assert (first.id, first.as_of) == (1, DAY)


def test_every_state_after_reopening(at):
    at.run(finding(1), finding(2), finding(3), finding(4, "XFD-01"))
    at.run(finding(1), finding(2, value="other"), finding(5), not_run=("XFD-01",))
    at.reopen()
    assert states(at) == {1: "Still open", 2: "Changed", 3: "Gone", 4: "Still open", 5: "New"}


def test_outcomes_of_an_unknown_run_are_not_found(at):
    with pytest.raises(NotFound):
        at.cleanse.outcomes(7)


def test_two_runs_stored_at_the_same_time_are_compared_one_after_the_other(at):
    at.run(finding(1))
    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(at.run, finding(1), finding(2)), both.submit(at.run, finding(1), finding(3))]:
            done.result()
    newest, middle, first = at.cleanse.runs()
    assert (newest.previous_run, middle.previous_run, first.previous_run) == (2, 1, None)
    assert [(run.new, run.still, run.gone) for run in (middle, newest)] == [(1, 1, 0), (1, 1, 1)]


class CancelAt(Job):
    """Cancels when the work looks for the n-th time."""

    def __init__(self, turn):
        super().__init__()
        self.turn = turn

    def check(self):
        self.turn -= 1
        if self.turn < 0:
            self.cancel()
        super().check()


def everything(at):
    tables = ("check_run", "check_outcome", "run_count", "finding_part", "audit", "exception", "finding_work")
    return {name: at.store.read().execute(f"SELECT * FROM {name}").fetchall() for name in tables}


def test_a_cancel_at_any_moment_leaves_nothing_of_the_run(at):
    at.run(finding(1))
    before = everything(at)
    turn = 0
    while True:
        try:
            at.run(finding(2), job=CancelAt(turn))
        except Cancelled:
            assert everything(at) == before
            turn += 1
        else:
            break
    assert turn >= 5
    assert states(at) == {2: "New", 1: "Gone"}


def test_a_failure_in_the_middle_leaves_nothing_of_the_run(at):
    at.run(finding(1))
    before = everything(at)
    with at.store.write() as connection:
        connection.execute(
            "CREATE TEMP TRIGGER broken BEFORE INSERT ON main.finding_part BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(Exception, match="no"):
        at.run(finding(2))
    with at.store.write() as connection:
        connection.execute("DROP TRIGGER temp.broken")
    assert everything(at) == before
    assert states(at) == {1: "New"}


KILLED = """
import os, sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
from cleanse_hands import Hands, finding
from desktop.app import Workspace
from desktop.jobs import Job

class Kill(Job):
    seen = 0
    def check(self):
        Kill.seen += 1
        if Kill.seen == {turn}:
            os.kill(os.getpid(), 9)

at = object.__new__(Hands)
at.folder, at.now = Path({folder!r}), __import__("datetime").datetime(2026, 11, 24, tzinfo=__import__("datetime").UTC)
at.workspace = Workspace.open(at.folder, actor="Ada", clock=lambda: at.now)
at.snapshot = at.workspace.portfolio.latest()
at.run(*(finding(n) for n in range(5, 25)), job=Kill())
print("finished")
"""


def test_a_run_killed_at_any_stage_leaves_the_old_state_whole(tmp_path):
    with hands(tmp_path / "workspace") as at:
        at.run(finding(1), finding(2))
        at.workspace.close()
        root = Path(__file__).resolve().parents[2]
        for turn in (1, 3, 4, 5, 6):
            code = KILLED.format(tests=str(Path(__file__).parent), root=str(root), turn=turn, folder=str(at.folder))
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
            )
            assert done.returncode == -9, (turn, done.stdout, done.stderr)
            at.reopen()
            assert states(at) == {1: "New", 2: "New"}, turn
            assert len(at.cleanse.runs()) == 1
            assert at.workspace.history.verify(Job()).ok
            at.workspace.close()


def test_damaged_findings_are_noticed_and_told(at):
    at.run(finding(1))
    with at.store.write() as connection:
        connection.execute("UPDATE finding_part SET data = CAST(substr(data, 1, 100) || x'00' AS BLOB)")
    at.reopen()
    with pytest.raises(WorkspaceDamaged, match="damaged"):
        at.cleanse.findings()


def test_a_read_only_workspace_takes_no_run(at):
    at.workspace.close()
    at.workspace = type(at.workspace).open(at.folder, actor="Ada", clock=lambda: at.now, read_only=True)
    with pytest.raises(ReadOnly):
        at.cleanse.run(at.snapshot.id, DAY)


# --- work -------------------------------------------------------------------------------------------------------------


def row_of(table, fingerprint):
    position = table.position(fingerprint)
    assert position is not None
    return dict(zip([column.key for column in table.columns], table.page(position, 1)[0], strict=True))


def test_work_is_written_shown_and_survives_the_next_run(at):
    at.run(finding(1), finding(2))
    edit = FindingEdit(owner=" North grid ", due=date(2026, 12, 24), note="Asked.", status=WorkStatus.SENT)
    changes = at.cleanse.edit([1], edit)
    assert (changes.title, changes.count) == ("Edit 1 finding", 1)
    at.run(finding(1, value="other"), finding(2))
    told = row_of(at.cleanse.findings(), 1)
    assert (told["state"], told["owner"], told["due"], told["note"], told["status"]) == (
        "Changed",
        "North grid",
        "2026-12-24",
        "Asked.",
        "sent to owner",
    )
    assert row_of(at.cleanse.findings(), 2)["status"] == "open"
    assert at.cleanse.owners() == ("North grid",)


def test_an_edit_leaves_the_fields_it_does_not_name(at):
    at.run(finding(1))
    at.cleanse.edit([1], FindingEdit(owner="Northgrid", note="first"))
    at.cleanse.edit([1], FindingEdit(note="second"))
    at.cleanse.edit([1], FindingEdit(due=date(2027, 1, 1)))
    at.cleanse.edit([1], FindingEdit(due=""))
    told = row_of(at.cleanse.findings(), 1)
    assert (told["owner"], told["note"], told["due"]) == ("Northgrid", "second", "")


@pytest.mark.parametrize(
    ("edit", "shown", "kept"),
    [
        (FindingEdit(owner="Northgrid"), "Assign 2 findings to Northgrid", "Assign 2 findings"),
        (FindingEdit(owner=""), "Clear the owner of 2 findings", "Clear the owner of 2 findings"),
        (
            FindingEdit(status=WorkStatus.FIXED),
            "Mark 2 findings as fixed at source",
            "Mark 2 findings as fixed at source",
        ),
        (FindingEdit(due=date(2026, 12, 1)), *["Make 2 findings due on 2026-12-01"] * 2),
        (FindingEdit(note="x"), "Note on 2 findings", "Note on 2 findings"),
    ],
)
def test_the_title_says_what_was_done_and_the_chain_keeps_no_names(at, edit, shown, kept):
    at.run(finding(1), finding(2))
    at.cleanse.edit([1, 2], FindingEdit(owner="Someone", due=date(2026, 1, 1), note="n", status=WorkStatus.SENT))
    assert at.cleanse.edit([1, 2], edit).title == shown
    assert at.audit()[-1] == ("findings.edit", kept)
    assert at.workspace.history.undo_title() == kept


def test_what_cannot_be_written_is_refused_with_its_field(at):
    at.run(finding(1))
    for edit, field in (
        (FindingEdit(), "owner"),
        (FindingEdit(owner="x" * 201), "owner"),
        (FindingEdit(note="x" * 20_001), "note"),
    ):
        with pytest.raises(InvalidInput) as refused:
            at.cleanse.edit([1], edit)
        assert refused.value.field == field
    with pytest.raises(InvalidInput):
        at.cleanse.edit([], FindingEdit(owner="x"))
    with pytest.raises(NotFound, match="1 finding of those"):
        at.cleanse.edit([1, 99], FindingEdit(owner="x"))
    assert row_of(at.cleanse.findings(), 1)["owner"] == ""


def test_ten_thousand_edited_findings_are_undone_after_reopening(at):
    at.run(*(finding(n) for n in range(1, 10_001)))
    at.cleanse.edit([7], FindingEdit(owner="Before"))
    changes = at.cleanse.edit(range(1, 10_001), FindingEdit(owner="Northgrid", status=WorkStatus.SENT))
    assert changes.count == 10_000
    assert [title for _, title in at.audit()].count("Edit 10,000 findings") == 1
    at.reopen()
    table = at.cleanse.findings()
    assert {facet.value: facet.count for facet in table.facets("owner")} == {"Northgrid": 10_000}
    at.workspace.history.undo()
    table.refresh()
    assert {facet.value: facet.count for facet in table.facets("owner")} == {"": 9_999, "Before": 1}
    assert {facet.value: facet.count for facet in table.facets("status")} == {"open": 10_000}
    at.workspace.history.redo()
    table.refresh()
    assert {facet.value: facet.count for facet in table.facets("owner")} == {"Northgrid": 10_000}


def test_a_gone_finding_keeps_its_work_for_the_day_it_comes_back(at):
    at.run(finding(1))
    at.cleanse.edit([1], FindingEdit(owner="Northgrid"))
    at.run()
    at.run(finding(1))
    told = row_of(at.cleanse.findings(), 1)
    assert (told["state"], told["owner"]) == ("New", "Northgrid")


# --- detail -----------------------------------------------------------------------------------------------------------


def test_detail_tells_the_check_the_row_the_history_and_what_else_the_mpan_has(at):
    at.run(finding(3), finding(33, "XFD-01", mpan=MPANS[2], row=3), as_of=date(2026, 10, 1))
    at.run(finding(3, value="other"), finding(33, "XFD-01", mpan=MPANS[2], row=3), as_of=date(2026, 11, 1))
    at.cleanse.edit([3], FindingEdit(owner="Northgrid", due=date(2026, 12, 1)))
    told = at.cleanse.detail(3)
    assert told.explanation
    assert told.fix_hint
    assert (told.check_id, told.item_title, told.value, told.state) == ("FMT-01", "Postcode", "other", State.CHANGED)
    assert (told.first_seen.as_of, told.changed.run_id, told.gone) == (date(2026, 10, 1), 2, None)
    assert told.age_days == 53
    assert told.portfolio_row.item("mpan").text == MPANS[2]
    assert [one.fingerprint for one in told.related] == [33]
    assert (told.work.owner, told.work.due, told.exception) == ("Northgrid", date(2026, 12, 1), None)
    assert told.not_checked_because == ""


def test_detail_says_why_a_finding_was_not_checked_and_when_it_went(at):
    at.run(finding(1), finding(2, "XFD-01", row=None, mpan=""))
    at.run(not_run=("XFD-01",))
    waiting, gone = at.cleanse.detail(2), at.cleanse.detail(1)
    assert waiting.not_checked_because == "The file has no such column."
    assert (waiting.state, waiting.portfolio_row, waiting.related) == (State.STILL, None, ())
    assert (gone.state, gone.gone.run_id, gone.last_seen.run_id, gone.not_checked_because) == (State.GONE, 2, 1, "")


def test_detail_of_an_unknown_finding_is_not_found(at):
    at.run(finding(1))
    with pytest.raises(NotFound):
        at.cleanse.detail(2)


# --- the engine behind it ---------------------------------------------------------------------------------------------


def test_run_reads_the_snapshot_runs_the_catalogue_and_keeps_the_result(at):
    result = at.cleanse.run(at.snapshot.id, DAY)
    assert {one.check_id for one in result.outcomes} == {check.id for check in at.cleanse.catalogue()}
    assert result.findings.height == result.run.open == at.cleanse.findings().count()
    assert result.run.open > 0  # the MPANs' check digits are made up
    assert set(result.run.packs) == {"cleanse_checks", "code_lists"}
    again = at.cleanse.run(at.snapshot.id, DAY)
    assert (again.run.new, again.run.changed, again.run.gone) == (0, 0, 0)
    assert again.run.still == result.run.open


def test_run_of_an_unknown_snapshot_is_not_found(at):
    with pytest.raises(NotFound):
        at.cleanse.run(99, DAY)
