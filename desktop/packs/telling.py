"""What the index and the README of a pack both say, in plain words."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from desktop.declarations.body import moment
from desktop.packs.model import PackPlan, Seal
from desktop.packs.tag_files import one_line, size_words

PERSONAL = {
    "full": "MPANs, postcodes and addresses are in full. Treat the whole pack as personal data.",
    "last-four": "Of MPANs and other long numbers only the last four digits are shown, of postcodes the outward part; "
    "no addresses and no notes.",
    "counts": "Counts only: no row of the portfolio is in the submission.",
}
"""By the choice, which holds for everything in the pack that MHHS Desk wrote."""
AS_KEPT = "Files of evidence were added as they were kept, to the bit: this choice changes nothing in them."


def personal_data(plan: PackPlan) -> str:
    """The choice in words, and what it does not reach."""
    words = PERSONAL.get(plan.personal_data, plan.personal_data)
    return f"{words} {AS_KEPT}" if holds_evidence(plan.body, {one.sha256 for one in plan.files}) else words


def holds_evidence(body: Mapping[str, Any], held: Container[str]) -> bool:
    """Whether a file of evidence of a body is among those with these SHA-256."""
    return any(str(one["sha256"]) in held for one in body.get("evidence") or ())


def facts(plan: PackPlan, seal: Seal) -> Iterator[tuple[str, str]]:
    """What it is, from whom and to whom: (label, value)."""
    body = plan.body
    yield "What it is", f"{plan.title} ({_text(body, 'kind_name') or 'submission'})"
    yield "Reference", f"{plan.reference} version {plan.version}"
    yield "From", plan.participant
    yield "To", ", ".join(plan.recipients) or "nobody in particular"
    superseded = body.get("supersedes")
    if superseded:
        reason = _text(body, "reason")
        yield "Takes the place of", f"version {superseded['version']}" + (f": {reason}" if reason else "")
    deadline = body.get("deadline")
    if deadline:
        yield "Due", " ".join(str(deadline[key]) for key in ("day", "words") if deadline.get(key))
    yield "Personal data", personal_data(plan)
    made = body.get("made") or {}
    yield "Frozen", " by ".join(one for one in (_text(made, "at"), _text(made, "by")) if one) or "not told"
    yield "Sealed", f"{moment(plan.made_at)} (by the clock of the sealing computer) with the key of {seal.person}"
    yield "Payload", f"{len(plan.files)} files, {size_words(sum(one.size for one in plan.files))}"
    yield "Head of the audit log", f"entry {plan.audit_head[0]}, {plan.audit_head[1]}"
    yield "Made with", f"MHHS Desk {plan.app_version}"


def checks(plan: PackPlan) -> Sequence[tuple[str, str, str]]:
    """Acceptance rules that were run when it was frozen: (rule, outcome, detail)."""
    return [
        (_text(one, "title"), _text(one, "outcome") + _advice(one), _text(one, "detail"))
        for one in plan.body.get("checks") or ()
        if _text(one, "outcome") != "skipped"
    ]


def position(plan: PackPlan) -> Sequence[tuple[str, str]]:
    """The figures of its cover."""
    return [(str(item), str(detail)) for item, detail in plan.body.get("position") or ()]


def open_points(plan: PackPlan) -> Sequence[str]:
    """What is known to be open or was not checked."""
    return [str(one) for one in plan.body.get("open_points") or ()]


def left_out(plan: PackPlan) -> Sequence[str]:
    """What the submission names and the pack does not hold, and what else its reader has to know."""
    return [*plan.remarks, *(f"Left out: {one.title}. {one.why}" for one in plan.left_out)]


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return "" if value is None else one_line(str(value))


def _advice(check: Mapping[str, Any]) -> str:
    """Of a rule that did not pass and does not block: it is advice."""
    advised = check.get("severity") == "advise" and check.get("outcome") != "passed"
    return " (advice)" if advised else ""
