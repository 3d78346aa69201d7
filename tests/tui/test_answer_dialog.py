"""Answering: the source, what is not settled, and two windows at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import Input, Static, TextArea

from studylab.store import questions
from studylab.store.question_list import get
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.answer import AnswerDialog, EditAnswerDialog
from studylab.tui.dialogs.choice import Choice
from studylab.workspace import Workspace
from tests.tui.study import screen_text, toasts

OpenApp = Callable[..., StudylabApp]


@pytest.fixture
def asked(workspace: Workspace) -> int:
    """The number of the one question there is."""
    return questions.ask(workspace.db, "Why is it convex?", week=1)


def chosen(app: StudylabApp) -> str:
    return app.screen.query_one("#kind", Choice).value


def advice(app: StudylabApp) -> str:
    return str(app.screen.query_one("#advice", Static).content)


async def test_a_source_tells_its_kind_and_is_tidied(
    open_app: OpenApp, workspace: Workspace, asked: int
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"So.", "tab", *"https://d2l.ai")
        assert chosen(app) == "link"
        await pilot.press("ctrl+u", *"p32 12:40")
        assert chosen(app) == "video"
        assert advice(app) == ""
        await pilot.press("enter")
        await pilot.pause()
        [answer] = get(workspace.db, asked).answers
        assert (answer.source_kind, answer.source) == ("video", "P32 12:40")


async def test_a_kind_that_was_chosen_stays_and_is_remembered(
    open_app: OpenApp, workspace: Workspace, asked: int
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"So.", "tab", "tab", "left", "left", "shift+tab")
        assert chosen(app) == "person"
        await pilot.press(*"http://x", "ctrl+s")
        await pilot.pause()
        assert get(workspace.db, asked).answers[0].source_kind == "person"
        again = questions.ask(workspace.db, "And this?", week=1)
        app.screen.show_data()
        await pilot.press("home", "enter")
        assert chosen(app) == "person"
        await pilot.press(*"So.", "ctrl+s")
        await pilot.pause()
        assert get(workspace.db, again).answers[0].source_kind == ""


async def test_own_thinking_needs_no_source(
    open_app: OpenApp, workspace: Workspace, asked: int
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"So.", "tab", "tab", "left", "ctrl+s")
        await pilot.pause()
        assert get(workspace.db, asked).answers[0].source_kind == "own thinking"


async def test_advice_never_stands_in_the_way(
    open_app: OpenApp, workspace: Workspace, asked: int
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"So.", "tab", *"P9999 1:00")
        assert advice(app).startswith("there is no episode P9999")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert get(workspace.db, asked).answers[0].source == "P9999 1:00"


async def test_an_answer_that_does_not_settle_it(
    open_app: OpenApp, workspace: Workspace, asked: int
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"Perhaps.", "tab", "tab", "tab", "right", "ctrl+s")
        await pilot.pause()
        question = get(workspace.db, asked)
        assert question.open
        assert [answer.text for answer in question.answers] == ["Perhaps."]
        assert app.screen.question.id == asked


async def test_a_click_chooses(open_app: OpenApp, workspace: Workspace, asked: int) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        # "[video] page  link ..."
        await pilot.click("#kind", offset=(9, 0))
        assert chosen(app) == "page"
        await pilot.click("#kind", offset=(40, 0))
        assert chosen(app) == "own thinking"


async def test_two_windows_that_answer_keep_both(
    open_app: OpenApp, workspace: Workspace, asked: int
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"Mine.")
        questions.answer(workspace.db, asked, "Theirs.")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert {a.text for a in get(workspace.db, asked).answers} == {"Mine.", "Theirs."}
        assert "answered in another window meanwhile: both answers are kept" in toasts(app)


async def test_a_question_that_changed_meanwhile_is_told(
    open_app: OpenApp, workspace: Workspace, asked: int
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"Mine.")
        workspace.db.execute("UPDATE questions SET changed_at = '2026-11-24T09:30:00+00:00'")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "changed in another window meanwhile" in toasts(app)
        assert not get(workspace.db, asked).open


async def test_an_answer_to_a_deleted_question_stays_in_the_dialog(
    open_app: OpenApp, workspace: Workspace, asked: int
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"Mine.")
        questions.delete(workspace.db, asked)
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, AnswerDialog)
        assert app.screen.query_one(TextArea).text == "Mine."
        assert f"there is no question {asked}" in screen_text(app)


async def test_an_answer_is_changed(open_app: OpenApp, workspace: Workspace, asked: int) -> None:
    questions.answer(workspace.db, asked, "So", source="P16 1:00", source_kind="video")
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "E")
        assert isinstance(app.screen, EditAnswerDialog)
        assert app.screen.query_one("#source", Input).value == "P16 1:00"
        await pilot.press(*" it is.", "tab", "ctrl+u", *"page 3", "ctrl+s")
        await pilot.pause()
        question = get(workspace.db, asked)
        assert [(a.text, a.source) for a in question.answers] == [("So it is.", "page 3")]
        assert not question.open


async def test_of_several_answers_one_is_chosen(
    open_app: OpenApp, workspace: Workspace, asked: int
) -> None:
    for text in ("one", "two"):
        questions.answer(workspace.db, asked, text, accepted=False)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("E", "down", "enter")
        await pilot.pause()
        assert app.screen.query_one(TextArea).text == "two"


@pytest.mark.parametrize("what", ["changed", "deleted"])
async def test_an_answer_that_changed_meanwhile_is_kept_beside(
    open_app: OpenApp, workspace: Workspace, asked: int, what: str
) -> None:
    number = questions.answer(workspace.db, asked, "So", accepted=False)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("E", *", mine")
        if what == "changed":
            questions.reword_answer(workspace.db, number, "theirs", source="")
        else:
            workspace.db.execute("DELETE FROM answers")
        await pilot.press("ctrl+s")
        await pilot.pause()
        question = get(workspace.db, asked)
        kept = ["theirs", "So, mine"] if what == "changed" else ["So, mine"]
        assert [answer.text for answer in question.answers] == kept
        assert question.open
        assert "both are kept" in toasts(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_dialog(snap_compare, open_app: OpenApp, asked: int, size) -> None:
    keys = ["enter", *"Because.", "tab", *"P32 12:70"]
    assert snap_compare(open_app("questions"), terminal_size=size, press=keys)
