"""Persons: who may sign in, in which role. For administrators."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from central.pages.frame import PageRoute, central_of, go, link, page
from central.pages.visits import Admin, AdminPosted, Form, Visit
from central.people import ROLES
from central.refusals import Refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/people")
def people(request: Request, visit: Admin) -> Response:
    """All of them."""
    return _all(request, visit)


@router.post("/people")
def add(request: Request, visit: Admin, form: AdminPosted) -> Response:
    """Let somebody in. The password is told to them by another way."""
    kept = central_of(request).people

    def change() -> None:
        kept.add(form.text("name"), form.text("role"), form.text("password"), visit.person.name)

    return _done(request, visit, change, "person", form)


@router.post("/people/{name}/role")
def role(request: Request, visit: Admin, form: AdminPosted, name: str) -> Response:
    """Another role; their sessions end."""
    kept = central_of(request).people
    return _done(request, visit, lambda: kept.set_role(name, form.text("role"), visit.person.name), "role")


@router.post("/people/{name}/password")
def password(request: Request, visit: Admin, form: AdminPosted, name: str) -> Response:
    """A new password for somebody who forgot theirs; their sessions end."""
    kept = central_of(request).people
    keep = visit.token if name == visit.person.name else ""

    def change() -> None:
        kept.set_password(name, form.text("password"), visit.person.name, keep=keep)

    return _done(request, visit, change, "password")


@router.post("/people/{name}/disable")
def disable(request: Request, visit: Admin, form: AdminPosted, name: str) -> Response:
    """They can do nothing any more."""
    kept = central_of(request).people
    return _done(request, visit, lambda: kept.disable(name, form.text("why"), visit.person.name), "disabled")


@router.post("/people/{name}/enable")
def enable(request: Request, visit: Admin, form: AdminPosted, name: str) -> Response:
    """They may sign in again."""
    return _done(request, visit, lambda: central_of(request).people.enable(name, visit.person.name), "enabled")


def _done(request: Request, visit: Visit, change: Callable[[], None], done: str, form: Form | None = None) -> Response:
    try:
        change()
    except Refused as refused:
        if refused.problem.slug == "not-found":
            raise
        typed = {one: form.text(one) for one in ("name", "role")} if form is not None else {}
        return _all(request, visit, refused, typed)
    return go(link("/people"), done)


def _all(
    request: Request, visit: Visit, refused: Refused | None = None, typed: dict[str, str] | None = None
) -> Response:
    return page(
        request,
        "people.html",
        visit,
        status=refused.problem.kind.status if refused else 200,
        problem=refused.problem.detail if refused else "",
        typed=typed or {},
        people=central_of(request).people.all(),
        roles=ROLES,
    )
