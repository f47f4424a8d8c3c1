"""Whether a file of questions is meant for an information request: told from its name, and from what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop.requests.model import InfoRequest, Question

ENOUGH = 1 / 3
"""Share of the rows looked at that ask what the request asks already: a new version of a form asks much of it anew."""
SHORTEST = 4
"""Letters of a name that is looked for in the name of a file."""


def is_meant(file: Path, rows: Iterable[Sequence[str]], request: InfoRequest, here: Sequence[Question]) -> bool:
    """Whether `file`, of which these rows were looked at, seems to be a version of the request's own document.

    A request without a question takes any file.
    """
    if not here:
        return True
    name = _plain(file.stem)
    told = (request.ref, request.details.their_ref, request.details.title, request.source)
    if any(len(one) >= SHORTEST and one in name for one in map(_plain, told)):
        return True
    asked = {_plain(one.details.text) for one in here}
    looked = [{_plain(cell) for cell in row} for row in rows if any(row)]
    return bool(looked) and sum(bool(row & asked) for row in looked) >= ENOUGH * len(looked)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
