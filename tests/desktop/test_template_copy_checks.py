"""The guard of filled templates: a copy that differs in anything but what was to be filled is refused, by its name."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from official_template import build
from template_hands import MAPPING, VALUES, content, filled, parts

from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.submissions.filling import copy_checks
from desktop.submissions.filling.opened import TemplateBook
from desktop.submissions.filling.plan import plan_of
from desktop.submissions.filling.quoting import quoting_of
from desktop.submissions.filling.sheet_scan import scan_sheet

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
COVER, RESPONSES = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A template and its copy, filled as it should be."""
    official = build(tmp_path_factory.mktemp("forms") / "official.xlsx")
    return official, filled(official)[0]


def archive(found: dict[str, bytes]) -> list[tuple[str, str]]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in found.items():
            file.writestr(name, data)
    return copy_checks.parts_of(out, Job())


def test_a_part_that_is_changed_without_being_meant_to_is_named(pair: tuple[Path, Path]) -> None:
    before = parts(pair[0])
    for name in before:
        after = {**before, name: before[name] + b" "}
        copy_checks.compare(archive(before), archive(after), {name})
        with pytest.raises(FileRefused, match=re.escape(f"its part {name} would be changed")):
            copy_checks.compare(archive(before), archive(after), {COVER} - {name})


def test_a_part_that_is_dropped_added_or_moved_is_told(pair: tuple[Path, Path]) -> None:
    before = parts(pair[0])
    name = next(one for one in before if "threadedComment" in one)
    without = {one: data for one, data in before.items() if one != name}
    with pytest.raises(FileRefused, match=re.escape(f"parts would be lost ({name})")):
        copy_checks.compare(archive(before), archive(without), {name})
    with pytest.raises(FileRefused, match="their order"):
        copy_checks.compare(archive(before), archive({**before, "new.xml": b""}), {"new.xml"})
    with pytest.raises(FileRefused, match="their order"):
        copy_checks.compare(archive(before), archive({**without, name: before[name]}), {name})


def test_a_part_that_cannot_be_read_is_told(pair: tuple[Path, Path]) -> None:
    damaged = io.BytesIO(pair[1].read_bytes()[:-40])
    with pytest.raises(FileRefused, match="cannot be read"):
        copy_checks.parts_of(damaged, Job())


def checked(pair: tuple[Path, Path], part: str, old: str = "", new: str = "") -> None:
    """Hand the guard the filled copy of a sheet in which one thing is another."""
    said = parts(pair[1])[part].decode()
    after = re.sub(old, new, said, count=1) if old else said
    assert not old or after != said, "the change changes nothing"
    with TemplateBook(pair[0], Job()) as book:
        plan = plan_of(book, MAPPING, content(), VALUES, Job())
        (sheet,) = [one for one in book.sheets if one.part == part]
        scan = scan_sheet(after.encode(), part)
        looks = quoting_of(book, plan).looks.get(part, {})
        copy_checks.holds(book.scan(sheet), scan, plan.sheets[part].values, sheet.name, looks)


@pytest.mark.parametrize("part", [COVER, RESPONSES])
def test_the_copy_as_it_was_filled_passes(pair: tuple[Path, Path], part: str) -> None:
    checked(pair, part)


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        (COVER, "Acme Energy", "Acne Energy", "the cell C5 of its sheet Cover would not hold"),
        (COVER, r'(<c r="C8")', r'\1 t="str"', "the cell C8 of its sheet Cover would not hold"),
        (COVER, r'(<c r="C8"[^>]*?s=)"\d+"', r'\1"0"', "the look of the cell C8 of its sheet Cover would be changed"),
        (COVER, r'(<c r="B6"[^>]*>)<v>\d+</v>', r'\1<v>0</v>', "the cell B6 of its sheet Cover would be changed"),
        (COVER, r'<c r="B6"[^>]*>.*?</c>', "", "the cell B6 of its sheet Cover would be changed"),
        (COVER, r'(<c r="B6"[^>]*?s=)"\d+"', r'\1"0"', "the cell B6 of its sheet Cover would be changed"),
        (COVER, r"<f>COUNTA.*?</f>", "<v>12</v>", "the cell C13 of its sheet Cover would be changed"),
        (COVER, r'ht="28.5"', 'ht="15"', "the look of row 5 of its sheet Cover would be changed"),
        (COVER, r'<mergeCell ref="C5:D5" ?/>', "", "merged cells of its sheet Cover would be changed"),
        (COVER, r"<formula1>Statuses</formula1>", "<formula1>Others</formula1>", "lists of its sheet Cover would be"),
        (COVER, r'(<sheetProtection [^>]*)sheet="1"', r'\1sheet="0"', r"beside its cells \(sheetProtection\)"),
        (COVER, r"<drawing [^>]*/>", "", r"beside its cells \("),
        (RESPONSES, r"<xm:f>Lists!\$B\$1:\$B\$3</xm:f>", "<xm:f>Lists!$B$1</xm:f>", "lists of its sheet Responses"),
        (RESPONSES, r'(<cfRule [^>]*?)operator="equal"', r'\1operator="notEqual"', r"cells \(cfRule\)"),
        (RESPONSES, r"<conditionalFormatting.*?</conditionalFormatting>", "", r"cells \("),
        (RESPONSES, r"<xm:f>Responses!G8:G27</xm:f>", "<xm:f>Responses!G8:G9</xm:f>", r"cells \(xm:f\)"),
        (RESPONSES, r'topLeftCell="C8"', 'topLeftCell="C9"', r"cells \(pane\)"),
    ],
)  # fmt: skip
def test_one_thing_that_is_another_is_refused_by_its_name(
    pair: tuple[Path, Path], part: str, old: str, new: str, words: str
) -> None:
    with pytest.raises(FileRefused, match=words):
        checked(pair, part, old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"<b val=", rb"<i val="),
        (rb'(<cellXfs count=")\d+', rb"\g<1>3"),
        (rb'(<cellXfs [^>]*><xf [^>]*?)fontId="0"', rb'\1fontId="1"'),
        (rb"</cellXfs>", rb'<xf fontId="77"/></cellXfs>'),
        (rb"</cellStyleXfs>", rb'<xf fontId="1"/></cellStyleXfs>'),
    ],
)  # fmt: skip
def test_styles_to_which_more_was_done_than_adding_quoted_looks_are_refused(
    pair: tuple[Path, Path], old: bytes, new: bytes
) -> None:
    before, after = (parts(one)["xl/styles.xml"] for one in pair)
    copy_checks.only_looks_added(before, after, "xl/styles.xml")
    changed = re.sub(old, new, after, count=1)
    assert changed != after
    with pytest.raises(FileRefused, match="its styles would be changed"):
        copy_checks.only_looks_added(before, changed, "xl/styles.xml")


def test_a_copy_whose_sheets_are_others_is_refused(pair: tuple[Path, Path]) -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as file:
        for name, data in parts(pair[1]).items():
            file.writestr(name, data.replace(b'name="Defects"', b'name="Other"') if name == "xl/workbook.xml" else data)
    with pytest.raises(FileRefused, match="could not be opened again"):
        copy_checks.opens(io.BytesIO(pair[0].read_bytes()), other)
    copy_checks.opens(io.BytesIO(pair[0].read_bytes()), io.BytesIO(pair[1].read_bytes()))
