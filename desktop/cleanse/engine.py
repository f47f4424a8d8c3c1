"""The check engine: runs the catalogue over one snapshot, block by block, and gives findings and outcomes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl
from polars.exceptions import PanicException

from desktop.cleanse.check import Check, CouldNotRun, RuleContext
from desktop.cleanse.coding import Block, Dictionary
from desktop.cleanse.columns import MIGRATED, CheckSource, ItemColumns
from desktop.cleanse.evaluate import FOUND, PlannedFault, RuleBroke, evaluate_group, group_faults, plan_fault, tokens_of
from desktop.cleanse.findings_frame import FINDINGS, Emitted, assemble, blank_mask
from desktop.cleanse.model import CheckOutcome, Outcome, Severity, reason_of
from desktop.cleanse.whole import WholeColumns
from desktop.jobs import Job
from desktop.portfolio.items import ITEMS, ItemKind

log = logging.getLogger(__name__)

BLOCK_ROWS = 262_144
"""Rows read at a time: four row groups of the snapshot. The unit of progress, of cancelling and of memory."""

_SPELT_OUT = 4
"""Alternatives named in the reason why a check could not run."""

TABLE_SCHEMA = {"row": pl.UInt32, "item": pl.String, "message": pl.String, "suggestion": pl.String}


@dataclass(frozen=True)
class CheckResult:
    """What a run found: a frame of findings (see `findings_frame.FINDINGS`) and an outcome for each check, in order."""

    findings: pl.DataFrame
    outcomes: tuple[CheckOutcome, ...]

    def outcome(self, check_id: str) -> CheckOutcome:
        """The outcome of one check. Raises KeyError if it was not in the run."""
        for outcome in self.outcomes:
            if outcome.check_id == check_id:
                return outcome
        raise KeyError(check_id)


def run_checks(
    source: CheckSource,
    checks: Iterable[Check],
    *,
    as_of: date,
    codes: Mapping[str, Any],
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    standing: Mapping[str, pl.DataFrame] | None = None,
    standing_trouble: str = "",
    job: Job | None = None,
    strict: bool = False,
    block_rows: int = BLOCK_ROWS,
) -> CheckResult:
    """Run every check over a snapshot.

    `as_of` is the day that counts as today. `codes` is the code_lists pack's body, `settings` the cleanse_checks
    pack's: check id to `{"on": bool, "severity": str, "settings": {...}}`, each key optional. `standing` are industry
    tables by name, beside the source's own; `standing_trouble` says why there are none. A rule that raises is a fault
    of ours: its check could not run, which is logged; with `strict` it raises. Raises Cancelled when the job is
    cancelled.
    """
    run = _Run(
        source,
        as_of=as_of,
        codes=codes,
        settings=settings or {},
        standing={**source.standing, **(standing or {})},
        standing_trouble=standing_trouble,
        job=job or Job(),
        strict=strict,
        block_rows=block_rows,
    )
    return run.run(tuple(checks))


class _Run:
    """One run. Exists so that what its steps share has names; used once."""

    def __init__(
        self,
        source: CheckSource,
        *,
        as_of: date,
        codes: Mapping[str, Any],
        settings: Mapping[str, Mapping[str, Any]],
        standing: Mapping[str, pl.DataFrame],
        standing_trouble: str,
        job: Job,
        strict: bool,
        block_rows: int,
    ) -> None:
        self.source = source
        self.as_of = as_of
        self.codes = codes
        self.settings = settings
        self.standing = standing
        self.standing_trouble = standing_trouble
        self.job = job
        self.strict = strict
        self.block_rows = block_rows
        self.items = ItemColumns(source.columns, as_of)
        self.dictionaries: dict[str, Dictionary] = {}
        self.whole = WholeColumns(self.blocks, frozenset(source.columns), source.row_count)
        self.extract_date = source.given_date
        self.reasons: dict[str, CheckOutcome] = {}
        """Checks that were skipped or could not run."""
        self.rows_notes: dict[str, str] = {}
        """What table rules left out, where the rows tell."""
        self.emitted = Emitted(blank=blank_mask(source.reading, source.row_count))
        self.planned = 0
        """Faults planned so far: the number of the next."""

    def run(self, catalogue: tuple[Check, ...]) -> CheckResult:
        checks = [check for check in (self._effective(check) for check in catalogue) if check is not None]
        if any(check.file is not None for check in checks):
            self._find_extract_date()
        self._row_rules([check for check in checks if check.row is not None])
        self._table_rules([check for check in checks if check.table is not None])
        self._file_rules([check for check in checks if check.file is not None])
        self.job.report("Putting the findings together", self.source.row_count, self.source.row_count)
        ran = {check.id: check for check in checks if check.id not in self.reasons}
        assembled = assemble(self.emitted, ran, self.whole, self.items)
        counts, told = assembled.counts(), assembled.told()
        outcomes = (self._outcome(check, ran, counts.get(check.id, 0), told.get(check.id, "")) for check in catalogue)
        return CheckResult(assembled.findings, tuple(outcomes))

    # --- what can run -------------------------------------------------------------------------------------------------

    def _effective(self, check: Check) -> Check | None:
        """The check with the person's severity, or None with the reason why it does not run."""
        entry = self.settings.get(check.id, {})
        if not entry.get("on", check.on):
            self._leave(check, Outcome.SKIPPED, "Switched off in the settings.")
            return None
        missing = [_need_in_words(need) for need in check.needs if self.items.first(*_one_of(need)) is None]
        if missing:
            self._leave(check, Outcome.COULD_NOT_RUN, f"No heading is mapped to {_listed(missing)}.")
            return None
        absent = [name for name in check.needs_tables if name not in self.standing]
        if absent:
            needs = f"Needs the industry table {_listed(absent)}"
            because = f". {self.standing_trouble}" if self.standing_trouble else ", which has not been loaded."
            self._leave(check, Outcome.COULD_NOT_RUN, needs + because)
            return None
        return replace(check, severity=Severity(entry["severity"])) if "severity" in entry else check

    def _leave(self, check: Check, outcome: Outcome, reason: str) -> None:
        self.reasons[check.id] = CheckOutcome(check.id, outcome, 0, reason)

    def _broke(self, check: Check, error: BaseException) -> None:
        """A rule failed by itself: say so with the outcome, never pass in silence."""
        if self.strict:
            raise error
        log.error("check %s could not run", check.id, exc_info=error)
        self._leave(
            check,
            Outcome.COULD_NOT_RUN,
            "This check failed by a fault of MHHS Desk, not of your file. The log has details.",
        )

    def _outcome(self, check: Check, ran: Mapping[str, Check], count: int, told: str) -> CheckOutcome:
        """What became of a check; `told` says which of its findings are counted but not listed."""
        if check.id in self.reasons:
            return self.reasons[check.id]
        note, remark = ran[check.id].note, ran[check.id].remark
        left_out = [note(self.items, self._context(check)) if note else "", self.rows_notes.get(check.id, "")]
        remarks = [remark(self.items, self._context(check)) if remark else "", told]
        reason = reason_of(_joined(left_out), _joined(remarks))
        return CheckOutcome(check.id, Outcome.FAILED if count else Outcome.PASSED, count, reason)

    def _context(self, check: Check) -> RuleContext:
        entry = self.settings.get(check.id, {})
        return RuleContext(
            as_of=self.as_of,
            settings={**check.defaults, **entry.get("settings", {})},
            codes=self.codes,
            standing=self.standing,
            reading=self.source.reading,
            headings=self.source.reading.headings,
            mapping=self.source.mapping,
            extract_date=self.extract_date,
        )

    # --- blocks -------------------------------------------------------------------------------------------------------

    def blocks(self, items: tuple[str, ...]) -> Iterator[Block]:
        """The snapshot's rows, these items only, `block_rows` at a time. Checks for a cancel at each."""
        columns = {item: self.source.columns[item] for item in items}
        wanted = list(dict.fromkeys(columns.values()))
        rule = self.items.migrated_rule()
        for first in range(0, self.source.row_count, self.block_rows):
            self.job.check()
            cells = self.source.rows.slice(first, self.block_rows).select(wanted).collect()
            yield Block(cells, columns, self.dictionaries, rule, first + 1)

    def _row_rules(self, checks: list[Check]) -> None:
        planned = [fault for check in checks for fault in self._plan(check)]
        groups = group_faults(planned)
        self.emitted.faults.extend(planned)
        read = self._items_read(planned)
        # Whole-file rules and fingerprints compare MPANs: as integers they are small enough to be kept on the way.
        numbers: dict[str, list[pl.Series]] = {item: [] for item in read if ITEMS[item].kind is ItemKind.MPAN}
        codes: dict[str, list[pl.Series]] = {item: [] for item in read if item not in numbers}
        total = self.source.row_count
        for block in self.blocks(read):
            self.job.report("Checking", block.first_row - 1, total)
            block.encode()
            for group in groups:
                self._evaluate(block, [fault for fault in group if fault.check.id not in self.reasons])
                self.job.check()
            for item, parts in numbers.items():
                parts.append(block.column(f"number:{item}"))
            for item in list(codes):
                coded = block.codes(item)
                if coded is None:
                    del codes[item]
                else:
                    codes[item].append(coded.cast(pl.UInt16))
        for item, parts in numbers.items():
            self.whole.keep(item, pl.concat([pl.Series([], dtype=pl.Int64), *parts]))
        for item, parts in codes.items():
            if parts:
                self.whole.keep_codes(item, self.dictionaries[item], pl.concat(parts))
        self.job.report("Checking", total, total)

    def _plan(self, check: Check) -> list[PlannedFault]:
        assert check.row is not None
        try:
            faults = check.row(self.items, self._context(check))
        except CouldNotRun as reason:
            self._leave(check, Outcome.COULD_NOT_RUN, str(reason))
            return []
        except (Exception, PanicException) as error:
            self._broke(check, error)
            return []
        start = self.planned
        self.planned += len(faults)
        return [plan_fault(start + place, check, fault) for place, fault in enumerate(faults)]

    def _items_read(self, planned: list[PlannedFault]) -> tuple[str, ...]:
        """The items that the planned faults read or show, and what identifies a row."""
        tokens = {token for fault in planned for token in (*fault.tokens, *tokens_of(fault.message), fault.fault.item)}
        if MIGRATED in tokens:
            tokens.update(tokens_of(self.items.migrated_rule().meta.root_names()))
        tokens.add("mpan")
        return tuple(item for item in ITEMS if item in tokens and self.items.has(item))

    def _evaluate(self, block: Block, group: list[PlannedFault]) -> None:
        if not group:
            return
        try:
            for found in evaluate_group(block, group):
                self.emitted.take(found)
        except RuleBroke as error:
            broken = next(fault.check for fault in group if fault.check.id == error.check_id)
            self._broke(broken, error)
            self._evaluate(block, [fault for fault in group if fault.check.id != error.check_id])

    # --- rules over the whole file ------------------------------------------------------------------------------------

    def _table_rules(self, checks: list[Check]) -> None:
        for place, check in enumerate(checks):
            assert check.table is not None
            self.job.report("Comparing rows", place, len(checks), unit="checks")
            try:
                found = check.table(self.whole, self._context(check))
                self.emitted.take_table(check, _as_table(found))
                if check.rows_note is not None:
                    self.rows_notes[check.id] = check.rows_note(self.whole, self._context(check))
            except CouldNotRun as reason:
                self._leave(check, Outcome.COULD_NOT_RUN, str(reason))
            except (Exception, PanicException) as error:
                self._broke(check, error)

    def _file_rules(self, checks: list[Check]) -> None:
        for check in checks:
            assert check.file is not None
            try:
                self.emitted.file.extend((check, fault) for fault in check.file(self._context(check)))
            except CouldNotRun as reason:
                self._leave(check, Outcome.COULD_NOT_RUN, str(reason))
            except (Exception, PanicException) as error:
                self._broke(check, error)

    def _find_extract_date(self) -> None:
        """The newest date in the extract date column stands before the date given at import."""
        if not self.items.has("extract_date"):
            return
        assert ITEMS["extract_date"].kind is ItemKind.DATE
        newest = [block.column("date:extract_date").max() for block in self.blocks(("extract_date",))]
        dates = [day for day in newest if isinstance(day, date)]
        self.extract_date = max(dates, default=self.extract_date)


def _as_table(found: pl.DataFrame) -> pl.DataFrame:
    """A table rule's answer with the columns and types that the contract names; nulls in texts become blank."""
    if "suggestion" not in found.columns:
        found = found.with_columns(pl.lit("").alias("suggestion"))
    for name in ("severity", "party"):
        if name not in found.columns:
            found = found.with_columns(pl.lit(None, pl.String).alias(name))
    return found.select(
        *(pl.col(name).cast(kind) for name, kind in TABLE_SCHEMA.items() if name in ("row", "item")),
        *(pl.col(name).cast(pl.String).fill_null("") for name in ("message", "suggestion")),
        *(pl.col(name).cast(pl.String) for name in ("severity", "party")),
    )


def _one_of(need: str | tuple[str, ...]) -> tuple[str, ...]:
    return (need,) if isinstance(need, str) else need


def _need_in_words(need: str | tuple[str, ...]) -> str:
    """`Profile Class`, `Profile Class or Market Segment`, or for many alternatives the first of them."""
    titles = [ITEMS[name].title for name in _one_of(need)]
    if len(titles) <= _SPELT_OUT:
        return " or ".join(titles)
    return f"any of {', '.join(titles[:_SPELT_OUT])} or {len(titles) - _SPELT_OUT} other items"


def _joined(sentences: list[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


__all__ = ["BLOCK_ROWS", "FINDINGS", "FOUND", "CheckResult", "run_checks"]
