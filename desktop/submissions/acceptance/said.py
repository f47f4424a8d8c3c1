"""Rules about what is said: answers, comments, declarations, personal data, the note, the day."""

from __future__ import annotations

from desktop.report.privacy import MpanChoice
from desktop.submissions.acceptance.rule import Found, Looked, Params, Rule, told
from desktop.submissions.model import Mend
from local_db import submissions as rows


def _answered(looked: Looked, _params: Params, _recipient: str) -> Found:
    found = [(f"{key}: {text}", mend) for key, text, mend in _questions(looked, look_again=False)]
    return told(found, "One question has no answer.", "{count} questions have no answer.")


def _looked_at(looked: Looked, _params: Params, _recipient: str) -> Found:
    found = [(f"{key}: {text}", mend) for key, text, mend in _questions(looked, look_again=True)]
    return told(
        found, "One question reads otherwise than when it was answered.",
        "{count} questions read otherwise than when they were answered.",
    )  # fmt: skip


def _questions(looked: Looked, *, look_again: bool) -> list[tuple[str, str, Mend]]:
    request = looked.scope.request_id
    if request is None or not looked.questions:
        return []
    ref = looked.desk.sources.requests.get(request).ref
    return [
        (
            one.details.key,
            _short(one.details.text),
            Mend("requests", f"requests:key={one.details.key}", f"mhhs-desk request answer {ref} {one.details.key}"),
        )
        for one in looked.questions
        if (one.look_again if look_again else not one.answered)
    ]


def _comments(looked: Looked, _params: Params, recipient: str) -> Found:
    connection = looked.desk.store.read()
    open_comments = rows.open_comments(connection)
    found = []
    for earlier in rows.versions(connection, looked.submission.ref):
        if earlier.version >= looked.submission.version:
            continue
        name = f"{earlier.ref} v{earlier.version}"
        mend = Mend("submissions", f"submissions:ref={name}", f'mhhs-desk submit comments "{name}"')
        found += [
            (f"{name}: a comment of {whose}", mend)
            for (submission_id, whose), count in open_comments.items()
            if submission_id == earlier.id and recipient in {"", whose}
            for _ in range(count)
        ]
    return told(
        found, "One comment on an earlier version is not answered.",
        "{count} comments on earlier versions are not answered.",
    )  # fmt: skip


def _declarations_hold(looked: Looked, _params: Params, _recipient: str) -> Found:
    found = [
        (
            f"{one.name}: {flag}",
            Mend("declarations", f"declarations:ref={one.ref}", "mhhs-desk declare status"),
        )
        for one in looked.declarations
        for flag in one.flags
    ]
    return told(
        found, "Something changed under a signature.", "{count} things changed under signatures.",
    )  # fmt: skip


def _personal_data(looked: Looked, _params: Params, _recipient: str) -> Found:
    if looked.submission.details.mpan_choice is not MpanChoice.FULL or len(looked.submission.recipients) < 2:
        return Found()
    count = len(looked.submission.recipients)
    return Found(
        count, f"Personal data goes in full to {count} recipients. Does each of them need it?",
        mend=looked.edit("mpan_choice", "--mpans last-four"),
    )  # fmt: skip


def _in_time(looked: Looked, _params: Params, _recipient: str) -> Found:
    deadline = looked.submission.deadline
    if deadline is None:
        return Found(skipped="No deadline is known.")
    if deadline >= looked.today:
        return Found()
    days = (looked.today - deadline).days
    where = f" ({looked.submission.deadline_words})" if looked.submission.deadline_words else ""
    words = f"It was due on {deadline.day} {deadline:%b %Y}{where}, {days:,} {'day' if days == 1 else 'days'} ago."
    return Found(1, words, mend=looked.edit("milestone", "--due DATE"))


def _covering(looked: Looked, _params: Params, _recipient: str) -> Found:
    if looked.submission.details.covering.strip():
        return Found()
    return Found(1, "There is no covering note.", mend=looked.edit("covering", "--covering TEXT"))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"


RULES = (
    Rule("questions_answered", "Every question is answered", _answered),
    Rule("answers_current", "Every answer is to the question as it reads now", _looked_at),
    Rule("comments_answered", "Comments on earlier versions are answered", _comments),
    Rule("declarations_hold", "Nothing changed under a signature", _declarations_hold),
    Rule("personal_data_needed", "Personal data in full goes to one recipient only", _personal_data),
    Rule("in_time", "The deadline has not passed", _in_time),
    Rule("covering_note", "There is a covering note", _covering),
)
