"""What of an MPAN, a postcode, an address leaves with a masked workbook."""

from __future__ import annotations

import re
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.report.privacy import (
    BULLETS,
    MpanChoice,
    masked_findings,
    masked_item,
    masked_keys,
    masked_mpans,
    masked_text,
    masked_words,
)

SCHEMA = {
    "row": pl.UInt32, "mpan": pl.String, "item": pl.String, "value": pl.String, "message": pl.String,
    "suggestion": pl.String, "note": pl.String,
}  # fmt: skip


def text(value: str) -> str:
    return masked_words(value, MpanChoice.LAST_FOUR)


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("1200012345678", f"{BULLETS}5678"),
        ("MPANs 1200012345678 and 1300012345679.", f"MPANs {BULLETS}5678 and {BULLETS}5679."),
        ("12000123456789", f"{BULLETS}6789"),
        ("1200 0123 4567 8", f"{BULLETS}5678"),
        ("12-0001-2345-678", f"{BULLETS}5678"),
        ("12.0001.2345.678", f"{BULLETS}5678"),
        ("1.20001234567E+12", BULLETS),
        ("“1.03000E+12” has lost its digits.", f"“{BULLETS}” has lost its digits."),
        ("００１２３４５６７８", f"{BULLETS}５６７８"),
        ("1234567", "1234567"),
        ("12345678", f"{BULLETS}5678"),
        ("portfolio 2026-11-23.csv", "portfolio 2026-11-23.csv"),
        ("31/12/2026 and 01/01/2027", "31/12/2026 and 01/01/2027"),
        ("2026-11-23T10:11:12", "2026-11-23T10:11:12"),
        ("SW1A 1AA is wrong", "SW1A ••• is wrong"),
        ("“sw1a1aa”", "“sw1a •••”"),
        ("09 is not a profile class", "09 is not a profile class"),
        *(
            (f"12{mark}0001{mark}2345{mark}678", f"{BULLETS}5678")
            for mark in (
                "\u2013",
                "\u2014",
                "_",
                "  ",
                "\t",
                "\n",
                ": ",
                ";",
                "|",
                "'",
                " (",
                ") ",
                " - ",
                "\u200b",
                "\u202f",
                "\xad",
            )
        ),
        ("2026-11-28 2026-11-29", "2026-11-28 2026-11-29"),
        ("2026-11-28 \u2013 2026-11-29", "2026-11-28 \u2013 2026-11-29"),
        ("2026-11-28 10:11, 2026-11-29 12:13:14.123", "2026-11-28 10:11, 2026-11-29 12:13:14.123"),
        ("28 Nov 2026 10:11\u201312:30", "28 Nov 2026 10:11\u201312:30"),
        ("ACME-PIT-0003, 2026-11-28 10:11", "ACME-PIT-0003, 2026-11-28 10:11"),
        ("2026-11-28: 12 0001 2345 678", f"2026-11-28: {BULLETS}5678"),
        ("2012-01-01 23451", f"{BULLETS}3451"),
        ("3: 2012-01-01 2345 1", f"{BULLETS}3451"),
        ("2012-01-01 23456", "2012-01-01 23456"),
        ("NF-3 2026-11-28 10:11", "NF-3 2026-11-28 10:11"),
        ("due 28/11/2026, 00123", "due 28/11/2026, 00123"),
        ("rows 12, 13, 14, 15, 16, 17", "rows 12, 13, 14, 15, 16, 17"),
        ("rows 12, 00, 12, 34, 56, 78", f"rows {BULLETS}5678"),
        ("questions 3.1, 3.2, 3.3, 3.4, 3.5, 3.6", "questions 3.1, 3.2, 3.3, 3.4, 3.5, 3.6"),
        ("1,234,567 / 2,345,678", "1,234,567 / 2,345,678"),
        ("1,200,012,345,678", f"{BULLETS}5678"),
        ("NF01AB, nf01ab and NF01AB-2", "NF01AB, nf01ab and NF01AB-2"),
        ("NF0 1AB", "NF0 •••"),
        ("12O0012345678", f"{BULLETS}5678"),
        ("120001O2345678", f"{BULLETS}5678"),
        ("1200x0123x45678", f"{BULLETS}5678"),
        ("12 OO01 2345 678", f"{BULLETS}5678"),
        ("12 x 0001 x 2345 x 679", f"{BULLETS}5679"),
        ("v1 2026-11-28T10:11:12 v2", "v1 2026-11-28T10:11:12 v2"),
        ("M10 R3 S12 Z2 2026-11-28 10:11:12", "M10 R3 S12 Z2 2026-11-28 10:11:12"),
        ("Meter E10Z000001, 12 of 34", "Meter E10Z000001, 12 of 34"),
        ("SW1A-1AA, sw1a\u20131aa and x_SW1A\u200b1AA_y", "SW1A •••, sw1a ••• and x_SW1A •••_y"),
    ],
)
def test_long_numbers_and_postcodes_in_texts_are_masked_and_the_rest_stays(given_text: str, shown: str) -> None:
    assert text(given_text) == shown
    assert masked_words(given_text, MpanChoice.FULL) == given_text
    assert masked_words(given_text, MpanChoice.COUNTS) == re.sub(r"(•{9})\d{1,4}", r"\1", shown)


@pytest.mark.parametrize(
    ("item", "value", "shown"),
    [
        ("mpan", "12 00X0 123-456 78", f"{BULLETS}5678"),
        ("linked_mpan", "12O0012345678", f"{BULLETS}5678"),
        ("supply_number", "S 00 801 100 12 0001 2345 678", f"{BULLETS}5678"),
        ("mpan", "not known", "not known"),
        ("postcode", "SW1A  1A", "SW1A •••"),
        ("postcode", "somewhere", "•••"),
        ("postcode", "", ""),
        ("address_3", "12 High Street", "•••"),
        ("uprn", "100012345678", f"{BULLETS}5678"),
        ("extract_date", "20261123", "20261123"),
        ("extract_date", "1200012345678", f"{BULLETS}5678"),
        ("meter_serial", "E10Z000001", "E10Z000001"),
        ("meter_serial", "0012345678", f"{BULLETS}5678"),
        ("meter_serial", "Ann Smith", "•••"),
        ("meter_serial", "5 High Street", "•••"),
        ("meter_serial", "Unknown", "Unknown"),
        ("mpan", "1.03000E+12", BULLETS),
        ("mpan", "1,03E12", BULLETS),
        ("mpan", "5 High Street", "•••"),
        ("mpan", "12345", "12345"),
        ("supplier", "ABCD", "ABCD"),
        ("supplier", "Ann Smith", "•••"),
        ("distributor", "UK Power Networks", "UK Power Networks"),
        ("distributor", "Ann Smith", "•••"),
        ("meter_type", "RCAMY", "RCAMY"),
        ("market_segment", "Advanced Segment", "Advanced Segment"),
        ("market_segment", "High Street", "•••"),
        ("domestic_premises", "Ann", "•••"),
        ("extract_date", "31 January 2026", "31 January 2026"),
        ("extract_date", "High Street", "•••"),
        ("ct_ratio", "100/5", "100/5"),
        (None, "Ann Smith", "•••"),
    ],
)
def test_a_cell_is_masked_as_its_item_asks_for(item: str | None, value: str, shown: str) -> None:
    assert masked_item(pl.Series([value]), item).to_list() == [shown]


def test_a_finding_shows_its_own_odd_value_nowhere() -> None:
    block = pl.DataFrame(
        [
            (
                1,
                "12O0012345678",
                "mpan",
                "12O0O12345678",
                "“12O0O12345678” has letters.",
                "12O0O12345678?",
                "call 0123 456 7890 12",
            ),
            (2, "1200012345678", "address_1", "=1 High Street", "“=1 High Street” begins with =.", "1 High Street", ""),
            (3, "1200012345678", "postcode", "SW1A IAA", "“SW1A IAA” is not a postcode.", "SW1A 1AA", ""),
            (
                4,
                "1200012345678",
                "Customer name",
                "Ann Smith",
                "“Ann Smith” holds a hidden character.",
                "Ann Smith",
                "",
            ),
            (None, "", "Customer name", "Customer name", "The heading Customer name stands twice.", "", ""),
        ],
        schema=SCHEMA,
        orient="row",
    )
    masked = masked_findings(block)
    assert masked.columns == block.columns
    assert masked["row"].to_list() == [1, 2, 3, 4, None]
    everything = " ".join(str(cell) for row in masked.rows() for cell in row)
    for secret in ("12O0", "High Street", "IAA", "1AA", "Ann Smith", "456 7890"):
        assert secret not in everything
    assert masked["mpan"].to_list()[1] == f"{BULLETS}5678"
    assert masked["note"].to_list() == ["note left out", "", "", "", ""]
    assert masked["message"].to_list()[4] == "The heading Customer name stands twice."
    assert masked["item"].to_list() == block["item"].to_list()


@pytest.mark.parametrize("item", ["meter_serial", "supplier", "mpan", "llfc"])
def test_a_cell_that_has_not_the_form_of_its_item_is_nowhere_in_its_finding(item: str) -> None:
    block = pl.DataFrame(
        [
            (
                1,
                "1200012345678",
                item,
                " Ann\u00a0Smith",
                "“Ann Smith” is wrong; it reads ANNSMITH.",
                "ANNSMITH",
                "5 High St",
            ),
            (2, "1200012345678", item, "12", "“12” is short.", "0012", ""),
        ],
        schema=SCHEMA,
        orient="row",
    )
    masked = masked_findings(block)
    everything = " ".join(str(cell) for row in masked.rows() for cell in row).lower()
    assert "smith" not in everything
    assert "high" not in everything
    assert masked["suggestion"].to_list() == ["•••", "0012"]


@given(st.text(), st.integers(10**12, 10**13 - 1), st.text(), st.sampled_from(["", " ", "-", ".", "/", "\u00a0"]))
def test_no_mpan_survives_in_any_text(before: str, mpan: int, after: str, between: str) -> None:
    digits = str(mpan)
    written = between.join([digits[:2], digits[2:6], digits[6:10], digits[10:]])
    shown = str(masked_text(pl.Series([f"{before}{written}{after}"]))[0])
    bare = re.sub(r"[ \-./\u00a0]", "", shown)
    assert digits not in bare or digits in re.sub(r"[ \-./\u00a0]", "", before + after)
    assert digits[:9] not in bare or digits[:9] in re.sub(r"[ \-./\u00a0]", "", before + after)


@given(st.text(alphabet="0123456789 abc-", max_size=30))
def test_an_mpan_cell_never_shows_eight_digits(value: str) -> None:
    shown = str(masked_mpans(pl.Series([value]))[0])
    assert sum(mark.isdigit() for mark in shown) < 8


def test_row_keys_are_stable_differ_by_workspace_and_hold_no_mpan() -> None:
    keys = pl.Series("fingerprint", [1200012345678001002, -5])
    first, again, other = masked_keys(keys, b"a" * 32), masked_keys(keys, b"a" * 32), masked_keys(keys, b"b" * 32)
    assert first.to_list() == again.to_list()
    assert not set(first) & set(other)
    assert all(re.fullmatch("k[0-9a-f]{16}", key) for key in first)


APART = st.text(st.characters(exclude_categories=("L", "N", "Cs", "Cn")), max_size=3)


@given(
    digits=st.from_regex(r"[12][0-9]{12}", fullmatch=True),
    apart=st.lists(APART, min_size=12, max_size=12),
    around=st.sampled_from(["MPAN {}", "{}", "({}) and more", "Meter of {}, moved", "x\n{}\ny"]),
)
def test_an_mpan_never_leaves_in_full_whatever_stands_between_its_digits(
    digits: str, apart: list[str], around: str
) -> None:
    written = digits[0] + "".join(mark + digit for mark, digit in zip(apart, digits[1:], strict=True))
    shown = "".join(mark for mark in text(around.format(written)) if mark.isdecimal())
    assert shown == digits[-4:]


@given(st.lists(st.datetimes(), min_size=1, max_size=4), st.sampled_from([" ", ", ", " - ", "\n", "/"]))
def test_days_and_moments_stay_as_they_are(moments: list[datetime], between: str) -> None:
    moments = [one.replace(year=2000 + one.year % 100, microsecond=0) for one in moments]
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"):
        said = between.join(one.strftime(form) for one in moments)
        assert text(said) == said


def real_mpan(first: str) -> str:
    """Twelve digits with the check digit that an MPAN has (domain data, section 3.1)."""
    weights = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
    return first + str(sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True)) % 11 % 10)


TWELVE = st.from_regex(r"[123][0-9]{11}", fullmatch=True)
AROUND = st.sampled_from(["{}", "MPAN {}", "2026-11-28 {}", "{} since 28/11/2026 10:11", "v2, {}; ACME-PIT-0003"])


@given(TWELVE, st.sampled_from("/.-"), AROUND)
def test_a_real_mpan_that_is_written_like_a_date_is_masked(first: str, mark: str, around: str) -> None:
    digits = real_mpan(first)
    for cuts in ((2, 4, 8), (4, 6, 8)):
        day = mark.join((digits[: cuts[0]], digits[cuts[0] : cuts[1]], digits[cuts[1] : cuts[2]]))
        shown = text(around.format(f"{day} {digits[8:]}"))
        assert digits not in "".join(one for one in shown if one.isdecimal())


@given(TWELVE, st.lists(st.sampled_from(["", " ", "x", " x ", "a", "-", "/b"]), min_size=12, max_size=12))
def test_a_real_mpan_is_masked_whatever_single_letters_stand_between_its_digits(first: str, apart: list[str]) -> None:
    digits = real_mpan(first)
    written = digits[0] + "".join(mark + digit for mark, digit in zip(apart, digits[1:], strict=True))
    assert "".join(one for one in text(f"It is {written}.") if one.isdecimal()) == digits[-4:]


@given(
    TWELVE,
    st.lists(st.integers(1, 11), min_size=1, max_size=3, unique=True),
    st.sampled_from(["", " ", "-"]),
)
def test_a_letter_that_was_typed_for_a_digit_hides_no_mpan(first: str, places: list[int], between: str) -> None:
    typed_for = {"0": "O", "1": "l", "2": "Z", "5": "S", "8": "B"}
    marks = list(real_mpan(first))
    for place in places:
        marks[place] = typed_for.get(marks[place], marks[place])
    typed = "".join(marks)
    written = between.join((typed[:2], typed[2:6], typed[6:10], typed[10:]))
    words = [word for word in written.split(between or None) if not any(mark.isdecimal() for mark in word)]
    shown = text(f"Supply {written} moved")
    if not words:  # a group of letters alone is a word
        assert sum(mark.isdecimal() for mark in shown) <= 4


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"]), st.integers(0, 99_999))
def test_a_date_and_a_reference_stay_unless_they_are_an_mpan(day: date, form: str, number: int) -> None:
    day = day.replace(year=2000 + day.year % 100)
    said = f"{day.strftime(form)} {number:05d}"
    digits = "".join(mark for mark in said if mark.isdecimal())
    assert text(said) == (f"{BULLETS}{digits[-4:]}" if real_mpan(digits[:12]) == digits else said)
