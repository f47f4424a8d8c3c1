"""Signing keys in a real Secret Service (gnome-keyring). `make keyring-tests` starts one for them alone."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.app import Workspace
from desktop.declarations.keys import KeyService, keyring_state
from desktop.errors import InvalidInput, WorkspaceError

pytestmark = [
    pytest.mark.keyring,
    # The keyring library leaves its socket to the garbage collector when a keyring is locked.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

ROOT = Path(__file__).resolve().parents[2]
DATA = b'{"what":"is signed"}'
SIGNS_AGAIN = """
import sys
from contextlib import closing
from pathlib import Path
from desktop.app import Workspace
from desktop.declarations.keys import KeyService
with Workspace.open(Path(sys.argv[1]), actor="another process") as opened:
    keys = KeyService(opened.store, opened.folder, opened.actor, opened.clock)
    print(keys.sign(keys.key_for("Anne O'Neil"), bytes.fromhex(sys.argv[2])).hex())
"""


def session(*message: str) -> str:
    """A message to the session bus; its answer."""
    told = ["dbus-send", "--session", "--print-reply", *message]
    return subprocess.run(told, capture_output=True, text=True, check=True).stdout


def lock() -> None:
    session(
        "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock",
        "array:objpath:/org/freedesktop/secrets/collection/login",
    )  # fmt: skip


def unlock() -> None:
    """As the login does it: a second `gnome-keyring-daemon --unlock` would not, and a prompt needs a screen."""
    import secretstorage
    from secretstorage.util import DBusAddressWrapper, format_secret, open_session

    interface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
    with closing(secretstorage.dbus_init()) as connection:
        password = os.environ["MHHS_DESK_TEST_KEYRING"].encode()
        secret = format_secret(open_session(connection), password, "text/plain")
        service = DBusAddressWrapper("/org/freedesktop/secrets", interface, connection)
        service.call("UnlockWithMasterPassword", "o(oayays)", "/org/freedesktop/secrets/collection/login", secret)


@pytest.fixture(autouse=True)
def sockets_closed():
    """What a test left to the garbage collector goes while its filter of warnings holds."""
    yield
    gc.collect()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "desk"


@pytest.fixture
def workspace(folder, clock):
    with Workspace.create(folder, "Acme Energy Limited", "ACME", actor="bob", clock=clock) as made:
        yield made


@pytest.fixture
def keys(workspace):
    return KeyService(workspace.store, workspace.folder, workspace.actor, workspace.clock)


@pytest.fixture
def locked():
    """Lock the keyring for a test; unlocked again afterwards."""
    yield lock
    unlock()


def entry_of(keys: KeyService, key) -> str | None:
    import keyring

    return keyring.get_password(keys._service(), key.fingerprint)


def test_the_keyring_of_the_system_answers():
    answers, why = keyring_state()
    assert answers, why
    assert "Secret Service" in why


def test_a_key_is_made_in_it_and_signs(keys, folder):
    anne, changes = keys.make("Anne O'Neil")
    assert (anne.kept, changes.count) == ("keyring", 1)
    Ed25519PublicKey.from_public_bytes(keys.public_key(anne)).verify(keys.sign(anne, DATA), DATA)
    seed = entry_of(keys, anne)
    assert seed is not None
    assert len(bytes.fromhex(seed)) == 32
    assert not (folder / "keys").exists()
    in_clear = [path for path in folder.rglob("*") if path.is_file() and seed.encode() in path.read_bytes()]
    assert in_clear == []


def test_another_process_signs_with_it_again(folder, clock):
    with Workspace.create(folder, "Acme Energy Limited", "ACME", actor="bob", clock=clock) as made:
        keys = KeyService(made.store, made.folder, "bob", clock)
        anne, _ = keys.make("Anne O'Neil")
        signature = keys.sign(anne, DATA)
    done = subprocess.run(
        [sys.executable, "-c", SIGNS_AGAIN, str(folder), DATA.hex()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert bytes.fromhex(done.stdout.strip()) == signature


def test_two_people_and_two_workspaces_have_keys_of_their_own(keys, tmp_path, clock):
    anne, _ = keys.make("Anne O'Neil")
    bert, _ = keys.make("Bert")
    with Workspace.create(tmp_path / "other", "Other", "OTHR", actor="bob", clock=clock) as other:
        there = KeyService(other.store, other.folder, "bob", clock)
        carl, _ = there.make("Anne O'Neil")
        assert len({keys.sign(anne, DATA), keys.sign(bert, DATA), there.sign(carl, DATA)}) == 3
        assert keys._service() != there._service()


def test_a_locked_keyring_signs_nothing_makes_no_second_key_and_works_when_it_is_unlocked(keys, locked):
    anne, _ = keys.make("Anne O'Neil")
    signature = keys.sign(anne, DATA)
    locked()
    answers, why = keyring_state()
    assert not answers
    assert "locked" in why
    with pytest.raises(WorkspaceError, match="locked"):
        keys.sign(anne, DATA)
    with pytest.raises(WorkspaceError, match="locked"):
        keys.make("Bert")
    assert keys.people() == ("Anne O'Neil",)
    unlock()
    assert keys.sign(anne, DATA) == signature


def test_an_entry_that_was_removed_is_told_and_not_replaced(keys):
    import keyring

    anne, _ = keys.make("Anne O'Neil")
    keyring.delete_password(keys._service(), anne.fingerprint)
    with pytest.raises(WorkspaceError, match="does not have this signing key"):
        keys.sign(anne, DATA)
    with pytest.raises(InvalidInput, match="has a signing key already"):
        keys.make("Anne O'Neil")
    assert entry_of(keys, anne) is None


@pytest.mark.parametrize("other", ["", "not a seed", "ab" * 32, "AB" * 32])
def test_an_entry_that_was_changed_signs_nothing(keys, other):
    import keyring

    anne, _ = keys.make("Anne O'Neil")
    keyring.set_password(keys._service(), anne.fingerprint, other)
    with pytest.raises(WorkspaceError, match="not the signing key that was made here"):
        keys.sign(anne, DATA)


def test_retiring_a_key_removes_its_entry(keys):
    anne, _ = keys.make("Anne O'Neil")
    assert entry_of(keys, anne) is not None
    assert keys.retire(anne.id, "left us").title == "Retire a signing key"
    assert entry_of(keys, anne) is None


def test_a_key_can_be_retired_while_the_keyring_is_locked(keys, locked):
    anne, _ = keys.make("Anne O'Neil")
    locked()
    assert "could not be removed from the keyring" in keys.retire(anne.id, "lost").title
    assert keys.key_for("Anne O'Neil") is None


def test_where_a_keyring_answers_a_passphrase_still_makes_a_key_file(keys, folder):
    anne, _ = keys.make("Anne O'Neil", passphrase="heron biscuit ladder noon")
    assert anne.kept == "file"
    assert entry_of(keys, anne) is None
    assert len(list((folder / "keys").iterdir())) == 1
