"""Whatever the app says comes out of the catalogue.

The catalogue of these tests writes every message in Cyrillic letters, and what the student has is
Chinese: a Latin word on the screen is one that no catalogue has seen.
"""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import Input

import studylab.tui
from studylab import language, locations
from studylab.runs.directory import RunDirectory, State
from studylab.tui.app import StudylabApp
from studylab.tui.app_commands import LANGUAGES
from studylab.tui.artifacts import ArtifactsView
from studylab.tui.help import HelpDialog
from studylab.tui.launch import LaunchForm
from studylab.tui.live import LiveView
from studylab.tui.log_view import LogView
from studylab.tui.room import ROOMS
from studylab.tui.sync import SyncLoop
from studylab.tui.translated import TranslatedKeys
from studylab.workspace import Workspace
from tests.runs.machine_views import Still
from tests.tui.letters import Letters, busy_machine, fill, messages, put, untranslated
from tests.tui.run_files import clock, settled
from tests.tui.study import screen_text

TALL = (150, 90)
"""So that nothing has to be scrolled."""

OpenApp = Callable[..., StudylabApp]


@pytest.fixture
def open_app(
    empty_database: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenApp]:
    """Makes the app in the language of the tests; a new student's where nothing is to be there."""
    opened = []
    put(tmp_path, monkeypatch)
    home.mkdir()
    shutil.copy(empty_database, locations.database())
    monkeypatch.setattr(SyncLoop, "run", lambda self: None)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("studylab.tui.machine_feed.FIRST_SECONDS", 0.0)
    monkeypatch.setattr(
        "studylab.tui.machine.MachineRoom.make_lookout", lambda self: Still(busy_machine())
    )
    monkeypatch.setattr("studylab.tui.launching.missing_packages", lambda: ["包"])

    def made(room: str = "week", *, filled: bool = True) -> StudylabApp:
        opened.append(Workspace.open())
        if filled:
            fill(opened[-1])
        monkeypatch.setattr(language, "_catalogue", Letters())
        return StudylabApp(opened[-1], room)

    yield made
    for workspace in opened:
        workspace.close()


def words_of(app: StudylabApp) -> list[str]:
    """The words in front that no catalogue has seen: on the screen, in toasts, of keys."""
    there = app.screen.active_bindings.values()
    told = [screen_words(app, names_of_keys(app))]
    told += [f"{note.title}\n{note.message}" for note in app._notifications]
    told += [f"{each.binding.description}\n{each.tooltip}" for each in there]
    return untranslated("\n".join(told))


def names_of_keys(app: StudylabApp) -> set[str]:
    """What a footer calls the keys of this screen, and of those that show behind it."""
    there = [each for screen in app.screen_stack for each in screen.active_bindings.values()]
    return {app.get_key_display(each.binding) for each in there}


def screen_words(app: StudylabApp, keys: set[str]) -> str:
    """What is on the screen; the last line names keys before what they do."""
    *lines, footer = screen_text(app).splitlines()
    return "\n".join([*lines, *(word for word in footer.split() if word not in keys)])


# Rooms


@pytest.mark.parametrize("filled", [True, False], ids=["filled", "new"])
@pytest.mark.parametrize("room", ["syllabus", "labs", "runs", "week", "papers", "questions"])
async def test_a_room_says_nothing_of_its_own(open_app: OpenApp, room: str, filled: bool) -> None:
    app = open_app(room, filled=filled)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        assert words_of(app) == []
        for key in ("down", "down", "down"):
            await pilot.press(key)
            await pilot.pause()
            assert words_of(app) == []


async def test_every_part_of_the_syllabus(open_app: OpenApp) -> None:
    app = open_app("syllabus")
    async with app.run_test(size=TALL) as pilot:
        for key in ("home", *["right"] * 12, "space", "u", "slash", "1"):
            await pilot.press(key)
            await pilot.pause()
            assert words_of(app) == []


async def test_the_states_of_the_runs_room(open_app: OpenApp) -> None:
    app = open_app("runs")
    async with app.run_test(size=TALL) as pilot:
        for key in (*["f"] * 4, "escape", "slash", "无", "无"):
            await pilot.press(key)
            await pilot.pause()
            assert words_of(app) == []


async def test_a_planned_lab_that_is_opened(open_app: OpenApp) -> None:
    app = open_app("labs")
    async with app.run_test(size=TALL) as pilot:
        for key in ("end", "enter"):
            await pilot.press(key)
            await pilot.pause()
        assert app._notifications and words_of(app) == []


async def test_the_machine_room(open_app: OpenApp) -> None:
    app = open_app("machine")
    async with app.run_test(size=TALL) as pilot:
        while "训练" not in screen_text(app):
            await pilot.pause(0.05)
        for key in ("o", "o", "o", "o", "o", "f", "f", "down"):
            assert words_of(app) == []
            await pilot.press(key)
            await pilot.pause()
        # The footer is made anew after the rest.
        await pilot.pause(0.1)
        assert words_of(app) == []


# What is opened above a room


KEYS = [
    ("syllabus", ["w"]),
    ("syllabus", ["w", *"P1-P2"]),
    ("syllabus", ["w", *"P9-", "enter"]),
    ("syllabus", ["home", "space"]),
    ("syllabus", ["home", "space", "y"]),
    ("syllabus", ["home", "space", "y", "space"]),
    ("labs", ["e"]),
    ("labs", ["a"]),
    ("labs", ["a", *"无", "escape"]),
    ("runs", ["l"]),
    ("runs", ["s"]),
    ("runs", ["c"]),
    ("runs", ["asterisk"]),
    ("runs", ["number_sign"]),
    ("runs", ["n"]),
    ("runs", ["X"]),
    ("runs", ["d"]),
    ("runs", ["end", "d"]),
    ("runs", ["end", "x"]),
    ("syllabus", ["ctrl+c"]),
    ("syllabus", ["o", "y"]),
    ("week", ["ctrl+f"]),
    ("week", ["ctrl+f", *"无"]),
    ("week", ["v"]),
    ("week", ["p"]),
    ("week", ["s"]),
    ("week", ["s", "s"]),
    ("week", ["s", "S"]),
    ("week", ["s", "end", "down", "down", "s"]),
    ("week", ["p", "s"]),
    ("week", ["p", "s", "enter"]),
    ("week", ["p", "l", *"无", "enter"]),
    ("week", ["p", "a"]),
    ("week", ["p", "a", "enter"]),
    ("week", ["p", "d"]),
    ("week", ["p", "h"]),
    ("week", ["p", "h", "a"]),
    ("week", ["p", "h", "a", *"1:30"]),
    ("week", ["p", "h", "a", *"1:30", "enter"]),
    ("questions", ["a"]),
    ("questions", ["w"]),
    ("questions", ["slash", "无"]),
    ("papers", ["enter"]),
    ("papers", ["space"]),
    ("papers", ["n"]),
]


@pytest.mark.parametrize(
    ("room", "keys"), KEYS, ids=[f"{room} {''.join(keys)}" for room, keys in KEYS]
)
async def test_what_a_key_opens(open_app: OpenApp, room: str, keys: list[str]) -> None:
    app = open_app(room)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert words_of(app) == []


def going_on() -> RunDirectory:
    return RunDirectory(locations.runs() / "跑-11111")


def over(state: State) -> RunDirectory:
    return RunDirectory(locations.runs() / f"跑-{list(State).index(state) + 22222}")


@pytest.mark.parametrize("state", [State.RUNNING, State.FAILED, State.STOPPED, State.FINISHED])
async def test_the_live_view(open_app: OpenApp, state: State) -> None:
    app = open_app("runs")
    async with app.run_test(size=TALL) as pilot:
        run = going_on() if state is State.RUNNING else over(state)
        app.push_screen(LiveView(run, clock=lambda: clock() + 100))
        await settled(pilot)
        assert words_of(app) == []
        await pilot.press("e")
        await pilot.pause()
        assert words_of(app) == []


@pytest.mark.parametrize("missing", ["metrics.jsonl", "resources.jsonl", "state.json", ""])
async def test_the_live_view_of_a_run_that_lacks_something(open_app: OpenApp, missing: str) -> None:
    app = open_app("runs")
    async with app.run_test(size=TALL) as pilot:
        run = going_on()
        view = LiveView(run, clock=clock)
        app.push_screen(view)
        await settled(pilot)
        shutil.rmtree(run.path) if not missing else (run.path / missing).unlink()
        view.read_on()
        await pilot.pause()
        assert words_of(app) == []


@pytest.mark.parametrize("state", [State.RUNNING, State.FAILED])
async def test_a_run_without_anything(open_app: OpenApp, state: State) -> None:
    app = open_app("runs")
    async with app.run_test(size=TALL) as pilot:
        run = going_on() if state is State.RUNNING else over(state)
        for path in run.path.iterdir():
            if path.suffix in (".jsonl", ".log"):
                path.unlink()
        app.push_screen(LiveView(run, clock=clock))
        await settled(pilot)
        assert words_of(app) == []
        await pilot.press("e")
        await pilot.pause()
        assert words_of(app) == []


async def test_samples_and_pictures(open_app: OpenApp) -> None:
    app = open_app("runs")
    async with app.run_test(size=TALL) as pilot:
        run = going_on()
        app.push_screen(ArtifactsView(run))
        await pilot.pause(0.1)
        assert words_of(app) == []
        (run.path / "events.jsonl").unlink()
        app.push_screen(ArtifactsView(run))
        await pilot.pause(0.1)
        assert words_of(app) == []


async def test_a_long_log(open_app: OpenApp) -> None:
    app = open_app("runs")
    async with app.run_test(size=TALL) as pilot:
        run = going_on()
        run.output.write_text("输出\n" * 400_000)
        app.push_screen(LogView(run))
        await pilot.pause()
        assert words_of(app) == []
        await pilot.press("slash", "输", "enter")
        await pilot.pause(0.3)
        assert words_of(app) == []
        await pilot.press("g")
        await pilot.pause()
        assert words_of(app) == []


async def test_the_launch_form(open_app: OpenApp) -> None:
    app = open_app("labs")
    async with app.run_test(size=TALL) as pilot:
        app.push_screen(LaunchForm("mine/102", {"步数": 5, "没有": 1}))
        await pilot.pause()
        assert words_of(app) == []
        app.screen.query(Input).first().value = "0"
        app.screen.query(Input).last().value = "无"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert words_of(app) == []
        await pilot.press("escape")
        await pilot.pause()
        assert words_of(app) == []


# Help, palette, keys


@pytest.mark.parametrize("room", ROOMS)
async def test_the_help(open_app: OpenApp, room: str) -> None:
    app = open_app(room)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        names = names_of_keys(app)
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpDialog)
        text = screen_text(app)
        for name in names:
            text = text.replace(f" {name} ", " ")
        assert untranslated(text) == []


@pytest.mark.parametrize("room", ROOMS)
async def test_the_palette(open_app: OpenApp, room: str) -> None:
    app = open_app(room)
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        offered = [
            word
            for entry in app.get_system_commands(app.screen)
            # In the language that it offers.
            if entry.title not in {title for title, _help in LANGUAGES.values()}
            for word in untranslated(f"{entry.title}\n{entry.help}")
        ]
        assert offered == []
        keys = names_of_keys(app)
        await pilot.press("ctrl+p", *"无此令")
        await found(pilot)
        assert isinstance(app.screen, CommandPalette)
        assert untranslated(screen_words(app, keys)) == []


async def test_the_themes(open_app: OpenApp) -> None:
    app = open_app()
    async with app.run_test(size=TALL) as pilot:
        await pilot.pause()
        keys = names_of_keys(app)
        app.search_themes()
        await found(pilot)
        assert untranslated(app.screen.query_one(Input).placeholder) == []
        await pilot.press(*"无此题")
        await found(pilot)
        assert untranslated(screen_words(app, keys)) == []


async def found(pilot: Any) -> None:
    """Wait until the palette has looked."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def test_what_textual_says_of_its_keys_is_in_the_catalogue() -> None:
    said = {
        text
        for kind in textual_widgets()
        for binding in vars(kind).get("BINDINGS", ())
        for text in (binding.description, binding.tooltip)
        if text
    }

    assert len(said) > 60
    assert said - messages() == set()


def test_every_screen_translates_its_keys() -> None:
    screens = [thing for thing in things_of_the_app() if issubclass(thing, Screen)]
    ours = [each for each in screens if each.__module__.startswith("studylab.")]

    assert len(ours) > 15
    assert [each.__name__ for each in ours if not issubclass(each, TranslatedKeys)] == []


def textual_widgets() -> set[type]:
    """The classes of Textual that the app's modules name, and what those are made of."""
    # The palette has no footer, and a `?` is typed into it.
    named = things_of_the_app() - {CommandPalette}
    return {
        base for kind in named for base in kind.__mro__ if base.__module__.startswith("textual.")
    }


def things_of_the_app() -> set[type]:
    """The classes that the app's modules name."""
    for module in pkgutil.walk_packages(studylab.tui.__path__, "studylab.tui."):
        importlib.import_module(module.name)
    ours = [module for name, module in sys.modules.items() if name.startswith("studylab.tui.")]
    return {thing for module in ours for thing in vars(module).values() if isinstance(thing, type)}
