"""A workspace with a small portfolio, and runs given by hand: what the tests of the history stand on."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import polars as pl

from desktop.app import Workspace
from desktop.cleanse.history import RESULT_SCHEMA
from desktop.cleanse.model import CheckOutcome, Outcome
from desktop.cleanse.runs import RunFacts

DAY = date(2026, 11, 23)
MPANS = [f"12000000000{n:02d}" for n in range(1, 31)]


class Hands:
    """The workspace, a clock that can be set, and runs by hand."""

    def __init__(self, folder):
        self.folder = folder
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        self.workspace = Workspace.create(folder, "Acme Energy", "ACME", actor="Ada", clock=lambda: self.now)
        file = folder.parent / "portfolio.csv"
        file.write_text("MPAN,Postcode\n" + "".join(f"{mpan},AB1 2CD\n" for mpan in MPANS), encoding="utf-8")
        source = self.workspace.portfolio.read(file)
        staged = self.workspace.portfolio.stage(source, {"mpan": "MPAN", "postcode": "Postcode"})
        source.close()
        self.snapshot = self.workspace.portfolio.commit(staged).snapshot

    @property
    def cleanse(self):
        return self.workspace.cleanse

    @property
    def store(self):
        return self.workspace.store

    def reopen(self):
        self.workspace.close()
        self.workspace = Workspace.open(self.folder, actor="Ada", clock=lambda: self.now)

    def run(self, *rows, as_of=DAY, not_run=(), ran=("FMT-01", "FMT-02", "XFD-01"), job=None):
        found = pl.DataFrame(list(rows), schema=RESULT_SCHEMA)
        counts = dict(found.group_by("check_id").len().iter_rows())
        outcomes = [
            CheckOutcome(check, Outcome.FAILED if counts.get(check) else Outcome.PASSED, counts.get(check, 0))
            for check in ran
            if check not in not_run
        ]
        outcomes += [CheckOutcome(check, Outcome.COULD_NOT_RUN, 0, "The file has no such column.") for check in not_run]
        facts = RunFacts(self.snapshot.id, as_of, self.now.isoformat(), "0", {}, "Ada")
        return self.cleanse.record(facts, found, outcomes, job)

    def audit(self):
        return [
            tuple(row) for row in self.store.read().execute("SELECT action, title FROM audit ORDER BY seq").fetchall()
        ]


def finding(number, check="FMT-01", **more):
    """A finding with this number as its fingerprint, in row `number` of the portfolio."""
    row = {
        "fingerprint": number,
        "check_id": check,
        "item": "postcode",
        "mpan": MPANS[(number - 1) % len(MPANS)],
        "row": (number - 1) % len(MPANS) + 1,
        "value": f"value {number}",
        "severity": "High",
        "party": "SUP",
        "message": f"Finding {number} is wrong.",
        "suggestion": "",
    }
    return {**row, **more}


@contextmanager
def hands(folder):
    made = Hands(folder)
    try:
        yield made
    finally:
        made.workspace.close()
