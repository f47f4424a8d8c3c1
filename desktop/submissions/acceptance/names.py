"""The rule about file names: a pattern of the pack has to give a name that every system takes."""

from __future__ import annotations

import re

from desktop.excel.names import MAX_FILE_NAME, file_name
from desktop.submissions.acceptance.rule import Found, Looked, Params, Rule, told
from desktop.submissions.model import Mend
from desktop.submissions.pack_kinds import delivery_of

FIELDS = ("participant", "reference", "document", "version", "date", "recipient")
"""What a pattern can have in braces."""

_FIELD = re.compile(r"\{([^{}]*)\}")
_ENDING = ".xlsx"


def _file_names(looked: Looked, _params: Params, recipient: str) -> Found:
    found: list[tuple[str, Mend]] = []
    pack = looked.desk.pack()
    for one in looked.recipients(recipient):
        pattern = delivery_of(pack, one.recipient).pattern
        fault = _fault(pattern, looked, one.recipient)
        if fault:
            found.append((f"{one.name}: {fault}", Mend("settings", "settings:section=content")))
    return told(found, "A file name cannot be made.", "{count} file names cannot be made.")


def _fault(pattern: str, looked: Looked, recipient: str) -> str:
    unknown = sorted({name for name in _FIELD.findall(pattern) if name not in FIELDS})
    if unknown:
        return f"the pattern “{pattern}” asks for {{{unknown[0]}}}, which is not known"
    submission = looked.submission
    values = {
        "participant": looked.desk.sources.participant.get().short_name,
        "reference": submission.ref,
        "document": submission.kind.code,
        "version": str(submission.version),
        "date": looked.today.isoformat(),
        "recipient": recipient,
    }
    stem = _FIELD.sub(lambda match: values[match.group(1)], pattern)
    if "{" in stem or "}" in stem:
        return f"the braces of the pattern “{pattern}” do not match"
    if len((stem + _ENDING).encode()) > MAX_FILE_NAME:
        return f"the pattern “{pattern[:60]}” gives a name of more than {MAX_FILE_NAME} bytes"
    made = file_name(stem, _ENDING)
    if made != stem + _ENDING:
        return f"“{stem}{_ENDING}” is no name that every system takes; “{made}” would be"
    return ""


RULES = (Rule("file_names", "Its files have names that every system takes", _file_names, True),)
