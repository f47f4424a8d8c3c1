"""The plan as it stands: what is kept, with what the pack, the calendar, today and the evidence make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from desktop.clock import Clock, today
from desktop.content.pack import Pack
from desktop.content.service import ContentService
from desktop.evidence.model import TargetKind
from desktop.evidence.service import EvidenceService
from desktop.milestones.service import MilestoneDay, MilestoneService
from desktop.participant.service import ParticipantService
from desktop.pit import comparison, gates, plan_pack
from desktop.pit.incoming import Words
from desktop.pit.model import OWN, Deliverable, DeliverableStatus, Gate, PartyType
from desktop.pit.schedule import Schedule, day_of
from desktop.settings import SettingsService
from desktop.working_days import WorkingDays
from local_db import pit as rows
from local_db.connection import Connection
from local_db.pit import DeliverableRow


class PlanReader:
    """Reads the plan out of one connection, so that all of it is of one state."""

    def __init__(  # noqa: PLR0917 - wired once, in the service
        self,
        content: ContentService,
        participant: ParticipantService,
        milestones: MilestoneService,
        evidence: EvidenceService,
        settings: SettingsService,
        clock: Clock,
    ) -> None:
        """Nothing is read before it is asked for."""
        self._content = content
        self._participant = participant
        self._milestones = milestones
        self._evidence = evidence
        self._settings = settings
        self._clock = clock

    def pack(self) -> Pack:
        """The pit_plan pack in use."""
        return self._content.pack(plan_pack.KIND)

    def parties(self) -> tuple[PartyType, ...]:
        """Every role, and the party types that only the pack has."""
        return plan_pack.parties_of(self.pack(), self._participant.choices("roles"))

    def working_days(self) -> WorkingDays:
        """The calendar of the workspace."""
        return self._settings.working_days()

    def gates(self, connection: Connection) -> tuple[Gate, ...]:
        """The pack's gates with their days, then those that only the plan has, under their own words."""
        given = rows.gates(connection)
        found = {gate.id: gate for gate in plan_pack.gates_of(self.pack())}
        for one in (*given, *(row.gate for row in rows.deliverables(connection))):
            if one and one not in found:
                found[one] = Gate(one, one, "Not in the content pack in use.")
        days, milestones = self.working_days(), self.milestone_days(connection) if given else {}
        for gate_id, row in given.items():
            found[gate_id] = gates.with_row(found[gate_id], row, milestones, days)
        return tuple(found.values())

    def milestone_days(self, connection: Connection) -> Mapping[str, date]:
        """The day that counts of every milestone that has one."""
        return self._milestones.days(connection)

    def milestones(self) -> tuple[MilestoneDay, ...]:
        """What a gate can hang on."""
        return self._milestones.milestones()

    def schedule(self, connection: Connection, day: date | None = None) -> Schedule:
        """The gates' days in the calendar; `day` None = the clock's today."""
        gates = {gate.id: gate for gate in self.gates(connection)}
        return Schedule(gates, self.working_days(), day or today(self._clock))

    def words(self, connection: Connection) -> Words:
        """The names of gates, stages and party types."""
        return Words(
            {one.id: one.name for one in self.gates(connection)},
            {one.id: one.name for one in plan_pack.stages_of(self.pack())},
            {one.id: one.name for one in self.parties()},
        )

    def pack_hashes(self, kept: Iterable[DeliverableRow]) -> dict[str, str]:
        """The hash of what the pack in use says, by key, for the party types of these."""
        parties = dict.fromkeys(plan_pack.party_of(row.key) for row in kept)
        return {one.key: one.hash for one in plan_pack.deliverables_of(self.pack(), parties)}

    def deliverables(self, connection: Connection, day: date | None) -> tuple[tuple[Deliverable, ...], Schedule]:
        """The whole plan in its order: by gate, the pack's before the person's own, by the pack's order."""
        kept = rows.deliverables(connection)
        schedule = self.schedule(connection, day)
        hashes = self.pack_hashes(kept)
        evidence = self._evidence.counts(TargetKind.DELIVERABLE)
        expired = self._evidence.expired(TargetKind.DELIVERABLE, schedule.today)
        words = self.words(connection)
        gate_rank = {gate: place for place, gate in enumerate(schedule.gates)}
        party_rank = {one.id: place for place, one in enumerate(self.parties())}
        kept.sort(
            key=lambda row: (
                gate_rank.get(row.gate, len(gate_rank)),
                row.key.startswith(OWN),
                row.position,
                party_rank.get(row.party_type, len(party_rank)),
                row.id,
            )
        )
        return tuple(
            replace(
                _deliverable(row, schedule, evidence.get(row.id, (0, 0)), comparison.is_changed(row, hashes), words),
                expired=expired.get(row.id, 0),
            )
            for row in kept
        ), schedule


def _deliverable(
    row: DeliverableRow, schedule: Schedule, evidence: tuple[int, int], changed: bool, words: Words
) -> Deliverable:
    planned, hangs = schedule.planned(row)
    return Deliverable(
        id=row.id,
        ref=row.ref,
        key=row.key,
        party_type=row.party_type,
        title=row.title,
        field_name=row.field_name,
        gate=row.gate,
        stage=row.stage,
        description=row.description,
        owner=row.owner,
        baseline=day_of(row.baseline),
        current=day_of(row.current),
        actual=day_of(row.actual),
        planned=planned,
        status=DeliverableStatus(row.status),
        reviewer=row.reviewer,
        remarks=row.remarks,
        note=row.note,
        source=row.source,
        late_by=schedule.late_by(row, planned),
        evidence=evidence[0],
        awaiting=evidence[1],
        changed=changed,
        offset=row.offset_days,
        hangs=hangs,
        good_evidence=row.good_evidence,
        party=words.name_of("party_type", row.party_type) or "All party types",
        gate_name=words.name_of("gate", row.gate),
        stage_name=words.name_of("stage", row.stage),
    )


def blank(ref: str, key: str, party_type: str) -> DeliverableRow:
    """A deliverable that nothing was said of yet."""
    return DeliverableRow(
        0, ref, key, party_type, "", "", "", None, "", "", "", "", "", "", "",
        DeliverableStatus.NOT_STARTED.value, "", "", "", "", "", 0,
    )  # fmt: skip
