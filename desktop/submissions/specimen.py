"""What a submission of a kind says or would say, so that a form can be mapped before there is any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from desktop.declarations.body import moment
from desktop.errors import InvalidInput, WorkspaceDamaged
from desktop.jobs import Job
from desktop.report.privacy import MpanChoice
from desktop.submissions.content import Content
from desktop.submissions.context import Desk
from desktop.submissions.kinds.gathering import choices, gather
from desktop.submissions.model import KindInfo, Scope, Submission
from desktop.submissions.putting_together import participant_part, template_values
from desktop.submissions.typed import masked_submission

_FIRST = {
    "plan": "Make a cutover plan first.",
    "request": "Add an information request first.",
    "declarations": "Sign a declaration first.",
}


def specimen(
    kind: KindInfo, newest: Iterable[Submission], read: Callable[[int], Content], desk: Desk, job: Job
) -> Content:
    """What the newest submission of the kind says, else what one would say over the first thing that it can be over.

    `newest`: every submission, newest first; `read` reads one. Raises InvalidInput when nothing can be said yet.
    """
    why = ""
    for one in newest:
        if one.kind.id == kind.id:
            try:
                return read(one.id)
            except (InvalidInput, WorkspaceDamaged):  # a draft over what is gone, a damaged one: another may do
                continue
    for scope in _scopes(kind, desk):
        try:
            content = gather(kind.id, scope, MpanChoice.LAST_FOUR, desk.sources, job)
        except InvalidInput as error:
            why = why or " ".join(filter(None, (error.what, error.todo)))
            continue
        return replace(content, title=kind.name)
    raise InvalidInput(
        f"Nothing can be said yet in a submission of the kind “{kind.name}”, and what it says is what a form can take.",
        safe="The form is kept.",
        todo=why or _FIRST.get(kind.scope, "Add what it can be over first."),
        field="kind",
    )


def example_values(kind: KindInfo, recipient: str, newest: Submission | None, desk: Desk) -> dict[str, str]:
    """The single values that a template of a recipient would take; of no submission there is no reference yet."""
    recipients = [{"id": one, "name": str(said.get("name") or one)} for one, said in desk.recipients().items()]
    choice = newest.details.mpan_choice if newest else MpanChoice.LAST_FOUR  # as `specimen` gathers it
    head = {
        "kind": kind.id,
        "participant": participant_part(desk),
        "recipients": recipients,
        "personal_data": choice.value,
        "reference": newest.ref if newest else "",
        "version": newest.version if newest else "",
        "title": masked_submission(newest).details.title if newest else kind.name,
        "made": {"at": moment(desk.clock())},
    }
    return template_values(head, recipient, desk)


def _scopes(kind: KindInfo, desk: Desk) -> Iterator[Scope]:
    """What it can be over, in the order of the choices; of a kind that needs none, and of evidence, everything."""
    if kind.scope in {"", "evidence"}:
        yield Scope()
        return
    for one in choices(kind.id, desk.sources):
        if kind.scope == "gate":
            yield Scope(gate=one.id)
        elif kind.scope == "plan":
            yield Scope(plan_id=int(one.id))
        elif kind.scope == "request":
            yield Scope(request_id=int(one.id))
        elif kind.scope == "declarations":
            yield Scope(declarations=(int(one.id),))
