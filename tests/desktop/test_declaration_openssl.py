"""Whoever has openssl only: the very commands of docs/verify-a-declaration.md and of how-to-verify.txt."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from declaration_hands import a_declaration, a_scanned_set, a_set, a_withdrawal, private_key, public_bytes

from desktop.declarations.body import sha256

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "verify-a-declaration.md").read_text(encoding="utf-8")
SIGNATURE, KEY, COPIES, ITSELF, SCAN = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)

pytestmark = pytest.mark.skipif(
    "not shutil.which('openssl') or not shutil.which('sh')", reason="openssl and a shell are not on this computer"
)


def run(commands: str, folder: Path) -> tuple[int, str]:
    done = subprocess.run(["sh", "-c", commands], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(params=["declaration", "withdrawal", "rehearsal"])
def files(request):
    private = private_key(4)
    body = {
        "declaration": lambda: a_declaration(private),
        "withdrawal": lambda: a_withdrawal(private),
        "rehearsal": lambda: a_declaration(private, rehearsal=True),
    }[request.param]()
    return a_set(body, private)


@pytest.fixture
def folder(files, tmp_path):
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_the_signature_verifies(folder):
    status, told = run(SIGNATURE, folder)
    assert (status, told.strip()) == (0, "Signature Verified Successfully")


@pytest.mark.parametrize("name", ["declaration.json", "declaration.sig"])
def test_one_bit_makes_it_fail(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    status, told = run(SIGNATURE, folder)
    assert status != 0
    assert "Signature Verification Failure" in told


def test_the_fingerprint_is_the_one_in_it(folder):
    status, told = run(KEY, folder)
    fingerprint = sha256(public_bytes(private_key(4)))
    assert status == 0
    assert told.split()[-1] == fingerprint
    assert fingerprint in (folder / "declaration.json").read_text(encoding="utf-8")
    assert fingerprint in (folder / "how-to-verify.txt").read_text(encoding="utf-8")


def test_the_copies_are_those_whose_hashes_it_names(folder):
    status, told = run(COPIES, folder)
    assert status == 0
    by_openssl = dict(re.findall(r"\((declaration\.html|declaration\.pdf|how-to-verify\.txt)\)= ([0-9a-f]{64})", told))
    in_it = dict(re.findall(r'"([a-z.-]+)":"([0-9a-f]{64})"', told))
    assert len(by_openssl) == 3
    assert by_openssl == in_it


def test_the_text_that_goes_with_it_gives_the_same_commands(folder):
    text = (folder / "how-to-verify.txt").read_text(encoding="utf-8")
    told = [line.strip() for line in text.splitlines() if line.startswith("    ") and " " in line.strip()]
    assert told == [line for part in (SIGNATURE, KEY, COPIES) for line in part.strip().splitlines()]


@pytest.mark.parametrize("given", ["Signed by Anne.PDF", 'a}b".pdf', '"sha256":"00","size":1},"signatory".pdf'])
def test_a_signed_document_is_the_one_that_the_record_names(tmp_path, given):
    for name, data in a_scanned_set(name=given).items():
        (tmp_path / name).write_bytes(data)
    status, told = run(ITSELF, tmp_path)
    assert status == 0
    assert told.split()[-1] == sha256((tmp_path / "declaration.json").read_bytes())
    assert ITSELF.strip() in (tmp_path / "how-to-verify.txt").read_text(encoding="utf-8")
    status, told = run(SCAN, tmp_path)
    assert status == 0
    found = re.findall(r"\b[0-9a-f]{64}\b", told)
    assert len(found) == 2
    assert len(set(found)) == 1
    assert shutil.which("openssl") is not None
