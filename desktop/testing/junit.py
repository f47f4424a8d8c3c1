"""Results out of JUnit XML, as pytest, Maven Surefire, Gradle, Robot and most test tools write it.

What is taken of each `<testcase>`:

- its test case: the value of a property `test_key`, `case_key`, `test_case`, `test_case_key`, `test_case_id`,
  `testcase`, `test_id` or `tc` (in any case, with any of `_-. ` between the words), else `classname.name`; where that
  stands in several suites, as in a matrix of environments, `suite: classname.name`; a known case whose id or title
  the name holds is found when the file is compared with what is here (desktop/testing/named_cases.py);
- its requirements: the properties `requirement`, `requirements`, `requirement_id`, `requirement_ids`,
  `requirement_key`, `req`, `reqs`, `req_id` or `covers`, each with one or several ids;
- its status: `<failure>` and `<error>` are Failed (an error says so in the message), `<skipped>` is Not run with its
  message as the reason, anything else is Passed; reruns count by how they ended;
- how long it took, and the day and time of its suite.

Several tests of one test case are one result: the worst of them, with a message that says how many there were. So is a
test that stands more than once in its suite: only `<flakyFailure>` and `<rerunFailure>` say that it was run again.
Output (`<system-out>`) is left out. A file with a DOCTYPE is refused, for JUnit needs none and entities are a weapon.
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from xml.parsers import expat

from junitparser import Error, Failure, JUnitXmlError, Skipped, xunit2

from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.portfolio.mapping import fold
from desktop.records.cells import BadCell, key_of, keys_in, plain, shown
from desktop.records.rows import Record
from desktop.testing.model import Status

SIZE_LIMIT = 64 * 1024**2
TEST_LIMIT = 200_000
DEEPEST = 100
"""Elements within one another; honest files have less than ten."""
LONGEST_MESSAGE = 4_000
"""Characters of what a test tool said that are kept."""
LONGEST_KEY = 200
_NAMED = 5
"""Tests that a note names."""

_KEY_NAMES = "test_key case_key test_case test_case_key test_case_id testcase test_id tc"
_REQUIREMENT_NAMES = (
    "requirement requirements requirement_id requirement_ids requirement_key req reqs req_id covers"
)  # fmt: skip
KEY_PROPERTIES = frozenset(map(fold, _KEY_NAMES.split()))
REQUIREMENT_PROPERTIES = frozenset(map(fold, _REQUIREMENT_NAMES.split()))
_WORST = (Status.FAILED, Status.BLOCKED, Status.NOT_RUN, Status.PASSED)
_NOTHING = "Nothing was imported."
_AGAIN = "Let the test tool write it again and choose the new file."


@dataclass(frozen=True)
class JUnitFile:
    """What a file holds: a record for each test case, and what is to be said of it."""

    sha256: str
    name: str
    """Of the run, as the file has it; may be ''."""
    started: str
    """Day of the first suite, ISO; ''."""
    records: tuple[Record, ...]
    tests: int
    notes: tuple[str, ...]


@dataclass
class _Test:
    key: str
    title: str
    status: Status
    message: str
    reason: str
    executed: str
    seconds: float | None
    requirements: tuple[str, ...]
    named: bool
    """Its key came from a property, so that several tests may share it."""
    suite: str = ""


def is_junit(path: Path) -> bool:
    """Whether a file's first element is that of JUnit XML; False for what cannot be read."""
    found: list[str] = []
    parser = expat.ParserCreate()

    def first(name: str, _attributes: dict[str, str]) -> None:
        if not found:
            found.append(name)

    parser.StartElementHandler = first
    try:
        with path.open("rb") as file:
            head = file.read(64 * 1024)
        if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
            return False
        parser.Parse(head, False)
    except (OSError, ValueError, expat.ExpatError):
        pass
    return bool(found) and found[0] in ("testsuites", "testsuite")


def read_junit(path: Path, job: Job) -> JUnitFile:
    """Read a file to its end. Raises FileRefused (no JUnit XML, broken, too large, a DOCTYPE), Cancelled."""
    data = _bytes_of(path)
    job.report("Reading the file", 0, 0, "tests")
    _check(path, data, job)
    try:
        # Checked above: no DOCTYPE, small, not deep. junitparser tells few types of what it takes and gives.
        root: Any = xunit2.JUnitXml.fromroot(cast("Any", ET.fromstring(data)))  # noqa: S314
    except JUnitXmlError:
        raise FileRefused(f"{path.name} is XML, but no JUnit XML.", safe=_NOTHING, todo=_AGAIN) from None
    except (ET.ParseError, ValueError, LookupError):
        raise _broken(path, "") from None
    tests = []
    started = ""
    name = ""
    for suite in _suites(root):
        moment = _moment(str(suite.timestamp or ""))
        started = min(one for one in (started, moment[:10]) if one) if started or moment else ""
        name = name or plain(str(suite.name or ""))
        for case in suite.iterchildren(xunit2.TestCase):
            tests.append(_test(case, plain(str(suite.name or "")), moment))
            if len(tests) % 1_000 == 0:
                job.report("Reading the file", len(tests), 0, "tests")
    if not tests:
        raise FileRefused(f"{path.name} holds no tests.", safe=_NOTHING, todo=_AGAIN)
    records, notes = _records(tests)
    return JUnitFile(hashlib.sha256(data).hexdigest(), name, started, records, len(tests), (*notes,))


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise FileRefused(
                f"{path.name} has {size / 1024**2:,.0f} MB, more than the {SIZE_LIMIT // 1024**2} MB that can be read.",
                safe=_NOTHING,
                todo="Let the test tool write it without the output of the tests, or in several files.",
            )
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(
            f"{path.name} could not be opened ({error.strerror or 'unknown reason'}).",
            safe=_NOTHING,
            todo="Choose the file again.",
        ) from None


def _check(path: Path, data: bytes, job: Job) -> None:
    """Read through the XML once without keeping anything. Raises FileRefused."""
    parser = expat.ParserCreate()
    depth = deepest = tests = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, deepest, tests
        depth += 1
        deepest = max(deepest, depth)
        tests += name == "testcase"
        if deepest > DEEPEST or tests > TEST_LIMIT:
            raise _TooMuch

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_told: object) -> None:
        raise _Doctype

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    try:
        for at in range(0, len(data), 1024**2):
            job.check()
            parser.Parse(data[at : at + 1024**2], False)
        parser.Parse(b"", True)
    except _Doctype:
        raise FileRefused(
            f"{path.name} has a DOCTYPE, which JUnit XML never needs and which can make a reader run away.",
            safe=_NOTHING,
            todo="Take the DOCTYPE out, or let the test tool write the file without it.",
        ) from None
    except _TooMuch:
        raise FileRefused(
            f"{path.name} holds more than {TEST_LIMIT:,} tests, or elements more than {DEEPEST} deep.",
            safe=_NOTHING,
            todo="Let the test tool write several files.",
        ) from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", 0)
        raise _broken(path, f" in line {line:,}" if line else "") from None


class _Doctype(Exception):
    pass


class _TooMuch(Exception):
    pass


def _broken(path: Path, where: str) -> FileRefused:
    return FileRefused(f"{path.name} is no whole JUnit XML: it breaks off{where}.", safe=_NOTHING, todo=_AGAIN)


def _suites(root: Any) -> Iterator[Any]:
    """Every suite, also those within others, in the order of the file."""
    waiting = list(root)[::-1]
    while waiting:
        suite = waiting.pop()
        yield suite
        waiting += list(suite.testsuites())[::-1]


def _test(case: Any, suite: str, moment: str) -> _Test:
    properties = [(fold(str(one.name or "")), _value(one)) for one in case.properties()]
    given = next((value for name, value in properties if name in KEY_PROPERTIES and value.strip()), "")
    name = " ".join(plain(str(case.name or "")).split()) or "(without a name)"
    of = " ".join(plain(str(case.classname or "")).split()) or suite
    key = _tidy(given) or (f"{of}.{name}" if of else name)
    status, message, reason = _outcome(case)
    try:
        requirements = keys_in(value for name, value in properties if name in REQUIREMENT_PROPERTIES)
    except BadCell:
        requirements = ()
    executed = "" if status is Status.NOT_RUN else moment
    return _Test(key, name, status, message, reason, executed, _seconds(case), requirements, bool(given), suite)


def _tidy(given: str) -> str:
    """An id as a file of another form would hold it."""
    try:
        return key_of(given)
    except BadCell:
        return " ".join(plain(given).split())


def _value(one: object) -> str:
    value = getattr(one, "value", None)
    element = getattr(one, "_elem", None)
    return str(value if value is not None else getattr(element, "text", None) or "")


def _outcome(case: Any) -> tuple[Status, str, str]:
    """Status, message and reason."""
    results = case.result
    for one in results:
        if isinstance(one, Failure | Error):
            told = "\n".join(
                dict.fromkeys(part for part in (plain(str(one.message or "")), plain(one.text or "")) if part)
            )
            words = f"Error: {told}" if isinstance(one, Error) else told
            return Status.FAILED, _capped(words or str(one.type or "")), ""
    for one in results:
        if isinstance(one, Skipped):
            told = plain(str(one.message or "")) or plain(one.text or "") or "Skipped by the test tool"
            return Status.NOT_RUN, "", _capped(told)
    reruns = len(case.interim_result)
    return Status.PASSED, f"Passed after {reruns} failed attempt{'s' if reruns > 1 else ''}." if reruns else "", ""


def _capped(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}\n... ({len(text):,} characters in all)"


def _seconds(case: Any) -> float | None:
    try:
        seconds = case.time
    except ValueError:
        return None
    return seconds if seconds is not None and 0 <= seconds < 1e9 else None


def _moment(text: str) -> str:
    """A suite's time as ISO text to the second; '' when it tells none."""
    text = re.sub(r"([T ]\d{2}:\d{2}:\d{2})[.,]\d+", r"\1", text.strip())
    try:
        return datetime.fromisoformat(text).isoformat(timespec="seconds") if text else ""
    except ValueError:
        return ""


def _short_key(key: str) -> str:
    """A key as long as keys may be: the end of a longer one is a digest of the whole."""
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[: LONGEST_KEY - 13]}... {hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:9]}"


def _records(tests: list[_Test]) -> tuple[tuple[Record, ...], list[str]]:
    """One record for each key."""
    tests, apart = _by_suite(tests)
    by_key: dict[str, list[_Test]] = {}
    for test in tests:
        by_key.setdefault(_short_key(test.key), []).append(test)
    records = []
    shared: list[str] = []
    again: list[str] = []
    for place, (key, some) in enumerate(by_key.items(), start=1):
        if len(some) > 1:
            (shared if any(test.named for test in some) else again).append(key)
        one = some[0] if len(some) == 1 else _worst(some)
        values = {"title": one.title, "status": one.status.value}
        values |= {name: text for name, text in (("message", one.message), ("reason", one.reason)) if text}
        if any(test.named for test in some):
            # As an id that a row gives: no other case is looked for by the name of the test.
            values["key"] = key
        if one.executed:
            values["executed"] = one.executed
        if one.seconds is not None:
            values["seconds"] = repr(one.seconds)
        requirements = tuple(dict.fromkeys(key for test in some for key in test.requirements))
        records.append(Record(place, key, values, {"requirements": requirements} if requirements else {}))
    notes = []
    if apart:
        stand = "test stands in several suites and is" if len(apart) == 1 else "tests stand in several suites and are"
        notes.append(
            f"{len(apart):,} {stand} a test of its own in each, its id begins with the suite: {_first(apart)}."
        )
    if shared:
        have = "test case has" if len(shared) == 1 else "test cases have"
        notes.append(f"{len(shared):,} {have} several tests; the worst of them counts: {_first(shared)}.")
    if again:
        stand = "test stands" if len(again) == 1 else "tests stand"
        notes.append(
            f"{len(again):,} {stand} more than once in one suite; the worst counts, for nothing says that it was run "
            f"again: {_first(again)}."
        )
    return tuple(records), notes


def _by_suite(tests: list[_Test]) -> tuple[list[_Test], list[str]]:
    """The tests, those of one name in several suites with the suite in their key; and which names these are."""
    suites: dict[str, set[str]] = {}
    for test in tests:
        if not test.named:
            suites.setdefault(test.key, set()).add(test.suite)
    apart = {key for key, some in suites.items() if len(some) > 1}
    told = [
        replace(test, key=f"{test.suite}: {test.key}", title=f"{test.title} ({test.suite})")
        if test.key in apart and not test.named and test.suite
        else test
        for test in tests
    ]
    return told, list(dict.fromkeys(test.key for test in tests if test.key in apart))


def _first(keys: list[str]) -> str:
    told = ", ".join(shown(key) for key in keys[:_NAMED])
    return f"{told} and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else told


def _worst(tests: list[_Test]) -> _Test:
    """Several tests of one test case as one."""
    worst = min(tests, key=lambda test: _WORST.index(test.status))
    counted = Counter(test.status for test in tests)
    told = ", ".join(f"{counted[status]} {status.value.lower()}" for status in _WORST if counted[status])
    messages = [
        f"{test.title}: {test.message or test.reason}" for test in tests if test.message or test.reason
    ]  # fmt: skip
    known = [test.seconds for test in tests if test.seconds is not None]
    return _Test(
        worst.key, worst.key if len({test.title for test in tests}) > 1 else worst.title, worst.status,
        _capped("\n".join([f"{len(tests)} tests: {told}.", *messages])), worst.reason,
        max(test.executed for test in tests), sum(known) if known else None, (), named=True,
    )  # fmt: skip
