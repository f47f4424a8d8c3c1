"""What a person typed leaves masked too: MPANs are planted in every text, and every file that leaves is searched."""

from __future__ import annotations

import html
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from freezing_hands import WalkingClock, acme, over
from official_template import build
from signing_hands import NAME, PASSPHRASE, with_key

from desktop.app import Workspace
from desktop.evidence.model import EvidenceDetails, Target, TargetKind
from desktop.report import privacy
from desktop.report.privacy import MpanChoice
from desktop.requests.model import QuestionDetails, RequestDetails
from desktop.submissions.filling.model import CellRule, TemplateMapping
from desktop.submissions.model import EventKind
from local_db.connection import DATABASE_NAME

MPAN = "1200012345{:03d}"


class Planted:
    """Gives MPANs, each once, so that one that is found says where it came from."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}

    def __call__(self, where: str) -> str:
        mpan = MPAN.format(len(self.given))
        self.given[mpan] = where
        return f"{where} {mpan}"

    def found(self, text: str) -> list[str]:
        """Where those that stand in a text were planted."""
        plain = html.unescape(text)
        bare = re.sub(r"[ \-]", "", plain)
        return sorted(where for mpan, where in self.given.items() if mpan in plain or mpan in bare)


@pytest.fixture
def planted():
    return Planted()


@pytest.fixture
def desk(tmp_path, planted):
    with acme(tmp_path / "desk", WalkingClock()) as workspace:
        with_key(workspace)
        yield workspace


def texts(path: Path) -> dict[str, str]:
    """Every file under a path as text, with what is in its ZIPs."""
    found = {}
    for one in sorted([path] if path.is_file() else path.rglob("*")):
        if one.is_file() and "data/evidence/" not in one.as_posix():
            data = one.read_bytes()
            found[one.name] = f"{one.name}\n{data.decode('utf-8', 'replace')}"
            if data[:2] == b"PK":
                with zipfile.ZipFile(BytesIO(data)) as inside:
                    found |= {
                        f"{one.name}!{name}": f"{name}\n{inside.read(name).decode('utf-8', 'replace')}"
                        for name in inside.namelist()
                    }
    return found


def asked(desk: Workspace, planted: Planted, folder: Path) -> int:
    """A request with everything typed into it, and evidence for its answer."""
    request, _ = desk.requests.add(
        RequestDetails(
            title=planted("request"), their_ref=planted("request's reference"), sender="MCC", due="2026-12-04"
        )
    )
    desk.requests.add_question(
        request,
        QuestionDetails(planted("number"), planted("question"), answer=planted("answer"), note=planted("own note")),
    )
    folder.mkdir()
    file = folder / f"{planted('file')}.txt"
    file.write_bytes(b"the proof")
    given = EvidenceDetails(title=planted("evidence"), description=planted("description"), author=planted("author"))
    (item,) = desk.evidence.add([file], given).ids
    desk.evidence.link([item], [Target(TargetKind.QUESTION, desk.requests.questions(request)[0].id)], planted("link"))
    return request


def with_template(desk: Workspace, planted: Planted, folder: Path) -> None:
    """A form of a recipient, under a name with an MPAN, which takes the title."""
    file = build(folder / f"{planted('form')}.xlsx")
    template, _ = desk.templates.add(file, recipient="BSC", kind="info_request", title=planted("form title"))
    look = desk.templates.spots(template.id)
    place = next(one for one in look.spots if one.kind.value == "cell" and not one.locked)
    desk.templates.save_mapping(
        template.id, TemplateMapping((CellRule(f"{place.sheet}!{place.place}", "submission.title"),), ())
    )


@pytest.mark.parametrize("choice", [MpanChoice.LAST_FOUR, MpanChoice.COUNTS])
def test_nothing_that_a_person_typed_leaves_unmasked(desk, planted, tmp_path, choice):
    request = asked(desk, planted, tmp_path / "in")
    with_template(desk, planted, tmp_path / "in")
    details = over(request, recipients=("BSC", "REC"), mpan_choice=choice)
    typed = replace(details, title=planted("title"), covering=planted("covering"), note=planted("note"))
    first, _ = desk.submissions.prepare(replace(typed, mpan_choice=MpanChoice.FULL))
    desk.submissions.freeze(first)
    desk.submissions.say(
        first, EventKind.HANDED_OVER, their_ref=planted("their reference"), note=planted("note of an event")
    )
    key = str(next(iter(desk.submissions.content(first).tables[0].rows()))[0])
    comment, _ = desk.reviews.enter(
        first, "BSC", planted("comment"), author=planted("reviewer"), table_id="questions", row_key=key,
        proposed=planted("proposed"),
    )  # fmt: skip
    desk.reviews.answer(comment, planted("answer to a comment"))
    newer, _ = desk.submissions.new_version(first, planted("reason"))
    desk.submissions.edit(newer, replace(desk.submissions.get(newer).details, mpan_choice=choice))
    out = tmp_path / "out"
    out.mkdir()
    desk.submissions.preview(newer, out / "draft.xlsx")
    desk.submissions.freeze(newer)
    assert desk.submissions.verify_kept(newer) == ()
    (out / "frozen.json").write_bytes(desk.submissions.frozen_bytes(newer))
    desk.submissions.export(newer, out)
    desk.packs.build(newer, out, person=NAME, passphrase=PASSPHRASE, as_zip=False)
    (out / "register.html").write_text(desk.submissions.register_html(), encoding="utf-8")
    (out / "names.txt").write_text("\n".join(one.name for one in desk.submissions.files(newer)), encoding="utf-8")
    told = {name: planted.found(text) for name, text in texts(out).items()}
    assert {name: where for name, where in told.items() if where} == {}
    # What stays in the workspace is as it was typed.
    assert desk.submissions.get(newer).details.title == typed.title
    assert planted.found(desk.submissions.frozen_bytes(first).decode())


def test_a_comment_on_a_masked_row_finds_its_row_in_the_next_log(desk, planted, tmp_path):
    request = asked(desk, planted, tmp_path / "in")
    first, _ = desk.submissions.prepare(over(request, recipients=("BSC",), mpan_choice=MpanChoice.FULL))
    desk.submissions.freeze(first)
    key = str(next(iter(desk.submissions.content(first).tables[0].rows()))[0])
    desk.reviews.enter(first, "BSC", "Say more", table_id="questions", row_key=key)
    newer, _ = desk.submissions.new_version(first, "Fewer digits")
    desk.submissions.edit(newer, replace(desk.submissions.get(newer).details, mpan_choice=MpanChoice.LAST_FOUR))
    desk.submissions.freeze(newer)
    masked = str(next(iter(desk.submissions.content(newer).tables[0].rows()))[0])
    (book,) = (one for one in desk.submissions.files(newer) if one.role == "workbook")
    log = openpyxl.load_workbook(BytesIO(desk.blobs.path(book.sha256).read_bytes()))["Comments"]
    (line,) = ([cell.value for cell in row] for row in log.iter_rows() if "Say more" in [cell.value for cell in row])
    assert masked != key
    assert line[2] == masked
    changes = desk.submissions.body(newer)["changes"]
    assert not changes["same_choice"]
    assert not [row for row in changes["rows"] if row["table"] == "questions"]


def test_a_better_rule_of_masking_raises_no_alarm_and_a_changed_text_does(desk, planted, tmp_path, monkeypatch):
    request = asked(desk, planted, tmp_path / "in")
    typed = replace(over(request), title="House 12 of row 34", covering="Call 5678", mpan_choice=MpanChoice.LAST_FOUR)
    one, _ = desk.submissions.prepare(typed)
    desk.submissions.freeze(one)
    monkeypatch.setattr(privacy, "_RUN", r"\d*(\d)")
    assert privacy.masked_words("Call 5678", MpanChoice.LAST_FOUR) != "Call 5678"
    assert desk.submissions.verify_kept(one) == ()
    with closing(sqlite3.connect(tmp_path / "desk" / DATABASE_NAME)) as other, other:
        triggers = other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            other.execute(f'DROP TRIGGER "{name}"')
        other.execute("UPDATE submission SET covering = 'Call 5679' WHERE id = ?", (one,))
    assert desk.submissions.verify_kept(one) == ("The audit log tells of another covering note of its line.",)
