"""Gathers what a report says from the services: the newest run, its findings, exceptions, what moved since the last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from desktop.browse.view import Filter, Op, View
from desktop.cleanse.catalogue import CheckInfo
from desktop.cleanse.exceptions import AcceptedException, ExceptionState
from desktop.cleanse.finding_index import ACCEPTED
from desktop.cleanse.finding_table import FindingTable
from desktop.cleanse.history import newest_of_each, unpacked
from desktop.cleanse.model import CheckOutcome, Outcome, Party, Severity, State, WorkStatus
from desktop.cleanse.runs import RunInfo
from desktop.content.pack import KINDS
from desktop.frames import pl
from desktop.participant.service import ParticipantService
from desktop.portfolio.items import ITEMS
from desktop.portfolio.snapshots import Snapshot
from desktop.report.content import (
    CheckFacts,
    ExceptionFacts,
    Findings,
    PackFacts,
    ParticipantFacts,
    PartyFacts,
    SinceLast,
    SnapshotFacts,
)
from desktop.report.fixlist import FixList
from local_db import findings as finding_rows
from local_db.connection import Store
from local_db.runs import CountRow

BLOCK_ROWS = 65_536

_NOT_GONE = Filter("state", Op.IS_NONE, (State.GONE.value,))
_NOT_ACCEPTED = Filter("exception", Op.IS_NONE, (ACCEPTED,))
_NOT_FIXED = Filter("status", Op.IS_NONE, (WorkStatus.FIXED.value,))
_THERE = (State.NEW, State.STILL, State.CHANGED)
_ITEM_OF_TITLE = {item.title: name for name, item in ITEMS.items()}


def participant_facts(participant: ParticipantService) -> ParticipantFacts:
    """Name and MPIDs, each with its roles in words."""
    person = participant.get()
    names = {kind: {row["id"]: row["name"] for row in participant.choices(kind)} for kind in ("roles", "segments")}
    roles: dict[str, list[str]] = {}
    for scope in participant.scopes():
        role = names["roles"].get(scope.role, scope.role)
        segment = names["segments"].get(scope.segment, scope.segment)
        roles.setdefault(scope.mpid, []).append(f"{role} ({segment})" if segment else role)
    return ParticipantFacts(
        person.name, person.short_name, tuple((mpid, ", ".join(held)) for mpid, held in roles.items())
    )


def snapshot_facts(snapshot: Snapshot) -> SnapshotFacts:
    """The file that was checked."""
    return SnapshotFacts(
        snapshot.file_name,
        snapshot.file_sha256,
        snapshot.rows,
        datetime.fromisoformat(snapshot.imported_at),
        snapshot.extract_date,
    )


def pack_facts(run: RunInfo) -> tuple[PackFacts, ...]:
    """The content packs that the run went by."""
    return tuple(
        PackFacts(KINDS.get(kind, kind), str(pack.get("version", "")), str(pack.get("status", "")))
        for kind, pack in run.packs.items()
    )


def check_facts(
    catalogue: tuple[CheckInfo, ...],
    outcomes: tuple[CheckOutcome, ...],
    counts: tuple[CountRow, ...],
    table: FindingTable,
) -> tuple[CheckFacts, ...]:
    """Every check with its outcome and how its findings stand; accepted ones are counted apart. Changes the view."""
    states = {state: _by_check(table, Filter("state", Op.IS_ANY, (state.value,)), _NOT_ACCEPTED) for state in _THERE}
    accepted = _by_check(table, _NOT_GONE, Filter("exception", Op.IS_ANY, (ACCEPTED,)))
    gone: Counter[str] = Counter()
    for count in counts:
        gone[count.check_id] += count.gone
    outcome_of = {outcome.check_id: outcome for outcome in outcomes}
    made = []
    for check in catalogue:
        added = CheckOutcome(check.id, Outcome.SKIPPED, 0, "This check was not part of the run.")
        outcome = outcome_of.pop(check.id, added)
        made.append(
            CheckFacts(
                check.id,
                check.title,
                check.severity.value,
                check.party.title,
                check.explanation,
                check.basis,
                outcome.outcome.value,
                _unchecked(outcome),
                outcome.remark,
                check.unless,
            )
        )
    for outcome in outcome_of.values():  # checks that this version does not know any more
        made.append(
            CheckFacts(
                outcome.check_id, outcome.check_id, "", "", "", "", outcome.outcome.value, _unchecked(outcome),
                outcome.remark,
            )
        )  # fmt: skip
    return tuple(
        replace(
            check,
            new=states[State.NEW][check.id],
            still=states[State.STILL][check.id],
            changed=states[State.CHANGED][check.id],
            gone=gone[check.id],
            excepted=accepted[check.id],
        )
        for check in made
    )


def _unchecked(outcome: CheckOutcome) -> str:
    """Why a check did not run, or what of it was left out, as a sentence; '' when it ran whole."""
    words = outcome.left_out if outcome.ran else outcome.reason
    return words[:1].upper() + words[1:]


def _by_check(table: FindingTable, *filters: Filter) -> Counter[str]:
    table.apply(View(filters=filters))
    return Counter({facet.value: facet.count for facet in table.facets("check")})


def party_facts(table: FindingTable, counts: tuple[CountRow, ...]) -> tuple[PartyFacts, ...]:
    """How the findings of each party and severity stand, parties in their order, worst severity first."""
    there: Counter[tuple[str, str, str]] = Counter()
    for row in table.tally().iter_rows(named=True):
        state = ACCEPTED if row["exception"] == ACCEPTED else row["state"]
        there[row["party"], row["severity"], state] += row["count"]
    for count in counts:
        there[count.party, count.severity, State.GONE] += count.gone
    made = []
    for party in Party:
        for severity in Severity:
            numbers = [there[party, severity, state] for state in (*_THERE, State.GONE, ACCEPTED)]
            if any(numbers):
                made.append(PartyFacts(party.title, severity.value, *numbers))
    return tuple(made)


def all_findings(table: FindingTable) -> Findings:
    """Every finding that is there, accepted ones too, worst first."""
    table.apply(View(filters=(_NOT_GONE,)))
    return Findings(table.count(), lambda: blocks_of(table, View(filters=(_NOT_GONE,))))


def blocks_of(table: FindingTable, view: View) -> Iterator[pl.DataFrame]:
    """The rows of a view as blocks with `content.FINDING_COLUMNS`."""
    table.apply(view)
    for start in range(0, table.count(), BLOCK_ROWS):
        frame = table.frame(start, BLOCK_ROWS)
        fingerprints = pl.Series("fingerprint", table.ids(start, BLOCK_ROWS), dtype=pl.Int64)
        item = pl.col("item").replace(_ITEM_OF_TITLE)
        texts = ("mpan", "value", "message", "suggestion", "party", "owner", "status", "note")
        yield frame.select(
            fingerprints,
            "state",
            "severity",
            pl.col("check").alias("check_id"),
            pl.col("title").alias("check_title"),
            "row",
            item.alias("item"),
            pl.col("item").alias("item_title"),
            *(pl.col(name).fill_null("") for name in texts),
            pl.when(pl.col("due") != "").then("due").alias("due"),
            pl.when(pl.col("exception") == ACCEPTED).then("terms").otherwise(pl.lit("")).alias("accepted"),
            pl.when(pl.col("first_seen") != "").then("first_seen").alias("first_seen"),
        )


def fix_lists_of(table: FindingTable, hints: Mapping[str, str]) -> tuple[FixList, ...]:
    """One list for each owner named, then one for each party's findings without an owner.

    What is accepted, gone, or marked as fixed at source is on none; nor is what MHHS Desk cleaned on reading and nobody
    was named for: that is for information. `hints` say by check id how to mend.
    The lists share the table and its view: the rows of one are to be read to their end before those of the next.
    """
    open_filters = (_NOT_GONE, _NOT_ACCEPTED, _NOT_FIXED)
    table.apply(View(filters=open_filters))
    owners = sorted((facet.value for facet in table.facets("owner") if facet.value and facet.count), key=str.casefold)
    wanted: list[tuple[str, tuple[Filter, ...]]] = [
        (owner, (*open_filters, Filter("owner", Op.IS_ANY, (owner,)))) for owner in owners
    ]
    for party in (one for one in Party if one is not Party.TOOL):
        without = (*open_filters, Filter("party", Op.IS_ANY, (party.value,)), Filter("owner", Op.EMPTY))
        wanted.append((party.title, without))
    made = []
    for owner, filters in wanted:
        view = View(filters=filters)
        table.apply(view)
        if table.count():
            made.append(FixList(owner, table.count(), partial(_fix_blocks, table, view, hints)))
    return tuple(made)


def _fix_blocks(table: FindingTable, view: View, hints: Mapping[str, str]) -> Iterator[pl.DataFrame]:
    for block in blocks_of(table, view):
        hint = pl.col("check_id").replace_strict(dict(hints), default="", return_dtype=pl.String)
        yield block.with_columns(hint.alias("hint"))


def since_last(
    store: Store, last_run: int, checks: tuple[CheckFacts, ...], accepted: pl.Series
) -> tuple[SinceLast, ...]:
    """What moved in each check since a run, by check. A finding that came and went in between is not counted.

    `accepted`: the findings (fingerprints) that are accepted now: neither new nor changed, as in `check_facts`.
    """
    with store.reading() as connection:
        columns = ["fingerprint", "check_id", "first_run", "since_run", "changed_run", "gone_run"]
        there = unpacked(finding_rows.present_parts(connection), columns)
        gone = newest_of_each(unpacked(finding_rows.gone_parts(connection), columns), there)
    open_now = there.filter(~pl.col("fingerprint").is_in(accepted.implode()))
    new = _count(open_now.filter(pl.col("since_run") > last_run))
    changed = _count(open_now.filter((pl.col("since_run") <= last_run) & (pl.col("changed_run") > last_run)))
    went = _count(gone.filter((pl.col("gone_run") > last_run) & (pl.col("since_run") <= last_run)))
    return tuple(
        SinceLast(check.id, check.title, new[check.id], changed[check.id], went[check.id], check.open)
        for check in checks
        if new[check.id] or changed[check.id] or went[check.id]
    )


def _count(findings: pl.DataFrame) -> Counter[str]:
    return Counter(dict(findings.group_by("check_id").len().iter_rows()))


def exception_facts(exceptions: tuple[AcceptedException, ...], titles: Mapping[str, str]) -> tuple[ExceptionFacts, ...]:
    """Exceptions in words, those withdrawn left out; `titles` are those of the checks by id."""
    return tuple(
        ExceptionFacts(
            one.check_id,
            titles.get(one.check_id, one.check_id),
            ITEMS[one.item].title if one.item in ITEMS else one.item,
            one.reason,
            one.approver,
            one.approved_at,
            one.expires,
            one.population,
            one.state.value,
        )
        for one in exceptions
        if one.state is not ExceptionState.WITHDRAWN
    )
