"""On plan, ahead or behind, and by what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.store.plan import Pause, Plan
from studylab.study import pace
from studylab.study.calendar import Calendar
from studylab.study.pace import Pace, in_words
from studylab.syllabus.model import Item, Kind, Section, Syllabus, Week

START = date(2026, 9, 7)
DAY = timedelta(days=1)


def item(week: int, number: int, **more) -> Item:
    return Item(f"w{week}-{number}", Kind.VIDEO, "", "", week, "", **more)


def syllabus(weeks: int = 10, each: int = 14) -> Syllabus:
    """Two items for each day."""
    made = [
        Week(w, "", "", sections=(Section("", "", tuple(item(w, n) for n in range(each))),))
        for w in range(1, weeks + 1)
    ]
    return Syllabus("", "", tuple(made))


def first(count: int) -> list[str]:
    return [item.id for item in syllabus().items[:count]]


def stands(done: int, day: int, calendar: Calendar | None = None) -> Pace:
    calendar = calendar or Calendar(START, 10)
    return pace.pace(calendar, syllabus().weeks, first(done), START + day * DAY)


@pytest.mark.parametrize(
    ("done", "day", "days", "items"),
    [
        (0, 0, 0, 0),  # The first day: all of it is still to come.
        (2, 0, 0, 0),  # What was due today is done.
        (4, 0, 1, 0),
        (0, 1, -1, 2),
        (2, 1, 0, 0),
        (1, 1, -1, 1),  # Half a day is rounded up.
        (8, 7, -3, 6),
        (16, 7, 0, 0),
        (139, 69, 0, 0),
        (138, 76, -7, 2),  # A week after the end.
    ],
)
def test_what_is_done_is_held_against_what_is_due(done, day, days, items):
    assert stands(done, day) == Pace(days, items)


def test_nothing_is_left():
    assert stands(140, 3).done


def test_before_the_start_it_is_told_when_it_is():
    assert stands(2, -3) == Pace(begins=START)


def test_a_pause_asks_for_nothing():
    calendar = Calendar(START, 10, None, [(START + 2 * DAY, START + 8 * DAY)])
    assert [stands(4, day, calendar).days for day in range(2, 10)] == [0] * 8
    assert stands(4, 11, calendar).days == -2
    assert stands(6, 5, calendar).days == 1


def test_what_is_optional_or_to_come_is_no_debt():
    extra = (item(1, 90, optional=True), item(1, 91, planned=True))
    week = Week(1, "", "", sections=(Section("", "", (item(1, 0), *extra)),))
    calendar = Calendar(START, 1)
    assert pace.pace(calendar, [week], ["w1-0"], START + 6 * DAY).done
    assert pace.pace(calendar, [week], ["w1-90", "w1-91"], START + 4 * DAY).days == -4


def test_a_long_item_weighs_more():
    items = (item(1, 0, minutes=90), item(1, 1, minutes=10), item(1, 2, minutes=5))
    week = Week(1, "", "", sections=(Section("", "", items),))
    assert pace.pace(Calendar(START, 1), [week], ["w1-0"], START).days == 5


def test_a_week_without_anything_owed_is_passed_over():
    weeks = [Week(1, "", ""), *syllabus(2).weeks[1:]]
    assert pace.pace(Calendar(START, 2), weeks, [], START + 3 * DAY).days == 3
    assert pace.pace(Calendar(START, 2), weeks, [], START + 8 * DAY) == Pace(-1, 2)


@given(st.integers(0, 139), st.integers(0, 139), st.integers(0, 100))
def test_more_done_is_never_worse_and_a_later_day_never_better(one, other, day):
    less, more = sorted((one, other))
    assert stands(less, day).days <= stands(more, day).days
    assert stands(less, day + 1).days <= stands(less, day).days


@given(st.integers(0, 139), st.integers(0, 69))
def test_doing_what_is_missing_brings_it_back_on_plan(done, day):
    behind = stands(done, day)
    if behind.days < 0:
        assert stands(min(139, done + behind.items), day).days == 0
        assert behind.items > 0


def ticks(pairs) -> dict[str, str]:
    """One item for each pair of a number and a day's offset."""
    return {
        first(140)[n]: f"{START + offset * DAY}T12:00:00+00:00" for n, offset in enumerate(pairs)
    }


def finish(done, day, plan=None):
    return pace.finish(plan or Plan(START), syllabus(), done, START + day * DAY)


def test_the_end_is_told_from_the_last_fourteen_days():
    done = ticks([0] * 30 + list(range(6, 20)) * 2)  # 58 done; two a day of late, as planned.
    assert finish(done, 19) == START + (19 + 41) * DAY


def test_a_young_plan_goes_by_its_few_days():
    assert finish(ticks([0, 0, 1, 1]), 1) is None
    assert finish(ticks([0, 0, 1, 1, 2, 2]), 2) == START + 69 * DAY


def test_a_pause_is_left_out_of_the_forecast():
    holiday = Pause(1, START + 30 * DAY, START + 39 * DAY, "")
    whole = Plan(START, None, (holiday,))
    assert finish(ticks([0, 0, 1, 1, 2, 2]), 2, whole) == START + 79 * DAY
    gone = Plan(START, None, (Pause(1, START + DAY, START + 5 * DAY, ""),))
    assert finish(ticks([0, 0, 6, 6, 7, 7]), 7, gone) == START + 74 * DAY


def test_there_is_no_forecast_without_work():
    assert finish({}, 30) is None
    assert finish(ticks([0, 1, 2]), 40) is None
    assert finish(ticks([0] * 140), 3) is None


def test_a_tick_with_a_time_from_the_future_or_none_is_no_work():
    """The clock was wrong, or a file was edited by hand."""
    wrong = {first(140)[0]: "2999-01-01T00:00:00+00:00", first(140)[1]: "once"}
    assert finish(wrong, 5) is None


def test_a_forecast_works_without_a_start():
    assert finish(ticks([0, 0, 1, 1, 2, 2]), 2, Plan()) == START + 69 * DAY


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        (Pace(), "on plan"),
        (Pace(1), "1 day ahead"),
        (Pace(2), "2 days ahead"),
        (Pace(-1, 1), "1 day behind: about 1 item"),
        (Pace(-3, 9), "3 days behind: about 9 items"),
        (Pace(done=True), "all done"),
        (Pace(begins=START + DAY), "starts on Sep 8, in 1 day"),
    ],
)
def test_in_words(stands, said):
    assert in_words(stands, START) == said
