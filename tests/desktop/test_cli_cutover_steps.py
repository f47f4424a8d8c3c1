"""`mhhs-desk cutover slip|skip|confirm|rag|plan|milestones|milestone`: what the window does with a plan, scripted."""

from __future__ import annotations

import pytest
from cli_hands import Desk

from desktop.app import Workspace
from desktop.pit.model import DeliverableEdit
from local_db import audit

ROWS = """Task ID,Title,Predecessor IDs,Task type,Planned duration,Planned start,Due date/time,Milestone
T-1,Freeze,,task,1 wd,2026-12-01,2026-12-01,
T-2,Deploy,T-1,task,1 wd,,2026-12-02,
T-3,Tell everybody,,comms,,,,own/go-live
"""


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


@pytest.fixture
def folder(desk, tmp_path, clock):
    """A workspace with a milestone of its own and a plan: T-2 waits for T-1, T-3 hangs on the milestone."""
    with Workspace.create(tmp_path / "w", "Acme Energy Ltd", "ACME", actor="Jo", clock=clock) as made:
        made.milestones.add("Go live", baseline="2027-03-01")
    path = tmp_path / "plan.csv"
    path.write_text(ROWS, encoding="utf-8")
    taken = desk.run("cutover", "import", path, "--workspace", tmp_path / "w", "--new", "Cutover")
    assert taken.status == 0, taken.err
    return tmp_path / "w"


def head(folder):
    with Workspace.open(folder, read_only=True) as opened:
        return audit.head(opened.store.read())


def told(desk, folder, *arguments):
    outcome = desk.run("cutover", *arguments, "--workspace", folder, "--json", "-")
    assert outcome.status == 0, outcome.err
    return outcome.report


def states(desk, folder):
    return {one["key"]: one for one in told(desk, folder, "status")["activities"]}


def test_a_dry_run_of_a_slip_tells_what_would_move_and_keeps_nothing(desk, folder):
    before = head(folder)
    report = told(desk, folder, "slip", "t-1", "--days", "2", "--dry-run")
    assert (report["dry_run"], report["step"], report["days"]) == (True, "", 2)
    first, second = report["moved"]
    assert (first["key"], first["before"], first["after"]) == ("T-1", ["2026-12-01"] * 2, ["2026-12-03"] * 2)
    assert (first["due_before"], first["due_after"], first["late"]) == ("2026-12-01", "2026-12-01", True)
    assert (second["key"], second["after"], second["due_after"], second["late"]) == (
        "T-2", ["2026-12-04"] * 2, "2026-12-02", True,
    )  # fmt: skip
    # Only its own deadline moves, and only where that is asked.
    first, second = told(desk, folder, "slip", "t-1", "--days", "2", "--dry-run", "--with-deadline")["moved"]
    assert (first["due_before"], first["due_after"], first["late"]) == ("2026-12-01", "2026-12-03", False)
    assert (second["due_after"], second["late"]) == ("2026-12-02", True)
    assert head(folder) == before
    words = desk.run("cutover", "slip", "T-1", "--days", "2", "--dry-run", "--workspace", folder)
    assert words.out.splitlines()[0] == "Cutover (ACME-CUT-0001): would move 2 activities"
    assert words.out.splitlines()[2].endswith("ends after its due moment")
    assert words.err == "Nothing was changed.\n"


def test_a_slip_moves_what_the_dry_run_told_and_back_again(desk, folder):
    would = told(desk, folder, "slip", "T-1", "--days", "2", "--dry-run")["moved"]
    done = told(desk, folder, "slip", "T-1", "--days", "2")
    assert (done["dry_run"], done["moved"]) == (False, would)
    assert done["step"] == "Slip T-1 by 2 working days: 1 activity moved with it"
    assert states(desk, folder)["T-2"]["planned"] == ["2026-12-04"] * 2
    told(desk, folder, "slip", "T-1", "--days", "-2")
    assert states(desk, folder)["T-2"]["planned"] == ["2026-12-02"] * 2


def test_what_cannot_slip_says_why(desk, folder):
    assert desk.run("cutover", "tick", "T-1", "--workspace", folder, "--at", "2026-01-05").status == 0
    outcome = desk.run("cutover", "slip", "T-1", "--days", "2", "--workspace", folder)
    assert (outcome.status, outcome.out) == (1, "")
    assert "T-1 Freeze has ended" in outcome.err
    assert desk.run("cutover", "slip", "T-1", "--workspace", folder).status == 2
    assert desk.run("cutover", "slip", "T-1", "--days", "some", "--workspace", folder).status == 2


def test_what_is_not_needed_holds_nothing_up_and_can_be_taken_back(desk, folder):
    assert states(desk, folder)["T-2"]["state"] == "Cannot start yet"
    report = told(desk, folder, "skip", "T-1", "--reason", "Frozen by the LDSO")
    assert report["step"] == "T-1 not needed"
    assert report["activities"][0]["state"] == "Not needed"
    assert states(desk, folder)["T-2"]["state"] == "Ready to start"
    again = desk.run("cutover", "skip", "T-1", "--reason", "Frozen by the LDSO", "--workspace", folder)
    assert "nothing was changed" in again.out
    told(desk, folder, "skip", "T-1", "--back")
    assert states(desk, folder)["T-2"]["state"] == "Cannot start yet"
    for wrong in ([], ["--reason", " "], ["--reason", "x", "--back"]):
        assert desk.run("cutover", "skip", "T-1", *wrong, "--workspace", folder).status == 2


def test_a_colour_is_said_with_its_reason_and_taken_back(desk, folder):
    report = told(desk, folder, "rag", "T-1", "T-2", "red", "--reason", "The supplier is late")
    assert [(one["rag"], one["rag_reason"]) for one in report["activities"]] == [("red", "The supplier is late")] * 2
    report = told(desk, folder, "rag", "T-1", "computed")
    assert report["activities"][0]["rag"] == report["activities"][0]["rag_computed"]
    assert states(desk, folder)["T-2"]["rag"] == "red"
    without = desk.run("cutover", "rag", "T-1", "amber", "--workspace", folder)
    assert (without.status, without.out) == (1, "")
    assert desk.run("cutover", "rag", "T-1", "computed", "--reason", "x", "--workspace", folder).status == 2
    assert desk.run("cutover", "rag", "T-1", "blue", "--reason", "x", "--workspace", folder).status == 2


def test_a_text_that_changed_is_confirmed(desk, folder, tmp_path):
    newer = tmp_path / "newer.csv"
    newer.write_text(ROWS.replace("Freeze", "Freeze all changes"), encoding="utf-8")
    assert desk.run("cutover", "import", newer, "--workspace", folder).status == 0
    assert states(desk, folder)["T-1"]["changed"]
    report = told(desk, folder, "confirm", "T-1")
    assert (report["step"], report["activities"][0]["changed"]) == ("Confirm T-1", False)
    assert "nothing was changed" in desk.run("cutover", "confirm", "T-1", "--workspace", folder).out


def test_milestones_are_listed_with_the_day_that_counts_its_source_and_every_plan(desk, folder):
    before = head(folder)
    report = told(desk, folder, "milestones")
    found = {one["id"]: one for one in report["milestones"]}
    assert found["own/go-live"] | {"source": ""} == {
        "id": "own/go-live", "title": "Go live", "own": True, "day": "2027-03-01", "exact": True, "source": "",
        "reached": False, "baselines": [], "happened": None, "baseline": "2027-03-01", "current": None,
        "actual": None, "note": "",
    }  # fmt: skip
    with Workspace.open(folder, read_only=True) as opened:
        pack = next(one for one in opened.milestones.milestones() if one.id == "M14").pack
    assert [one["day"] for one in found["M14"]["baselines"]] == [one.text for one in pack.baselines]
    assert all(one["source"] for one in found["M14"]["baselines"])
    assert head(folder) == before


def test_another_day_of_a_milestone_tells_what_moves_before_and_after(desk, folder):
    with Workspace.open(folder) as opened:
        opened.pit.set_gate("pit_exit", milestone="own/go-live")
        opened.pit.add("Test report", "", DeliverableEdit(gate="pit_exit", offset=0))
    before = head(folder)
    report = told(desk, folder, "milestone", "go live", "--current", "2027-03-08", "--dry-run")
    assert (report["dry_run"], report["step"], report["would_count"]) == (True, "", "2027-03-08")
    assert report["milestone"]["day"] == "2027-03-01"
    (slip,) = report["moved"]
    assert (slip["plan"], slip["key"], slip["due_before"], slip["due_after"]) == (
        "ACME-CUT-0001", "T-3", "2027-03-01", "2027-03-08",
    )  # fmt: skip
    (deliverable,) = report["deliverables"]
    assert (deliverable["title"], deliverable["before"], deliverable["after"]) == (
        "Test report", "2027-03-01", "2027-03-08",
    )  # fmt: skip
    assert head(folder) == before
    done = told(desk, folder, "milestone", "own/go-live", "--current", "08/03/2027")
    assert (done["moved"], done["deliverables"]) == (report["moved"], report["deliverables"])
    assert done["milestone"]["day"] == "2027-03-08"
    assert states(desk, folder)["T-3"]["due"] == "2027-03-08"
    back = desk.run("cutover", "milestone", "own/go-live", "--current", "none", "--workspace", folder)
    assert "Cutover: 1 activity moves" in back.out
    assert "PIT plan: 1 deliverable moves" in back.out
    assert states(desk, folder)["T-3"]["due"] == "2027-03-01"
    still = desk.run("cutover", "milestone", "M14", "--note", "Agreed on Monday", "--workspace", folder)
    assert "Nothing moves with it." in still.out


@pytest.mark.parametrize(
    "said",
    [
        ("M14", "--actual", "2099-12-31"),
        ("M14", "--baseline", "2027-01-01"),
        ("M14", "--title", "Another"),
        ("own/go-live", "--baseline", "2027-04-01"),
        ("own/go-live", "--current", "1999-01-01"),
    ],
)
def test_a_dry_run_refuses_what_would_be_refused(desk, folder, said):
    dry = desk.run("cutover", "milestone", *said, "--dry-run", "--workspace", folder)
    real = desk.run("cutover", "milestone", *said, "--workspace", folder)
    assert (dry.status, dry.out) == (1, "")
    assert (dry.status, dry.out, dry.err) == (real.status, real.out, real.err)


def test_own_milestones_are_added_and_removed_unless_something_hangs_on_them(desk, folder):
    report = told(desk, folder, "milestone", "--add", "PAB date", "--baseline", "2027-01-12", "--note", "Tuesday")
    assert (report["milestone"]["id"], report["milestone"]["day"]) == ("own/pab-date", "2027-01-12")
    kept = desk.run("cutover", "milestone", "own/pab-date", "--baseline", "2027-01-19", "--workspace", folder)
    assert (kept.status, kept.out) == (1, "")
    told(desk, folder, "milestone", "own/pab-date", "--baseline", "2027-01-19", "--again")
    told(desk, folder, "milestone", "own/pab-date", "--remove")
    assert "own/pab-date" not in {one["id"] for one in told(desk, folder, "milestones")["milestones"]}
    used = desk.run("cutover", "milestone", "own/go-live", "--remove", "--workspace", folder)
    assert (used.status, used.out) == (1, "")
    assert "1 cutover activity" in used.err
    unknown = desk.run("cutover", "milestone", "M99", "--current", "2027-01-01", "--workspace", folder)
    assert (unknown.status, unknown.out) == (1, "")


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["M14"],
        ["M14", "--add", "PAB"],
        ["M14", "--current", "soon"],
        ["M14", "--remove", "--note", "x"],
        ["--current", "2027-01-01"],
        ["--add", "PAB", "--current", "2027-01-01"],
        ["--add", "PAB", "--dry-run"],
    ],
)
def test_options_of_a_milestone_that_do_not_go_together_are_wrong_usage(desk, folder, wrong):
    outcome = desk.run("cutover", "milestone", *wrong, "--workspace", folder)
    assert (outcome.status, outcome.out) == (2, "")


def test_a_plan_is_renamed_closed_opened_again_and_removed(desk, folder):
    assert told(desk, folder, "plan", "--title", "Cutover at M14", "--milestone", "M14")["plan"]["milestone"] == "M14"
    closed = told(desk, folder, "plan", "--close", "2026-01-05")
    assert (closed["step"], closed["plan"]["closed"]) == ("Close plan ACME-CUT-0001", "2026-01-05")
    refused = desk.run("cutover", "skip", "T-1", "--reason", "x", "--plan", "ACME-CUT-0001", "--workspace", folder)
    assert refused.status == 1
    assert desk.run("cutover", "plan", "--reopen", "--workspace", folder).status == 1  # no open plan: name it
    assert told(desk, folder, "plan", "--plan", "Cutover at M14", "--reopen")["plan"]["closed"] is None
    assert told(desk, folder, "plan", "--close")["plan"]["closed"]
    assert told(desk, folder, "plan", "--plan", "ACME-CUT-0001", "--remove") == {
        "step": "Remove ACME-CUT-0001", "plan": None,
    }  # fmt: skip
    assert told(desk, folder, "plans") == {"plans": []}
    assert desk.run("cutover", "plan", "--workspace", folder).status == 2
