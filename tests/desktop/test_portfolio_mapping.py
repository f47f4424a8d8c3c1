"""Suggesting which heading holds which item, and checking what a person chose."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import InvalidInput
from desktop.portfolio.evidence import check_digit_is_right
from desktop.portfolio.items import ITEMS
from desktop.portfolio.mapping import fold, heading_labels, heading_set, mapping_hash, resolve_mapping, suggest

RIGHT = ("1014569292506", "1050000636890", "1050000664025", "1050000496725")
"""MPANs with a right check digit."""

EES = [
    "mpan-core",
    "address-line-1",
    "address-line-9",
    "post-code",
    "supplier",
    "registration-from",
    "mtc",
    "mtc-date",
    "llfc",
    "llfc-from",
    "pc",
    "ssc",
    "measurement-class",
    "energisation-status",
    "da",
    "dc",
    "mop",
    "mop-appoint-date",
    "gsp-group",
    "gsp-effective-from",
    "dno-name",
    "msn",
    "meter-install-date",
    "meter-type",
    "map-id",
]
EES_ITEMS = [
    "mpan",
    "address_1",
    "address_9",
    "postcode",
    "supplier",
    "supply_start_date",
    "mtc",
    "mtc_from",
    "llfc",
    "llfc_from",
    "profile_class",
    "ssc",
    "measurement_class",
    "energisation_status",
    "data_aggregator",
    "data_collector",
    "meter_operator",
    "meter_operator_from",
    "gsp_group",
    "gsp_group_from",
    "distributor",
    "meter_serial",
    "meter_install_date",
    "meter_type",
    "map",
]


def headings_of(*names: str, rows: list[list[str]] | None = None) -> dict[str, str]:
    return {item: one.heading for item, one in suggest(names, rows or []).items()}


@pytest.mark.parametrize(
    "write",
    [
        str,
        str.upper,
        lambda name: name.replace("-", " "),
        lambda name: name.replace("-", "_").title(),
        lambda name: f" {name} ",
    ],
    ids=["as they are", "capitals", "spaces", "underscores", "padded"],
)  # fmt: skip
def test_the_headings_of_an_ees_export_are_known_however_they_are_written(write) -> None:
    names = [write(name) for name in EES]
    assert headings_of(*names) == dict(zip(EES_ITEMS, names, strict=True)) | {}


def test_all_47_headings_of_the_real_list(industry_data: Path) -> None:
    with (industry_data / "ees" / "ecoes_portfolio_export_columns.csv").open(newline="") as file:
        names = [row["column_as_named_by_chellow"] for row in csv.DictReader(file)]
    found = suggest(names, [])
    assert len(names) == 47
    assert set(names) - {one.heading for one in found.values()} == {
        "supplier-dip", "dno-dip", "Data Service Dip Id", "Metering Service Dip Id",
    }  # fmt: skip
    assert all(one.sure >= 95 for one in found.values())


@pytest.mark.parametrize(
    ("heading", "item"),
    [
        ("MPAN", "mpan"),
        ("MPAN Core", "mpan"),
        ("MPANCore", "mpan"),
        ("Meter Point", "mpan"),
        ("Import MPAN", "mpan"),
        ("Supply Number", "supply_number"),
        ("PC", "profile_class"),
        ("MC", "measurement_class"),
        ("Energised", "energisation_status"),
        ("Post Code", "postcode"),
        ("Postal Code", "postcode"),
        ("Meter Timeswitch Code", "mtc"),
        ("marketSegmentIndicator", "market_segment"),
        ("DUoSTariffID", "duos_tariff_id"),
        ("duos_tariff_id", "duos_tariff_id"),
        ("Market Segment Indicator Effective From Date", "market_segment_from"),
        ("energy_direction", "energy_direction"),
        ("Metring Service", "metering_service"),
        ("Measurment Class", "measurement_class"),
    ],
)
def test_names_that_suppliers_use(heading: str, item: str) -> None:
    assert headings_of("Account", heading).get(item) == heading


def test_false_friends_are_not_taken_for_one_another() -> None:
    found = headings_of("Postal Code", "Meter Timeswitch Code", "Account Code", "Supplier Name", "Grid Supply Point")
    assert found == {"mtc": "Meter Timeswitch Code", "postcode": "Postal Code"}


def test_the_better_filled_side_is_the_mpan() -> None:
    rows = [[mpan, ""] for mpan in RIGHT]
    assert headings_of("Export MPAN / MSID", "Import MPAN / MSID", rows=rows) == {
        "mpan": "Export MPAN / MSID",
        "linked_mpan": "Import MPAN / MSID",
    }
    assert headings_of("Export MPAN", "Import MPAN", rows=[["", mpan] for mpan in RIGHT])["mpan"] == "Import MPAN"


def test_cells_tell_what_a_heading_does_not() -> None:
    rows = [[mpan, "IP12 2TW", "_A", "x"] for mpan in RIGHT]
    found = suggest(["Column A", "Column B", "Column C", "Column D"], rows)
    assert {item: one.heading for item, one in found.items()} == {
        "mpan": "Column A", "gsp_group": "Column C", "postcode": "Column B",
    }  # fmt: skip
    assert {one.why for one in found.values()} == {"content"}
    assert "4 of 4" in found["mpan"].reason


def test_cells_that_contradict_the_heading_make_it_doubtful() -> None:
    rows = [[str(number), mpan] for number, mpan in enumerate(RIGHT * 3)]
    found = suggest(["MPAN", "Core"], rows)
    assert found["mpan"].sure < 50


def test_a_remembered_mapping_comes_first_and_says_so() -> None:
    found = suggest(["A", "B", "MPAN"], [], {"mpan": "A", "postcode": "B"})
    assert {item: (one.heading, one.sure, one.why) for item, one in found.items()} == {
        "mpan": ("A", 100, "remembered"),
        "postcode": ("B", 100, "remembered"),
    }


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from([*EES, "MPAN", "Import MPAN", "Export MPAN", "", "x", "Meter Type", "pc "]), max_size=25)
)
def test_no_heading_is_proposed_twice(names: list[str]) -> None:
    found = [one.heading for one in suggest(names, []).values()]
    assert len(found) == len(set(found))
    assert set(found) <= set(heading_labels(names))


def test_labels_are_unique_and_keep_what_stood() -> None:
    assert heading_labels(["A", "", "A", " ", "A (2)", "A"]) == (
        "A",
        "(column 2)",
        "A (2)",
        "(column 4)",
        "A (2) (2)",
        "A (3)",
    )


def test_a_heading_set_does_not_mind_order_and_case() -> None:
    assert heading_set(["MPAN", "Post Code"]) == heading_set(["post-code", " mpan"])
    assert heading_set(["MPAN"]) != heading_set(["MPAN", "PC"])


def test_a_mapping_hash_tells_sheets_apart() -> None:
    assert mapping_hash({"mpan": "A"}, sheet="1") != mapping_hash({"mpan": "A"}, sheet="2")
    assert mapping_hash({"mpan": "A", "mtc": "B"}) == mapping_hash({"mtc": "B", "mpan": "A"})


def test_a_choice_is_taken_as_written_or_nearly() -> None:
    assert resolve_mapping({"postcode": "post code", "mpan": "MPAN", "mtc": ""}, ["MPAN", "Post-Code", "M"]) == {
        "mpan": "MPAN",
        "postcode": "Post-Code",
    }
    assert resolve_mapping({"mpan": "M", "duos_tariff": "D"}, ["M", "D"]) == {"mpan": "M", "duos_tariff_id": "D"}


@pytest.mark.parametrize(
    ("mapping", "field", "words"),
    [
        ({"postcode": "P"}, "mpan", "No heading is chosen for the MPAN"),
        ({}, "mpan", "No heading is chosen for the MPAN"),
        ({"mpan": "M", "postcode": "Q"}, "postcode", "The file has no heading Q"),
        ({"mpan": "M", "linked_mpan": "M"}, "mpan", "chosen for MPAN and for Linked import/export MPAN"),
        ({"mpan": "M", "colour": "P"}, "colour", "no item called colour"),
        ({"mpan": "m n"}, "mpan", "Several headings"),
    ],
)
def test_a_choice_that_cannot_be_is_said(mapping: dict[str, str], field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve_mapping(mapping, ["M", "P", "M-N", "M_N"])
    assert caught.value.field == field
    assert words in str(caught.value)


def test_every_synonym_leads_to_one_item() -> None:
    from desktop.portfolio.synonyms import SYNONYMS

    assert set(SYNONYMS) <= set(ITEMS)
    owners: dict[str, set[str]] = {}
    for item, names in SYNONYMS.items():
        for name in names:
            owners.setdefault(fold(name), set()).add(item)
    assert {name: items for name, items in owners.items() if len(items) > 1} == {}


@pytest.mark.parametrize("mpan", RIGHT)
def test_check_digits_of_published_mpans(mpan: str) -> None:
    assert check_digit_is_right(mpan)
    wrong = mpan[:12] + str((int(mpan[12]) + 1) % 10)
    assert not check_digit_is_right(wrong)
    assert not check_digit_is_right(mpan[:12])
    assert not check_digit_is_right("١" + mpan[1:])
