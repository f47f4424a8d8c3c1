"""The one line of an endpoint: how it stands, in words and a tone. Green only when everything has a checked receipt."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.submissions.reading import moment
from desktop.sync.model import Endpoint, EndpointLine, Tone, Trouble
from desktop.sync.wire.problems import Retry
from local_db.deliveries import Standing

_OFFLINE = {"offline", "dns"}
"""It is this laptop that has no network."""
_UNREACHED = _OFFLINE | {"connect", "timeout", "proxy"}
"""One word for all of them, as a person sees no difference; the tool tip says which it is."""
_STOPPED = {
    "sign-in": "signing in needed", "forbidden": "not let in", "bad-code": "signing in needed",
    "client-too-old": "a newer MHHS Desk is asked for", "captive": "a sign-in page is in the way",
    "other-endpoint": "another endpoint answers", "not-an-endpoint": "what answers is no endpoint",
    "garbled": "its answers cannot be read", "too-long": "its answers are too long",
    "tls": "no safe connection", "proxy": "the proxy does not let it through", "keyring": "the keyring is locked",
}  # fmt: skip


def line(one: Endpoint, found: Standing, *, working: bool, now: datetime) -> EndpointLine:
    """The line of an endpoint. `working`: a round with it runs now."""
    waits, needs_you, received = found.waiting, found.needs_you, found.received
    words = _counted(waits, needs_you, received)
    held, tone = _state(one, waits, needs_you, received, working=working)
    if held and _is_stopped(one):
        words.insert(0, held)  # nothing goes until it is mended: said before what would comfort
    elif held:
        words.append(held)
    return EndpointLine(
        one.id, one.name, _upper(" · ".join(words)), tone, waits, needs_you, one.last_ok_at,
        "\n".join(_detail(one, found, now)), one.online,
    )  # fmt: skip


def _counted(waits: int, needs_you: int, received: bool) -> list[str]:
    words = []
    if waits:
        words.append(f"{waits} waiting")
    if needs_you:
        words.append(f"{needs_you} need{'s' if needs_you == 1 else ''} you")
    if not words:
        words.append("all received" if received else "nothing to send")
    return words


def _state(  # noqa: PLR0911 - one way out for each state
    one: Endpoint, waits: int, needs_you: int, received: bool, *, working: bool
) -> tuple[str, Tone]:
    trouble = one.trouble
    urgent = Tone.NEEDS_YOU if needs_you else None
    if not one.online:
        return "by bundles only", urgent or (Tone.GOOD if received and not waits else Tone.NEUTRAL)
    if one.signed_in_at is None:
        return "signing in needed", Tone.NEEDS_YOU
    if one.paused:
        return "paused", urgent or Tone.NEUTRAL
    if working and waits:
        return "sending", urgent or Tone.BUSY
    if trouble is not None and trouble.retry is Retry.ENDPOINT:
        return _STOPPED.get(trouble.slug, "stopped"), Tone.NEEDS_YOU
    if trouble is not None:
        return _not_reached(trouble), urgent or (Tone.WAITING if waits and not _is_offline(trouble) else Tone.NEUTRAL)
    if urgent or waits:
        return "", urgent or Tone.WAITING
    return "", Tone.GOOD if received else Tone.NEUTRAL


def _is_stopped(one: Endpoint) -> bool:
    """Whether nothing goes to it until a person mends something."""
    if not one.online or one.paused:
        return False
    return one.signed_in_at is None or (one.trouble is not None and one.trouble.retry is Retry.ENDPOINT)


def _is_offline(trouble: Trouble) -> bool:
    return trouble.slug in _OFFLINE


def _not_reached(trouble: Trouble) -> str:
    return "offline" if trouble.slug in _UNREACHED else "tried again later"


def _detail(one: Endpoint, found: Standing, now: datetime) -> list[str]:
    """For the tool tip: what is wrong and what to do, how long the oldest one waits, the clocks."""
    said = []
    if one.trouble is not None:
        said.append(" ".join(part for part in (one.trouble.what, one.trouble.todo) if part))
    oldest = moment(found.oldest)
    if oldest is not None:
        said.append(f"The oldest one has been waiting {age(now - oldest)}.")
    if found.held:
        said.append(f"{found.held} {'is' if found.held == 1 else 'are'} held back.")
    if one.metered and found.large:
        said.append("Large ones wait until the connection is not metered any more.")
    if one.clock_wrong and one.clock_ms is not None:
        ahead = "ahead of" if one.clock_ms < 0 else "behind"
        theirs = now + timedelta(milliseconds=one.clock_ms)
        said.append(
            f"This computer's clock ({now.astimezone():%d %b %H:%M}) is {age(abs(theirs - now))} {ahead} that of the "
            f"endpoint ({theirs.astimezone():%d %b %H:%M}). Check it."
        )
    return said


def age(since: timedelta) -> str:
    """3 days, 2 hours, 5 minutes, less than a minute."""
    seconds = max(0, int(since.total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
