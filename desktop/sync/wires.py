"""The connections under a call: trusted as `trust` says, and cut off when the person stops or the time is over.

A timeout of the socket is per read: a server that sends a byte now and then would hold a call for ever. So every
call is watched from a thread of its own, which shuts its connection down.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager, ProxyManager, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import proxy_from_url

from desktop.jobs import Job
from desktop.sync.proxies import Proxy

_LOOK = 0.1
"""Seconds between two looks at whether to stop."""

RETRIES = Retry(
    connect=2, read=0, status=0, redirect=0, other=0, total=2, backoff_factor=0, respect_retry_after_header=False
)
"""Only a connection that never came about is tried again at once; everything else is decided where it is kept."""

_here = threading.local()


class Watch:
    """One call: which connection it uses, when it has to be over, why it was cut off."""

    def __init__(self, seconds: float, job: Job | None) -> None:
        """`seconds` from now; more may be given when the length of the answer is known."""
        self.late = False
        self.stopped = False
        self.peer = b""
        """The server's certificate (DER), once it is known."""
        self._end = time.monotonic() + seconds
        self._job = job
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._thread = threading.Thread(target=self._look, name="sync watch", daemon=True)

    def __enter__(self) -> Watch:
        """From now on connections of this thread belong to this call."""
        _here.watch = self
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Over; the connection may be used by the next call."""
        _here.watch = None
        self._over.set()
        self._thread.join()

    def more(self, seconds: float) -> None:
        """Allow for more time."""
        self._end += seconds

    def check(self) -> None:
        """Raises Cancelled when the person stopped, TimeoutError when the time is over."""
        if self._job is not None:
            self._job.check()
        if self.late or time.monotonic() > self._end:
            self.late = True
            raise TimeoutError

    def use(self, handle: socket.socket | None) -> None:
        """Another connection is used by this call."""
        if handle is not None:
            with self._lock:
                self._handles.append(handle)

    def _look(self) -> None:
        while not self._over.wait(_LOOK):
            self.late = self.late or time.monotonic() > self._end
            self.stopped = self.stopped or (self._job is not None and self._job.cancelled)
            if self.late or self.stopped:
                with self._lock:
                    for one in self._handles:
                        with contextlib.suppress(OSError):
                            one.shutdown(socket.SHUT_RDWR)


class _Watched(HTTPConnection):
    """Tells the call of its thread which socket to cut. A duplicate: TLS takes the first one's place."""

    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self._let_go()
        self._handle = made.dup()
        _use(self._handle)
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        """As ever; a connection that was kept open is told of here."""
        _use(self._handle)
        super().request(*args, **kwargs)

    def close(self) -> None:
        """As ever."""
        super().close()
        self._let_go()

    def _let_go(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()


class _WatchedTls(_Watched, HTTPSConnection):
    """The same over TLS."""

    def connect(self) -> None:
        """As ever; then the server's certificate is known."""
        super().connect()
        watch: Watch | None = getattr(_here, "watch", None)
        if watch is not None and isinstance(self.sock, ssl.SSLSocket):
            watch.peer = self.sock.getpeercert(binary_form=True) or b""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _PoolTls(HTTPSConnectionPool):
    ConnectionCls = _WatchedTls


_POOLS = {"http": _Pool, "https": _PoolTls}


class Adapter(HTTPAdapter):
    """Of one endpoint: its trust, and what its proxy asks for. Nothing comes from the environment."""

    def __init__(self, context: ssl.SSLContext, proxy: Proxy | None) -> None:
        """`context` is made by `trust.context`."""
        self._context = context
        self._proxy = proxy
        super().__init__(max_retries=RETRIES, pool_connections=2, pool_maxsize=2)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        """With our trust and our connections."""
        self.poolmanager = PoolManager(
            num_pools=connections, maxsize=maxsize, block=block, ssl_context=self._context, **pool_kwargs
        )
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> ProxyManager:
        """The same through a proxy; its sign-in goes to the proxy only."""
        if proxy not in self.proxy_manager:
            manager = proxy_from_url(
                proxy,
                proxy_headers=self.proxy_headers(proxy),
                ssl_context=self._context,
                proxy_ssl_context=self._context,
                num_pools=2,
                maxsize=2,
                **proxy_kwargs,
            )
            manager.pool_classes_by_scheme = _POOLS
            self.proxy_manager[proxy] = manager
        found: ProxyManager = self.proxy_manager[proxy]
        return found

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """Sign-in to the proxy: never in its URL, which may be told in an error."""
        if self._proxy is None or not self._proxy.authorization:
            return {}
        return {"Proxy-Authorization": self._proxy.authorization}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Only our context decides: requests would add certifi's list to it."""
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = None
        conn.ca_cert_dir = None


def _use(handle: socket.socket | None) -> None:
    watch: Watch | None = getattr(_here, "watch", None)
    if watch is not None:
        watch.use(handle)
