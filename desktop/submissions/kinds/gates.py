"""The gate that a submission of testing is handed over at, and what is open before it."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.pit.model import Gate
from desktop.submissions.kinds.files import listed
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.relied import counted
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Choice, Scope
from desktop.testing.book_sources import BookSources, counted_words
from desktop.testing.model import Cover
from desktop.testing.trace import coverage_of


def gate_choices(sources: Sources) -> tuple[Choice, ...]:
    """Every gate of the PIT plan."""
    return tuple(Choice(one.id, one.name, day_words(one)) for one in sources.pit.gates())


def next_gate(gates: Sequence[Gate]) -> str:
    """The gate that testing works towards: the first that was not passed, the last once all were; '' without any."""
    ahead = [one.id for one in gates if one.actual is None]
    return ahead[0] if ahead else gates[-1].id if gates else ""


def gate_of(scope: Scope, sources: Sources) -> Gate:
    """The gate. Raises InvalidInput (field scope) when none is chosen or it is not there."""
    gates = sources.pit.gates()
    todo = f"Choose one of {', '.join(one.id for one in gates)}."
    if not scope.gate:
        raise refused("Choose the gate that it is handed over at.", todo)
    for one in gates:
        if one.id == scope.gate:
            return one
    raise refused(f"“{scope.gate[:60]}” is no gate of the PIT plan.", todo)


def day_words(gate: Gate) -> str:
    """The gate's day, for people."""
    return f"{gate.day.day} {gate.day:%b %Y}" if gate.day else "No day yet"


def gate_position(gate: Gate) -> tuple[tuple[str, str], ...]:
    """The gate on a cover."""
    return (("Gate", gate.name), ("Day of the gate", day_words(gate)))


def gate_values(gate: Gate) -> dict[str, str]:
    """The gate as single values."""
    return {"gate.name": gate.name, "gate.day": gate.day.isoformat() if gate.day else ""}


def cover_points(books: BookSources) -> tuple[str, ...]:
    """What requirements, cases and their evidence leave open."""
    matrix, coverage = books.matrix, coverage_of(books.matrix)
    whole = coverage.whole
    said = []
    if whole.gaps:
        how = counted_words([(one.value, whole.counts[one]) for one in Cover if one.is_gap])
        said.append(f"{whole.gaps:,} of {counted(whole.total, 'requirement')} not covered: {how}.")
    missing = [one.key for one in matrix.requirements if one.missing]
    if missing:
        said.append(f"Not in the newest document: {listed(missing)}.")
    if coverage.changed_links:
        links = counted(coverage.changed_links, "link")
        said.append(f"To look at again, because the requirement changed: {links} of a test case.")
    changed = [case.key for case in matrix.cases if (new := matrix.newest.get(case.id)) is not None and new.changed]
    if changed:
        said.append(f"Test cases that changed since they were run: {listed(changed)}.")
    if coverage.orphan_cases:
        said.append(f"For no requirement: {counted(coverage.orphan_cases, 'test case')}.")
    return tuple(said)


def evidence_points(books: BookSources) -> tuple[str, ...]:
    """Evidence of requirements that has to be looked at, or is missing."""
    matrix = books.matrix
    waiting = [
        one.key for one in matrix.requirements if any(h.awaiting for h in matrix.all_evidence_of(one.id).values())
    ]
    if not waiting:
        return ()
    return (f"Evidence whose file was replaced is to be confirmed for: {listed(waiting)}.",)


def defect_points(books: BookSources) -> tuple[str, ...]:
    """Open defects, those that block a gate first, and what nobody promised to mend."""
    defects = [one for one in books.defects.defects() if one.details.status.is_open]
    scale = {level.id: level for level in books.severities}
    blocking = [one.ref for one in defects if (level := scale.get(one.details.severity)) and level.blocks_exit]
    unjudged = [one.ref for one in defects if one.details.severity not in scale]
    promised = [one.ref for one in books.defects.deferred_without_work_off()]
    said = []
    if blocking:
        said.append(f"Open defects of a severity that blocks a gate, {len(blocking):,}: {listed(blocking)}.")
    if unjudged:
        said.append(f"Open defects without a severity of the scale, {len(unjudged):,}: {listed(unjudged)}.")
    if promised:
        said.append(f"Deferred without an item of the work-off plan, {len(promised):,}: {listed(promised)}.")
    return tuple(said)


def defect_values(books: BookSources) -> dict[str, str]:
    """Defects as single values."""
    defects = [one.details for one in books.defects.defects()]
    left = [one for one in defects if one.status.is_open]
    blocking = {level.id for level in books.severities if level.blocks_exit}
    return {
        "defects.total": str(len(defects)),
        "defects.open": str(len(left)),
        "defects.blocking": str(sum(one.severity in blocking for one in left)),
    }
