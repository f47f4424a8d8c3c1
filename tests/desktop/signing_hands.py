"""What tests of declarations share: a workspace with roles, a filled draft, a key with a passphrase, a signature."""

from __future__ import annotations

import json
from pathlib import Path

from desktop.app import Workspace
from desktop.declarations.model import DeclarationDetails, SignatoryWords, SignedCopy
from desktop.participant.model import Scope

PASSPHRASE = "correct horse battery"
NAME = "Ada Lovelace"
WORDS = SignatoryWords(NAME, "Director of Operations", "director", confirmed=True)
ANSWERS = {
    "scope": "Take MHHS supplies",
    "rehearsed": "yes",
    "way_back": "Stay on the legacy systems",
}
MPIDS = {"supplier": "ACME", "ldso": "LDSO", "mem": "METR", "data_service": "DATA"}


def acme(folder: Path, clock, *roles: str, actor: str = "Jo") -> Workspace:
    """A new workspace whose participant has these roles."""
    workspace = Workspace.create(folder, "Acme Energy", "ACME", actor=actor, clock=clock)
    for role in roles or ("supplier",):
        workspace.participant.save_scope(Scope(MPIDS[role], role))
    return workspace


def draft(workspace: Workspace, wording: str = "cutover_readiness", **other) -> int:
    """A draft with everything answered, for M14."""
    details = {"wording": wording, "milestone": "M14", "answers": ANSWERS, **other}
    return workspace.declarations.prepare(DeclarationDetails(**details))[0]


def with_key(workspace: Workspace, name: str = NAME) -> None:
    """Make a key of this person in an encrypted file, unless there is one."""
    keys = workspace.declarations.keys
    if keys.key_for(name) is None:
        keys.make(name, passphrase=PASSPHRASE)


def sign(workspace: Workspace, declaration_id: int, words: SignatoryWords = WORDS) -> SignedCopy:
    """Read the sheet and sign it."""
    with_key(workspace, words.name)
    digest = workspace.declarations.sheet(declaration_id).digest
    return workspace.declarations.sign(declaration_id, words, digest=digest, passphrase=PASSPHRASE)


def body_of(workspace: Workspace, declaration_id: int) -> dict:
    """What was signed, as JSON."""
    return json.loads(workspace.declarations.files(declaration_id)["declaration.json"])


def own_pack(workspace: Workspace, file: Path, kind: str, body: dict, version: str = "9.1") -> None:
    """Write a pack of a kind with this body and take it as the workspace's own."""
    header = {"kind": kind, "version": version, "status": "official", "source": "My copy", "date": "2026-11-20"}
    file.write_text(json.dumps({**header, "body": body}), encoding="utf-8")
    workspace.content.take(file)


def shipped_body(workspace: Workspace, kind: str) -> dict:
    """The body of the pack in use, to be changed."""
    return json.loads(json.dumps(workspace.content.pack(kind).body))
