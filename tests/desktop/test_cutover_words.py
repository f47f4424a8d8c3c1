"""Durations and predecessors as people and runbooks write them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.cutover.durations import NO_TIME, Duration, read_duration
from desktop.cutover.predecessors import check_key, predecessors_text, read_predecessors
from desktop.errors import InvalidInput

durations = st.builds(Duration, st.integers(0, 2_000), st.sampled_from(["wd", "d", "h", "min"]))


@pytest.mark.parametrize(
    ("text", "kept", "words"),
    [
        ("2 wd", "2 wd", "2 working days"),
        ("1 Working Day", "1 wd", "1 working day"),
        ("3 business days", "3 wd", "3 working days"),
        ("3 days", "3 d", "3 days"),
        ("2ed", "2 d", "2 days"),
        ("1 week", "7 d", "7 days"),
        ("4h", "4 h", "4 hours"),
        ("90 min", "90 min", "1 hour 30 minutes"),
        ("1h 30m", "90 min", "1 hour 30 minutes"),
        ("1 hour and 5 minutes", "65 min", "1 hour 5 minutes"),
        ("1.5 h", "90 min", "1 hour 30 minutes"),
        ("01:30", "90 min", "1 hour 30 minutes"),
        ("30:00:00", "30 h", "30 hours"),
        ("1 d 6 h", "30 h", "30 hours"),
        ("0", "0", "no time"),
        ("0 days", "0", "no time"),
        ("0.0", "0", "no time"),
    ],
)
def test_durations_are_read_as_people_write_them(text, kept, words):
    found = read_duration(text)
    assert (found.text, found.words) == (kept, words)
    assert read_duration(found.text) == found


@pytest.mark.parametrize(
    "text",
    ["", "soon", "-2 wd", "2 wd 3 h", "0.5 wd", "1.5 d", "2h 3h", "1.333 h", "5 months", "9999 wd", "2 wd!", "1,5 h"],
)
def test_what_is_no_duration_is_refused_at_its_field(text):
    with pytest.raises(InvalidInput) as caught:
        read_duration(text)
    assert caught.value.field == "duration"


def test_a_bare_number_needs_a_unit_or_gets_the_one_of_its_column():
    with pytest.raises(InvalidInput, match="needs a unit"):
        read_duration("2")
    assert read_duration("2", "wd") == Duration(2, "wd")
    assert read_duration("90.0", "min") == Duration(90, "min")
    assert read_duration("0.5", "h") == Duration(30, "min")


@given(durations)
def test_a_duration_is_read_again_from_its_text_and_its_words(duration):
    same = duration if duration.count else NO_TIME
    assert read_duration(duration.text) == same
    if duration.count:
        minutes = {"min": 1, "h": 60}.get(duration.unit)
        again = read_duration(duration.words.replace(",", ""))
        if minutes is None:
            assert again == same
        else:
            assert again.count * {"min": 1, "h": 60}[again.unit] == duration.count * minutes


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text):
    for read in (read_duration, read_predecessors, check_key):
        with contextlib.suppress(InvalidInput):
            read(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("T-001", (("T-001", ""),)),
        ("T-001 FS", (("T-001", ""),)),
        ("T-001 + 2 wd", (("T-001", "2 wd"),)),
        ("T-001FS+4h", (("T-001", "4 h"),)),
        ("12FS+2 days", (("12", "2 d"),)),
        ("T-001; T-002|T-003\n4", (("T-001", ""), ("T-002", ""), ("T-003", ""), ("4", ""))),
        ("T-001, t-001,", (("T-001", ""),)),
        ("T-001 + 0 d", (("T-001", ""),)),
        ("1.2.3, A-1-2, GO/NO-GO, OFFS", (("1.2.3", ""), ("A-1-2", ""), ("GO/NO-GO", ""), ("OFFS", ""))),
    ],
)
def test_predecessors_are_read_as_runbooks_write_them(text, found):
    assert read_predecessors(text) == found
    assert read_predecessors(predecessors_text(found)) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("T-001 SS", "start to start"),
        ("T-001FF+1d", "finish to finish"),
        ("T-001 sf", "start to finish"),
        ("T-001 - 2 wd", "before its predecessor has ended"),
        ("12FS-2 days", "before its predecessor has ended"),
        ("T-001 + 2", "needs a unit"),
        ("T-001 + soon", "cannot be read"),
        ("T-001, T-001 + 1 d", "twice"),
    ],
)
def test_other_relations_and_unreadable_lags_are_refused_with_what_they_are(text, said):
    with pytest.raises(InvalidInput, match=said) as caught:
        read_predecessors(text)
    assert caught.value.field == "predecessors"


@pytest.mark.parametrize("key", ["T-014", "1.2", "GO/NO-GO", "Step 4"])
def test_a_key_can_be_named_as_a_predecessor(key):
    assert check_key(f" {key} ") == key


@pytest.mark.parametrize("key", ["", "a, b", "T-1 FS", "5SS", "T + 1 d", "T-1 - 2 d", "x" * 61, "a|b"])
def test_a_key_that_would_be_read_otherwise_is_refused(key):
    with pytest.raises(InvalidInput) as caught:
        check_key(key)
    assert caught.value.field == "key"
