"""What rows can be brought in, which fields each kind has, and what an import would change.

Official columns are unknown to us (domain/process.md, section 4.1): every heading is mapped to a field by the person,
nothing is assumed; headings that are mapped to nothing are kept beside the record as they stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from desktop.changes import Changes
from desktop.portfolio.mapping import Suggestion


class RecordKind(StrEnum):
    """What the rows of a file are. The values stand in workspaces."""

    REQUIREMENTS = "requirements"
    CASES = "cases"
    """Test cases; a case may take several rows, one for each step."""
    RESULTS = "results"
    DEFECTS = "defects"
    WORK_OFF = "work_off"
    DELIVERABLES = "deliverables"
    ACTIVITIES = "activities"
    """Of one cutover plan (`ImportOptions.plan`)."""
    QUESTIONS = "questions"
    """Of one information request (`ImportOptions.request`)."""

    @property
    def word(self) -> str:
        """One of them, for people."""
        return "cutover activity" if self is RecordKind.ACTIVITIES else self.words.removesuffix("s")

    @property
    def words(self) -> str:
        """In the plural, for people."""
        return {
            "cases": "test cases",
            "work_off": "work-off items",
            "deliverables": "PIT deliverables",
            "activities": "cutover activities",
        }.get(self.value, self.value)


class FieldKind(StrEnum):
    """How the text of a cell is taken."""

    TEXT = "text"
    DATE = "date"
    """A day as desktop/typed_days.py reads it, with a time or without; anything else refuses the row."""
    MOMENT = "moment"
    """A day or a day with a time, as desktop/uk_time.py reads and keeps it; anything else refuses the row."""
    NUMBER = "number"
    KEYS = "keys"
    """Several ids: separated by commas, semicolons, bars or line ends."""
    CHOICE = "choice"
    """One of few words, of which `choices` lists what is understood."""


@dataclass(frozen=True)
class RecordField:
    """One field that a heading can be mapped to. `name` is also the command line's `--map NAME=HEADING`."""

    name: str
    title: str
    kind: FieldKind = FieldKind.TEXT
    needed: bool = False
    synonyms: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    """What may stand in a cell, folded, to the value it means: {"pass": "Passed", "ok": "Passed"}. Of a field that is
    no CHOICE these words are put in place, and any other text stays as it stands."""
    vague: Mapping[str, str] = field(default_factory=dict)
    """Words, folded, that nobody can take as one value, to what is said of them: {"completed": "does not say ..."}."""
    plain: frozenset[str] = frozenset()
    """Of a CHOICE, words, folded, that plainly say their value; with any other the person is told what it was taken
    for."""
    about: str = ""
    one_of: str = ""
    """Of the fields with the same word here at least one is needed; '' = none of that."""
    step: bool = False
    """It is of one step of a case: a row for each step."""
    spare: tuple[str, ...] = ()
    """Names of a heading that holds it when no other field and no better name did: Requirement beside Description is
    the title, and alone it is the text."""


@dataclass(frozen=True)
class SheetOf:
    """A sheet of a workbook: its name, rows, and whether it is hidden."""

    name: str
    rows: int
    hidden: bool


@dataclass(frozen=True)
class RecordSource:
    """A file that was looked at: what it is, its headings and first rows, and what the headings may hold."""

    path: Path
    kind: RecordKind
    format: str
    """csv, xlsx, junit."""
    headings: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    sheets: tuple[SheetOf, ...]
    sheet: str
    notes: tuple[str, ...]
    """What was found out about the file, in sentences: the headings stand in row 4; 2 merged cells ..."""
    suggestions: Mapping[str, Suggestion]
    """Field name to the heading proposed for it. Empty for JUnit, whose fields need no mapping."""
    handle: object = None
    """For the service: the file as it was read. Close it with `RecordImports.close`."""
    ours: bool = False
    """A workbook that we wrote: columns that are mapped to nothing repeat what stands elsewhere and are not kept."""
    rows: int = 0
    """Data rows below the headings."""
    heading_row: int = 1
    """Row of the sheet, or line of the file, on which the (last) headings stand."""
    encoding: str = ""
    """Of a text file, as people know it."""
    plan_ref: str = ""
    """The cutover plan that a workbook of ours was written from, by its reference."""


@dataclass(frozen=True)
class RunDetails:
    """What is said of a run of tests. Days are ISO texts."""

    title: str = ""
    stage: str = ""
    gate: str = ""
    environment: str = ""
    tester: str = ""
    started: str = ""
    finished: str = ""
    note: str = ""


@dataclass(frozen=True)
class ImportOptions:
    """How rows are taken.

    `clear_blanks`: a blank cell of a mapped heading clears the field (else it leaves it). `source`, `version`: document
    and number as the person gives them. `complete`: the file holds all records, so that those not in it are marked as
    missing (never deleted). `run`: for results, the run that they become; `into_run`: or an open run they go into.
    """

    clear_blanks: bool = False
    source: str = ""
    version: str = ""
    complete: bool = True
    run: RunDetails | None = None
    into_run: int | None = None
    plan: int | None = None
    """For activities, the cutover plan that they go into."""
    request: int | None = None
    """For questions, the information request that they go into."""
    new_request: str = ""
    """For questions, the title of a request that is made for them, when `request` is None."""
    new_plan: str = ""
    """For activities, the title of a plan that is made for them, when `plan` is None."""
    duration_unit: str = ""
    """For activities, what a bare number in a duration counts: wd, d, h or min; '' = as the heading says, else it is
    asked for."""
    without_lost_links: bool = False
    """For activities, take a row that waits for one that cannot be taken, without that link; each is told."""
    over_changes_here: bool = False
    """For activities and questions, take what the file says of a field that was changed here since, though the file
    says the same as before; else ours is kept."""


class ChangeKind(StrEnum):
    """What an import does to one record."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MISSING = "missing"
    """Known, and not in this file; kept and marked."""
    BACK = "back"
    """Was missing and is there again."""
    REFUSED = "refused"
    """The row cannot be taken; the reason says why."""


@dataclass(frozen=True)
class RecordChange:
    """One record in the difference: its key, title, what becomes of it, and field (in words) to (before, after)."""

    key: str
    title: str
    change: ChangeKind
    row: int | None = None
    """Row of the sheet as a spreadsheet shows it, line of a text file, place of the test in JUnit XML; None for records
    that are not in the file."""
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reason: str = ""
    waits: bool = False
    """It is refused for nothing of its own: what it waits for cannot be taken."""
    note: str = ""
    """What is to be known of a row that is taken: that a link of it is left out, that ours is kept."""
    here: tuple[str, ...] = ()
    """Fields, in words, that were changed here since the last file, of which this file says the same as before. A row
    that differs in nothing else is unchanged, and listed all the same."""


@dataclass(frozen=True)
class StagedRecords:
    """The dry run: everything a commit would do. `changes` lists all but unchanged ones that say nothing."""

    source: RecordSource
    options: ImportOptions
    mapping: Mapping[str, str]
    counts: Mapping[ChangeKind, int]
    changes: tuple[RecordChange, ...]
    notes: tuple[str, ...] = ()
    """For instance: 12 results are of cases that are not here yet; these cases are added."""
    handle: object = None


@dataclass(frozen=True)
class ImportedRecords:
    """What a commit did; `already` when there was nothing to change. `run_id` for results."""

    changes: Changes
    import_id: int | None
    counts: Mapping[ChangeKind, int]
    run_id: int | None = None
    already: bool = False
    first: int | None = None
    """Id of the first record of the file's kind that was added or changed."""
    plan_id: int | None = None
    """For activities, the plan that they are in."""
    request_id: int | None = None
    """For questions, the request that they are in."""


@dataclass(frozen=True)
class PastImport:
    """An import that was made."""

    id: int
    kind: RecordKind
    file_name: str
    file_sha256: str
    source: str
    version: str
    counts: Mapping[ChangeKind, int]
    imported_at: str
    imported_by: str


@dataclass(frozen=True)
class PastChange:
    """What one import changed in one record."""

    import_id: int
    file_name: str
    source: str
    version: str
    change: ChangeKind
    fields: Mapping[str, tuple[str, str]]
    at: str
    by: str
