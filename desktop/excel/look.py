"""The look of our workbooks: roles of cells, read from resources/workbook/style.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.excel.cells import CellStyle

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

STYLE_FILE = Path(__file__).parents[2] / "resources" / "workbook" / "style.json"


@dataclass(frozen=True)
class Look:
    """Cell styles by role (title, about, link, heading, text, wrapped, strong, number ...)."""

    roles: dict[str, CellStyle]
    words: dict[str, tuple[str, str]]
    """Words that stand out wherever they fill a cell: text colour and fill. The word itself carries the meaning."""

    def __getitem__(self, role: str) -> CellStyle:
        """The style of a role."""
        return self.roles[role]


def load_look(path: Path = STYLE_FILE) -> Look:
    """Read a look from its JSON file."""
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    colours: dict[str, str] = raw["colours"]
    roles = {name: _style(raw["font"], colours, role) for name, role in raw["roles"].items()}
    return Look(roles, {word: (ink["colour"], ink["fill"]) for word, ink in raw["words"].items()})


def _style(font: str, colours: dict[str, str], role: dict[str, Any]) -> CellStyle:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    return CellStyle(
        font=Font(
            name=font,
            size=role["size"],
            bold=role.get("bold", False),
            underline="single" if role.get("underline") else None,
            color=colours[role["colour"]],
        ),
        alignment=Alignment(
            horizontal="right" if role.get("right") else "left",
            vertical="center",
            wrap_text=role.get("wrap", False),
            indent=1 if role.get("line") or role.get("fill") else 0,
        ),
        fill=PatternFill("solid", fgColor=colours[role["fill"]]) if "fill" in role else None,
        border=Border(bottom=Side("thin", color=colours["line"])) if role.get("line") else None,
    )


def mark_words(sheet: Worksheet, cells: str, look: Look) -> None:
    """Let the look's words stand out in a range, whatever number of rows it has."""
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import Font, PatternFill

    for word, (ink, fill) in look.words.items():
        rule = CellIsRule("equal", [f'"{word}"'], font=Font(color=ink, bold=True), fill=PatternFill(bgColor=fill))
        sheet.conditional_formatting.add(cells, rule)
