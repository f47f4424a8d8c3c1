"""A bundle: envelopes, files and what else goes to an endpoint, or what it sends back, in ZIP files carried by hand.

Each file is a BagIt 1.0 bag (RFC 8493) in a ZIP, with one folder at its top, without compression, so that nothing in it
is larger than it looks:

    bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt
    signature.jws                        of the laptop (detached) or the endpoint (compact) over the manifest
    data/bundle.json                     the header (`Header`)
    data/enrolment.json                  of a laptop that is not enrolled yet; in a return: the answer, without a token
    data/submissions/<id>.json, <id>.jws the bytes of the envelope, and the signature of the laptop
    data/blobs/<sha256>                  a file
    data/pieces/<sha256>/<offset>        a piece of a file that is larger than a part; the offset in twenty figures
    data/records/<name>.json, data/comments/<uuid>.json
    data/changes/<number>.json, data/receipts/<id>.jws, data/packs/<sha256>, data/info.json     (in a return)

A bundle may be split: every part is a whole bag, and they may arrive in any order.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import BinaryIO

from desktop.sync.wire.protocol import UUID

FORMAT = "mhhs-desk/bundle/1"
RETURN_TYPE = "mhhs-desk/return/1"
"""`typ` of the JWS of an endpoint over the SHA-256 (hexadecimal) of the manifest of a return."""
OUT, RETURN = "out", "return"
ENDING = ".zip"
CHUNK = 1024 * 1024
SMALL = 16 * 1024 * 1024
"""Bytes of an entry that may be read whole."""
MOST_ENTRIES = 60_000
_BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "signature.jws")
_TAG_MANIFEST = "tagmanifest-sha256.txt"
_NAME = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}/){1,4}[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}")
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
_OVERHEAD = 512
"""Bytes that an entry takes beside its own: two headers of the ZIP and a line of the manifest."""
_MOST_PARTS = 10_000
_FIXED = (1980, 1, 1, 0, 0, 0)


class BundleRefused(ValueError):
    """A file that is no such bundle, was changed, or is unsafe: why, in words that can follow “The file ...”."""


@dataclass(frozen=True)
class Header:
    """What a part says of itself and of the bundle."""

    id: str
    """A uuid, the same in all parts."""
    direction: str
    """out: from a laptop; return: from an endpoint."""
    endpoint: str
    participant: str
    device: str
    """uuid of the laptop that made it, or that it is for."""
    part: int
    parts: int
    made_at: str
    cursor: str = ""
    """out: where the laptop is in the list of changes; return: the cursor that its changes begin after."""
    submissions: tuple[str, ...] = ()
    """Ids of all envelopes of the bundle, in the order in which they were queued."""


@dataclass(frozen=True)
class Entry:
    """Something to write. `path` under data/; `source` its bytes, or the file they stand in."""

    path: str
    size: int
    source: bytes | Path
    offset: int = 0
    cut: bool = False
    """It may be cut into pieces: a blob."""

    def chunks(self) -> Iterator[bytes]:
        """Its bytes. Raises OSError; ValueError when the file is shorter than it was."""
        if isinstance(self.source, bytes):
            yield self.source[self.offset : self.offset + self.size]
            return
        left = self.size
        with self.source.open("rb") as file:
            file.seek(self.offset)
            while left:
                chunk = file.read(min(CHUNK, left))
                if not chunk:
                    raise ValueError(f"{self.path} is shorter than it was")
                left -= len(chunk)
                yield chunk


def small(path: str, data: bytes) -> Entry:
    """An entry of these bytes."""
    return Entry(path, len(data), data)


def blob(sha256: str, source: Path, size: int) -> Entry:
    """A file; it is cut when it is larger than a part."""
    return Entry(f"blobs/{sha256}", size, source, cut=True)


def plan(entries: Sequence[Entry], most: int) -> list[list[Entry]]:
    """Which entries stand in which part; `most` bytes in each (0 = one part), but for what cannot be cut."""
    if not most:
        return [list(entries)]
    room = max(most - 16 * 1024, 64 * 1024)
    parts: list[list[Entry]] = [[]]
    left = room
    for one in entries:
        for piece in _pieces(one, room, left):
            cost = piece.size + _OVERHEAD
            if cost > left and parts[-1]:
                parts.append([])
                left = room
            parts[-1].append(piece)
            left -= cost
    return parts


def write(  # noqa: PLR0917 - a part and how it is made
    file: BinaryIO,
    folder: str,
    header: Header,
    entries: Sequence[Entry],
    sign: Callable[[bytes], str],
    progress: Callable[[int], None] | None = None,
) -> None:
    """One part. `sign` makes the signature of the bytes of the manifest; `progress` is told bytes; both may raise."""
    whole = [small("bundle.json", _json({"format": FORMAT, **asdict(header)})), *entries]
    lines, total = [], 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as bag:
        for one in whole:
            made = hashlib.sha256()
            info = _info(f"{folder}/data/{one.path}")
            info.file_size = one.size  # so that zipfile knows whether it needs the large kind of header
            with bag.open(info, "w") as target:
                for chunk in one.chunks():
                    made.update(chunk)
                    target.write(chunk)
                    if progress is not None:
                        progress(len(chunk))
            lines.append(f"{made.hexdigest()}  data/{one.path}\n")
            total += one.size
        manifest = "".join(sorted(lines, key=lambda line: line[66:])).encode()
        tags = {
            "bagit.txt": _BAGIT,
            "bag-info.txt": (
                f"Bag-Group-Identifier: {header.id}\nBag-Count: {header.part} of {header.parts}\n"
                f"Bagging-Date: {header.made_at[:10]}\nPayload-Oxum: {total}.{len(whole)}\n"
            ).encode(),
            "manifest-sha256.txt": manifest,
            "signature.jws": sign(manifest).encode(),
        }
        tags[_TAG_MANIFEST] = "".join(f"{_sha(tags[name])}  {name}\n" for name in sorted(tags)).encode()
        for name, data in tags.items():
            bag.writestr(_info(f"{folder}/{name}"), data)


class Part:
    """A part that was opened and checked: every name, size and hash. Close it."""

    def __init__(self, path: Path, progress: Callable[[int], None] | None = None) -> None:
        """Raises BundleRefused, OSError. Nothing is unpacked; no more than a chunk is in memory."""
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise BundleRefused("is no ZIP file, or was cut off") from error
        try:
            self._folder, self._infos = _checked_names(self._zip, path.stat().st_size)
            self._check(progress)
            self.header = _header(self.read("bundle.json"))
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
            self.close()
            raise BundleRefused("was changed or damaged on the way") from error
        except BaseException:
            self.close()
            raise

    def names(self, under: str) -> list[str]:
        """Paths under data/ that begin with this, in order."""
        begin = f"{self._folder}/data/"
        return sorted(one.removeprefix(begin) for one in self._infos if one.startswith(begin + under))

    def has(self, path: str) -> bool:
        """Whether there is such an entry under data/."""
        return f"{self._folder}/data/{path}" in self._infos

    def size(self, path: str) -> int:
        """Of an entry under data/."""
        return self._infos[f"{self._folder}/data/{path}"].file_size

    def read(self, path: str) -> bytes:
        """A small entry under data/. Raises BundleRefused for one that is not there, or is too large."""
        if not self.has(path):
            raise BundleRefused(f"has no {path}")
        return self._read(f"data/{path}")

    def chunks(self, path: str) -> Iterator[bytes]:
        """An entry under data/."""
        return self._chunks(f"data/{path}")

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def _check(self, progress: Callable[[int], None] | None) -> None:
        if self._read("bagit.txt").replace(b"\r\n", b"\n") != _BAGIT:
            raise BundleRefused("is no BagIt bag of the version 1.0")
        tags = _lines(self._read(_TAG_MANIFEST))
        if set(tags) != set(_TAGS) or any(_sha(self._read(name)) != tags[name] for name in _TAGS):
            raise BundleRefused("was changed: its tags are not those it was made with")
        self.manifest = self._read("manifest-sha256.txt")
        self.signature = self._read("signature.jws").decode("ascii", "replace").strip()
        listed = _lines(self.manifest)
        there = {one.removeprefix(f"{self._folder}/") for one in self._infos}
        if set(listed) | set(_TAGS) | {_TAG_MANIFEST} != there or not all(one.startswith("data/") for one in listed):
            raise BundleRefused("holds other files than its manifest names")
        for name, sha256 in listed.items():
            made = hashlib.sha256()
            for chunk in self._chunks(name):
                made.update(chunk)
                if progress is not None:
                    progress(len(chunk))
            if made.hexdigest() != sha256:
                raise BundleRefused(f"was changed: {name} is not as it was made")

    def _read(self, name: str) -> bytes:
        info = self._infos.get(f"{self._folder}/{name}")
        if info is None or info.file_size > SMALL:
            raise BundleRefused(f"has no {name}, or one that is too large")
        return b"".join(self._chunks(name))

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._zip.open(self._infos[f"{self._folder}/{name}"]) as file:
            while chunk := file.read(CHUNK):
                yield chunk


def fingerprint(manifest: bytes) -> bytes:
    """What an endpoint signs of a return: the SHA-256 of its manifest, in hexadecimal figures."""
    return _sha(manifest).encode()


def together(parts: Sequence[Part]) -> tuple[int, ...]:
    """Which part numbers are missing. Raises BundleRefused for parts that are not of one bundle."""
    first = parts[0].header
    for one in parts:
        if _of_all(one.header) != _of_all(first):
            raise BundleRefused("is a part of another bundle")
    there = {one.header.part for one in parts}
    return tuple(number for number in range(1, first.parts + 1) if number not in there)


def blobs_of(parts: Sequence[Part]) -> dict[str, list[tuple[Part, str, int]]]:
    """Where the bytes of each file stand, piece after piece: part, path, size. Raises BundleRefused for a gap."""
    found: dict[str, list[tuple[int, Part, str, int]]] = {}
    for part in parts:
        for path in part.names("blobs/"):
            found.setdefault(path.split("/")[1], []).append((0, part, path, part.size(path)))
        for path in part.names("pieces/"):
            names = path.split("/")
            if len(names) != 3 or not names[2].isdecimal() or len(names[2]) != 20:
                raise BundleRefused("names a piece in another way than pieces are named")
            found.setdefault(names[1], []).append((int(names[2]), part, path, part.size(path)))
    whole = {}
    for sha256, pieces in found.items():
        end = 0
        for offset, _, _, size in sorted(pieces, key=lambda one: one[0]):
            if offset != end:
                raise BundleRefused("lacks a piece of a file, or has one twice")
            end += size
        whole[sha256] = [(part, path, size) for _, part, path, size in sorted(pieces, key=lambda one: one[0])]
    return whole


def _pieces(one: Entry, room: int, left: int) -> Iterator[Entry]:
    """The entry itself, or pieces of a blob that is larger than a part: the first fills the part that is begun."""
    if not one.cut or one.size <= room - _OVERHEAD:
        yield one
        return
    name = one.path.removeprefix("blobs/")
    start, most = 0, left - _OVERHEAD
    if most < room // 8:
        most = room - _OVERHEAD
    while start < one.size:
        size = min(most, one.size - start)
        yield Entry(f"pieces/{name}/{start:020d}", size, one.source, start)
        start, most = start + size, room - _OVERHEAD


def _checked_names(bag: zipfile.ZipFile, size: int) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """The folder at the top, and the entries by name. Raises BundleRefused for what is unsafe."""
    found: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    infos = bag.infolist()
    if not 0 < len(infos) <= MOST_ENTRIES:
        raise BundleRefused("is empty, or has too many entries")
    for one in infos:
        if _NAME.fullmatch(one.filename) is None or one.filename != one.orig_filename:
            raise BundleRefused("has an entry with an unsafe name")
        if one.filename.casefold() in seen:
            raise BundleRefused("has two entries with one name")
        if one.flag_bits & 0x1 or one.compress_type != zipfile.ZIP_STORED or one.file_size != one.compress_size:
            raise BundleRefused("has an entry that is encrypted or compressed")
        if stat.S_IFMT(one.external_attr >> 16) not in {0, stat.S_IFREG}:
            raise BundleRefused("has an entry that is no file")
        seen.add(one.filename.casefold())
        found[one.filename] = one
    if sum(one.file_size for one in infos) > size:
        raise BundleRefused("says that it holds more than it does")
    tops = {one.split("/")[0] for one in found}
    if len(tops) != 1:
        raise BundleRefused("has more than one folder at its top")
    return tops.pop(), found


def _lines(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in data.decode("utf-8").splitlines():
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise BundleRefused("has a manifest that cannot be read")
        found[match[2]] = match[1]
    return found


def _header(data: bytes) -> Header:
    try:
        body = json.loads(data)
        if body.pop("format") != FORMAT:
            raise BundleRefused("is a bundle of another version")
        known = {one.name: body[one.name] for one in fields(Header)}
        known["submissions"] = tuple(known["submissions"])
        made = Header(**known)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, BundleRefused):
            raise
        raise BundleRefused("does not say what bundle it is") from error
    uuids = (made.id, made.endpoint, made.device, *made.submissions)
    texts = (made.participant, made.made_at, made.cursor, made.direction)
    numbers = (made.part, made.parts)
    if (
        not all(isinstance(one, str) and UUID.fullmatch(one) for one in uuids)
        or not all(isinstance(one, str) and len(one) <= 200 for one in texts)
        or not all(type(one) is int for one in numbers)
        or not 1 <= made.part <= made.parts <= _MOST_PARTS
        or made.direction not in {OUT, RETURN}
    ):
        raise BundleRefused("does not say what bundle it is")
    return made


def _of_all(header: Header) -> Mapping[str, object]:
    return {key: value for key, value in asdict(header).items() if key != "part"}


def _info(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, _FIXED)
    made.external_attr = (stat.S_IFREG | 0o600) << 16
    return made


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
