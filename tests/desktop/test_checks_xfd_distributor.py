from datetime import date
from pathlib import Path

import polars as pl
import pytest
from checking_rows import found, messages, mpan, run

from desktop.cleanse.checks.xfd_distributor import plain_name
from desktop.cleanse.standing import column_of, live_on

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
EASTERN, LONDON, HYDRO, LAST_MILE = (mpan(77, distributor) for distributor in (10, 12, 17, 26))


@pytest.mark.parametrize(
    "stated",
    ["EELC", "eelc", "Eastern Power Networks", "EASTERN POWER NETWORKS PLC", "Eastern Power Networks (EPN)", "10",
     "UK Power Networks", "East of England", "n/a", ""],
)  # fmt: skip
def test_a_distributor_that_is_right_or_not_known_is_no_fault(stated):
    assert found([{"mpan": EASTERN, "distributor": stated}], "XFD-01") == set()


@pytest.mark.parametrize(
    "stated",
    ["LOND", "London Power Networks Ltd", "SP Manweb", "SCOTTISH HYDRO ELECTRICITY POWER DISTRIBUTION", "ABCD", "12"],
)
def test_another_distributor_is_a_fault(stated):
    assert found([{"mpan": EASTERN, "distributor": stated}], "XFD-01") == {(1, "distributor")}


def test_the_message_names_both_and_the_suggestion_is_the_mpid():
    findings = run([{"mpan": EASTERN, "distributor": "LOND"}], "XFD-01").findings
    assert findings["message"].to_list() == [
        "The MPAN begins with 10, which is EELC, but the distributor is given as LOND."
    ]
    assert findings["suggestion"].to_list() == ["EELC"]


def test_an_mpan_with_a_wrong_check_digit_or_an_unknown_distributor_is_not_judged():
    wrong = EASTERN[:12] + str((int(EASTERN[12]) + 1) % 10)
    rows = [{"mpan": number, "distributor": "LOND", "gsp_group": "_B"} for number in (wrong, mpan(1, 44), mpan(1, 77))]
    assert found(rows, "XFD-01") == set()
    assert found(rows, "XFD-02") == set()


def test_names_are_compared_without_small_words():
    assert plain_name("The Electricity Network Company Ltd") == plain_name("Electricity Network Co. Limited")


def test_a_gsp_group_that_the_distributor_does_not_serve_is_a_fault():
    rows = [
        {"mpan": EASTERN, "gsp_group": "_C"},
        {"mpan": LONDON, "gsp_group": "c"},
        {"mpan": HYDRO, "gsp_group": "_N"},
        {"mpan": LAST_MILE, "gsp_group": "_B"},
        {"mpan": EASTERN, "gsp_group": "_Z"},
        {"mpan": EASTERN, "gsp_group": ""},
    ]
    assert found(rows, "XFD-02") == {(1, "gsp_group")}
    assert messages(rows, "XFD-02") == ["Distributor 10 does not work in GSP group _C."]
    assert run(rows, "XFD-02").outcome("XFD-02").left_out == "distributor 26, whose GSP groups are not in the list."


def test_a_distributor_of_unknown_groups_that_is_not_in_the_file_leaves_nothing_unchecked():
    rows = [
        {"mpan": EASTERN, "gsp_group": "_A"},
        {"mpan": LAST_MILE, "gsp_group": ""},
        {"mpan": "2600000000001", "gsp_group": "_B"},
    ]
    assert run(rows, "XFD-02").outcome("XFD-02").reason == ""


def test_the_industry_table_decides_by_date_when_it_is_loaded():
    table = pl.DataFrame(
        {
            "Market Participant Id": ["EELC", "EELC", "GUCL"],
            "Effective From Date {MPR}": ["01/04/1996"] * 3,
            "GSP Group Id": ["_A", "_B", "_P"],
            "Effective From Settlement Date {GGD}": ["01/04/1996", "01/04/1996", "01/01/2027"],
            "Effective To Settlement Date {GGD}": ["", "31/12/2025", ""],
        }
    )
    rows = [{"mpan": EASTERN, "gsp_group": "_B"}, {"mpan": EASTERN, "gsp_group": "_A"}]
    rows += [{"mpan": LAST_MILE, "gsp_group": "_B"}, {"mpan": LONDON, "gsp_group": "_A"}]
    standing = {"GSP_Group_Distributor": table}
    assert found(rows, "XFD-02", standing=standing) == {(1, "gsp_group")}
    assert found(rows, "XFD-02", standing=standing, as_of=date(2025, 12, 31)) == set()


def test_columns_are_found_by_words_and_the_last_that_fits_is_meant():
    table = pl.DataFrame({"Effective From Date {MPR}": ["01/01/2020"], "EFFECTIVE  FROM_DATE (X)": ["01/01/2021"]})
    assert column_of(table, "effective", "from") == "EFFECTIVE  FROM_DATE (X)"
    assert column_of(table, "effective", "to") is None
    assert live_on(table, date(2020, 6, 1)).height == 0
    assert live_on(table, date(2021, 1, 1)).height == 1


def industry_tables(*names: str) -> dict[str, pl.DataFrame]:
    folder = SHARED / "mdd377"
    if not folder.is_dir():
        pytest.skip("the shared industry tables are not here")
    return {name: pl.read_csv(folder / f"{name}_377.csv", infer_schema=False) for name in names}


def test_the_real_tables_are_read_as_they_come():
    standing = industry_tables("Standard_Settlement_Configuration", "Meter_Timeswitch_Class")
    table = standing["Standard_Settlement_Configuration"]
    kinds = dict(table.select(table.columns[0], table.columns[4]).iter_rows())
    import_ssc = next(code for code, kind in kinds.items() if kind == "I")
    export_ssc = next(code for code, kind in kinds.items() if kind == "E")
    row = {"mpan": EASTERN, "measurement_class": "A", "energy_direction": "E"}
    rows = [
        {**row, "ssc": import_ssc, "profile_class": "08"},
        {**row, "ssc": export_ssc.lstrip("0"), "profile_class": "8"},
        {**row, "ssc": export_ssc, "profile_class": "01"},
    ]
    assert found(rows, "XFD-06", standing=standing) == {(1, "ssc")}
    assert found(rows, "XFD-07", standing=standing) == {(3, "profile_class")}
    meters = [
        {"mpan": mpan(place), "meter_type": "S2A", "smso": "DCCX", "mtc": mtc}
        for place, mtc in enumerate(["801", "888"])
    ]
    assert found(meters, "XFD-26", standing=standing) == {(1, "mtc")}
    related = [{"mpan": mpan(place), "mtc": mtc, "related_mpan": ""} for place, mtc in enumerate(["500", "783", "800"])]
    assert found(related, "ROW-05", standing=standing) == {(1, "related_mpan"), (2, "related_mpan")}
