"""One endpoint over the network: every call with the protocol's headers, limits and times; every failure told.

`call` is the only way out of this program to an endpoint. It may run on any thread, one call at a time.
Redirects are not followed, nothing is read from the environment but (for the system's choice) the proxy, and nothing
but the endpoint's own answer, which names its id, is taken for an answer.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from desktop import __version__
from desktop.clock import Clock, system_clock
from desktop.declarations.body import moment
from desktop.declarations.canonical import canonical_bytes
from desktop.jobs import Cancelled, Job
from desktop.sync import failures, redaction, trust
from desktop.sync.addresses import host_of
from desktop.sync.answers import CAP, Answer, Garbled, TooLong, Unpacking, clock_offset, foreign, refusal
from desktop.sync.model import Certificate, Connection, Trouble
from desktop.sync.proxies import Proxy, ProxyResolver, proxy_for
from desktop.sync.troubles import GARBLED, NO_ENDPOINT, OTHER_ENDPOINT, SyncTrouble
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.protocol import (
    ENDPOINT_HEADER,
    INFO,
    JSON_TYPE,
    PROTOCOL,
    PROTOCOL_HEADER,
    REQUEST_HEADER,
    UUID,
    Info,
)
from desktop.sync.wires import Adapter, Watch

__all__ = ["CAP", "Answer", "SyncTrouble", "Transport"]

SECONDS = 300.0
"""For a whole call, however small."""
SLOWEST = 4096
"""Bytes a second below which a large body is given up."""
_BLOCK = 64 * 1024


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    headers: Mapping[str, str]
    data: bytes | None
    query: Mapping[str, str]


class Transport:
    """The connection to one endpoint. Close it, or use it in a `with`."""

    def __init__(
        self,
        address: str,
        connection: Connection | None = None,
        *,
        name: str = "",
        endpoint: str = "",
        token: str = "",
        proxy_password: str = "",
        proxies_for: ProxyResolver | None = None,
        clock: Clock = system_clock,
        seconds: float = SECONDS,
    ) -> None:
        """`address` as `addresses.address_of` gives it; `endpoint` its id ('' = not known yet: any endpoint is taken).

        Nothing is sent. Raises InvalidInput (field ca_file, proxy).
        """
        self.address = address
        self.host = host_of(address)
        self.name = name or self.host
        self.endpoint = endpoint
        self.proxy: Proxy | None = None
        self.certificate: Certificate | None = None
        """Who vouched for the newest connection that was made."""
        self.clock_ms: int | None = None
        """The endpoint's clock minus ours, by its newest answer."""
        self._connection = connection or Connection()
        self._token = token
        self._clock = clock
        self._seconds = seconds
        self._lock = threading.Lock()
        self.proxy = proxy_for(address, self._connection, password=proxy_password, resolver=proxies_for)
        context = trust.context(self._connection.ca_file)
        redaction.guard()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("https://", made := Adapter(context, self.proxy))
        self._session.mount("http://", made)

    def __enter__(self) -> Transport:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        json: Any = None,
        query: Mapping[str, str] | None = None,
        expected: Collection[int] = (),
        cap: int = CAP,
        seconds: float | None = None,
        anonymous: bool = False,
        job: Job | None = None,
    ) -> Answer:
        """One request, one answer: 2xx, 304 and the statuses in `expected` are answers, everything else is raised.

        `path` from wire/protocol.py; `query` holds nothing secret; `json` is sent as canonical JSON, `data` as it is
        (say its Content-Type in `headers`). `cap` bytes of answer at most. `seconds` for the whole call;
        large bodies get more. `anonymous`: without this laptop's sign-in.
        Raises SyncTrouble (with `met` of an answer), Cancelled within a moment of the job's cancel.
        """
        request_id = str(uuid4())
        own = {
            "User-Agent": f"mhhs-desk/{__version__}",
            PROTOCOL_HEADER: str(PROTOCOL),
            REQUEST_HEADER: request_id,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        }
        if self._token and not anonymous:
            own["Authorization"] = f"Bearer {self._token}"
        if json is not None:
            data = canonical_bytes(json)
            own["Content-Type"] = JSON_TYPE
        asked = _Request(method, path, {**own, **(headers or {})}, data, query or {})
        total = (self._seconds if seconds is None else seconds) + len(data or b"") / SLOWEST
        if job is not None:
            job.check()
        with self._lock, Watch(total, job) as watch:
            try:
                status, received, body = self._exchange(asked, cap, watch)
            except (requests.RequestException, HTTPError, OSError, TooLong, Garbled) as error:
                if watch.stopped or (job is not None and job.cancelled):
                    raise Cancelled from error
                raise SyncTrouble(self._told(error, watch.late, request_id)) from error
            finally:
                if watch.peer:
                    self.certificate = trust.certificate(watch.peer, self._connection.ca_file)
        return self._judged(status, received, body, expected, request_id)

    def info(self, job: Job | None = None) -> Info:
        """What the endpoint says of itself, asked before anything that needs this laptop's sign-in.

        Raises SyncTrouble, also when it is another endpoint, or speaks no version that we speak.
        """
        answer = self.call("GET", INFO, anonymous=True, job=job)
        try:
            found = Info.read(answer.json())
        except ValueError as error:
            what = f"{self.name} does not say what an endpoint says of itself."
            todo = "Check the address."
            raise SyncTrouble(self._trouble(what, todo, NO_ENDPOINT, answer.request_id)) from error
        if found.endpoint != answer.headers.get(ENDPOINT_HEADER, ""):
            what = f"{self.name} names two ids: it is not set up soundly."
            raise SyncTrouble(self._trouble(what, "Tell the endpoint's people.", NO_ENDPOINT, answer.request_id))
        least, most = found.protocol
        if least > PROTOCOL:
            what = f"{self.name} asks for a newer MHHS Desk."
            todo = "Install the newest one. Until then a bundle can be written."
            raise SyncTrouble(self._trouble(what, todo, "client-too-old", answer.request_id))
        if most < PROTOCOL:
            what = f"{self.name} is older than this MHHS Desk and does not understand it."
            raise SyncTrouble(self._trouble(what, "Tell the endpoint's people.", "client-too-old", answer.request_id))
        return found

    def _exchange(self, asked: _Request, cap: int, watch: Watch) -> tuple[int, CaseInsensitiveDict[str], bytes]:
        way = {} if self.proxy is None else {"http": self.proxy.address, "https": self.proxy.address}
        response = self._session.request(
            asked.method,
            self.address + asked.path,
            params=dict(asked.query),
            data=asked.data,
            headers=dict(asked.headers),
            proxies=way,
            timeout=(self._connection.connect_seconds, self._connection.read_seconds),
            allow_redirects=False,
            stream=True,
        )
        self._session.cookies.clear()
        whole = False
        try:
            received = CaseInsensitiveDict(response.headers)
            body = self._read(response, asked.method, received, cap, watch)
            whole = response.status_code >= 200
            return response.status_code, received, body
        finally:
            if not whole:  # what is left of it must not be taken for the answer of the next call
                response.close()
            response.raw.release_conn()

    @staticmethod
    def _read(response: requests.Response, method: str, headers: Mapping[str, str], cap: int, watch: Watch) -> bytes:
        if method == "HEAD" or response.status_code in {204, 304} or response.status_code < 200:
            return b""
        length = headers.get("content-length", "")
        if length.isdigit():
            if int(length) > cap:
                raise TooLong
            watch.more(int(length) / SLOWEST)
        unpacking = Unpacking(headers.get("content-encoding", ""), cap)
        found = bytearray()
        while block := response.raw.read(_BLOCK, decode_content=False):
            watch.check()
            found += unpacking.feed(block)
        watch.check()
        unpacking.end()
        return bytes(found)

    def _judged(
        self,
        status: int,
        headers: CaseInsensitiveDict[str],
        body: bytes,
        expected: Collection[int],
        request_id: str,
    ) -> Answer:
        now = self._clock()
        who = headers.get(ENDPOINT_HEADER, "")
        way = "" if self.proxy is None else self.proxy.address
        if status == 407 and not who:
            raise SyncTrouble(failures.proxy_answered(status, way or "on the way"))
        if UUID.fullmatch(who) is None:
            raise _numbered(foreign(status, headers, host=self.host, proxy=way, now=now), request_id, now)
        if self.endpoint and who != self.endpoint:
            what = f"Another endpoint than {self.name} answers at {self.host}."
            todo = "Check the address. If the endpoint moved, its people tell the new one."
            raise SyncTrouble(self._trouble(what, todo, OTHER_ENDPOINT, request_id))
        self.clock_ms = clock_offset(headers, now)
        if 200 <= status < 300 or status == 304 or status in expected:
            return Answer(status, headers, body, request_id, self.clock_ms)
        raise _numbered(refusal(status, headers, body, name=self.name, now=now), request_id, now)

    def _told(self, error: BaseException, late: bool, request_id: str) -> Trouble:
        if isinstance(error, TooLong):
            return self._trouble(f"{self.host} answered with more than this program takes.", "", "too-long", request_id)
        if isinstance(error, Garbled):
            what = f"The answer of {self.host} is packed in a way that cannot be read."
            return self._trouble(what, "Something on the way may have changed it.", GARBLED, request_id)
        way = "" if self.proxy is None else self.proxy.address
        found = failures.trouble_of(error, host=self.host, proxy=way, late=late)
        return _with(found, request_id, self._clock())

    def _trouble(self, what: str, todo: str, slug: str, request_id: str) -> Trouble:
        return _with(Trouble(what, todo, Retry.ENDPOINT, slug), request_id, self._clock())


def _with(trouble: Trouble, request_id: str, now: datetime) -> Trouble:
    return replace(trouble, request_id=request_id, at=moment(now))


def _numbered(error: SyncTrouble, request_id: str, now: datetime) -> SyncTrouble:
    return SyncTrouble(_with(error.trouble, request_id, now), retry_after=error.retry_after, met=error.met)
