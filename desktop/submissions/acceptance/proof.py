"""Rules about the evidence that goes with a submission, and about the files as they leave."""

from __future__ import annotations

from collections.abc import Callable

from desktop.submissions.acceptance.rule import Found, Look, Looked, Params, Rule, told
from desktop.submissions.content import EvidenceFile
from desktop.submissions.model import Mend
from desktop.submissions.pack_kinds import delivery_of

_MEGABYTE = 1_000_000
"""As mail systems count it at the strictest."""


def _files(wrong: Callable[[EvidenceFile, Looked], str], one: str, several: str, *, as_it_leaves: bool = False) -> Look:
    """A rule about each file; `as_it_leaves`: one that is only about the files that lie in a pack."""

    def look(looked: Looked, _params: Params, _recipient: str) -> Found:
        if not looked.evidence:
            return Found(skipped="No file of evidence goes with it.")
        if as_it_leaves and not looked.scope.with_evidence:
            return Found(skipped="It lists evidence, and the files do not go with it.")
        found = [
            (f"{file.ref} {file.title}: {words}", Mend("evidence", f"evidence:ref={file.ref}"))
            for file in looked.evidence
            if (words := wrong(file, looked))
        ]
        return told(found, one, several)

    return look


def _expired(file: EvidenceFile, looked: Looked) -> str:
    return f"good until {file.expires}" if file.expires and file.expires < looked.today.isoformat() else ""


def _redaction(file: EvidenceFile, _looked: Looked) -> str:
    return "something has to be blacked out first" if file.redaction == "needed" else ""


def _confidential(file: EvidenceFile, _looked: Looked) -> str:
    return "confidential" if file.confidentiality == "confidential" else ""


def _withdrawn(file: EvidenceFile, _looked: Looked) -> str:
    return f"withdrawn: {file.withdrawn}" if file.withdrawn else ""


def _active(file: EvidenceFile, _looked: Looked) -> str:
    return "can run or act when it is opened; mail systems refuse such files" if file.active else ""


def _sizes(looked: Looked, _params: Params, recipient: str) -> Found:
    """Evidence and documents: the workbook and the pack's own lists are small beside them."""
    content = looked.content
    if content is None:
        return Found(skipped="Nothing can be said yet.")
    files = content.evidence if looked.scope.with_evidence else ()
    size = sum({one.sha256: one.size for one in files}.values())
    size += sum(len(one.data) for one in content.beside)
    pack = looked.desk.pack()
    found = []
    for one in looked.recipients(recipient):
        largest = delivery_of(pack, one.recipient).largest_mb
        if largest and size > largest * _MEGABYTE:
            words = f"{one.name} takes {largest:,} MB; evidence and documents are {size / _MEGABYTE:,.1f} MB"
            command = f"mhhs-desk pack build {looked.submission.ref} --split {largest}M"
            found.append((words, Mend("submissions", "submission", command)))
    return told(
        found, "It is larger than a recipient takes: split its pack.", "It is larger than {count} recipients take."
    )


RULES = (
    Rule(
        "evidence_good", "No evidence has expired",
        _files(_expired, "One item of evidence has expired.", "{count} items of evidence have expired."),
        needs_content=True,
    ),
    Rule(
        "evidence_redacted", "No evidence waits for redaction",
        _files(_redaction, "One item waits for redaction.", "{count} items wait for redaction.",
               as_it_leaves=True),
        needs_content=True,
    ),
    Rule(
        "evidence_not_confidential", "No evidence is confidential",
        _files(_confidential, "One item is confidential: is the recipient to have it?",
               "{count} items are confidential: is the recipient to have them?", as_it_leaves=True),
        needs_content=True,
    ),
    Rule(
        "evidence_in_use", "No evidence was withdrawn",
        _files(_withdrawn, "One item was withdrawn.", "{count} items were withdrawn."),
        needs_content=True,
    ),
    Rule(
        "evidence_opens", "No evidence can run",
        _files(_active, "One file can run when it is opened.", "{count} files can run when they are opened.",
               as_it_leaves=True),
        needs_content=True,
    ),
    Rule("size_taken", "It is not larger than the recipient takes", _sizes, needs_content=True),
)  # fmt: skip
