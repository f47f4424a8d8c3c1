"""`mhhs-desk pack` and `mhhs-desk verify` as another program would use them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli_hands import Desk, outside
from declaration_hands import a_declaration, a_set, private_key
from openpyxl import Workbook
from pack_hands import KEY, built, resealed, seal
from signing_hands import NAME, PASSPHRASE, acme

from desktop.submissions.model import SubmissionDetails

FINGERPRINT = seal().fingerprint


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


@pytest.fixture
def folder(tmp_path, clock):
    with acme(tmp_path / "desk", clock) as workspace:
        for name in ("log.txt", "names.txt"):
            (tmp_path / name).write_text(name * 2_000, encoding="utf-8")
        workspace.evidence.add([tmp_path / "log.txt", tmp_path / "names.txt"])
        one, _ = workspace.submissions.prepare(SubmissionDetails("evidence"))
        workspace.submissions.freeze(one)
    return tmp_path / "desk"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "passphrase.txt"
    path.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    return path


def build(desk, folder, secret, *more):
    return desk.run(
        "pack", "build", "ACME-EVPK-0001", "--workspace", folder, "--out", desk.folder / "out", "--name", NAME,
        "--passphrase-file", secret, *more,
    )  # fmt: skip


def test_a_pack_is_built_listed_and_verified(desk, folder, secret):
    told = build(desk, folder, secret, "--make-key", "file")
    assert told.status == 0, told.err
    assert "ACME-EVPK-0001-v1-pack-1 is sealed: 4 files" in told.out
    assert "It was not sent." in told.out
    path = desk.folder / "out" / "ACME-EVPK-0001-v1-pack-1.zip"
    listed = desk.run("pack", "list", "--workspace", folder, "--json", "-").report["packs"]
    assert [one["name"] for one in listed] == ["ACME-EVPK-0001-v1-pack-1"]
    assert str(path.name) in desk.run("pack", "list", "acme-evpk-0001", "--workspace", folder).out
    verdict = desk.run("verify", path, "--fingerprint", listed[0]["fingerprint"], "--json", "-")
    assert verdict.status == 0
    assert (verdict.report["what"], verdict.report["ok"], verdict.report["faults"]) == ("pack", True, [])
    assert verdict.report["reference"] == "ACME-EVPK-0001 v1"


def test_options_of_a_build(desk, folder, secret):
    build(desk, folder, secret, "--make-key", "file")
    told = build(desk, folder, secret, "--folder", "--leave-out", "ACME-EVD-0002", "--recipient", "BSC", "--json", "-")
    assert told.report["files"] == 3
    assert told.report["left_out"][0]["title"] == "ACME-EVD-0002 revision 1, names"
    assert Path(told.report["parts"][0]["path"]).is_dir()
    parts = build(desk, folder, secret, "--split", "80k", "--json", "-").report["parts"]
    assert len(parts) > 1
    assert all(Path(one["path"]).stat().st_size <= 80_000 for one in parts)
    assert desk.run("verify", parts[-1]["path"]).status == 0
    Path(parts[0]["path"]).rename(desk.folder / Path(parts[0]["path"]).name)
    told = desk.run("verify", parts[-1]["path"])
    assert told.status == 1
    assert f"{Path(parts[0]['path']).name}: This part is missing" in told.out
    assert desk.run("verify", parts[-1]["path"], desk.folder / Path(parts[0]["path"]).name).status == 0


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        (("--name", "Nobody"), 1, "There is no signing key of “Nobody”"),
        (("--split", "many"), 2, "is not a size such as 20M"),
        (("--split", "20M", "--folder"), 2, "--split is for ZIPs"),
        (("--split", "1k"), 1, "too small"),
        (("--leave-out", "ACME-EVD-0099"), 1, "has no evidence ACME-EVD-0099"),
        (("--recipient", "Ofgem"), 1, "is not for “Ofgem”"),
        (("--make-key", "cloud"), 2, "invalid choice"),
    ],
)
def test_what_cannot_be_built_is_said_and_nothing_is_left(desk, folder, secret, more, status, words):
    build(desk, folder, secret, "--make-key", "file")
    shutil.rmtree(desk.folder / "out")
    told = build(desk, folder, secret, *more)
    assert told.status == status
    assert words in told.err
    assert not any((desk.folder / "out").glob("*"))


def test_no_key_is_made_when_the_pack_cannot_be(desk, folder, secret):
    assert build(desk, folder, secret, "--make-key", "file", "--recipient", "Ofgem").status == 1
    assert "Ada" not in desk.run("declare", "keys", "--workspace", folder).out


def test_a_stranger_verifies_a_pack_by_any_of_its_files(desk, tmp_path):
    path = built(tmp_path / "got")
    for one in (path, path / "index.html", path / "tagmanifest-sha256.txt"):
        told = desk.run("verify", one)
        assert told.status == 0
        assert "every byte is as it was sealed" in told.out
        assert "Whose key it is, this does not show" in told.out
    told = desk.run("verify", path, "--fingerprint", FINGERPRINT)
    assert "The key is the one whose fingerprint you gave." in told.out
    (path / "data" / "RTTM.xlsx").write_bytes(b"x")
    told = desk.run("verify", path)
    assert told.status == 1
    assert "DOES NOT HOLD" in told.out
    assert "data/RTTM.xlsx: It was changed since it was sealed" in told.out
    resealed(path, private_key(9))
    assert desk.run("verify", path, "--fingerprint", FINGERPRINT).status == 1


def test_an_exported_declaration_is_verified_by_the_same_command(desk, tmp_path):
    exported = tmp_path / "declaration"
    exported.mkdir()
    for name, data in a_set(a_declaration(KEY), KEY).items():
        (exported / name).write_bytes(data)
    for one in (exported, exported / "declaration.json", exported / "declaration.html"):
        told = desk.run("verify", one, "--json", "-")
        assert told.status == 0, told
        assert (told.report["what"], told.report["kind"]) == ("declaration", "declaration")
    (exported / "declaration.html").write_text("x")
    assert desk.run("verify", exported).status == 1


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((), 2),
        (("missing",), 1),
        (("here", "--fingerprint", "xyz"), 2),
        (("here", "--sha256", "12"), 2),
        (("empty",), 1),
    ],
)
def test_what_is_wrong_usage_and_what_could_not_be_checked(desk, tmp_path, arguments, status):
    built(tmp_path / "got").rename(tmp_path / "here")
    (tmp_path / "empty").mkdir()
    given = [tmp_path / one if one in {"missing", "here", "empty"} else one for one in arguments]
    told = desk.run("verify", *given)
    assert told.status == status
    assert told.err


def test_a_hostile_pack_cannot_steer_the_terminal(desk, tmp_path):
    path = built(tmp_path)
    (path / "\x1b[2Jevil").write_bytes(b"x")
    told = desk.run("verify", path)
    assert told.status == 1
    assert "\x1b" not in told.out


def test_it_runs_from_outside_without_a_workspace(tmp_path):
    path = built(tmp_path, as_zip=True)
    told = outside("verify", path, "--json", "-", cwd=tmp_path)
    assert told.returncode == 0
    assert json.loads(told.stdout)["ok"] is True
    assert told.stderr == ""


def test_what_is_no_pack_at_all_is_told_as_such_and_not_as_one_that_does_not_hold(desk):
    (desk.folder / "note.txt").write_text("Dear all", encoding="utf-8")
    (desk.folder / "empty.zip").write_bytes(b"")
    Workbook().save(desk.folder / "figures.xlsx")
    (desk.folder / "folder").mkdir()
    (desk.folder / "folder" / "note.txt").write_text("Dear all", encoding="utf-8")
    for name in ("note.txt", "empty.zip", "figures.xlsx", "folder"):
        done = desk.run("verify", desk.folder / name)
        assert done.status == 1
        assert f"{name} is no sealed pack and no exported declaration." in done.err
        assert "DOES NOT HOLD" not in done.out


def test_a_damaged_pack_is_told_as_one_that_does_not_hold(desk):
    path = built(desk.folder, as_zip=True)
    data = path.read_bytes()
    for damaged in (data[: len(data) // 2], b"x" * 2_000 + data[2_000:], data[:-1_000], b"x" + data):
        path.write_bytes(damaged)
        done = desk.run("verify", path)
        assert (done.status, "DOES NOT HOLD" in done.out) == (1, True)
