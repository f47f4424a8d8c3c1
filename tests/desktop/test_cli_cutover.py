"""`mhhs-desk cutover`: a plan taken, imported, ticked, told and written out, without a window."""

from __future__ import annotations

import icalendar
import openpyxl
import pytest
from cli_hands import Desk

from desktop.app import Workspace
from desktop.cutover.model import ActivityEdit
from desktop.participant.model import Scope
from local_db import audit

HEAD = "Task ID,Title,Predecessor IDs,Task type,Planned duration,Due date/time"
ROWS = (
    "T-1,Freeze,,task,2 h,2026-12-01 22:00",
    "T-2,Deploy,T-1,task,4 h,2026-12-02",
    "T-3,Check,T-2,validation,1 h,2026-12-02",
    "T-4,Tell everybody,T-3,comms,,2026-12-03",
)


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


@pytest.fixture
def folder(tmp_path, clock):
    with Workspace.create(tmp_path / "w", "Acme Energy Ltd", "ACME", actor="Jo", clock=clock) as made:
        made.participant.save_scope(Scope("ACME", "supplier"))
    return tmp_path / "w"


def file(tmp_path, *rows, head=HEAD, name="plan.csv"):
    path = tmp_path / name
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def planned(desk, folder, tmp_path):
    outcome = desk.run("cutover", "import", file(tmp_path, *ROWS), "--workspace", folder, "--new", "Cutover at M11")
    assert outcome.status == 0, outcome.err
    return folder


def test_import_tells_what_it_did_and_where_it_went(desk, folder, tmp_path):
    path = file(tmp_path, *ROWS, "T-5,Lost,T-9,,,")
    outcome = desk.run("cutover", "import", path, "--workspace", folder, "--new", "Cutover at M11", "--json", "-")
    report = outcome.report
    assert (report["plan"], report["counts"]["added"], report["counts"]["refused"]) == ("ACME-CUT-0001", 4, 1)
    assert "predecessors = Predecessor IDs" in outcome.err
    assert "Row 6 (T-5) was refused: It waits for T-9" in outcome.err
    again = desk.run("cutover", "import", path, "--workspace", folder)
    assert "is here already" in again.out


def test_what_waits_for_a_refused_row_is_counted_apart_and_can_be_taken_without_that_link(desk, folder, tmp_path):
    head = "Task ID,Title,Predecessor IDs,Due date/time"
    path = file(tmp_path, "T-1,A,,someday", "T-2,B,T-1,", "T-3,C,T-2,", "T-4,D,,", head=head)
    given = ("cutover", "import", path, "--workspace", folder, "--new", "X", "--dry-run", "--json", "-")
    outcome = desk.run(*given)
    assert "Row 2 (T-1) was refused" in outcome.err
    assert "(T-2) was refused" not in outcome.err
    assert "2 more rows wait for what cannot be taken; --without-lost-links takes them" in outcome.err
    assert [one["waits"] for one in outcome.report["changes"]] == [False, True, True, False]
    outcome = desk.run(*given, "--without-lost-links")
    assert outcome.report["counts"]["added"] == 3
    assert "Row 3 (T-2): Taken without waiting for T-1, which cannot be taken (row 2)." in outcome.err


def test_what_was_changed_here_is_kept_unless_the_option_says_otherwise(desk, folder, tmp_path):
    path = file(tmp_path, "T-1,A,2026-11-20", head="Task ID,Title,Due date/time")
    assert desk.run("cutover", "import", path, "--workspace", folder, "--new", "X").status == 0
    with Workspace.open(folder) as workspace:
        (plan,) = workspace.cutover.plans()
        one = workspace.cutover.activity_id(plan.id, "T-1")
        workspace.cutover.edit([one], ActivityEdit(due_at="2026-11-25"))
    given = ("cutover", "import", path, "--workspace", folder, "--dry-run", "--json", "-")
    outcome = desk.run(*given)
    assert outcome.report["counts"]["unchanged"] == 1
    assert "so that 25 Nov 2026 is kept" in outcome.err
    (change,) = desk.run(*given, "--over-changes-here").report["changes"]
    assert change["fields"] == {"Due": ["2026-11-25", "2026-11-20"]}


def test_a_dry_run_changes_nothing(desk, folder, tmp_path):
    path = file(tmp_path, *ROWS)
    outcome = desk.run("cutover", "import", path, "--workspace", folder, "--new", "X", "--dry-run", "--json", "-")
    assert (outcome.report["dry_run"], outcome.report["plan"], outcome.report["counts"]["added"]) == (True, "", 4)
    assert desk.run("cutover", "plans", "--workspace", folder, "--json", "-").report == {"plans": []}


def test_a_number_alone_names_the_option_that_says_what_it_counts(desk, folder, tmp_path):
    path = file(tmp_path, "T-1,A,,,30,")
    outcome = desk.run("cutover", "import", path, "--workspace", folder, "--new", "X")
    assert (outcome.status, outcome.out) == (1, "")
    assert "--duration-unit" in outcome.err
    assert (
        desk.run("cutover", "import", path, "--workspace", folder, "--new", "X", "--duration-unit", "min").status == 0
    )


def test_a_cycle_is_named_and_nothing_is_made(desk, folder, tmp_path):
    path = file(tmp_path, "T-1,Freeze,T-2,,,", "T-2,Deploy,T-1,,,")
    outcome = desk.run("cutover", "import", path, "--workspace", folder, "--new", "X")
    assert outcome.status == 1
    assert "T-1 Freeze → T-2 Deploy → T-1 Freeze" in outcome.err or "T-2 Deploy → T-1 Freeze" in outcome.err
    assert "There is no cutover plan yet." in desk.run("cutover", "plans", "--workspace", folder).out


def test_wrong_usage_is_said(desk, folder, tmp_path):
    path = file(tmp_path, *ROWS)
    assert desk.run("cutover", "import", path, "--workspace", folder, "--new", "X", "--map", "colour=Title").status == 2
    assert desk.run("cutover", "import", path, "--workspace", folder, "--new", "X", "--plan", "Y").status == 2
    assert desk.run("cutover", "export", "--workspace", folder, "--out", tmp_path / "x.pdf").status == 2
    assert desk.run("cutover", "tick", "T-1", "--workspace", folder, "--undo", "--outcome", "pass").status == 2
    assert desk.run("cutover", "tick", "T-1", "--workspace", folder, "--at", "soon").status == 2
    assert desk.run("cutover", "take", "m10", "--workspace", folder, "--only", "CO-01").status == 2


def test_without_a_plan_that_is_said(desk, folder):
    outcome = desk.run("cutover", "status", "--workspace", folder)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.strip()


def test_status_tells_what_waits_and_why_and_what_is_next(desk, planned):
    outcome = desk.run("cutover", "status", "--workspace", planned, "--as-of", "2026-11-30")
    lines = outcome.out.splitlines()
    assert lines[0] == "Cutover at M11 (ACME-CUT-0001): 0 of 4 finished"
    assert "Next: ready to start: 1" in lines
    assert any(line.startswith("  T-2 Deploy: ") and "T-1" in line for line in lines)
    assert any(line.startswith("Critical path") for line in lines)
    late = desk.run("cutover", "status", "--workspace", planned, "--as-of", "2026-12-01T22:01", "--json", "-").report
    by_key = {one["key"]: one for one in late["activities"]}
    assert (by_key["T-1"]["late"], by_key["T-1"]["rag"]) == (True, "red")
    assert by_key["T-1"]["due"] == "2026-12-01T22:00"
    assert late["as_of"] == "2026-12-01T22:01:00+00:00"
    on_time = desk.run("cutover", "status", "--workspace", planned, "--as-of", "2026-12-01T21:59", "--json", "-").report
    assert not on_time["activities"][0]["late"]


def test_ticks_with_who_and_when_and_what_may_begin_then(desk, planned):
    at = ("--at", "2026-11-20T22:30", "--by", "Sam")
    refused = desk.run("cutover", "tick", "T-2", "--workspace", planned, *at)
    assert refused.status == 1
    assert "T-1" in refused.err
    done = desk.run("cutover", "tick", "t-1", "--workspace", planned, *at, "--json", "-").report
    assert done["activities"][0] == {
        "key": "T-1", "title": "Freeze", "state": "Done", "started": None, "finished": "2026-11-20T22:30",
        "finished_by": "Sam", "outcome": "",
    }  # fmt: skip
    assert done["ready"] == ["T-2"]
    begun = desk.run("cutover", "tick", "T-2", "--workspace", planned, "--start", "--at", "2026-11-20T23:00")
    assert "T-2 Deploy: In progress" in begun.out
    despite = desk.run("cutover", "tick", "T-3", "--workspace", planned, "--despite", "Agreed by the board", *at)
    assert despite.status == 1  # a validation needs an outcome
    despite = desk.run(
        "cutover", "tick", "T-3", "--workspace", planned, "--despite", "Agreed by the board", "--outcome", "pass", *at
    )
    assert "T-3 Check: Done" in despite.out
    assert desk.run("cutover", "tick", "T-1", "--workspace", planned, "--undo").status == 0
    unknown = desk.run("cutover", "tick", "T-99", "--workspace", planned)
    assert (unknown.status, unknown.out) == (1, "")


def test_the_three_files_come_out(desk, planned, tmp_path):
    book, calendar, rows = tmp_path / "p.xlsx", tmp_path / "p.ics", tmp_path / "p.csv"
    made = desk.run("cutover", "export", "--workspace", planned, "--out", book, "--json", "-").report
    assert (made["number"], made["activities"], made["rehearsal"]) == (1, 4, False)
    assert "Activities" in openpyxl.load_workbook(book).sheetnames
    assert desk.run("cutover", "export", "--workspace", planned, "--out", calendar).status == 0
    assert len(icalendar.Calendar.from_ical(calendar.read_bytes()).walk("VEVENT")) == 4
    exact = desk.run("cutover", "export", "--workspace", planned, "--out", rows)
    assert (exact.status, "exact, for machines" in exact.err) == (0, True)
    reading = desk.run("cutover", "export", "--workspace", planned, "--out", tmp_path / "p-for-reading.csv")
    assert (reading.status, (tmp_path / "p-for-reading.csv").exists()) == (1, False)
    for one in (book, rows):
        again = desk.run("cutover", "import", one, "--workspace", planned)
        assert "is here already" in again.out
    as_pit = desk.run("pit", "import", book, "--workspace", planned)
    assert (as_pit.status, "cutover import" in as_pit.err) == (2, True)


def test_a_starter_plan_is_taken_and_rehearsed(desk, folder, tmp_path):
    starters = desk.run("cutover", "starters", "--workspace", folder, "--json", "-").report
    assert starters["pack"]["status"] == "suggested"
    starter = starters["starters"][0]["id"]
    taken = desk.run("cutover", "take", starter, "--workspace", folder, "--json", "-").report
    assert taken["plan"]["activities"] > 0
    again = desk.run("cutover", "starters", "--workspace", folder, "--json", "-").report
    assert again["starters"][0]["taken"] == taken["plan"]["ref"]
    rehearsed = desk.run("cutover", "rehearse", "--workspace", folder, "--title", "Dry run", "--json", "-").report
    assert (rehearsed["plan"]["rehearsal"], rehearsed["plan"]["title"]) == (True, "Dry run")
    # The only open plan that is no rehearsal is still meant without --plan.
    assert desk.run("cutover", "status", "--workspace", folder, "--json", "-").report["plan"] == taken["plan"]
    ref = rehearsed["plan"]["ref"]
    wrong = desk.run("cutover", "export", "--workspace", folder, "--plan", ref, "--out", tmp_path / "plan.xlsx")
    assert wrong.status == 1
    assert "REHEARSAL" in wrong.err
    name = tmp_path / "rehearsal plan.xlsx"
    assert desk.run("cutover", "export", "--workspace", folder, "--plan", ref, "--out", name).status == 0
    assert desk.run("cutover", "status", "--workspace", folder, "--plan", ref).out.startswith("REHEARSAL: Dry run")
    none = desk.run("cutover", "take", "nothing", "--workspace", folder)
    assert (none.status, none.out) == (1, "")


def test_a_baseline_is_set_once(desk, planned):
    assert desk.run("cutover", "baseline", "--workspace", planned).status == 0
    again = desk.run("cutover", "baseline", "--workspace", planned)
    assert again.status == 1
    assert desk.run("cutover", "baseline", "--workspace", planned, "--again").status == 0


def test_reading_commands_change_nothing(desk, planned):
    def head():
        with Workspace.open(planned, read_only=True) as opened:
            return audit.head(opened.store.read())

    before = head()
    for command in ("status", "plans", "starters"):
        desk.run("cutover", command, "--workspace", planned)
    assert head() == before
