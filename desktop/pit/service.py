"""The PIT plan's one service: gates, deliverables and reliance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.content.pack import Pack
from desktop.content.plan_change import PlanChange
from desktop.content.service import ContentService
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import TargetKind
from desktop.evidence.service import EvidenceService
from desktop.milestones.service import MilestoneDay, MilestoneService
from desktop.participant.service import ParticipantService
from desktop.pit import comparison, entered, gates, plan_pack
from desktop.pit.gates import GateGiven
from desktop.pit.model import (
    OWN,
    Deliverable,
    DeliverableEdit,
    Gate,
    GateState,
    Moved,
    PartyType,
    Reliance,
    RelianceDetails,
    SeverityLevel,
    Stage,
)
from desktop.pit.placing import Placing
from desktop.pit.plan_file import PlanFile
from desktop.pit.plan_pack import PackDeliverable
from desktop.pit.reading import PlanReader, blank
from desktop.pit.schedule import Schedule, day_of, gate_state, moved
from desktop.settings import SettingsService
from desktop.working_days import WorkingDays
from local_db import pit as rows
from local_db.connection import Connection, Store
from local_db.edit import Edit
from local_db.evidence import links_to
from local_db.references import next_references


class PitService:
    """What pages and commands call about the PIT plan. Every call may run on a worker thread."""

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        store: Store,
        content: ContentService,
        participant: ParticipantService,
        milestones: MilestoneService,
        evidence: EvidenceService,
        actor: str,
        clock: Clock,
    ) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._participant = participant
        self._evidence = evidence
        self._plan = PlanReader(content, participant, milestones, evidence, SettingsService(store, actor, clock), clock)
        self._file = PlanFile(store, self._plan, participant)
        self._placing = Placing(store, evidence, actor, clock)
        self._actor = actor
        self._clock = clock

    # -- what the pack gives -------------------------------------------------------------------------------------------

    def pack(self) -> Pack:
        """The pit_plan pack in use, with its standing."""
        return self._plan.pack()

    def stages(self) -> tuple[Stage, ...]:
        """The stages of the pack."""
        return plan_pack.stages_of(self.pack())

    def severities(self) -> tuple[SeverityLevel, ...]:
        """The scale of defects, worst first."""
        return plan_pack.severities_of(self.pack())

    def families(self) -> tuple[str, ...]:
        """The requirement families that the pack knows (functional, migration, non-functional, operational)."""
        return plan_pack.families_of(self.pack())

    def parties(self) -> tuple[PartyType, ...]:
        """The party types that deliverables can be for: every role, and those that only the pack has."""
        return self._plan.parties()

    def parties_here(self) -> tuple[str, ...]:
        """The party types of this plan: the participant's roles, and those that deliverables of a pack are for."""
        held = {scope.role for scope in self._participant.scopes()}
        kept = rows.deliverables(self._store.read())
        held.update(plan_pack.party_of(row.key) for row in kept if not row.key.startswith(OWN))
        return tuple(one.id for one in self.parties() if one.id in held)

    def working_days(self) -> WorkingDays:
        """The calendar that days are counted in: a setting of the workspace."""
        return self._plan.working_days()

    # -- gates ---------------------------------------------------------------------------------------------------------

    def gates(self) -> tuple[Gate, ...]:
        """The gates in their order, with this participant's dates.

        A gate that the pack in use does not have, but the plan does, comes after the others under its own word.
        """
        connection = self._store.read()
        return self._plan.gates(connection)

    def gate_states(self, today: date | None = None) -> tuple[GateState, ...]:
        """The gates with what stands before them; None = the clock's today."""
        with self._store.reading() as connection:
            plan, schedule = self._plan.deliverables(connection, today)
        return tuple(gate_state(gate, plan, schedule) for gate in schedule.gates.values())

    def set_gate(
        self,
        gate_id: str,
        *,
        baseline: date | str | None = None,
        current: date | str | None = None,
        actual: date | str | None = None,
        note: str | None = None,
        milestone: str | None = None,
        milestone_days: int | str | None = None,
        rebaseline: bool = False,
    ) -> Changes:
        """Give a gate's days (a date, '' to clear, None to leave); what hangs on it moves with it.

        With a milestone (its id) the current day is counted from that milestone's day: `milestone_days` working days
        after it, before it when negative; a current day of its own takes it off the milestone. The title says how
        many deliverables moved. A baseline is set once: another one needs `rebaseline`. Raises InvalidInput, NotFound.
        """
        gate = self._gate(gate_id)
        values = self._gate_values(gate, GateGiven(baseline, current, actual, note, milestone, milestone_days))
        if not rebaseline:
            gates.refuse_rebaseline(gate, values)
        will_move = self._moves(gate, values)
        title = f"Change {gate.name}" + (f": {_counted(len(will_move))} moved with it" if will_move else "")
        with self._edit("pit.gate", title) as edit:
            kept = rows.gates(edit.connection).get(gate_id)
            if kept is not None:
                edit.update("pit_gate", [kept.id], values)
            elif any(values.values()):
                edit.insert("pit_gate", {"gate": gate_id, **values})
        return Changes.of(Subject.PIT, title=title, count=1 + len(will_move))

    def moves(
        self,
        gate_id: str,
        *,
        baseline: date | str | None = None,
        current: date | str | None = None,
        actual: date | str | None = None,
        milestone: str | None = None,
        milestone_days: int | str | None = None,
    ) -> tuple[Moved, ...]:
        """What would move if a gate had these days, before it is done (as in `set_gate`, which raises the same)."""
        gate = self._gate(gate_id)
        given = GateGiven(baseline, current, actual, None, milestone, milestone_days)
        return self._moves(gate, self._gate_values(gate, given))

    def moves_with(self, days: Mapping[str, str]) -> tuple[Moved, ...]:
        """What would move if milestones had these days (id to ISO day, '' = none): what hangs on gates on them."""
        with self._store.reading() as connection:
            kept = rows.deliverables(connection)
            before = self._plan.schedule(connection)
            then = {**self._plan.milestone_days(connection), **{one: day_of(day) for one, day in days.items()}}
        known = {one: day for one, day in then.items() if day is not None}
        after = {one.id: gates.with_values(one, {}, known, before.days) for one in before.gates.values()}
        return moved(kept, before, Schedule(after, before.days, before.today))

    def milestones(self) -> tuple[MilestoneDay, ...]:
        """The milestones that a gate can hang on."""
        return self._plan.milestones()

    # -- deliverables --------------------------------------------------------------------------------------------------

    def compare(self, parties: Sequence[str] | None = None) -> tuple[PlanChange, ...]:
        """What the pack in use says otherwise than the plan, for these party types.

        None: the participant's roles, and the party types that the plan has from a pack already.
        """
        wanted = plan_pack.deliverables_of(self.pack(), self.parties_here() if parties is None else parties)
        return comparison.compared(rows.deliverables(self._store.read()), wanted, self._plan.words(self._store.read()))

    def take(self, keys: Sequence[str] | None = None, parties: Sequence[str] | None = None) -> Changes:
        """Take the pack's deliverables for these party types (as in `compare`) into the plan (None: all that differ).

        New ones are added; changed ones take the new text and are flagged no more; what the pack has no more is kept
        and flagged no more; dates, owners and status stay. One step. Raises InvalidInput when the participant has no
        role yet.
        """
        here = self.parties_here() if parties is None else tuple(parties)
        if not here:
            raise InvalidInput(
                "Which deliverables there are depends on your roles, and none is given yet.",
                safe="Nothing was changed.",
                todo="Add a role under Settings › Participant and scope.",
                field="parties",
            )
        pack = self.pack()
        wanted = {one.key: one for one in plan_pack.deliverables_of(pack, here)}
        differing = [one.key for one in self.compare(here) if keys is None or one.key in set(keys)]
        if not differing:
            return Changes()
        assured = {one.id: one.assured_by for one in self.parties()}
        title = f"Take {_counted(len(differing))} from {pack.label}"
        with self._edit("pit.take", title, {"pack": pack.version, "sha256": pack.sha256}) as edit:
            kept = {row.key: row for row in rows.deliverables(edit.connection)}
            new = [wanted[key] for key in differing if key in wanted and key not in kept]
            refs = next_references(edit.connection, "PIT", len(new)) if new else []
            for ref, one in zip(refs, new, strict=True):
                values = {**_columns(one, pack), "reviewer": assured.get(one.party_type, "")}
                edit.insert("deliverable", {"ref": ref, "key": one.key, "party_type": one.party_type, **values})
            for key in differing:
                if key in kept:
                    gone = {"pack_hash": comparison.GONE}
                    edit.update("deliverable", [kept[key].id], _columns(wanted[key], pack) if key in wanted else gone)
        return Changes.of(Subject.PIT, title=title, count=len(differing))

    def deliverables(self, today: date | None = None) -> tuple[Deliverable, ...]:
        """All deliverables in the plan's order, with late computed."""
        with self._store.reading() as connection:
            return self._plan.deliverables(connection, today)[0]

    def deliverable(self, deliverable_id: int) -> Deliverable:
        """One. Raises NotFound."""
        for one in self.deliverables():
            if one.id == deliverable_id:
                return one
        raise NotFound("This deliverable is not in the plan any more.")

    def people(self) -> tuple[str, ...]:
        """Names to offer for owner and reviewer: those given before, and the participant's contacts."""
        found = {*rows.people(self._store.read()), *(one.name for one in self._participant.contacts())}
        return tuple(sorted(found, key=str.casefold))

    def add(self, title: str, party_type: str, change: DeliverableEdit) -> Changes:
        """A deliverable of the person's own; party type '' = for all. Raises InvalidInput."""
        day = today(self._clock)
        values = entered.values_of(change, day)
        values["title"] = entered.text(title, "title")
        if not values["title"]:
            raise InvalidInput("A deliverable needs a title.", field="title")
        if party_type and party_type not in {one.id for one in self.parties()}:
            raise InvalidInput("Choose one of the party types that are listed.", field="party_type")
        said = "Add a deliverable"
        with self._edit("pit.add", said) as edit:
            ref = next_references(edit.connection, "PIT")[0]
            row = blank(ref, f"{OWN}{ref}", party_type)
            values = entered.freed(row, entered.handed_over(row, values, day), None)
            edit.insert("deliverable", {"ref": ref, "key": row.key, "party_type": party_type, **values})
        return Changes.of(Subject.PIT, title=said, count=1)

    def edit(self, deliverable_ids: Sequence[int], change: DeliverableEdit) -> Changes:
        """Change deliverables; one step.

        A status of submitted or accepted without an actual day takes today, and so does what is submitted anew after
        it was returned; not started and in progress have no actual day. Raises InvalidInput (also for a baseline
        over another one without `rebaseline`), NotFound.
        """
        day = today(self._clock)
        values = entered.values_of(change, day)
        ids = list(dict.fromkeys(deliverable_ids))
        if not values or not ids:
            return Changes()
        with self._store.reading() as connection:
            kept = rows.deliverables(connection)
            schedule = self._plan.schedule(connection)
        found = {row.id: row for row in kept if row.id in set(ids)}
        if len(found) < len(ids):
            raise NotFound("A deliverable is not in the plan any more.", safe="Nothing was changed.")
        if change.party_type is not None and any(not row.key.startswith(OWN) for row in found.values()):
            raise InvalidInput("The party type of what came from a content pack stays.", field="party_type")
        if not change.rebaseline:
            for row in found.values():
                entered.refuse_rebaseline(row, values)
        title = f"Change {', '.join(entered.changed_fields(change))} of {_counted(len(ids))}"
        if change.status is not None and len(entered.changed_fields(change)) == 1:
            title = f"Set {_counted(len(ids))} to {change.status.value}"
        with self._edit("pit.edit", title) as edit:
            for one in found.values():
                mine = entered.freed(one, entered.handed_over(one, values, day), schedule.planned(one)[0])
                edit.update("deliverable", [one.id], mine)
        return Changes.of(Subject.PIT, title=title, count=len(ids))

    def set_baseline(self, deliverable_ids: Sequence[int] | None = None, *, replace: bool = False) -> Changes:
        """Keep the days planned now as the baseline, of these deliverables or of the whole plan with its gates (None).

        What has a baseline keeps it, unless `replace`. Nothing moves: what hangs on a gate still does.
        """
        with self._store.reading() as connection:
            kept = rows.deliverables(connection, deliverable_ids)
            schedule = self._plan.schedule(connection)
            gates = rows.gates(connection) if deliverable_ids is None else {}
        planned = {row.id: schedule.planned(row)[0] for row in kept if replace or not row.baseline}
        days = {row_id: day.isoformat() for row_id, day in planned.items() if day is not None}
        of_gates = {
            gate.id: gate.day.isoformat()
            for gate in schedule.gates.values()
            if gate.id in gates and gate.day and (replace or gate.baseline is None)
        }
        parts = [*([_counted(len(days))] if days else []), *([_counted(len(of_gates), "gate")] if of_gates else [])]
        title = f"Set the baseline of {' and '.join(parts)}"
        if not parts:
            return Changes()
        with self._edit("pit.baseline", title) as edit:
            edit.update_many("deliverable", ["baseline"], {row_id: (day,) for row_id, day in days.items()})
            for gate_id, text in of_gates.items():
                edit.update("pit_gate", [gates[gate_id].id], {"baseline": text})
        return Changes.of(Subject.PIT, title=title, count=len(days) + len(of_gates))

    def looked_at(self, deliverable_ids: Sequence[int]) -> Changes:
        """Say that what the pack changed about these was looked at and nothing is to be done."""
        kept = rows.deliverables(self._store.read(), deliverable_ids)
        hashes = self._plan.pack_hashes(kept)
        flagged = [row for row in kept if comparison.is_changed(row, hashes)]
        if not flagged:
            return Changes()
        title = f"Keep {_counted(len(flagged))} as it is in the plan"
        with self._edit("pit.looked_at", title) as edit:
            for row in flagged:
                edit.update("deliverable", [row.id], {"pack_hash": hashes.get(row.key, comparison.GONE)})
        return Changes.of(Subject.PIT, title=title, count=len(flagged))

    def remove(self, deliverable_ids: Sequence[int]) -> Changes:
        """Remove deliverables of the person's own, with their links to evidence (which stays).

        Raises InvalidInput for the pack's (those are set to not needed).
        """
        kept = rows.deliverables(self._store.read(), deliverable_ids)
        of_pack = [row.ref for row in kept if not row.key.startswith(OWN)]
        if of_pack:
            raise InvalidInput(
                f"{', '.join(of_pack[:3])}{' and others' if len(of_pack) > 3 else ''} came from a content pack.",
                safe="Nothing was removed.",
                todo="Set what you do not have to hand over to “not needed”; the reason can stand in its note.",
            )
        if not kept:
            return Changes()
        title = f"Remove {_counted(len(kept))}"
        with self._edit("pit.remove", title) as edit:
            edit.delete(
                "evidence_link",
                links_to(edit.connection, TargetKind.DELIVERABLE, [row.id for row in kept]),
            )
            edit.delete("deliverable", [row.id for row in kept])
        return Changes.of(Subject.PIT, Subject.EVIDENCE, title=title, count=len(kept))

    def table(self, today: date | None = None) -> FrameTable:
        """The deliverables as a table (columns: desktop/pit/table.py)."""
        from desktop.pit.table import table_of

        return table_of(lambda: self.deliverables(today), self.gates(), self.parties())

    # -- deliverables out of a file ------------------------------------------------------------------------------------

    def matched(self, connection: Connection, keys: Iterable[str]) -> dict[str, int]:
        """Which keys of a file are deliverables that are here (by key, reference, or an import's key), by id."""
        return self._file.matched(connection, keys)

    def texts(self, connection: Connection) -> dict[int, dict[str, str]]:
        """What is kept of every deliverable by field (`desktop.pit.incoming.FIELDS`), as a file would say it."""
        return self._file.texts(connection)

    def checked(self, given: Mapping[str, str]) -> dict[str, str]:
        """A row of a file as it would be kept, said as `texts` says it. Raises InvalidInput, its field named."""
        return self._file.checked(given, self._today())

    def unknown_words(self, connection: Connection, said: Mapping[str, str]) -> dict[str, str]:
        """Of a row as `checked` says it, the gate, stage and party type that the plan does not know, by field."""
        return self._file.unknown_words(connection, said)

    def upsert_in(self, edit: Edit, given: Mapping[str, Mapping[str, str]], source: str = "") -> dict[str, int]:
        """Take rows of a file inside an open edit: by key, field to text, '' clears; returns key to id.

        Known ones are changed, others added as the person's own. Baselines are taken as they stand: the file is the
        person's word, and the difference was shown before. A status without an actual day leaves that day unknown: the
        file may be about last year. Raises InvalidInput, its field named.
        """
        return self._file.upsert_in(edit, given, source, self._today())

    # -- reliance ------------------------------------------------------------------------------------------------------

    def reliances(self, today: date | None = None) -> tuple[Reliance, ...]:
        """All, newest first."""
        return self._placing.reliances(today or self._today())

    def reliance_table(self, today: date | None = None) -> FrameTable:
        """The same as a table (columns: desktop/pit/table.py)."""
        from desktop.pit.table import reliance_table_of

        return reliance_table_of(lambda: self.reliances(today))

    def save_reliance(self, details: RelianceDetails, reliance_id: int | None = None) -> Changes:
        """Add one (None) or change one. Agreed without a day takes today. Raises InvalidInput, NotFound."""
        return self._placing.save(details, reliance_id)

    def remove_reliance(self, reliance_id: int) -> Changes:
        """Remove one on which no requirement rests, with its links to evidence. Raises InvalidInput, NotFound."""
        return self._placing.remove(reliance_id)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _today(self) -> date:
        return today(self._clock)

    def _edit(self, action: str, title: str, body: Mapping[str, Any] | None = None) -> AbstractContextManager[Edit]:
        return self._store.edit(
            action=action, title=title, subjects=[Subject.PIT], actor=self._actor, at=self._clock(), body=body
        )

    def _gate(self, gate_id: str) -> Gate:
        for gate in self.gates():
            if gate.id == gate_id:
                return gate
        raise NotFound(f"There is no gate “{gate_id}”.", todo=f"Use one of: {', '.join(g.id for g in self.gates())}.")

    def _gate_values(self, gate: Gate, given: GateGiven) -> dict[str, object]:
        return gates.values_of(gate, given, self._today(), {one.id for one in self.milestones()})

    def _moves(self, gate: Gate, values: Mapping[str, object]) -> tuple[Moved, ...]:
        with self._store.reading() as connection:
            kept = rows.deliverables(connection)
            before = self._plan.schedule(connection)
            milestones = self._plan.milestone_days(connection)
        after = gates.with_values(gate, values, milestones, before.days)
        return moved(kept, before, Schedule({**before.gates, gate.id: after}, before.days, before.today))


def _columns(one: PackDeliverable, pack: Pack) -> dict[str, object]:
    """What taking a deliverable of the pack writes; dates, owner and status are not among it."""
    return {
        "title": one.title,
        "field_name": one.field_name,
        "gate": one.gate,
        "offset_days": one.offset,
        "stage": one.stage,
        "description": one.description,
        "good_evidence": one.good_evidence,
        "source": pack.label,
        "pack_hash": one.hash,
        "position": one.position,
    }


def _counted(count: int, one: str = "deliverable") -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"
