"""Records in the palette: an MPAN typed or pasted leads to its findings and its row; keys and titles to records.

Requirements, test cases, runs, defects, work-off items, deliverables, declarations, submissions, information requests,
their questions, cutover plans, the activities of open plans and evidence are found by what they are called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from desktop.browse.view import Filter, Op, View
from desktop.evidence.model import Target, TargetKind
from desktop.jobs import Job
from ui.commands import Found
from ui.context import Context, Tone
from ui.pages.payloads import (
    TARGET_PAGES,
    ShowActivity,
    ShowEvidence,
    ShowFinding,
    ShowRequest,
    ShowRow,
    ShowRun,
    ShowSubmission,
    ShowView,
    place_of,
)

SHORTEST = 6
"""Digits from which a number is taken for an MPAN or a part of one."""
_MPAN = 13
FEWEST = 2
"""Characters from which records are looked for by name."""
_CUTOVER = "cutover"
"""The page of plans and activities, and its icon."""
_LOOKED_AT = 5000
"""Activities that are looked through: most match by their plan's name alone."""
EACH, MOST = 5, 16
"""Records of one kind that are offered, and of all kinds."""
MORE = "More with"
_SEARCHED = (
    TargetKind.REQUIREMENT.words.capitalize(), TargetKind.DELIVERABLE.words.capitalize(), "Evidence", "Submission",
)  # fmt: skip
"""Kinds whose page can be asked to show the rows that hold a text."""
_KINDS = {
    TargetKind.REQUIREMENT: "traceability",
    TargetKind.TEST_CASE: "traceability",
    TargetKind.DEFECT: "defects",
    TargetKind.WORK_OFF: "defects",
    TargetKind.DELIVERABLE: "pit",
    TargetKind.RELIANCE: "pit",
    TargetKind.DECLARATION: "declarations",
    TargetKind.QUESTION: "requests",
}
"""Kinds that are found by name, and their icons."""


def digits_of(typed: str) -> str:
    """The digits of an MPAN, or of a part of one; '' for any other text."""
    digits = re.sub(r"[\s\-]", "", typed)
    return digits if re.fullmatch(rf"[0-9]{{{SHORTEST},21}}", digits) else ""


def find_records(context: Context, typed: str) -> Iterable[Found]:
    """What the palette offers for what was typed. Nothing is read before one of them is chosen."""
    if context.open_workspace is None:
        return ()
    return (*_of_mpan(context, digits_of(typed)), *_called(context, typed.strip()))


def _called(context: Context, typed: str) -> list[Found]:
    """Records whose reference, key or title fits, a few of each kind; of evidence also by the text in its files."""
    if len(typed) < FEWEST:
        return []
    workspace = context.workspace
    found: list[Found] = []
    for kind, icon in _KINDS.items():
        words = kind.words.capitalize()
        named = workspace.evidence.linkable(kind, typed, EACH + 1)
        for target, ref, title in named[:EACH]:
            found.append(Found(f"{ref} {title}".strip(), "", icon, partial(_go_to, context, target), words))
        if len(named) > EACH:
            found.append(_more(context, words, icon, typed, TARGET_PAGES[kind]))
    found += _of_cutover(context, typed)
    found += _of_submissions(context, typed)
    found += _of_requests(context, typed)
    runs = workspace.test_runs.called(typed, EACH + 1)
    for number, ref, title in runs[:EACH]:
        go = partial(context.navigate, "testruns", ShowRun(number))
        found.append(Found(f"{ref} {title}".strip(), "", "testruns", go, "Test run"))
    if len(runs) > EACH:
        found.append(_more(context, "Test run", "testruns", typed, "testruns"))
    items = workspace.evidence.find(typed, EACH + 1)
    for number in items[:EACH]:
        one = workspace.evidence.get(number)
        go = partial(context.navigate, "evidence", ShowEvidence(number))
        found.append(Found(f"{one.ref} {one.details.title}", one.newest.file_name, "evidence", go, "Evidence"))
    if len(items) > EACH:
        found.append(_more(context, "Evidence", "evidence", typed, "evidence"))
    records = [one for one in found if not one.text.startswith(MORE)]
    more = [one for one in found if one.text.startswith(MORE)]
    return [*sorted(records, key=lambda one: not _starts(one.text, typed))[:MOST], *more]


def _of_cutover(context: Context, typed: str) -> list[Found]:
    """Plans by reference and title, and the activities of open plans by their own ids and titles."""
    workspace, words = context.workspace, typed.casefold().split()
    plans = workspace.cutover.plans()
    found = [
        Found(f"{one.ref} {one.name}", "Closed" if one.details.closed else "", _CUTOVER,
              partial(context.navigate, _CUTOVER, ShowActivity(one.id)), "Cutover plan")
        for one in plans if all(word in f"{one.ref} {one.name}".casefold() for word in words)
    ][:EACH]  # fmt: skip
    opened = {one.ref for one in plans if not one.details.closed}
    kind, here = TargetKind.ACTIVITY.words.capitalize(), []
    for target, ref, title in workspace.evidence.linkable(TargetKind.ACTIVITY, typed, _LOOKED_AT) if opened else ():
        plan, _, key = ref.partition(" ")
        if plan in opened and all(word in f"{key} {title}".casefold() for word in words):
            here.append(Found(f"{key} {title}", plan, _CUTOVER, partial(_go_to, context, target), kind))
    more = [_more(context, kind, _CUTOVER, typed, _CUTOVER)] if len(here) > EACH else []
    return [*found, *here[:EACH], *more]


def _of_submissions(context: Context, typed: str) -> list[Found]:
    """Submissions by reference, title and the references that their recipients gave them; every version."""
    words, found = typed.casefold().split(), []
    for one in context.workspace.submissions.submissions():
        theirs = " ".join(standing.their_ref for standing in one.recipients)
        if all(word in f"{one.name} {one.details.title} {theirs}".casefold() for word in words):
            go = partial(context.navigate, "submissions", ShowSubmission(one.id))
            hint = one.next_step or one.state.value.capitalize()
            found.append(Found(f"{one.name} {one.details.title}", hint, "submissions", go, "Submission"))
    more = [_more(context, "Submission", "submissions", typed, "submissions")] if len(found) > EACH else []
    return [*found[:EACH], *more]


def _of_requests(context: Context, typed: str) -> list[Found]:
    """Information requests by their reference, the sender's own, and their title."""
    words, found = typed.casefold().split(), []
    for one in context.workspace.requests.requests():
        if all(word in f"{one.ref} {one.details.their_ref} {one.details.title}".casefold() for word in words):
            go = partial(context.navigate, "requests", ShowRequest(one.id))
            hint = "Closed" if one.details.closed else f"{one.open:,} of {one.questions:,} questions open"
            found.append(Found(f"{one.ref} {one.name}", hint, "requests", go, "Information request"))
    more = [_more(context, "Information request", "requests", typed, "requests")] if len(found) > EACH else []
    return [*found[:EACH], *more]


def _more(context: Context, kind: str, icon: str, typed: str, page: str) -> Found:
    """Says that there are more than are listed, and leads to their page; where that can be, to these alone."""
    payload = ShowView(View(text=typed)) if kind in _SEARCHED else None
    hint = "All of them, on their page" if payload else "Search for them on their page"
    return Found(f"{MORE} “{typed}”…", hint, icon, partial(context.navigate, page, payload), kind)


def _starts(text: str, typed: str) -> bool:
    """Whether the reference begins so, or its last part: 0012 and DEF-0012 lead to ACME-DEF-0012."""
    ref = text.split(" ", 1)[0].casefold()
    return ref.startswith(typed.casefold()) or ref.endswith(typed.casefold())


def _go_to(context: Context, target: Target) -> None:
    place = place_of(target)
    if place is not None:
        context.navigate(*place)


def _of_mpan(context: Context, digits: str) -> Iterable[Found]:
    if not digits:
        return ()
    if len(digits) == _MPAN:
        return (
            Found(f"Finding of MPAN {digits}", "The worst one, on the Cleanse page", "cleanse",
                  lambda: _go_to_finding(context, digits), "Finding"),
            Found(f"Row of MPAN {digits}", "In the newest portfolio", "portfolio",
                  lambda: _go_to_row(context, digits), "Row"),
        )  # fmt: skip
    return (
        Found(f"Findings of MPANs with {digits}", "All of them, gone and accepted ones too", "cleanse",
              lambda: _show(context, "cleanse", View(filters=(Filter("mpan", Op.CONTAINS, (digits,)),))), "Findings"),
        Found(f"Rows with {digits}", "In the newest portfolio", "portfolio",
              lambda: _show(context, "portfolio", View(text=digits)), "Rows"),
    )  # fmt: skip


def _show(context: Context, page: str, view: View) -> None:
    context.navigate(page, ShowView(view))


def _go_to_finding(context: Context, mpan: str) -> None:
    cleanse = context.workspace.cleanse

    def look(_job: Job) -> int | None:
        found = cleanse.findings_of(mpan)
        return found[0].fingerprint if found else None

    def go(fingerprint: int | None) -> None:
        if fingerprint is None:
            context.say(f"There is no finding of MPAN {mpan}.", Tone.INFO)
        else:
            context.navigate("cleanse", ShowFinding(fingerprint))

    context.read("Looking for the MPAN", look, go)


def _go_to_row(context: Context, mpan: str) -> None:
    portfolio = context.workspace.portfolio

    def look(_job: Job) -> ShowRow | None:
        snapshot = portfolio.latest()
        if snapshot is None:
            return None
        table = portfolio.table(snapshot.id)
        table.apply(View(text=mpan))
        rows = table.ids(0, 1)
        return ShowRow(snapshot.id, rows[0]) if rows else None

    def go(row: ShowRow | None) -> None:
        if row is None:
            context.say(f"There is no MPAN {mpan} in the newest portfolio.", Tone.INFO)
        else:
            context.navigate("portfolio", row)

    context.read("Looking for the MPAN", look, go)
