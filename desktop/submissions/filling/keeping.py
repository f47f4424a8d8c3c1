"""Templates as they are kept in the workspace: added, mapped by version, retired; every step can be undone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.content.service import ContentService
from desktop.errors import FileRefused, InvalidInput, NotFound, WorkspaceDamaged
from desktop.evidence.taking import kept_name
from desktop.excel.saving import replacing
from desktop.jobs import Job
from desktop.submissions.filling.carrying import carried, in_words
from desktop.submissions.filling.looking import look_at
from desktop.submissions.filling.mapping_json import from_json, to_json
from desktop.submissions.filling.markup import SAFE, refuse
from desktop.submissions.filling.model import Template, TemplateLook, TemplateMapping
from desktop.submissions.filling.opened import TemplateBook
from local_db import templates as rows
from local_db.audit import timestamp
from local_db.blobs import BlobStore
from local_db.connection import Store
from local_db.edit import Edit

_BLOCK = 1 << 20


class Keeping:
    """Reads and writes the rows and bytes of templates."""

    def __init__(self, store: Store, blobs: BlobStore, content: ContentService, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store, self._blobs, self._content, self._actor, self._clock = store, blobs, content, actor, clock

    def templates(self, *, retired: bool) -> tuple[Template, ...]:
        """Those in use, or all."""
        connection = self._store.read()
        mappings = rows.newest_mappings(connection)
        names = self.recipients()
        return tuple(
            self._template(one, mappings.get(one.id), names) for one in rows.templates(connection, retired=retired)
        )

    def get(self, template_id: int) -> Template:
        """One. Raises NotFound."""
        connection = self._store.read()
        row = rows.template(connection, template_id)
        if row is None:
            raise NotFound("That template is not there.", todo="Reload the page.")
        return self._template(row, rows.newest_mappings(connection).get(template_id), self.recipients())

    def path(self, template: Template) -> Path:
        """Its bytes. Raises WorkspaceDamaged."""
        return self._blobs.path(template.sha256)

    def recipients(self) -> dict[str, str]:
        """Names of the recipients by id."""
        return {one["id"]: one["name"] for one in self._content.pack("recipients").body["recipients"]}

    def add(
        self, path: Path, *, recipient: str, kind: str, title: str, document: str, job: Job
    ) -> tuple[Template, Changes]:
        """See `TemplateService.add`."""
        self._store.require_writable()
        self._check(recipient, kind)
        with TemplateBook(path, job) as book:
            look = look_at(book, job)
            connection = self._store.read()
            before = rows.in_use(connection, recipient, kind)
            same = rows.of_content(connection, recipient, kind, look.sha256)
            if same is not None and not same.retired:
                return self.get(same.id), Changes()
            known = same is not None and same.id in rows.newest_mappings(connection)
            mapping, lost = self._carried(before, book, look, job) if not known else (None, ())
        staged = self._blobs.stage(_blocks(path, job))
        if staged.sha256 != look.sha256:
            staged.path.unlink(missing_ok=True)
            raise refuse("the file was changed while it was read", "Close it in other programs and choose it again.")
        blob = self._blobs.settle(staged, "evidence", lambda _bytes: job.check())
        file_name = kept_name(path.name)
        title = " ".join(title.split()) or path.stem
        words = f"Add the form “{title[:80]}” for {recipient}"
        with self._store.edit(
            action="template.add", title=words, subjects=[Subject.TEMPLATES], actor=self._actor, at=self._clock(),
            body={"recipient": recipient, "kind": kind, "file": file_name, "sha256": blob.sha256},
        ) as step:  # fmt: skip
            at = self._clock()
            self._blobs.name(step.connection, blob, at)
            others = [one.id for one in before if same is None or one.id != same.id]
            step.update("recipient_template", others, {"retired": f"Replaced by “{title}”"})
            if same is not None:
                added = same.id
                step.update(
                    "recipient_template", [added], {"retired": "", "title": title, "document": document.strip()}
                )
            else:
                added = step.insert("recipient_template", {
                    "recipient": recipient, "kind": kind, "title": title, "document": document.strip(),
                    "file_name": file_name, "sha256": blob.sha256, "size": blob.size, "added_at": timestamp(at),
                    "added_by": self._actor,
                })  # fmt: skip
            if mapping is not None and (mapping.cells or mapping.tables):
                self._insert_mapping(step, added, 1, mapping)
        return replace(self.get(added), not_carried=lost), Changes.of(Subject.TEMPLATES, title=words, count=1)

    def save_mapping(self, template: Template, mapping: TemplateMapping) -> Changes:
        """Keep the next version; the same as the newest changes nothing."""
        if template.version and mapping == template.mapping:
            return Changes()
        title = f"Map the template “{template.title[:80]}” for {template.recipient}"
        with self._store.edit(
            action="template.map", title=title, subjects=[Subject.TEMPLATES], actor=self._actor, at=self._clock(),
            body={"template": template.id, "version": template.version + 1},
        ) as step:  # fmt: skip
            self._insert_mapping(step, template.id, template.version + 1, mapping)
        return Changes.of(Subject.TEMPLATES, title=title, count=1)

    def retire(self, template: Template, reason: str) -> Changes:
        """Do not use it any more. Raises InvalidInput without a reason."""
        reason = " ".join(reason.split())
        if not reason:
            raise InvalidInput("Say why the template is not used any more.", field="reason")
        if template.retired:
            return Changes()
        title = f"Retire the template “{template.title[:80]}” for {template.recipient}"
        with self._store.edit(
            action="template.retire", title=title, subjects=[Subject.TEMPLATES], actor=self._actor, at=self._clock(),
            body={"template": template.id, "reason": reason},
        ) as step:  # fmt: skip
            step.update("recipient_template", [template.id], {"retired": reason})
        return Changes.of(Subject.TEMPLATES, title=title, count=1)

    def restore(self, template: Template) -> Changes:
        """Use it again in the place of the one in use. Raises InvalidInput."""
        self._store.require_writable()
        if not template.retired:
            return Changes()
        self._check(template.recipient, template.kind)
        title = f"Use the template “{template.title[:80]}” for {template.recipient} again"
        with self._store.edit(
            action="template.restore", title=title, subjects=[Subject.TEMPLATES], actor=self._actor, at=self._clock(),
            body={"template": template.id},
        ) as step:  # fmt: skip
            others = [one.id for one in rows.in_use(step.connection, template.recipient, template.kind)]
            step.update("recipient_template", others, {"retired": f"Replaced by “{template.title}”"})
            step.update("recipient_template", [template.id], {"retired": ""})
        return Changes.of(Subject.TEMPLATES, title=title, count=1)

    def save_original(self, template: Template, path: Path) -> None:
        """Write its bytes. Raises NotSaved, WorkspaceDamaged."""
        data = self.path(template).read_bytes()
        if hashlib.sha256(data).hexdigest() != template.sha256:
            raise WorkspaceDamaged(
                f"The kept file of the template {template.file_name} is damaged.",
                safe="Nothing was written.",
                todo="Restore the newest backup, or load the template again.",
            )
        with replacing(path) as file:
            file.write(data)

    def _check(self, recipient: str, kind: str) -> None:
        if recipient not in self.recipients():
            raise InvalidInput("Choose the recipient whose template it is.", field="recipient")
        kinds = {one["id"] for one in self._content.pack("submissions").body["kinds"]}
        if kind not in kinds:
            raise InvalidInput("Choose the kind of submission that the template is for.", field="kind")

    def _carried(
        self, before: list[rows.TemplateRow], book: TemplateBook, look: TemplateLook, job: Job
    ) -> tuple[TemplateMapping | None, tuple[str, ...]]:
        """What of the mapping in use holds for a newer version of the template, and what does not, in words.

        Nothing holds when the old one cannot be read.
        """
        old = self.get(before[0].id) if before else None
        if old is None or not old.mapped:
            return None, ()
        try:
            with TemplateBook(self.path(old), job) as old_book:
                return carried(old.mapping, (old_book, look_at(old_book, job)), (book, look))
        except (FileRefused, WorkspaceDamaged):
            return None, in_words(old.mapping)

    def _insert_mapping(self, step: Edit, template_id: int, version: int, mapping: TemplateMapping) -> None:
        step.insert("template_mapping", {
            "template_id": template_id, "version": version, "mapping": to_json(mapping),
            "made_at": timestamp(self._clock()), "made_by": self._actor,
        })  # fmt: skip

    @staticmethod
    def _template(row: rows.TemplateRow, mapping: rows.MappingRow | None, names: dict[str, str]) -> Template:
        made = Template(
            row.id, row.recipient, names.get(row.recipient, row.recipient), row.kind, row.title, row.document,
            row.file_name, row.sha256, row.size, row.added_at, row.added_by, row.retired, 0,
        )  # fmt: skip
        return made if mapping is None else replace(made, version=mapping.version, mapping=from_json(mapping.mapping))


def _blocks(path: Path, job: Job) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                job.check()
                yield block
    except OSError as error:
        raise FileRefused(f"{path.name} could not be read ({error.strerror or error}).", safe=SAFE) from None
