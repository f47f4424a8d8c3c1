"""Signing keys without a keyring: encrypted key files for real, and sentences where no safe keyring answers."""

from __future__ import annotations

import json
import os
import stat
import traceback
from pathlib import Path

import keyring
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import InitError, KeyringLocked, PasswordSetError

from desktop.app import Workspace
from desktop.changes import Subject
from desktop.declarations import key_files, keyrings
from desktop.declarations.keys import KeyService, keyring_state
from desktop.errors import InvalidInput, NotFound, PlainError, ReadOnly, WorkspaceError

PASSPHRASE = "heron biscuit ladder noon"
DATA = b'{"what":"is signed"}'


@pytest.fixture
def workspace(tmp_path, clock):
    with Workspace.create(tmp_path / "desk", "Acme Energy Limited", "ACME", actor="bob", clock=clock) as made:
        yield made


@pytest.fixture
def keys(workspace):
    return KeyService(workspace.store, workspace.folder, workspace.actor, workspace.clock)


@pytest.fixture
def anne(keys):
    return keys.make("Anne O'Neil", passphrase=PASSPHRASE)[0]


@pytest.fixture
def backend(monkeypatch):
    """Puts another back end into the keyring library's place for one."""

    def use(made: KeyringBackend) -> KeyringBackend:
        monkeypatch.setattr(keyring.core, "_keyring_backend", made)
        return made

    return use


def file_of(keys: KeyService, key) -> Path:
    return keys._folder / "keys" / f"{key.fingerprint}.json"


def holds(keys: KeyService, key, signature: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(keys.public_key(key)).verify(signature, DATA)


# -- key files -------------------------------------------------------------------------------------------------------


def test_a_key_under_a_passphrase_is_made_kept_and_signs(keys, anne, workspace):
    assert (anne.person, anne.kept, anne.retired, anne.created_at) == (
        "Anne O'Neil",
        "file",
        "",
        "2026-11-23T12:00:00Z",
    )
    signature = keys.sign(anne, DATA, passphrase=PASSPHRASE)
    assert len(signature) == 64
    holds(keys, anne, signature)
    again = KeyService(workspace.store, workspace.folder, "carl", workspace.clock)
    assert again.sign(again.keys()[0], DATA, passphrase=PASSPHRASE) == signature


def test_the_file_holds_the_seed_in_no_writing_and_only_its_owner_may_read_it(keys, anne):
    path = file_of(keys, anne)
    text = path.read_text()
    seed = key_files.read(path, anne.fingerprint, PASSPHRASE)
    assert seed.hex() not in text.lower()
    assert PASSPHRASE not in text
    told = json.loads(text)
    assert told["kdf"]["name"] == "argon2id"
    assert (told["kdf"]["memory_kib"], told["kdf"]["passes"], told["kdf"]["lanes"]) == (65536, 3, 4)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "wrong", ["", "heron biscuit ladder moon", PASSPHRASE + " ", PASSPHRASE.upper(), "\ud800" * 12]
)
def test_a_wrong_passphrase_signs_nothing_and_can_be_tried_again(keys, anne, wrong):
    with pytest.raises(InvalidInput) as raised:
        keys.sign(anne, DATA, passphrase=wrong)
    assert raised.value.field == "passphrase"
    holds(keys, anne, keys.sign(anne, DATA, passphrase=PASSPHRASE))


def test_letters_with_marks_open_it_however_the_keyboard_composes_them(keys):
    key, _ = keys.make("Zoë", passphrase="caf\u00e9 na\u00efve pass")
    holds(keys, key, keys.sign(key, DATA, passphrase="cafe\u0301 nai\u0308ve pass"))


@pytest.mark.parametrize("short", ["short", " " * 20, "elevenchars", "\ud800" * 12])
def test_a_passphrase_that_is_too_short_makes_no_key(keys, short):
    with pytest.raises(InvalidInput) as raised:
        keys.make("Anne O'Neil", passphrase=short)
    assert raised.value.field == "passphrase"
    assert keys.keys() == ()
    assert not (keys._folder / "keys").exists()


def test_every_bit_of_a_key_file_counts_and_damage_is_not_called_a_wrong_passphrase(keys, anne):
    path = file_of(keys, anne)
    whole = path.read_bytes()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        with pytest.raises(WorkspaceError, match="damaged"):
            keys.sign(anne, DATA, passphrase=PASSPHRASE)
    path.write_bytes(whole)
    holds(keys, anne, keys.sign(anne, DATA, passphrase=PASSPHRASE))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"kdf":[]}', b"\xff" * 40, b"x" * 40_000])
def test_what_is_no_key_file_is_told_so(keys, anne, data):
    file_of(keys, anne).write_bytes(data)
    with pytest.raises(WorkspaceError, match="damaged"):
        keys.sign(anne, DATA, passphrase=PASSPHRASE)


def test_a_forged_file_cannot_ask_for_all_of_the_memory(keys, anne):
    path = file_of(keys, anne)
    told = json.loads(path.read_text())
    told["kdf"]["memory_kib"] = 2**40
    del told["check"]
    told["check"] = key_files.sha256(key_files.canonical_bytes(told))
    path.write_bytes(key_files.canonical_bytes(told))
    with pytest.raises(WorkspaceError, match="damaged"):
        keys.sign(anne, DATA, passphrase=PASSPHRASE)


def test_the_file_of_another_key_is_not_taken_for_it(keys, anne):
    bert, _ = keys.make("Bert", passphrase=PASSPHRASE)
    file_of(keys, anne).write_bytes(file_of(keys, bert).read_bytes())
    with pytest.raises(WorkspaceError, match="not of this key"):
        keys.sign(anne, DATA, passphrase=PASSPHRASE)


def test_a_file_that_is_gone_makes_no_new_key(keys, anne):
    file_of(keys, anne).unlink()
    with pytest.raises(WorkspaceError, match="is not in the workspace's folder of keys"):
        keys.sign(anne, DATA, passphrase=PASSPHRASE)
    with pytest.raises(InvalidInput, match="has a signing key already"):
        keys.make("Anne O'Neil", passphrase=PASSPHRASE)


# -- people and their keys -------------------------------------------------------------------------------------------


def test_a_person_has_one_key_in_use_by_name_without_regard_to_case_and_blanks(keys, anne):
    assert keys.key_for("  anne   o'NEIL ") == anne
    assert keys.key_for("Anne") is None
    with pytest.raises(InvalidInput) as raised:
        keys.make("ANNE  O'Neil", passphrase=PASSPHRASE)
    assert raised.value.field == "person"
    bert, _ = keys.make("bert", passphrase=PASSPHRASE)
    assert keys.keys() == (bert, anne)
    assert keys.people() == ("Anne O'Neil", "bert")


def test_exactly_the_key_that_is_given_signs(keys, anne):
    bert, _ = keys.make("Bert", passphrase="another one altogether")
    holds(keys, bert, keys.sign(bert, DATA, passphrase="another one altogether"))
    with pytest.raises(InvalidInput):
        keys.sign(anne, DATA, passphrase="another one altogether")


@pytest.mark.parametrize("name", ["", "  "])
def test_a_key_is_somebodys(keys, name):
    with pytest.raises(InvalidInput) as raised:
        keys.make(name, passphrase=PASSPHRASE)
    assert raised.value.field == "person"


def test_a_retired_key_signs_no_more_its_public_half_stays_and_another_can_be_made(keys, anne):
    changes = keys.retire(anne.id, " left  us ")
    assert changes.subjects == {Subject.DECLARATIONS}
    (old,) = keys.keys()
    assert old.retired == "left us"
    assert not file_of(keys, anne).exists()
    assert len(keys.public_key(old)) == 32
    with pytest.raises(WorkspaceError, match="not used any more: left us"):
        keys.sign(anne, DATA, passphrase=PASSPHRASE)
    assert keys.key_for("Anne O'Neil") is None
    again, _ = keys.make("Anne O'Neil", passphrase=PASSPHRASE)
    assert again.fingerprint != anne.fingerprint
    for reason in ("", "twice"):
        with pytest.raises(InvalidInput) as raised:
            keys.retire(anne.id, reason)
        assert raised.value.field == "reason"
    with pytest.raises(NotFound):
        keys.retire(99, "why")


def test_the_log_says_what_was_done_without_a_name_in_the_titles(keys, anne, workspace):
    keys.retire(anne.id, "lost")
    entries = (
        workspace.store.read().execute("SELECT action, title, body FROM audit ORDER BY seq DESC LIMIT 2").fetchall()
    )
    assert [(action, title) for action, title, _ in entries] == [
        ("key.retire", "Retire a signing key"),
        ("key.make", "Make a signing key"),
    ]
    assert all(anne.fingerprint in body for _, _, body in entries)
    assert workspace.store.undo_title() is None


def test_a_public_half_that_was_altered_here_is_not_used(keys, anne, workspace):
    bert, _ = keys.make("Bert", passphrase=PASSPHRASE)
    with workspace.store.write() as connection:
        swap = "UPDATE signing_key SET public_key = (SELECT public_key FROM signing_key WHERE id = ?) WHERE id = ?"
        connection.execute(swap, (bert.id, anne.id))
    with pytest.raises(WorkspaceError, match="was altered"):
        keys.sign(anne, DATA, passphrase=PASSPHRASE)


def test_a_workspace_that_is_read_only_makes_no_key_but_signs_none_away(tmp_path, clock):
    with Workspace.create(tmp_path / "desk", "Acme", "ACME", actor="bob", clock=clock) as made:
        anne, _ = KeyService(made.store, made.folder, "bob", clock).make("Anne", passphrase=PASSPHRASE)
    with Workspace.open(tmp_path / "desk", clock=clock, read_only=True) as opened:
        keys = KeyService(opened.store, opened.folder, "bob", clock)
        with pytest.raises(ReadOnly):
            keys.make("Bert", passphrase=PASSPHRASE)
        holds(keys, anne, keys.sign(anne, DATA, passphrase=PASSPHRASE))


@pytest.mark.skipif("os.name != 'posix' or os.geteuid() == 0", reason="needs a folder that may not be written")
def test_a_folder_that_cannot_be_written_makes_no_key(keys):
    keys._folder.chmod(0o500)
    try:
        with pytest.raises(WorkspaceError, match="could not be written"):
            keys.make("Anne", passphrase=PASSPHRASE)
    finally:
        keys._folder.chmod(0o700)
    assert keys.keys() == ()


def test_a_file_in_the_place_of_the_folder_makes_no_key(keys):
    (keys._folder / "keys").write_text("in the way")
    with pytest.raises(WorkspaceError, match="could not be written"):
        keys.make("Anne", passphrase=PASSPHRASE)
    assert keys.keys() == ()


# -- no safe keyring -------------------------------------------------------------------------------------------------


class Pretender(KeyringBackend):
    """Calls itself the Secret Service and keeps everything in clear."""

    priority = 9  # type: ignore[assignment]

    def get_password(self, service, username):
        raise AssertionError("an unsafe keyring was asked")

    set_password = delete_password = get_password


Pretender.__module__, Pretender.__qualname__ = "keyring.backends.SecretService", "Keyring"


@pytest.mark.parametrize("kind", [null.Keyring, Pretender])
def test_a_keyring_that_is_not_known_to_be_safe_is_refused_with_a_sentence(keys, backend, kind):
    backend(kind())
    answers, why = keyring_state()
    assert not answers
    assert "not one that is known to be safe" in why
    with pytest.raises(WorkspaceError, match="key file with a passphrase"):
        keys.make("Anne")
    assert keys.keys() == ()


def test_no_keyring_at_all_is_told_with_what_to_do(keys, backend, monkeypatch):
    backend(fail.Keyring())
    monkeypatch.setattr(keyrings, "_started_since", lambda: None)
    assert keyring_state() == (False, "This computer offers no keyring to keep a key in.")
    with pytest.raises(WorkspaceError, match="key file with a passphrase"):
        keys.make("Anne")
    assert keys.keys() == ()


def test_a_chain_of_keyrings_is_used_only_for_a_safe_one_in_it(keys, backend, monkeypatch):
    monkeypatch.setattr(ChainerBackend, "backends", [null.Keyring(), Pretender()])
    backend(ChainerBackend())
    with pytest.raises(WorkspaceError, match="not one that is known to be safe"):
        keys.make("Anne")


def test_the_packages_that_keep_keys_in_clear_are_not_here():
    with pytest.raises(ImportError):
        __import__("keyrings.alt")


@pytest.mark.parametrize("error", [KeyringLocked, InitError, PasswordSetError, OSError, ValueError])
def test_whatever_a_keyring_raises_is_one_sentence_that_holds_nothing_of_the_key(error):
    def fails():
        seed = "5eed" * 16
        raise error(f"could not store {seed}")

    with pytest.raises(PlainError) as raised:
        keyrings._asked(fails)
    told = "".join(traceback.format_exception(raised.value))
    assert "5eed5eed" not in told
    assert raised.value.safe
    assert raised.value.todo
