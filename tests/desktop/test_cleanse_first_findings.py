"""The first findings are shown before all are read, and stand where they stand in the whole table."""

import threading
from datetime import date

import polars as pl
import pytest
from cleanse_hands import finding, hands

from desktop.browse.view import Filter, Op, View
from desktop.cleanse.finding_table import DEFAULT_VIEW
from desktop.cleanse.history import FIRST_ROWS
from desktop.cleanse.work import FindingEdit
from desktop.jobs import Job

MANY = FIRST_ROWS + 500


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A workspace with more findings than the first part holds; two of them were worked on."""
    place = tmp_path_factory.mktemp("first") / "workspace"
    with hands(place) as made:
        made.run(*(finding(number, row=number, value=str(number % 7)) for number in range(1, MANY + 1)))
        made.cleanse.edit([1, MANY], FindingEdit(owner="Northgrid", due=date(2026, 12, 1)))
    return place


@pytest.fixture
def cleanse(folder):
    from desktop.app import Workspace

    workspace = Workspace.open(folder, actor="Ada")
    yield workspace.cleanse
    workspace.close()


def test_the_first_pages_are_those_of_the_whole_table(cleanse):
    first = cleanse.first_findings()
    assert (first.whole, first.view, first.count()) == (False, DEFAULT_VIEW, FIRST_ROWS)
    whole = cleanse.findings()
    assert (whole.whole, whole.count()) == (True, MANY)
    assert first.page(0, 400) == whole.page(0, 400)
    assert first.ids(0, FIRST_ROWS) == whole.ids(0, FIRST_ROWS)


@pytest.mark.parametrize("complete", [lambda table: table.prepare(Job()), lambda table: table.refresh()])
def test_it_becomes_whole_and_keeps_the_view(cleanse, complete):
    table = cleanse.first_findings()
    view = View(filters=(Filter("owner", Op.IS_ANY, ("Northgrid",)),))
    table.apply(view)
    assert table.count() == 1
    complete(table)
    assert (table.whole, table.view, table.total(), table.count()) == (True, view, MANY, 2)


def test_it_is_whole_at_once_when_all_were_read_before(cleanse):
    cleanse.findings()
    assert cleanse.first_findings().whole


def test_a_view_that_is_applied_meanwhile_does_not_bring_the_few_back(cleanse):
    table = cleanse.first_findings()
    views = [View(text=str(number)) for number in range(7)]

    def click():
        for view in views * 3:
            table.apply(view)

    clicking = threading.Thread(target=click)
    clicking.start()
    table.refresh()
    clicking.join()
    assert (table.whole, table.total(), table.view) == (True, MANY, views[-1])


def test_few_findings_are_whole_at_once(tmp_path):
    with hands(tmp_path / "workspace") as made:
        assert made.cleanse.first_findings().whole
        made.run(finding(1), finding(2))
        made.reopen()
        table = made.cleanse.first_findings()
        assert (table.whole, table.total()) == (True, 2)


def test_after_another_run_the_first_findings_are_the_new_ones(tmp_path):
    with hands(tmp_path / "workspace") as made:
        made.run(*(finding(number, row=number) for number in range(1, MANY + 1)))
        made.reopen()
        old = made.cleanse.first_findings()
        made.run(*(finding(number, row=number) for number in range(2, MANY + 1)))
        new = made.cleanse.first_findings()
        assert (old.whole, new.whole) == (False, False)
        assert old.ids(0, 2) == [1, 2]
        assert new.ids(0, 2) == [2, 3]
        new.prepare(Job())
        assert new.index.findings["gone_run"].is_not_null().sum() == 1
        assert isinstance(new.tally(), pl.DataFrame)
