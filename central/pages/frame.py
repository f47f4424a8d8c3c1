"""How every page is made: templates that escape all they are given, and the headers of each answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from central.refusals import Refused

if TYPE_CHECKING:
    from central.central import Central
    from central.pages.visits import Visit

HOME = "/review"
_HERE = Path(__file__).parent
STYLE = (_HERE / "static" / "review.css").read_text(encoding="utf-8")
_STYLE_MARK = hashlib.sha256(STYLE.encode()).hexdigest()[:12]
"""Stands in its address, so that a browser takes a changed one at once."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""No script runs on these pages, ours neither; nothing of them is kept by a browser or a proxy."""


class NotSignedIn(Exception):
    """Nobody is signed in; `back`: the address to come back to afterwards."""

    def __init__(self, back: str = "") -> None:
        """'' = the queue."""
        self.back = back
        super().__init__("nobody is signed in")


class PageRoute(APIRoute):
    """A route whose refusals are pages for people, not problems for programs."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with what it raises told on a page."""
        handler = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                response = await handler(request)
            except NotSignedIn as out:
                if request.method == "GET":
                    return go(f"{HOME}/sign-in" + (f"?{urlencode({'back': out.back})}" if out.back else ""))
                return problem(request, 401, "You are not signed in", "Your session is over. Nothing was changed.")
            except Refused as refused:
                return refusal(request, refused, await run_in_threadpool(_visitor, request))
            except HTTPException as error:
                return problem(request, error.status_code, "This did not work", str(error.detail))
            except RequestValidationError:
                return problem(request, 404, "There is no such page", "Nothing is at this address.")
            return response

        return told


def central_of(request: Request) -> Central:
    """What answers here."""
    found: Central = request.app.state.central
    return found


def page(request: Request, template: str, visit: Visit | None, /, *, status: int = 200, **values: Any) -> Response:
    """A page of that template. What participants wrote is escaped wherever it stands."""
    central = central_of(request)
    shown = {
        "problem": "",
        "done": _DONE.get(request.query_params.get("done", ""), ""),
        "typed": {},
        **values,
        "visit": visit,
        "endpoint_name": central.settings.name,
        "here": request.url.path,
        "home": HOME,
    }
    html = _environment.get_template(template).render(shown)
    return HTMLResponse(html.encode("utf-8", "replace"), status_code=status, headers=dict(HEADERS))


def problem(request: Request, status: int, title: str, detail: str, visit: Visit | None = None) -> Response:
    """A page that says what did not work."""
    return page(request, "problem.html", visit, status=status, title=title, detail=detail)


def refusal(request: Request, refused: Refused, visit: Visit | None = None) -> Response:
    """A refusal as a page of its own."""
    kind = refused.problem.kind
    title = {"forbidden": "You may not do that", "not-found": "There is no such page"}.get(kind.slug, kind.title)
    answer = problem(request, kind.status, title, refused.problem.detail, visit)
    wait = refused.problem.more.get("retry_after")
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _visitor(request: Request) -> Visit | None:
    """Who is signed in, for the bar of a page that says what went wrong; nobody when that cannot be told now."""
    from central.pages.visits import visit_of

    try:
        return visit_of(request)
    except Refused:
        return None


def go(where: str, done: str = "") -> Response:
    """To another page of ours, after something was done (`done` is a key of the sentences that can be said)."""
    address, _, anchor = where.partition("#")
    if done:
        address += ("&" if "?" in address else "?") + urlencode({"done": done})
    return RedirectResponse(f"{address}#{anchor}" if anchor else address, 303, headers=dict(HEADERS))


def link(path: str, **values: object) -> str:
    """An address below /review with the values that are not empty."""
    query = urlencode({key: str(value) for key, value in values.items() if value not in {"", None, False}})
    return f"{HOME}{path}" + (f"?{query}" if query else "")


_DONE = {
    "commented": "Your comment is kept. The participant gets it with the next sync.",
    "decided": "The decision is kept. The participant gets it with the next sync.",
    "published": "The pack is published. Laptops offer it after their next sync.",
    "withdrawn": "The pack is withdrawn. Laptops are told with their next sync.",
    "participant": "The participant was added.",
    "suspended": "The participant is suspended: its laptops can send nothing.",
    "resumed": "The participant may send again.",
    "taken-back": "The invitation is no longer good.",
    "revoked": "The laptop is revoked. It can send nothing more.",
    "person": "The person was added.",
    "role": "The role was changed.",
    "disabled": "The person cannot sign in any more.",
    "enabled": "The person may sign in again.",
    "password": "The password was changed. Other sessions and tokens of it are over.",
    "token": "The token is over.",
    "signed-out": "You are signed out.",
}


def _moment(text: str) -> str:
    """'28 Nov 2026, 16:22 UTC' for an ISO moment; anything else as it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    if at.tzinfo is None:
        return text
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _size(size: int) -> str:
    """'1.4 MB': decimal, as file managers of today say it."""
    if size < 1000:
        return f"{size} bytes" if size != 1 else "1 byte"
    value, unit = float(size), "bytes"
    for unit in ("kB", "MB", "GB", "TB"):  # noqa: B007 - the last one is used
        value /= 1000
        if value < 999.5:
            break
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:,.0f} {unit}"


def _count(number: int) -> str:
    return f"{number:,}"


def _words(state: str) -> str:
    """A state or a kind as a word at the beginning of a line."""
    plain = " ".join(one.upper() if one in _SHORT else one for one in state.replace("_", " ").split(" "))
    return plain[:1].upper() + plain[1:]


_SHORT = {"rttm", "pit"}
"""Words of kinds that are abbreviations."""


def _mark(state: str) -> str:
    """The class of a state's badge."""
    known = {"received", "in review", "changes requested", "accepted", "superseded", "withdrawn"}
    return f"state-{state.replace(' ', '-')}" if state in known else "state"


_MOST_CELL = 4_000


def _cell(text: str) -> str:
    """A cell as it is shown; a huge one is cut, and says so."""
    return text if len(text) <= _MOST_CELL else f"{text[:_MOST_CELL]}… (cut here: open the file to read on)"


_environment = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(moment=_moment, size=_size, count=_count, words=_words, mark=_mark, cell=_cell)
_environment.globals.update(link=link, style_mark=_STYLE_MARK)
