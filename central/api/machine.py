"""What the machine around the service asks: does it live, may it get requests, how is it doing."""

from __future__ import annotations

import hmac
import ipaddress
import shutil

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from central.api.callers import Service
from central.api.document import problems
from central.api.shapes import Health
from central.metrics import TYPE
from central.refusals import Refused
from central.tables import meta
from desktop.sync.wire.protocol import MIB

calls = APIRouter(tags=["machine"])
_LEAST_ROOM = 64 * MIB


@calls.get("/health", responses=problems(), response_model=Health)
def health(central: Service) -> Health:
    """It lives: the database answers."""
    with central.db.read() as connection:
        connection.execute(select(1))
    return Health(status="ok")


@calls.get("/ready", responses=problems(), response_model=Health)
def ready(central: Service) -> Health:
    """It may get requests: the database answers with the tables of this version, and there is room on the drive."""
    with central.db.read() as connection:
        connection.execute(select(meta.c.key).limit(1))
    if shutil.disk_usage(central.settings.data).free < _LEAST_ROOM:
        raise Refused("no-room", "There is nearly no room on the endpoint's drive.", retry_after=60)
    return Health(status="ready")


@calls.get(
    "/metrics",
    response_class=Response,
    responses={200: {"description": "Prometheus' text format.", "content": {"text/plain": {}}}, **problems("sign-in")},
)
def metrics(request: Request, central: Service) -> Response:
    """Figures of all workers. Asks for the setting metrics_token; without one only this machine gets them."""
    wanted = central.settings.metrics_token
    said = request.headers.get("authorization", "")
    if not (hmac.compare_digest(said.encode(), f"Bearer {wanted}".encode()) if wanted else _near(request)):
        raise Refused("sign-in", "The figures ask for their token.")
    return Response(request.app.state.metrics.text(), 200, media_type=TYPE)


def _near(request: Request) -> bool:
    """Whether it was asked on this machine, and not through a proxy on it: the figures say how busy everybody is."""
    if any(one in request.headers for one in ("x-forwarded-for", "forwarded", "via")):
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
