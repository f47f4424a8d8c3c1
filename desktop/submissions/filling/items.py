"""What of ours can be put into a template, by stable id."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.submissions.content import Content
from desktop.submissions.filling.model import Item

SINGLE: tuple[tuple[str, str], ...] = (
    ("participant.name", "Organisation's legal name"),
    ("participant.short_name", "Organisation's short name"),
    ("participant.mpids", "MPIDs"),
    ("contact.name", "Contact's name"),
    ("contact.position", "Contact's position"),
    ("contact.email", "Contact's e-mail address"),
    ("contact.phone", "Contact's telephone number"),
    ("recipient.name", "Recipient's name"),
    ("recipient.id", "Recipient's short name"),
    ("submission.ref", "Reference of the submission"),
    ("submission.version", "Version of the submission"),
    ("submission.title", "Title of the submission"),
    ("submission.date", "Date of the submission"),
)
_OURS = tuple(dict.fromkeys(one.partition(".")[0] + "." for one, _ in SINGLE))
"""How ids begin that the submission gives, whatever its content is."""


def items_of(content: Content | None, values: Mapping[str, str] | None = None) -> tuple[Item, ...]:
    """Single values, then the figures and values of the content, then the columns of its tables.

    `values`: examples of the single values that a submission gives, by their ids.
    """
    single = [Item(one, title, (values or {}).get(one, "")) for one, title in SINGLE]
    if content is None:
        return tuple(single)
    position = [Item(f"position.{place}", title, said) for place, (title, said) in enumerate(content.position, start=1)]
    figures = [Item(one, _title(one), said) for one, said in content.values.items()]
    columns = []
    for table in content.tables:
        first = next(iter(table.rows()), ())
        for place, column in enumerate(table.columns):
            example = first[place] if place < len(first) else None
            shown = "" if example is None else str(example)
            columns.append(Item(f"{table.id}.{column.id}", column.title, shown[:80], table.id, column.id))
    return (*single, *position, *figures, *columns)


def single_values(values: Mapping[str, str], content: Content) -> dict[str, str]:
    """Every single value by its id."""
    position = {f"position.{place}": said for place, (_, said) in enumerate(content.position, start=1)}
    return {**position, **content.values, **values}


def is_known(item: str, content: Content) -> bool:
    """Whether an id is of a single value that this content, or any submission, has."""
    return item.startswith(_OURS) or item in single_values({}, content)


def is_figure(item: str) -> bool:
    """Whether digits of this item are a number: never those of names, references and telephones."""
    return item == "submission.version" or not item.startswith(_OURS)


def title_of(item: str) -> str:
    """What people see for an item or a table of which only the id is at hand: nothing of the content is read."""
    figure = item.removeprefix("position.")
    if figure != item:
        return f"Figure {figure} of the position"
    return dict(SINGLE).get(item) or _title(item)


def _title(item: str) -> str:
    words = item.replace(".", " ").replace("_", " ").split()
    return " ".join(words).capitalize()
