"""Checks a sealed pack by itself: folder, ZIP, or the parts of a split one. Needs no workspace.

`resources/pack/verify_pack.py` does the same with the standard library alone; a test holds that both say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from desktop.declarations.body import sha256 as _sha256
from desktop.declarations.verify import fingerprint_figures
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.packs import reading, rules
from desktop.packs.layout import NEEDED, PAYLOAD, PEM_NAME, TAG_MANIFEST, VERIFIER_FILE, VERIFIER_NAME
from desktop.packs.model import PackVerdict
from desktop.packs.recognising import NoPack, may_be_pack


def verify(
    path: Path, *, others: Sequence[Path] = (), fingerprint: str = "", sha256: str = "", job: Job | None = None
) -> PackVerdict:
    """Check every byte. `fingerprint`: the key must be this one (known another way); `sha256`: of the tag manifest.

    Parts of a split pack that lie beside `path` are found by their names. A signed file is never unpacked to do it.
    Raises NoPack when it is no pack at all and FileRefused when it cannot be read, InvalidInput (field fingerprint,
    sha256) for what is none, Cancelled.
    """
    wanted, known = fingerprint_figures(fingerprint), _hash(sha256)
    if path.is_file() and not _may_be_pack(path):
        raise NoPack(f"{path.name} is no sealed pack.", todo="Give its folder, its ZIP, or one of its parts.")
    found = reading.read(path, others, job or Job())
    if not found.files and not found.parts_missing and not found.broken:
        raise NoPack(f"{path.name or path} has no file of a sealed pack.", todo="Give its folder or its ZIP.")
    if found.parts == 0 and not set(NEEDED) & set(found.files):
        inside = sorted(name.split("/")[0] for name in found.files if name.endswith(f"/{TAG_MANIFEST}"))
        todo = f"Give the folder {inside[0]} in it." if inside else "Give its folder, with its index.html."
        raise NoPack(f"{path.name or path} is no sealed pack.", todo=todo)
    if found.broken or (found.parts_missing and TAG_MANIFEST not in found.files):
        return _verdict(found, b"", {})
    public, info = rules.check(found)
    if wanted and not (public and _sha256(public).startswith(wanted)):
        found.fault(PEM_NAME, "It was sealed with another key than the one whose fingerprint you gave.")
    if known and found.files.get(TAG_MANIFEST, (0, ""))[1] != known:
        found.fault(TAG_MANIFEST, "It has another SHA-256 than the one that you gave.")
    if not found.faults:
        found.notes += _notes(found, fingerprint_told=bool(wanted), sha256_told=bool(known))
    return _verdict(found, public, info)


def _may_be_pack(path: Path) -> bool:
    try:
        return may_be_pack(path)
    except OSError:  # the reader says what is the matter
        return True


def _notes(found: reading.Found, *, fingerprint_told: bool, sha256_told: bool) -> Iterator[str]:
    """What is said of a pack that holds."""
    if fingerprint_told:
        yield "The key is the one whose fingerprint you gave."
    elif sha256_told:
        yield f"{TAG_MANIFEST} is the one whose SHA-256 you gave."
    else:
        yield (
            "Whose key it is, this does not show: anybody can seal a pack with a key of their own. Ask the sender for "
            "the fingerprint by another way (telephone), and give it."
        )
    yield "It shows that the files are those that were sealed with this key; not who held it, nor that they are true."
    if found.texts[VERIFIER_NAME] != VERIFIER_FILE.read_bytes():
        yield f"{VERIFIER_NAME} in it is not that of this version of MHHS Desk: do not run it if you do not trust it."


def _verdict(found: reading.Found, public: bytes, info: Mapping[str, str]) -> PackVerdict:
    payload = [size for name, (size, _) in found.files.items() if name.startswith(PAYLOAD)]
    return PackVerdict(
        ok=not found.faults,
        name=info.get("Internal-Sender-Identifier", found.name),
        files=len(payload),
        bytes=sum(payload),
        faults=tuple(found.faults),
        fingerprint=_sha256(public) if public else "",
        person=info.get("Sealed-By", ""),
        sealed_at=info.get("Sealed-At", ""),
        reference=info.get("External-Identifier", ""),
        personal_data=info.get("Personal-Data", ""),
        evidence=found.evidence,
        notes=tuple(found.notes),
        parts_missing=tuple(found.parts_missing),
    )


def _hash(text: str) -> str:
    """A whole SHA-256 as it is typed or copied. Raises InvalidInput."""
    plain = "".join(text.split()).lower()
    if plain and (len(plain) != 64 or not set(plain) <= set("0123456789abcdef")):
        raise InvalidInput(
            "That is no SHA-256: it has 64 figures from 0 to f.", field="sha256", todo="Give all of them."
        )
    return plain
