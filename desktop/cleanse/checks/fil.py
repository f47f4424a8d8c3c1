"""Checks of the file as a whole: FIL-01 (headings), FIL-02 (how it could be read), FIL-03 (how old it is)."""

from __future__ import annotations

from desktop.cleanse.check import Check, CouldNotRun, FileFault, Items, RuleContext
from desktop.cleanse.model import Party, Severity
from desktop.portfolio.items import ITEMS, NEEDED
from desktop.portfolio.reading import FaultKind, Reading, encoding_name

_REPORTED = (
    FaultKind.RAGGED,
    FaultKind.CONTROL,
    FaultKind.ERROR_CELL,
    FaultKind.NO_VALUE,
    FaultKind.BLANK_ROW,
)
"""Faults of single rows and cells that are findings; spoiled numbers and dates are the form checks' findings."""
_NOTED = {
    FaultKind.LONG_NUMBER: (
        "number cell with more digits than a spreadsheet keeps",
        "number cells with more digits than a spreadsheet keeps",
    ),
    FaultKind.NUMBER: ("identifier kept as a number cell", "identifiers kept as number cells"),
    FaultKind.DATE_CELL: ("date cell", "date cells"),
    FaultKind.HIDDEN: ("hidden row, column or sheet", "hidden rows, columns or sheets"),
    FaultKind.REPEATED_HEADING_ROW: (
        "heading row repeated among the data",
        "heading rows repeated among the data",
    ),
}
"""In words, for one and for several."""
_LISTED = 20


def headings_rule(ctx: RuleContext) -> list[FileFault]:
    """FIL-01."""
    faults = [
        FileFault(item, f"No heading is mapped to {ITEMS[item].title}.") for item in NEEDED if item not in ctx.mapping
    ]
    for item, heading in ctx.mapping.items():
        times = ctx.headings.count(heading)
        if times > 1:
            faults.append(
                FileFault(
                    item,
                    f"The heading “{heading}” stands {times} times; only the first was read, as {ITEMS[item].title}.",
                    value=heading,
                )
            )
        elif times == 0:
            faults.append(
                FileFault(
                    item, f"The heading “{heading}” was mapped to {ITEMS[item].title}, but is gone.", value=heading
                )
            )
    return faults


def headings_remark(_: Items, ctx: RuleContext) -> str:
    """The headings that no item was mapped to: their columns are kept, and no check reads them."""
    mapped = set(ctx.mapping.values())
    unmapped = [heading or "(no heading)" for heading in ctx.headings if heading not in mapped]
    if not unmapped:
        return ""
    more = f" and {len(unmapped) - _LISTED} more" if len(unmapped) > _LISTED else ""
    return f"Kept, but not mapped to any item: {', '.join(unmapped[:_LISTED])}{more}."


def reading_rule(ctx: RuleContext) -> list[FileFault]:
    """FIL-02."""
    reading = _reading(ctx)
    faults = []
    if reading.fault_counts.get(FaultKind.ENCODING, 0) or any(f.kind is FaultKind.ENCODING for f in reading.faults):
        faults.append(
            FileFault(
                "", f"The file is not UTF-8; it was read as {encoding_name(reading.encoding)}.", value=reading.encoding
            )
        )
    items = {heading: item for item, heading in ctx.mapping.items()}
    for fault in reading.faults:
        if fault.kind in _REPORTED:
            named = ""
            if fault.column is not None and fault.column < len(ctx.headings):
                heading = ctx.headings[fault.column]
                # A heading that stands twice is mapped where it stands first.
                first = ctx.headings.index(heading) == fault.column
                named = items.get(heading, heading) if first else heading
            faults.append(FileFault(named, fault.message, fault.row, fault.value))
    return faults


def reading_remark(_: Items, ctx: RuleContext) -> str:
    """How the file was read, and what was met that is no finding."""
    reading = _reading(ctx)
    said = []
    if reading.encoding:
        said.append(f"Text in {encoding_name(reading.encoding)}{' with a byte order mark' if reading.bom else ''}")
    if reading.delimiter:
        said.append(f"cells separated by {_delimiter(reading.delimiter)}")
    sentence = f"{', '.join(said)}." if said else ""
    met = [
        f"{count:,} {words[count > 1]}"
        for kind, words in _NOTED.items()
        if (count := reading.fault_counts.get(kind, 0))
    ]
    if met:
        sentence = f"{sentence} Also met: {', '.join(met)}.".strip()
    total = sum(reading.fault_counts.get(kind, 0) for kind in _REPORTED)
    listed = sum(1 for fault in reading.faults if fault.kind in _REPORTED)
    if total > listed:
        more = total - listed
        told = "1 more fault was" if more == 1 else f"{more:,} more faults were"
        sentence = f"{sentence} {told} counted but {'is' if more == 1 else 'are'} not listed.".strip()
    return sentence


def _reading(ctx: RuleContext) -> Reading:
    if ctx.reading is None:
        raise CouldNotRun("It is not known how the file was read.")
    return ctx.reading


def _delimiter(character: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}.get(character, f"“{character}”")


def age_rule(ctx: RuleContext) -> list[FileFault]:
    """FIL-03."""
    if ctx.extract_date is None:
        raise CouldNotRun("No heading is mapped to Extract Date, and no date was given at import.")
    days = (ctx.as_of - ctx.extract_date).days
    limit = int(ctx.settings["max_days"])
    if days <= limit:
        return []
    told = (
        f"The extract is of {ctx.extract_date:%d/%m/%Y}, {days} days ago; more than {limit} days is too old to act on."
    )
    return [FileFault("extract_date", told, value=f"{ctx.extract_date:%d/%m/%Y}")]


CHECKS: tuple[Check, ...] = (
    Check(
        id="FIL-01",
        title="Needed column missing or heading repeated",
        severity=Severity.BLOCK,
        party=Party.SUP,
        items=NEEDED,
        explanation=(
            "Columns are found by their headings, never by their place. A heading that stands twice leaves it open "
            "which column is meant. Headings that no item was mapped to are kept and listed, but no check reads them."
        ),
        fix_hint="Rename one of the columns and import again, or map the heading you mean; the mapping is remembered.",
        basis="[chellow-log] layout changed three times in five months",
        file=headings_rule,
        remark=headings_remark,
    ),
    Check(
        id="FIL-02",
        title="Row or cell that could not be read cleanly",
        severity=Severity.MED,
        party=Party.SUP,
        items=(),
        explanation=(
            "The file is not UTF-8, a row has more or fewer cells than there are headings, or a cell holds a tab, a "
            "line break or another control character. Such rows may be shifted: look at them before trusting their "
            "other findings. A row in which nothing stands is reported here and nowhere else."
        ),
        fix_hint="Export again as UTF-8 CSV; look for an unquoted comma or a stray tab in the row named.",
        basis="[measured] BOM in one vintage only and a tab in a cell in the UKPN files",
        file=reading_rule,
        remark=reading_remark,
    ),
    Check(
        id="FIL-03",
        title="Extract too old",
        severity=Severity.MED,
        party=Party.SUP,
        items=("extract_date",),
        explanation=(
            "Findings of an old extract may long be mended, and new ones are missing. The newest date in the extract "
            "date column counts, or the date given at import."
        ),
        fix_hint="Pull a fresh extract.",
        basis="[derived]; REC reports are monthly [rec-cleanse]",
        defaults={"max_days": 31},
        file=age_rule,
    ),
)
