"""Participants with their laptops and invitations."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from central.clock import moment
from central.pages.downloads import download
from central.pages.frame import PageRoute, central_of, go, link, page
from central.pages.visits import Admin, AdminPosted, Reader, Visit
from central.refusals import Refused
from central.room import usage_of
from desktop.sync.wire.invitation import Invitation

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/participants")
def participants(request: Request, visit: Reader) -> Response:
    """All of them; an administrator adds one."""
    return _all(request, visit)


@router.post("/participants")
def add(request: Request, visit: Admin, form: AdminPosted) -> Response:
    """A new participant; the next step is its invitation."""
    try:
        made = central_of(request).participants.add(form.text("id").strip(), form.text("name"), visit.person.name)
    except Refused as refused:
        return _all(request, visit, refused, dict(form.texts))
    return go(link(f"/participants/{made.id}"), "participant")


@router.get("/participants/{participant_id}")
def participant(request: Request, visit: Reader, participant_id: str) -> Response:
    """One, with its laptops, its invitations and the way to its submissions."""
    return _one(request, visit, participant_id)


@router.post("/participants/{participant_id}/suspend")
def suspend(request: Request, visit: Admin, form: AdminPosted, participant_id: str) -> Response:
    """Its laptops may do nothing."""
    try:
        central_of(request).participants.suspend(participant_id, form.text("why"), visit.person.name)
    except Refused as refused:
        return _again(request, visit, participant_id, refused)
    return go(link(f"/participants/{participant_id}"), "suspended")


@router.post("/participants/{participant_id}/resume")
def resume(request: Request, visit: Admin, form: AdminPosted, participant_id: str) -> Response:
    """They may again."""
    central_of(request).participants.resume(participant_id, visit.person.name)
    return go(link(f"/participants/{participant_id}"), "resumed")


@router.post("/participants/{participant_id}/invitations")
def invite(request: Request, visit: Admin, form: AdminPosted, participant_id: str) -> Response:
    """A code, shown on this answer and never again."""
    days = form.text("days")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    try:
        made = central_of(request).devices.invite(participant_id, visit.person.name, number)
    except Refused as refused:
        return _again(request, visit, participant_id, refused)
    return page(request, "invitation.html", visit, invitation=made, file=made.to_text())


@router.post("/participants/{participant_id}/invitation-file")
def invitation_file(request: Request, visit: Admin, form: AdminPosted, participant_id: str) -> Response:
    """The invitation that the page showed, as a file: it is kept nowhere here, so the page sends it along."""
    try:
        made = Invitation.read(form.text("file"))
    except ValueError as error:
        raise Refused("invalid", "It is no invitation.") from error
    return download(made.to_text().encode(), f"invitation-{participant_id}.json")


@router.post("/participants/{participant_id}/invitations/{short}/take-back")
def take_back(request: Request, visit: Admin, form: AdminPosted, participant_id: str, short: str) -> Response:
    """An invitation that nobody used is no longer good."""
    try:
        central_of(request).devices.take_back(short, visit.person.name)
    except Refused as refused:
        return _again(request, visit, participant_id, refused)
    return go(link(f"/participants/{participant_id}"), "taken-back")


@router.post("/participants/{participant_id}/devices/{uuid}/revoke")
def revoke(request: Request, visit: Admin, form: AdminPosted, participant_id: str, uuid: str) -> Response:
    """The laptop may do nothing any more."""
    devices = central_of(request).devices
    if all(one.uuid != uuid for one in devices.all(participant_id)):
        raise Refused("not-found", "There is no such laptop.")
    try:
        devices.revoke(uuid, form.text("why"), visit.person.name)
    except Refused as refused:
        return _again(request, visit, participant_id, refused)
    return go(link(f"/participants/{participant_id}"), "revoked")


def _again(request: Request, visit: Visit, participant_id: str, refused: Refused) -> Response:
    """The participant's page with what was wrong; one that is not there is refused as such."""
    if refused.problem.slug == "not-found":
        raise refused
    return _one(request, visit, participant_id, refused)


def _all(
    request: Request, visit: Visit, refused: Refused | None = None, typed: dict[str, str] | None = None
) -> Response:
    central = central_of(request)
    laptops: dict[str, int] = {}
    for one in central.devices.all():
        laptops[one.participant] = laptops.get(one.participant, 0) + (not one.revoked)
    return page(
        request,
        "participants.html",
        visit,
        status=refused.problem.kind.status if refused else 200,
        problem=refused.problem.detail if refused else "",
        typed=typed or {},
        participants=central.participants.all(),
        laptops=laptops,
    )


def _one(request: Request, visit: Visit, participant_id: str, refused: Refused | None = None) -> Response:
    central = central_of(request)
    found = central.participants.get(participant_id)
    now = moment(central.clock())
    with central.db.read() as connection:
        used = usage_of(connection, participant_id)
    return page(
        request,
        "participant.html",
        visit,
        status=refused.problem.kind.status if refused else 200,
        problem=refused.problem.detail if refused else "",
        participant=found,
        used=used,
        room=central.settings.room,
        devices=central.devices.all(participant_id),
        codes=central.devices.codes(participant_id),
        now=now,
    )
