"""`mhhs-desk sync preview|queue|hold|release|retry|leave-out|receipt`: what is sent, before it is and on its way."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.submit_json import add_ref
from desktop.cli.sync_json import add_delivery, chosen, delivery_lines, tell
from desktop.excel.saving import replacing
from desktop.own_files import must_be_free
from desktop.packs.tag_files import size_words
from desktop.sync.model import DeliveryState, Parcel, Route

_WAITING = (DeliveryState.QUEUED, DeliveryState.UPLOADING, DeliveryState.SENDING, DeliveryState.NEEDS_YOU)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    preview = commands.add_parser(
        "preview",
        help="what would be sent, to whom, file by file",
        description="What would be sent for a frozen submission, endpoint by endpoint and file by file, before it is "
        "queued. Nothing is changed. The status is 1 where it could not be queued.",
    )
    _add_what(preview)
    preview.set_defaults(run=run_preview)

    queue = commands.add_parser(
        "queue",
        help="queue a frozen submission for the endpoints of its recipients",
        description="Queue a frozen submission. It is sent with sync now, by the open window, or in a bundle. See what "
        "will be sent with sync preview first.",
    )
    _add_what(queue)
    queue.set_defaults(run=run_queue)

    for name, paused, words in (
        ("hold", True, "hold a queued delivery back"),
        ("release", False, "let a held delivery go on"),
    ):
        command = commands.add_parser(name, help=words, description=f"{words.capitalize()}.")
        add_delivery(command)
        arguments.add_workspace(command, required=True)
        arguments.add_json(command)
        command.set_defaults(run=run_hold, paused=paused)

    retry = commands.add_parser(
        "retry",
        help="try again what waits or needs you",
        description="Try at the next sync what waits for a later time or needs you; without a submission everything.",
    )
    retry.add_argument("ref", nargs="?", default="", metavar="REF", help="the submission, or a delivery's id")
    retry.add_argument("--endpoint", default="", metavar="NAME", help="of this endpoint only")
    arguments.add_workspace(retry, required=True)
    arguments.add_json(retry)
    retry.set_defaults(run=run_retry)

    leave = commands.add_parser(
        "leave-out",
        help="do not send a queued delivery",
        description="Do not send a queued delivery: a record with the reason. What was frozen stays, and can be queued "
        "again. What was received cannot be left out.",
    )
    add_delivery(leave)
    arguments.add_workspace(leave, required=True)
    leave.add_argument("--reason", required=True, help="why; it is kept")
    arguments.add_json(leave)
    leave.set_defaults(run=run_leave_out)

    receipt = commands.add_parser(
        "receipt",
        help="the checked receipt of what was received",
        description="The receipt of what was received, with the endpoint's signature. Received is not accepted.",
    )
    add_delivery(receipt)
    arguments.add_workspace(receipt, required=True)
    receipt.add_argument("--out", type=Path, metavar="FILE", help="write it as a page (HTML) that stands by itself")
    arguments.add_json(receipt)
    receipt.set_defaults(run=run_receipt)


def run_preview(given: argparse.Namespace) -> int:
    """Print it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        parcels = workspace.outbox.preview(one.id, given.recipient)
        routes = workspace.outbox.routes(one.id)
    tell(given, {"submission": one.name, "parcels": parcels, "routes": routes}, _parcel_lines(parcels, routes))
    return 1 if any(parcel.refusals for parcel in parcels) else 0


def run_queue(given: argparse.Namespace) -> int:
    """Queue it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        one = workspace.submissions.by_ref(given.ref)
        changes = workspace.outbox.queue(one.id, given.recipient)
        found = workspace.outbox.deliveries(submission_id=one.id)
    step = changes.title or f"{one.name} is queued already"
    tell(given, {"step": step, "deliveries": found}, [step, *(line for d in found for line in delivery_lines(d))])
    return 0


def run_hold(given: argparse.Namespace) -> int:
    """Hold it back, or let it go on."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        found = [one.uuid for one in chosen(workspace, given.ref, given.endpoint, states=_WAITING)]
        changes = workspace.outbox.set_paused(found, given.paused)
        return _tell(given, workspace, found, changes.title or ("Held back" if given.paused else "Let go on"))


def run_retry(given: argparse.Namespace) -> int:
    """Try again."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        if given.ref:
            found = [one.uuid for one in chosen(workspace, given.ref, given.endpoint, states=_WAITING)]
        else:
            endpoint_id = workspace.endpoints.by_name(given.endpoint).id if given.endpoint else None
            found = [one.uuid for one in workspace.outbox.deliveries(endpoint_id=endpoint_id, done=False)]
        changes = workspace.outbox.try_again(found) if found else None
        step = (changes.title if changes else "") or f"{len(found)} to be tried again"
        return _tell(given, workspace, found, step)


def run_leave_out(given: argparse.Namespace) -> int:
    """Leave it out."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace) as workspace:
        found = [one.uuid for one in chosen(workspace, given.ref, given.endpoint, states=_WAITING)]
        for uuid in found:
            workspace.outbox.leave_out(uuid, given.reason)
        return _tell(given, workspace, found, "Left out; what was frozen stays")


def run_receipt(given: argparse.Namespace) -> int:
    """Print it, or write it."""
    output.must_not_clash({"--json": given.json, "--out": given.out}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = chosen(workspace, given.ref, given.endpoint, states=[DeliveryState.RECEIVED])
        lines = [line for one in found for line in (*delivery_lines(one), one.receipt)]
        if given.out:
            if len(found) > 1:
                raise arguments.WrongUsage("There are several receipts. Give --endpoint, or a delivery's id.")
            must_be_free(given.workspace, given.out)
            text = workspace.outbox.receipt_text(found[0].uuid)
            with replacing(given.out) as file:
                file.write(text.encode())
            lines = [f"Written: {given.out}"]
    tell(given, {"receipts": found}, lines)
    return 0


def _add_what(command: argparse.ArgumentParser) -> None:
    add_ref(command)
    arguments.add_workspace(command, required=True)
    command.add_argument(
        "--recipient", action="append", default=[], metavar="ID", help="for this recipient only; may be given again"
    )
    arguments.add_json(command)


def _tell(given: argparse.Namespace, workspace: Workspace, uuids: list[str], step: str) -> int:
    found = [workspace.outbox.get(uuid) for uuid in uuids]
    tell(given, {"step": step, "deliveries": found}, [step, *(line for d in found for line in delivery_lines(d))])
    return 0


def _parcel_lines(parcels: tuple[Parcel, ...], routes: tuple[Route, ...]) -> list[str]:
    told = []
    for one in parcels:
        told.append(f"To {one.endpoint}, for {', '.join(one.recipients)}: {size_words(one.size)}")
        told.append(f"  Personal data: {one.mpan_choice.words}")
        told += [f"  {file.role:<9} {size_words(file.size):>10}  {file.name}" for file in one.files]
        told += [f"  Not as it is: {refusal}" for refusal in one.refusals]
        told += [f"  {words}" for words in (*one.cautions, *one.remarks, *one.elsewhere) if not one.refusals]
    told += [f"{one.name}: no endpoint receives for them; export it by hand" for one in routes if not one.endpoint_id]
    return told
