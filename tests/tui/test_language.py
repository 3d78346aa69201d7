"""Changing the language and the theme inside the app, and finding them so the next time."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.command import CommandPalette
from textual.widgets import Input

from studylab import language, locations, settings
from studylab.tui import live_text
from studylab.tui.app import StudylabApp
from studylab.tui.item_detail import item_detail
from studylab.tui.live import LiveView
from studylab.tui.room import ROOMS, Room
from studylab.tui.widgets.row_list import Column, Row, RowList
from studylab.workspace import Workspace
from tests.tui.letters import Letters, untranslated
from tests.tui.run_files import settled, write_full_run
from tests.tui.study import fill, screen_text, toasts

OpenApp = Callable[..., StudylabApp]

TO_CHINESE, TO_ENGLISH = "Language: Chinese", "Language: English"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begins and ends in English; Chinese is written in the letters of these tests."""
    monkeypatch.setattr(gettext, "translation", lambda *_, **__: Letters())
    monkeypatch.delenv("STUDYLAB_LANGUAGE")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    yield
    language.use("en")


async def choose(pilot: Any, *typed: str) -> None:
    """Type into the palette, and take the first that it offers."""
    for text in typed:
        if not isinstance(pilot.app.screen, CommandPalette):
            await pilot.press("ctrl+p")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = text
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
    await pilot.pause()


@pytest.mark.parametrize("room", ROOMS)
async def test_the_room_in_front_speaks_chinese_at_once(
    open_app: OpenApp, workspace: Workspace, room: str
) -> None:
    fill(workspace)
    app = open_app(room)
    async with app.run_test(size=(120, 36)) as pilot:
        while "Help" not in screen_text(app):
            # The footer comes a moment later than the rest.
            await pilot.pause(0.05)
        await pilot.pause(0.3)
        while "Help" not in screen_text(app).splitlines()[-1]:
            # The Machine room has its lists only once it has looked, and then other keys.
            await pilot.pause(0.05)
        english = screen_text(app)
        before = app.screen
        await choose(pilot, TO_CHINESE)

        assert isinstance(app.screen, Room) and room == app.screen.NAME
        assert app.screen is not before and not before.is_attached
        bar, *_, keys = screen_text(app).splitlines()
        assert bar.split() != english.splitlines()[0].split()
        assert untranslated(bar) == []
        assert "Help" in english.splitlines()[-1] and "Help" not in keys

        await choose(pilot, TO_ENGLISH)
        for _turn in range(100):
            if screen_text(app) == english:
                break
            await pilot.pause(0.05)
        assert screen_text(app) == english


async def test_the_other_rooms_speak_it_too(open_app: OpenApp) -> None:
    app = open_app("labs")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        await choose(pilot, TO_CHINESE)
        for key in "512":
            await pilot.press(key)
            await pilot.pause()
            assert untranslated(screen_text(app).splitlines()[0]) == []
            assert "Help" not in screen_text(app).splitlines()[-1]


async def test_titles_are_chinese_too(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("week")
    async with app.run_test(size=(120, 36)) as pilot:
        week = workspace.syllabus.weeks[0]
        await choose(pilot, TO_CHINESE)
        assert workspace.title(week) == week.title_zh
        assert week.title_zh in screen_text(app)


async def test_only_the_other_language_is_offered(open_app: OpenApp) -> None:
    app = open_app("week")
    async with app.run_test() as pilot:
        assert languages(app) == ["语言：中文 (Language: Chinese)"]
        await choose(pilot, TO_CHINESE)
        assert languages(app) == ["Language: English (语言：英文)"]


def languages(app: StudylabApp) -> list[str]:
    titles = [entry.title for entry in app.get_system_commands(app.screen)]
    return [title for title in titles if "Language:" in title]


async def test_it_is_kept(open_app: OpenApp) -> None:
    locations.settings_file().write_text('# mine\neditor = "nano"  # yes\n')
    app = open_app("week")
    async with app.run_test() as pilot:
        await choose(pilot, TO_CHINESE)
        assert toasts(app) == ""

    assert settings.load({}).speaks == "zh"
    text = locations.settings_file().read_text()
    assert text == '# mine\neditor = "nano"  # yes\nlanguage = "zh"\n'


async def test_a_file_that_cant_be_written_is_told(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    app = open_app("week")
    async with app.run_test() as pilot:
        monkeypatch.setenv("STUDYLAB_CONFIG", str(tmp_path / "file" / "settings.toml"))
        await choose(pilot, TO_CHINESE)
        assert str(tmp_path / "file" / "settings.toml") in toasts(app)
        assert language.spoken() == "zh"
        assert app.is_running


async def test_what_the_environment_says_is_told(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDYLAB_LANGUAGE", "en")
    app = open_app("week")
    async with app.run_test() as pilot:
        await choose(pilot, TO_CHINESE)
        assert "$STUDYLAB_LANGUAGE" in toasts(app)
        assert settings.load({}).language == "zh"
        # What is started from here speaks it already.
        assert os.environ["STUDYLAB_LANGUAGE"] == "zh"

        app._notifications.clear()
        await choose(pilot, TO_ENGLISH)
        assert toasts(app) == ""


async def test_what_was_open_above_a_room_is_closed(open_app: OpenApp) -> None:
    run = write_full_run()
    app = open_app("runs")
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(LiveView(run))
        await settled(pilot)
        await choose(pilot, TO_CHINESE)
        assert isinstance(app.screen, Room) and app.screen.NAME == "runs"
        assert len(app.screen_stack) == 2


async def test_again_and_again(open_app: OpenApp) -> None:
    app = open_app("week")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        english = screen_text(app)
        for key in ("5", "1", "2", "1"):
            await choose(pilot, TO_CHINESE)
            await pilot.press(key)
            await choose(pilot, TO_ENGLISH)
            await pilot.press(key)
        await pilot.pause()
        assert screen_text(app) == english
        rooms = [node for node in app._registry if isinstance(node, Room)]
        assert len(rooms) == len({room.NAME for room in rooms})


async def test_a_theme_is_kept(open_app: OpenApp, workspace: Workspace) -> None:
    app = open_app("week")
    async with app.run_test() as pilot:
        await choose(pilot, "Theme", "gruvbox")
        assert app.theme == "gruvbox"
        assert toasts(app) == ""
    assert settings.load({}).theme == "gruvbox"

    workspace.settings = settings.load({})
    again = open_app("week")
    async with again.run_test() as pilot:
        await pilot.pause()
        assert again.theme == "gruvbox"


async def test_a_theme_of_the_environment_is_told(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDYLAB_THEME", "nord")
    app = open_app("week")
    async with app.run_test() as pilot:
        await choose(pilot, "Theme", "gruvbox")
        assert "$STUDYLAB_THEME says nord" in toasts(app)


async def test_the_palette_says_that_nothing_matches_and_opens_again(open_app: OpenApp) -> None:
    app = open_app("week")
    async with app.run_test() as pilot:
        await choose(pilot, "qqqq")
        assert isinstance(app.screen, CommandPalette)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, Room)


async def test_a_screenshot_is_saved_and_its_place_told(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "studylab.tui.app_commands.user_downloads_path", lambda: tmp_path / "new" / "folder"
    )
    app = open_app("week")
    async with app.run_test() as pilot:
        await choose(pilot, "Screenshot")
        await pilot.pause(0.3)
        (saved,) = (tmp_path / "new" / "folder").iterdir()
        assert str(saved) in toasts(app)
        assert "</svg>" in saved.read_text("utf-8")


async def test_a_screenshot_that_cant_be_saved_is_told(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr("studylab.tui.app_commands.user_downloads_path", lambda: tmp_path / "file")
    app = open_app("week")
    async with app.run_test() as pilot:
        await choose(pilot, "Screenshot")
        await pilot.pause(0.3)
        assert "can't be written" in toasts(app)


# Widths: a Chinese character takes two cells


class Wide(gettext.NullTranslations):
    """Says the same of everything, in characters that are two cells wide."""

    def gettext(self, message: str) -> str:
        return message if "{" in message else "标签"


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_catalogue", Wide())


@pytest.mark.parametrize("code", language.NAMES)
def test_the_bar_of_rooms_fits_80_columns(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.undo()
    language.use(code)
    assert sum(cell_len(language._(title)) + 4 for title in ROOMS.values()) <= 80


async def test_the_bar_shows_every_title_that_it_has_room_for(
    open_app: OpenApp, wide: None
) -> None:
    app = open_app("labs")
    async with app.run_test(size=(8 * len(ROOMS), 24)) as pilot:
        await pilot.pause()
        assert screen_text(app).splitlines()[0].count("标签") == len(ROOMS)
        await pilot.resize_terminal(47, 24)
        await pilot.pause()
        bar = screen_text(app).splitlines()[0]
        assert (bar.count("标签"), bar.count("标")) == (1, len(ROOMS))


async def test_a_column_is_as_wide_as_its_title(wide: None) -> None:
    class Lists(App[None]):
        def compose(self) -> ComposeResult:
            yield RowList([Column(2, title="Wk"), Column(14, title="Lab", part=0.1), Column()])

    app = Lists()
    async with app.run_test(size=(40, 5)) as pilot:
        app.query_one(RowList).set_rows([Row("a", ("1", "甲", "乙"))])
        await pilot.pause()
        head, first = [strip.text for strip in app.screen._compositor.render_strips()][:2]
        assert head.rstrip() == "标签 标签"
        columns = [cell_len(first[: first.index(word)]) for word in ("甲", "乙")]
        assert columns == [5, 5 + 14 + 1]


def test_what_is_told_of_an_item_begins_in_one_column(workspace: Workspace, wide: None) -> None:
    item = next(i for i in workspace.syllabus.items if i.note and i.minutes)
    lines = item_detail(workspace, item, {item.id: ""}, []).plain.splitlines()
    labelled = [line for line in lines if line.startswith("标签  ")]

    assert len(labelled) >= 2
    assert {cell_len(line) - cell_len(line.removeprefix("标签").lstrip()) for line in labelled} == {
        10
    }


def test_speed_and_time_keep_their_columns(wide: None) -> None:
    """A run of days takes no more room than one of minutes, in characters of two cells."""
    told = [live_text._right(text, 12) for text in ("1 步/秒", "12,345 步/秒", "1:02")]

    assert {cell_len(text) for text in told} == {12}
