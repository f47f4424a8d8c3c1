"""The small files of a pack beside its payload: bagit.txt, bag-info.txt, manifests, notes of parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC

from desktop.declarations.body import moment
from desktop.packs.layout import PAYLOAD, part_name
from desktop.packs.model import PackPlan, Seal

_SHOWN = 8
"""Parts that a part's note names one by one; of more the first and the last."""


def bag_info(plan: PackPlan, seal: Seal, parts: int) -> bytes:
    """bag-info.txt: the labels of RFC 8493 (2.2.2) where it has one, and ours."""
    size = sum(one.size for one in plan.files)
    seq, head = plan.audit_head
    lines = [
        ("Source-Organization", plan.participant),
        ("External-Description", plan.title),
        ("External-Identifier", f"{plan.reference} v{plan.version}"),
        ("Internal-Sender-Identifier", plan.name),
        ("Bag-Group-Identifier", plan.reference),
        ("Bagging-Date", plan.made_at.astimezone(UTC).date().isoformat()),
        ("Bag-Software-Agent", f"MHHS Desk {plan.app_version}"),
        ("Bag-Size", size_words(size)),
        ("Payload-Oxum", f"{size}.{len(plan.files)}"),
        *(("Recipient", one) for one in plan.recipients),
        ("Personal-Data", plan.personal_data),
        ("Audit-Head", f"{seq} {head}"),
        ("Sealed-By", seal.person),
        ("Sealed-At", moment(plan.made_at)),
        ("Made-By", plan.made_by),
        ("Key-Fingerprint", seal.fingerprint),
        *([("Part-Count", str(parts))] if parts > 1 else []),
        *(("Left-Out", f"{one.sha256} {one.title}: {one.why}") for one in plan.left_out),
    ]
    return "".join(f"{label}: {one_line(value)}\n" for label, value in lines).encode()


def manifest(files: Iterable[tuple[str, str]]) -> bytes:
    """A manifest of (name, SHA-256): as sha256sum writes it, in the order of the names."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files)).encode()


def part_text(plan: PackPlan, number: int, last: int) -> bytes:
    """What a part says of itself, for whoever opens it alone."""
    shown = range(1, last + 1) if last <= _SHOWN else (1, last)
    names = ("  ...\n" if last > _SHOWN else "").join(f"  {part_name(plan.name, one, last)}\n" for one in shown)
    return (
        f"Part {number} of {last} of the sealed pack {plan.name}\n\n{names}\n"
        f"Unpack all {last} into one place: they make the one folder {plan.name}.\n"
        "Then open its index.html. To check: python verify_pack.py in that folder.\n"
    ).encode()


def one_line(text: str) -> str:
    """A text without line ends and other signs that cannot be seen."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def size_words(size: int) -> str:
    """Bytes for people: 812 bytes, 1.4 MB, 10.2 GB (of 1,000)."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} byte{'' if size == 1 else 's'}"


def by_path(plan: PackPlan) -> Sequence[tuple[str, str]]:
    """(name within the pack, SHA-256) of the payload."""
    return [(PAYLOAD + one.path, one.sha256) for one in plan.files]
