"""`mhhs-desk declare wordings|show`: what can be declared, and the sheet that a signatory reads."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.declarations.model import Declaration, Sheet, Wording


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    wordings = commands.add_parser(
        "wordings",
        help="list what can be declared, with the questions of each",
        description="List the wordings of the declarations pack in use, with their questions. A placeholder is ours, "
        "to be replaced by the Code Body's own text.",
    )
    arguments.add_workspace(wordings, required=True)
    wordings.set_defaults(run=run_wordings)

    show = commands.add_parser(
        "show",
        help="show a declaration as its signatory reads it",
        description="Show everything that a signatory reads: the answers, what is open or excepted, the statement, and "
        "what has to be mended before it can be signed.",
    )
    show.add_argument("ref", metavar="REF", help="ACME-DEC-0001 (the newest version) or “ACME-DEC-0001 v2”")
    arguments.add_workspace(show, required=True)
    show.set_defaults(run=run_show)


def run_wordings(given: argparse.Namespace) -> int:
    """Print the wordings."""
    with Workspace.open(given.workspace, read_only=True) as workspace:
        pack, wordings = workspace.declarations.pack(), workspace.declarations.wordings()
    output.tell(f"{pack.label}\n" + "".join(f"\n{line}\n" for one in wordings for line in ["\n".join(_wording(one))]))
    return 0


def run_show(given: argparse.Namespace) -> int:
    """Print the sheet; of a signed one, how it stands."""
    with Workspace.open(given.workspace, read_only=True) as workspace:
        declaration = workspace.declarations.by_ref(given.ref)
        sheet = workspace.declarations.sheet(declaration.id)
    lines = signed_lines(declaration) if declaration.state.locked else sheet_lines(sheet)
    output.tell("\n".join(lines) + "\n")
    return 0


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The sheet of a draft, as lines."""
    one = sheet.declaration
    yield f"{one.name}  {one.details.title}  ({one.state.title})"
    if one.rehearsal:
        yield "REHEARSAL: nothing is declared by it, and it is never submitted."
    yield f"Wording: {sheet.pack_label}"
    yield from _part("Organisation", [sheet.organisation])
    yield from _part("Roles", sheet.roles)
    yield from _part("To", sheet.recipients)
    yield from _part("Milestone", [sheet.milestone] if sheet.milestone else [])
    yield ""
    yield "Answers"
    for question, answer in sheet.answers:
        yield f"  {question.id}: {question.text}"
        yield f"    {answer or ('Not answered yet' if question.needed else 'Not provided')}"
    yield ""
    yield "Open or excepted"
    yield from [f"  {item.text}" for item in sheet.open_items] or ["  Nothing that is known here"]
    yield ""
    yield "Evidence"
    yield from [f"  {item.ref} {item.title}" for item in sheet.evidence] or ["  None"]
    yield ""
    yield "Statement"
    yield from (f"  {line}" for line in sheet.statement.splitlines())
    yield f"  [ ] {sheet.wording.confirm}"
    yield ""
    if sheet.problems:
        yield "Before it can be signed"
        yield from (f"  {problem.text}" for problem in sheet.problems)
    else:
        capacities = ", ".join(f"{capacity.id} ({capacity.name})" for capacity in sheet.capacities)
        yield f"It can be signed. Capacities: {capacities}."
    yield f"Check sum of this page: {sheet.digest}"


def signed_lines(one: Declaration) -> Iterator[str]:
    """How a signed one stands, as lines."""
    yield f"{one.name}  {one.details.title}  ({one.state.title})"
    if one.rehearsal:
        yield "REHEARSAL: nothing is declared by it, and it is never submitted."
    yield f"Signed by {one.signatory}, {one.position} ({one.capacity}), on {one.signed_at[:10]}"
    if one.same_person:
        yield "Prepared and signed by one person."
    yield "A signed document stands for the signature." if one.scan else f"Key: {one.fingerprint}"
    yield from (f"Changed since: {flag}" for flag in one.flags)


def _part(name: str, values: Sequence[str]) -> Iterator[str]:
    yield f"{name}: {', '.join(values) or 'none yet'}"


def _wording(one: Wording) -> Iterator[str]:
    yield f"{one.id}: {one.title}" + (" (placeholder)" if one.placeholder else "")
    if one.about:
        yield f"  {one.about}"
    if one.placeholder and one.replaced_by:
        yield f"  To be replaced by: {one.replaced_by}"
    for question in one.questions:
        kind = "" if question.answer_kind == "text" else f", {question.answer_kind}"
        yield f"  {question.id}: {question.text} ({'needed' if question.needed else 'optional'}{kind})"
