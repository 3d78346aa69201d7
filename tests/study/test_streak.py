"""Days in a row, and the calendar of what was done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.store.activity import Day
from studylab.study import heat_map
from studylab.study.streak import level, streak

TODAY = date(2026, 11, 24)  # A Tuesday.
DAY = timedelta(days=1)


def days(*ago: int) -> dict[date, Day]:
    return {TODAY - n * DAY: Day(things=1) for n in ago}


@pytest.mark.parametrize(
    ("ago", "count"),
    [
        ((), 0),
        ((0,), 1),
        ((0, 1, 2), 3),
        ((1, 2), 2),  # Today may still come.
        ((2, 3), 0),
        ((0, 1, 3, 4), 2),
    ],
)
def test_a_streak(ago, count):
    assert streak(days(*ago), TODAY) == count


def test_a_pause_does_not_break_it():
    def paused(day):
        return day in (TODAY - 2 * DAY, TODAY - 3 * DAY)

    assert streak(days(1, 4, 5), TODAY, paused) == 3
    assert streak(days(1, 3, 4, 5), TODAY, paused) == 4
    assert streak(days(1, 5), TODAY, paused) == 1


def test_five_minutes_count_and_less_does_not():
    assert streak({TODAY: Day(seconds=300)}, TODAY) == 1
    assert streak({TODAY: Day(seconds=299)}, TODAY) == 0


@given(st.sets(st.integers(0, 300)), st.sets(st.integers(0, 300)))
def test_a_streak_is_no_longer_than_what_was_done(ago, paused):
    found = streak(days(*ago), TODAY, lambda day: (TODAY - day).days in paused)
    assert 0 <= found <= len(ago)
    assert found >= streak(days(*ago), TODAY)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (Day(), 0),
        (Day(seconds=1), 1),
        (Day(things=1), 1),
        (Day(things=3), 2),
        (Day(seconds=75 * 60, things=1), 3),
        (Day(seconds=3 * 3600), 4),
        (Day(things=100), 4),
    ],
)
def test_how_much_was_done(day, expected):
    assert level(day) == expected


def test_the_map_begins_on_a_monday_and_ends_with_today():
    rows = heat_map.levels(days(0, 1, 2), TODAY, 26)
    assert [len(row) for row in rows] == [26] * 7
    assert [row[-1] for row in rows] == [1, 1, None, None, None, None, None]
    assert rows[6][-2] == 1
    assert heat_map.first_day(TODAY, 26).weekday() == 0


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)), st.integers(1, 60))
def test_the_map_has_every_day_once(today, weeks):
    first = heat_map.first_day(today, weeks)
    there = sum(level is not None for row in heat_map.levels({}, today, weeks) for level in row)
    assert there == (today - first).days + 1
    assert first.weekday() == 0
    assert 7 * (weeks - 1) < there <= 7 * weeks


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)), st.integers(1, 60))
def test_the_months_fit_above_the_map(today, weeks):
    assert len(heat_map.months(today, weeks)) <= weeks * heat_map.CELL


def test_the_months_are_where_they_begin():
    assert heat_map.months(TODAY, 10) == "  Oct     Nov"
    assert heat_map.months(TODAY, 11) == "Sep Oct     Nov"
    assert heat_map.months(TODAY, 13) == "Sep     Oct     Nov"
