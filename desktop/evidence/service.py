"""The evidence's one service: add, replace, describe, link, look at, find, verify and export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes
from desktop.clock import Clock
from desktop.evidence.model import (
    Added,
    Evidence,
    EvidenceDetails,
    EvidenceEdit,
    EvidenceReport,
    Exported,
    Preview,
    Proof,
    Target,
    TargetKind,
    Targets,
    Use,
)
from desktop.jobs import Job
from local_db.blobs import BlobStore
from local_db.connection import Store


class EvidenceService:
    """What pages and commands call about evidence. Every call may run on a worker thread."""

    def __init__(
        self, store: Store, blobs: BlobStore, targets: Mapping[TargetKind, Targets], actor: str, clock: Clock
    ) -> None:
        """`targets` name what evidence is linked to; a kind without one is shown by its number."""
        raise NotImplementedError

    # -- into the store ------------------------------------------------------------------------------------------------

    def add(
        self,
        paths: Sequence[Path],
        details: EvidenceDetails = EvidenceDetails(),  # noqa: B008 - frozen
        targets: Sequence[Target] = (),
        job: Job | None = None,
    ) -> Added:
        """Keep copies of files, one item each, and link them to all targets; folders are walked. One step to undo.

        Files that cannot be taken are refused by name, the others are added. The files given are only read. `details`
        go to every item; a title is used only for a single file. Raises Cancelled or WorkspaceError (full disk) with
        nothing added, InvalidInput for a detail, NotFound for a target that is not there.
        """
        raise NotImplementedError

    def add_bytes(
        self,
        data: bytes,
        file_name: str,
        details: EvidenceDetails = EvidenceDetails(),  # noqa: B008 - frozen
        targets: Sequence[Target] = (),
        *,
        origin: str = "clipboard",
    ) -> Added:
        """The same for something without a file: a pasted screenshot (PNG) or text."""
        raise NotImplementedError

    def replace(self, evidence_id: int, path: Path, reason: str = "", job: Job | None = None) -> Changes:
        """A new revision from a file; every link of the item awaits confirmation from then on.

        The same bytes as the newest revision change nothing. Raises FileRefused, NotFound, Cancelled, WorkspaceError.
        """
        raise NotImplementedError

    # -- what is said of it --------------------------------------------------------------------------------------------

    def edit(self, evidence_ids: Sequence[int], change: EvidenceEdit) -> Changes:
        """Change what is said of items; one step. Raises InvalidInput (`field` names it)."""
        raise NotImplementedError

    def withdraw(self, evidence_ids: Sequence[int], reason: str) -> Changes:
        """Say that items are not to be used any more, and why; nothing is removed. Raises InvalidInput."""
        raise NotImplementedError

    def reinstate(self, evidence_ids: Sequence[int]) -> Changes:
        """Use withdrawn items again."""
        raise NotImplementedError

    def link(self, evidence_ids: Sequence[int], targets: Sequence[Target], note: str = "") -> Changes:
        """Link each item to each target as of its newest revision; links that are there stay. Raises NotFound."""
        raise NotImplementedError

    def unlink(self, link_ids: Sequence[int]) -> Changes:
        """Remove links."""
        raise NotImplementedError

    def confirm(self, link_ids: Sequence[int]) -> Changes:
        """Say that the newest revision proves it too."""
        raise NotImplementedError

    # -- reading -------------------------------------------------------------------------------------------------------

    def table(self) -> FrameTable:
        """All evidence as a table (columns: desktop/evidence/table.py); its text search also looks into the files."""
        raise NotImplementedError

    def get(self, evidence_id: int) -> Evidence:
        """One item. Raises NotFound."""
        raise NotImplementedError

    def by_ref(self, ref: str) -> Evidence:
        """One item by its reference, without regard to case. Raises NotFound."""
        raise NotImplementedError

    def used_in(self, evidence_id: int) -> tuple[Use, ...]:
        """What an item is used in, by kind and name."""
        raise NotImplementedError

    def proofs(self, target: Target) -> tuple[Proof, ...]:
        """What a target relies on, newest link last."""
        raise NotImplementedError

    def counts(self, kind: TargetKind) -> dict[int, tuple[int, int]]:
        """For every target of a kind with evidence: how many items in use, and how many links await confirmation."""
        raise NotImplementedError

    def find(self, text: str, limit: int = 200) -> list[int]:
        """Ids of items whose title, tags, names or text fit, best first; every word counts, the last as a beginning."""
        raise NotImplementedError

    def linkable(self, kind: TargetKind, text: str = "", limit: int = 200) -> list[tuple[Target, str, str]]:
        """Targets of a kind to choose from: (target, reference, title), those that fit `text` first."""
        raise NotImplementedError

    # -- looking at files ----------------------------------------------------------------------------------------------

    def preview(self, evidence_id: int, revision: int | None = None, job: Job | None = None) -> Preview:
        """A text or picture of a revision (None: the newest), made in the capped child. Raises NotFound, Cancelled."""
        raise NotImplementedError

    def copy_to_open(self, evidence_id: int, revision: int | None = None) -> Path:
        """A verified, read-only copy in a temporary folder, for the system's own program to open.

        Raises FileRefused for active content (programs, scripts, macros, shortcuts, HTML, SVG), WorkspaceDamaged.
        """
        raise NotImplementedError

    def save_copy(self, evidence_id: int, path: Path, revision: int | None = None, job: Job | None = None) -> None:
        """Write a verified copy to a path that the person chose. Raises NotSaved, WorkspaceDamaged, Cancelled."""
        raise NotImplementedError

    def index(self, job: Job | None = None) -> int:
        """Read the text out of files that were not read yet, so that the search finds it; returns how many. Cancelled.

        Nothing of this is a step to undo, and a file that cannot be read is noted as such and not tried again.
        """
        raise NotImplementedError

    # -- the whole store -----------------------------------------------------------------------------------------------

    def verify(self, job: Job | None = None) -> EvidenceReport:
        """Read every file of evidence and compare it with its hash. Raises Cancelled."""
        raise NotImplementedError

    def verified_path(self, sha256: str) -> Path:
        """A kept file, hashed again just now: for whatever is submitted. Raises WorkspaceDamaged."""
        raise NotImplementedError

    def export(self, folder: Path, evidence_ids: Sequence[int] | None = None, job: Job | None = None) -> Exported:
        """Write copies under safe names (reference and file name), with an index workbook, into a folder.

        None = all in use. Nothing that is there is replaced. Raises NotSaved, InvalidInput, WorkspaceDamaged,
        Cancelled.
        """
        raise NotImplementedError
