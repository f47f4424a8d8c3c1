"""Every change to a sealed pack is found and named, by our verifier and by the stand-alone one, in the same words."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import zipfile
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from declaration_hands import private_key, public_bytes
from pack_hands import ALONE, KEY, NAME, both, built, plan, resealed, seal, sha256, zipped_again

from desktop.errors import FileRefused, InvalidInput
from desktop.jobs import Job
from desktop.packs import zip_form
from desktop.packs.layout import PEM_NAME, SIGNATURE_NAME
from desktop.packs.reading import Found
from desktop.packs.rules import check
from desktop.packs.verify import verify

FINGERPRINT = seal().fingerprint


@pytest.fixture
def folder(tmp_path):
    return built(tmp_path / "out")


@pytest.fixture
def packed(tmp_path):
    return built(tmp_path / "zip", as_zip=True)


def files_of(folder: Path) -> dict[str, bytes]:
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


def found_of(files: dict[str, bytes]) -> Found:
    found = Found(Job(), name=NAME)
    for name, data in files.items():
        found.take(name, iter([data]))
    return found


def named(verdict) -> set[str]:
    return {fault.file for fault in verdict.faults}


# -- every bit ---------------------------------------------------------------------------------------------------------


def test_every_byte_of_every_small_file_counts_and_every_bit_of_signature_and_key(folder):
    """Of what is hashed or signed one bit of each byte is as good as another."""
    files = files_of(folder)
    whole = found_of(files)
    check(whole)
    assert not whole.faults
    unseen, tried = [], 0
    for name, data in files.items():
        step = 1 if len(data) < 2_000 else 499
        for place in range(0, len(data), step):
            for bit in range(8) if name in {SIGNATURE_NAME, PEM_NAME} else (place % 8,):
                changed = bytearray(data)
                changed[place] ^= 1 << bit
                found = replace(whole, files=dict(whole.files), texts=dict(whole.texts), faults={}, notes=[])
                found.take(name, iter([bytes(changed)]))
                check(found)
                tried += 1
                if not found.faults:
                    unseen.append((name, place, bit))
    assert tried > 3_000
    assert unseen == []


def test_the_stand_alone_verifier_sees_the_same_bits(folder):
    for name, data in files_of(folder).items():
        for place in range(0, len(data), 43 if len(data) < 2_000 else 4_999):
            changed = bytearray(data)
            changed[place] ^= 1 << place % 8
            (folder / name).write_bytes(bytes(changed))
            verdict = both(folder)
            assert not verdict.ok
            assert named(verdict), (name, place)
        (folder / name).write_bytes(data)
    assert both(folder).ok


def test_every_byte_between_the_files_of_a_zip_counts(packed):
    data = packed.read_bytes()
    inside = []
    with zipfile.ZipFile(packed) as zipped:
        for one in zipped.infolist():
            begins = one.header_offset + zip_form.HEADER + len(one.filename)
            inside.append(range(begins, begins + one.file_size))
    contents = {place for one in inside for place in one}
    places = [place for place in range(len(data)) if place not in contents]
    places += sorted(contents)[::997]
    unseen = []
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        packed.write_bytes(bytes(changed))
        try:
            if verify(packed).ok:
                unseen.append(place)
        except FileRefused:
            pass
        if place % 97 == 0:
            verdict = both(packed)
            assert verdict is None or not verdict.ok
    assert len(places) > 1_500
    assert unseen == []


# -- files added, removed, renamed -------------------------------------------------------------------------------------


def test_each_file_removed_renamed_emptied_or_swapped_is_named(folder):
    files = files_of(folder)
    other = next(iter(files))
    for name, data in files.items():
        path = folder / name
        path.unlink()
        verdict = both(folder)
        assert not verdict.ok
        assert name in named(verdict)
        path.with_name(f"x-{path.name}").write_bytes(data)
        verdict = both(folder)
        renamed = Path(name).with_name(f"x-{path.name}").as_posix()
        assert name in named(verdict)
        assert renamed in named(verdict) or name.endswith("manifest-sha256.txt")  # then nothing lists what belongs
        path.with_name(f"x-{path.name}").unlink()
        for changed in (b"", data + b"\n", data[:-1], files[other] if name != other else b"x"):
            path.write_bytes(changed)
            verdict = both(folder)
            assert not verdict.ok
            assert name in named(verdict) or "tagmanifest-sha256.txt.sig" in named(verdict)
        path.write_bytes(data)
        other = name
    assert both(folder).ok


@pytest.mark.parametrize(
    "name",
    ["stray.txt", "data/stray.txt", "data/evidence/ACME-EVD-0001-r1/f0.bin.bak", "more/x.txt", "data/Submission.JSON",
     "INDEX.HTML", "fetch.txt", "manifest-md5.txt", "manifest-sha512.txt", "tagmanifest-md5.txt",
     "parts/part-1-of-2.txt",
     "data/con.txt", "data/a b.txt", "data/prüf.txt", ".hidden", "data/submission.json.", "manifest-sha256.txt.sig"],
)  # fmt: skip
def test_a_stray_file_is_named(folder, name):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"stray")
    verdict = both(folder)
    assert not verdict.ok
    assert name in named(verdict)


@pytest.mark.parametrize("name", ["empty", "data/empty", "data/evidence/ACME-EVD-0003-r1"])
def test_an_empty_folder_is_named(folder, name):
    (folder / name).mkdir()
    assert named(both(folder)) == {name}


def test_what_file_managers_leave_is_passed_over_and_told(folder):
    (folder / ".DS_Store").write_bytes(b"finder")
    verdict = both(folder)
    assert verdict.ok
    assert any(".DS_Store" in note for note in verdict.notes)


@pytest.mark.parametrize(
    ("name", "size"),
    [("data/.DS_Store", 5), ("data/evidence/Thumbs.db", 5), ("parts/desktop.ini", 5), ("desktop.ini", 64 * 1024 + 1)],
)
def test_what_is_called_as_theirs_is_a_fault_where_anything_could_be_in_it(folder, name, size):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x" * size)
    assert name in named(both(folder))


@pytest.mark.parametrize("name", ["index.html", "data/RTTM.xlsx", "manifest-sha256.txt", "data/evidence"])
def test_a_link_is_named_though_it_leads_to_the_same_bytes(folder, name):
    path = folder / name
    path.rename(folder.parent / "elsewhere")
    path.symlink_to(folder.parent / "elsewhere")
    verdict = both(folder)
    assert not verdict.ok
    assert name in named(verdict)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_in_the_folder_does_not_hang_it(folder):
    os.mkfifo(folder / "data" / "pipe")
    assert named(both(folder)) == {"data/pipe"}


def test_a_name_in_another_case_is_told_as_such(folder):
    (folder / "data" / "RTTM.xlsx").rename(folder / "data" / "rttm.xlsx")
    verdict = both(folder)
    assert any(
        one.file == "data/RTTM.xlsx" and "another spelling: data/rttm.xlsx" in one.words for one in verdict.faults
    )


def test_a_folder_may_have_any_name(folder):
    assert both(folder.rename(folder.with_name("From Acme"))).ok


# -- hashed anew -------------------------------------------------------------------------------------------------------


def test_a_pack_hashed_anew_without_the_key_fails_by_its_signature(folder):
    (folder / "data" / "RTTM.xlsx").write_bytes(b"PK another workbook")
    resealed(folder)
    verdict = both(folder)
    assert "tagmanifest-sha256.txt.sig" in named(verdict)
    assert any("The signature does not fit" in one.words for one in verdict.faults)


@pytest.mark.parametrize("change", ["an index", "a file less", "bag-info"])
def test_other_rehashed_changes_fail_by_the_signature_alone_or_more(folder, change):
    if change == "an index":
        (folder / "index.html").write_text("<p>All passed</p>")
    elif change == "a file less":
        (folder / "data/evidence/ACME-EVD-0002-r1/f1.bin").unlink()
        (folder / "data/evidence/ACME-EVD-0002-r1").rmdir()
    else:
        text = (folder / "bag-info.txt").read_text()
        (folder / "bag-info.txt").write_text(text.replace("Acme", "Bcme"))
    resealed(folder)
    assert "tagmanifest-sha256.txt.sig" in named(both(folder))


def test_a_pack_signed_anew_with_another_key_holds_as_that_key_only(folder):
    forger = private_key(9)
    (folder / "index.html").write_text("<p>Mallory</p>")
    resealed(folder, forger)
    verdict = both(folder)
    assert verdict.ok
    assert verdict.fingerprint == sha256(public_bytes(forger)) != FINGERPRINT
    assert any("Whose key it is, this does not show" in note for note in verdict.notes)
    refused = both(folder, FINGERPRINT)
    assert [one.words for one in refused.faults] == [
        "It was sealed with another key than the one whose fingerprint you gave."
    ]


def test_a_workbook_swapped_by_the_forger_does_not_fit_the_frozen_submission(folder):
    (folder / "data" / "RTTM.xlsx").write_bytes(b"PK another workbook")
    resealed(folder, private_key(9))
    verdict = both(folder)
    assert {"data/RTTM.xlsx", "data/submission.json"} <= named(verdict)


def test_the_fingerprint_and_the_hash_that_the_reader_knows(folder):
    for told in (FINGERPRINT, FINGERPRINT[:16].upper(), " ".join(FINGERPRINT)):
        verdict = verify(folder, fingerprint=told)
        assert verdict.ok
        assert "The key is the one whose fingerprint you gave." in verdict.notes
    known = sha256((folder / "tagmanifest-sha256.txt").read_bytes())
    assert verify(folder, sha256=known).ok
    assert not verify(folder, sha256="0" * 64).ok
    for wrong in ({"fingerprint": "12"}, {"sha256": "x"}):
        with pytest.raises(InvalidInput):
            verify(folder, **wrong)


@pytest.mark.parametrize("signature", [b"", b"\0" * 64, b"x" * 63, b"\xff" * 64])
def test_a_signature_that_is_none_is_a_fault(folder, signature):
    (folder / "tagmanifest-sha256.txt.sig").write_bytes(signature)
    assert named(both(folder)) == {"tagmanifest-sha256.txt.sig"}


# -- submission.json ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["spaces", "a fraction", "twice", "another format", "no JSON", "a list", "deep"])
def test_a_submission_that_is_not_canonical_is_found_even_when_it_is_sealed(tmp_path, how):
    data = plan().files[0].data
    changed = {
        "spaces": data.replace(b":", b": ", 1), "a fraction": data.replace(b'"version":2', b'"version":2.0', 1),
        "twice": b'{"format":"x",' + data[1:], "another format": data.replace(b"submission/1", b"submission/2", 1),
        "no JSON": b"hello", "a list": b"[]", "deep": b"[" * 100_000,
    }[how]  # fmt: skip
    path = built(tmp_path, plan())
    (path / "data/submission.json").write_bytes(changed)
    resealed(path, KEY)
    assert "data/submission.json" in named(both(path))


def test_a_file_that_the_submission_does_not_name_is_found_even_when_it_is_sealed(tmp_path):
    path = built(tmp_path)
    (path / "data" / "more.txt").write_bytes(b"more")
    resealed(path, KEY)
    assert named(both(path)) == {"data/more.txt"}


def test_evidence_that_is_left_out_has_to_be_told(tmp_path):
    path = built(tmp_path)
    shutil.rmtree(path / "data/evidence/ACME-EVD-0002-r1")
    resealed(path, KEY)
    verdict = both(path)
    assert named(verdict) == {"data/submission.json"}
    assert "ACME-EVD-0002 screen.png is named in it and is neither in data/ nor told" in verdict.faults[0].words


def test_reference_and_choice_have_to_be_those_of_the_submission(tmp_path):
    path = built(tmp_path)
    info = (path / "bag-info.txt").read_text()
    (path / "bag-info.txt").write_text(info.replace("last-four", "counts").replace("0004 v2", "0004 v3"))
    resealed(path, KEY)
    assert {one.words for one in both(path).faults} == {
        "External-Identifier is not what submission.json says.",
        "Personal-Data is not what submission.json says.",
    }


# -- ZIPs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["before", "after", "comment", "cut", "empty", "text"])
def test_bytes_before_after_or_missing_in_a_zip_are_found(packed, change):
    data = packed.read_bytes()
    packed.write_bytes(
        {"before": b"MZ" + data, "after": data + b"x", "cut": data[:-1], "empty": b"", "text": b"hello" * 20,
         "comment": data[:-2] + b"\x05\x00hello"}[change]
    )  # fmt: skip
    verdict = both(packed)
    assert verdict is None or (not verdict.ok and verdict.faults[0].words)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_packed_again_is_found_and_its_folder_holds(folder, tmp_path, method):
    verdict = both(zipped_again(folder, tmp_path / "again.zip", method))
    assert not verdict.ok
    assert all("packed again by another program" in one.words for one in verdict.faults)
    assert both(folder).ok


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../evil.txt", f"{NAME}/../../evil.txt", f"{NAME}/data/../evil.txt", "C:/x", "other/x.txt",
             f"{NAME}/data/RTTM.xlsx", f"{NAME}\\x.txt", f"{NAME}//x", f"{NAME}/", "x", f"{NAME}/data/é.txt"]
)  # fmt: skip
def test_members_added_to_a_zip_are_found_and_named(packed, name):
    with (
        pytest.warns(UserWarning, match="Duplicate") if name.endswith("RTTM.xlsx") else nullcontext(),
        zipfile.ZipFile(packed, "a") as add,
    ):
        add.writestr(name, b"evil")
    verdict = both(packed)
    assert not verdict.ok
    assert not (packed.parent.parent / "evil.txt").exists()
    shown = name.removeprefix(f"{NAME}/").encode("ascii", "replace").decode()
    assert any(shown.split("/")[-1].strip("?.tx") in one.file for one in verdict.faults)


def test_a_link_in_a_zip_is_found(packed, folder):
    files = files_of(folder)
    with zipfile.ZipFile(packed, "w") as made:
        for name, data in files.items():
            entry = zipfile.ZipInfo(f"{NAME}/{name}")
            entry.create_system = 3
            entry.external_attr = (0o120777 if name == "data/RTTM.xlsx" else 0o100644) << 16
            made.writestr(entry, data)
    assert not both(packed).ok


def test_the_zip_is_not_unpacked_and_may_be_called_anything(packed):
    before = sorted(packed.parent.iterdir())
    assert both(packed).ok
    assert sorted(packed.parent.iterdir()) == before
    assert both(packed.rename(packed.with_name("mail attachment.bin"))).ok


# -- what is no pack ---------------------------------------------------------------------------------------------------


def test_what_is_no_pack_is_refused_in_words(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "photo.jpg").write_bytes(b"\xff\xd8")
    for name in ("missing", "empty", "other", "a\0b"):
        with pytest.raises(FileRefused) as raised:
            verify(tmp_path / name)
        assert raised.value.todo


def test_ed25519_in_plain_python_agrees_with_the_library():
    for number in range(12):
        key = private_key(number + 1)
        message = bytes([number]) * number
        signature = key.sign(message)
        assert ALONE.signature_fits(public_bytes(key), message, signature)
        assert not ALONE.signature_fits(public_bytes(key), message + b"x", signature)
        assert not ALONE.signature_fits(public_bytes(private_key(number + 2)), message, signature)
        later = (int.from_bytes(signature[32:], "little") + ALONE.L).to_bytes(32, "little")
        assert not ALONE.signature_fits(public_bytes(key), message, signature[:32] + later)
    # RFC 8032, section 7.1, test 2
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signed = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert ALONE.signature_fits(public, b"\x72", signed)
    assert not ALONE.signature_fits(public, b"\x73", signed)


@pytest.mark.parametrize(
    "changes",
    [{"files": 3}, {"files": [{}]}, {"files": [[]]}, {"tables": None},
     {"evidence": [{"sha256": [], "size": {}, "ref": 1, "file_name": None}]},
     {"beside": [{"name": {"x": 1}, "sha256": {"a": 1}, "size": "9"}]}, {"reference": None},
     {"personal_data": ["full"]}, {"version": 2**60}, {"files": [{"name": "x", "sha256": "y", "size": None}]}],
)  # fmt: skip
def test_a_submission_of_any_shape_is_a_fault_and_never_an_error(tmp_path, changes):
    path = built(tmp_path)
    made = {**json.loads((path / "data/submission.json").read_bytes()), **changes}
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (path / "data/submission.json").write_text(text, encoding="utf-8")
    resealed(path, KEY)
    assert not both(path).ok


def test_thousands_of_stray_files_are_told_in_a_moment(folder):
    (folder / "more").mkdir()
    for at in range(3_000):
        (folder / "more" / f"{at} x").write_bytes(b"")
    began = time.perf_counter()
    verdict = both(folder)
    assert len(verdict.faults) == 6_000
    assert time.perf_counter() - began < 20


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
def test_a_name_that_is_no_text_is_named(folder):
    Path(os.fsdecode(os.fsencode(folder) + b"/data/\xff\xfe.txt")).write_bytes(b"x")
    verdict = both(folder)
    (fault,) = named(verdict) - {"bag-info.txt"}
    assert fault.encode("utf-8").startswith(b"data/")


def test_of_a_folder_unpacked_into_a_folder_the_inner_one_is_asked_for(folder):
    outer = folder.parent / "Downloads"
    outer.mkdir()
    folder.rename(outer / NAME)
    with pytest.raises(FileRefused, match=f"Give the folder {NAME} in it"):
        verify(outer)
