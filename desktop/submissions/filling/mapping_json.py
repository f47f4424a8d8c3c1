"""What goes where in a template, as it stands in workspaces."""

from __future__ import annotations

import json
from typing import Any

from desktop.submissions.filling.model import CellRule, TableRule, TemplateMapping


def to_json(mapping: TemplateMapping) -> str:
    """As text; the same mapping gives the same text."""
    said = {
        "cells": [{"spot": one.spot, "item": one.item} for one in mapping.cells],
        "tables": [
            {
                "sheet": one.sheet,
                "heading_row": one.heading_row,
                "table": one.table,
                "columns": [list(pair) for pair in one.columns],
                "first_row": one.first_row,
            }
            for one in mapping.tables
        ],
        "translations": [[item, [list(pair) for pair in pairs]] for item, pairs in mapping.translations],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def from_json(text: str) -> TemplateMapping:
    """Read what `to_json` wrote."""
    said: dict[str, Any] = json.loads(text)
    return TemplateMapping(
        tuple(CellRule(one["spot"], one["item"]) for one in said["cells"]),
        tuple(
            TableRule(
                one["sheet"], int(one["heading_row"]), one["table"], _pairs(one["columns"]), int(one["first_row"])
            )
            for one in said["tables"]
        ),
        tuple((str(item), _pairs(pairs)) for item, pairs in said["translations"]),
    )


def _pairs(said: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(first), str(second)) for first, second in said)
