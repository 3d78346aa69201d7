"""Search everything, from anywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widgets import Input, Static

from studylab import locations
from studylab.store import missed, questions
from studylab.store.search import Found
from studylab.tui.app import StudylabApp
from studylab.tui.search import SearchScreen
from studylab.workspace import Workspace
from tests.tui.study import screen_text, toasts

OpenApp = Callable[..., StudylabApp]
NOW = "2026-11-24T09:00:00+00:00"


@pytest.fixture
def written(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Two questions, two missed points and a note that have softmax in them."""
    monkeypatch.setattr("studylab.store.missed.now", lambda: NOW)
    db = workspace.db
    questions.ask(db, "Why does the softmax saturate?", week=6, paper="transformer")
    done = questions.ask(db, "为什么批归一化在小批量时不稳定？", week=2, tags=["归一化"])
    questions.answer(db, done, "It has nothing to do with a softmax.")
    missed.note_missed(db, "The softmax is scaled by the root of d_k.", paper="transformer", week=6)
    missed.note_missed(db, "Alone, of no paper", remark="a softmax too")
    locations.notes().mkdir(parents=True)
    note = "# Attention\n\nThe softmax saturates; 批归一化 is another story.\n"
    (locations.notes() / "transformer.md").write_text(note, "utf-8")
    (locations.notes() / "week-3.md").write_text("nothing of it\n", "utf-8")
    return workspace


async def searched(pilot, *keys: str) -> None:
    """Open the search, type, and wait until everything has been looked through."""
    await pilot.press("ctrl+f")
    await pilot.pause()
    await typed(pilot, *keys)


async def typed(pilot, *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause(0.2)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def titles(app: StudylabApp) -> list[str]:
    return [
        str(app.screen.query_one(f"#title-{name}", Static).content)
        for name in ("questions", "missed", "notes")
        if not app.screen.query_one(f"#title-{name}").has_class("empty")
    ]


async def test_everything_is_found_by_kind(open_app: OpenApp, written: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await searched(pilot, *"softm")
        assert titles(app) == ["Questions  2", "Missed points  2", "Notes  1"]
        shown = screen_text(app)
        assert "Why does the softmax saturate?" in shown
        assert "do with a softmax." in shown
        assert "⋯ a softmax too" in shown
        assert "The softmax saturates; 批归一化" in shown
        await typed(pilot, *"ax scaled")
        assert titles(app) == ["Missed points  1"]
        await typed(pilot, "x")
        assert titles(app) == []
        assert "Nothing has all of these words." in screen_text(app)


async def test_what_is_found_too_late_is_not_shown(open_app: OpenApp, written: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await searched(pilot, *"softmax")
        app.screen._show("soft", Found([], [], []))
        await pilot.pause()
        assert titles(app) == ["Questions  2", "Missed points  2", "Notes  1"]


async def test_chinese_is_found_anywhere_in_a_word(open_app: OpenApp, written: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await searched(pilot, *"归一")
        assert titles(app) == ["Questions  1", "Notes  1"]


async def test_a_question_opens_in_its_room(open_app: OpenApp, written: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await searched(pilot, *"nothing softmax", "enter")
        await pilot.pause()
        assert app.screen.NAME == "questions"
        assert app.screen.question.text.startswith("为什么")


async def test_a_missed_point_opens_its_paper(open_app: OpenApp, written: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await searched(pilot, *"scaled root", "enter")
        await pilot.pause()
        assert app.screen.NAME == "papers"
        assert app.screen.paper.id == "transformer"


async def test_a_missed_point_of_no_paper_is_shown(open_app: OpenApp, written: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await searched(pilot, *"alone", "enter")
        await pilot.pause()
        assert "Alone, of no paper a softmax too" in toasts(app)


async def test_a_note_opens(open_app: OpenApp, written: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await searched(pilot, *"another story", "enter")
        await pilot.pause()
        assert type(app.screen).__name__ == "NoteScreen"


async def test_up_and_down_walk_through_the_lists(open_app: OpenApp, written: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await searched(pilot, *"softmax")
        await pilot.press("down")
        where = []
        for _step in range(6):
            where.append((app.screen.focused.id, app.screen.focused.key))
            await pilot.press("down")
        assert where == [
            ("questions", "2"),
            ("questions", "1"),
            ("missed", "2"),
            ("missed", "1"),
            ("notes", "transformer"),
            ("notes", "transformer"),
        ]
        await pilot.press(*["up"] * 5)
        assert isinstance(app.focused, Input)


async def test_escape_goes_back_to_the_field_and_then_away(
    open_app: OpenApp, written: Workspace
) -> None:
    app = open_app("labs")
    async with app.run_test(size=(80, 24)) as pilot:
        await searched(pilot, *"softmax")
        await pilot.press("down")
        assert not isinstance(app.focused, Input)
        await pilot.press("escape")
        assert isinstance(app.focused, Input)
        await pilot.press("down", "slash")
        assert isinstance(app.focused, Input)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.NAME == "labs"


async def test_it_opens_once_and_from_a_field_too(open_app: OpenApp, written: Workspace) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"x", "ctrl+f", "ctrl+f")
        await pilot.pause()
        assert sum(isinstance(screen, SearchScreen) for screen in app.screen_stack) == 1


async def test_a_dialog_keeps_its_text(open_app: OpenApp, written: Workspace) -> None:
    app = open_app("questions")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", *"half", "ctrl+f", *" a thought", "ctrl+s")
        await pilot.pause()
        assert app.screen.question.text == "half a thought"


async def test_a_note_that_is_no_text_does_no_harm(open_app: OpenApp, written: Workspace) -> None:
    (locations.notes() / "odd.md").write_bytes(b"softmax \xff\xfe \x1b]0;x\x07")
    (locations.notes() / "broken.md").symlink_to("nowhere.md")
    app = open_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await searched(pilot, *"softmax")
        assert titles(app)[-1] == "Notes  2"
        assert "\x1b" not in screen_text(app)


async def test_it_is_in_the_palette(open_app: OpenApp, written: Workspace) -> None:
    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        named = {command.title: command.callback for command in app.get_system_commands(app.screen)}
        named["Search everything"]()
        await pilot.pause()
        assert isinstance(app.screen, SearchScreen)


async def test_a_database_that_can_not_be_read_is_told(
    open_app: OpenApp, written: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studylab.store.database import StoreBusy

    def refuse(*given: object, **more: object) -> None:
        raise StoreBusy("held by another program; try again")

    app = open_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await searched(pilot)
        monkeypatch.setattr("studylab.tui.search.search", refuse)
        await pilot.press("x")
        await pilot.pause(0.4)
        assert "held by another program" in toasts(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_what_is_found(snap_compare, open_app: OpenApp, written: Workspace, size) -> None:
    async def look(pilot) -> None:
        await searched(pilot, *"softmax")
        await pilot.press("down")
        pilot.app.screen.query_one(Input).cursor_blink = False

    assert snap_compare(open_app(), terminal_size=size, run_before=look)
