"""Time on the Week screen: the line about it, the session's keys, and the doors to the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from textual.widgets import Static

from studylab.store import plan, progress, session_clock, sessions
from studylab.tui import ages
from studylab.tui.app import StudylabApp, run_app
from studylab.tui.widgets.heat_map import HeatMap
from studylab.tui.widgets.row_list import RowList
from studylab.workspace import Workspace
from tests.tui.conftest import NOW
from tests.tui.study import fill, screen_text, toasts

OpenApp = Callable[..., StudylabApp]
TODAY = date(2026, 11, 24)


class Clock:
    """The time, which stands still until it is turned."""

    def __init__(self) -> None:
        self.time = datetime.fromisoformat(NOW)

    def turn(self, **by: float) -> None:
        self.time += timedelta(**by)

    def text(self) -> str:
        return self.time.isoformat(timespec="seconds")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(ages, "present", lambda: clock.time)
    for module in ("sessions", "session_clock"):
        monkeypatch.setattr(f"studylab.store.{module}.now", clock.text)
    return clock


def time_line(app: StudylabApp) -> str:
    return screen_text(app).splitlines()[3].strip()


def hint(app: StudylabApp) -> str:
    return str(app.screen.query_one("#hint", Static).content)


def studied(workspace: Workspace) -> None:
    """A student in the third week of a plan, some days behind, with a session open."""
    fill(workspace)
    db = workspace.db
    plan.set_start(db, date(2026, 11, 9))
    plan.add_pause(db, date(2026, 12, 24), date(2027, 1, 2), "Christmas")
    for ago, minutes in ((1, 90), (2, 30), (3, 200), (9, 45), (40, 10), (41, 80)):
        day = TODAY - timedelta(days=ago)
        sessions.add(db, minutes * 60, day, item="p12", week=1)
    session_clock.start(db, "p26", 1)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
def test_a_week_of_a_plan(snap_compare, open_app: OpenApp, workspace: Workspace, size) -> None:
    studied(workspace)
    assert snap_compare(open_app(), terminal_size=size)


async def test_without_a_start_date_one_quiet_line_says_how(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert time_line(app) == "p sets a start date, and each week gets its dates"
        assert not app.screen.query(HeatMap)
        assert "ACTIVITY" not in screen_text(app)
        assert "REVIEW" not in screen_text(app)


async def test_the_line_keeps_what_is_most_wanted(open_app: OpenApp, workspace: Workspace) -> None:
    studied(workspace)
    app = open_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert " ".join(time_line(app).split()) == (
            "Nov 9 – Nov 15 14 days behind: about 81 items 7 h 35 min 4 days in a row ▸ 0:00 P26"
        )
        for width, gone in ((80, "in a row"), (60, "7 h"), (46, "Nov")):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            assert gone not in time_line(app)
            assert "14 days behind" in time_line(app)
            assert "▸ 0:00 P26" in time_line(app)


async def test_s_starts_pauses_and_goes_on_and_S_stops(
    open_app: OpenApp, workspace: Workspace, clock: Clock
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await pilot.pause()
        session, _left = session_clock.look(workspace.db)
        assert (session.item, session.week, session.running) == ("p9", 1, True)
        assert session.seen_at == NOW
        assert "A session on P9 What is a Neural Network? runs · s pauses" in hint(app)
        assert time_line(app).endswith("▸ 0:00 P9")
        clock.turn(minutes=12, seconds=5)
        await pilot.press("s")
        await pilot.pause()
        assert time_line(app).endswith("paused 12:05 P9")
        assert "Paused at 12 min" in hint(app)
        clock.turn(hours=1)
        await pilot.press("s")
        clock.turn(minutes=3)
        await pilot.press("S")
        await pilot.pause()
        assert "15 min on P9 What is a Neural Network? are booked" in hint(app)
        assert time_line(app).startswith("15 min  1 day in a row")
        [session] = sessions.listing(workspace.db)
        assert session.seconds == 15 * 60 + 5
        await pilot.press("u")
        await pilot.pause()
        assert "▸ 15:05 P9" in time_line(app)
        await pilot.press("S", "S")
        assert "no session is open" in toasts(app)


async def test_another_item_of_the_list_offers_to_switch(
    open_app: OpenApp, workspace: Workspace, clock: Clock
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        clock.turn(minutes=10)
        app.screen.query_one("#todo", RowList).focus()
        await pilot.press("home", "down", "s")
        await pilot.pause()
        assert "A session on P9 What is a Neural Network? is open (10" in screen_text(app)
        await pilot.press("n")
        assert len(sessions.listing(workspace.db)) == 1
        await pilot.press("s", "y")
        await pilot.pause()
        await pilot.pause()
        second, first = sorted(sessions.listing(workspace.db), key=lambda s: s.open, reverse=True)
        assert (first.item, first.seconds, second.item) == ("p9", 600, "hw-python-basics")
        assert "A session on Python Basics with NumPy runs" in hint(app)
        await pilot.press("s")
        await pilot.pause()
        assert not session_clock.look(workspace.db)[0].running


async def test_a_session_of_a_finished_week_is_booked_to_the_week(
    open_app: OpenApp, workspace: Workspace
) -> None:
    items = workspace.syllabus.week(6).items
    progress.mark_done(workspace.db, [item.id for item in items])
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["right"] * 5, "s")
        session, _left = session_clock.look(workspace.db)
        assert (session.item, session.week) == ("", 6)
        assert time_line(app).endswith("▸ 0:00 week 6")


async def test_the_clock_ticks_only_while_a_session_runs_in_front(
    open_app: OpenApp, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        line = app.screen.query_one("TimeLine")
        assert line._second is None
        await pilot.press("s")
        await pilot.pause()
        assert line._second is not None
        clock.turn(seconds=3)
        await pilot.pause(1.2)
        assert "▸ 0:03 P9" in time_line(app)
        await pilot.press("3")
        await pilot.pause()
        assert line._second is None
        await pilot.press("1")
        await pilot.pause()
        assert line._second is not None
        await pilot.press("s")
        await pilot.pause()
        assert line._second is None


async def test_a_session_that_was_left_behind_is_told_and_ended(
    open_app: OpenApp, workspace: Workspace, clock: Clock
) -> None:
    session_clock.start(workspace.db, "p9", 1, watched=True)
    clock.turn(minutes=14)
    session_clock.seen(workspace.db)
    clock.turn(hours=5)
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "was left running; 14 min are booked, until 2026-11-24 09:14" in toasts(app)
        await pilot.pause()
        assert "▸" not in time_line(app)


async def test_an_open_app_is_a_witness_once_a_minute(
    open_app: OpenApp, workspace: Workspace, clock: Clock
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        session_clock.start(workspace.db, "p9", 1)
        for _ in range(40):
            clock.turn(minutes=1)
            app.session_watch._look_quietly()
        await pilot.pause()
        [session] = sessions.listing(workspace.db)
        assert session.seen_at == clock.text()
        await pilot.press("1")
        await pilot.pause()
        assert "▸ 40:00 P9" in time_line(app)


async def test_a_session_from_the_command_line_is_shown_soon(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        session_clock.start(workspace.db, "p11", 1)
        app.session_watch._look_quietly()
        await pilot.pause()
        assert "▸ 0:00 P11" in time_line(app)


def test_a_session_goes_on_after_the_app_and_that_is_said(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def keys(pilot) -> None:
        await pilot.press("s")
        await pilot.press("q")

    run = StudylabApp.run
    monkeypatch.setattr(
        StudylabApp, "run", lambda self: run(self, headless=True, auto_pilot=keys, size=(80, 24))
    )
    run_app(workspace)
    assert "The session on P9 What is a Neural Network? goes on" in capsys.readouterr().out
    session, _left = session_clock.look(workspace.db)
    assert session.running
    assert session.seen_at is None


class Timers:
    """Stands in for the app's timers: they go off when told to."""

    def __init__(self) -> None:
        self.due: dict[int, tuple[float, Callable[[], None]]] = {}

    def set_timer(self, seconds: float, callback: Callable[[], None]) -> SimpleNamespace:
        number = len(self.due)
        self.due[number] = seconds, callback
        return SimpleNamespace(stop=lambda: self.due.pop(number, None))

    def waiting(self) -> list[float]:
        return [seconds for seconds, _callback in self.due.values()]

    def go_off(self) -> None:
        [(_number, (_seconds, callback))] = self.due.items()
        self.due.clear()
        callback()


async def test_the_bell_rings_for_a_break_and_after_it(
    open_app: OpenApp, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    object.__setattr__(workspace.settings, "pomodoro", 25)
    object.__setattr__(workspace.settings, "pomodoro_break", 5)
    rung: list[None] = []
    timers = Timers()
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        monkeypatch.setattr(app, "bell", lambda: rung.append(None))
        monkeypatch.setattr(app, "set_timer", timers.set_timer)
        assert timers.waiting() == []
        await pilot.press("s")
        assert timers.waiting() == [25 * 60]
        clock.turn(minutes=10)
        await pilot.press("s")
        assert timers.waiting() == []
        await pilot.press("s")
        assert timers.waiting() == [25 * 60]
        timers.go_off()
        await pilot.pause()
        assert len(rung) == 1
        assert "25 minutes: time for a break" in toasts(app)
        assert session_clock.look(workspace.db)[0].running
        await pilot.press("s")  # Paused for the break, which goes on.
        assert timers.waiting() == [5 * 60]
        timers.go_off()
        await pilot.pause()
        assert len(rung) == 2
        assert "The break is over" in toasts(app)
        assert timers.waiting() == []
        await pilot.press("s")
        timers.go_off()
        timers.go_off()  # Not paused for the break: the next stretch begins by itself.
        assert timers.waiting() == [25 * 60]
        await pilot.press("S")
        assert timers.waiting() == []
        assert len(rung) == 4


async def test_an_app_that_is_opened_later_rings_at_the_same_time(
    open_app: OpenApp, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    object.__setattr__(workspace.settings, "pomodoro", 25)
    session_clock.start(workspace.db)
    clock.turn(minutes=35)
    timers = Timers()
    app = open_app()
    monkeypatch.setattr(app, "set_timer", timers.set_timer)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert timers.waiting() == [15 * 60]


async def test_no_bell_rings_unless_it_is_wanted(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        assert app.session_watch._bell is None


async def test_a_locked_database_starts_no_session(open_app: OpenApp, workspace: Workspace) -> None:
    import sqlite3

    from studylab import locations

    other = sqlite3.connect(locations.database(), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        assert "held by another program" in toasts(app)
        other.execute("ROLLBACK")
        assert sessions.listing(workspace.db) == []
    other.close()


async def test_what_is_due_for_review_is_told(
    open_app: OpenApp, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studylab.study.review.due_count", lambda workspace, at: 5)
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "REVIEW 5 due today: v" in screen_text(app)


@pytest.mark.parametrize(
    ("key", "screen"),
    [("v", "ReviewScreen"), ("p", "PlanScreen"), ("n", "NoteScreen"), ("r", "ReportScreen")],
)
async def test_the_doors(open_app: OpenApp, workspace: Workspace, key: str, screen: str) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert type(app.screen).__name__ == screen
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.NAME == "week"


async def test_the_footer_fits_eighty_columns(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert screen_text(app).splitlines()[-1].rstrip().endswith("? Help  q Quit")
