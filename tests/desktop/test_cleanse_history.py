"""What becomes of findings from run to run, by hand and against a plain model."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.cleanse.history import (
    KEPT_SCHEMA,
    RESULT_SCHEMA,
    compare,
    in_reading_order,
    newest_of_each,
    packed,
    state_of,
    unpacked,
)
from desktop.cleanse.model import State
from desktop.jobs import Cancelled, Job
from local_db.errors import WorkspaceDamaged

NOTHING = pl.DataFrame(schema=KEPT_SCHEMA)


def finding(fingerprint, check="FMT-01", value="x", message="wrong", **more):
    row = {
        "fingerprint": fingerprint,
        "check_id": check,
        "item": "mpan",
        "mpan": f"12000000{fingerprint:05d}",
        "row": fingerprint,
        "value": value,
        "severity": "High",
        "party": "SUP",
        "message": message,
        "suggestion": "",
    }
    return {**row, **more}


def frame(*rows):
    return pl.DataFrame(list(rows), schema=RESULT_SCHEMA)


class History:
    """A few runs, kept as the store keeps them."""

    def __init__(self):
        self.run_id = 0
        self.present = NOTHING
        self.gone = NOTHING
        self.last = None

    def run(self, *rows, checked=("FMT-01", "FMT-02")):
        self.run_id += 1
        self.last = compare(self.present, newest_of_each(self.gone, self.present), frame(*rows), checked, self.run_id)
        self.present = self.last.present
        self.gone = pl.concat([self.last.gone, self.gone])
        return self

    def states(self):
        known = pl.concat([self.present, newest_of_each(self.gone, self.present)])
        return dict(known.select("fingerprint", state_of(self.run_id)).iter_rows())

    def kept(self, fingerprint):
        known = pl.concat([self.present, newest_of_each(self.gone, self.present)])
        return known.row(by_predicate=pl.col("fingerprint") == fingerprint, named=True)


def test_a_first_finding_is_new():
    history = History().run(finding(1))
    assert history.states() == {1: "New"}
    assert history.kept(1)["first_run"] == history.kept(1)["seen_run"] == 1


def test_a_finding_seen_again_unchanged_is_still_open():
    assert History().run(finding(1)).run(finding(1)).states() == {1: "Still open"}


@pytest.mark.parametrize("changed", [{"value": "y"}, {"message": "wrong in another way"}])
def test_another_value_or_message_is_a_change(changed):
    history = History().run(finding(1)).run(finding(1, **changed))
    assert history.states() == {1: "Changed"}
    assert history.kept(1)["changed_run"] == 2
    assert history.kept(1)["value"] == changed.get("value", "x")


def test_a_change_is_told_once_then_it_is_still_open():
    assert History().run(finding(1)).run(finding(1, value="y")).run(finding(1, value="y")).states() == {1: "Still open"}


@pytest.mark.parametrize("moved", [{"row": 77}, {"suggestion": "do this"}, {"severity": "Block"}, {"party": "LDSO"}])
def test_another_row_suggestion_or_severity_is_kept_but_no_change(moved):
    history = History().run(finding(1)).run(finding(1, **moved))
    assert history.states() == {1: "Still open"}
    assert history.kept(1) | moved == history.kept(1)


def test_a_finding_no_longer_there_is_gone_and_keeps_how_it_was_last_seen():
    history = History().run(finding(1, value="last")).run()
    assert history.states() == {1: "Gone"}
    assert (history.kept(1)["value"], history.kept(1)["seen_run"], history.kept(1)["gone_run"]) == ("last", 1, 2)


def test_a_finding_that_comes_back_is_new_again_with_its_first_run():
    history = History().run(finding(1)).run().run(finding(1))
    assert history.states() == {1: "New"}
    kept = history.kept(1)
    assert (kept["first_run"], kept["since_run"], kept["gone_run"]) == (1, 3, None)


def test_a_finding_gone_twice_is_gone_once_with_its_last_run():
    history = History().run(finding(1)).run().run(finding(1)).run()
    assert history.states() == {1: "Gone"}
    assert (history.kept(1)["first_run"], history.kept(1)["gone_run"]) == (1, 4)


def test_findings_of_a_check_that_did_not_run_stay_as_they_were():
    history = History().run(finding(1), finding(2, "FMT-02")).run(checked=("FMT-01",))
    assert history.states() == {1: "Gone", 2: "Still open"}
    assert (history.kept(2)["seen_run"], history.kept(2)["gone_run"]) == (1, None)


def test_a_finding_kept_over_a_pause_is_compared_with_what_it_was_before():
    history = History().run(finding(1)).run(checked=()).run(finding(1, value="y"))
    assert history.states() == {1: "Changed"}
    assert History().run(finding(1)).run(checked=()).run().states() == {1: "Gone"}


def test_counts_tell_each_state_by_check_item_severity_and_party():
    history = History().run(finding(1), finding(2), finding(3), finding(4, "FMT-02"))
    history.run(finding(1), finding(2, value="y"), finding(5), checked=("FMT-01",))
    told = {count.check_id: (count.new, count.still, count.changed, count.gone) for count in history.last.counts}
    assert told == {"FMT-01": (1, 1, 1, 1), "FMT-02": (0, 1, 0, 0)}
    assert [history.last.total(state) for state in State] == [1, 2, 1, 1]


def test_the_headline_counts_different_mpans_and_rows():
    same = "1200000000001"
    history = History().run(
        finding(1, mpan=same, row=1),
        finding(2, mpan=same, row=1, severity="Block"),
        finding(3, row=2),
        finding(4, mpan="", row=None),
    )
    assert history.last.affected() == (2, 1, 2)


def test_reading_order_is_worst_first_then_check_then_file_order():
    rows = [
        finding(1, "FMT-02", severity="High", row=1),
        finding(2, "FMT-01", severity="High", row=9),
        finding(3, "FMT-01", severity="High", row=None),
        finding(4, "XFD-01", severity="Block", row=5),
        finding(5, "FMT-01", severity="Low", row=1),
    ]
    assert in_reading_order(frame(*rows))["fingerprint"].to_list() == [4, 3, 2, 1, 5]


def test_repeated_fingerprints_are_refused():
    with pytest.raises(ValueError, match="same fingerprint"):
        History().run(finding(1), finding(1, "FMT-02"))


def test_parts_give_back_what_was_packed():
    present = History().run(finding(1), finding(2, row=None, value="", mpan="0012")).present
    parts = packed(present, Job())
    assert [part.row_count for part in parts] == [2]
    assert unpacked([part.data for part in parts]).equals(present, null_equal=True)
    assert unpacked([]).schema == KEPT_SCHEMA
    assert packed(NOTHING, Job()) == []


def test_a_part_that_is_no_part_is_told_in_plain_words():
    with pytest.raises(WorkspaceDamaged, match="cannot be read"):
        unpacked([b"PAR1 nonsense"])


def test_packing_stops_when_cancelled():
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        packed(History().run(finding(1)).present, job)


CHECKS = ("FMT-01", "FMT-02", "FMT-03")
RUNS = st.lists(
    st.tuples(
        st.dictionaries(st.integers(0, 8), st.sampled_from("abc"), max_size=9),
        st.sets(st.sampled_from(CHECKS)),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(RUNS)
def test_any_sequence_of_runs_agrees_with_a_plain_model(runs):
    """The model: a dict from fingerprint to value, first run, state. Finding n belongs to check n modulo 3."""
    history, model = History(), {}
    for number, (drawn, checked) in enumerate(runs, start=1):
        found = {key: value for key, value in drawn.items() if CHECKS[key % 3] in checked}
        history.run(*(finding(key, CHECKS[key % 3], value) for key, value in found.items()), checked=checked)
        for key in set(model) | set(found):
            value, first, state = model.get(key, ("", number, "Gone"))
            if key in found and state == "Gone":
                model[key] = (found[key], first, "New")
            elif key in found:
                model[key] = (found[key], first, "Still open" if found[key] == value else "Changed")
            elif CHECKS[key % 3] in checked or state == "Gone":
                model[key] = (value, first, "Gone")
            else:
                model[key] = (value, first, "Still open")
        assert history.states() == {key: state for key, (_, _, state) in model.items()}
        assert {key: history.kept(key)["value"] for key in model} == {key: entry[0] for key, entry in model.items()}
        assert {key: history.kept(key)["first_run"] for key in model} == {key: e[1] for key, e in model.items()}
        there = [state for _, _, state in model.values() if state != "Gone"]
        assert history.last.open == len(there)
        assert history.last.total(State.NEW) == there.count("New")
