"""Content packs: whose text it is, what a new one changes, and never ours as official."""

from __future__ import annotations

import json
from datetime import date

import pytest

from desktop.content.pack import KINDS, PackStatus, compare_packs, parse_pack
from desktop.content.service import ContentService, shipped_pack
from desktop.errors import FileRefused
from local_db.connection import Store


@pytest.fixture
def content(tmp_path, clock):
    store = Store.create(tmp_path / "workspace.db")
    yield ContentService(store, "Ada", clock)
    store.close()


def pack_text(**changes) -> str:
    pack = {
        "kind": "milestones",
        "version": "9.1",
        "status": "official",
        "source": "Programme plan 9.1",
        "date": "2026-12-01",
        "body": {"milestones": [{"id": "M15", "title": "Full transition complete", "baselines": [], "actual": None}]},
    }
    return json.dumps({**pack, **changes})


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_pack_is_marked_suggested_and_names_its_source(kind):
    pack = shipped_pack(kind)
    assert pack.status is PackStatus.SUGGESTED
    assert not pack.own
    assert len(pack.source) > 20
    assert "not official" in pack.label


def test_a_month_without_a_day_counts_as_its_last_day(content):
    march = next(m for m in content.milestones() if m.id == "M14").baselines[0]
    assert (march.text, march.day) == ("2026-03", date(2026, 3, 31))


def test_what_happened_comes_before_what_was_planned(content):
    by_id = {m.id: m for m in content.milestones()}
    assert by_id["M10"].latest.day == date(2025, 9, 24)
    assert by_id["M15"].latest.day == date(2027, 5, 7)
    assert by_id["M15"].actual is None


def test_the_swap_of_m11_and_m12_is_told(content):
    assert "M11 as Smart" in next(m for m in content.milestones() if m.id == "M11").note


def test_the_persons_own_pack_is_used_until_it_is_reset(content, tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(pack_text(), encoding="utf-8")
    content.take(file)
    assert content.pack("milestones").own
    assert [m.id for m in content.milestones()] == ["M15"]
    content.reset("milestones")
    assert content.pack("milestones") == shipped_pack("milestones")


def test_taking_a_pack_can_be_undone(content, tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(pack_text(), encoding="utf-8")
    content.take(file)
    content._store.undo(actor="Ada", at=content._clock())
    assert not content.pack("milestones").own


def test_a_new_pack_is_compared_row_by_row_before_it_is_taken(content, tmp_path):
    file = tmp_path / "plan.json"
    body = json.loads(json.dumps(shipped_pack("milestones").body))
    row = next(m for m in body["milestones"] if m["id"] == "M15")
    row["title"] = "Everything moved"
    body["milestones"].append({"id": "M17", "title": "Another"})
    file.write_text(pack_text(body=body), encoding="utf-8")
    new, changes = content.compare(file)
    assert new.version == "9.1"
    assert {(c.path, c.before, c.after) for c in changes} == {
        ("milestones/M15/title", "Full transition complete", "Everything moved"),
        ("milestones/M17/id", None, "M17"),
        ("milestones/M17/title", None, "Another"),
    }


def test_a_pack_compared_with_itself_changes_nothing():
    for kind in KINDS:
        assert compare_packs(shipped_pack(kind), shipped_pack(kind)) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", "not a JSON file"),
        ("[]", "one JSON object"),
        (pack_text(kind="recipes"), "recipes"),
        (pack_text(status="holy"), "status"),
        (pack_text(body=None), "body"),
        (pack_text(body={"milestones": [{"title": "no id"}]}), "id"),
        ("[" * 100_000, "not a JSON file"),
        (pack_text(version=3), "version"),
    ],
)
def test_a_file_that_is_no_pack_is_refused_in_a_sentence(text, words):
    with pytest.raises(FileRefused, match=words):
        parse_pack(text.encode(), name="x.json", own=True)


def test_a_missing_file_is_refused_in_a_sentence(content, tmp_path):
    with pytest.raises(FileRefused, match="cannot be read"):
        content.compare(tmp_path / "nothing.json")


def test_a_pack_that_is_adjusted_stays_suggested_and_says_so(content):
    body = json.loads(json.dumps(shipped_pack("milestones").body))
    body["milestones"] = body["milestones"][:1]
    content.adjust("milestones", body, title="Keep one milestone")
    pack = content.pack("milestones")
    assert (pack.status, pack.own) == (PackStatus.SUGGESTED, True)
    assert pack.source.endswith("(adjusted by the participant)")
    assert len(content.milestones()) == 1
    content.adjust("milestones", body, title="Again")
    assert content.pack("milestones").source.count("adjusted") == 1


def test_a_saved_copy_can_be_taken_again(content, tmp_path):
    content.save_copy("recipients", tmp_path / "copy.json")
    _, changes = content.compare(tmp_path / "copy.json")
    assert changes == ()
    with pytest.raises(FileRefused, match="could not be written"):
        content.save_copy("recipients", tmp_path / "no" / "such" / "folder.json")
