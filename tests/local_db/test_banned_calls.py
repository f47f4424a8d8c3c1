"""What sqlite-utils and SQLite can do and the product must not (design/reliability.md, sections 1.5 and 4.3)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parents[2] / "local_db"
FILES = sorted(ROOM.rglob("*.py"))
WRITES = {"insert", "insert_all", "upsert", "upsert_all", "create", "create_table", "create_index", "create_view"}
OPTIONS = {"replace", "ignore", "alter", "recreate"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_call_that_drops_triggers_or_hides_a_conflict(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr != "transform", f"{path.name}:{node.lineno} transform() drops triggers"
            if node.func.attr in WRITES:
                given = {keyword.arg for keyword in node.keywords}
                assert not given & OPTIONS, f"{path.name}:{node.lineno} {given & OPTIONS}"


@pytest.mark.parametrize("path", [*FILES, *sorted(ROOM.rglob("*.sql"))], ids=lambda path: path.name)
def test_no_vacuum_which_renumbers_rows_and_no_replace_which_deletes_them(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r'"\s*VACUUM|^\s*VACUUM', text, re.MULTILINE | re.IGNORECASE)
    assert not re.search(r"(INSERT OR REPLACE|REPLACE INTO)", text)
