"""What would be written where in a template, worked out before a byte is written; and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.jobs import Job
from desktop.submissions.content import Content
from desktop.submissions.filling.entries import Entries, Plan
from desktop.submissions.filling.items import is_figure, is_known, single_values
from desktop.submissions.filling.model import CellRule, TemplateMapping
from desktop.submissions.filling.opened import TemplateBook
from desktop.submissions.filling.places import find_spot
from desktop.submissions.filling.table_rules import plan_table


def plan_of(
    book: TemplateBook, mapping: TemplateMapping, content: Content | None, values: Mapping[str, str] | None, job: Job
) -> Plan:
    """Work it out. Without content only the places are looked at; without `values` single values may be missing.

    Raises FileRefused for a template that cannot be read, Cancelled.
    """
    entries = Entries(book, mapping)
    if any(one.filename.startswith("_xmlsignatures/") for one in book.members):
        entries.say("The template is digitally signed: its signature would not hold for a filled copy.")
    for rule in mapping.cells:
        _plan_cell(entries, rule, content, values)
    for table in mapping.tables:
        plan_table(entries, table, content, job)
    entries.tell_broken()
    return entries.plan


def _plan_cell(entries: Entries, rule: CellRule, content: Content | None, values: Mapping[str, str] | None) -> None:
    found = find_spot(entries.book, rule.spot)
    if found is None:
        entries.say(f"There is no cell {rule.spot} in the template.", rule.spot)
        return
    sheet, place = found
    if not entries.take(sheet, place, rule.spot):
        return
    entries.remark(sheet, place, rule.spot)
    if content is None:
        return
    said = single_values(values or {}, content).get(rule.item)
    if said:
        listed, there = entries.listed(said, rule.item, sheet, place)
        if not there:
            entries.not_listed(sheet, rule.item, [(place, said)], 1)
        entries.put(sheet, place, listed, rule.item, rule.spot, numeric=is_figure(rule.item))
    elif said is None and not is_known(rule.item, content):
        entries.say(f"This submission has no {rule.item}.", rule.spot)
    elif said is not None or values is not None:
        what = "empty" if said is not None else "not known"
        entries.say(f"{rule.item} is {what}: what the template has there stays.", rule.spot, refuses=False)
