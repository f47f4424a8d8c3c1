"""Sheets of declarations made by hand, for tests of what shows them."""

from __future__ import annotations

from dataclasses import replace

from desktop.declarations.model import (
    Capacity,
    Declaration,
    DeclarationDetails,
    DeclarationState,
    OpenItem,
    Problem,
    Question,
    ReliedOn,
    Sheet,
    Wording,
)

DIRECTOR = Capacity("director", "Company director", "A director of the organisation.")
DELEGATE = Capacity("delegate", "Delegate of the organisation", "Somebody whom it has named.", rec_only=True)
QUESTIONS = (
    Question("scope", "What is ready?"),
    Question("rehearsed", "Was it rehearsed?", answer_kind="yes/no"),
    Question("tried", "When was it tried last?", needed=False, answer_kind="date"),
    Question("more", "Is there more to say?", needed=False),
)
OPEN = (
    OpenItem("activity", "Deploy MPRS is not finished", "T-003"),
    OpenItem("activity", "Tell the agents is not finished", "T-004"),
    OpenItem("exception", "Known meters, until 31 Jan 2027", "MTR-001"),
)
EVIDENCE = (ReliedOn("evidence", "ACME-EVD-0001", "Test completion report", "ab" * 32),)
RELIED = (ReliedOn("plan", "ACME-CUT-0001", "M11 cutover", "cd" * 32),)


def made_sheet(
    *,
    digest: str = "a",
    answers: dict[str, str] | None = None,
    open_items: tuple[OpenItem, ...] = OPEN,
    problems: tuple[Problem, ...] = (),
    title: str = "Ready for M11",
    statement: str = "Acme Energy Supply Limited declares that it is ready for M11 in the role of Supplier.",
    prepared_by: str = "Priya Natarajan",
    rehearsal: bool = False,
    placeholder: bool = True,
) -> Sheet:
    """The sheet of ACME-DEC-0003 v2, of a supplier; a director signs it."""
    given = {"scope": "All of it.", "rehearsed": "yes"} if answers is None else answers
    wording = Wording(
        "ready", "Cutover readiness", "You are ready.", "", "I confirm that I have read it, and may sign.",
        QUESTIONS, (), (DIRECTOR, DELEGATE), placeholder=placeholder, next_steps=("Send it.", "Say that it was sent."),
    )  # fmt: skip
    details = DeclarationDetails("ready", title, answers=given, prepared_by=prepared_by, due="2026-12-04")
    declaration = Declaration(
        3, "ACME-DEC-0003", 2, details, DeclarationState.DRAFT, rehearsal, None, "", None, "2026-11-20T10:00:00Z"
    )
    return Sheet(
        declaration, wording, "Declaration wording 2026.11 (suggested by MHHS Desk, not official), placeholder",
        "Acme Energy Supply Limited", statement, tuple((one, given.get(one.id, "")) for one in QUESTIONS), open_items,
        EVIDENCE, RELIED, problems, (DIRECTOR,), ("BSCCo (Elexon)", "REC Code Manager"), ("Supplier",),
        "M11 · Start of migration (24 Oct 2026)", digest,
    )  # fmt: skip


def changed(sheet: Sheet, **what: object) -> Sheet:
    """The same sheet with other parts, read another time."""
    return replace(sheet, digest=f"{sheet.digest}+", **what)  # type: ignore[arg-type]
