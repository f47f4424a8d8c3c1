"""What is known of each kind of submission besides what its module gathers: one row a kind, and everybody asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.pit.model import OWN


@dataclass(frozen=True)
class Known:
    """One kind. `page` and `command`: where what it is made from is entered or mended, in the window and without it."""

    id: str
    page: str
    command: str
    at_a_gate: bool = False
    """It is over a gate of the PIT plan."""
    deliverables: tuple[str, ...] = ()
    """Ids of the deliverables of the pit_plan pack that it is."""
    packs: tuple[str, ...] = ()
    """Content packs that it says something from, besides those that every submission rests on."""
    hat: str = ""
    """Under which hat the contact for it is looked for first."""


_PIT, _TESTS = ("pit_plan",), "mhhs-desk pit import FILE"

_ROWS = (
    Known(
        "cleanse_report", "cleanse", "mhhs-desk check FILE", packs=("cleanse_checks", "code_lists"), hat="data_owner"
    ),
    Known("pit_plan", "pit", _TESTS, at_a_gate=True, deliverables=_PIT, packs=_PIT, hat="test_manager"),
    Known("rttm", "traceability", _TESTS, at_a_gate=True, deliverables=("rttm",), packs=_PIT, hat="test_manager"),
    Known(
        "pit_completion", "traceability", _TESTS, at_a_gate=True, packs=_PIT, hat="test_manager",
        deliverables=("completion_report", "qt_completion_report"),
    ),
    Known("work_off", "defects", _TESTS, deliverables=("work_off_plan",), packs=_PIT, hat="test_manager"),
    Known("cutover_status", "cutover", "mhhs-desk cutover plans", packs=("cutover_plans",), hat="cutover_lead"),
    Known("declarations", "declarations", "mhhs-desk declare status", packs=("declarations",), hat="signatory"),
    Known("info_request", "requests", "mhhs-desk request list"),
    Known("evidence", "evidence", "mhhs-desk evidence add FILE"),
)  # fmt: skip

KINDS: Mapping[str, Known] = {one.id: one for one in _ROWS}
"""The kinds that this version can put together, by id, in their order."""


_OF_PLAN = {deliverable: kind.id for kind in _ROWS for deliverable in kind.deliverables}
"""Deliverables of the PIT plan that are a submission: id of the pit_plan pack to kind."""


def kind_of_deliverable(key: str) -> str:
    """The kind of submission that a deliverable of the pack is, by its key; '' for another, and for one's own."""
    return "" if key.startswith(OWN) else _OF_PLAN.get(key.partition("/")[2].partition("@")[0], "")


def known(kind: str) -> Known:
    """One; of a kind that this version does not have, a row that says nothing."""
    return KINDS.get(kind) or Known(kind, "submissions", "")
