"""Recipients' own templates: loaded once, mapped, remembered by version, filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.content.service import ContentService
from desktop.errors import FileRefused, InvalidInput
from desktop.jobs import Job
from desktop.submissions.content import Content
from desktop.submissions.filling.filler import fill
from desktop.submissions.filling.items import items_of
from desktop.submissions.filling.keeping import Keeping
from desktop.submissions.filling.looking import look_at
from desktop.submissions.filling.model import (
    Filled,
    FillProblem,
    Item,
    Template,
    TemplateLook,
    TemplateMapping,
)
from desktop.submissions.filling.opened import TemplateBook
from desktop.submissions.filling.plan import plan_of
from desktop.submissions.filling.suggesting import suggested
from local_db.blobs import BlobStore
from local_db.connection import Store


class TemplateService:
    """What pages and commands call about templates. Every call may run on a worker thread."""

    def __init__(self, store: Store, blobs: BlobStore, content: ContentService, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._keeping = Keeping(store, blobs, content, actor, clock)

    def look(self, path: Path, job: Job | None = None) -> TemplateLook:
        """What a workbook is and where it can be filled. Raises FileRefused (macros, encrypted, no workbook ...)."""
        job = job or Job()
        with TemplateBook(path, job) as book:
            return look_at(book, job)

    def add(
        self, path: Path, *, recipient: str, kind: str, title: str = "", document: str = "", job: Job | None = None
    ) -> tuple[Template, Changes]:
        """Keep a template for a recipient and a kind (undoable); the same bytes again are the template that is there.

        The one in use before is retired in the same step; its mapping is carried over where the places are still there;
        `not_carried` of what is given back tells of the others.
        Raises InvalidInput, FileRefused.
        """
        return self._keeping.add(path, recipient=recipient, kind=kind, title=title, document=document, job=job or Job())

    def templates(self, *, retired: bool = False) -> tuple[Template, ...]:
        """Those in use, by recipient and kind; with `retired` all."""
        return self._keeping.templates(retired=retired)

    def get(self, template_id: int) -> Template:
        """One. Raises NotFound."""
        return self._keeping.get(template_id)

    def for_recipient(self, recipient: str, kind: str) -> Template | None:
        """The one in use for a recipient and kind that is mapped."""
        for one in self.templates():
            if (one.recipient, one.kind) == (recipient, kind) and one.mapped:
                return one
        return None

    def not_mapped(self, recipient: str, kind: str) -> Template | None:
        """The one in use for a recipient and kind of which nobody said what goes where: it is not filled."""
        found = [one for one in self.templates() if (one.recipient, one.kind) == (recipient, kind)]
        return found[0] if found and not any(one.mapped for one in found) else None

    def spots(self, template_id: int, job: Job | None = None) -> TemplateLook:
        """The same as `look`, of a kept one."""
        template = self.get(template_id)
        return replace(self.look(self._keeping.path(template), job), file_name=template.file_name)

    def items(self, content: Content | None, values: Mapping[str, str] | None = None) -> tuple[Item, ...]:
        """What can be put into a template; `values`: examples, as `SubmissionService.template_values` gives them.

        Single values (participant.name, submission.ref, recipient.name, position and `values` of the content), and
        columns of its tables ('table.column').
        """
        return items_of(content, values)

    def suggest(self, look: TemplateLook, content: Content) -> TemplateMapping:
        """What goes where by its names (labels and headings against our titles); a person looks at it."""
        return suggested(look, content)

    def save_mapping(self, template_id: int, mapping: TemplateMapping) -> Changes:
        """Keep it as the next version (undoable); the same again changes nothing.

        Raises InvalidInput (nothing goes anywhere, a place that is not there, a place with a formula, two items in one
        place), NotFound.
        """
        template = self.get(template_id)
        if not mapping.cells and not mapping.tables:
            raise InvalidInput(
                "Nothing goes anywhere in the template, so it would be handed over empty.",
                safe="What goes where in it is as it was.",
                todo="Say of one place at least what goes there, or retire the template.",
                field="mapping",
            )
        found = next((one for one in self.problems(template_id, mapping) if one.refuses), None)
        if found is not None:
            raise InvalidInput(found.words, field="mapping")
        return self._keeping.save_mapping(template, mapping)

    def problems(
        self,
        template_id: int,
        mapping: TemplateMapping,
        content: Content | None = None,
        values: Mapping[str, str] | None = None,
    ) -> tuple[FillProblem, ...]:
        """What stands in the way of filling it so, and what to know; `values`: the single values, where known."""
        job = Job()
        with TemplateBook(self._keeping.path(self.get(template_id)), job) as book:
            return tuple(plan_of(book, mapping, content, values, job).problems)

    def retire(self, template_id: int, reason: str) -> Changes:
        """Do not use it any more; what was filled stays. Undoable."""
        return self._keeping.retire(self.get(template_id), reason)

    def restore(self, template_id: int) -> Changes:
        """Use a retired one again with its mapping (undoable); the one in use meanwhile is retired in the same step.

        Raises InvalidInput (its recipient or kind is not in the content in use), NotFound.
        """
        return self._keeping.restore(self.get(template_id))

    def fill(
        self, template_id: int, values: dict[str, str], content: Content, path: Path, job: Job | None = None
    ) -> Filled:
        """Write a filled copy: the sheets' XML alone is edited, every other part is copied byte for byte.

        `values`: single values of submission and recipient beside those of the content. The same gives the same bytes.
        Raises FileRefused when something would be lost (says what), NotSaved, Cancelled.
        """
        template = self.get(template_id)
        if not template.mapped:
            raise FileRefused(
                f"The template “{template.title}” is not mapped: nobody said yet what goes where in it.",
                safe="Nothing was written.",
                todo="Map it on the page of templates.",
            )
        return fill(self._keeping.path(template), template.mapping, values, content, path, job=job or Job())

    def save_original(self, template_id: int, path: Path) -> None:
        """Write the template as it was loaded, byte for byte."""
        self._keeping.save_original(self.get(template_id), path)
