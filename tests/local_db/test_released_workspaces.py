"""Old workspaces open for ever: a real file of every released schema, with what was in it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local_db import audit, migrate, opening, retention

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FOLDER = Path(__file__).resolve().parents[1] / "data" / "workspaces"
RELEASED = sorted(path.name for path in FOLDER.iterdir())


@pytest.fixture(params=RELEASED)
def opened(request, tmp_path):
    shutil.copytree(FOLDER / request.param, tmp_path / "acme")
    made = opening.open_folder(tmp_path / "acme", now=NOON)
    yield made
    made.store.close()
    made.lock.release()


def rows(opened, sql):
    return opened.store.read().execute(sql).fetchall()


def test_there_is_a_workspace_of_every_schema():
    assert [int(name) for name in RELEASED] == list(range(1, migrate.newest() + 1))


def test_it_is_of_the_newest_schema_after_opening(opened):
    assert migrate.version_of(opened.store.read()) == migrate.newest()


def test_an_older_one_was_backed_up_before(opened, request):
    old = int(request.node.callspec.params["opened"]) < migrate.newest()
    assert [one.reason for one in retention.rolling(opened.blobs.folder)] == (["before migration"] if old else [])


def test_the_participant_and_its_parts_are_there(opened):
    assert rows(opened, "SELECT name, short_name, pathway, notes FROM participant") == [
        ("Example Energy Ltd", "EXMP", "non-SIT supplier & agent", "Made up")
    ]
    assert rows(opened, "SELECT mpid, role, segment, pathway, reliance FROM scope") == [
        ("EXMP", "supplier", "", "", "partial")
    ]
    assert rows(opened, "SELECT hat, name, email FROM contact") == [("data_owner", "Jo Example", "jo@example.com")]


def test_the_snapshot_its_run_and_what_people_added_are_there(opened):
    assert rows(opened, "SELECT file_name, row_count, headings, mapping, extract_date FROM snapshot") == [
        ("portfolio.csv", 2, '["MPAN"]', '{"mpan": "MPAN"}', "2026-11-20")
    ]
    assert rows(opened, "SELECT check_id, outcome, count FROM check_outcome") == [("FMT-01", "failed", 1)]
    assert rows(opened, "SELECT fingerprint, status, note, exception_id FROM finding_work") == [
        (9007199254740993, "open", "Größe “x” \\ 0012", 1)
    ]
    assert rows(opened, "SELECT reason, approver, state FROM exception") == [("Known", "Sam Example", "active")]
    assert rows(opened, "SELECT file_name, mpan_choice FROM report") == [("report.xlsx", "last-four")]


def test_settings_and_facts_are_there(opened):
    assert [(n, json.loads(v)) for n, v in rows(opened, "SELECT name, value FROM setting")] == [
        ("mpan_choices", {"bsc": "last-four"})
    ]
    assert rows(opened, "SELECT value FROM meta WHERE name = 'workspace_id'") == [("00000000000000000000000000000001",)]


def test_the_audit_log_fits_and_undo_goes_on_where_it_was(opened):
    report = audit.verify(opened.store.read())
    assert (report.ok, report.entries) == (True, 5)
    store = opened.store
    assert (store.undo_title(), store.redo_title()) == ("Accept 1 finding", "Save view “Mine”")
    store.redo(actor="Jo", at=NOON)
    store.undo(actor="Jo", at=NOON)
    store.undo(actor="Jo", at=NOON)
    assert rows(opened, "SELECT count(*) FROM finding_work") == [(0,)]
    assert rows(opened, "SELECT count(*) FROM exception") == [(0,)]


def test_evidence_and_what_it_proves_are_there(opened, request):
    if int(request.node.callspec.params["opened"]) < 2:
        assert rows(opened, "SELECT count(*) FROM evidence") == [(0,)]
        return
    assert rows(opened, "SELECT ref, title, tags, revision FROM evidence") == [
        ("EXMP-EVD-0001", "Größe of the log", '["log"]', 2)
    ]
    assert rows(opened, "SELECT target_kind, target_id, confirmed_revision FROM evidence_link") == [("result", 1, 1)]
    assert rows(opened, "SELECT rowid FROM evidence_search WHERE evidence_search MATCH 'proof AND grosse'") == []
    assert rows(opened, "SELECT rowid FROM evidence_search WHERE evidence_search MATCH 'proof AND größe'") == [(1,)]


def test_a_requirement_can_be_followed_to_its_defect(opened, request):
    found = rows(
        opened,
        "SELECT q.key, c.key, s.message, r.status, d.ref, w.ref, l.ref FROM requirement q "
        "JOIN reliance l ON l.id = q.reliance_id JOIN requirement_case x ON x.requirement_id = q.id "
        "JOIN test_case c ON c.id = x.case_id JOIN test_step s ON s.case_id = c.id JOIN result r ON r.case_id = c.id "
        "JOIN defect_result y ON y.result_id = r.id JOIN defect d ON d.id = y.defect_id "
        "JOIN work_off w ON w.defect_id = d.id",
    )
    there = ("REQ-0012", "QT-093", "IF-031", "Failed", "EXMP-DEF-0001", "EXMP-WOP-0001", "EXMP-REL-0001")
    assert found == ([there] if int(request.node.callspec.params["opened"]) >= 2 else [])


def test_a_plan_its_ticks_and_a_signed_declaration_are_there(opened, request):
    found = rows(
        opened,
        "SELECT m.title, p.ref, a.key, a.start_at, a.finished, l.lag, d.ref, d.state, r.kind, k.person, e.state "
        "FROM cutover_plan p JOIN milestone_day m ON m.milestone = p.milestone "
        "JOIN cutover_activity a ON a.plan_id = p.id JOIN activity_link l ON l.activity_id = a.id "
        "JOIN declaration d ON d.plan_id = p.id JOIN declaration_record r ON r.declaration_id = d.id "
        "JOIN signing_key k ON k.id = r.key_id JOIN declaration_event e ON e.declaration_id = d.id",
    )
    there = (
        "Go-live", "EXMP-CUT-0001", "T-001", "2026-10-25T01:30", "2026-11-02", "4 h", "EXMP-DEC-0001", "signed",
        "declaration", "Sam Example", "signed",
    )  # fmt: skip
    assert found == ([there] if int(request.node.callspec.params["opened"]) >= 3 else [])
    gate = rows(opened, "SELECT milestone, milestone_days FROM pit_gate")
    assert gate == ([("", 0)] if int(request.node.callspec.params["opened"]) >= 2 else [])


def test_a_submission_with_its_form_its_review_and_its_pack_is_there(opened, request):
    found = rows(
        opened,
        "SELECT s.ref, s.state, f.size, w.name, e.kind, c.text, p.name, t.title, m.version, q.key, i.title "
        "FROM submission s JOIN frozen_submission f ON f.submission_id = s.id "
        "JOIN submission_file w ON w.submission_id = s.id "
        "JOIN submission_event e ON e.submission_id = s.id JOIN review_file r ON r.submission_id = s.id "
        "JOIN review_comment c ON c.submission_id = s.id JOIN sealed_pack p ON p.submission_id = s.id "
        "JOIN recipient_template t ON t.kind = s.kind JOIN template_mapping m ON m.template_id = t.id, "
        "info_question q JOIN info_request i ON i.id = q.request_id",
    )
    there = (
        "EXMP-RTTM-0001", "frozen", 13, "EXMP-RTTM-0001-v1.xlsx", "frozen", "Why?", "EXMP-RTTM-0001-v1-pack-1", "Form",
        1, "3.2", "Größe of the team",
    )  # fmt: skip
    assert found == ([there] if int(request.node.callspec.params["opened"]) >= 4 else [])


def test_what_was_sent_its_receipt_and_what_the_endpoint_said_are_there(opened, request):
    found = rows(
        opened,
        "SELECT p.name, p.cursor, s.ref, e.act, d.state, d.receipt, f.data, o.version, r.version, l.name, g.event "
        "FROM endpoint p JOIN envelope e ON e.endpoint_id = p.id JOIN submission s ON s.id = e.submission_id "
        "JOIN delivery d ON d.uuid = e.uuid JOIN feed_item f ON f.endpoint_id = p.id "
        "JOIN offered_pack o ON o.endpoint_id = p.id JOIN shared_record r ON r.endpoint_id = p.id "
        "JOIN sent_answer a ON a.submission_id = s.id JOIN departure l ON l.envelope = e.uuid "
        "JOIN sync_log g ON g.item = e.uuid",
    )
    there = (
        "Größe of a programme", "first.2", "EXMP-RTTM-0001", "submit", "received", "a.b.c", '{"rain": true}', "2", 3,
        "body.json", "received",
    )  # fmt: skip
    assert found == ([there] if int(request.node.callspec.params["opened"]) >= 5 else [])
