"""Checks a sealed pack of MHHS Desk: that every file is the one that was sealed, and with which key.

    python verify_pack.py                          the folder that this file lies in
    python verify_pack.py PACK                     a folder, a ZIP, or one part of a split pack (the others beside it)
    python verify_pack.py PACK --fingerprint HEX   the key must be this one (ask for it by telephone)

Exit status: 0 every byte is as it was sealed; 1 something is not, or could not be checked; 2 wrong usage.

It needs Python 3.9 or newer and nothing else: no network, no other package. ZIPs are read without unpacking them.
What it shows: these files are exactly those that were sealed with the key whose fingerprint it prints. It does not show
who held that key, nor that what the files say is true. And whoever forged a pack could put another script in it: if you
do not trust where the pack is from, run a copy of this file that you got by another way.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import stat
import struct
import sys
import zlib

MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURE, PEM, INFO = "tagmanifest-sha256.txt.sig", "public-key.pem", "bag-info.txt"
SUBMISSION = "data/submission.json"
NEEDED = (
    "bagit.txt",
    INFO,
    MANIFEST,
    TAG_MANIFEST,
    SIGNATURE,
    PEM,
    "index.html",
    "README.txt",
    "verify_pack.py",
    SUBMISSION,
)
READ = ("bagit.txt", INFO, MANIFEST, TAG_MANIFEST, SIGNATURE, PEM, SUBMISSION)
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
FORMAT = "mhhs-desk/submission/1"
OF_THE_SYSTEM = {".DS_Store", "Thumbs.db", "desktop.ini", ".directory"}
LARGEST_OF_SYSTEM = 64 * 1024
AS_KEPT = "; evidence files are as they were kept"
MOST_TOLD = 200
LARGEST_TEXT = 256 * 1024 * 1024  # of a file that is read whole
MOST_FILES = 200_000
BLOCK = 1024 * 1024

BAD_NAME = (
    "Its name is none that a pack may have: absolute, with .., reserved, or with other signs than A-Z a-z 0-9 . _ -"
)
NAME = re.compile(r"[A-Za-z0-9._-]{1,80}\Z")
RESERVED = re.compile(r"(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE)
LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)\Z")
PART = re.compile(r"(.+)\.part-([1-9][0-9]*)-of-([1-9][0-9]*)\.zip\Z", re.IGNORECASE)
OTHER_MANIFEST = re.compile(r"(tag)?manifest-[^/]*\.txt\Z", re.IGNORECASE)


# -- Ed25519, verifying only (RFC 8032, section 5.1) -------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    """The x of a point on the curve with this y; None where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point(data):
    """A point (extended coordinates) from its 32 bytes; None where they are none."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(one, two):
    """The sum of two points."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, one):
    """A point taken so many times."""
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, one)
        one = add(one, one)
        number >>= 1
    return total


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signature_fits(public, message, signature):
    """Whether the 64 bytes are the signature of the message with the key of these 32 bytes."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = point(public), int.from_bytes(signature[32:], "little")
    if key is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus = (P - key[0], key[1], key[2], P - key[3])
    x, y, z, _ = add(times(s, BASE), times(k, minus))
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# -- what there is: name within the pack -> (size, SHA-256), and the bytes of the small ones ---------------------------


class Found:
    """The files that were found, and what is wrong already."""

    def __init__(self):
        self.files, self.texts, self.notes, self.missing_parts = {}, {}, [], []
        self.faults = {}  # (file, words), in the order in which they were found
        self.name = ""
        self.evidence = False  # it holds files of evidence, which nothing was masked in
        self.broken = False  # a ZIP that cannot be read through: of its files nothing can be said

    def fault(self, file, words):
        self.faults[file, words] = True

    def take(self, name, blocks):
        """Hash a file; those that are looked into are kept as well."""
        if len(self.files) >= MOST_FILES:
            raise ValueError("There are far too many files for a pack.")
        digest, size = hashlib.sha256(), 0
        kept = [] if name in READ else None
        for block in blocks:
            digest.update(block)
            size += len(block)
            if kept is not None:
                if size > LARGEST_TEXT:
                    raise ValueError(name + " is far too large.")
                kept.append(block)
        self.files[name] = (size, digest.hexdigest())
        if kept is not None:
            self.texts[name] = b"".join(kept)


def of_folder(folder):
    """The files of a folder, without following links."""
    found = Found()
    found.name = os.path.basename(os.path.abspath(folder))
    waiting = [("", folder)]
    while waiting:
        here, place = waiting.pop()
        entries = sorted(os.scandir(place), key=lambda one: one.name)
        if not entries:
            found.fault(
                here, "This folder is empty: it is no part of what was sealed." if here else "There is nothing in it."
            )
        for entry in entries:
            own = os.fsencode(entry.name).decode("utf-8", "replace")
            name = here + "/" + own if here else own
            about = entry.stat(follow_symlinks=False)
            mode = about.st_mode
            if stat.S_ISDIR(mode) and not is_junction(entry):
                waiting.append((name, entry.path))
            elif not stat.S_ISREG(mode):
                found.fault(name, "It is a link or no file of its own: only plain files were sealed.")
            elif not here and entry.name in OF_THE_SYSTEM and about.st_size <= LARGEST_OF_SYSTEM:
                found.notes.append(name + " is of the operating system: it was passed over.")
            else:
                try:
                    with open(entry.path, "rb") as file:
                        found.take(name, iter(lambda file=file: file.read(BLOCK), b""))
                except OSError as error:
                    found.fault(name, "It cannot be read: " + str(error.strerror or error) + ".")
    return found


def is_junction(entry):
    """Whether a folder is another one's shadow (a mount point of Windows)."""
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == 0xA0000003


def local_header(name, size, crc):
    """The bytes before a file in a ZIP, as MHHS Desk writes them: nothing packed, one time stamp."""
    large = size >= 0xFFFFFFFF
    extra = struct.pack("<HHQQ", 1, 16, size, size) if large else b""
    told = 0xFFFFFFFF if large else size
    head = (0x04034B50, 45 if large else 20, 0, 0, 0, 0x21, crc, told, told, len(name), len(extra))
    return struct.pack("<IHHHHHIIIHH", *head) + name + extra


def directory(entries, start):
    """The bytes after the last file. Entries are (name, size, crc, place)."""
    listed = b""
    for name, size, crc, place in entries:
        large, far = size >= 0xFFFFFFFF, place >= 0xFFFFFFFF
        fields = (struct.pack("<QQ", size, size) if large else b"") + (struct.pack("<Q", place) if far else b"")
        extra = struct.pack("<HH", 1, len(fields)) + fields if fields else b""
        told = 0xFFFFFFFF if large else size
        version = 45 if fields else 20
        head = (0x02014B50, 3 << 8 | version, version, 0, 0, 0, 0x21, crc, told, told, len(name), len(extra), 0, 0, 0)
        listed += struct.pack("<IHHHHHHIIIHHHHH", *head) + struct.pack("<II", 0o100644 << 16, min(place, 0xFFFFFFFF))
        listed += name + extra
    count, size = len(entries), len(listed)
    end = b""
    if count >= 0xFFFF or size >= 0xFFFFFFFF or start >= 0xFFFFFFFF:
        end += struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 3 << 8 | 45, 45, 0, 0, count, count, size, start)
        end += struct.pack("<IIQI", 0x07064B50, 0, start + size, 1)
    few = min(count, 0xFFFF)
    end += struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, few, few, min(size, 0xFFFFFFFF), min(start, 0xFFFFFFFF), 0)
    return listed + end


CHANGED_ZIP = (
    "The ZIP is not as MHHS Desk writes it {}: it was changed or damaged, or packed again by another program. "
    "To check the files alone, unpack it and check the folder."
)


def of_zip(path, found):
    """Add the files of a ZIP, read from its first byte to its last; every byte of it has to be as it was written."""
    entries, place, title = [], 0, os.path.basename(path)
    with open(path, "rb") as file:
        whole = os.fstat(file.fileno()).st_size
        while True:
            head = file.read(30)
            if len(head) < 30 or head[:4] != b"PK\x03\x04":
                break
            flags, method = struct.unpack("<HH", head[6:10])
            size, length, more = struct.unpack("<IHH", head[22:30])
            name, extra = file.read(length), file.read(more)
            if size == 0xFFFFFFFF and len(extra) == 20:
                size = struct.unpack("<Q", extra[4:12])[0]
            inner = name.decode("ascii", "replace")
            if size > whole - file.tell() or method or flags & 9:
                found.fault(inner, CHANGED_ZIP.format("at this file"))
                found.broken = True
                return
            root, slash, rest = inner.partition("/")
            if not slash or not rest or (found.name and root != found.name):
                found.fault(
                    inner, "It does not lie in the one folder of the pack, so it is no part of what was sealed."
                )
                rest = ""
            found.name = found.name or root
            crc = [0]

            def blocks(left=size, crc=crc):
                while left:
                    block = file.read(min(BLOCK, left))
                    if not block:
                        return
                    left -= len(block)
                    crc[0] = zlib.crc32(block, crc[0])
                    yield block

            if rest in found.files:
                found.fault(rest, "It is there twice.")
                rest = ""
            if rest:
                found.take(rest, blocks())
            else:
                for _ in blocks():
                    pass
            if head + name + extra != local_header(name, size, crc[0]):
                found.fault(rest or inner, CHANGED_ZIP.format("at this file"))
            if entries and name <= entries[-1][0]:
                found.fault(rest or inner, CHANGED_ZIP.format("(the order of its files)"))
            entries.append((name, size, crc[0], place))
            place = file.tell()
            if len(entries) > MOST_FILES:
                raise ValueError("There are far too many files for a pack.")
        file.seek(place)
        wanted = directory(entries, place)
        last = file.read(len(wanted))
        if not entries:
            found.fault("", title + " does not begin as a ZIP: something was put before it, or it is none.")
            found.broken = True
        elif last != wanted:
            where = next((at for at, (one, two) in enumerate(zip(last, wanted)) if one != two), len(last))
            entry = wanted.rfind(b"PK\x01\x02", 0, where + 4)
            length = struct.unpack("<H", wanted[entry + 28 : entry + 30])[0]
            listed = wanted[entry + 46 : entry + 46 + length].decode("ascii", "replace")
            found.fault("", title + ": " + CHANGED_ZIP.format("where it lists its files, at or after " + listed))
        elif file.read(1):
            found.fault("", title + ": something was put after its end.")


def parts_of(path, found):
    """The ZIPs that make up the pack, by the name of one of them; those that are missing are noted."""
    named = PART.match(os.path.basename(path))
    if not named:
        return [path]
    stem, _, last = named.groups()
    paths = []
    if int(last) > 1000 or not 1 <= int(named.group(2)) <= int(last):
        raise ValueError(os.path.basename(path) + " is no name of a part.")
    for number in range(1, int(last) + 1):
        name = stem + ".part-" + str(number) + "-of-" + last + ".zip"
        beside = os.path.join(os.path.dirname(path), name)
        if number == int(named.group(2)):
            paths.append(path)
        elif os.path.isfile(beside):
            paths.append(beside)
        else:
            found.missing_parts.append(name)
    return paths


# -- what has to hold --------------------------------------------------------------------------------------------------


def canonical(body):
    """The one text of a JSON value (RFC 8785; whole numbers only)."""
    if isinstance(body, dict):
        keys = sorted(body, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(body[key]) for key in keys) + "}"
    if isinstance(body, list):
        return "[" + ",".join(canonical(one) for one in body) + "]"
    if isinstance(body, int) and not isinstance(body, bool) and abs(body) > 2**53 - 1:
        raise ValueError("a number is too large")
    return json.dumps(body, ensure_ascii=False)


def no_fraction(text):
    raise ValueError(text[:20] + " is no whole number")


def once(pairs):
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def read_submission(data):
    """The body of submission.json. Raises ValueError unless it is the one text of it."""
    try:
        body = json.loads(
            data.decode("utf-8"), parse_float=no_fraction, parse_constant=no_fraction, object_pairs_hook=once
        )
        same = canonical(body).encode("utf-8") == data
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise ValueError("it is not of the format " + FORMAT)
    if not same:
        raise ValueError("it is not written in the one canonical way")
    return body


def read_manifest(found, name):
    """The hashes that a manifest lists, by name."""
    listed, before, folded = {}, "", set()
    try:
        text = found.texts[name].decode("utf-8")
    except UnicodeDecodeError:
        found.fault(name, "It is no text.")
        return listed
    if text and not text.endswith("\n"):
        found.fault(name, "Its last line is cut.")
    for number, line in enumerate(text.split("\n")[:-1], 1):
        fits = LINE.match(line)
        if not fits:
            found.fault(name, "Line " + str(number) + " is no line of a manifest.")
            continue
        digest, file = fits.groups()
        words = unsafe(file)
        if words:
            found.fault(file, words)
        if file in listed or file.casefold() in folded:
            found.fault(file, name + " lists it twice.")
        elif file < before:
            found.fault(name, "Line " + str(number) + " is out of order.")
        listed[file], before = digest, file
        folded.add(file.casefold())
    return listed


def unsafe(name):
    """Why a name could do harm or be another file on another computer; '' when it is fine."""
    for part in name.split("/"):
        if part in {"", ".", ".."} or not NAME.match(part) or part[0] == "." or part[-1] == "." or RESERVED.match(part):
            return BAD_NAME
    return ""


def read_info(text):
    """Labels and values of bag-info.txt."""
    listed = []
    for line in text.decode("utf-8").split("\n"):
        label, colon, value = line.partition(": ")
        if colon:
            listed.append((label, value))
    return listed


def public_key(pem):
    """The 32 bytes of the key. Raises ValueError unless the file is as MHHS Desk writes it."""
    prefix = bytes.fromhex("302a300506032b6570032100")
    lines = pem.split(b"\n")
    try:
        der = base64.b64decode(lines[1], validate=True)
    except (ValueError, IndexError):
        der = b""
    made = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(der) + b"\n-----END PUBLIC KEY-----\n"
    if made == pem and len(der) == 44 and der.startswith(prefix):
        return der[12:]
    raise ValueError("It is no Ed25519 public key as MHHS Desk writes it.")


def check_listed(found, name, listed, there):
    """Whether a manifest and the files that it is about agree, one by one."""
    folded = {one.casefold(): one for one in there}
    for file, digest in sorted(listed.items()):
        if file in there:
            if found.files[file][1] != digest:
                found.fault(file, "It was changed since it was sealed: its SHA-256 is not the one in " + name + ".")
        elif file.casefold() in folded:
            found.fault(file, "It is there under another spelling: " + folded[file.casefold()] + ".")
        else:
            found.fault(file, "It is missing: " + name + " lists it.")
    for file in sorted(set(there) - set(listed)):
        found.fault(file, "It is no part of what was sealed: " + name + " does not list it.")


def check_extra(found):
    """Files that other programs would act on, told apart."""
    for file in sorted(found.files):
        if file.lower() == "fetch.txt":
            found.fault(file, "It would have files fetched from elsewhere: a pack has none.")
        elif OTHER_MANIFEST.match(file) and file not in (MANIFEST, TAG_MANIFEST):
            found.fault(file, "It is a second manifest: a pack has those of SHA-256 only.")
        words = unsafe(file)
        if words:
            found.fault(file, words)


def check_submission(found, info):
    """Whether submission.json and the payload name the same files with the same hashes."""
    try:
        body = read_submission(found.texts[SUBMISSION])
        named = named_files(body)
        evidence = {str(one["sha256"]) for one in body["evidence"]}
        told = (str(body["reference"]) + " v" + str(body["version"]), str(body["personal_data"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found.fault(SUBMISSION, "It is not as it was frozen: " + str(error) + ".")
        return
    left_out = {value.split(" ")[0] for label, value in info if label == "Left-Out"}
    there = {digest: size for file, (size, digest) in found.files.items() if file.startswith("data/")}
    found.evidence = not evidence.isdisjoint(there)
    for digest, size, words in named:
        if digest not in there and digest not in left_out:
            found.fault(SUBMISSION, words + " is named in it and is neither in data/ nor told to be left out.")
        elif digest in there and there[digest] != size:
            found.fault(SUBMISSION, words + " has another size than it says.")
    known = {digest for digest, _, _ in named}
    for file, (_, digest) in sorted(found.files.items()):
        if file.startswith("data/") and file != SUBMISSION and digest not in known:
            found.fault(file, "submission.json does not name it.")
    for label, value in zip(("External-Identifier", "Personal-Data"), told):
        if dict(info).get(label) != value:
            found.fault(INFO, label + " is not what submission.json says.")


def named_files(body):
    """(SHA-256, size, words) of every file that a submission names."""
    lines = [(one["lines"], one["title"]) for one in body["tables"] if one["lines"]]
    named = [(one, one["name"]) for one in body["files"]] + lines
    named += [(one, "{} {}".format(one["ref"], one["file_name"])) for one in body["evidence"]]
    named += [(one, one["name"]) for one in body["beside"]]
    return [(str(one["sha256"]), one["size"], str(words)) for one, words in named]


def check(found, fingerprint, sha256):
    """Hold everything against everything. Returns (fingerprint, bag-info)."""
    for name in NEEDED:
        if name not in found.files:
            found.fault(name, "It is missing: every pack has it.")
    check_extra(found)
    texts, key, info = found.texts, "", []
    if texts.get("bagit.txt", BAGIT) != BAGIT:
        found.fault("bagit.txt", "It is not that of a BagIt 1.0 bag.")
    tags = {name for name in found.files if not name.startswith("data/")} - {TAG_MANIFEST, SIGNATURE}
    if TAG_MANIFEST in texts:
        check_listed(found, TAG_MANIFEST, read_manifest(found, TAG_MANIFEST), tags)
    if MANIFEST in texts:
        check_listed(
            found, MANIFEST, read_manifest(found, MANIFEST), set(found.files) - tags - {TAG_MANIFEST, SIGNATURE}
        )
    if PEM in texts:
        try:
            public = public_key(texts[PEM])
            key = hashlib.sha256(public).hexdigest()
            if TAG_MANIFEST in texts and not signature_fits(public, texts[TAG_MANIFEST], texts.get(SIGNATURE, b"")):
                found.fault(SIGNATURE, "The signature does not fit: " + TAG_MANIFEST + ", the key or the signature was "
                            "changed, by damage or by somebody without the key that sealed it.")  # fmt: skip
        except ValueError as error:
            found.fault(PEM, str(error))
    if INFO in texts:
        try:
            info = read_info(texts[INFO])
        except UnicodeDecodeError:
            found.fault(INFO, "It is no text.")
    check_info(found, dict(info), key)
    if SUBMISSION in texts:
        check_submission(found, info)
    if fingerprint and not (key and key.startswith(fingerprint)):
        found.fault(PEM, "It was sealed with another key than the one whose fingerprint you gave.")
    if sha256 and found.files.get(TAG_MANIFEST, (0, ""))[1] != sha256:
        found.fault(TAG_MANIFEST, "It has another SHA-256 than the one that you gave.")
    return key, info


def check_info(found, info, key):
    """Whether bag-info.txt says what is there."""
    if not info:
        return
    payload = [size for name, (size, _) in found.files.items() if name.startswith("data/")]
    if info.get("Payload-Oxum") != "{}.{}".format(sum(payload), len(payload)):
        found.fault(INFO, "Payload-Oxum is not the size and number of the files in data/.")
    if key and info.get("Key-Fingerprint") != key:
        found.fault(INFO, "The fingerprint in it is not that of the key in " + PEM + ".")


def verify(path, fingerprint="", sha256=""):
    """Check a folder, a ZIP or the parts of one. Returns (what was found, fingerprint of the key, bag-info)."""
    if os.path.isdir(path):
        found = of_folder(path)
    else:
        found = Found()
        paths = parts_of(path, found)
        for one in paths:
            of_zip(one, found)
        for name in found.missing_parts:
            found.fault(name, "This part is missing: put all parts into one folder.")
        if found.broken or (found.missing_parts and TAG_MANIFEST not in found.files):
            return found, "", []
    key, info = check(found, fingerprint, sha256)
    named = dict(info).get("Internal-Sender-Identifier", "")
    if not os.path.isdir(path):
        if named and found.name != named:
            found.fault("", "The folder in the ZIP is not called " + named + ".")
        count = dict(info).get("Part-Count", "1")
        if info and count != str(len(paths) + len(found.missing_parts)):
            found.fault("", "The pack has " + count + " part(s), and these are others.")
    return found, key, info


def figures(text, least):
    plain = re.sub(r"[\s:]", "", text).lower()
    if not (least <= len(plain) <= 64 and re.match(r"[0-9a-f]+\Z", plain)):
        raise argparse.ArgumentTypeError("this has to be {} to 64 figures from 0 to f".format(least))
    return plain


def main(arguments=None):
    """Check and tell; returns the exit status."""
    parser = argparse.ArgumentParser(description="Check a sealed pack of MHHS Desk: every byte of it.")
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("pack", nargs="?", default=here, help="the folder, the ZIP, or one of its parts")
    parser.add_argument(
        "--fingerprint", default=None, type=lambda text: figures(text, 16), help="of the key, known another way"
    )
    parser.add_argument("--sha256", default=None, type=lambda text: figures(text, 64), help="of " + TAG_MANIFEST)
    given = parser.parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        found, key, info = verify(given.pack, given.fingerprint or "", given.sha256 or "")
    except (OSError, ValueError, zlib.error, struct.error) as error:
        print("COULD NOT BE CHECKED: " + str(error))
        return 1
    told = dict(info)
    for file, words in list(found.faults)[:MOST_TOLD]:
        print("{}: {}".format(shown(file), words) if file else words)
    for note in found.notes:
        print("Note: " + shown(note))
    if found.faults:
        print("DOES NOT HOLD: {} fault(s). Do not rely on this pack.".format(len(found.faults)))
        return 1
    print("HOLDS: all {} files are, to the bit, what was sealed.".format(len(found.files)))
    for label in ("External-Identifier", "Source-Organization", "Sealed-By", "Sealed-At", "Personal-Data"):
        more = AS_KEPT if label == "Personal-Data" and found.evidence else ""
        print("{}: {}{}".format(label, shown(told.get(label, "")), more))
    print("Key: " + " ".join(key[at : at + 4] for at in range(0, 64, 4)))
    if given.fingerprint:
        print("The key is the one whose fingerprint you gave.")
    else:
        print(
            "WHOSE KEY IT IS, THIS DOES NOT SHOW: anybody can seal a pack with a key of their own. Ask the sender for "
            "the fingerprint by another way (telephone), then run it again with --fingerprint."
        )
    return 0


def shown(text):
    """Text that nobody can steer a terminal with."""
    return "".join(one if one.isprintable() else "?" for one in text)


if __name__ == "__main__":
    sys.exit(main())
