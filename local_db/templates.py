"""Queries about recipients' own templates and the versions of what goes where in them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from local_db.connection import Connection


@dataclass(frozen=True)
class TemplateRow:
    """One template; its bytes are the kept file `sha256`. `retired`: why it is not used any more, '' = in use."""

    id: int
    recipient: str
    kind: str
    title: str
    document: str
    file_name: str
    sha256: str
    size: int
    added_at: str
    added_by: str
    retired: str


@dataclass(frozen=True)
class MappingRow:
    """One version of what goes where in a template."""

    template_id: int
    version: int
    mapping: str


_TEMPLATE = ", ".join(one.name for one in fields(TemplateRow))


def templates(connection: Connection, *, retired: bool = False) -> list[TemplateRow]:
    """Those in use, by recipient and kind; with `retired` all, those in use first and then the newest."""
    found = connection.execute(
        f"SELECT {_TEMPLATE} FROM recipient_template WHERE ? OR retired = '' "  # noqa: S608 - fixed names
        "ORDER BY recipient, kind, retired <> '', id DESC",
        (retired,),
    )
    return [TemplateRow(*row) for row in found]


def template(connection: Connection, template_id: int) -> TemplateRow | None:
    """One, or None."""
    row = connection.execute(f"SELECT {_TEMPLATE} FROM recipient_template WHERE id = ?", (template_id,)).fetchone()  # noqa: S608 - fixed names
    return None if row is None else TemplateRow(*row)


def of_content(connection: Connection, recipient: str, kind: str, sha256: str) -> TemplateRow | None:
    """The template of a recipient and kind that has these bytes, in use or not."""
    row = connection.execute(
        f"SELECT {_TEMPLATE} FROM recipient_template WHERE recipient = ? AND kind = ? AND sha256 = ?",  # noqa: S608 - fixed names
        (recipient, kind, sha256),
    ).fetchone()
    return None if row is None else TemplateRow(*row)


def in_use(connection: Connection, recipient: str, kind: str) -> list[TemplateRow]:
    """Those of a recipient and kind that are in use, the newest first."""
    found = connection.execute(
        f"SELECT {_TEMPLATE} FROM recipient_template WHERE recipient = ? AND kind = ? AND retired = '' "  # noqa: S608 - fixed names
        "ORDER BY id DESC",
        (recipient, kind),
    )
    return [TemplateRow(*row) for row in found]


def newest_mappings(connection: Connection) -> dict[int, MappingRow]:
    """The version that counts, by template."""
    found = connection.execute(
        "SELECT template_id, max(version), mapping FROM template_mapping GROUP BY template_id"
    )  # the other columns are those of the row with the maximum
    return {int(row[0]): MappingRow(int(row[0]), int(row[1]), str(row[2])) for row in found}
