"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from desktop.errors import PlainError


class WrongUsage(PlainError):
    """Arguments that cannot be together, found before anything was done; the exit status is that of wrong usage."""


def day(text: str) -> date:
    """Read an ISO date (2026-11-23) or DD/MM/YYYY; anything else is wrong usage."""
    try:
        if "/" in text:
            first, second, year = text.split("/")
            return date(int(year), int(second), int(first))
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date such as 2026-11-23 or 23/11/2026") from error


def item_heading(text: str) -> tuple[str, str]:
    """Read ITEM=HEADING; an item that is not known is wrong usage."""
    from desktop.portfolio.items import ITEMS  # every command imports this module, one of them reads items
    from desktop.portfolio.mapping import ITEM_ALIASES

    item, equals, heading = text.partition("=")
    item = ITEM_ALIASES.get(item, item)
    if not equals or item not in ITEMS:
        raise argparse.ArgumentTypeError(
            f"“{text}” is not ITEM=HEADING with an item such as mpan, postcode or supply_start_date"
        )
    return item, heading


class HeadingOfItem(argparse.Action):
    """Gathers `--map` pairs; two headings for one item are wrong usage, for either could be the one that was meant."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Add one (item, heading) pair."""
        item, heading = values
        pairs: list[tuple[str, str]] = getattr(namespace, self.dest)
        earlier = dict(pairs).get(item, heading)
        if earlier != heading:
            raise argparse.ArgumentError(self, f"{item} is given two headings, “{earlier}” and “{heading}”")
        setattr(namespace, self.dest, [*pairs, (item, heading)])


def add_workspace(command: argparse.ArgumentParser, *, required: bool) -> None:
    """Add `--workspace DIR`."""
    command.add_argument(
        "--workspace", type=Path, metavar="DIR", required=required, help="the workspace folder to work in"
    )


def add_json(command: argparse.ArgumentParser) -> None:
    """Add `--json OUT`, `-` being standard output."""
    command.add_argument(
        "--json", metavar="OUT", help="write the result as JSON to this file, or - for standard output"
    )


def add_mpans(command: argparse.ArgumentParser) -> None:
    """Add `--mpans full|last-four|counts`."""
    command.add_argument(
        "--mpans",
        choices=("full", "last-four", "counts"),
        default="full",
        help="how MPANs, which are personal data, stand in workbooks: in full, last four digits, or counts only",
    )


def must_be_workbook(option: str, path: Path | None) -> None:
    """Raise WrongUsage when a report's name does not end in .xlsx."""
    if path is not None and path.suffix.casefold() != ".xlsx":
        raise WrongUsage(f"{option} writes an Excel workbook, so “{path.name}” has to end in .xlsx.")


def figures(text: str) -> str:
    """A fingerprint or hash to hold something against. Given without any figures it would hold nothing, and say yes."""
    if not text.strip():
        raise argparse.ArgumentTypeError("there are no figures in it, so nothing would be held against it")
    return text
