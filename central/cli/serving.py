"""`serve` answers until it is stopped; `setup` keeps settings in the folder."""

from __future__ import annotations

import argparse
import ipaddress
import os
import signal
from contextlib import nullcontext, suppress
from dataclasses import fields
from pathlib import Path
from types import FrameType
from typing import Any

from central import settings as settings_of
from central import shared_figures
from central.api.asked import FILE
from central.cli import said
from central.logs import Log, quiet, to
from central.settings import Settings, SettingsWrong
from desktop.sync.wire.protocol import Limits

SECONDS_TO_END = 20
"""What is being answered when it is stopped may take so long; then it is cut, and the client asks again."""
HEADERS_TO_END = 30
"""Seconds that a connection with nothing to do is kept."""
LARGEST_HEAD = 32 * 1024
"""Bytes of the head of a request."""
MOST_CONNECTIONS = 800
"""Of one worker, under the 1,024 files that a process may usually have open; who comes then is answered 503."""


def options(settings: Settings | None = None) -> dict[str, Any]:
    """For uvicorn: as `serve` runs it, and as tests do."""
    found: dict[str, Any] = {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "ws": "none",
        # Else whoever reaches the loopback says where he comes from, and the counts of attempts in vain are nobody's.
        "proxy_headers": settings is not None and settings.trusted_proxy,
        "forwarded_allow_ips": "127.0.0.1,::1",
        "http": "central.slow_clients:Hurried",
        "h11_max_incomplete_event_size": LARGEST_HEAD,
        "limit_concurrency": MOST_CONNECTIONS,
        "timeout_keep_alive": HEADERS_TO_END,
        "timeout_graceful_shutdown": SECONDS_TO_END,
    }
    if settings is not None and settings.tls_cert:
        found |= {"ssl_certfile": settings.tls_cert, "ssl_keyfile": settings.tls_key}
    return found


def add(commands: Any) -> None:
    """Its commands."""
    serve = commands.add_parser("serve", parents=[said.common()], help="answer participants and reviewers")
    _setting_arguments(serve)
    serve.add_argument("--host", help="127.0.0.1 without it: only this machine, such as a proxy on it")
    serve.add_argument("--port", help="8765 without it")
    serve.add_argument("--workers", metavar="N", help="processes; more than one needs PostgreSQL")
    serve.add_argument("--tls-cert", metavar="FILE", help="certificate chain, where no proxy does HTTPS")
    serve.add_argument("--tls-key", metavar="FILE", help="its private key")
    serve.add_argument("--log", choices=("info", "warning"), help="info without it: a line for each request")
    serve.set_defaults(run=_serve)
    setup = commands.add_parser("setup", parents=[said.common()], help="keep settings in the folder, for every command")
    _setting_arguments(setup)
    for group, values in (("limit", Limits()), ("rate", settings_of.Rates()), ("room", settings_of.Room())):
        for one in fields(values):
            name = f"--{group}-{one.name.replace('_', '-')}"
            setup.add_argument(name, metavar="N", help=f"{getattr(values, one.name)} without it")
    setup.set_defaults(run=_setup)


def _setting_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="what participants see of it")
    parser.add_argument("--recipients", metavar="A,B", help="whom it receives for; BSC,REC,DIP,MCC without it")
    parser.add_argument("--address", metavar="URL", help="where participants reach it; stands in invitations")
    parser.add_argument(
        "--trusted-proxy", choices=("yes", "no"), help="believe X-Forwarded-For and -Proto from this machine; no"
    )
    parser.add_argument("--metrics-token", metavar="TEXT", help="what /metrics asks for; only this machine without it")
    parser.add_argument(
        "--blobs", metavar="URL", help="s3://bucket/prefix?endpoint=...; without it files in the folder"
    )


def _setup(parsed: argparse.Namespace) -> int:
    settings = said.settings(parsed)
    given = {name: getattr(parsed, name, None) for name in settings_of.names() - {"data"}}
    settings_of.keep(settings.data, given)
    with said.opened(parsed) as central:
        info = central.info()
    body = {
        "data": str(settings.data),
        "endpoint": info.endpoint,
        "name": info.name,
        "recipients": list(info.recipients),
    }
    return said.say(parsed, f"{info.name} ({info.endpoint}) stands in {settings.data}.", body)


def _serve(parsed: argparse.Namespace) -> int:
    settings = said.settings(parsed)
    for one in filter(None, (settings.tls_cert, settings.tls_key)):
        if not Path(one).is_file():
            raise SettingsWrong(f"There is no file {one}.")
    log = to(least=settings.log)
    quiet(log)
    with said.opened(parsed) as central:  # tables and epoch are put right once, before any worker starts
        info = central.info()
    log("info", "started", endpoint=info.endpoint, workers=settings.workers)
    _warn(settings, log)
    os.environ.update(settings.environment())
    os.environ.pop(FILE, None)
    signal.signal(signal.SIGTERM, _interrupt)  # uvicorn stops cleanly, then gives the signal on to us
    with shared_figures.shared(os.environ) if settings.workers > 1 else nullcontext(), suppress(KeyboardInterrupt):
        _answer(settings, log)
    log("info", "stopped")
    return said.FINISHED


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _answer(settings: Settings, log: Log) -> None:
    from uvicorn import Config, Server
    from uvicorn.supervisors import Multiprocess

    config = Config(
        "central.app:worker",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        **options(settings),
    )
    try:
        listener = config.bind_socket()
    except (SystemExit, OSError) as error:
        where = f"{settings.host} port {settings.port}"
        raise said.CannotBeDone(f"It cannot listen on {where}: something else does, or the name is wrong.") from error
    with listener:
        listener.listen(config.backlog)  # who comes before the workers are up waits, and is not turned away
        host, port = listener.getsockname()[:2]
        log("info", "listening", host=host, port=port)
        server = Server(config)
        if settings.workers > 1:
            Multiprocess(config, sockets=[listener]).run()
        else:
            server.run(sockets=[listener])


def _warn(settings: Settings, log: Log) -> None:
    try:
        near = ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        near = settings.host == "localhost"
    if not near and not settings.tls_cert:
        log("warning", "no encryption: put a proxy with HTTPS before it, or give --tls-cert and --tls-key")
    if not settings.address:
        log("warning", "no address is set: invitations work for bundles only")
