"""Which module gathers which kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from desktop.jobs import Job
from desktop.report.privacy import MpanChoice, masked_words
from desktop.submissions.content import Content
from desktop.submissions.kinds import scopes
from desktop.submissions.kinds.masking import Masking, masked_content
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.registry import KINDS
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Choice, Scope

FILES_AS_THEY_ARE = "Files of evidence leave with a pack as they are: nothing is masked inside them."
_Gather = Callable[[Scope, Masking, Sources, Job], Content]


def gather(kind: str, scope: Scope, choice: MpanChoice, sources: Sources, job: Job) -> Content:
    """What a submission of a kind says now, with personal data as chosen: everywhere, evidence titles included.

    All of it is read at one moment. Raises InvalidInput (field scope) when what it is over is not there or nothing can
    be said yet, Cancelled.
    """
    _must_be_known(kind)
    job.report("Gathering what it says", 0, 0, "")
    # Before the reading: the first time it is made, and nothing can be written while one moment is being read.
    masking = Masking(choice, sources.reports.row_key_secret())
    said = _modules()[kind]
    with sources.store.reading():
        content = said(scope, masking, sources, job)
        job.check()
        return masked_content(_with_files_as_they_are(content, scope, masking), masking)


def choices(kind: str, sources: Sources) -> tuple[Choice, ...]:
    """What the scope of a kind can be; the ids are what `Scope` takes, as texts."""
    _must_be_known(kind)
    return scopes.choices(kind, sources)


def scope_words(kind: str, scope: Scope, sources: Sources) -> str:
    """What it is over, in words: 'PIT exit', 'ACME-CUT-0001 M14 cutover'; '' when a kind has no scope.

    A title is made of it, which leaves whatever is chosen of personal data: long numbers are masked always. Raises
    InvalidInput (field scope) when it is not there.
    """
    _must_be_known(kind)
    return masked_words(scopes.words(kind, scope, sources), MpanChoice.LAST_FOUR)


def gathered_kinds() -> frozenset[str]:
    """Ids of the kinds that a module gathers: those of the registry (a test holds it)."""
    return frozenset(_modules())


def _with_files_as_they_are(content: Content, scope: Scope, masking: Masking) -> Content:
    """Says that what is masked here is not masked in the files that go with it."""
    if masking.full or not content.evidence or not scope.with_evidence:
        return content
    return replace(content, open_points=(*content.open_points, FILES_AS_THEY_ARE))


def _modules() -> Mapping[str, _Gather]:
    """What gathers each kind: loaded when it is first needed, by names that a frozen program finds too."""
    from desktop.submissions.kinds import (
        cleanse_report,
        cutover_status,
        declarations,
        evidence,
        info_request,
        pit_completion,
        pit_plan,
        rttm,
        work_off,
    )

    return {
        "cleanse_report": cleanse_report.gather,
        "pit_plan": pit_plan.gather,
        "rttm": rttm.gather,
        "pit_completion": pit_completion.gather,
        "work_off": work_off.gather,
        "cutover_status": cutover_status.gather,
        "declarations": declarations.gather,
        "info_request": info_request.gather,
        "evidence": evidence.gather,
    }


def _must_be_known(kind: str) -> None:
    if kind not in KINDS:
        raise refused(f"“{kind[:60]}” is no kind of submission that this version can put together.")
