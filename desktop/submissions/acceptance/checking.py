"""Runs the acceptance rules over a draft, or reads how a frozen one was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from desktop.content.pack import KINDS
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.submissions.acceptance.choosing import RULES, Chosen, chosen
from desktop.submissions.acceptance.rule import Found, Looked
from desktop.submissions.content import Content
from desktop.submissions.context import Desk
from desktop.submissions.model import CheckLine, CheckReport, Outcome, Severity, Submission

_STANDING = {"official": "official, from your own copy", "suggested": "suggested by MHHS Desk, not official"}


def check_draft(
    desk: Desk, submission: Submission, content: Content | PlainError, today: date, job: Job | None = None
) -> CheckReport:
    """Would they bounce it? `content`: what it would say, or why nothing can be said yet.

    A rule that cannot run is told as such, never as passed. Raises Cancelled.
    """
    job = job or Job()
    pack = desk.pack()
    looked = Looked(desk, submission, content, today, job)
    others = set(desk.recipients()) - {one.recipient for one in submission.recipients}
    asked = [one for one in chosen(pack, submission.details.kind) if one.recipient not in others]
    known = {"", *desk.recipients(), *(one.recipient for one in submission.recipients)}
    rules = [one if one.recipient in known else _of_nobody(one) for one in asked]
    lines = []
    for done, one in enumerate(rules):
        job.report("Checking what they would bounce", done, len(rules), "rules")
        lines.append(_line(one, looked))
    return CheckReport(tuple(sorted(lines, key=lambda line: line.severity is not Severity.BLOCK)), today, pack.label)


def _of_nobody(one: Chosen) -> Chosen:
    """A rule of a recipient that nobody knows: told as one that could not run, since the pack meant somebody."""
    remark = f"“{one.recipient[:60]}” is none of the recipients that are known."
    return replace(one, rule=None, severity=Severity.ADVISE, recipient="", remarks=(remark, *one.remarks))


def _line(one: Chosen, looked: Looked) -> CheckLine:
    outcome, found = _found(one, looked)
    detail = " ".join(part for part in (found.detail or found.skipped, *one.remarks) if part)
    return CheckLine(
        one.id, one.title, one.severity, one.recipient, outcome, detail, found.count, found.examples, found.mend,
        one.source,
    )  # fmt: skip


def _found(one: Chosen, looked: Looked) -> tuple[Outcome, Found]:
    if one.rule is None:
        known = one.code in RULES
        words = "It was not checked." if known else f"This version has no rule “{one.code[:60]}”: it was not checked."
        return Outcome.COULD_NOT_RUN, Found(detail=words)
    if one.rule.needs_content and looked.content is None:
        return Outcome.SKIPPED, Found(skipped="Nothing can be said yet, so there is nothing to look at.")
    try:
        found = one.rule.look(looked, one.params, one.recipient)
    except PlainError as error:
        return Outcome.COULD_NOT_RUN, Found(detail=str(error))
    if found.skipped:
        return Outcome.SKIPPED, found
    return (Outcome.FAILED if found.count else Outcome.PASSED), found


def checked_when_frozen(body: Mapping[str, Any]) -> CheckReport:
    """How a frozen one was checked, as its body says; where to mend things is not kept."""
    lines = tuple(
        CheckLine(
            one["rule"], one["title"], Severity(one["severity"]), one["recipient"], Outcome(one["outcome"]),
            one["detail"], one["count"],
        )
        for one in body["checks"]
    )  # fmt: skip
    packs = [one for one in body["packs"] if one["kind"] == "submissions"]
    named = ", ".join(
        f"{KINDS['submissions']} {one['version']} ({_STANDING.get(one['status'], one['status'])})" for one in packs
    )
    return CheckReport(lines, datetime.fromisoformat(body["made"]["at"]).astimezone().date(), named)
