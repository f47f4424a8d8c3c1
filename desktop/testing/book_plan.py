"""The PIT plan as a workbook: gates, deliverables, scope by stage, and reliance on others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from desktop.evidence.model import TargetKind
from desktop.excel.book import Field, Kind
from desktop.pit.model import Deliverable, DeliverableStatus, Standing
from desktop.records.model import RecordKind
from desktop.testing.book_parts import Draft, Part, known
from desktop.testing.book_sources import BookSources, counted_words
from desktop.testing.model import Cover

_ORDER = {one: place for place, one in enumerate(Standing)}


def plan_draft(sources: BookSources) -> Draft:
    """Everything that the workbook says."""
    plan = sources.deliverables
    standings = [one.standing for one in plan]
    parts = (
        Part("checks", _CHECK_FIELDS, list(_checks(sources))),
        Part("gates", _GATE_FIELDS, list(_gate_rows(sources))),
        Part("deliverables", _DELIVERABLE_FIELDS, list(_deliverable_rows(sources)), comes_back=True),
        Part("scope", _SCOPE_FIELDS, list(_scope_rows(sources))),
        Part("reliance", _RELIANCE_FIELDS, list(_reliance_rows(sources))),
        Part("relied", _RELIED_FIELDS, list(_relied_rows(sources))),
    )
    position = (
        ("Deliverables", f"{len(plan):,}: {counted_words([(one.value, standings.count(one)) for one in Standing])}"),
        ("Reliance", f"{len(sources.reliances):,}; proven: {sum(one.proven for one in sources.reliances):,}"),
        ("Calendar", f"Working days: {sources.pit.working_days().calendar.title}"),
    )
    return Draft(position, parts, len(plan))


_CHECK_FIELDS = (
    Field("What", Kind.WORD, 34),
    Field("Reference", Kind.TEXT, 16),
    Field("Title", Kind.WRAPPED, 46),
    Field("Gate", Kind.TEXT, 14),
    Field("Owner", Kind.WRAPPED, 20),
    Field("Detail", Kind.WRAPPED, 60),
)


def _checks(sources: BookSources) -> Iterator[tuple[object, ...]]:
    for gate in sources.pit.gates():
        if gate.day is None:
            yield ("Gate without a day", "", gate.name, gate.name, "", "What hangs on it has no day either.")
    for one in sorted(sources.deliverables, key=lambda one: (_ORDER[one.standing], -one.late_by)):
        for what, detail in _lacks(one):
            yield (what, one.ref, one.title, one.gate_name, one.owner, detail)
    for reliance in sources.reliances:
        if not reliance.proven:
            detail = ", ".join(reliance.missing) or reliance.details.status.value
            yield ("Reliance not proven", reliance.ref, reliance.details.third_party, "", "", detail.capitalize())


def _lacks(one: Deliverable) -> Iterator[tuple[str, str]]:
    if one.status is DeliverableStatus.NOT_NEEDED:
        return
    done = one.status.finished
    if one.late_by and not done:
        yield ("Late", f"By {one.late_by} working day{'' if one.late_by == 1 else 's'}; planned {_day(one.planned)}")
    if one.status is DeliverableStatus.RETURNED:
        yield ("Returned by the reviewer", one.remarks)
    if one.planned is None and not done:
        yield ("No day", "Neither its gate nor the deliverable itself has a day.")
    if not one.owner and not done:
        yield ("No owner", "")
    if done and not one.evidence:
        yield ("Handed over without evidence", "")
    if one.awaiting:
        yield ("Evidence to confirm", f"{one.awaiting} of its files {'was' if one.awaiting == 1 else 'were'} replaced.")
    if one.expired:
        yield (
            "Evidence expired",
            f"{one.expired} of its items {'is' if one.expired == 1 else 'are'} not good any more.",
        )
    if one.changed:
        yield ("The pack says otherwise", "Compare the plan with the pack.")


_GATE_FIELDS = (
    Field("Gate", Kind.STRONG, 18),
    Field("Baseline", Kind.DATE, 13),
    Field("Current", Kind.DATE, 13),
    Field("Actual", Kind.DATE, 13),
    Field("Working days left", Kind.NUMBER, 12),
    Field("Deliverables", Kind.NUMBER, 13),
    Field("Finished", Kind.NUMBER, 11),
    Field("Late", Kind.NUMBER, 9),
    Field("What it is", Kind.WRAPPED, 60),
    Field("Note", Kind.WRAPPED, 34),
)


def _gate_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    for state in sources.pit.gate_states(sources.today):
        gate = state.gate
        yield (
            gate.name, _day(gate.baseline), _day(gate.current), _day(gate.actual), state.working_days_left,
            state.deliverables, state.finished, state.late, gate.about, gate.note,
        )  # fmt: skip


_P = RecordKind.DELIVERABLES
_DELIVERABLE_FIELDS = (
    known(_P, "key", width=17),
    known(_P, "title", Kind.WRAPPED, 40),
    known(_P, "party_type", Kind.WRAPPED, 22),
    known(_P, "gate", Kind.WRAPPED, 12),
    known(_P, "offset", Kind.NUMBER, 13),
    known(_P, "stage", Kind.WRAPPED, 15),
    known(_P, "field_name", Kind.WRAPPED, 26),
    known(_P, "description", Kind.WRAPPED, 40),
    known(_P, "good_evidence", Kind.WRAPPED, 40),
    known(_P, "owner", Kind.WRAPPED, 18),
    known(_P, "baseline", Kind.DATE, 13),
    known(_P, "current", Kind.DATE, 13),
    known(_P, "actual", Kind.DATE, 13),
    known(_P, "status", Kind.TEXT, 14),
    known(_P, "reviewer", Kind.WRAPPED, 18),
    known(_P, "remarks", Kind.WRAPPED, 34),
    known(_P, "note", Kind.WRAPPED, 30),
    Field("Planned day", Kind.DATE, 13),
    Field("Against its day", Kind.WORD, 17),
    Field("Working days late", Kind.NUMBER, 11),
    Field("Evidence references", Kind.WRAPPED, 28),
    Field("Taken from", Kind.WRAPPED, 30),
)


def _deliverable_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    for one in sources.deliverables:
        yield (
            one.ref, one.title, one.party, one.gate_name, one.offset, one.stage_name, one.field_name, one.description,
            one.good_evidence, one.owner, _day(one.baseline), _day(one.current), _day(one.actual), one.status.value,
            one.reviewer, one.remarks, one.note, _day(one.planned), one.standing.value, one.late_by,
            sources.proofs(TargetKind.DELIVERABLE, one.id), one.source or "Your own",
        )  # fmt: skip


_SCOPE_FIELDS = (
    Field("Stage", Kind.STRONG, 22),
    Field("What it is about", Kind.WRAPPED, 60),
    Field("Requirements", Kind.NUMBER, 14),
    Field("Not covered", Kind.NUMBER, 12),
    Field("Test cases", Kind.NUMBER, 12),
)


def _scope_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    """The pack's stages, then what documents name besides."""
    matrix = sources.matrix
    ids = {text.casefold(): stage.id for stage in sources.stages for text in (stage.id, stage.name)}
    needed: dict[str, list[Cover]] = {}
    cases: dict[str, int] = {}
    for one in matrix.requirements:
        needed.setdefault(ids.get(one.stage.casefold(), one.stage), []).append(matrix.cover(one))
    for case in matrix.cases:
        stage = ids.get(case.stage.casefold(), case.stage)
        cases[stage] = cases.get(stage, 0) + 1
    named = {stage.id: (stage.name, stage.about) for stage in sources.stages}
    for stage in dict.fromkeys([*named, *needed, *cases]):
        name, about = named.get(stage, (stage or "(no stage named)", ""))
        covers = needed.get(stage, [])
        yield (name, about, len(covers), sum(cover.is_gap for cover in covers), cases.get(stage, 0))


_RELIANCE_FIELDS = (
    Field("Reference", Kind.TEXT, 16),
    Field("Third party", Kind.STRONG, 28),
    Field("Product and version", Kind.WRAPPED, 28),
    Field("What was tested and what was not", Kind.WRAPPED, 50),
    Field("Status", Kind.TEXT, 12),
    Field("Proven", Kind.TEXT, 10),
    Field("What is missing", Kind.WRAPPED, 34),
    Field("Agreement", Kind.WRAPPED, 26),
    Field("Agreed by", Kind.WRAPPED, 20),
    Field("Agreed on", Kind.DATE, 13),
    Field("Good until", Kind.DATE, 13),
    Field("Requirements", Kind.NUMBER, 14),
    Field("Evidence", Kind.WRAPPED, 28),
    Field("Note", Kind.WRAPPED, 30),
)


def _reliance_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    for one in sources.reliances:
        details = one.details
        yield (
            one.ref, details.third_party, details.product, details.scope, details.status.value,
            "Yes" if one.proven else "No", ", ".join(one.missing), details.agreement, details.agreed_by,
            details.agreed_on, details.expires, one.requirements, sources.proofs(TargetKind.RELIANCE, one.id),
            details.note,
        )  # fmt: skip


_RELIED_FIELDS = (
    Field("Requirement", Kind.TEXT, 16),
    Field("Title", Kind.WRAPPED, 50),
    Field("Family", Kind.WRAPPED, 18),
    Field("Rests on", Kind.WRAPPED, 34),
    Field("Cover", Kind.WORD, 20),
    Field("Own test cases", Kind.NUMBER, 12),
)


def _relied_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    matrix = sources.matrix
    for one in matrix.requirements:
        if one.reliance_id:
            cases = len(matrix.links_of_requirement.get(one.id, ()))
            yield (one.key, one.title, one.family, matrix.reliance_words(one), matrix.cover(one).value, cases)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
