"""What a person says of an import of records, held against what may be said."""

from __future__ import annotations

from dataclasses import replace

from desktop.errors import InvalidInput
from desktop.records.model import ImportOptions
from desktop.testing import entered
from desktop.testing.activity_rows import UNIT_WORDS, unit_in


def checked(options: ImportOptions) -> ImportOptions:
    """What the person said of the import, trimmed. Raises InvalidInput, its field named."""
    run = options.run
    if run is not None:
        days = {name: entered.day(getattr(run, name), name) for name in ("started", "finished")}
        lines = {
            name: entered.line(getattr(run, name), name) for name in ("title", "stage", "gate", "environment", "tester")
        }
        said = "The run was finished before it was started."
        entered.in_order(days["started"], days["finished"], "finished", said)
        run = replace(run, note=entered.passage(run.note, "note"), **days, **lines)
    source, version = entered.line(options.source, "source"), entered.line(options.version, "version")
    new_plan = "" if options.plan is not None else entered.line(options.new_plan, "new_plan")
    new_request = "" if options.request is not None else entered.line(options.new_request, "new_request")
    if options.duration_unit not in ("", *UNIT_WORDS):
        raise InvalidInput(
            f"“{options.duration_unit}” is no unit of a duration.", field="duration_unit",
            todo=f"Use one of: {', '.join(UNIT_WORDS)}.",
        )  # fmt: skip
    return replace(
        options, source=source, version=version, run=run, new_plan=new_plan, new_request=new_request
    )  # fmt: skip


def with_unit(options: ImportOptions, heading: str) -> ImportOptions:
    """What a number alone counts in a duration: as the person says, else as the heading says."""
    return options if options.duration_unit else replace(options, duration_unit=unit_in(heading))
