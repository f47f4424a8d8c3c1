"""The public register that is kept beside the project: exactly its true faults, with the row they stand in."""

import csv
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from engine_rows import AS_OF, CODES

from desktop.cleanse.catalogue import all_checks
from desktop.cleanse.columns import CheckSource
from desktop.cleanse.engine import run_checks
from desktop.portfolio.reading import FaultKind, Reading, ReadingFault

REGISTER = Path(__file__).parents[2].parent / "shared" / "data" / "register" / "ukpn_ecr_2022-04.csv"
MAPPING = {"mpan": "Export MPAN / MSID", "linked_mpan": "Import MPAN / MSID", "postcode": "Postcode"}

pytestmark = pytest.mark.skipif(not REGISTER.exists(), reason="the shared test data is not beside this checkout")


@pytest.fixture(scope="module")
def findings():
    with REGISTER.open(encoding="utf-8-sig", newline="") as file:
        headings, *rows = csv.reader(file)
    cells = pl.DataFrame({f"c{place}": [row[place] for row in rows] for place in range(len(headings))})
    tabs = tuple(
        ReadingFault(FaultKind.CONTROL, number, place, cell, "A tab stands in this cell.")
        for number, row in enumerate(rows, start=1)
        for place, cell in enumerate(row)
        if "\t" in cell
    )
    reading = Reading("csv", tuple(headings), len(rows), encoding="utf-8", faults=tabs)
    columns = {item: f"c{headings.index(heading)}" for item, heading in MAPPING.items()}
    source = CheckSource(cells.lazy(), len(rows), reading, MAPPING, columns)
    return run_checks(source, all_checks(), as_of=AS_OF, codes=CODES, strict=True).findings


def of(findings, check_id):
    return findings.filter(pl.col("check_id") == check_id).select("row", "value").rows()


def test_the_counts_of_every_check(findings):
    assert Counter(findings["check_id"].to_list()) == {
        "FIL-02": 1,
        "FMT-01": 441,
        "FMT-02": 1,
        "FMT-05": 2,
        "FMT-20": 7,
        "ROW-01": 30,
        "ROW-08": 12,
    }


def test_the_single_faults_stand_where_they_stand(findings):
    assert of(findings, "FMT-02") == [(472, "10300004967319")]
    assert of(findings, "FMT-05") == [(582, "1200010257778"), (892, "1200001071622")]
    assert [row for row, _ in of(findings, "FIL-02")] == [472]
    assert of(findings, "FMT-20") == [
        (363, "PE7 2H"),
        (398, "Rm9"),
        (422, "PE37 7"),
        (653, "ME2"),
        (667, "IP60 LE"),
        (717, "CM7"),
        (845, "C012 5NB"),
    ]


def test_no_placeholder_is_missed_and_nothing_else_is_one(findings):
    assert {value for _, value in of(findings, "FMT-01")} == {"Data not available"}
