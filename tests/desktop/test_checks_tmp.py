from datetime import date

import oracle_tmp
import pytest
from checking_rows import found, messages, mpan, run
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.cleanse.checks.tmp import months_before

NEAR = st.dates(date(2025, 9, 1), date(2027, 3, 1))
DATES = st.one_of(st.none(), NEAR, st.dates(date(1940, 1, 1), date(1960, 1, 1)), st.just(oracle_tmp.OPEN))
TODAY = st.dates(date(2026, 11, 1), date(2026, 12, 1))


def text(day: date | None) -> str:
    return "" if day is None else day.strftime("%d/%m/%Y")


def places(flags: list[bool], item: str) -> set[tuple[int, str]]:
    return {(place, item) for place, flag in enumerate(flags, start=1) if flag}


@settings(max_examples=25, deadline=None)
@given(st.lists(DATES, min_size=1, max_size=20), TODAY)
def test_supply_start_agrees_with_the_plain_rule(days, today):
    rows = [{"mpan": mpan(1), "supply_start_date": text(day)} for day in days]
    expected = places([oracle_tmp.tmp_01(day, today) for day in days], "supply_start_date")
    assert found(rows, "TMP-01", as_of=today) == expected


@settings(max_examples=25, deadline=None)
@given(st.lists(DATES, min_size=1, max_size=20), TODAY)
def test_meter_installation_agrees_with_the_plain_rule(days, today):
    rows = [{"mpan": mpan(1), "meter_install_date": text(day)} for day in days]
    expected = places([oracle_tmp.tmp_06(day, today) for day in days], "meter_install_date")
    assert found(rows, "TMP-06", as_of=today) == expected


@settings(max_examples=25, deadline=None)
@given(st.lists(DATES, min_size=1, max_size=20), TODAY)
def test_supply_end_agrees_with_the_plain_rule(days, today):
    rows = [{"mpan": mpan(1), "supply_end_date": text(day)} for day in days]
    expected = places([oracle_tmp.tmp_07(day, today) for day in days], "supply_end_date")
    assert found(rows, "TMP-07", as_of=today) == expected


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["E", "D", "", "Q"]), DATES), min_size=1, max_size=20), TODAY)
def test_long_de_energised_agrees_with_the_plain_rule(pairs, today):
    rows = [{"mpan": mpan(1), "energisation_status": one, "energisation_status_from": text(day)} for one, day in pairs]
    expected = places([oracle_tmp.tmp_08(one, day, today) for one, day in pairs], "energisation_status")
    assert found(rows, "TMP-08", as_of=today) == expected


def test_supply_start_blank_ahead_and_unreadable_are_told_apart():
    rows = [
        {"mpan": mpan(n), "supply_start_date": day} for n, day in enumerate(["", "24/11/2026", "31/02/2026", "n/a"])
    ]
    assert found(rows, "TMP-01") == {(1, "supply_start_date"), (2, "supply_start_date"), (4, "supply_start_date")}
    assert messages(rows, "TMP-01")[1] == "The supply starts on 24/11/2026, which is still ahead."


def test_a_meter_installed_today_is_no_fault():
    assert found([{"mpan": mpan(1), "meter_install_date": "23/11/2026"}], "TMP-06") == set()
    assert found([{"mpan": mpan(1), "meter_install_date": "01/01/1950"}], "TMP-06") == set()


def test_a_meter_exchanged_after_energisation_is_reported_only_on_request():
    rows = [
        {
            "mpan": mpan(1),
            "meter_install_date": "01/06/2020",
            "energisation_status": "E",
            "energisation_status_from": "01/05/2010",
        }
    ]
    assert found(rows, "TMP-06") == set()
    asked = {"TMP-06": {"warn_after_energisation": True}}
    findings = run(rows, "TMP-06", settings=asked).findings
    assert findings["severity"].to_list() == ["Low"]


@pytest.mark.parametrize(("end", "faulty"), [("07/12/2026", True), ("08/12/2026", False), ("31/12/9999", False)])
def test_the_tenth_working_day_after_the_plan_is_still_too_early(end, faulty):
    assert bool(found([{"mpan": mpan(1), "supply_end_date": end}], "TMP-07")) is faulty


def test_the_planned_date_of_the_settings_counts_instead_of_today():
    rows = [{"mpan": mpan(1), "supply_end_date": "08/12/2026"}]
    planned = {"TMP-07": {"planned_migration_date": "2026-11-24"}}
    assert found(rows, "TMP-07", settings=planned) == {(1, "supply_end_date")}


def test_months_before_stops_at_the_end_of_a_short_month():
    assert months_before(date(2026, 11, 23), 12) == date(2025, 11, 23)
    assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)
    assert months_before(date(2026, 12, 31), 12) == date(2025, 12, 31)


def test_de_energised_for_exactly_twelve_months_is_not_yet_long():
    row = {"mpan": mpan(1), "energisation_status": "De-energised", "energisation_status_from": "23/11/2025"}
    assert found([row], "TMP-08") == set()
    row["energisation_status_from"] = "22/11/2025"
    assert found([row], "TMP-08") == {(1, "energisation_status")}
