"""Words that headings and cells of several kinds of records share.

None of these words is official: they are what RTTMs, test tools and trackers of the trade and beyond use. What a
heading means is only suggested; the person says.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.portfolio.mapping import fold


def words(**meanings: str) -> Mapping[str, str]:
    """Each value's words, separated by commas, folded to the value; `_` of a name is a space."""
    return {
        fold(word): value.replace("_", " ")
        for value, words in meanings.items()
        for word in (value.replace("_", " "), *words.split(","))
    }


_WITH = ("comment", "comments", "observation", "observations", "remark", "remarks")
STATUS_WORDS = words(
    Passed="pass,p,ok,okay,success,successful,succeeded,green,met,yes,"
    + ",".join(f"{word} with {what}" for word in ("pass", "passed") for what in _WITH),
    Failed="fail,f,failure,error,errors,ko,not ok,unsuccessful,red,not met,broken,no",
    Blocked="block,b,on hold,hold,suspended,stopped",
    Not_run="not run,not executed,no run,untested,not started,to do,todo,open,pending,outstanding,new,skipped,skip,"
    "ignored,in progress,wip,not tested,unexecuted,planned,ready,deferred",
    Not_applicable="n/a,na,not applicable,not relevant,out of scope,descoped,not required,not needed",
)
"""Words for the status of a result. `Passed` and `Failed` are those of the qualification test screen
(domain/process.md, section 6.3)."""

STATUS_PLAIN = frozenset(
    words(
        Passed="pass,p,ok,okay,success,successful,succeeded",
        Failed="fail,f,failure,error,errors,not ok,unsuccessful",
        Blocked="block,b",
        Not_run="not executed,no run,untested,not tested,unexecuted,not started,skipped,skip",
        Not_applicable="n/a,na",
    )
)
"""Those of them that plainly say what the value says; the others are told with what they were taken for."""

STATUS_VAGUE = dict.fromkeys(
    words(run="complete,completed,done,executed,finished,tested,closed,ended,concluded"),
    "says that it was run, not how it ended; say Passed or Failed",
)

STEP_STATUS = ("step status", "step result", "step outcome", "status of step", "result of step")

APPLIES = {
    **dict.fromkeys(map(fold, ("yes", "y", "true", "applicable", "applies", "in scope", "mandatory")), ""),
    **dict.fromkeys(map(fold, ("no", "n", "false", "n/a", "na", "not applicable", "out of scope")), "Not applicable"),
}

DEFECT_STATUS = {
    **words(
        open="new,raised,active,reopened,assigned,to do,investigating,triage",
        in_fix="in fix,in progress,fixing,being fixed,in development,wip",
        ready_to_retest="ready to retest,ready for retest,retest,fixed,resolved,ready for test,in test,in retest",
        closed="close,done,verified,completed,complete",
        deferred="postponed,on hold,work-off,work off",
        rejected="cancelled,canceled,duplicate,not a defect,no defect,wont fix,invalid,withdrawn",
    ),
}
WORK_OFF_STATUS = words(
    open="new,in progress,outstanding,to do,active",
    done="closed,complete,completed,finished,resolved",
    dropped="cancelled,canceled,withdrawn,rejected,not needed",
)

KEY = ("id", "ref", "reference", "no", "number", "identifier", "unique id", "key")


def named(base: tuple[str, ...], *endings: str) -> tuple[str, ...]:
    """Every name with every ending: test case id, test case ref ..."""
    return tuple(f"{name} {ending}" for name in base for ending in endings)


REQUIREMENT = ("requirement", "req", "requirements")
CASE = ("test case", "case", "test", "tc", "test script", "script")
LINKED_CASE = tuple(
    f"{which} {what}" for which in ("pit", "linked", "related", "associated", "mapped") for what in CASE
)
"""How an RTTM says that it means the cases of a requirement: PIT test case, linked test."""
DEFECT = ("defect", "issue", "incident", "bug", "ticket")

OWNER = ("owned by", "responsible", "responsible person", "assignee", "assigned to", "action owner", "lead")
NOTE = ("notes", "comment", "comments", "remark", "remarks")
STAGE = (
    "pit stage",
    "test stage",
    "test phase",
    "phase",
    "testing stage",
    "test level",
    "test type",
    "stage of testing",
)
PRIORITY = ("prio", "moscow", "importance", "criticality", "ranking")
