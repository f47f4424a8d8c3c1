"""The three-way merge: it is the same from both sides, loses nothing, and asks only where both changed something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sync.merging import MINE, THEIRS, merge, next_base, same, same_record, unsure

FIELDS = ("name", "email", "phone")
groups = st.fixed_dictionaries({field: st.sampled_from(["", "a", "b", "c"]) for field in FIELDS})
records = st.dictionaries(st.sampled_from(["signatory", "data_owner", "signatory~2"]), groups, max_size=3)


@given(records, records, records)
def test_is_symmetric(base, mine, theirs) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert [clash.name for clash in one.clashes] == [clash.name for clash in other.clashes]
    assert (one.from_mine, one.from_theirs) == (other.from_theirs, other.from_mine)
    every = dict.fromkeys((clash.name for clash in one.clashes), MINE)
    swapped = dict.fromkeys(every, THEIRS)
    assert same_record(merge(base, mine, theirs, every).value, merge(base, theirs, mine, swapped).value)


@given(records, records)
def test_equal_sides_are_no_conflict_whatever_both_had(base, both) -> None:
    merged = merge(base, both, both)
    assert (merged.clashes, merged.from_mine, merged.from_theirs) == ((), (), ())
    assert same_record(merged.value, both)


@given(records, records)
def test_a_side_that_changed_nothing_takes_the_other(base, changed) -> None:
    assert same_record(merge(base, base, changed).value, changed)
    assert same_record(merge(base, changed, base).value, changed)
    assert merge(base, base, changed).clashes == ()


@given(records, records, records)
def test_loses_nothing(base, mine, theirs) -> None:
    """What either side changed stands in the result, or is shown as a clash."""
    merged = merge(base, mine, theirs)
    shown = {clash.group for clash in merged.clashes if not clash.field} | {clash.name for clash in merged.clashes}
    for side in (mine, theirs):
        for key in base.keys() | side.keys():
            if key in shown or same(side.get(key), base.get(key)):
                continue
            if key not in side:
                assert key not in merged.value
                continue
            for field in FIELDS:
                changed = side[key][field] != base.get(key, {}).get(field, "")
                assert not changed or f"{key}.{field}" in shown or merged.value[key][field] == side[key][field]


@given(records, records, records)
def test_what_is_not_chosen_stays_open_over_the_next_base(base, mine, theirs) -> None:
    first = merge(base, mine, theirs)
    again = merge(next_base(base, theirs, first.clashes), first.value, theirs)
    assert [one.name for one in again.clashes] == [one.name for one in first.clashes]
    assert again.from_theirs == ()


@given(records, records)
def test_without_a_base_whatever_differs_is_asked(mine, theirs) -> None:
    merged = merge(unsure(mine, theirs), mine, theirs)
    assert same_record(merged.value, mine)
    assert bool(merged.clashes) is not same_record(mine, theirs)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "value", "clashes"),
    [
        ({}, {"s": {"name": "A", "email": ""}}, {"s": {"name": "A", "email": "x"}}, {"name": "A", "email": "x"}, []),
        ({}, {"s": {"name": "A"}}, {"s": {"name": "B"}}, {"name": "A"}, ["s.name"]),
        (
            {"s": {"name": "A"}},
            {"s": {"name": "A", "email": "m"}},
            {"s": {"name": "B"}},
            {"name": "B", "email": "m"},
            [],
        ),
        ({"s": {"name": "A"}}, {"s": {"name": "B"}}, {}, {"name": "B"}, ["s"]),
        ({"s": {"name": "A"}}, {"s": {"name": "A"}}, {}, None, []),
        ({"s": {"name": "A"}}, {}, {"s": {"name": "A"}}, None, []),
        ({"s": {"name": "A"}}, {}, {"s": {"name": "B"}}, None, ["s"]),
    ],
)
def test_worked_cases(base, mine, theirs, value, clashes) -> None:
    merged = merge(base, mine, theirs)
    assert merged.value.get("s") == value
    assert [clash.name for clash in merged.clashes] == clashes
