"""What waits for what: found by ids, without a cycle, and still joined when an activity between is taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.cutover.schedule import Cycle, order
from desktop.errors import InvalidInput
from local_db import cutover as rows
from local_db.connection import Connection
from local_db.edit import Edit

Links = dict[int, dict[int, str]]
"""Activity to what it waits for, with the lag of each."""

_NAMED = 6
"""How many activities of a ring are named one by one."""
_LONGEST_NAME = 70
"""Characters of an id and a title in a sentence."""


@dataclass
class Net:
    """The links of one plan and the names of its activities, to be changed and then written."""

    names: dict[int, tuple[str, str]]
    """Id to (key, title)."""
    links: Links
    kept: Mapping[tuple[int, int], tuple[int, str, int]] = field(default_factory=dict)
    """What is in the workspace: (activity, predecessor) to (id of the link, lag, place among its links)."""

    @staticmethod
    def read(connection: Connection, plan_id: int) -> Net:
        """As it is in the workspace."""
        names = {row.id: (row.key, row.title) for row in rows.activities(connection, plan_id)}
        links: Links = {one: {} for one in names}
        kept = {}
        for row in rows.links(connection, plan_id):
            links[row.activity_id][row.predecessor_id] = row.lag
            kept[row.activity_id, row.predecessor_id] = (row.id, row.lag, row.position)
        return Net(names, links, kept)

    def ids(self) -> dict[str, int]:
        """Folded key to id."""
        return {key.casefold(): one for one, (key, _title) in self.names.items()}

    def say(self, activity_id: int, predecessors: Iterable[tuple[str, str]]) -> None:
        """Let an activity wait for exactly these (id of the document, lag). Raises InvalidInput for an unknown one."""
        known = self.ids()
        found: dict[int, str] = {}
        for key, lag in predecessors:
            one = known.get(key.casefold())
            if one is None:
                raise InvalidInput(
                    f"{self.words(activity_id)} waits for “{key}”, which is not in the plan.",
                    safe="Nothing was changed.",
                    todo="Use the ids of activities of this plan, with commas between them.",
                    field="predecessors",
                )
            if one == activity_id:
                raise InvalidInput(
                    f"{self.words(activity_id)} cannot wait for itself.",
                    safe="Nothing was changed.",
                    field="predecessors",
                )
            found[one] = lag
        self.links[activity_id] = found

    def without(self, gone: Iterable[int]) -> None:
        """Take activities out: what waited for one waits for what that one waited for."""
        for one in gone:
            before = self.links.pop(one)
            del self.names[one]
            for predecessors in self.links.values():
                if one in predecessors:
                    lag = predecessors.pop(one)
                    for earlier, its_lag in before.items():
                        predecessors.setdefault(earlier, lag or its_lag)

    def refuse_cycle(self) -> None:
        """Raises InvalidInput that names the activities which wait for one another, in their order."""
        try:
            order({one: tuple(predecessors) for one, predecessors in self.links.items()})
        except Cycle as cycle:
            raise refusal(cycle, self.names) from None

    def words(self, activity_id: int) -> str:
        """Id and title of one."""
        return " ".join(self.names[activity_id]).strip()

    def write(self, edit: Edit) -> None:
        """Write what differs from the workspace, inside an edit; links of activities that went go too."""
        wanted = {
            (one, other): (lag, place)
            for one, others in self.links.items()
            for place, (other, lag) in enumerate(others.items())
        }
        edit.delete("activity_link", [kept[0] for pair, kept in self.kept.items() if pair not in wanted])
        other = {
            self.kept[pair][0]: said
            for pair, said in wanted.items()
            if pair in self.kept and self.kept[pair][1:] != said
        }
        edit.update_many("activity_link", ["lag", "position"], other)
        new = [(*pair, *said) for pair, said in wanted.items() if pair not in self.kept]
        edit.insert_many("activity_link", ["activity_id", "predecessor_id", "lag", "position"], new)


def refusal(cycle: Cycle, names: Mapping[int, tuple[str, str]]) -> InvalidInput:
    """The sentence for activities that wait for one another."""
    named = [" ".join(names[one]).strip() if one in names else str(one) for one in cycle.ids]
    return InvalidInput(
        f"{ring_words(named, 'wait')}.",
        safe="Nothing was changed.",
        todo="Take out one of these links.",
        field="predecessors",
    )


def ring_words(named: Sequence[str], wait: str) -> str:
    """Activities that wait for one another, the first repeated at the end; of many the first three and the last two.

    `wait`: the verb, as “would wait”.
    """
    named = [one if len(one) <= _LONGEST_NAME else f"{one[: _LONGEST_NAME - 1]}…" for one in named]
    count = len(named) - 1
    if count <= _NAMED:
        return f"These activities {wait} for one another: {' → '.join(named)}"
    first, last = " → ".join(named[:3]), " → ".join(named[-3:])
    return f"These {count:,} activities {wait} for one another: {first} → ({count - 5:,} more) → {last}"
