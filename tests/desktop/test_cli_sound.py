"""A portfolio without a fault gives no finding, under every heading and from outside this process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_hands import AS_OF, CHECKS, DATED, ITEMS, Desk, csv_text, ees_text, outside, remainder, sound

INDUSTRY = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "mdd377"
needs_industry = pytest.mark.skipif(not INDUSTRY.is_dir(), reason="the industry tables are not beside this checkout")


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


def test_the_portfolio_holds_what_suppliers_hold():
    rows = sound().rows
    assert 80 <= len(rows) <= 100
    assert {row["market_segment"] for row in rows} == set("SAU")
    assert {row["measurement_class"] for row in rows} == {"", *"ACDEFG"}
    assert len({row["mpan"][:2] for row in rows}) >= 19
    assert any(remainder(row["mpan"][:12]) == 10 for row in rows)
    empty = {item for item in ITEMS if not any(row.get(item) for row in rows)}
    assert {item for item in empty if not item.endswith(("_to", "_from"))} <= {"address_3", "address_4", "address_6",
                                                                              "address_7", "address_8"}  # fmt: skip
    assert len(DATED) == 19


def test_a_sound_portfolio_under_the_machine_names_has_no_finding(desk):
    outcome = desk.check(csv_text(sound()))
    assert outcome.found == set()
    assert [one["id"] for one in outcome.report["checks"]] == sorted(
        CHECKS, key=lambda check: (["FIL", "FMT", "ROW", "XFD", "TMP"].index(check[:3]), check)
    )
    waiting = {one["id"] for one in outcome.report["checks"] if one["outcome"] != "passed"}
    assert waiting == {"XFD-06", "XFD-07"}  # they need an industry table


@needs_industry
def test_with_the_industry_tables_every_check_passes(desk):
    outcome = desk.check(csv_text(sound()), "--standing-data", INDUSTRY)
    assert outcome.found == set()
    assert {one["outcome"] for one in outcome.report["checks"]} == {"passed"}


def test_the_47_headings_of_an_ees_export_are_known(desk):
    outcome = desk.check(ees_text(sound()), name="ees.csv")
    # The export has no column of linked MPANs, so a meter that an import and an export share cannot be excused.
    pair = {("ROW-07", sound().row(name), "meter_serial") for name in ("micro import", "micro export")}
    assert outcome.found == pair
    passed = {one["id"] for one in outcome.report["checks"] if one["outcome"] == "passed"}
    assert passed >= {"FMT-05", "FMT-08", "FMT-15", "FMT-18", "FMT-21", "XFD-01", "XFD-05", "XFD-21", "TMP-01"}
    without = {one["id"]: one["reason"] for one in outcome.report["checks"] if one["outcome"] == "could not run"}
    assert set(without) == {
        "FIL-03", "FMT-07", "ROW-02", "ROW-03", "ROW-04", "ROW-05", "ROW-06", "XFD-04", "XFD-06", "XFD-07", "XFD-18",
        "XFD-19", "XFD-23", "XFD-26", "TMP-07", "TMP-08",
    }  # fmt: skip
    assert all(reason.endswith(".") for reason in without.values())


def test_another_program_gets_the_same(tmp_path):
    path = tmp_path / "portfolio.csv"
    path.write_text(csv_text(sound()), encoding="utf-8")
    done = outside("check", path, "--as-of", AS_OF, "--json", "-", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["findings"] == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["portfolio.csv"]


def test_every_item_of_the_product_can_be_mapped(desk):
    path = desk.folder / "letters.csv"
    text = csv_text(sound(), ITEMS).split("\n", 1)[1]
    headings = [f"column {n} = x" for n in range(len(ITEMS))]
    path.write_text(",".join(headings) + "\n" + text, encoding="utf-8")
    maps = [part for item, heading in zip(ITEMS, headings, strict=True) for part in ("--map", f"{item}={heading}")]
    outcome = desk.run("check", path, "--as-of", AS_OF, "--json", "-", *maps)
    assert outcome.found == set()
    assert {one["id"] for one in outcome.report["checks"] if one["outcome"] != "passed"} == {"XFD-06", "XFD-07"}
