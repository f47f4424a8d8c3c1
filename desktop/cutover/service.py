"""The one service of cutover plans: what pages and commands call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes
from desktop.clock import Clock
from desktop.content.pack import Pack
from desktop.content.plan_change import PlanChange
from desktop.content.service import ContentService
from desktop.cutover import entered, incoming
from desktop.cutover.context import Desk
from desktop.cutover.editing import Editing
from desktop.cutover.model import (
    Activity,
    ActivityDetails,
    ActivityEdit,
    PlanDetails,
    PlanSummary,
    PlanView,
    Rag,
    Slip,
    StarterPlan,
)
from desktop.cutover.plan_pack import KIND
from desktop.cutover.plans import Plans
from desktop.cutover.reading import Reader
from desktop.cutover.rehearsal import Compared, Rehearsing, compared
from desktop.cutover.slipping import Slipping
from desktop.cutover.taking import Taking
from desktop.cutover.ticking import Ticking
from desktop.errors import NotFound
from desktop.evidence.service import EvidenceService
from desktop.milestones.service import MilestoneService
from desktop.participant.service import ParticipantService
from desktop.settings import SettingsService
from desktop.uk_time import Moment
from desktop.working_days import WorkingDays
from local_db import cutover as rows
from local_db.connection import Connection, Store
from local_db.edit import Edit


class CutoverService:
    """Every call may run on a worker thread. Every write is one step that can be undone, unless it says otherwise."""

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        store: Store,
        content: ContentService,
        participant: ParticipantService,
        milestones: MilestoneService,
        evidence: EvidenceService,
        settings: SettingsService,
        actor: str,
        clock: Clock,
    ) -> None:
        """Nothing is read before it is asked for."""
        self._desk = Desk(store, content, participant, milestones, evidence, settings, actor, clock)
        self._reader = Reader(self._desk)
        self._plans = Plans(self._desk)
        self._taking = Taking(self._desk)
        self._editing = Editing(self._desk)
        self._ticking = Ticking(self._desk, self._reader)
        self._rehearsing = Rehearsing(self._desk, self._reader)
        self._slipping = Slipping(self._desk, self._reader)

    # -- plans ---------------------------------------------------------------------------------------------------------

    def pack(self) -> Pack:
        """The cutover_plans pack in use, with its standing."""
        return self._desk.content.pack(KIND)

    def working_days(self) -> WorkingDays:
        """The calendar that days are counted in."""
        return self._desk.settings.working_days()

    def starters(self) -> tuple[StarterPlan, ...]:
        """The plans of the pack, those for the participant's roles first."""
        return self._taking.starters()

    def plans(self) -> tuple[PlanSummary, ...]:
        """Every plan, open ones first, newest first; rehearsals after the plan that they rehearse."""
        return self._plans.plans()

    def plan(self, plan_id: int, now: datetime | None = None) -> PlanView:
        """A plan with everything computed for a moment (None: the clock's). Raises NotFound.

        A cycle that older data may hold raises InvalidInput naming its activities.
        """
        with self._desk.store.reading() as connection:
            return self._reader.view(connection, plan_id, now)

    def add_plan(self, details: PlanDetails) -> tuple[int, Changes]:
        """Make an empty plan. Raises InvalidInput without a title."""
        return self._plans.add(details)

    def edit_plan(self, plan_id: int, details: PlanDetails) -> Changes:
        """Change what is said of a plan. Raises InvalidInput, NotFound."""
        return self._plans.edit(plan_id, details)

    def remove_plan(self, plan_id: int) -> Changes:
        """Remove a plan with its activities; evidence that is linked to them stays.

        Raises InvalidInput when declarations or rehearsals hang on it, NotFound.
        """
        return self._plans.remove(plan_id)

    def compare(self, starter_id: str, plan_id: int | None = None) -> tuple[PlanChange, ...]:
        """What the pack's plan says otherwise than a plan here (None: everything is new). Raises NotFound."""
        return self._taking.compare(starter_id, plan_id)

    def take(
        self, starter_id: str, plan_id: int | None = None, keys: Sequence[str] | None = None
    ) -> tuple[int, Changes]:
        """Take the pack's plan into a new plan (None) or one here, only these activities (None: all that differ).

        Ticks, owners and days given by the person stay; a text that changed flags the activity; what the pack has no
        more is kept and flagged. Gives the plan's id. Raises NotFound, InvalidInput (a closed plan; a cycle).
        """
        return self._taking.take(starter_id, plan_id, keys)

    def rehearse(self, plan_id: int, title: str = "") -> tuple[int, Changes]:
        """Copy a plan, its baseline set to what is planned and nothing of what was done, to practise on.

        Raises InvalidInput for a plan that is a rehearsal itself, NotFound.
        """
        return self._rehearsing.rehearse(plan_id, title)

    def set_baseline(self, plan_id: int, *, again: bool = False) -> Changes:
        """Keep the planned windows as the baseline. Raises InvalidInput when there is one already, unless `again`."""
        return self._rehearsing.set_baseline(plan_id, again=again)

    def comparison(self, plan_id: int) -> tuple[Compared, ...]:
        """Planned (the baseline, where one was set) against actual, activity by activity, for the review. NotFound."""
        return compared(self.plan(plan_id), self.working_days())

    # -- activities ----------------------------------------------------------------------------------------------------
    # All of them raise InvalidInput when the plan is closed.

    def add(self, plan_id: int, details: ActivityDetails) -> tuple[int, Changes]:
        """Add an activity; a key '' gets the next free one. Raises InvalidInput (field; a cycle is named), NotFound."""
        return self._editing.add(plan_id, details)

    def edit(self, activity_ids: Sequence[int], change: ActivityEdit) -> Changes:
        """Change activities. Raises InvalidInput (field; a cycle is named with its keys and titles), NotFound.

        A due moment of its own replaces a milestone that it hung on, and the other way round.
        """
        return self._editing.edit(activity_ids, change)

    def remove(self, activity_ids: Sequence[int]) -> Changes:
        """Remove activities with their links; what waited for them waits for what they waited for.

        Raises InvalidInput when a declaration was made for one, NotFound.
        """
        return self._editing.remove(activity_ids)

    def move(self, activity_ids: Sequence[int], before: int | None) -> Changes:
        """Put activities before another one in the list (None: at the end). Raises InvalidInput, NotFound."""
        return self._editing.move(activity_ids, before)

    def start(
        self, activity_ids: Sequence[int], *, at: Moment | None = None, by: str = "", despite: str = ""
    ) -> Changes:
        """Say that work on these began (None: now, to the minute; by '' = the actor).

        Raises InvalidInput when one cannot start yet and `despite` gives no reason (`field` despite), naming why; for
        what has ended or is not needed; for a moment in the future. NotFound.
        """
        return self._ticking.start(activity_ids, at, by, despite)

    def tick(
        self,
        activity_ids: Sequence[int],
        *,
        at: Moment | None = None,
        by: str = "",
        outcome: str = "",
        remark: str = "",
        despite: str = "",
    ) -> Changes:
        """Say that these are done, when (None: now, to the minute) and by whom ('' = the actor).

        A validation needs an outcome (pass, fail, not tested), a go/no-go too (go, no-go); fail, not tested and no-go
        need a remark. Raises InvalidInput when one waits for something that is not ticked with it, or lacks its
        evidence or signed declaration (not asked of a failure), and `despite` gives no reason; for a moment in the
        future; for an end before its start. NotFound. A tick over a tick corrects it; whoever ticks has seen the text.
        """
        return self._ticking.tick(activity_ids, at, by, outcome, remark, despite)

    def untick(self, activity_ids: Sequence[int], reason: str = "") -> Changes:
        """Take ticks and starts back; the audit log keeps them. Raises NotFound."""
        return self._ticking.untick(activity_ids, reason)

    def not_needed(self, activity_ids: Sequence[int], reason: str) -> Changes:
        """Say that these are not to be done, and why ('' takes it back). Raises InvalidInput, NotFound."""
        return self._ticking.not_needed(activity_ids, reason)

    def confirm(self, activity_ids: Sequence[int]) -> Changes:
        """Say that a changed text was looked at, and that done is still done; what is missing is flagged no more."""
        return self._ticking.confirm(activity_ids)

    def say_rag(self, activity_ids: Sequence[int], rag: Rag, reason: str) -> Changes:
        """Say red, amber or green over what is computed, with a reason; NONE takes it back. Raises InvalidInput."""
        return self._ticking.say_rag(activity_ids, rag, reason)

    # -- what if -------------------------------------------------------------------------------------------------------

    def slip(
        self, activity_id: int | Sequence[int], working_days: int, with_deadline: bool = False
    ) -> tuple[Slip, ...]:
        """What would move if these began so many working days later (negative: earlier), themselves first.

        A deadline stays where it is, so that what now ends after it shows as missing it; `with_deadline` moves the own
        due moments of these too, never one that hangs on a milestone.

        Nothing is kept. Of several, those that have begun or ended, are not needed or have no day stay where they are,
        and one that waits for another of them moves with it. Raises InvalidInput (field `days`) when none can slip:
        what has begun or ended, or has no day; when it would begin before what it waits for has ended. NotFound.
        """
        return self._slipping.slip(_several(activity_id), working_days, with_deadline=with_deadline)

    def do_slip(self, activity_id: int | Sequence[int], working_days: int, with_deadline: bool = False) -> Changes:
        """Do it: their own start moves, and with `with_deadline` their own due moment. One step."""
        return self._slipping.do(_several(activity_id), working_days, with_deadline=with_deadline)

    def moves(self, days: Mapping[str, str]) -> tuple[Slip, ...]:
        """What would move in every open plan that is no rehearsal, if milestones had these days.

        `days`: id to ISO day, '' = none. Deadlines that move count too, whether or not the window does.
        """
        return self._slipping.moves(days)

    # -- reading -------------------------------------------------------------------------------------------------------

    def table(self, plan_id: int) -> FrameTable:
        """The activities as a table (columns: desktop/cutover/table.py); ids are activity ids."""

        def read() -> tuple[Sequence[Activity], Mapping[str, str]]:
            with self._desk.store.reading() as connection:
                view = self._reader.view(connection, plan_id)
                milestones = self._desk.milestones.milestones(connection)
            return view.activities, {one.id: one.title if one.own else one.id for one in milestones}

        from desktop.cutover.table import table_of

        return table_of(read)

    def activity_id(self, plan_id: int, key: str) -> int:
        """The activity with this key, without regard to case. Raises NotFound."""
        connection = self._desk.store.read()
        plan = self._desk.plan_row(connection, plan_id)
        for row in rows.activities(connection, plan_id):
            if row.key.casefold() == key.strip().casefold():
                return row.id
        raise NotFound(
            f"{plan.ref} has no activity “{key.strip()}”.", todo="Look its id up in the plan."
        )  # fmt: skip

    def plan_by_ref(self, text: str) -> PlanSummary:
        """A plan by its reference or title; '' = the only open plan that is no rehearsal.

        Raises NotFound, InvalidInput when several fit.
        """
        return self._plans.by_ref(text)

    def people(self) -> tuple[str, ...]:
        """Names that were given as owner, stand-in or ticker, and the contacts: for completing."""
        contacts = (one.name for one in self._desk.participant.contacts())
        return tuple(sorted({*rows.people(self._desk.store.read()), *contacts}, key=str.casefold))

    # -- for imports (desktop/testing/import_activities.py) ------------------------------------------------------------

    def texts(self, connection: Connection, plan_id: int) -> Mapping[str, tuple[int, Mapping[str, str]]]:
        """Every activity of a plan by key: its id, and its fields as texts, by the names of the import's fields."""
        return incoming.texts(connection, plan_id)

    def checked(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Fields of an import as they are kept. Raises InvalidInput for what cannot be read (field; what to write)."""
        return entered.checked(given, self._desk.milestone_ids())

    def upsert_in(  # noqa: PLR0917 - one call, from one place
        self,
        edit: Edit,
        plan_id: int,
        given: Mapping[str, Mapping[str, str]],
        extra: Mapping[str, Mapping[str, str]],
        missing: Sequence[int],
        source: str,
    ) -> Mapping[str, int]:
        """Write the activities of an import (key to checked fields that it gives) inside its edit; gives their ids.

        `missing`: ids of activities that the newest version does not have; kept and flagged. A file that has them all
        sets their order. Ticks stay. Raises InvalidInput naming a cycle or an unknown predecessor; then nothing is
        written.
        """
        return incoming.upsert(self._desk, edit, plan_id, given, extra, missing, source)


def _several(ids: int | Sequence[int]) -> Sequence[int]:
    return [ids] if isinstance(ids, int) else ids
