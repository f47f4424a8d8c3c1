"""What the published OpenAPI document says of the answers: every status that is sent, and nothing that is not."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from central.api.shapes import ProblemBody
from desktop.sync.wire.problems import KINDS
from desktop.sync.wire.protocol import ENDPOINT_HEADER, JSON_TYPE, PROBLEM_TYPE, REQUEST_HEADER

Responses = dict[int | str, dict[str, Any]]
ALWAYS = ("bad-request", "too-large", "slow-down", "internal", "unavailable", "no-room")
"""What any call may answer."""
SIGNED_IN = ("sign-in", "forbidden")
SPOKEN = ("client-too-old",)


def problems(*slugs: str) -> Responses:
    """Declares these problems beside those of every call."""
    found: Responses = {}
    for slug in (*ALWAYS, *slugs):
        kind = KINDS[slug]
        one = found.setdefault(kind.status, {"model": ProblemBody, "description": ""})
        one["description"] = "; ".join(part for part in (one["description"], f"{slug}: {kind.title}") if part)
    return found


def participant_calls(*slugs: str) -> Responses:
    """Of a call that an enrolled laptop makes."""
    return problems(*SIGNED_IN, *SPOKEN, *slugs)


def reviewer_calls(*slugs: str) -> Responses:
    """Of a call with the token of a person."""
    return problems(*SIGNED_IN, *slugs)


def body(media: str, description: str) -> dict[str, Any]:
    """A request body of bytes, for `openapi_extra`."""
    schema = {"type": "string", "format": "binary", "description": description}
    return {"requestBody": {"required": True, "content": {media: {"schema": schema}}}}


def make(app: FastAPI, version: str) -> dict[str, Any]:
    """The document; pages for people are not in it."""
    found = get_openapi(
        title="MHHS central endpoint",
        version=version,
        description="The protocol between the desk and a central endpoint: docs/sync-protocol.md. There is no POST; "
        "every call can be repeated. An answer without the header X-Endpoint comes from somebody else.",
        routes=app.routes,
    )
    shared: dict[str, dict[str, Any]] = {}
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"] = {
                status: _finished(int(status), answer, shared)
                for status, answer in operation["responses"].items()
                if "HTTPValidationError" not in json.dumps(answer)  # the framework's own, which is never sent
            }
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)
    found["components"]["responses"] = shared
    return found


def _finished(status: int, answer: dict[str, Any], shared: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """With our headers; a problem has its own media type, and stands once for all calls."""
    answer["headers"] = {
        **answer.get("headers", {}),
        **{name: {"required": True, "schema": {"type": "string"}} for name in (ENDPOINT_HEADER, REQUEST_HEADER)},
    }
    if status < 400:
        return answer
    answer["content"] = {PROBLEM_TYPE: answer["content"].pop(JSON_TYPE)}
    name = "-".join(part.partition(":")[0] for part in answer["description"].split("; "))
    shared[name] = answer
    return {"$ref": f"#/components/responses/{name}"}
