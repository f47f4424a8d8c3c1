"""The checks of the file as a whole."""

from datetime import date

import polars as pl
from engine_rows import frame_of, run

from desktop.cleanse.columns import CheckSource
from desktop.cleanse.model import Outcome
from desktop.portfolio.reading import FaultKind, Reading, ReadingFault

ROWS = [{"mpan": "1030004967319", "postcode": "IP6 0LE"}, {"mpan": "1030000496731", "postcode": "IP6 0LE"}]


def reading(*faults, headings=("mpan", "postcode"), **how):
    counts: dict[FaultKind, int] = {}
    for fault in faults:
        counts[fault.kind] = counts.get(fault.kind, 0) + 1
    counts.update(how.pop("more", {}))
    return Reading("csv", headings, 2, faults=faults, fault_counts=counts, **{"encoding": "utf-8", **how})


def source(how_read, mapping=None, given=None):
    return CheckSource.of_frame(frame_of(ROWS), mapping, how_read, given)


def test_headings_that_are_not_mapped_are_listed_and_no_fault():
    result = run(ROWS, "FIL-01", source=source(reading(), {"mpan": "mpan"}))
    assert result.outcomes[0].outcome is Outcome.PASSED
    assert result.outcomes[0].remark == "Kept, but not mapped to any item: postcode."
    assert result.outcomes[0].left_out == "", "nothing was left unchecked"


def test_a_mapped_heading_that_stands_twice_is_a_fault_of_its_item():
    frame = frame_of(ROWS).rename({"mpan": "c0", "postcode": "c1"})
    twice = CheckSource(frame.lazy(), 2, reading(headings=("MPAN", "MPAN")), {"mpan": "MPAN"}, {"mpan": "c0"})
    findings = run(ROWS, "FIL-01", source=twice).findings
    assert findings.select("item", "row", "value", "severity").rows() == [("mpan", None, "MPAN", "Block")]


def test_faults_met_while_reading_keep_their_row_and_item():
    faults = (
        ReadingFault(FaultKind.CONTROL, 2, 1, "IP6\t0LE", "A tab stands in this cell."),
        ReadingFault(FaultKind.RAGGED, 1, None, "3 cells", "This row has 3 cells; there are 2 headings."),
        ReadingFault(FaultKind.LONG_NUMBER, 1, 0, "1.03E+12", "Digits are lost."),
    )
    result = run(ROWS, "FIL-02", source=source(reading(*faults, bom=True, delimiter=";")))
    assert result.findings.select("row", "item", "mpan", "value", "message").rows() == [
        (1, "", "1030004967319", "3 cells", "This row has 3 cells; there are 2 headings."),
        (2, "postcode", "1030000496731", "IP6\t0LE", "A tab stands in this cell."),
    ]
    assert result.outcomes[0].reason == (
        "Text in UTF-8 with a byte order mark, cells separated by semicolons. "
        "Also met: 1 number cell with more digits than a spreadsheet keeps."
    )


def test_a_cell_under_an_unmapped_heading_is_named_by_the_heading():
    fault = ReadingFault(FaultKind.CONTROL, 1, 1, "x\ty", "A tab stands in this cell.")
    findings = run(ROWS, "FIL-02", source=source(reading(fault), {"mpan": "mpan"})).findings
    assert findings["item"].to_list() == ["postcode"]
    own = run(ROWS, "FIL-02", source=source(reading(fault, headings=("mpan", "Site name")), {"mpan": "mpan"})).findings
    assert own["item"].to_list() == ["Site name"]
    assert own["fingerprint"][0] < 0


def test_a_file_that_is_not_utf8_is_one_finding_about_the_file():
    fault = ReadingFault(FaultKind.ENCODING, None, None, "", "Not UTF-8.")
    findings = run(ROWS, "FIL-02", source=source(reading(fault, encoding="cp1252"))).findings
    assert findings.select("row", "message").rows() == [(None, "The file is not UTF-8; it was read as Windows-1252.")]


def test_faults_beyond_those_listed_are_counted():
    fault = ReadingFault(FaultKind.RAGGED, 1, None, "", "Ragged.")
    result = run(ROWS, "FIL-02", source=source(reading(fault, more={FaultKind.RAGGED: 1_001})))
    assert "1,000 more faults were counted but are not listed." in result.outcomes[0].reason


def test_an_old_extract_is_one_finding_about_the_file():
    rows = [{"mpan": "", "extract_date": "01/10/2026"}, {"mpan": "", "extract_date": "22/10/2026"}]
    findings = run(rows, "FIL-03").findings
    assert findings.select("row", "item", "value").rows() == [(None, "extract_date", "22/10/2026")]
    assert "32 days ago" in findings["message"][0]
    assert run(rows, "FIL-03", as_of=date(2026, 11, 22)).findings.is_empty()


def test_the_date_given_at_import_counts_where_the_file_has_none():
    assert run(ROWS, "FIL-03", source=source(reading(), given=date(2026, 11, 1))).outcomes[0].outcome is Outcome.PASSED
    assert run(ROWS, "FIL-03", source=source(reading(), given=date(2026, 1, 1))).outcomes[0].outcome is Outcome.FAILED


def test_without_any_date_the_age_could_not_be_judged():
    outcome = run(ROWS, "FIL-03").outcomes[0]
    assert outcome.outcome is Outcome.COULD_NOT_RUN
    assert outcome.reason == "No heading is mapped to Extract Date, and no date was given at import."


def test_a_file_of_no_rows_passes_without_a_word():
    result = run([], "FMT-01", "FIL-01", source=CheckSource.of_frame(pl.DataFrame(schema={"mpan": pl.String})))
    assert [outcome.outcome for outcome in result.outcomes] == [Outcome.PASSED, Outcome.PASSED]
    assert result.findings.is_empty()
