"""Which command runs, what it returns to the shell, and how a failure is told."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.cli import output
from desktop.cli.arguments import WrongUsage
from desktop.errors import PlainError
from desktop.evidence.reading.answer import CHILD_FLAG as EVIDENCE_FLAG
from desktop.jobs import Cancelled
from desktop.portfolio.readers.child import CHILD_FLAG
from desktop.submissions.review.child import CHILD_FLAG as REVIEW_FLAG

if TYPE_CHECKING:
    from desktop.declarations.model import PdfPrinter

FINISHED, FAILED, USAGE = 0, 1, 2
"""Exit statuses: it ran (findings or not); it could not finish (one sentence on standard error); wrong usage."""

TRACEBACK = "MHHS_DESK_TRACEBACK"
"""The environment variable that shows faults of ours with where they arose."""

COMMANDS = {
    "demo": "demo",
    "check": "check",
    "report": "report",
    "history": "history",
    "backup": "backup",
    "restore": "backup",
    "evidence": "evidence",
    "pit": "pit",
    "cutover": "cutover",
    "declare": "declare",
    "request": "request",
    "submit": "submit",
    "pack": "pack",
    "sync": "sync",
    "verify": "verify",
}
"""Each command and the module of this package that adds it with `add(subparsers)`, loaded when it is chosen.

A command sets `run` to a function of the parsed arguments that returns a status. The order is that of the help.
"""


def parser(first: str = "") -> argparse.ArgumentParser:
    """Build the command line's parser for a line that begins with `first`: a command, or `--version`, alone.

    Anything else needs the words of all of them; the tests hold the documentation against that whole parser. One
    command alone is a third of the time and half of the memory: the others' modules are not loaded.
    """
    top = argparse.ArgumentParser(
        prog="mhhs-desk",
        description="The desk of one electricity-market participant for market-wide half-hourly settlement (MHHS). "
        "Without a command it opens the window.",
    )
    top.add_argument("--version", action="version", version=f"MHHS Desk {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = {} if first == "--version" else {first: COMMANDS[first]} if first in COMMANDS else COMMANDS
    for module in dict.fromkeys(wanted.values()):
        import_module(f"desktop.cli.{module}").add(commands)
    return top


def main(argv: Sequence[str] | None = None, printer: PdfPrinter | None = None) -> int:
    """Run one command with these arguments (the program's own when None); returns the exit status.

    `printer` makes PDFs for the commands that leave one: it is their `parsed.printer`. Without it they leave none.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] == CHILD_FLAG:
        from desktop.portfolio.readers.child import main as read_in_child

        return read_in_child(arguments[1:])
    if arguments and arguments[0] == EVIDENCE_FLAG:
        from desktop.evidence.reading.child import main as read_evidence_in_child

        return read_evidence_in_child(arguments[1:])
    if arguments and arguments[0] == REVIEW_FLAG:
        from desktop.submissions.review.child import main as read_review_in_child

        return read_review_in_child(arguments[1:])
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        parsed = parser(arguments[0] if arguments else "").parse_args(arguments)
    except SystemExit as stop:  # argparse has said why
        return stop.code if isinstance(stop.code, int) else USAGE
    parsed.printer = printer
    return _run(parsed)


def _run(parsed: argparse.Namespace) -> int:
    try:
        status: int = parsed.run(parsed)
    except WrongUsage as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    except PlainError as error:
        reason = str(error)
    except (Cancelled, KeyboardInterrupt):
        reason = "Cancelled: nothing was changed."
    except MemoryError:
        reason = "There is not enough memory for this. Nothing was changed. Close other programs, then try again."
    except BrokenPipeError:  # whoever read our output has gone
        output.give_up()
        return FAILED
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        reason = (
            f"A fault in MHHS Desk itself stopped this ({type(error).__name__}). Nothing was half-written. "
            f"Please report it with what {TRACEBACK}=1 prints."
        )
    else:
        return status
    output.give_up()
    sys.stderr.write(f"{reason}\n")
    return FAILED
