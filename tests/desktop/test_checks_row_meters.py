import polars as pl
from checking_rows import found, messages, mpan, run

A, B, C = (mpan(number) for number in (1100, 2200, 3300))
FULL = {"supplier": "ABCD", "supply_start_date": "01/04/2020", "market_segment": "S"}


def related(own: str, partner: str, mtc: str = "510", **items: str) -> dict[str, str]:
    return {"mpan": own, "related_mpan": partner, "mtc": mtc, **FULL, **items}


def test_a_related_pair_that_agrees_has_no_finding():
    assert found([related(A, B), related(B, A, "801")], "ROW-05") == set()


def test_a_related_class_without_a_partner_is_reported():
    rows = [related(A, ""), related(B, B), related(C, mpan(9)), related(mpan(8), "", "801")]
    assert found(rows, "ROW-05") == {(1, "related_mpan"), (2, "related_mpan"), (3, "related_mpan")}
    assert messages(rows, "ROW-05")[2] == "The related MPAN is named but not in this file."


def test_a_malformed_related_mpan_is_left_to_the_form_checks():
    assert found([related(A, "123")], "ROW-05") == set()


def test_related_mpans_that_differ_are_reported_on_both_rows():
    rows = [related(A, B), related(B, "", "801", supplier="EFGH", supply_start_date="2020-04-02")]
    assert found(rows, "ROW-05") == {(row, item) for row in (1, 2) for item in ("supplier", "supply_start_date")}
    assert messages(rows, "ROW-05")[0] == "Supplier is ABCD here and EFGH at the related MPAN in row 2."


def test_two_secondaries_may_name_one_primary():
    assert found([related(A, C), related(B, C), related(C, A)], "ROW-05") == set()


def test_migrated_rows_are_not_judged_by_their_timeswitch_class():
    migrated = {"data_service": "SDSX", "metering_service": "MEMX", "data_collector": ""}
    assert found([related(A, "", **migrated)], "ROW-05") == set()
    assert found([related(A, "", **{**migrated, "data_collector": "DCXX"})], "ROW-05") == {(1, "related_mpan")}


def test_the_industry_table_says_which_classes_are_related():
    table = pl.DataFrame(
        {"Meter Timeswitch Class ID": ["510", "511"], "MTC Related Metering System Indicator": ["T", "F"]}
    )
    rows = [related(A, ""), related(B, "", "511")]
    assert found(rows, "ROW-05", standing={"Meter_Timeswitch_Class": table}) == {(1, "related_mpan")}


def test_an_import_and_export_meter_expects_a_partner():
    rows = [{"mpan": mpan(place), "mtc": mtc} for place, mtc in enumerate(["868", "869", "871", "872"])]
    assert found(rows, "ROW-06", columns=("linked_mpan",)) == {(2, "linked_mpan"), (3, "linked_mpan")}
    rows[1]["linked_mpan"] = A
    assert found(rows, "ROW-06") == {(3, "linked_mpan")}


def test_a_serial_on_two_mpans_without_a_link_is_reported_on_both():
    rows = [{"mpan": A, "meter_serial": "E 12"}, {"mpan": B, "meter_serial": "e12"}, {"mpan": C, "meter_serial": "E13"}]
    assert found(rows, "ROW-07") == {(1, "meter_serial"), (2, "meter_serial")}
    assert messages(rows, "ROW-07", columns=("linked_mpan", "related_mpan"))[0] == (
        "The same meter serial number is on another MPAN in row 2, with no link."
    )


def test_a_file_that_links_no_mpans_says_so_with_the_shared_meter():
    rows = [{"mpan": A, "meter_serial": "E09BG12345"}, {"mpan": B, "meter_serial": "E09BG12345"}]
    assert messages(rows, "ROW-07")[0] == (
        "The same meter serial number is on another MPAN in row 2, and this file links neither."
    )
    rows[1]["meter_serial"] = "E10BG12345"
    assert messages(rows, "ROW-07")[0].endswith("differs only in the year part, and this file links neither.")
    outcome = run(rows, "ROW-07").outcome("ROW-07")
    assert outcome.remark.endswith("so an import and export pair that shares a meter is reported too.")
    assert outcome.left_out == ""
    linked = run(rows, "ROW-07", columns=("linked_mpan",)).outcome("ROW-07")
    assert linked.remark.startswith("No heading is mapped to Related MPAN")
    related = run(rows, "ROW-07", columns=("related_mpan",)).outcome("ROW-07")
    assert related.remark.startswith("No heading is mapped to Linked import/export MPAN")
    assert run(rows, "ROW-07", columns=("linked_mpan", "related_mpan")).outcome("ROW-07").reason == ""


def test_rows_of_one_mpan_and_linked_mpans_may_share_a_meter():
    same = [{"mpan": A, "meter_serial": "E12"}, {"mpan": A, "meter_serial": "E12"}]
    assert found(same, "ROW-07") == set()
    linked = [{"mpan": A, "meter_serial": "E12"}, {"mpan": B, "meter_serial": "E12", "linked_mpan": A}]
    assert found(linked, "ROW-07") == set()
    kin = [{"mpan": one, "meter_serial": "E12", "related_mpan": C} for one in (A, B)]
    assert found(kin, "ROW-07") == set()


def test_a_stranger_beside_a_linked_pair_is_reported_on_all_three():
    rows = [{"mpan": one, "meter_serial": "E12", "linked_mpan": other} for one, other in ((A, B), (B, A), (C, ""))]
    assert found(rows, "ROW-07") == {(row, "meter_serial") for row in (1, 2, 3)}
    assert messages(rows, "ROW-07") == [
        "The same meter serial number is on another MPAN in row 3, with no link.",
        "The same meter serial number is on another MPAN in row 3, with no link.",
        "The same meter serial number is on another MPAN in rows 1, 2, with no link.",
    ]


def test_serials_that_differ_only_in_the_year_part_are_matched_unless_switched_off():
    rows = [{"mpan": A, "meter_serial": "E09BG12345"}, {"mpan": B, "meter_serial": "E10BG12345"}]
    assert found(rows, "ROW-07") == {(1, "meter_serial"), (2, "meter_serial")}
    assert "differs only in the year part" in messages(rows, "ROW-07")[0]
    assert found(rows, "ROW-07", settings={"ROW-07": {"match_year_part": False}}) == set()


def test_fillers_and_malformed_serials_are_not_compared():
    for serial in ("0000", "UNKNOWN", "n/a", "E12345678901", "E-1/2"):
        assert found([{"mpan": one, "meter_serial": serial} for one in (A, B)], "ROW-07") == set()


def test_the_rows_on_which_rules_agree_do_not_depend_on_how_often_a_serial_stands():
    rows = [{"mpan": mpan(place), "meter_serial": "E12"} for place in range(500)]
    assert len(run(rows, "ROW-07").findings) == 500
