"""Rows with valid, invalid and blank values, read by the fast cross-field rules and by the plain ones."""

from random import Random

import oracle_xfd
import polars as pl
import pytest
from checking_rows import found, mpan
from hypothesis import given, settings
from hypothesis import strategies as st

STANDING = {
    "Standard_Settlement_Configuration": pl.DataFrame(
        {
            "Standard Settlement Configuration ID": ["0001", "2", "0003"],
            "Effective From Settlement Date (SSC)": ["01/04/1996"] * 3,
            "Effective To Settlement Date (SSC)": [""] * 3,
            "Standard Settlement Configuration Description": ["one", "two", "three"],
            "Standard Settlement Configuration Type": ["I", "E", ""],
        }
    ),
    "Meter_Timeswitch_Class": pl.DataFrame(
        {
            "Meter Timeswitch Class ID": ["801", "845", "1"],
            "MTC Related Metering System Indicator": ["F", "F", "F"],
            "MTC Communication Indicator": ["N", "Y", ""],
        }
    ),
}
AGENT = ["", "", "ABCD"]
VALUES = {
    "profile_class": (["00", "01", "02", "03", "05", "08", "09", "", "X"]),
    "measurement_class": ([*"ABCDEFG", "Z", ""]),
    "energisation_status": (["E", "D", "", "Q"]),
    "ssc": (["", "0001", "0002", "0003", "ABCD"]),
    "mtc": (["", "800", "801", "845", "857", "861", "862", "863", "501", "502", "506", "XX"]),
    "meter_serial": (["", "E1"]),
    "meter_type": (["", "H", "RCAMY", "N", "S", "S1", "S2A", "2ADEF", "NSS", "CHECK", "ZZ"]),
    "smets_version": (["", "NONE", "SMETS1"]),
    "smso": (["", "NONE", "DCCX"]),
    "dcc_service_flag": (["", "A", "S"]),
    "domestic_premises": (["T", "F", "", "Q"]),
    "market_segment": (["S", "A", "U", "", "Q"]),
    "connection_type": (["W", "L", "H", "E", "U", "", "Q"]),
    "energy_direction": (["I", "E", "", "Q"]),
    "metered": (["T", "F", "", "Q"]),
    "ct_ratio": (["", "1", "1/1", "200/5", "100"]),
    "data_service": AGENT,
    "metering_service": AGENT,
    "data_collector": (["", "", "", "EFGH"]),
}


@pytest.mark.parametrize("check_id", oracle_xfd.RULES)
def test_the_fast_rule_finds_what_the_plain_rule_finds(check_id):
    plain = oracle_xfd.RULES[check_id]

    @settings(max_examples=6, deadline=None)
    @given(st.integers(0, 2**32))
    def agree(seed):
        random = Random(seed)
        rows = [
            {"mpan": mpan(place), **{item: random.choice(texts) for item, texts in VALUES.items()}}
            for place in range(500)
        ]
        expected = {(place, item) for place, row in enumerate(rows, start=1) for item in plain(row)}
        assert found(rows, check_id, standing=STANDING) == expected
        seen.extend(expected)

    seen: list[tuple[int, str]] = []
    agree()
    assert seen, "no row had a fault"
