"""What goes into the pack of a frozen submission: its bytes, workbook, templates, tables, declarations, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.declarations.body import sha256
from desktop.errors import InvalidInput
from desktop.packs.model import LeftOut, PackFile
from desktop.packs.naming import distinct, safe_name
from desktop.submissions.evidence_remarks import remarks

Kept = Callable[[str], Path]
"""Gives the kept file of a SHA-256. Raises WorkspaceDamaged when it is not there."""

_ANOTHERS = "Made for another recipient, who gets it in a pack of its own."
_EACH = (
    "Each recipient has a workbook, with that one's comments and their answers alone. All of them are in here: "
    "for one of them, make a pack for that one."
)
_ASKED = "Whoever made the pack left it out."
_NOT_WITH = "The submission was made without the files of its evidence."
_FOR_PEOPLE = "Says what submission.json says, for people."
_AS_THEY_ASK = "Says the same in the recipient's own form."
_PROVES_NOTHING = "Linked to nothing that this submission speaks of."


class Payload:
    """The files of a pack, made from the frozen body alone, and what was left out."""

    def __init__(self, frozen: bytes, body: Mapping[str, Any], kept: Kept) -> None:
        """`frozen` are the canonical bytes of `body`."""
        self._body = body
        self._kept = kept
        self._taken: set[str] = set()
        self.files: list[PackFile] = [
            PackFile(
                "submission.json",
                sha256(frozen),
                len(frozen),
                "The frozen submission: everything it says, as canonical JSON",
                about="What was frozen, to the bit. Everything else follows from it.",
                data=frozen,
            )
        ]
        self._taken.add("submission.json")
        self.left_out: list[LeftOut] = []
        self.remarks: list[str] = []

    def gather(self, recipient: str, leave_out: Sequence[str], *, with_evidence: bool) -> None:
        """Take what is for a recipient ('' = for all). Raises InvalidInput (field leave_out), WorkspaceDamaged."""
        unwanted = {ref.strip().casefold() for ref in leave_out if ref.strip()}
        known = {str(one["ref"]).casefold() for one in self._body["evidence"]}
        if unwanted - known:
            raise InvalidInput(
                f"The submission has no evidence {', '.join(sorted(unwanted - known)).upper()}.",
                safe="Nothing was written.",
                todo="Leave out references of evidence that it lists.",
                field="leave_out",
            )
        self._frozen_files(recipient)
        self._rows()
        for one in self._body["beside"]:
            self._add(f"{safe_name(one['folder'])}/", one, str(one["name"]), str(one["title"]))
        for one in self._body["evidence"]:
            self._evidence(one, "" if with_evidence else _NOT_WITH, asked=str(one["ref"]).casefold() in unwanted)

    def _frozen_files(self, recipient: str) -> None:
        names = {str(one["id"]): str(one["name"]) for one in self._body["recipients"]}
        for one in self._body["files"]:
            whose = str(one["recipient"])
            if recipient and whose not in {"", recipient}:
                title = f"{one['name']} ({names.get(whose, whose)})"
                self.left_out.append(LeftOut(str(one["sha256"]), title, _ANOTHERS))
            elif one["role"] == "workbook":
                folder = f"workbooks/{safe_name(whose)}/" if whose and not recipient else ""
                title = f"The workbook for {names.get(whose, whose)}" if whose else "The workbook"
                self._add(folder, one, str(one["name"]), f"{title}: begin with it", _FOR_PEOPLE)
                if folder and _EACH not in self.remarks:
                    self.remarks.append(_EACH)
            else:
                folder = f"templates/{safe_name(whose)}/" if whose else "templates/"
                title = f"The template of {names.get(whose, whose)}, filled" if whose else "A filled template"
                self._add(folder, one, str(one["name"]), title, _AS_THEY_ASK)

    def _rows(self) -> None:
        for one in self._body["tables"]:
            if one["lines"]:
                title = f"All rows of the table “{one['title']}”, one JSON array on each line"
                self._add("rows/", one["lines"], f"{one['id']}.jsonl", title)

    def _evidence(self, one: Mapping[str, Any], why: str, *, asked: bool) -> None:
        ref, revision = str(one["ref"]), int(one["revision"])
        title = f"{ref} revision {revision}, {one['title']}"
        if asked or why:
            self.left_out.append(LeftOut(str(one["sha256"]), title, _ASKED if asked else why))
            return
        self.remarks += remarks(one, "it is in here as it is")
        about = "; ".join(str(text) for text in one.get("proves") or ()) or _PROVES_NOTHING
        folder = f"evidence/{safe_name(ref)}-r{revision}/"
        self._add(folder, one, str(one["file_name"]), f"Evidence {title}", about)

    def _add(self, folder: str, one: Mapping[str, Any], given: str, title: str, about: str = "") -> None:
        """Take a kept file under a safe name that no other has."""
        inside = {path[len(folder) :] for path in self._taken if path.startswith(folder.casefold())}
        path = folder + distinct(safe_name(given), inside)
        self._taken.add(path.casefold())
        digest = str(one["sha256"])
        self.files.append(PackFile(path, digest, int(one["size"]), title, given, about, self._kept(digest)))


def names_of(body: Mapping[str, Any], ids: Sequence[str]) -> Iterator[str]:
    """Names of recipients by their ids."""
    names = {str(one["id"]): str(one["name"]) for one in body["recipients"]}
    return (names.get(one, one) for one in ids)
