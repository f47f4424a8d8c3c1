"""What goes where in a template, carried over to a newer version of it where the places are still there."""

from __future__ import annotations

from dataclasses import replace

from desktop.portfolio.readers.xlsx_cells import place_of
from desktop.submissions.filling.items import title_of
from desktop.submissions.filling.model import CellRule, SpotKind, TableRule, TemplateLook, TemplateMapping
from desktop.submissions.filling.opened import TemplateBook
from desktop.submissions.filling.places import find_spot
from desktop.submissions.filling.sheet_scan import coordinate


def carried(
    mapping: TemplateMapping, old: tuple[TemplateBook, TemplateLook], new: tuple[TemplateBook, TemplateLook]
) -> tuple[TemplateMapping, tuple[str, ...]]:
    """The rules whose labels and headings stand where they stood, or at one other place of the same sheet.

    And in words what was not found, for a person to look for.
    """
    cells = [(rule, _cell(rule, old, new)) for rule in mapping.cells]
    tables = [(rule, _table(rule, old[0], new)) for rule in mapping.tables]
    lost = replace(
        mapping,
        cells=tuple(rule for rule, kept in cells if kept is None),
        tables=tuple(rule for rule, kept in tables if kept is None),
    )
    found = replace(
        mapping,
        cells=tuple(kept for _, kept in cells if kept is not None),
        tables=tuple(kept for _, kept in tables if kept is not None),
    )
    return found, in_words(lost)


def in_words(mapping: TemplateMapping) -> tuple[str, ...]:
    """What goes where, a line for each rule: 'Cover!C5 took “Organisation's legal name”'."""
    return (
        *(f"{one.spot} took “{title_of(one.item)}”" for one in mapping.cells),
        *(
            f"the columns below row {one.heading_row} of {one.sheet} took the table “{title_of(one.table)}”"
            for one in mapping.tables
        ),
    )


def _cell(
    rule: CellRule, old: tuple[TemplateBook, TemplateLook], new: tuple[TemplateBook, TemplateLook]
) -> CellRule | None:
    was, now = find_spot(old[0], rule.spot), find_spot(new[0], rule.spot)
    if "!" not in rule.spot:
        return rule if now is not None else None
    if was is None:
        return None
    before = _labels(old[1]).get((was[0].name, coordinate(*was[1])), "")
    after = _labels(new[1])
    if now is not None and after.get((now[0].name, coordinate(*now[1])), "") == before:
        return rule
    moved = [place for place, label in after.items() if before and label == before and place[0] == was[0].name]
    return CellRule(f"{moved[0][0]}!{moved[0][1]}", rule.item) if len(moved) == 1 else None


def _table(rule: TableRule, old: TemplateBook, new: tuple[TemplateBook, TemplateLook]) -> TableRule | None:
    book, look = new
    wanted = _headings(old, rule)
    if wanted and _headings(book, rule) == wanted:
        return rule
    for spot in look.spots:
        if spot.kind is not SpotKind.TABLE or spot.sheet.casefold() != rule.sheet.casefold():
            continue
        letters = {text: letter for letter, text in spot.headings}
        heading = place_of(spot.place.partition(":")[0])
        if wanted and heading is not None and all(text in letters for text in wanted):
            columns = tuple((letters[text], column) for text, (_, column) in zip(wanted, rule.columns, strict=True))
            first = heading[0] + rule.first_row - rule.heading_row if rule.first_row else 0
            return replace(rule, heading_row=heading[0], columns=columns, first_row=first)
    return None


def _headings(book: TemplateBook, rule: TableRule) -> list[str]:
    """What the headings of the mapped columns say; [] where one says nothing."""
    sheet = book.sheet(rule.sheet)
    places = [place_of(f"{letter.upper()}{rule.heading_row}") for letter, _ in rule.columns]
    if sheet is None or None in places:
        return []
    texts = [" ".join(book.text_of(sheet, *place).split()) for place in places if place is not None]
    return texts if all(texts) else []


def _labels(look: TemplateLook) -> dict[tuple[str, str], str]:
    return {(spot.sheet, spot.place): spot.label for spot in look.spots if spot.kind is SpotKind.CELL}
