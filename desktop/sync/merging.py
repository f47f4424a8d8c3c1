"""Three-way merge of a record that both sides may edit, field by field.

A record is groups of fields (of contacts: one group for each hat). What changed on one side only is merged, what
changed on both is a conflict, and equal results are none (zotero#131). Nothing is decided by a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Group = Mapping[str, str]
Record = Mapping[str, Group]
Base = Mapping[str, Mapping[str, str | None]]
"""What both had last. None: it is not known, so that whatever differs is a clash."""

SEPARATOR = "."
"""Between group and field in the name of a field: `signatory.email`. A group alone is the group as a whole."""
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Clash:
    """Something that was changed on both sides. `field` '' = the group as a whole: one side took it away.

    Values are None where it is not there.
    """

    group: str
    field: str
    base: Mapping[str, str | None] | str | None
    mine: Group | str | None
    theirs: Group | str | None

    @property
    def name(self) -> str:
        """As choices call it."""
        return f"{self.group}{SEPARATOR}{self.field}" if self.field else self.group


@dataclass(frozen=True)
class Merged:
    """The result. Where there is a clash `value` has what is here, until somebody chose."""

    value: dict[str, dict[str, str]]
    clashes: tuple[Clash, ...]
    from_theirs: tuple[str, ...]
    """Names of what was changed there only, and is taken."""
    from_mine: tuple[str, ...]
    """Names of what was changed here only, and stays."""


def merge(base: Base, mine: Record, theirs: Record, choices: Mapping[str, str] | None = None) -> Merged:
    """Merge what stands here and there over what both had last.

    `choices`: the side of a clash by its name; a clash that is chosen is none any more.
    """
    chosen = dict(choices or {})
    value: dict[str, dict[str, str]] = {}
    clashes: list[Clash] = []
    ours: list[str] = []
    other: list[str] = []
    for name in sorted(base.keys() | mine.keys() | theirs.keys()):
        here, there = mine.get(name), theirs.get(name)
        old = base.get(name)
        if here is None or there is None:
            kept = _whole(name, old, here, there, chosen, clashes, ours, other)
            if kept is not None:
                value[name] = dict(kept)
            continue
        made: dict[str, str] = {}
        for field in sorted({*here, *there, *(old or {})}):
            a, b, was = here.get(field, ""), there.get(field, ""), (old or {}).get(field, "")
            full = f"{name}{SEPARATOR}{field}"
            made[field] = a
            if a == b:
                continue
            if b == was:
                ours.append(full)
            elif a == was:
                made[field] = b
                other.append(full)
            elif chosen.get(full) == THEIRS:
                made[field] = b
            elif chosen.get(full) != MINE:
                clashes.append(Clash(name, field, None if old is None else was, a, b))
        value[name] = made
    return Merged(value, tuple(clashes), tuple(other), tuple(ours))


def _whole(  # noqa: PLR0917 - the parts of one merge
    name: str,
    old: Mapping[str, str | None] | None,
    here: Group | None,
    there: Group | None,
    chosen: Mapping[str, str],
    clashes: list[Clash],
    ours: list[str],
    other: list[str],
) -> Group | None:
    """A group that one side does not have, or neither."""
    if here is None and there is None:
        return None
    if same(there, old):
        ours.append(name)
        return here
    if same(here, old):
        other.append(name)
        return there
    side = chosen.get(name)
    if side == THEIRS:
        return there
    if side != MINE:
        clashes.append(Clash(name, "", old, here, there))
    return here


def same(one: Mapping[str, str | None] | None, other: Mapping[str, str | None] | None) -> bool:
    """Whether two groups say the same: a field that is not there is an empty one."""
    if one is None or other is None:
        return one is other
    return all(one.get(field, "") == other.get(field, "") for field in one.keys() | other.keys())


def same_record(one: Record, other: Record) -> bool:
    """Whether two records say the same."""
    return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)


def next_base(base: Base, theirs: Record, clashes: tuple[Clash, ...]) -> dict[str, dict[str, str | None]]:
    """The base once everything but the clashes is merged: theirs, and what both had last where sides clash."""
    made: dict[str, dict[str, str | None]] = {name: dict(group) for name, group in theirs.items()}
    for one in clashes:
        old = base.get(one.group)
        if one.field:
            made.setdefault(one.group, {})[one.field] = "" if old is None else old.get(one.field, "")
        elif old is not None:
            made[one.group] = dict(old)
    return made


def unsure(mine: Record, theirs: Record) -> dict[str, dict[str, str | None]]:
    """A base for sides of which nobody knows what both had last: whatever differs is a clash."""
    made: dict[str, dict[str, str | None]] = {}
    for name in mine.keys() | theirs.keys():
        here, there = mine.get(name), theirs.get(name)
        made[name] = {
            field: here.get(field, "") if here and there and here.get(field, "") == there.get(field, "") else None
            for field in {*(here or {}), *(there or {})}
        }
    return made
