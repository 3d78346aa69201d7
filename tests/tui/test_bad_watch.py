"""The live view and the list of runs over what students log and do by mistake."""

from __future__ import annotations

import time
from itertools import count

import pytest

from studylab.metrics.records import metric_line
from studylab.runs.directory import RunDirectory, State
from studylab.runs.sync import sync_all
from studylab.tui.app import StudylabApp
from studylab.tui.live import LiveView
from studylab.tui.live_feed import LiveFeed
from studylab.tui.widgets.chart import Chart
from tests.tui.run_files import (
    BEGAN,
    clock,
    settled,
    sync,
    write_full_run,
    write_metrics,
    write_run,
)
from tests.tui.study import screen_text, toasts

LONG = "长" * 1000
NAMES = ["val loss, smoothed", "🎉/🇨🇳 👩‍🔬", LONG, "[bold]x[/]", "\x1b[31mred\x00", "", "/"]


def write(run: RunDirectory, *records: tuple[int, dict[str, float]]) -> None:
    with run.metrics.open("ab") as file:
        for step, scalars in records:
            file.write(metric_line(BEGAN + 1, step, scalars))


async def watch(pilot, run: RunDirectory, seconds: float = 3.0) -> LiveView:
    view = LiveView(run, clock=clock)
    await pilot.app.push_screen(view)
    await settled(pilot, seconds)
    return view


class TestNames:
    @pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 60)])
    async def test_any_text_is_the_title_of_a_chart(self, runs_app: StudylabApp, size) -> None:
        run = write_run()
        write(run, *((step, dict.fromkeys(NAMES, 1 / step)) for step in range(1, 20)))
        async with runs_app.run_test(size=size) as pilot:
            view = await watch(pilot, run)
            assert view.query(Chart)
            seen = screen_text(runs_app)
            for _page in NAMES:
                await pilot.press("m")
                await pilot.pause()
                seen += screen_text(runs_app)
            assert "\x1b" not in seen
            if size[0] >= 80:
                assert "[bold]x[" in seen
                assert "val loss, smoothed" in seen
                assert "长长长" in seen

    async def test_five_thousand_of_them_open_and_what_is_left_out_is_told(
        self, runs_app: StudylabApp
    ) -> None:
        run = write_run()
        names = {f"layer{n}/norm{n}": float(n) for n in range(5000)}
        write(run, (1, {"train/loss": 1.0} | names), (2, {"train/loss": 0.5} | names))
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            assert "━ train" in screen_text(runs_app)
            start = time.process_time()
            await pilot.press("m", "m", "m")
            await pilot.pause()
            assert time.process_time() - start < 1.5
            feed = view.feed
            points = sum(map(len, feed.series.values())) + feed.left_out
            assert points == 2 * 5001


class TestSteps:
    async def test_backwards_and_a_jump_of_a_million_million(self, runs_app: StudylabApp) -> None:
        run = write_run()
        steps = [*range(1, 50), *range(20, 60), 10**12, 10**12 + 1]
        write(run, *((step, {"train/loss": 1 / step}) for step in steps))
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            assert list(view.feed.series["train/loss"].steps) == sorted(steps)
            assert "━ train" in screen_text(runs_app)
            write(run, (3, {"train/loss": 0.1}))
            view.read_on()
            await settled(pilot)
            assert view.feed.step == 3


class TestMany:
    def test_a_million_points_at_once_leave_the_screen_free(self) -> None:
        run = write_run()
        scalars = {f"m{n}": 0.5 for n in range(50)}
        run.metrics.write_bytes(
            b"".join(metric_line(BEGAN, step, scalars) for step in range(20_000))
        )
        feed = LiveFeed(run)
        longest, reads = 0.0, 0
        while not reads or feed.catching_up:
            start = time.process_time()
            feed.read(0.01)
            longest = max(longest, time.process_time() - start)
            reads += 1
        assert sum(map(len, feed.series.values())) == 1_000_000
        assert reads > 10
        assert longest < 0.3


class TestBusyMachine:
    async def test_a_tick_that_comes_too_late_does_not_stop_the_reading(
        self, runs_app: StudylabApp, monkeypatch
    ) -> None:
        """Textual's timer for one tick is silent if the machine does something else meanwhile."""
        calls, real = count(), time.monotonic

        def later() -> float:
            return real() + next(calls) // 7 * 0.02

        monkeypatch.setattr("textual.timer._time.get_time", later)
        run = write_run()
        write_metrics(run, 20_000)
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run, 20.0)
            assert len(view.feed.series["train/loss"]) == 20_000


class TestDirectory:
    async def test_one_that_is_moved_while_it_is_watched(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            sync(runs_app)
            view = await watch(pilot, run)
            moved = run.path.rename(run.path.with_name("moved-22222"))
            view.read_on()
            await settled(pilot)
            shown = screen_text(runs_app)
            assert "is gone" in shown
            assert "━ train" in shown
            await pilot.press("escape")
            sync(runs_app)
            await pilot.pause()
            shown = screen_text(runs_app)
            assert moved.name in shown
            row = runs_app.workspace.db.execute("SELECT state FROM runs WHERE id = ?", (run.id,))
            assert row.fetchone()[0] == "lost"

    async def test_one_whose_files_may_not_be_read(
        self, runs_app: StudylabApp, monkeypatch
    ) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)

            def refuse(*_arguments: object, **_more: object) -> None:
                raise PermissionError(13, "Permission denied")

            monkeypatch.setattr(view.feed._metrics, "read", refuse)
            view.read_on()
            await pilot.pause()
            shown = screen_text(runs_app)
            assert "Permission denied" in shown
            assert "━ train" in shown

    async def test_one_that_cant_be_written_is_not_stopped_and_says_why(
        self, runs_app: StudylabApp, monkeypatch
    ) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)

            def refuse(*_arguments: object, **_more: object) -> None:
                raise OSError(30, "Read-only file system")

            monkeypatch.setattr("studylab.atomic.replace", refuse)
            await pilot.press("s")
            await pilot.pause()
            await pilot.press("y")
            await pilot.pause()
        assert "Read-only file system" in toasts(runs_app)

    async def test_one_of_a_newer_studylab_says_upgrade(self, runs_app: StudylabApp) -> None:
        run = write_full_run(state=State.FINISHED)
        run.state_file.write_text('{"contract": 99, "state": "dreaming"}')
        async with runs_app.run_test(size=(120, 36)) as pilot:
            sync_all(runs_app.workspace.db)
            await runs_app.push_screen(LiveView(run, clock=clock))
            await pilot.pause()
            assert "upgrade studylab" in screen_text(runs_app)
