"""Reading the frozen body of a submission for the page: what a participant sends, true or hostile."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central import packs
from central.bodies import (
    EVIDENCE,
    LARGEST_BODY,
    LONGEST_LINE,
    BodyUnreadable,
    number_of,
    page_of,
    read_body,
    rows_of,
)
from desktop.content import pack as desk_pack
from desktop.submissions.body import row_line
from desktop.submissions.layout import EVIDENCE as DESK_EVIDENCE
from desktop.submissions.layout import EVIDENCE_COLUMNS
from desktop.submissions.shape import check_body
from desktop.submissions.standing import NEXT as DESK_NEXT
from tests.central.review_world import body_of, table_of


def read(body):
    return read_body([json.dumps(body).encode()])


def none(_sha256):
    raise AssertionError("no file is opened")


def test_what_the_tests_call_a_body_is_one_for_the_desk():
    check_body(body_of())


def test_a_body_gives_its_tables_with_evidence_last():
    body = read(body_of())
    assert [one.id for one in body.tables] == ["requirements", EVIDENCE]
    assert list(rows_of(body.tables[0], none)) == [
        ("REQ-001", "Register the meter", "3"),
        ("REQ-002", "Change the agent", ""),
        ("REQ-003", "Read it", "0"),
    ]
    assert body.tables[0].columns[2].number
    assert next(rows_of(body.tables[1], none))[:4] == ("EVD-0001", "EVD-0001", "1", "Test log")
    assert body.position == (("In scope", "3"),)
    assert body.recipients == ("BSCCo",)


def test_the_table_of_evidence_has_the_ids_of_the_desk_so_that_comments_land():
    assert EVIDENCE == DESK_EVIDENCE
    known = {one.id for one in EVIDENCE_COLUMNS}
    assert {one.id for one in read(body_of()).tables[1].columns} <= known


def test_the_states_follow_each_other_as_on_the_desk():
    from central.reviews import NEXT

    for state, after in DESK_NEXT.items():
        if state.value in NEXT and state.value not in {"received"}:
            assert set(NEXT[state.value]) == {one.value for one in after}, state


def test_the_kinds_of_packs_are_those_of_the_desk():
    assert packs.KINDS == desk_pack.KINDS
    assert packs.NEEDED == desk_pack._NEEDED_LISTS
    assert packs.LARGEST == desk_pack._SIZE_LIMIT
    assert set(packs.STATUSES) == {one.value for one in desk_pack.PackStatus}


@given(count=st.integers(1, 40), size=st.integers(1, 10), page=st.integers(1, 12), cut=st.integers(1, 50))
def test_rows_of_a_long_table_are_the_same_however_the_file_comes_in(count, size, page, cut):
    rows = tuple((f"R{number:03}", f"Zeile “{number}”\nzwei", number) for number in range(count))
    data = b"".join(row_line(one) for one in rows)
    chunks = [data[start : start + cut] for start in range(0, len(data), cut)]
    long = read(body_of(tables=[table_of(None, lines={"sha256": "a" * 64, "size": len(data)}, count=count)])).tables[0]
    short = read(body_of(tables=[table_of(rows)])).tables[0]
    first = (page - 1) * size + 1
    assert page_of(long, lambda _: chunks, first=first, size=size) == page_of(short, none, first=first, size=size)
    for find in ("", "ZEILE “1", "nowhere", "zwei", "R00", "r01", "3"):
        assert page_of(long, lambda _: chunks, first=1, size=size, find=find) == page_of(
            short, none, first=1, size=size, find=find
        )
    for key in ("R000", f"R{count - 1:03}", "R999", ""):
        assert number_of(long, lambda _: chunks, key) == number_of(short, none, key)


def test_a_page_tells_whether_there_is_more():
    table = read(body_of()).tables[0]
    assert page_of(table, none, first=1, size=2).more
    assert not page_of(table, none, first=3, size=2).more
    assert page_of(table, none, first=30, size=2).rows == ()
    assert page_of(table, none, first=1, size=9, find="AGENT").rows == (("REQ-002", "Change the agent", ""),)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"format":"mhhs-desk/submission/1"}',
        b'{"format":"mhhs-desk/submission/2"}',
        b'{"format":"mhhs-desk/submission/1","tables":' + b"9" * 5000 + b"}",
        json.dumps(body_of(tables=[table_of((("A", "b"),))])).encode(),
        json.dumps(body_of(tables=[table_of((("A", "b", 1.5),))])).encode(),
        json.dumps(body_of(tables=[table_of((("A", "b", True),))])).encode(),
        json.dumps(body_of(tables=[table_of((("A", "b", {"c": 1}),))])).encode(),
        json.dumps(body_of(tables=[table_of((), columns=[])])).encode(),
        json.dumps(body_of(tables=[None])).encode(),
        json.dumps(body_of(tables={"a": 1})).encode(),
        json.dumps(body_of(evidence=[{}])).encode(),
        json.dumps(body_of(position=[["one"]])).encode(),
        json.dumps(body_of(deadline=["x"])).encode(),
        json.dumps(body_of(changes=[])).encode() + b"}",
        json.dumps(body_of(checks=[{"rule": 1}])).encode(),
        json.dumps(body_of(tables=[table_of(None, lines=None)])).encode(),
    ],
)
def test_what_is_no_body_is_refused_in_one_sentence(data):
    with pytest.raises(BodyUnreadable):
        read_body([data])


def test_a_huge_body_is_not_read_to_its_end():
    read = 0

    def endless():
        nonlocal read
        while True:
            read += 1
            yield b" " * 1024 * 1024

    with pytest.raises(BodyUnreadable, match="larger than"):
        read_body(endless())
    assert read <= LARGEST_BODY // (1024 * 1024) + 1


def test_a_body_that_would_take_a_thousand_times_its_size_is_not_parsed():
    with pytest.raises(BodyUnreadable, match="too many parts"):
        read_body([b'{"format":"mhhs-desk/submission/1","tables":[' + b"[]," * 2_000_000])


def test_an_endless_line_is_not_read_to_its_end():
    table = read(body_of(tables=[table_of(None, lines={"sha256": "a" * 64, "size": 9}, count=1)])).tables[0]

    def endless(_):
        while True:
            yield b"a" * 65536

    for asked in (
        lambda: page_of(table, endless, first=1, size=1),
        lambda: page_of(table, endless, first=1, size=1, find="b"),
        lambda: number_of(table, endless, "b"),
    ):
        with pytest.raises(BodyUnreadable, match="too long"):
            asked()
    assert LONGEST_LINE < LARGEST_BODY


def test_half_of_a_character_becomes_a_question_mark_not_a_failure():
    body = read_body([json.dumps(body_of(title="a\ud800b")).encode()])
    assert body.title.encode() == b"a?b"
