"""The cutover_plans pack read into activities. A pack that the person brought may lack anything but ids.

`roles` says who does an activity. It stands in the plan of these roles; in the plan of the roles under `waited_for_by`
it stands as external, since something of theirs hangs on it; others do not see it, for they can neither do nor check
it. What waits for an activity that is left out waits for what that one waits for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop.content.pack import Pack
from desktop.cutover import entered
from desktop.cutover.model import StarterPlan
from desktop.cutover.schedule import check_key
from desktop.errors import InvalidInput, NotFound
from desktop.working_days import LONGEST

KIND = "cutover_plans"

TEXTS = {
    "title": "title",
    "description": "about",
    "phase": "phase",
    "type": "type",
    "responsible": "responsible",
    "duration": "duration",
    "evidence_needed": "evidence_needed",
    "declaration_needed": "declaration_needed",
}
"""Fields of an activity and what they are called in the pack."""


@dataclass(frozen=True)
class PackActivity:
    """One activity of the pack for the participant's roles. `values`: fields as they are kept, as texts."""

    key: str
    values: Mapping[str, str]
    after: tuple[tuple[str, str], ...]
    """Ids of the same plan that it waits for, with the lag of each."""
    source: str = ""


def starters_of(pack: Pack, roles: Collection[str], taken: Mapping[str, int]) -> tuple[StarterPlan, ...]:
    """The plans of the pack, those for these roles first; `taken`: a plan's id to what was made from it."""
    found = [
        StarterPlan(
            id=row["id"],
            title=_text(row, "title") or row["id"],
            about=_text(row, "about"),
            milestone=_text(row, "milestone"),
            roles=_names(row, "roles"),
            activities=len(activities_of(pack, row["id"], roles)),
            taken=taken.get(row["id"]),
        )
        for row in pack.body["plans"]
    ]
    return tuple(sorted(found, key=lambda one: bool(one.roles) and not set(one.roles) & set(roles)))


def activities_of(pack: Pack, plan_id: str, roles: Collection[str], leads_to: str = "") -> tuple[PackActivity, ...]:
    """The activities of a plan of the pack for these roles, in its order; no roles at all = for every role.

    `leads_to`: the milestone of the plan that they go into. Raises NotFound.
    """
    row = _row(pack, plan_id)
    listed = row.get("activities")
    found: dict[str, PackActivity] = {}
    kept = set()
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            activity = _activity(one, roles, leads_to)
            folded = activity.key.casefold()
            if folded and folded not in found:
                found[folded] = activity
                if _is_for(one, roles):
                    kept.add(folded)
    return bridged(found, kept)


def bridged(all_of_them: Mapping[str, PackActivity], kept: Collection[str]) -> tuple[PackActivity, ...]:
    """Some of the activities (by folded id); what waited for one that is left out waits for what that one waited for.

    Not where it waits for that anyway, by way of another one.
    """

    def direct(folded: str) -> Iterator[tuple[str, str]]:
        return ((key.casefold(), lag) for key, lag in all_of_them[folded].after if key.casefold() in all_of_them)

    def after(folded: str, seen: frozenset[str]) -> Iterator[tuple[str, str]]:
        for other, lag in direct(folded):
            if other in kept:
                yield other, lag
            elif other not in seen:
                yield from ((one, lag or its) for one, its in after(other, seen | {other}))

    def before(folded: str, seen: set[str]) -> set[str]:
        for other, _lag in direct(folded):
            if other not in seen:
                seen.add(other)
                before(other, seen)
        return seen

    def joined(folded: str) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for one, lag in after(folded, frozenset({folded})):
            found.setdefault(one, lag)
        said = {one for one, _lag in direct(folded)}
        implied = set().union(*(before(one, set()) for one in found))
        return tuple(
            (all_of_them[one].key, lag) for one, lag in found.items() if one in said or lag or one not in implied
        )

    return tuple(replace(one, after=joined(folded)) for folded, one in all_of_them.items() if folded in kept)


def title_of(pack: Pack, plan_id: str) -> tuple[str, str]:
    """Title and milestone of a plan of the pack. Raises NotFound."""
    row = _row(pack, plan_id)
    return _text(row, "title") or str(row["id"]), _text(row, "milestone")


def _row(pack: Pack, plan_id: str) -> Mapping[str, Any]:
    for row in pack.body["plans"]:
        if row["id"] == plan_id:
            return dict(row)
    raise NotFound(
        f"The content pack has no plan “{plan_id}”.",
        safe="Nothing was changed.",
        todo=f"Use one of: {', '.join(row['id'] for row in pack.body['plans']) or 'none is there'}.",
    )


def _activity(row: Mapping[str, Any], roles: Collection[str], leads_to: str) -> PackActivity:
    texts = {field: _text(row, name) for field, name in TEXTS.items()}
    texts["title"] = texts["title"] or str(row["id"])
    does = _names(row, "roles")
    others = bool(does and roles) and not set(does) & set(roles)
    texts["external"] = "yes" if row.get("external") is True or others else "no"
    if others:
        # Their proof is theirs: we only see that it happened.
        texts["evidence_needed"] = texts["declaration_needed"] = ""
    milestone, days = _text(row, "milestone"), row.get("milestone_days", 0)
    if "plan_days" in row and leads_to:
        milestone, days = leads_to, row["plan_days"]
    fits = bool(milestone) and type(days) is int and abs(days) <= LONGEST
    texts["milestone"] = milestone if fits else ""
    texts["milestone_days"] = str(days) if fits and days else ""
    after = row.get("after")
    said = ", ".join(one for one in after if isinstance(one, str)) if isinstance(after, list) else ""
    return PackActivity(
        _key(row["id"]), {name: _kept(name, said) for name, said in texts.items()}, _after(said), _text(row, "source")
    )


def _kept(field: str, said: str) -> str:
    """A field as it is kept; what cannot be read is left out, since the pack is not what the person typed."""
    if field in ("milestone", "milestone_days"):
        return said
    try:
        return entered.checked({field: said}, {})[field]
    except InvalidInput:
        return entered.checked({field: ""}, {})[field]


def _key(said: str) -> str:
    try:
        return check_key(said)
    except InvalidInput:
        return ""


def _after(said: str) -> tuple[tuple[str, str], ...]:
    try:
        return entered.predecessors(said)
    except InvalidInput:
        return ()


def _is_for(row: Mapping[str, Any], roles: Collection[str]) -> bool:
    wanted = _for_roles(row)
    return not roles or not wanted or bool(wanted & set(roles))


def _for_roles(row: Mapping[str, Any]) -> set[str]:
    return {*_names(row, "roles"), *_names(row, "waited_for_by")}


def _names(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value.strip()[: entered.LONGEST_TEXT] if isinstance(value, str) else ""
