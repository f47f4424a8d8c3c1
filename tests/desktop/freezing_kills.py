"""Kill a program while it freezes a submission, again and again: a draft whole, or frozen whole.

    python -m tests.desktop.freezing_kills [kills] [seed]      100 kills and a random seed when not given

A child process opens the workspace as the product does and freezes the newest draft. The parent kills it (SIGKILL) at
a random instant, opens the workspace as the product does, and looks. `torn` = neither a draft without any trace nor
frozen and verified, or leftovers in the staging folder; `lost` = acknowledged and not frozen.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.app import Workspace
from desktop.jobs import Job
from desktop.participant.model import Scope as Role
from desktop.requests.model import QuestionDetails, RequestDetails
from desktop.submissions.model import Scope, SubmissionDetails, SubmissionState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = 400
LONGEST = 0.8
"""Seconds after which it is killed at the latest: some more than freezing takes."""


@dataclass
class Tally:
    """What a campaign counted; the last two must be 0."""

    kills: int = 0
    frozen: int = 0
    drafts: int = 0
    lost: int = 0
    torn: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.lost or self.torn)


def freeze(folder: Path, submission_id: int) -> None:
    """The child: freeze one, and say how far it is."""
    opened = Workspace.open(folder, actor="Jo", clock=lambda: NOON)
    opened.submissions.preview(submission_id, folder.parent / "preview.xlsx")  # loads everything that freezing uses
    os.write(1, b"begun\n")
    opened.submissions.freeze(submission_id, Job())
    os.write(1, b"done\n")
    time.sleep(60)


def one_kill(folder: Path, submission_id: int, chance: random.Random, tally: Tally) -> bool:
    """Start the child, kill it at a random instant, and look; whether it was frozen."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.freezing_kills", "child", str(folder), str(submission_id)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(chance.random() * LONGEST)
    child.kill()
    done = b"done\n" in child.stdout.read()
    child.wait()
    child.stdout.close()
    tally.kills += 1
    with Workspace.open(folder, actor="Jo", clock=lambda: NOON) as opened:
        one = opened.submissions.get(submission_id)
        frozen = one.state is SubmissionState.FROZEN
        if frozen:
            whole = opened.submissions.verify_kept(submission_id) == ()
        else:
            whole = one.state is SubmissionState.DRAFT and not opened.submissions.files(submission_id)
            whole = whole and not opened.submissions.events(submission_id)
        staging = folder / "staging"
        left = list(staging.iterdir()) if staging.is_dir() else []
        tally.torn += not whole or bool(left) or not opened.verify().ok
        tally.lost += done and not frozen
        tally.frozen += frozen
        tally.drafts += not frozen
    return frozen


def campaign(folder: Path, kills: int, seed: int) -> Tally:
    """So many kills of one workspace: a draft that was frozen is followed by a newer version."""
    chance, tally = random.Random(seed), Tally()
    place = folder / "acme"
    with Workspace.create(place, "Acme", "ACME", actor="Jo", clock=lambda: NOON) as made:
        made.participant.save_scope(Role("ACME", "supplier"))
        request, _ = made.requests.add(RequestDetails("Readiness", sender="BSC"))
        for number in range(QUESTIONS):
            made.requests.add_question(request, QuestionDetails(str(number), f"Question {number}?", answer="Yes"))
        draft, _ = made.submissions.prepare(SubmissionDetails("info_request", scope=Scope(request_id=request)))
    for _ in range(kills):
        if one_kill(place, draft, chance, tally):
            with Workspace.open(place, actor="Jo", clock=lambda: NOON) as opened:
                draft, _ = opened.submissions.new_version(draft, "Another one")
    return tally


def main(arguments: list[str]) -> int:
    """Run the child, or the campaign and print its tally."""
    if arguments[:1] == ["child"]:
        freeze(Path(arguments[1]), int(arguments[2]))
        return 0
    kills = int(arguments[0]) if arguments else 100
    seed = int(arguments[1]) if len(arguments) > 1 else int.from_bytes(os.urandom(4))
    with tempfile.TemporaryDirectory() as folder:
        tally = campaign(Path(folder), kills, seed)
    print(f"seed {seed}: {tally}")
    return 0 if tally.sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
