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


STATUS_WORDS = words(
    Passed="pass,p,ok,success,successful,succeeded,green,complete,completed,passed with comments,met,yes",
    Failed="fail,f,failure,error,errors,ko,not ok,unsuccessful,red,not met,broken,no",
    Blocked="block,b,on hold,hold,suspended,stopped",
    Not_run="not run,not executed,no run,untested,not started,to do,todo,open,pending,outstanding,new,skipped,skip,"
    "ignored,in progress,wip,not tested,unexecuted,planned,ready,deferred",
    Not_applicable="n/a,na,not applicable,not relevant,out of scope,descoped,not required,not needed",
)
"""Words for the status of a result. `Passed` and `Failed` are those of the qualification test screen
(domain/process.md, section 6.3)."""

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
