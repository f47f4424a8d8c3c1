"""What a declaration rests on, as hashes of what it says, and what of it has changed since it was signed, in words.

Kept of each thing is a title that tells its state (a day, counts, a file's revision), so that a change can be told with
before and after; the hash decides whether there is one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from desktop.cutover.model import Activity, PlanView
from desktop.declarations.canonical import canonical_bytes
from desktop.declarations.facts import Facts, before
from desktop.declarations.model import DeclarationDetails, ReliedOn
from desktop.milestones.service import MilestoneDay
from local_db.declarations import RevisionRow

PACKS = ("declarations", "recipients")
"""Packs that a declaration rests on itself: its wording, and who may sign. The others are told by days and counts."""
_ASKED, _ASKS = "What activity ", " asks"
"""How the title of an activity begins and ends that counts by its text alone."""
NEVER_CHECKED = "No portfolio was ever checked here"

Named = Mapping[str, tuple[str, str, int, str, str]]
"""Evidence by reference: title, file name, revision, SHA-256, why it was withdrawn."""


def relied_on(details: DeclarationDetails, milestone: str, facts: Facts) -> tuple[ReliedOn, ...]:
    """Everything but the evidence. The activity that it is made for counts by its text: it is ticked afterwards."""
    view = facts.view(details.plan_id)
    day = facts.milestones.get(milestone)
    return (
        *([_of_milestone(day)] if day else []),
        *([_of_plan(view, details.activity_id)] if view else []),
        *(
            _of_activity(view, one, done=one.state.finished and one.id != details.activity_id)
            for one in before(view, details.activity_id)
            if view
        ),
        _of_findings(facts),
        *(_of_pack(kind, facts) for kind in PACKS),
    )


def evidence(rows: Iterable[RevisionRow]) -> tuple[ReliedOn, ...]:
    """The files that it rests on, each item once."""
    found = {
        row.ref: ReliedOn("evidence", row.ref, file_words(row.title, row.file_name, row.number), row.sha256)
        for row in rows
        if not row.withdrawn
    }
    return tuple(found.values())


def flags(body: Mapping[str, Any], details: DeclarationDetails, facts: Facts, named: Named) -> tuple[str, ...]:
    """What has changed since it was signed, each in one sentence. `body`: what was signed."""
    said = [
        words for one in _rows(body, "evidence") if (words := _evidence_flag(one, named.get(str(one.get("ref", "")))))
    ]
    view = facts.view(details.plan_id)
    activities = {f"{view.plan.ref}/{one.details.key}": one for one in view.activities} if view else {}
    for one in _rows(body, "relied_on"):
        kind, ref, title = (str(one.get(name, "")) for name in ("kind", "ref", "title"))
        hashed = one.get("sha256")
        now: ReliedOn | None = None
        if kind == "milestone":
            day = facts.milestones.get(ref)
            now = _of_milestone(day) if day else None
        elif kind == "plan":
            now = _of_plan(view, details.activity_id) if view else None
        elif kind == "activity" and view is not None and ref in activities:
            # One that was not done then counts by its text alone: that it is done by now is no harm.
            now = _of_activity(view, activities[ref], done=not title.startswith(_ASKED))
        elif kind == "findings":
            now = _of_findings(facts)
        elif kind == "pack" and ref in facts.packs:
            now = _of_pack(ref, facts)
        if now is None:
            said.append(f"{_bare(title)} is not here any more.")
        elif now.sha256 != hashed:
            said.append(f"Was: {title}. Now: {now.title}." if title != now.title else f"{title}: changed since.")
    return tuple(dict.fromkeys(said))


def file_words(title: str, file_name: str, revision: int) -> str:
    """A piece of evidence with the file that counts."""
    return f"{title} ({file_name}, revision {revision})"


def _bare(title: str) -> str:
    """The thing itself, where a title is of what it asks."""
    if title.startswith(_ASKED):
        return f"Activity {title.removeprefix(_ASKED).removesuffix(_ASKS)}"
    return title


def _evidence_flag(signed: Mapping[str, Any], now: tuple[str, str, int, str, str] | None) -> str:
    ref = str(signed.get("ref", ""))
    name = f"Evidence {ref} {signed.get('title', '')}".strip()
    if now is None:
        return f"{name} is not here any more."
    _, file_name, revision, sha256, withdrawn = now
    if withdrawn:
        return f"{name} was withdrawn: {withdrawn}"
    if sha256 != signed.get("sha256"):
        was = f"{signed.get('file_name', '')}, revision {signed.get('revision', '')}"
        return f"{name} has a newer file. Was: {was}. Now: {file_name}, revision {revision}."
    return ""


def _of_milestone(one: MilestoneDay) -> ReliedOn:
    day = f"{one.day.day} {one.day:%b %Y}" if one.day else "no day"
    return ReliedOn(
        "milestone", one.id, f"{one.name} on {day}", _hash([one.id, one.day.isoformat() if one.day else ""])
    )


def _of_plan(view: PlanView, activity_id: int | None) -> ReliedOn:
    keys = [one.details.key for one in before(view, activity_id)]
    count = f"{len(keys):,} activit{'y' if len(keys) == 1 else 'ies'}"
    return ReliedOn(
        "plan",
        view.plan.ref,
        f"Cutover plan {view.plan.ref} {view.plan.name} with {count} that count here",
        _hash([view.plan.details.title, view.plan.details.milestone, *sorted(keys)]),
    )


def _of_activity(view: PlanView, one: Activity, *, done: bool) -> ReliedOn:
    asked = one.details
    values = [
        asked.key, asked.title, asked.description, asked.type.value, asked.responsible, asked.evidence_needed,
        asked.declaration_needed,
    ]  # fmt: skip
    words = f"{_ASKED}{asked.key} {asked.title}{_ASKS}"
    if done:
        finished = one.finished.text if one.finished else ""
        values += [one.state.value, finished, one.outcome, one.remark, one.despite, one.not_needed]
        when = f" {one.finished.words}" if one.finished else ""
        outcome = f", {one.outcome}" if one.outcome else ""
        words = f"Activity {asked.key} {asked.title}: {one.state.value.lower()}{when}{outcome}"
    return ReliedOn("activity", f"{view.plan.ref}/{asked.key}", words, _hash(values))


def _of_findings(facts: Facts) -> ReliedOn:
    overview = facts.overview
    if overview.run is None:
        return ReliedOn("findings", "", NEVER_CHECKED, _hash(["never"]))
    counts = [(one.key, one.open, one.accepted) for one in overview.by_severity]
    said = ", ".join(f"{one.title} {one.open:,}" for one in overview.by_severity)
    accepted = sum(one.accepted for one in overview.by_severity)
    words = f"Open findings: {said}; {accepted:,} accepted; checked as of {overview.run.as_of.isoformat()}"
    return ReliedOn("findings", str(overview.run.id), words, _hash([str(part) for one in counts for part in one]))


def _of_pack(kind: str, facts: Facts) -> ReliedOn:
    pack = facts.packs[kind]
    return ReliedOn("pack", kind, pack.label, pack.sha256)


def _hash(values: Sequence[str]) -> str:
    return hashlib.sha256(canonical_bytes({"of": list(values)})).hexdigest()


def _rows(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = body.get(name)
    return [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
