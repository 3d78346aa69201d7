"""The filter of the Questions room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import Input, Static

from studylab.store import filters, questions
from studylab.store.question_list import Filter
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.pick import PickDialog
from studylab.workspace import Workspace
from tests.tui.study import screen_text, toasts

OpenApp = Callable[..., StudylabApp]


@pytest.fixture
def three(workspace: Workspace) -> None:
    """Questions that match in their words, in an answer, in a tag."""
    db = workspace.db
    first = questions.ask(db, "Why does the softmax saturate?", week=6, paper="transformer")
    questions.answer(db, first, "Large dot products.", accepted=False)
    second = questions.ask(db, "What do residual connections do?", week=6, paper="transformer")
    questions.answer(db, second, "Identity first; a SoftMax is not involved.", accepted=False)
    questions.ask(db, "为什么批归一化在小批量时不稳定？", week=2, tags=["softmax"])


def told(app: StudylabApp) -> str:
    return str(app.screen.query_one("#filter", Static).content)


def texts(app: StudylabApp) -> list[str]:
    return [question.text[:8] for question in app.screen.shown]


async def test_a_search_waits_for_a_pause_and_then_shows_what_matched(
    open_app: OpenApp, three: None
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"softm")
        assert len(app.screen.rows.keys) == 3
        await pilot.pause(0.3)
        shown = screen_text(app)
        assert told(app) == "3 open, with “softm” · x clears"
        assert "⋯ #softmax" in shown
        assert "⋯ …; a SoftMax is not" in shown
        await pilot.press(*"ax sat")
        assert len(app.screen.rows.keys) == 3
        await pilot.pause(0.3)
        assert texts(app) == ["Why does"]
        await pilot.press("escape")
        assert told(app) == "3 open"


async def test_what_matched_is_marked(open_app: OpenApp, three: None) -> None:
    app = open_app("questions")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"softmax", "enter", "down")
        rows = app.screen.rows
        cells = [row.cells[2].fitted(60) for row in rows._rows]
        marked = {
            cell.plain[span.start : span.end]
            for cell in cells
            for span in cell.spans
            if "accent" in str(span.style)
        }
        assert marked == {"softmax", "SoftMax"}


@pytest.mark.parametrize("width", [8, 20, 33, 60])
@pytest.mark.parametrize("before", [10, 50, 150])
async def test_a_match_far_in_is_seen_in_a_narrow_list(
    open_app: OpenApp, workspace: Workspace, width: int, before: int
) -> None:
    questions.ask(workspace.db, "注意力" * before + "批归一化" + "残差" * 100, week=1)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"批归", "enter")
        cell = app.screen.rows._rows[0].cells[2].fitted(width)
        assert "批归" in cell.truncate(width, ellipsis=True).plain


async def test_down_goes_from_the_field_to_the_list(open_app: OpenApp, three: None) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"softmax", "down")
        assert app.screen.rows.has_focus
        assert told(app).startswith("3 open, with “softmax”")


async def test_o_turns_the_order(open_app: OpenApp, three: None) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        newest = texts(app)
        await pilot.press("o")
        assert texts(app) == newest[::-1]
        assert told(app) == "3 open, oldest first · x clears"
        await pilot.press("o")
        assert "last changed first" in told(app)
        await pilot.press("o")
        assert texts(app)[0] == "为什么批归一化在"
        await pilot.press("o")
        assert texts(app)[0] == "为什么批归一化在"
        assert "by paper" in told(app)
        await pilot.press("o")
        assert told(app) == "3 open"


async def test_t_chooses_a_tag(open_app: OpenApp, three: None) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t")
        assert isinstance(app.screen, PickDialog)
        assert "#softmax" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert told(app) == "1 open, #softmax · x clears"
        await pilot.press("t", "enter")
        await pilot.pause()
        assert told(app) == "3 open"
        await pilot.press("t", "escape")
        await pilot.pause()
        assert told(app) == "3 open"


async def test_filters_are_saved_chosen_and_deleted(
    open_app: OpenApp, workspace: Workspace, three: None
) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p", "s", "o", "F")
        assert "open and answered, Transformer, oldest first" in screen_text(app)
        await pilot.press("enter")
        assert "a filter needs a name" in str(app.screen.query_one("#told", Static).content)
        await pilot.press(*"hard [x]", "enter")
        await pilot.pause()
        [saved] = filters.saved_filters(workspace.db)
        wanted = Filter(paper="transformer", sort="oldest")
        assert (saved.name, saved.filter) == ("hard [x]", wanted)
        await pilot.press("x", "F", *"hard [x]")
        assert "takes the place of" in str(app.screen.query_one("#told", Static).content)
        await pilot.press("escape", "f", "enter")
        await pilot.pause()
        assert app.screen.filter == wanted
        await pilot.press("f", "d")
        assert filters.saved_filters(workspace.db) == []
        assert "No filter is saved yet" in screen_text(app)
        await pilot.press("escape", "u")
        await pilot.pause()
        assert "Undone: deleted the filter hard [x]" in toasts(app)
        assert len(filters.saved_filters(workspace.db)) == 1


async def test_a_wanted_question_is_shown_whatever_the_filter_is(
    open_app: OpenApp, workspace: Workspace, three: None
) -> None:
    answered = questions.ask(workspace.db, "done", week=3)
    questions.answer(workspace.db, answered, "yes")
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"residual", "enter", "w", "w")
        app.screen.go_to(answered)
        await pilot.pause()
        assert app.screen.question.id == answered
        assert app.screen.query_one(Input).value == ""
        app.screen.go_to(99)
        await pilot.pause()
        assert "there is no question 99" in toasts(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_what_matched(snap_compare, open_app: OpenApp, three: None, size) -> None:
    assert snap_compare(
        open_app("questions"), terminal_size=size, press=["slash", *"softmax", "enter", "down"]
    )


def test_in_chinese(
    snap_compare, open_app: OpenApp, three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert snap_compare(
        open_app("questions"), terminal_size=(80, 24), press=["slash", *"归一", "enter"]
    )
