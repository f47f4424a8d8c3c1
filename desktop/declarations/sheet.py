"""The one screen that a signatory reads: everything put together as it stands now, with what has to be mended first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from desktop.declarations import relied
from desktop.declarations.canonical import canonical_bytes
from desktop.declarations.entered import ANSWER
from desktop.declarations.facts import Facts
from desktop.declarations.model import (
    Declaration,
    DeclarationDetails,
    OpenItem,
    Problem,
    ReliedOn,
    Sheet,
    Wording,
)
from desktop.declarations.open_items import open_items
from desktop.declarations.wording_pack import capacities_of, filled, unknown_wording, wordings_of
from desktop.evidence.model import TargetKind
from local_db import declarations as rows
from local_db.connection import Store
from local_db.declarations import RevisionRow

_PLACES = ("organisation", "milestone", "roles", "reference")
"""What a statement may have put in."""

_MEND = "A part of what is kept of it is damaged. Open its details and answers, look at each, and save them."

_NOT_YET = {"roles": "(no role given yet)", "milestone": "(no milestone given yet)"}
"""What is shown in a place that is still to be filled; it stands among the problems too."""


@dataclass(frozen=True)
class Resolved:
    """A draft with what follows from the packs and its plan put in the place of what was left open."""

    wording: Wording
    known: bool
    """The pack in use has this wording."""
    milestone: str
    roles: tuple[str, ...]
    recipients: tuple[str, ...]


def wording_of(details: DeclarationDetails, facts: Facts) -> tuple[Wording, bool]:
    """The wording of a declaration, and whether the pack in use has it."""
    pack = facts.packs["declarations"]
    found = next((one for one in wordings_of(pack) if one.id == details.wording), None)
    return (found, True) if found else (unknown_wording(details.wording, capacities_of(pack)), False)


def resolved(details: DeclarationDetails, facts: Facts) -> Resolved:
    """What was left open is the wording's, the plan's, the participant's."""
    wording, known = wording_of(details, facts)
    plan = facts.plans.get(details.plan_id) if details.plan_id is not None else None
    milestone = details.milestone or (plan.details.milestone if plan else "") or wording.milestone
    roles = facts.parties.roles_of(details)
    return Resolved(wording, known, milestone, roles, facts.parties.recipients_of(details, wording))


def evidence_rows(store: Store, declaration_id: int, details: DeclarationDetails, facts: Facts) -> list[RevisionRow]:
    """The evidence of a declaration, of its activity, and of every activity of its plan."""
    view = facts.view(details.plan_id)
    ids = {one.id for one in view.activities} if view else set()
    ids |= {details.activity_id} if details.activity_id is not None else set()
    targets = [
        (TargetKind.DECLARATION.value, declaration_id),
        *((TargetKind.ACTIVITY.value, one) for one in sorted(ids)),
    ]
    return rows.evidence_of(store.read(), targets)


def sheet_of(declaration: Declaration, facts: Facts, evidence: Sequence[RevisionRow]) -> Sheet:
    """The sheet of a draft (of a signed one: as it would be read now)."""
    details = declaration.details
    put = resolved(details, facts)
    pack = facts.packs["declarations"]
    roles = facts.parties.role_names(put.roles)
    milestone = _milestone(put.milestone, facts)
    statement, left = filled(
        put.wording.statement,
        {
            "organisation": facts.organisation,
            "milestone": milestone,
            "roles": _listed(roles),
            "reference": declaration.name,
        },
    )
    for place in left:
        statement = statement.replace(place, _NOT_YET.get(_place(place), place))
    own = [row for row in evidence if _is_own(row, declaration)]
    others = [row for row in evidence if not _is_own(row, declaration)]
    capacities = facts.parties.capacities_of(details, put.wording)
    made = Sheet(
        declaration=replace(declaration, flags=()),
        wording=put.wording,
        pack_label=f"{pack.label}, placeholder" if put.wording.placeholder else pack.label,
        organisation=facts.organisation,
        statement=statement,
        answers=tuple((one, details.answers.get(one.id, "")) for one in put.wording.questions),
        open_items=open_items(details, facts, others),
        evidence=relied.evidence([*own, *others]),
        relied_on=relied.relied_on(details, put.milestone, facts),
        problems=(
            *([Problem("title", _MEND)] if declaration.damaged else []),
            *_problems(details, put, left, facts),
            *_evidence_problems(own, facts),
            *([] if capacities else [Problem("capacity", "The wording names nobody who may sign this.")]),
        ),
        capacities=capacities,
        recipients=facts.parties.recipient_names(put.recipients),
        roles=roles,
        milestone=milestone,
        digest="",
    )
    return replace(made, digest=digest_of(made, put))


def digest_of(sheet: Sheet, put: Resolved) -> str:
    """SHA-256 of everything that is read on the sheet."""
    declaration = sheet.declaration
    details = declaration.details
    told: Mapping[str, object] = {
        "declaration": [declaration.id, declaration.name, declaration.rehearsal, declaration.supersedes or 0],
        "reason": declaration.reason,
        "state": "signed" if declaration.state.locked else "draft",
        "title": details.title,
        "note": details.note,
        "due": details.due,
        "prepared_by": details.prepared_by,
        "plan": [details.plan_id or 0, details.activity_id or 0],
        "pack": sheet.pack_label,
        "wording": [put.wording.id, put.wording.title, put.wording.confirm, *put.wording.next_steps],
        "organisation": sheet.organisation,
        "statement": sheet.statement,
        "answers": [[one.id, one.text, text] for one, text in sheet.answers],
        "open_items": _open(sheet.open_items),
        "evidence": _relied(sheet.evidence),
        "relied_on": _relied(sheet.relied_on),
        "problems": [[one.field, one.text] for one in sheet.problems],
        "capacities": [[one.id, one.name] for one in sheet.capacities],
        "recipients": [list(put.recipients), list(sheet.recipients)],
        "roles": [list(put.roles), list(sheet.roles)],
        "milestone": [put.milestone, sheet.milestone],
    }
    return hashlib.sha256(canonical_bytes(told)).hexdigest()


def _problems(details: DeclarationDetails, put: Resolved, left: Iterable[str], facts: Facts) -> list[Problem]:
    found = []
    if not put.known:
        found.append(
            Problem("wording", f"The declaration wording in use has no “{details.wording}”. Choose another wording.")
        )
    elif not put.wording.statement:
        found.append(Problem("wording", f"“{put.wording.title}” has no statement. Complete the declaration wording."))
    found.extend(
        Problem(f"{ANSWER}{one.id}", f"Answer the question “{one.text}”")
        for one in put.wording.questions
        if one.needed and not details.answers.get(one.id, "")
    )
    if not put.roles:
        found.append(Problem("roles", "Say for which role it is made: the participant has none yet."))
    found.extend(
        Problem("roles", f"The role “{one}” is not one of the participant's any more.")
        for one in put.roles
        if one not in facts.parties.held
    )
    for one in left:
        name = _place(one)
        if name == "milestone":
            found.append(Problem("milestone", "Say for which milestone it is: the statement names one."))
        elif name not in _PLACES:
            found.append(Problem("wording", f"The statement has a place that nothing is known for: {one}."))
    if details.plan_id is not None and facts.view(details.plan_id) is None:
        found.append(Problem("plan_id", "Its cutover plan cannot be read. Open the plan, and see what is wrong."))
    return found


def _evidence_problems(own: Iterable[RevisionRow], facts: Facts) -> list[Problem]:
    found: dict[str, Problem] = {}
    for row in own:
        name = f"{row.ref} {row.title}"
        if row.withdrawn:
            found.setdefault(row.ref, Problem("evidence", f"{name} was withdrawn. Remove its link or use it again."))
        elif row.awaiting:
            found.setdefault(row.ref, Problem("evidence", f"{name} has a newer file. Confirm that it proves this too."))
        elif row.expires and row.expires < facts.today.isoformat():
            found.setdefault(row.ref, Problem("evidence", f"{name} was good through {row.expires}. Replace it."))
    return list(found.values())


def _is_own(row: RevisionRow, declaration: Declaration) -> bool:
    if row.target_kind == TargetKind.DECLARATION.value:
        return row.target_id == declaration.id
    return row.target_id == declaration.details.activity_id


def _milestone(milestone: str, facts: Facts) -> str:
    """By name with its day; '' for none."""
    if not milestone:
        return ""
    one = facts.milestones.get(milestone)
    if one is None:
        return milestone
    return f"{one.name} ({one.day.day} {one.day:%b %Y})" if one.day else one.name


def _place(text: str) -> str:
    """Which place a text like {Milestone} is."""
    return text[1:-1].strip().casefold()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def _open(items: Iterable[OpenItem]) -> list[list[str]]:
    return [[one.kind, one.ref, one.text] for one in items]


def _relied(items: Iterable[ReliedOn]) -> list[list[str]]:
    return [[one.kind, one.ref, one.title, one.sha256] for one in items]
