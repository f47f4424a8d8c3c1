"""A pack is a valid bag, the same bytes each time, whole or not at all, and says in words what it is."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pack_hands import EVIDENCE, NAME, bagit, body, both, built, file, plan, seal, sha256

from desktop.cli.main import main
from desktop.declarations.canonical import canonical_bytes
from desktop.errors import FileRefused, InvalidInput, WorkspaceDamaged
from desktop.excel.saving import NotSaved
from desktop.jobs import Cancelled, Job
from desktop.packs import how_to_verify, placing, zip_form
from desktop.packs.bag import build
from desktop.packs.layout import NEEDED, VERIFIER_FILE, is_safe, part_name
from desktop.packs.model import LeftOut, PackFile
from desktop.packs.naming import distinct, safe_name
from desktop.packs.verify import verify

ROOT = Path(__file__).resolve().parents[2]
FINGERPRINT = seal().fingerprint
BIG = {f"ACME-EVD-{at:04}": (f"f{at}.bin", hashlib.sha256(bytes([at])).digest() * 600) for at in range(1, 8)}
"""Seven files of 19,200 bytes."""


# -- what is written ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("evidence", [EVIDENCE, {}, BIG])
def test_bagit_python_and_both_verifiers_take_it(tmp_path, evidence):
    folder = built(tmp_path, plan(evidence))
    bag = bagit().Bag(str(folder))
    assert bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"] == "ACME-RTTM-0004 v2"
    assert both(folder, FINGERPRINT).ok
    assert set(NEEDED) <= {one.relative_to(folder).as_posix() for one in folder.rglob("*")}


def test_folder_and_zip_hold_the_same_bytes_and_are_the_same_each_time(tmp_path):
    folder, packed = built(tmp_path / "a"), built(tmp_path / "b", as_zip=True)
    again, packed_again = built(tmp_path / "c"), built(tmp_path / "d", as_zip=True)
    assert packed.read_bytes() == packed_again.read_bytes()
    with zipfile.ZipFile(packed) as zipped:
        assert zipped.testzip() is None
        inside = {name: zipped.read(name) for name in zipped.namelist()}
        zipped.extractall(tmp_path / "out")
    for one in folder.rglob("*"):
        if one.is_file():
            name = one.relative_to(folder)
            assert one.read_bytes() == (again / name).read_bytes() == inside[f"{NAME}/{name.as_posix()}"]
    assert both(tmp_path / "out" / NAME).ok
    assert bagit().Bag(str(tmp_path / "out" / NAME)).validate()


def test_the_bag_says_what_it_is(tmp_path):
    left = LeftOut(sha256(b"x"), "ACME-EVD-0009 revision 1, Names", "Whoever made the pack left it out.")
    folder = built(tmp_path, plan(left_out=(left,)))
    info = bagit().Bag(str(folder)).info
    assert info["Source-Organization"] == "Acme Energy"
    assert info["Personal-Data"] == "last-four"
    assert info["Audit-Head"] == f"12 {'ab' * 32}"
    assert info["Key-Fingerprint"] == FINGERPRINT
    assert info["Left-Out"] == f"{left.sha256} ACME-EVD-0009 revision 1, Names: Whoever made the pack left it out."
    for name in ("index.html", "README.txt"):
        text = (folder / name).read_text(encoding="utf-8")
        plain = re.sub(r"\s+", " ", text)
        assert how_to_verify.grouped(FINGERPRINT) in plain
        assert "only the last four digits are shown" in plain
        assert "Left out: ACME-EVD-0009 revision 1, Names." in plain
        assert "as given: Prüf log.txt" in plain
        assert "R7 was not tested." in plain
        assert "Every row has a key" in plain
        assert f"--fingerprint {FINGERPRINT[:8]}" not in plain  # a forged pack would tell its own
        for one in (sha256(EVIDENCE["ACME-EVD-0001"][1]), "Requirement R-1", "not show whose key it is"):
            assert one in plain


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.ids, self.outside, self.open = [], set(), [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [given["href"]] if "href" in given else []
        self.ids |= {given["id"]} if "id" in given else set()
        self.outside += [given[one] for one in ("src", "action") if one in given]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_index_stands_by_itself_and_its_links_lead_somewhere(tmp_path):
    folder = built(tmp_path)
    text = (folder / "index.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert page.open == []
    assert page.outside == []
    assert "://" not in text
    assert "RTTM at gate 2 &lt;b&gt;" in text
    for link in page.links:
        assert link[1:] in page.ids if link.startswith("#") else (folder / link).is_file()
    assert 'lang="en-GB"' in text
    assert "prefers-color-scheme: dark" in text


# -- the lines of the README -------------------------------------------------------------------------------------------


def lines_of(folder: Path) -> list[str]:
    text = (folder / "README.txt").read_text(encoding="utf-8")
    return [line[4:] for line in text.splitlines() if line.startswith("    ")]


def shell(line: str, folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum")
def test_the_line_for_sha256sum_runs_and_names_what_was_changed(tmp_path):
    folder = built(tmp_path)
    assert how_to_verify.SHA256SUM in lines_of(folder)
    told = shell(how_to_verify.SHA256SUM, folder)
    assert (told.returncode, told.stdout) == (0, "")
    (folder / "data" / "RTTM.xlsx").write_bytes(b"x")
    told = shell(how_to_verify.SHA256SUM, folder)
    assert told.returncode == 1
    assert "data/RTTM.xlsx" in told.stdout


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl")
def test_the_lines_for_openssl_run(tmp_path):
    folder = built(tmp_path)
    assert how_to_verify.OPENSSL in lines_of(folder)
    assert how_to_verify.FINGERPRINT in lines_of(folder)
    assert "Signature Verified Successfully" in shell(how_to_verify.OPENSSL, folder).stdout
    assert FINGERPRINT in shell(how_to_verify.FINGERPRINT, folder).stdout
    (folder / "tagmanifest-sha256.txt").write_bytes((folder / "tagmanifest-sha256.txt").read_bytes() + b"\n")
    assert shell(how_to_verify.OPENSSL, folder).returncode != 0


@pytest.mark.skipif(not shutil.which("pwsh"), reason="no PowerShell")
def test_the_line_for_powershell_runs(tmp_path):
    folder = built(tmp_path)
    run = ["pwsh", "-NoProfile", "-Command", how_to_verify.POWERSHELL]
    assert subprocess.run(run, cwd=folder, capture_output=True, text=True, check=True).stdout == ""
    (folder / "data" / "RTTM.xlsx").write_bytes(b"x")
    told = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["CHANGED:", "data/RTTM.xlsx"]


def alone(*arguments: object, cwd: Path) -> subprocess.CompletedProcess:
    run = [sys.executable, "-I", "-S", *map(str, arguments)]
    return subprocess.run(run, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("option", ["--fingerprint", "--sha256"])
def test_a_fingerprint_without_figures_is_wrong_usage_and_never_a_yes(tmp_path, option, capsys):
    folder = built(tmp_path)
    run = alone("verify_pack.py", option, "", cwd=folder)
    assert (run.returncode, run.stdout) == (2, "")
    assert main(["verify", str(folder), option, " "]) == 2
    assert "nothing would be held against it" in capsys.readouterr().err


def test_the_script_in_the_pack_checks_it_with_the_standard_library_alone(tmp_path):
    folder, packed = built(tmp_path / "a"), built(tmp_path / "b", as_zip=True)
    for told in (
        alone("verify_pack.py", cwd=folder),
        alone("verify_pack.py", packed, "--fingerprint", FINGERPRINT, cwd=folder),
        alone("verify_pack.py", ".", "--fingerprint", FINGERPRINT[:16], cwd=folder),
    ):
        assert told.returncode == 0, told
        assert told.stdout.startswith("HOLDS: all ")
        assert how_to_verify.grouped(FINGERPRINT) in told.stdout
    assert sorted(one.name for one in folder.iterdir()) == sorted(
        [one for one in NEEDED if "/" not in one] + ["data"]
    )  # no __pycache__
    (folder / "data" / "RTTM.xlsx").write_bytes(b"x")
    told = alone("verify_pack.py", cwd=folder)
    assert told.returncode == 1
    assert told.stdout.startswith("data/RTTM.xlsx: It was changed since it was sealed")
    assert alone("verify_pack.py", "--fingerprint", "xyz", cwd=folder).returncode == 2
    assert alone("verify_pack.py", "missing.zip", cwd=folder).returncode == 1


def test_the_script_reads_as_python_3_9_and_imports_the_standard_library_only():
    tree = ast.parse(VERIFIER_FILE.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert names <= set(sys.stdlib_module_names)


# -- splitting ---------------------------------------------------------------------------------------------------------


def test_a_split_pack_fits_its_parts_and_unpacks_into_one_folder(tmp_path):
    most = 70_000
    parts = build(plan(BIG), seal(), tmp_path, as_zip=True, split=most).parts
    assert len(parts) == 4
    assert [one.name for one in parts] == [part_name(NAME, at, 4) for at in range(1, 5)]
    for one in parts:
        assert one.stat().st_size <= most
        with zipfile.ZipFile(one) as zipped:
            assert zipped.testzip() is None
            assert any(name.startswith(f"{NAME}/parts/") for name in zipped.namelist())
            zipped.extractall(tmp_path / "out")
        assert both(one, FINGERPRINT).ok
    assert both(tmp_path / "out" / NAME).ok
    assert bagit().Bag(str(tmp_path / "out" / NAME)).validate()
    assert "part-4-of-4.zip" in (tmp_path / "out" / NAME / "README.txt").read_text(encoding="utf-8")


def test_missing_parts_are_named_and_parts_elsewhere_can_be_given(tmp_path):
    parts = build(plan(BIG), seal(), tmp_path, as_zip=True, split=70_000).parts
    away = tmp_path / "away"
    away.mkdir()
    moved = parts[2].rename(away / parts[2].name)
    for one in (parts[0], parts[3], moved):
        verdict = both(one)
        assert not verdict.ok
        assert parts[2].name in verdict.parts_missing or one == moved
        assert {fault.file for fault in verdict.faults} >= set(verdict.parts_missing)
    assert verify(moved).parts_missing == tuple(one.name for one in (parts[0], parts[1], parts[3]))
    assert verify(parts[0], others=[moved]).ok


def test_a_part_that_is_another_ones_copy_and_a_part_under_another_name_are_found(tmp_path):
    parts = build(plan(BIG), seal(), tmp_path, as_zip=True, split=70_000).parts
    shutil.copyfile(parts[0], tmp_path / "only.zip")
    verdict = both(tmp_path / "only.zip")
    assert any("The pack has 4 part(s)" in one.words for one in verdict.faults)
    shutil.copyfile(parts[1], parts[2])
    verdict = both(parts[0])
    assert any("It is there twice." in one.words for one in verdict.faults)


def test_what_does_not_fit_into_a_part_is_said_and_nothing_is_left(tmp_path):
    for most, words in ((30_000, "too small"), (66_000, r"huge\.bin has 80\.0 kB")):
        with pytest.raises(FileRefused, match=words):
            build(plan(BIG, extra=[file("huge.bin", b"x" * 80_000)]), seal(), tmp_path, as_zip=True, split=most)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InvalidInput):
        build(plan(), seal(), tmp_path, as_zip=False, split=70_000)


def test_a_pack_that_fits_into_one_part_is_not_split(tmp_path):
    assert build(plan(), seal(), tmp_path, as_zip=True, split=10**6).parts == (tmp_path / f"{NAME}.zip",)


# -- whole or not at all -----------------------------------------------------------------------------------------------


def kept(tmp_path: Path, data: bytes = b"kept" * 1_000_000) -> PackFile:
    path = tmp_path / "kept"
    path.write_bytes(data)
    return PackFile("evidence/big-r1/big.bin", sha256(data), len(data), "Big", source=path)


def big_plan(tmp_path: Path):
    """A plan with a kept file of 4 MB."""
    one = kept(tmp_path)
    listed = {
        "ref": "big",
        "revision": 1,
        "title": "Big",
        "file_name": "big.bin",
        "sha256": one.sha256,
        "size": one.size,
    }
    made = body()
    return plan(frozen=canonical_bytes({**made, "evidence": [*made["evidence"], listed]}), extra=[one])


def cancelled_at(stop: int) -> Job:
    """A job that the person cancels when it reports for the so-manieth time."""
    seen = []

    def tell(progress):
        seen.append(progress)
        if len(seen) == stop:
            job.cancel()

    job = Job(tell)
    return job


@pytest.mark.parametrize("as_zip", [True, False])
def test_a_cancel_at_any_moment_leaves_nothing(tmp_path, as_zip):
    made, out = big_plan(tmp_path), tmp_path / "out"
    out.mkdir()
    reports = []
    build(made, seal(), out, as_zip=as_zip, job=Job(reports.append))
    assert {one.what for one in reports} >= {"Writing the pack", "Checking the pack"}
    assert all(one.done <= one.total for one in reports)
    shutil.rmtree(out)
    out.mkdir()
    for stop in range(1, len(reports) + 1, 3):
        job = cancelled_at(stop)
        with pytest.raises(Cancelled):
            build(made, seal(), out, as_zip=as_zip, job=job)
        assert list(out.iterdir()) == []


def test_a_kept_file_that_is_not_as_it_was_frozen_stops_it(tmp_path):
    made, out = big_plan(tmp_path), tmp_path / "out"
    out.mkdir()
    for data in (b"kept" * 999_999, b"kepT" + b"kept" * 999_999, b"kept" * 1_000_001):
        (tmp_path / "kept").write_bytes(data)
        with pytest.raises(WorkspaceDamaged, match=r"big\.bin is not as it was frozen"):
            build(made, seal(), out, as_zip=True)
    (tmp_path / "kept").unlink()
    with pytest.raises(WorkspaceDamaged):
        build(made, seal(), out, as_zip=True)
    assert list(out.iterdir()) == []


def test_a_taken_name_and_a_missing_folder_are_said(tmp_path):
    built(tmp_path, as_zip=True)
    before = {one: one.read_bytes() for one in tmp_path.iterdir()}
    with pytest.raises(FileRefused, match="already"):
        build(plan(), seal(), tmp_path, as_zip=True)
    assert {one: one.read_bytes() for one in tmp_path.iterdir()} == before
    with pytest.raises(NotSaved, match="There is no folder"):
        build(plan(), seal(), tmp_path / "missing", as_zip=True)


def test_room_is_asked_for_beforehand_in_one_sentence(tmp_path):
    with pytest.raises(NotSaved) as raised:
        placing.must_have_room(tmp_path, NAME, 10**18)
    assert f"There is no room for {NAME}" in str(raised.value)
    assert "1000000000.0 GB" in str(raised.value)


_KILLED = """
import sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
import test_pack_bag as here
from desktop.jobs import Job
from desktop.packs.bag import build
def tell(progress):
    if progress.what == {stage!r} and progress.done > {done}:
        print("there", flush=True)
        time.sleep(60)
build(here.big_plan(Path({work!r})), here.seal(), Path({out!r}), as_zip={as_zip}, job=Job(tell))
"""


def test_two_builds_of_one_name_leave_each_other_alone(tmp_path):
    refused = []

    def second(progress):
        if progress.what == "Checking the pack" and not refused:
            with pytest.raises(FileRefused, match="being written") as told:
                build(plan(), seal(), tmp_path, as_zip=True)
            refused.append(told.value)

    path = build(plan(), seal(), tmp_path, as_zip=True, job=Job(second)).parts[0]
    assert len(refused) == 1
    assert list(tmp_path.iterdir()) == [path]
    assert verify(path).ok


@pytest.mark.skipif(sys.platform == "win32", reason="no kill -9")
@pytest.mark.parametrize(
    ("stage", "done", "as_zip"),
    [("Writing the pack", 2_000_000, True), ("Writing the pack", 2_000_000, False), ("Checking the pack", 1, True),
     ("Hashing the ZIP", 0, True)],
)  # fmt: skip
def test_what_a_killed_build_leaves_is_named_so_and_goes_with_the_next(tmp_path, stage, done, as_zip):
    out = tmp_path / "out"
    out.mkdir()
    code = _KILLED.format(
        tests=str(ROOT / "tests" / "desktop"), stage=stage, done=done, work=str(tmp_path), out=str(out),
        as_zip=as_zip,
    )  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment, cwd=ROOT)
    assert run.stdout.readline() == b"there\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    assert [one.name for one in out.iterdir()] == [f"{NAME}.unfinished"]
    path = build(big_plan(tmp_path), seal(), out, as_zip=as_zip).parts[0]
    assert list(out.iterdir()) == [path]
    assert verify(path).ok


def test_parts_that_a_killed_build_had_named_already_go_too_and_other_files_stay(tmp_path):
    parts = build(plan(BIG), seal(), tmp_path, as_zip=True, split=70_000).parts
    beside = tmp_path / f"{NAME}.unfinished"
    beside.mkdir()
    hashes = ", ".join(f'"{one.name}": "{sha256(one.read_bytes())}"' for one in parts)
    (beside / "moving.json").write_text("{" + hashes + "}")
    parts[1].write_bytes(b"somebody's own")
    with pytest.raises(FileRefused, match=re.escape(parts[1].name)):
        build(plan(BIG), seal(), tmp_path, as_zip=True, split=70_000)
    assert list(tmp_path.iterdir()) == [parts[1]]


# -- ZIP64 -------------------------------------------------------------------------------------------------------------


def test_a_zip_of_more_than_4_gib_has_the_form_that_zipfile_reads(tmp_path):
    """With holes in the place of bytes: the sizes are real, the drive is not filled."""
    path, size, crc = tmp_path / "large.zip", (1 << 32) + 5, 0
    entries = []
    with path.open("wb") as made:
        for name in (b"N/a", b"N/b"):
            place = made.tell()
            header = zip_form.local_header(name, size, crc)
            made.write(header)
            made.seek(size, 1)
            entries.append(zip_form.Entry(name, size, crc, place))
        made.write(zip_form.directory(entries, made.tell()))
    assert path.stat().st_size == zip_form.size_of([("N/a", size), ("N/b", size)])
    with zipfile.ZipFile(path) as read:
        assert [(one.filename, one.file_size, one.header_offset) for one in read.infolist()] == [
            ("N/a", size, 0), ("N/b", size, entries[1].place)
        ]  # fmt: skip
        with read.open("N/b") as inside:
            assert inside.read(4) == b"\0" * 4


def test_a_zip_of_more_than_65535_files_has_the_form_that_zipfile_reads(tmp_path):
    path, entries = tmp_path / "many.zip", []
    with path.open("wb") as made:
        for at in range(70_000):
            name = b"N/%06d" % at
            entries.append(zip_form.Entry(name, 0, 0, made.tell()))
            made.write(zip_form.local_header(name, 0, 0))
        made.write(zip_form.directory(entries, made.tell()))
    with zipfile.ZipFile(path) as read:
        assert len(read.namelist()) == 70_000


# -- names and contents ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "safe"),
    [("Prüf bericht (2).PDF", "Pruf-bericht-2.PDF"), ("CON.txt", "file-CON.txt"), ("..", "file"),
     ("a/../b.txt", "a.b.txt"),
     ("", "file"), ("日本.xlsx", "file.xlsx"), (".bashrc", "bashrc"), ("x" * 200 + ".csv", "x" * 76 + ".csv"),
     ("nul", "file-nul"), ("a.", "a"), ("100%.txt", "100.txt"), ("-rf.txt", "rf.txt")],
)  # fmt: skip
def test_names_are_made_safe(given, safe):
    assert safe_name(given) == safe


@given(st.text(max_size=120), st.sets(st.text("aA.-2b", max_size=4)))
def test_any_name_becomes_a_safe_one_that_no_other_has(given, taken):
    folded = {one.casefold() for one in taken}
    name = distinct(safe_name(given), folded)
    assert is_safe(name)
    assert "/" not in name
    assert name.casefold() not in folded
    assert safe_name(name) == name or name != safe_name(given)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(1, 99), st.tuples(_TEXTS, st.binary(max_size=300)), max_size=4),
    _TEXTS, _TEXTS, st.booleans(),
)  # fmt: skip
def test_whatever_is_in_it_the_pack_holds_and_a_changed_byte_is_found(tmp_path, contents, title, covering, as_zip):
    evidence = {f"ACME-EVD-{at:04}": one for at, one in contents.items()}
    out = tmp_path / "out"
    shutil.rmtree(out, ignore_errors=True)
    path = built(out, plan(evidence, title=title, covering=covering), as_zip=as_zip)
    assert both(path, FINGERPRINT).ok
    if not as_zip:
        assert bagit().Bag(str(path)).validate()
        page = _Page()
        page.feed((path / "index.html").read_text(encoding="utf-8"))
        assert page.open == []
