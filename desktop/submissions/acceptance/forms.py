"""Rules about recipients' own forms: whether each is used, can be filled, and takes what is said."""

from __future__ import annotations

from dataclasses import replace

from desktop.errors import FileRefused, WorkspaceDamaged
from desktop.submissions.acceptance.rule import Found, Looked, Params, Rule, told
from desktop.submissions.filling.model import FillProblem, Template
from desktop.submissions.model import Mend


def _fillable(looked: Looked, _params: Params, recipient: str) -> Found:
    if looked.content is None:  # the rule about the scope says so
        return Found(skipped="Nothing can be said yet.")
    found = []
    for template, problems in _problems(looked, recipient):
        if isinstance(problems, str):
            found.append((f"{template.title}: {problems}", _mend(looked, template)))
        else:
            found += [(_words(template, one), _mend(looked, template)) for one in problems if one.refuses]
    return told(
        found, "A recipient's template cannot be filled.", "{count} things stand in the way of filling templates."
    )


def _mapped(looked: Looked, _params: Params, recipient: str) -> Found:
    found = []
    for one in looked.recipients(recipient):
        template = looked.desk.templates.not_mapped(one.recipient, looked.submission.details.kind)
        if template is not None:
            words = f"{one.name}'s form “{template.title}” is loaded and nothing says what goes where in it"
            found.append((words, _mend(looked, template)))
    return _said(found, "only our workbook goes to them.")


def _listed(looked: Looked, _params: Params, recipient: str) -> Found:
    """Values outside a list that Excel lets pass (those it refuses stand in the way), and those that break a rule."""
    if looked.content is None:
        return Found(skipped="Nothing can be said yet.")
    found = [
        (_words(template, one), _mend(looked, template))
        for template, problems in _problems(looked, recipient)
        if not isinstance(problems, str)
        for one in problems
        if (one.unlisted or one.breaks_rule) and not one.refuses
    ]
    return _said(found, "They would bounce it.")


def _said(found: list[tuple[str, Mend]], so: str) -> Found:
    """The first by name, because a frozen submission keeps the words of a line and no examples."""
    if not found:
        return Found()
    first = found[0][0].rstrip(".")
    more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
    words = f"{first}{more}: {so}" if so[0].islower() else f"{first}{more}. {so}"
    return replace(told(found, "", ""), detail=words)


def _problems(looked: Looked, recipient: str) -> list[tuple[Template, tuple[FillProblem, ...] | str]]:
    """The form of each recipient that has a mapped one, with what stands in its way, or why it cannot be read."""
    found: list[tuple[Template, tuple[FillProblem, ...] | str]] = []
    for one in looked.recipients(recipient):
        template = looked.desk.templates.for_recipient(one.recipient, looked.submission.details.kind)
        if template is None:
            continue
        if template.id not in looked.forms:
            try:
                looked.forms[template.id] = looked.desk.templates.problems(
                    template.id, template.mapping, looked.content, looked.values(one.recipient)
                )
            except (FileRefused, WorkspaceDamaged) as error:
                looked.forms[template.id] = str(error)
        found.append((template, looked.forms[template.id]))
    return found


def _words(template: Template, one: FillProblem) -> str:
    return f"{template.title}{f', {one.place}' if one.place else ''}: {one.words}"


def _mend(looked: Looked, template: Template) -> Mend:
    how = f"FILE --submission {looked.submission.ref}" if template.mapped else "--suggest --save"
    return Mend("submissions", f"templates:id={template.id}", f"mhhs-desk submit template map {template.id} {how}")


RULES = (
    Rule("templates_fillable", "Recipients' own templates can be filled", _fillable, True, needs_content=True),
    Rule("templates_mapped", "Recipients' own templates are used where they are loaded", _mapped),
    Rule("templates_listed", "Recipients' own templates take what goes into their lists", _listed, needs_content=True),
)
