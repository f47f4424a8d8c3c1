"""The service from its command line: settings, exit statuses, what it logs, and that it starts and stops cleanly."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import requests

from central import settings as settings_of
from central.__main__ import main
from central.migrations import running as migrations
from central.settings import Rates, Settings, SettingsWrong
from desktop.sync.wire.invitation import Invitation
from desktop.sync.wire.protocol import Limits
from tests.central_process import running
from tests.central_sender import File, Laptop
from tests.central_server import serving

PASSWORD = "correct-horse-staple-7"


@pytest.fixture(autouse=True)
def no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings_of.names():
        monkeypatch.delenv(settings_of.PREFIX + name.upper(), raising=False)


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_command_line_is_over_the_environment_over_the_folder_over_defaults(tmp_path: Path) -> None:
    settings_of.keep(tmp_path, {"name": "kept", "address": "https://kept.example", "rate_device_second": "5"})
    environ = {
        "MHHS_CENTRAL_DATA": str(tmp_path),
        "MHHS_CENTRAL_NAME": "environment",
        "MHHS_CENTRAL_LIMIT_PART": "1000",
    }
    found = settings_of.read({"name": "given", "port": None}, environ)
    assert found.name == "given"
    assert settings_of.read({}, environ).name == "environment"
    assert found.address == "https://kept.example"
    assert found.limits == Limits(part=1000)
    assert found.rates == Rates(device_second=5)
    assert found.port == 8765
    assert settings_of.read({}, found.environment()) == found


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"port": "http"}, "port"),
        ({"port": "70000"}, "port"),
        ({"limit_part": "0"}, "limit_part"),
        ({"rate_device_second": "nan"}, "rate_device_second"),
        ({"rate_device_second": "inf"}, "rate_device_second"),
        ({"recipients": " , "}, "recipients"),
        ({"address": "ftp://x"}, "address"),
        ({"tls_cert": "a.pem"}, "tls_key"),
        ({"workers": "2"}, "PostgreSQL"),
        ({"blobs": "/srv"}, "s3://"),
        ({"log": "debug"}, "log"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsWrong, match=named):
        settings_of.read({"data": str(tmp_path), **given}, {})


def test_settings_of_the_folder_that_are_none_are_refused(tmp_path: Path) -> None:
    for text in ("[]", "{", '{"colour": 1}', '{"data": "/elsewhere"}'):
        (tmp_path / settings_of.FILE).write_text(text, encoding="utf-8")
        with pytest.raises(SettingsWrong):
            settings_of.read({"data": str(tmp_path)}, {})


def test_an_endpoint_is_set_up_and_kept_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ("--data", str(tmp_path / "central"))
    status, out, _ = ran(
        capsys, "setup", *data, "--name", "BSCCo", "--recipients", "BSC", "--address", "https://b.example"
    )
    assert (status, "BSCCo" in out) == (0, True)
    assert ran(capsys, "participant", "add", "ACME", "Acme Energy", *data)[0] == 0
    invitation = tmp_path / "ACME.invitation"
    assert ran(capsys, "invite", "ACME", "--out", str(invitation), *data)[0] == 0
    read = Invitation.read(invitation.read_text(encoding="utf-8"))
    assert (read.name, read.recipients, read.address) == ("BSCCo", ("BSC",), "https://b.example")
    assert invitation.stat().st_mode & 0o077 == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert ran(capsys, "person", "add", "jo", *data)[0] == 0
    status, out, _ = ran(capsys, "person", "token", "jo", "--json", *data)
    assert len(json.loads(out)["token"]) > 30
    people = json.loads(ran(capsys, "person", "list", "--json", *data)[1])["people"]
    assert [(one["name"], one["role"]) for one in people] == [("jo", "reviewer")]
    assert ran(capsys, "person", "disable", "jo", "--why", "left", *data)[0] == 0
    before = json.loads(ran(capsys, "setup", "--json", *data)[1])["endpoint"]
    assert json.loads(ran(capsys, "key", "rotate", "--json", *data)[1])["key"]
    assert json.loads(ran(capsys, "restored", "--json", *data)[1])["epoch"] != read.epoch
    assert ran(capsys, "participant", "suspend", "ACME", "--why", "asked", *data)[0] == 0
    status, out, _ = ran(capsys, "audit", "verify", "--json", *data)
    assert (status, json.loads(out)["broken_at"]) == (0, None)
    assert before == read.endpoint


def test_restored_says_which_files_are_missing_and_who_has_a_receipt_for_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = File(b'{"format":"mhhs-desk/submission/1"}')
    with serving(tmp_path) as service:
        laptop = Laptop(service.address)
        laptop.enrol(service.invite())
        made, answer = laptop.hand_over([body])
        assert answer.status_code == 201
        service.central.blobs.remove("ACME", body.sha256)
    for _ in range(2):  # noted as missing by the first, and missing all the same
        status, out, _ = ran(capsys, "restored", "--data", str(tmp_path))
        assert (status, "or not whole: 1." in out, f"ACME  {made.id}" in out) == (0, True, True)
    with serving(tmp_path) as service:
        laptop.address = service.address
        laptop.upload(body.data)
    status, out, _ = ran(capsys, "restored", "--json", "--data", str(tmp_path))
    assert (status, json.loads(out)["lost"]) == (0, [])


def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ("--data", str(tmp_path))
    for arguments, wanted in (
        (("invite", "NOBODY"), 1),
        (("pack", "publish", str(tmp_path / "none.json")), 1),
        (("pack", "withdraw", "abc", "--why", "x"), 1),
        (("device", "revoke", "abc", "--why", "x"), 1),
        (("participant", "add", "no spaces", "x"), 1),
        (("serve", "--workers", "2"), 2),
        (("setup", "--recipients", ""), 2),
        (("serve", "--port", "x"), 2),
        (("brew",), 2),
        ((), 2),
    ):
        more = data if arguments and arguments != ("brew",) else ()
        status, _, err = ran(capsys, *arguments, *more)
        assert status == wanted, arguments
        if wanted == 1:
            assert err.strip().endswith((".", "…"))
            assert "Traceback" not in err


def test_the_sample_is_filled_again_and_never_into_an_endpoint_in_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ("--data", str(tmp_path / "sample"), "--json")
    first = json.loads(ran(capsys, "sample", *data)[1])
    second = json.loads(ran(capsys, "sample", *data)[1])
    assert first["people"] != second["people"]
    assert json.loads(ran(capsys, "submissions", "list", *data)[1])["total"] == 2
    read = Invitation.read(Path(second["invitation"]).read_text(encoding="utf-8"))
    assert (read.participant, read.address, read.code) == ("SAMPLE", "http://127.0.0.1:8765", second["code"])
    given = json.loads(ran(capsys, "bundle", "give", "ACME", "--out", str(tmp_path), *data)[1])["bundles"]
    assert [Path(one["file"]).is_file() for one in given] == [True]
    status, _, err = ran(capsys, "bundle", "take", given[0]["file"], *data)
    assert (status, "no bundle for this endpoint" in err) == (1, True)
    used = ("--data", str(tmp_path / "used"))
    ran(capsys, "participant", "add", "REAL", "Real Energy", *used)
    status, _, err = ran(capsys, "sample", *used)
    assert (status, "folder of its own" in err) == (1, True)


def test_it_serves_logs_nothing_of_anybody_and_stops_cleanly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran(capsys, "participant", "add", "ACME", "Acme Energy (made up)", "--data", str(tmp_path))
    invitation = ran(capsys, "invite", "ACME", "--data", str(tmp_path))[1]
    with running(tmp_path) as process:
        laptop = Laptop(process.address)
        assert laptop.enrol(invitation).status_code == 200
        made, answer = laptop.hand_over([File(b"body"), File(b"evidence", "evidence", "Mary Smith.txt")])
        assert answer.status_code == 201
        assert requests.get(process.address + "/v1/nothing?token=secret", timeout=10).status_code == 404
        laptop.session.close()
        assert process.stop() == 0
    text = "".join(process.lines)
    lines = [json.loads(one) for one in process.lines]
    assert {"started", "listening", "answered", "stopped"} <= {one["event"] for one in lines}
    assert [one["request"] for one in lines if one.get("route") == "/v1/submissions/{uuid}"] == [
        answer.headers["X-Request-Id"]
    ]
    secrets = (made.id, laptop.uuid, laptop.enrolled["token"], File(b"body").sha256, "ACME", "Mary", "secret", "Acme")
    for secret in (*secrets, Invitation.read(invitation).code):
        assert secret not in text


def test_a_killed_service_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran(capsys, "participant", "add", "ACME", "Acme Energy (made up)", "--data", str(tmp_path))
    invitation = ran(capsys, "invite", "ACME", "--data", str(tmp_path))[1]
    with running(tmp_path) as process:
        laptop = Laptop(process.address)
        laptop.enrol(invitation)
        made, answer = laptop.hand_over([File(b"body")])
        process.kill()
    settings = Settings(tmp_path)
    with serving(tmp_path, name=settings.name) as again:
        laptop.address = again.address
        repeated = laptop.submit(made)
        assert (repeated.status_code, repeated.json()) == (200, answer.json())


def test_the_newest_migration_is_named() -> None:
    from alembic.script import ScriptDirectory

    folder = Path(migrations.__file__).parent
    assert ScriptDirectory(str(folder)).get_heads() == [migrations.NEWEST]
