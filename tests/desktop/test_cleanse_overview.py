"""The overview adds up: open by severity and party, what went, what was not checked, and what comes next."""

from datetime import date, timedelta

import pytest
from cleanse_hands import DAY, finding, hands

from desktop.cleanse.exceptions import ExceptionRequest
from desktop.cleanse.model import CheckOutcome, Outcome, Severity, WorkStatus, reason_of
from desktop.cleanse.overview import due_counts, expiring, next_dates, partly_checked
from desktop.cleanse.work import FindingEdit
from desktop.content.milestones import Milestone, PlannedDate

ASKED = ExceptionRequest("New builds.", "Alex Hartley", DAY + timedelta(days=30))


@pytest.fixture
def at(tmp_path):
    with hands(tmp_path / "workspace") as made:
        yield made


def counts(told):
    return {one.key: (one.new, one.still, one.changed, one.accepted) for one in told}


def three_runs(at):
    at.run(finding(1, severity="Block"), finding(2), finding(3, party="LDSO"), as_of=date(2026, 9, 1))
    at.run(finding(1, severity="Block"), finding(2), finding(3, party="LDSO"), as_of=date(2026, 10, 1))
    at.run(
        finding(1, severity="Block"),
        finding(3, party="LDSO", value="other"),
        finding(4, severity="Low"),
        as_of=DAY,
        not_run=("XFD-01",),
    )


def test_a_workspace_without_a_run_says_which_snapshot_waits(at):
    overview = at.cleanse.overview(DAY)
    assert (overview.run, overview.snapshot, overview.open, overview.trend) == (None, None, 0, ())
    assert overview.unchecked_snapshot.id == at.snapshot.id
    assert overview.next_dates


def test_what_is_open_is_told_by_severity_and_party_and_adds_up(at):
    three_runs(at)
    overview = at.cleanse.overview(DAY)
    assert counts(overview.by_severity) == {
        "Block": (0, 1, 0, 0),
        "High": (0, 0, 1, 0),
        "Med": (0, 0, 0, 0),
        "Low": (1, 0, 0, 0),
    }
    assert counts(overview.by_party) == {"SUP": (1, 1, 0, 0), "LDSO": (0, 0, 1, 0)}
    assert [one.title for one in overview.by_party] == ["Supplier", "Distributor (LDSO)"]
    assert (overview.open, overview.new, overview.gone, overview.accepted) == (3, 1, 1, 0)
    assert overview.fewer_rows == 0
    assert overview.open == at.cleanse.findings().count()


def test_the_headline_tells_mpans_rows_and_the_snapshot(at):
    three_runs(at)
    overview = at.cleanse.overview(DAY + timedelta(days=3))
    assert (overview.run.mpans_found, overview.run.mpans_blocked, overview.run.rows_found) == (3, 1, 3)
    assert overview.rows_without_findings == 27
    assert (overview.snapshot.file_name, overview.snapshot.rows, overview.snapshot.age_days) == ("portfolio.csv", 30, 3)
    assert overview.unchecked_snapshot is None


def test_the_trend_goes_from_the_oldest_run_to_the_newest(at):
    three_runs(at)
    trend = at.cleanse.overview(DAY).trend
    assert [(one.run_id, one.as_of, one.new, one.gone) for one in trend] == [
        (1, date(2026, 9, 1), 3, 0),
        (2, date(2026, 10, 1), 0, 0),
        (3, DAY, 1, 1),
    ]
    assert dict(trend[-1].by_severity) == {Severity.BLOCK: 1, Severity.HIGH: 1, Severity.MED: 0, Severity.LOW: 1}


def test_what_was_not_checked_has_its_reason(at):
    three_runs(at)
    told = [(one.check_id, one.outcome, one.reason) for one in at.cleanse.overview(DAY).not_checked]
    assert told == [("XFD-01", Outcome.COULD_NOT_RUN, "The file has no such column.")]


def test_a_remark_does_not_make_a_check_partly_checked():
    partly = CheckOutcome("FMT-02", Outcome.PASSED, 0, reason_of("LLFC.", "Read as UTF-8.\nNot checked: a heading"))
    remarked = CheckOutcome("FIL-02", Outcome.FAILED, 2, reason_of("", "Read as UTF-8."))
    assert partly_checked([partly, remarked, CheckOutcome("FMT-01", Outcome.PASSED, 0)]) == (partly,)
    assert (partly.left_out, partly.remark) == ("LLFC.", "Read as UTF-8.\nNot checked: a heading")
    assert (remarked.left_out, remarked.remark) == ("", "Read as UTF-8.")
    assert CheckOutcome("FMT-02", Outcome.PASSED, 0, reason_of("LLFC.", "")).remark == ""
    skipped = CheckOutcome("XFD-01", Outcome.SKIPPED, 0, "Switched off in the settings.")
    assert (skipped.left_out, skipped.remark) == ("", "")


@pytest.mark.parametrize("what", [[1, 3], "FMT-01"])
def test_accepted_findings_are_counted_apart_whether_listed_or_of_a_whole_check(at, what):
    at.run(finding(1, severity="Block"), finding(3, party="LDSO"), finding(5, "XFD-01"))
    at.cleanse.accept(what, ASKED)
    overview = at.cleanse.overview(DAY)
    assert counts(overview.by_severity) == {
        "Block": (0, 0, 0, 1),
        "High": (1, 0, 0, 1),
        "Med": (0, 0, 0, 0),
        "Low": (0, 0, 0, 0),
    }
    assert counts(overview.by_party) == {"SUP": (1, 0, 0, 1), "LDSO": (0, 0, 0, 1)}
    assert (overview.open, overview.accepted) == (1, 2)
    assert overview.open == at.cleanse.findings().count()


def test_exceptions_that_end_within_thirty_days_are_told_soonest_first(at):
    at.run(finding(1), finding(2), finding(3))
    for number, days in ((1, 30), (2, 31), (3, 5)):
        at.cleanse.accept([number], ExceptionRequest("r", "a", DAY + timedelta(days=days)))
    overview = at.cleanse.overview(DAY)
    assert [(one.expires - DAY).days for one in overview.expiring] == [5, 30]
    assert len(overview.exceptions) == 3
    at.cleanse.withdraw(overview.expiring[0].id)
    assert len(expiring(at.cleanse.exceptions(), DAY)) == 1
    assert len(at.cleanse.overview(DAY).exceptions) == 2


def test_overdue_and_due_soon_leave_out_what_is_gone_accepted_or_said_to_be_mended(at):
    at.run(*(finding(n) for n in range(1, 9)))
    for number, days in ((1, -1), (2, 0), (3, 14), (4, 15), (5, -5), (6, -5), (7, -5)):
        at.cleanse.edit([number], FindingEdit(due=DAY + timedelta(days=days)))
    at.cleanse.edit([5], FindingEdit(status=WorkStatus.FIXED))
    at.cleanse.accept([6], ASKED)
    at.run(*(finding(n) for n in range(1, 9) if n != 7))
    overview = at.cleanse.overview(DAY)
    assert (overview.overdue, overview.due_soon) == (1, 2)
    assert due_counts({}, DAY) == (0, 0)


def test_next_dates_are_those_ahead_by_the_newest_plan_soonest_first():
    def milestone(name, *days, actual=None):
        plans = tuple(PlannedDate(f"plan {n}", day.isoformat(), day, "source") for n, day in enumerate(days))
        happened = PlannedDate("actual", str(actual), actual, "source") if actual else None
        return Milestone(name, name.title(), True, plans, happened)

    told = next_dates(
        [
            milestone("moved", date(2025, 1, 1), date(2027, 1, 1)),
            milestone("today", DAY),
            milestone("past", date(2026, 1, 1)),
            milestone("done", date(2027, 5, 1), actual=date(2026, 11, 1)),
            milestone("undated"),
        ],
        DAY,
    )
    assert [(one.id, one.days) for one in told] == [("today", 0), ("moved", 39)]
