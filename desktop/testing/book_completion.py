"""The PIT completion report as a workbook: what stands before the gate, what was run, what was not, what is left."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from desktop.evidence.model import TargetKind
from desktop.excel.book import Field, Kind
from desktop.records.model import RecordKind
from desktop.testing.book_parts import Draft, Part, known
from desktop.testing.book_sources import BookSources, counted_words, joined
from desktop.testing.covering import WORST_FIRST
from desktop.testing.freezing import frozen_steps
from desktop.testing.matrix import Matrix
from desktop.testing.model import Cover, Defect, DefectStatus, Status
from desktop.testing.trace import coverage_of
from local_db import test_runs, trace

_STATUSES = (Status.PASSED, Status.FAILED, Status.BLOCKED, Status.NOT_RUN, Status.NOT_APPLICABLE)


def completion_draft(sources: BookSources) -> Draft:
    """Everything that the workbook says."""
    matrix = sources.matrix
    results = [
        dict(zip(test_runs.TABLE_COLUMNS, row, strict=True)) for row in test_runs.table_rows(sources.store.read())
    ]
    exit_rows = sorted(_exit_rows(sources), key=lambda row: (NOT_MET, JUDGE, MET).index(str(row[0])))
    tested = [matrix.status(case.id) for case in matrix.cases]
    parts = (
        Part("exit", _EXIT_FIELDS, exit_rows),
        Part("stages", _STAGE_FIELDS, list(_stage_rows(sources))),
        Part("notrun", _NOT_RUN_FIELDS, list(_not_run_rows(sources, results))),
        Part("deviations", _DEVIATION_FIELDS, list(_deviation_rows(sources, results))),
        Part("runs", _RUN_FIELDS, list(_run_rows(sources))),
        Part("results", _RESULT_FIELDS, list(_result_rows(sources, results)), comes_back=True),
        Part("steps", _STEP_FIELDS, list(_step_rows(sources)), comes_back=True),
        Part("defects", _DEFECT_FIELDS, list(_defect_rows(sources))),
    )
    not_met = [str(row[1]) for row in exit_rows if row[0] == NOT_MET]
    position = (
        ("Runs", f"{len(sources.runs):,}; not finished: {sum(run.open for run in sources.runs):,}"),
        ("Test cases", f"{len(tested):,}: {counted_words([(one.value, tested.count(one)) for one in _STATUSES])}"),
        ("Exit summary", f"Not met: {'; '.join(not_met)}" if not_met else "Everything that is counted is met"),
    )
    return Draft(position, parts, len(results))


# -- exit summary ------------------------------------------------------------------------------------------------------

MET, NOT_MET, JUDGE = "Met", "Not met", "To be judged"

_EXIT_FIELDS = (
    Field("Standing", Kind.WORD, 14),
    Field("What is asked", Kind.STRONG, 50),
    Field("Figure", Kind.NUMBER, 11),
    Field("Detail", Kind.WRAPPED, 80),
)


def _exit_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    """What stands between the testing and a gate."""
    matrix, coverage = sources.matrix, coverage_of(sources.matrix)
    open_counts = sources.defects.open_by_severity()
    for level in sources.severities:
        if level.blocks_exit:
            refs = [one.ref for one in sources.defects.defects() if _blocks(one, level.id)]
            yield _must_be_none(f"No open defect of severity {level.name}", open_counts.get(level.id, 0), joined(refs))
    judged = {level.id for level in sources.severities}
    loose = sum(count for severity, count in open_counts.items() if severity not in judged)
    yield _must_be_none("Every open defect has a severity of the scale", loose, "")
    tested = [matrix.status(case.id) for case in matrix.cases]
    for status in (Status.FAILED, Status.BLOCKED, Status.NOT_RUN):
        yield _must_be_none(f"No test case is {status.value} in its newest result", tested.count(status), "")
    gaps = counted_words([(cover.value, coverage.whole.counts[cover]) for cover in Cover if cover.is_gap])
    yield _must_be_none("Every requirement is covered", coverage.whole.gaps, gaps if coverage.whole.gaps else "")
    promised = sources.defects.deferred_without_work_off()
    yield _must_be_none("Every deferred defect has a work-off item", len(promised), joined(one.ref for one in promised))
    yield _must_be_none("No link of a case to a requirement has to be looked at again", coverage.changed_links, "")
    open_runs = [run.ref for run in sources.runs if run.open]
    yield _must_be_none("Every run is finished", len(open_runs), joined(open_runs))
    for level in sources.severities:
        if not level.blocks_exit:
            count = open_counts.get(level.id, 0)
            detail = "The scale lets a gate pass with them; whoever assures it decides."
            yield (JUDGE if count else MET, f"Open defects of severity {level.name}", count, detail if count else "")
    agreed = [one for one in sources.defects.work_off_items() if one.details.status == "open"]
    without = [one.ref for one in agreed if not one.details.agreed_by]
    detail = f"Not agreed yet: {joined(without)}" if without else ""
    yield (JUDGE if agreed else MET, "Open items of the work-off plan", len(agreed), detail)


def _blocks(defect: Defect, severity: str) -> bool:
    return defect.details.severity == severity and defect.details.status.is_open


def _must_be_none(asked: str, count: int, detail: str) -> tuple[object, ...]:
    return (NOT_MET if count else MET, asked, count, detail)


# -- results -----------------------------------------------------------------------------------------------------------

_STAGE_FIELDS = (
    Field("Stage", Kind.STRONG, 26),
    Field("Test cases", Kind.NUMBER, 12),
    *(Field(status.value, Kind.NUMBER, 14) for status in _STATUSES),
    Field("Passed with evidence", Kind.NUMBER, 14),
)


def _stage_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    """By the stage that stands at the case; those of the pack first and in its order."""
    matrix = sources.matrix
    found: dict[str, list[int]] = {}
    for case in matrix.cases:
        found.setdefault(_stage_name(sources, case.stage), []).append(case.id)
    order = [stage.name for stage in sources.stages]
    for name in sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name.casefold())):
        statuses = [matrix.status(case_id) for case_id in found[name]]
        proven = sum(matrix.status(one) is Status.PASSED and matrix.is_proven(one) for one in found[name])
        yield (name, len(statuses), *(statuses.count(status) for status in _STATUSES), proven)
    every = [matrix.status(case.id) for case in matrix.cases]
    proven = sum(matrix.status(one.id) is Status.PASSED and matrix.is_proven(one.id) for one in matrix.cases)
    yield ("All stages", len(every), *(every.count(status) for status in _STATUSES), proven)


def _stage_name(sources: BookSources, stage: str) -> str:
    """The pack's name of a stage that a document names by id or name; else as the document has it."""
    for one in sources.stages:
        if stage.casefold() in (one.id.casefold(), one.name.casefold()):
            return one.name
    return stage or "(no stage named)"


_NOT_RUN_FIELDS = (
    Field("Newest result", Kind.WORD, 15),
    Field("Test case", Kind.TEXT, 16),
    Field("Title", Kind.WRAPPED, 44),
    Field("Stage", Kind.WRAPPED, 16),
    Field("Requirements", Kind.WRAPPED, 26),
    Field("Run", Kind.TEXT, 16),
    Field("Why", Kind.WRAPPED, 60),
)


def _not_run_rows(sources: BookSources, results: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    matrix = sources.matrix
    reasons = {row["id"]: row["reason"] for row in results}
    order = (Status.BLOCKED, Status.NOT_RUN, Status.NOT_APPLICABLE)
    left = [case for case in matrix.cases if matrix.status(case.id) in order]
    for case in sorted(left, key=lambda case: order.index(matrix.status(case.id))):
        newest = matrix.newest.get(case.id)
        why = "In no run yet" if newest is None else reasons.get(newest.result_id) or "No reason was given"
        keys = joined(matrix.requirements_by_id[one].key for _, one, _ in matrix.links_of_case.get(case.id, ()))
        ref = "" if newest is None else newest.run_ref
        yield (matrix.status(case.id).value, case.key, case.title, case.stage, keys, ref, why)


_DEVIATION_FIELDS = (
    Field("What", Kind.STRONG, 34),
    Field("Which", Kind.TEXT, 18),
    Field("Title", Kind.WRAPPED, 44),
    Field("Detail", Kind.WRAPPED, 70),
)


def _deviation_rows(sources: BookSources, results: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    yield from _deviations_of_requirements(sources.matrix)
    yield from _deviations_of_cases(sources.matrix)
    for row in results:
        if row["status"] == Status.NOT_APPLICABLE:
            yield ("Test case said not to apply", row["key"], row["title"], f"{row['run']}: {row['reason']}")
    for run in sources.runs:
        if run.open:
            yield ("Run not finished", run.ref, run.title, f"Started {run.started}")


def _deviations_of_requirements(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    for one in matrix.requirements:
        if one.applies:
            yield ("Requirement does not apply", one.key, one.title, one.applies)
    for one in matrix.requirements:
        changed = [
            matrix.cases_by_id[case].key for _, case, look in matrix.links_of_requirement.get(one.id, ()) if look
        ]
        if changed:
            yield ("Requirement changed since it was linked", one.key, one.title, f"Test cases: {joined(changed)}")
    for one in matrix.requirements:
        expired = [held.ref for held in matrix.evidence_of_requirement(one.id).values() if held.expired]
        if expired:
            yield ("Evidence expired", one.key, one.title, f"{joined(expired)} is not good any more.")
    for one in matrix.requirements:
        if one.missing:
            yield ("Requirement not in the newest document", one.key, one.title, one.source)


def _deviations_of_cases(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    for case in matrix.cases:
        newest = matrix.newest.get(case.id)
        if newest is not None and newest.changed:
            detail = f"{newest.status.value} in {newest.run_ref}; it reads otherwise now."
            yield ("Test case changed since its run", case.key, case.title, detail)
    for case in matrix.cases:
        newest = matrix.newest.get(case.id)
        if newest is not None and newest.status is Status.PASSED and not matrix.is_proven(case.id):
            yield ("Passed without evidence", case.key, case.title, f"{newest.run_ref}, {newest.executed[:10]}")
    for case in matrix.cases:
        expired = [held.ref for held in matrix.evidence_of_case(case.id).values() if held.expired]
        if expired:
            yield ("Evidence expired", case.key, case.title, f"{joined(expired)} is not good any more.")


_RUN_FIELDS = (
    Field("Run", Kind.TEXT, 16),
    Field("Title", Kind.WRAPPED, 40),
    Field("Stage", Kind.WRAPPED, 18),
    Field("Gate", Kind.WRAPPED, 14),
    Field("System, version and environment", Kind.WRAPPED, 34),
    Field("Tester", Kind.WRAPPED, 20),
    Field("Started", Kind.DATE, 13),
    Field("Finished", Kind.DATE, 13),
    Field("Test cases", Kind.NUMBER, 12),
    *(Field(status.value, Kind.NUMBER, 14) for status in _STATUSES),
    Field("Note", Kind.WRAPPED, 40),
)


def _run_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    gates = {gate.id: gate.name for gate in sources.pit.gates()}
    for run in sources.runs:
        yield (
            run.ref, run.title, _stage_name(sources, run.stage) if run.stage else "", gates.get(run.gate, run.gate),
            run.environment, run.tester, run.started, run.finished or "Still open", run.cases,
            *(run.counts[status] for status in _STATUSES), run.note,
        )  # fmt: skip


_X = RecordKind.RESULTS
_RESULT_FIELDS = (
    known(_X, "run", width=17),
    known(_X, "key", width=18),
    known(_X, "title", Kind.WRAPPED, 40),
    known(_X, "status", Kind.WORD, 15),
    known(_X, "reason", Kind.WRAPPED, 30),
    known(_X, "message", Kind.WRAPPED, 40),
    known(_X, "tester", Kind.WRAPPED, 18),
    known(_X, "executed", Kind.DATE, 13),
    Field("For requirements", Kind.WRAPPED, 26),
    Field("Stage of the case", Kind.WRAPPED, 16),
    Field("Evidence references", Kind.WRAPPED, 30),
    Field("Defects seen", Kind.WRAPPED, 22),
    Field("Steps by status", Kind.WRAPPED, 26),
    Field("Case changed since", Kind.TEXT, 12),
)


def _result_rows(sources: BookSources, results: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    """Newest run first, in the order of each run; evidence of the result and of its case."""
    keys: dict[int, list[str]] = {}
    connection = sources.store.read()
    for case_id, key in trace.requirement_keys_by_case(connection):
        keys.setdefault(case_id, []).append(key)
    steps = _steps_by_status(sources)
    for row in results:
        of_result = sources.proofs(TargetKind.RESULT, row["id"])
        of_case = sources.proofs(TargetKind.TEST_CASE, row["case_id"])
        yield (
            row["run"], row["key"], row["title"], row["status"], row["reason"], row["message"], row["tester"],
            row["executed"], joined(keys.get(row["case_id"], [])), row["stage"],
            joined(text for text in (of_result, of_case) if text),
            joined(sources.defects_of_results.get(row["id"], [])), steps.get(row["id"], ""),
            "Yes" if row["changed"] else "",
        )  # fmt: skip


def _steps_by_status(sources: BookSources) -> Mapping[int, str]:
    found: dict[int, list[Status]] = {}
    for one in test_runs.step_results(sources.store.read(), None):
        found.setdefault(one.result_id, []).append(Status(one.status))
    return {
        result_id: counted_words([(status.value, statuses.count(status)) for status in WORST_FIRST])
        for result_id, statuses in found.items()
    }


_STEP_FIELDS = (
    known(_X, "run", width=17),
    known(_X, "key", width=18),
    known(_X, "step", width=8),
    Field("Description", Kind.WRAPPED, 44),
    known(_X, "step_source", Kind.WRAPPED, 12),
    known(_X, "step_recipient", Kind.WRAPPED, 12),
    Field("Message", Kind.WRAPPED, 16),
    known(_X, "step_who", Kind.WRAPPED, 10),
    known(_X, "step_valid", Kind.WRAPPED, 10),
    known(_X, "status", Kind.WORD, 15),
    known(_X, "step_evidence", Kind.WRAPPED, 18),
    known(_X, "step_files", Kind.WRAPPED, 24),
    known(_X, "step_remark", Kind.WRAPPED, 40),
)
"""The columns of the qualification test grid; beside a step, Description, Message and Status are known to be of it."""


def _step_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    """The steps as they were when they were run, in the columns of the qualification test grid."""
    connection = sources.store.read()
    said: dict[int, dict[int, test_runs.StepResultRow]] = {}
    for one in test_runs.step_results(connection, None):
        said.setdefault(one.result_id, {})[one.position] = one
    for run in sources.runs:
        keys = {row[0]: row[2] for row in test_runs.results_of_run(connection, run.id)}
        for result_id, frozen in test_runs.frozen_of_run(connection, run.id):
            for step in frozen_steps(json.loads(frozen)):
                kept = said.get(result_id, {}).get(step.position)
                yield (
                    run.ref, keys[result_id], step.step, step.description, step.source, step.recipient, step.message,
                    step.who, step.valid, kept.status if kept else Status.NOT_RUN.value, kept.evidence if kept else "",
                    kept.files if kept else "", kept.remark if kept else "",
                )  # fmt: skip


# -- what is left ------------------------------------------------------------------------------------------------------

_DEFECT_FIELDS = (
    Field("Severity", Kind.WORD, 14),
    Field("Defect", Kind.TEXT, 16),
    Field("Title", Kind.WRAPPED, 44),
    Field("Status", Kind.TEXT, 16),
    Field("Blocks the gate", Kind.TEXT, 12),
    Field("Owner", Kind.WRAPPED, 18),
    Field("Due", Kind.DATE, 13),
    Field("Seen in", Kind.WRAPPED, 34),
    Field("Work-off items", Kind.WRAPPED, 40),
    Field("Evidence", Kind.WRAPPED, 24),
)


def _defect_rows(sources: BookSources) -> Iterator[tuple[object, ...]]:
    rank = {level.id: place for place, level in enumerate(sources.severities)}
    blocking = {level.id for level in sources.severities if level.blocks_exit}
    items = {one.ref: one for one in sources.defects.work_off_items()}
    left = [one for one in sources.defects.defects() if one.details.status.is_open]
    for one in sorted(left, key=lambda one: (rank.get(one.details.severity, len(rank)), one.id)):
        details = one.details
        promised = []
        for ref in one.work_off:
            item = items[ref].details
            agreed = f", agreed by {item.agreed_by}" if item.agreed_by else ", not agreed yet"
            promised.append(f"{ref} by {item.due or 'no day'} ({item.status.value}{agreed})")
        if not promised and details.status is DefectStatus.DEFERRED:
            promised = ["None: nobody promised to mend it"]
        yield (
            sources.severity_names.get(details.severity, details.severity or "Not judged"), one.ref, details.title,
            details.status.value, "Yes" if details.severity in blocking else "No", details.owner, details.due,
            joined(f"{run} {case}" for _, run, case, _ in one.results), "\n".join(promised),
            sources.proofs(TargetKind.DEFECT, one.id),
        )  # fmt: skip
