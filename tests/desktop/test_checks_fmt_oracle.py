"""Cells as people and spreadsheets write them, judged by the fast form checks and by the plain ones."""

import check_oracle
import pytest
from engine_rows import CHECKS, found
from hypothesis import given, settings
from hypothesis import strategies as st

BLANKS = ["", "", " ", "N/A", "Data not available", "null", "-", "unknown", "TBC", "\u00a0"]
GOOD_MPANS = ["1030004967319", "1030000496731", "1200050981431", "1023477820860", "1900091173770", "2000000000000"]


def dressed(texts: list[str]) -> st.SearchStrategy[str]:
    """Texts as they are, and with what files put around them."""
    dress = st.sampled_from(["{}", "{}", "{}", "{} ", " {}", "{}\u00a0", "\u200b{}", "{}\n", "'{}", '="{}"', "{}.0"])
    return st.builds(lambda form, text: form.format(text) if text else text, dress, st.sampled_from(texts))


@st.composite
def mpan_cells(draw):
    number = draw(st.sampled_from(GOOD_MPANS) | st.from_regex("[0-9]{13}", fullmatch=True))
    change = draw(
        st.sampled_from(
            ["", "", "swap", "more", "less", "spaces", "dashes", "wide", "arabic", "comma", "exponent", "supply"]
        )
    )
    place = draw(st.integers(0, 11))
    if change == "swap":
        number = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    elif change == "more":
        number = number[:place] + draw(st.sampled_from("0123456789")) + number[place:]
    elif change == "less":
        number = number[:place] + number[place + 1 :]
    elif change == "spaces":
        number = f"{number[:2]} {number[2:6]}-{number[6:10]}.{number[10:]}"
    elif change == "dashes":
        number = f"{number[:4]}-{number[4:8]}-{number[8:]}"
    elif change == "wide":
        number = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    elif change == "arabic":
        number = "".join(chr(0x0660 + int(digit)) for digit in number)
    elif change == "comma":
        number = f"{int(number):,}"
    elif change == "exponent":
        number = f"{int(number) / 10**12:.{draw(st.integers(0, 9))}f}E+12"
    elif change == "supply":
        number = draw(st.sampled_from(["01801100", "00845A1B", "0180110"])) + number
    dress = draw(st.sampled_from(["{}", "{}", "{}", "{} ", "\u00a0{}", "{}\n", "'{}", '="{}"', "{}.0", "{}x"]))
    odd = st.sampled_from(
        [*BLANKS, "0", "0000000000000", "7777777777777", "123456789012345000000", "x", "see note", "TBA"]
    )
    return draw(st.one_of(st.just(dress.format(number)), odd))


CELLS = {
    "mpan": mpan_cells(),
    "linked_mpan": mpan_cells(),
    "supply_number": st.sampled_from(
        [*BLANKS, "018011001030004967319", "01 801 100 10 3000 4967 319", "123", "018011"]
    ),
    "gsp_group": dressed([*BLANKS, "_A", "a", "P", "_I", "_O", "Z", "_AA", "1"]),
    "profile_class": dressed([*BLANKS, "1", "01", "8", "00", "0", "9", "09", "A", "001"]),
    "measurement_class": dressed([*BLANKS, *"ACGH", "b", "AA", "1"]),
    "energisation_status": dressed([*BLANKS, "E", "D", "e", "Energised", "De-energised", "X", "1"]),
    "energisation_status_from": st.sampled_from(["", "01/01/2020", "24/08/2026", "25/08/2026", "20260101", "x"]),
    "mtc": dressed([*BLANKS, "801", "1", "845"]),
    "llfc": dressed([*BLANKS, "100", "1", "A1", "I01", "1O0", "ABCD", "A-1"]),
    "supplier": dressed([*BLANKS, "ABCD", "abcd", "ABC", "ABCDE", "1234567890", "12345"]),
    "meter_operator": dressed([*BLANKS, "ABCD", "1234567890", "AB1D"]),
    "data_service": dressed([*BLANKS, "ABCD", "1234567890", "?"]),
    "metering_service": dressed([*BLANKS, "ABCD", "x"]),
    "smso": dressed([*BLANKS, "NONE", "none", "ABCD", "AB"]),
    "meter_serial": dressed(
        [*BLANKS, "E12A3456", "e 12 a 3456", "00000", "0", "NONE", "12345678901", "A-1", "TBA", "Ünk1"]
    ),
    "meter_type": dressed([*BLANKS, "S2A", "H", "LAG_", "_H", "main_", "ZZ9", "S3"]),
    "market_segment": dressed([*BLANKS, "S", "a", "U", "Smart", "X", "N"]),
    "connection_type": dressed([*BLANKS, "W", "L", "h", "X"]),
    "energy_direction": dressed([*BLANKS, "I", "E", "Import", "B"]),
    "domestic_premises": dressed([*BLANKS, "T", "F", "Y", "n", "Q", "2"]),
    "address_1": st.sampled_from(
        [*BLANKS, "1 High Street", "PLOT 4", "Plotter House", "PL 12", "pc7", "PL4 8AA", "The Plot"]
    ),
    "address_2": st.sampled_from([*BLANKS, "PLYMOUTH", "Plot 9"]),
    "postcode": dressed(
        [*BLANKS, "IP6 0LE", "ip60le", "IP60 LE", "C012 5NB", "RM9", "GIR 0AA", "W1A 1AA", "M1  1AE", "PE7 2H"]
    ),
    "uprn": dressed([*BLANKS, "0", "1", "100012345678", "1234567890123", "012", "12a"]),
    "supply_start_date": st.sampled_from(
        ["", "01/04/1996", "31/03/1996", "1996-04-01", "19960331", "31/02/2020", "01/01/2031"]
    ),
    "supply_end_date": st.sampled_from(["", "31/12/9999", "9999-12-31", "01/01/2031", "13/25/2020", "1/1/20"]),
    "mtc_from": st.sampled_from(["", "24/11/2026", "23/11/2026", "05/13/2020", "soon", " 01/02/2020 "]),
    "mtc_to": st.sampled_from(["", "01/01/2031", "01/01/1990"]),
    "meter_install_date": st.sampled_from(["", "01/01/1970", "01/01/2031", "31/04/2020"]),
}
BESIDE = {
    "FMT-07": ("meter_operator", "data_service", "metering_service", "market_segment"),
    "FMT-09": ("meter_operator", "data_service", "metering_service", "market_segment"),
    "FMT-10": ("meter_operator", "data_service", "metering_service", "market_segment"),
    "FMT-22": ("energisation_status", "energisation_status_from"),
}
"""Items that a check reads beside its own."""


def portfolios(check_id: str) -> st.SearchStrategy[list[dict[str, str]]]:
    """Rows of the items that the check reads."""
    items = {"mpan", *CHECKS[check_id].items, *BESIDE.get(check_id, ())}
    cells = {item: strategy for item, strategy in CELLS.items() if item in items}
    return st.lists(st.fixed_dictionaries(cells), min_size=12, max_size=40)


@pytest.mark.parametrize("check_id", check_oracle.RULES)
def test_the_fast_form_check_finds_what_the_plain_one_finds(check_id):
    plain = check_oracle.RULES[check_id]

    @settings(max_examples=14, deadline=None)  # a run costs the same for one row as for forty
    @given(portfolios(check_id))
    def agree(rows):
        expected = {(place, item) for place, row in enumerate(rows, start=1) for item in plain(row)}
        assert found(rows, check_id) == expected

    agree()
