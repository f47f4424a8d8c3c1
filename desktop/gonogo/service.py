"""What is done, open, late and waiting for a milestone; findings and exceptions; declarations. One printable sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.clock import Clock
from desktop.cutover.model import Activity, ActivityState, Rag
from desktop.cutover.standing import needs_declaration
from desktop.declarations.model import Declaration, PdfPrinter
from desktop.errors import InvalidInput
from desktop.excel.names import file_name
from desktop.excel.saving import replacing
from desktop.gonogo import printed
from desktop.gonogo.cleansed import exceptions_of, findings_of, not_checked_of
from desktop.gonogo.in_the_way import in_the_way, named
from desktop.gonogo.model import GoNoGo, InTheWay, Line
from desktop.own_files import must_be_free
from desktop.uk_time import civil

if TYPE_CHECKING:
    from desktop.cleanse.service import CleanseService
    from desktop.cutover.service import CutoverService
    from desktop.declarations.service import DeclarationService
    from desktop.milestones.service import MilestoneService
    from desktop.participant.service import ParticipantService
    from desktop.pit.service import PitService
    from desktop.testing.defects import DefectService

__all__ = ["GoNoGo", "GoNoGoService", "InTheWay", "Line"]

_WORST = (Rag.RED, Rag.AMBER, Rag.GREEN)


class GoNoGoService:
    """Reads what the other services know; keeps nothing."""

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        participant: ParticipantService,
        milestones: MilestoneService,
        cleanse: CleanseService,
        cutover: CutoverService,
        declarations: DeclarationService,
        pit: PitService,
        defects: DefectService,
        folder: Path,
        head: Callable[[], tuple[int, str]],
        clock: Clock,
    ) -> None:
        """`folder` is the workspace's; `head` gives (number, hash) of the audit log's last entry."""
        self._participant = participant
        self._milestones = milestones
        self._cleanse = cleanse
        self._cutover = cutover
        self._declarations = declarations
        self._pit = pit
        self._defects = defects
        self._folder = folder
        self._head = head
        self._clock = clock

    def sheet(self, plan_id: int, now: datetime | None = None) -> GoNoGo:
        """Everything for one plan as it stands. Raises NotFound."""
        view = self._cutover.plan(plan_id, now)
        known = {one.id: one for one in self._milestones.milestones()}
        overview = self._cleanse.overview(view.now.date())
        declarations = self._of_plan(plan_id)
        wordings = {one.id: one.title for one in self._declarations.wordings()}
        missing = tuple(
            _needed(one, wordings)
            for one in view.activities
            if needs_declaration(one.details.type, one.details.declaration_needed)
            and one.state is not ActivityState.NOT_NEEDED
            and not any(made.details.activity_id == one.id and made.state.stands for made in declarations)
        )
        parts = _sorted(view.activities)
        sheet = GoNoGo(
            plan=view.plan,
            milestone=known.get(view.plan.details.milestone),
            now=view.now,
            rag=_worst([one.rag for one in view.activities if not one.state.finished]),
            findings=findings_of(overview),
            exceptions=exceptions_of(overview),
            not_checked=not_checked_of(overview),
            defects=self._open_defects(),
            declarations=declarations,
            declarations_missing=missing,
            audit_head=self._head(),
            organisation=self._participant.get().name,
            planned_end=view.planned_end,
            ends=view.ends,
            done=parts["done"],
            open=parts["open"],
            late=parts["late"],
            waiting=parts["waiting"],
            failed=parts["failed"],
            to_confirm=parts["to_confirm"],
        )
        return replace(sheet, in_the_way=in_the_way(sheet))

    def html(self, sheet: GoNoGo) -> str:
        """The sheet as one page of HTML for printing: everything that is on the screen, black on white.

        A rehearsal says so across the page.
        """
        return printed.html(sheet)

    def name(self, sheet: GoNoGo, ending: str = ".pdf") -> str:
        """The name to offer: ACME Go-no-go ACME-CUT-0001 2026-11-28.pdf; a rehearsal says so first."""
        day = civil(sheet.now)[0].isoformat()
        parts = ("REHEARSAL" if sheet.plan.rehearsal else "", self._participant.get().short_name, "Go-no-go")
        return file_name(" ".join(part for part in (*parts, sheet.plan.ref, day) if part), ending)

    def write(self, sheet: GoNoGo, path: Path, printer: PdfPrinter | None = None) -> None:
        """Write the sheet as HTML, or with a `printer` as PDF, as the name's ending asks, in place of `path`.

        Raises InvalidInput (`field` path), NotSaved with the old file kept.
        """
        ending = path.suffix.casefold()
        if ending not in (".html", ".pdf"):
            raise InvalidInput("A go/no-go sheet is written to a name that ends in .pdf or .html.", field="path")
        if ending == ".pdf" and printer is None:
            raise InvalidInput(
                "Here is nothing that prints a PDF.", field="path", todo="Write it to a name that ends in .html."
            )
        must_be_free(self._folder, path)
        page = self.html(sheet)
        data = printer(page) if ending == ".pdf" and printer else page.encode()
        with replacing(path) as file:
            file.write(data)

    def _open_defects(self) -> tuple[Line, ...]:
        levels = {one.id: one for one in self._pit.severities()}
        lines = []
        for severity, count in self._defects.open_by_severity().items():
            if count:
                level = levels.get(severity)
                blocks = level is not None and level.blocks_exit
                name = level.name if level else severity or "No severity given"
                lines.append(Line(name, "with one open a gate is not passed" if blocks else "", count, blocks))
        return tuple(lines)

    def _of_plan(self, plan_id: int) -> tuple[Declaration, ...]:
        made = [one for one in self._declarations.declarations() if one.details.plan_id == plan_id]
        return tuple(sorted(made, key=lambda one: (not one.state.stands, one.ref, -one.version)))


def _needed(one: Activity, wordings: Mapping[str, str]) -> str:
    """An activity with the declaration that it needs; the plan need not say which."""
    wanted = one.details.declaration_needed
    return f"{named(one)}: {wordings.get(wanted, wanted)}" if wanted else named(one)


def _sorted(activities: tuple[Activity, ...]) -> dict[str, tuple[Activity, ...]]:
    """The activities by how they stand; each is in one part, and those to confirm in `done` as well."""
    parts: dict[str, list[Activity]] = {
        name: [] for name in ("done", "open", "late", "waiting", "failed", "to_confirm")
    }
    for one in activities:
        if one.state.finished:
            parts["done"].append(one)
            if one.changed:
                parts["to_confirm"].append(one)
        elif one.state is ActivityState.FAILED:
            parts["failed"].append(one)
        elif one.late:
            parts["late"].append(one)
        elif one.state is ActivityState.WAITING:
            parts["waiting"].append(one)
        else:
            parts["open"].append(one)
    return {name: tuple(some) for name, some in parts.items()}


def _worst(found: list[Rag]) -> Rag:
    return next((one for one in _WORST if one in found), Rag.NONE)
