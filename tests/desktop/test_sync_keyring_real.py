"""Signing in at endpoints with a real Secret Service. `make keyring-tests` starts one for them alone."""

from __future__ import annotations

import gc

import keyring
import pytest

from desktop.app import Workspace
from desktop.sync import secrets
from desktop.sync.troubles import SyncTrouble
from tests.desktop.test_declaration_keyring_real import lock, unlock
from tests.desktop.test_sync_endpoints import CODE, STRAIGHT, Door
from tests.loopback import scripted

pytestmark = [
    pytest.mark.keyring,
    # The keyring library leaves its socket to the garbage collector when a keyring is locked.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


@pytest.fixture(autouse=True)
def sockets_closed():
    """What a test left to the garbage collector goes while its filter of warnings holds."""
    yield
    gc.collect()


@pytest.fixture
def endpoints(tmp_path, clock):
    with Workspace.create(tmp_path / "desk", "Acme Energy Limited", "ACME", actor="bob", clock=clock) as made:
        yield made.endpoints


@pytest.fixture
def server():
    with scripted(Door()) as made:
        yield made


@pytest.fixture
def added(endpoints, server):
    return endpoints.add(server.address, CODE, details=STRAIGHT)[0]


def test_a_laptop_signs_in_and_its_token_and_key_are_in_the_systems_keyring(endpoints, added):
    found = endpoints.get(added)
    entry = f"{found.uuid}/{found.device_uuid}"
    assert keyring.get_password(secrets.SERVICE, f"{entry}/token") == f"canary-token-{found.device_uuid}"
    assert len(keyring.get_password(secrets.SERVICE, f"{entry}/seed")) == 64
    assert endpoints.test(added).ok
    endpoints.remove(added, "no more")
    assert keyring.get_password(secrets.SERVICE, f"{entry}/token") is None


def test_a_locked_keyring_stops_the_endpoint_plainly_and_nothing_is_made_anew(endpoints, added):
    before = endpoints.get(added)
    lock()
    try:
        for ask in (endpoints.transport, endpoints.signing_key):
            with pytest.raises(SyncTrouble, match="locked") as raised:
                ask(added)
            assert raised.value.trouble.slug == "keyring"
    finally:
        unlock()
    assert endpoints.get(added) == before
    assert endpoints.test(added).ok


def test_an_entry_that_was_removed_is_a_laptop_that_is_not_signed_in(endpoints, added):
    found = endpoints.get(added)
    keyring.delete_password(secrets.SERVICE, f"{found.uuid}/{found.device_uuid}/token")
    with pytest.raises(SyncTrouble) as raised:
        endpoints.transport(added)
    assert raised.value.trouble.slug == "sign-in"
