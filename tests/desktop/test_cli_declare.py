"""`mhhs-desk declare` as another program would use it: drafts, signatures, withdrawals, verifying by itself."""

from __future__ import annotations

import json

import pytest
from cli_hands import Desk, outside
from signing_hands import NAME, PASSPHRASE, acme

from desktop.app import Workspace

SIGNATORY = ("--name", NAME, "--position", "Director", "--capacity", "director")
ANSWERS = ("--answer", "scope=Take supplies", "--answer", "rehearsed=yes", "--answer", "way_back=Legacy = still there")


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


@pytest.fixture
def folder(tmp_path, clock):
    acme(tmp_path / "desk", clock).close()
    return tmp_path / "desk"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "passphrase.txt"
    path.write_text(f"{PASSPHRASE}\nnot this line\n", encoding="utf-8")
    return path


def prepare(desk, folder, *more):
    given = ("--wording", "cutover_readiness", "--milestone", "M14", *ANSWERS, *more)
    return desk.run("declare", "prepare", "--workspace", folder, *given)


def sign(desk, folder, secret, ref="ACME-DEC-0001", *more):
    keys = () if "--make-key" in more or desk.keyed else ("--make-key", "file")
    outcome = desk.run(
        "declare",
        "sign",
        ref,
        "--workspace",
        folder,
        *SIGNATORY,
        "--confirm",
        "--passphrase-file",
        secret,
        *keys,
        *more,
    )
    desk.keyed = desk.keyed or outcome.status == 0
    return outcome


@pytest.fixture(autouse=True)
def _no_key_yet(desk):
    desk.keyed = False


def test_from_the_draft_to_what_verifies_by_itself(desk, folder, secret, tmp_path):
    made = prepare(desk, folder)
    assert made.status == 0
    assert "ACME-DEC-0001 v1  Cutover readiness  (Draft)" in made.out
    assert "Legacy = still there" in made.out
    assert "No check of a portfolio was ever run here." in made.out
    assert made.out.index("Open or excepted") < made.out.index("Statement")
    signed = sign(desk, folder, secret, "ACME-DEC-0001", "--out", tmp_path / "out")
    assert signed.status == 0, signed.err
    assert "ACME-DEC-0001 v1 is signed and locked." in signed.out
    assert "Next: " in signed.out
    held = outside("declare", "verify", tmp_path / "out" / "ACME-DEC-0001-v1", cwd=tmp_path)
    assert (held.returncode, held.stderr) == (0, "")
    assert "every byte is as it was signed" in held.stdout


def test_a_changed_byte_is_status_1_with_the_reasons(desk, folder, secret, tmp_path):
    prepare(desk, folder)
    sign(desk, folder, secret, "ACME-DEC-0001", "--out", tmp_path)
    path = tmp_path / "ACME-DEC-0001-v1" / "declaration.json"
    path.write_bytes(path.read_bytes().replace(b"Take supplies", b"Take suppliez"))
    outcome = desk.run("declare", "verify", path, "--json", "-")
    assert outcome.status == 1
    report = json.loads(outcome.out)
    assert report["ok"] is False
    assert report["faults"]
    told = desk.run("declare", "verify", path.parent)
    assert (told.status, "DOES NOT HOLD" in told.out) == (1, True)


def test_another_fingerprint_is_status_1(desk, folder, secret, tmp_path):
    prepare(desk, folder)
    sign(desk, folder, secret, "ACME-DEC-0001", "--out", tmp_path)
    path = tmp_path / "ACME-DEC-0001-v1"
    known = json.loads((path / "declaration.json").read_bytes())["key"]["fingerprint"]
    assert desk.run("declare", "verify", path, "--fingerprint", known).status == 0
    assert desk.run("declare", "verify", path, "--fingerprint", "0" * 64).status == 1


def test_what_a_workspace_keeps_is_verified_too(desk, folder, secret):
    given = ("declare", "verify", "--workspace", folder)
    assert desk.run(*given).out == "Nothing is signed yet.\n"
    prepare(desk, folder)
    assert desk.run("declare", "verify", "ACME-DEC-0001", "--workspace", folder).status == 1
    sign(desk, folder, secret)
    assert desk.run(*given).out == "ACME-DEC-0001 v1: as it was signed\n"
    with Workspace.open(folder) as workspace:
        copy = next(iter((workspace.folder / "evidence").glob("*/*")))
    copy.write_bytes(b"something else")
    outcome = desk.run(*given, "--json", "-")
    assert (outcome.status, json.loads(outcome.out)["ok"]) == (1, False)
    assert "DOES NOT HOLD" in desk.run("declare", "verify", "acme-dec-0001 v1", "--workspace", folder).out
    assert desk.run("declare", "verify").status == 2


def test_what_is_no_declaration_is_said(desk, tmp_path):
    outcome = desk.run("declare", "verify", tmp_path / "nowhere")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.strip().endswith(".")


def test_every_problem_is_told_with_its_option(desk, folder):
    prepare(desk, folder)
    outcome = desk.run(
        "declare", "sign", "ACME-DEC-0001", "--workspace", folder, "--name", "", "--position", "", "--capacity", "x"
    )
    assert outcome.status == 1
    lines = outcome.err.splitlines()
    assert "Type your full name. (--name)" in lines
    assert "Tick the box to confirm. (--confirm)" in lines
    assert lines[-1] == "Nothing was signed."


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (("--read", "0" * 64), "has changed since you read it"),
        (("--capacity", "nobody"), "Nobody signs this"),
        (("--position", " "), "Type your position"),
    ],
)
def test_no_key_is_made_for_what_is_not_signed_then(desk, folder, secret, more, word):
    prepare(desk, folder)
    refused = sign(desk, folder, secret, "ACME-DEC-0001", "--make-key", "file", *more)
    assert (refused.status, refused.out) == (1, "")
    assert word in refused.err
    with Workspace.open(folder, read_only=True) as workspace:
        assert workspace.declarations.keys.keys() == ()
    assert sign(desk, folder, secret, "ACME-DEC-0001", "--make-key", "file").status == 0


def test_no_key_is_made_while_the_sheet_has_problems(desk, folder, secret):
    desk.run("declare", "prepare", "--workspace", folder, "--wording", "cutover_readiness", "--milestone", "M14")
    refused = sign(desk, folder, secret, "ACME-DEC-0001", "--make-key", "file")
    assert (refused.status, refused.out) == (1, "")
    assert "--make-key" not in refused.err
    with Workspace.open(folder, read_only=True) as workspace:
        assert workspace.declarations.keys.keys() == ()


def test_without_a_terminal_the_passphrase_comes_from_a_file(desk, folder, secret, tmp_path, monkeypatch):
    prepare(desk, folder)
    prepare(desk, folder)
    assert sign(desk, folder, secret).status == 0
    again = outside(
        "declare", "sign", "ACME-DEC-0002", "--workspace", folder, *SIGNATORY, "--confirm", cwd=tmp_path
    )  # fmt: skip
    assert again.returncode == 1
    assert "Give --passphrase-file." in again.stderr
    secret.write_text("not the right passphrase\n", encoding="utf-8")
    wrong = sign(desk, folder, secret, "ACME-DEC-0002")
    assert wrong.status == 1
    secret.write_text("\n", encoding="utf-8")
    assert sign(desk, folder, secret, "ACME-DEC-0002").status == 1
    with Workspace.open(folder, read_only=True) as workspace:
        assert [one.state.value for one in workspace.declarations.declarations()] == ["draft", "signed"]


def test_a_lost_key_is_listed_retired_and_replaced(desk, folder, secret):
    prepare(desk, folder)
    assert desk.run("declare", "keys", "--workspace", folder).out == "There is no signing key yet.\n"
    assert sign(desk, folder, secret, "ACME-DEC-0001", "--make-key", "file").status == 0
    (key,) = desk.run("declare", "keys", "--workspace", folder, "--json", "-").report["keys"]
    assert (key["person"], key["kept"], key["retired"]) == ("Ada Lovelace", "file", "")
    shown = desk.run("declare", "keys", "--workspace", folder).out
    assert key["fingerprint"] in shown
    assert "in a file with a passphrase" in shown
    for file in (folder / "keys").iterdir():
        file.unlink()
    prepare(desk, folder)
    lost = sign(desk, folder, secret, "ACME-DEC-0002")
    assert lost.status == 1
    short = key["fingerprint"][:16]
    assert f"declare retire-key {short}" in lost.err
    retire = ("declare", "retire-key", short, "--workspace", folder, "--reason")
    assert desk.run(*retire, " ").status == 1
    assert desk.run("declare", "retire-key", "f" * 64, "--workspace", folder, "--reason", "x").status == 1
    assert desk.run("declare", "retire-key", "xyz", "--workspace", folder, "--reason", "x").status == 1
    done = desk.run(*retire, "The drive was lost")
    assert done.status == 0, done.err
    assert "Ada Lovelace" in done.out
    assert desk.run(*retire, "Again").status == 1
    assert "Not used any more: The drive was lost" in desk.run("declare", "keys", "--workspace", folder).out
    assert sign(desk, folder, secret, "ACME-DEC-0002", "--make-key", "file").status == 0
    assert len(desk.run("declare", "keys", "--workspace", folder, "--json", "-").report["keys"]) == 2
    assert desk.run("declare", "verify", "--workspace", folder).status == 0


def test_no_option_takes_a_passphrase(desk):
    for command in ("sign", "withdraw"):
        outcome = desk.run("declare", command, "--help")
        assert "--passphrase-file" in outcome.out
        assert "--passphrase " not in outcome.out.replace("--passphrase-file", "")


def test_what_was_read_can_be_insisted_on(desk, folder, secret):
    prepare(desk, folder)
    shown = desk.run("declare", "show", "ACME-DEC-0001", "--workspace", folder)
    read = shown.out.split()[-1]
    desk.run("declare", "answer", "ACME-DEC-0001", "--workspace", folder, "--answer", "scope=Something else")
    refused = sign(desk, folder, secret, "ACME-DEC-0001", "--read", read)
    assert refused.status == 1
    assert "has changed since you read it" in refused.err
    shown = desk.run("declare", "show", "ACME-DEC-0001", "--workspace", folder)
    assert sign(desk, folder, secret, "ACME-DEC-0001", "--read", shown.out.split()[-1]).status == 0


def test_superseding_and_withdrawing(desk, folder, secret, tmp_path):
    prepare(desk, folder)
    sign(desk, folder, secret)
    version = desk.run("declare", "new-version", "ACME-DEC-0001", "--workspace", folder, "--reason", "Another day")
    assert "ACME-DEC-0001 v2" in version.out
    assert sign(desk, folder, secret).status == 0
    said = desk.run("declare", "say", "ACME-DEC-0001", "submitted", "--workspace", folder, "--recipient", "BSC")
    assert said.out == "ACME-DEC-0001 v2: Submitted\n"
    back = desk.run("declare", "take-back", "ACME-DEC-0001", "--workspace", folder, "--reason", "Not sent yet")
    assert back.out == "ACME-DEC-0001 v2: Signed\n"
    assert desk.run("declare", "take-back", "ACME-DEC-0001", "--workspace", folder, "--reason", "Again").status == 1
    withdrawn = desk.run(
        "declare", "withdraw", "ACME-DEC-0001", "--workspace", folder, *SIGNATORY, "--confirm", "--grounds", "Wrong",
        "--passphrase-file", secret, "--out", tmp_path / "out",
    )  # fmt: skip
    assert withdrawn.status == 0, withdrawn.err
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "ACME-DEC-0001-v2", "ACME-DEC-0001-v2-withdrawal",
    ]  # fmt: skip
    report = desk.run("declare", "status", "--workspace", folder, "--json", "-").report
    assert [(one["version"], one["state"]) for one in report["declarations"]] == [(2, "withdrawn"), (1, "superseded")]
    assert report["audit_head"]["seq"] > 0


def test_a_withdrawal_goes_beside_what_was_exported_before(desk, folder, secret, tmp_path):
    prepare(desk, folder)
    sign(desk, folder, secret, "ACME-DEC-0001", "--out", tmp_path / "out")
    before = {one.name: one.read_bytes() for one in (tmp_path / "out" / "ACME-DEC-0001-v1").iterdir()}
    withdrawn = desk.run(
        "declare", "withdraw", "ACME-DEC-0001", "--workspace", folder, *SIGNATORY, "--confirm", "--grounds", "Wrong",
        "--passphrase-file", secret, "--out", tmp_path / "out",
    )  # fmt: skip
    assert withdrawn.status == 0, withdrawn.err
    assert "ACME-DEC-0001-v1 is there already, the same byte for byte: it was left as it is.\n" in withdrawn.err
    assert {one.name: one.read_bytes() for one in (tmp_path / "out" / "ACME-DEC-0001-v1").iterdir()} == before
    for name in ("ACME-DEC-0001-v1", "ACME-DEC-0001-v1-withdrawal"):
        assert desk.run("declare", "verify", tmp_path / "out" / name).status == 0
    again = desk.run("declare", "export", "ACME-DEC-0001", "--workspace", folder, "--out", tmp_path / "out")
    assert (again.status, again.out) == (0, f"{tmp_path / 'out' / 'ACME-DEC-0001-v1'}\n")
    assert again.err.count("is there already") == 2
    path = tmp_path / "out" / "ACME-DEC-0001-v1" / "declaration.json"
    path.write_bytes(path.read_bytes() + b" ")
    changed = desk.run("declare", "export", "ACME-DEC-0001", "--workspace", folder, "--out", tmp_path / "out")
    assert (changed.status, changed.out) == (1, "")
    assert "with something else in it" in changed.err


def test_a_scan_needs_no_key(desk, folder, tmp_path):
    prepare(desk, folder)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4\n%%EOF\n")
    given = ("declare", "sign", "ACME-DEC-0001", "--workspace", folder, *SIGNATORY, "--confirm", "--scan", scan)
    assert desk.run(*given, "--make-key", "file").status == 2
    outcome = desk.run(*given)
    assert outcome.status == 0, outcome.err
    exported = desk.run("declare", "export", "ACME-DEC-0001", "--workspace", folder, "--out", tmp_path / "o", "--zip")
    assert exported.out == f"{tmp_path / 'o' / 'ACME-DEC-0001-v1.zip'}\n"
    path = tmp_path / "o" / "ACME-DEC-0001-v1.zip"
    alone = desk.run("declare", "verify", path)
    assert alone.status == 1
    assert "CANNOT BE VERIFIED BY ITSELF" in alone.out
    known = outcome.out.rsplit(" ", 1)[-1].strip()
    assert "Next: Tell those who verify it the SHA-256 of declaration.json" in outcome.out
    held = desk.run("declare", "verify", path, "--sha256", known)
    assert held.status == 0
    assert "every byte is as it was signed" in held.out
    assert desk.run("declare", "verify", path, "--sha256", "0" * 64).status == 1
    assert desk.run("declare", "verify", "--workspace", folder, "--sha256", known).status == 2
    assert desk.run("declare", "verify", "--workspace", folder).status == 0


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("prepare", "--wording", "nothing"), 1),
        (("prepare", "--wording", "data_cleanse", "--plan", "ACME-CUT-0009"), 1),
        (("prepare", "--wording", "data_cleanse", "--activity", "T-1"), 2),
        (("prepare", "--wording", "data_cleanse", "--answer", "scope"), 2),
        (("prepare", "--wording", "data_cleanse", "--answer", "nothing=x"), 1),
        (("prepare", "--wording", "data_cleanse", "--due", "someday"), 2),
        (("answer", "ACME-DEC-0001"), 2),
        (("show", "ACME-DEC-0001"), 1),
        (("new-version", "ACME-DEC-0001", "--reason", "x"), 1),
        (("say", "ACME-DEC-0001", "signed"), 2),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(desk, folder, arguments, status):
    outcome = desk.run("declare", arguments[0], *arguments[1:], "--workspace", folder)
    assert outcome.status == status, outcome.err
    assert "Traceback" not in outcome.err


def test_the_wordings_are_listed_with_their_questions(desk, folder):
    outcome = desk.run("declare", "wordings", "--workspace", folder)
    assert "cutover_readiness: Cutover readiness (placeholder)" in outcome.out
    assert "rehearsed: Was the cutover rehearsed? (needed, yes/no)" in outcome.out
    assert "not official" in outcome.out


def test_a_plan_and_its_activity_are_named_by_reference_and_key(desk, folder):
    from desktop.cutover.model import ActivityDetails, PlanDetails

    with Workspace.open(folder) as workspace:
        plan, _ = workspace.cutover.add_plan(PlanDetails("Go-live", milestone="M15"))
        workspace.cutover.add(plan, ActivityDetails("T-1", "Declare"))
    outcome = desk.run(
        "declare", "prepare", "--workspace", folder, "--wording", "cutover_readiness", "--plan", "ACME-CUT-0001",
        "--activity", "t-1",
    )  # fmt: skip
    assert "Milestone: M15" in outcome.out, outcome.err


def test_an_empty_workspace_says_so(desk, folder):
    assert desk.run("declare", "status", "--workspace", folder).out == "There is no declaration yet.\n"
