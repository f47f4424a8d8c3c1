"""`mhhs-desk submit`: one submission from the first draft to the answered review, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_hands import Desk
from openpyxl import load_workbook
from request_hands import a_request

from desktop.app import Workspace
from desktop.cutover.model import PlanDetails
from desktop.participant.model import Scope
from desktop.requests.model import QuestionEdit
from desktop.submissions.model import EventKind


@pytest.fixture
def at(tmp_path, capsys):
    with Workspace.create(tmp_path / "desk", "Acme Energy Ltd", "ACME") as workspace:
        workspace.participant.save_scope(Scope("ACME", "supplier"))
        request_id = a_request(workspace)
        first, *rest = workspace.requests.questions(request_id)
        workspace.requests.change([one.id for one in rest], QuestionEdit(answer="Yes"))
        assert first.details.key == "1.1"
    desk = Desk(tmp_path, capsys)

    def run(*words, **_):
        return desk.run("submit", *words, "--workspace", tmp_path / "desk")

    run.folder = tmp_path
    run.other = lambda *words: desk.run(*words, "--workspace", tmp_path / "desk")
    return run


def prepared(at):
    made = at("prepare", "info_request", "--request", "PPIR 31", "--covering", "Our answers.", "--json", "-")
    assert made.status == 0, made.err
    return made.report["submission"]


def frozen(at, out="out"):
    prepared(at)
    assert at("freeze", "ACME-PPIR-0001").status == 0
    made = at("export", "ACME-PPIR-0001", "--out", at.folder / out, "--no-zip", "--json", "-").report
    return at.folder / out / made["exported"][0]["files"][0]["path"]


def reviewed(at, path, name="review.xlsx"):
    """The reviewer's copy: one comment in the log, and one cell that was not theirs to change."""
    book = load_workbook(path)
    log = book["Comments"]
    headings = [cell.value for cell in log[4]]
    said = {"Comment by": "R. Viewer", "Comment": "Why so few?", "Proposed change": "Give a number."}
    for heading, text in said.items():
        log.cell(5, headings.index(heading) + 1, text)
    table = book[book.sheetnames[1]]
    column = [cell.value for cell in table[4]].index("Question") + 1
    table.cell(5, column, "Something else")
    book.create_sheet("My notes")["B2"] = "Ask Jo"
    copy = at.folder / name
    book.save(copy)
    return copy


def test_a_submission_goes_from_draft_to_an_answered_review(at):
    draft = prepared(at)
    assert (draft["name"], draft["state"], draft["covering"]) == ("ACME-PPIR-0001 v1", "draft", "Our answers.")
    assert [one["id"] for one in draft["recipients"]] == ["MCC"]

    check = at("check", "ACME-PPIR-0001", "--strict", "--json", "-")
    assert (check.status, check.report["blocked"]) == (0, 0)
    (unanswered,) = [one for one in check.report["lines"] if one["rule"] == "questions_answered"]
    assert (unanswered["outcome"], unanswered["count"]) == ("failed", 1)
    assert unanswered["examples"] == [
        {
            "what": "1.1: How many MPANs will you migrate?",
            "page": "requests",
            "target": "requests:key=1.1",
            "command": "mhhs-desk request answer ACME-IRQ-0001 1.1",
        }
    ]
    assert at("preview", "ACME-PPIR-0001", "--xlsx", at.folder / "preview.xlsx").status == 0
    assert at("preview", "ACME-PPIR-0001", "--xlsx", at.folder / "preview.pdf").status == 2

    made = at("freeze", "ACME-PPIR-0001")
    assert made.out.startswith("ACME-PPIR-0001 v1 is frozen. It was not exported and not sent.")
    again = at("freeze", "ACME-PPIR-0001")
    assert (again.status, again.out) == (1, "")
    exported = at("export", "ACME-PPIR-0001", "--out", at.folder / "out", "--no-zip")
    assert "Exported, not sent." in exported.out
    (workbook,) = (at.folder / "out").glob("*.xlsx")

    said = at("say", "ACME-PPIR-0001", "handed-over", "--note", "By e-mail", "--json", "-").report
    assert said["submission"]["recipients"][0]["state"] == "handed over"
    received = at("say", "ACME-PPIR-0001", "received", "--their-ref", "REC-9")
    assert "Received, not reviewed" in received.out
    back = at("take-back", "ACME-PPIR-0001", "--reason", "Of another one", "--json", "-").report
    assert back["submission"]["recipients"][0]["state"] == "handed over"

    copy = reviewed(at, workbook)
    looked = at("import-review", copy)
    assert (looked.status, "Nothing was taken." in looked.out) == (0, True)
    assert "Why so few?" in looked.out
    assert "“How many MPANs will you migrate?” came as “Something else”" in looked.out
    assert "    extra sheet  My notes!B2: “Ask Jo”\n" in looked.out
    assert at("comments", "--json", "-").report["comments"] == []
    taken = at("import-review", copy, "--yes", "--say", "changes-requested", "--json", "-").report
    assert (taken["taken"], len(taken["comments"])) == (True, 1)
    (comment,) = at("comments", "ACME-PPIR-0001", "--open", "--json", "-").report["comments"]
    assert (comment["author"], comment["text"], comment["proposed"]) == ("R. Viewer", "Why so few?", "Give a number.")
    answered = at("answer", comment["id"], "--text", "12 it is", "--state", "closed", "--json", "-").report["comment"]
    assert (answered["answer"], answered["state"]) == ("12 it is", "closed")

    at.other("request", "answer", "PPIR 31", "1.1", "--text", "12")
    newer = at("new-version", "ACME-PPIR-0001", "--reason", "They asked", "--json", "-").report["submission"]
    assert newer["name"] == "ACME-PPIR-0001 v2"
    compared = at("compare", "ACME-PPIR-0001 v1", "ACME-PPIR-0001 v2", "--json", "-").report
    assert ("Answer", "", "12") in {(one["column"], one["before"], one["after"]) for one in compared["changes"]}
    assert "“” is now “12”" in at("compare", "ACME-PPIR-0001 v1", "ACME-PPIR-0001 v2").out
    assert at("freeze", "ACME-PPIR-0001").status == 0
    states = {one["name"]: one["state"] for one in at("list", "--json", "-").report["submissions"]}
    assert states == {"ACME-PPIR-0001 v1": "superseded", "ACME-PPIR-0001 v2": "frozen"}
    assert at("withdraw", "ACME-PPIR-0001", "--reason", "Sent in error").status == 0
    entries = at("register", "--html", at.folder / "register.html", "--json", "-").report["entries"]
    assert [one["what"] for one in entries] == [
        "Withdrawn",
        "Superseded by a newer version",
        "Frozen",
        "Changes requested",
        "Taken back: what was said was a mistake",
        "Received; that is not accepted",
        "Handed over, as was said here",
        "Exported; that is not sent",
        "Frozen",
    ]
    assert (at.folder / "register.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_what_is_due_is_listed(at):
    (due,) = at("due", "--json", "-").report["due"]
    assert (due["what"], due["kind"], due["day"]) == ("not begun", "info_request", "2026-12-03")
    assert due["detail"] == "ACME-IRQ-0001: 3 of 4 questions answered"
    prepared(at)
    assert [one["what"] for one in at("due", "--json", "-").report["due"]] == ["draft"]
    assert "ACME-PPIR-0001 v1, a draft" in at("due").out


def test_a_draft_is_changed_and_removed(at):
    prepared(at)
    made = at("edit", "ACME-PPIR-0001", "--to", "bsc", "--to", "MCC", "--due", "2026-12-24", "--mpans", "counts",
              "--title", "Answers", "--json", "-").report["submission"]  # fmt: skip
    assert [one["id"] for one in made["recipients"]] == ["BSC", "MCC"]
    assert (made["deadline"], made["personal_data"], made["title"]) == ("2026-12-24", "counts", "Answers")
    assert made["covering"] == "Our answers."
    note = at.folder / "note.txt"
    note.write_text("From a file\n", encoding="utf-8")
    made = at("edit", "ACME-PPIR-0001", "--covering-file", note, "--json", "-").report["submission"]
    assert made["covering"] == "From a file"
    assert at("remove", "ACME-PPIR-0001").out == "Remove the draft ACME-PPIR-0001 v1\n"
    assert at("list").out == "There is no submission yet.\n"


def test_strict_tells_by_its_exit_status_that_something_blocks(at):
    at("prepare", "cleanse_report")
    told = at("check", "ACME-DCR-0001")
    assert (told.status, "BLOCKS" in told.out) == (0, True)
    assert at("check", "ACME-DCR-0001", "--strict").status == 1
    assert at("freeze", "ACME-DCR-0001").status == 1


def test_what_kinds_prints_is_what_prepare_takes(at):
    with Workspace.open(at.folder / "desk") as workspace:
        (at.folder / "plan.txt").write_bytes(b"the plan")
        workspace.evidence.add([at.folder / "plan.txt"])
        workspace.cutover.add_plan(PlanDetails("M14 cutover"))
    lines = at("kinds").out.splitlines()
    for kind, option, ref in (
        ("info_request", "--request", "ACME-IRQ-0001"), ("evidence", "--evidence", "ACME-EVD-0001"),
        ("cutover_status", "--plan", "ACME-CUT-0001"),
    ):  # fmt: skip
        (line,) = [one for one in lines if one.startswith(f"    {option} {ref}  ")]
        assert line.count(ref) == 1
        assert at("prepare", kind, *line.split()[:2]).status == 0


def test_kinds_are_told_with_what_they_can_be_over(at):
    found = at("kinds", "--json", "-").report
    kinds = {one["id"]: one for one in found["kinds"]}
    assert [one["title"] for one in kinds["info_request"]["choices"]]
    assert "suggested by MHHS Desk, not official" in found["pack"]
    assert "rttm" in at("kinds").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("prepare", "nonsense"), "none of the kinds"),
        (("prepare", "rttm", "--gate", "nowhere"), "There is no gate “nowhere”"),
        (("prepare", "info_request", "--request", "PPIR 31", "--to", "XYZ"), "none of the recipients"),
        (("prepare", "info_request", "--request", "PPIR 99"), "PPIR 99"),
        (("check", "ACME-PPIR-0009"), "There is no submission"),
        (("take-back", "ACME-PPIR-0009", "--reason", "x"), "There is no submission"),
        (("import-review", "none.xlsx"), "none.xlsx"),
        (("template", "show", "7"), "template"),
    ],
)
def test_what_is_not_there_is_refused_in_one_sentence(at, words, said):
    refused = at(*words)
    assert (refused.status, refused.out) == (1, "")
    assert said in refused.err


def test_nothing_said_cannot_be_taken_back(at):
    frozen(at)
    assert "Nothing was said" in at("take-back", "ACME-PPIR-0001", "--reason", "x").err
    assert at("say", "ACME-PPIR-0001", "changes-requested").status == 1


def test_an_answer_needs_something_to_say(at):
    assert at("answer", "1").status == 2
    assert at("answer", "99", "--text", "x").status == 1


def test_show_tells_what_it_says_and_what_happened(at):
    frozen(at)
    shown = at("show", "ACME-PPIR-0001", "--json", "-").report
    assert [one["kind"] for one in shown["events"]] == [EventKind.FROZEN, EventKind.EXPORTED]
    assert {one["role"] for one in shown["files"]} == {"workbook"}
    assert shown["submission"]["sha256"]
    text = at("show", "ACME-PPIR-0001").out
    assert "Exported, not sent as far as we know" in text


def test_a_template_is_loaded_mapped_and_filled(at):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Form"
    sheet["A1"], sheet["A2"] = "Participant", "Reference"
    for place, heading in enumerate(("Question number", "Question", "Answer"), start=1):
        sheet.cell(5, place, heading)
    form = at.folder / "form.xlsx"
    book.save(form)
    made = at(
        "template", "add", form, "--recipient", "MCC", "--kind", "info_request", "--document", "D1", "--json", "-"
    )
    number = made.report["template"]["id"]
    prepared(at)
    (listed,) = at("template", "list", "--json", "-").report["templates"]
    assert (listed["id"], listed["version"], listed["document"]) == (number, 0, "D1")
    suggested = at("template", "map", number, "--suggest", "--json", "-").report
    assert suggested["step"] == ""
    assert suggested["mapping"]["tables"], suggested
    assert at("template", "list", "--json", "-").report["templates"][0]["version"] == 0
    path = at.folder / "mapping.json"
    path.write_text(json.dumps(suggested), encoding="utf-8")
    kept = at("template", "map", number, path)
    assert kept.status == 0, kept.err
    shown = at("template", "show", number, "--json", "-").report
    assert (shown["template"]["version"], shown["mapping"]) == (1, suggested["mapping"])
    assert at("template", "map", number, "--suggest", "--save").status == 0
    path.write_text('{"cells": 7}', encoding="utf-8")
    assert "is no mapping" in at("template", "map", number, path).err
    assert at("template", "map", number, path, "--save").status == 2
    at("freeze", "ACME-PPIR-0001")
    files = at("show", "ACME-PPIR-0001", "--json", "-").report["files"]
    assert {one["role"] for one in files} == {"workbook", "template"}
    at("export", "ACME-PPIR-0001", "--out", at.folder / "filled", "--no-zip")
    values = {
        cell.value
        for path in (at.folder / "filled").glob("*.xlsx")
        for row in load_workbook(path).worksheets[0].iter_rows()
        for cell in row
    }
    assert "How many MPANs will you migrate?" in values


def test_what_was_frozen_is_written_again_and_an_export_of_an_older_version_says_so(at):
    path = frozen(at)
    assert at("new-version", "ACME-PPIR-0001", "--reason", "More was found").status == 0
    assert at("freeze", "ACME-PPIR-0001 v2").status == 0
    older = at("export", "ACME-PPIR-0001 v1", "--out", at.folder / "older", "--no-zip")
    assert "ACME-PPIR-0001 v1 is not the newest: ACME-PPIR-0001 v2 was frozen after it." in older.out
    assert at("withdraw", "ACME-PPIR-0001 v2", "--reason", "Sent in error").status == 0
    assert at("export", "ACME-PPIR-0001 v2", "--out", at.folder / "not").status != 0
    registered = at("register", "--json", "-").report
    again = at("files", "ACME-PPIR-0001 v2", "--out", at.folder / "again", "--json", "-").report
    assert (again["state"], again["newer"]) == ("withdrawn", "")
    told = at("files", "ACME-PPIR-0001 v1", "--out", at.folder / "first", "--no-zip")
    assert "As they were frozen with ACME-PPIR-0001 v1. Nothing was noted." in told.out
    assert (at.folder / "first" / Path(path).name).read_bytes() == Path(path).read_bytes()
    assert at("register", "--json", "-").report == registered
    inside = at("export", "ACME-PPIR-0001 v1", "--out", at.folder / "desk" / "in it")
    assert "workspace's own folder" in inside.err
    assert not (at.folder / "desk" / "in it").exists()
