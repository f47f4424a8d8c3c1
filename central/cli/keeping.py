"""`submissions`, `key`, `restored`, `audit`: what whoever keeps the endpoint asks and does."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from central.cli import said
from central.queue import ALL, WAITING, Filter
from central.uploads import Lost
from desktop.sync.wire.feed import STATES


def add(commands: Any) -> None:
    """Its commands."""
    submissions = said.group(commands, "submissions", "what participants handed over")
    queue = submissions.add_parser("list", parents=[said.common()], help="the queue, newest first")
    queue.add_argument("--state", choices=(WAITING, ALL, *STATES), default=ALL, help="all without it")
    queue.add_argument("--participant", default="", metavar="ID")
    queue.add_argument("--find", default="", metavar="TEXT", help="in reference, title, id or participant")
    queue.add_argument("--page", type=int, default=1, metavar="N")
    queue.set_defaults(run=_submissions)
    keys = said.group(commands, "key", "the key that signs receipts")
    rotate = keys.add_parser("rotate", parents=[said.common()], help="sign with a new key from now on")
    rotate.set_defaults(run=_rotate)
    restored = commands.add_parser(
        "restored",
        parents=[said.common()],
        help="say that the database was put back from a backup: laptops compare, and send again what is missing",
    )
    restored.set_defaults(run=_restored)
    audit = said.group(commands, "audit", "who did what")
    verify = audit.add_parser("verify", parents=[said.common()], help="whether an entry was changed or is missing")
    verify.set_defaults(run=_verify)


def _submissions(parsed: argparse.Namespace) -> int:
    wanted = Filter(participant=parsed.participant, state=parsed.state, text=parsed.find, page=parsed.page)
    with said.opened(parsed) as central:
        found = central.reviews.queue(wanted)
    rows = [
        (one.received_at[:16], one.participant, one.reference, str(one.version), one.state, one.title, one.id)
        for one in found.entries
    ]
    head = ("Received", "From", "Reference", "Version", "State", "Title", "Id")
    text = said.table(rows, head, "There is no such submission.")
    if found.pages > 1:
        text += f"\nPage {found.page} of {found.pages}; {found.total} in all."
    body = {"total": found.total, "page": found.page, "pages": found.pages}
    return said.say(parsed, text, {**body, "submissions": [asdict(one) for one in found.entries]})


def _rotate(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        made = central.rotate(said.BY)
    sentence = (
        f"Receipts are signed with the key {made} from now on. Those of the old key, which vouches for it, stay good."
    )
    return said.say(parsed, sentence, {"key": made})


def _restored(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        epoch = central.restored(said.BY)
        lost = central.uploads.lost()
    sentence = "Every laptop will read all changes again, and send again what it has a receipt for and is not here."
    return said.say(parsed, f"{sentence}\n{_told(lost)}", {"epoch": epoch, "lost": [asdict(one) for one in lost]})


def _told(lost: list[Lost]) -> str:
    if not lost:
        return "No file is missing in the storage."
    submissions = sorted({(one.participant, each) for one in lost for each in one.submissions})
    named = [f"  {participant}  {each}" for participant, each in submissions]
    head = f"Files missing in the storage, or not whole: {len(lost)}. Each is asked for again when it is named again."
    if not named:
        return head
    return "\n".join([head, f"Submissions that have a receipt for some of them: {len(named)}", *named])


def _verify(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        found = central.audit.verify()
    if found.broken_at is None:
        sentence = (
            f"All {found.entries} entries are as they were made. The newest has the hash {found.last or '(none)'}."
        )
        return said.say(parsed, sentence, asdict(found))
    said.say(parsed, f"Entry {found.broken_at} of {found.entries} is not as it was made.", asdict(found))
    return said.FAILED
