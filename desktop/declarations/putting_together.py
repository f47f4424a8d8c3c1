"""The values of a signed JSON out of a sheet: ids beside names, evidence with revision and size, packs in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from desktop.declarations import body as bodies
from desktop.declarations.facts import Facts
from desktop.declarations.model import Declaration, Sheet, SignatoryWords
from desktop.declarations.sheet import Resolved, resolved
from local_db.declarations import RevisionRow


def declaration_body(
    sheet: Sheet,
    facts: Facts,
    evidence: Iterable[RevisionRow],
    words: SignatoryWords,
    *,
    at: datetime,
    head: tuple[int, str],
    key: bytes | None,
    scan: bodies.ScanPart | None,
    supersedes: bodies.SupersededPart | None,
) -> dict[str, Any]:
    """The body of a declaration without its copies. `key`: the raw public key, or None with a scan."""
    declaration, pack = sheet.declaration, facts.packs["declarations"]
    put = resolved(declaration.details, facts)
    files: dict[str, bodies.EvidencePart] = {}
    for row in evidence:
        if not row.withdrawn:
            files[row.ref] = {
                "ref": row.ref,
                "title": row.title,
                "revision": row.number,
                "file_name": row.file_name,
                "size": row.size,
                "sha256": row.sha256,
            }
    return bodies.declaration_body(
        reference=declaration.ref,
        version=declaration.version,
        rehearsal=declaration.rehearsal,
        title=declaration.details.title,
        wording={
            "id": sheet.wording.id,
            "pack_version": pack.version,
            "pack_status": pack.status.value,
            "pack_sha256": pack.sha256,
            "source": pack.source,
            "placeholder": sheet.wording.placeholder,
            "statement": sheet.statement,
            "confirm": sheet.wording.confirm,
        },
        organisation=organisation_part(facts),
        roles=_named(put.roles, sheet.roles),
        recipients=_named(put.recipients, sheet.recipients),
        milestone=_milestone(put, facts),
        plan=_plan(declaration, facts),
        activity=_activity(declaration, facts),
        answers=[{"id": one.id, "question": one.text, "answer": text} for one, text in sheet.answers],
        open_items=[{"kind": one.kind, "ref": one.ref, "text": one.text} for one in sheet.open_items],
        evidence=list(files.values()),
        relied_on=[
            {"kind": one.kind, "ref": one.ref, "title": one.title, "sha256": one.sha256} for one in sheet.relied_on
        ],
        packs=[
            {"kind": one.kind, "version": one.version, "status": one.status.value, "sha256": one.sha256}
            for one in facts.packs.values()
        ],
        prepared_by=declaration.details.prepared_by,
        signatory=signatory_part(words, sheet, facts),
        same_person=same_person(declaration.details.prepared_by, words.name),
        signed_at=at,
        audit_head={"seq": head[0], "h": head[1]},
        key=bodies.key_part(key) if key is not None else None,
        scan=scan,
        supersedes=supersedes,
    )


def signatory_part(words: SignatoryWords, sheet: Sheet, facts: Facts) -> bodies.SignatoryPart:
    """Who signs, as typed, with the capacity by name."""
    names = {one.id: one.name for one in sheet.capacities}
    return {
        "name": words.name,
        "position": words.position,
        "capacity": words.capacity,
        "capacity_name": names.get(words.capacity, words.capacity),
        "on_behalf_of": facts.organisation,
    }


def organisation_part(facts: Facts) -> bodies.OrganisationPart:
    """Who declares, with every MPID."""
    participant = facts.sources.participant
    mpids = dict.fromkeys(one.mpid for one in participant.scopes())
    return {"name": facts.organisation, "short_name": participant.get().short_name, "mpids": list(mpids)}


def same_person(prepared_by: str, name: str) -> bool:
    """Whether the preparer and the signatory have one name, without regard to case and blanks."""
    return " ".join(prepared_by.split()).casefold() == " ".join(name.split()).casefold()


def _named(ids: Sequence[str], names: Sequence[str]) -> list[bodies.Named]:
    return [{"id": one, "name": name} for one, name in zip(ids, names, strict=True)]


def _milestone(put: Resolved, facts: Facts) -> bodies.MilestonePart | None:
    one = facts.milestones.get(put.milestone)
    if one is None:
        return None
    return {"id": one.id, "title": one.title, "day": one.day.isoformat() if one.day else "", "source": one.source}


def _plan(declaration: Declaration, facts: Facts) -> bodies.PlanPart | None:
    plan = facts.plans.get(declaration.details.plan_id or 0)
    return {"ref": plan.ref, "title": plan.name} if plan else None


def _activity(declaration: Declaration, facts: Facts) -> bodies.ActivityPart | None:
    view = facts.view(declaration.details.plan_id)
    one = view.by_id(declaration.details.activity_id) if view and declaration.details.activity_id else None
    return {"key": one.details.key, "title": one.details.title} if one else None
