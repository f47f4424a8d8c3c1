"""What a submission of each kind can be over: to choose from, and in words.

A kind's module is loaded when that kind is asked for: submissions are listed and sent without what makes them.
"""

from __future__ import annotations

from desktop.submissions.kinds.registry import known
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Choice, Scope


def choices(kind: str, sources: Sources) -> tuple[Choice, ...]:
    """What can be chosen; () where nothing has to be."""
    if known(kind).at_a_gate:
        from desktop.submissions.kinds.gates import gate_choices

        return gate_choices(sources)
    if kind == "cutover_status":
        from desktop.submissions.kinds.cutover_status import plan_choices

        return plan_choices(sources)
    if kind == "info_request":
        from desktop.submissions.kinds.info_request import request_choices

        return request_choices(sources)
    if kind == "declarations":
        from desktop.submissions.kinds.declarations import signed_choices

        return signed_choices(sources)
    if kind == "evidence":
        from desktop.submissions.kinds.evidence import item_choices

        return item_choices(sources)
    return ()


def words(kind: str, scope: Scope, sources: Sources) -> str:
    """What was chosen; '' where nothing has to be. Raises InvalidInput (field scope) when it is not there."""
    if known(kind).at_a_gate:
        from desktop.submissions.kinds.gates import gate_of

        return gate_of(scope, sources).name
    if kind == "cutover_status":
        from desktop.submissions.kinds.cutover_status import plan_of

        plan = plan_of(scope, sources)
        return f"{plan.ref} {plan.name}"
    if kind == "info_request":
        from desktop.submissions.kinds.info_request import request_of

        return request_of(scope, sources).name
    if kind == "declarations":
        from desktop.submissions.kinds.declarations import chosen

        return ", ".join(one.name for one in chosen(scope, sources))
    if kind == "evidence":
        from desktop.submissions.kinds.evidence import scope_words

        return scope_words(scope, sources)
    return ""
