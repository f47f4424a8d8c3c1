"""`mhhs-desk submit import-review|comments|answer`: what reviewers say, and what is answered."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop.app import Workspace
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from desktop.cli.submit_json import text_of
from desktop.submissions.review.model import Comment, CommentState, DifferenceKind, Review

SHOWN = 200
"""Differences that are printed; JSON has them all."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    take = commands.add_parser(
        "import-review",
        help="read a reviewer's copy, and take its comments with --yes",
        description="Read a workbook that a reviewer sent back: comments from the log, from notes and from threads, "
        "and every difference from what was sent. Nothing is taken without --yes: then the file is kept and its new "
        "comments are added, in one step to undo. Cells that were changed are shown and never applied.",
    )
    take.add_argument("file", type=Path, metavar="FILE", help="the workbook that came back")
    arguments.add_workspace(take, required=True)
    take.add_argument("--submission", default="", metavar="REF", help="which it is, when the file does not say")
    take.add_argument("--recipient", default="", metavar="ID", help="who sent it, when the file does not say")
    take.add_argument(
        "--leave-out", action="append", default=[], metavar="FINGERPRINT",
        help="a comment that is not taken: its fingerprint from --json; again for more",
    )  # fmt: skip
    take.add_argument("--say", choices=("in-review", "changes-requested"), help="say this of the recipient too")
    take.add_argument("--yes", action="store_true", help="take it; without it nothing is changed")
    arguments.add_json(take)
    take.set_defaults(run=run_import)

    comments = commands.add_parser(
        "comments",
        help="list what reviewers said",
        description="List the comments on a submission, all versions of it when only its reference is given, or on "
        "all, with their answers.",
    )
    comments.add_argument("ref", metavar="REF", nargs="?", default="", help="the submission; without it all of them")
    arguments.add_workspace(comments, required=True)
    comments.add_argument("--open", action="store_true", help="only those that are open")
    arguments.add_json(comments)
    comments.set_defaults(run=run_comments)

    answer = commands.add_parser(
        "answer",
        help="answer a comment, close it, or open it again",
        description="Answer a comment; the answer goes back in the comments log of the next version. One step to undo.",
    )
    answer.add_argument("comment", metavar="NUMBER", type=int, help="the comment's number, from `submit comments`")
    arguments.add_workspace(answer, required=True)
    text = answer.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="ANSWER", help="the answer; '' takes it back")
    text.add_argument("--from-file", type=Path, metavar="FILE", help="the answer is the text of this file (UTF-8)")
    answer.add_argument("--state", choices=[one.value for one in CommentState], help="how it stands then")
    answer.add_argument("--owner", metavar="WHO", help="who answers it, at your organisation")
    arguments.add_json(answer)
    answer.set_defaults(run=run_answer)


def run_import(given: argparse.Namespace) -> int:
    """Read it, show what it brings, and take it if that was said."""
    output.must_not_clash({"--json": given.json}, [given.file], given.workspace)
    with Workspace.open(given.workspace, read_only=not given.yes) as workspace:
        submissions = workspace.submissions
        wanted = submissions.by_ref(given.submission).id if given.submission else None
        review = workspace.reviews.read(
            given.file, submission_id=wanted, recipient=given.recipient,
            job=told_job(quiet=given.json == output.STANDARD_OUTPUT),
        )  # fmt: skip
        step = ""
        if given.yes:
            said = given.say.replace("-", " ") if given.say else ""
            changes = workspace.reviews.take(given.file, review, leave_out=given.leave_out, state=said)
            step = changes.title or "There was nothing new to take."
    if given.json:
        output.write_json(given.json, {**_review_json(review), "step": step, "taken": bool(given.yes)})
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in _review_lines(review)))
        output.tell(f"{step}\n" if given.yes else "Nothing was taken. Look at it, then give --yes.\n")
    return 0


def _review_lines(review: Review) -> Iterator[str]:
    whose = f" by {review.recipient}" if review.recipient else ""
    yield f"{review.file_name}: a review of {review.name}{whose} ({review.how})"
    yield from review.remarks
    known = len(review.comments) - len(review.new)
    yield f"{len(review.new):,} new comments, {known:,} known"
    for one in review.new:
        where = one.about or one.place
        who = f"{one.author}: " if one.author else ""
        yield f"    {f'{where}  ' if where else ''}{who}{one.text}"
        if one.proposed:
            yield f"        proposes: {one.proposed}"
    yield f"{len(review.differences):,} differences from what was sent; none of them is applied"
    for each in review.differences[:SHOWN]:
        cells = f": “{each.sent}” came as “{each.came}”" if each.sent or each.came else ""
        if each.kind is DifferenceKind.EXTRA_SHEET and each.came:  # a cell of it: nothing was sent there
            cells = f": “{each.came}”"
        where = ", ".join(part for part in (each.row_key, each.place, each.column) if part)
        yield f"    {each.kind.value}  {where}{cells}"
    if len(review.differences) > SHOWN:
        yield f"    and {len(review.differences) - SHOWN:,} more"


def _review_json(review: Review) -> dict[str, Any]:
    return {
        "submission": review.name, "recipient": review.recipient, "file_name": review.file_name,
        "sha256": review.sha256, "how": review.how, "known": review.known, "remarks": list(review.remarks),
        "comments": [comment_json(one) for one in review.comments],
        "differences": [asdict(one) for one in review.differences],
    }  # fmt: skip


def comment_json(one: Comment) -> dict[str, Any]:
    """A comment with every field."""
    return asdict(one)


def run_comments(given: argparse.Namespace) -> int:
    """List them."""
    output.must_not_clash({"--json": given.json}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=True) as workspace:
        names = {one.id: one.name for one in workspace.submissions.submissions()}
        if not given.ref:
            found = workspace.reviews.comments()
        else:
            one = workspace.submissions.by_ref(given.ref)
            of_version = len(given.ref.split()) > 1
            found = workspace.reviews.comments(one.id) if of_version else workspace.reviews.comments(ref=one.ref)
    found = tuple(one for one in found if not given.open or one.state is CommentState.OPEN)
    if given.json:
        value = [{**comment_json(one), "submission": names.get(one.submission_id, "")} for one in found]
        output.write_json(given.json, {"comments": value})
    if given.json != output.STANDARD_OUTPUT:
        lines = [line for one in found for line in _comment_lines(one, names.get(one.submission_id, ""))]
        output.tell("".join(f"{line}\n" for line in lines or ["There is no comment."]))
    return 0


def _comment_lines(one: Comment, name: str) -> Iterator[str]:
    where = one.about or one.place
    who = f"{one.author}: " if one.author else ""
    first = f"{one.id:>5}  {one.state.value:<8}  {name}  {one.recipient}"
    yield f"{first}{f'  {where}' if where else ''}  {who}{one.text}"
    if one.proposed:
        yield f"         proposes: {one.proposed}"
    if one.answer:
        yield f"         answer: {one.answer}"


def run_answer(given: argparse.Namespace) -> int:
    """Answer it."""
    output.must_not_clash({"--json": given.json}, [given.from_file], given.workspace)
    text = text_of(given.from_file) if given.from_file is not None else given.text
    if text is None and given.state is None and given.owner is None:
        raise arguments.WrongUsage("Give the answer (--text or --from-file), --state or --owner.")
    state = CommentState(given.state) if given.state else None
    with Workspace.open(given.workspace) as workspace:
        reviews = workspace.reviews
        steps = []
        if text is not None:
            steps.append(reviews.answer(given.comment, text, state=state).title)
        elif state is not None:
            steps.append(reviews.set_state([given.comment], state).title)
        if given.owner is not None:
            steps.append(reviews.set_owner([given.comment], given.owner).title)
        one = reviews.get(given.comment)
        name = workspace.submissions.get(one.submission_id).name
    if given.json:
        output.write_json(given.json, {"steps": steps, "comment": {**comment_json(one), "submission": name}})
    if given.json != output.STANDARD_OUTPUT:
        output.tell("".join(f"{line}\n" for line in (*steps, *_comment_lines(one, name))))
    return 0
