"""What is done: starts, ticks, outcomes, what is not needed, what was looked at, and colours said over the computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from desktop.changes import Changes
from desktop.cutover import entered
from desktop.cutover.context import NOTHING, Desk, changes, named
from desktop.cutover.model import ActivityType, Rag
from desktop.cutover.reading import Reader, Situation
from desktop.cutover.standing import FAILED, State
from desktop.errors import InvalidInput
from desktop.uk_time import Moment, moment_at, parse_moment
from local_db import cutover as rows
from local_db.cutover import ActivityRow

_REMARKED = (*FAILED, "not tested")
"""Outcomes that need a remark."""
_SEVERAL = 3
"""How many reasons a refusal names before it counts the rest."""
_NAMED = 10
"""How many activities a refusal names."""
UNTICKED: dict[str, object] = dict.fromkeys(rows.DONE_COLUMNS, "")


class Ticking:
    """Writes what became of activities."""

    def __init__(self, desk: Desk, reader: Reader) -> None:
        """Nothing is read before it is asked for."""
        self._desk, self._reader = desk, reader

    def start(self, activity_ids: Sequence[int], at: Moment | None, by: str, despite: str) -> Changes:
        """See CutoverService."""
        if not activity_ids:
            return Changes()
        at = self._moment(at)
        by, despite = self._by(by), entered.text(despite, "despite")
        chosen, refused = [], []
        values = {}
        for situation, of_plan in self._chosen(activity_ids):
            for row in of_plan:
                _refuse_not_needed(row)
                if row.finished:
                    raise InvalidInput(
                        f"{_called(row)} has ended already.",
                        safe=NOTHING,
                        todo="Take its tick back first.",
                        field="at",
                    )
                waiting = situation.state(row).waiting_for
                refused += [f"{_called(row)}: {why}" for why in waiting if not despite]
                chosen.append(row)
                values[row.id] = (at.text, by, despite if waiting else row.despite)
        _refuse(refused, "cannot start yet")
        title = f"Start {named(chosen)}"
        with self._desk.edit("start", title) as edit:
            edit.update_many("cutover_activity", ["started", "started_by", "despite"], values)
        return changes(title, len(chosen))

    def tick(  # noqa: PLR0917 - as the service has it
        self, activity_ids: Sequence[int], at: Moment | None, by: str, outcome: str, remark: str, despite: str
    ) -> Changes:
        """See CutoverService."""
        if not activity_ids:
            return Changes()
        at = self._moment(at)
        by, outcome = self._by(by), " ".join(outcome.casefold().split())
        remark, despite = entered.text(remark, "remark"), entered.text(despite, "despite")
        ticked = frozenset(activity_ids)
        chosen, refused = [], []
        values = {}
        situations = self._chosen(activity_ids)
        _refuse_mixed([row for _situation, of_plan in situations for row in of_plan], outcome)
        for situation, of_plan in situations:
            for row in of_plan:
                _refuse_not_needed(row)
                _check_outcome(row, outcome, remark)
                _refuse_before_start(row, at)
                not_ready = _not_ready(situation.open_state(row, ticked - {row.id}, at), outcome)
                refused += [f"{_called(row)}: {why}" for why in not_ready if not despite]
                chosen.append(row)
                values[row.id] = (
                    at.text, by, outcome, remark, despite if not_ready else "", row.text_hash, "", "", "",
                )  # fmt: skip
        _refuse(refused, "cannot be called done yet")
        verb = {"fail": "as failed", "no-go": "as no-go", "not tested": "as not tested"}.get(outcome, "as done")
        title = f"Mark {named(chosen)} {verb}"
        columns = [
            "finished",
            "finished_by",
            "outcome",
            "remark",
            "despite",
            "looked_hash",
            "rag",
            "rag_reason",
            "rag_by",
        ]
        with self._desk.edit("tick", title) as edit:
            edit.update_many("cutover_activity", columns, values)
        return changes(title, len(chosen))

    def untick(self, activity_ids: Sequence[int], reason: str) -> Changes:
        """See CutoverService."""
        chosen = [row for _plan, of_plan in self._rows(activity_ids) for row in of_plan if row.finished or row.started]
        if not chosen:
            return Changes()
        reason = entered.text(reason, "reason")
        title = f"{_taken_back(chosen)} of {named(chosen)} taken back"
        was = [
            {"activity": row.key, "started": row.started, "finished": row.finished, "outcome": row.outcome}
            for row in chosen
        ]
        with self._desk.edit("untick", title, {"reason": reason, "was": was}) as edit:
            edit.update("cutover_activity", [row.id for row in chosen], UNTICKED)
        return changes(title, len(chosen))

    def not_needed(self, activity_ids: Sequence[int], reason: str) -> Changes:
        """See CutoverService."""
        reason = entered.text(reason, "reason")
        chosen = [row for _plan, of_plan in self._rows(activity_ids) for row in of_plan]
        for row in chosen:
            if reason and row.finished:
                raise InvalidInput(
                    f"{_called(row)} has ended already.", safe=NOTHING, todo="Take its tick back first.", field="reason"
                )
        chosen = [row for row in chosen if row.not_needed != reason]
        if not chosen:
            return Changes()
        title = f"{named(chosen)} {'not needed' if reason else 'needed after all'}"
        with self._desk.edit("not_needed", title) as edit:
            edit.update("cutover_activity", [row.id for row in chosen], {"not_needed": reason})
        return changes(title, len(chosen))

    def confirm(self, activity_ids: Sequence[int]) -> Changes:
        """See CutoverService."""
        chosen = [
            row
            for _plan, of_plan in self._rows(activity_ids)
            for row in of_plan
            if row.text_hash != row.looked_hash or row.missing
        ]
        if not chosen:
            return Changes()
        title = f"Confirm {named(chosen)}"
        with self._desk.edit("confirm", title) as edit:
            edit.update_many(
                "cutover_activity", ["looked_hash", "missing"], {row.id: (row.text_hash, 0) for row in chosen}
            )
        return changes(title, len(chosen))

    def say_rag(self, activity_ids: Sequence[int], rag: Rag, reason: str) -> Changes:
        """See CutoverService."""
        rag, reason = Rag(rag), entered.text(reason, "reason")
        if rag is not Rag.NONE and not reason:
            raise InvalidInput(
                f"Say why it is {rag.value}, whatever is computed.", safe=NOTHING, field="reason"
            )  # fmt: skip
        chosen = [row for _plan, of_plan in self._rows(activity_ids) for row in of_plan]
        if rag is Rag.NONE:
            chosen = [row for row in chosen if row.rag]
            values: dict[str, object] = {"rag": "", "rag_reason": "", "rag_by": ""}
        else:
            values = {"rag": rag.value, "rag_reason": reason, "rag_by": self._desk.actor}
        if not chosen:
            return Changes()
        title = f"{named(chosen)} said {rag.value}" if rag else f"Override of the RAG of {named(chosen)} taken back"
        with self._desk.edit("rag", title) as edit:
            edit.update("cutover_activity", [row.id for row in chosen], values)
        return changes(title, len(chosen))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _rows(self, activity_ids: Sequence[int]) -> Sequence[tuple[int, list[ActivityRow]]]:
        if not activity_ids:
            return ()
        with self._desk.store.reading() as connection:
            return list(self._desk.chosen(connection, activity_ids).items())

    def _chosen(self, activity_ids: Sequence[int]) -> list[tuple[Situation, list[ActivityRow]]]:
        with self._desk.store.reading() as connection:
            found: Mapping[int, list[ActivityRow]] = self._desk.chosen(connection, activity_ids)
            return [(self._reader.situation(connection, plan_id), of_plan) for plan_id, of_plan in found.items()]

    def _moment(self, at: Moment | None) -> Moment:
        now = self._desk.now()
        if at is None:
            return moment_at(now)
        if entered.fitting(at, "at").start() > now:
            raise InvalidInput(
                f"{at.words} lies ahead.", safe=NOTHING, todo="Say when it really happened.", field="at"
            )  # fmt: skip
        return at

    def _by(self, by: str) -> str:
        return entered.text(by, "owner") or self._desk.actor


def _not_ready(how: State, outcome: str) -> tuple[str, ...]:
    """Why it cannot be called done yet. A failure needs no proof: nothing was reached."""
    return how.waiting_for if outcome in FAILED else (*how.waiting_for, *how.lacks)


def _refuse_mixed(chosen: Sequence[ActivityRow], outcome: str) -> None:
    """Of several, say at once which cannot end in this outcome, or end in none; one alone is `_check_outcome`'s."""
    other = [row for row in chosen if outcome not in (ActivityType(row.type).outcomes or ("",))]
    if len(chosen) < 2 or not other:
        return
    need = [row for row in other if ActivityType(row.type).outcomes]
    without = [row for row in other if not ActivityType(row.type).outcomes]
    said = []
    if need:
        each = [f"{_called(row)} ({_or(ActivityType(row.type).outcomes)})" for row in need]
        said.append(f"{_listed(each)} {'needs' if len(need) == 1 else 'need'} {'another' if outcome else 'an'} outcome")
    if without:
        verb = "has no outcome: it is" if len(without) == 1 else "have no outcome: they are"
        said.append(f"{_listed([_called(row) for row in without])} {verb} done or not")
    rest = [row.key for row in chosen if row not in other]
    alone = f" {_listed(rest)} can go as {'it is' if len(rest) == 1 else 'they are'}." if rest else ""
    raise InvalidInput(
        f"These cannot be called done so: {'; '.join(said)}.{alone}",
        safe=NOTHING,
        todo="Say the outcome, and what ends otherwise by itself.",
        field="outcome",
    )


def _or(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _listed(names: Sequence[str]) -> str:
    """Ten names at most, and how many more."""
    if len(names) > _NAMED:
        names = [*names[:_NAMED], f"{len(names) - _NAMED:,} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _check_outcome(row: ActivityRow, outcome: str, remark: str) -> None:
    known = ActivityType(row.type).outcomes
    if known and outcome not in known:
        raise InvalidInput(
            f"{_called(row)} ends in {_or(known)}.",
            safe=NOTHING,
            todo="Say which.",
            field="outcome",
        )
    if not known and outcome:
        raise InvalidInput(f"{_called(row)} has no outcome; it is done or not.", safe=NOTHING, field="outcome")
    if outcome in _REMARKED and not remark:
        raise InvalidInput(f"Say in the remark why {_called(row)} ended in {outcome}.", safe=NOTHING, field="remark")


def _refuse_not_needed(row: ActivityRow) -> None:
    if row.not_needed:
        raise InvalidInput(
            f"{_called(row)} is not needed.", safe=NOTHING, todo="Say first that it is needed after all.", field="at"
        )


def _refuse_before_start(row: ActivityRow, at: Moment) -> None:
    started = parse_moment(row.started)
    if started is not None and at.end() < started.start():
        raise InvalidInput(
            f"{_called(row)} began on {started.words}, so it cannot have ended on {at.words}.", safe=NOTHING, field="at"
        )


def _refuse(refused: Collection[str], what: str) -> None:
    """Raises InvalidInput with the reasons, when there are any."""
    if refused:
        listed = list(refused)
        more = f" And {len(listed) - _SEVERAL} more." if len(listed) > _SEVERAL else ""
        raise InvalidInput(
            f"This {what}, because: {'; '.join(listed[:_SEVERAL])}.{more}",
            safe=NOTHING,
            todo="Finish that first, or give a reason for going on despite it.",
            field="despite",
        )


def _taken_back(chosen: Sequence[ActivityRow]) -> str:
    """What was taken back: what is only begun has no tick."""
    words = "Tick" if any(row.finished for row in chosen) else "Start"
    return words if len(chosen) == 1 else f"{words}s"


def _called(row: ActivityRow) -> str:
    return f"{row.key} {row.title}"
