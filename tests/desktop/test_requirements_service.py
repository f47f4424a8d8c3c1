"""Requirements and cases by hand, and links that ask to be looked at again when the requirement changes."""

from __future__ import annotations

import pytest

from desktop.changes import Subject
from desktop.errors import InvalidInput, NotFound
from desktop.records.model import RunDetails
from desktop.records.plain_keys import is_plain
from desktop.testing.freezing import frozen_case, frozen_steps
from desktop.testing.hashing import case_hash, requirement_hash
from desktop.testing.model import CaseEdit, RequirementEdit, Status, Step
from desktop.testing.requirements import RequirementService
from desktop.testing.runs import RunService
from local_db.connection import Store


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path / "workspace.db")
    yield made
    made.close()


@pytest.fixture
def service(store, clock):
    return RequirementService(store, "Jo", clock)


def ids(store, table):
    return [row[0] for row in store.read().execute(f"SELECT id FROM {table} ORDER BY id")]


def add_requirement(service, store, key="R-1", **fields):
    service.add_requirement(key, RequirementEdit(**{"title": f"Title of {key}", **fields}))
    return ids(store, "requirement")[-1]


def add_case(service, store, key="T-1", requirement_ids=(), **fields):
    service.add_case(key, CaseEdit(**{"title": f"Title of {key}", **fields}), requirement_ids)
    return ids(store, "test_case")[-1]


def test_a_requirement_typed_by_hand_is_there_as_it_was_typed(service, store):
    changes = service.add_requirement(
        " FR-001 ", RequirementEdit(title=" Send IF-021 ", text="Shall.", family="functional", stage="SIT")
    )
    assert (changes.title, changes.subjects) == ("Add requirement FR-001", {Subject.REQUIREMENTS})
    found = service.requirement(1)
    assert (found.key, found.title, found.text, found.family) == ("FR-001", "Send IF-021", "Shall.", "functional")
    assert not found.missing
    store.undo(actor="Jo", at=service._clock())
    with pytest.raises(NotFound):
        service.requirement(1)


@pytest.mark.parametrize(
    ("key", "title", "field"),
    [("", "x", "key"), ("  ", "x", "key"), ("R-1", "x", "key"), ("R-2", "  ", "title"), ("a\nb", "x", "key")],
)
def test_a_requirement_without_key_or_title_or_with_a_taken_key_is_refused(service, store, key, title, field):
    add_requirement(service, store)
    with pytest.raises(InvalidInput) as refused:
        service.add_requirement(key, RequirementEdit(title=title))
    assert refused.value.field == field
    assert len(ids(store, "requirement")) == 1


def test_several_requirements_change_in_one_step_and_each_keeps_its_own_hash(service, store):
    first, second = add_requirement(service, store), add_requirement(service, store, "R-2")
    changes = service.edit_requirements([first, second], RequirementEdit(family="migration", owner="Sam"))
    assert (changes.title, changes.count) == ("Change 2 requirements", 2)
    for one in (first, second):
        found = service.requirement(one)
        kept = store.read().execute("SELECT hash FROM requirement WHERE id = ?", (one,)).fetchone()[0]
        assert (found.family, found.owner, kept) == ("migration", "Sam", requirement_hash(found))
    with pytest.raises(NotFound):
        service.edit_requirements([first, 99], RequirementEdit(owner="x"))
    with pytest.raises(InvalidInput):
        service.edit_requirements([first], RequirementEdit(title=" "))
    with pytest.raises(InvalidInput):
        service.edit_requirements([first], RequirementEdit(reliance_id=7))


def test_notes_and_owners_are_not_what_a_requirement_asks(service, store):
    one = add_requirement(service, store)
    before = requirement_hash(service.requirement(one))
    service.edit_requirements([one], RequirementEdit(note="n", owner="o", priority="high", applies="not ours"))
    assert requirement_hash(service.requirement(one)) == before
    service.edit_requirements([one], RequirementEdit(text="Otherwise."))
    assert requirement_hash(service.requirement(one)) != before


def test_a_case_has_its_steps_numbered_and_replaced_as_a_whole(service, store):
    one = add_case(service, store, steps=(Step(0, "", "first"), Step(0, "2a", "second", message="IF-021")))
    assert [(step.position, step.step) for step in service.case(one).steps] == [(1, "1"), (2, "2a")]
    before = case_hash(service.case(one))
    service.edit_cases([one], CaseEdit(steps=(Step(9, "x", "only"),)))
    assert service.case(one).steps == (Step(1, "x", "only"),)
    assert case_hash(service.case(one)) != before
    store.undo(actor="Jo", at=service._clock())
    assert case_hash(service.case(one)) == before
    service.edit_cases([one], CaseEdit(priority="low"))
    assert case_hash(service.case(one)) == before


def test_a_link_asks_to_be_looked_at_once_its_requirement_reads_otherwise(service, store):
    requirement = add_requirement(service, store)
    add_case(service, store, requirement_ids=[requirement])
    assert service.links_to_confirm() == []
    service.edit_requirements([requirement], RequirementEdit(text="It shall be sent within 5 minutes."))
    (link,) = service.links_to_confirm()
    assert service.confirm([link]).count == 1
    assert service.links_to_confirm() == []
    assert service.confirm([link]).count == 0
    store.undo(actor="Jo", at=service._clock())
    assert service.links_to_confirm() == [link]


def test_links_are_added_once_and_removed(service, store):
    requirements = [add_requirement(service, store, key) for key in ("R-1", "R-2")]
    cases = [add_case(service, store, key) for key in ("T-1", "T-2")]
    assert service.link(requirements, cases).count == 4
    assert service.link(requirements, cases).count == 0
    assert service.unlink(ids(store, "requirement_case")[:1]).count == 1
    assert len(ids(store, "requirement_case")) == 3
    with pytest.raises(NotFound):
        service.link([99], cases)
    with pytest.raises(NotFound):
        service.link(requirements, [99])


def test_a_frozen_case_says_what_was_tested_and_for_what(service, store):
    one = add_case(service, store, expected="IF-022 is answered", steps=(Step(0, "", "send", who="Tester"),))
    case = service.case(one)
    frozen = frozen_case(case, ["R-2", "R-1"])
    assert frozen["requirements"] == ["R-1", "R-2"]
    assert frozen["case_hash"] == case_hash(case)
    assert frozen_steps(frozen) == case.steps


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("FR-001", "FR-001"),
        ("TC_2.1(a)", "TC_2.1(a)"),
        ("1012345678900", ""),  # reads like an MPAN
        ("10 1234 5678 900", ""),
        ("10-1234-5678-900", ""),
        ("REQ 1012345678900", ""),
        ("07700900123", ""),
        ("John Smith", ""),
        ("Smith", ""),
        ("jo@example.com", ""),
    ],
)
def test_titles_of_steps_hold_no_key_that_may_be_a_person_or_a_supply(service, store, clock, key, said):
    assert is_plain(key) is bool(said)
    added = service.add_requirement(key, RequirementEdit(title="t"))
    case = service.add_case(key, CaseEdit(title="t", steps=(Step(1, "Ask John Smith", "d"),)))
    assert added.title == (f"Add requirement {said}" if said else "Add a requirement")
    assert case.title == (f"Add test case {said}" if said else "Add a test case")
    runs = RunService(store, "Jo", clock)
    runs.start(RunDetails("r"), ids(store, "test_case"))
    step = runs.set_step(ids(store, "result")[0], 1, Status.PASSED)
    assert step.title == f"A step of {said or 'a test case'}: Passed"
    titles = [row[0] for row in store.read().execute("SELECT title FROM audit")]
    assert not [one for one in titles if "Smith" in one or "5678" in one or "example" in one or "900123" in one]
