"""`mhhs-desk evidence add|list|verify|export`: the evidence store from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, View
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import Added, EvidenceDetails, Target, TargetKind
from desktop.evidence.naming import left_words

_LOOKED_AT = 200
"""Records that a reference is looked for among; the search gives those that fit best first."""
_WIDTHS = (("ref", 17), ("collected", 11), ("state", 24), ("kind", 20))


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands to the command line."""
    command = commands.add_parser(
        "evidence",
        help="keep files as evidence, list, verify and export them",
        description="The evidence store: files kept once by their SHA-256, with revisions and what they prove.",
    )
    inner = command.add_subparsers(dest="evidence_command", metavar="COMMAND", required=True)
    _declare_add(inner)
    _declare_list(inner)

    verify = inner.add_parser(
        "verify",
        help="read every file and compare it with its SHA-256",
        description="Read every file of evidence and compare it with its SHA-256. Status 1 when one is damaged or "
        "missing; each is named.",
    )
    arguments.add_workspace(verify, required=True)
    arguments.add_json(verify)
    verify.set_defaults(run=run_verify)

    export = inner.add_parser(
        "export",
        help="write copies and a workbook that lists them",
        description="Write verified copies of the evidence under safe names into a folder, with a workbook that lists "
        "them and what they prove. Nothing that is there is replaced.",
    )
    export.add_argument("refs", nargs="*", metavar="REF", help="references; without any, all evidence in use")
    arguments.add_workspace(export, required=True)
    export.add_argument("--to", type=Path, required=True, metavar="DIR", help="the folder; made if it is not there")
    arguments.add_json(export)
    export.set_defaults(run=run_export)


def _declare_add(inner: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = inner.add_parser(
        "add",
        help="keep files or folders as evidence",
        description="Keep copies of files, one piece of evidence each; folders are walked. A file that is evidence "
        "already is not kept twice, but linked, and what is said of it stays; an empty file is known by its name. "
        "Status 1 when a file could not be taken; the others are.",
    )
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders")
    arguments.add_workspace(command, required=True)
    command.add_argument("--title", default="", help="for a single file; without it, the file's name")
    command.add_argument("--description", default="", help="what it shows")
    command.add_argument("--author", default="", help="who wrote or made it")
    command.add_argument("--collector", default="", help="who collected it; without it, you")
    command.add_argument("--collected", type=arguments.day, metavar="DATE", help="without it, today")
    command.add_argument("--expires", type=arguments.day, metavar="DATE", help="it is good through this day")
    command.add_argument("--tag", action="append", default=[], metavar="TAG", help="may be given several times")
    command.add_argument(
        "--link",
        action="append",
        default=[],
        type=_link,
        metavar="KIND:REF",
        help="what it proves, by reference or key: requirement:REQ-1, “activity:ACME-CUT-0001 T-014” (without a plan "
        "of the only open one), declaration:ACME-DEC-0001 (its newest version); may be given several times. Kinds: "
        + ", ".join(kind.value.replace("_", "-") for kind in TargetKind),
    )
    arguments.add_json(command)
    command.set_defaults(run=run_add)


def _declare_list(inner: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = inner.add_parser(
        "list", help="list the evidence", description="List the evidence of a workspace, newest first."
    )
    arguments.add_workspace(command, required=True)
    command.add_argument("--search", default="", metavar="WORDS", help="in titles, tags, names and the files' texts")
    command.add_argument("--unlinked", action="store_true", help="only what is evidence of nothing yet")
    command.add_argument("--awaiting", action="store_true", help="only what awaits confirmation after a new revision")
    command.add_argument("--expiring", action="store_true", help="only what has expired or does within 30 days")
    arguments.add_json(command)
    command.set_defaults(run=run_list)


def run_add(given: argparse.Namespace) -> int:
    """Add the files; prints the references, and on standard error what was not taken."""
    output.must_not_clash({"--json": given.json}, given.paths, given.workspace)
    if given.title and (len(given.paths) > 1 or given.paths[0].is_dir()):
        raise arguments.WrongUsage("--title is for a single file.")
    details = EvidenceDetails(
        title=given.title,
        description=given.description,
        author=given.author,
        collector=given.collector,
        collected=given.collected.isoformat() if given.collected else "",
        expires=given.expires.isoformat() if given.expires else "",
        tags=tuple(given.tag),
    )
    job = told_job()
    with Workspace.open(given.workspace) as workspace:
        evidence = workspace.evidence
        targets = [_target(workspace, kind, ref) for kind, ref in given.link]
        added = evidence.add(given.paths, details, targets, job)
        evidence.index(job)
        items = [evidence.get(one) for one in added.ids]
    for one in added.refused:
        sys.stderr.write(f"{one.name}: {one.why}\n")
    for left in added.left:
        sys.stderr.write(f"{left_words(left)} Change them on the page Evidence of the window.\n")
    for name in added.repeats:
        sys.stderr.write(f"{name}: It holds the same as another of these files and was kept once.\n")
    if given.json != "-":
        for item in items:
            known = "  (was here already)" if item.id in added.known else ""
            output.tell(f"{item.ref}  {item.newest.file_name}  {item.newest.kind}{known}\n")
    if given.json:
        output.write_json(given.json, _added_json(added, items))
    return 1 if any(not one.passed_over for one in added.refused) else 0


def _added_json(added: Added, items: list[Any]) -> dict[str, Any]:
    return {
        "evidence": [
            {
                "ref": item.ref,
                "title": item.details.title,
                "file": item.newest.file_name,
                "sha256": item.newest.sha256,
                "bytes": item.newest.size,
                "media_type": item.newest.media_type,
                "kind": item.newest.kind,
                "active": item.newest.active,
                "known": item.id in added.known,
            }
            for item in items
        ],
        "refused": [{"name": one.name, "why": one.why, "passed_over": one.passed_over} for one in added.refused],
        "repeats": list(added.repeats),
        "left_as_they_were": [{"ref": one.ref, "details": list(one.details)} for one in added.left],
    }


def run_list(given: argparse.Namespace) -> int:
    """Print the evidence that fits."""
    from desktop.evidence.table import AWAITING, EXPIRED, EXPIRING, UNLINKED  # loads the data engine

    output.must_not_clash({"--json": given.json}, (), given.workspace)
    filters = [
        *([Filter("state", Op.IS_ANY, (UNLINKED,))] if given.unlinked else []),
        *([Filter("state", Op.IS_ANY, (AWAITING,))] if given.awaiting else []),
        *([Filter("state", Op.IS_ANY, (EXPIRING, EXPIRED))] if given.expiring else []),
    ]
    with Workspace.open(given.workspace, read_only=True) as workspace:
        table = workspace.evidence.table()
        table.apply(View(tuple(filters), given.search))
        names = [column.key for column in table.columns]
        rows = [dict(zip(names, row, strict=True)) for row in table.page(0, table.count())]
    if given.json:
        output.write_json(given.json, {"evidence": rows})
    if given.json != "-":
        for row in rows:
            start = "".join(f"{row[name]!s:<{width}}  " for name, width in _WIDTHS)
            used = f"  for {row['used_in']}" if row["used_in"] else ""
            output.tell(f"{start}{row['title']}{used}\n")
        if not rows:
            output.tell("No evidence fits.\n" if filters or given.search else "There is no evidence yet.\n")
    return 0


def run_verify(given: argparse.Namespace) -> int:
    """Check every file; prints what is damaged or missing."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        report = workspace.evidence.verify(told_job())
    if given.json:
        faults = [
            {
                "ref": one.ref,
                "title": one.title,
                "revision": one.revision,
                "file": one.file_name,
                "sha256": one.sha256,
                "fault": "damaged" if one.damaged else "missing",
            }
            for one in report.faults
        ]
        output.write_json(
            given.json, {"whole": report.ok, "checked": report.checked, "bytes": report.bytes, "faults": faults}
        )
    if given.json != "-":
        for one in report.faults:
            state = "damaged" if one.damaged else "missing"
            output.tell(f"{one.ref}  revision {one.revision}  {one.file_name} ({one.title}): {state}\n")
        files = "1 file" if report.checked == 1 else f"{report.checked:,} files"
        bad = len({one.sha256 for one in report.faults})
        sound = "all as they were kept" if report.ok else f"{bad:,} damaged or missing"
        output.tell(f"Checked {files} ({report.bytes:,} bytes): {sound}.\n")
    return 0 if report.ok else 1


def run_export(given: argparse.Namespace) -> int:
    """Write the copies and their list; prints where they are."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        ids = [workspace.evidence.by_ref(ref).id for ref in given.refs] or None
        made = workspace.evidence.export(given.to, ids, told_job())
    if given.json:
        output.write_json(given.json, {"index": str(made.index), "files": [str(one) for one in made.files]})
    if given.json != "-":
        output.tell("".join(f"{one}\n" for one in (*made.files, made.index)))
    return 0


def _link(text: str) -> tuple[TargetKind, str]:
    """Read KIND:REF; a kind that is not known is wrong usage."""
    kind, colon, ref = text.partition(":")
    known = {one.value: one for one in TargetKind}
    found = known.get(kind.strip().casefold().replace("-", "_").replace(" ", "_"))
    if not colon or found is None or not ref.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not KIND:REF with a kind such as requirement or test-case")
    return found, ref.strip()


def _target(workspace: Workspace, kind: TargetKind, ref: str) -> Target:
    """The record with a reference or key, without regard to case. Raises NotFound."""
    found = [
        target
        for target, name, _ in workspace.evidence.linkable(kind, ref, _LOOKED_AT)
        if name.casefold() == ref.casefold()
    ]
    number = _number_of(workspace, kind, ref) if not found else None
    if number is not None:
        return Target(kind, number)
    if len(found) != 1:
        raise NotFound(
            f"There is no {kind.words} “{ref}”." if not found else f"There are several {kind.words}s “{ref}”.",
            safe="Nothing was added.",
            todo="Check the reference or key.",
        )
    return found[0]


def _number_of(workspace: Workspace, kind: TargetKind, ref: str) -> int | None:
    """What people call by less than its whole reference: an activity of the only open plan, the newest version."""
    try:
        if kind is TargetKind.DECLARATION:
            return workspace.declarations.by_ref(ref).id
        if kind is TargetKind.ACTIVITY:
            plan, _, key = ref.rpartition(" ")
            return workspace.cutover.activity_id(workspace.cutover.plan_by_ref(plan).id, key)
    except (NotFound, InvalidInput):
        return None
    return None
