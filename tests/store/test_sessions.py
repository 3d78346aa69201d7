"""Study sessions: the clock, what is believed of it, and time booked by hand."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from studylab.store import database, session_clock, sessions, undo
from studylab.store.database import open_database
from studylab.store.session_clock import SessionOpen
from studylab.store.sessions import ALONE, MOST, NoSession, NoSuchSession, WrongTime

NINE = "2026-03-02T09:00:00+00:00"


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    """The tests' days are those of UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def zone(monkeypatch):
    """Sets this machine's time zone."""

    def set_zone(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    return set_zone


def test_only_what_ran_is_counted(db, clock):
    session_clock.start(db, "p9", 1)
    clock.turn(minutes=20)
    assert session_clock.pause(db).seconds == 20 * 60
    clock.turn(hours=1)
    session_clock.resume(db)
    clock.turn(minutes=5)
    stopped = session_clock.stop(db)
    assert (stopped.seconds, stopped.item, stopped.week, stopped.day) == (
        1500,
        "p9",
        1,
        "2026-03-02",
    )
    assert not stopped.open
    assert sessions.seconds_of_week(db, 1) == 1500


def test_the_running_session_counts_until_now(db, clock):
    session_clock.start(db, "p9", 1)
    clock.turn(minutes=7)
    assert sessions.seconds_of_week(db, 1) == 7 * 60
    assert sessions.seconds_of_week(db, 2) == 0


def test_a_second_session_is_refused_or_switched_to(db, clock):
    first = session_clock.start(db, "p9", 1)
    clock.turn(minutes=3)
    with pytest.raises(SessionOpen) as refused:
        session_clock.start(db, "p10", 1)
    assert refused.value.session.id == first.id
    second = session_clock.start(db, "p10", 1, switch=True)
    assert sessions.get(db, first.id).seconds == 180
    assert session_clock.look(db) == (second, [])


@pytest.mark.parametrize("do", [session_clock.pause, session_clock.resume, session_clock.stop])
def test_without_a_session_nothing_is_paused_resumed_or_stopped(db, clock, do):
    with pytest.raises(NoSession, match="no session is open"):
        do(db)


def test_a_state_that_it_has_already_is_told(db, clock):
    session_clock.start(db)
    with pytest.raises(NoSession, match="running already"):
        session_clock.resume(db)
    session_clock.pause(db)
    with pytest.raises(NoSession, match="paused already"):
        session_clock.pause(db)


def test_what_no_app_has_seen_is_not_booked(db, clock):
    """The app was killed, or the laptop slept."""
    session_clock.start(db, "p9", 1, watched=True)
    for _ in range(10):
        clock.turn(minutes=1)
        session_clock.seen(db)
    clock.turn(hours=2)
    session_clock.seen(db)  # The laptop woke up: this is too late to be believed.
    current, [left] = session_clock.look(db)
    assert current is None
    assert left.seconds == 600
    assert left.ended_at == "2026-03-02T09:10:00+00:00"
    assert session_clock.look(db) == (None, [])


def test_a_short_silence_is_believed(db, clock):
    session_clock.start(db, watched=True)
    clock.turn(seconds=ALONE.total_seconds())
    assert session_clock.stop(db).seconds == ALONE.total_seconds()


def test_a_session_without_an_app_is_capped(db, clock):
    session_clock.start(db, "p9", 1)
    clock.turn(hours=3, minutes=59)
    assert session_clock.look(db)[1] == []
    clock.turn(hours=9)
    _none, [left] = session_clock.look(db)
    assert left.seconds == MOST.total_seconds()
    assert left.ended_at == "2026-03-02T13:00:00+00:00"


def test_an_app_that_stays_open_over_night_books_no_night(db, clock):
    session_clock.start(db, watched=True)
    for _ in range(12 * 60):
        clock.turn(minutes=1)
        session_clock.seen(db)
    assert session_clock.look(db)[1][0].seconds == MOST.total_seconds()


def test_a_session_goes_on_when_its_app_is_closed_on_purpose(db, clock):
    session_clock.start(db, watched=True)
    clock.turn(minutes=10)
    session_clock.leave(db)
    clock.turn(hours=2)
    assert session_clock.stop(db).seconds == 130 * 60


def test_a_clock_that_is_set_back_takes_nothing_away(db, clock):
    session_clock.start(db, watched=True)
    clock.turn(minutes=10)
    session_clock.seen(db)
    clock.turn(days=-3)
    session_clock.seen(db)
    clock.turn(minutes=5)
    assert session_clock.stop(db).seconds == 15 * 60


def test_a_clock_that_is_set_back_adds_nothing(db, clock):
    session_clock.start(db)
    clock.turn(days=-3)
    stopped = session_clock.stop(db)
    assert stopped.seconds == 0
    assert stopped.ended_at >= stopped.started_at


def test_an_evening_belongs_to_the_day_on_which_it_began(db, clock, zone):
    zone("Asia/Shanghai")
    clock.time = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
    session_clock.start(db)
    clock.turn(hours=1)
    assert session_clock.stop(db).day == "2026-03-02"
    clock.turn(minutes=1)
    assert session_clock.start(db).day == "2026-03-03"


def test_a_paused_session_goes_on_the_next_day_as_a_new_one(db, clock):
    first = session_clock.start(db, "p9", 1)
    clock.turn(minutes=30)
    session_clock.pause(db)
    clock.turn(days=1)
    second = session_clock.resume(db)
    assert (second.day, second.item, second.week, second.seconds) == ("2026-03-03", "p9", 1, 0)
    ended = sessions.get(db, first.id)
    assert (ended.seconds, ended.ended_at) == (1800, "2026-03-02T09:30:00+00:00")


def test_undo_opens_a_stopped_session_again(db, clock):
    session_clock.start(db)
    clock.turn(minutes=10)
    session_clock.stop(db)
    clock.turn(minutes=1)
    undo.undo(db)
    assert session_clock.look(db)[0].running
    clock.turn(minutes=1)
    assert session_clock.stop(db).seconds == 12 * 60


def test_of_two_open_sessions_the_newer_stays(db, clock):
    """So it may be after a merge, or when a stop is undone after another start."""
    first = session_clock.start(db, "p9", 1)
    clock.turn(minutes=10)
    session_clock.stop(db)
    second = session_clock.start(db, "p10", 1)
    undo.undo(db)
    clock.turn(minutes=30)
    current, [left] = session_clock.look(db)
    assert (current.id, left.id, left.seconds) == (second.id, first.id, 600)


def test_time_is_booked_corrected_and_deleted_by_hand(db, clock):
    id = sessions.add(db, 2700, date(2026, 2, 28), item="p9", week=1)
    added = sessions.get(db, id)
    assert (added.seconds, added.day, added.item, added.open) == (2700, "2026-02-28", "p9", False)
    changed = sessions.edit(db, id, seconds=600, day=date(2026, 3, 1), item="p60", week=2)
    assert (changed.seconds, changed.day, changed.item, changed.week) == (
        600, "2026-03-01", "p60", 2,
    )  # fmt: skip
    assert changed.started_at.startswith("2026-03-01")
    sessions.delete(db, id)
    assert sessions.listing(db) == []
    undo.undo(db)
    undo.undo(db)
    undone = sessions.get(db, id)
    assert (undone.seconds, undone.day, undone.item) == (2700, "2026-02-28", "p9")
    undo.undo(db)
    assert sessions.listing(db) == []


def test_time_of_today_ends_now(db, clock):
    added = sessions.get(db, sessions.add(db, 1800, date(2026, 3, 2)))
    assert (added.started_at, added.ended_at) == ("2026-03-02T08:30:00+00:00", NINE)


@pytest.mark.parametrize(
    ("seconds", "day", "said"),
    [
        (0, date(2026, 3, 1), "more than nothing"),
        (-5, date(2026, 3, 1), "more than nothing"),
        (90_000, date(2026, 3, 1), "at most 24 hours"),
        (60, date(2026, 3, 3), "still to come"),
    ],
)
def test_time_that_cannot_be_is_refused(db, clock, seconds, day, said):
    with pytest.raises(WrongTime, match=said):
        sessions.add(db, seconds, day)
    id = sessions.add(db, 60, date(2026, 3, 1))
    with pytest.raises(WrongTime, match=said):
        sessions.edit(db, id, seconds=seconds, day=day)
    assert sessions.get(db, id).seconds == 60


def test_an_open_session_is_not_corrected(db, clock):
    session = session_clock.start(db)
    with pytest.raises(NoSession, match="stop it first"):
        sessions.edit(db, session.id, seconds=60)


def test_a_session_that_is_not_there(db, clock):
    for id in (7, 10**30):
        with pytest.raises(NoSuchSession, match=f"no session {id};"):
            sessions.get(db, id)
        with pytest.raises(NoSuchSession):
            sessions.delete(db, id)


def test_a_list_is_of_a_week_and_of_days(db, clock):
    for day, week in ((1, 1), (1, 2), (2, 2)):
        sessions.add(db, 60, date(2026, 3, day), week=week)
    assert [s.id for s in sessions.listing(db)] == [3, 2, 1]
    assert [s.id for s in sessions.listing(db, week=2)] == [3, 2]
    assert [s.id for s in sessions.listing(db, last=date(2026, 3, 1))] == [2, 1]
    assert sessions.seconds_by_week(db) == {1: 60, 2: 120}


class Clocked(RuleBasedStateMachine):
    """Any order of starting, pausing, watching and of jumps of the clock."""

    migrated = None

    def __init__(self):
        super().__init__()
        self.db = open_database(self.migrated())
        self.time = datetime(2026, 3, 2, 9, tzinfo=UTC)
        self.wall = timedelta()
        self.real_now = database.datetime
        database.datetime = self

    def now(self, _zone):
        return self.time

    def teardown(self):
        database.datetime = self.real_now
        self.db.close()

    @rule(seconds=st.one_of(st.integers(0, 1200), st.integers(-100_000, 100_000)))
    def turn(self, seconds):
        self.time += timedelta(seconds=seconds)
        self.wall += max(timedelta(), timedelta(seconds=seconds))

    @rule(watched=st.booleans(), switch=st.booleans())
    def start(self, watched, switch):
        self.attempt(session_clock.start, "p9", 1, watched=watched, switch=switch)

    @rule(watched=st.booleans())
    def resume(self, watched):
        self.attempt(session_clock.resume, watched=watched)

    @rule(
        do=st.sampled_from(
            [
                session_clock.pause,
                session_clock.stop,
                session_clock.seen,
                session_clock.leave,
                session_clock.look,
            ]
        )
    )
    def do(self, do):
        self.attempt(do)

    def attempt(self, do, *arguments, **options):
        with suppress(SessionOpen, NoSession):
            do(self.db, *arguments, **options)

    @invariant()
    def no_time_is_made_up(self):
        at = self.time.isoformat(timespec="seconds")
        every = sessions.listing(self.db)
        assert all(session.seconds >= 0 for session in every)
        assert sum(s.seconds_at(at) for s in every) <= self.wall.total_seconds()
        assert all(
            s.running_since is None and s.ended_at >= s.started_at for s in every if not s.open
        )

    @invariant()
    def one_is_open_at_most(self):
        assert len(sessions.open_sessions(self.db)) <= 1


@pytest.fixture
def machine(new_database):
    Clocked.migrated = staticmethod(new_database)
    return Clocked


def test_any_order_of_events(machine):
    run_state_machine_as_test(machine, settings=settings(max_examples=60, deadline=None))
