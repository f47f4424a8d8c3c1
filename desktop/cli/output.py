"""Writing results: to standard output, or to a file that is whole or not there."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from desktop.cli.arguments import WrongUsage
from desktop.errors import PlainError
from desktop.excel.saving import replacing
from desktop.own_files import is_own_file, is_same

STANDARD_OUTPUT = "-"


def must_not_clash(
    outputs: Mapping[str, Path | str | None], inputs: Iterable[Path | None], workspace: Path | None = None
) -> None:
    """Raise WrongUsage when a file to be written is one that is read, the workspace's own, or another to be written.

    `outputs` are by the words of their option; None and `-` are passed over. Devices may stand twice: nothing is lost
    on them.
    """
    written: dict[str, Path] = {}
    read = [one for one in inputs if one is not None]
    for option, given in outputs.items():
        if given is None or given == STANDARD_OUTPUT:
            continue
        target = Path(given)
        if not _is_device(target):
            if any(is_same(target, one) for one in read):
                raise WrongUsage(f"{option} would overwrite {target}, which is read. Give it another name.")
            if workspace is not None and is_own_file(workspace, target):
                raise WrongUsage(f"{option} would overwrite a file of the workspace itself. Choose another folder.")
            for other, path in written.items():
                if is_same(target, path):
                    raise WrongUsage(f"{option} and {other} are one file, {target}. Give one of them another name.")
        written[option] = target


def _is_device(path: Path) -> bool:
    try:
        return path.exists() and not path.is_file() and not path.is_dir()
    except OSError:
        return False


@contextmanager
def text_target(target: str) -> Iterator[IO[str]]:
    """A text stream to a file name, or to standard output for `-`. A file that cannot be finished is left as it was.

    Raises PlainError when it cannot be written.
    """
    if target == STANDARD_OUTPUT:
        with standard_output() as stream:
            yield stream
        return
    with replacing(Path(target)) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
        try:
            yield text
            text.flush()
        finally:
            with suppress(OSError):  # what could not be flushed has been raised already
                text.detach()


@contextmanager
def standard_output() -> Iterator[IO[str]]:
    """Standard output, flushed at the end. Raises PlainError when it cannot be written; a reader gone is BrokenPipe."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PlainError(
            f"Standard output could not be written: {error.strerror or error}.",
            todo="Make room or send it elsewhere, then try again.",
        ) from error


def tell(text: str) -> None:
    """Write text to standard output. Raises PlainError when it cannot be written."""
    with standard_output() as stream:
        stream.write(text)


def give_up() -> None:
    """Send the rest of standard output nowhere, so that Python does not fail on it once more when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


def make_folder(folder: Path) -> None:
    """Make a folder for results, with those above it, unless it is there. Raises PlainError when it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlainError(
            f"The folder {folder} could not be made: {error.strerror or error}.", todo="Choose another folder."
        ) from error


def write_json(target: str, value: Any) -> None:
    """Write one JSON value to a file or, for `-`, to standard output."""
    with text_target(target) as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.write("\n")
