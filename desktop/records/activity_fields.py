"""The fields of cutover activities, with the words for their headings and cells.

None of these words is official: the columns of the M10/M11 Cutover Plan are unknown to us (domain/process.md, 5.1).
They are what runbook tools and planning tools use. What a heading means is only suggested; the person says.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.portfolio.mapping import fold
from desktop.records.field_words import KEY, NOTE, named, words
from desktop.records.model import FieldKind, RecordField, RecordKind

_ACTIVITY = ("task", "activity", "step", "runbook task", "action", "event")

TYPE_WORDS = {
    **words(
        task="normal,tasks,activity,standard,action,manual,step,work,summary",
        milestone="milestones,key milestone,checkpoint,mile stone",
        validation="validate,verification,verify,check,test,checks,testing,quality gate,checkpoint test",
        declaration="declarations,attestation,sign-off,sign off,signoff,confirmation",
        communication="comms,comm,communications,notification,email,e-mail,sms,message,call,broadcast",
    ),
    **dict.fromkeys(
        map(fold, ("go/no-go", "go no go", "gonogo", "go / no go", "decision", "decision point", "gate", "go-no-go")),
        "go/no-go",
    ),
}
"""Words for the type of an activity."""

YES_NO = {
    **words(Yes="y,true,1,x,required,needed,mandatory", No="n,false,0,none,n/a,na,not required,not needed,-"),
}
_EXTERNAL = {
    **YES_NO,
    **words(
        Yes="external,others,other,third party,3rd party,them,other party",
        No="internal,ours,us,own,in-house,in house,our own",
    ),
}
IN_EXTRA = ("substream", "level")
"""Fields that are kept beside the activity, under their titles: an activity itself has no place for them."""

ACTIVITY_FIELDS: Mapping[RecordKind, tuple[RecordField, ...]] = {
    RecordKind.ACTIVITIES: (
        RecordField(
            "key",
            "Task ID",
            synonyms=(*named(_ACTIVITY, *KEY), *KEY, "#", "wbs", "unique task id"),
            about="By it an activity is known again. Where a file has none, its rows become T-001, T-002 ...",
        ),
        RecordField(
            "title",
            "Title",
            needed=True,
            synonyms=(*named(_ACTIVITY, "title", "name", "summary"), "name", "summary", "task", "activity", "action"),
            spare=("description",),
        ),
        RecordField(
            "predecessors",
            "Predecessor IDs",
            synonyms=(
                "predecessors",
                "predecessor",
                "predecessor id",
                "predecessor task ids",
                "predecessor task id",
                "predecessor tasks",
                "preds",
                "pred",
                "depends on",
                "dependencies",
                "dependency",
                "dependent on",
                "waits for",
                "preceding tasks",
                "preceded by",
                "after",
            ),
            about="Ids of what has to end before, separated by commas, semicolons, bars or line ends, with a lag if "
            "there is one: T-001, T-002 + 2 wd.",
        ),
        RecordField(
            "description",
            "Description",
            synonyms=(
                *named(_ACTIVITY, "description", "detail", "details"),
                "details",
                "detail",
                "instructions",
                "full description",
            ),
        ),
        RecordField(
            "phase",
            "Phase",
            synonyms=("stream", "workstream", "work stream", "section", "group", "stage", "area", "cutover phase"),
            about="By M10, at M10, between M10 and M11 ...; or the stream, as the document has it.",
        ),
        RecordField(
            "substream",
            "Sub-stream",
            synonyms=("sub stream", "sub workstream", "sub-phase", "subsection", "sub group"),
            about="Kept beside the activity.",
        ),
        RecordField(
            "type",
            "Type",
            synonyms=("task type", "activity type", "kind", "category", "task category"),
            choices=TYPE_WORDS,
            about="Task, milestone, validation, declaration, go/no-go or communication; any other word is a task.",
        ),
        RecordField(
            "level",
            "Level",
            synonyms=("task level", "outline level", "indent"),
            about="Kept beside the activity.",
        ),
        RecordField(
            "duration",
            "Duration",
            synonyms=(
                "planned duration",
                "expected duration",
                "estimated duration",
                "duration mins",
                "duration minutes",
                "duration hours",
                "duration hrs",
                "duration days",
                "effort",
                "estimate",
                "length",
            ),
            about="2 wd (working days), 3 d, 4 h, 90 min. What a number alone counts is said beside.",
        ),
        RecordField(
            "responsible",
            "Responsible party",
            synonyms=(
                "responsible",
                "responsible role",
                "responsible organisation",
                "accountable party",
                "accountable",
                "party",
                "organisation",
                "role",
                "participant",
                "assigned team",
                "team",
                "assigned teams",
                "owning team",
            ),
        ),
        RecordField(
            "external",
            "External",
            FieldKind.CHOICE,
            choices=_EXTERNAL,
            plain=frozenset(_EXTERNAL),
            synonyms=("external task", "external party", "done by others", "internal/external", "done by", "ours"),
            about="Yes: others do it, and we wait for it.",
        ),
        RecordField(
            "owner",
            "Owner",
            synonyms=(
                "assigned to",
                "task owner",
                "activity owner",
                "assignee",
                "assigned user",
                "assigned users",
                "resource names",
                "resource",
                "resources",
                "owned by",
                "who",
                "responsible person",
                "lead",
            ),
        ),
        RecordField("stand_in", "Stand-in", synonyms=("deputy", "backup", "delegate", "back-up", "alternate", "cover")),
        RecordField(
            "start_at",
            "Starts not before",
            FieldKind.MOMENT,
            synonyms=(
                "planned fixed date/time",
                "planned fixed date",
                "planned fixed time",
                "planned fixed start",
                "fixed start",
                "fixed start time",
                "fixed date/time",
                "not before",
                "start no earlier than",
                "planned start",
                "planned start date",
                "planned start date/time",
                "planned start time",
                "scheduled start",
                "start",
                "start date",
                "start date/time",
                "start time",
                "start at",
                "begins",
            ),
            about="A day, or a day with a time of Great Britain.",
        ),
        RecordField(
            "due_at",
            "Due",
            FieldKind.MOMENT,
            synonyms=(
                "due date/time",
                "due date",
                "due time",
                "due by",
                "deadline",
                "complete by",
                "to be completed by",
                "finish by",
                "planned fixed end",
                "planned finish",
                "planned finish date",
                "planned finish date/time",
                "planned end",
                "planned end date",
                "planned end date/time",
                "scheduled end",
                "target date",
                "finish",
                "finish date",
                "finish date/time",
                "end",
                "end date",
                "end date/time",
                "end time",
            ),
            about="By when it has to be finished: a day, or a day with a time of Great Britain.",
        ),
        RecordField(
            "milestone",
            "Due by milestone",
            synonyms=(
                "milestone",
                "milestone id",
                "programme milestone",
                "milestone ref",
                "key milestone",
                "linked milestone",
            ),
            about="The milestone that its due day hangs on (M14), or Yes where it is a milestone itself.",
        ),
        RecordField(
            "milestone_days",
            "Working days after it",
            synonyms=("working days after milestone", "milestone offset", "offset", "working days from milestone"),
            about="After the milestone; a negative number is before it.",
        ),
        RecordField(
            "evidence_needed",
            "Evidence needed",
            synonyms=("evidence required", "evidence", "proof", "proof required", "required evidence", "artefacts"),
            about="What proves it; No where nothing is needed.",
        ),
        RecordField(
            "declaration_needed",
            "Declaration needed",
            synonyms=("declaration required", "declaration", "sign-off required", "required declaration"),
            about="The declaration that has to be signed; No where none is.",
        ),
        RecordField("note", "Note", synonyms=NOTE),
    ),
}
