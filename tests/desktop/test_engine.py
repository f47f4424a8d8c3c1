"""The engine: what it evaluates and how often, outcomes, root causes, blocks, cancelling, and whole columns."""

import json
from dataclasses import replace

import polars as pl
import pytest
from engine_rows import AS_OF, CHECKS, CODES, PACKS, frame_of, run
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.cleanse.catalogue import all_checks, describe
from desktop.cleanse.check import Check, CouldNotRun, Fault
from desktop.cleanse.columns import CheckSource, ItemColumns
from desktop.cleanse.engine import run_checks
from desktop.cleanse.findings_frame import FINDINGS, LARGEST
from desktop.cleanse.model import Outcome, Party, Severity
from desktop.jobs import Cancelled, Job
from desktop.portfolio.reading import Reading

VALID = "1030004967319"
OTHER = "1030000496731"


def check(check_id="FMT-50", **how):
    return Check(check_id, "Title", Severity.HIGH, Party.SUP, ("mpan",), "Why.", "How.", "[test]", **how)


def flags(check_id, item, value, message="found", **how):
    """A check that reports cells equal to a value."""
    return check(check_id, row=lambda items, _: [Fault(item, items.raw(item) == value, message)], **how)


def rows_of(result):
    return result.findings["row"].to_list()


def test_every_check_of_the_catalogue_has_an_outcome_whatever_the_file_holds():
    result = run([{"mpan": VALID}], *all_checks())
    assert [outcome.check_id for outcome in result.outcomes] == [one.id for one in all_checks()]
    for outcome in result.outcomes:
        if outcome.outcome in {Outcome.COULD_NOT_RUN, Outcome.SKIPPED}:
            assert outcome.reason


def test_the_reason_names_the_missing_items_by_their_titles():
    needing = check(row=lambda *_: [], needs=("ssc", ("mtc", "llfc")))
    reason = run([{"mpan": VALID}], needing).outcomes[0].reason
    assert reason == (
        "No heading is mapped to Standard Settlement Configuration "
        "and Meter Timeswitch Class or Line Loss Factor Class."
    )
    assert run([{"ssc": "", "llfc": ""}], needing).outcomes[0].outcome is Outcome.PASSED


def test_a_check_whose_industry_table_is_missing_could_not_run():
    needing = check(row=lambda *_: [], needs_tables=("Profile_Class",))
    assert "Profile_Class" in run([{"mpan": VALID}], needing).outcomes[0].reason
    standing = {"Profile_Class": pl.DataFrame({"a": ["1"]})}
    assert run([{"mpan": VALID}], needing, standing=standing).outcomes[0].outcome is Outcome.PASSED


def test_settings_switch_off_change_severity_and_reach_the_rule():
    seen = {}

    def rule(items, ctx):
        seen.update(ctx.settings)
        return [Fault("mpan", pl.lit(value=True), "always")]

    one = check(row=rule, defaults={"limit": 1, "other": 2})
    off = run([{"mpan": VALID}], one, settings={"FMT-50": {"on": False}}).outcomes[0]
    assert (off.outcome, off.reason) == (Outcome.SKIPPED, "Switched off in the settings.")
    result = run([{"mpan": VALID}], one, settings={"FMT-50": {"severity": "Low", "settings": {"limit": 9}}})
    assert seen == {"limit": 9, "other": 2}
    assert result.findings["severity"].to_list() == ["Low"]


def test_a_rule_that_breaks_could_not_run_and_the_others_do():
    def broken_rule(items, ctx):
        raise KeyError("oops")

    broken = check("FMT-51", row=broken_rule)
    at_work = check("FMT-52", row=lambda items, _: [Fault("mpan", items.raw("mpan").str.to_integer() > 1, "no")])
    table = check("ROW-50", table=lambda keys, _: keys.frame("nothing"))
    fine = flags("FMT-53", "mpan", "x")
    result = run([{"mpan": "x"}], broken, at_work, table, fine, strict=False)
    assert [one.outcome.value for one in result.outcomes] == ["could not run"] * 3 + ["failed"]
    assert "fault of MHHS Desk" in result.outcomes[0].reason
    assert result.findings["check_id"].to_list() == ["FMT-53"]
    with pytest.raises(KeyError):
        run([{"mpan": "x"}], broken)


def test_a_rule_may_say_that_it_has_nothing_to_judge_by():
    def rule(items, ctx):
        raise CouldNotRun("There is no list.")

    outcome = run([{"mpan": "x"}], check(row=rule)).outcomes[0]
    assert (outcome.outcome, outcome.reason) == (Outcome.COULD_NOT_RUN, "There is no list.")


def test_a_root_cause_takes_its_echoes_away_row_by_row():
    root, echo = flags("FMT-51", "mpan", "x"), flags("FMT-52", "ssc", "y", unless=("FMT-51",))
    rows = [{"mpan": "x", "ssc": "y"}, {"mpan": VALID, "ssc": "y"}]
    result = run(rows, root, echo)
    assert result.findings.select("check_id", "row").rows() == [("FMT-51", 1), ("FMT-52", 2)]
    assert result.outcome("FMT-52").count == 1
    alone = run(rows, root, echo, settings={"FMT-51": {"on": False}})
    assert rows_of(alone) == [1, 2]


def test_an_echo_still_hides_its_own_echoes():
    chain = [
        flags("FMT-51", "mpan", "x"),
        flags("FMT-52", "mpan", "x", unless=("FMT-51",)),
        flags("FMT-53", "mpan", "x", unless=("FMT-52",)),
    ]
    assert run([{"mpan": "x"}], *chain).findings["check_id"].to_list() == ["FMT-51"]


def test_messages_are_made_for_failing_rows_only_and_once_for_each_text():
    asked = []

    def say(text):
        asked.append(text)
        return f"not {text}"

    rule = check(
        row=lambda items, _: [
            Fault("ssc", items.raw("ssc") == "y", items.raw("ssc").map_elements(say, return_dtype=pl.String))
        ]
    )
    rows = [{"mpan": VALID, "ssc": "y" if place % 2 else "n"} for place in range(200)]
    result = run(rows, rule, block_rows=1_000)
    assert asked == ["y"]
    assert set(result.findings["message"]) == {"not y"}
    assert result.findings.height == 100


def test_a_message_may_read_other_items_than_the_rule():
    rule = check(row=lambda items, _: [Fault("ssc", items.raw("ssc") == "y", pl.format("at {}", items.raw("mpan")))])
    rows = [{"mpan": f"{place}", "ssc": "y" if place in {3, 70} else "n"} for place in range(100)]
    assert run(rows, rule).findings["message"].to_list() == ["at 3", "at 70"]


def test_severity_and_party_of_a_fault_stand_above_the_checks():
    rule = check(row=lambda items, _: [Fault("mpan", pl.lit(value=True), "m", severity=Severity.LOW, party=Party.LDSO)])
    assert run([{"mpan": "x"}], rule).findings.select("severity", "party").rows() == [("Low", "LDSO")]


def test_items_that_are_not_mapped_read_as_blank():
    rule = check(
        row=lambda items, _: [
            Fault("mpan", items.raw("ssc") == "", "raw"),
            Fault("mpan", items.clean("ssc").is_null(), "clean"),
            Fault("mpan", items.date("mtc_from").is_null() & items.number("linked_mpan").is_null(), "typed"),
            Fault("mpan", items.irregular("linked_mpan") | items.migrated(), "never"),
        ]
    )
    assert run([{"mpan": "x"}], rule).findings["message"].to_list() == ["raw", "clean", "typed"]


def test_table_rules_see_whole_columns_and_their_findings_carry_the_cell():
    def rule(keys, ctx):
        frame = keys.frame("mpan", "ssc")
        assert frame.schema == {"row": pl.UInt32, "mpan": pl.Int64, "ssc": pl.String}
        assert frame["mpan"].to_list() == [int(VALID), None, int(VALID)]
        assert keys.raw(pl.Series([3, 1], dtype=pl.UInt32), "ssc").to_list() == [" 12", "1"]
        twice = frame.filter(pl.col("mpan").is_duplicated() & pl.col("mpan").is_not_null())
        return twice.select("row", item=pl.lit("ssc"), message=pl.lit("twice"), party=pl.lit("LDSO"))

    rows = [{"mpan": VALID, "ssc": "1"}, {"mpan": "x", "ssc": ""}, {"mpan": f"{VALID} ", "ssc": " 12"}]
    found = run(rows, check("ROW-50", table=rule), block_rows=2).findings
    assert found.select("row", "value", "mpan", "severity", "party").rows() == [
        (1, "1", VALID, "High", "LDSO"),
        (3, " 12", VALID, "High", "LDSO"),
    ]


def test_a_migrated_row_holds_both_services_and_no_legacy_agent_on_the_day():
    rows = [
        {"data_service": "ABCD", "metering_service": "EFGH"},
        {"data_service": "ABCD"},
        {"data_service": "ABCD", "market_segment": "Unmetered"},
        {"data_service": "ABCD", "metering_service": "EFGH", "meter_operator": "IJKL"},
        {
            "data_service": "ABCD",
            "metering_service": "EFGH",
            "meter_operator": "IJKL",
            "meter_operator_to": "22/11/2026",
        },
        {
            "data_service": "ABCD",
            "metering_service": "EFGH",
            "meter_operator": "IJKL",
            "meter_operator_to": "23/11/2026",
        },
        {"data_service": "ABCD", "metering_service": "EFGH", "data_service_from": "24/11/2026"},
    ]
    rule = check(row=lambda items, _: [Fault("data_service", items.migrated(), "migrated")])
    assert rows_of(run(rows, rule)) == [1, 3, 5]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([VALID, OTHER, "", "x", "Data not available"]), st.sampled_from("abc"), st.text(max_size=3)
        ),
        max_size=40,
    ),
    st.integers(1, 50),
)
def test_the_size_of_blocks_changes_nothing(cells, block_rows):
    rows = [{"mpan": mpan, "ssc": code, "address_1": text} for mpan, code, text in cells] or [{"mpan": ""}]
    checks = [
        CHECKS["FMT-01"],
        CHECKS["FMT-02"],
        CHECKS["ROW-01"],
        flags("FMT-50", "ssc", "b") if rows[0].get("ssc") else flags("FMT-50", "mpan", "b"),
    ]
    whole = run(rows, *checks, block_rows=1_000)
    parts = run(rows, *checks, block_rows=block_rows)
    assert parts.findings.equals(whole.findings)
    assert parts.outcomes == whole.outcomes
    assert whole.findings["fingerprint"].is_unique().all()


def test_many_distinct_values_and_few_give_the_same_findings():
    few = [{"mpan": f"{place}", "ssc": f"{place % 5}", "mtc": f"{place % 3}"} for place in range(3_000)]
    many = [{**row, "ssc": f"{row['ssc']}/{place}"} for place, row in enumerate(few)]

    def rule(ending):
        return check(
            row=lambda items, _: [
                Fault("ssc", items.raw("ssc").str.starts_with("4") & (items.raw("mtc") == "1"), items.clean("mtc")),
                Fault(
                    "mtc",
                    (items.raw("mtc") == "2") & items.raw("ssc").str.starts_with("0"),
                    "m",
                    among=items.raw("mtc") == "2",
                ),
            ]
        )

    kind, hostile = (run(rows, rule(""), block_rows=100_000).findings for rows in (few, many))
    columns = ["fingerprint", "row", "item", "message"]
    assert kind.select(columns).equals(hostile.select(columns))
    assert kind.height == 400


def test_cancelling_ends_the_run_between_blocks():
    job = Job(lambda progress: job.cancel() if progress.done >= 20 else None)
    with pytest.raises(Cancelled):
        run([{"mpan": "x"}] * 100, "FMT-01", job=job, block_rows=10)


def test_progress_counts_rows_up_to_all_of_them():
    seen = []
    run([{"mpan": "x"}] * 30, "FMT-01", job=Job(seen.append), block_rows=10)
    checking = [progress.done for progress in seen if progress.what == "Checking"]
    assert checking == [0, 10, 20, 30]


def test_a_parquet_snapshot_is_read_by_its_headings(tmp_path):
    path = tmp_path / "snapshot.parquet"
    pl.DataFrame({"c0": ["a", "b"], "c1": ["", VALID]}).write_parquet(path)
    how_read = Reading("csv", ("Site", "MPAN"), 2, encoding="utf-8")
    result = run([], "FMT-01", source=CheckSource.of_parquet(path, how_read, {"mpan": "MPAN"}))
    assert rows_of(result) == [1]


def test_the_frame_of_findings_has_its_columns_even_when_empty():
    findings = run([{"mpan": VALID}], "FMT-01").findings
    assert tuple(findings.columns) == FINDINGS
    assert findings.schema["fingerprint"] == pl.Int64
    assert findings.schema["row"] == pl.UInt32


def test_the_shipped_settings_list_every_check_with_its_own_settings():
    body = json.loads((PACKS / "cleanse_checks.json").read_text("utf-8"))["body"]
    assert list(body) == [one.id for one in all_checks()]
    for one in all_checks():
        assert set(body[one.id]["settings"]) == set(one.defaults), one.id
        assert describe(one, body).severity in Severity
        assert describe(replace(one, on=True), {one.id: {"on": False}}).on is False


def test_all_checks_run_over_a_faulty_portfolio_without_a_rule_breaking():
    from benchmarks.portfolios import MAPPING, portfolio

    frame = portfolio(3_000)
    result = run_checks(CheckSource.of_frame(frame, MAPPING), all_checks(), as_of=AS_OF, codes=CODES, strict=True)
    assert result.findings["fingerprint"].is_unique().all()
    assert 100 < result.findings.height < 600
    sound = frame.filter(pl.col("Profile Class") == "none there")
    assert run_checks(
        CheckSource.of_frame(sound, MAPPING), all_checks(), as_of=AS_OF, codes=CODES, strict=True
    ).findings.is_empty()


def test_item_columns_know_what_is_mapped():
    items = ItemColumns({"mpan": "c0"}, AS_OF)
    assert items.has("mpan")
    assert not items.has("mpan", "ssc")
    assert items.first("ssc", "mpan") == "mpan"
    assert items.first("ssc") is None
    assert frame_of([{"mpan": VALID}]).height == 1


@pytest.mark.qt_no_exception_capture  # polars tells of the panic through the hook that is watched
def test_a_panic_inside_polars_is_a_check_that_could_not_run():
    def panics(*_, **__):
        raise pl.exceptions.PanicException("not yet implemented")

    planned = check("FMT-51", row=panics)
    at_work = check(
        "FMT-52",
        row=lambda items, _: [Fault("mpan", items.raw("mpan").map_batches(panics, return_dtype=pl.Boolean), "")],
    )
    over_rows = check("ROW-51", table=panics)
    result = run([{"mpan": "x"}], planned, at_work, over_rows, flags("FMT-53", "mpan", "x"), strict=False)
    assert [one.outcome.value for one in result.outcomes] == ["could not run"] * 3 + ["failed"]


def test_absurdly_many_findings_of_one_check_and_item_are_counted_and_not_all_kept():
    rows = LARGEST + 10
    frame = pl.DataFrame({"mpan": ["x"] * rows, "ssc": ["9"] * (rows - 1) + ["1"], "llfc": ["1"] * rows})
    many = flags("FMT-51", "ssc", "9")
    echo = flags("FMT-52", "ssc", "9", unless=("FMT-51",))
    root_is_elsewhere = flags("FMT-53", "mpan", "x", unless=("FMT-51",))
    lines = frame.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("row"), item=pl.lit("llfc"), message=pl.lit("far too many")
    )
    over_rows = check("ROW-51", table=lambda *_: lines)
    result = run_checks(
        CheckSource.of_frame(frame), (many, echo, root_is_elsewhere, over_rows), as_of=AS_OF, codes=CODES, strict=True
    )
    assert [one.count for one in result.outcomes] == [rows - 1, 0, 1, rows]
    kept = dict(result.findings["check_id"].cast(pl.String).value_counts().iter_rows())
    assert kept == {"FMT-51": LARGEST, "ROW-51": LARGEST}
    assert result.outcome("FMT-51").reason == (
        "Only the first findings are listed and followed: 200,000 of 200,009 in Standard Settlement Configuration. "
        "The others are counted here."
    )
    assert "0 of 1 in " in result.outcome("FMT-53").reason, "the one that is no echo is beyond those kept"
    assert result.findings.filter(check_id="FMT-51")["row"].max() == LARGEST
