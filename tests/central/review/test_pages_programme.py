"""Programme content and participants."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from tests.central.review_world import (
    Laptop,
)


class TestPacks:
    def pack(self, **more):
        header = {"kind": "cleanse_checks", "version": "1", "status": "sample", "source": "Us", "date": "2026-11-28"}
        return json.dumps({**header, "body": {}, **more}).encode()

    def publish(self, who, data, title=""):
        return who.post("/review/packs", {"title": title}, files={"file": ("pack.json", data)})

    def test_published_told_to_everybody_saved_and_withdrawn(self, running, admin, laptop):
        data = self.pack(version="2026.12")
        assert self.publish(admin, data, "Checks of December").status_code == 303
        sha256 = hashlib.sha256(data).hexdigest()
        told = [said for said in laptop.told("pack") if said["sha256"] == sha256]
        assert told[0]["title"] == "Checks of December"
        assert (told[0]["withdrawn"], told[0]["size"]) == (False, len(data))
        assert admin.get(f"/review/packs/{sha256}").content == data
        assert admin.post(f"/review/packs/{sha256}/withdraw", {"why": " "}).status_code == 422
        assert admin.post(f"/review/packs/{sha256}/withdraw", {"why": "A date is wrong."}).status_code == 303
        assert admin.post(f"/review/packs/{sha256}/withdraw", {"why": "Again."}).status_code == 422
        last = [said for said in laptop.told("pack") if said["sha256"] == sha256][-1]
        assert (last["withdrawn"], last["reason"]) == (True, "A date is wrong.")
        assert "A date is wrong." in admin.get("/review/packs").text
        assert self.publish(admin, data).status_code == 422  # it was withdrawn

    def test_the_same_again_changes_nothing_another_text_needs_another_version(self, admin, laptop):
        data = self.pack(version="twice")
        assert [self.publish(admin, data).status_code for _ in range(2)] == [303, 303]
        assert len([said for said in laptop.told("pack") if said["version"] == "twice"]) == 1
        assert self.publish(admin, self.pack(version="twice", source="Others")).status_code == 422

    @pytest.mark.parametrize(
        "data",
        [
            b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000,
            b'{"kind":"cleanse_checks"}',
        ],
    )  # fmt: skip
    def test_what_is_no_pack_is_refused(self, admin, data):
        assert self.publish(admin, data).status_code == 422

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": "nonsense"}, {"kind": 1}, {"version": ""}, {"version": "v" * 41}, {"version": "a\nb"[:1] + "\x00"},
            {"status": "true"}, {"date": "tomorrow"}, {"body": []}, {"body": None}, {"source": "\ud800"},
            {"kind": "milestones"}, {"kind": "milestones", "body": {"milestones": [{"id": 1}]}},
        ],
    )  # fmt: skip
    def test_a_pack_that_no_laptop_could_take_is_refused(self, admin, wrong):
        assert self.publish(admin, self.pack(**wrong)).status_code == 422

    def test_too_large_a_file_is_refused(self, admin):
        assert self.publish(admin, b" " * (21 * 1024 * 1024)).status_code == 413


class TestParticipants:
    def test_added_invited_enrolled_and_revoked(self, running, admin):
        assert admin.post("/review/participants", {"id": "NORTH", "name": "North & Co"}).status_code == 303
        assert admin.post("/review/participants", {"id": "../etc", "name": "x"}).status_code == 422
        answer = admin.post("/review/participants/NORTH/invitations", {"days": "3"})
        code = re.search(r'<p class="code">([0-9A-Z-]+)</p>', answer.text)[1]
        file = re.search(r'name="file" value="([^"]+)"', answer.text)[1]
        import html

        saved = admin.post("/review/participants/NORTH/invitation-file", {"file": html.unescape(file)})
        assert saved.headers["Content-Disposition"].startswith('attachment; filename="invitation-NORTH.json"')
        assert json.loads(saved.text)["code"] == code
        assert admin.post("/review/participants/NORTH/invitation-file", {"file": "<html>"}).status_code == 422
        north = Laptop(running.central, "NORTH", 'Lap <i>"top"</i>')
        page = admin.get("/review/participants/NORTH").text
        assert "Lap &lt;i&gt;" in page
        assert code not in page
        path = f"/review/participants/NORTH/devices/{north.uuid}/revoke"
        assert admin.post(path, {"why": ""}).status_code == 422
        assert admin.post(path.replace("NORTH", "ACME"), {"why": "lost"}).status_code == 404
        assert admin.post(path, {"why": "lost"}).status_code == 303
        assert [one.revoked for one in running.central.devices.all("NORTH")] == ["lost"]

    def test_an_invitation_is_taken_back(self, running, admin):
        admin.post("/review/participants", {"id": "SOUTH", "name": "South"})
        admin.post("/review/participants/SOUTH/invitations", {"days": "14"})
        short = running.central.devices.codes("SOUTH")[0].short
        assert admin.post(f"/review/participants/SOUTH/invitations/{short}/take-back").status_code == 303
        assert admin.post(f"/review/participants/SOUTH/invitations/{short}/take-back").status_code == 404
        for days in ("0", "367", "x", "", "²"):
            assert admin.post("/review/participants/SOUTH/invitations", {"days": days}).status_code == 422

    def test_suspended_and_resumed(self, running, admin):
        admin.post("/review/participants", {"id": "WEST", "name": "West"})
        assert admin.post("/review/participants/WEST/suspend", {"why": ""}).status_code == 422
        assert admin.post("/review/participants/WEST/suspend", {"why": "Left."}).status_code == 303
        assert "Left." in admin.get("/review/participants/WEST").text
        assert admin.post("/review/participants/WEST/resume").status_code == 303
        assert running.central.participants.get("WEST").suspended == ""
