"""What an import would do to the records of one kind, and the doing: planned and applied by the same code.

A plan is made from the rows and from what is kept at that moment. The dry run shows it; the commit makes it again
inside its transaction, refuses when it comes out otherwise, and applies it there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.records.fields import by_name
from desktop.records.model import ChangeKind, ImportOptions, RecordChange, RecordKind
from desktop.records.rows import Record
from local_db import record_imports
from local_db.connection import Connection
from local_db.edit import Edit

UNTITLED = "There is no title, and no record with this id to change."
"""Why a row is refused that neither makes a record nor changes one."""
MARK = ", version "
"""Between document and version in what a record says of its source."""


@dataclass(frozen=True)
class Known:
    """A record that is kept, as a file would say it."""

    id: int
    key: str
    title: str
    values: Mapping[str, str]
    extra: Mapping[str, str] = field(default_factory=dict)
    missing: bool = False
    source: str = ""


@dataclass(frozen=True)
class Wanted:
    """A record of the file that is new or differs: what is kept (None: it is new), and what is to stand there."""

    record: Record
    known: Known | None
    values: Mapping[str, str]
    """All values as they will stand."""
    extra: Mapping[str, str]
    fields: Mapping[str, tuple[str, str]]
    """What changes, field in words to (before, after)."""
    stays_missing: bool = False
    """It was missing from the newest document, and this file says nothing of that."""


@dataclass
class Applied:
    """What was written: (kind, record id, change) of every record, and the run that results became."""

    records: list[tuple[RecordKind, int, RecordChange]] = field(default_factory=list)
    run_id: int | None = None
    plan_id: int | None = None
    """The cutover plan that activities are in."""
    request_id: int | None = None
    """The information request that questions are in."""


@dataclass
class Plan:
    """Everything an import would do. `changes` in the order of the file; the unchanged are only counted."""

    changes: list[RecordChange] = field(default_factory=list)
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    work: bool = False
    """Whether there is anything to write, the changes or what the notes say."""
    run_id: int | None = None
    """The run that these results are in already."""
    plan_id: int | None = None
    """The cutover plan that these activities are in already."""
    request_id: int | None = None
    """The information request that these questions are in already."""
    apply: Callable[[Edit, int], Applied] = field(default=lambda edit, import_id: Applied())
    """Writes it, inside an open edit, for the import of this id."""

    def counts(self, refused: int) -> dict[ChangeKind, int]:
        """How many records become what."""
        counted = Counter(one.change for one in self.changes)
        counted[ChangeKind.UNCHANGED] = self.unchanged
        counted[ChangeKind.REFUSED] += refused
        return {kind: counted.get(kind, 0) for kind in ChangeKind}


@dataclass(frozen=True)
class Context:
    """What a plan needs to know beside the rows."""

    connection: Connection
    options: ImportOptions
    file_name: str
    file_sha256: str
    today: str
    """ISO."""
    refused: frozenset[str] = frozenset()
    """Ids of rows that cannot be taken: their records are in the file, and not missing."""
    ours: bool = False
    """The file is a sheet of a workbook that was written here. It is no document: it holds what was missing from the
    newest one as it holds the rest, so that nothing is missing from it and nothing is back by it."""
    refused_rows: Mapping[str, int | None] = field(default_factory=dict)
    """The rows of `refused`, as a spreadsheet shows them."""


def source_text(options: ImportOptions) -> str:
    """Document and version as a record keeps them; '' when the person gave none."""
    source, version = options.source.strip(), options.version.strip()
    return f"{source}{MARK}{version}" if source and version else source or (version and f"Version {version}")


def same_document(kept: str, options: ImportOptions) -> bool:
    """Whether a record was last seen in the document of this import; any record when no document was named."""
    named = options.source.strip()
    return not named or kept == named or kept.startswith(named + MARK)


def missing_from(context: Context, kind: RecordKind, known: Iterable[Known], named: Collection[str]) -> list[Known]:
    """The records that a file should name and does not: none of a file that holds a part only, or is ours.

    Those of other documents are not judged, nor what no file of this kind ever brought: records typed by hand, cases
    that came with results.
    """
    if not context.options.complete or context.ours:
        return []
    brought = record_imports.brought(context.connection, kind)
    return [
        one
        for one in known
        if one.key not in named and not one.missing and one.id in brought and same_document(one.source, context.options)
    ]


def compared(
    kind: RecordKind,
    records: Iterable[Record],
    known: Mapping[str, Known],
    *,
    title_of: Callable[[Record, Known | None], str],
    key_of: Callable[[Record], str] = lambda record: record.key,
    ours: bool = False,
) -> tuple[list[Wanted], list[Known], list[RecordChange]]:
    """Set records against those that are kept: what is new or differs, what does not, and new ones without a title.

    A value that the file does not give stays as it is; so does a cell of a heading that it does not have. What was
    missing stays so in a file of `ours`, changed or not.
    """
    titles = by_name(kind)
    wanted: list[Wanted] = []
    same: list[Known] = []
    refused: list[RecordChange] = []
    for record in records:
        before = known.get(key_of(record))
        title = title_of(record, before)
        if not title:
            refused.append(RecordChange(record.key, "", ChangeKind.REFUSED, record.row, reason=UNTITLED))
            continue
        kept = dict(before.values) if before else {}
        values = {**kept, **record.values, "title": title}
        extra = dict(before.extra) if before else {}
        for label, text in record.extra.items():
            if text:
                extra[label] = text
            else:
                extra.pop(label, None)
        fields = {
            titles[name].title if name in titles else name: (kept.get(name, ""), text)
            for name, text in values.items()
            if kept.get(name, "") != text
        }
        old_extra = before.extra if before else {}
        for label in dict.fromkeys((*old_extra, *extra)):
            if old_extra.get(label, "") != extra.get(label, ""):
                fields[label] = (old_extra.get(label, ""), extra.get(label, ""))
        if before is not None and not fields and (ours or not before.missing):
            same.append(before)
        else:
            stays = ours and before is not None and before.missing
            wanted.append(Wanted(record, before, values, extra, fields, stays))
    return wanted, same, refused


def change_of(one: Wanted) -> RecordChange:
    """A new or different record in the difference."""
    if one.known is None:
        kind = ChangeKind.ADDED
    elif one.known.missing and not one.stays_missing:
        kind = ChangeKind.BACK
    else:
        kind = ChangeKind.CHANGED
    return RecordChange(one.record.key, one.values["title"], kind, one.record.row, one.fields)


def missing_change(known: Known) -> RecordChange:
    """A record that is not in the file."""
    return RecordChange(known.key, known.title, ChangeKind.MISSING)


def with_links(
    wanted: list[Wanted],
    same: list[Known],
    records: Sequence[Record],
    links: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    field_title: str,
) -> tuple[list[Wanted], list[Known]]:
    """Count records that only get new links among the changed ones; all their links stand in the difference.

    `links`: id of a record that gets new ones to the ids it is linked to now, and those it gets linked to beside them.
    """
    by_key = {record.key: record for record in records}
    told = {key: (", ".join(there), ", ".join((*there, *added))) for key, (there, added) in links.items() if added}
    result = [
        replace(one, fields={**one.fields, field_title: told[one.record.key]}) if one.record.key in told else one
        for one in wanted
    ]
    still = []
    for known in same:
        if known.key in told:
            fields = {field_title: told[known.key]}
            # Only in a file of ours is what was missing among the same: it stays so.
            result.append(Wanted(by_key[known.key], known, known.values, known.extra, fields, known.missing))
        else:
            still.append(known)
    order = {record.key: place for place, record in enumerate(records)}
    result.sort(key=lambda one: order[one.record.key])
    return result, still


def absence_notes(
    context: Context, known: Iterable[Known], named: Collection[str], word: str, words: str = ""
) -> list[str]:
    """What a sheet of ours leaves as it is: marks of being missing, and records that it does not hold."""
    if not context.ours:
        return []
    known = list(known)
    marked = sum(1 for one in known if one.missing and one.key in named)
    absent = sum(1 for one in known if one.key not in named)
    notes = []
    if marked:
        notes.append(
            f"{counted(marked, word, words)} missing from the newest document {'stay' if marked > 1 else 'stays'} so: "
            "a file that was written here is no document."
        )
    if absent:
        notes.append(
            f"{counted(absent, word, words)} that {'are' if absent > 1 else 'is'} not on this sheet "
            f"{'stay' if absent > 1 else 'stays'} as {'they are' if absent > 1 else 'it is'}: it was written here."
        )
    return notes


def case_notice(keys: Iterable[str], known: Iterable[str], word: str) -> list[str]:
    """A notice about ids that differ from others in their case only: they are two."""
    folded: dict[str, set[str]] = {}
    for key in (*keys, *known):
        folded.setdefault(key.casefold(), set()).add(key)
    alike = [sorted(some) for some in folded.values() if len(some) > 1]
    if not alike:
        return []
    shown = "; ".join(" and ".join(some) for some in alike[:3])
    return [
        f"{len(alike):,} id{'s differ' if len(alike) > 1 else ' differs'} from another in upper and lower case only "
        f"({shown}{' ...' if len(alike) > 3 else ''}); each is a {word} of its own."
    ]


def counted(number: int, word: str, words: str = "") -> str:
    """A number with its word: 1 requirement, 3 requirements; `words` where the plural is not made with an s."""
    return f"{number:,} {word if number == 1 else words or f'{word}s'}"


def listed(texts: Sequence[str], most: int = 5) -> str:
    """The first of some ids, and how many more there are."""
    shown = ", ".join(text if len(text) <= 60 else f"{text[:60]}..." for text in texts[:most])
    return f"{shown} and {len(texts) - most:,} more" if len(texts) > most else shown
