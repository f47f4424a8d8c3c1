"""Endpoints, deliveries and what came from them as lines and as JSON, the same for every command."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import output
from desktop.errors import InvalidInput
from desktop.sync.delivery_words import state_and_progress
from desktop.sync.model import Delivery, DeliveryState, Endpoint, EndpointLine, SyncOutcome, Trouble
from desktop.uk_time import moment_at

if TYPE_CHECKING:
    from desktop.app import Workspace


def as_json(value: Any) -> Any:
    """A value of the model for other programs: moments in ISO 8601, states as their texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else str(value) if isinstance(value, Path) else value


def tell(given: argparse.Namespace, made: Mapping[str, Any], lines: Iterable[str]) -> None:
    """Write the JSON where it is wanted, and the lines unless standard output has the JSON."""
    if given.json:
        output.write_json(given.json, as_json(made))
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in lines))


def endpoint_lines(one: Endpoint) -> list[str]:
    """An endpoint, and below it how it is reached."""
    how = one.address or "by bundles only"
    signed = f"signed in {moment_at(one.signed_in_at).words}" if one.signed_in_at else "not signed in"
    told = [f"{one.id}  {one.name}: {how}; {signed}{'; paused' if one.paused else ''}"]
    if one.recipients:
        told.append(f"      receives for {', '.join(one.recipients)}")
    told.append(f"      your contacts are {'' if one.contacts else 'not '}kept up to date there")
    if one.removed:
        told.append(f"      removed: {one.removed}")
    return told + trouble_lines(one.trouble)


def lines_of(one: EndpointLine) -> list[str]:
    """How an endpoint stands, in one line, and below it what is to be known of it: its trouble, ages, the clocks."""
    contact = f", last contact {moment_at(one.last_contact).words}" if one.last_contact else ""
    return [f"{one.name}: {one.words}{contact}", *(f"      {said}" for said in one.detail.splitlines())]


def delivery_lines(one: Delivery) -> list[str]:
    """A delivery, and below it what is the matter with it."""
    act = "withdrawal of " if one.act == "withdraw" else ""
    told = f"{one.uuid[:8]}  {act}{one.submission} to {one.endpoint}: {state_and_progress(one)}"
    if one.left_out:
        told += f": {one.left_out}"
    if one.paused:
        told += ", paused"
    if one.received_at:
        told += f" {moment_at(one.received_at).words}"
    elif one.bundled_at:
        told += f", exported {moment_at(one.bundled_at).words}, no receipt yet"
    if one.state is DeliveryState.LEFT_OUT:  # what held it up is over, and so is what was to be done about it
        return [told, "      sync queue queues it again"]
    return [told, *trouble_lines(one.trouble)]


def trouble_lines(trouble: Trouble | None) -> list[str]:
    """Why something does not go on."""
    if trouble is None:
        return []
    told = " ".join(part for part in (trouble.what, trouble.todo) if part)
    return [f"      {told}" + (f" (request {trouble.request_id})" if trouble.request_id else "")]


def outcome_lines(one: SyncOutcome) -> list[str]:
    """What a round did."""
    if one.skipped:
        return [f"{one.endpoint}: not tried, {one.skipped}"]
    told = f"{one.endpoint}: {one.sent} sent, {one.received} received, {one.taken_in} taken in"
    if one.waiting:
        told += f", {one.waiting} waiting"
    if one.needs_you:
        told += f", {one.needs_you} {'needs' if one.needs_you == 1 else 'need'} you"
    return [told, *trouble_lines(one.trouble)]


def add_endpoint(command: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """Add NAME of an endpoint."""
    more = {"nargs": "?", "default": ""} if optional else {}
    what = "one endpoint only, by its name" if optional else "the endpoint, by its name, address, id or number"
    command.add_argument("name", metavar="NAME", help=what, **more)  # type: ignore[arg-type]


def add_delivery(command: argparse.ArgumentParser) -> None:
    """Add what names a delivery."""
    command.add_argument("ref", metavar="REF", help="the submission, or the beginning of the delivery's id")
    command.add_argument("--endpoint", default="", metavar="NAME", help="of this endpoint only")


def chosen(workspace: Workspace, ref: str, endpoint: str, *, states: Iterable[DeliveryState] = ()) -> list[Delivery]:
    """The deliveries that are meant, in one of these states (() = any). Raises InvalidInput when there is none."""
    wanted = set(states) or set(DeliveryState)
    endpoint_id = workspace.endpoints.by_name(endpoint).id if endpoint else None
    every = workspace.outbox.deliveries(endpoint_id=endpoint_id)
    found = [one for one in every if len(ref) >= 6 and one.uuid.startswith(ref.casefold())]
    if not found:
        submission = workspace.submissions.by_ref(ref)
        found = [one for one in every if one.submission_id == submission.id]
        if not found:
            raise InvalidInput(
                f"{submission.name} was not queued.", safe="Nothing was changed.", todo="Queue it first.", field="ref"
            )
    fitting = [one for one in found if one.state in wanted]
    if not fitting:
        raise InvalidInput(
            f"{found[0].submission} is {found[0].state.value} at {found[0].endpoint}.", safe="Nothing was changed.",
            field="ref",
        )  # fmt: skip
    return fitting
