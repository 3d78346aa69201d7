"""The plan and the hours: shown, changed, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from textual.widgets import Static

from studylab.store import plan, progress, sessions
from studylab.store.plan import Plan
from studylab.tui.app import StudylabApp
from studylab.tui.hours import HoursScreen
from studylab.tui.plan import PlanScreen
from studylab.tui.widgets.row_list import RowList
from studylab.workspace import Workspace
from tests.tui.study import HOSTILE, screen_text, toasts

OpenApp = Callable[..., StudylabApp]
TODAY = date(2026, 11, 24)
START = date(2026, 11, 9)


def filled(workspace: Workspace) -> None:
    """A student two weeks into a plan with a holiday."""
    db = workspace.db
    items = workspace.syllabus.items
    for ago in range(14, -1, -1):
        at = f"{TODAY - timedelta(days=ago)}T12:00:00+00:00"
        for item in items[(14 - ago) * 4 : (15 - ago) * 4]:
            db.execute("INSERT INTO progress VALUES (?, ?)", (item.id, at))
        if ago:
            day = TODAY - timedelta(days=ago)
            sessions.add(db, 600 * (ago % 5 + 1) ** 2, day, item="p9", week=1 + (ago < 8))
    plan.set_start(db, START)
    plan.add_pause(db, date(2026, 12, 24), date(2027, 1, 2), "Christmas")


async def opened(pilot, *keys: str) -> None:
    await pilot.press("p", *keys)
    await pilot.pause()


def stand(app: StudylabApp) -> str:
    return str(app.screen.query_one("#stand", Static).content)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_plan(snap_compare, open_app: OpenApp, workspace: Workspace, size) -> None:
    filled(workspace)
    assert snap_compare(open_app(), press=["p"], terminal_size=size)


def test_the_hours(snap_compare, open_app: OpenApp, workspace: Workspace) -> None:
    filled(workspace)
    assert snap_compare(open_app(), press=["p", "h"], terminal_size=(80, 24))


async def test_without_dates_it_says_how_to_set_them(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert "No start date: s sets one" in stand(app)
        await pilot.press("s")
        await pilot.pause()
        assert "Week 10 ends on 2027-02-01." in screen_text(app)
        await pilot.press(*"-15d")
        await pilot.pause()
        assert "Week 10 ends on 2027-01-17." in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert plan.read(workspace.db).start == START
        assert "2026-11-09 to 2027-01-17" in stand(app)
        assert "15 days behind" in stand(app)
        await pilot.press("s", "delete", "enter")
        await pilot.pause()
        assert plan.read(workspace.db).start is None
        await pilot.press("u")
        await pilot.pause()
        assert plan.read(workspace.db).start == START


async def test_what_is_wrong_is_said_in_the_dialog(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "s", *"soon", "enter")
        assert "'soon' is no day; write it as" in screen_text(app)
        await pilot.press("escape", "l", *"53", "enter")
        await pilot.pause()
        assert "take 10 to 52 weeks" in screen_text(app)
        await pilot.press("escape", "a", *"today", "tab", *"yesterday", "enter")
        await pilot.pause()
        assert "can't end on 2026-11-23" in screen_text(app)
        await pilot.press("escape")
        assert plan.read(workspace.db) == Plan()


async def test_the_plan_is_stretched(open_app: OpenApp, workspace: Workspace) -> None:
    filled(workspace)
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "l", *"15", "enter")
        assert plan.read(workspace.db).weeks == 15
        assert "15 weeks" in stand(app)
        await pilot.press("u")
        await pilot.pause()
        assert "10 weeks" in stand(app)


async def test_pauses_are_added_changed_and_removed(
    open_app: OpenApp, workspace: Workspace
) -> None:
    filled(workspace)
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "a", *"2026-12-01", "tab", *"2026-12-02", "tab", *"exam", "enter")
        first, _christmas = plan.read(workspace.db).pauses
        assert (first.first, first.last, first.why) == (
            date(2026, 12, 1), date(2026, 12, 2), "exam",
        )  # fmt: skip
        app.screen.query_one("#pauses", RowList).focus()
        await pilot.pause()
        await pilot.press("home", "enter", "tab", *"2026-12-03", "enter")
        await pilot.pause()
        assert plan.get_pause(workspace.db, first.id).days == 3
        assert plan.get_pause(workspace.db, first.id).why == "exam"
        await pilot.press("d", "d")
        await pilot.pause()
        assert plan.read(workspace.db).pauses == ()
        assert app.focused.id == "weeks"
        await pilot.press("d")
        await pilot.pause()
        assert "Put the cursor on a pause" in toasts(app)
        await pilot.press("u", "u")
        assert len(plan.read(workspace.db).pauses) == 2


async def test_enter_on_a_week_shows_it(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "down", "down", "enter")
        assert app.screen.NAME == "week"
        assert "Week 3 of 10" in screen_text(app)


async def test_the_lists_are_walked_as_one(open_app: OpenApp, workspace: Workspace) -> None:
    filled(workspace)
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "end", "down")
        assert app.focused.id == "pauses"
        await pilot.press("down")
        await pilot.pause()
        assert "less · ░ ▒ ▓ █ more" in screen_text(app)
        await pilot.press("up")
        assert app.focused.id == "weeks"


async def test_what_a_student_wrote_is_shown_as_it_is(
    open_app: OpenApp, workspace: Workspace
) -> None:
    plan.add_pause(workspace.db, TODAY, TODAY, HOSTILE)
    workspace.db.execute(
        "INSERT INTO sessions (uid, item, day, started_at, ended_at, seconds, changed_at)"
        " VALUES ('x', ?, '2026-11-24', ?, ?, 60, ?)",
        (HOSTILE, *["2026-11-24T08:00:00+00:00"] * 3),
    )
    app = open_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert "Why [bold]x[/] and [/]" in screen_text(app)
        await pilot.press("h")
        await pilot.pause()
        assert "Why [bold]x[/] and [/]" in screen_text(app)


async def test_time_is_booked_corrected_and_deleted(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "h")
        assert isinstance(app.screen, HoursScreen)
        assert "No session yet" in screen_text(app)
        await pilot.press("a", *"45m", "tab", *"yesterday", "tab", *"P60")
        await pilot.pause()
        assert "45 min on 2026-11-23: P60" in screen_text(app)
        await pilot.press("enter")
        [booked] = sessions.listing(workspace.db)
        assert (booked.seconds, booked.day, booked.item, booked.week) == (
            2700, "2026-11-23", "p60", 2,
        )  # fmt: skip
        await pilot.press("enter", *"1:30", "enter")
        [booked] = sessions.listing(workspace.db)
        assert (booked.seconds, booked.item) == (5400, "p60")
        await pilot.press("d")
        assert sessions.listing(workspace.db) == []
        await pilot.press("u", "u", "escape")
        [booked] = sessions.listing(workspace.db)
        assert booked.seconds == 2700
        await pilot.pause()
        assert isinstance(app.screen, PlanScreen)
        assert "0.8 h" in screen_text(app)


async def test_correcting_the_day_keeps_the_seconds(
    open_app: OpenApp, workspace: Workspace
) -> None:
    sessions.add(workspace.db, 2712, TODAY, item="p9", week=1)
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "h", "enter", "tab", *"yesterday", "enter")
        [booked] = sessions.listing(workspace.db)
        assert (booked.seconds, booked.day) == (2712, "2026-11-23")


async def test_an_item_that_is_not_there_is_said(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "h", "a", *"1h", "tab", "tab", *"nope", "enter")
        assert "there is no item 'nope'; type its id" in screen_text(app)
        assert sessions.listing(workspace.db) == []


async def test_the_open_session_is_not_corrected_here(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await opened(pilot, "h", "enter")
        assert "S in the Week screen stops it" in toasts(app)


async def test_forty_by_ten(open_app: OpenApp, workspace: Workspace) -> None:
    filled(workspace)
    progress.mark_done(workspace.db, ["p9"])
    app = open_app()
    async with app.run_test(size=(40, 10)) as pilot:
        await opened(pilot)
        await pilot.press("end", "down", "down", "a", "escape", "l", "escape", "h", "a", "escape")
        await pilot.press("escape", "question_mark", "escape", "escape")
        await pilot.pause()
        assert app.screen.NAME == "week"
