"""The one service of cutover plans: what pages and commands call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes
from desktop.clock import Clock
from desktop.content.pack import Pack
from desktop.content.service import ContentService
from desktop.cutover.model import (
    ActivityDetails,
    ActivityEdit,
    PlanChange,
    PlanDetails,
    PlanSummary,
    PlanView,
    Rag,
    Slip,
    StarterPlan,
)
from desktop.evidence.service import EvidenceService
from desktop.milestones.service import MilestoneService
from desktop.participant.service import ParticipantService
from desktop.settings import SettingsService
from desktop.uk_time import Moment
from desktop.working_days import WorkingDays
from local_db.connection import Connection, Store
from local_db.edit import Edit


class CutoverService:
    """Every call may run on a worker thread. Every write is one step that can be undone, unless it says otherwise."""

    def __init__(  # noqa: PLR0917 - wired once, in desktop/app.py
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
        self._store = store
        self._content = content
        self._participant = participant
        self._milestones = milestones
        self._evidence = evidence
        self._settings = settings
        self._actor = actor
        self._clock = clock

    # -- plans ---------------------------------------------------------------------------------------------------------

    def pack(self) -> Pack:
        """The cutover_plans pack in use, with its standing."""
        return self._content.pack("cutover_plans")

    def working_days(self) -> WorkingDays:
        """The calendar that days are counted in."""
        return self._settings.working_days()

    def starters(self) -> tuple[StarterPlan, ...]:
        """The plans of the pack, those for the participant's roles first."""
        raise NotImplementedError

    def plans(self) -> tuple[PlanSummary, ...]:
        """Every plan, open ones first, newest first; rehearsals after the plan that they rehearse."""
        raise NotImplementedError

    def plan(self, plan_id: int, now: datetime | None = None) -> PlanView:
        """A plan with everything computed for a moment (None: the clock's). Raises NotFound.

        A cycle that older data may hold raises InvalidInput naming its activities.
        """
        raise NotImplementedError

    def add_plan(self, details: PlanDetails) -> tuple[int, Changes]:
        """Make an empty plan. Raises InvalidInput without a title."""
        raise NotImplementedError

    def edit_plan(self, plan_id: int, details: PlanDetails) -> Changes:
        """Change what is said of a plan. Raises InvalidInput, NotFound."""
        raise NotImplementedError

    def remove_plan(self, plan_id: int) -> Changes:
        """Remove a plan with its activities. Raises InvalidInput when declarations or rehearsals hang on it, NotFound."""
        raise NotImplementedError

    def compare(self, starter_id: str, plan_id: int | None = None) -> tuple[PlanChange, ...]:
        """What the pack's plan says otherwise than a plan here (None: everything is new)."""
        raise NotImplementedError

    def take(
        self, starter_id: str, plan_id: int | None = None, keys: Sequence[str] | None = None
    ) -> tuple[int, Changes]:
        """Take the pack's plan: into a new plan (None), or into a plan here, only these activities (None: all that differ).

        Ticks, owners and days given by the person stay; a text that changed flags the activity. Gives the plan's id.
        """
        raise NotImplementedError

    def rehearse(self, plan_id: int, title: str = "") -> tuple[int, Changes]:
        """Copy a plan, its baseline set to what is planned and nothing of what was done, to practise on.

        Raises InvalidInput for a plan that is a rehearsal itself, NotFound.
        """
        raise NotImplementedError

    def set_baseline(self, plan_id: int, *, again: bool = False) -> Changes:
        """Keep the planned windows as the baseline. Raises InvalidInput when there is one already, unless `again`."""
        raise NotImplementedError

    # -- activities ----------------------------------------------------------------------------------------------------

    def add(self, plan_id: int, details: ActivityDetails) -> tuple[int, Changes]:
        """Add an activity; a key '' gets the next free one. Raises InvalidInput (field; a cycle is named), NotFound."""
        raise NotImplementedError

    def edit(self, activity_ids: Sequence[int], change: ActivityEdit) -> Changes:
        """Change activities. Raises InvalidInput (field; a cycle is named with its keys and titles), NotFound."""
        raise NotImplementedError

    def remove(self, activity_ids: Sequence[int]) -> Changes:
        """Remove activities with their links; what waited for them waits for what they waited for. Raises InvalidInput when
        a declaration was made for one, NotFound."""
        raise NotImplementedError

    def move(self, activity_ids: Sequence[int], before: int | None) -> Changes:
        """Put activities before another one in the list (None: at the end)."""
        raise NotImplementedError

    def start(
        self, activity_ids: Sequence[int], *, at: Moment | None = None, by: str = "", despite: str = ""
    ) -> Changes:
        """Say that work on these began (None: now, to the minute; by '' = the actor).

        Raises InvalidInput when one cannot start yet and `despite` gives no reason (`field` despite); its sentence names
        why. NotFound.
        """
        raise NotImplementedError

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

        A validation needs an outcome (pass, fail, not tested), a go/no-go too (go, no-go); fail, not tested and no-go need
        a remark. Raises InvalidInput when one waits for something, or lacks its evidence or signed declaration, and
        `despite` gives no reason; for a moment in the future; for an end before its start. NotFound.
        """
        raise NotImplementedError

    def untick(self, activity_ids: Sequence[int], reason: str = "") -> Changes:
        """Take ticks and starts back; the audit log keeps them."""
        raise NotImplementedError

    def not_needed(self, activity_ids: Sequence[int], reason: str) -> Changes:
        """Say that these are not to be done, and why ('' takes it back). Raises InvalidInput, NotFound."""
        raise NotImplementedError

    def confirm(self, activity_ids: Sequence[int]) -> Changes:
        """Say that a changed text was looked at, and that done is still done."""
        raise NotImplementedError

    def say_rag(self, activity_ids: Sequence[int], rag: Rag, reason: str) -> Changes:
        """Say red, amber or green over what is computed, with a reason; NONE takes it back. Raises InvalidInput."""
        raise NotImplementedError

    # -- what if -------------------------------------------------------------------------------------------------------

    def slip(self, activity_id: int, working_days: int) -> tuple[Slip, ...]:
        """What would move if this one began so many working days later (negative: earlier), itself first; nothing is kept."""
        raise NotImplementedError

    def do_slip(self, activity_id: int, working_days: int) -> Changes:
        """Do it: its own start (and own due moment, when it has one and hangs on no milestone) moves."""
        raise NotImplementedError

    def moves(self, days: Mapping[str, str]) -> tuple[Slip, ...]:
        """What would move, in every open plan that is no rehearsal, if milestones had these days (id to ISO day, '' = none)."""
        raise NotImplementedError

    # -- reading -------------------------------------------------------------------------------------------------------

    def table(self, plan_id: int) -> FrameTable:
        """The activities as a table (columns: desktop/cutover/table.py); ids are activity ids."""
        raise NotImplementedError

    def activity_id(self, plan_id: int, key: str) -> int:
        """The activity with this key, without regard to case. Raises NotFound."""
        raise NotImplementedError

    def plan_by_ref(self, text: str) -> PlanSummary:
        """A plan by its reference or title; '' = the only open plan that is no rehearsal. Raises NotFound, InvalidInput."""
        raise NotImplementedError

    def people(self) -> tuple[str, ...]:
        """Names that were given as owner, stand-in or ticker, and the contacts: for completing."""
        raise NotImplementedError

    # -- for imports (desktop/testing/import_activities.py) -------------------------------------------------------------

    def texts(self, connection: Connection, plan_id: int) -> Mapping[str, tuple[int, Mapping[str, str]]]:
        """Every activity of a plan by key: its id, and its fields as texts, by the names of the import's fields."""
        raise NotImplementedError

    def checked(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Fields of an import as they are kept. Raises InvalidInput for what cannot be read (its field; what to write)."""
        raise NotImplementedError

    def upsert_in(
        self, edit: Edit, plan_id: int, given: Mapping[str, Mapping[str, str]], extra: Mapping[str, Mapping[str, str]],
        missing: Sequence[int], source: str,
    ) -> Mapping[str, int]:  # fmt: skip
        """Write the activities of an import (key to checked fields that it gives) inside its edit; gives their ids.

        `missing`: ids of activities that the newest version does not have; kept and flagged. Raises InvalidInput naming a
        cycle or an unknown predecessor; then nothing is written.
        """
        raise NotImplementedError
