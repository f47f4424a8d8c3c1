"""The passphrase of a signing key: from a file or typed on a terminal, never from arguments, which others can see."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from desktop.errors import FileRefused, InvalidInput

_LARGEST = 64 * 1024


def add(command: argparse.ArgumentParser) -> None:
    """Add `--passphrase-file FILE`."""
    command.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="its first line is the passphrase of the key file; without it, it is asked for on a terminal",
    )


def passphrase(file: Path | None, *, new: bool = False) -> str:
    """The passphrase; a `new` one is typed twice. Raises FileRefused, InvalidInput (no terminal, two texts)."""
    if file is not None:
        try:
            with file.open("rb") as stream:
                data = stream.read(_LARGEST)
            lines = data.decode("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise FileRefused(f"The passphrase in “{file.name}” cannot be read.", safe="Nothing was signed.") from error
        if not lines or not lines[0]:
            raise FileRefused(f"“{file.name}” has no passphrase in its first line.", safe="Nothing was signed.")
        return lines[0]
    if not sys.stdin.isatty():
        raise InvalidInput(
            "The key is in a file with a passphrase, and there is no terminal to ask for it.",
            safe="Nothing was signed.",
            todo="Give --passphrase-file.",
            field="passphrase",
        )
    typed = getpass.getpass("Passphrase of the signing key: ")
    if new and getpass.getpass("Once more: ") != typed:
        raise InvalidInput("The two passphrases are not the same.", safe="Nothing was signed.", field="passphrase")
    return typed
