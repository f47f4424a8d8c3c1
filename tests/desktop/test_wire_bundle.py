"""The files of a bundle: what is written comes out in any order of parts, and nothing unsafe or changed is opened."""

from __future__ import annotations

import hashlib
import stat
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sync.wire import bundle as wire

UUID = "00000000-0000-4000-8000-00000000000"
KIB = 1024


def header(part: int = 1, parts: int = 1) -> wire.Header:
    return wire.Header(f"{UUID}1", wire.OUT, f"{UUID}2", "ACME", f"{UUID}3", part, parts, "2026-11-23T12:00:00Z")


def written(folder: Path, entries, most: int = 0) -> list[Path]:
    parts = wire.plan(entries, most)
    made = []
    for number, one in enumerate(parts, start=1):
        path = folder / f"part{number}.zip"
        with path.open("wb") as file:
            wire.write(file, "bag", header(number, len(parts)), one, lambda data: hashlib.sha256(data).hexdigest())
        made.append(path)
    return made


def blob_of(data: bytes) -> wire.Entry:
    sha256 = hashlib.sha256(data).hexdigest()
    return wire.Entry(f"blobs/{sha256}", len(data), data, cut=True)


@given(
    sizes=st.lists(st.integers(0, 400 * KIB), max_size=4, unique=True),
    most=st.sampled_from([0, 80 * KIB, 100 * KIB, 300 * KIB]),
    data=st.data(),
)
def test_files_come_out_of_parts_in_any_order(sizes, most, data) -> None:
    files = [bytes([number + 1]) * size for number, size in enumerate(sizes)]
    with tempfile.TemporaryDirectory() as where:
        paths = written(Path(where), [wire.small("records/a.json", b"{}"), *map(blob_of, files)], most)
        if most:
            assert all(path.stat().st_size <= most for path in paths)
        parts = [wire.Part(path) for path in data.draw(st.permutations(paths))]
        assert wire.together(parts) == ()
        if len(parts) > 1:
            assert wire.together(parts[1:]) == (parts[0].header.part,)
        found = wire.blobs_of(parts)
        made = {
            sha256: b"".join(chunk for part, path, _ in pieces for chunk in part.chunks(path))
            for sha256, pieces in found.items()
        }
        for one in parts:
            one.close()
    assert made == {hashlib.sha256(one).hexdigest(): one for one in files}


@pytest.fixture
def bundle(tmp_path) -> Path:
    return written(tmp_path, [wire.small("records/a.json", b"{}"), blob_of(b"x" * 1000)])[0]


@given(place=st.floats(0, 1, exclude_max=True), how=st.sampled_from(["flip", "cut"]))
def test_a_bundle_that_was_changed_or_cut_off_anywhere_is_refused_or_says_the_same(place, how) -> None:
    with tempfile.TemporaryDirectory() as where:
        path = written(Path(where), [wire.small("records/a.json", b"{}"), blob_of(b"x" * 1000)])[0]
        data = bytearray(path.read_bytes())
        at = int(place * len(data))
        if how == "cut":
            del data[at:]
        else:
            data[at] ^= 0x41
        path.write_bytes(data)
        try:
            part = wire.Part(path)
        except wire.BundleRefused:
            return
        assert how == "flip"  # in what only the ZIP knows, such as a date
        assert part.read("records/a.json") == b"{}"
        assert part.header == header()
        part.close()


def held(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as bag:
        return {one: bag.read(one) for one in bag.namelist()}


@pytest.mark.parametrize(
    "name",
    ["../x", "bag/../../x", "/etc/x", "bag\\..\\x", "C:/x", "bag/data/.x", "other/x", "bag/data/", "x", "bag/data/ü",
     "bag/DATA/bundle.json", "bag/data/more"],
)  # fmt: skip
def test_an_entry_with_an_unsafe_or_unlisted_name_is_refused(bundle: Path, name: str) -> None:
    with zipfile.ZipFile(bundle, "a") as bag:
        bag.writestr(zipfile.ZipInfo(name), b"")
    with pytest.raises(wire.BundleRefused):
        wire.Part(bundle)


def rewritten(bundle: Path, change) -> None:
    entries = held(bundle)
    with zipfile.ZipFile(bundle, "w") as bag:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name)
            change(info)
            bag.writestr(info, data)


def test_links_and_compressed_entries_are_refused(bundle: Path) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        info.external_attr = (stat.S_IFLNK | 0o777) << 16

    def compressed(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_DEFLATED

    rewritten(bundle, lambda info: None)
    wire.Part(bundle).close()
    before = bundle.read_bytes()
    for change in (link, compressed):
        bundle.write_bytes(before)
        rewritten(bundle, change)
        with pytest.raises(wire.BundleRefused):
            wire.Part(bundle)


def test_an_entry_that_stands_twice_is_refused(bundle: Path) -> None:
    with zipfile.ZipFile(bundle, "a") as bag, pytest.warns(UserWarning, match="Duplicate"):
        bag.writestr("bag/data/records/a.json", b"{}")
    with pytest.raises(wire.BundleRefused):
        wire.Part(bundle)


def test_entries_that_overlap_cannot_be_larger_than_the_file(tmp_path: Path) -> None:
    """A bomb without compression: many names for the same bytes."""
    import struct

    path = tmp_path / "bomb.zip"
    data = b"x" * 100_000
    with zipfile.ZipFile(path, "w") as bag:
        bag.writestr("bag/data/a", data)
    raw = path.read_bytes()
    start = raw.rindex(b"PK\x01\x02")
    end = raw.rindex(b"PK\x05\x06")
    entry = raw[start:end]
    names = [entry.replace(b"bag/data/a", b"bag/data/" + bytes([letter])) for letter in b"abcdefgh"]
    directory = b"".join(names)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(names), len(names), len(directory), start, 0)
    path.write_bytes(raw[:start] + directory + tail)
    with pytest.raises(wire.BundleRefused, match="more than it does"):
        wire.Part(path)


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all" * 100])
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(wire.BundleRefused):
        wire.Part(path)
