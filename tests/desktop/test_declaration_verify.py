"""An exported declaration verifies by itself, and every bit of it counts."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from declaration_hands import (
    HASH,
    a_declaration,
    a_scanned_set,
    a_set,
    a_withdrawal,
    private_key,
    public_bytes,
)
from hypothesis import given
from hypothesis import strategies as st

from desktop.declarations.body import sealed, sha256
from desktop.declarations.canonical import canonical_bytes, read_canonical
from desktop.declarations.copies import copies_of
from desktop.declarations.export_set import exported, pem, zipped
from desktop.declarations.verify import NAMES, verify, verify_files
from desktop.errors import FileRefused, InvalidInput

KEY = private_key()
FINGERPRINT = sha256(public_bytes(KEY))
DECLARED = a_set(a_declaration(KEY), KEY)
SHORT_COPIES = {"declaration.html": b"<p>a</p>", "declaration.pdf": b"%PDF-1.4", "how-to-verify.txt": b"so"}
"""So that every bit can be flipped one at a time: what is in a copy does not matter, its hash does."""


def short_set() -> dict[str, bytes]:
    data = sealed(a_declaration(KEY, answers=[], evidence=[], relied_on=[], packs=[]), SHORT_COPIES)
    return exported(data, KEY.sign(data), public_bytes(KEY), SHORT_COPIES)


def lay(files: Mapping[str, bytes], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def flips(data: bytes):
    for place in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            yield place, bit, bytes(changed)


@pytest.fixture
def folder(tmp_path):
    return lay(DECLARED, tmp_path / "ACME-DEC-0003-v2")


# -- what holds ------------------------------------------------------------------------------------------------------


def test_a_folder_a_zip_and_each_file_of_it_verify(folder, tmp_path):
    packed = tmp_path / "x.zip"
    packed.write_bytes(zipped(DECLARED))
    for path in (folder, packed, *(folder / name for name in DECLARED)):
        verdict = verify(path)
        assert verdict.ok, verdict.faults
        assert verdict.path == path
        assert (verdict.reference, verdict.kind) == ("ACME-DEC-0003 v2", "declaration")
        assert (verdict.signatory, verdict.organisation) == ("Anne O'Neil", "Acme Energy Limited")
        assert (verdict.signed_at, verdict.fingerprint) == ("2026-11-28T09:49:04Z", FINGERPRINT)


def test_one_without_a_pdf_and_a_withdrawal_verify():
    made = copies_of(a_declaration(KEY))
    data = sealed(a_declaration(KEY), made)
    assert verify_files(exported(data, KEY.sign(data), public_bytes(KEY), made)).ok
    verdict = verify_files(a_set(a_withdrawal(KEY), KEY))
    assert verdict.ok
    assert verdict.kind == "withdrawal"
    assert "It withdraws ACME-DEC-0003 v2. Grounds: A test was found to be wrong." in verdict.notes


def test_the_zip_is_the_same_bytes_each_time_and_any_program_unpacks_it(tmp_path):
    assert zipped(DECLARED) == zipped(dict(reversed(DECLARED.items())))
    (tmp_path / "x.zip").write_bytes(zipped(DECLARED))
    with zipfile.ZipFile(tmp_path / "x.zip") as packed:
        packed.extractall(tmp_path / "out")
    assert verify(tmp_path / "out").ok


@pytest.mark.parametrize("told", [FINGERPRINT, FINGERPRINT.upper(), FINGERPRINT[:16], " ".join(FINGERPRINT[:16])])
def test_the_fingerprint_that_the_reader_knows_is_looked_for(told):
    verdict = verify_files(DECLARED, fingerprint=told)
    assert verdict.ok
    assert "The key is the one whose fingerprint you gave." in verdict.notes


def test_another_fingerprint_is_a_fault():
    verdict = verify_files(DECLARED, fingerprint=sha256(public_bytes(private_key(2))))
    assert verdict.faults == ("It was signed with another key than the one whose fingerprint you gave.",)


@pytest.mark.parametrize("told", ["12345", "g" * 64, FINGERPRINT + "0", FINGERPRINT[:15]])
def test_what_is_no_fingerprint_is_told_so(told):
    with pytest.raises(InvalidInput) as raised:
        verify_files(DECLARED, fingerprint=told)
    assert raised.value.field == "fingerprint"


def test_whoever_signs_all_of_it_anew_with_a_key_of_their_own_is_found_by_the_fingerprint_only():
    forger = private_key(9)
    forged = a_set(a_declaration(forger), forger)
    assert verify_files(forged).ok
    assert any("Whose key it is, it does not show" in note for note in verify_files(forged).notes)
    assert not verify_files(forged, fingerprint=FINGERPRINT).ok


def test_the_notes_say_what_it_is():
    rehearsed = verify_files(a_set(a_declaration(KEY, rehearsal=True, same_person=True), KEY))
    assert rehearsed.ok
    told = " ".join(rehearsed.notes)
    for words in ("rehearsal", "placeholder", "prepared it signed it", "supersedes ACME-DEC-0003 v1", "clock"):
        assert words in told


def test_of_what_does_not_hold_nothing_is_said_to_be_shown():
    verdict = verify_files({**DECLARED, "declaration.html": b"x"})
    assert verdict.notes == ("Do not rely on it, nor on what it says of itself. Ask whoever sent it for a new export.",)


def test_for_a_scan_the_signature_is_for_its_reader_to_judge(tmp_path):
    files = a_scanned_set()
    assert "signed-document.pdf" in files
    assert not {"declaration.sig", "public-key.pem"} & set(files)
    known = sha256(files["declaration.json"])
    verdict = verify(lay(files, tmp_path / "scan"), sha256=known)
    assert verdict.ok
    assert not verdict.unproven
    told = " ".join(verdict.notes)
    assert "for its reader to judge" in told
    assert "whose SHA-256 you gave" in told
    assert verify_files({**files, "signed-document.pdf": b"%PDF-1.4 with Ink"}, sha256=known).faults == (
        "signed-document.pdf was changed since it was signed.",
    )
    assert not verify_files(files, fingerprint=FINGERPRINT, sha256=known).ok


def forged(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """A scan's export of somebody who writes another declaration.json that fits its copies."""
    body = dict(read_canonical(files["declaration.json"]))
    body.pop("files")
    body |= {"rehearsal": False, "signatory": {**body["signatory"], "name": "Mallory"}}
    made = copies_of(body)
    return {**exported(sealed(body, made), b"", None, made), "signed-document.pdf": files["signed-document.pdf"]}


def test_a_scan_does_not_prove_its_own_json():
    files = a_scanned_set()
    known = sha256(files["declaration.json"])
    for one in (files, forged(files)):
        verdict = verify_files(one)
        assert (verdict.ok, verdict.unproven) == (False, True)
        assert len(verdict.faults) == 1
        assert verdict.faults[0].startswith("The copies fit declaration.json, but nothing in the export proves")
        assert sha256(one["declaration.json"]) in " ".join(verdict.notes)
    verdict = verify_files(forged(files), sha256=known)
    assert verdict.faults == ("declaration.json has another SHA-256 than the one that you gave.",)
    assert not verdict.unproven
    changed = verify_files({**files, "declaration.html": b"x"})
    assert not changed.unproven
    assert changed.faults == (
        "declaration.html was changed since it was signed.",
        "Nothing in the export proves declaration.json itself either.",
    )


def test_the_sha256_that_the_reader_knows_is_looked_for_in_a_signed_one_too():
    known = sha256(DECLARED["declaration.json"])
    for told in (known, known.upper(), f" {known[:32]} {known[32:]}\n"):
        assert verify_files(DECLARED, sha256=told).ok
    assert not verify_files(DECLARED, sha256="0" * 64).ok
    for told in ("0" * 63, "x" * 64):
        with pytest.raises(InvalidInput) as raised:
            verify_files(DECLARED, sha256=told)
        assert raised.value.field == "sha256"


# -- every bit -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*NAMES, *SHORT_COPIES])
def test_every_bit_of_every_file_counts(name):
    files = short_set()
    assert verify_files(files).ok
    unseen = [(place, bit) for place, bit, data in flips(files[name]) if verify_files({**files, name: data}).ok]
    assert unseen == []


def test_every_bit_of_the_zip_counts(tmp_path):
    whole = zipped(short_set())
    path = tmp_path / "x.zip"
    path.write_bytes(whole)
    assert verify(path).ok
    unseen = []
    for place, bit, data in flips(whole):
        path.write_bytes(data)
        try:
            if verify(path).ok:
                unseen.append((place, bit))
        except FileRefused:
            pass
    assert unseen == []


@pytest.mark.parametrize("name", sorted(DECLARED))
@pytest.mark.parametrize("how", ["removed", "renamed", "cut", "emptied", "longer", "a folder", "a link"])
def test_a_file_that_is_not_as_it_was_is_found(folder, name, how):
    path = folder / name
    data = path.read_bytes()
    if how == "renamed":
        path.rename(folder / f"other-{name}")
    elif how == "a link":
        path.rename(folder.parent / "elsewhere")
        path.symlink_to(folder.parent / "elsewhere")
    else:
        path.unlink()
        if how == "a folder":
            path.mkdir()
        elif how != "removed":
            path.write_bytes({"cut": data[:-1], "emptied": b"", "longer": data + b"\n"}[how])
    verdict = verify(folder)
    assert not verdict.ok
    assert any(name in fault or "signature does not fit" in fault for fault in verdict.faults)


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_a_file_of_another_declaration_is_found(name):
    other = a_set(a_declaration(KEY, reference="ACME-DEC-0004", prepared_by="Carl"), private_key(2))
    swapped = {**DECLARED, name: other[name]}
    assert DECLARED[name] != other[name] or name == "declaration.pdf"
    assert verify_files(swapped).ok == (DECLARED[name] == other[name])


def test_files_besides_are_found_and_those_of_file_managers_are_passed_over(folder):
    (folder / ".DS_Store").write_bytes(b"finder")
    verdict = verify(folder)
    assert verdict.ok
    assert any(".DS_Store" in note for note in verdict.notes)
    (folder / "annex.pdf").write_bytes(b"more")
    (folder / "deeper").mkdir()
    assert verify(folder).faults == (
        "'annex.pdf' lies beside it and is no part of what was signed.",
        "'deeper' lies beside it and is no part of what was signed.",
    )
    assert not verify_files({**DECLARED, "signed-document.pdf": b"x"}).ok


def test_a_zip_with_more_fewer_or_doubled_files_is_found(tmp_path):
    path = tmp_path / "x.zip"
    for files in ({**DECLARED, "more.txt": b"x"}, {k: v for k, v in DECLARED.items() if k != "declaration.sig"}):
        path.write_bytes(zipped(files))
        assert not verify(path).ok
    path.write_bytes(zipped(DECLARED))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as packed:
        packed.writestr("declaration.json", DECLARED["declaration.json"])
    assert not verify(path).ok


@pytest.mark.parametrize("change", ["packed", "comment", "before", "after", "order"])
def test_a_zip_that_was_packed_again_or_added_to_is_found(tmp_path, change):
    path = tmp_path / "x.zip"
    method = zipfile.ZIP_DEFLATED if change == "packed" else zipfile.ZIP_STORED
    names = sorted(DECLARED, reverse=change == "order")
    with zipfile.ZipFile(path, "w", method) as packed:
        for name in names:
            packed.writestr(zipfile.ZipInfo(name), DECLARED[name])
        packed.comment = b"hello" if change == "comment" else b""
    data = path.read_bytes()
    path.write_bytes({"before": b"x" + data, "after": data + b"x"}.get(change, data))
    try:
        assert not verify(path).ok
    except FileRefused:
        assert change in {"before", "after"}


def test_json_that_says_the_same_in_other_letters_is_found():
    data = DECLARED["declaration.json"]
    for changed in (data + b"\n", b" " + data, data.replace(b'"version":2', b'"version":2.0'), b"\xef\xbb\xbf" + data):
        assert not verify_files({**DECLARED, "declaration.json": changed}).ok


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0}, {"version": True}, {"version": "2"}, {"extra": 1}, {"kind": "other"}, {"kind": ["declaration"]},
        {"format": "mhhs-desk/declaration/2"}, {"key": None}, {"files": {}}, {"files": {"../x": HASH}}, {"roles": "x"},
        {"reference": "../../x"}, {"signed_at": "yesterday"}, {"signatory": None}, {"signature_kind": "Qualified"},
    ],
)  # fmt: skip
def test_a_body_that_is_not_whole_is_refused_even_when_it_is_signed(changes):
    body = {**read_canonical(DECLARED["declaration.json"]), **changes}
    data = canonical_bytes(body)
    verdict = verify_files({**DECLARED, "declaration.json": data, "declaration.sig": KEY.sign(data)})
    assert not verdict.ok


def test_a_fingerprint_that_is_not_of_the_key_in_it_is_found():
    body = a_declaration(KEY)
    body["key"]["fingerprint"] = HASH
    assert verify_files(a_set(body, KEY)).faults == ("The fingerprint in it is not the one of the key in it.",)


def test_a_key_file_of_another_key_is_found():
    assert verify_files({**DECLARED, "public-key.pem": pem(public_bytes(private_key(3)))}).faults == (
        "public-key.pem is not the key that declaration.json names.",
    )


# -- what is no declaration ------------------------------------------------------------------------------------------


def test_what_is_no_declaration_is_refused_in_words(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "x.zip").write_bytes(zipped({"readme.txt": b"hello"}))
    (tmp_path / "inside.zip").write_bytes(zipped({f"ACME-DEC-0003-v2/{name}": b"" for name in DECLARED}))
    for name in ("missing", "empty", "photo.jpg", "x.zip", "inside.zip", "a\0b"):
        with pytest.raises(FileRefused) as raised:
            verify(tmp_path / name)
        assert raised.value.todo


def test_a_zip_that_unpacks_to_far_too_much_is_refused(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("declaration.json", b"0" * (17 * 1024 * 1024))
    with pytest.raises(FileRefused):
        verify(path)


@given(st.binary(max_size=400), st.sampled_from(sorted(DECLARED)))
def test_whatever_stands_in_a_file_nothing_is_raised(data, name):
    assert verify_files({**DECLARED, name: data}).ok == (data == DECLARED[name])


@given(st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8), st.data())  # fmt: skip
def test_whatever_stands_in_a_field_nothing_is_raised(value, data):
    body = dict(read_canonical(DECLARED["declaration.json"]))
    field = data.draw(st.sampled_from(sorted(body)))
    body[field] = value
    text = canonical_bytes(body)
    verify_files({**DECLARED, "declaration.json": text, "declaration.sig": KEY.sign(text)})


# -- withdrawals beside it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_zip", [False, True])
def test_a_withdrawal_that_lies_beside_it_is_told(folder, as_zip):
    files = a_set(a_withdrawal(private_key(2), sha256(DECLARED["declaration.json"])), private_key(2))
    if as_zip:
        folder.with_name("ACME-DEC-0003-v2-withdrawal.zip").write_bytes(zipped(files))
    else:
        lay(files, folder.with_name("ACME-DEC-0003-v2-withdrawal"))
    told = [note for note in verify(folder).notes if "It was withdrawn by Anne O'Neil" in note]
    assert len(told) == 1
    assert sha256(public_bytes(private_key(2))) in told[0]


def test_a_withdrawal_of_another_or_a_damaged_one_is_not_believed(folder):
    beside = lay(a_set(a_withdrawal(KEY, "0" * 64), KEY), folder.with_name("ACME-DEC-0003-v2-withdrawal"))
    assert any("not a withdrawal of it that holds" in note for note in verify(folder).notes)
    shutil.rmtree(beside)
    beside.mkdir()
    assert any("cannot be read" in note for note in verify(folder).notes)
