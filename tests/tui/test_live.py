"""The live view of a run."""

from __future__ import annotations

import asyncio
import math
import shutil
import sys
import time

import pytest

from studylab.metrics.records import metric_line
from studylab.runs.directory import RunDirectory, State
from studylab.runs.launch import launch
from studylab.settings import Settings
from studylab.tui import ages
from studylab.tui.app import StudylabApp
from studylab.tui.artifacts import ArtifactsView
from studylab.tui.dialogs.ask import AskDialog
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.launch import LaunchForm
from studylab.tui.live import LiveView
from studylab.tui.log_view import LogView
from studylab.tui.widgets.chart import Chart
from studylab.tui.widgets.setting_field import SettingField
from tests.tui.run_files import (
    BEGAN,
    STAND_IN,
    clock,
    settled,
    write_event,
    write_full_run,
    write_metrics,
    write_run,
    write_usage,
)
from tests.tui.study import screen_text, toasts

SIZES = [(80, 24), (120, 36), (200, 60)]
HOSTILE = "\x1b[31mred\x1b]0;title\x07 [bold]x[/] [/] 批归一化 🎉"


def opened(run: RunDirectory):
    """For `snap_compare`: the live view of `run`, painted."""

    async def before(pilot) -> None:
        await pilot.app.push_screen(LiveView(run, clock=clock))
        await settled(pilot)

    return before


async def watch(pilot, run: RunDirectory) -> LiveView:
    view = LiveView(run, clock=clock)
    await pilot.app.push_screen(view)
    await settled(pilot)
    return view


class TestLooks:
    @pytest.mark.parametrize("size", SIZES)
    def test_going_on(self, snap_compare, runs_app: StudylabApp, size) -> None:
        run = write_full_run()
        assert snap_compare(runs_app, terminal_size=size, run_before=opened(run))

    @pytest.mark.parametrize("size", SIZES[:2])
    def test_finished(self, snap_compare, runs_app: StudylabApp, size) -> None:
        run = write_full_run(state=State.FINISHED, reason="finished", exit_code=0)
        assert snap_compare(runs_app, terminal_size=size, run_before=opened(run))

    @pytest.mark.parametrize("size", SIZES[:2])
    def test_failed_at_step_0(self, snap_compare, runs_app: StudylabApp, size) -> None:
        run = write_run(state=State.FAILED, reason="exit code 1: ModuleNotFoundError: no [torch]")
        run.output.write_text('Traceback (most recent call last):\n  File "cnn.py", line 3\n'
                              "ModuleNotFoundError: no [torch]\n")  # fmt: skip
        assert snap_compare(runs_app, terminal_size=size, run_before=opened(run))

    def test_with_gpus(self, snap_compare, runs_app: StudylabApp) -> None:
        run = write_full_run()
        gpu = '{"index":%d,"utilisation":93.0,"memory_used":41e9,"memory_total":80e9,"run_memory":%s,"temperature":62.0,"power":310.5}'  # noqa: E501
        write_usage(run, gpus=f"[{gpu % (0, '38e9')}, {gpu % (1, 'null')}]")
        assert snap_compare(runs_app, terminal_size=(120, 36), run_before=opened(run))

    async def test_tiny_terminals(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(40, 10)) as pilot:
            await watch(pilot, run)
            for size in ((20, 5), (1, 1), (120, 36)):
                await pilot.resize_terminal(*size)
                await settled(pilot)
            assert "loss" in screen_text(runs_app)


class TestWatching:
    async def test_what_is_logged_comes_in(self, runs_app: StudylabApp) -> None:
        run = write_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            assert "waiting for the first point" in screen_text(runs_app)
            write_event(run, "plan", steps=400, steps_per_epoch=200)
            write_metrics(run, 260)
            run.output.write_text("hello\n")
            view.read_on()
            await settled(pilot)
            shown = screen_text(runs_app)
        assert "260/400" in shown
        assert "10.0 steps/s" in shown
        assert "epoch 2/2" in shown
        assert "0:09 left" in shown or "0:10 left" in shown
        assert "hello" in shown

    async def test_a_real_run_to_its_end_over_two_sittings(
        self, open_app, workspace, tmp_path
    ) -> None:
        lab = tmp_path / "digits.py"
        lab.write_text(STAND_IN)
        run = launch("digits", [sys.executable, "-P", str(lab)], Settings())
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            view = LiveView(run)
            await app.push_screen(view)
            await self._until(pilot, lambda: view.feed.series)
        app = StudylabApp(workspace, "runs")
        async with app.run_test(size=(120, 36)) as pilot:
            view = LiveView(run)
            await app.push_screen(view)
            await self._until(pilot, lambda: view.feed.ended and not view.feed.catching_up)
            view.read_on()
            await settled(pilot)
            shown = screen_text(app)
        assert list(view.feed.series["train/loss"].steps) == list(range(1, 21))
        assert "✓ finished" in shown
        assert "97.8 % (reference: 97 %, reached)" in shown

    async def _until(self, pilot, condition, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
            await pilot.pause()

    async def test_a_backlog_shows_its_progress_and_a_chart_at_once(
        self, runs_app: StudylabApp, monkeypatch
    ) -> None:
        monkeypatch.setattr("studylab.tui.live.SLICE_SECONDS", 0.0)
        monkeypatch.setattr("studylab.tui.live.REST_SECONDS", 60.0)
        run = write_run()
        write_metrics(run, 20_000)
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = LiveView(run, clock=clock)
            await runs_app.push_screen(view)
            await pilot.pause()
            shown = screen_text(runs_app)
            assert view.feed.catching_up
            assert "reading" in shown
            assert "━ train" in shown

    async def test_nothing_is_read_behind_another_screen(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            await pilot.press("l")
            await pilot.pause()
            assert isinstance(runs_app.screen, LogView)
            assert view._next_slice is None
            await pilot.press("escape")
            await pilot.pause()
            assert view._next_slice is not None

    async def test_many_metrics_have_pages(self, runs_app: StudylabApp) -> None:
        run = write_run()
        with run.metrics.open("wb") as file:
            for step in range(1, 50):
                file.write(metric_line(BEGAN, step, {f"m{n:02}": 1 / step for n in range(20)}))
        async with runs_app.run_test(size=(80, 24)) as pilot:
            view = await watch(pilot, run)
            first = [group.quantity for group in view.charts.shown]
            assert first[0] == "m00"
            assert len(view.charts.query(Chart)) == len(first)
            seen = set(first)
            for _ in range(25):
                await pilot.press("m")
                seen |= {group.quantity for group in view.charts.shown}
                if [group.quantity for group in view.charts.shown] == first:
                    break
            assert seen == {f"m{n:02}" for n in range(20)}
            assert view.check_action("more_charts", ()) is True


class TestBadInput:
    async def test_text_from_files_is_shown_as_it_is(self, runs_app: StudylabApp) -> None:
        run = write_run(state=State.FAILED, reason=f"exit code 1: {HOSTILE}")
        with run.metrics.open("wb") as file:
            for value in (math.nan, math.inf, -math.inf, 1e308, 0.5):
                file.write(metric_line(BEGAN, 3, {f"[b]{HOSTILE}/[/]": value, "train/loss": value}))
        run.output.write_text(f"{HOSTILE}\n")
        for kind in ("warning", "text", "data", "device", "result"):
            write_event(
                run, kind, text=HOSTILE, name=HOSTILE, metric=HOSTILE, data=HOSTILE, value=1
            )
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            shown = screen_text(runs_app)
            assert "[bold]x[/] [/] 批归一化" in shown
            assert "\x1b" not in shown
            await pilot.press("v")
            await pilot.pause()
            assert isinstance(runs_app.screen, ArtifactsView)
            assert "[bold]x[/]" in screen_text(runs_app)

    async def test_ten_megabytes_on_a_line(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        with run.output.open("ab") as file:
            file.write(b"y" * 10_000_000)
        async with runs_app.run_test(size=(80, 24)) as pilot:
            await watch(pilot, run)
            assert "yyyy" in screen_text(runs_app)
            await pilot.press("l")
            await pilot.pause(0.1)
            assert "yyyy" in screen_text(runs_app)

    async def test_the_directory_is_removed_while_watched(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            shutil.rmtree(run.path)
            view.read_on()
            await settled(pilot)
            shown = screen_text(runs_app)
            assert "is gone" in shown
            assert "━ train" in shown
            await pilot.press("s", "l")
            await pilot.pause()
        assert "is missing" in toasts(runs_app)

    async def test_a_garbage_description(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            for text in ("", "{", "[]", '{"contract": 99}', "null"):
                run.spec_file.write_text(text)
                await watch(pilot, run)
                assert "run.json" in screen_text(runs_app)
                assert "━ train" in screen_text(runs_app)
                await pilot.press("escape")

    async def test_an_empty_directory(self, runs_app: StudylabApp, tmp_path) -> None:
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await runs_app.push_screen(LiveView(RunDirectory(tmp_path)))
            await pilot.pause()
            assert "is missing" in screen_text(runs_app)
            await pilot.press("v", "escape", "y", "escape")


class TestKeys:
    async def test_stop_asks_first(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(80, 24)) as pilot:
            await watch(pilot, run)
            await pilot.press("s")
            assert isinstance(runs_app.screen, ConfirmDialog)
            await pilot.pause()
            shown = screen_text(runs_app)
            assert "20 s to save" in shown
            assert "SIGTERM" in shown
            await pilot.press("enter")
            assert not run.stop_request.exists()
            await pilot.press("s", "y")
            await pilot.pause()
            assert run.stop_request.exists()

    async def test_an_ended_run_can_not_be_stopped(self, runs_app: StudylabApp) -> None:
        run = write_full_run(state=State.FINISHED)
        async with runs_app.run_test(size=(80, 24)) as pilot:
            view = await watch(pilot, run)
            await pilot.press("s")
            assert runs_app.screen is view
            assert " s Stop" not in screen_text(runs_app)

    async def test_clone_opens_the_form_with_the_same_settings(self, runs_app: StudylabApp) -> None:
        run = write_full_run(settings={"epochs": 7})
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            await pilot.press("c")
            await pilot.pause()
            assert isinstance(runs_app.screen, LaunchForm)
            texts = {f.setting.name: f.text for f in runs_app.screen.query(SettingField)}
            assert texts["epochs"] == "7"

    async def test_ask_brings_run_and_step(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            await pilot.press("a")
            await pilot.pause()
            assert isinstance(runs_app.screen, AskDialog)
            assert "step 260" in runs_app.screen.about()

    async def test_back(self, runs_app: StudylabApp) -> None:
        async with runs_app.run_test(size=(80, 24)) as pilot:
            await watch(pilot, write_full_run())
            await pilot.press("escape")
            await pilot.pause()
            assert type(runs_app.screen).__name__ == "RunsRoom"

    async def test_the_log_opens_at_its_end_and_follows(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(80, 24)) as pilot:
            await watch(pilot, run)
            await pilot.press("l")
            await pilot.pause(0.1)
            assert "epoch 30/40" in screen_text(runs_app)
            with run.output.open("a") as file:
                file.write("one more\n 50%|#####     |\r 60%|######    |")
            runs_app.screen._read()
            await pilot.pause()
            shown = screen_text(runs_app)
            assert "one more" in shown
            assert "60%" in shown
            assert "50%" not in shown
            await pilot.press("g")
            await pilot.pause()
            assert "epoch 1/40" in screen_text(runs_app)
            with run.output.open("a") as file:
                file.write("\nand more\n")
            runs_app.screen._read()
            await pilot.pause()
            assert "epoch 1/40" in screen_text(runs_app)


def test_the_clock_of_these_tests_is_that_of_the_others() -> None:
    assert clock() == ages.present().timestamp()
