"""What can be done with defects and work-off items: add, change one or many, link to results; each asks, then saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from desktop.changes import Changes
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.testing.model import Defect, DefectDetails, DefectStatus, WorkOff, WorkOffDetails, WorkOffStatus
from ui.context import Context
from ui.dialogs.choose_records import choose_records
from ui.dialogs.exceptions import typed_day
from ui.dialogs.form import Field
from ui.dialogs.saving_form import KEEP, Work, ask_and_save, kept_or

DEFECTS, ITEMS = ("defect", "defects"), ("work-off item", "work-off items")
_DAY = "dd/mm/yyyy"
_HINT = "What is left empty stays as it is; a single - clears it."


def iso_day(text: str, field: str) -> str:
    """A day typed as dd/mm/yyyy or yyyy-mm-dd as an ISO text; '' for none. Raises InvalidInput."""
    day = typed_day(text, field)
    return day.isoformat() if day else ""


def day_to_type(text: str) -> str:
    """An ISO day as a form shows it, dd/mm/yyyy; a moment stays as it is."""
    return f"{text[8:10]}/{text[5:7]}/{text[:4]}" if len(text) == 10 and text[4] == text[7] == "-" else text


class DefectActions:
    """The verbs of the Defects page, also asked for by others; `parent` is under the dialogs."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        self._context, self._parent = context, parent

    # -- defects -------------------------------------------------------------------------------------------------------

    def add(
        self,
        result_ids: Sequence[int] = (),
        title: str = "",
        description: str = "",
        done: Callable[[int], object] | None = None,
    ) -> None:
        """A new defect, seen in these results; `done` gets its id."""
        defects, seen = self._context.workspace.defects, list(result_ids)
        made: list[int] = []

        def work_of(values: dict[str, str]) -> Work:
            details = _defect_details(values, DefectDetails(""))

            def work(_job: Job) -> Changes:
                number, changes = defects.save(details, None, seen)
                made.append(number)
                return changes

            return work

        intro = f"It is linked to {len(seen):,} {'result' if len(seen) == 1 else 'results'}." if seen else ""
        start = DefectDetails(title, description=description)
        if ask_and_save(
            self._context, self._parent, "Raise a defect", self._fields(start), "Add the defect", work_of, intro
        ) and done and made:  # fmt: skip
            done(made[0])

    def edit(self, ids: Sequence[int]) -> None:
        """All of one defect; what is the same for many of them."""
        defects, wanted = self._context.workspace.defects, list(ids)
        if len(wanted) == 1:
            self._context.read("Reading the defect", lambda _job: defects.defect(wanted[0]), self._edit_one)
        elif wanted:
            self._edit_many(wanted)

    def mark(self, ids: Sequence[int], status: DefectStatus) -> None:
        """Give defects a status."""
        defects, wanted = self._context.workspace.defects, list(ids)
        if wanted:
            self._context.change("Saving", lambda _job: defects.edit(wanted, status=status), quiet=True)

    def link(self, defect: Defect) -> None:
        """Choose the results that it was seen in too."""
        workspace = self._context.workspace

        def ask(source: object) -> None:
            chosen = choose_records(
                self._parent,
                f"Results in which {defect.ref} was seen",
                source,  # type: ignore[arg-type]
                keys=("key", "title", "status", "run", "executed"),
                verb="Link",
                word=("result", "results"),
                already=[one[0] for one in defect.results],
            )
            if chosen:
                self._context.change("Linking", lambda _job: workspace.defects.link(defect.id, chosen), quiet=True)

        self._context.read("Reading the results", lambda _job: workspace.test_runs.table(), ask)

    def unlink(self, defect_id: int, result_id: int) -> None:
        """It was not seen in this result after all."""
        defects = self._context.workspace.defects
        self._context.change("Unlinking", lambda _job: defects.unlink(defect_id, [result_id]), quiet=True)

    # -- the work-off plan ---------------------------------------------------------------------------------------------

    def add_item(
        self, defect: Defect | None = None, requirement: int | None = None, done: Callable[[int], object] | None = None
    ) -> None:
        """A new work-off item, for a defect or a requirement."""
        start = WorkOffDetails(
            f"Mend {defect.ref}: {defect.details.title}" if defect else "",
            defect_id=defect.id if defect else None,
            requirement_id=requirement,
            owner=defect.details.owner if defect else "",
            due=defect.details.due if defect else "",
        )
        self._ask_item("Add a work-off item", start, None, "Add the item", done)

    def edit_items(self, ids: Sequence[int]) -> None:
        """All of one item; what is the same for many of them."""
        defects, wanted = self._context.workspace.defects, list(ids)
        if len(wanted) == 1:

            def ask(item: WorkOff) -> None:
                self._ask_item(f"Edit {item.ref}", item.details, item.id, "Save the item")

            self._context.read("Reading the item", lambda _job: defects.work_off(wanted[0]), ask)
        elif wanted:
            self._edit_many_items(wanted)

    def mark_items(self, ids: Sequence[int], status: WorkOffStatus) -> None:
        """Give items a status."""
        defects, wanted = self._context.workspace.defects, list(ids)
        if wanted:
            self._context.change("Saving", lambda _job: defects.edit_work_off(wanted, status=status), quiet=True)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _fields(self, now: DefectDetails) -> tuple[Field, ...]:
        scale = self._context.workspace.pit.severities()
        severities = (("", "(not judged)"), *((one.id, one.name) for one in scale))
        blocking = [one.name for one in scale if one.blocks_exit]
        return (
            Field("title", "Title", now.title),
            Field("description", "Description", now.description, long=True),
            Field("severity", "Severity", now.severity, severities,
                  hint=f"A gate is not passed with one open that is {' or '.join(blocking)}." if blocking else ""),
            Field("status", "Status", now.status.value,
                  tuple((one.value, one.value.capitalize()) for one in DefectStatus)),
            Field("owner", "Owner", now.owner),
            Field("due", "Due", day_to_type(now.due), hint=_DAY),
            Field("key", "Own number", now.key, hint="Its number in your own defect tool."),
            Field("resolution", "Resolution", now.resolution, long=True),
        )  # fmt: skip

    def _edit_one(self, defect: Defect) -> None:
        defects = self._context.workspace.defects

        def work_of(values: dict[str, str]) -> Work:
            details = _defect_details(values, defect.details)
            return lambda _job: defects.save(details, defect.id)[1]

        ask_and_save(
            self._context, self._parent, f"Edit {defect.ref}", self._fields(defect.details), "Save the defect", work_of
        )

    def _edit_many(self, ids: list[int]) -> None:
        defects = self._context.workspace.defects
        scale = self._context.workspace.pit.severities()

        def work_of(values: dict[str, str]) -> Work:
            due, owner = kept_or(values["due"]), kept_or(values["owner"])
            day = due if not due else iso_day(due, "due")
            status, severity = values["status"] or None, values["severity"] or None
            if (status, severity, owner, day) == (None, None, None, None):
                raise InvalidInput("Nothing was entered.", field="status")
            return lambda _job: defects.edit(
                ids, status=DefectStatus(status) if status else None, severity=severity, owner=owner, due=day
            )

        count = _counted(len(ids), DEFECTS)
        ask_and_save(
            self._context,
            self._parent,
            f"Edit {count}",
            (
                Field(
                    "status", "Status", "", (("", KEEP), *((one.value, one.value.capitalize()) for one in DefectStatus))
                ),
                Field("severity", "Severity", "", (("", KEEP), *((one.id, one.name) for one in scale))),
                Field("owner", "Owner"),
                Field("due", "Due", hint=_DAY),
            ),
            f"Edit {count}",
            work_of,
            _HINT,
        )

    def _ask_item(
        self,
        title: str,
        now: WorkOffDetails,
        item_id: int | None,
        verb: str,
        done: Callable[[int], object] | None = None,
    ) -> None:
        workspace = self._context.workspace
        made: list[int] = []

        def ask(found: tuple[list[tuple[str, str]], list[tuple[str, str]]]) -> None:
            defects, requirements = found

            def work_of(values: dict[str, str]) -> Work:
                details = replace(
                    now,
                    title=values["title"],
                    description=values["description"],
                    defect_id=int(values["defect"]) if values["defect"] else None,
                    requirement_id=_meant(values["requirement"], requirements),
                    owner=values["owner"],
                    due=iso_day(values["due"], "due"),
                    status=WorkOffStatus(values["status"]),
                    agreed_by=values["agreed_by"],
                    agreed_on=iso_day(values["agreed_on"], "agreed_on"),
                    closed=now.closed if WorkOffStatus(values["status"]) is now.status else "",
                    note=values["note"],
                )

                def work(_job: Job) -> Changes:
                    number, changes = workspace.defects.save_work_off(details, item_id)
                    made.append(number)
                    return changes

                return work

            key = next((words for number, words in requirements if number == str(now.requirement_id)), "")
            fields = (
                Field("title", "What is to be done", now.title),
                Field("description", "Description", now.description, long=True),
                Field("defect", "Defect", str(now.defect_id or ""), (("", "(none)"), *defects)),
                Field("requirement", "Requirement", key, suggestions=tuple(words for _, words in requirements)),
                Field("owner", "Owner", now.owner),
                Field("due", "Due", day_to_type(now.due), hint=_DAY),
                Field("status", "Status", now.status.value,
                      tuple((one.value, one.value.capitalize()) for one in WorkOffStatus)),
                Field("agreed_by", "Agreed by", now.agreed_by, hint="At the Code Body, or the test manager."),
                Field("agreed_on", "Agreed on", day_to_type(now.agreed_on), hint=_DAY),
                Field("note", "Note", now.note),
            )  # fmt: skip
            if ask_and_save(self._context, self._parent, title, fields, verb, work_of) and done and made:
                done(made[0])

        def read(_job: Job) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
            defects = [(str(one.id), f"{one.ref} {one.details.title}") for one in workspace.defects.defects()]
            table = workspace.trace.requirements()
            frame = table.frame(0, table.count())
            keys = [str(key) for key in frame["key"]] if table.count() else []
            return defects, list(zip(map(str, table.ids(0, table.count())), keys, strict=True))

        self._context.read("Reading what it can be for", read, ask)

    def _edit_many_items(self, ids: list[int]) -> None:
        defects = self._context.workspace.defects

        def work_of(values: dict[str, str]) -> Work:
            said = {name: kept_or(values[name]) for name in ("owner", "agreed_by")}
            days = {
                name: text if not (text := kept_or(values[name])) else iso_day(text, name)
                for name in ("due", "agreed_on")
            }
            status = values["status"] or None
            if status is None and not any(value is not None for value in (*said.values(), *days.values())):
                raise InvalidInput("Nothing was entered.", field="status")
            return lambda _job: defects.edit_work_off(
                ids, status=WorkOffStatus(status) if status else None, **said, **days
            )

        count = _counted(len(ids), ITEMS)
        ask_and_save(
            self._context,
            self._parent,
            f"Edit {count}",
            (
                Field(
                    "status",
                    "Status",
                    "",
                    (("", KEEP), *((one.value, one.value.capitalize()) for one in WorkOffStatus)),
                ),
                Field("owner", "Owner"),
                Field("due", "Due", hint=_DAY),
                Field("agreed_by", "Agreed by"),
                Field("agreed_on", "Agreed on", hint=_DAY),
            ),
            f"Edit {count}",
            work_of,
            _HINT,
        )


def _defect_details(values: dict[str, str], before: DefectDetails) -> DefectDetails:
    status = DefectStatus(values["status"])
    return replace(
        before,
        title=values["title"],
        description=values["description"],
        severity=values["severity"],
        status=status,
        owner=values["owner"],
        due=iso_day(values["due"], "due"),
        key=values["key"],
        resolution=values["resolution"],
        closed=before.closed if status is before.status else "",
    )


def _meant(text: str, requirements: Sequence[tuple[str, str]]) -> int | None:
    """The requirement whose key was typed. Raises InvalidInput for a key that is not here."""
    if not text:
        return None
    for number, key in requirements:
        if key.casefold() == text.casefold():
            return int(number)
    raise InvalidInput(f"There is no requirement “{text}” here.", field="requirement")


def _counted(count: int, word: tuple[str, str]) -> str:
    return f"{count:,} {word[0] if count == 1 else word[1]}"
