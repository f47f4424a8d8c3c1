from checking_rows import check_digit, found, messages, mpan

A, B, C = mpan(1), mpan(2), mpan(99_417_345)


def test_a_repeated_mpan_is_reported_on_each_of_its_rows():
    rows = [{"mpan": A, "supplier": "ABCD"}, {"mpan": B}, {"mpan": A, "supplier": "EFGH"}]
    assert found(rows, "ROW-01") == {(1, "mpan"), (3, "mpan")}
    first, second = messages(rows, "ROW-01")
    assert first == "This MPAN also stands in row 3. The rows differ in: Supplier."
    assert second == "This MPAN also stands in row 1. The rows differ in: Supplier."


def test_identical_rows_are_said_to_be_the_same():
    rows = [{"mpan": A, "postcode": "CB1 2AB"}, {"mpan": A, "postcode": "cb12ab"}]
    assert messages(rows, "ROW-01")[0] == (
        "This MPAN also stands in row 2, with the same values in every item that was mapped; "
        "columns that are not mapped were not compared."
    )


def test_an_mpan_repeated_in_another_spelling_is_the_same_mpan():
    spaced = f"{A[:2]} {A[2:6]} {A[6:]}"
    assert found([{"mpan": A}, {"mpan": spaced}], "ROW-01") == {(1, "mpan"), (2, "mpan")}


def test_rows_that_show_several_meters_of_one_supply_are_no_fault():
    rows = [
        {"mpan": A, "meter_serial": "E1", "meter_type": "N", "meter_install_date": "01/02/2020", "supplier": "ABCD"},
        {"mpan": A, "meter_serial": "E2", "meter_type": "H", "meter_install_date": "01/02/2021", "supplier": "ABCD"},
    ]
    assert found(rows, "ROW-01") == set()


def test_several_meters_excuse_no_other_difference():
    rows = [{"mpan": A, "meter_serial": "E1", "supplier": "ABCD"}, {"mpan": A, "meter_serial": "E2", "supplier": "X"}]
    assert found(rows, "ROW-01") == {(1, "mpan"), (2, "mpan")}


def test_a_blank_or_repeated_serial_shows_no_second_meter():
    assert found([{"mpan": A, "meter_serial": "E1"}, {"mpan": A, "meter_serial": ""}], "ROW-01") != set()
    three = [{"mpan": A, "meter_serial": serial} for serial in ("E1", "E2", "E1")]
    assert found(three, "ROW-01") == {(1, "mpan"), (2, "mpan"), (3, "mpan")}


def test_many_repeats_name_the_first_rows_and_count_the_rest():
    rows = [{"mpan": A} for _ in range(6)]
    assert messages(rows, "ROW-01")[2] == (
        "This MPAN also stands in rows 1, 2, 4 and 2 more, with the same values in every item that was mapped; "
        "columns that are not mapped were not compared."
    )


def test_unreadable_mpans_are_not_compared():
    assert found([{"mpan": "12"}, {"mpan": "12"}, {"mpan": "n/a"}, {"mpan": "n/a"}], "ROW-01") == set()


def test_the_swap_of_the_last_two_digits_in_the_real_pair_is_seen_on_every_row():
    rows = [{"mpan": number} for number in ("1050001197864", "1050001197846", "1050001197864", A)]
    assert found(rows, "ROW-08") == {(1, "mpan"), (2, "mpan"), (3, "mpan")}
    assert messages(rows, "ROW-08")[1] == (
        "Differs from the MPAN in rows 1, 3 only by a swap of the last two digits, which the check digit cannot see."
    )


def test_a_swap_that_breaks_the_check_digit_is_left_to_the_check_digit():
    numbers = (mpan(number) for number in range(1_000_000))
    swaps = ((one, one[:11] + one[12] + one[11]) for one in numbers)
    one, swapped = next(pair for pair in swaps if check_digit(pair[1][:12]) != int(pair[1][12]))
    assert found([{"mpan": one}, {"mpan": swapped}], "ROW-08") == set()


def test_one_digit_apart_at_one_postcode_is_seen():
    one, other = one_digit_apart()
    rows = [{"mpan": number, "postcode": "CB1 2AB"} for number in (one, other, C)]
    assert found(rows, "ROW-08") == {(1, "mpan"), (2, "mpan")}
    assert "row 2 differs" in messages(rows, "ROW-08")[0]
    rows[1]["postcode"] = "CB1 2AD"
    assert found(rows, "ROW-08") == set()


def test_one_digit_apart_needs_a_full_postcode():
    one, other = one_digit_apart()
    assert found([{"mpan": number, "postcode": "RM9"} for number in (one, other)], "ROW-08") == set()
    assert found([{"mpan": number, "postcode": ""} for number in (one, other)], "ROW-08") == set()
    assert found([{"mpan": number} for number in (one, other)], "ROW-08") == set()


def one_digit_apart() -> tuple[str, str]:
    """Two valid MPANs that differ in one digit: one with remainder 0 and one with remainder 10."""
    for number in range(100_000):
        one = mpan(number)
        for place in range(2, 12):
            for digit in "0123456789":
                other = one[:place] + digit + one[place + 1 :]
                if other != one and check_digit(other[:12]) == int(other[12]):
                    return one, other
    raise AssertionError("no such pair")
