"""`mhhs-central`: which command runs, what it returns to the shell, and how a failure is told."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from central.cli import bundles, keeping, packs, participants, people, sample, serving
from central.cli.said import FAILED, USAGE, CannotBeDone
from central.refusals import Refused
from central.settings import SettingsWrong

COMMANDS = (serving, sample, participants, people, packs, bundles, keeping)
"""Modules with `add(subparsers)`; each sets `run` to a function of the parsed arguments that returns a status."""
TRACEBACK = "MHHS_CENTRAL_TRACEBACK"
"""The environment variable that shows faults of ours with where they arose."""


def parser() -> argparse.ArgumentParser:
    """The whole command line's parser."""
    top = argparse.ArgumentParser(
        prog="mhhs-central",
        description="A central endpoint: it receives submissions from the desks of participants, gives signed "
        "receipts, and tells them what reviewers say. Settings: the command line, the environment (MHHS_CENTRAL_...), "
        "settings.json in the folder, defaults.",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command with these arguments (the program's own when None); returns the exit status."""
    try:
        parsed = parser().parse_args(argv)
    except SystemExit as stop:  # argparse has said why
        return stop.code if isinstance(stop.code, int) else USAGE
    try:
        status: int = parsed.run(parsed)
    except SettingsWrong as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    except CannotBeDone as error:
        reason = str(error)
    except Refused as error:
        reason = error.problem.detail or f"{error.problem.kind.title}."
    except OSError as error:
        reason = f"{error.filename or 'A file'}: {error.strerror or error}."
    except KeyboardInterrupt:
        reason = "Cancelled."
    except SQLAlchemyError as error:
        if os.environ.get(TRACEBACK):
            raise
        reason = (
            f"The database cannot be used ({type(error).__name__}). Is its address right, and may this user use it?"
        )
    else:
        return status
    sys.stderr.write(f"{reason}\n")
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
