"""The timeline: where everything stands in time, what a person sees and does on it, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from desk_steps import banner, press, take_file, texts, when_asked
from hypothesis import given
from hypothesis import strategies as st
from made_plans import activity, long_plan, on, plan, small_plan, window
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QPainter, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog
from test_accessibility import check_names
from timeline_steps import shown, standing_timeline
from window_care import settle

from desktop.cutover.ends import EARLIEST, LATEST
from desktop.cutover.model import ActivityState
from desktop.uk_time import Moment
from desktop.working_days import WorkingDays
from ui.main_window import MainWindow
from ui.theme.theme import Appearance
from ui.widgets.timeline import Timeline
from ui.widgets.timeline_frame import flag_places
from ui.widgets.timeline_rows import Span, chart, spoken
from ui.widgets.timeline_scale import STEPS, Scale, begins, ends, happens, resting, ticks

_MONDAY = datetime(2026, 11, 23)


@pytest.fixture
def timeline(window: MainWindow) -> Iterator[Timeline]:
    with standing_timeline(window) as made:
        yield made


def press_key(timeline: Timeline, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(timeline.chart, key, held)


def edges(timeline: Timeline) -> tuple[datetime, datetime]:
    left, right = timeline.chart.left_edge(), timeline.chart.right_edge()
    assert left is not None
    assert right is not None
    return left, right


# -- the axis ----------------------------------------------------------------------------------------------------------


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.floats(0.01, 3000))
def test_a_time_is_found_again_where_it_stands(at: datetime, per_day: float) -> None:
    scale = Scale(_MONDAY, per_day)
    assert abs(scale.at(scale.x(at)) - at) < timedelta(seconds=1)


def test_a_whole_day_ends_at_midnight_and_a_milestone_stands_in_its_middle() -> None:
    day, moment = Moment(date(2026, 11, 23)), on(11, 23, "22:30")
    assert (begins(day), ends(day), happens(day)) == (_MONDAY, _MONDAY + timedelta(days=1), _MONDAY.replace(hour=12))
    assert begins(moment) == ends(moment) == happens(moment) == _MONDAY.replace(hour=22, minute=30)


def test_every_day_is_as_wide_as_another_on_the_days_on_which_clocks_change() -> None:
    scale = Scale(datetime(2026, 10, 24), 24.0)
    widths = [scale.x(ends(one)) - scale.x(begins(one)) for one in (on(10, 24), on(10, 25), on(10, 26))]
    assert widths == [24.0, 24.0, 24.0]
    assert scale.x(begins(on(10, 25, "01:30"))) == 25.5


@pytest.mark.parametrize(
    ("per_day", "lower", "upper"),
    [
        (2400.0, "00:00 01:00 02:00", "Mon 23 Nov 2026"),
        (200.0, "00:00 06:00 12:00", "Mon 23 Nov 2026"),
        (60.0, "Mon 23 Tue 24 Wed 25", "November 2026"),
        (30.0, "23 24 25", "November 2026"),
        (9.0, "w/c 23 w/c 30 w/c 7", "November 2026"),
        (2.0, "Nov Dec Jan", "2026"),
        (0.5, "Q4 Q1 Q2", "2026"),
        (0.15, "2026 2027 2028", ""),
        (0.02, "2020 2030 2040", ""),
    ],
)
def test_the_header_has_the_finest_lines_that_have_room(per_day: float, lower: str, upper: str) -> None:
    heads = ticks(Scale(_MONDAY, per_day), 0, 1000, 7)
    assert " ".join(tick.label for tick in heads.lower).startswith(lower)
    assert (heads.upper[0].label if heads.upper else "") == upper


@given(st.floats(0.008, 4000), st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1)))
def test_lines_of_the_header_follow_one_another_without_a_gap_and_are_never_too_many(per_day, origin) -> None:
    heads = ticks(Scale(origin, per_day), 0, 1500, 7)
    for line in (heads.lower, heads.upper):
        assert all(one.until == other.at for one, other in pairwise(line))
        assert len(line) < 1500 / 7
    assert heads.lower[0].at <= origin
    assert heads.step in STEPS


def test_weekends_bank_holidays_and_closed_days_are_shaded_together() -> None:
    days = WorkingDays(closed=frozenset({date(2026, 12, 24)}))
    scale = Scale(datetime(2026, 12, 21), 10.0)
    found = list(resting(scale, 0, 79, days))  # Monday the 21st to Monday the 28th, Boxing Day's substitute
    assert found == [(datetime(2026, 12, 24), datetime(2026, 12, 29))]


# -- what is drawn -----------------------------------------------------------------------------------------------------


def test_activities_stand_under_their_phases_in_the_order_of_the_plan() -> None:
    made = chart(small_plan())
    assert [row.title for row in made.rows][:5] == [
        "Before the weekend", "Freeze the portfolio", "Reconcile meter points with the distributors",
        "Tell customers of the planned outage", "Cutover weekend",
    ]  # fmt: skip
    assert made.activities() == 8
    assert [made.rows[made.place_of[one]].activity.id for one in range(1, 9)] == list(range(1, 9))  # type: ignore[union-attr]


def test_a_plan_without_phases_has_no_headings_and_one_with_some_names_the_rest() -> None:
    assert [row.title for row in chart(plan(activity(1, "One"), activity(2, "Two"))).rows] == ["One", "Two"]
    some = chart(plan(activity(1, "One", phase="A"), activity(2, "Two")))
    assert [row.title for row in some.rows] == ["A", "One", "No phase", "Two"]


def test_a_row_has_baseline_planned_forecast_and_actual() -> None:
    row = chart(small_plan()).rows[2]
    assert row.baseline == Span(datetime(2026, 11, 18), datetime(2026, 11, 20))
    assert row.planned == Span(datetime(2026, 11, 19), datetime(2026, 11, 21))
    assert row.forecast == Span(datetime(2026, 11, 19), datetime(2026, 11, 26))
    assert row.actual == Span(datetime(2026, 11, 19, 10, 15), datetime(2026, 11, 23, 12))  # until now


def test_of_what_was_ticked_without_a_start_only_the_end_is_actual() -> None:
    one = activity(
        1, "A", planned=window(on(11, 16), on(11, 18)), state=ActivityState.DONE, finished=on(11, 17, "12:00")
    )
    assert chart(plan(one)).rows[0].actual == Span(datetime(2026, 11, 17, 12), datetime(2026, 11, 17, 12))


def test_now_stands_where_british_clocks_are() -> None:
    assert chart(plan(activity(1, "A"), now=datetime(2026, 7, 1, 12, tzinfo=UTC))).now == datetime(2026, 7, 1, 13)


def test_arrows_follow_the_predecessors_and_those_that_decide_the_end_are_marked() -> None:
    made = chart(small_plan())
    place = made.place_of
    links = {(link.before, link.after): link.decides for link in made.links}
    assert links[place[1], place[2]]
    assert not links[place[3], place[4]]
    assert len(links) == 6


def test_days_beyond_any_plan_stand_at_the_edge() -> None:
    far = activity(1, "A", planned=window(Moment(date(1, 1, 1)), Moment(date.max)))
    made = chart(plan(far))
    assert (made.first, made.last) == (
        datetime.combine(EARLIEST, time()),
        datetime.combine(LATEST, time()) + timedelta(days=1),
    )


def test_the_words_of_a_row_say_all_that_is_drawn() -> None:
    words = spoken(small_plan().activities[1])
    for part in (
        "T-002 Reconcile meter points",
        "Task · In progress, late",
        "Red: It should have ended on 20 Nov 2026.",
        "Planned: Thu 19 Nov 2026 to Fri 20 Nov 2026",
        "Forecast: Thu 19 Nov 2026 to Wed 25 Nov 2026",
        "Baseline: Wed 18 Nov 2026 to Thu 19 Nov 2026",
        "Actual: began Thu 19 Nov 2026 10:15",
        "After: T-001",
        "On the critical path: the chain of activities that decides when the plan ends",
    ):
        assert part in words


# -- the widget --------------------------------------------------------------------------------------------------------


def test_a_plan_without_any_day_says_why_and_what_to_do(timeline: Timeline) -> None:
    shown(timeline, plan(activity(1, "One"), activity(2, "Two", after="T-001")))
    assert timeline.empty.isVisible()
    assert "Nothing in this plan has a day yet" in texts(timeline)
    timeline.save_as_pdf()  # no dialog comes
    timeline.print_plan()
    shown(timeline)
    assert timeline.chart.isVisible()


def test_the_pdf_of_a_rehearsal_has_to_say_so_in_its_name(
    timeline: Timeline, window: MainWindow, tmp_path: Path
) -> None:
    shown(timeline, small_plan(rehearsal_of=7))
    offered: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        offered.append(Path(dialog.selectedFiles()[0]).name)
        take_file(dialog, tmp_path / "timeline.pdf")

    when_asked(drive)
    timeline.save_as_pdf()
    settle()
    assert offered[0].startswith("REHEARSAL-")
    assert not list(tmp_path.iterdir())
    assert "has to say REHEARSAL" in banner(window)


def test_at_first_the_whole_plan_is_in_sight_whatever_the_size(timeline: Timeline) -> None:
    shown(timeline)
    for width in (1100, 700, 1600):
        timeline.resize(width, 600)
        settle()
        left, right = edges(timeline)
        assert left < datetime(2026, 11, 16)
        assert right > datetime(2026, 12, 1, 12)


def test_the_arrow_keys_go_through_activities_and_pass_over_phases(timeline: Timeline) -> None:
    spy = QSignalSpy(timeline.selected)
    shown(timeline)
    assert timeline.current() == 1
    for _ in range(3):
        press_key(timeline, Qt.Key.Key_Down)
    assert timeline.current() == 4
    press_key(timeline, Qt.Key.Key_Up)
    press_key(timeline, Qt.Key.Key_End)
    press_key(timeline, Qt.Key.Key_Down)
    assert timeline.current() == 8
    press_key(timeline, Qt.Key.Key_Home)
    assert [spy.at(number)[0] for number in range(spy.count())] == [2, 3, 4, 3, 8, 1]


def test_enter_and_a_double_click_open_an_activity(timeline: Timeline) -> None:
    spy = QSignalSpy(timeline.activated)
    shown(timeline)
    press_key(timeline, Qt.Key.Key_Return)
    QTest.mouseDClick(timeline.chart.viewport(), Qt.MouseButton.LeftButton, pos=row_of(timeline, 5))
    assert [spy.at(number)[0] for number in range(spy.count())] == [1, 1]  # a double click is on what the click chose
    click(timeline, 5)
    QTest.mouseDClick(timeline.chart.viewport(), Qt.MouseButton.LeftButton, pos=row_of(timeline, 5))
    assert spy.at(2)[0] == 5


def row_of(timeline: Timeline, activity_id: int) -> QPoint:
    """A point on the name of an activity."""
    place = timeline.chart._place()
    number = timeline.chart._chart.place_of[activity_id]
    return QPoint(60, round(place.y(number) + place.row / 2))


def click(timeline: Timeline, activity_id: int) -> None:
    QTest.mouseClick(timeline.chart.viewport(), Qt.MouseButton.LeftButton, pos=row_of(timeline, activity_id))


def test_a_click_chooses_an_activity_and_one_on_a_phase_does_not(timeline: Timeline) -> None:
    shown(timeline)
    click(timeline, 6)
    assert timeline.current() == 6
    phase = row_of(timeline, 1) - QPoint(0, timeline.chart._look.row)
    QTest.mouseClick(timeline.chart.viewport(), Qt.MouseButton.LeftButton, pos=phase)
    assert timeline.current() == 6


def test_shift_with_an_arrow_asks_for_a_slip_of_a_working_day(timeline: Timeline) -> None:
    spy = QSignalSpy(timeline.slip_wanted)
    shown(timeline)
    press_key(timeline, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    press_key(timeline, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert [spy.at(number)[0] for number in range(spy.count())] == [1, -1]


def test_plus_and_minus_zoom_and_the_chosen_activity_stays_where_it_is(timeline: Timeline) -> None:
    shown(timeline)
    timeline.select(5)
    chart_ = timeline.chart
    before, wide = chart_._scale().x(datetime(2026, 11, 28, 18)), chart_.per_day()
    press_key(timeline, Qt.Key.Key_Plus)
    assert chart_.per_day() == pytest.approx(wide * 1.25)
    assert chart_._scale().x(datetime(2026, 11, 28, 18)) == pytest.approx(before, abs=1)
    press_key(timeline, Qt.Key.Key_Minus)
    press_key(timeline, Qt.Key.Key_Minus)
    assert chart_.per_day() == pytest.approx(wide / 1.25)
    press_key(timeline, Qt.Key.Key_0)
    assert chart_.whole()


def test_control_and_the_wheel_zoom_under_the_pointer(timeline: Timeline) -> None:
    shown(timeline)
    viewport = timeline.chart.viewport()
    at = QPointF(800, 300)
    before = timeline.chart._place().scale.at(at.x() - timeline.chart._left())
    QApplication.sendEvent(
        viewport,
        QWheelEvent(
            at, viewport.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip
    after = timeline.chart._place().scale.at(at.x() - timeline.chart._left())
    assert abs(after - before) < timedelta(hours=1)
    assert not timeline.chart.whole()


def test_zoom_ends_at_both_ends_and_the_buttons_say_so(timeline: Timeline) -> None:
    shown(timeline)
    for _ in range(60):
        press_key(timeline, Qt.Key.Key_Plus)
    assert not timeline.closer.isEnabled()
    left, right = edges(timeline)
    assert right - left < timedelta(hours=12)
    for _ in range(120):
        press_key(timeline, Qt.Key.Key_Minus)
    assert not timeline.away.isEnabled()
    assert timeline.closer.isEnabled()
    press(timeline, "Whole plan")
    assert timeline.away.isEnabled()


def test_time_is_scrolled_by_keys_and_t_brings_today_back(timeline: Timeline) -> None:
    shown(timeline)
    timeline.chart.zoom(6)
    before = edges(timeline)
    press_key(timeline, Qt.Key.Key_Right)
    assert edges(timeline)[0] > before[0]
    press_key(timeline, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert edges(timeline)[0] < datetime(2026, 12, 1, 12) < edges(timeline)[1]
    press_key(timeline, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert edges(timeline)[0] < datetime(2026, 11, 16) < edges(timeline)[1]
    press_key(timeline, Qt.Key.Key_T)
    left, right = edges(timeline)
    assert abs((left + (right - left) / 2) - datetime(2026, 11, 23, 12)) < timedelta(hours=2)


def test_today_brings_rows_of_today_in_sight(timeline: Timeline) -> None:
    shown(timeline, long_plan())
    timeline.chart.zoom(6)
    press(timeline, "Today")
    first, last = timeline.chart._place().rows
    left, right = edges(timeline)
    spans = [row.now for row in timeline.chart._chart.rows[first:last] if row.now]
    assert any(span.finish >= left and span.start <= right for span in spans)


def test_choosing_an_activity_brings_its_row_and_its_bar_in_sight(timeline: Timeline) -> None:
    shown(timeline, long_plan())
    timeline.chart.zoom(8)
    timeline.select(290)
    place = timeline.chart._place()
    number = timeline.chart._chart.place_of[290]
    assert place.top <= place.y(number) <= place.height - place.row
    span = timeline.chart._chart.rows[number].now
    assert span is not None
    assert edges(timeline)[0] <= span.finish
    assert span.start <= edges(timeline)[1]
    timeline.select(12345)
    assert timeline.current() == 290


def test_a_new_view_of_the_plan_keeps_choice_zoom_and_place_and_another_plan_starts_anew(timeline: Timeline) -> None:
    shown(timeline, long_plan())
    timeline.chart.zoom(4)
    timeline.select(200)
    kept = edges(timeline), timeline.chart.verticalScrollBar().value()
    shown(timeline, long_plan(299))
    assert timeline.current() == 200
    assert abs(edges(timeline)[0] - kept[0][0]) < timedelta(hours=3)
    assert timeline.chart.verticalScrollBar().value() == kept[1]
    from dataclasses import replace

    other = small_plan()
    shown(timeline, replace(other, plan=replace(other.plan, id=2)))
    assert timeline.current() == 1
    assert timeline.chart.whole()


def test_zoom_place_and_column_come_back_in_the_next_run(timeline: Timeline, window: MainWindow) -> None:
    shown(timeline)
    assert timeline.state() == {}
    timeline.chart.zoom(5)
    press_key(timeline, Qt.Key.Key_Right)
    timeline.chart._set_column(300)
    state, before = timeline.state(), edges(timeline)
    another = Timeline(window.context)
    another.restore(state)
    another.resize(timeline.size())
    another.show()
    shown(another)
    assert abs(edges(another)[0] - before[0]) < timedelta(hours=1)
    assert another.chart.per_day() == pytest.approx(timeline.chart.per_day(), rel=0.01)
    assert another.chart._left() == 300
    another.close()
    another.deleteLater()
    for nonsense in (None, 7, {"day": "x", "left": 3}, {"day": -1, "left": "2026-13-01", "column": True}):
        timeline.restore(nonsense)
    shown(timeline)


def test_what_stands_under_the_pointer_is_told(timeline: Timeline) -> None:
    shown(timeline)
    chart_, place = timeline.chart, timeline.chart._place()
    assert chart_.told_at(QPointF(row_of(timeline, 2))).startswith("T-002 Reconcile")
    x = place.x(datetime(2026, 11, 27, 12))
    assert chart_.told_at(QPointF(x, place.height - 5)) == "Go-live of our own: Fri 27 Nov 2026"
    x = place.x(datetime(2026, 12, 1, 12))
    assert chart_.told_at(QPointF(x, place.top + 5)) == "M14 · All suppliers migrate: Tue 1 Dec 2026"
    assert chart_.told_at(QPointF(place.x(datetime(2026, 11, 18, 9)), 5)) == "Wed 18 Nov 2026"
    assert chart_.told_at(QPointF(20, place.y(0) + 5)) == "Before the weekend"
    assert not chart_.told_at(QPointF(20, place.height - 5))


def test_a_milestone_beside_today_keeps_its_name(timeline: Timeline) -> None:
    one = activity(1, "A", planned=window(on(11, 1), on(12, 20)))
    near = plan(one, milestones={"own/3": date(2026, 11, 26), "M9": date(2026, 11, 21)})
    shown(timeline, near)
    canvas = timeline.chart._canvas(QPainter())
    places = {flag.name: box for flag, box in flag_places(canvas)}
    assert set(places) == {"Go-live of our own", "M9"}
    for flag in timeline.chart._chart.flags:
        if flag.name in places:
            assert places[flag.name].left() <= canvas.place.x(flag.at) <= places[flag.name].right()
    boxes = list(places.values())
    assert not any(a.intersects(b) for number, a in enumerate(boxes) for b in boxes[:number])


def test_it_is_spoken_and_names_the_table_that_says_the_same(timeline: Timeline) -> None:
    shown(timeline)
    chart_ = timeline.chart
    assert chart_.accessibleName() == "Timeline of M14 cutover"
    assert "8 activities, 2 finished." in chart_.accessibleDescription()
    assert "The list of activities says the same as a table." in chart_.accessibleDescription()
    press_key(timeline, Qt.Key.Key_Down)
    assert chart_.viewport().accessibleName().startswith("T-002 Reconcile")
    check_names(timeline)


def test_the_menu_of_an_activity_has_the_pages_own_lines_first(timeline: Timeline) -> None:
    shown(timeline)
    timeline.fill_menu = lambda menu: menu.addAction("Done…")
    menu = timeline.menu()
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words[0] == "Done…"
    assert words[1:] == [
        "Slip by a working day later…", "Slip by a working day earlier…", "Zoom in", "Zoom out", "Whole plan",
        "Go to today", "Print…", "Save as PDF…",
    ]  # fmt: skip
    menu.deleteLater()
    asked = QSignalSpy(timeline.chart.menu_wanted)
    timeline.chart.menu_wanted.disconnect(timeline._show_menu)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, row_of(timeline, 4), QPoint(5, 5))
    QApplication.sendEvent(timeline.chart.viewport(), event)
    assert timeline.current() == 4
    assert asked.count() == 1


def test_the_hand_moves_the_chart_and_the_divider_the_column(timeline: Timeline) -> None:
    shown(timeline)
    timeline.chart.zoom(6)
    viewport, before = timeline.chart.viewport(), edges(timeline)[0]
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(700, 300))
    QTest.mouseMove(viewport, QPoint(760, 300))
    QTest.mouseMove(viewport, QPoint(800, 300))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(800, 300))
    assert edges(timeline)[0] < before
    left = round(timeline.chart._left())
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(left, 300))
    QTest.mouseMove(viewport, QPoint(left - 60, 300))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(left - 60, 300))
    assert timeline.chart._left() == left - 60
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(left - 60, 300))
    assert timeline.chart._left() == left


@pytest.mark.parametrize("appearance", list(Appearance))
def test_it_is_painted_in_every_appearance_at_every_zoom(
    timeline: Timeline, window: MainWindow, appearance: Appearance
) -> None:
    window.context.theme.choose(appearance)
    shown(timeline)
    for factor in (1, 0.05, 3, 20, 400):
        timeline.chart.zoom(factor)
        picture = timeline.chart.viewport().grab().toImage()
        colours = {picture.pixelColor(x, y).name() for x in range(0, 1000, 3) for y in range(0, 400, 3)}
        assert len(colours) > 5
    window.context.theme.choose(Appearance.LIGHT)


def test_only_what_is_in_sight_is_painted(timeline: Timeline, monkeypatch) -> None:
    import ui.widgets.timeline_paint as painting

    painted: list[int] = []
    real = painting.paint_marks
    monkeypatch.setattr(painting, "paint_marks", lambda on, number: (painted.append(number), real(on, number)))
    shown(timeline, long_plan())
    timeline.chart.viewport().repaint()
    painted.clear()
    timeline.chart.verticalScrollBar().setValue(2000)
    timeline.chart.viewport().repaint()
    assert 10 < len(set(painted)) < 40
