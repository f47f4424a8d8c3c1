"""Tests without an id are results of the known case that their name tells, where it tells one only."""

from __future__ import annotations

import pytest
from record_hands import importing, told

from desktop.records.model import RecordKind
from desktop.testing.named_cases import NamedCases

CASES = [
    ("TC-001", "Gain of a meter"), ("TC-002", "Loss of a meter"), ("FUNC-1", "Works"), ("NON-FUNC-1", "Stands"),
    ("TC-1-2", "Half"), ("7", "Seven"), ("gain", "Plain"), ("AB-1", "One"), ("ab1", "Other"), ("X-1", "Twice"),
    ("X-2", "twice"), ("pit.old.sends a file", "sends a file"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("TC-001 something", "TC-001"), ("test_TC_001_gain", "TC-001"), ("test_tc001", "TC-001"),
        ("[tc 002] loss", "TC-002"), ("TC-001 and TC-002", ""), ("TC-0010 something", ""), ("XTC-001", ""),
        ("TC-001.2 part", ""), ("test_non_func_1", "NON-FUNC-1"), ("NON-FUNC-1 stands", "NON-FUNC-1"),
        ("SEMI-FUNC-1 stands", ""), ("test_tc_12", ""), ("test_tc_1_2", "TC-1-2"), ("7 gain", ""), ("AB-1 go", ""),
        ("gain of a METER", "TC-001"), ("twice", ""), ("sends a file", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_name_means_one_case_or_none(name, case):
    assert NamedCases.of(CASES).case_of(name) == case


JUNIT = """<testsuite name="s" timestamp="2026-11-20T08:00:00">
<testcase classname="pit.func" name="TC-001 something" time="1.5"/>
<testcase classname="pit.func" name="test_tc001_again" time="2"><failure message="no answer"/></testcase>
<testcase classname="pit.func" name="test_TC_002_loss"/>
<testcase classname="pit.func" name="TC-002 by property"><properties>
<property name="test_key" value="OTHER-9"/></properties></testcase>
<testcase classname="pit.func" name="nothing known"/>
</testsuite>"""


@pytest.fixture
def at(tmp_path):
    with importing(tmp_path) as made:
        made.take(made.csv("Test case ID,Title", "TC-001,Gain of a meter", "TC-002,Loss of a meter"), RecordKind.CASES)
        yield made


def test_tests_of_a_report_are_results_of_the_cases_named_in_them_and_the_worst_counts(at):
    path = at.folder / "junit.xml"
    path.write_text(JUNIT, "utf-8")
    staged = at.stage(path, RecordKind.RESULTS)
    assert (
        "3 tests are taken as results of the cases named in them: “TC-001 something” is TC-001; “test_tc001_again” is "
        "TC-001; “test_TC_002_loss” is TC-002."
    ) in staged.notes
    assert "1 test case has several tests; the worst of them counts: TC-001." in staged.notes
    assert told(at.imports.commit(staged).counts) == {"added": 4}
    assert at.rows("SELECT key, status, message, seconds FROM result ORDER BY key") == [
        ("OTHER-9", "Passed", "", None),
        ("TC-001", "Failed", "2 tests: 1 failed, 1 passed.\ntest_tc001_again: no answer", 3.5),
        ("TC-002", "Passed", "", None),
        ("pit.func.nothing known", "Passed", "", None),
    ]
    assert at.take(path, RecordKind.RESULTS).already


def test_rows_that_name_their_test_by_a_title_are_results_of_the_case_in_it(at):
    lines = ("Name,Result", "TC-001 first,passed", "LOSS OF A METER,failed")
    staged = at.stage(at.csv(*lines), RecordKind.RESULTS)
    assert "1 test is taken as a result of the case named in it: “TC-001 first” is TC-001." in staged.notes
    titled = "1 test is taken as a result of the case that has its name as title: “LOSS OF A METER” is TC-002."
    assert titled in staged.notes
    at.imports.commit(staged)
    assert at.rows("SELECT key, status FROM result ORDER BY key") == [("TC-001", "Passed"), ("TC-002", "Failed")]


def test_an_id_that_a_row_gives_is_taken_as_it_stands(at):
    at.take(at.csv("Test case ID,Title,Result", "OTHER-1,TC-001 first,passed"), RecordKind.RESULTS)
    assert at.rows("SELECT key FROM result") == [("OTHER-1",)]
