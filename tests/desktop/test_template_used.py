"""A recipient's own form is never left out in silence: not mapped, emptily mapped, locked, with lists of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from freezing_hands import WalkingClock, a_draft, acme, asked
from official_template import build
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from template_hands import MAPPING, content, look

from desktop.cli import main
from desktop.errors import InvalidInput
from desktop.submissions.filling.model import CellRule, Spot, SpotKind, TableRule, TemplateLook, TemplateMapping
from desktop.submissions.filling.suggesting import suggested
from desktop.submissions.model import Outcome, Severity

KIND = "info_request"


@pytest.fixture
def desk(tmp_path):
    with acme(tmp_path / "desk", WalkingClock()) as workspace:
        yield workspace


def form(path: Path, *, allowed: str = "", strict: bool = False, locked: bool = False, longest: int = 0) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Form"
    sheet.append(["Question", "Response", "Remark"])
    if allowed:
        rule = DataValidation(type="list", formula1=f'"{allowed}"', showErrorMessage=strict)
        rule.add("B2:B50")
        sheet.add_data_validation(rule)
    if longest:
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(longest))
        rule.add("B2:B50")
        sheet.add_data_validation(rule)
    sheet.protection.sheet = locked
    book.save(path)
    return path


def recipient_of(desk, number: int) -> str:
    return desk.submissions.get(number).recipients[0].recipient


def line(desk, number: int, rule: str):
    return next(one for one in desk.submissions.check(number).lines if one.rule == rule)


def test_a_form_that_is_loaded_and_not_mapped_is_told_at_check_and_after_freezing(desk, tmp_path, capsys):
    number = a_draft(desk)
    assert line(desk, number, "templates_mapped").outcome is Outcome.PASSED
    made, _ = desk.templates.add(form(tmp_path / "f.xlsx"), recipient=recipient_of(desk, number), kind=KIND)
    one = line(desk, number, "templates_mapped")
    assert (one.outcome, one.severity, one.count) == (Outcome.FAILED, Severity.ADVISE, 1)
    assert "is loaded and nothing says what goes where in it: only our workbook goes to them" in one.detail
    assert one.mend is not None
    assert one.mend.target == f"templates:id={made.id}"
    name = desk.submissions.get(number).ref
    folder = str(desk.folder)
    desk.close()
    assert main(["submit", "freeze", name, "--workspace", folder]) == 0
    assert "form “f” is loaded and nothing says what goes where" in capsys.readouterr().out


def test_a_mapping_in_which_nothing_goes_anywhere_is_refused(desk, tmp_path):
    made, _ = desk.templates.add(form(tmp_path / "f.xlsx"), recipient="BSC", kind=KIND)
    with pytest.raises(InvalidInput, match="Nothing goes anywhere"):
        desk.templates.save_mapping(made.id, TemplateMapping())
    assert desk.templates.get(made.id).version == 0


def test_where_a_sheet_locks_everything_by_mistake_its_places_are_suggested_all_the_same(tmp_path):
    path = form(tmp_path / "f.xlsx", locked=True)
    assert [one.locked for one in look(path).spots if one.kind is SpotKind.TABLE] == [True]
    assert [one.sheet for one in suggested(look(path), content()).tables] == ["Form"]


def test_where_a_sheet_has_places_for_filling_its_locked_ones_are_not_suggested():
    spots = (
        Spot(SpotKind.CELL, "Form", "C5", "Organisation name", locked=True),
        Spot(SpotKind.CELL, "Form", "C6", "Submission reference"),
    )
    found = suggested(TemplateLook("f.xlsx", "", 1, (("Form", "visible"),), spots, (), ()), content())
    assert found.cells == (CellRule("Form!C6", "submission.ref"),)


def test_a_form_of_which_nothing_is_like_ours_is_told_and_stays_not_mapped(desk, tmp_path, capsys):
    asked(desk)
    book = Workbook()
    book.active["A1"] = "Zzz"  # type: ignore[index]
    book.save(tmp_path / "f.xlsx")
    made, _ = desk.templates.add(tmp_path / "f.xlsx", recipient="BSC", kind=KIND)
    folder = str(desk.folder)
    desk.close()
    map_it = ["submit", "template", "map", str(made.id), "--suggest", "--save", "--workspace", folder]
    assert main(map_it) == 1
    assert "Nothing was suggested" in capsys.readouterr().err
    main(["submit", "template", "list", "--workspace", folder])
    assert "not mapped yet" in capsys.readouterr().out


def test_a_value_that_the_forms_list_does_not_have_is_told_with_its_cell_and_what_the_list_has(desk, tmp_path):
    number = a_draft(desk)
    path = form(tmp_path / "f.xlsx", allowed="Finished,Not for us")
    made, _ = desk.templates.add(path, recipient=recipient_of(desk, number), kind=KIND)
    (table,) = [one for one in desk.submissions.content(number).tables if one.id == "questions"]
    column = next(one.id for one in table.columns if one.id not in {"row_key", "question"})
    rule = TableRule("Form", 1, "questions", (("A", "question"), ("B", column)))
    desk.templates.save_mapping(made.id, TemplateMapping(tables=(rule,)))
    one = line(desk, number, "templates_listed")
    assert (one.outcome, one.severity) == (Outcome.FAILED, Severity.ADVISE)
    assert "Form!B2" in one.examples[0][0]
    assert "It has: Finished, Not for us" in one.detail
    assert one.detail.endswith("They would bounce it.")
    assert line(desk, number, "templates_fillable").outcome is Outcome.PASSED
    frozen = desk.submissions.freeze(number)
    kept = next(one for one in desk.submissions.check(frozen.id).lines if one.rule == "templates_listed")
    assert "It has: Finished, Not for us" in kept.detail


def test_a_value_that_breaks_a_rule_of_its_cell_is_advised_before_freezing_and_kept(desk, tmp_path, capsys):
    number = a_draft(desk)
    path = form(tmp_path / "f.xlsx", longest=4)
    made, _ = desk.templates.add(path, recipient=recipient_of(desk, number), kind=KIND)
    desk.templates.save_mapping(made.id, TemplateMapping((CellRule("Form!B2", "submission.ref"),)))
    one = line(desk, number, "templates_listed")
    ref = desk.submissions.get(number).ref
    assert (one.outcome, one.severity) == (Outcome.FAILED, Severity.ADVISE)
    assert f"the template takes at most 4 characters (Form, B2), and what would be written is “{ref}”" in one.detail
    assert line(desk, number, "templates_fillable").outcome is Outcome.PASSED
    frozen = desk.submissions.freeze(number)
    kept = next(one for one in desk.submissions.check(frozen.id).lines if one.rule == "templates_listed")
    assert "at most 4 characters" in kept.detail
    folder = str(desk.folder)
    desk.close()
    assert main(["submit", "template", "show", str(made.id), "--workspace", folder]) == 0
    assert "\n       takes B: at most 4 characters\n" in capsys.readouterr().out


def test_a_single_value_that_the_list_of_a_form_refuses_blocks_before_freezing(desk, tmp_path):
    number = a_draft(desk)
    path = form(tmp_path / "f.xlsx", allowed="Somebody else", strict=True)
    made, _ = desk.templates.add(path, recipient=recipient_of(desk, number), kind=KIND)
    desk.templates.save_mapping(made.id, TemplateMapping((CellRule("Form!B2", "participant.name"),)))
    one = line(desk, number, "templates_fillable")
    assert (one.outcome, one.severity) == (Outcome.FAILED, Severity.BLOCK)
    assert "does not have “Acme" in one.examples[0][0]


def test_examples_of_the_single_values_are_those_of_the_newest_submission(desk, tmp_path, capsys):
    asked(desk)
    values = desk.submissions.template_values(KIND, "BSC")
    assert (values["recipient.name"], values["submission.ref"]) == ("BSCCo (Elexon)", "")
    number = a_draft(desk)
    ref = desk.submissions.get(number).ref
    values = desk.submissions.template_values(KIND, "BSC")
    items = {one.id: one.example for one in desk.templates.items(desk.submissions.specimen(KIND), values)}
    assert items["submission.ref"] == ref
    assert items["participant.name"] == desk.participant.get().name
    made, _ = desk.templates.add(form(tmp_path / "f.xlsx"), recipient="BSC", kind=KIND)
    desk.templates.save_mapping(made.id, TemplateMapping((CellRule("Form!B2", "submission.ref"),)))
    folder = str(desk.folder)
    desk.close()
    main(["submit", "template", "show", str(made.id), "--workspace", folder])
    assert f"Form!B2 takes submission.ref: {ref}" in capsys.readouterr().out


def test_what_a_newer_form_does_not_have_any_more_is_told(desk, tmp_path, capsys):
    old, _ = desk.templates.add(build(tmp_path / "v3.xlsx"), recipient="BSC", kind=KIND)
    desk.templates.save_mapping(old.id, MAPPING)
    book = Workbook()
    book.active.title = "Cover"  # type: ignore[union-attr]
    book.active["B5"] = "Organisation name"  # type: ignore[index]
    book.save(tmp_path / "v4.xlsx")
    folder = str(desk.folder)
    desk.close()
    add = ["submit", "template", "add", str(tmp_path / "v4.xlsx"), "--recipient", "BSC", "--kind", KIND]
    assert main([*add, "--workspace", folder]) == 0
    told = capsys.readouterr().out
    assert "Not carried over, not found in it: Cover!C9 took “Date of the submission”" in told
    assert "Not carried over, not found in it: the columns below row 7 of Responses took the table “Questions”" in told
    assert "Cover!C5 took" not in told
    main([*add, "--json", "-", "--workspace", folder])
    assert json.loads(capsys.readouterr().out)["not_carried"] == []
