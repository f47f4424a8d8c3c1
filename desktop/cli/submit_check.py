"""`mhhs-desk submit check|show|preview|freeze`: whether they would bounce it, what it says, and freezing it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.cli.submit_json import add_ref, check_json, event_json, submission_json, submission_lines
from desktop.submissions.model import CheckReport, Outcome, Severity, Submission

BLOCKED = 1
"""Exit status of `check --strict` when something stands in the way of freezing."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    check = commands.add_parser(
        "check",
        help="would they bounce it?",
        description="Run the recipients' acceptance rules over a draft; each line says what was found and where to "
        "mend it. Rules about structure block freezing, rules about content advise. Of a frozen one: as it was checked "
        "when it was frozen. The exit status is 0, also when something blocks; with --strict it is 1 then.",
    )
    add_ref(check)
    arguments.add_workspace(check, required=True)
    check.add_argument("--strict", action="store_true", help="exit status 1 when something stands in the way")
    check.add_argument("--all", action="store_true", help="print the rules that passed too")
    arguments.add_json(check)
    check.set_defaults(run=run_check)

    show = commands.add_parser(
        "show",
        help="show what a submission says and what happened to it",
        description="Show how a submission stands, what it says (figures, tables with their number of rows, evidence, "
        "open points), its files and what happened to it. A draft as it would be now.",
    )
    add_ref(show)
    arguments.add_workspace(show, required=True)
    arguments.add_json(show)
    show.set_defaults(run=run_show)

    preview = commands.add_parser(
        "preview",
        help="write the workbook of a draft to look at",
        description="Write the workbook of a draft. Every sheet says DRAFT, and it has no number of its own.",
    )
    add_ref(preview)
    arguments.add_workspace(preview, required=True)
    preview.add_argument("--xlsx", type=Path, required=True, metavar="OUT", help="the workbook to write")
    preview.set_defaults(run=run_preview)

    freeze = commands.add_parser(
        "freeze",
        help="freeze a draft: from then on it is what is sent, for ever",
        description="Freeze a draft with everything it says, its workbook and the filled templates of its recipients. "
        "It cannot be undone. What blocks is told, and nothing is frozen then: the exit status is 1.",
    )
    add_ref(freeze)
    arguments.add_workspace(freeze, required=True)
    arguments.add_json(freeze)
    freeze.set_defaults(run=run_freeze)


def run_check(given: argparse.Namespace) -> int:
    """Check it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        report = workspace.submissions.check(one.id, job=told_job(quiet=given.json == output.STANDARD_OUTPUT))
    if given.json:
        output.write_json(given.json, {"submission": one.name, **check_json(report)})
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in _check_lines(one, report, everything=given.all)))
    return BLOCKED if given.strict and report.blocked else 0


def _check_lines(one: Submission, report: CheckReport, *, everything: bool) -> Iterator[str]:
    blocked, advised = len(report.blocked), len(report.advised)
    things = "thing stands" if blocked == 1 else "things stand"
    verdict = f"{blocked} {things} in the way of freezing" if blocked else "nothing stands in the way of freezing"
    points = f"{advised} {'point' if advised == 1 else 'points'}" if advised else "nothing"
    when = " (as it was checked when it was frozen)" if one.state.locked else ""
    yield f"{one.name}: {verdict}; they may ask about {points}{when}."
    yield f"Rules: {report.pack}, as of {report.as_of.day} {report.as_of:%b %Y}."
    yield from _rule_lines(report, everything=everything)


def _rule_lines(report: CheckReport, *, everything: bool) -> Iterator[str]:
    for one in report.lines:
        if one.outcome in {Outcome.PASSED, Outcome.SKIPPED} and not everything:
            continue
        mark = "BLOCKS" if one.severity is Severity.BLOCK else "advises"
        whose = f" ({one.recipient})" if one.recipient else ""
        told = one.outcome.value if one.outcome is not Outcome.FAILED else mark
        yield f"{told:<13}  {one.title}{whose}: {one.detail}".rstrip(": ")
        if one.outcome is not Outcome.FAILED:
            continue
        for what, _ in one.examples:
            yield f"    {what}"
        if one.count > len(one.examples) and one.examples:
            yield f"    and {one.count - len(one.examples):,} more"
        if one.mend is not None and one.mend.command:
            yield f"    Mend it: {one.mend.command}"


def run_show(given: argparse.Namespace) -> int:
    """Show it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        submissions = workspace.submissions
        one = submissions.by_ref(given.ref)
        then = workspace.outbox.next_step(one)
        content = submissions.content(one.id, told_job(quiet=given.json == output.STANDARD_OUTPUT))
        files, events = submissions.files(one.id), submissions.events(one.id)
    said: dict[str, Any] = {
        "position": [list(pair) for pair in content.position],
        "tables": [{"id": table.id, "title": table.title, "rows": table.count} for table in content.tables],
        "evidence": [
            {"ref": file.ref, "revision": file.revision, "title": file.title, "sha256": file.sha256, "size": file.size}
            for file in content.evidence
        ],
        "open_points": list(content.open_points),
    }
    if given.json:
        value = {
            "submission": submission_json(one, then),
            "content": said,
            "files": [
                {"role": file.role, "recipient": file.recipient, "name": file.name, "sha256": file.sha256,
                 "size": file.size}
                for file in files
            ],
            "events": [event_json(event) for event in events],
        }  # fmt: skip
        output.write_json(given.json, value)
    if given.json != output.STANDARD_OUTPUT:
        lines = submission_lines(one, then)
        if one.sha256:
            lines += [f"    SHA-256 {one.sha256}", f"    Content {one.content_sha256}"]
        lines += [f"{item}: {detail}" for item, detail in content.position]
        lines += [f"{table.title}: {table.count:,} {'row' if table.count == 1 else 'rows'}" for table in content.tables]
        lines += [f"Evidence {file.ref} r{file.revision}: {file.title}" for file in content.evidence]
        lines += [f"Open: {point}" for point in content.open_points]
        lines += [f"File {file.name}: {file.size:,} bytes, SHA-256 {file.sha256}" for file in files]
        for event in events:
            whom = f", {event.recipient_name}" if event.recipient_name else ""
            back = ", taken back later" if event.taken_back else ""
            named = f", {event.file_name}" if event.file_name else ""
            note = f": {event.note}" if event.note else ""
            lines.append(f"{event.day or event.at.date().isoformat()} {event.kind.value}{whom}{named}{back}{note}")
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def run_preview(given: argparse.Namespace) -> int:
    """Write it."""
    arguments.must_be_workbook("--xlsx", given.xlsx)
    output.must_not_clash({"--xlsx": given.xlsx}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        workspace.submissions.preview(one.id, given.xlsx, told_job())
    output.tell(f"{given.xlsx}\n")
    return 0


def run_freeze(given: argparse.Namespace) -> int:
    """Freeze it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        made = workspace.submissions.freeze(one.id, told_job(quiet=given.json == output.STANDARD_OUTPUT))
        report = workspace.submissions.check(made.id)
        then = workspace.outbox.next_step(made)
    if given.json:
        output.write_json(given.json, {"submission": submission_json(made, then), "checks": check_json(report)})
    if given.json != output.STANDARD_OUTPUT:
        lines = [f"{made.name} is frozen. It was not exported and not sent.", f"SHA-256 {made.sha256}"]
        advised = list(_rule_lines(report, everything=False))
        lines += ["They may ask about what the checks found:", *advised] if advised else []
        output.tell("".join(f"{line}\n" for line in lines))
    return 0
