"""`mhhs-desk sync status|log|left`: how it stands, what sync did, and what has left this laptop."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.sync_json import add_endpoint, delivery_lines, lines_of, tell
from desktop.sync.model import DeliveryState, Departure, LogLine
from desktop.uk_time import moment_at


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    status = commands.add_parser(
        "status",
        help="one line for each endpoint, and what waits",
        description="How it stands with each endpoint, without talking to any, and what waits for it. The status is 1 "
        "where something needs you.",
    )
    status.add_argument("--all", action="store_true", help="what was received or left out too")
    arguments.add_workspace(status, required=True)
    arguments.add_json(status)
    status.set_defaults(run=run_status)

    log = commands.add_parser(
        "log",
        help="the log of sync, to read or for support",
        description="The log of sync, newest first. The exported one has no tokens, no MPANs and no names of people. "
        "It goes back 13 months, and never less than 20,000 lines.",
    )
    add_endpoint(log, optional=True)
    arguments.add_workspace(log, required=True)
    log.add_argument("--limit", type=int, default=100, metavar="N", help="how many lines; 100 without it")
    log.add_argument("--out", type=Path, metavar="FILE", help="write the whole log to a file for support")
    arguments.add_json(log)
    log.set_defaults(run=run_log)

    left = commands.add_parser(
        "left",
        help="what has left this laptop, by whatever channel",
        description="Everything that has left this laptop: sent, in bundles, exported, sealed, handed over; to whom, "
        "and what personal data is in it.",
    )
    arguments.add_workspace(left, required=True)
    left.add_argument("--out", type=Path, metavar="FILE", help="write the list to a .csv or .xlsx file")
    arguments.add_json(left)
    left.set_defaults(run=run_left)


def run_status(given: argparse.Namespace) -> int:
    """Print it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        lines = workspace.sync.lines()
        found = workspace.outbox.deliveries(done=given.all)
        conflicts, offers = workspace.inbox.conflicts(), workspace.inbox.offers()
    waiting = [one for one in offers if one.state.value == "offered" and not one.withdrawn]
    urgent = [one for one in offers if one.withdrawn and one.in_use]
    told = [said for one in lines for said in lines_of(one)] or ["There is no endpoint yet."]
    told += [f"  {line}" for one in found for line in delivery_lines(one)]
    told += [f"{one.title} were changed here and at {one.endpoint}: choose with sync conflicts." for one in conflicts]
    told += [f"{one.endpoint} published {one.kind_name.lower()} {one.version}: see sync offers." for one in waiting]
    told += [f"{one.kind_name} {one.version} is in use and was withdrawn: {one.withdrawn}" for one in urgent]
    made = {"endpoints": lines, "deliveries": found, "conflicts": conflicts, "offers": [*urgent, *waiting]}
    tell(given, made, told)
    needs = any(one.needs_you for one in lines) or any(one.state is DeliveryState.NEEDS_YOU for one in found)
    return 1 if needs or conflicts or urgent or any(one.tone.value == "needs you" for one in lines) else 0


def run_log(given: argparse.Namespace) -> int:
    """Print it, or write it for support."""
    output.must_not_clash({"--json": given.json, "--out": given.out}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        endpoint_id = workspace.endpoints.by_name(given.name).id if given.name else None
        found = workspace.outbox.log(endpoint_id=endpoint_id, limit=max(1, given.limit))
        if given.out:
            workspace.outbox.export_log(given.out, endpoint_id=endpoint_id)
    told = [f"Written: {given.out}"] if given.out else [_log_line(one) for one in found] or ["Nothing was tried yet."]
    tell(given, {"log": found}, told)
    return 0


def run_left(given: argparse.Namespace) -> int:
    """Print it, or write it."""
    output.must_not_clash({"--json": given.json, "--out": given.out}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        found = workspace.departures.departures()
        if given.out:
            workspace.departures.save(given.out)
    told = [f"Written: {given.out}"] if given.out else [_left_line(one) for one in found]
    tell(given, {"left": found}, told or ["Nothing has left this laptop as far as was recorded."])
    return 0


def _log_line(one: LogLine) -> str:
    parts = (moment_at(one.at).words, one.endpoint, one.item[:12], one.event, one.detail)
    return "  ".join(part for part in parts if part)


def _left_line(one: Departure) -> str:
    size = f"{one.size:,} bytes" if one.size is not None else ""
    parts = (
        moment_at(one.at).words, one.channel, f"to {one.to}" if one.to else "", one.submission, one.what, one.name,
        size, one.personal_data, one.receipt,
    )  # fmt: skip
    return "; ".join(part for part in parts if part)
