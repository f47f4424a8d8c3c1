"""Write docs/checks.md and docs/command-line.md from the code, so that they cannot drift; a test holds them.

Usage: python docs/make_pages.py   (from the project's root)
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from desktop.cleanse.catalogue import all_checks  # noqa: E402
from desktop.cleanse.check_settings import setting_text  # noqa: E402
from desktop.cli.main import parser  # noqa: E402
from desktop.portfolio.items import ITEMS  # noqa: E402

FAMILIES = {
    "FIL": "The file",
    "FMT": "The form of one cell",
    "ROW": "Rows against each other",
    "XFD": "Fields of one row against each other",
    "TMP": "Dates",
}


def checks_page() -> str:
    """The catalogue of checks as Markdown."""
    lines = [
        "# The checks",
        "",
        "Written from the code by `docs/make_pages.py`. Severity: **Block** cannot be identified, migrated or billed safely; "
        "**High** likely rejection or mis-settlement; **Med** put right soon; **Low** information. The rules are drawn by us from "
        "public facts (`suggested`); no Code Body's own list was available. Each can be switched off, graded and given other "
        "thresholds under Settings › Checks.",
    ]
    family = ""
    for check in all_checks():
        if check.id[:3] != family:
            family = check.id[:3]
            lines += ["", f"## {FAMILIES[family]} ({family})"]
        needs = ", ".join(
            " or ".join(ITEMS[n].title for n in ([need] if isinstance(need, str) else need)) for need in check.needs
        )
        lines += ["", f"### {check.id} {check.title}", "", check.explanation, ""]
        lines.append(f"- Severity {check.severity.value}; mended by: {check.party.title}")
        if needs:
            lines.append(f"- Needs: {needs}")
        if check.needs_tables:
            lines.append(f"- Needs the industry table {', '.join(check.needs_tables)}")
        if check.unless:
            lines.append(f"- Not shown on a row that has: {', '.join(check.unless)}")
        lines.append(f"- How it is mended: {check.fix_hint}")
        if check.defaults:
            lines.append(
                "- Settings: "
                + "; ".join(f"{name} = {setting_text(v) or 'none'}" for name, v in check.defaults.items())
            )
        lines.append(f"- Source: {check.basis}")
    return "\n".join(lines) + "\n"


def command_page() -> str:
    """The command line as Markdown."""
    top = parser()
    lines = [
        "# The command line",
        "",
        "Written from the code by `docs/make_pages.py`. Without a command `mhhs-desk` opens the window. Results go to standard "
        "output or the named file, progress to standard error. Exit status: 0 it ran (findings or not), 1 it could not finish "
        "(the reason in a sentence; nothing is half-written), 2 wrong usage.",
    ]
    for name, command in _commands(top):
        lines += ["", f"## mhhs-desk {name}", "", str(command.description)]
        if _inner(command) is not None:
            continue
        lines += ["", "| argument | meaning |", "|---|---|"]
        for action in command._actions:
            if action.help == argparse.SUPPRESS or action.dest == "help":
                continue
            words = ", ".join(action.option_strings)
            if action.nargs != 0:
                words = f"{words} {_value(action)}".strip()
            lines.append(f"| `{words}` | {str(action.help).replace('|', chr(92) + '|')} |")
    lines += ["", "## The items that `--map` takes", "", "| item | shown as |", "|---|---|"]
    lines += [f"| `{item.name}` | {item.title} |" for item in ITEMS.values()]
    return "\n".join(lines) + "\n"


def _value(action: argparse.Action) -> str:
    """What an argument takes, as `--help` calls it."""
    if action.metavar:
        return str(action.metavar)
    if action.choices:
        return "{" + ",".join(map(str, action.choices)) + "}"
    return action.dest.upper()


def _inner(command: argparse.ArgumentParser) -> argparse._SubParsersAction | None:
    """The commands of a command, if it has some."""
    return next((a for a in command._actions if isinstance(a, argparse._SubParsersAction)), None)


def _commands(top: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its full name, those of a command after it."""
    inner = _inner(top)
    for name, command in inner.choices.items() if inner else ():
        yield f"{before}{name}", command
        yield from _commands(command, f"{before}{name} ")


PAGES = {"checks.md": checks_page, "command-line.md": command_page}

if __name__ == "__main__":
    for name, write in PAGES.items():
        (ROOT / "docs" / name).write_text(write(), encoding="utf-8")
