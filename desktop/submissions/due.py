"""What is due to whom: not begun, drafts, what was frozen and did not leave, what is out and unanswered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from desktop.pit.model import Deliverable
from desktop.settings import SettingsService
from desktop.submissions.context import Desk
from desktop.submissions.kinds.registry import kind_of_deliverable
from desktop.submissions.model import (
    DueSubmission,
    KindInfo,
    RecipientStanding,
    RecipientState,
    Scope,
    Submission,
    SubmissionState,
)
from desktop.submissions.pack_kinds import delivery_of
from desktop.submissions.reading import moment
from desktop.submissions.resolving import Present, deadline_of, default_recipients
from desktop.uk_time import civil
from local_db import submissions as rows

NOT_BEGUN, DRAFT, FROZEN, EXPORTED, QUEUED = "not begun", "draft", "frozen", "exported", "queued"
UNANSWERED, CHANGES, COMMENTS = "unanswered", "changes requested", "comments"

_ANSWERED = {RecipientState.CHANGES_REQUESTED, RecipientState.ACCEPTED}
_AT_HOME = {RecipientState.FROZEN: FROZEN, RecipientState.EXPORTED: EXPORTED, RecipientState.QUEUED: QUEUED}
_DETAIL = {
    FROZEN: "Frozen, not exported yet",
    EXPORTED: "Exported{since}, not said to be sent",
    QUEUED: "Queued, not sent yet",
    CHANGES: "They ask for changes: make a new version",
}


def due_of(desk: Desk, submissions: Sequence[Submission], today: date) -> tuple[DueSubmission, ...]:
    """What is due: late ones first, then comments to answer, then by day; what has no day last."""
    begun = [one for one in submissions if one.state in {SubmissionState.DRAFT, SubmissionState.FROZEN}]
    allowed = max(1, SettingsService(desk.store, desk.actor, desk.clock).get().unanswered_days)
    found = [*_of_plan(desk, begun, today), *_of_requests(desk, begun, today), *_of_kinds(desk, begun, today)]
    newest = _newest(begun)
    for one in begun:
        if one.state is SubmissionState.DRAFT:
            found.append(_entry(one, DRAFT, one.recipients, f"{one.name}, a draft", today))
        elif one.state is SubmissionState.FROZEN:
            found += _out(desk, one, newest, allowed, today)
    return tuple(
        sorted(
            found, key=lambda one: (not one.late, one.what != COMMENTS, one.day is None, one.day or today, one.title)
        )
    )


# -- what is there already ---------------------------------------------------------------------------------------------


def _newest(begun: Sequence[Submission]) -> dict[str, int]:
    """The number of the newest version of each reference."""
    newest: dict[str, int] = {}
    for one in begun:
        newest[one.ref] = max(one.version, newest.get(one.ref, 0))
    return newest


def _out(desk: Desk, one: Submission, newest: Mapping[str, int], allowed: int, today: date) -> Iterator[DueSubmission]:
    """Of a frozen version, what is to be done for its recipients: those with whom it stands alike in one entry."""
    by_what: dict[str, list[RecipientStanding]] = {}
    for standing in one.recipients:
        what = _AT_HOME.get(standing.state, "")
        if standing.state is RecipientState.CHANGES_REQUESTED:
            what = CHANGES
        elif standing.open_comments and one.state is SubmissionState.FROZEN:
            what = COMMENTS
        elif not what and standing.state not in _ANSWERED and standing.waiting >= allowed:
            what = UNANSWERED
        if what:
            by_what.setdefault(what, []).append(standing)
    for what, standings in by_what.items():
        if what == CHANGES and newest[one.ref] > one.version:
            continue  # the draft of the next version says it
        if what == COMMENTS:
            yield _with_comments(desk, one, standings, today)
            continue
        if what != UNANSWERED:
            words = _DETAIL[what].format(since=_since(desk, standings, today))
            yield _entry(one, what, standings, f"{one.name}: {words}", today)
            continue
        longest = max(standing.waiting for standing in standings)
        since = desk.sources.pit.working_days().add(today, allowed - longest)
        words = f"{one.name}: no answer for {longest:,} working {'day' if longest == 1 else 'days'}"
        detail = f"{words}; one was expected by {_shown(since)}"
        yield replace(_entry(one, what, standings, "", today), day=since, late=True, detail=detail)


def _with_comments(desk: Desk, one: Submission, standings: Sequence[RecipientStanding], today: date) -> DueSubmission:
    """Of a version on which recipients said something: it is for us to answer, by a day where one of them has a term.

    The day is the earliest of them, counted from when its oldest open comment was taken in here.
    """
    count = sum(standing.open_comments for standing in standings)
    states = ", ".join(dict.fromkeys(standing.state.words for standing in standings))
    detail = f"{one.name}: {states}, {count:,} comment{'' if count == 1 else 's'} to answer"
    names = tuple(standing.name for standing in standings)
    answers = [by for standing in standings if (by := _answer_by(desk, one, standing)) is not None]
    day, who, days = min(answers, default=(None, "", 0))
    if day is not None:
        term = f"{days:,} working {'day' if days == 1 else 'days'}"
        detail = f"{detail}; {who} is to have answers within {term}, by {_shown(day)}, as the content pack says"
    return DueSubmission(
        day,
        one.kind.id,
        one.details.title,
        names,
        COMMENTS,
        detail,
        day is not None and day < today,
        one.id,
        one.details.scope,
    )


def _answer_by(desk: Desk, one: Submission, standing: RecipientStanding) -> tuple[date, str, int] | None:
    """By when a recipient wants its comments answered, its name, and its term in working days; None without a term."""
    days = delivery_of(desk.pack(), standing.recipient).answer_days
    if not days:
        return None
    taken = moment(rows.oldest_open_comment(desk.store.read(), one.id, standing.recipient))
    if taken is None:
        return None
    return desk.sources.pit.working_days().add(civil(taken)[0], days), standing.name, days


def _since(desk: Desk, standings: Sequence[RecipientStanding], today: date) -> str:
    """How long it has stood so, with whom it has longest: 6 working days ago; '' for today and for queued ones."""
    days = [standing.since for standing in standings if standing.since and standing.state is RecipientState.EXPORTED]
    count = desk.sources.pit.working_days().between(min(days), today) if days else 0
    return f" {count:,} working {'day' if count == 1 else 'days'} ago" if count > 0 else ""


def _entry(
    one: Submission, what: str, standings: Sequence[RecipientStanding], detail: str, today: date
) -> DueSubmission:
    source = f" ({one.deadline_words})" if one.deadline_words else ""
    where = f", due {_shown(one.deadline)}{source}" if one.deadline else ""
    late = one.deadline is not None and one.deadline < today
    names = tuple(standing.name for standing in standings)
    return DueSubmission(
        one.deadline, one.kind.id, one.details.title, names, what, f"{detail}{where}", late, one.id, one.details.scope
    )


def _shown(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


# -- what is not begun -------------------------------------------------------------------------------------------------


def _of_plan(desk: Desk, begun: Sequence[Submission], today: date) -> Iterator[DueSubmission]:
    """Deliverables of the PIT plan that are a submission, once for each gate, whoever's role asks for it."""
    earliest: dict[tuple[str, str], Deliverable] = {}
    kinds = desk.kinds()
    for one in desk.sources.pit.deliverables(today):
        kind = kind_of_deliverable(one.key)
        if kind not in kinds or one.status.finished or one.planned is None:
            continue
        known = earliest.get((kind, one.gate))
        if known is None or known.planned is None or one.planned < known.planned:
            earliest[kind, one.gate] = one
    present = Present(desk)
    for (kind_id, gate), one in earliest.items():
        made_as = kinds[kind_id]
        scope = Scope(gate=gate) if made_as.scope == "gate" else Scope()
        if any(made.kind.id == kind_id and (not scope.gate or made.details.scope.gate == gate) for made in begun):
            continue
        at = f": {one.gate_name}" if one.gate_name else ""
        yield _not_begun(
            desk,
            made_as,
            scope,
            one.planned,
            f"{made_as.name}{at}",
            f"{one.ref} {one.title} of the PIT plan",
            today,
            present,
        )


def _of_requests(desk: Desk, begun: Sequence[Submission], today: date) -> Iterator[DueSubmission]:
    kinds = [one for one in desk.kinds().values() if one.scope == "request"]
    answered = {made.details.scope.request_id for made in begun if made.kind.scope == "request"}
    present = Present(desk)
    for kind in kinds[:1]:
        for due in desk.sources.requests.due(today):
            one = due.request
            if one.id in answered:
                continue
            words = f"{one.ref}: {one.answered:,} of {one.questions:,} questions answered"
            yield _not_begun(desk, kind, Scope(request_id=one.id), due.day, one.name, words, today, present)


def _of_kinds(desk: Desk, begun: Sequence[Submission], today: date) -> Iterator[DueSubmission]:
    """Kinds that the pack hangs on a milestone."""
    made = {one.kind.id for one in begun}
    present = Present(desk)
    for kind in desk.kinds().values():
        if not kind.milestone or kind.id in made:
            continue
        milestone = present.milestones.get(kind.milestone)
        if milestone is None or milestone.day is None or milestone.reached:
            continue
        deadline = deadline_of(kind, Scope(), "", "", present)
        words = f"The content pack hangs it on {deadline.words}"
        yield _not_begun(desk, kind, Scope(), deadline.day, kind.name, words, today, present)


def _not_begun(  # noqa: PLR0917 - the parts of one entry
    desk: Desk, kind: KindInfo, scope: Scope, day: date | None, title: str, detail: str, today: date, present: Present
) -> DueSubmission:
    known = desk.recipients()
    names = tuple(str(known[one].get("name") or one) for one in default_recipients(kind, scope, desk, present))
    late = day is not None and day < today
    return DueSubmission(day, kind.id, title, names, NOT_BEGUN, detail, late, scope=scope)
