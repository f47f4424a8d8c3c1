"""What of an MPAN, a postcode, an address leaves with a masked workbook."""

from __future__ import annotations

import re

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
    ],
)
def test_long_numbers_and_postcodes_in_texts_are_masked_and_the_rest_stays(given_text: str, shown: str) -> None:
    assert text(given_text) == shown
    assert masked_words(given_text, MpanChoice.FULL) == given_text


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
