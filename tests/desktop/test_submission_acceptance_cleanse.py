"""Acceptance rules about the data cleanse and about templates, on runs and workbooks made by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from cleanse_hands import finding, hands
from openpyxl import Workbook

from desktop.cleanse.exceptions import ExceptionRequest
from desktop.participant.model import Scope as Role
from desktop.submissions.filling.model import CellRule, TemplateMapping
from desktop.submissions.model import CheckLine, Outcome, SubmissionDetails


@pytest.fixture
def at(tmp_path):
    with hands(tmp_path / "workspace") as made:
        made.workspace.participant.save_scope(Role("ACME", "supplier"))
        yield made


def line(at: Any, rule: str, today: date = date(2026, 11, 23)) -> CheckLine:
    submissions = at.workspace.submissions
    found = submissions.submissions()
    number = found[0].id if found else submissions.prepare(SubmissionDetails("cleanse_report"))[0]
    (one,) = [each for each in submissions.check(number, today).lines if each.rule == rule]
    return one


@pytest.mark.parametrize(("today", "count"), [(date(2026, 12, 24), 0), (date(2026, 12, 25), 1)])
def test_a_run_older_than_a_month_is_told(at, today, count):
    at.run(finding(1))
    found = line(at, "run_age", today)
    assert found.count == count
    assert not count or found.detail.startswith("The newest run is of 2026-11-23, 32 days ago; 31 are taken.")


def test_before_the_first_run_there_is_nothing_to_look_at(at):
    assert line(at, "run_age").outcome is Outcome.SKIPPED
    assert line(at, "scope_there").outcome is Outcome.FAILED


def test_a_newer_portfolio_that_was_not_checked_is_told(at, tmp_path):
    at.run(finding(1))
    assert line(at, "portfolio_checked").outcome is Outcome.PASSED
    file = tmp_path / "newer.csv"
    file.write_text("MPAN,Postcode\n1200000000001,AB1 2CD\n", encoding="utf-8")
    source = at.workspace.portfolio.read(file)
    at.workspace.portfolio.commit(at.workspace.portfolio.stage(source, {"mpan": "MPAN", "postcode": "Postcode"}))
    source.close()
    found = line(at, "portfolio_checked")
    assert (found.outcome, found.mend and found.mend.page) == (Outcome.FAILED, "cleanse")


def test_checks_that_did_not_run_are_told_by_name(at):
    at.run(finding(1), not_run=("FMT-02", "XFD-01"))
    found = line(at, "checks_ran")
    assert (found.count, found.examples[0][0]) == (2, "FMT-02: The file has no such column.")
    assert found.examples[0][1].target == "cleanse:check=FMT-02"


def test_an_exception_that_ended_is_told(at):
    at.run(finding(1))
    at.cleanse.accept([1], ExceptionRequest("Known", "Ada", date(2026, 12, 1)))
    assert line(at, "exceptions_hold", date(2026, 12, 1)).outcome is Outcome.PASSED
    found = line(at, "exceptions_hold", date(2026, 12, 2))
    assert (found.count, found.examples[0][1].target) == (1, "cleanse:check=FMT-01")


def test_a_template_that_cannot_be_filled_any_more_blocks(at, tmp_path):
    at.run(finding(1))
    book = Workbook()
    book.active.title = "Form"
    book.active["A1"] = "Participant"
    path = tmp_path / "form.xlsx"
    book.save(path)
    template, _ = at.workspace.templates.add(path, recipient="BSC", kind="cleanse_report")
    at.workspace.templates.save_mapping(template.id, TemplateMapping((CellRule("Form!B1", "participant.name"),)))
    assert line(at, "templates_fillable").outcome is Outcome.PASSED
    file = at.workspace.blobs.path(template.sha256)
    file.chmod(0o644)
    file.write_bytes(b"PK no more")
    found = line(at, "templates_fillable")
    assert found.outcome in {Outcome.FAILED, Outcome.COULD_NOT_RUN}
    assert found in at.workspace.submissions.check(at.workspace.submissions.submissions()[0].id).blocked
