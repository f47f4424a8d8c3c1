"""What the Requests page shows at once, read in one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desktop import clock
from desktop.app import Workspace
from desktop.browse.frame_table import FrameTable
from desktop.requests.model import InfoRequest, Question
from desktop.working_days import WorkingDays
from ui.widgets.request_pane import Changed


@dataclass(frozen=True)
class Wanted:
    """Which request is to be shown: the one of a question, else this id, else this reference, else the first."""

    request_id: int | None
    question_id: int | None
    ref: str
    source: tuple[int, FrameTable] | None


@dataclass(frozen=True)
class RequestData:
    """The requests, and the one that is shown with its questions."""

    requests: tuple[InfoRequest, ...]
    request: InfoRequest | None
    questions: Mapping[int, Question]
    table: FrameTable | None
    said_before: Mapping[int, Changed]
    """What the newest import changed, of questions that ask to be looked at, by id."""
    senders: Mapping[str, str]
    people: tuple[str, ...]
    today: date
    days: WorkingDays


def read(workspace: Workspace, wanted: Wanted) -> RequestData:
    """Read the page's data; a question or request that is not there any more falls back to the first request."""
    requests = workspace.requests.requests()
    one = _chosen(workspace, requests, wanted)
    table = None
    if one is not None:
        if wanted.source is not None and wanted.source[0] == one.id:
            table = wanted.source[1]
            table.reload()
        else:
            table = workspace.requests.table(one.id)
    questions = {item.id: item for item in workspace.requests.questions(one.id)} if one else {}
    return RequestData(
        requests,
        one,
        questions,
        table,
        _said_before(workspace, questions),
        workspace.requests.senders(),
        workspace.requests.people(),
        clock.today(workspace.clock),
        workspace.settings.working_days(),
    )


def _chosen(workspace: Workspace, requests: tuple[InfoRequest, ...], wanted: Wanted) -> InfoRequest | None:
    request_id = wanted.request_id
    if wanted.question_id is not None:
        found = workspace.requests.request_of(wanted.question_id)
        request_id = found if found is not None else request_id
    for fits in (
        lambda one: one.id == request_id,
        lambda one: one.ref == wanted.ref,
        lambda _one: True,
    ):
        if (one := next((one for one in requests if fits(one)), None)) is not None:
            return one
    return None


def _said_before(workspace: Workspace, questions: Mapping[int, Question]) -> dict[int, Changed]:
    """Texts before and after, by the words of their fields; what was changed by hand is not among them."""
    flagged = [one for one in questions.values() if one.look_again]
    if not flagged:
        return {}
    from desktop.records.fields import by_name
    from desktop.records.model import RecordKind

    fields = by_name(RecordKind.QUESTIONS)
    asked = {fields[name].title for name in ("text", "guidance")}
    found: dict[int, Changed] = {}
    for one in flagged:
        for past in workspace.record_imports.history(RecordKind.QUESTIONS, one.id):
            changed = {name: pair for name, pair in past.fields.items() if name in asked and pair[0]}
            if changed:
                found[one.id] = changed
                break
    return found
