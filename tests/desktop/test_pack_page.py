"""Whoever receives a pack: the very commands of docs/verify-a-pack.md are those of the pack, and they work."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pack_hands import built, seal

from desktop.packs import how_to_verify as lines
from desktop.packs.layout import NEEDED

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "verify-a-pack.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```(?:sh|powershell)\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]
WITH_SHELL = pytest.mark.skipif(
    not (shutil.which("openssl") and shutil.which("sha256sum")), reason="needs sha256sum and openssl"
)


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)


def test_the_page_has_the_lines_that_stand_in_every_pack():
    for line in (lines.PYTHON, lines.SHA256SUM, lines.POWERSHELL, lines.OPENSSL, lines.FINGERPRINT, lines.DESK):
        assert line in COMMANDS
    for name in NEEDED:
        assert f"`{name}`" in PAGE


@WITH_SHELL
def test_a_pack_holds_by_them_and_a_changed_one_does_not(tmp_path):
    folder = built(tmp_path)
    assert (shell(folder, lines.SHA256SUM).returncode, shell(folder, lines.SHA256SUM).stdout) == (0, "")
    assert "Verified Successfully" in shell(folder, lines.OPENSSL).stdout
    assert seal().fingerprint in shell(folder, lines.FINGERPRINT).stdout
    (folder / "data" / "submission.json").write_bytes(b"{}")
    assert "data/submission.json" in shell(folder, lines.SHA256SUM).stdout
    with (folder / "tagmanifest-sha256.txt").open("a") as file:
        file.write("\n")
    assert shell(folder, lines.OPENSSL).returncode


def test_the_script_in_it_says_what_the_page_says(tmp_path):
    folder = built(tmp_path)
    for more, word, status in (
        ((), "HOLDS", 0),
        (("--fingerprint", seal().fingerprint), "HOLDS", 0),
        (("--fingerprint", "0" * 16), "DOES NOT HOLD", 1),
    ):
        done = subprocess.run(
            [sys.executable, "verify_pack.py", *more], cwd=folder, capture_output=True, text=True, check=False
        )
        assert (word in done.stdout, done.returncode) == (True, status)
