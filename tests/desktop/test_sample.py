"""The sample workspace: always the whole product, always made up, always the same."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from desktop.app import Workspace
from desktop.jobs import Cancelled, Job
from desktop.sample.generated import MAPPING, portfolio
from desktop.sample.workspace import build
from desktop.submissions.review.model import CommentSource
from desktop.sync.model import DeliveryState, OfferState

pytestmark = pytest.mark.xdist_group("sample")  # a sample takes ten seconds: made once, not once in every worker


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "workspace"
    build(folder, clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC), actor="Ada")
    workspace = Workspace.open(
        folder, actor="Ada", clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC), read_only=True
    )
    yield workspace
    workspace.close()


def test_it_says_that_it_is_made_up(sample):
    assert "made-up" in sample.participant.get().name
    assert sample.settings.get().sample


def test_three_months_show_findings_that_came_stayed_and_went(sample):
    newest, before, first = sample.cleanse.runs()
    assert first.previous_run is None
    assert min(newest.new, newest.still, newest.gone, before.gone) > 0


def test_some_of_it_was_worked_on(sample):
    overview = sample.cleanse.overview(date(2026, 11, 23))
    assert overview.accepted > 0
    assert overview.due_soon > 0
    assert set(sample.cleanse.owners()) == {"Northgrid data desk", "Meterwise"}


def test_its_history_is_whole(sample):
    assert sample.history.verify().ok


def test_a_cancelled_build_leaves_nothing(tmp_path, clock):
    job = Job(lambda progress: job.cancel() if "October" in progress.what else None)
    with pytest.raises(Cancelled):
        build(tmp_path / "workspace", clock=clock, job=job)
    assert not (tmp_path / "workspace").exists()


def test_a_generated_row_is_the_same_in_every_length():
    assert portfolio(50).equals(portfolio(400).head(50))
    assert portfolio(10, first=41).equals(portfolio(50).tail(10))


def test_about_one_row_in_twenty_is_faulty(sample):
    newest = sample.cleanse.runs()[0]
    rows = sample.portfolio.snapshot(newest.snapshot_id).rows
    assert 0.03 < newest.rows_found / rows < 0.09


def test_every_item_of_a_generated_portfolio_has_its_heading():
    assert portfolio(1).columns == list(MAPPING.values())


def test_its_testing_shows_gaps_proofs_and_what_asks_to_be_looked_at(sample):
    from datetime import date

    from desktop.testing.model import Cover

    coverage = sample.trace.coverage()
    shown = {cover for cover, count in coverage.whole.counts.items() if count}
    assert shown >= {Cover.NO_CASE, Cover.FAILED, Cover.NO_EVIDENCE, Cover.PASSED, Cover.RELIANCE}
    assert coverage.changed_links > 0
    states = sample.pit.gate_states(date(2026, 11, 23))
    assert [one.gate.actual is not None for one in states] == [True, False, False, False]
    assert sum(one.late for one in states) > 0
    assert len(sample.test_runs.runs()) == 3
    assert sample.defects.open_by_severity()
    assert any(one.late for one in sample.defects.work_off_items(day=date(2026, 11, 23)))


def test_its_evidence_is_whole_found_by_its_text_and_one_asks_to_be_confirmed(sample):
    from desktop.evidence.model import TargetKind

    assert sample.evidence.verify().ok
    (report,) = sample.evidence.find("outage of 72")
    assert sample.evidence.get(report).newest.kind == "PDF document"
    assert [awaiting for _, awaiting in sample.evidence.counts(TargetKind.DELIVERABLE).values()] == [1]


def test_its_cutover_shows_every_kind_of_standing_and_a_rehearsal(sample):
    plans = sample.cutover.plans()
    assert [plan.rehearsal for plan in plans].count(True) == 1
    runbook = next(plan for plan in plans if not plan.key and not plan.rehearsal)
    activities = sample.cutover.plan(runbook.id, datetime(2026, 11, 23, 12, tzinfo=UTC)).activities
    assert {one.state.value for one in activities} == {"Done", "In progress", "Ready to start", "Cannot start yet"}
    assert [one.details.key for one in activities if one.changed and one.done] == ["GL-02"]
    assert any(one.late for one in activities)
    assert [one.evidence for one in activities if one.details.key == "GL-01"] == [1]


def test_its_declarations_are_signed_superseded_and_waiting_and_hold(sample):
    made = {one.name: one for one in sample.declarations.declarations()}
    assert {name: one.state.value for name, one in made.items()} == {
        "SAMPLE-DEC-0001 v1": "superseded",
        "SAMPLE-DEC-0001 v2": "signed",
        "SAMPLE-DEC-0002 v1": "draft",
    }
    for one in made.values():
        if one.state.locked:
            assert sample.declarations.verify_kept(one.id).ok
    assert made["SAMPLE-DEC-0001 v2"].flags


def test_its_endpoint_was_sent_to_answers_and_offers_and_asks_no_network(sample):
    (endpoint,) = sample.endpoints.endpoints()
    assert not endpoint.online
    assert "made up" in endpoint.name
    waiting, received = sample.outbox.deliveries()
    assert (waiting.state, received.state) == (DeliveryState.QUEUED, DeliveryState.RECEIVED)
    assert received.submission in sample.outbox.receipt_text(received.uuid)
    assert any(one.submission == received.submission for one in sample.departures.departures())
    assert {one.state.value for one in sample.submissions.get(received.submission_id).recipients} == {"in review"}
    (comment,) = (one for one in sample.reviews.comments() if one.source is CommentSource.SYNC)
    assert comment.row_key
    (offer,) = sample.inbox.offers()
    assert (offer.fetched, offer.in_use, offer.state) == (True, False, OfferState.OFFERED)
