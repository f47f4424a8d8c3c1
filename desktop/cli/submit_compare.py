"""`mhhs-desk submit compare`: two versions side by side."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.submissions.model import ChangeKind, Comparison


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "compare",
        help="compare two versions row by row",
        description="Compare two versions, or two submissions of one kind, row by row by their keys; a draft as it "
        "would be now.",
    )
    command.add_argument("before", metavar="BEFORE", help="the older one: “ACME-RTTM-0004 v1”")
    command.add_argument("after", metavar="AFTER", help="the newer one: “ACME-RTTM-0004 v2”")
    arguments.add_workspace(command, required=True)
    arguments.add_json(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Compare them."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        submissions = workspace.submissions
        before, after = submissions.by_ref(given.before), submissions.by_ref(given.after)
        job = told_job(quiet=given.json == output.STANDARD_OUTPUT)
        found = submissions.compare(before.id, after.id, job)
    if given.json:
        value = {
            "before": found.before,
            "after": found.after,
            "same_choice": found.same_choice,
            "tables": [
                {"title": title, "added": added, "removed": removed, "changed": changed}
                for title, added, removed, changed in found.counts
            ],
            "changes": [asdict(one) for one in found.changes],
            "left_out": found.left_out,
        }
        output.write_json(given.json, value)
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in _lines(found)))
    return 0


def _lines(found: Comparison) -> Iterator[str]:
    yield f"{found.before} against {found.after}"
    if not found.same_choice:
        yield "They show personal data differently: cells cannot be compared, rows only by their keys."
    for title, added, removed, changed in found.counts:
        if added or removed or changed:
            yield f"{title}: {added:,} rows added, {removed:,} removed, {changed:,} changed"
    for one in found.changes:
        what = f"{one.table_title}, {one.key}" if one.key else one.table_title
        if one.kind is ChangeKind.CHANGED:
            yield f"    {what}, {one.column}: “{one.before}” is now “{one.after}”"
        elif one.column:
            yield f"    {what}: the column {one.column} was {one.kind.value}"
        else:
            yield f"    {what}: {one.kind.value}"
    if found.left_out:
        yield f"    and {found.left_out:,} more changes"
    if not found.changes:
        yield "They say the same."
