"""What can be done with requirements and cases: link, confirm, edit one or many, add; each asks, then saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.changes import Changes
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.pit.model import Reliance
from desktop.testing.model import Case, CaseEdit, Requirement, RequirementEdit
from ui.context import Context, Tone
from ui.dialogs.case_form import CaseDialog
from ui.dialogs.choose_records import choose_records
from ui.dialogs.confirm import confirm
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save, kept_or, save_and_close

CASES, REQUIREMENTS = ("test case", "test cases"), ("requirement", "requirements")
_HINT = "What is left empty stays as it is; a single - clears it."


class TraceActions:
    """The verbs of the Traceability page; `parent` is the page, under its dialogs."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        self._context, self._parent = context, parent

    # -- links ---------------------------------------------------------------------------------------------------------

    def link_cases(self, requirement_ids: Sequence[int], linked: Sequence[int]) -> None:
        """Choose cases for these requirements; `linked` are those that all of them have."""
        workspace, wanted = self._context.workspace, list(requirement_ids)
        if not wanted:
            return

        def ask(source: object) -> None:
            chosen = choose_records(
                self._parent,
                f"Link test cases to {counted(len(wanted), REQUIREMENTS)}",
                source,  # type: ignore[arg-type]
                keys=("key", "title", "stage"),
                verb="Link",
                word=CASES,
                already=linked,
                intro="A case that is for a requirement is told when the requirement changes.",
            )
            if chosen:
                self._change("Linking", lambda _job: workspace.requirements.link(wanted, chosen))

        self._context.read("Reading the cases", lambda _job: workspace.trace.cases(), ask)

    def link_requirements(self, case_ids: Sequence[int], linked: Sequence[int]) -> None:
        """Choose requirements for these cases."""
        workspace, wanted = self._context.workspace, list(case_ids)
        if not wanted:
            return

        def ask(source: object) -> None:
            chosen = choose_records(
                self._parent,
                f"Link requirements to {counted(len(wanted), CASES)}",
                source,  # type: ignore[arg-type]
                keys=("key", "title", "family"),
                verb="Link",
                word=REQUIREMENTS,
                already=linked,
            )
            if chosen:
                self._change("Linking", lambda _job: workspace.requirements.link(chosen, wanted))

        self._context.read("Reading the requirements", lambda _job: workspace.trace.requirements(), ask)

    def unlink(self, link_ids: Sequence[int]) -> None:
        """Remove links; Edit › Undo brings them back."""
        requirements = self._context.workspace.requirements
        self._change("Unlinking", lambda _job: requirements.unlink(list(link_ids)))

    def confirm(self, link_ids: Sequence[int]) -> None:
        """Say that the cases still test what changed."""
        requirements = self._context.workspace.requirements
        self._change("Confirming", lambda _job: requirements.confirm(list(link_ids)))

    def confirm_all(self) -> None:
        """Say so of every link whose requirement changed, after a question."""
        requirements = self._context.workspace.requirements

        def ask(links: list[int]) -> None:
            if not links:
                self._context.say("No requirement changed since its cases were looked at.", Tone.INFO)
                return
            count = f"{len(links):,} {'link' if len(links) == 1 else 'links'}"
            words = (
                "The requirement of each reads otherwise than when its case was looked at. Confirm what you looked at."
            )
            if confirm(self._parent, f"Confirm {count}?", words, f"Confirm {count}"):
                self.confirm(links)

        self._context.read("Reading the links", lambda _job: requirements.links_to_confirm(), ask)

    # -- requirements --------------------------------------------------------------------------------------------------

    def add_requirement(self) -> None:
        """A requirement typed by hand."""
        requirements = self._context.workspace.requirements
        families, stages = self._words()

        def work_of(values: dict[str, str]) -> Work:
            key = values.pop("key")
            edit = RequirementEdit(**values)  # type: ignore[arg-type]
            return lambda _job: requirements.add_requirement(key, edit)

        ask_and_save(
            self._context,
            self._parent,
            "Add a requirement",
            (
                Field("key", "Key", hint="The document’s own id, such as RTTM-0001."),
                *_requirement_fields(None, families, stages),
            ),
            "Add the requirement",
            work_of,
        )

    def edit_requirements(self, ids: Sequence[int]) -> None:
        """All fields of one requirement; what is the same for many of them."""
        requirements = self._context.workspace.requirements
        wanted = list(ids)
        if len(wanted) == 1:
            self._context.read("Reading", lambda _job: requirements.requirement(wanted[0]), self._edit_requirement)
        elif wanted:
            self._edit_many(
                wanted,
                REQUIREMENTS,
                ("family", "stage", "owner", "priority", "note"),
                lambda values: partial(_run, requirements.edit_requirements, wanted, RequirementEdit(**values)),  # type: ignore[arg-type]
            )

    def not_applicable(self, ids: Sequence[int], now: str = "") -> None:
        """Say why requirements do not apply to this participant; an empty reason makes them apply again."""
        requirements, wanted = self._context.workspace.requirements, list(ids)
        if not wanted:
            return

        def work_of(values: dict[str, str]) -> Work:
            if not values["applies"] and not now:
                raise InvalidInput(
                    "Say why it does not apply: whoever reads the matrix asks for that.", field="applies"
                )
            return lambda _job: requirements.edit_requirements(wanted, RequirementEdit(applies=values["applies"]))

        ask_and_save(
            self._context,
            self._parent,
            f"Mark {counted(len(wanted), REQUIREMENTS)} as not applicable",
            (
                Field(
                    "applies",
                    "Reason",
                    now,
                    hint="Such as: no unmetered supplies. Leave it empty to say that it applies after all."
                    if now
                    else "Such as: no unmetered supplies.",
                    long=True,
                ),
            ),
            f"Mark {counted(len(wanted), REQUIREMENTS)}",
            work_of,
            "It is not counted in the coverage any more, and stays in the matrix with the reason.",
        )

    def rest_on(self, ids: Sequence[int], now: int | None = None) -> None:
        """Let requirements rest on a third party's testing."""
        workspace, wanted = self._context.workspace, list(ids)
        if not wanted:
            return

        def ask(reliances: tuple[Reliance, ...]) -> None:
            if not reliances:
                self._context.say(
                    "There is no reliance yet. Enter the third party, what was tested and the agreement on the "
                    "PIT plan page first.",
                    Tone.INFO,
                )
                return
            choices = tuple(
                (str(one.id), f"{one.ref} {one.details.third_party}, {one.details.status.value}"
                 + ("" if one.proven else " (not proven yet)"))
                for one in reliances
            )  # fmt: skip

            def work_of(values: dict[str, str]) -> Work:
                edit = RequirementEdit(reliance_id=int(values["reliance"] or 0))
                return lambda _job: workspace.requirements.edit_requirements(wanted, edit)

            ask_and_save(
                self._context,
                self._parent,
                "Rest on a third party’s testing",
                (Field("reliance", "Reliance", str(now or ""), (("", "None: we test it ourselves"), *choices)),),
                f"Change {counted(len(wanted), REQUIREMENTS)}",
                work_of,
                "What was tested, the agreement and its evidence stand on the PIT plan page.",
            )

        self._context.read("Reading the reliance", lambda _job: workspace.pit.reliances(), ask)

    # -- cases ---------------------------------------------------------------------------------------------------------

    def add_case(self, requirement_ids: Sequence[int] = ()) -> None:
        """A case typed by hand, for these requirements."""
        requirements, wanted = self._context.workspace.requirements, list(requirement_ids)
        intro = f"It is linked to the {counted(len(wanted), REQUIREMENTS)} chosen." if wanted else ""

        def work(key: str, edit: CaseEdit) -> Work:
            return lambda _job: requirements.add_case(key, edit, wanted)

        self._ask_case(None, work, intro)

    def edit_cases(self, ids: Sequence[int]) -> None:
        """All fields and the steps of one case; what is the same for many of them."""
        requirements, wanted = self._context.workspace.requirements, list(ids)
        if len(wanted) == 1:

            def ask(case: Case) -> None:
                self._ask_case(case, lambda _key, edit: partial(_run, requirements.edit_cases, [case.id], edit))

            self._context.read("Reading the case", lambda _job: requirements.case(wanted[0]), ask)
        elif wanted:
            self._edit_many(
                wanted,
                CASES,
                ("scenario", "stage", "owner", "priority", "note"),
                lambda values: partial(_run, requirements.edit_cases, wanted, CaseEdit(**values)),  # type: ignore[arg-type]
            )

    def _ask_case(self, case: Case | None, work: Callable[[str, CaseEdit], Work], intro: str = "") -> None:
        def save(dialog: CaseDialog) -> None:
            save_and_close(self._context, dialog, work(*dialog.values()))

        dialog = CaseDialog(self._parent, case, self._words()[1], save, intro)
        dialog.exec()
        dialog.deleteLater()

    # -- inside --------------------------------------------------------------------------------------------------------

    def _edit_requirement(self, one: Requirement) -> None:
        requirements = self._context.workspace.requirements
        families, stages = self._words()

        def work_of(values: dict[str, str]) -> Work:
            edit = RequirementEdit(**values)  # type: ignore[arg-type]
            return lambda _job: requirements.edit_requirements([one.id], edit)

        ask_and_save(
            self._context,
            self._parent,
            f"Edit {one.key}",
            (
                *_requirement_fields(one, families, stages),
                Field("applies", "Does not apply", one.applies, hint="Why it does not apply; empty = it applies."),
            ),
            "Save the requirement",
            work_of,
        )

    def _edit_many(
        self,
        ids: Sequence[int],
        word: tuple[str, str],
        names: Sequence[str],
        work: Callable[[dict[str, str]], Work],
    ) -> None:
        families, stages = self._words()
        offered = {"family": families, "stage": stages}

        def work_of(values: dict[str, str]) -> Work:
            entered = {name: text for name, value in values.items() if (text := kept_or(value)) is not None}
            if not entered:
                raise InvalidInput("Nothing was entered.", field=names[0])
            return work(entered)

        fields = tuple(Field(name, name.capitalize(), suggestions=offered.get(name, ())) for name in names)
        ask_and_save(
            self._context,
            self._parent,
            f"Edit {counted(len(ids), word)}",
            fields,
            f"Edit {counted(len(ids), word)}",
            work_of,
            _HINT,
        )

    def _words(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Families and stages to offer, from the pack in use."""
        pit = self._context.workspace.pit
        return pit.families(), tuple(stage.name for stage in pit.stages())

    def _change(self, title: str, work: Callable[[Job], Changes]) -> None:
        self._context.change(title, work, quiet=True)


def _run(call: Callable[..., Changes], ids: list[int], edit: object, _job: Job) -> Changes:
    return call(ids, edit)


def counted(count: int, word: tuple[str, str]) -> str:
    """`1 test case`, `3 test cases`."""
    return f"{count:,} {word[0] if count == 1 else word[1]}"


def _requirement_fields(
    one: Requirement | None, families: tuple[str, ...], stages: tuple[str, ...]
) -> tuple[Field, ...]:
    return (
        Field("title", "Title", one.title if one else ""),
        Field("text", "Text", one.text if one else "", long=True),
        Field("family", "Family", one.family if one else "", suggestions=families),
        Field("stage", "Stage", one.stage if one else "", suggestions=stages),
        Field("party", "For", one.party if one else "", hint="The role or roles it is for, as the document has them."),
        Field("priority", "Priority", one.priority if one else ""),
        Field("owner", "Owner", one.owner if one else ""),
        Field("note", "Note", one.note if one else ""),
    )
