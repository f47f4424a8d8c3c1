"""The requirements to test traceability matrix as a workbook: what is not covered, the matrix, requirements, cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from desktop.excel.book import Field, Kind
from desktop.records.model import RecordKind
from desktop.testing.book_parts import Draft, Part, known
from desktop.testing.book_sources import BookSources, counted_words, ids_cell, joined, left_out
from desktop.testing.covering import in_words
from desktop.testing.matrix import Matrix, RequirementLine, Seen
from desktop.testing.model import Cover, CoverageRow
from desktop.testing.trace import coverage_of
from local_db import requirements

_TODO = {
    Cover.NO_CASE: "Write a test case for it and link it, name the reliance it rests on, or say why it does not apply.",
    Cover.ONLY_NOT_APPLICABLE: "Say why the requirement itself does not apply, or write a test case that does.",
    Cover.FAILED: "Mend the defect and run the failed cases again.",
    Cover.BLOCKED: "Remove what blocks the case, then run it.",
    Cover.NOT_RUN: "Run its test cases.",
    Cover.NO_EVIDENCE: "Link evidence to the passed results.",
    Cover.RELIES: "Complete the agreement or the third party's evidence.",
}
_ORDER = {cover: place for place, cover in enumerate(Cover)}


def rttm_draft(sources: BookSources) -> Draft:
    """Everything that the workbook says. Reads the matrix once."""
    matrix = sources.matrix
    covers = {one.id: matrix.cover(one) for one in matrix.requirements}
    coverage = coverage_of(matrix)
    rows = list(_matrix_rows(sources, covers))
    parts = (
        Part("gaps", _GAP_FIELDS, list(_gaps(sources, covers)), _gap_words(coverage.whole)),
        Part("coverage", _COVERAGE_FIELDS, list(_coverage_rows(coverage.whole, coverage.by_family, coverage.by_stage))),
        Part("matrix", _MATRIX_FIELDS, rows),
        Part(
            "requirements",
            _REQUIREMENT_FIELDS,
            list(_requirement_rows(sources, covers)),
            left_out(case.key for case in matrix.cases),
            comes_back=True,
        ),
        Part(
            "cases",
            _CASE_FIELDS,
            list(_case_rows(sources)),
            left_out(one.key for one in matrix.requirements),
            comes_back=True,
        ),
        Part("look", _LOOK_FIELDS, list(_to_look_at(matrix))),
    )
    position = (
        ("Requirements", f"{len(matrix.requirements):,}"),
        ("How they stand", counted_words([(cover.value, coverage.whole.counts[cover]) for cover in Cover])),
        ("Not covered", f"{coverage.whole.gaps:,}"),
        ("Test cases", f"{len(matrix.cases):,}; for no requirement: {coverage.orphan_cases:,}"),
        ("Links to look at again", f"{coverage.changed_links:,}"),
    )
    return Draft(position, parts, len(rows))


def _gap_words(whole: CoverageRow) -> str:
    return f"{whole.gaps:,} of {whole.total:,} requirements."


_GAP_FIELDS = (
    Field("Cover", Kind.WORD, 20),
    Field("Requirement", Kind.TEXT, 16),
    Field("Title", Kind.WRAPPED, 44),
    Field("Family", Kind.WRAPPED, 16),
    Field("Stage", Kind.WRAPPED, 16),
    Field("Owner", Kind.WRAPPED, 18),
    Field("Newest results", Kind.WRAPPED, 26),
    Field("Open defects", Kind.WRAPPED, 22),
    Field("Work-off items", Kind.WRAPPED, 18),
    Field("Rests on", Kind.WRAPPED, 26),
    Field("What to do", Kind.WRAPPED, 44),
)


def _gaps(sources: BookSources, covers: dict[int, Cover]) -> Iterator[tuple[object, ...]]:
    matrix = sources.matrix
    found = [one for one in matrix.requirements if covers[one.id].is_gap]
    for one in sorted(found, key=lambda one: _ORDER[covers[one.id]]):
        yield (
            covers[one.id].value, one.key, one.title, one.family, one.stage, one.owner, _results(matrix, one),
            _open(matrix.defects_of(one.id).values()), joined(matrix.work_off.get(one.id, [])),
            matrix.reliance_words(one), _TODO[covers[one.id]],
        )  # fmt: skip


_COVERAGE_FIELDS = (
    Field("By", Kind.LABEL, 14),
    Field("Name", Kind.STRONG, 30),
    Field("Requirements", Kind.NUMBER, 14),
    Field("Not covered", Kind.NUMBER, 13),
    *(Field(cover.value, Kind.NUMBER, 13) for cover in Cover),
)


def _coverage_rows(
    whole: CoverageRow, families: tuple[CoverageRow, ...], stages: tuple[CoverageRow, ...]
) -> Iterator[tuple[object, ...]]:
    for by, rows in (("All", (whole,)), ("Family", families), ("Stage", stages)):
        for row in rows:
            name = "All requirements" if by == "All" else row.name or "(none named)"
            yield (by, name, row.total, row.gaps, *(row.counts[cover] for cover in Cover))


_MATRIX_FIELDS = (
    Field("Requirement", Kind.TEXT, 16),
    Field("Title of the requirement", Kind.WRAPPED, 40),
    Field("Family", Kind.WRAPPED, 16),
    Field("Stage", Kind.WRAPPED, 16),
    Field("Cover", Kind.WORD, 20),
    Field("Test case", Kind.TEXT, 16),
    Field("Title of the test case", Kind.WRAPPED, 40),
    Field("Newest result", Kind.WORD, 15),
    Field("Run", Kind.TEXT, 16),
    Field("Run on", Kind.DATE, 13),
    Field("Evidence", Kind.WRAPPED, 30),
    Field("Defects", Kind.WRAPPED, 30),
    Field("Rests on", Kind.WRAPPED, 26),
    Field("Look again", Kind.WRAPPED, 26),
    Field("QT scenario (Code Bodies)", Kind.WRAPPED, 18),
    Field("QT test case (Code Bodies)", Kind.WRAPPED, 18),
    Field("QAD question (Code Bodies)", Kind.WRAPPED, 18),
)
_LEFT_TO_CODE_BODIES = ("", "", "")


def _matrix_rows(sources: BookSources, covers: dict[int, Cover]) -> Iterator[tuple[object, ...]]:
    matrix = sources.matrix
    for one in matrix.requirements:
        head = (one.key, one.title, one.family, one.stage, covers[one.id].value)
        rests_on = matrix.reliance_words(one)
        own = matrix.evidence_of_requirement(one.id)
        links = matrix.links_of_requirement.get(one.id, ())
        if not links:
            why = f"Does not apply: {one.applies}" if one.applies else ""
            yield (*head, "", "", "", "", "", sources.referred(own), "", rests_on, why, *_LEFT_TO_CODE_BODIES)
        for _, case_id, changed in links:
            case, newest = matrix.cases_by_id[case_id], matrix.newest.get(case_id)
            again = [
                word
                for word, is_so in (
                    ("the requirement changed", changed),
                    ("the case changed since its run", newest is not None and newest.changed),
                )
                if is_so
            ]
            yield (
                *head, case.key, case.title, matrix.status(case_id).value, newest.run_ref if newest else "",
                newest.executed[:10] if newest else "", sources.referred(own | matrix.evidence_of_case(case_id)),
                joined(f"{seen.ref} ({seen.status})" for seen in matrix.defects.get(case_id, ())), rests_on,
                joined(again), *_LEFT_TO_CODE_BODIES,
            )  # fmt: skip


_R = RecordKind.REQUIREMENTS
_REQUIREMENT_FIELDS = (
    known(_R, "key", width=18),
    known(_R, "title", Kind.WRAPPED, 40),
    known(_R, "text", Kind.WRAPPED, 60),
    known(_R, "family", Kind.WRAPPED, 16),
    known(_R, "stage", Kind.WRAPPED, 16),
    known(_R, "party", Kind.WRAPPED, 16),
    known(_R, "priority", Kind.WRAPPED, 12),
    known(_R, "applies", Kind.WRAPPED, 24),
    known(_R, "owner", Kind.WRAPPED, 18),
    known(_R, "note", Kind.WRAPPED, 30),
    known(_R, "cases", Kind.WRAPPED, 30),
    Field("How it stands", Kind.WORD, 20),
    Field("Newest results", Kind.WRAPPED, 26),
    Field("Evidence references", Kind.WRAPPED, 30),
    Field("Open defects", Kind.WRAPPED, 22),
    Field("Rests on", Kind.WRAPPED, 26),
    Field("Document", Kind.WRAPPED, 26),
    Field("In the newest document", Kind.TEXT, 12),
)


def _requirement_rows(sources: BookSources, covers: dict[int, Cover]) -> Iterator[tuple[object, ...]]:
    matrix = sources.matrix
    for one in matrix.requirements:
        links = matrix.links_of_requirement.get(one.id, ())
        yield (
            one.key, one.title, one.text, one.family, one.stage, one.party, one.priority, one.applies or "Yes",
            one.owner, one.note, ids_cell(matrix.cases_by_id[case_id].key for _, case_id, _ in links),
            covers[one.id].value, _results(matrix, one), sources.referred(matrix.all_evidence_of(one.id)),
            _open(matrix.defects_of(one.id).values()), matrix.reliance_words(one), one.source,
            "No" if one.missing else "Yes",
        )  # fmt: skip


_C = RecordKind.CASES
_CASE_FIELDS = (
    known(_C, "key", width=18),
    known(_C, "title", Kind.WRAPPED, 36),
    known(_C, "scenario", Kind.WRAPPED, 22),
    known(_C, "description", Kind.WRAPPED, 36),
    known(_C, "precondition", Kind.WRAPPED, 30),
    known(_C, "expected", Kind.WRAPPED, 36),
    known(_C, "stage", Kind.WRAPPED, 16),
    known(_C, "priority", Kind.WRAPPED, 12),
    known(_C, "owner", Kind.WRAPPED, 18),
    known(_C, "note", Kind.WRAPPED, 26),
    known(_C, "requirements", Kind.WRAPPED, 26),
    known(_C, "step", width=8),
    known(_C, "step_description", Kind.WRAPPED, 40),
    known(_C, "step_source", Kind.WRAPPED, 12),
    known(_C, "step_recipient", Kind.WRAPPED, 12),
    known(_C, "step_message", Kind.WRAPPED, 14),
    known(_C, "step_who", Kind.WRAPPED, 10),
    known(_C, "step_valid", Kind.WRAPPED, 10),
    Field("Newest result", Kind.WORD, 15),
    Field("Document", Kind.WRAPPED, 26),
)


def _case_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    """The key on every row, the case's own cells on the first."""
    matrix, connection = sources.matrix, sources.store.read()
    steps: dict[int, list[requirements.StepRow]] = {}
    for step in requirements.steps(connection):
        steps.setdefault(step.case_id, []).append(step)
    for case in requirements.cases(connection):
        keys = ids_cell(matrix.requirements_by_id[one].key for _, one, _ in matrix.links_of_case.get(case.id, ()))
        own: tuple[object, ...] = (
            case.title, case.scenario, case.description, case.precondition, case.expected, case.stage, case.priority,
            case.owner, case.note, keys,
        )  # fmt: skip
        status: tuple[object, ...] = (matrix.status(case.id).value, case.source)
        for one in steps.get(case.id, ()):
            yield (
                case.key, *own, one.step, one.description, one.source, one.recipient, one.message, one.who, one.valid,
                *status,
            )  # fmt: skip
            own, status = ("",) * len(own), ("", "")
        if case.id not in steps:
            yield (case.key, *own, *("",) * 7, *status)


_LOOK_FIELDS = (
    Field("What", Kind.STRONG, 30),
    Field("Requirement", Kind.TEXT, 16),
    Field("Title of the requirement", Kind.WRAPPED, 40),
    Field("Test case", Kind.TEXT, 16),
    Field("Title of the test case", Kind.WRAPPED, 40),
    Field("Detail", Kind.WRAPPED, 50),
)


def _to_look_at(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    yield from _changed_requirements(matrix)
    yield from _changed_cases(matrix)
    yield from _evidence_to_confirm(matrix)
    yield from _evidence_expired(matrix)
    yield from _cases_for_nothing(matrix)
    yield from _missing_requirements(matrix)


def _changed_requirements(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    for one in matrix.requirements:
        for _, case_id, changed in matrix.links_of_requirement.get(one.id, ()):
            if changed:
                case = matrix.cases_by_id[case_id]
                yield (
                    "Requirement changed", one.key, one.title, case.key, case.title,
                    "It reads otherwise than when the case was linked to it. Does the case still test it?",
                )  # fmt: skip


def _changed_cases(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    for case in matrix.cases:
        newest = matrix.newest.get(case.id)
        if newest is not None and newest.changed:
            yield (
                "Case changed since its run", "", "", case.key, case.title,
                f"It reads otherwise than in {newest.run_ref}, where it was {newest.status.value}.",
            )  # fmt: skip


def _evidence_to_confirm(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    for one in matrix.requirements:
        waiting = [held.ref for held in matrix.all_evidence_of(one.id).values() if held.awaiting]
        if waiting:
            detail = f"The file of {joined(waiting)} was replaced. Does it still prove this?"
            yield ("Evidence to confirm", one.key, one.title, "", "", detail)


def _evidence_expired(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    for one in matrix.requirements:
        expired = [held.ref for held in matrix.all_evidence_of(one.id).values() if held.expired]
        if expired:
            detail = f"{joined(expired)} is not good any more and proves nothing. Collect it anew."
            yield ("Evidence expired", one.key, one.title, "", "", detail)


def _cases_for_nothing(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    for case in matrix.cases:
        if case.id not in matrix.links_of_case:
            yield ("For no requirement", "", "", case.key, case.title, "Link it to the requirement that it proves.")


def _missing_requirements(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    for one in matrix.requirements:
        if one.missing:
            yield ("Missing from newest document", one.key, one.title, "", "", f"It was last seen in: {one.source}")


def _results(matrix: Matrix, one: RequirementLine) -> str:
    links = matrix.links_of_requirement.get(one.id, ())
    return in_words(matrix.status(case_id) for _, case_id, _ in links)


def _open(seen: Iterable[Seen]) -> str:
    return joined(one.ref for one in seen if one.open)
