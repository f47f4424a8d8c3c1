"""Addresses of endpoints are kept one way, and what is no safe address is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import InvalidInput
from desktop.sync.addresses import address_of
from desktop.sync.model import Connection, ProxyChoice

TOKEN = "canary-token-5f1d"
OTHER = "22222222-2222-3333-4444-555555555555"
STRAIGHT = Connection(ProxyChoice.NONE, connect_seconds=2, read_seconds=2)


# -- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" central.example ", "https://central.example"),
        ("https://Central.Example:8443/mhhs/", "https://central.example:8443/mhhs"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_addresses_are_kept_one_way(text, kept):
    assert address_of(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "http://central.example", "ftp://a", "https://u:p@a", "https://a?code=1", "https://a#b", "https://a b",
        "https://a:999999", "http://127.0.0.1.example", "http://localhost.example", "https://", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_safe_address_is_refused(text):
    with pytest.raises(InvalidInput) as raised:
        address_of(text)
    assert raised.value.field == "address"


@given(st.text(max_size=60))
def test_any_text_is_an_https_address_of_another_computer_or_refused(text):
    try:
        kept = address_of(text)
    except InvalidInput:
        return
    assert kept.startswith(("https://", "http://"))
    assert address_of(kept) == kept
