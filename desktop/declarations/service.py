"""The one service of declarations: what pages and commands call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes
from desktop.clock import Clock
from desktop.content.pack import Pack
from desktop.content.service import ContentService
from desktop.declarations.keys import KeyService
from desktop.declarations.model import (
    Declaration,
    DeclarationDetails,
    DeclarationState,
    DueDeclaration,
    Event,
    PdfPrinter,
    SignatoryWords,
    SignedCopy,
    Sheet,
    Verdict,
    Wording,
)
from local_db.blobs import BlobStore
from local_db.connection import Store

if TYPE_CHECKING:
    from desktop.cleanse.service import CleanseService
    from desktop.cutover.service import CutoverService
    from desktop.evidence.service import EvidenceService
    from desktop.milestones.service import MilestoneService
    from desktop.participant.service import ParticipantService
    from desktop.testing.defects import DefectService


class DeclarationService:
    """Every call may run on a worker thread.

    Drafts are edited and undone as everything else; signing and what follows is written at once, cannot be undone, and
    stands in the audit log.
    """

    def __init__(  # noqa: PLR0917 - wired once, in desktop/app.py
        self,
        store: Store,
        blobs: BlobStore,
        content: ContentService,
        participant: ParticipantService,
        milestones: MilestoneService,
        cleanse: CleanseService,
        cutover: CutoverService,
        defects: DefectService,
        evidence: EvidenceService,
        keys: KeyService,
        actor: str,
        clock: Clock,
    ) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._blobs = blobs
        self._content = content
        self._participant = participant
        self._milestones = milestones
        self._cleanse = cleanse
        self._cutover = cutover
        self._defects = defects
        self._evidence = evidence
        self.keys = keys
        self._actor = actor
        self._clock = clock

    def pack(self) -> Pack:
        """The declarations pack in use, with its standing."""
        return self._content.pack("declarations")

    def wordings(self) -> tuple[Wording, ...]:
        """The wordings of the pack."""
        raise NotImplementedError

    # -- drafts --------------------------------------------------------------------------------------------------------

    def prepare(self, details: DeclarationDetails) -> tuple[int, Changes]:
        """Make a draft (ACME-DEC-0001 v1). For a plan that is a rehearsal it is one for ever. Raises InvalidInput, NotFound."""
        raise NotImplementedError

    def edit(self, declaration_id: int, details: DeclarationDetails) -> Changes:
        """Change a draft; one that was ready is a draft again when something changed. Raises InvalidInput for a signed one

        (start a new version), NotFound.
        """
        raise NotImplementedError

    def answer(self, declaration_id: int, question_id: str, answer: str) -> Changes:
        """Answer one question of a draft; '' takes it back."""
        raise NotImplementedError

    def make_ready(self, declaration_id: int) -> Changes:
        """Say that it is ready to sign. Raises InvalidInput with the first problem of its sheet."""
        raise NotImplementedError

    def back_to_draft(self, declaration_id: int) -> Changes:
        """Take that back."""
        raise NotImplementedError

    def remove(self, declaration_id: int) -> Changes:
        """Remove a draft. Raises InvalidInput for a signed one."""
        raise NotImplementedError

    def new_version(self, declaration_id: int, reason: str) -> tuple[int, Changes]:
        """A draft with the next number that will supersede a signed one when it is signed. Raises InvalidInput without a

        reason, when it does not stand any more, or when a newer draft is there already (names it).
        """
        raise NotImplementedError

    # -- signing -------------------------------------------------------------------------------------------------------

    def sheet(self, declaration_id: int, today: date | None = None) -> Sheet:
        """Everything that the signatory reads, as it stands now."""
        raise NotImplementedError

    def sign(
        self,
        declaration_id: int,
        words: SignatoryWords,
        *,
        digest: str,
        passphrase: str = "",
        printer: PdfPrinter | None = None,
    ) -> SignedCopy:
        """Freeze and sign. The signatory's key is made at their first signature (`keys.make`: the caller has asked where).

        Raises SigningRefused (an InvalidInput) with every problem; WorkspaceError when the key cannot be had: then nothing
        is signed. When it supersedes another, that one is superseded in the same step.
        """
        raise NotImplementedError

    def sign_with_scan(self, declaration_id: int, words: SignatoryWords, path: Path, *, digest: str) -> SignedCopy:
        """Lock it with a scanned or otherwise signed file in the place of a signature; the file is kept by its hash."""
        raise NotImplementedError

    def withdraw(
        self, declaration_id: int, grounds: str, words: SignatoryWords, *, passphrase: str = "",
        printer: PdfPrinter | None = None,
    ) -> SignedCopy:  # fmt: skip
        """Withdraw a signed one: a signed record of its own that states the grounds and names what it withdraws."""
        raise NotImplementedError

    # -- afterwards ----------------------------------------------------------------------------------------------------

    def say(self, declaration_id: int, state: DeclarationState, *, recipient: str = "", note: str = "") -> Changes:
        """Say that it was submitted, acknowledged or returned (by hand, until submissions do). Raises InvalidInput for a

        step that cannot follow, and for a rehearsal.
        """
        raise NotImplementedError

    def export(self, declaration_id: int, folder: Path, *, as_zip: bool = False) -> Path:
        """Write what verifies by itself: a folder (ACME-DEC-0003-v2), or one ZIP of it; with the withdrawal beside it when

        there is one. Gives its path; never overwrites another file. Raises InvalidInput for a draft, FileRefused.
        """
        raise NotImplementedError

    def verify_kept(self, declaration_id: int) -> Verdict:
        """Verify what is kept here as an exported one is verified, and against the row and the audit log."""
        raise NotImplementedError

    # -- reading -------------------------------------------------------------------------------------------------------

    def declarations(self) -> tuple[Declaration, ...]:
        """Every version of every declaration, newest first, each with what changed since it was signed."""
        raise NotImplementedError

    def get(self, declaration_id: int) -> Declaration:
        """One. Raises NotFound."""
        raise NotImplementedError

    def by_ref(self, text: str) -> Declaration:
        """By its reference: ACME-DEC-0003 (the newest version), or ACME-DEC-0003 v2. Raises NotFound."""
        raise NotImplementedError

    def events(self, declaration_id: int) -> tuple[Event, ...]:
        """What happened to it, oldest first."""
        raise NotImplementedError

    def files(self, declaration_id: int) -> Mapping[str, bytes]:
        """The files of a signed one as they are exported, by name."""
        raise NotImplementedError

    def due(self, today: date | None = None) -> tuple[DueDeclaration, ...]:
        """Those still to be signed that are no rehearsal, by day."""
        raise NotImplementedError

    def table(self) -> FrameTable:
        """The declarations as a table (columns: desktop/declarations/table.py)."""
        raise NotImplementedError
