"""`mhhs-desk sync export-bundle|import-bundle`: the same carried by hand, for laptops that are never online."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.cli.sync_json import add_endpoint, tell
from desktop.packs.tag_files import size_words


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    export = commands.add_parser(
        "export-bundle",
        help="write what has no receipt yet to a file that is carried to an endpoint",
        description="Write everything that has no receipt yet for an endpoint to a bundle, in parts that fit an "
        "e-mail. Exporting is not sending: it waits until a receipt comes back.",
    )
    add_endpoint(export)
    arguments.add_workspace(export, required=True)
    export.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="the folder that gets the files")
    export.add_argument(
        "--split", type=int, default=20, metavar="MIB", help="MiB of a part at most; 20 without it, 0 = one file"
    )
    arguments.add_json(export)
    export.set_defaults(run=run_export)

    take = commands.add_parser(
        "import-bundle",
        help="take in what came back from an endpoint",
        description="Take in a return bundle: its receipts, states, comments and content. Parts may come in any order, "
        "some now and some later. The status is 1 while a part is missing.",
    )
    take.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the bundle, or its parts")
    arguments.add_workspace(take, required=True)
    arguments.add_json(take)
    take.set_defaults(run=run_import)


def run_export(given: argparse.Namespace) -> int:
    """Write it."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    if given.split < 0:
        raise arguments.WrongUsage("--split is a number of MiB, or 0 for one file.")
    with Workspace.open(given.workspace) as workspace:
        one = workspace.endpoints.by_name(given.name)
        output.make_folder(given.to)
        written, _ = workspace.bundles.export(one.id, given.to, split_mib=given.split, job=told_job())
    lines = [f"{sha256}  {path}" for path, sha256 in zip(written.paths, written.sha256, strict=True)]
    many = len(written.deliveries)
    lines.append(f"{many} {'delivery' if many == 1 else 'deliveries'}, {size_words(written.size)}. That is not sent.")
    tell(given, {"bundle": written}, lines)
    return 0


def run_import(given: argparse.Namespace) -> int:
    """Take it in."""
    output.must_not_clash({"--json": given.json}, given.files, given.workspace)
    with Workspace.open(given.workspace) as workspace:
        taken, _ = workspace.bundles.take(given.files, told_job())
    if taken.missing:
        lines = [f"Kept. Parts {', '.join(map(str, taken.missing))} of this bundle are still to come."]
    else:
        lines = [
            f"From {taken.endpoint}: {taken.receipts} receipts, {taken.items} things that it said, {taken.packs} "
            f"packs of content; {taken.already} known already."
        ]
    tell(given, {"taken": taken}, [*lines, *taken.notes])
    return 1 if taken.missing else 0
