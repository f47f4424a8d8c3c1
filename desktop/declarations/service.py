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
from desktop.declarations.afterwards import Afterwards
from desktop.declarations.body import sha256
from desktop.declarations.corrections import Corrections
from desktop.declarations.drafts import Drafts
from desktop.declarations.entered import paragraph
from desktop.declarations.export_set import JSON_NAME
from desktop.declarations.facts import Facts, Sources
from desktop.declarations.kept import Kept
from desktop.declarations.keys import KeyService
from desktop.declarations.model import (
    Declaration,
    DeclarationDetails,
    DeclarationState,
    DueDeclaration,
    Event,
    PdfPrinter,
    Sheet,
    SignatoryWords,
    SignedCopy,
    Verdict,
    Wording,
)
from desktop.declarations.reading import Reader
from desktop.declarations.sheet import resolved, wording_of
from desktop.declarations.signing import Signing
from desktop.declarations.wording_pack import wordings_of
from desktop.jobs import Job
from local_db.blobs import BlobStore
from local_db.connection import Store

if TYPE_CHECKING:
    from desktop.cleanse.service import CleanseService
    from desktop.cutover.service import CutoverService
    from desktop.declarations.table import Shown
    from desktop.evidence.service import EvidenceService
    from desktop.milestones.service import MilestoneService
    from desktop.participant.service import ParticipantService
    from desktop.testing.defects import DefectService
    from local_db.audit import ChainReport


class DeclarationService:
    """Every call may run on a worker thread.

    Drafts are edited and undone as everything else; signing and what follows is written at once, cannot be undone, and
    stands in the audit log.
    """

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
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
        self._content = content
        self._clock = clock
        self.keys = keys
        self._sources = Sources(content, participant, milestones, cleanse, cutover, defects)
        self._reader = Reader(store, self._sources, clock)
        self._drafts = Drafts(store, self._reader, actor, clock)
        self._signing = Signing(store, blobs, self._reader, keys, actor, clock)
        self._afterwards = Afterwards(store, blobs, self._reader, actor, clock)
        self._corrections = Corrections(store, self._reader, actor, clock)
        self._kept = Kept(store, self._reader, self._afterwards, actor, clock)

    def pack(self) -> Pack:
        """The declarations pack in use, with its standing."""
        return self._content.pack("declarations")

    def wordings(self) -> tuple[Wording, ...]:
        """The wordings of the pack."""
        return wordings_of(self.pack())

    # -- drafts --------------------------------------------------------------------------------------------------------

    def prepare(self, details: DeclarationDetails) -> tuple[int, Changes]:
        """Make a draft (ACME-DEC-0001 v1). For a plan that is a rehearsal it is one for ever.

        Raises InvalidInput (its field; answers are `answer.<question>`), NotFound.
        """
        return self._drafts.prepare(details)

    def edit(self, declaration_id: int, details: DeclarationDetails) -> Changes:
        """Change a draft; one that was ready is a draft again when something changed.

        Raises InvalidInput for a signed one (start a new version) and as `prepare`, NotFound.
        """
        return self._drafts.edit(declaration_id, details)

    def answer(self, declaration_id: int, question_id: str, answer: str) -> Changes:
        """Answer one question of a draft; '' takes it back. Raises InvalidInput (`answer.<question>`), NotFound."""
        return self._drafts.answer(declaration_id, question_id, answer)

    def make_ready(self, declaration_id: int) -> Changes:
        """Say that it is ready to sign. Raises InvalidInput with the first problem of its sheet."""
        return self._drafts.make_ready(self.sheet(declaration_id))

    def back_to_draft(self, declaration_id: int) -> Changes:
        """Take that back."""
        return self._drafts.back_to_draft(declaration_id)

    def remove(self, declaration_id: int) -> Changes:
        """Remove a draft. Raises InvalidInput for a signed one."""
        return self._drafts.remove(declaration_id)

    def new_version(self, declaration_id: int, reason: str) -> tuple[int, Changes]:
        """A draft with the next number that will supersede a signed one when it is signed.

        Answers are carried over where the question reads as it did, evidence with its links. Raises InvalidInput
        without a reason, when it does not stand any more, or when a newer draft is there already (names it).
        """
        return self._drafts.new_version(declaration_id, reason)

    # -- signing -------------------------------------------------------------------------------------------------------

    def sheet(self, declaration_id: int, today: date | None = None) -> Sheet:
        """Everything that the signatory reads, as it stands now."""
        facts = Facts(self._sources, today) if today else self._reader.facts()
        return self._signing.sheet(declaration_id, facts)

    def must_be_signable(self, declaration_id: int, words: SignatoryWords, *, digest: str) -> None:
        """Raise as `sign` does, but for the key: asked before one is made, so that none is made in vain."""
        self._signing.must_be_signable(declaration_id, words, digest)

    def sign(
        self,
        declaration_id: int,
        words: SignatoryWords,
        *,
        digest: str,
        passphrase: str = "",
        printer: PdfPrinter | None = None,
    ) -> SignedCopy:
        """Freeze and sign; the key is made before the first signature (`keys.make`: the caller asks where to keep it).

        Raises SigningRefused (an InvalidInput) with every problem; WorkspaceError when the key cannot be had: then
        nothing is signed. When it supersedes another, that one is superseded in the same step.
        """
        self._signing.sign(declaration_id, words, digest, passphrase, printer)
        return self._copy(declaration_id)

    def sign_with_scan(self, declaration_id: int, words: SignatoryWords, path: Path, *, digest: str) -> SignedCopy:
        """Lock it with a scanned or otherwise signed file in the place of a signature; the file is kept by its hash.

        Raises as `sign`, and FileRefused for a file that cannot stand there.
        """
        self._signing.sign_with_scan(declaration_id, words, path, digest)
        return self._copy(declaration_id)

    def withdraw(
        self, declaration_id: int, grounds: str, words: SignatoryWords, *, passphrase: str = "",
        printer: PdfPrinter | None = None,
    ) -> SignedCopy:  # fmt: skip
        """Withdraw a signed one: a signed record of its own that states the grounds and names what it withdraws.

        Who may sign it may withdraw it, with a key also where a signed document stood for the signature. Raises as
        `sign`.
        """
        self._signing.withdraw(declaration_id, paragraph(grounds, "grounds"), words, passphrase, printer)
        return self._copy(declaration_id, "withdrawal")

    # -- afterwards ----------------------------------------------------------------------------------------------------

    def say(self, declaration_id: int, state: DeclarationState, *, recipient: str = "", note: str = "") -> Changes:
        """Say that it was submitted, acknowledged or returned (by hand, until submissions do).

        Each recipient (id or name; '' = all) goes its own way. Raises InvalidInput for a step that cannot follow, for a
        return without a note, and for a rehearsal.
        """
        return self._afterwards.say(declaration_id, state, recipient, note)

    def take_back(self, declaration_id: int, reason: str) -> Changes:
        """Say that what was said last (submitted or acknowledged) was a mistake: it goes back by one state.

        An event of its own; never behind the signature. Raises InvalidInput without a reason, or when nothing can be
        taken back.
        """
        return self._corrections.take_back(declaration_id, reason)

    def export(self, declaration_id: int, folder: Path, *, as_zip: bool = False) -> Path:
        """Write what verifies by itself: a folder (ACME-DEC-0003-v2), or one ZIP of it; beside it the withdrawal's.

        Gives its path; never overwrites another file. What is there already, byte for byte, stays as it is. Raises
        InvalidInput for a draft, FileRefused.
        """
        return self._afterwards.export(declaration_id, folder, as_zip=as_zip)

    def there_already(self, declaration_id: int, folder: Path, *, as_zip: bool = False) -> tuple[Path, ...]:
        """What `export` would leave as it is, since it stands there byte for byte. Raises InvalidInput for a draft."""
        return self._afterwards.there_already(declaration_id, folder, as_zip=as_zip)

    def verify_kept(self, declaration_id: int) -> Verdict:
        """Verify what is kept here as an exported one is verified, and against the row and the audit log.

        Raises InvalidInput for a draft, NotFound.
        """
        return self._kept.verify_kept(declaration_id)

    def verify_all_kept(
        self, job: Job | None = None, chain: ChainReport | None = None
    ) -> tuple[tuple[str, Verdict], ...]:
        """Verify all that is kept of signatures: (name, verdict) of each signed declaration, newest first.

        Then of each that the audit log tells of and that is not there, and of each signing key that does not hold.
        `chain`: what the whole log came to, where that was checked just now. Raises Cancelled.
        """
        return self._kept.verify_all(job or Job(), chain)

    # -- reading -------------------------------------------------------------------------------------------------------

    def declarations(self) -> tuple[Declaration, ...]:
        """Every version of every declaration, newest first, each with what changed since it was signed."""
        return self._reader.declarations()

    def get(self, declaration_id: int) -> Declaration:
        """One. Raises NotFound."""
        return self._reader.get(declaration_id)

    def by_ref(self, text: str) -> Declaration:
        """By its reference: ACME-DEC-0003 (the newest version), or ACME-DEC-0003 v2. Raises NotFound."""
        return self._reader.get(self._reader.by_ref(text).id)

    def events(self, declaration_id: int) -> tuple[Event, ...]:
        """What happened to it, oldest first. Raises NotFound."""
        return self._reader.events(declaration_id)

    def files(self, declaration_id: int) -> Mapping[str, bytes]:
        """The files of a signed one as they are exported. Raises InvalidInput for a draft, WorkspaceDamaged."""
        return self._afterwards.files(declaration_id)

    def withdrawal_files(self, declaration_id: int) -> Mapping[str, bytes]:
        """The files of its withdrawal. Raises WorkspaceDamaged when there is none."""
        return self._afterwards.files(declaration_id, "withdrawal")

    def due(self, today: date | None = None) -> tuple[DueDeclaration, ...]:
        """Those still to be signed that are no rehearsal, by day: their own, else that of their milestone."""
        facts = Facts(self._sources, today) if today else self._reader.facts()
        found = []
        for one in self._reader.declarations(facts=facts):
            if not one.state.locked and not one.rehearsal:
                milestone = facts.milestones.get(resolved(one.details, facts).milestone)
                own = date.fromisoformat(one.details.due) if one.details.due else None
                found.append(DueDeclaration(one, own or (milestone.day if milestone else None)))
        return tuple(sorted(found, key=lambda one: (one.day or date.max, one.declaration.id)))

    def table(self) -> FrameTable:
        """The declarations as a table (columns: desktop/declarations/table.py)."""
        from desktop.declarations.table import table_of

        return table_of(self._shown)

    def _shown(self) -> Shown:
        facts = self._reader.facts()
        declarations = self._reader.declarations(facts=facts)
        put = {one.id: resolved(one.details, facts) for one in declarations}
        keys = {}
        for plan_id in {one.details.plan_id for one in declarations if one.details.activity_id is not None}:
            view = facts.view(plan_id)
            keys.update({one.id: one.details.key for one in view.activities} if view else {})
        from desktop.declarations.table import Shown

        return Shown(
            declarations,
            {plan_id: one.ref for plan_id, one in facts.plans.items()},
            keys,
            {key: _short_name(one.milestone, facts) for key, one in put.items()},
            {key: facts.parties.role_names(one.roles) for key, one in put.items()},
            {key: facts.parties.recipient_names(one.recipients) for key, one in put.items()},
            facts.today.isoformat(),
        )

    def _copy(self, declaration_id: int, kind: str = "") -> SignedCopy:
        """What is there to keep after a signature."""
        facts = self._reader.facts()
        declaration = self._reader.get(declaration_id, facts)
        files = {name: sha256(data) for name, data in self._afterwards.files(declaration_id, kind).items()}
        steps = wording_of(declaration.details, facts)[0].next_steps
        if declaration.rehearsal:
            steps = ("This is a rehearsal: it is never submitted.",)
        elif kind:
            steps = ("Send the withdrawal to everybody who has the declaration.",)
        if declaration.scan and not kind:
            told = (
                f"Tell those who verify it the SHA-256 of {JSON_NAME} by another way than the copy: {files[JSON_NAME]}"
            )
            steps = (*steps, told)
        return SignedCopy(declaration, files, steps)


def _short_name(milestone: str, facts: Facts) -> str:
    """M14 of one of the pack, the title of one of the participant's own."""
    known = facts.milestones.get(milestone)
    return known.title if known is not None and known.own else milestone
