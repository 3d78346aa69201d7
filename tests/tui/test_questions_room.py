"""The Questions room and its dialogs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from textual.widgets import Input, Static, TextArea

from studylab import locations
from studylab.store import question_list, questions
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.ask import AskDialog
from studylab.workspace import Workspace
from tests.tui.study import HOSTILE, fill, run_row, screen_text

OpenApp = Callable[..., StudylabApp]


def text(app: StudylabApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_list(snap_compare, open_app: OpenApp, workspace: Workspace, size) -> None:
    fill(workspace)
    assert snap_compare(open_app("questions"), terminal_size=size, press=["s", "down", "down"])


def test_none_yet(snap_compare, open_app: OpenApp) -> None:
    assert snap_compare(open_app("questions"), terminal_size=(80, 24))


async def test_hostile_text_is_kept_and_shown_as_typed(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app("questions")
    long = HOSTILE + "。" * 10_000
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        app.screen.query_one(TextArea).text = long
        await pilot.press("ctrl+s")
        await pilot.pause()
        [question] = question_list.listing(workspace.db)
        assert question.text == long
        shown = text(app, "#detail-text")
        assert HOSTILE.removesuffix("\x1b[31m") in shown
        assert "\x1b" not in screen_text(app)


async def test_answer_reopen_reword(open_app: OpenApp, workspace: Workspace) -> None:
    number = questions.ask(workspace.db, HOSTILE, week=1)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"Because.", "tab", *"Ng", "enter")
        await pilot.pause()
        question = question_list.get(workspace.db, number)
        assert [(a.text, a.source) for a in question.answers] == [("Because.", "Ng")]
        assert not app.screen.rows.keys
        await pilot.press("s", "r")
        assert question_list.get(workspace.db, number).open
        await pilot.press("e")
        app.screen.query_one(TextArea).move_cursor((0, 0))
        await pilot.press(*"So: ", "ctrl+s")
        await pilot.pause()
        assert question_list.get(workspace.db, number).text == f"So: {HOSTILE}"


async def test_filters(open_app: OpenApp, workspace: Workspace) -> None:
    fill(workspace)
    app = open_app("questions")
    async with app.run_test(size=(120, 36)) as pilot:
        room = app.screen
        assert len(room.rows.keys) == 2
        await pilot.press("s")
        assert len(room.rows.keys) == 3
        await pilot.press("w", "w")
        assert text(app, "#filter").startswith("1 open and answered, week 6")
        await pilot.press("x", "s", "p")
        assert room.question.paper == "transformer"
        await pilot.press("x", "slash", *"向量", "enter")
        assert len(room.rows.keys) == 1
        await pilot.press("slash", *"%'[", "enter")
        assert not room.rows.keys
        await pilot.press("slash", "escape")
        assert len(room.rows.keys) == 2


async def test_escape_asks_before_typed_text_is_thrown_away(
    open_app: OpenApp, workspace: Workspace
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", *"half a", "escape", "n", *" thought", "ctrl+s")
        await pilot.pause()
        assert question_list.listing(workspace.db)[0].text == "half a thought"
        await pilot.press("a", *"nothing", "escape", "y")
        await pilot.pause()
        assert app.screen.NAME == "questions"
        await pilot.press("a", "escape")
        await pilot.pause()
        assert app.screen.NAME == "questions"
        assert len(question_list.listing(workspace.db)) == 1


@pytest.mark.parametrize("why", ["locked", "read-only"])
async def test_what_can_not_be_saved_stays(
    open_app: OpenApp, workspace: Workspace, why: str
) -> None:
    other = sqlite3.connect(locations.database(), isolation_level=None)
    if why == "locked":
        other.execute("BEGIN EXCLUSIVE")
    else:
        workspace.db.execute("PRAGMA query_only = ON")
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", *"why", "ctrl+s")
        assert app.screen.query_one(TextArea).text == "why"
        told = {"locked": "held by another program", "read-only": "can't be written"}[why]
        assert told in text(app, "#complaint")
        if why == "locked":
            other.execute("ROLLBACK")
        workspace.db.execute("PRAGMA query_only = OFF")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert question_list.listing(workspace.db)[0].text == "why"
    other.close()


async def test_an_empty_question_is_refused(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "space", "ctrl+s")
        assert "needs some text" in text(app, "#complaint")
        await pilot.press("escape")
    assert not question_list.listing(workspace.db)


async def test_a_text_outlives_the_app(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", *"unsaved", "ctrl+q")
    assert not question_list.listing(workspace.db)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        assert app.screen.query_one(TextArea).text == "unsaved"
        assert "not saved" in text(app, "#complaint")
        await pilot.press("ctrl+s", "a")
        assert app.screen.query_one(TextArea).text == ""


async def test_what_a_question_is_about(open_app: OpenApp, workspace: Workspace) -> None:
    run_row(workspace, "cnn-1", "running", 40, 100)
    app = open_app("questions")
    async with app.run_test(size=(120, 36)) as pilot:
        for dialog, about, week, paper in (
            (AskDialog(run="cnn-1", step=40), "Week 4 · run cnn-1 · step 40", 4, ""),
            (AskDialog(paper="bert"), "Week 7 · BERT: Pre-training of Deep", 7, "bert"),
            (AskDialog(item="paper-bert"), "Week 7 · BERT: Pre-training of Deep", 7, "bert"),
            (AskDialog(week=3, item="gone"), "Week 3 · gone", 3, ""),
        ):
            await app.push_screen(dialog)
            assert about in text(app, "#about")
            await pilot.press("x", "ctrl+s")
            await pilot.pause()
            newest = question_list.listing(workspace.db)[0]
            assert (newest.week, newest.paper) == (week, paper)


async def test_a_thousand_questions_are_quick_to_walk(
    open_app: OpenApp, workspace: Workspace
) -> None:
    with workspace.db:
        workspace.db.executemany(
            "INSERT INTO questions (uid, text, status, week, item, paper, place, run, asked_at,"
            " changed_at) VALUES (?, 'q', 'open', 1, '', '', '', '', '2026-11-24', '2026-11-24')",
            [(str(number),) for number in range(1500)],
        )
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        assert len(app.screen.rows.keys) == 1000
        assert "the newest 1,000 open" in text(app, "#filter")
        await pilot.press("end", "pageup", "home", "pagedown", "down")
        key = app.screen.rows.key
        app.screen.show_data()
        assert app.screen.rows.key == key
        app.screen.query_one(Input)
