"""The application: the calls of the protocol, of reviewers' programs and of the machine, and the review pages."""

from __future__ import annotations

import asyncio
import importlib.util
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from central import passing
from central import settings as settings_of
from central.api import answers, blobs, document, machine, participant, review
from central.api.asked import FILE, Asked, Shared
from central.api.observed import Observed
from central.api.rates import Rates
from central.api.sizes import Sizes
from central.central import Central
from central.logs import Log, quiet, silent, to, where
from central.metrics import Metrics
from central.settings import Settings

VERSION = "1"
"""Of the published document: that of the protocol."""
THREADS = 16
"""Requests of one worker that are worked on at once; the others wait their turn. No more than connections to the
database are kept, so that none waits for one."""
SWEEP_SECONDS = 6 * 3600


def build(
    settings: Settings, central: Central, log: Log = silent, *, own: bool = False, asked: Asked | None = None
) -> FastAPI:
    """An application for that service. `own`: it closes the service when it stops, and sweeps while it runs.

    `asked`: where requests are counted, None = in the memory of this process.
    """
    app = FastAPI(
        title="MHHS central endpoint",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        generate_unique_id_function=lambda route: f"{route.tags[0]}-{route.name}" if route.tags else route.name,
        lifespan=_life(central, log, own=own),
    )
    app.state.central = central
    app.state.metrics = Metrics()
    answers.install(app)
    for router in (participant.open_calls, participant.calls, blobs.calls, review.calls, machine.calls):
        app.include_router(router)
    _add_pages(app)
    app.openapi = cache(lambda: document.make(app, VERSION))  # type: ignore[method-assign]
    app.add_middleware(Sizes, limits=settings.limits)  # the last one added is the outermost
    app.add_middleware(Rates, settings=settings.rates, asked=asked)
    app.add_middleware(Observed, endpoint=central.info().endpoint, metrics=app.state.metrics, log=log)
    return app


def worker() -> FastAPI:
    """The application of one worker process, with the settings that `mhhs-central serve` put into the environment."""
    _end_with_parent()
    chosen = settings_of.read({})
    log = to(least=chosen.log)
    quiet(log)
    central = Central(chosen)
    shared = os.environ.get(FILE)
    return build(chosen, central, log, own=True, asked=Shared(Path(shared)) if shared else None)


def _end_with_parent() -> None:
    """A worker whose parent was killed stops too: it would keep the port, and the next start would find it taken."""
    if (parent := multiprocessing.parent_process()) is None:
        return

    def follow() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, name="parent", daemon=True).start()


def _life(central: Central, log: Log, *, own: bool) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        if not own:
            yield {}
            return
        sweeping = asyncio.create_task(_sweep(central, log))
        yield {}
        sweeping.cancel()
        central.close()

    return life


async def _sweep(central: Central, log: Log) -> None:
    """Again and again, what was begun or left behind long ago is thrown away, and said."""
    what: dict[str, Callable[[], int]] = {
        "files": central.uploads.sweep,
        "folders": partial(passing.sweep, central.settings.data),
    }
    while True:
        for name, sweep in what.items():
            try:
                if gone := await run_in_threadpool(sweep):
                    log("info", "swept", **{name: gone})
            except Exception as error:  # the next time may be better; nobody waits for it
                log("warning", "not swept", where=where(error))
        await asyncio.sleep(SWEEP_SECONDS)


def _add_pages(app: FastAPI) -> None:
    if importlib.util.find_spec("central.pages.router") is None:
        return
    from central.pages import router

    router.add(app)
