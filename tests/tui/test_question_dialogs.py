"""Asking a question and changing it: nothing of what is typed is lost."""

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
from tests.tui.study import HOSTILE, run_row, screen_text

OpenApp = Callable[..., StudylabApp]


def text(app: StudylabApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


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


async def test_a_place_and_tags_are_asked_for(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(AskDialog(paper="bert", place="section 3.2"))
        place, tags = app.screen.query_one("#place", Input), app.screen.query_one("#tags", Input)
        assert place.value == "section 3.2"
        await pilot.press(*"why?", "tab", *", equation 1", "tab", *"#Loss, masking", "enter")
        await pilot.pause()
        [question] = question_list.listing(workspace.db)
        assert (question.place, question.tags) == ("section 3.2, equation 1", ("loss", "masking"))
        assert tags.value == "#Loss, masking"


async def test_a_tag_is_completed_from_those_there_are(
    open_app: OpenApp, workspace: Workspace
) -> None:
    questions.ask(workspace.db, "q", tags=["attention"])
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", *"why?", "tab", "tab", *"loss #att")
        await pilot.pause()
        await pilot.press("right", "enter")
        await pilot.pause()
        assert question_list.listing(workspace.db)[0].tags == ("attention", "loss")


async def test_a_place_outlives_the_app(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "tab", *"figure 2", "ctrl+q")
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        assert app.screen.query_one("#place", Input).value == "figure 2"
        assert "not saved" in text(app, "#complaint")
        await pilot.press(*"why?", "ctrl+s", "a")
        assert app.screen.query_one("#place", Input).value == ""


async def test_e_changes_words_place_and_tags(open_app: OpenApp, workspace: Workspace) -> None:
    number = questions.ask(workspace.db, "why?", week=1, place="1:00", tags=["old", "kept"])
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "tab", "end", *"0", "tab", "end", *" new", "enter")
        await pilot.pause()
        question = question_list.get(workspace.db, number)
        assert (question.text, question.place) == ("why?", "1:000")
        assert question.tags == ("kept", "new", "old")
        await pilot.press("e", "tab", "tab", "ctrl+u", *"kept", "ctrl+s")
        await pilot.pause()
        assert question_list.get(workspace.db, number).tags == ("kept",)


async def test_another_windows_words_are_not_overwritten_unseen(
    open_app: OpenApp, workspace: Workspace
) -> None:
    number = questions.ask(workspace.db, "why?", week=1)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", *" mine", "ctrl+s")
        await pilot.pause()
        assert question_list.get(workspace.db, number).text == "why? mine"
        await pilot.press("e", *", really")
        questions.reword(workspace.db, number, "theirs")
        await pilot.press("ctrl+s")
        assert "another window changed it to “theirs”" in text(app, "#complaint")
        assert question_list.get(workspace.db, number).text == "theirs"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert question_list.get(workspace.db, number).text == "why? mine, really"
