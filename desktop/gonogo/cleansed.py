"""What the data cleanse has to say to a decision: open findings, exceptions, and what was not checked."""

from __future__ import annotations

from desktop.cleanse.model import Severity
from desktop.cleanse.overview import Overview
from desktop.gonogo.model import Line


def findings_of(overview: Overview) -> tuple[Line, ...]:
    """Open findings by severity, worst first, with the day of the run; empty without a run."""
    if overview.run is None:
        return ()
    of = f"checked as of {overview.run.as_of:%d %b %Y}"
    if overview.snapshot:
        of = f"{overview.snapshot.file_name}, {of}"
    return tuple(
        Line(one.title, f"{of}; {one.accepted:,} accepted beside them" if one.accepted else of, one.open,
             one.key == Severity.BLOCK and one.open > 0)
        for one in overview.by_severity
    )  # fmt: skip


def exceptions_of(overview: Overview) -> tuple[Line, ...]:
    """Exceptions in force, soonest end first. Who approved one stands in the workspace, not on the sheet's line."""
    active = sorted((one for one in overview.exceptions if one.active), key=lambda one: one.expires)
    return tuple(
        Line(f"{one.check_id}{f' {one.item}' if one.item else ''}", f"{one.terms}: {one.reason}", one.now)
        for one in active
    )


def not_checked_of(overview: Overview) -> tuple[Line, ...]:
    """What nobody knows, because it was not checked. Without any run that is everything, and stands in the way."""
    if overview.run is None:
        if overview.unchecked_snapshot:
            return (Line("The portfolio was never checked.", overview.unchecked_snapshot.file_name, None, True),)
        return (Line("No portfolio was ever imported and checked here.", "", None, True),)
    lines = []
    if overview.unchecked_snapshot:
        lines.append(
            Line("The newest portfolio was not checked yet.", overview.unchecked_snapshot.file_name, None, True)
        )
    lines += [Line(one.check_id, f"{one.outcome.value}: {one.reason}") for one in overview.not_checked]
    lines += [Line(one.check_id, one.reason) for one in overview.partly_checked]
    return tuple(lines)
