"""Test connection: step by step, so that it names the one that failed."""

from __future__ import annotations

import contextlib
import socket
import ssl
from datetime import timedelta
from urllib.parse import urlsplit

from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.sync import trust
from desktop.sync.addresses import address_of
from desktop.sync.lines import age
from desktop.sync.model import (
    CLOCK_WARN_MS,
    Certificate,
    Connection,
    ProxyChoice,
    StepState,
    TestReport,
    TestStep,
    Trouble,
)
from desktop.sync.proxies import ProxyResolver
from desktop.sync.transport import Transport
from desktop.sync.troubles import SyncTrouble
from desktop.sync.wire.protocol import CHANGES, PROTOCOL, Info

TITLES = {
    "address": "Address",
    "proxy": "Proxy",
    "dns": "Name look-up",
    "connect": "Connection",
    "tls": "Certificate",
    "endpoint": "Endpoint",
    "version": "Version",
    "sign-in": "Sign-in",
    "clock": "Clock",
}
_STEP_OF = {
    "proxy": "proxy",
    "dns": "dns",
    "offline": "dns",
    "connect": "connect",
    "timeout": "connect",
    "tls": "tls",
    "client-too-old": "version",
}
_SAME_MS = 60_000
"""Milliseconds below which nothing is said of a difference between the clocks."""
_SECONDS = 30.0
"""For each call of a test: a person waits for it."""


class _Steps:
    """What was found so far, in order."""

    def __init__(self, signed: bool) -> None:
        self._order = [one for one in TITLES if signed or one != "sign-in"]
        self._found: dict[str, TestStep] = {}

    def passed(self, step: str, detail: str = "") -> None:
        self._found[step] = TestStep(step, TITLES[step], StepState.PASSED, detail)

    def warned(self, step: str, detail: str, todo: str) -> None:
        self._found[step] = TestStep(step, TITLES[step], StepState.WARNING, detail, todo)

    def failed(self, step: str, what: str, todo: str) -> None:
        """Those before it that nothing was said of passed; those after it were not reached."""
        where = self._order.index(step)
        for one in self._order[:where]:
            self._found.setdefault(one, TestStep(one, TITLES[one], StepState.PASSED))
        for one in self._order[where:]:
            self._found.pop(one, None)
        self._found[step] = TestStep(step, TITLES[step], StepState.FAILED, what, todo)

    def report(self, certificate: Certificate | None = None, info: Info | None = None, name: str = "") -> TestReport:
        rest = (self._found.get(one, TestStep(one, TITLES[one], StepState.NOT_REACHED)) for one in self._order)
        recipients = () if info is None else info.recipients
        return TestReport(tuple(rest), certificate, recipients, name if info is None else info.name)


def step_by_step(
    address: str,
    connection: Connection,
    *,
    endpoint: str = "",
    name: str = "",
    token: str = "",
    without_token: Trouble | None = None,
    signed: bool = True,
    cursor: str = "",
    proxy_password: str = "",
    proxies_for: ProxyResolver | None = None,
    clock: object = None,
    job: Job | None = None,
) -> TestReport:
    """What each step found, up to the one that fails. Raises Cancelled.

    `signed`: it is an endpoint of the workspace, whose sign-in is tested too; `without_token`: why it cannot be.
    """
    steps = _Steps(signed)
    try:
        address = address_of(address)
    except InvalidInput as error:
        steps.failed("address", error.what, error.todo)
        return steps.report(name=name)
    steps.passed("address", address)
    given = {} if clock is None else {"clock": clock}
    try:
        made = Transport(
            address, connection, name=name, endpoint=endpoint, token=token, proxy_password=proxy_password,
            proxies_for=proxies_for, seconds=_SECONDS, **given,  # type: ignore[arg-type]
        )  # fmt: skip
    except InvalidInput as error:
        steps.failed("tls" if error.field == "ca_file" else "proxy", error.what, error.todo)
        return steps.report(name=name)
    with made as transport:
        _way(steps, transport, connection)
        _report(job, "Asking the endpoint")
        try:
            info = transport.info(job)
        except SyncTrouble as error:
            step = _STEP_OF.get(error.trouble.slug, "endpoint")
            steps.failed(step, error.trouble.what, error.trouble.todo)
            shown = transport.certificate or (_unsafe_look(transport, connection) if step == "tls" else None)
            return steps.report(shown, name=name)
        _passed(steps, transport, info)
        if signed:
            _report(job, "Signing in")
            if without_token is not None:
                steps.failed("sign-in", without_token.what, without_token.todo)
                return steps.report(transport.certificate, info)
            try:
                transport.call("GET", CHANGES, query={"after": cursor, "limit": "1"}, expected=(410,), job=job)
            except SyncTrouble as error:
                steps.failed("sign-in", error.trouble.what, error.trouble.todo)
                return steps.report(transport.certificate, info)
            steps.passed("sign-in")
        _clock(steps, transport.clock_ms)
        return steps.report(transport.certificate, info)


def _way(steps: _Steps, transport: Transport, connection: Connection) -> None:
    choice = {
        ProxyChoice.SYSTEM: "as the system says",
        ProxyChoice.NONE: "none, as chosen",
        ProxyChoice.OWN: "as given",
    }[connection.proxy_choice]
    if transport.proxy is not None:
        steps.passed("proxy", f"{transport.proxy.address} ({choice})")
        steps.passed("dns", "The proxy looks it up.")
        return
    steps.passed("proxy", choice if connection.proxy_choice is ProxyChoice.NONE else f"none ({choice})")
    parts = urlsplit(transport.address)
    with contextlib.suppress(OSError):
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
        steps.passed("dns", ", ".join(sorted({str(one[4][0]) for one in found})))


def _passed(steps: _Steps, transport: Transport, info: Info) -> None:
    steps.passed("connect", transport.host)
    seen = transport.certificate
    if seen is None:
        steps.passed("tls", "None is needed: the endpoint is on this computer.")
    else:
        own = ", trusted by the extra certificate file" if seen.own_ca else ""
        until = f"{seen.until.day} {seen.until:%b %Y}"
        steps.passed("tls", f"{seen.subject}, by {seen.issuer}, until {until}{own}")
    steps.passed("endpoint", info.name)
    steps.passed("version", f"Protocol {PROTOCOL} of {info.protocol[0]} to {info.protocol[1]}")


def _clock(steps: _Steps, clock_ms: int | None) -> None:
    if clock_ms is None:
        steps.warned("clock", "The endpoint tells no time.", "")
        return
    apart, way = age(timedelta(milliseconds=abs(clock_ms))), "ahead of" if clock_ms > 0 else "behind"
    if abs(clock_ms) > CLOCK_WARN_MS:
        steps.warned(
            "clock",
            f"The endpoint's clock is {apart} {way} this computer's.",
            "Set this computer's clock. Nothing is lost or decided by it; moments in the lists look odd.",
        )
    else:
        agree = abs(clock_ms) < _SAME_MS
        steps.passed("clock", "Both clocks agree." if agree else f"{apart} {way} this computer's.")


def _unsafe_look(transport: Transport, connection: Connection) -> Certificate | None:
    """The certificate that was not trusted, only to show who made it: nothing is sent."""
    parts = urlsplit(transport.address)
    if transport.proxy is not None or parts.scheme != "https" or not parts.hostname:
        return None
    try:
        text = ssl.get_server_certificate((parts.hostname, parts.port or 443), timeout=connection.connect_seconds)
        return trust.certificate(ssl.PEM_cert_to_DER_cert(text), connection.ca_file)
    except (OSError, ValueError):
        return None


def _report(job: Job | None, what: str) -> None:
    if job is not None:
        job.report(what)
