"""What was done on each day."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from studylab.store import progress, questions, session_clock, sessions
from studylab.store.activity import Day, activity

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 7)


@pytest.fixture
def zone(monkeypatch):
    def set_zone(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


def done(db, at="2026-03-02T09:00:00+00:00"):
    return activity(db, FIRST, LAST, at)


def test_ticks_questions_answers_and_reviews_are_counted(db, clock, zone):
    zone("UTC")
    progress.mark_done(db, ["p9", "p10"])
    asked = questions.ask(db, "why?")
    clock.turn(days=1)
    questions.answer(db, asked, "so")
    db.execute(
        "INSERT INTO reviews (uid, card, rating, reviewed_at) VALUES ('r', 'c', 3, ?)",
        ("2026-03-03T10:00:00+00:00",),
    )
    assert done(db) == {date(2026, 3, 2): Day(0, 3), date(2026, 3, 3): Day(0, 2)}


def test_days_outside_are_left_out(db, clock):
    clock.time = datetime(2026, 3, 8, 12, tzinfo=UTC)
    progress.mark_done(db, ["p9"])
    session_clock.start(db)
    sessions.add(db, 60, date(2026, 2, 27))
    assert done(db, "2026-03-08T13:00:00+00:00") == {}


def test_sessions_count_by_their_day_and_the_running_one_until_now(db, clock, zone):
    zone("UTC")
    sessions.add(db, 600, date(2026, 3, 2))
    sessions.add(db, 300, date(2026, 3, 2))
    session_clock.start(db)
    clock.turn(minutes=1)
    assert done(db, "2026-03-02T09:01:00+00:00") == {date(2026, 3, 2): Day(960, 0)}


@pytest.mark.parametrize(
    ("name", "day"),
    [("UTC", 2), ("Asia/Shanghai", 3), ("Asia/Kathmandu", 3), ("America/Los_Angeles", 2)],
)
def test_a_day_is_the_day_here(db, clock, zone, name, day):
    zone(name)
    clock.time = datetime(2026, 3, 2, 18, 20, tzinfo=UTC)
    progress.mark_done(db, ["p9"])
    assert done(db) == {date(2026, 3, day): Day(0, 1)}


def test_each_hour_of_a_day_that_has_23_or_25_counts_once(db, clock, zone):
    zone("Europe/Berlin")
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        begun = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3)
        for hour in range(30):
            clock.time = begun + timedelta(hours=hour)
            progress.mark_done(db, [f"{day}-{hour}"])
        found = activity(db, day - timedelta(days=1), day + timedelta(days=1), begun.isoformat())
        assert sum(each.things for each in found.values()) == 30
        assert found[day].things == {3: 23, 10: 25}[day.month]
