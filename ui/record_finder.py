"""Records in the palette: an MPAN typed or pasted, with or without spaces, leads to its findings and to its row."""

from __future__ import annotations

import re
from collections.abc import Iterable

from desktop.browse.view import Filter, Op, View
from desktop.jobs import Job
from ui.commands import Found
from ui.context import Context, Tone
from ui.pages.payloads import ShowFinding, ShowRow, ShowView

SHORTEST = 6
"""Digits from which a number is taken for an MPAN or a part of one."""
_MPAN = 13


def digits_of(typed: str) -> str:
    """The digits of an MPAN, or of a part of one; '' for any other text."""
    digits = re.sub(r"[\s\-]", "", typed)
    return digits if re.fullmatch(rf"[0-9]{{{SHORTEST},21}}", digits) else ""


def find_records(context: Context, typed: str) -> Iterable[Found]:
    """What the palette offers for what was typed. Nothing is read before one of them is chosen."""
    digits = digits_of(typed)
    if context.open_workspace is None or not digits:
        return ()
    if len(digits) == _MPAN:
        return (
            Found(f"Finding of MPAN {digits}", "The worst one, on the Cleanse page", "cleanse",
                  lambda: _go_to_finding(context, digits), "Finding"),
            Found(f"Row of MPAN {digits}", "In the newest portfolio", "portfolio",
                  lambda: _go_to_row(context, digits), "Row"),
        )  # fmt: skip
    return (
        Found(f"Findings of MPANs with {digits}", "All of them, gone and accepted ones too", "cleanse",
              lambda: _show(context, "cleanse", View(filters=(Filter("mpan", Op.CONTAINS, (digits,)),))), "Findings"),
        Found(f"Rows with {digits}", "In the newest portfolio", "portfolio",
              lambda: _show(context, "portfolio", View(text=digits)), "Rows"),
    )  # fmt: skip


def _show(context: Context, page: str, view: View) -> None:
    context.navigate(page, ShowView(view))


def _go_to_finding(context: Context, mpan: str) -> None:
    cleanse = context.workspace.cleanse

    def look(_job: Job) -> int | None:
        found = cleanse.findings_of(mpan)
        return found[0].fingerprint if found else None

    def go(fingerprint: int | None) -> None:
        if fingerprint is None:
            context.say(f"There is no finding of MPAN {mpan}.", Tone.INFO)
        else:
            context.navigate("cleanse", ShowFinding(fingerprint))

    context.read("Looking for the MPAN", look, go)


def _go_to_row(context: Context, mpan: str) -> None:
    portfolio = context.workspace.portfolio

    def look(_job: Job) -> ShowRow | None:
        snapshot = portfolio.latest()
        if snapshot is None:
            return None
        table = portfolio.table(snapshot.id)
        table.apply(View(text=mpan))
        rows = table.ids(0, 1)
        return ShowRow(snapshot.id, rows[0]) if rows else None

    def go(row: ShowRow | None) -> None:
        if row is None:
            context.say(f"There is no MPAN {mpan} in the newest portfolio.", Tone.INFO)
        else:
            context.navigate("portfolio", row)

    context.read("Looking for the MPAN", look, go)
