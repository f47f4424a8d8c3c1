"""Rules about structure: what breaks them cannot be read, filed or relied on by whoever gets it. They block."""

from __future__ import annotations

from desktop.errors import WorkspaceDamaged
from desktop.excel.cells import MAX_TEXT
from desktop.submissions.acceptance.rule import EXAMPLES, Found, Looked, Params, Rule, told
from desktop.submissions.content import Table
from desktop.submissions.kinds.registry import known
from desktop.submissions.model import Mend, Scope

_DECLARED = ("declarations",)
_PARTICIPANT = Mend("settings", "settings:section=participant")


def _participant(looked: Looked, _params: Params, _recipient: str) -> Found:
    who = looked.desk.sources.participant
    participant = who.get()
    missing = [
        (words, _PARTICIPANT)
        for words, there in (
            ("The organisation has no legal name.", participant.name),
            ("It has no short name, which stands in references and file names.", participant.short_name),
            ("It has no MPID with a role.", who.scopes()),
        )
        if not there
    ]
    return told(missing, "Something is missing about the participant.", "{count} things are missing.")


def _recipients(looked: Looked, _params: Params, _recipient: str) -> Found:
    if looked.submission.recipients:
        return Found()
    mend = looked.edit("recipients", "--to RECIPIENT")
    return Found(1, "Nobody is named who gets it, and the participant's roles ask for nobody.", mend=mend)


def _scope(looked: Looked, _params: Params, _recipient: str) -> Found:
    error = looked.nothing
    if error is None:
        return Found()
    words = " ".join(part for part in (error.what, error.todo) if part)
    kind, scope = looked.submission.kind, looked.scope
    if kind.scope in _OPTIONS and scope == Scope(with_evidence=scope.with_evidence):
        return Found(1, words, mend=looked.edit("scope", _OPTIONS[kind.scope]))
    page, command = known(kind.id).page, known(kind.id).command
    return Found(1, words, mend=Mend(page, page, command))


def _cells_fit(looked: Looked, _params: Params, _recipient: str) -> Found:
    found: list[tuple[str, Mend]] = []
    count = 0
    for table in _tables(looked):
        titles = [column.title for column in table.columns]
        for number, row in enumerate(table.rows()):
            if not number % 1024:
                looked.job.check()
            for title, cell in zip(titles, row, strict=False):
                if isinstance(cell, str) and len(cell) * 2 > MAX_TEXT and _units(cell) > MAX_TEXT:
                    count += 1
                    if len(found) < EXAMPLES:
                        words = f"{table.title}, row {row[0]}, {title}: {len(cell):,} characters"
                        found.append((words, _source_of(looked, table, str(row[0]))))
    mend = found[0][1] if found else None
    words = f"{count:,} {'text is' if count == 1 else 'texts are'} longer than the {MAX_TEXT:,} characters of a cell."
    return Found(count, words if count else "", tuple(found), mend)


def _keys(looked: Looked, _params: Params, _recipient: str) -> Found:
    found: list[tuple[str, Mend]] = []
    count = 0
    for table in _tables(looked):
        seen: set[str] = set()
        for number, row in enumerate(table.rows()):
            if not number % 1024:
                looked.job.check()
            key = row[0] if row else None
            fault = (
                f"{table.title}: row {number + 1} has no key"
                if not isinstance(key, str) or not key
                else f"{table.title}: the key {key} stands more than once"
                if key in seen
                else f"{table.title}, row {key}: {len(row)} cells for {len(table.columns)} columns"
                if len(row) != len(table.columns)
                else ""
            )
            if fault:
                count += 1
                if len(found) < EXAMPLES:
                    found.append((fault, _source_of(looked, table, str(key or ""))))
            if isinstance(key, str):
                seen.add(key)
    words = "A reviewer's comment would not find its row again."
    return Found(count, words if count else "", tuple(found), found[0][1] if found else None)


def _evidence_kept(looked: Looked, _params: Params, _recipient: str) -> Found:
    """Whether each is there with its size. Gigabytes are not read at each check: freezing reads them again."""
    found = []
    for one in looked.evidence:
        looked.job.check()
        try:
            size = looked.desk.blobs.path(one.sha256).stat().st_size
            fault = "" if size == one.size else "it has another size than is written down"
        except (WorkspaceDamaged, OSError) as error:
            fault = str(error)
        if fault:
            mend = Mend("evidence", f"evidence:ref={one.ref}", "mhhs-desk evidence verify")
            found.append((f"{one.ref} r{one.revision} {one.file_name}: {fault}", mend))
    if not found and looked.evidence:
        return Found(detail="There with their sizes. Every byte is read again when it is frozen.")
    return told(found, "A file of the evidence is not as it was kept.", "{count} files are not as they were kept.")


def _declarations_signed(looked: Looked, _params: Params, _recipient: str) -> Found:
    there = {one.id: one for one in looked.declarations}
    found = []
    for number in looked.scope.declarations:
        one = there.get(number)
        if one is None:
            found.append(
                ("A declaration that was chosen is not there any more.", looked.edit("scope", "--declaration REF"))
            )
        elif not one.state.stands:
            mend = Mend("declarations", f"declarations:ref={one.ref}", f"mhhs-desk declare show {one.ref}")
            found.append((f"{one.name} is {one.state.title.lower()}", mend))
        elif one.damaged:
            mend = Mend("declarations", f"declarations:ref={one.ref}", f"mhhs-desk declare verify {one.ref}")
            found.append((f"{one.name}: a part of what is kept of it cannot be read", mend))
    if not looked.scope.declarations:
        found.append(("No declaration was chosen.", looked.edit("scope", "--declaration REF")))
    return told(found, "A declaration is not signed and standing.", "{count} declarations are not signed and standing.")


def _no_rehearsal(looked: Looked, _params: Params, _recipient: str) -> Found:
    found = [
        (f"{one.name} is a rehearsal", Mend("declarations", f"declarations:ref={one.ref}", "mhhs-desk declare status"))
        for one in looked.declarations
        if one.rehearsal
    ]
    if looked.scope.plan_id is not None:
        found += [
            (f"{plan.ref} {plan.details.title} is a rehearsal", looked.edit("scope", "--plan PLAN"))
            for plan in looked.desk.sources.cutover.plans()
            if plan.id == looked.scope.plan_id and plan.rehearsal
        ]
    return told(found, "It is over a rehearsal.", "{count} parts of it are rehearsals.")


def _questions(looked: Looked, _params: Params, _recipient: str) -> Found:
    request = looked.scope.request_id
    if request is None or looked.nothing is not None:
        return Found(skipped="It is over no request that is there.")
    if looked.questions:
        return Found()
    ref = looked.desk.sources.requests.get(request).ref
    mend = Mend("requests", f"requests:ref={ref}", f"mhhs-desk request import FILE --request {ref}")
    return Found(1, f"{ref} has no questions.", mend=mend)


def _tables(looked: Looked) -> tuple[Table, ...]:
    return looked.content.tables if looked.content is not None else ()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_OPTIONS = {
    "gate": "--gate GATE", "plan": "--plan PLAN", "request": "--request REQUEST", "declarations": "--declaration REF",
}  # fmt: skip
"""How what has to be chosen is said on the command line."""


def _source_of(looked: Looked, table: Table, key: str) -> Mend:
    page = known(looked.submission.details.kind).page
    return Mend(page, f"{page}:table={table.id}:key={key}", f"mhhs-desk submit show {looked.submission.ref}")


RULES = (
    Rule("participant_named", "The participant has a name, a short name and an MPID", _participant, True),
    Rule("recipients_given", "Somebody gets it", _recipients, True),
    Rule("scope_there", "What it is over is there, and something can be said of it", _scope, True),
    Rule("cells_fit", "No text is longer than an Excel cell", _cells_fit, True, needs_content=True),
    Rule("keys_unique", "Every row has a key of its own", _keys, True, needs_content=True),
    Rule("evidence_kept", "Every file of evidence is there with its size", _evidence_kept, True, needs_content=True),
    Rule("declarations_signed", "Its declarations are signed and stand", _declarations_signed, True, kinds=_DECLARED),
    Rule("no_rehearsal", "It is over no rehearsal", _no_rehearsal, True, kinds=("cutover_status", *_DECLARED)),
    Rule("questions_there", "Its request has questions", _questions, True, kinds=("info_request",)),
)
