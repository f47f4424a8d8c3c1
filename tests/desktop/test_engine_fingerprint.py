"""Fingerprints: exact for well-formed MPANs, hashed for the rest, the same in every version."""

import polars as pl
import pytest
from engine_rows import run
from hypothesis import given
from hypothesis import strategies as st

from desktop.cleanse.catalogue import all_checks
from desktop.cleanse.fingerprint import ITEMS_PER_CHECK, KEYS_PER_MPAN, check_number, fingerprints
from desktop.portfolio.items import ITEMS

VALID = "1030004967319"
NUMBERS = {item.name: item.number for item in ITEMS.values()}


def frame(*rows):
    return pl.DataFrame(
        rows,
        schema={"check_id": pl.String, "item": pl.String, "number": pl.Int64, "text": pl.String},
        orient="row",
    )


def test_the_largest_key_fits_and_no_two_checks_or_items_share_a_number():
    assert 9_999_999_999_999 * KEYS_PER_MPAN + KEYS_PER_MPAN - 1 < 2**63
    numbers = [check_number(check.id) for check in all_checks()]
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) * ITEMS_PER_CHECK + max(NUMBERS.values()) < KEYS_PER_MPAN
    assert max(NUMBERS.values()) < ITEMS_PER_CHECK
    assert len(set(NUMBERS.values())) == len(NUMBERS)


@pytest.mark.parametrize("check_id", ["ABC-01", "FMT", "FMT-", "FMT-x", "FMT-0", "FMT-100", ""])
def test_an_id_of_no_family_is_refused(check_id):
    with pytest.raises(ValueError):
        check_number(check_id)


def test_stored_fingerprints_never_change():
    made = fingerprints(
        frame(
            ("FMT-05", "mpan", 1030004967319, ""),
            ("FMT-05", "mpan", 1030004967319, ""),
            ("FMT-02", "mpan", None, "10300004967319"),
            ("FIL-02", "Customer Site", 1030004967319, ""),
            ("FIL-03", "extract_date", None, ""),
        ),
        NUMBERS,
    )
    assert made.to_list() == FROZEN


FROZEN = [
    927004470587131501,
    -206655157424480713,
    -2221024881627166239,
    -1708687985722954607,
    -7295876804395343966,
]
"""Written by the first version. Should the test fail, mend the code, not the list."""


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["FMT-01", "FMT-02", "ROW-01"]),
            st.sampled_from(["mpan", "ssc", "A heading"]),
            st.sampled_from([None, 1030004967319, 1]),
            st.sampled_from(["", "x", "y"]),
        ),
        max_size=30,
    )
)
def test_every_finding_has_one_of_its_own_whatever_came_before(rows):
    made = fingerprints(frame(*rows), NUMBERS)
    assert made.dtype == pl.Int64
    assert made.is_unique().all() or not rows
    # What follows in the file never changes what stands before it.
    assert fingerprints(frame(*rows[:10]), NUMBERS).to_list() == made.to_list()[:10]


def test_rows_that_only_move_keep_their_fingerprints():
    rows = [{"mpan": "x"}, {"mpan": ""}, {"mpan": "1030004967310"}, {"mpan": "12"}]
    checks = ("FMT-01", "FMT-02", "FMT-05")
    one, other = (set(run(order, *checks).findings["fingerprint"]) for order in (rows, rows[::-1]))
    assert one == other
    assert len(one) == 4


def test_rows_without_an_mpan_are_told_apart_by_the_rest_of_the_row():
    blanks = [{"mpan": "", "meter_serial": serial} for serial in ("A1", "B2", "C3")]
    three = run(blanks, "FMT-01").findings["fingerprint"].to_list()
    two = run(blanks[1:], "FMT-01").findings["fingerprint"].to_list()
    assert two == three[1:]


def test_a_cell_that_is_only_dressed_otherwise_keeps_its_fingerprint():
    plain = run([{"mpan": "1030004967310"}], "FMT-05").findings["fingerprint"]
    dressed = run([{"mpan": "10 3000 4967 310"}], "FMT-05").findings["fingerprint"]
    assert plain.to_list() == dressed.to_list() == [1030004967310 * KEYS_PER_MPAN + 105 * ITEMS_PER_CHECK + 1]
