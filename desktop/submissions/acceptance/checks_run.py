"""Rules about the data cleanse: how old what it says is, and what was accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.cleanse.exceptions import ExceptionState
from desktop.submissions.acceptance.rule import Found, Looked, Params, Rule, told
from desktop.submissions.model import Mend

if TYPE_CHECKING:
    from desktop.cleanse.runs import RunInfo

_CHECK = Mend("cleanse", "cleanse", "mhhs-desk check")


def _run_age(looked: Looked, params: Params, _recipient: str) -> Found:
    run = _run(looked)
    if run is None:
        return Found(skipped="The checks have not run yet.")
    age = (looked.today - run.as_of).days
    if age <= params["days"]:
        return Found()
    return Found(1, f"The newest run is of {run.as_of}, {age:,} days ago; {params['days']:,} are taken.", mend=_CHECK)


def _portfolio_newer(looked: Looked, _params: Params, _recipient: str) -> Found:
    run, newest = _run(looked), looked.desk.sources.portfolio.latest()
    if run is None or newest is None:
        return Found(skipped="The checks have not run yet.")
    if newest.id == run.snapshot_id:
        return Found()
    words = f"A newer portfolio ({newest.rows:,} rows, imported on {newest.imported_at[:10]}) has not been checked."
    return Found(1, words, mend=_CHECK)


def _not_checked(looked: Looked, _params: Params, _recipient: str) -> Found:
    run = _run(looked)
    if run is None:
        return Found(skipped="The checks have not run yet.")
    found = [
        (f"{one.check_id}: {one.reason or one.outcome.value}", Mend("cleanse", f"cleanse:check={one.check_id}"))
        for one in looked.desk.sources.cleanse.outcomes(run.id)
        if not one.ran
    ]
    return told(found, "One check did not run.", "{count} checks did not run.", _CHECK)


def _exceptions(looked: Looked, _params: Params, _recipient: str) -> Found:
    found = [
        (f"{one.check_id}: {one.terms}", Mend("cleanse", f"cleanse:check={one.check_id}"))
        for one in looked.desk.sources.cleanse.exceptions(looked.today)
        if one.state in {ExceptionState.EXPIRED, ExceptionState.OUTGROWN}
    ]
    return told(found, "One exception does not hold any more.", "{count} exceptions do not hold any more.")


def _run(looked: Looked) -> RunInfo | None:
    return next(iter(looked.desk.sources.cleanse.runs()), None)


RULES = (
    Rule("run_age", "The checks were run lately", _run_age, params={"days": 31}),
    Rule("portfolio_checked", "The newest portfolio was checked", _portfolio_newer),
    Rule("checks_ran", "Every check ran", _not_checked),
    Rule("exceptions_hold", "Every exception still holds", _exceptions),
)
