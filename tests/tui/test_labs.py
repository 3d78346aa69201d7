"""The Labs room."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import OptionList

from studylab.runs.directory import State
from studylab.runs.stop import wait_for_end
from studylab.runs.sync import sync_all
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.ask import AskDialog
from studylab.tui.dialogs.episodes import EpisodesDialog
from studylab.tui.labs import LabsRoom
from studylab.tui.launch import LaunchForm
from studylab.tui.live import LiveView
from tests.tui.run_files import BEGAN, labs_of, sync, write_full_run
from tests.tui.study import screen_text, toasts

MARKED = '''"""Has [bold]markup[/] and 中文 in its text. [/]"""
LAB = Lab(name="marked", title="[red]not[/] markup [/]", teaches="[b]", week=99, minutes=90,
          references=(Reference("ppl [x]", 20.5, "test", "d[/]", "[b]", False),))
class Config:
    rate: float = setting(0.1, "a [rate]", low=0.0, high=1.0)
'''
BROKEN = "LAB = Lab(name='broken', week=1, [/]"


@pytest.fixture
def labs_app(runs_app: StudylabApp, open_app) -> StudylabApp:
    """The app in the Labs room, which has the stand-in lab."""
    return open_app("labs")


def room(app: StudylabApp) -> LabsRoom:
    assert isinstance(app.screen, LabsRoom)
    return app.screen


class TestLooks:
    @pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
    def test_the_catalogue(self, snap_compare, labs_app: StudylabApp, size) -> None:
        write_full_run("digits-22222", began=BEGAN - 3600, state=State.FINISHED)
        write_full_run("digits-66666")
        sync_all(labs_app.workspace.db)
        assert snap_compare(labs_app, terminal_size=size)

    def test_in_chinese(self, snap_compare, labs_app: StudylabApp, workspace) -> None:
        object.__setattr__(workspace.settings, "language", "zh")
        assert snap_compare(labs_app, terminal_size=(80, 24))

    async def test_tiny_terminals(self, labs_app: StudylabApp) -> None:
        async with labs_app.run_test(size=(40, 10)) as pilot:
            for size in ((10, 3), (120, 36)):
                await pilot.press("down", "up")
                await pilot.resize_terminal(*size)
                await pilot.pause()
            assert room(labs_app).table.keys


async def test_what_a_lab_teaches_takes_and_reaches(labs_app: StudylabApp) -> None:
    async with labs_app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        assert room(labs_app).table.key == "mine/digits"
        shown = screen_text(labs_app)
    for part in (
        "Digits, a stand-in", "30 s", "97 %", "How a run looks.", "It learns nothing.",
        "a book [p. 3]", "epochs", "the learning [rate]", "a number from 0 to 1",
        "P108", "Attention Is All You Need", "$ studylab run digits",
    ):  # fmt: skip
        assert part in shown, part


async def test_labs_to_come_are_there_and_say_so(labs_app: StudylabApp) -> None:
    async with labs_app.run_test(size=(120, 36)) as pilot:
        await pilot.press("home")
        await pilot.pause()
        assert "to come" in screen_text(labs_app)
        assert "This lab is still to come" in screen_text(labs_app)
        await pilot.press("enter", "r", "w", "e")
        await pilot.pause()
        assert isinstance(labs_app.screen, LabsRoom)
        assert "still to come" in toasts(labs_app)
        await pilot.press("a")
        await pilot.pause()
        assert isinstance(labs_app.screen, AskDialog)


async def test_a_lab_that_can_not_be_read_says_why(
    labs_app: StudylabApp, workspace, tmp_path
) -> None:
    workspace.labs = labs_of(tmp_path / "labs", broken=BROKEN, marked=MARKED)
    async with labs_app.run_test(size=(160, 50)) as pilot:
        room(labs_app).table.go_to("mine/broken")
        await pilot.pause()
        assert "broken.py:1:" in screen_text(labs_app)
        assert room(labs_app).table.keys[-1] == "mine/broken"
        await pilot.press("enter", "r")
        await pilot.pause()
        assert isinstance(labs_app.screen, LabsRoom)
        assert "mend that line" in toasts(labs_app)


async def test_markup_in_a_lab_is_text(labs_app: StudylabApp, workspace, tmp_path) -> None:
    workspace.labs = labs_of(tmp_path / "labs", marked=MARKED)
    async with labs_app.run_test(size=(160, 50)) as pilot:
        room(labs_app).table.go_to("mine/marked")
        await pilot.pause()
        shown = screen_text(labs_app)
        assert "[red]not[/] markup [/]" in shown
        assert "Has [bold]markup[/] and 中文" in shown
        assert "≤ 20.5 on d[/], test  ([b])" in shown
        await pilot.press("ctrl+p", *"marked")
        await pilot.pause(0.3)
        assert "[red]not[/] markup" in screen_text(labs_app)


async def test_runs_and_the_best_result(labs_app: StudylabApp) -> None:
    async with labs_app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert "–" in screen_text(labs_app)
        write_full_run("digits-66666")
        sync(labs_app)
        await pilot.pause()
        assert "▸ running 65 %" in screen_text(labs_app)
        write_full_run("digits-22222", state=State.FINISHED)
        sync(labs_app)
        await pilot.pause()
        shown = screen_text(labs_app)
        assert "✓ 97.8 %" in shown
        assert "2 runs so far" in shown
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(labs_app.screen, LiveView)
        assert labs_app.screen.run.id == "digits-66666"


async def test_enter_opens_the_form(labs_app: StudylabApp) -> None:
    async with labs_app.run_test(size=(120, 36)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(labs_app.screen, LaunchForm)


async def test_r_runs_it_as_it_is(labs_app: StudylabApp) -> None:
    async with labs_app.run_test(size=(120, 36)) as pilot:
        await pilot.press("r")
        for _ in range(300):
            await asyncio.sleep(0.02)
            if isinstance(labs_app.screen, LiveView):
                break
        assert isinstance(labs_app.screen, LiveView)
        run = labs_app.screen.run
        assert run.read_spec().argv[-1].endswith("digits.py")
        state = await asyncio.to_thread(wait_for_end, run, 15)
        assert state.state is State.FINISHED


async def test_missing_packages(labs_app: StudylabApp, workspace, monkeypatch) -> None:
    monkeypatch.setattr("studylab.tui.launching.missing_packages", lambda: ["torch"])
    object.__setattr__(workspace.labs[0], "id", "vision/digits")
    async with labs_app.run_test(size=(120, 36)) as pilot:
        room(labs_app).table.go_to("vision/digits")
        await pilot.pause()
        assert "pip install 'studylab[labs]'" in screen_text(labs_app)
        await pilot.press("r")
        await pilot.pause()
        assert isinstance(labs_app.screen, LabsRoom)
        assert "the labs need torch" in toasts(labs_app)


async def test_its_episodes(labs_app: StudylabApp) -> None:
    async with labs_app.run_test(size=(120, 36)) as pilot:
        await pilot.press("e")
        await pilot.pause()
        assert isinstance(labs_app.screen, EpisodesDialog)
        assert labs_app.screen.query_one(OptionList).option_count == 3
        assert "P108" in screen_text(labs_app)
        await pilot.press("enter")
        await pilot.pause()
        assert "?p=108" in toasts(labs_app)
        await pilot.press("escape")
        assert isinstance(labs_app.screen, LabsRoom)
