"""The words of declarations.

The official wording, signatories and channels are unknown to us (domain/process.md, 5.1 and 6.2): wording and who may
sign are a content pack, ours is a placeholder. What a signature here is: a simple electronic signature with tamper
evidence, made with a key of this device; nothing grander is claimed (design/reliability.md, section 9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from desktop.errors import InvalidInput

PdfPrinter = Callable[[str], bytes]
"""Prints an HTML page as PDF. Window and command line hand it in (ui/printing.py): nothing in desktop knows Qt."""

SIGNATURE_WORDS = "Simple electronic signature with tamper evidence"
"""What it is called, everywhere."""

FORMAT = "mhhs-desk/declaration/1"


class DeclarationState(StrEnum):
    """Where a declaration stands (design/product.md). The values stand in workspaces."""

    DRAFT = "draft"
    READY = "ready"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    """Received is not accepted."""
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"

    @property
    def title(self) -> str:  # type: ignore[override]  # not the method of str
        """For people."""
        return {"draft": "Draft", "ready": "Ready to sign"}.get(self.value, self.value.capitalize())

    @property
    def locked(self) -> bool:
        """Signed, whatever became of it."""
        return self not in (DeclarationState.DRAFT, DeclarationState.READY)

    @property
    def stands(self) -> bool:
        """Signed, and neither withdrawn nor superseded."""
        return self.locked and self not in (DeclarationState.WITHDRAWN, DeclarationState.SUPERSEDED)


NEXT: Mapping[DeclarationState, tuple[DeclarationState, ...]] = {
    DeclarationState.DRAFT: (DeclarationState.READY, DeclarationState.SIGNED),
    DeclarationState.READY: (DeclarationState.DRAFT, DeclarationState.SIGNED),
    DeclarationState.SIGNED: (DeclarationState.SUBMITTED, DeclarationState.WITHDRAWN, DeclarationState.SUPERSEDED),
    DeclarationState.SUBMITTED: (
        DeclarationState.ACKNOWLEDGED, DeclarationState.RETURNED, DeclarationState.WITHDRAWN,
        DeclarationState.SUPERSEDED,
    ),
    DeclarationState.ACKNOWLEDGED: (
        DeclarationState.RETURNED, DeclarationState.WITHDRAWN, DeclarationState.SUPERSEDED,
    ),
    DeclarationState.RETURNED: (
        DeclarationState.SUBMITTED, DeclarationState.WITHDRAWN, DeclarationState.SUPERSEDED,
    ),
    DeclarationState.WITHDRAWN: (),
    DeclarationState.SUPERSEDED: (),
}  # fmt: skip
"""Which state may follow which. A newer version supersedes when it is signed."""


@dataclass(frozen=True)
class Question:
    """One question that a declaration answers. `answer_kind`: text, yes/no, date."""

    id: str
    text: str
    needed: bool = True
    answer_kind: str = "text"
    hint: str = ""


@dataclass(frozen=True)
class Capacity:
    """In which capacity somebody signs: company director, delegate.

    `rec_only`: only where every role that the declaration is made for is governed by the REC alone (recipients pack:
    the role has the recipient REC and not BSC).
    """

    id: str
    name: str
    about: str = ""
    rec_only: bool = False


@dataclass(frozen=True)
class Wording:
    """The text of a kind of declaration. `placeholder`: ours, to be replaced by the Code Body's own."""

    id: str
    title: str
    about: str
    statement: str
    """What is declared; {organisation}, {milestone}, {roles}, {reference} are put in."""
    confirm: str
    """The words beside the one box."""
    questions: tuple[Question, ...]
    recipients: tuple[str, ...]
    """Ids of the recipients pack; those of the participant's roles only. Empty = all of the participant's."""
    capacities: tuple[Capacity, ...]
    milestone: str = ""
    placeholder: bool = True
    next_steps: tuple[str, ...] = ()
    """What happens after signing, as far as known."""
    replaced_by: str = ""
    """Of a placeholder: whose text is to stand there."""


@dataclass(frozen=True)
class OpenItem:
    """Something open or excepted as it stands: shown above the statement and frozen with it.

    `kind`: activity, finding, exception, defect, evidence, not checked.
    """

    kind: str
    text: str
    ref: str = ""


@dataclass(frozen=True)
class ReliedOn:
    """Something that a declaration rests on, with a hash of what it says.

    `kind`: evidence, activity, plan, findings, pack, milestone.
    """

    kind: str
    ref: str
    title: str
    sha256: str


@dataclass(frozen=True)
class DeclarationDetails:
    """What a person says of a declaration before it is signed."""

    wording: str
    title: str = ""
    """'' = the wording's."""
    plan_id: int | None = None
    activity_id: int | None = None
    milestone: str = ""
    """'' = the plan's, else the wording's."""
    recipients: tuple[str, ...] = ()
    """Empty = the wording's, of the participant's roles."""
    roles: tuple[str, ...] = ()
    """Empty = the participant's."""
    due: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    prepared_by: str = ""
    """'' = the actor."""


@dataclass(frozen=True)
class Declaration:
    """One version of a declaration as it stands."""

    id: int
    ref: str
    version: int
    details: DeclarationDetails
    state: DeclarationState
    rehearsal: bool
    supersedes: int | None
    reason: str
    superseded_by: int | None
    created_at: str
    signed_at: str = ""
    """UTC; '' = not signed."""
    signatory: str = ""
    position: str = ""
    capacity: str = ""
    same_person: bool = False
    """Who prepared it signed it; the record says so."""
    fingerprint: str = ""
    """Of the key that signed it; '' for a scan."""
    scan: bool = False
    """A scanned or otherwise signed file stands for the signature."""
    flags: tuple[str, ...] = ()
    """What it relied on and has changed since it was signed, each in words."""
    evidence: int = 0
    damaged: bool = False
    """A part of what is kept of it cannot be read: it stands empty here."""

    @property
    def name(self) -> str:
        """ACME-DEC-0003 v2."""
        return f"{self.ref} v{self.version}"


@dataclass(frozen=True)
class Problem:
    """Something that stands in the way of signing, with the field to mend: an entry of the error summary."""

    field: str
    text: str


class SigningRefused(InvalidInput):
    """It was not signed: every problem with the field that mends it."""

    def __init__(self, problems: Sequence[Problem], *, todo: str = "") -> None:
        """The sentence is that of the first problem; all of them are in `problems`."""
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.text, field=first.field, safe="Nothing was signed.", todo=todo)


@dataclass(frozen=True)
class Sheet:
    """Everything that the signatory reads on one screen, as it stands now."""

    declaration: Declaration
    wording: Wording
    pack_label: str
    """Version and standing of the wording: suggested, placeholder ..."""
    organisation: str
    statement: str
    """With everything put in."""
    answers: tuple[tuple[Question, str], ...]
    open_items: tuple[OpenItem, ...]
    evidence: tuple[ReliedOn, ...]
    relied_on: tuple[ReliedOn, ...]
    problems: tuple[Problem, ...]
    """What has to be mended before it can be signed, without what the signatory types."""
    capacities: tuple[Capacity, ...]
    """Those that may sign this one."""
    recipients: tuple[str, ...]
    """By name."""
    roles: tuple[str, ...]
    """By name."""
    milestone: str
    """By name with its day."""
    digest: str
    """Of all of this: `sign` refuses when it has changed since it was read."""


@dataclass(frozen=True)
class SignatoryWords:
    """What the signatory types and ticks."""

    name: str
    position: str
    capacity: str
    confirmed: bool


@dataclass(frozen=True)
class SigningKey:
    """A key of a person on this device. `kept`: keyring (of the operating system), or file (with a passphrase)."""

    id: int
    fingerprint: str
    person: str
    kept: str
    created_at: str
    retired: str = ""

    @property
    def short(self) -> str:
        """The fingerprint in four groups for reading over the telephone."""
        return " ".join(self.fingerprint[place : place + 4] for place in range(0, 16, 4))


@dataclass(frozen=True)
class SignedCopy:
    """What a signed declaration leaves to keep: the name of each file with its kept bytes' SHA-256."""

    declaration: Declaration
    files: Mapping[str, str]
    next_steps: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What verifying an exported declaration came to. `ok`: every byte is as it was signed."""

    ok: bool
    reference: str
    """ACME-DEC-0003 v2; '' when it cannot be read."""
    kind: str
    """declaration, withdrawal."""
    signatory: str
    signed_at: str
    fingerprint: str
    faults: tuple[str, ...]
    """What does not hold, each in one sentence."""
    notes: tuple[str, ...]
    """What it proves and does not, that it is a rehearsal or a placeholder wording, that it was withdrawn."""
    organisation: str = ""
    path: Path | None = None
    unproven: bool = False
    """Of a scan: all of it fits together, but nothing in it proves declaration.json, and its SHA-256 was not given."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a declaration."""

    state: DeclarationState
    at: str
    by: str
    recipient: str = ""
    note: str = ""


@dataclass(frozen=True)
class DueDeclaration:
    """A declaration that is still to be signed, for the agenda and the go/no-go page."""

    declaration: Declaration
    day: date | None
