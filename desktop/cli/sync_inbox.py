"""`mhhs-desk sync offers|conflicts`: programme content that endpoints published, and records changed on both sides."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from desktop.app import Workspace
from desktop.changes import Changes
from desktop.cli import arguments, output
from desktop.cli.sync_json import tell
from desktop.errors import InvalidInput, NotFound
from desktop.packs.tag_files import size_words
from desktop.sync.model import Conflict, Offer

ACTIONS = ("list", "compare", "take", "refuse", "back")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    offers = commands.add_parser(
        "offers",
        help="programme content that endpoints published: see, take or refuse it",
        description="Programme content that endpoints published. It is used only once you take it: compare shows what "
        "it would change, refuse leaves it out, back goes back from one in use that was withdrawn.",
    )
    offers.add_argument("action", nargs="?", choices=ACTIONS, default="list", help="list without it")
    offers.add_argument(
        "what", nargs="?", default="", metavar="CONTENT", help="its kind (milestones), or the beginning of its SHA-256"
    )
    offers.add_argument("--endpoint", default="", metavar="NAME", help="of this endpoint only")
    arguments.add_workspace(offers, required=True)
    arguments.add_json(offers)
    offers.set_defaults(run=run_offers)

    conflicts = commands.add_parser(
        "conflicts",
        help="records that were changed here and there: see and choose",
        description="Records that were changed on both sides, field by field. Fields that are not chosen stay open; "
        "when none is, the result is kept here and sent. The status is 1 while one is open.",
    )
    conflicts.add_argument("--endpoint", default="", metavar="NAME", help="of this endpoint only")
    conflicts.add_argument(
        "--choose", action="append", default=[], metavar="FIELD=SIDE", help="mine or theirs; may be given again"
    )
    conflicts.add_argument("--all", choices=("mine", "theirs"), help="the same side for every field")
    arguments.add_workspace(conflicts, required=True)
    arguments.add_json(conflicts)
    conflicts.set_defaults(run=run_conflicts)


def run_offers(given: argparse.Namespace) -> int:
    """List them, or do it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    acting = given.action in {"take", "refuse", "back"}
    if given.action != "list" and not given.what:
        raise arguments.WrongUsage(f"Say which content to {given.action}.")
    with Workspace.open(given.workspace, read_only=not acting) as workspace:
        endpoint_id = workspace.endpoints.by_name(given.endpoint).id if given.endpoint else None
        found = [one for one in workspace.inbox.offers() if endpoint_id in {None, one.endpoint_id}]
        if given.action == "list":
            lines = [line for one in found for line in _offer_lines(one)]
            tell(given, {"offers": found}, lines or ["No content was published."])
            return 0
        one = _named(found, given.what)
        if given.action == "compare":
            made, lines = _compared(workspace, one)
            tell(given, made, lines)
            return 0
        changes = _act(workspace, given.action, one)
        found = [each for each in workspace.inbox.offers() if each.sha256 == one.sha256]
    step = changes.title or f"{one.kind_name} {one.version} is in use"
    tell(given, {"step": step, "offers": found}, [step, *(line for each in found for line in _offer_lines(each))])
    return 0


def run_conflicts(given: argparse.Namespace) -> int:
    """List them, or choose."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    choosing = bool(given.choose or given.all)
    choices = dict(_choice(one) for one in given.choose)
    with Workspace.open(given.workspace, read_only=not choosing) as workspace:
        endpoint_id = workspace.endpoints.by_name(given.endpoint).id if given.endpoint else None
        found = [one for one in workspace.inbox.conflicts() if endpoint_id in {None, one.endpoint_id}]
        if choosing:
            if len(found) != 1:
                raise InvalidInput(
                    "There is no conflict." if not found else "There are conflicts with several endpoints.",
                    safe="Nothing was changed.", todo="" if not found else "Give --endpoint.", field="endpoint",
                )  # fmt: skip
            one = found[0]
            every = {field.field: given.all for field in one.fields} if given.all else {}
            workspace.inbox.choose(one.endpoint_id, one.record, {**every, **choices})
            found = [each for each in workspace.inbox.conflicts() if endpoint_id in {None, each.endpoint_id}]
    lines = [line for one in found for line in _conflict_lines(one)]
    none = "Every field is chosen; the result is kept and will be sent." if choosing else "There is no conflict."
    tell(given, {"conflicts": found}, lines or [none])
    return 1 if found else 0


def _act(workspace: Workspace, action: str, one: Offer) -> Changes:
    inbox = workspace.inbox
    verb = {"take": inbox.take_offer, "refuse": inbox.refuse_offer, "back": inbox.go_back}[action]
    return verb(one.endpoint_id, one.sha256)


def _named(found: list[Offer], what: str) -> Offer:
    """The one that is meant: the first of a kind, in the order of the list. Raises NotFound."""
    wanted = what.casefold()
    for one in found:
        if wanted in {one.kind.casefold(), one.kind_name.casefold(), one.version.casefold()}:
            return one
    fitting = [one for one in found if len(wanted) >= 6 and one.sha256.startswith(wanted)]
    if not fitting:
        raise NotFound(f"“{what[:80]}” is not offered.", safe="Nothing was changed.", todo="See sync offers.")
    return fitting[0]


def _compared(workspace: Workspace, one: Offer) -> tuple[dict[str, Any], list[str]]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "offer.json"
        workspace.inbox.offer_file(one.endpoint_id, one.sha256, file)
        new, changed = workspace.content.compare(file)
    lines = [f"{new.label}: {len(changed):,} values differ from what is in use."]
    lines += [f"  {each.path}: {each.before or '(none)'} -> {each.after or '(none)'}" for each in changed]
    return {"offer": one, "differences": changed}, lines


def _choice(text: str) -> tuple[str, str]:
    field, equals, side = text.rpartition("=")
    if not equals or side not in {"mine", "theirs"}:
        raise arguments.WrongUsage(f"“{text}” is not FIELD=mine or FIELD=theirs.")
    return field, side


def _offer_lines(one: Offer) -> list[str]:
    state = "in use" if one.in_use else one.state.value
    told = [f"{one.sha256[:8]}  {one.kind_name} {one.version} from {one.endpoint}: {state}"]
    if one.title or one.source:
        told.append(f"      {'; '.join(part for part in (one.title, one.source) if part)}")
    if not one.fetched:
        told.append(f"      {size_words(one.size)}, not fetched yet")
    if one.withdrawn:
        told.append(f"      withdrawn: {one.withdrawn}")
    if one.way_back:
        told.append(f"      {one.way_back} with: sync offers back {one.kind}")
    return told


def _conflict_lines(one: Conflict) -> list[str]:
    told = [f"{one.title}, here and at {one.endpoint}:"]
    for field in one.fields:
        chosen = f"; chosen: {field.choice}" if field.choice else ""
        told.append(f"  {field.field} ({field.title}){chosen}")
        for name, value in (("before", field.base), ("mine", field.mine), ("theirs", field.theirs)):
            told.append(f"    {name:<7} {'(not there)' if value is None else value or '(empty)'}")
    return told + [f"  merged: {words}" for words in one.merged]
