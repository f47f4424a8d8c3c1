"""Small portfolios, every one read by the fast rules and by the plain ones."""

from typing import Any

import oracle_row
import pytest
from checking_rows import check_digit, found, mpan
from hypothesis import given, settings
from hypothesis import strategies as st

SUPPLIES = [mpan(number) for number in (100, 201, 302, 403)] + [mpan(504, 12)]
BAD_DIGIT = SUPPLIES[0][:12] + str((int(SUPPLIES[0][12]) + 1) % 10)
NUMBERS = st.sampled_from([*SUPPLIES, BAD_DIGIT, "123", "", "0", "0" * 13])


def rows_of(**items: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(st.fixed_dictionaries({"mpan": NUMBERS, **items}), min_size=1, max_size=9)


DIRECTION = st.sampled_from(["I", "E", "", "X"])
SERIAL = st.sampled_from(["E09BG12345", "E10BG12345", "A1", "A2", "", "TOO LONG A SERIAL"])
PORTFOLIOS: dict[str, Any] = {
    "ROW-01": rows_of(
        meter_serial=SERIAL, meter_type=st.sampled_from(["N", "H"]), supplier=st.sampled_from(["ABCD", ""])
    ),
    "ROW-02": rows_of(linked_mpan=NUMBERS, energy_direction=DIRECTION),
    "ROW-03": rows_of(linked_mpan=NUMBERS, energy_direction=DIRECTION),
    "ROW-04": rows_of(
        linked_mpan=NUMBERS,
        gsp_group=st.sampled_from(["_A", "_B", "_Z", ""]),
        meter_serial=st.sampled_from(["A1", "A2", ""]),
        market_segment=st.sampled_from(["S", "A", "Q", ""]),
        metering_service=st.sampled_from(["MEMA", "MEMB", ""]),
    ),
    "ROW-05": rows_of(
        mtc=st.sampled_from(["500", "783", "801", "", "X"]),
        related_mpan=NUMBERS,
        supplier=st.sampled_from(["ABCD", "EFGH", ""]),
        market_segment=st.sampled_from(["S", "A", "Q", ""]).map(lambda text: text.replace("Q", "")),
        supply_start_date=st.sampled_from(["2020-01-01", "2021-01-01", ""]),
    ),
    "ROW-07": rows_of(linked_mpan=NUMBERS, related_mpan=NUMBERS, meter_serial=SERIAL),
}


@pytest.mark.parametrize("check_id", PORTFOLIOS)
def test_the_fast_rule_finds_what_the_plain_rule_finds(check_id):
    plain = getattr(oracle_row, check_id.lower().replace("-", "_"))

    @settings(max_examples=250, deadline=None)
    @given(PORTFOLIOS[check_id])
    def agree(rows):
        assert found(rows, check_id) == plain(rows)

    agree()


@st.composite
def lookalikes(draw) -> list[dict[str, str]]:
    """MPANs at a few postcodes, with neighbours of the kinds that matter."""
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        base = mpan(draw(st.integers(0, 30)), 10)
        shape = draw(st.sampled_from(["as it is", "swapped", "one digit", "digit zero"]))
        if shape == "swapped":
            base = base[:11] + base[12] + base[11]
        if shape == "one digit":
            place = draw(st.integers(2, 11))
            base = base[:place] + draw(st.sampled_from("0123456789")) + base[place + 1 :]
        if shape == "digit zero":
            base = draw(st.sampled_from(ENDING_IN_ZERO))
        rows.append({"mpan": base, "postcode": draw(st.sampled_from(["CB1 2AB", "IP1 1AA", ""]))})
    return rows


ENDING_IN_ZERO = [
    f"{twelve}0" for twelve in (f"1000000{number:05d}" for number in range(120)) if check_digit(twelve) == 0
]
"""Numbers near to each other with check digit 0, so that some are one digit apart."""


@settings(max_examples=400, deadline=None)
@given(lookalikes())
def test_lookalikes_are_found_as_the_plain_rule_finds_them(rows):
    assert found(rows, "ROW-08") == oracle_row.row_08(rows)
