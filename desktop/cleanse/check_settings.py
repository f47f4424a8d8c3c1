"""Changing the settings of one check: on or off, how severe, its thresholds and lists. Kept in the content pack."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

from desktop.changes import Changes
from desktop.cleanse.catalogue import CheckInfo, all_checks, describe
from desktop.cleanse.model import Severity
from desktop.content.service import ContentService
from desktop.errors import InvalidInput, NotFound

KIND = "cleanse_checks"


def setting_text(value: Any) -> str:
    """A setting as a person writes it: lists with commas, nothing for no value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def parse_setting(name: str, text: str, default: Any) -> Any:
    """What a person wrote, in the form of the default. Raises InvalidInput naming the setting."""
    text = text.strip()
    if isinstance(default, bool):
        if text.lower() not in ("yes", "no"):
            raise InvalidInput(f"“{name}” is yes or no.", field=name)
        return text.lower() == "yes"
    if isinstance(default, list | tuple):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [_number(name, part) for part in parts] if default and isinstance(default[0], int) else parts
    if isinstance(default, int):
        return _number(name, text)
    if name.endswith("date"):
        return _day(name, text)
    return text or None


def configure(
    content: ContentService, check_id: str, *, on: bool, severity: Severity, settings: Mapping[str, str]
) -> Changes:
    """Set a check as a person wrote it, as one undoable step; what equals the declaration's default is not kept.

    Raises NotFound for an unknown check, InvalidInput naming the setting that cannot be used.
    """
    check = next((one for one in all_checks() if one.id == check_id), None)
    if check is None:
        raise NotFound(f"There is no check {check_id}.")
    values = {name: parse_setting(name, settings.get(name, ""), default) for name, default in check.defaults.items()}
    body: dict[str, Any] = copy.deepcopy(dict(content.pack(KIND).body))
    entry: dict[str, Any] = {"on": on, "severity": severity.value}
    own = {name: value for name, value in values.items() if value != check.defaults[name]}
    body.setdefault("checks", {})[check_id] = {**entry, **({"settings": own} if own else {})}
    return content.adjust(KIND, body, title=f"Set check {check_id}" if on else f"Switch check {check_id} off")


def check_info(content: ContentService, check_id: str) -> CheckInfo:
    """One check under the settings in force. Raises NotFound."""
    for check in all_checks():
        if check.id == check_id:
            return describe(check, content.pack(KIND).body.get("checks", {}))
    raise NotFound(f"There is no check {check_id}.")


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise InvalidInput(f"“{name}” is a whole number of nought or more.", field=name)
    return int(text)


def _day(name: str, text: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InvalidInput(f"“{name}” is a date such as 2026-11-23, or nothing.", field=name) from error
