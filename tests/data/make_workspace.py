"""Make the small workspace database that stays in the tests for ever, one per released schema.

    python tests/data/make_workspace.py tests/data/workspaces/0001/workspace.db

Run it once when a schema is released, never again for that schema: the file must be one that the released version made.
"""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from local_db import settings
from local_db.connection import Connection, Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHA = hashlib.sha256(b"made up").hexdigest()


def make(path: Path) -> None:
    """Write a database of the newest schema with at least one row in every table."""
    store = Store.create(path)
    who = {"actor": "Jo Example", "at": NOON}
    with store.write() as connection:
        settings.put_fact(connection, "workspace_id", "00000000000000000000000000000001")
        settings.put_fact(connection, "created_at", "2026-11-23T12:00:00.000000+00:00")
        settings.put(connection, "mpan_choices", {"bsc": "last-four"})
        connection.execute(
            "INSERT INTO participant VALUES (1, 'Example Energy Ltd', 'EXMP', 'non-SIT supplier & agent', 'Made up')"
        )
        connection.execute(
            "INSERT INTO content_pack VALUES (1, 'recipients', '1', 'sample', 'made up', ?, '{}', '2026-11-23', 1)",
            (SHA,),
        )
        connection.execute("INSERT INTO blob VALUES (?, 'snapshots', 7, '2026-11-23')", (SHA,))
        connection.execute("INSERT INTO heading_map VALUES (?, '{\"mpan\": \"MPAN\"}', '2026-11-23')", (SHA,))
        snapshot = {
            "id": 1, "kind": "portfolio", "file_name": "portfolio.csv", "file_size": 7, "file_sha256": SHA,
            "mapping_hash": SHA, "blob_sha256": SHA, "row_count": 2, "headings": '["MPAN"]',
            "mapping": '{"mpan": "MPAN"}', "reading": "{}", "extract_date": "2026-11-20",
            "imported_at": "2026-11-23T12:00:00+00:00", "imported_by": "Jo Example",
        }  # fmt: skip
        store.db["snapshot"].insert(snapshot)
        store.db["check_run"].insert(
            {
                "id": 1, "snapshot_id": 1, "previous_run": None, "as_of": "2026-11-23", "started_at": "a",
                "finished_at": "b", "app_version": "0.1.0", "packs": "{}", "actor": "Jo Example",
                "mpans_found": 1, "mpans_blocked": 1, "rows_found": 1,
            }
        )  # fmt: skip
        store.db["check_outcome"].insert({"run_id": 1, "check_id": "FMT-01", "outcome": "failed", "count": 1})
        connection.execute("INSERT INTO run_count VALUES (1, 'FMT-01', 'mpan', 'Block', 'SUP', 1, 0, 0, 0)")
        connection.execute("INSERT INTO finding_part VALUES (1, 0, 0, 1, 2, x'0102')")
        connection.execute(
            "INSERT INTO report VALUES (1, 'progress', 1, 'bsc', 'last-four', 'report.xlsx', ?, '2026-11-23', 'Jo')",
            (SHA,),
        )
        _put(connection, _evidence_and_testing(connection))
        _put(connection, _cutover_and_declarations())
        _put(connection, _submissions())
        _put(connection, _sync())
        store.record("portfolio.import", "Import a portfolio of 2 rows", {"file": "portfolio.csv"}, **who)
    with store.edit(action="contact.edit", title="Add the data owner", subjects=["participant"], **who) as edit:
        edit.insert("contact", {"hat": "data_owner", "name": "Jo Example", "email": "jo@example.com"})
        edit.insert("scope", {"mpid": "EXMP", "role": "supplier", "reliance": "partial"})
    with store.edit(
        action="findings.accept", title="Accept 1 finding", subjects=["findings", "exceptions"], **who
    ) as edit:
        exception = edit.insert(
            "exception",
            {
                "check_id": "FMT-01", "reason": "Known", "approver": "Sam Example", "approved_at": "2026-11-23",
                "expires": "2027-01-31", "population": 1, "covers": "listed", "created_at": "2026-11-23T12:00:00+00:00",
                "created_by": "Jo Example",
            },
        )  # fmt: skip
        edit.upsert("finding_work", [9007199254740993], {"exception_id": exception, "note": "Größe “x” \\ 0012"})
    with store.edit(action="views.save", title="Save view “Mine”", subjects=["views"], **who) as edit:
        edit.insert("saved_view", {"table_name": "findings", "name": "Mine", "spec": "{}"})
    store.undo(**who)
    store.close()


PROOF = hashlib.sha256(b"made up proof").hexdigest()
DAY = "2026-11-23"


def _put(connection: Connection, rows: dict[str, dict[str, object]]) -> None:
    for table, row in rows.items():
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def _evidence_and_testing(connection: Connection) -> dict[str, dict[str, object]]:
    """A row in every table of the second schema."""
    connection.execute("INSERT INTO blob VALUES (?, 'evidence', 13, ?)", (PROOF, DAY))
    rows: dict[str, dict[str, object]] = {
        "evidence": {"ref": "EXMP-EVD-0001", "title": "Größe of the log", "tags": '["log"]', "revision": 2},
        "evidence_revision": {
            "evidence_id": 1, "number": 2, "blob_sha256": PROOF, "file_name": "log.txt", "size": 13,
            "media_type": "text/plain", "kind": "Text", "active": 0, "added_at": DAY, "added_by": "Jo Example",
        },
        "evidence_link": {
            "evidence_id": 1, "target_kind": "result", "target_id": 1, "confirmed_revision": 1,
            "created_at": DAY, "created_by": "Jo Example",
        },
        "evidence_text": {"blob_sha256": PROOF, "state": "read", "text": "made up proof", "made_at": DAY},
        "pit_gate": {"gate": "pit_entry", "baseline": "2026-12-01"},
        "deliverable": {"ref": "EXMP-PIT-0001", "key": "supplier/plan", "party_type": "supplier", "title": "PIT plan"},
        "reliance": {"ref": "EXMP-REL-0001", "third_party": "Example Software"},
        "record_import": {
            "kind": "requirements", "file_name": "rttm.xlsx", "file_sha256": SHA, "format": "xlsx", "mapping": "{}",
            "added": 1, "changed": 0, "unchanged": 0, "missing": 0, "refused": 0, "imported_at": DAY,
            "imported_by": "Jo Example",
        },
        "record_change": {
            "import_id": 1, "kind": "requirements", "record_id": 1, "change": "added", "fields": "{}",
        },
        "requirement": {"key": "REQ-0012", "title": "Take a message", "reliance_id": 1, "hash": "0"},
        "test_case": {"key": "QT-093", "title": "A message is taken", "hash": "0"},
        "test_step": {"case_id": 1, "position": 1, "step": "10", "message": "IF-031"},
        "requirement_case": {"requirement_id": 1, "case_id": 1, "requirement_hash": "0"},
        "test_run": {"ref": "EXMP-RUN-0001", "title": "First", "created_at": DAY, "created_by": "Jo Example"},
        "result": {
            "run_id": 1, "case_id": 1, "key": "QT-093", "title": "A message is taken", "frozen": "{}",
            "case_hash": "0", "status": "Failed", "executed": DAY, "seconds": 1.5,
        },
        "step_result": {"result_id": 1, "position": 1, "status": "Failed"},
        "defect": {"ref": "EXMP-DEF-0001", "title": "Lost", "severity": "high"},
        "defect_result": {"defect_id": 1, "result_id": 1},
        "work_off": {"ref": "EXMP-WOP-0001", "title": "Mend it", "defect_id": 1, "requirement_id": 1},
        "reference_number": {"kind": "EVD", "last": 1},
    }  # fmt: skip
    rows["evidence"] |= {"created_at": DAY, "created_by": "Jo Example"}
    return rows


def _cutover_and_declarations() -> dict[str, dict[str, object]]:
    """A row in every table of the third schema."""
    return {
        "milestone_day": {"milestone": "own/1", "title": "Go-live", "baseline": "2026-12-05"},
        "cutover_plan": {
            "ref": "EXMP-CUT-0001", "title": "Größe of the go-live", "milestone": "own/1", "created_at": DAY,
            "created_by": "Jo Example",
        },
        "cutover_activity": {
            "plan_id": 1, "key": "T-001", "title": "Freeze", "duration": "2 wd", "start_at": "2026-10-25T01:30",
            "finished": "2026-11-02", "finished_by": "Jo Example", "text_hash": "0", "looked_hash": "1",
        },
        "activity_link": {"activity_id": 1, "predecessor_id": 1, "lag": "4 h"},
        "signing_key": {
            "fingerprint": SHA, "public_key": "AAAA", "person": "Sam Example", "kept": "file", "created_at": DAY,
            "created_by": "Jo Example",
        },
        "declaration": {
            "ref": "EXMP-DEC-0001", "version": 1, "wording": "readiness", "title": "We are ready", "plan_id": 1,
            "state": "signed", "created_at": DAY, "created_by": "Jo Example",
        },
        "declaration_record": {
            "declaration_id": 1, "kind": "declaration", "body": "{}", "sha256": SHA, "signature": "AAAA", "key_id": 1,
            "signed_at": DAY,
        },
        "declaration_event": {"declaration_id": 1, "state": "signed", "at": DAY, "by": "Sam Example"},
    }  # fmt: skip


def _submissions() -> dict[str, dict[str, object]]:
    """A row in every table of the fourth schema."""
    return {
        "info_request": {
            "ref": "EXMP-IRQ-0001", "title": "Größe of the team", "created_at": DAY, "created_by": "Jo Example",
        },
        "info_question": {
            "request_id": 1, "key": "3.2", "text": "How many?", "answer": "Two", "text_hash": "0", "looked_hash": "0",
        },
        "recipient_template": {
            "recipient": "BSC", "kind": "rttm", "title": "Form", "file_name": "form.xlsx", "sha256": PROOF, "size": 13,
            "added_at": DAY, "added_by": "Jo Example",
        },
        "template_mapping": {
            "template_id": 1, "version": 1, "mapping": "{}", "made_at": DAY, "made_by": "Jo Example",
        },
        "submission": {
            "ref": "EXMP-RTTM-0001", "version": 1, "kind": "rttm", "title": "RTTM at PIT exit", "state": "frozen",
            "recipients": '["BSC"]', "created_at": DAY, "created_by": "Jo Example",
        },
        "frozen_submission": {
            "submission_id": 1, "sha256": PROOF, "content": SHA, "size": 13, "frozen_at": DAY,
            "frozen_by": "Jo Example",
        },
        "submission_file": {
            "submission_id": 1, "role": "workbook", "name": "EXMP-RTTM-0001-v1.xlsx", "sha256": PROOF, "size": 13,
        },
        "submission_event": {"submission_id": 1, "kind": "frozen", "at": DAY, "by": "Jo Example"},
        "review_file": {
            "submission_id": 1, "recipient": "BSC", "file_name": "reviewed.xlsx", "sha256": PROOF, "size": 13,
            "taken_at": DAY, "taken_by": "Jo Example",
        },
        "review_comment": {
            "submission_id": 1, "recipient": "BSC", "fingerprint": SHA, "source": "thread", "text": "Why?",
            "taken_at": DAY, "taken_by": "Jo Example",
        },
        "sealed_pack": {
            "submission_id": 1, "number": 1, "name": "EXMP-RTTM-0001-v1-pack-1", "form": "zip", "files": 3, "bytes": 39,
            "tag_manifest": SHA, "signature": "AAAA", "key_id": 1, "audit_head": "7", "sealed_at": DAY,
            "sealed_by": "Jo Example",
        },
    }  # fmt: skip


def _sync() -> dict[str, dict[str, object]]:
    """A row in every table of the fifth schema: what was queued for an endpoint, and what it said."""
    uuid, other = "00000000-0000-4000-8000-00000000000e", "00000000-0000-4000-8000-00000000000d"
    return {
        "endpoint": {
            "uuid": uuid, "name": "Größe of a programme", "address": "https://endpoint.example", "participant": "EXMP",
            "recipients": '["BSC"]', "device_uuid": other, "device_name": "Laptop", "signed_in_at": DAY,
            "epoch": "first", "cursor": "first.2", "added_at": DAY, "added_by": "Jo Example",
        },
        "envelope": {
            "uuid": other, "submission_id": 1, "endpoint_id": 1, "act": "submit", "bytes": b"{}",
            "sha256": hashlib.sha256(b"{}").hexdigest(), "size": 13, "title": "RTTM", "here": '["BSC"]',
            "made_at": DAY, "made_by": "Jo Example",
        },
        "delivery": {
            "uuid": other, "state": "received", "sent": 13, "receipt": "a.b.c", "received_at": DAY, "changed_at": DAY,
        },
        "feed_item": {
            "endpoint_id": 1, "type": "weather", "item": "x", "version": 1, "seq": 2, "data": '{"rain": true}',
            "taken_at": DAY, "epoch": "first",
        },
        "offered_pack": {
            "endpoint_id": 1, "sha256": SHA, "kind": "milestones", "version": "2", "title": "Plan", "bytes": b"{}",
        },
        "shared_record": {
            "endpoint_id": 1, "record": "contacts", "version": 3, "base": '{"data_owner": {"name": "Jo Example"}}',
            "changed_at": DAY,
        },
        "sent_answer": {
            "uuid": uuid, "endpoint_id": 1, "submission_id": 1, "fingerprint": other, "sent_at": DAY,
        },
        "departure": {
            "at": DAY, "channel": "sync", "endpoint_id": 1, "envelope": other, "what": "file", "name": "body.json",
            "sha256": SHA, "size": 13,
        },
        "sync_log": {"at": DAY, "endpoint_id": 1, "item": other, "event": "received"},
    }  # fmt: skip


if __name__ == "__main__":
    make(Path(sys.argv[1]))
