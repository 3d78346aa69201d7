"""The Questions room: its list, and what its keys open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import Static, TextArea

from studylab import language
from studylab.language import _
from studylab.store import question_list, questions
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.pick import PickDialog
from studylab.tui.live import LiveView
from studylab.workspace import Workspace
from tests.tui.run_files import write_full_run
from tests.tui.study import HOSTILE, fill, run_row, screen_text, toasts

OpenApp = Callable[..., StudylabApp]


def text(app: StudylabApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_list(snap_compare, open_app: OpenApp, workspace: Workspace, size) -> None:
    fill(workspace)
    assert snap_compare(open_app("questions"), terminal_size=size, press=["s", "down", "down"])


def test_none_yet(snap_compare, open_app: OpenApp) -> None:
    assert snap_compare(open_app("questions"), terminal_size=(80, 24))


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
        assert text(app, "#filter") == "2 open"


async def test_the_run_of_a_question_opens(open_app: OpenApp, workspace: Workspace) -> None:
    run = write_full_run("cnn-1")
    run_row(workspace, "cnn-1", "running", 40, 100)
    workspace.db.execute("UPDATE runs SET directory = ?", (str(run.path),))
    questions.ask(workspace.db, "why?", run="cnn-1", step=300)
    questions.ask(workspace.db, "gone?", run="gone-1")
    app = open_app("questions")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("l")
        await pilot.pause()
        assert "there is no run 'gone-1'" in toasts(app)
        await pilot.press("down")
        assert "run cnn-1 · step 300" in text(app, "#detail-text")
        await pilot.press("l")
        await pilot.pause()
        assert isinstance(app.screen, LiveView)
        assert app.screen.run.id == "cnn-1"


async def test_the_source_of_an_answer_opens(open_app: OpenApp, workspace: Workspace) -> None:
    number = questions.ask(workspace.db, "why?", week=1)
    app = open_app("questions")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("v")
        assert "nothing to open" in toasts(app)
        questions.answer(workspace.db, number, "a", source="P32 12:40", source_kind="video",
                         accepted=False)  # fmt: skip
        app.screen.show_data()
        await pilot.press("v")
        await pilot.pause()
        assert "p=32&t=760" in toasts(app)
        questions.answer(workspace.db, number, "b", source="https://d2l.ai", source_kind="link",
                         accepted=False)  # fmt: skip
        app.screen.show_data()
        await pilot.press("v")
        await pilot.pause()
        assert isinstance(app.screen, PickDialog)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "https://d2l.ai" in toasts(app)


@pytest.mark.parametrize("spoken", ["en", "zh"])
async def test_the_footer_fits_eighty_columns(
    open_app: OpenApp, workspace: Workspace, request: pytest.FixtureRequest, spoken: str
) -> None:
    fill(workspace)
    request.addfinalizer(lambda: language.use("en"))
    language.use(spoken)
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        last = screen_text(app).splitlines()[-1]
        assert all(key in last for key in ("a ", "/ ", "s ", "space ", "u ", "e ", "? "))
        assert last.rstrip().endswith(f"q {_('Quit')}")


async def test_thousands_of_questions_are_quick_to_walk(
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
        assert len(app.screen.rows.keys) == 500
        assert "the newest 500 open" in text(app, "#filter")
        await pilot.press("end", "pageup", "home", "pagedown", "down")
        key = app.screen.rows.key
        app.screen.show_data()
        assert app.screen.rows.key == key
