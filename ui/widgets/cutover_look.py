"""How the words of a cutover plan look and read: icons and colours beside words, moments, deadlines, windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.cutover.model import Activity, ActivityState, PlanView, Rag, Window
from desktop.uk_time import Moment
from ui.widgets.pit_look import day_words, days_words

RAG_WORDS = {Rag.RED: "Red", Rag.AMBER: "Amber", Rag.GREEN: "Green", Rag.NONE: "None"}
_RAG_LOOKS = {Rag.RED: ("rag-red", "block"), Rag.AMBER: ("rag-amber", "high"), Rag.GREEN: ("rag-green", "good")}
_LOOKS: dict[str, tuple[str, str]] = {
    ActivityState.FAILED: ("status-failed", "block"),
    ActivityState.WAITING: ("status-blocked", "high"),
    ActivityState.READY: ("status-not-run", "accent"),
    ActivityState.STARTED: ("status-part", "accent"),
    ActivityState.DONE: ("status-passed", "good"),
    ActivityState.NOT_NEEDED: ("status-none", "muted"),
    "Late": ("warning", "block"),
    **{RAG_WORDS[rag]: look for rag, look in _RAG_LOOKS.items()},
    **{rag.value: look for rag, look in _RAG_LOOKS.items()},
}


def look_of(word: str) -> tuple[str, str] | None:
    """Icon and colour role of a word of the plan (a state, red/amber/green, Late); None for a word that has none."""
    return _LOOKS.get(word)


def rag_look(rag: Rag) -> tuple[str, str]:
    """Icon and colour role of red, amber, green; of none of them a quiet one."""
    return _RAG_LOOKS.get(rag, ("", "muted"))


def moment_words(moment: Moment | None, nothing: str = "") -> str:
    """A moment with its weekday: Fri 5 Feb 2027, or Sat 6 Feb 2027 22:30."""
    if moment is None:
        return nothing
    return f"{day_words(moment.day)} {moment.clock}".rstrip()


def without_year(words: str, year: int) -> str:
    """Moments of this year without it: where many stand beside one another."""
    return words.replace(f" {year}", "")


def window_words(window: Window, nothing: str = "") -> str:
    """From when to when: one moment where both are the same, the day said once where only the times differ."""
    start, finish = window.start, window.finish
    if start is None or finish is None or start == finish:
        return moment_words(start or finish, nothing)
    if start.day == finish.day:
        if start.time and finish.time:
            return f"{moment_words(start)} to {finish.clock}"
        return moment_words(finish if finish.time else start)
    return f"{moment_words(start)} to {moment_words(finish)}"


def hang_words(milestone: str, days: int) -> str:
    """What a deadline hangs on: M14, M14 − 5 working days, M14 + 1 working day."""
    return f"{milestone} {'−' if days < 0 else '+'} {days_words(abs(days))}" if days else milestone


def due_words(one: Activity, milestones: Mapping[str, str]) -> str:
    """By when, and what that hangs on; '' without a deadline. `milestones`: what they are called."""
    details = one.details
    hangs = hang_words(milestones.get(details.milestone, details.milestone), details.milestone_days)
    if one.due is None:
        return f"{hangs}, which has no day yet" if details.milestone and not details.due_at else ""
    if details.milestone and not details.due_at:
        return f"{moment_words(one.due)} ({hangs})"
    return moment_words(one.due)


def state_words(one: Activity) -> str:
    """How an activity stands, in a few words: Done, go; Cannot start yet; late."""
    words = one.state.value
    if one.outcome and (one.state.finished or one.state is ActivityState.FAILED):
        words = f"{words}: {one.outcome}"
    return f"{words}, late" if one.late else words


def state_look(one: Activity) -> tuple[str, str]:
    """Icon and colour role of an activity: late speaks before the state."""
    if one.late and one.state is not ActivityState.FAILED:
        return _LOOKS["Late"]
    return _LOOKS[one.state]


def called(one: Activity) -> str:
    """How an activity is called in a sentence."""
    return f"{one.details.key} {one.details.title}"


def counted(count: int, one: str = "activity", several: str = "activities") -> str:
    """A number with its word."""
    return f"{count:,} {one if count == 1 else several}"


def listed(activities: Sequence[Activity], most: int = 3) -> str:
    """The first of them by name, and how many more."""
    names = ", ".join(called(one) for one in activities[:most])
    return names + (f" and {len(activities) - most:,} more" if len(activities) > most else "")


def has_days(view: PlanView) -> bool:
    """Whether anything in the plan has a day."""
    return any(one.planned.finish or one.forecast.finish for one in view.activities)


def has_baseline(view: PlanView) -> bool:
    """Whether the baseline was set."""
    return any(one.baseline.start or one.baseline.finish for one in view.activities)
