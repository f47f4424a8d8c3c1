import polars as pl
import pytest
from checking_rows import AS_OF, CHECKS, CODES, found, messages, mpan, run
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.cleanse.checks import fmt_meter
from desktop.cleanse.columns import CheckSource
from desktop.cleanse.engine import run_checks

METERED = {"mpan": mpan(1), "market_segment": "S", "energisation_status": "E"}


def test_an_energised_metered_supply_without_a_meter_is_reported_once():
    rows = [
        {**METERED, "meter_serial": "", "mtc": "800"},
        {**METERED, "meter_serial": "E12", "mtc": "800"},
        {**METERED, "meter_serial": "E12", "mtc": "801"},
        {**METERED, "meter_serial": "", "energisation_status": "D"},
    ]
    assert found(rows, "XFD-25") == {(1, "meter_serial"), (2, "mtc")}


def test_a_word_for_a_serial_number_is_the_form_checks_finding_alone():
    serial_form = next(check for check in fmt_meter.CHECKS if check.id == "FMT-18")
    source = CheckSource.of_frame(pl.DataFrame([{**METERED, "meter_serial": "UNKNOWN"}]))
    result = run_checks(source, [serial_form, CHECKS["XFD-25"]], as_of=AS_OF, codes=CODES, strict=True)
    assert result.findings["check_id"].cast(pl.String).to_list() == ["FMT-18"]


def test_an_unmetered_supply_with_meter_details_has_one_finding_for_each_item():
    row = {"mpan": mpan(1), "market_segment": "U", "meter_serial": "E12", "meter_type": "N", "mtc": "801"}
    assert found([row], "XFD-24") == {(1, "meter_serial"), (1, "meter_type"), (1, "mtc")}


def test_smart_items_left_behind_are_named():
    row = {"mpan": mpan(1), "meter_type": "N", "smso": "DCCX", "smets_version": "SMETS2", "dcc_service_flag": "A"}
    assert found([row], "XFD-26") == {(1, "smso"), (1, "smets_version"), (1, "dcc_service_flag")}
    assert "Meter type N is not smart, but SMSO DCCX is still given." in messages([row], "XFD-26")
    assert "industry table" in run([row], "XFD-26").outcome("XFD-26").reason


def test_the_segment_message_names_the_contradiction():
    row = {"mpan": mpan(1), "market_segment": "S", "measurement_class": "D", "metered": "F"}
    assert messages([row], "XFD-21") == ["Measurement class D is unmetered, but the segment is S, not U."]


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_declaration_is_written_for_people(check_id):
    check = CHECKS[check_id]
    assert check.title
    assert not check.title.endswith(".")
    assert check.explanation.endswith(".")
    assert 1 <= check.explanation.count(". ") <= 3
    assert check.fix_hint.endswith(".")
    assert check.basis
    assert sum(rule is not None for rule in (check.row, check.table, check.file)) == 1


TEXTS = {
    "mpan": st.text(max_size=20),
    "linked_mpan": st.text(max_size=20),
    "meter_serial": st.text(max_size=12),
    "distributor": st.text(max_size=30),
    "supply_start_date": st.text(max_size=12),
}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.fixed_dictionaries(TEXTS), min_size=1, max_size=20))
def test_no_text_breaks_a_rule(rows):
    run(rows, *CHECKS)
