"""Something between a workspace and the real central service that answers in its place when it is told to."""

from __future__ import annotations

import json

import pytest
from sync_hands import moved, signed_in

from central.app import build
from desktop.sync.wire.problems import Problem
from tests.central_server import listening


class Between:
    """Stands before the real service and answers in its place when `fault(method, path)` gives an answer."""

    def __init__(self, application, endpoint):
        self.application = application
        self.endpoint = endpoint
        self.fault = lambda method, path: None
        self.calls = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        self.calls.append((scope["method"], scope["path"]))
        found = self.fault(scope["method"], scope["path"])
        if found is None:
            await self.application(scope, receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        status, headers, body = found
        told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": body})

    def problem(self, slug, headers=None, **more):
        """An answer of the endpoint itself."""
        one = Problem(slug, "", more)
        kind = {"X-Endpoint": self.endpoint, "Content-Type": "application/problem+json", **(headers or {})}
        return one.kind.status, kind, json.dumps(one.as_json()).encode()


@pytest.fixture
def between(desk, running, tmp_path):
    endpoint = signed_in(desk, running, tmp_path)
    made = Between(build(running.settings, running.central), desk.endpoints.get(endpoint).uuid)
    with listening(made) as address:
        moved(desk, endpoint, address)
        yield made
