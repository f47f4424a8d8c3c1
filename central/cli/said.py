"""How a command finds its settings, opens the service, and says what it did: sentences, or JSON with --json."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from central import settings as settings_of
from central.central import Central
from central.settings import Settings

BY = "command line"
"""Who did it, in the audit."""
FINISHED, FAILED, USAGE = 0, 1, 2
"""Exit statuses: done; it could not be done (one sentence on standard error); wrong usage."""


class CannotBeDone(Exception):
    """A sentence for the person at the command line."""


def settings(parsed: argparse.Namespace) -> Settings:
    """Those in force for this command. Raises SettingsWrong."""
    given = {name: getattr(parsed, name, None) for name in settings_of.names()}
    return settings_of.read(given)


@contextmanager
def opened(parsed: argparse.Namespace) -> Iterator[Central]:
    """The service of the folder, for one command; other processes may work with it at the same time."""
    central = Central(settings(parsed))
    try:
        yield central
    finally:
        central.close()


def say(parsed: argparse.Namespace, sentence: str, body: Mapping[str, Any]) -> int:
    """What was done: the sentence, or the same as JSON."""
    if parsed.json:
        sys.stdout.write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(sentence.rstrip("\n") + "\n")
    return FINISHED


def table(rows: Sequence[Sequence[str]], head: Sequence[str], nothing: str) -> str:
    """Rows under a head, in columns; a sentence where there is none."""
    if not rows:
        return nothing
    every = [head, *rows]
    widths = [max(len(one[place]) for one in every) for place in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(one, widths, strict=True)).rstrip() for one in every
    )


def common() -> argparse.ArgumentParser:
    """Arguments that every command has."""
    made = argparse.ArgumentParser(add_help=False)
    made.add_argument("--data", metavar="DIR", help="the folder of the endpoint (./central-data if it is there)")
    made.add_argument("--database", metavar="URL", help="postgresql+psycopg://...; without it SQLite in the folder")
    made.add_argument("--json", action="store_true", help="say it as JSON")
    return made


def group(commands: Any, name: str, about: str) -> Any:
    """A command that has commands of its own."""
    made = commands.add_parser(name, help=about, description=about)
    return made.add_subparsers(dest=f"{name}_command", metavar="COMMAND", required=True)
