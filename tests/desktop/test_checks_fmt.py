"""The form checks, case by case, as worked out by hand from the rules."""

import pytest
from engine_rows import AS_OF, CHECKS, found, run, told

VALID = "1030004967319"
TWIN = "1030000496731"


def faults(check_id, item, texts, **beside):
    """Which of these cells of one item have a finding of the check; every row has a valid MPAN beside it."""
    rows = [{"mpan": VALID, **beside, item: text} for text in texts]
    return {texts[row - 1] for row, at in found(rows, check_id) if at == item}


@pytest.mark.parametrize(
    "cell", ["", "  ", "Data not available", "NOT APPLICABLE", " null ", "n/a", "0", "1" * 13, "0" * 13]
)
def test_a_cell_without_a_number_is_blank_and_nothing_else(cell):
    findings = run([{"mpan": cell}], "FMT-01", "FMT-02", "FMT-03", "FMT-05", "FMT-06").findings
    assert findings["check_id"].to_list() == ["FMT-01"]


@pytest.mark.parametrize("check_id", ["FMT-01", "FMT-02", "FMT-03", "FMT-05", "FMT-06"])
def test_a_blank_or_placeholder_partner_is_no_fault(check_id):
    assert faults(check_id, "linked_mpan", ["", "N/A", "0", "1111111111111", "data not available"]) == set()


def test_fourteen_digits_offer_both_valid_repairs_and_pick_none():
    ((message, suggestion),) = told({"mpan": "10300004967319"}, "FMT-02")
    assert message == "An MPAN is 13 digits; this has 14, so one digit is too many."
    assert VALID in suggestion
    assert TWIN in suggestion


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("103000496731", "An MPAN is 13 digits; this has 12, so one digit is missing."),
        ("1030004967", "An MPAN is 13 digits; this has 10, so 3 digits are missing."),
        ("see note", "An MPAN is 13 digits; this holds other characters."),
    ],
)
def test_the_message_says_how_many_digits_there_are(cell, message):
    assert told({"mpan": cell}, "FMT-02")[0][0] == message


@pytest.mark.parametrize(
    "cell", ["10 3000 4967 319", "10-3000-4967-319", "10.3000.4967.319", f"01801100{VALID}", "１030004967319"]
)
def test_separators_supply_numbers_and_full_width_digits_still_make_an_mpan(cell):
    assert run([{"mpan": cell}], "FMT-01", "FMT-02", "FMT-05", "FMT-06").findings.is_empty()


@pytest.mark.parametrize(
    "cell",
    [
        *("1.03E+12", "1.03e12", "2.00006E+12", "103000496731900000", "018011001030000000000"),
        *('="1.03E+12"', "'1.03E+12", '="103000496731900000"', '="018011001030000000000"', ' ="2.00006E+12" '),
    ],
)
def test_lost_digits_are_the_only_finding_of_the_cell(cell):
    findings = run([{"mpan": cell}], "FMT-01", "FMT-02", "FMT-03", "FMT-05").findings
    assert findings["check_id"].to_list() == ["FMT-03"]
    assert "cannot be rebuilt" in findings["message"][0]


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("'1030004967319", "a leading apostrophe"),
        ("1030004967319.0", "a decimal point and zeros"),
        ('="1030004967319"', "a formula around the text"),
        ("1,030,004,967,319", "commas for thousands"),
    ],
)
def test_what_a_spreadsheet_put_around_the_digits_is_said_and_the_digits_judged_on(cell, mark):
    findings = run([{"mpan": cell}], "FMT-02", "FMT-03", "FMT-05").findings
    assert findings["check_id"].to_list() == ["FMT-03"]
    assert findings["message"][0] == f"A spreadsheet left its mark: {mark}. No digit is lost."
    assert findings["suggestion"][0] == VALID
    assert findings["mpan"][0] == VALID
    wrong = run([{"mpan": cell.replace("319", "310")}], "FMT-03", "FMT-05").findings
    assert wrong["check_id"].to_list() == ["FMT-03", "FMT-05"]


def test_hidden_characters_are_reported_once_and_the_mpan_judged_by_its_digits():
    cells = [f"{VALID}\u00a0", f"\u200b{VALID}", f"{VALID}\n", "١٠٣٠٠٠٤٩٦٧٣١٩", f"{VALID} ", VALID]
    assert faults("FMT-04", "mpan", cells) == set(cells[:4])
    assert faults("FMT-02", "mpan", cells) == set()
    assert faults("FMT-05", "mpan", cells) == set()


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("E10\u00a012345", "no-break space"),
        ("E10\u200912345", "other Unicode space"),
        ("E10\u300012345", "other Unicode space"),
        ("E10\u200b12345", "zero-width character"),
        ("\ufeffE1012345", "zero-width character"),
        ("\u2066E1012345", "zero-width character"),
        ("E10\u00ad12345", "zero-width character"),
        ("\uff251012345", "full-width character"),
        ("E10\u066012345", "digit of another script"),
        ("E10\uff1112345", "full-width character, digit of another script"),
        ("E1012345\n", "line break at the end"),
        ("E1012345\r\n", "line break at the end"),
        ("E10\u00e912345", "a letter or sign outside ASCII"),
        ("\u00a0E10\u200b12345\n", "no-break space, zero-width character, line break at the end"),
    ],
)
def test_the_message_names_each_kind_of_hidden_character(cell, words):
    assert [message for message, _ in told({"meter_serial": cell}, "FMT-04")] == [
        f"The cell holds characters that cannot be seen or are not plain: {words}."
    ]


def test_a_blank_cell_of_hidden_spaces_is_blank_not_hidden():
    assert faults("FMT-04", "meter_serial", ["\u00a0", ""]) == set()


def test_a_remainder_of_ten_gives_the_check_digit_nought():
    # 1, 0 and 3 x weights 3, 5, 7 ... of 103000000008: found by search, the sum leaves 10.
    twelve = next(f"10300000{n:04d}" for n in range(10_000) if remainder(f"10300000{n:04d}") == 10)
    assert faults("FMT-05", "mpan", [f"{twelve}0", f"{twelve}1"]) == {f"{twelve}1"}


def remainder(twelve):
    return sum(int(d) * w for d, w in zip(twelve, (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43), strict=True)) % 11


def test_the_two_wrong_numbers_of_the_public_register_offer_a_swap():
    assert told({"mpan": "1200001071622"}, "FMT-05")[0][1].startswith(
        "If two neighbouring digits were swapped: 1200010071622"
    )


@pytest.mark.parametrize(
    ("identifier", "message", "severity"),
    [
        ("05", "No distributor has the id 05.", "High"),
        ("41", "No distributor has the id 41.", "High"),
        ("28", "Distributor id 28 (UK Power Networks (IDNO)) was closed on 17/12/2014.", "High"),
        ("77", "Distributor id 77 is for a special purpose (asset metering).", "Med"),
        ("99", "Distributor id 99 is for a special purpose (Retail Energy Code Company).", "Med"),
    ],
)
def test_distributor_ids_are_judged_on_the_day(identifier, message, severity):
    findings = run([{"mpan": f"{identifier}00012345678"}], "FMT-06").findings
    assert findings.select("message", "severity").rows() == [(message, severity)]


def test_ids_up_to_52_are_live_and_28_was_before_it_closed():
    assert faults("FMT-06", "mpan", ["3900012345678", "5200012345678", "1000012345678"]) == set()
    assert found([{"mpan": "2800012345678"}], "FMT-06", as_of=AS_OF.replace(year=2014, month=12, day=17)) == set()
    assert found([{"mpan": "5200012345678"}], "FMT-06", as_of=AS_OF.replace(month=6, day=21)) == {(1, "mpan")}


def test_a_wrong_check_digit_and_an_unknown_distributor_are_two_findings():
    assert run([{"mpan": "0500012345671"}], "FMT-05", "FMT-06").findings.height == 2


def test_the_parts_that_differ_from_the_supply_number_are_named():
    row = {"mpan": VALID, "supply_number": f"01801A1B{TWIN}", "profile_class": "1", "mtc": "845", "llfc": "a1b"}
    ((message, _),) = told(row, "FMT-07")
    assert message == "The supply number disagrees with its own column: Meter Timeswitch Class, MPAN."


def test_blank_and_migrated_supply_numbers_are_passed_over():
    assert faults("FMT-07", "supply_number", ["", "N/A"]) == set()
    assert faults("FMT-07", "supply_number", ["123"], data_service="ABCD", metering_service="EFGH") == set()
    assert faults("FMT-07", "supply_number", ["123"], data_service="ABCD") == {"123"}


@pytest.mark.parametrize(
    ("check_id", "item", "fine", "wrong"),
    [
        ("FMT-08", "gsp_group", ["_A", "a", "P", "", "n/a"], ["_I", "_O", "Z", "AB", "_"]),
        ("FMT-09", "profile_class", ["0", "1", "08", "8.0"], ["9", "XX", "", "n/a"]),
        ("FMT-10", "measurement_class", ["A", "g"], ["H", "AA", "", "null"]),
        ("FMT-11", "energisation_status", ["E", "d", "Energised", "de-energised"], ["", "X", "1"]),
        ("FMT-14", "llfc", ["1", "100", "A1", "z9z", ""], ["I01", "1O0", "ABCD", "A-1"]),
        ("FMT-15", "meter_operator", ["ABCD", "abcd", ""], ["ABC", "AB1D", "1234567890"]),
        ("FMT-15", "supplier", ["ABCD", "1234567890", ""], ["123456789", "ABCDE"]),
        ("FMT-15", "smso", ["NONE", "none", ""], ["NO1"]),
        ("FMT-17", "meter_type", ["S2ADE", "LAG_", "main", ""], ["S3", "X"]),
        (
            "FMT-18",
            "meter_serial",
            ["E12 A 34567", "1", "abc", "", "NULL"],
            ["UNKNOWN", "tba", "N/A", "000", "A-1", "12345678901", VALID],
        ),
        ("FMT-19", "market_segment", ["S", "Advanced", ""], ["X", "M"]),
        ("FMT-19", "domestic_premises", ["T", "no", "Y", ""], ["Q"]),
        (
            "FMT-20",
            "postcode",
            ["IP6 0LE", "ip60le", "GIR 0AA", "W1A  1AA", "", "n/a"],
            ["IP60 LE", "RM9", "C012 5NB", "AAA 1AA"],
        ),
        ("FMT-20", "uprn", ["1", "100012345678", ""], ["0", "012", "1234567890123", "1a"]),
        (
            "FMT-21",
            "mtc_from",
            ["01/04/1996", "23/11/2026", "20200229", "2020-02-29", "", "31/12/9999"],
            ["31/03/1996", "24/11/2026", "30/02/2020", "soon"],
        ),
        ("FMT-21", "mtc_to", ["01/01/2031"], ["01/01/1990"]),
        ("FMT-21", "supply_start_date", ["01/01/2031"], ["13/13/2020"]),
        ("FMT-21", "meter_install_date", ["01/01/1960", "01/01/2031"], ["32/01/2020"]),
    ],
)
def test_which_cells_are_fine_and_which_are_not(check_id, item, fine, wrong):
    assert faults(check_id, item, [*fine, *wrong]) == set(wrong)


@pytest.mark.parametrize(("check_id", "item"), [("FMT-09", "profile_class"), ("FMT-10", "measurement_class")])
def test_a_migrated_supply_may_lack_its_class_but_not_have_a_wrong_one(check_id, item):
    assert faults(check_id, item, ["", "Z"], data_service="ABCD", metering_service="EFGH") == {"Z"}
    assert faults(check_id, item, [""], data_service="ABCD", market_segment="U") == set()
    legacy = {"data_service": "ABCD", "metering_service": "EFGH", "data_collector": "IJKL"}
    assert faults(check_id, item, [""], **legacy) == {""}
    assert faults(check_id, item, [""], **legacy, data_collector_to="01/01/2026") == set()


def test_suggestions_of_codes_and_postcodes():
    assert told({"llfc": "I0O"}, "FMT-14")[0][1] == "100"
    assert told({"postcode": "IP60 LE"}, "FMT-20")[0][1] == "IP6 0LE"
    assert told({"postcode": "C012 5NB"}, "FMT-20")[0][1] == "CO12 5NB"
    assert told({"postcode": "IP6 OLE"}, "FMT-20")[0][1] == "IP6 0LE"
    assert told({"postcode": "ME2"}, "FMT-20")[0][1] == ""


def test_the_message_of_a_swapped_date_states_the_order():
    assert "day first" in told({"mtc_from": "05/13/2020"}, "FMT-21")[0][0]


def test_unpopulated_mhhs_items_are_reported_only_if_asked_and_populated_somewhere():
    asked = {"settings": {"FMT-19": {"settings": {"report_blank": True}}}}
    rows = [{"market_segment": "S", "energy_direction": ""}, {"market_segment": "", "energy_direction": ""}]
    assert found(rows, "FMT-19") == set()
    assert found(rows, "FMT-19", **asked) == {(2, "market_segment")}


def test_an_mpid_is_looked_up_only_where_the_table_is_loaded():
    import polars as pl

    rows = [{"supplier": "ABCD"}, {"supplier": "WXYZ"}]
    table = {"Market_Participant": pl.DataFrame({"Market Participant ID": ["ABCD"]})}
    assert found(rows, "FMT-15") == set()
    assert "Market_Participant" in run(rows, "FMT-15").outcomes[0].reason
    assert found(rows, "FMT-15", standing=table) == {(2, "supplier")}
    assert run(rows, "FMT-15", standing=table).outcomes[0].reason == ""


def test_addresses_thin_and_plot():
    rows = [
        {"address_1": "NULL", "address_2": "", "energisation_status": "E", "energisation_status_from": "01/01/2020"},
        {"address_1": "PLOT 4", "address_2": "x", "energisation_status": "E", "energisation_status_from": "01/01/2020"},
        {
            "address_1": "PL 12 Mill",
            "address_2": "x",
            "energisation_status": "E",
            "energisation_status_from": "25/08/2026",
        },
        {
            "address_1": "1 Mill",
            "address_2": "PC7",
            "energisation_status": "E",
            "energisation_status_from": "24/08/2026",
        },
        {"address_1": "PL4 8AA", "address_2": "", "energisation_status": "E", "energisation_status_from": "01/01/2020"},
        {"address_1": "PLOT 4", "address_2": "x", "energisation_status": "D", "energisation_status_from": "01/01/2020"},
    ]
    assert found(rows, "FMT-22") == {(1, "address_1"), (2, "address_1"), (4, "address_2")}


def test_without_an_energisation_date_plots_are_not_judged_and_that_is_said():
    result = run([{"address_1": "PLOT 4"}], "FMT-22")
    assert result.findings.is_empty()
    assert "plot addresses, because no heading is mapped to Energisation Status" in result.outcomes[0].left_out


def test_every_form_check_explains_itself():
    for check_id, check in CHECKS.items():
        if check_id.startswith(("FMT", "FIL")):
            assert check.explanation.count(".") >= 1, check_id
            assert check.fix_hint, check_id
            assert check.basis, check_id
