"""The one text of what is signed: RFC 8785."""

from __future__ import annotations

import enum
import json
from contextlib import suppress

import pytest
from declaration_hands import SIGNED_AT, a_declaration, a_withdrawal, private_key
from hypothesis import given
from hypothesis import strategies as st

from desktop.declarations.body import moment, sealed
from desktop.declarations.canonical import canonical_bytes, read_canonical
from desktop.declarations.copies import copies_of
from desktop.declarations.model import SIGNATURE_WORDS

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
BODIES = st.dictionaries(TEXT, VALUES, max_size=5)


def test_the_letters_of_the_rfc_are_sorted_as_it_says():
    """RFC 8785, 3.2.3: by UTF-16 units, so a letter beyond the first plane stands before U+FB33."""
    body = {
        "\u20ac": "Euro Sign",
        "\r": "CR",
        "\ufb33": "Dalet",
        "1": "One",
        "\U0001f600": "Smile",
        "\x80": "C",
        "ö": "O",
    }
    assert list(json.loads(canonical_bytes(body))) == ["\r", "1", "\x80", "ö", "\u20ac", "\U0001f600", "\ufb33"]


def test_a_worked_out_case():
    assert canonical_bytes({"b": [1, True, None], "a": 'é"\n\u0007', "": {}}) == (
        b'{"":{},"a":"\xc3\xa9\\"\\n\\u0007","b":[1,true,null]}'
    )


@given(BODIES)
def test_it_is_read_back_as_it_was_and_whatever_order_it_came_in(body):
    data = canonical_bytes(body)
    assert read_canonical(data) == body
    assert canonical_bytes(dict(reversed(body.items()))) == data


@given(BODIES, st.integers(0, 10_000), st.integers(0, 7))
def test_no_other_bytes_are_read_as_the_same_body(body, place, bit):
    data = bytearray(canonical_bytes(body))
    data[place % len(data)] ^= 1 << bit
    with suppress(ValueError):
        assert read_canonical(bytes(data)) != body


class Word(enum.StrEnum):
    YES = "yes"


def test_words_of_ours_are_written_as_their_texts():
    assert canonical_bytes({"a": Word.YES, "b": ("x",)}) == b'{"a":"yes","b":["x"]}'


@pytest.mark.parametrize(
    "body", [{"a": 1.5}, {"a": 1.0}, {"a": float("nan")}, {1: "a"}, {"a": "\ud800"}, {"\ud800": 1}, {"a": 2**53},
             {"a": {1, 2}}, {"a": b"x"}, {"a": [object()]}, {"a": {2: 1}}]
)  # fmt: skip
def test_what_two_programs_could_write_differently_is_refused(body):
    with pytest.raises(ValueError):
        canonical_bytes(body)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b'"a"', b"{", b'{"a":1 }', b'{"a":1.0}', b'{"a":1e2}', b'{"a":NaN}', b'{"a":1,"a":1}',
     b'{"b":1,"a":2}', b'{"a":"\\u0041"}', b'{"a":"\xff"}', b'\xef\xbb\xbf{}', b"{}\n", b'{"a":-0}', b'{"a":"\\ud800"}',
     b'{"a":' * 90_000, b'{"a":' + b"9" * 5000 + b"}", "{}".encode("utf-16")],
    ids=lambda data: data[:20].hex() + f"-{len(data)}",
)  # fmt: skip
def test_other_writing_is_refused(data):
    with pytest.raises(ValueError):
        read_canonical(data)


# -- the body --------------------------------------------------------------------------------------------------------


def test_what_is_signed_binds_each_copy_in_by_its_hash():
    body = a_declaration(private_key())
    made = copies_of(body)
    before = sealed(body, made)
    told = read_canonical(before)
    assert set(told["files"]) == {"declaration.html", "how-to-verify.txt"}
    assert told["signature_kind"] == SIGNATURE_WORDS
    assert told["signed_at"] == "2026-11-28T09:49:04Z"
    assert sealed(body, {**made, "declaration.html": made["declaration.html"] + b" "}) != before


@pytest.mark.parametrize("wrong", [{"version": 0}, {"reference": "a/b"}, {"title": " "}, {"audit_head": {"seq": 1}}])
def test_a_body_that_is_not_whole_is_not_signed(wrong):
    body = {**a_declaration(private_key()), **wrong}
    with pytest.raises(ValueError):
        sealed(body, copies_of(a_declaration(private_key())))


def test_a_declaration_has_a_key_or_a_scan():
    with pytest.raises(ValueError):
        a_declaration(None)
    with pytest.raises(ValueError):
        a_declaration(private_key(), scan={"file_name": "a.pdf", "size": 1, "sha256": "ab" * 32})


def test_a_moment_needs_a_zone():
    with pytest.raises(ValueError):
        moment(SIGNED_AT.replace(tzinfo=None))


# -- the copies ------------------------------------------------------------------------------------------------------


def test_the_page_shows_every_text_escaped_and_loads_nothing():
    page = copies_of(a_declaration(private_key()))["declaration.html"].decode()
    for text in ("Ready for M11", "Anne O&#x27;Neil", "Yes, &lt;b&gt;all&lt;/b&gt; of it &amp; more", "1 December 2026",
                 "28 November 2026, 09:49:04 UTC", "3 findings are accepted", "report.pdf", "Company director",
                 "Placeholder wording", SIGNATURE_WORDS):  # fmt: skip
        assert text in page
    assert "default-src 'none'" in page
    assert not [loaded for loaded in ("<script", "http:", "https:", "src=", "url(", "<b>all") if loaded in page]
    assert page.index("3 findings are accepted") < page.index("declares that it is ready")


@given(st.text(max_size=60))
def test_no_text_of_a_person_gets_out_of_its_place(text):
    body = a_declaration(private_key(), title=f"T{text}", answers=[{"id": "q", "question": text, "answer": text}])
    try:
        page = copies_of(body)["declaration.html"].decode()
    except UnicodeEncodeError:
        assert any("\ud800" <= one <= "\udfff" for one in text)
        return
    plain = copies_of(a_declaration(private_key(), title="T", answers=[{"id": "q", "question": "", "answer": ""}]))
    tags = plain["declaration.html"].decode().replace("<br>", "").count("<")
    assert page.replace("<br>", "").count("<") == tags


def test_writing_that_nobody_sees_is_made_visible():
    page = copies_of(a_declaration(private_key(), title="invoice\u202egnp.exe\x00"))["declaration.html"].decode()
    assert "invoice[U+202E]gnp.exe[U+0000]" in page


@pytest.mark.parametrize("made", [a_declaration, a_withdrawal])
def test_a_rehearsal_says_so_across_the_page_and_in_the_text(made):
    real, rehearsed = (copies_of(made(private_key(), rehearsal=yes)) for yes in (False, True))
    assert b"REHEARSAL" not in real["declaration.html"] + real["how-to-verify.txt"]
    page = rehearsed["declaration.html"].decode()
    assert '<meta name="watermark" content="REHEARSAL">' in page
    assert "position: fixed" in page
    assert b"REHEARSAL" in rehearsed["how-to-verify.txt"]


def test_real_wording_is_not_called_a_placeholder():
    wording = {**a_declaration(private_key())["wording"], "placeholder": False}
    made = copies_of(a_declaration(private_key(), wording=wording))
    assert b"laceholder" not in made["declaration.html"] + made["how-to-verify.txt"]
