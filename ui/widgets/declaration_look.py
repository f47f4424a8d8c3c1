"""How declarations look: an icon and a colour role for each state, always beside its word; and words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.declarations.model import NEXT, Declaration, DeclarationState, OpenItem, Question, ReliedOn
from ui.models.paged_table import shown_date

NOT_PROVIDED = "Not provided"
_LOOKS: dict[DeclarationState, tuple[str, str]] = {
    DeclarationState.DRAFT: ("status-not-run", "low"),
    DeclarationState.READY: ("edit", "high"),
    DeclarationState.SIGNED: ("lock", "good"),
    DeclarationState.SUBMITTED: ("export", "good"),
    DeclarationState.ACKNOWLEDGED: ("check", "good"),
    DeclarationState.RETURNED: ("undo", "high"),
    DeclarationState.WITHDRAWN: ("remove", "muted"),
    DeclarationState.SUPERSEDED: ("status-none", "muted"),
}
_BY_WORD = {state.title: look for state, look in _LOOKS.items()}
FOLLOWS: Mapping[DeclarationState, str] = {
    DeclarationState.DRAFT: "back to draft",
    DeclarationState.READY: "ready to sign",
    DeclarationState.SIGNED: "signed",
    DeclarationState.SUBMITTED: "submitted",
    DeclarationState.ACKNOWLEDGED: "acknowledged",
    DeclarationState.RETURNED: "returned",
    DeclarationState.WITHDRAWN: "withdrawn",
    DeclarationState.SUPERSEDED: "superseded by a newer version",
}
OPEN_KINDS: Mapping[str, str] = {
    "activity": "Activities that are not finished",
    "finding": "Open findings of the data cleanse",
    "exception": "Exceptions that were accepted",
    "defect": "Open defects",
    "evidence": "Evidence",
    "not checked": "What was not checked",
}
RELIED_KINDS: Mapping[str, str] = {
    "evidence": "Evidence",
    "activity": "Activity",
    "plan": "Cutover plan",
    "findings": "Findings",
    "pack": "Content pack",
    "milestone": "Milestone",
}


def look_of(word: str) -> tuple[str, str] | None:
    """Icon and colour role of the word of a state; None for a word that is none."""
    return _BY_WORD.get(word)


def may_follow(one: Declaration) -> str:
    """What may follow the state, in a sentence; says when nothing does."""
    following = [state for state in NEXT[one.state] if not (one.rehearsal and state in _SENT)]
    if not following:
        return "Nothing follows: it stays as it is."
    words = [FOLLOWS[state] for state in following]
    listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return f"Next it can be {listed}."


def grouped(fingerprint: str, *, rows: int = 1) -> str:
    """A fingerprint in groups of four for reading aloud, in so many lines."""
    groups = [fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4)]
    each = -(-len(groups) // rows) or 1
    return "\n".join(" ".join(groups[place : place + each]) for place in range(0, len(groups), each))


def answer_words(question: Question, answer: str) -> str:
    """An answer as it is read: yes and no and days as people write them, skipped ones as not provided."""
    text = answer.strip()
    if not text:
        return NOT_PROVIDED
    if question.answer_kind == "yes/no":
        return text.capitalize()
    return shown_date(text) if question.answer_kind == "date" else text


def by_kind(items: Sequence[OpenItem]) -> list[tuple[str, list[OpenItem]]]:
    """Open items under the heading of their kind, in the order in which the kinds are first met."""
    found: dict[str, list[OpenItem]] = {}
    for one in items:
        found.setdefault(OPEN_KINDS.get(one.kind, one.kind.capitalize()), []).append(one)
    return list(found.items())


def with_ref(ref: str, text: str) -> str:
    """A text with its reference before it, unless it says that already (the key of a plan's activity is enough)."""
    known = not ref or ref.rpartition("/")[2].casefold() in text.casefold()
    return text if known else f"{ref}  {text}".strip()


def relied_words(one: ReliedOn, *, hashed: bool = True) -> str:
    """Something that is relied on in a line: what it is, unless its title says so, and how its hash begins."""
    if one.kind == "evidence":
        return with_ref(one.ref, one.title)
    kind = RELIED_KINDS.get(one.kind, one.kind.capitalize())
    said = kind.casefold() in " ".join(one.title.casefold().split()[:2])
    called = one.title if said else f"{kind}: {one.title}"
    return f"{called}  ({one.sha256[:8]})" if one.sha256 and hashed else called


def counted(count: int, one: str, several: str = "") -> str:
    """A number with its word: 1 open item, 3 open items."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


_SENT = (DeclarationState.SUBMITTED, DeclarationState.ACKNOWLEDGED, DeclarationState.RETURNED)
