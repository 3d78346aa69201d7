"""Marks in the Questions room, and what is done to several questions at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import Input, Static

from studylab.store import question_list, questions
from studylab.store.question_list import get
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.dialogs.line import LineDialog
from studylab.workspace import Workspace
from tests.tui.study import screen_text, toasts

OpenApp = Callable[..., StudylabApp]


@pytest.fixture
def five(workspace: Workspace) -> list[int]:
    """The numbers of five open questions, as the list has them: the newest first."""
    return [questions.ask(workspace.db, f"why {n}?", week=1) for n in range(5)][::-1]


def line(app: StudylabApp, selector: str = "#filter") -> str:
    return str(app.screen.query_one(selector, Static).content)


async def test_space_marks_and_goes_on(open_app: OpenApp, five: list[int]) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space")
        assert app.screen.marked == {five[0], five[1]}
        assert app.screen.question.id == five[2]
        assert line(app).startswith("2 marked · r reopen · c close · # tag · m move · d delete")
        assert screen_text(app).count("•") == 2
        await pilot.press("up", "space")
        assert app.screen.marked == {five[0]}
        await pilot.press("escape")
        assert app.screen.marked == set()
        assert line(app) == "5 open"


async def test_star_marks_all_that_are_shown(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    questions.ask(workspace.db, "elsewhere", week=2)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w", "asterisk")
        assert app.screen.marked == set(five)
        await pilot.press("asterisk")
        assert app.screen.marked == set()


async def test_what_is_not_seen_is_not_marked(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    other = questions.ask(workspace.db, "elsewhere", week=2)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("asterisk", "w")
        assert app.screen.marked == set(five)
        await pilot.press("c", "x")
        assert get(workspace.db, other).open
        assert not any(get(workspace.db, number).open for number in five)


async def test_close_reopen_and_undo(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space", "c")
        assert [get(workspace.db, n).open for n in five] == [False, False, True, True, True]
        assert "Closed 2 questions; u takes it back" in toasts(app)
        await pilot.press("s", "asterisk", "r")
        assert all(get(workspace.db, n).open for n in five)
        assert "Reopened 2 questions" in toasts(app)
        await pilot.press("u", "u")
        assert "Undone: reopened 2 questions" in toasts(app)
        assert all(get(workspace.db, n).open for n in five)
        await pilot.press("u")
        assert "there is nothing to undo" in toasts(app) or "Undone: asked" in toasts(app)


async def test_a_list_of_changes_takes_several_back(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", "c", "m", "7", "enter")
        await pilot.pause()
        await pilot.press("U")
        shown = screen_text(app)
        assert shown.index("Moved 1 question") < shown.index("Closed 1 question")
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "2 changes are taken back" in toasts(app)
        assert [get(workspace.db, n).open for n in five] == [False, True, True, True, True]
        assert [get(workspace.db, n).week for n in five] == [1] * 5
        await pilot.press("U", "escape")
        await pilot.pause()
        assert app.screen.NAME == "questions"


async def test_without_marks_the_one_with_the_cursor_is_meant(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "r")
        assert "Nothing to change" in toasts(app)
        await pilot.press("c")
        assert [get(workspace.db, n).open for n in five] == [True, False, True, True, True]


async def test_tags_are_added_and_taken_away(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    questions.tag(workspace.db, five[:1], ["old"])
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space", "number_sign")
        assert isinstance(app.screen, LineDialog)
        assert "For 2 questions, now with #old" in screen_text(app)
        await pilot.press("enter")
        assert "write tags, such as +loss -old" in line(app, "#told")
        await pilot.press(*"+Loss -ol", "right", "enter")
        await pilot.pause()
        assert get(workspace.db, five[0]).tags == ("loss",)
        assert get(workspace.db, five[1]).tags == ("loss",)
        await pilot.press("u")
        assert get(workspace.db, five[0]).tags == ("old",)
        await pilot.press("number_sign", *"x", "escape")
        await pilot.pause()
        assert get(workspace.db, five[0]).tags == ("old",)


async def test_moving_to_another_week(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space", "m", "9", "9", "enter")
        assert "write the number of a week, 1 to 10" in line(app, "#told")
        await pilot.press("backspace", "backspace", "7")
        assert workspace.title(workspace.syllabus.week(7)) in line(app, "#told")
        await pilot.press("enter")
        await pilot.pause()
        assert [get(workspace.db, n).week for n in five] == [7, 7, 1, 1, 1]
        assert "Moved 2 questions" in toasts(app)


async def test_deleting_asks_and_undo_brings_back(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    questions.answer(workspace.db, five[0], "because", accepted=False)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space", "d")
        assert isinstance(app.screen, ConfirmDialog)
        assert "Delete 2 questions?" in screen_text(app)
        assert "With 1 answer." in screen_text(app)
        await pilot.press("n")
        await pilot.pause()
        assert len(question_list.listing(workspace.db)) == 5
        await pilot.press("d", "y")
        await pilot.pause()
        assert len(question_list.listing(workspace.db)) == 3
        await pilot.press("u")
        await pilot.pause()
        assert len(app.screen.rows.keys) == 5
        assert [a.text for a in get(workspace.db, five[0]).answers] == ["because"]


async def test_nothing_happens_without_questions(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(
            "space", "asterisk", "r", "c", "number_sign", "m", "d", "e", "E", "l", "v"
        )
        await pilot.pause()
        assert app.screen.NAME == "questions"
        assert not question_list.listing(workspace.db)


async def test_a_write_that_fails_is_told_and_marks_stay(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space")
        workspace.db.execute("PRAGMA query_only = ON")
        await pilot.press("c")
        workspace.db.execute("PRAGMA query_only = OFF")
        assert "can't be written" in toasts(app)
        assert app.screen.marked == set(five[:2])


async def test_typed_signs_are_text_while_a_text_is_typed(
    open_app: OpenApp, workspace: Workspace, five: list[int]
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"d/#c*u x", "enter")
        assert app.screen.query_one(Input).value == "d/#c*u x"
        assert len(question_list.listing(workspace.db, status="open")) == 5


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_marked(snap_compare, open_app: OpenApp, five: list[int], size) -> None:
    assert snap_compare(open_app("questions"), terminal_size=size, press=["space", "down", "space"])
