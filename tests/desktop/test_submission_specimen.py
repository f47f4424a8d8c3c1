"""A form can be mapped before there is a submission of its kind: what one would say is gathered from what is there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from freezing_hands import WalkingClock, a_draft, a_frozen, acme, asked, plain
from official_template import build

from desktop.cli import main
from desktop.errors import InvalidInput
from desktop.participant.model import Contact
from desktop.report.privacy import MpanChoice
from desktop.requests.model import RequestDetails
from desktop.submissions.kinds.gathering import KINDS


@pytest.fixture
def desk(tmp_path):
    with acme(tmp_path / "desk", WalkingClock()) as workspace:
        yield workspace


def tables(content) -> list[str]:
    return [one.id for one in content.tables]


def test_without_a_submission_it_is_gathered_over_the_first_thing_there_is(desk):
    asked(desk)
    found = desk.submissions.specimen("info_request")
    assert "questions" in tables(found)
    assert found.title == "Answers to an information request (PPIR)"
    assert desk.submissions.submissions() == ()


def test_a_request_without_questions_is_passed_over_for_one_with_them(desk):
    asked(desk)
    desk.requests.add(RequestDetails("Empty", due="2026-12-01"))
    assert next(one for one in desk.submissions.specimen("info_request").tables if one.id == "questions").count


def test_the_newest_submission_goes_before(desk):
    made = a_frozen(desk)
    assert plain(desk.submissions.specimen("info_request")) == plain(desk.submissions.content(made))


def test_a_draft_over_what_is_gone_does_not_stand_in_the_way(desk):
    made = a_draft(desk)
    newer = a_draft(desk)
    gone = desk.submissions.get(newer).details.scope.request_id
    with desk.store.write() as connection:  # as workspaces of before may be: a request under a draft stays today
        connection.execute("DELETE FROM info_question WHERE request_id = ?", (gone,))
        connection.execute("DELETE FROM info_request WHERE id = ?", (gone,))
    found = desk.submissions.specimen("info_request")
    assert plain(found) == plain(desk.submissions.content(made))


@pytest.mark.parametrize("kind", KINDS)
def test_of_an_empty_workspace_each_kind_says_what_to_do_first(desk, kind):
    with pytest.raises(InvalidInput) as raised:
        desk.submissions.specimen(kind)
    assert (raised.value.field, raised.value.safe) == ("kind", "The form is kept.")
    assert raised.value.todo.endswith("first.")


def test_a_mapping_is_suggested_before_there_is_a_submission(desk, tmp_path, capsys):
    asked(desk)
    desk.templates.add(build(tmp_path / "form.xlsx"), recipient="BSC", kind="info_request", title="Return")
    desk.close()
    assert main(["submit", "template", "map", "1", "--suggest", "--workspace", str(desk.folder)]) == 0
    assert '"questions"' in capsys.readouterr().out


def test_what_a_form_would_take_of_a_contact_follows_the_choice_of_the_newest_submission(desk):
    desk.participant.save_contact(Contact("signatory", "Jo Bloggs", "Manager", "jo@example.org", "020 7946 0123"))
    before = desk.submissions.template_values("info_request", "BSC")
    assert (before["contact.name"], before["submission.ref"]) == ("Jo Bloggs", "")
    assert "0123" in before["contact.phone"]
    assert "7946" not in before["contact.phone"]
    made = desk.submissions.get(a_draft(desk))
    desk.submissions.edit(made.id, replace(made.details, mpan_choice=MpanChoice.FULL))
    after = desk.submissions.template_values("info_request", "BSC")
    assert (after["contact.phone"], after["submission.ref"]) == ("020 7946 0123", made.ref)
