"""Each kind of fault, planted alone in its own copy of the sound portfolio: exactly its findings, in its row."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_hands import AS_OF, CHECKS, ITEMS, Desk, Portfolio, csv_text, sound
from cli_plants import Place, plants

INDUSTRY = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "mdd377"
EACH = len(sound().rows)
ALL = plants(sound())
NAMES = {number: name for name, number in sound().names.items()}


def _found(desk: Desk, *, industry: bool) -> dict[str, set[Place]]:
    """What is reported in the copy of each plant; all copies stand in one file, with other numbers in each."""
    labels, rows = [], []
    for place, plant in enumerate(ALL):
        if plant.industry == industry:
            copy = sound((place + 1) * 100)
            labels.append(plant.label)
            rows += copy.planted(*plants(copy)[place].changes).rows
    options = ["--standing-data", INDUSTRY] if industry else []
    outcome = desk.check(csv_text(Portfolio(tuple(rows), {})), *options)
    found: dict[str, set[Place]] = {label: set() for label in labels}
    for check, row, item in outcome.found:
        assert row is not None, (check, item)
        found[labels[(row - 1) // EACH]].add((check, NAMES[(row - 1) % EACH + 1], item))
    return found


def test_no_two_plants_are_one():
    assert len({plant.label for plant in ALL}) == len(ALL) - 1  # one and the same MTC, with and without the tables


def test_every_check_of_a_row_is_planted():
    planted = {check for plant in ALL for check, _, _ in plant.expected}
    assert set(CHECKS) - planted == {"FIL-01", "FIL-03"}


def test_each_planted_fault_is_found_where_it_stands_and_nothing_else(tmp_path, capsys):
    found = _found(Desk(tmp_path, capsys), industry=False)
    expected = {plant.label: set(plant.expected) for plant in ALL if not plant.industry}
    assert {label: places for label, places in found.items() if places != expected[label]} == {}


@pytest.mark.skipif(not INDUSTRY.is_dir(), reason="the industry tables are not beside this checkout")
def test_faults_against_the_industry_tables_are_found_where_they_stand(tmp_path, capsys):
    found = _found(Desk(tmp_path, capsys), industry=True)
    expected = {plant.label: set(plant.expected) for plant in ALL if plant.industry}
    assert {label: places for label, places in found.items() if places != expected[label]} == {}


@pytest.mark.parametrize("label", ["factory: market_segment='S'", "home 11: measurement_class='H'"])
def test_a_fault_alone_in_a_file_is_found_as_among_many(tmp_path, capsys, label):
    place = next(n for n, plant in enumerate(ALL) if plant.label == label)
    outcome = Desk(tmp_path, capsys).check(csv_text(sound().planted(*ALL[place].changes)))
    assert {(check, NAMES[row], item) for check, row, item in outcome.found} == set(ALL[place].expected)


def test_an_old_extract_is_a_fault_of_the_file(tmp_path, capsys):
    rows = sound().planted(*((name, {"extract_date": "2026-10-01"}) for name in sound().names))
    assert {check for check, _, _ in Desk(tmp_path, capsys).check(csv_text(rows)).found} == {"FIL-03"}


def test_a_given_extract_date_serves_where_the_file_has_none(tmp_path, capsys):
    desk = Desk(tmp_path, capsys)
    items = tuple(item for item in ITEMS if item != "extract_date")
    fresh = desk.check(csv_text(sound(), items), "--extract-date", "2026-11-01")
    assert (fresh.outcome("FIL-03"), fresh.found) == ("passed", set())
    old = desk.check(csv_text(sound(), items), "--extract-date", "2026-10-01")
    assert [(one["check"], one["row"]) for one in old.report["findings"]] == [("FIL-03", None)]


def test_rows_with_a_cell_too_few_or_too_many_are_named(tmp_path, capsys):
    lines = csv_text(sound()).splitlines()
    lines[5] = lines[5].removesuffix(",")
    lines[9] += ",more"
    found = Desk(tmp_path, capsys).check("\n".join(lines)).report["findings"]
    assert [one["row"] for one in found if one["check"] == "FIL-02"] == [5, 9]


def test_days_are_judged_as_of_the_day_that_is_given(tmp_path, capsys):
    path = tmp_path / "portfolio.csv"
    path.write_text(csv_text(sound()), encoding="utf-8")
    assert AS_OF == "2026-11-23"
    desk = Desk(tmp_path, capsys)
    for form in ("2026-11-23", "23/11/2026"):
        assert desk.run("check", path, "--as-of", form, "--json", "-").found == set()
    found = desk.run("check", path, "--as-of", "2028-01-01", "--json", "-").found
    assert {check for check, _, _ in found} == {"FIL-03", "FMT-22", "TMP-08"}
