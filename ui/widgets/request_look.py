"""How the words of information requests look and read: icons and colours beside words, when answers are due."""

from __future__ import annotations

from datetime import date

from desktop.requests.model import InfoRequest, Question
from desktop.requests.table import ANSWERED, AWAITING, CHANGED, MISSING, NOT_FOR_US, OPEN, state_of
from desktop.working_days import WorkingDays
from ui.widgets.pit_look import day_words, days_words

_LOOKS = {
    OPEN: ("status-not-run", "accent"),
    ANSWERED: ("status-passed", "good"),
    NOT_FOR_US: ("status-none", "muted"),
    CHANGED: ("state-changed", "high"),
    MISSING: ("status-gap", "high"),
    AWAITING: ("evidence", "high"),
}
LONGEST = 70
"""Characters of a question in a sentence, and of a request's title in the chooser."""


def look_of(word: str) -> tuple[str, str] | None:
    """Icon and colour role of a word of state; None for a word that has none."""
    return _LOOKS.get(word)


def state_look(one: Question) -> tuple[str, str, str]:
    """How a question stands: words, icon and colour role."""
    word = state_of(one)
    return (word, *_LOOKS[word])


def called(one: Question) -> str:
    """A question in a sentence: 3.2 How many MPANs ..."""
    text = " ".join(one.details.text.split())
    return f"{one.details.key} {text if len(text) <= LONGEST else f'{text[: LONGEST - 1]}…'}"


def request_words(one: InfoRequest) -> str:
    """A request in the chooser."""
    title = one.name if len(one.name) <= LONGEST else f"{one.name[: LONGEST - 1]}…"
    return f"{one.ref}  {title}{' (closed)' if one.details.closed else ''}"


def counted(count: int) -> str:
    """A number of questions in words."""
    return f"{count:,} question{'' if count == 1 else 's'}"


def due_words(one: InfoRequest, today: date, days: WorkingDays) -> tuple[str, str, str]:
    """When the answers are due, and how far that is: words, icon and colour role."""
    details = one.details
    if details.closed:
        return f"Closed on {day_words(date.fromisoformat(details.closed))}", "check", "muted"
    if not details.due:
        return "Due on no day yet", "calendar", "muted"
    due = date.fromisoformat(details.due)
    left = days.between(today, due)
    if due < today:
        by = f" by {days_words(abs(left))}" if left else ""
        return f"Late{by}: was due {day_words(due)}", "warning", "block"
    if due == today:
        return f"Due today, {day_words(due)}", "warning", "high"
    return f"Due {day_words(due)}, in {days_words(left)}", "calendar", "high" if left <= 3 and one.open else "low"
