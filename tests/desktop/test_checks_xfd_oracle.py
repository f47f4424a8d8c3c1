"""Rows with valid, invalid and blank values, read by the fast cross-field rules and by the plain ones."""

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
AGENT = st.sampled_from(["", "", "ABCD"])
VALUES = {
    "profile_class": st.sampled_from(["00", "01", "02", "03", "05", "08", "09", "", "X"]),
    "measurement_class": st.sampled_from([*"ABCDEFG", "Z", ""]),
    "energisation_status": st.sampled_from(["E", "D", "", "Q"]),
    "ssc": st.sampled_from(["", "0001", "0002", "0003", "ABCD"]),
    "mtc": st.sampled_from(["", "800", "801", "845", "857", "861", "862", "863", "501", "502", "506", "XX"]),
    "meter_serial": st.sampled_from(["", "E1"]),
    "meter_type": st.sampled_from(["", "H", "RCAMY", "N", "S", "S1", "S2A", "2ADEF", "NSS", "CHECK", "ZZ"]),
    "smets_version": st.sampled_from(["", "NONE", "SMETS1"]),
    "smso": st.sampled_from(["", "NONE", "DCCX"]),
    "dcc_service_flag": st.sampled_from(["", "A", "S"]),
    "domestic_premises": st.sampled_from(["T", "F", "", "Q"]),
    "market_segment": st.sampled_from(["S", "A", "U", "", "Q"]),
    "connection_type": st.sampled_from(["W", "L", "H", "E", "U", "", "Q"]),
    "energy_direction": st.sampled_from(["I", "E", "", "Q"]),
    "metered": st.sampled_from(["T", "F", "", "Q"]),
    "ct_ratio": st.sampled_from(["", "1", "1/1", "200/5", "100"]),
    "data_service": AGENT,
    "metering_service": AGENT,
    "data_collector": st.sampled_from(["", "", "", "EFGH"]),
}
PORTFOLIO = st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=25)


@pytest.mark.parametrize("check_id", oracle_xfd.RULES)
def test_the_fast_rule_finds_what_the_plain_rule_finds(check_id):
    plain = oracle_xfd.RULES[check_id]

    @settings(max_examples=120, deadline=None)
    @given(PORTFOLIO)
    def agree(rows):
        rows = [{"mpan": mpan(place), **row} for place, row in enumerate(rows)]
        expected = {(place, item) for place, row in enumerate(rows, start=1) for item in plain(row)}
        assert found(rows, check_id, standing=STANDING) == expected

    agree()
