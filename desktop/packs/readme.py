"""README.txt of a pack: what index.html says, in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from desktop.packs import how_to_verify, telling
from desktop.packs.layout import PAYLOAD, part_name
from desktop.packs.model import PackPlan, Seal
from desktop.packs.tag_files import one_line, size_words

_WIDTH = 100


def readme(plan: PackPlan, seal: Seal, parts: Sequence[Sequence[str]]) -> bytes:
    """The text. `parts`: names of the files in each ZIP of a split pack; one list or none for others."""
    return ("\n".join(_lines(plan, seal, parts)) + "\n").encode()


def _lines(plan: PackPlan, seal: Seal, parts: Sequence[Sequence[str]]) -> Iterator[str]:
    title = one_line(f"{plan.reference} version {plan.version}: {plan.title}")
    yield from (title, "=" * len(title), "")
    yield from _wrapped("A sealed pack: a frozen submission with the files that prove it. index.html says the same.")
    yield ""
    for label, value in telling.facts(plan, seal):
        yield from _wrapped(f"{label}: {one_line(value)}", "  ")
    covering = str(plan.body.get("covering") or "")
    if covering:
        yield from ("", "Covering note", "-------------")
        for line in covering.splitlines():
            yield from _wrapped(one_line(line)) if line.strip() else [""]
    yield from _files(plan, parts)
    yield from _verify(seal)
    for heading, texts in (
        ("Figures", [f"{item}: {detail}" for item, detail in telling.position(plan)]),
        ("Checks, as they stood when it was frozen", [": ".join(filter(None, one)) for one in telling.checks(plan)]),
        ("Known to be open", telling.open_points(plan)),
        ("Left out", telling.left_out(plan) or ["Nothing that the submission names was left out."]),
    ):
        if texts:
            yield from ("", heading, "-" * len(heading))
            for one in texts:
                yield from _wrapped(f"- {one_line(one)}", "  ")


def _files(plan: PackPlan, parts: Sequence[Sequence[str]]) -> Iterator[str]:
    yield from ("", "Files", "-----")
    where = {name: number for number, names in enumerate(parts, 1) for name in names}
    for one in sorted(plan.files, key=lambda file: file.path):
        name = PAYLOAD + one.path
        yield name
        was = f" (as given: {one.original})" if one.original and one.original != one.path.split("/")[-1] else ""
        yield from _wrapped(f"    {one_line(one.title + was)}, {size_words(one.size)}", "    ")
        if one.about:
            yield from _wrapped(f"    for: {one_line(one.about)}", "    ")
        if len(parts) > 1:
            yield f"    in part {where.get(name, 1)}"
        yield f"    SHA-256 {one.sha256}"
    if len(parts) > 1:
        yield from ("", f"It was split into {len(parts)} ZIPs; unpacked into one place they make this folder:")
        yield from (f"    {part_name(plan.name, at, len(parts))}" for at in range(1, len(parts) + 1))


def _verify(seal: Seal) -> Iterator[str]:
    yield from ("", "How to verify it", "----------------")
    yield from _wrapped(how_to_verify.PROVES)
    yield from _wrapped(how_to_verify.PROVES_NOT)
    yield from ("", f"Fingerprint of the key, which is said to be that of {one_line(seal.person)}:", "")
    yield f"    {how_to_verify.grouped(seal.fingerprint)}"
    yield from ("", "Each line is for a terminal (PowerShell: its own) in the folder that this file is in.")
    for heading, what, line in how_to_verify.steps():
        yield ""
        yield from _wrapped(f"{heading}. {what}")
        yield from ("", f"    {line}")


def _wrapped(text: str, later: str = "") -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, subsequent_indent=later, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
