"""`mhhs-desk submit template add|list|show|map`: recipients' own templates."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.cli.submit_json import text_of
from desktop.errors import FileRefused, InvalidInput
from desktop.submissions.content import Content
from desktop.submissions.filling.mapping_json import from_json, to_json
from desktop.submissions.filling.model import FillProblem, Item, Spot, Template, TemplateMapping


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands."""
    command = commands.add_parser(
        "template",
        help="recipients' own templates: load them, map them",
        description="Recipients' own workbooks: loaded once, mapped to our items, remembered by version. Freezing "
        "fills a copy for each recipient that has one.",
    )
    inner = command.add_subparsers(dest="template_command", metavar="COMMAND", required=True)

    adding = inner.add_parser(
        "add",
        help="load a recipient's template",
        description="Keep a recipient's template for a kind of submission. The one in use before is retired, and its "
        "mapping carried over where the places are still there. One step to undo.",
    )
    adding.add_argument("file", type=Path, metavar="FILE", help="the workbook (.xlsx)")
    arguments.add_workspace(adding, required=True)
    adding.add_argument("--recipient", required=True, metavar="ID", help="whose it is, such as BSC")
    adding.add_argument("--kind", required=True, metavar="KIND", help="which kind of submission it is for")
    adding.add_argument("--title", default="", help="how you call it; without it the file's name")
    adding.add_argument("--document", default="", metavar="DOC", help="document number and version")
    arguments.add_json(adding)
    adding.set_defaults(run=run_add)

    listing = inner.add_parser(
        "list", help="list the templates", description="List the templates, and how far each is."
    )
    arguments.add_workspace(listing, required=True)
    listing.add_argument("--retired", action="store_true", help="those that are not used any more too")
    arguments.add_json(listing)
    listing.set_defaults(run=run_list)

    show = inner.add_parser(
        "show",
        help="show where a template can be filled, and what goes where",
        description="Show a template: its sheets, what it holds, the places that can be filled, and its mapping.",
    )
    show.add_argument("template", metavar="NUMBER", type=int, help="the template's number, from `submit template list`")
    arguments.add_workspace(show, required=True)
    arguments.add_json(show)
    show.set_defaults(run=run_show)

    mapping = inner.add_parser(
        "map",
        help="say what goes where in a template",
        description="Say which of our items go where in a template: from a JSON file as --suggest prints it, or as "
        "the labels and headings suggest. A suggestion is printed to be looked at; --save keeps it. A mapping that "
        "cannot be filled is refused.",
    )
    mapping.add_argument("template", metavar="NUMBER", type=int, help="the template's number")
    which = mapping.add_mutually_exclusive_group(required=True)
    which.add_argument("file", type=Path, metavar="FILE", nargs="?", help="the mapping as JSON")
    which.add_argument("--suggest", action="store_true", help="what its labels and headings suggest")
    arguments.add_workspace(mapping, required=True)
    mapping.add_argument(
        "--submission", default="", metavar="REF",
        help="a submission of its kind, whose items are used; without it the newest, or "
        "what one would say",
    )  # fmt: skip
    mapping.add_argument("--save", action="store_true", help="with --suggest: keep it")
    arguments.add_json(mapping)
    mapping.set_defaults(run=run_map)


def run_add(given: argparse.Namespace) -> int:
    """Load it."""
    output.must_not_clash({"--json": given.json}, [given.file], given.workspace)
    with Workspace.open(given.workspace) as workspace:
        template, changes = workspace.templates.add(
            given.file, recipient=given.recipient, kind=given.kind, title=given.title, document=given.document,
            job=told_job(quiet=given.json == output.STANDARD_OUTPUT),
        )  # fmt: skip
    if given.json:
        lost = list(template.not_carried)
        said = {"step": changes.title, "template": _template_json(template), "not_carried": lost}
        output.write_json(given.json, said)
    if given.json != output.STANDARD_OUTPUT:
        lines = [changes.title or "It is here already.", _line(template)]
        lines += [f"Not carried over, not found in it: {one}" for one in template.not_carried]
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def run_list(given: argparse.Namespace) -> int:
    """List them."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = workspace.templates.templates(retired=given.retired)
    if given.json:
        output.write_json(given.json, {"templates": [_template_json(one) for one in found]})
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in [_line(one) for one in found] or ["There is no template yet."]))
    return 0


def run_show(given: argparse.Namespace) -> int:
    """Show it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        template = workspace.templates.get(given.template)
        look = workspace.templates.spots(template.id, told_job(quiet=given.json == output.STANDARD_OUTPUT))
        items = _items(workspace, template)
    if given.json:
        value = {
            "template": _template_json(template),
            "sheets": [{"name": name, "state": state} for name, state in look.sheets],
            "holds": list(look.holds),
            "remarks": list(look.remarks),
            "spots": [asdict(one) for one in look.spots],
            "mapping": json.loads(to_json(template.mapping)),
            "items": [asdict(one) for one in items],
        }
        output.write_json(given.json, value)
    if given.json != output.STANDARD_OUTPUT:
        lines = [_line(template), *(f"Holds: {one}" for one in look.holds), *look.remarks]
        for spot in look.spots:
            columns = ", ".join(f"{letter} {heading}" for letter, heading in spot.headings)
            locked = " (locked)" if spot.locked else ""
            lines.append(f"{spot.kind.value:<6} {spot.sheet}!{spot.place}{locked}  {columns or spot.label}")
            lines += [f"       takes {words}" for words in _takes(spot)]
        says = {one.id: f": {one.example}" if one.example else "" for one in items}
        lines += [f"{rule.spot} takes {rule.item}{says.get(rule.item, '')}" for rule in template.mapping.cells]
        for table in template.mapping.tables:
            columns = ", ".join(f"{letter} takes {column}" for letter, column in table.columns)
            lines.append(f"{table.sheet}, row {table.heading_row}: {table.table}: {columns}")
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def _takes(spot: Spot) -> list[str]:
    """What its list and its other rules allow: 'On track, Late', 'at most 10 characters', 'C: Pass, Fail'."""
    listed = list(spot.validations) if spot.headings else [", ".join(spot.validations)] if spot.validations else []
    return [" ".join(one.split()) for one in (*listed, *spot.rules)]


def run_map(given: argparse.Namespace) -> int:
    """Map it."""
    if given.save and not given.suggest:
        raise arguments.WrongUsage("--save is for --suggest: a mapping from a file is kept anyway.")
    output.must_not_clash({"--json": given.json}, [given.file], given.workspace)
    keeps = given.save or not given.suggest
    with Workspace.open(given.workspace, read_only=not keeps) as workspace:
        templates = workspace.templates
        template = templates.get(given.template)
        asked = given.suggest or given.submission
        content = _content(workspace, template, given.submission) if asked else None
        mapping = (
            _read(given.file) if content is None or not given.suggest else _suggested(workspace, template, content)
        )
        problems = templates.problems(template.id, mapping, content)
        if given.suggest and not mapping.cells and not mapping.tables:
            raise InvalidInput(
                "Nothing was suggested: no label and no heading of the template is like the name of one of our items.",
                safe="What goes where in it is as it was.",
                todo=f"See its places with `submit template show {template.id}`, and give the mapping as a JSON file.",
                field="mapping",
            )
        step = (templates.save_mapping(template.id, mapping).title or "Nothing changed.") if keeps else ""
    said = json.loads(to_json(mapping))
    if given.json:
        value = {"template": template.id, "mapping": said, "problems": [asdict(one) for one in problems], "step": step}
        output.write_json(given.json, value)
    if given.json != output.STANDARD_OUTPUT:
        lines = [] if keeps else [json.dumps(said, ensure_ascii=False, indent=1)]
        lines += [_problem(one) for one in problems]
        lines.append(step or "It was not kept: look at it, then give --save.")
        output.tell("".join(f"{line}\n" for line in lines))
    return 0


def _items(workspace: Workspace, template: Template) -> tuple[Item, ...]:
    """What can go into it with what it would say; of a kind of which nothing can be said yet, single values alone."""
    try:
        content = workspace.submissions.specimen(template.kind)
        values = workspace.submissions.template_values(template.kind, template.recipient)
    except InvalidInput:
        return workspace.templates.items(None)
    return workspace.templates.items(content, values)


def _suggested(workspace: Workspace, template: Template, content: Content) -> TemplateMapping:
    return workspace.templates.suggest(workspace.templates.spots(template.id), content)


def _content(workspace: Workspace, template: Template, ref: str) -> Content:
    """What a submission of the template's kind says, or would say. Raises InvalidInput when nothing can be said yet."""
    if ref:
        return workspace.submissions.content(workspace.submissions.by_ref(ref).id)
    return workspace.submissions.specimen(template.kind)


def _read(path: Path) -> TemplateMapping:
    """A mapping from JSON; what `--json` wrote can be given as it is. Raises FileRefused."""
    text = text_of(path)
    try:
        said = json.loads(text)
        if isinstance(said, dict) and isinstance(said.get("mapping"), dict):
            said = said["mapping"]
        return from_json(json.dumps(said))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileRefused(
            f"{path.name} is no mapping of a template.",
            safe="Nothing was changed.",
            todo="Begin with what `submit template map NUMBER --suggest` prints.",
        ) from error


def _problem(one: FillProblem) -> str:
    where = f"{one.place}: " if one.place else ""
    return f"{'Stands in the way: ' if one.refuses else 'Note: '}{where}{one.words}"


def _line(one: Template) -> str:
    mapped = f"mapping {one.version}" if one.mapped else "not mapped yet"
    retired = f"  retired: {one.retired}" if one.retired else ""
    document = f" ({one.document})" if one.document else ""
    return f"{one.id:>4}  {one.recipient:<5} {one.kind:<15}  {one.title}{document}  {mapped}{retired}"


def _template_json(one: Template) -> dict[str, Any]:
    made = asdict(one)
    del made["mapping"], made["not_carried"]
    return made
