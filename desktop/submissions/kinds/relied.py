"""What a submission relies on, each with the SHA-256 of what it was: packs by their file, records by their facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from desktop.declarations.canonical import canonical_bytes
from desktop.submissions.content import Relied
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.sources import Sources
from desktop.testing.book_sources import BookSources
from local_db import test_runs


def hash_of(masking: Masking, *facts: object) -> str:
    """SHA-256 of facts in the one canonical way: whole numbers, texts, and lists of them.

    Of the texts as they leave: beside a masked text a hash of the whole one would give its few missing digits away.
    """
    texts: list[str] = []
    _collect(facts, texts)
    shown = dict(zip(texts, masking.column(texts), strict=True))
    return hashlib.sha256(canonical_bytes({"of": _plain(facts, shown)})).hexdigest()


def _collect(value: object, texts: list[str]) -> None:
    if isinstance(value, list | tuple):
        for one in value:
            _collect(one, texts)
    elif isinstance(value, str):
        texts.append(value)


def _plain(value: object, shown: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one, shown) for one in value]
    if isinstance(value, str):
        return shown[value].encode("utf-8", "replace").decode("utf-8")
    if value is None or isinstance(value, bool | int):
        return value
    raise TypeError(f"a {type(value).__name__} is no fact")


def packs(sources: Sources, kinds: Iterable[str]) -> tuple[Relied, ...]:
    """Content packs in use."""
    found = [sources.content.pack(kind) for kind in kinds]
    return tuple(Relied("pack", one.kind, one.label, one.sha256) for one in found)


def requirements(books: BookSources, masking: Masking) -> Relied:
    """All requirements as they read now."""
    lines = books.matrix.requirements
    facts = [(one.key, one.title, one.text, one.family, one.stage, one.party, one.applies) for one in lines]
    made = hash_of(masking, facts)
    return Relied("requirements", "requirements", f"{counted(len(lines), 'requirement')} as they read", made)


def runs(books: BookSources, masking: Masking) -> tuple[Relied, ...]:
    """Every run of tests with its results, newest first."""
    results: dict[str, list[Sequence[object]]] = {}
    for row in test_runs.table_rows(books.store.read()):
        one = dict(zip(test_runs.TABLE_COLUMNS, row, strict=True))
        said = tuple(one[name] for name in ("key", "title", "status", "reason", "message", "tester", "executed"))
        results.setdefault(str(one["run"]), []).append(said)
    return tuple(
        Relied(
            "test run",
            run.ref,
            masking.words(f"{run.title}, {counted(run.cases, 'test case')}"),
            hash_of(
                masking, run.ref, run.title, run.stage, run.gate, run.started, run.finished, results.get(run.ref, [])
            ),
        )
        for run in books.runs
    )


def counted(count: int, thing: str) -> str:
    """1 finding, 2 findings, 3 activities."""
    many = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{count:,} {thing if count == 1 else many}"
