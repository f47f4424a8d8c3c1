"""What tests of the kinds of submissions share: gathering one, and asking of it what holds of every kind."""

from __future__ import annotations

import re
from dataclasses import asdict

from desktop.app import Workspace
from desktop.jobs import Job
from desktop.report.privacy import MpanChoice
from desktop.submissions.content import KEY, Content, Row, Table
from desktop.submissions.kinds.gathering import gather
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Scope

LAST_FOUR, FULL, COUNTS = MpanChoice.LAST_FOUR, MpanChoice.FULL, MpanChoice.COUNTS
_ID = re.compile(r"[a-z][a-z0-9_]*")
_HASH = re.compile(r"[0-9a-f]{64}")


def sources_of(workspace: Workspace) -> Sources:
    """The services of a workspace, as it wires them itself."""
    return workspace


def said(workspace: Workspace, kind: str, scope: Scope = Scope(), choice: MpanChoice = LAST_FOUR) -> Content:  # noqa: B008
    """What it says, sound as every kind has to be."""
    content = gather(kind, scope, choice, sources_of(workspace), Job())
    must_be_sound(content)
    assert content.kind == kind
    return content


def table(content: Content, table_id: str) -> Table:
    return next(one for one in content.tables if one.id == table_id)


def rows(content: Content, table_id: str) -> dict[str, dict[str, object]]:
    """The rows of a table by their keys, as column to cell."""
    found = table(content, table_id)
    return {str(row[0]): dict(zip((c.id for c in found.columns), row, strict=True)) for row in found.rows()}


def must_be_sound(content: Content) -> None:
    """Ids, keys, cells and hashes are as the contract of contents says, and rows come again when they are asked for."""
    assert len({one.id for one in content.tables}) == len(content.tables)
    for one in content.tables:
        ids = [column.id for column in one.columns]
        assert _ID.fullmatch(one.id)
        assert all(map(_ID.fullmatch, ids))
        assert len(set(ids)) == len(ids)
        assert (one.columns[0].id, one.columns[0].title) == (KEY, "Row key")
        assert not any(f"{one.id}.{column}" in content.values for column in ids)
        first: list[Row] = list(one.rows())
        assert list(one.rows()) == first
        assert len(first) == one.count
        keys = [row[0] for row in first]
        assert len(set(keys)) == len(keys)
        assert all(isinstance(key, str) and key.strip() == key != "" for key in keys)
        assert all(len(row) == len(ids) and all(type(cell) in (str, int, type(None)) for cell in row) for row in first)
    assert all(_HASH.fullmatch(one.sha256) for one in (*content.relies, *content.evidence))
    refs = [one.ref for one in content.evidence]
    assert len(set(refs)) == len(refs)
    assert all(type(value) is str for value in content.values.values())


def everything(content: Content) -> str:
    """All that leaves, but for the bytes of files, as one text."""
    texts = [content.title, repr(content.position), repr(dict(content.values)), repr(content.open_points)]
    texts += [repr([asdict(one) for one in (*content.relies, *content.evidence)])]
    texts += [f"{one.folder} {one.name} {one.title}" for one in content.beside]
    for one in content.tables:
        texts.append(f"{one.tab} {one.title} {one.about} {one.columns!r}")
        texts += [repr(row) for row in one.rows()]
    return "\n".join(texts)
