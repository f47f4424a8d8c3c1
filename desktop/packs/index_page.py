"""The page with which a reader begins: index.html, by itself, offline, light or dark as the reader's system is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from desktop.packs import how_to_verify, telling
from desktop.packs.layout import INFO_NAME, MANIFEST, PAYLOAD, README_NAME, SUBMISSION, part_name
from desktop.packs.model import PackPlan, Seal
from desktop.packs.tag_files import size_words

_STYLE = """:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #f2f4f7; --line: #8a94a0;
--link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --paper: #15181c; --soft: #22272e; --line: #7d8794;
--link: #8fc1ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 72rem; color: var(--ink); background: var(--paper);
font: 1rem/1.5 system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
a { color: var(--link); }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
nav ul { padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
th, td { border: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top; }
thead th, tbody th { background: var(--soft); }
td.size { text-align: right; white-space: nowrap; }
code, .print { font: .85rem/1.5 ui-monospace, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); padding: .5rem; white-space: pre-wrap; margin: .25rem 0; }
.print { font-size: 1.05rem; font-weight: 600; }
.note { border-left: .3rem solid var(--line); padding-left: .75rem; }
@media print { body { max-width: none; } nav { display: none; } }"""

_SECTIONS = (
    ("what", "What this is"),
    ("files", "Files"),
    ("verify", "How to verify it"),
    ("position", "Figures"),
    ("checks", "Checks"),
    ("open", "Known to be open"),
    ("left-out", "Left out"),
)


def index_page(plan: PackPlan, seal: Seal, parts: Sequence[Sequence[str]]) -> bytes:
    """The page. `parts`: names of the files in each ZIP of a split pack; one list or none for others."""
    made = {
        "what": "".join(_what(plan, seal)),
        "files": "".join(_files(plan, parts)),
        "verify": "".join(_verify(seal)),
        "position": _table("What it says in short", ("Item", "Detail"), telling.position(plan)),
        "checks": _checks(plan),
        "open": _list(telling.open_points(plan)),
        "left-out": _list(telling.left_out(plan)) or "<p>Nothing that the submission names was left out.</p>",
    }
    there = [(key, title) for key, title in _SECTIONS if made[key]]
    title = f"{plan.reference} v{plan.version}: {plan.title}"
    links = "".join(f'<li><a href="#{key}">{title}</a></li>' for key, title in there)
    body = "".join(f'<section aria-labelledby="{key}"><h2 id="{key}">{title}</h2>{made[key]}</section>\n'
                   for key, title in there)  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<header>\n"
        f"<h1>{escape(plan.title)}</h1>\n<p>{escape(f'{plan.reference} version {plan.version}')}, a sealed pack of "
        f'{escape(plan.participant)}</p>\n<nav aria-label="On this page"><ul>{links}</ul></nav>\n</header>\n'
        f"<main>\n{body}</main>\n</body>\n</html>\n"
    ).encode()


def _what(plan: PackPlan, seal: Seal) -> Iterator[str]:
    yield "<p>A frozen submission with the files that prove it, sealed so that any change to any of them shows.</p>"
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(value)}</td></tr>'
        for label, value in telling.facts(plan, seal)
    )
    yield f'<div class="scroll"><table><tbody>{rows}</tbody></table></div>'
    covering = str(plan.body.get("covering") or "")
    if covering:
        yield f'<h3>Covering note</h3><p class="note">{escape(covering).replace(chr(10), "<br>")}</p>'


def _files(plan: PackPlan, parts: Sequence[Sequence[str]]) -> Iterator[str]:
    yield (
        f"<p>Every file of the submission, with its SHA-256 as in <a href='{MANIFEST}'>{MANIFEST}</a>. Begin with the "
        f"workbook; <a href='{SUBMISSION}'>{SUBMISSION}</a> is the frozen text that everything else follows from. "
        f"What stands beside data/: <a href='{README_NAME}'>{README_NAME}</a> (this in plain text), {INFO_NAME}, the "
        "manifests, the signature, the public key and the checking script.</p>"
    )
    where = {name: number for number, names in enumerate(parts, 1) for name in names}
    split = len(parts) > 1
    heads = ("File", "What it is", "What it proves or is for", *(["Part"] if split else []), "Size", "SHA-256")
    rows = []
    for one in sorted(plan.files, key=lambda file: file.path):
        name = PAYLOAD + one.path
        was = (
            f"<br>as given: {escape(one.original)}" if one.original and one.original != one.path.split("/")[-1] else ""
        )
        rows.append(
            f"<tr><td><a href='{escape(name)}'>{escape(name)}</a></td><td>{escape(one.title)}{was}</td>"
            f"<td>{escape(one.about)}</td>"
            + (f"<td>{where.get(name, 1)}</td>" if split else "")
            + f"<td class='size'>{escape(size_words(one.size))}</td><td><code>{one.sha256}</code></td></tr>"
        )
    yield _wide(f"The {len(rows)} files of data/", heads, rows)
    if split:
        names = "".join(f"<li>{escape(part_name(plan.name, at, len(parts)))}</li>" for at in range(1, len(parts) + 1))
        yield f"<p>It was split into {len(parts)} ZIPs; unpacked into one place they make this folder.</p>"
        yield f"<ul>{names}</ul>"


def _verify(seal: Seal) -> Iterator[str]:
    yield f"<p>{escape(how_to_verify.PROVES)}</p><p>{escape(how_to_verify.PROVES_NOT)}</p>"
    yield f"<p>Fingerprint of the key, which is said to be that of {escape(seal.person)}:</p>"
    yield f'<p class="print">{how_to_verify.grouped(seal.fingerprint)}</p>'
    yield "<p>Each line is for a terminal (PowerShell: its own) in the folder that this page is in.</p>"
    for heading, what, line in how_to_verify.steps():
        yield f"<h3>{escape(heading)}</h3><p>{escape(what)}</p>"
        yield f'<pre tabindex="0" aria-label="{escape(heading)}: the line"><code>{escape(line)}</code></pre>'


def _checks(plan: PackPlan) -> str:
    return _table(
        "Acceptance rules, as they stood when it was frozen", ("Rule", "Outcome", "Detail"), telling.checks(plan)
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain texts; '' without rows."""
    made = ["<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows]
    return _wide(caption, heads, made) if made else ""


def _wide(caption: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _list(texts: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in texts) + "</ul>" if texts else ""
