"""Which heading holds which field: suggestions with their reasons, and the check of a person's choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from desktop.errors import InvalidInput
from desktop.portfolio.mapping import FUZZY_LIMIT, Suggestion, find_label, fold, heading_set
from desktop.records.cells import BadCell, value_of
from desktop.records.field_words import STEP_STATUS
from desktop.records.fields import by_name, fields_of, name_index
from desktop.records.model import FieldKind, RecordField, RecordKind
from desktop.records.step_texts import doubted, of_step, step_text

_ENOUGH = 0.9
"""Of the filled cells, so many must be known words (or days) to propose a heading by them."""
_TOO_FEW = 0.5
"""With fewer, a heading's name is doubted."""
_MARGIN = 6
"""By so much a likeness must beat that to any other field; names here begin alike: requirement, requirement id."""
_SHORTEST = 4
"""Letters of a heading that is compared by its likeness."""


def remembered_as(kind: RecordKind, headings: Sequence[str]) -> str:
    """The name under which a confirmed mapping is remembered: the kind, and the set of headings."""
    return f"{kind.value}:{heading_set(headings)}"


def needed_but_missing(kind: RecordKind, mapping: Mapping[str, object]) -> tuple[RecordField, ...]:
    """The fields that have to be mapped and are not; of fields of which one is enough, the first."""
    missing = [one for one in fields_of(kind) if one.needed and one.name not in mapping]
    for word in dict.fromkeys(one.one_of for one in fields_of(kind) if one.one_of):
        some = [one for one in fields_of(kind) if one.one_of == word]
        if not any(one.name in mapping for one in some):
            missing.append(some[0])
    return tuple(missing)


def resolve(kind: RecordKind, mapping: Mapping[str, str], labels: Sequence[str]) -> dict[str, str]:
    """A person's mapping (field to heading) with headings as the file writes them, checked.

    Fields with an empty heading are left out. Raises InvalidInput naming the field.
    """
    known = by_name(kind)
    resolved: dict[str, str] = {}
    for name, heading in mapping.items():
        if name not in known:
            raise InvalidInput(
                f"{kind.words.capitalize()} have no field called {name}.",
                field=name,
                todo=f"Use one of: {', '.join(known)}.",
            )
        if heading:
            resolved[name] = find_label(name, known[name].title, heading, labels)
    for heading, times in Counter(resolved.values()).items():
        if times > 1:
            fields = [name for name, chosen in resolved.items() if chosen == heading]
            raise InvalidInput(
                f"The heading {heading} is chosen for {' and for '.join(known[name].title for name in fields)}.",
                field=fields[0],
                todo="A heading can be one field only.",
            )
    if kind is RecordKind.RESULTS and "step" not in resolved:
        for name in _of_steps(kind):
            if name in resolved:
                raise InvalidInput(
                    f"{known[name].title} is chosen, and no heading for the Step.",
                    field="step",
                    todo="Choose the heading that holds the number of the step, or leave out what is said of steps.",
                )
    missing = needed_but_missing(kind, resolved)
    if missing:
        others = [one.title for one in fields_of(kind) if one.one_of and one.one_of == missing[0].one_of]
        raise InvalidInput(
            f"No heading is chosen for {' or '.join(others) or missing[0].title}, without which {kind.words} cannot be "
            "told apart." if missing[0].name != "status" else "No heading is chosen for the Status of the results.",
            field=missing[0].name,
            todo="Choose the heading that holds it.",
        )  # fmt: skip
    return {name: resolved[name] for name in known if name in resolved}


def suggest(
    kind: RecordKind,
    labels: Sequence[str],
    samples: Sequence[Sequence[str]],
    remembered: Mapping[str, str] | None = None,
) -> dict[str, Suggestion]:
    """Propose a heading for each field that the file seems to hold; no heading is proposed twice.

    `remembered` is the mapping that a person confirmed for these headings and this kind.
    """
    if remembered:
        known = {fold(label): label for label in reversed(labels)}
        found = {name: known[fold(heading)] for name, heading in remembered.items() if fold(heading) in known}
        fits = all(name in by_name(kind) for name in found) and len(set(found.values())) == len(found)
        if fits and not needed_but_missing(kind, found):
            why = "Confirmed for these headings before."
            return {name: Suggestion(label, 100, "remembered", why) for name, label in found.items()}
    columns = {
        label: [row[at].strip() for row in samples if at < len(row) and row[at].strip()]
        for at, label in enumerate(labels)
    }
    proposals = _proposed(kind, labels, columns)
    if moved := step_text(kind, proposals, labels, samples):
        # Another heading may hold the description of the case then.
        proposals = _proposed(kind, [label for label in labels if label != moved], columns)
        proposals.setdefault("step_description", of_step(moved))
    proposals = doubted(kind, proposals, labels, samples)
    return {one.name: proposals[one.name] for one in fields_of(kind) if one.name in proposals}


def _proposed(
    kind: RecordKind, labels: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> dict[str, Suggestion]:  # fmt: skip
    found = _by_name(kind, labels, columns)
    _by_likeness(kind, labels, columns, found)
    _by_content(kind, labels, columns, found)
    return found


def _by_name(
    kind: RecordKind, labels: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> dict[str, Suggestion]:  # fmt: skip
    """Headings that are a name of a field, however they are written; the best name first, blank columns last."""
    fields, index = by_name(kind), _index(kind, labels)
    choices: list[tuple[tuple[int, int, int], str, str]] = []
    for at, label in enumerate(labels):
        for name, rank in index.get(_name_of(label), ()):
            doubt = 2 if _against(columns[label], fields[name]) else 0 if columns[label] else 1
            choices.append(((doubt, rank, at), name, label))
    found: dict[str, Suggestion] = {}
    taken: set[str] = set()
    for (doubt, rank, _), name, label in sorted(choices):
        if name in found or label in taken:
            continue
        own = rank == 0
        words = _words(columns[label], fields[name])
        sure = 40 if doubt == 2 else 99 if own else 95
        found[name] = Suggestion(label, sure, "name" if own else "synonym", words)
        taken.add(label)
    for one in fields_of(kind):
        spare = {fold(name) for name in one.spare}
        left = [label for label in labels if label not in taken and _name_of(label) in spare]
        if one.name not in found and left:
            found[one.name] = Suggestion(left[0], 90, "synonym", _words(columns[left[0]], one))
            taken.add(left[0])
    return found


_Index = Mapping[str, tuple[tuple[str, int], ...]]


def _index(kind: RecordKind, labels: Sequence[str]) -> _Index:
    """The names of fields as they hold for a file with these headings.

    Results have a row for each step only where a heading names the step: without one no heading is of a step (a
    tester is who did it), and with one what can be of the step is (Message, Remarks: a text on each row). A status
    that is said to be of the step leaves the plain one to the case.
    """
    index = name_index(kind)
    if kind is not RecordKind.RESULTS:
        return index
    told = {_name_of(label) for label in labels}
    steps = _of_steps(kind)
    if not any(owner == "step" for name in told for owner, _ in index.get(name, ())):
        rest = {name: tuple(one for one in owners if one[0] not in steps) for name, owners in index.items()}
        return {name: owners for name, owners in rest.items() if owners}
    named = {owner for name in told for owner, rank in index.get(name, ()) if rank == 0}
    made = {}
    of_step = {fold(name) for name in STEP_STATUS}
    for name, owners in index.items():
        better = tuple(one for one in owners if one[0] in steps and (one[1] == 0 or one[0] not in named))
        made[name] = better or owners
        if told & of_step and name not in of_step:
            made[name] = tuple(
                ("case_status", 9 + rank) if one == "status" else (one, rank) for one, rank in made[name]
            )
    return made


def _of_steps(kind: RecordKind) -> tuple[str, ...]:
    """Fields that mean nothing in a file that does not name the step."""
    return ("case_status", *(one.name for one in fields_of(kind) if one.step))


def _by_likeness(
    kind: RecordKind, labels: Sequence[str], columns: Mapping[str, Sequence[str]], found: dict[str, Suggestion]
) -> None:
    """Headings nearly like a name: a slip of the keyboard, a plural. Never against what the cells say."""
    from rapidfuzz import fuzz

    fields, index = by_name(kind), _index(kind, labels)
    taken = {one.heading for one in found.values()}
    proposals: list[tuple[float, str, str]] = []
    for label in labels:
        name = _name_of(label)
        if label in taken or name in index or len(name) < _SHORTEST:
            continue
        scores: dict[str, float] = {}
        for known, owners in index.items():
            if len(known) >= _SHORTEST:
                score = fuzz.ratio(name, known)
                for owner, _ in owners:
                    scores[owner] = max(scores.get(owner, 0.0), score)
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])
        (field, best), (_, second) = ranked[0], ranked[1]
        if best >= FUZZY_LIMIT and best - second >= _MARGIN and not _against(columns[label], fields[field]):
            proposals.append((best, field, label))
    for best, field, label in sorted(proposals, reverse=True):
        if field not in found and label not in taken:
            words = f"Much like a name of it. {_words(columns[label], fields[field])}".strip()
            found[field] = Suggestion(label, min(90, int(best) - 10), "synonym", words)
            taken.add(label)


def _by_content(
    kind: RecordKind, labels: Sequence[str], columns: Mapping[str, Sequence[str]], found: dict[str, Suggestion]
) -> None:
    """Headings that say nothing but whose cells do: words of a status, ids that are all different."""
    for one in fields_of(kind):
        if one.name in found or not (one.needed or one.one_of):
            continue
        taken = {suggestion.heading for suggestion in found.values()}
        if one.kind is FieldKind.CHOICE:
            fits = [label for label in labels if label not in taken and _share(columns[label], one) >= _ENOUGH]
        elif one.name == "key":
            fits = [label for label in labels if label not in taken and _are_ids(columns[label])]
        else:
            continue
        if len(fits) == 1:
            words = _words(columns[fits[0]], one) or "Its cells are short, have digits and are all different."
            found[one.name] = Suggestion(fits[0], 70, "content", words)


def _name_of(label: str) -> str:
    """A heading folded for comparing, without what is in brackets where something else is left."""
    return fold(label.partition("(")[0]) or fold(label)


def _share(cells: Sequence[str], field: RecordField) -> float:
    """How many of the filled cells can be taken as the field; 0 when none is filled."""
    taken = 0
    for cell in cells:
        try:
            value_of(cell, field)
        except BadCell:
            continue
        taken += 1
    return taken / len(cells) if cells else 0.0


def _against(cells: Sequence[str], field: RecordField) -> bool:
    """Whether the cells say that it is another field."""
    if field.kind in (FieldKind.TEXT, FieldKind.KEYS) or not cells:
        return False
    return _share(cells, field) < _TOO_FEW


def _words(cells: Sequence[str], field: RecordField) -> str:
    """What speaks for or against a column."""
    if field.kind in (FieldKind.TEXT, FieldKind.KEYS):
        return ""
    if not cells:
        return "Its first cells are blank."
    what = {
        FieldKind.DATE: "dates",
        FieldKind.MOMENT: "dates",
        FieldKind.NUMBER: "numbers",
        FieldKind.CHOICE: "words that are known",
    }[field.kind]
    return f"{round(_share(cells, field) * 100)} % of its cells are {what}."


def _are_ids(cells: Sequence[str]) -> bool:
    return (
        len(cells) > 1
        and len(set(cells)) == len(cells)
        and all(len(cell) <= 40 and any(one.isdigit() for one in cell) and " " not in cell for cell in cells)
    )
