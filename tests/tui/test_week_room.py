"""The Week room."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from textual.widgets import Static

from studylab.store import progress, question_list
from studylab.tui.app import StudylabApp
from studylab.tui.widgets.row_list import RowList
from studylab.workspace import Workspace
from tests.tui.study import fill, run_row, screen_text, toasts

OpenApp = Callable[..., StudylabApp]


def text(app: StudylabApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


def rows(app: StudylabApp, name: str) -> RowList:
    return app.screen.query_one(f"#{name}", RowList)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_a_week_begun(snap_compare, open_app: OpenApp, workspace: Workspace, size) -> None:
    fill(workspace)
    run_row(workspace, "cnn-1", "running", 340, 1200)
    run_row(workspace, "cnn-2", "queued", None, 0)
    assert snap_compare(open_app(), terminal_size=size)


async def test_space_ticks_the_next_thing_and_u_takes_it_back(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space")
        assert workspace.done() == {item.id for item in workspace.syllabus.episodes("P9-P10")}
        assert rows(app, "next").key == workspace.syllabus.episodes("P11")[0].id
        assert "Ticked P10" in text(app, "#hint")
        await pilot.press("u")
        assert len(workspace.done()) == 1
        await pilot.press("u", "u")
        assert "nothing to undo" in toasts(app)


async def test_the_lists_are_walked_as_one(open_app: OpenApp, workspace: Workspace) -> None:
    fill(workspace)
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        seen = []
        for _ in range(5):
            seen.append(app.focused.id)
            await pilot.press("end", "down")
        assert seen == ["next", "questions", "todo", "topics", "links"]
        for _ in range(4):
            await pilot.press("home", "up")
        assert app.focused.id == "next"


async def test_the_mouse(open_app: OpenApp, workspace: Workspace) -> None:
    fill(workspace)
    app = open_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.click("#todo", offset=(12, 2))
        assert app.focused is rows(app, "todo")
        assert rows(app, "todo").key == "hw-logistic-regression"
        await pilot.press("space")
        assert "hw-logistic-regression" in workspace.done()
        await pilot.click("#next", times=2)
        assert "p=26" in app.clipboard
        await pilot.click("RoomBar", offset=(20, 0))
        await pilot.pause()
        assert app.screen.NAME == "questions"


async def test_other_weeks(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("right", "right_square_bracket")
        assert text(app, "#next-heading") == "NEXT IN WEEK 3"
        assert "two case-study quizzes" in text(app, "#notes")
        await pilot.press("t")
        assert text(app, "#next-heading") == "NEXT"
        await pilot.press("left")
        assert text(app, "#next-heading") == "NEXT"


async def test_the_end_is_told(open_app: OpenApp, workspace: Workspace) -> None:
    owed = [i.id for i in workspace.syllabus.items if not (i.optional or i.planned)]
    progress.mark_done(workspace.db, owed[:-1])
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        assert rows(app, "next").key == owed[-1]
        await pilot.press("space")
        await pilot.pause()
        assert "Congratulations!" in screen_text(app)
        await pilot.press("u")
        await pilot.pause()
        assert "Congratulations!" not in screen_text(app)


async def test_enter_opens(open_app: OpenApp, workspace: Workspace) -> None:
    fill(workspace)
    app = open_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("enter")
        assert "p=26" in toasts(app)
        assert "p=26" in app.clipboard
        rows(app, "todo").focus()
        await pilot.press("home", "enter")
        await pilot.pause()
        assert app.screen.NAME == "syllabus"
        await pilot.press("1")
        rows(app, "questions").focus()
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.NAME == "questions"
        assert "向量化" in app.screen.question.text


async def test_asking_about_the_next_thing(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", *"why", "ctrl+s")
        await pilot.pause()
        [question] = question_list.listing(workspace.db)
        assert (question.text, question.week) == ("why", 1)
        assert question.item == workspace.syllabus.episodes("P9")[0].id
        assert rows(app, "questions").keys == [str(question.id)]


async def test_a_locked_database_changes_nothing(open_app: OpenApp, workspace: Workspace) -> None:
    import sqlite3

    from studylab import locations

    other = sqlite3.connect(locations.database(), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        assert "held by another program" in toasts(app)
        assert not workspace.done()
        other.execute("ROLLBACK")
        await pilot.press("space")
        assert len(workspace.done()) == 1
    other.close()


async def test_forty_by_ten(open_app: OpenApp, workspace: Workspace) -> None:
    fill(workspace)
    app = open_app()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        next_list = rows(app, "next")
        assert app.screen.find_widget(next_list).visible_region.height == 1
        for room in ("2", "3", "4", "1"):
            await pilot.press(room, "down", "z")
        await pilot.press("a", "x", "escape", "y", "w", "escape", "question_mark")


def test_the_first_screen_loads_no_heavy_widget() -> None:
    heavy = ("_data_table", "_markdown", "_text_area", "_tabbed_content")
    code = (
        "import sys, studylab.tui.app, studylab.tui.week;"
        f"print([m for m in sys.modules if m.endswith({heavy!r})"
        " or m.split('.')[0] in ('torch', 'numpy', 'pandas', 'sqlite_utils', 'markdown_it')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
