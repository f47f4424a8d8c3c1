from checking_rows import found, messages, mpan, run

A, B, C, D = (mpan(number) for number in (1100, 2200, 3300, 4400))
WRONG_DIGIT = A[:12] + str((int(A[12]) + 1) % 10)


def test_an_mpan_that_names_itself_is_both_import_and_export():
    assert found([{"mpan": A, "linked_mpan": A}, {"mpan": B, "linked_mpan": A}], "ROW-02") == {(1, "linked_mpan")}


def test_an_mpan_with_two_directions_across_the_file_is_reported_on_each_row():
    rows = [
        {"mpan": A, "energy_direction": "Import"},
        {"mpan": B, "energy_direction": "I"},
        {"mpan": A, "energy_direction": "E"},
    ]
    assert found(rows, "ROW-02") == {(1, "energy_direction"), (3, "energy_direction")}
    assert messages(rows, "ROW-02")[0] == "This MPAN is given as import here, and as export in row 3."


def test_a_file_without_directions_says_what_was_not_looked_at():
    outcome = run([{"mpan": A, "linked_mpan": B}], "ROW-02").outcome("ROW-02")
    assert "one MPAN with two directions across the file" in outcome.reason


def test_a_good_pair_has_no_finding():
    rows = [
        {"mpan": A, "linked_mpan": B, "energy_direction": "I", "gsp_group": "_A"},
        {"mpan": B, "linked_mpan": A, "energy_direction": "E", "gsp_group": "_A"},
    ]
    for check in ("ROW-02", "ROW-03", "ROW-04"):
        assert found(rows, check) == set()


def test_a_link_that_is_not_returned_is_reported_on_both_rows():
    rows = [{"mpan": A, "linked_mpan": B}, {"mpan": B, "linked_mpan": C}, {"mpan": D}]
    assert found(rows, "ROW-03") == {(1, "linked_mpan"), (2, "linked_mpan")}
    first, second = messages(rows, "ROW-03")
    assert first == "The partner named here stands in row 2, which does not name this MPAN."
    assert second == "This MPAN is named as partner in row 1, but this row names another MPAN."


def test_a_partner_that_names_nobody_is_told_so():
    rows = [{"mpan": A, "linked_mpan": B}, {"mpan": B}]
    assert messages(rows, "ROW-03")[1] == "This MPAN is named as partner in row 1, but this row names no partner."


def test_a_partner_outside_the_file_is_no_fault():
    assert found([{"mpan": A, "linked_mpan": B}, {"mpan": C}], "ROW-03") == set()


def test_two_mpans_with_one_partner_outside_the_file_are_both_reported():
    rows = [{"mpan": A, "linked_mpan": D}, {"mpan": B, "linked_mpan": D}, {"mpan": C}]
    assert found(rows, "ROW-03") == {(1, "linked_mpan"), (2, "linked_mpan")}


def test_of_two_mpans_with_one_partner_only_the_one_not_named_back_is_broken():
    rows = [{"mpan": A, "linked_mpan": C}, {"mpan": B, "linked_mpan": C}, {"mpan": C, "linked_mpan": A}]
    assert found(rows, "ROW-03") == {(2, "linked_mpan"), (3, "linked_mpan")}


def test_repeated_rows_of_one_mpan_are_not_two_partners():
    assert found([{"mpan": A, "linked_mpan": D}, {"mpan": A, "linked_mpan": D}], "ROW-03") == set()


def test_a_pair_with_one_direction_is_reported_on_both_rows():
    rows = [
        {"mpan": A, "linked_mpan": B, "energy_direction": "E"},
        {"mpan": B, "linked_mpan": A, "energy_direction": "E"},
    ]
    assert found(rows, "ROW-03") == {(1, "energy_direction"), (2, "energy_direction")}
    assert messages(rows, "ROW-03")[0] == "Both MPANs of this pair are given as export; the partner stands in row 2."


def test_a_mistyped_link_is_left_to_the_form_checks_on_both_sides():
    rows = [{"mpan": A, "linked_mpan": B}, {"mpan": B, "linked_mpan": WRONG_DIGIT}]
    assert found(rows, "ROW-03") == set()
    rows[1]["linked_mpan"] = "12345"
    assert found(rows, "ROW-03") == set()


def test_a_pair_of_two_distributors_disagrees_even_when_the_partner_is_elsewhere():
    there = mpan(1, 12)
    rows = [{"mpan": A, "linked_mpan": there}]
    assert found(rows, "ROW-04") == {(1, "linked_mpan")}
    assert messages(rows, "ROW-04") == ["This MPAN belongs to distributor 10, the partner named to distributor 12."]
    rows.append({"mpan": there, "linked_mpan": A})
    assert found(rows, "ROW-04") == {(1, "linked_mpan"), (2, "linked_mpan")}


def test_a_partner_of_an_unknown_distributor_is_left_to_the_form_check():
    assert found([{"mpan": A, "linked_mpan": mpan(1, 44)}], "ROW-04") == set()


def test_a_pair_in_two_gsp_groups_disagrees_and_suppliers_may_differ():
    rows = [
        {"mpan": A, "linked_mpan": B, "gsp_group": "_A", "supplier": "ABCD"},
        {"mpan": B, "linked_mpan": A, "gsp_group": "B", "supplier": "EFGH"},
    ]
    assert found(rows, "ROW-04") == {(1, "gsp_group"), (2, "gsp_group")}
    assert messages(rows, "ROW-04")[0] == "GSP Group ID is _A here and _B at the linked MPAN in row 2."


def test_segments_must_agree_only_where_the_meter_is_shared():
    rows = [
        {"mpan": A, "linked_mpan": B, "meter_serial": "E 12", "market_segment": "S", "metering_service": "MEMA"},
        {"mpan": B, "linked_mpan": A, "meter_serial": "E12", "market_segment": "A", "metering_service": "MEMB"},
    ]
    pair = {(1, "market_segment"), (2, "market_segment"), (1, "metering_service"), (2, "metering_service")}
    assert found(rows, "ROW-04") == pair
    rows[1]["meter_serial"] = "E13"
    assert found(rows, "ROW-04") == set()


def test_a_broken_link_is_the_root_and_its_pair_is_not_judged():
    rows = [{"mpan": A, "linked_mpan": mpan(1, 12)}, {"mpan": B, "linked_mpan": mpan(1, 12)}]
    findings = run(rows, "ROW-03", "ROW-04").findings
    assert set(findings["check_id"].cast(str)) == {"ROW-03"}


def test_no_message_holds_an_mpan():
    rows = [
        {"mpan": A, "linked_mpan": B, "energy_direction": "I", "meter_serial": "E1"},
        {"mpan": B, "linked_mpan": C, "energy_direction": "E", "meter_serial": "E1"},
        {"mpan": A, "linked_mpan": A, "energy_direction": "E", "meter_serial": "E1"},
        {"mpan": D, "linked_mpan": mpan(1, 12), "meter_serial": "E1"},
    ]
    findings = run(rows, "ROW-01", "ROW-02", "ROW-03", "ROW-04", "ROW-07", "ROW-08").findings
    assert findings.height > 5
    for text in (*findings["message"], *findings["suggestion"]):
        assert not any(number in text for number in (A, B, C, D, mpan(1, 12)))
