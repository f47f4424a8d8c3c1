"""The progress report, fix lists and exported views of a real workspace, read back part by part."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from desktop.app import Workspace
from desktop.browse.view import Filter, Op, View
from desktop.cleanse.exceptions import ExceptionRequest
from desktop.cleanse.work import FindingEdit
from desktop.errors import InvalidInput, NotFound
from desktop.excel.saving import NotSaved
from desktop.jobs import Cancelled, Job, Progress
from desktop.participant.model import Scope
from desktop.report.service import ReportInfo

WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
SHEETS = [
    "Cover", "Summary by check", "Summary by who mends", "Findings", "Exceptions", "Not checked", "Since last report",
    "Checks run", "Notes on method",
]  # fmt: skip
AS_OF = date(2026, 11, 23)


def mpan(number: int) -> str:
    core = f"12{number:010d}"
    return core + str(sum(int(digit) * weight for digit, weight in zip(core, WEIGHTS, strict=True)) % 11 % 10)


MPANS = [mpan(1_000_000 + 7919 * place) for place in range(60)]


def portfolio(path: Path, faults: int) -> Path:
    """Sixty rows; profile class 09 in the first `faults`, an odd address and postcode in a few."""
    lines = ["MPAN,Profile Class,GSP Group ID,Postcode,Address line 1,Meter Serial Number,Supplier"]
    for place, one in enumerate(MPANS):
        shown = one[:-1] + str((int(one[-1]) + 1) % 10) if place % 20 == 3 else one
        profile = "09" if place < faults else "01"
        postcode = "ZZ1A 1ZA4" if place % 10 == 4 else "SW1A 1AA"
        lines.append(f"{shown},{profile},_C,{postcode},=1+1 Secret Street,S{place:09d},ACME")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Desk:
    """A workspace with a clock that moves a day with each run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.workspace = Workspace.create(
            folder / "workspace", "Acme Energy Limited", "ACME", actor="Ann Smith", clock=lambda: self.now
        )
        pack = {"kind": "cleanse_checks", "version": "t1", "status": "suggested", "source": "test",
                "date": "2026-11-23", "body": {"checks": {}}}  # fmt: skip
        (folder / "pack.json").write_text(json.dumps(pack), encoding="utf-8")
        self.workspace.content.take(folder / "pack.json")
        role = self.workspace.participant.choices("roles")[0]["id"]
        self.workspace.participant.save_scope(Scope("ACME", role))
        self.recipient = self.workspace.participant.recipients()[0]

    def check(self, faults: int) -> None:
        portfolio_service = self.workspace.portfolio
        source = portfolio_service.read(portfolio(self.folder / f"portfolio {MPANS[0]} {faults}.csv", faults))
        mapping = {item: one.heading for item, one in portfolio_service.suggest(source).items()}
        committed = portfolio_service.commit(portfolio_service.stage(source, mapping))
        self.now += timedelta(days=1)
        self.workspace.cleanse.run(committed.snapshot.id, AS_OF)

    def report(self, choice: str, name: str = "report.xlsx") -> ReportInfo:
        return self.workspace.reports.progress_report(self.folder / name, self.recipient.id, choice)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.workspace.close()


@pytest.fixture
def checked(desk: Desk) -> Desk:
    desk.check(10)
    return desk


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name).decode("utf-8") for name in package.namelist()}


def rows(path: Path, tab: str) -> list[dict[str, object]]:
    sheet = openpyxl.load_workbook(path)[tab]
    heading, *found = sheet.iter_rows(min_row=4, values_only=True)
    return [dict(zip([str(name) for name in heading], row, strict=True)) for row in found]


def test_the_report_has_its_sheets_each_with_title_meaning_and_one_table(checked: Desk) -> None:
    info = checked.report("full")
    book = openpyxl.load_workbook(info.path)
    assert book.sheetnames == SHEETS
    tables = [next(iter(sheet.tables.values())) for sheet in book]
    assert len({table.displayName for table in tables}) == len(SHEETS)
    for sheet, table in zip(book, tables, strict=True):
        assert len(sheet.tables) == 1
        assert sheet["A1"].value
        assert sheet["A2"].value
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes == "A5"
        assert table.ref.endswith(str(sheet.max_row))
        filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert all(cell.font.name == "Arial" and cell.font.sz >= 11 for cell in filled)
    links = [cell.hyperlink.location for row in book["Cover"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in SHEETS[1:]]
    assert book.properties.creator == "Acme Energy Limited"
    assert {prop.name for prop in book.custom_doc_props.props} >= {"TemplateId", "TemplateVersion", "AuditHead"}
    place = book.defined_names["template"].attr_text.replace("$", "").split("!")[1]
    assert str(book["Cover"][place].value).startswith("mhhs-desk-data-cleanse-progress")


def test_the_cover_says_who_what_how_and_with_what(checked: Desk) -> None:
    info = checked.report("full")
    told = {str(row["Item"]): row["Detail"] for row in rows(info.path, "Cover")}
    snapshot = checked.workspace.portfolio.snapshots()[0]
    assert told["Participant"] == "Acme Energy Limited"
    assert told["Recipient"] == checked.recipient.name
    assert "MPID ACME" in told
    assert told["SHA-256 of the file"] == snapshot.file_sha256
    assert told["Rows"] == "60"
    assert told["As of"] == datetime(2026, 11, 23)
    assert told["Cleanse check settings"] == "t1 (suggested by MHHS Desk, not official)"
    assert re.fullmatch(r"\d+:[0-9a-f]{64}", str(told["Audit head"]))


def test_the_findings_are_those_of_the_run_and_every_identifier_is_a_text_cell(checked: Desk) -> None:
    info = checked.report("full")
    run = checked.workspace.cleanse.runs()[0]
    found = rows(info.path, "Findings")
    assert len(found) == run.open == info.rows
    nines = [row for row in found if row["Value in the file"] == "09"]
    assert sorted(str(row["MPAN"]) for row in nines if row["Check"] == "FMT-09") == sorted(
        one[:-1] + str((int(one[-1]) + 1) % 10) if place % 20 == 3 else one for place, one in enumerate(MPANS[:10])
    )
    sheet = openpyxl.load_workbook(info.path)["Findings"]
    headings = [cell.value for cell in sheet[4]]
    for name in ("MPAN", "Value in the file", "Row key", "Check"):
        column = headings.index(name) + 1
        cells = [sheet.cell(row, column) for row in range(5, sheet.max_row + 1)]
        assert all(cell.data_type == "s" and cell.number_format == "@" for cell in cells)
    assert {str(row["Row key"]) for row in found} == {
        str(key) for key in checked.workspace.cleanse.findings().ids(0, 1_000)
    }


def test_the_summaries_add_up_to_the_findings(checked: Desk) -> None:
    keys = checked.workspace.cleanse.findings().ids(0, 3)
    checked.workspace.cleanse.accept(keys, ExceptionRequest("Agreed", "J. Doe", date(2027, 3, 1)))
    info = checked.report("full")
    by_check, by_party = rows(info.path, "Summary by check"), rows(info.path, "Summary by who mends")
    found = rows(info.path, "Findings")
    for table in (by_check, by_party):
        assert sum(int(str(row["Open"])) for row in table) == len(found) - 3
        assert sum(int(str(row["Excepted"])) for row in table) == 3
        assert all(row["Open"] == sum(int(str(row[s])) for s in ("New", "Still open", "Changed")) for row in table)
    assert sum(1 for row in found if row["Accepted"]) == 3
    (exception,) = rows(info.path, "Exceptions")
    assert (exception["Reason"], exception["Approver"], exception["Given for (findings)"]) == ("Agreed", "J. Doe", 3)
    assert exception["Ends"] == datetime(2027, 3, 1)


def test_every_check_that_could_not_run_is_named_with_its_reason(checked: Desk) -> None:
    info = checked.report("counts")
    told = {row["Check"]: row for row in rows(info.path, "Not checked")}
    outcomes = checked.workspace.cleanse.outcomes(checked.workspace.cleanse.runs()[0].id)
    silent = [one.check_id for one in outcomes if one.outcome.value in ("could not run", "skipped")]
    assert silent
    assert set(told) == {*silent, *(one.check_id for one in outcomes if one.left_out)}
    run = {row["Check"]: row for row in rows(info.path, "Checks run")}
    assert run["FIL-02"]["Remarks"] == "Text in UTF-8, cells separated by commas."
    assert "FIL-02" not in told, "how the file was read leaves nothing unchecked"
    reasons = {one.check_id: one.left_out or one.reason for one in outcomes}
    assert all(row["Why"] == reasons[check][:1].upper() + reasons[check][1:] for check, row in told.items())
    assert all(row["Why"] for row in told.values())
    assert len(rows(info.path, "Checks run")) == len(checked.workspace.cleanse.catalogue())


def test_the_second_report_says_what_moved_since_the_first(desk: Desk) -> None:
    desk.check(10)
    desk.report("full", "first.xlsx")
    desk.check(4)
    info = desk.report("full", "second.xlsx")
    (moved,) = (row for row in rows(info.path, "Since last report") if row["Check"] == "FMT-09")
    assert (moved["New since then"], moved["Gone since then"], moved["Open now"]) == (0, 6, 4)
    assert "first.xlsx" in str(openpyxl.load_workbook(info.path)["Since last report"]["A2"].value)
    (nine,) = (row for row in rows(info.path, "Summary by check") if row["Check"] == "FMT-09")
    assert (nine["Still open"], nine["Gone"]) == (4, 6)


def test_what_is_accepted_is_not_new_on_any_sheet(desk: Desk) -> None:
    desk.check(4)
    desk.report("full", "first.xlsx")
    desk.check(10)
    cleanse = desk.workspace.cleanse
    new = [
        key
        for key in cleanse.findings().ids(0, cleanse.findings().count())
        if cleanse.findings().index.row(key)["check_id"] == "FMT-09"
        and cleanse.findings().index.row(key)["state"] == "New"
    ]
    cleanse.accept(new[:2], ExceptionRequest("Agreed", "J. Doe", date(2027, 3, 1)))
    info = desk.report("full", "second.xlsx")
    (moved,) = (row for row in rows(info.path, "Since last report") if row["Check"] == "FMT-09")
    (nine,) = (row for row in rows(info.path, "Summary by check") if row["Check"] == "FMT-09")
    assert (nine["New"], nine["Excepted"]) == (len(new) - 2, 2)
    assert (moved["New since then"], moved["Open now"]) == (nine["New"], nine["Open"])
    assert "Accepted findings are not counted" in str(
        openpyxl.load_workbook(info.path)["Since last report"]["A2"].value
    )


@pytest.mark.parametrize("choice", ["full", "last-four", "counts"])
def test_what_the_catalogue_says_of_a_check_is_nobodys_data(checked: Desk, choice: str) -> None:
    run = {row["Check"]: row for row in rows(checked.report(choice).path, "Checks run")}
    for check in checked.workspace.cleanse.catalogue():
        words = [run[check.id][heading] for heading in ("What it finds", "The rule in words", "Source")]
        assert words == [check.title, check.explanation, check.basis]


@pytest.mark.parametrize("choice", ["last-four", "counts"])
def test_no_part_of_a_masked_workbook_holds_an_mpan_an_address_or_a_postcode(checked: Desk, choice: str) -> None:
    keys = checked.workspace.cleanse.findings().ids(0, 5)
    checked.workspace.cleanse.edit(keys, FindingEdit(note=f"see {MPANS[1]}, SW1A 1AA"))
    checked.workspace.cleanse.accept(keys[:1], ExceptionRequest(f"Agreed for {MPANS[2]}", "J. Doe", date(2027, 3, 1)))
    info = checked.report(choice)
    for name, xml in parts(info.path).items():
        for one in MPANS:
            assert one[:12] not in xml, name
            assert one[:9] not in xml, name
        assert "Secret Street" not in xml
        assert "1AA" not in xml
        assert "1ZA4" not in xml
    cover = {str(row["Item"]): str(row["Detail"]) for row in rows(info.path, "Cover")}
    assert cover["Personal data"].startswith("Last four" if choice == "last-four" else "Counts only")
    found = rows(info.path, "Findings")
    if choice == "counts":
        assert [row["Severity"] for row in found] == ["(none)"]
        assert "Left out" in str(openpyxl.load_workbook(info.path)["Findings"]["A2"].value)
    else:
        assert all(re.fullmatch("•{9}[0-9]{4}", str(row["MPAN"])) for row in found)
        assert all(re.fullmatch("k[0-9a-f]{16}", str(row["Row key"])) for row in found)


def test_the_choice_is_remembered_for_the_recipient(checked: Desk) -> None:
    service = checked.workspace.reports
    assert service.mpan_choice(checked.recipient.id) == "last-four"
    checked.report("full")
    assert service.mpan_choice(checked.recipient.id) == "full"
    again = service.progress_report(checked.folder / "again.xlsx", checked.recipient.id)
    assert again.mpan_choice == "full"
    assert service.mpan_choice("another") == "last-four"


def test_each_file_is_noted_with_its_hash_and_in_the_audit_log(checked: Desk) -> None:
    info = checked.report("full")
    (row,) = checked.workspace.reports.made()
    assert (row.sha256, row.file_name, row.recipient) == (info.sha256, "report.xlsx", checked.recipient.id)
    entries = checked.workspace.store.read().execute("SELECT title, body FROM audit WHERE action = 'report.write'")
    ((title, body),) = entries.fetchall()
    assert title == f"Write the progress report for {checked.recipient.name}"
    assert json.loads(body)["files"][0]["sha256"] == info.sha256


def test_a_fix_list_for_each_owner_holds_what_is_open_and_no_more(checked: Desk) -> None:
    cleanse = checked.workspace.cleanse
    table = cleanse.findings()
    total, keys = table.count(), table.ids(0, 4)
    cleanse.edit(keys[:2], FindingEdit(owner="=Ann/Smith"))
    cleanse.accept(keys[2:3], ExceptionRequest("Agreed", "J. Doe", date(2027, 3, 1)))
    folder = checked.folder / "lists"
    folder.mkdir()
    made = checked.workspace.reports.fix_lists(folder, "full")
    assert sum(one.rows for one in made) == total - 1
    assert made[0].path.name == "ACME fix list 2026-11-23 =Ann_Smith.xlsx"
    found = rows(made[0].path, "To mend")
    assert [row["Row key"] for row in found] == [str(key) for key in keys[:2]]
    assert all(row["How to mend it"] for row in found)
    again = checked.workspace.reports.fix_lists(folder, "last-four")
    assert again[0].path.name == "ACME fix list 2026-11-23 =Ann_Smith (2).xlsx"
    assert MPANS[0][:9] not in "".join("".join(parts(one.path).values()) for one in again)


def test_what_mhhs_desk_cleaned_by_itself_is_on_no_fix_list(desk: Desk) -> None:
    path = desk.folder / "portfolio.csv"
    path.write_text(f"MPAN,Supplier\n{mpan(1)}\u200b,ABCD\n", encoding="utf-8")
    source = desk.workspace.portfolio.read(path)
    committed = desk.workspace.portfolio.commit(desk.workspace.portfolio.stage(source, {"mpan": "MPAN"}))
    desk.workspace.cleanse.run(committed.snapshot.id, AS_OF)
    table = desk.workspace.cleanse.findings()
    assert [one.value for one in table.facets("check")] == ["FMT-04"]
    folder = desk.folder / "lists"
    folder.mkdir()
    with pytest.raises(NotFound, match="nothing to mend"):
        desk.workspace.reports.fix_lists(folder, "full")
    info = desk.report("full")
    parties = [row["Who mends it"] for row in rows(info.path, "Summary by who mends")]
    assert parties == ["MHHS Desk (cleaned on reading)"]
    method = {row["Topic"]: row["Note"] for row in rows(info.path, "Notes on method")}
    assert "no fix list" in str(method["Who mends it"])
    assert "XFD-07 (root cause XFD-06)" in str(method["Root cause first"])


def test_fix_lists_that_were_written_before_a_cancel_are_noted(checked: Desk) -> None:
    def stop_at_the_second(progress: Progress) -> None:
        if progress.unit == "lists" and progress.done == 1:
            job.cancel()

    job = Job(stop_at_the_second)
    folder = checked.folder / "lists"
    folder.mkdir()
    checked.workspace.cleanse.edit(checked.workspace.cleanse.findings().ids(0, 1), FindingEdit(owner="Ann"))
    with pytest.raises(Cancelled):
        checked.workspace.reports.fix_lists(folder, "full", job)
    assert [path.name for path in folder.iterdir()] == [row.file_name for row in checked.workspace.reports.made()]
    assert len(checked.workspace.reports.made()) == 1


def test_an_exported_view_is_what_is_seen_with_its_filter_in_words(checked: Desk) -> None:
    table = checked.workspace.cleanse.findings()
    view = View(
        (Filter("check", Op.IS_ANY, ("FMT-09",)),), sort="mpan", descending=True, columns=("mpan", "row", "value")
    )
    table.apply(view)
    path = checked.folder / "view.xlsx"
    info = checked.workspace.reports.export_view(table, "Findings", path, "full")
    found = rows(path, "Findings")
    assert info.rows == len(found) == 10
    assert list(found[0]) == ["MPAN", "Row", "Value in the file"]
    assert [row["MPAN"] for row in found] == sorted((str(row["MPAN"]) for row in found), reverse=True)
    about = str(openpyxl.load_workbook(path)["Findings"]["A2"].value)
    assert "Check is any of FMT-09" in about
    assert "sorted by MPAN, descending" in about


def test_an_exported_portfolio_is_as_it_stood_and_masked_when_asked(checked: Desk) -> None:
    service = checked.workspace.portfolio
    latest = service.latest()
    assert latest is not None
    table = service.table(latest.id)
    path = checked.folder / "portfolio.xlsx"
    checked.workspace.reports.export_view(table, "Portfolio", path, "full")
    found = rows(path, "Portfolio")
    assert [row["Row"] for row in found] == list(range(1, 61))
    assert found[0]["MPAN"] == MPANS[0]
    assert found[0]["Address line 1"] == "=1+1 Secret Street"
    assert found[0]["Profile Class"] == "09"
    table.apply(View((Filter("MPAN", Op.IS_NONE, (MPANS[5],)), Filter("Address line 1", Op.CONTAINS, ("Secret",)))))
    checked.workspace.reports.export_view(table, "Portfolio", path, "last-four")
    everything = "".join(parts(path).values())
    assert "Secret" not in everything
    assert "1AA" not in everything
    assert not any(one[:9] in everything for one in MPANS)
    assert rows(path, "Portfolio")[0]["MPAN"] == "•••••••••" + MPANS[0][-4:]


def test_a_csv_is_exact_for_machines_and_guarded_for_people(checked: Desk) -> None:
    table = checked.workspace.cleanse.findings()
    table.apply(View(columns=("mpan", "value", "note")))
    checked.workspace.cleanse.edit(table.ids(0, 1), FindingEdit(note='=HYPERLINK("x")'))
    table.refresh()
    exact, reading = checked.folder / "v.csv", checked.folder / "v-for-reading.csv"
    for path in (exact, reading):
        checked.workspace.reports.export_view(table, "Findings", path, "full")
    with exact.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["MPAN", "Value in the file", "Note"]
    assert lines[1][2] == '=HYPERLINK("x")'
    assert len(lines) == table.count() + 1
    with reading.open(encoding="utf-8-sig", newline="") as file:
        guarded = list(csv.reader(file))
    assert guarded[1][2] == '\'=HYPERLINK("x")'
    assert reading.read_bytes().startswith(b"\xef\xbb\xbf")
    masked = checked.folder / "masked.csv"
    checked.workspace.reports.export_view(table, "Findings", masked, "last-four")
    assert MPANS[0][:9] not in masked.read_text(encoding="utf-8")


def test_what_cannot_be_made_is_a_sentence(desk: Desk) -> None:
    service = desk.workspace.reports
    with pytest.raises(NotFound, match="Nothing was checked yet"):
        desk.report("full")
    desk.check(3)
    with pytest.raises(InvalidInput, match="no way to export MPANs"):
        desk.report("some")
    with pytest.raises(InvalidInput, match=r"ends in \.xlsx"):
        desk.report("full", "report.xls")
    with pytest.raises(InvalidInput, match="cannot hold counts only"):
        service.fix_lists(desk.folder, "counts")
    with pytest.raises(InvalidInput, match="cannot be exported as counts only"):
        service.export_view(desk.workspace.cleanse.findings(), "T", desk.folder / "v.xlsx", "counts")
    with pytest.raises(NotSaved, match="is not there"):
        desk.report("full", "no folder/report.xlsx")
    assert service.made() == ()


def test_the_same_state_gives_the_same_bytes(checked: Desk) -> None:
    first = checked.report("last-four", "a.xlsx")
    checked.workspace.close()
    with Workspace.open(
        checked.folder / "workspace", actor="Ann Smith", clock=lambda: checked.now, read_only=True
    ) as seen:
        # Opened for reading: nothing is noted, so the state stays as it is.
        one = seen.reports.progress_report(checked.folder / "b.xlsx", "MCC", "last-four")
        two = seen.reports.progress_report(checked.folder / "c.xlsx", "MCC", "last-four")
    assert one.sha256 == two.sha256 != first.sha256
