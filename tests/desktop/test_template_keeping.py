"""Templates are kept, mapped by version, carried over to newer ones, retired; every step can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from official_template import build
from openpyxl import Workbook, load_workbook
from template_hands import MAPPING, VALUES, content, look

from desktop.app import Workspace
from desktop.changes import Subject
from desktop.errors import FileRefused, InvalidInput, NotFound
from desktop.excel.book import Kind
from desktop.excel.saving import NotSaved
from desktop.submissions.content import Column, Content, table_of
from desktop.submissions.filling.mapping_json import from_json, to_json
from desktop.submissions.filling.model import CellRule, TableRule, TemplateMapping
from desktop.submissions.filling.service import TemplateService
from desktop.submissions.filling.suggesting import suggested

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
KIND = "info_request"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "desk", "Acme Energy Ltd", "ACME", actor="tester") as made:
        yield made


@pytest.fixture
def templates(workspace: Workspace) -> TemplateService:
    return workspace.templates


@pytest.fixture
def official(tmp_path: Path) -> Path:
    return build(tmp_path / "BSC return 3.1.xlsx")


def test_a_template_is_added_mapped_and_used_for_its_recipient(
    templates: TemplateService, official: Path, tmp_path: Path
) -> None:
    added, changes = templates.add(official, recipient="BSC", kind=KIND, document="DOC 12 v3.1")
    assert (added.title, added.document, added.recipient_name) == ("BSC return 3.1", "DOC 12 v3.1", "BSCCo (Elexon)")
    assert changes.subjects == {Subject.TEMPLATES}
    assert templates.for_recipient("BSC", KIND) is None
    templates.save_mapping(added.id, MAPPING)
    found = templates.for_recipient("BSC", KIND)
    assert found is not None
    assert (found.version, found.mapping) == (1, MAPPING)
    assert templates.for_recipient("REC", KIND) is None
    told = templates.fill(added.id, VALUES, content(), tmp_path / "out.xlsx")
    assert told.rows == 15
    assert load_workbook(tmp_path / "out.xlsx")["Cover"]["C7"].value == "ACME-PPIR-0001"


def test_the_same_bytes_again_are_the_template_that_is_there(templates: TemplateService, official: Path) -> None:
    first, _ = templates.add(official, recipient="BSC", kind=KIND)
    again, changes = templates.add(official, recipient="BSC", kind=KIND, title="Other")
    assert again.id == first.id
    assert not changes.subjects
    other, _ = templates.add(official, recipient="REC", kind=KIND)
    assert other.id != first.id


def test_every_version_of_a_mapping_is_kept_and_the_same_is_none(templates: TemplateService, official: Path) -> None:
    added, _ = templates.add(official, recipient="BSC", kind=KIND)
    templates.save_mapping(added.id, MAPPING)
    assert not templates.save_mapping(added.id, MAPPING).subjects
    templates.save_mapping(added.id, TemplateMapping(MAPPING.cells))
    assert templates.get(added.id).version == 2


def test_what_is_done_to_templates_can_be_undone(
    workspace: Workspace, templates: TemplateService, official: Path
) -> None:
    added, _ = templates.add(official, recipient="BSC", kind=KIND)
    templates.save_mapping(added.id, MAPPING)
    templates.retire(added.id, "They use a portal now")
    assert templates.templates() == ()
    assert templates.templates(retired=True)[0].retired == "They use a portal now"
    workspace.history.undo()
    assert templates.for_recipient("BSC", KIND) is not None
    workspace.history.undo()
    assert templates.get(added.id).version == 0
    workspace.history.undo()
    assert templates.templates(retired=True) == ()
    for _ in range(3):
        workspace.history.redo()
    assert templates.get(added.id).retired


def test_a_newer_version_takes_over_what_stands_where_it_stood_or_moved_as_a_whole(
    workspace: Workspace, templates: TemplateService, official: Path, tmp_path: Path
) -> None:
    old, _ = templates.add(official, recipient="BSC", kind=KIND)
    templates.save_mapping(old.id, MAPPING)
    new, _ = templates.add(build(tmp_path / "v4.xlsx", title="Return 4", shift=2), recipient="BSC", kind=KIND)
    assert [one.id for one in templates.templates()] == [new.id]
    assert templates.get(old.id).retired == "Replaced by “v4”"
    spots = {one.item: one.spot for one in new.mapping.cells}
    assert spots["participant.name"] == "Cover!C7"
    assert spots["overall.status"] == "Cover!C13"
    assert spots["submission.ref"] == "Submission_Reference"
    assert new.mapping.tables == MAPPING.tables
    assert templates.problems(new.id, new.mapping, content()) == ()
    workspace.history.undo()
    assert [one.id for one in templates.templates()] == [old.id]


def test_what_is_not_there_any_more_is_not_carried_over(
    templates: TemplateService, official: Path, tmp_path: Path
) -> None:
    old, _ = templates.add(official, recipient="BSC", kind=KIND)
    templates.save_mapping(old.id, MAPPING)
    book = Workbook()
    book.active.title = "Cover"  # type: ignore[union-attr]
    book.active["B9"] = "Organisation name"  # type: ignore[index]
    book.save(tmp_path / "other.xlsx")
    new, _ = templates.add(tmp_path / "other.xlsx", recipient="BSC", kind=KIND)
    assert new.mapping == TemplateMapping((CellRule("Cover!C9", "participant.name"),))


def test_an_older_template_can_be_taken_up_again_with_its_mapping(
    templates: TemplateService, official: Path, tmp_path: Path
) -> None:
    old, _ = templates.add(official, recipient="BSC", kind=KIND)
    templates.save_mapping(old.id, MAPPING)
    templates.add(build(tmp_path / "v4.xlsx", title="Return 4"), recipient="BSC", kind=KIND)
    again, _ = templates.add(official, recipient="BSC", kind=KIND)
    assert (again.id, again.retired, again.mapping) == (old.id, "", MAPPING)
    assert len(templates.templates()) == 1


def test_a_retired_template_is_used_again_and_the_one_meanwhile_is_not(
    workspace: Workspace, templates: TemplateService, official: Path, tmp_path: Path
) -> None:
    old, _ = templates.add(official, recipient="BSC", kind=KIND)
    templates.save_mapping(old.id, MAPPING)
    new, _ = templates.add(build(tmp_path / "v4.xlsx", title="Return 4"), recipient="BSC", kind=KIND)
    templates.restore(old.id)
    assert templates.for_recipient("BSC", KIND) == templates.get(old.id)
    assert templates.get(old.id).mapping == MAPPING
    assert templates.get(new.id).retired == f"Replaced by “{old.title}”"
    assert not templates.restore(old.id).subjects, "it is in use already"
    workspace.history.undo()
    assert [one.id for one in templates.templates()] == [new.id]


def test_what_cannot_be_mapped_is_refused(templates: TemplateService, official: Path) -> None:
    added, _ = templates.add(official, recipient="BSC", kind=KIND)
    for mapping, words in (
        (TemplateMapping((CellRule("Cover!C13", "submission.ref"),)), "has a formula"),
        (TemplateMapping((CellRule("Cover!C99x", "submission.ref"),)), "no cell"),
        (TemplateMapping((CellRule("Cover!C5", "a.b"), CellRule("Cover!C5", "a.c"))), "twice"),
        (TemplateMapping(tables=(TableRule("Gone", 7, "questions", (("A", "row_key"),)),)), "no heading row"),
    ):
        with pytest.raises(InvalidInput, match=words):
            templates.save_mapping(added.id, mapping)
    assert templates.get(added.id).version == 0


def test_who_and_what_it_is_for_has_to_be_said(templates: TemplateService, official: Path) -> None:
    with pytest.raises(InvalidInput) as refusal:
        templates.add(official, recipient="Nobody", kind=KIND)
    assert refusal.value.field == "recipient"
    with pytest.raises(InvalidInput) as refusal:
        templates.add(official, recipient="BSC", kind="nothing")
    assert refusal.value.field == "kind"
    added, _ = templates.add(official, recipient="BSC", kind=KIND)
    with pytest.raises(InvalidInput) as refusal:
        templates.retire(added.id, "  ")
    assert refusal.value.field == "reason"
    with pytest.raises(NotFound):
        templates.get(99)


def test_a_template_that_is_not_mapped_is_not_filled(
    templates: TemplateService, official: Path, tmp_path: Path
) -> None:
    added, _ = templates.add(official, recipient="BSC", kind=KIND)
    with pytest.raises(FileRefused, match="is not mapped"):
        templates.fill(added.id, VALUES, content(), tmp_path / "out.xlsx")


def test_the_original_is_given_back_byte_for_byte(templates: TemplateService, official: Path, tmp_path: Path) -> None:
    added, _ = templates.add(official, recipient="BSC", kind=KIND)
    templates.save_original(added.id, tmp_path / "back.xlsx")
    assert (tmp_path / "back.xlsx").read_bytes() == official.read_bytes()
    assert templates.spots(added.id).file_name == official.name
    with pytest.raises(NotSaved):
        templates.save_original(added.id, tmp_path / "gone" / "back.xlsx")


def test_problems_are_told_before_anything_is_filled(templates: TemplateService, official: Path) -> None:
    added, _ = templates.add(official, recipient="BSC", kind=KIND)
    assert templates.problems(added.id, MAPPING, content()) == ()
    found = templates.problems(added.id, MAPPING, content(questions=25, status="Green"))
    assert [one.refuses for one in found] == [True, True]
    assert found[0].place == "Cover!C11"


def test_names_suggest_what_goes_where(official: Path) -> None:
    found = suggested(look(official), content())
    assert set(found.cells) == set(MAPPING.cells)
    assert found.tables == MAPPING.tables


def test_headings_are_known_by_other_words(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Question no.", "Question", "Your response", "Something of theirs"])
    book.save(tmp_path / "t.xlsx")
    columns = [Column("row_key", "Row key"), Column("number", "Number"), Column("question", "Question"),
               Column("answer", "Answer")]  # fmt: skip
    said = Content("x", "T", (), (table_of("questions", "Q", "Questions", "", columns, []),))
    assert suggested(look(tmp_path / "t.xlsx"), said).tables == (
        TableRule("Sheet", 1, "questions", (("A", "number"), ("B", "question"), ("C", "answer"))),
    )


def test_a_name_that_could_be_two_things_is_left_to_the_person(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "Contact"
    sheet["A3"] = "Findings open"
    book.save(tmp_path / "t.xlsx")
    said = Content("cleanse_report", "T", (("Finding open", "1"), ("Findings opens", "2")), ())
    found = suggested(look(tmp_path / "t.xlsx"), said)
    assert found.cells == (CellRule("Sheet!B1", "contact.name"),)


def test_items_are_single_values_figures_and_columns(templates: TemplateService) -> None:
    columns = (Column("row_key", "Ref"), Column("open", "Open", Kind.NUMBER))
    said = Content(
        "x", "T", (("Open", "4"),), (table_of("t", "T", "Things", "", columns, [("A1", 4)]),), values={"a.b": "9"}
    )
    items = {one.id: one for one in templates.items(said)}
    assert "participant.name" in items
    assert (items["position.1"].title, items["position.1"].example) == ("Open", "4")
    assert items["a.b"].example == "9"
    assert (items["t.open"].table, items["t.open"].column, items["t.open"].example) == ("t", "open", "4")


def test_a_mapping_is_kept_as_it_was() -> None:
    mapping = TemplateMapping(MAPPING.cells, MAPPING.tables, (("a.b", (("yes", "Yes"), ("nö", "No"))),))
    assert from_json(to_json(mapping)) == mapping
