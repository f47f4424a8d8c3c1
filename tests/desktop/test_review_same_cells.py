"""When two cells say the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.submissions.review.sameness import plain, same


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ("12", "12.0"),
        ("1200000", "1.2E+6"),
        ("a\r\nb", "a\nb"),
        ("a_x000D_\nb", "a\nb"),
        ("literal _x000D_ here", "literal _x005F_x000D_ here"),
        (" a ", "a"),
        ("2026-11-05", "46331"),
        ("2026-11-05", "05/11/2026"),
        ("2026-11-05", "5 November 2026"),
        ("", " "),
    ],
)
def test_the_same(sent: str, came: str) -> None:
    assert same(sent, came)
    assert same(came, sent)


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        ("00123", "123"),
        ("12", "13"),
        ("Passed", "passed"),
        ("2026-11-05", "2026-05-11"),
        ("2026-11-05", "11/05/2026"),
        ("a b", "ab"),
        ("", "0"),
        ("1E400", "1E401"),
        ("nan", "NaN"),
    ],
)
def test_not_the_same(sent: str, came: str) -> None:
    assert not same(sent, came)
    assert not same(came, sent)


@given(st.text(), st.text())
def test_sameness_never_depends_on_the_side(one: str, other: str) -> None:
    assert same(one, other) == same(other, one)
    assert same(one, one)


@given(st.dates(date(1900, 3, 1), date(2999, 12, 31)))
def test_a_day_is_the_same_as_its_number(day: date) -> None:
    number = (day - date(1899, 12, 30)) // timedelta(days=1)
    assert same(day.isoformat(), str(number))
    assert not same(day.isoformat(), str(number + 1))


@given(st.text())
def test_a_text_made_plain_is_plain(text: str) -> None:
    once = plain(text)
    assert "\r" not in once or "_x" in text
    assert once == once.strip()
