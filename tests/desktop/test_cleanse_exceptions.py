"""Exceptions are given for a time and a population, and open themselves again."""

from datetime import date, timedelta

import pytest
from cleanse_hands import DAY, finding, hands

from desktop.browse.view import Filter, Op, View
from desktop.cleanse.exceptions import Covers, ExceptionRequest, ExceptionState, covering
from desktop.errors import InvalidInput, NotFound, ReadOnly

ASKED = ExceptionRequest("New builds.", "Alex Hartley", DAY + timedelta(days=30))


@pytest.fixture
def at(tmp_path):
    with hands(tmp_path / "workspace") as made:
        yield made


def open_ids(at):
    table = at.cleanse.findings()
    return sorted(table.ids(0, table.count()))


def shown(at, fingerprint):
    table = at.cleanse.findings()
    table.apply(View())
    keys = [column.key for column in table.columns]
    row = dict(zip(keys, table.page(table.position(fingerprint), 1)[0], strict=True))
    return row["exception"], row["terms"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"approver": ""}, "approver"),
        ({"expires": None}, "expires"),
        ({"expires": DAY}, "expires"),
        ({"expires": DAY - timedelta(days=1)}, "expires"),
        ({"reason": "x" * 2001}, "reason"),
    ],
)
def test_an_exception_without_reason_approver_or_a_coming_end_is_refused(at, change, field):
    at.run(finding(1))
    asked = ExceptionRequest(**{**ASKED.__dict__, **change})
    with pytest.raises(InvalidInput) as refused:
        at.cleanse.accept([1], asked)
    assert refused.value.field == field
    assert at.cleanse.exceptions() == ()


def test_listed_findings_leave_the_open_ones_and_can_still_be_listed(at):
    at.run(finding(1), finding(2), finding(3, "XFD-01"))
    changes = at.cleanse.accept([1, 3], ASKED)
    assert (changes.title, changes.count) == ("Accept 2 findings", 2)
    assert open_ids(at) == [2]
    assert shown(at, 1) == ("accepted", "accepted for 1 until 2026-12-23")
    assert shown(at, 2) == ("", "")
    told = {one.check_id: (one.population, one.now, one.covers, one.item) for one in at.cleanse.exceptions()}
    assert told == {"FMT-01": (1, 1, Covers.LISTED, "postcode"), "XFD-01": (1, 1, Covers.LISTED, "postcode")}
    assert at.cleanse.detail(1).exception.approver == "Alex Hartley"
    assert at.cleanse.detail(2).exception is None


def test_new_findings_are_not_in_an_exception_for_listed_ones(at):
    at.run(finding(1))
    at.cleanse.accept([1], ASKED)
    at.run(finding(1), finding(2))
    assert open_ids(at) == [2]
    assert at.cleanse.exceptions()[0].state is ExceptionState.ACTIVE


def test_a_listed_finding_that_is_gone_is_no_longer_counted_in_its_exception(at):
    at.run(finding(1), finding(2))
    at.cleanse.accept([1, 2], ASKED)
    at.run(finding(1))
    assert [(one.population, one.now) for one in at.cleanse.exceptions()] == [(2, 1)]
    assert at.cleanse.approve_again(1, ASKED).count == 1


def test_accepting_can_be_undone_after_reopening(at):
    at.run(finding(1), finding(2))
    at.cleanse.accept([1, 2], ASKED)
    at.reopen()
    at.workspace.history.undo()
    assert open_ids(at) == [1, 2]
    assert at.cleanse.exceptions() == ()


def test_all_findings_of_a_check_are_covered_up_to_the_population(at):
    at.run(finding(1), finding(2), finding(3, "XFD-01"))
    assert at.cleanse.accept("FMT-01", ASKED).title == "Accept all 2 findings of FMT-01"
    assert open_ids(at) == [3]
    at.run(finding(1), finding(4), finding(3, "XFD-01"))  # others, but no more of them
    assert open_ids(at) == [3]


def test_an_exception_for_a_check_and_an_item_covers_that_item_only(at):
    at.run(finding(1), finding(2, item="mpan"))
    at.cleanse.accept("FMT-01", ExceptionRequest("r", "a", ASKED.expires, item="mpan"))
    assert open_ids(at) == [1]
    assert at.cleanse.exceptions()[0].population == 1


def test_a_check_without_findings_has_nothing_to_accept(at):
    with pytest.raises(InvalidInput, match="no findings"):
        at.cleanse.accept("FMT-02", ASKED)
    at.run(finding(1))
    with pytest.raises(InvalidInput, match="no findings"):
        at.cleanse.accept("FMT-02", ASKED)


def test_an_outgrown_exception_opens_all_its_findings_again_and_says_why(at):
    at.run(*(finding(n) for n in range(1, 43)))
    at.cleanse.accept("FMT-01", ASKED)
    assert open_ids(at) == []
    result = at.run(*(finding(n) for n in range(1, 58)))
    assert [(one.state, one.population, one.now) for one in result.reopened] == [(ExceptionState.OUTGROWN, 42, 57)]
    assert len(open_ids(at)) == 57
    assert shown(at, 1) == ("outgrown", "accepted for 42, now 57")
    assert at.audit()[-1] == ("exceptions.reopen", "Reopen 1 exception: 1 outgrown")
    at.run(finding(1))  # fewer again: it stays open until somebody approves it anew
    assert open_ids(at) == [1]


def test_an_expired_exception_opens_again_at_the_next_run(at):
    at.run(finding(1))
    at.cleanse.accept([1], ASKED)
    assert at.run(finding(1), as_of=ASKED.expires).reopened == ()  # it holds through its last day
    assert open_ids(at) == []
    result = at.run(finding(1), as_of=ASKED.expires + timedelta(days=1))
    assert [one.state for one in result.reopened] == [ExceptionState.EXPIRED]
    assert open_ids(at) == [1]
    assert shown(at, 1) == ("expired", "accepted for 1 until 2026-12-23, which has passed")
    assert at.audit()[-1] == ("exceptions.reopen", "Reopen 1 exception: 1 expired")


def test_an_expired_exception_opens_again_when_the_overview_is_read(at):
    at.run(finding(1), finding(2))
    at.cleanse.accept([1], ASKED)
    before = len(at.audit())
    assert at.cleanse.overview(DAY).accepted == 1
    assert len(at.audit()) == before
    later = ASKED.expires + timedelta(days=1)
    overview = at.cleanse.overview(later)
    assert (overview.accepted, overview.open) == (0, 2)
    assert at.audit()[before:] == [("exceptions.reopen", "Reopen 1 exception: 1 expired")]
    at.cleanse.overview(later)
    assert len(at.audit()) == before + 1


def test_a_read_only_workspace_shows_an_expired_exception_without_writing(at):
    at.run(finding(1))
    at.cleanse.accept([1], ASKED)
    at.workspace.close()
    at.workspace = type(at.workspace).open(at.folder, actor="Ada", clock=lambda: at.now, read_only=True)
    assert at.cleanse.overview(ASKED.expires + timedelta(days=1)).accepted == 0
    with pytest.raises(ReadOnly):
        at.cleanse.withdraw(1)


def test_an_end_that_has_passed_shows_in_the_table_at_once(at):
    at.run(finding(1))
    at.cleanse.accept([1], ASKED)
    at.now += timedelta(days=40)
    assert open_ids(at) == [1]


def test_approving_again_takes_the_population_of_today_and_can_be_undone(at):
    at.run(finding(1))
    at.cleanse.accept("FMT-01", ASKED)
    at.run(finding(1), finding(2))
    number = at.cleanse.exceptions()[0].id
    renewed = ExceptionRequest("Still new builds.", "Sam Lee", date(2027, 6, 1))
    assert at.cleanse.approve_again(number, renewed).title == "Approve an exception again for 2 findings"
    one = at.cleanse.exceptions()[0]
    assert (one.state, one.population, one.approver, one.expires) == (
        ExceptionState.ACTIVE,
        2,
        "Sam Lee",
        date(2027, 6, 1),
    )
    assert open_ids(at) == []
    at.workspace.history.undo()
    assert (at.cleanse.exceptions()[0].state, open_ids(at)) == (ExceptionState.OUTGROWN, [1, 2])
    with pytest.raises(InvalidInput):
        at.cleanse.approve_again(number, ExceptionRequest("r", "a", None))


def test_withdrawing_opens_the_findings_and_can_be_undone(at):
    at.run(finding(1))
    at.cleanse.accept([1], ASKED)
    number = at.cleanse.exceptions()[0].id
    at.cleanse.withdraw(number)
    assert open_ids(at) == [1]
    assert shown(at, 1) == ("", "")
    assert at.cleanse.exceptions()[0].state is ExceptionState.WITHDRAWN
    at.workspace.history.undo()
    assert open_ids(at) == []
    with pytest.raises(NotFound):
        at.cleanse.withdraw(99)


def test_an_active_exception_goes_before_one_that_opened_again(at):
    at.run(finding(1), finding(2))
    at.cleanse.accept("FMT-01", ASKED)
    at.run(finding(1), finding(2), finding(3))
    at.cleanse.accept([1], ASKED)
    assert shown(at, 1)[0] == "accepted"
    assert shown(at, 2)[0] == "outgrown"
    assert at.cleanse.detail(1).exception.covers is Covers.LISTED
    assert at.cleanse.detail(2).exception.covers is Covers.ALL
    assert covering(at.cleanse.exceptions(), "XFD-01", "mpan", None) is None


def test_the_facet_counts_accepted_expired_and_outgrown(at):
    at.run(finding(1), finding(2), finding(3, "XFD-01"))
    at.cleanse.accept([1], ASKED)
    at.cleanse.accept("XFD-01", ASKED)
    at.run(finding(1), finding(2), finding(3, "XFD-01"), finding(4, "XFD-01"))
    table = at.cleanse.findings()
    assert {facet.value: facet.count for facet in table.facets("exception")} == {"accepted": 1, "outgrown": 2, "": 1}
    table.apply(View(filters=(Filter("exception", Op.IS_ANY, ("outgrown",)),)))
    assert sorted(table.ids(0, 9)) == [3, 4]
