"""Cleaning for comparing: what a cell says once spaces, wrappers, padding and spelling are out of the way."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.portfolio.cleaning import clean, clean_series, has_hidden, is_open_date, is_placeholder, parse_date
from desktop.portfolio.items import ITEMS


def cleaned(item: str, text: str | None) -> str | None:
    frame = pl.DataFrame({"cell": [text]}, schema={"cell": pl.String})
    return frame.select(clean(pl.col("cell"), ITEMS[item])).item()


MANGLED = [
    # 33 ways in which identifiers arrive, and what may be made of them: the digits, or nothing but the text.
    ("1200012345678", "1200012345678"),
    (" 1200012345678 ", "1200012345678"),
    ("12 0001 2345 678", "1200012345678"),
    ("12\u00a00001\u00a02345\u00a0678", "1200012345678"),
    ("1200012345678\u200b", "1200012345678"),
    ("\ufeff1200012345678", "1200012345678"),
    ("1200012345678\n", "1200012345678"),
    ("1200012345678\t", "1200012345678"),
    ("12-0001-2345-678", "1200012345678"),
    ("12.0001.2345.678", "1200012345678"),
    ("12/0001/2345/678", "1200012345678"),
    ("12\u20130001\u20132345678", "1200012345678"),
    ("'1200012345678", "1200012345678"),
    ("\u20191200012345678", "1200012345678"),
    ('="1200012345678"', "1200012345678"),
    ('"1200012345678"', "1200012345678"),
    ("1200012345678.0", "1200012345678"),
    ("1200012345678.00", "1200012345678"),
    ("1,200,012,345,678", "1200012345678"),
    ("１２０００１２３４５６７８", "1200012345678"),
    ("١٢٠٠٠١٢٣٤٥٦٧٨", "1200012345678"),
    ("03 801 100 12 0001 2345 678", "1200012345678"),
    ("038011001200012345678", "1200012345678"),
    ("03801A1B1200012345678", "1200012345678"),
    ("S 03 801 100 12 0001 2345 678", "1200012345678"),
    ("1.20001E+12", "1.20001E+12"),
    ("1.2E12", "1.2E12"),
    ("1E+12", "1E+12"),
    ("180103931200000000000", "180103931200000000000"),
    ("1200012345678.5", "1200012345678.5"),
    ("TRUE", "TRUE"),
    ("1_200_012_345_678", "1_200_012_345_678"),
    ("120001234567O", "120001234567O"),
]


@pytest.mark.parametrize(("text", "expected"), MANGLED)
def test_an_mpan_is_its_digits_or_stays_as_it_stood(text: str, expected: str) -> None:
    assert cleaned("mpan", text) == expected


def test_there_are_33_mangled_identifiers() -> None:
    assert len(MANGLED) == 33


@pytest.mark.parametrize(
    "text",
    ["", "  ", "\u00a0", None, "Data not available", "not applicable", "NULL", "n/a", "N/A", "None", '="N/A"', "-"],
)
def test_blank_cells_and_placeholders_are_nothing(text: str | None) -> None:
    assert cleaned("mpan", text) is None
    assert cleaned("address_1", text) is None
    assert cleaned("supply_start_date", text) is None


def test_none_is_a_value_where_the_industry_uses_it() -> None:
    assert cleaned("smso", "NONE") == "NONE"
    assert cleaned("smets_version", "none") == "NONE"
    assert cleaned("supplier", "NONE") is None
    assert cleaned("map", "NULL") is None


@pytest.mark.parametrize(
    ("item", "text", "expected"),
    [
        ("profile_class", "3", "03"),
        ("profile_class", "3.0", "03"),
        ("profile_class", "0", "00"),
        ("mtc", "1", "001"),
        ("ssc", " 393", "0393"),
        ("llfc", "1", "001"),
        ("llfc", "a1b", "A1B"),
        ("llfc", "1A", "1A"),
        ("measurement_class", " c ", "C"),
        ("gsp_group", "a", "_A"),
        ("gsp_group", "_p", "_P"),
        ("gsp_group", "_Q", "_Q"),
        ("energisation_status", "Energised", "E"),
        ("energisation_status", "de-energised", "D"),
        ("energisation_status", "De Energised", "D"),
        ("energisation_status", "X", "X"),
        ("energy_direction", "Import", "I"),
        ("energy_direction", "EXPORT", "E"),
        ("market_segment", "Smart", "S"),
        ("market_segment", "unmetered", "U"),
        ("connection_type", "Whole Current", "W"),
        ("domestic_premises", "Yes", "T"),
        ("domestic_premises", "0", "F"),
        ("metered", "true", "T"),
        ("meter_type", "LAG_", "LAG"),
        ("meter_type", "s2ade", "S2ADE"),
        ("meter_serial", "k 12 a 99", "K12A99"),
        ("supplier", " lond", "LOND"),
        ("data_service", "1000000001", "1000000001"),
        ("postcode", "ip122tw", "IP12 2TW"),
        ("postcode", "IP12  2TW", "IP12 2TW"),
        ("postcode", "C012 5NB", "C012 5NB"),
        ("postcode", "RM9", "RM9"),
        ("uprn", " 010001234567.0", "010001234567"),
        ("address_1", " 1  High\u00a0Street ", "1 High Street"),
        ("supply_number", "S 03 801 100 12 0001 2345 678", "038011001200012345678"),
    ],
)
def test_codes_and_texts(item: str, text: str, expected: str) -> None:
    assert cleaned(item, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/02/2024", date(2024, 2, 1)),
        ("1/2/2024", date(2024, 2, 1)),
        ("01-02-2024", date(2024, 2, 1)),
        ("20240201", date(2024, 2, 1)),
        ("2024-02-01", date(2024, 2, 1)),
        ("2024-02-01T00:00:00", date(2024, 2, 1)),
        ("2024-02-01 00:00:00.000", date(2024, 2, 1)),
        ("01/02/2024 13:45", date(2024, 2, 1)),
        ("'01/02/2024", date(2024, 2, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("29/02/2023", None),
        ("2023-02-30", None),
        ("13/13/2024", None),
        ("02/13/2024", None),
        ("1/2/24", None),
        ("45321", None),
        ("31/12/9999", None),
        ("99991231", None),
        ("00000000", None),
        ("tomorrow", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(text: str | None, expected: date | None) -> None:
    frame = pl.DataFrame({"cell": [text, "03/04/2020"]}, schema={"cell": pl.String})
    assert frame.select(parse_date(pl.col("cell"))).to_series().to_list() == [expected, date(2020, 4, 3)]


@pytest.mark.parametrize(
    ("text", "is_open"),
    [("31/12/9999", True), ("99991231", True), ("9999-12-31", True), ("9999", False), ("01/01/2024", False)],
)
def test_open_dates(text: str, is_open: bool) -> None:
    frame = pl.DataFrame({"cell": [text]})
    assert frame.select(is_open_date(pl.col("cell"))).item() is is_open


def test_a_cleaned_date_is_iso_text_and_an_unreadable_one_stays() -> None:
    assert cleaned("mtc_from", "1/2/2024") == "2024-02-01"
    assert cleaned("mtc_from", "31/12/9999") == "9999-12-31"
    assert cleaned("mtc_from", " next week ") == "next week"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("1200", False),
        ("é", False),
        ("12\u00a000", True),
        ("12\u200b", True),
        ("１２", True),
        ("١٢", True),
        ("a\nb", False),
        ("a\x00", True),
    ],
)
def test_hidden_characters(text: str, hidden: bool) -> None:
    assert pl.DataFrame({"cell": [text]}).select(has_hidden(pl.col("cell"))).item() is hidden


def test_placeholders_are_told_from_blanks() -> None:
    frame = pl.DataFrame({"cell": ["", " ", "n/a", "Data not available", "12"]})
    assert frame.select(is_placeholder(pl.col("cell"))).to_series().to_list() == [False, False, True, True, False]


@settings(deadline=None)
@given(st.lists(st.text(max_size=25), min_size=1, max_size=20), st.sampled_from(sorted(ITEMS)))
def test_cleaning_is_the_same_alone_and_in_company_and_twice(texts: list[str], item: str) -> None:
    known = ITEMS[item]
    together = clean_series(pl.Series(texts, dtype=pl.String), known).to_list()
    alone = [clean_series(pl.Series([text], dtype=pl.String), known)[0] for text in texts]
    again = clean_series(pl.Series(together, dtype=pl.String), known).to_list()
    assert together == alone
    if item not in {"address_1"} and known.kind.value not in {"text", "date"}:
        assert again == clean_series(pl.Series(again, dtype=pl.String), known).to_list()


@settings(deadline=None)
@given(st.integers(0, 10**13 - 1), st.sampled_from([" ", "-", ".", "/", "\u00a0"]), st.integers(1, 12))
def test_a_separator_anywhere_changes_nothing(number: int, separator: str, place: int) -> None:
    mpan = f"{number:013d}"
    text = mpan[:place] + separator + mpan[place:]
    result = cleaned("mpan", text)
    # 12345.00 is a number with decimals: its zeros go, as they must for 1200012345678.0.
    decimals = separator == "." and set(mpan[place:]) == {"0"}
    assert result == (mpan[:place] if decimals else mpan)
