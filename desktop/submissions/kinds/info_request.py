"""Answers to an information request. Notes and owners are for the participant alone: they never leave."""

from __future__ import annotations

from desktop.clock import today
from desktop.errors import NotFound
from desktop.evidence.model import Proof, Target, TargetKind
from desktop.excel.book import Kind
from desktop.jobs import Job
from desktop.requests.model import InfoRequest, Question
from desktop.submissions.content import Column, Content, Relied
from desktop.submissions.kinds.files import file_points, files_of, linked_to, listed
from desktop.submissions.kinds.keyed import Sheet, keyed_table
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.relied import hash_of
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Choice, Scope

_QUESTIONS = Sheet(
    "questions", "Questions", "Questions and answers", "One row for each question of the request, in its order.",
    (
        Column("number", "Number", Kind.TEXT, 12),
        Column("section", "Section", Kind.WRAPPED, 22),
        Column("question", "Question", Kind.WRAPPED, 56),
        Column("guidance", "Guidance", Kind.WRAPPED, 36),
        Column("answer", "Answer", Kind.WRAPPED, 60),
        Column("status", "Status", Kind.WORD, 14),
        Column("why_not_for_us", "Why it does not apply", Kind.WRAPPED, 30),
        Column("evidence", "Evidence", Kind.WRAPPED, 28),
    ),
    reviewed=True,
)  # fmt: skip
_ANSWERED, _NOT_FOR_US, _OPEN = "Answered", "Not for us", "No answer"


def gather(scope: Scope, masking: Masking, sources: Sources, job: Job) -> Content:
    """What it says. Raises InvalidInput (field scope)."""
    request = request_of(scope, sources)
    questions = sources.requests.questions(request.id)
    if not questions:
        raise refused("This request has no question yet.", "Note its questions, or bring its document in.")
    proofs: dict[int, list[Proof]] = {}
    for one in questions:
        job.check()
        found = sources.evidence.proofs(Target(TargetKind.QUESTION, one.id))
        proofs[one.id] = [proof for proof in found if not proof.withdrawn]
    rows = [_row(one, proofs[one.id]) for one in questions]
    states = [_state(one) for one in questions]
    ids = linked_to(sources, TargetKind.QUESTION, [one.id for one in questions])
    files = files_of(sources, ids, masking, (TargetKind.QUESTION,))
    details = request.details
    facts = [(one.details.key, one.details.text, one.details.answer, one.details.not_for_us) for one in questions]
    return Content(
        "info_request",
        f"Answers to {request.name}",
        (
            ("Request", f"{request.name} ({request.ref})"),
            ("Their reference", details.their_ref or "None was given"),
            ("Asked by", request.sender_name or details.sender or "Not given"),
            ("Received", details.received or "Not given"),
            ("Due", details.due or "Not given"),
            ("Questions", f"{len(questions):,}"),
            ("Answered", f"{states.count(_ANSWERED):,}; not for us: {states.count(_NOT_FOR_US):,}"),
            ("Without an answer", f"{states.count(_OPEN):,}"),
        ),
        (keyed_table(_QUESTIONS, rows, [one.details.key for one in questions], masking),),
        (Relied("request", request.ref, request.name, hash_of(masking, details.title, details.their_ref, facts)),),
        files,
        values={
            "request.title": details.title,
            "request.ref": request.ref,
            "request.their_ref": details.their_ref,
            "request.received": details.received,
            "request.due": details.due,
            "questions.total": str(len(questions)),
            "questions.answered": str(states.count(_ANSWERED)),
            "questions.not_for_us": str(states.count(_NOT_FOR_US)),
            "questions.open": str(states.count(_OPEN)),
            "questions.to_look_at": str(sum(one.look_again for one in questions)),
        },
        open_points=(*_points(questions), *file_points(files, today(sources.clock).isoformat())),
    )


def request_of(scope: Scope, sources: Sources) -> InfoRequest:
    """The request. Raises InvalidInput (field scope)."""
    if scope.request_id is None:
        raise refused("Choose the request that is answered.", "Note it first, if it is not here yet.")
    try:
        return sources.requests.get(scope.request_id)
    except NotFound:
        raise refused("This information request is not there any more.", "Choose another one.") from None


def request_choices(sources: Sources) -> tuple[Choice, ...]:
    """Every request, open ones first."""
    return tuple(
        Choice(str(one.id), f"{one.ref} {one.name}", f"{one.answered:,} of {one.questions:,} answered", one.ref)
        for one in sources.requests.requests()
    )


def _state(one: Question) -> str:
    if one.details.not_for_us:
        return _NOT_FOR_US
    return _ANSWERED if one.details.answer else _OPEN


def _row(one: Question, proofs: list[Proof]) -> tuple[object, ...]:
    said = one.details
    refs = ", ".join(dict.fromkeys(proof.ref for proof in proofs))
    return (said.key, said.section, said.text, said.guidance, said.answer, _state(one), said.not_for_us, refs)


def _points(questions: tuple[Question, ...]) -> tuple[str, ...]:
    for_each = (
        ("Questions without an answer", [one for one in questions if not one.answered]),
        ("Answers to look at again, because their question reads otherwise", [q for q in questions if q.look_again]),
        ("Questions that the newest version of the request does not have", [one for one in questions if one.missing]),
        ("Answers whose evidence has a newer file to confirm", [one for one in questions if one.awaiting]),
    )
    return tuple(
        f"{what}, {len(found):,}: {listed(one.details.key for one in found)}." for what, found in for_each if found
    )
