"""Which rules run, as the content pack has it: titles, whose they are, for which kinds, with which numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.content.pack import Pack
from desktop.submissions.acceptance import checks_run, forms, names, proof, said, structure, testing
from desktop.submissions.acceptance.rule import Params, Rule
from desktop.submissions.model import Severity

RULES: Mapping[str, Rule] = {
    rule.code: rule for module in (structure, forms, names, checks_run, testing, proof, said) for rule in module.RULES
}
"""Every rule of this version by its code."""

OURS = "MHHS Desk"


@dataclass(frozen=True)
class Chosen:
    """One rule as the pack wants it. `rule` None: the pack names one that this version does not have.

    `remarks`: what of the pack was not taken as it says.
    """

    id: str
    code: str
    rule: Rule | None
    title: str
    severity: Severity
    recipient: str
    params: Params
    source: str
    remarks: tuple[str, ...] = ()


def chosen(pack: Pack, kind: str) -> tuple[Chosen, ...]:
    """The rules for a kind of submission, in the order of the pack, each line with an id of its own.

    A rule about structure that the pack leaves out, or has for others only, runs all the same: without it a file would
    go out that nobody can read or answer.
    """
    rows = [row for row in pack.body["acceptance"] if _is_for(row, kind)]
    found = [one for one in map(_chosen, rows) if one.rule is None or _can_ask(one.rule, kind)]
    named = {one.code for one in found if not one.recipient}
    left_out = [rule for code, rule in RULES.items() if rule.structural and code not in named and _can_ask(rule, kind)]
    found += [
        Chosen(one.code, one.code, one, one.title, one.severity, "", one.params, OURS,
               ("The pack in use does not ask it here; it guards the file itself, so it runs all the same.",))
        for one in left_out
    ]  # fmt: skip
    return tuple(found)


def _chosen(row: Mapping[str, Any]) -> Chosen:
    code = _text(row, "rule") or row["id"]
    rule = RULES.get(code)
    params, remarks = _params(row, rule)
    severity = rule.severity if rule is not None else Severity.ADVISE
    said = _text(row, "severity")
    if rule is not None and said != severity:
        remarks.append(
            "The pack has it block; only rules about structure block, so it advises."
            if said == Severity.BLOCK
            else "It is about structure, so it blocks, though the pack does not say so."
            if rule.structural
            else "The pack does not say whether it blocks; it advises."
        )
    return Chosen(
        row["id"], code, rule, _text(row, "title") or (rule.title if rule else code), severity,
        _text(row, "recipient"), params, _text(row, "source") or OURS, tuple(remarks),
    )  # fmt: skip


def _params(row: Mapping[str, Any], rule: Rule | None) -> tuple[Params, list[str]]:
    defaults = dict(rule.params) if rule is not None else {}
    given = row.get("params", {})
    if not isinstance(given, dict):
        return defaults, ["The pack's numbers for it cannot be read; ours are used."]
    remarks = []
    for name, value in given.items():
        if name not in defaults:
            remarks.append(f"It has no number “{name[:40]}”: the pack's was passed over.")
        elif not isinstance(value, int) or isinstance(value, bool) or value < 0:
            remarks.append(f"The pack's {name} is no whole number; {defaults[name]} is used.")
        else:
            defaults[name] = value
    return defaults, remarks


def _can_ask(rule: Rule, kind: str) -> bool:
    return not rule.kinds or kind in rule.kinds


def _is_for(row: Mapping[str, Any], kind: str) -> bool:
    """Whether a row is for a kind: it names none, or names it. What cannot be read is for all of them."""
    kinds = row.get("kinds", [])
    return not isinstance(kinds, list) or not kinds or kind in kinds


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""
