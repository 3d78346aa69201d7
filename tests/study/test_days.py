"""Days and spans of time, read and told."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.study import days
from studylab.study.days import DayError

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026/11/20", date(2026, 11, 20)),
        (" today ", TODAY),
        ("Yesterday", date(2026, 11, 23)),
        ("tomorrow", date(2026, 11, 25)),
        ("明天", date(2026, 11, 25)),
        ("+3d", date(2026, 11, 27)),
        ("-2w", date(2026, 11, 10)),
        ("+10", date(2026, 12, 4)),
    ],
)
def test_a_day(text, day):
    assert days.read_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["", "soon", "24.11.2026", "2026-02-30", "+3m", "3d", "+99999d"])
def test_what_names_no_day_gets_one_line(text):
    with pytest.raises(DayError, match="is no day; write it as 2026-11-24, today") as told:
        days.read_day(text, TODAY)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("today", [date.min, date.max])
def test_a_day_that_no_calendar_has_is_refused(today):
    with pytest.raises(DayError):
        days.read_day("-9999w" if today == date.min else "+9999w", today)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45m", 45),
        ("45min", 45),
        ("90", 90),
        ("1h", 60),
        ("1.5h", 90),
        ("1h30m", 90),
        ("1h 30", 90),
        ("1:30", 90),
        ("2 hours", 120),
        ("1小时30分钟", 90),
    ],
)
def test_a_span(text, minutes):
    assert days.read_span(text) == 60 * minutes


@pytest.mark.parametrize("text", ["", " ", "x", "1.5", "-5m", "1:75", "m", "1h1h", "9" * 400 + "h"])
def test_what_is_no_span_gets_one_line(text):
    with pytest.raises(DayError, match="is no length of time; write it as 45m"):
        days.read_span(text)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for read in (days.read_span, lambda text: days.read_day(text, TODAY)):
        with suppress(DayError):
            read(text)


@given(st.integers(60, 10**7))
def test_a_span_that_is_told_can_be_read(seconds):
    told = days.span(seconds).replace("min", "m")
    assert days.read_span(told) == seconds // 60 * 60


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1, "0 min"),
        (0, "0 min"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (7260, "2 h 01 min"),
    ],
)
def test_a_span_in_words(seconds, said):
    assert days.span(seconds) == said


def test_dates_in_words():
    assert days.days(TODAY, TODAY) == "Nov 24"
    assert days.days(TODAY, TODAY + timedelta(days=7)) == "Nov 24 – Dec 1"


def test_the_local_date_of_what_is_no_time_is_none():
    assert days.local_date("2026-11-24T12:00:00+00:00") == TODAY
    assert days.local_date("some day") is None
    assert days.today(datetime(2026, 11, 24, 12, tzinfo=UTC)) == TODAY
