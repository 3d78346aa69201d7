"""The Machine room."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.widgets import Static

from studylab import language
from studylab.monitor.gpu import GpuSample
from studylab.monitor.traffic import TrafficSample
from studylab.runs.directory import State
from studylab.runs.machine_use import GpuUse, Standing, View
from studylab.runs.sync import sync_all
from studylab.store.peaks import Peak
from studylab.tui import machine
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.live import LiveView
from studylab.tui.machine import MachineRoom
from studylab.tui.machine_bars import Pen
from studylab.tui.machine_board import MachineBoard
from studylab.tui.machine_gauges import gauges_height, put_gauges
from studylab.tui.machine_gpus import gpus_height, put_gpus
from studylab.tui.machine_history import History
from studylab.tui.widgets.grid import Grid
from tests.runs.machine_views import GB, NOW, gpu, shared_box, view
from tests.tui.run_files import settled, write_full_run, write_run
from tests.tui.study import screen_text

PEAKS = [Peak("vision/cnn", "a", GB, 2 * GB), Peak("language_models/gpt", "b", GB, 24 * GB),
         Peak("language_models/llama", "c", GB, 160 * GB)]  # fmt: skip


class Fixed:
    """Looks at a machine that a test describes."""

    def __init__(self, seen: View) -> None:
        self.seen = seen
        self.looks = 0
        self.open = 0
        self.runs: list[str] = []
        self.trouble: BaseException | None = None
        self.answers = threading.Event()
        self.answers.set()

    def made(self) -> Fixed:
        self.open += 1
        return self

    def look(self, runs: Any) -> View:
        self.answers.wait(20)
        if self.trouble is not None:
            raise self.trouble
        self.looks += 1
        self.runs = [run.id for run in runs]
        return self.seen

    def close(self) -> None:
        self.open -= 1


@pytest.fixture
def box(open_app: Callable[..., StudylabApp], monkeypatch: pytest.MonkeyPatch) -> Iterator[Fixed]:
    """What the room looks at, at once and often; not so often that no `pause` finds it idle."""
    fixed = Fixed(shared_box())
    monkeypatch.setattr(MachineRoom, "make_lookout", lambda self: fixed.made())
    monkeypatch.setattr("studylab.tui.machine_feed.FIRST_SECONDS", 0.0)
    monkeypatch.setattr("studylab.tui.machine_feed.LOOK_SECONDS", 0.15)
    monkeypatch.setattr(machine, "peaks", lambda db: PEAKS)
    yield fixed
    fixed.answers.set()


async def looked(pilot: Any, box: Fixed, times: int = 2) -> None:
    """Wait until the room has looked again and shows it."""
    seen, deadline = box.looks, time.monotonic() + 10
    while box.looks < seen + times:
        assert time.monotonic() < deadline, "it never looked"
        await asyncio.sleep(0.01)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


def room(app: StudylabApp) -> MachineRoom:
    assert isinstance(app.screen, MachineRoom)
    return app.screen


class TestLooks:
    @pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
    def test_a_shared_box(
        self, snap_compare, box: Fixed, open_app: Callable[..., StudylabApp], size
    ) -> None:
        app = open_app("machine")
        assert snap_compare(app, terminal_size=size, run_before=lambda pilot: looked(pilot, box))

    def test_a_laptop(self, snap_compare, box: Fixed, open_app: Callable[..., StudylabApp]) -> None:
        box.seen = view(cores=8)
        app = open_app("machine")
        assert snap_compare(
            app, terminal_size=(80, 24), run_before=lambda pilot: looked(pilot, box)
        )

    def test_without_colours(
        self, snap_compare, box: Fixed, open_app: Callable[..., StudylabApp], monkeypatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        app = open_app("machine")
        assert snap_compare(
            app, terminal_size=(120, 36), run_before=lambda pilot: looked(pilot, box)
        )

    def test_in_chinese(
        self, snap_compare, box: Fixed, open_app: Callable[..., StudylabApp], monkeypatch
    ) -> None:
        monkeypatch.setenv("STUDYLAB_LANGUAGE", "zh")
        language.use("zh")
        app = open_app("machine")
        try:
            assert snap_compare(
                app, terminal_size=(80, 24), run_before=lambda pilot: looked(pilot, box)
            )
        finally:
            language.use("en")

    async def test_tiny_terminals(self, box: Fixed, open_app: Callable[..., StudylabApp]) -> None:
        app = open_app("machine")
        async with app.run_test(size=(40, 10)) as pilot:
            for size in ((10, 3), (1, 1), (59, 15), (120, 36)):
                await looked(pilot, box)
                await pilot.press("down", "o", "f")
                await pilot.resize_terminal(*size)
                await pilot.pause()
            await looked(pilot, box)
            assert "GPUs 1, 7 are free" in screen_text(app)


class TestBoard:
    async def shown(self, box: Fixed, app: StudylabApp, size: tuple[int, int] = (120, 40)) -> str:
        async with app.run_test(size=size) as pilot:
            await looked(pilot, box)
            return screen_text(app)

    async def test_who_has_each_gpu_and_for_how_long(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        text = await self.shown(box, open_app("machine"), (160, 50))
        lines = [line for line in text.splitlines() if line.startswith(" GPU ")]
        for line, told in zip(
            lines,
            ("bo 1:01:01", "free", "your gpt-7k2mq 12:05", "fell off the bus",
             "out of sight: 40 GB", "you (no run) 1 d 01 h", "bo 1:01:01", "free"),
            strict=True,
        ):  # fmt: skip
            assert told in line
        assert "99 %" in lines[0] and "71/86 GB" in lines[0] and "74 °C" in lines[0]
        assert "688/700 W" in lines[0] and "1755 MHz" in lines[0]
        assert "MIG 3g.40gb" in text and "30/42 GB" in text

    async def test_what_fits_and_what_waits(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        text = await self.shown(box, open_app("machine"))
        assert "GPUs 1, 7 are free, most memory on 1: 86 GB · 2 runs wait" in text
        assert (
            "By their last runs these fit: cnn 2.0 GB, gpt 24 GB; these do not: llama 160 GB"
            in text
        )
        assert "Runs · 2 going on · 2 wait" in text

    @pytest.mark.parametrize("cores", [1, 2, 7, 64, 300, 2000])
    async def test_however_many_cores(
        self, box: Fixed, open_app: Callable[..., StudylabApp], cores: int
    ) -> None:
        box.seen = view(cores=cores)
        app = open_app("machine")
        async with app.run_test(size=(80, 30)) as pilot:
            await looked(pilot, box)
            board = app.screen.query_one(MachineBoard)
            lines = 0 if cores == 1 else 1 if cores <= 64 else 4
            assert board.size.height == 4 + lines
            assert ("cores   " in screen_text(app)) == (cores > 1)

    @pytest.mark.parametrize("ascii_only", [False, True])
    @pytest.mark.parametrize("seen", [shared_box(), shared_box(cores=3), view(cores=300), view(
        (GpuUse(GpuSample(0, "x"), Standing.FREE),), disk=None,
        traffic=TrafficSample(None, None, None, None),
    )])  # fmt: skip
    def test_at_any_width_it_has_as_many_lines_as_it_says(
        self, seen: View, ascii_only: bool
    ) -> None:
        history = History()
        history.add(seen)
        for width in range(1, 260):
            height = gpus_height(seen) + gauges_height(seen, width)
            pen = Pen(Grid(width, height), history, ascii_only)
            put_gpus(pen, seen)
            put_gauges(pen, gpus_height(seen), seen)
            for row in range(height):
                assert sum(cell_len(text) for text, _role in pen.grid.runs(row)) == width
            if width > 30:
                last = "".join(text for text, _role in pen.grid.runs(height - 1))
                assert last.strip(), (width, "a line too many")

    async def test_in_ascii_a_digit_stands_for_tens_of_percent(
        self, box: Fixed, open_app: Callable[..., StudylabApp], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", "linux")
        box.seen = view(cores=20)
        app = open_app("machine")
        async with app.run_test(size=(80, 30)) as pilot:
            await looked(pilot, box)
            board = app.screen.query_one(MachineBoard)
            shown = "\n".join(board.render_line(y).text for y in range(board.size.height))
            assert "cores   0371482593" in shown
            assert shown.isascii()

    async def test_a_gpu_that_is_lost_and_comes_back(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        box.seen = view((GpuUse(gpu(0), Standing.FREE),))
        app = open_app("machine")
        async with app.run_test(size=(120, 36)) as pilot:
            await looked(pilot, box)
            assert "GPU 0 is free: 86 GB" in screen_text(app)
            lost = GpuUse(GpuSample(0, "H100", trouble="lost [/]"), Standing.SILENT)
            box.seen = view((lost,))
            await looked(pilot, box)
            assert "No GPU answers: lost [/]" in screen_text(app)
            box.seen = view()
            await looked(pilot, box)
            assert "free; no NVIDIA driver" in screen_text(app)
            box.seen = view((GpuUse(gpu(0), Standing.FREE),))
            await looked(pilot, box)
            assert "GPU 0 is free: 86 GB" in screen_text(app)

    async def test_the_last_minutes_are_drawn(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        box.seen = view((GpuUse(gpu(0, utilisation=0.0), Standing.FREE),))
        app = open_app("machine")
        async with app.run_test(size=(120, 36)) as pilot:
            for minute, busy in enumerate((0.0, 50.0, 100.0)):
                use = GpuUse(gpu(0, utilisation=busy), Standing.FREE)
                box.seen = replace(view((use,)), time=NOW + 5 * minute)
                await looked(pilot, box)
            assert "▁▅█" in screen_text(app)


class TestLists:
    async def test_processes_are_sorted_by_what_is_asked_for(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        app = open_app("machine")
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            processes = room(app).processes
            assert processes.keys == ["4101", "5001", "6001", "5002", "1"]
            orders = {
                "CPU": ["4101", "5001", "5002", "6001", "1"],
                "memory": ["4101", "5001", "6001", "5002", "1"],
                "age": ["1", "6001", "4101", "5002", "5001"],
                "owner": ["5001", "5002", "6001", "4101", "1"],
            }
            for order, expected in orders.items():
                await pilot.press("o")
                assert processes.keys == expected, order
                await pilot.pause()
                assert f"Processes by {order} (o)" in screen_text(app)
            await pilot.press("o")
            assert processes.keys[0] == "4101"

    async def test_only_those_on_a_gpu_or_ones_own(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        app = open_app("machine")
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            await pilot.press("f")
            assert room(app).processes.keys == ["4101", "5001", "6001"]
            await pilot.press("f")
            assert room(app).processes.keys == ["5001", "6001", "5002"]
            await pilot.pause()
            assert "only yours (f)" in screen_text(app)
            await pilot.press("f")
            assert len(room(app).processes.keys) == 5

    async def test_the_cursor_stays_on_its_process_while_others_move(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        app = open_app("machine")
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            room(app).processes.focus()
            await pilot.press("o", "down")
            assert room(app).processes.key == "5001"
            busy = {**box.seen.processes, 1: replace(box.seen.processes[1], cpu_percent=900.0)}
            box.seen = replace(box.seen, processes=busy)
            await looked(pilot, box)
            assert room(app).processes.keys[0] == "1"
            assert room(app).processes.key == "5001"

    async def test_without_a_gpu_there_are_no_columns_for_one(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        box.seen = replace(shared_box(), gpus=(), why="no driver")
        app = open_app("machine")
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            text = screen_text(app)
            assert "Processes by CPU (o)" in text
            assert "On GPU" not in text
            for _ in range(3):
                await pilot.press("o")
            await pilot.pause()
            assert "Processes by owner (o)" in screen_text(app)

    async def test_a_system_that_hides_the_processes_of_others_is_told_of(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        own = {pid: info for pid, info in box.seen.processes.items() if info.owner == "ana"}
        box.seen = replace(box.seen, processes=own)
        app = open_app("machine")
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            assert "this user may see no processes but their own" in screen_text(app)

    async def test_text_of_others_is_only_text(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        bad = replace(
            box.seen.processes[4101],
            owner="[bold]x[/]",
            command="\x1b[31mred [/] \x1b]0;t\x07 训练",
        )
        box.seen = replace(box.seen, processes={4101: bad})
        app = open_app("machine")
        async with app.run_test(size=(140, 40)) as pilot:
            await looked(pilot, box)
            text = screen_text(app)
            assert "red [/] 训练" in text and "[bold]x[/]" in text
            assert "\x1b" not in text


class TestRuns:
    @pytest.fixture
    def app(
        self, box: Fixed, runs_app: StudylabApp, open_app: Callable[..., StudylabApp]
    ) -> StudylabApp:
        """With the runs of the box in the database, and one that is over."""
        write_full_run("gpt-7k2mq")
        write_run("cnn-9q4rs", State.QUEUED)
        write_full_run("digits-22222", State.FINISHED)
        sync_all(runs_app.workspace.db)
        return open_app("machine")

    async def test_a_run_with_what_it_uses_and_what_waits_for_what(
        self, box: Fixed, app: StudylabApp
    ) -> None:
        async with app.run_test(size=(160, 50)) as pilot:
            await looked(pilot, box)
            lines = screen_text(app).splitlines()
            [line] = [line for line in lines if "▸ running" in line]
            for part in ("gpt-7k2mq", "131 %", "4.0 GB", " 2 ", "19 GB", "12:05", "65 %",
                         "mine/digits"):  # fmt: skip
                assert part in line, part
            text = "\n".join(lines)
            assert "after gpt-7k2mq" in text
            assert "number 2" in text
            assert "on other-box" in text

    async def test_the_thread_is_told_which_runs_go_on(self, box: Fixed, app: StudylabApp) -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            assert sorted(box.runs) == ["cnn-9q4rs", "gpt-7k2mq"]

    async def test_enter_on_a_run_or_a_process_of_it_opens_its_live_view(
        self, box: Fixed, app: StudylabApp
    ) -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            room(app).processes.focus()
            assert room(app).processes.key == "4101"
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, MachineRoom), "it is of no run"
            await pilot.press("down", "enter")
            await settled(pilot)
            assert isinstance(app.screen, LiveView)
            assert app.screen.run.id == "gpt-7k2mq"
            await pilot.press("escape")
            await looked(pilot, box)
            room(app).runs.focus()
            assert room(app).runs.go_to("gpt-7k2mq")
            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(app.screen, LiveView)

    async def test_stop_asks_first_and_is_only_offered_for_a_run(
        self, box: Fixed, app: StudylabApp
    ) -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            room(app).processes.focus()
            await looked(pilot, box)
            assert "s" not in app.screen.active_bindings
            await pilot.press("s", "down")
            await pilot.pause()
            assert "s" in app.screen.active_bindings
            await pilot.press("s")
            assert isinstance(app.screen, ConfirmDialog)

    async def test_z_shows_the_figures_alone_where_there_is_little_room(
        self, box: Fixed, app: StudylabApp
    ) -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await looked(pilot, box)
            assert "load" not in screen_text(app)
            await pilot.press("z")
            await looked(pilot, box)
            assert "3.2 2.5 1.0 on 64 cores" in screen_text(app)
            assert not room(app).query_one("#lists").display
            await pilot.press("escape")
            await looked(pilot, box)
            assert app.focused is room(app).runs

    async def test_the_runs_come_first_and_both_lists_are_walked_as_one(
        self, box: Fixed, app: StudylabApp
    ) -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            assert app.focused is room(app).runs
            room(app).processes.focus()
            await pilot.press("up")
            assert app.focused is room(app).runs
            await pilot.press("down")
            assert app.focused is room(app).processes

    async def test_the_top_of_the_list_stays_in_view_until_a_process_is_chosen(
        self, box: Fixed, app: StudylabApp
    ) -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            await pilot.press("o")
            busy = {**box.seen.processes, 1: replace(box.seen.processes[1], cpu_percent=900.0)}
            box.seen = replace(box.seen, processes=busy)
            await looked(pilot, box)
            assert room(app).processes.key == "1"


class TestLooking:
    async def test_it_looks_only_while_it_is_shown(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        app = open_app("machine")
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            assert box.open == 1
            await pilot.press("1")
            await pilot.pause()
            await asyncio.sleep(0.1)
            seen = box.looks
            assert box.open == 0, "the driver is let go"
            await asyncio.sleep(0.2)
            assert box.looks == seen
            await pilot.press("7")
            await looked(pilot, box)
            assert box.open == 1
        for _ in range(100):
            if box.open == 0:
                break
            await asyncio.sleep(0.02)
        assert box.open == 0

    async def test_a_driver_that_hangs_blocks_no_key_and_is_told(
        self, box: Fixed, open_app: Callable[..., StudylabApp], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = open_app("machine")
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            box.answers.clear()
            await asyncio.sleep(0.1)
            await pilot.press("o")
            await pilot.pause()
            assert "Processes by CPU (o)" in screen_text(app)
            monkeypatch.setattr(machine, "SILENT_SECONDS", 0.05)
            room(app)._tell_silence()
            await pilot.pause()
            assert "something here does not answer" in screen_text(app)
            monkeypatch.setattr(machine, "SILENT_SECONDS", 60.0)
            box.answers.set()
            await looked(pilot, box)
            assert "GPUs 1, 7 are free" in screen_text(app)

    async def test_quitting_does_not_wait_for_a_driver_that_hangs(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        app = open_app("machine")
        box.answers.clear()
        started = time.monotonic()
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            await pilot.press("q")
        assert time.monotonic() - started < 5

    async def test_a_bug_in_the_thread_is_not_swallowed(
        self, box: Fixed, open_app: Callable[..., StudylabApp]
    ) -> None:
        box.trouble = ZeroDivisionError("a bug")
        app = open_app("machine")
        with pytest.raises(ZeroDivisionError):
            async with app.run_test(size=(120, 40)) as pilot:
                for _ in range(50):
                    await pilot.pause(0.02)

    async def test_a_broken_database_only_hides_what_would_fit(
        self, box: Fixed, open_app: Callable[..., StudylabApp], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from studylab.problem import Problem

        def broken(_path: Path) -> None:
            raise Problem("locked")

        monkeypatch.setattr(machine, "open_database", broken)
        app = open_app("machine")
        async with app.run_test(size=(120, 40)) as pilot:
            await looked(pilot, box)
            assert "By their last runs" not in screen_text(app)
            assert not app.screen.query_one("#fit", Static).display
