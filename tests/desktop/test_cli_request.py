"""`mhhs-desk request`: the job of one request from the command line, and what is refused."""

from __future__ import annotations

import pytest
from cli_hands import Desk

from desktop.app import Workspace


@pytest.fixture
def at(tmp_path, capsys):
    folder = tmp_path / "desk"
    Workspace.create(folder, "Acme Energy Ltd", "ACME").close()
    desk = Desk(tmp_path, capsys)

    def run(*words, **_):
        return desk.run("request", *words, "--workspace", folder)

    run.folder = tmp_path
    return run


def questions(at, *lines, name="q.csv"):
    path = at.folder / name
    path.write_text("\n".join(["No,Question,Response", *lines]) + "\n", encoding="utf-8")
    return path


def test_a_request_is_noted_imported_answered_shown_and_closed(at):
    assert at("add", "Readiness", "--their-ref", "PPIR 31", "--sender", "MCC", "--due", "2026-12-03").status == 0
    first = questions(at, "1.1,How many?,", "1.2,Which?,")
    made = at("import", first, "--request", "PPIR 31", "--source", "PPIR 31", "--json", "-").report
    assert (made["request"], made["counts"]["added"]) == ("ACME-IRQ-0001", 2)
    done = at("answer", "PPIR 31", "1.1", "--text", "12", "--owner", "Sam Cole", "--json", "-").report
    assert (done["step"], done["question"]["answer"]) == ("Change answer, owner of question 1.1", "12")
    at("answer", "PPIR 31", "1.2", "--not-for-us", "All are traded")
    newer = questions(at, "1.1,How many in all?,", "1.3,New?,", name="newer.csv")
    assert "asks something else than before" in at("import", newer, "--request", "ACME-IRQ-0001", "--dry-run").err
    at("import", newer, "--request", "ACME-IRQ-0001")
    shown = at("show", "PPIR 31", "--look", "--json", "-").report["questions"]
    assert [(one["key"], one["look_at"]) for one in shown] == [
        ("1.1", ["Question changed"]), ("1.2", ["Not in the newest version"]),
    ]  # fmt: skip
    assert [one["key"] for one in at("show", "PPIR 31", "--open", "--json", "-").report["questions"]] == ["1.3"]
    at("answer", "PPIR 31", "1.1", "--still-holds")
    (one,) = at("list", "--json", "-").report["requests"]
    assert (one["questions"], one["answered"], one["to_look_at"], one["missing"]) == (3, 2, 0, 1)
    assert at("close", "PPIR 31").status == 0
    refused = at("answer", "PPIR 31", "1.1", "--text", "13")
    assert (refused.status, refused.out) == (1, "")
    assert "was closed on" in refused.err
    assert at("close", "PPIR 31", "--reopen").out.startswith("Open ACME-IRQ-0001 again")


def test_an_answer_may_be_a_text_file(at):
    at("import", questions(at, "1.1,How many?,"), "--new", "Form")
    path = at.folder / "answer.txt"
    path.write_bytes(b"\xef\xbb\xbfLine one\r\nLine two \xc2\xa3\n")
    assert at("answer", "Form", "1.1", "--from-file", path, "--json", "-").report["question"]["answer"] == (
        "Line one\nLine two £"
    )
    path.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in at("answer", "Form", "1.1", "--from-file", path).err
    assert "cannot be read" in at("answer", "Form", "1.1", "--from-file", at.folder / "none.txt").err


def test_questions_are_added_one_by_one(at):
    at("add", "Readiness")
    added = at("add", "How many?", "--to", "Readiness", "--key", "1", "--section", "Data", "--json", "-").report
    assert (added["step"], added["request"]["questions"]) == ("Add question 1 to ACME-IRQ-0001", 1)
    assert at("add", "Again?", "--to", "Readiness", "--key", "1").status == 1


@pytest.mark.parametrize(
    "words",
    [
        ("add", "x", "--key", "1"),
        ("add", "x", "--to", "Readiness"),
        ("add", "x", "--to", "Readiness", "--key", "1", "--due", "2026-12-03"),
        ("answer", "Readiness", "1"),
        ("answer", "Readiness", "1", "--text", "x", "--still-holds"),
        ("answer", "Readiness", "1", "--still-holds", "--owner", "x"),
        ("import", "q.csv"),
    ],
)
def test_wrong_usage_is_status_2(at, words):
    assert at(*words).status == 2


def test_what_is_not_there_is_said_in_a_sentence(at):
    at("add", "Readiness")
    for words in (("show", "Other"), ("answer", "Readiness", "7", "--text", "x"), ("close", "")):
        outcome = at(*words)
        assert (outcome.status, outcome.out) == (1, "")
        assert outcome.err.strip().endswith(".")


def test_pit_import_points_to_the_command_for_questions(at):
    path = questions(at, "1,How many?,")
    assert at("import", path, "--new", "Form", "--map", "nothing=No").status == 2
    assert at("import", questions(at, "1,,"), "--new", "Form").status == 1
