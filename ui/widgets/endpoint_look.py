"""How endpoints look: an icon and a colour role for each tone and step, always beside words; and words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from desktop.sync.model import (
    Certificate,
    Connection,
    Endpoint,
    EndpointLine,
    Offer,
    OfferState,
    ProxyChoice,
    StepState,
    SyncOutcome,
    TestReport,
    Tone,
)
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.protocol import PROTOCOL
from ui.models.paged_table import shown_date
from ui.widgets.declaration_look import counted

TONES: Mapping[Tone, tuple[str, str]] = {
    Tone.GOOD: ("status-passed", "good"),
    Tone.BUSY: ("refresh", "low"),
    Tone.WAITING: ("status-not-run", "med"),
    Tone.NEUTRAL: ("status-none", "muted"),
    Tone.NEEDS_YOU: ("warning", "high"),
}
STEPS: Mapping[StepState, tuple[str, str]] = {
    StepState.PASSED: ("status-passed", "good"),
    StepState.WARNING: ("warning", "high"),
    StepState.FAILED: ("status-failed", "block"),
    StepState.NOT_REACHED: ("status-none", "muted"),
}
STEP_WORDS: Mapping[StepState, str] = {
    StepState.PASSED: "passed",
    StepState.WARNING: "passed with a warning",
    StepState.FAILED: "failed",
    StepState.NOT_REACHED: "not reached",
}
OFFERS: Mapping[OfferState, str] = {
    OfferState.OFFERED: "Offered",
    OfferState.TAKEN: "Taken",
    OfferState.NOT_WANTED: "Not wanted",
}
NEVER = "no contact yet"
LONGEST_NAME = 32
"""Characters of an endpoint's name within a sentence."""


def moment_words(at: datetime | None, now: datetime, nothing: str = "") -> str:
    """A moment by this laptop's clock: `09:14` today, `yesterday 09:14`, else `12 Nov 2026 09:14`."""
    if at is None:
        return nothing
    here, today = at.astimezone(), now.astimezone().date()
    if here.date() == today:
        return f"{here:%H:%M}"
    if here.date() == today - timedelta(days=1):
        return f"yesterday {here:%H:%M}"
    return shown_date(here.isoformat()[:16])


def short_name(name: str, length: int = LONGEST_NAME) -> str:
    """A name of at most so many characters, shortened in the middle: names often differ in their ends only."""
    if len(name) <= length:
        return name
    end = (length - 1) // 2
    return f"{name[: length - 1 - end].rstrip()}…{name[len(name) - end :].lstrip()}"


def line_words(line: EndpointLine) -> str:
    """How it stands with one, as a sentence begins."""
    return line.words[:1].upper() + line.words[1:]


def contact_words(at: datetime | None, now: datetime, *, online: bool) -> str:
    """When it was spoken to last, or by bundles what came back was read; '' = by bundles, and not known."""
    if online:
        return f"last contact {moment_words(at, now)}" if at else NEVER
    return f"return bundle read {moment_words(at, now)}" if at else ""


def names_of(recipients: Sequence[str], names: Mapping[str, str]) -> str:
    """Recipients by name; an id that has none stands for itself."""
    return ", ".join(names.get(one, one) for one in recipients) or "nobody yet"


def duration_words(milliseconds: int) -> str:
    """A length of time between two clocks: 3 seconds, 12 minutes, 2 days."""
    seconds = round(abs(milliseconds) / 1000)
    if seconds < 90:
        return counted(seconds, "second")
    if seconds < 90 * 60:
        return counted(round(seconds / 60), "minute")
    if seconds < 36 * 3600:
        return counted(round(seconds / 3600), "hour")
    return counted(round(seconds / 86400), "day")


def clock_words(milliseconds: int | None) -> str:
    """How far its clock is from this laptop's."""
    if milliseconds is None:
        return ""
    if abs(milliseconds) < 1500:
        return "The same as this laptop’s"
    return f"{duration_words(milliseconds)} {'ahead of' if milliseconds > 0 else 'behind'} this laptop’s"


def clock_warning(one: Endpoint) -> str:
    """Both times, as they were when it was spoken to last; '' while the two clocks agree well enough."""
    if not one.clock_wrong or one.clock_ms is None or one.last_ok_at is None:
        return ""
    ours = one.last_ok_at.astimezone(UTC)
    theirs = ours + timedelta(milliseconds=one.clock_ms)
    form = "%H:%M" if theirs.date() == ours.date() else "%d %b %Y %H:%M"
    return (
        f"The clocks are {duration_words(one.clock_ms)} apart: when this laptop said {ours:{form}}, the endpoint said "
        f"{theirs:{form}} (both UTC). Nothing is decided by this laptop’s clock, and a receipt has the endpoint’s "
        "time; but set the clock right, or what is due will look wrong."
    )


def protocol_words(one: Endpoint) -> str:
    """Which versions of the protocol it speaks, and which one this program does."""
    if one.protocol is None:
        return ""
    least, most = one.protocol
    spoken = str(least) if least == most else f"{least} to {most}"
    fits = "" if least <= PROTOCOL <= most else ": they do not understand each other"
    return f"It speaks version {spoken}, MHHS Desk speaks {PROTOCOL}{fits}"


def proxy_words(connection: Connection) -> str:
    """How it is reached."""
    if connection.proxy_choice is ProxyChoice.SYSTEM:
        return "As the system says"
    if connection.proxy_choice is ProxyChoice.NONE:
        return "None"
    return f"{connection.proxy}{f' as {connection.proxy_user}' if connection.proxy_user else ''}"


def certificate_words(one: Certificate, now: datetime) -> str:
    """Who vouches for it, and until when."""
    left = (one.until - now).days
    until = shown_date(one.until.astimezone().date().isoformat())
    ends = f"valid until {until}"
    if left < 0:
        ends = f"it ended on {until}"
    elif left < 30:
        ends += f", in {counted(left, 'day')}"
    own = "; trusted by your own CA file" if one.own_ca else ""
    return f"{one.subject}, issued by {one.issuer}, {ends}{own}"


def sign_in_words(one: Endpoint, now: datetime) -> str:
    """Since when this laptop is signed in, and as what."""
    if one.signed_in_at is None:
        return "Not signed in" if one.online else "Not yet: the first bundle asks for it, the answer brings it"
    return f"Since {moment_words(one.signed_in_at, now)}"


def limits_words(one: Endpoint) -> str:
    """How fast it is sent."""
    return f"No more than {one.cap_kib:,} KiB a second" if one.cap_kib else "As fast as it goes"


def trouble_kind(retry: Retry) -> str:
    """What a trouble means for the rest, before it is told."""
    return {
        Retry.AUTO: "It is tried again by itself",
        Retry.USER: "One thing waits for you, the others go on",
        Retry.ENDPOINT: "Everything to this endpoint waits until it is mended",
    }[retry]


def line_spoken(line: EndpointLine, contact: str, recipients: str) -> str:
    """What a screen reader says of an endpoint in the list."""
    return ", ".join(part for part in (line.name, line.words, contact, f"receives for {recipients}") if part)


def outcome_words(outcomes: Sequence[SyncOutcome]) -> str:
    """What a round did, endpoint by endpoint, a line for each."""
    return "\n".join(_outcome(one) for one in outcomes) or "There is no endpoint to sync with."


def _outcome(one: SyncOutcome) -> str:
    name = short_name(one.endpoint)
    if one.skipped:
        return f"{name}: {one.skipped}"
    parts = [
        f"{count:,} {words}"
        for count, words in (
            (one.received, "received, with receipt"),
            (one.taken_in, "taken in"),
            (one.waiting, "waiting"),
            (one.needs_you, "waiting for you"),
        )
        if count
    ]
    said = f"{name}: {', '.join(parts) or 'nothing new'}"
    return f"{said}. {one.trouble.what} {one.trouble.todo}".strip() if one.trouble else said


def report_text(title: str, report: TestReport, now: datetime, names: Mapping[str, str]) -> str:
    """A test of a connection as a text, for support. `names`: of recipients, by id."""
    lines = [f"{title}, {now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC", ""]
    for step in report.steps:
        lines.append(f"{step.title}: {STEP_WORDS[step.state]}{f' – {step.detail}' if step.detail else ''}")
        if step.todo:
            lines.append(f"    {step.todo}")
    if report.certificate is not None:
        lines += ["", f"Certificate: {certificate_words(report.certificate, now)}"]
    if report.recipients:
        lines.append(f"Receives for: {names_of(report.recipients, names)}")
    return "\n".join(lines) + "\n"


def offer_words(one: Offer) -> str:
    """How an offer stands, in a few words."""
    if one.withdrawn:
        return "In use, but withdrawn" if one.in_use else "Withdrawn"
    if one.in_use:
        return "In use"
    return OFFERS[one.state] if one.fetched or one.state is not OfferState.OFFERED else "Offered, not fetched yet"
