"""The dates of the weeks: properties that hold for any start, length and pauses."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studylab.study.calendar import Calendar, LengthError, read_length

DAY = timedelta(days=1)
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
starts = st.dates(EARLIEST, LATEST)


@st.composite
def pauses(draw, start, most=4):
    found = []
    for _ in range(draw(st.integers(0, most))):
        first = start + timedelta(days=draw(st.integers(-40, 300)))
        found.append((first, first + timedelta(days=draw(st.integers(0, 40)))))
    return found


@st.composite
def calendars(draw):
    start = draw(starts)
    weeks = draw(st.integers(1, 20))
    return Calendar(start, weeks, draw(st.integers(weeks, 52)), draw(pauses(start))), weeks


def test_ten_weeks_from_a_monday():
    calendar = Calendar(date(2026, 9, 7), 10)
    assert calendar.week(0) == (date(2026, 9, 7), date(2026, 9, 13))
    assert calendar.week(9) == (date(2026, 11, 9), date(2026, 11, 15))
    assert calendar.last == date(2026, 11, 15)


def test_a_week_begins_on_the_weekday_of_the_start():
    assert Calendar(date(2026, 9, 9), 10).week(1) == (date(2026, 9, 16), date(2026, 9, 22))


def test_fifteen_weeks_are_shared_out_in_whole_days():
    calendar = Calendar(date(2026, 9, 7), 10, 15)
    lengths = [(last - first).days + 1 for first, last in map(calendar.week, range(10))]
    assert lengths == [10, 11] * 5


def test_a_holiday_moves_what_follows():
    plain = Calendar(date(2026, 9, 7), 10)
    paused = Calendar(date(2026, 9, 7), 10, None, [(date(2026, 10, 1), date(2026, 10, 7))])
    assert paused.week(2) == plain.week(2)
    assert paused.week(3) == (date(2026, 9, 28), date(2026, 10, 11))
    assert paused.last == plain.last + 7 * DAY
    assert paused.paused(date(2026, 10, 7))
    assert not paused.paused(date(2026, 10, 8))


@given(calendars())
def test_the_weeks_tile_the_days_without_gap_or_overlap(made):
    """Every day that is no pause, from the start to the end, belongs to exactly one week."""
    calendar, weeks = made
    spans = [calendar.week(index) for index in range(weeks)]
    counted = 0
    day = calendar.start
    while day <= calendar.last:
        inside = [index for index, (first, last) in enumerate(spans) if first <= day <= last]
        if not calendar.paused(day):
            counted += 1
            assert inside == [calendar.index(day)]
        day += DAY
    assert counted == calendar.days == 7 * calendar.length
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert all(first <= last for first, last in spans)


@given(calendars(), st.integers(-100, 700))
@example((Calendar(LATEST, 10, 52, [(LATEST, LATEST + 300 * DAY)]), 10), 364)
def test_a_numbered_day_and_its_date_are_each_other(made, number):
    calendar, _weeks = made
    day = calendar.day(number)
    assert calendar.number(day) == number
    assert not calendar.paused(day)
    assert calendar.day(number + 1) > day


@given(calendars(), st.integers(0, 60), st.integers(1, 50))
def test_a_pause_moves_later_dates_by_its_days(made, where, days):
    """And leaves earlier ones; where it overlaps another pause, only new days count."""
    calendar, weeks = made
    first = calendar.start + where * DAY
    pause = (first, first + (days - 1) * DAY)
    own = list(calendar._pauses)
    longer = Calendar(calendar.start, weeks, calendar.length, [*own, pause])
    new = sum(not calendar.paused(first + n * DAY) for n in range(days))
    for number in range(calendar.days):
        before, after = calendar.day(number), longer.day(number)
        if before < first:
            assert after == before
        else:
            # The days that count are passed over one by one.
            assert calendar.number(after) == number + new


@given(starts, st.integers(1, 20), st.data())
def test_a_longer_plan_ends_later_and_shares_out_as_evenly(start, weeks, data):
    length = data.draw(st.integers(weeks, 51))
    shorter, longer = Calendar(start, weeks, length), Calendar(start, weeks, length + 1)
    assert longer.last == shorter.last + 7 * DAY
    for index in range(weeks):
        first, end = longer.span(index)
        exact = 7 * (length + 1) / weeks
        assert abs(first - index * exact) < 1
        assert abs((end - first) - exact) < 1
        assert first >= shorter.span(index)[0]


@given(calendars(), st.integers(-60, 900))
def test_before_and_after_the_plan_there_is_no_week(made, offset):
    calendar, weeks = made
    day = calendar.start + offset * DAY
    index = calendar.index(day)
    if day < calendar.start or day > calendar.last:
        assert index is None
    else:
        assert index in range(weeks)


@given(st.permutations(range(4)), calendars())
def test_the_order_of_pauses_makes_no_difference(order, made):
    calendar, weeks = made
    some = [(calendar.start + n * 9 * DAY, calendar.start + (n * 9 + 11) * DAY) for n in range(4)]
    one = Calendar(calendar.start, weeks, calendar.length, some)
    other = Calendar(calendar.start, weeks, calendar.length, [some[i] for i in order])
    assert [one.week(i) for i in range(weeks)] == [other.week(i) for i in range(weeks)]


@pytest.mark.parametrize("text", ["9", "53", "", "-12", "ten", "1.5", "9" * 40])
def test_a_length_that_cannot_be(text):
    with pytest.raises(LengthError, match="10 to 52 weeks"):
        read_length(text, 10)


@pytest.mark.parametrize(("text", "weeks"), [("10", 10), ("52", 10), (" 15 ", 10), ("60", 60)])
def test_a_length_that_can_be(text, weeks):
    assert read_length(text, weeks) == int(text)


def test_a_length_that_no_longer_fits_the_syllabus_is_the_nearest():
    assert Calendar(EARLIEST, 12, 10).length == 12
    assert Calendar(EARLIEST, 3, 900).length == 52
