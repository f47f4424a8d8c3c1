"""JUnit XML as test tools write it: keys, statuses, times, and what a hostile file does not do."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_hands import importing, told

from desktop.errors import FileRefused
from desktop.jobs import Cancelled, Job
from desktop.records.model import RecordKind
from desktop.testing import junit
from desktop.testing.junit import is_junit, read_junit

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nightly">
 <testsuite name="outer" timestamp="2026-11-20T08:15:30.123456+00:00">
  <properties><property name="requirement" value="ignored"/></properties>
  <testcase classname="dip.send" name="test_ok[a-1]" time="0.25"/>
  <testcase classname="dip.send" name="test_bad" time="1,024.5">
   <failure message="assert 1 == 2" type="AssertionError">Traceback</failure><system-out>secret</system-out>
  </testcase>
  <testsuite name="inner" timestamp="2026-11-20T09:00:00">
   <testcase classname="dip.send" name="test_err"><error message="boom"/></testcase>
   <testcase classname="dip.send" name="test_skip"><skipped message="no VPN"/></testcase>
   <testcase name="test_keyed"><properties>
     <property name="Test Key" value="T-1"/><property name="requirements" value="FR-1, FR-2"/>
   </properties></testcase>
   <testcase name="test_keyed_too"><properties><property name="test_key" value="T-1"/></properties>
     <failure message="no"/></testcase>
   <testcase classname="dip" name="flaky"><flakyFailure message="x" type="y">z</flakyFailure></testcase>
  </testsuite>
 </testsuite>
</testsuites>
"""


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "results.xml"
    made.write_text(FILE, "utf-8")
    return made


def records(path):
    return {record.key: record for record in read_junit(path, Job()).records}


def test_each_test_is_a_record_with_its_status_time_and_moment(path):
    found = records(path)
    assert found["dip.send.test_ok[a-1]"].values == {
        "title": "test_ok[a-1]", "status": "Passed", "executed": "2026-11-20T08:15:30+00:00", "seconds": "0.25",
    }  # fmt: skip
    bad = found["dip.send.test_bad"].values
    assert (bad["status"], bad["seconds"]) == ("Failed", "1024.5")
    assert bad["message"] == "assert 1 == 2\nTraceback"
    assert found["dip.send.test_err"].values["message"] == "Error: boom"
    skipped = found["dip.send.test_skip"].values
    assert (skipped["status"], skipped["reason"], "executed" in skipped) == ("Not run", "no VPN", False)
    assert "failed attempt" in found["dip.flaky"].values["message"]
    assert not any("secret" in text for record in found.values() for text in record.values.values())


def test_properties_name_the_test_case_and_its_requirements_and_the_worst_test_counts(path):
    one = records(path)["T-1"]
    assert one.keys["requirements"] == ("FR-1", "FR-2")
    assert one.values["status"] == "Failed"
    assert one.values["message"].startswith("2 tests: 1 failed, 1 passed.")
    assert read_junit(path, Job()).tests == 7
    assert read_junit(path, Job()).started == "2026-11-20"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (FILE[:300], "breaks off"),
        (FILE.replace("<testsuites name", "<!DOCTYPE x [<!ENTITY a 'b'>]><testsuites name"), "DOCTYPE"),
        ("<testsuites/>", "no tests"),
        ("<other><testcase/></other>", "no JUnit XML"),
        ("<testsuites>" + "<testsuite>" * 200 + "</testsuite>" * 200 + "</testsuites>", "deep"),
        ("", "breaks off"),
    ],
)
def test_a_broken_or_hostile_file_is_one_sentence(tmp_path, content, words):
    path = tmp_path / "x.xml"
    path.write_text(content, "utf-8")
    with pytest.raises(FileRefused, match=words):
        read_junit(path, Job())


def test_a_file_that_is_too_large_is_refused_before_it_is_read(path, monkeypatch):
    monkeypatch.setattr(junit, "SIZE_LIMIT", 100)
    with pytest.raises(FileRefused, match="more than"):
        read_junit(path, Job())


def test_reading_can_be_cancelled(path):
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        read_junit(path, job)


def test_a_file_is_known_by_its_first_element(tmp_path, path):
    assert is_junit(path)
    for content in (
        b"",
        b"Req ID,Title\n",
        b"<html><testsuite/></html>",
        b"<!-- x --><a/>",
        b"<" * 9,
        b"\xff\xfe\x00<",
    ):
        other = tmp_path / "other"
        other.write_bytes(content)
        assert not is_junit(other)
    other.write_text("\ufeff<?xml version='1.0'?><!-- c --><testsuite name='a'/>", "utf-8")
    assert is_junit(other)
    other.write_bytes(FILE.replace("UTF-8", "UTF-16").encode("utf-16"))
    assert is_junit(other)
    assert len(read_junit(other, Job()).records) == 6


def test_names_too_long_for_an_id_stay_different(tmp_path):
    path = tmp_path / "x.xml"
    cases = "".join(f"<testcase classname='c' name='{'n' * 300}{number}'/>" for number in range(3))
    path.write_text(f"<testsuite name='s'>{cases}</testsuite>", "utf-8")
    found = records(path)
    assert len(found) == 3
    assert all(len(key) <= 200 for key in found)


def suites(tmp_path, *suites):
    """A file of suites: name to (test, inside of the element)."""
    path = tmp_path / "suites.xml"
    text = "".join(
        f"<testsuite name='{name}'>"
        + "".join(f"<testcase classname='c' name='{test}'>{inside}</testcase>" for test, inside in tests)
        + "</testsuite>"
        for name, tests in suites
    )
    path.write_text(f"<testsuites>{text}</testsuites>", "utf-8")
    return path


def said(path):
    return {key: record.values["status"] for key, record in records(path).items()}


def test_a_test_in_several_suites_is_one_in_each_and_others_keep_their_id(tmp_path):
    path = suites(
        tmp_path, ("win", [("a", "<failure/>"), ("only", "")]), ("linux", [("a", "")]), ("mac", [("a", "<failure/>")])
    )
    assert said(path) == {"win: c.a": "Failed", "c.only": "Passed", "linux: c.a": "Passed", "mac: c.a": "Failed"}
    assert records(path)["linux: c.a"].values["title"] == "a (linux)"
    (note,) = read_junit(path, Job()).notes
    assert (
        note == "1 test stands in several suites and is a test of its own in each, its id begins with the suite: c.a."
    )


def test_a_test_that_stands_twice_in_a_suite_counts_as_its_worst(tmp_path):
    twice = [(name, inside) for name in "abcdef" for inside in ("<failure message='no'/>", "")]
    path = suites(tmp_path, ("one", [*twice, ("once", "")]))
    assert said(path) == {**{f"c.{name}": "Failed" for name in "abcdef"}, "c.once": "Passed"}
    assert records(path)["c.a"].values["message"] == "2 tests: 1 failed, 1 passed.\na: no"
    (note,) = read_junit(path, Job()).notes
    assert note.startswith("6 tests stand more than once in one suite; the worst counts")
    assert note.endswith(": c.a, c.b, c.c, c.d, c.e and 1 more.")


def test_a_rerun_that_says_so_counts_by_how_it_ended(tmp_path):
    path = suites(
        tmp_path,
        ("one", [("ends_well", "<flakyFailure message='x' type='y'>z</flakyFailure>"),
                 ("ends_badly", "<failure message='x'/><rerunFailure message='x' type='y'>z</rerunFailure>")]),
    )  # fmt: skip
    assert said(path) == {"c.ends_well": "Passed", "c.ends_badly": "Failed"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200), cut=st.integers(0, len(FILE)))
def test_whatever_stands_in_a_file_is_read_or_refused(tmp_path, data, cut):
    path = tmp_path / "fuzzed.xml"
    path.write_bytes(FILE.encode()[:cut] + data + FILE.encode()[cut:])
    is_junit(path)
    with suppress(FileRefused):
        assert read_junit(path, Job()).records


def test_a_real_run_of_pytest_comes_in_and_goes_into_the_matrix(tmp_path):
    tests = tmp_path / "test_real.py"
    tests.write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_numbers(n, record_property):\n    record_property('requirement', 'FR-1')\n    assert n == 1\n"
        "def test_case(record_property):\n    record_property('test_key', 'T-1')\n"
        "@pytest.mark.skip(reason='no line to the DIP')\ndef test_line(): pass\n"
    )
    xml = tmp_path / "junit.xml"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={xml}", str(tests)],
        cwd=tmp_path, check=False, capture_output=True,
    )  # fmt: skip
    # The clock of these tests stands on a day of its own, which this run must not lie ahead of.
    xml.write_text(re.sub(r'timestamp="[^"]*"', 'timestamp="2026-11-20T08:00:00"', xml.read_text("utf-8")), "utf-8")
    with importing(tmp_path) as at:
        at.take(at.csv("Req ID,Title,Test cases", "FR-1,Send,T-1"))
        assert at.imports.kind_of(xml) is RecordKind.RESULTS
        done = at.take(xml, RecordKind.RESULTS)
        assert told(done.counts) == {"added": 4}
        assert at.rows("SELECT key, status FROM result ORDER BY key") == [
            ("T-1", "Passed"), ("test_real.test_line", "Not run"), ("test_real.test_numbers[1]", "Passed"),
            ("test_real.test_numbers[2]", "Failed"),
        ]  # fmt: skip
        assert at.rows("SELECT count(*) FROM requirement_case") == [(3,)]
        assert at.take(xml, RecordKind.RESULTS).already
        with pytest.raises(FileRefused, match="results of tests"):
            at.imports.read(xml, RecordKind.CASES)
