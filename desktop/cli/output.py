"""Writing results: to standard output, or to a file that is whole or not there."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from desktop.errors import PlainError


@contextmanager
def text_target(target: str) -> Iterator[IO[str]]:
    """A text stream to a file name, or to standard output for `-`. A file that cannot be finished is left as it was.

    Raises PlainError when the file cannot be written.
    """
    if target == "-":
        yield sys.stdout
        return
    path = Path(target)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise PlainError(
            f"{path} could not be written ({error.strerror or error}).", todo="Choose another place and try again."
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def write_json(target: str, value: Any) -> None:
    """Write one JSON value to a file or, for `-`, to standard output."""
    with text_target(target) as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.write("\n")
