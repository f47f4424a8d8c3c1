"""The findings table answers every filter, sort, count and search as a plain list of rows would."""

from datetime import date, timedelta

import polars as pl
import pytest
from cleanse_hands import DAY, MPANS, finding, hands
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.browse.view import ColumnKind, Filter, Op, TableSource, View
from desktop.cleanse.exceptions import ExceptionRequest
from desktop.cleanse.finding_columns import Labelled, Numbers, Texts, typed_digits
from desktop.cleanse.finding_table import COLUMNS, DEFAULT_VIEW
from desktop.cleanse.model import WorkStatus
from desktop.cleanse.work import FindingEdit
from desktop.errors import InvalidInput
from desktop.jobs import Cancelled, Job

KEYS = [column.key for column in COLUMNS]


def worked_on(made):
    """Two runs, a finding in each state, and some work."""
    made.run(
        finding(1, severity="Low", value="b"),
        finding(2, severity="Block", party="LDSO", value="a"),
        finding(3, "XFD-01", severity="Med", item="mpan", value=""),
        finding(4, "FMT-02", severity="High", value="C", message="Straße is no house"),
        finding(5),
        as_of=date(2026, 10, 1),
    )
    made.run(
        finding(1, severity="Low", value="b"),
        finding(2, severity="Block", party="LDSO", value="a"),
        finding(3, "XFD-01", severity="Med", item="mpan", value=""),
        finding(4, "FMT-02", severity="High", value="C2", message="Straße is no house"),
        finding(6, severity="High", row=None, mpan="", item="Some heading"),
        as_of=DAY,
    )
    made.cleanse.edit([1, 2], FindingEdit(owner="Northgrid", due=date(2026, 12, 1)))
    made.cleanse.edit([4], FindingEdit(owner="Ada", note="Asked twice", status=WorkStatus.SENT))
    return made


@pytest.fixture(scope="module")
def only_read(tmp_path_factory):
    """One workspace for all tests that change nothing in it."""
    with hands(tmp_path_factory.mktemp("cleanse") / "workspace") as made:
        yield worked_on(made)


@pytest.fixture
def table(only_read):
    return only_read.cleanse.findings()


@pytest.fixture
def at(tmp_path):
    with hands(tmp_path / "workspace") as made:
        yield worked_on(made)


def left(table, *filters, **more):
    table.apply(View(filters=filters, **more))
    return table.ids(0, table.count())


def column(table, key):
    return [row[KEYS.index(key)] for row in table.page(0, table.count())]


def test_it_is_a_table_source_and_opens_with_what_is_open_worst_first(table):
    assert isinstance(table, TableSource)
    assert table.view == DEFAULT_VIEW
    assert table.ids(0, 99) == [2, 6, 4, 3, 1]
    assert (table.total(), table.count()) == (6, 5)
    assert column(table, "severity") == ["Block", "High", "High", "Med", "Low"]


def test_cells_are_text_number_or_none_and_show_words(table):
    told = dict(zip(KEYS, table.page(0, 1)[0], strict=True))
    assert told == {
        "severity": "Block",
        "check": "FMT-01",
        "title": "MPAN blank or placeholder",
        "mpan": MPANS[1],
        "item": "Postcode",
        "value": "a",
        "message": "Finding 2 is wrong.",
        "party": "Distributor (LDSO)",
        "state": "Still open",
        "status": "open",
        "owner": "Northgrid",
        "due": "2026-12-01",
        "first_seen": "2026-10-01",
        "age": 53,
        "row": 2,
        "exception": "",
        "terms": "",
        "suggestion": "",
        "note": "",
        "checked": "2026-11-23",
    }
    about_the_file = dict(zip(KEYS, table.page(1, 1)[0], strict=True))
    assert (about_the_file["row"], about_the_file["mpan"], about_the_file["item"]) == (None, "", "Some heading")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Filter("severity", Op.IS_ANY, ("Block", "Low")), {1, 2}),
        (Filter("severity", Op.IS_NONE, ("Block", "Low")), {3, 4, 5, 6}),
        (Filter("state", Op.IS_ANY, ("Gone",)), {5}),
        (Filter("state", Op.IS_ANY, ("New", "Changed")), {4, 6}),
        (Filter("party", Op.IS_ANY, ("LDSO",)), {2}),
        (Filter("party", Op.IS_ANY, ("Distributor (LDSO)",)), {2}),
        (Filter("item", Op.IS_ANY, ("mpan",)), {3}),
        (Filter("item", Op.IS_ANY, ("MPAN",)), {3}),
        (Filter("item", Op.CONTAINS, ("postc",)), {1, 2, 4, 5}),
        (Filter("item", Op.NOT_CONTAINS, ("postc",)), {3, 6}),
        (Filter("check", Op.STARTS, ("xfd",)), {3}),
        (Filter("owner", Op.IS_ANY, ("Northgrid", "Ada")), {1, 2, 4}),
        (Filter("owner", Op.EMPTY), {3, 5, 6}),
        (Filter("owner", Op.NOT_EMPTY), {1, 2, 4}),
        (Filter("due", Op.BEFORE, ("2026-12-02",)), {1, 2}),
        (Filter("due", Op.AFTER, ("2026-12-01",)), set()),
        (Filter("first_seen", Op.AFTER, ("2026-10-01",)), {6}),
        (Filter("status", Op.IS_ANY, ("sent to owner",)), {4}),
        (Filter("row", Op.BEFORE, ("3",)), {1, 2}),
        (Filter("row", Op.AFTER, ("3",)), {4, 5}),
        (Filter("row", Op.IS_ANY, ("3", "4")), {3, 4}),
        (Filter("row", Op.IS_NONE, ("3", "4")), {1, 2, 5, 6}),
        (Filter("row", Op.EMPTY), {6}),
        (Filter("row", Op.CONTAINS, ("4",)), {4}),
        (Filter("age", Op.AFTER, ("0",)), {1, 2, 3, 4, 5}),
        (Filter("value", Op.EMPTY), {3}),
        (Filter("value", Op.IS_ANY, ("a", "C2")), {2, 4}),
        (Filter("value", Op.CONTAINS, ("c",)), {4}),
        (Filter("value", Op.STARTS, ("VALUE",)), {5, 6}),
        (Filter("value", Op.AFTER, ("b",)), {5, 6}),
        (Filter("message", Op.NOT_CONTAINS, ("wrong",)), {4}),
        (Filter("mpan", Op.CONTAINS, ("00 00 02",)), {2}),
        (Filter("mpan", Op.IS_ANY, (f"{MPANS[0][:2]} {MPANS[0][2:6]} {MPANS[0][6:]}",)), {1}),
        (Filter("mpan", Op.STARTS, ("12",)), {1, 2, 3, 4, 5}),
    ],
)
def test_each_kind_of_filter(table, condition, expected):
    assert set(left(table, condition)) == expected


def test_filters_are_joined_by_and(table):
    assert left(table, Filter("owner", Op.IS_ANY, ("Northgrid",)), Filter("severity", Op.IS_ANY, ("Low",))) == [1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("value 5", {5}),
        (MPANS[3], {4}),
        ("12 0000 0000 0 03", {3}),
        ("0000 004", {4}),
        ("NORTHGRID", {1, 2}),
        ("northgrid low", set()),
        ("xfd-01", {3}),
        ("STRASSE", set()),
        ("straße house", {4}),
        ("asked", {4}),
        ("none", set()),
        ("  ", {1, 2, 3, 4, 5, 6}),
        ("postcode wrong", {1, 2, 5}),
    ],
)
def test_a_search_finds_every_word_somewhere_and_an_mpan_with_blanks(table, text, expected):
    assert set(left(table, text=text)) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("severity", ["Block", "High", "High", "High", "Med", "Low"]),
        ("state", ["New", "Changed", "Still open", "Still open", "Still open", "Gone"]),
        ("status", ["open", "open", "open", "open", "open", "sent to owner"]),
        ("row", [1, 2, 3, 4, 5, None]),
        ("value", ["C2", "a", "b", "value 5", "value 6", ""]),
        ("mpan", [*MPANS[:5], ""]),
        ("owner", ["Ada", "Northgrid", "Northgrid", "", "", ""]),
        ("due", ["2026-12-01", "2026-12-01", "", "", "", ""]),
        ("age", [0, 53, 53, 53, 53, 53]),
    ],
)
def test_a_sort_goes_by_meaning_and_puts_empty_last_both_ways(table, key, expected):
    left(table, sort=key)
    assert column(table, key) == expected
    left(table, sort=key, descending=True)
    filled = [value for value in expected if value not in ("", None)]
    assert column(table, key) == filled[::-1] + expected[len(filled) :]


def test_rows_alike_keep_their_reading_order_in_a_sort_either_way(table):
    assert left(table, sort="status") == [2, 6, 3, 1, 5, 4]
    assert left(table, sort="status", descending=True) == [4, 2, 6, 3, 1, 5]


def test_position_and_pages_agree(table):
    for view in (DEFAULT_VIEW, View(sort="value"), View(text="finding")):
        table.apply(view)
        ids = table.ids(0, 99)
        assert [table.position(one) for one in ids] == list(range(len(ids)))
        assert [table.page(place, 1)[0] for place in range(len(ids))] == table.page(0, 99)
    assert table.position(999) is None
    table.apply(DEFAULT_VIEW)
    assert table.position(5) is None
    assert table.page(99, 10) == []


def test_a_facet_counts_under_all_filters_but_its_own(table):
    table.apply(View(filters=(Filter("severity", Op.IS_ANY, ("High",)), Filter("state", Op.IS_NONE, ("Gone",)))))
    assert [(one.value, one.count) for one in table.facets("severity")] == [
        ("High", 2),
        ("Block", 1),
        ("Med", 1),
        ("Low", 1),
    ]
    assert {one.value: one.count for one in table.facets("state")} == {"New": 1, "Changed": 1, "Gone": 1}
    assert {(one.value, one.title) for one in table.facets("party")} == {("SUP", "Supplier")}
    assert {one.value: one.title for one in table.facets("owner")} == {"Ada": "Ada", "": "(none)"}


def test_every_column_marked_for_facets_has_counts_and_texts_have_none(table):
    for one in COLUMNS:
        if one.facet:
            assert table.facets(one.key)
    with pytest.raises(InvalidInput):
        table.facets("message")


def test_a_column_that_is_not_there_is_refused_with_its_name(table):
    for view in (View(sort="colour"), View(filters=(Filter("colour", Op.EMPTY),)), View(columns=("mpan", "colour"))):
        with pytest.raises(InvalidInput) as refused:
            table.apply(view)
        assert refused.value.field == "colour"
    assert table.view == DEFAULT_VIEW


@pytest.mark.parametrize(
    "condition", [Filter("row", Op.BEFORE, ("x",)), Filter("row", Op.AFTER), Filter("due", Op.BEFORE, ("a", "b"))]
)
def test_a_value_that_does_not_fit_the_column_is_refused(table, condition):
    with pytest.raises(InvalidInput):
        table.apply(View(filters=(condition,)))


def test_refresh_shows_an_edit_and_keeps_the_view(at):
    table = at.cleanse.findings()
    table.apply(View(filters=(Filter("owner", Op.IS_ANY, ("Northgrid",)),), sort="row"))
    at.cleanse.edit([3], FindingEdit(owner="Northgrid"))
    assert table.ids(0, 9) == [1, 2]
    table.refresh([3])
    assert table.ids(0, 9) == [1, 2, 3]
    at.workspace.history.undo()
    table.refresh()
    assert table.ids(0, 9) == [1, 2]


def test_refresh_shows_a_new_run_and_new_exceptions(at):
    table = at.cleanse.findings()
    at.cleanse.accept([2], ExceptionRequest("r", "a", DAY + timedelta(days=9)))
    table.refresh([2])
    assert 2 not in table.ids(0, 9)
    at.run(finding(7, severity="Block"))
    table.refresh([])
    assert table.ids(0, 9) == [7]


def test_a_page_read_while_the_table_is_refreshed_is_of_one_state(at):
    table = at.cleanse.findings()
    before = table.page(0, 9)
    at.run()
    assert table.page(0, 9) == before
    table.refresh()
    assert table.page(0, 9) == []


def test_frame_gives_the_cells_of_pages_by_key(table):
    frame = table.frame(1, 3)
    assert frame.columns == KEYS
    assert frame.rows() == table.page(1, 3)


def test_prepare_reports_and_can_be_cancelled(table):
    told = []
    table.prepare(Job(told.append))
    assert told[0].what == "Preparing the table"
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        table.prepare(job)


def test_an_empty_workspace_has_an_empty_table(tmp_path):
    with hands(tmp_path / "workspace") as made:
        table = made.cleanse.findings()
        assert (table.total(), table.count(), table.page(0, 10)) == (0, 0, [])
        for one in COLUMNS:
            table.apply(View(sort=one.key, text="x"))
        assert table.facets("severity") == []


def test_the_columns_that_people_write_are_the_editable_ones():
    assert [one.key for one in COLUMNS if one.editable] == ["status", "owner", "due", "note"]
    assert {one.key for one in COLUMNS if one.kind is ColumnKind.SEVERITY} == {"severity"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12 0000 1", "1200001"), ("  ", ""), ("12a", ""), ("١٢", ""), ("12\u00a034", "1234"), ("1.2E+12", "")],
)
def test_digits_with_blanks_are_one_number(text, expected):
    assert typed_digits(text) == expected


VALUES = st.lists(st.sampled_from(["", "a", "B", "b", "ab", "ä", "10", "9"]), max_size=30)


@settings(max_examples=100, deadline=None)
@given(VALUES, st.lists(st.sampled_from(["", "a", "B", "1", "z"]), min_size=1, max_size=2), st.booleans())
def test_labelled_and_text_columns_agree_with_plain_lists(values, wanted, descending):
    series = pl.Series(values, dtype=pl.String)
    tests = {
        Op.IS_ANY: lambda v: v in wanted,
        Op.IS_NONE: lambda v: v not in wanted,
        Op.CONTAINS: lambda v: any(w.lower() in v.lower() for w in wanted),
        Op.NOT_CONTAINS: lambda v: not any(w.lower() in v.lower() for w in wanted),
        Op.STARTS: lambda v: any(v.lower().startswith(w.lower()) for w in wanted),
        Op.EMPTY: lambda v: v == "",
        Op.NOT_EMPTY: lambda v: v != "",
    }
    filled = sorted((i for i, v in enumerate(values) if v), key=lambda i: values[i].encode())
    if descending:
        filled = sorted((i for i, v in enumerate(values) if v), key=lambda i: [-b for b in values[i].encode()] + [1])
    expected = filled + [i for i, v in enumerate(values) if not v]
    for data in (Labelled.of(series), Texts(series)):
        for op, test in tests.items():
            assert data.mask(Filter("x", op, tuple(wanted))).to_list() == [test(v) for v in values], op
        assert data.order(descending=descending).to_list() == expected
        assert data.cells(pl.int_range(len(values), dtype=pl.UInt32, eager=True)).to_list() == values


def test_numbers_take_whole_numbers_only():
    numbers = Numbers(pl.Series([3, None, 1], dtype=pl.UInt32))
    assert numbers.mask(Filter("row", Op.AFTER, ("1",))).to_list() == [True, False, False]
    with pytest.raises(InvalidInput, match="not a whole number"):
        numbers.mask(Filter("row", Op.IS_ANY, ("1.5",)))
