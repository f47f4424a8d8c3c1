"""Every failure as an RFC 9457 problem: what services refuse, what is no request of the protocol, what is not there."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from central.refusals import Refused
from desktop.sync.wire.problems import KINDS, Problem
from desktop.sync.wire.protocol import OFFSET_HEADER, PROBLEM_TYPE

BUSY_SECONDS = 5
"""What a client is asked to wait when the database does not answer, or no connection to it is free."""
_MOST_ERRORS = 20
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_OF_STATUS = {401: "sign-in", 403: "forbidden", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}


def problem_answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The answer to a request that failed, with the headers that belong to its kind."""
    found = dict(headers or {})
    more = problem.more
    if "retry_after" in more:
        found["Retry-After"] = str(more["retry_after"])
    if problem.slug == "mismatching-upload-offset" and "offset" in more:
        found[OFFSET_HEADER] = str(more["offset"])
    if problem.slug == "sign-in":
        found["WWW-Authenticate"] = "Bearer"
    body = json.dumps(problem.as_json(), ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, problem.kind.status, found, PROBLEM_TYPE)


def problem_of(error: Exception) -> Problem:
    """What an exception means to a client. What nobody foresaw is `internal`, and says nothing of the inside."""
    if isinstance(error, Refused):
        return error.problem
    if isinstance(error, HTTPException):
        return _of_framework(error)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return Problem("no-room", "There is no room on the endpoint's drive.", {"retry_after": 60})
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        if "full" in str(getattr(error, "orig", "")).casefold():
            return Problem("no-room", "There is no room on the endpoint's drive.", {"retry_after": 60})
        return Problem("unavailable", "The endpoint's database is busy.", {"retry_after": BUSY_SECONDS})
    return Problem("internal", "The endpoint failed. Nothing was changed by this request.")


def install(app: FastAPI) -> None:
    """Answer with problems for everything that the framework would say in its own way."""
    app.add_exception_handler(Refused, _failed)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(RequestValidationError, _not_valid)


async def _failed(request: Request, error: Exception) -> Response:
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if "Allow" in headers:
        headers["Allow"] = ", ".join(
            sorted(_methods(request.app.openapi()["paths"], request.url.path)) or [headers["Allow"]]
        )
    problem = problem_of(error)
    if problem.slug == "no-room":
        request.app.state.metrics.no_room(problem.more.get("of", "drive"))
    return problem_answer(problem, headers)


def _methods(paths: Mapping[str, Mapping[str, Any]], path: str) -> set[str]:
    """Every method of that address; the framework names those of the first route only. Of review pages: none."""
    found: set[str] = set()
    for template, operations in paths.items():
        if compile_path(template)[0].fullmatch(path):
            found |= {one.upper() for one in operations}
    return found


async def _not_valid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_answer(invalid(error.errors()))


def invalid(errors: Sequence[Any]) -> Problem:
    """What pydantic found: `invalid` for the fields of a body, `bad-request` for everything around it."""
    found = [
        {
            "pointer": "".join(f"/{_escaped(part)}" for part in one["loc"][1:]),
            "in": str(one["loc"][0]),
            "detail": one["msg"],
        }
        for one in errors[:_MOST_ERRORS]
    ]
    whole = all(one["in"] == "body" for one in found) and not any(one["type"] == "json_invalid" for one in errors)
    names = ", ".join(dict.fromkeys(f"{one['in']} {one['pointer']}".strip() for one in found))
    if whole:
        return Problem("invalid", f"These fields are not as they should be: {names}.", {"errors": found})
    return Problem("bad-request", f"These parts of the request are not as they should be: {names}.", {"errors": found})


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _of_framework(error: HTTPException) -> Problem:
    slug = _OF_STATUS.get(error.status_code)
    if slug is None:
        same = [one.slug for one in KINDS.values() if one.status == error.status_code]
        slug = same[0] if len(same) == 1 else ("bad-request" if error.status_code < 500 else "internal")
    details = {"not-found": "There is nothing under this address.", "bad-request": "The body cannot be read."}
    return Problem(slug, details.get(slug, ""), getattr(error, "more", {}))
