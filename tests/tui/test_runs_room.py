"""The Runs room."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from studylab.runs import queue
from studylab.runs.directory import State
from studylab.runs.sync import sync_all
from studylab.tui.app import StudylabApp
from studylab.tui.command_form import CommandForm
from studylab.tui.dialogs.ask import AskDialog
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.launch import LaunchForm
from studylab.tui.live import LiveView
from studylab.tui.log_view import LogView
from studylab.tui.runs import RunsRoom
from studylab.tui.widgets.setting_field import SettingField
from tests.tui.run_files import (
    BEGAN,
    settled,
    sync,
    write_event,
    write_full_run,
    write_metrics,
    write_run,
)
from tests.tui.study import screen_text

HOSTILE = "\x1b[31mred [bold]x[/] [/] 批归一化"


@pytest.fixture(autouse=True)
def never_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """No disk is measured while a test looks."""
    monkeypatch.setattr("studylab.tui.run_disk.REST_SECONDS", 600)


@pytest.fixture
def five_runs(runs_app: StudylabApp) -> StudylabApp:
    """One of each kind, an hour apart."""
    write_full_run("digits-22222", began=BEGAN - 14400, state=State.FINISHED, reason="finished")
    write_full_run(
        "digits-33333", began=BEGAN - 10800, state=State.STOPPED, settings={"epochs": 9},
        reason="stopped by ana on lab-machine: exit code 130",
    )  # fmt: skip
    write_run(
        "digits-44444", began=BEGAN - 7200, state=State.FAILED, settings={"rate": 0.9},
        reason="exit code 1: ValueError: [loss] is NaN",
    )  # fmt: skip
    write_run("train-55555", began=BEGAN - 3600, lab="", state=State.LOST,
              reason="the machine was restarted before it ended")  # fmt: skip
    write_full_run("digits-66666", settings={"data": "mnist"})
    sync_all(runs_app.workspace.db)
    return runs_app


def room(app: StudylabApp) -> RunsRoom:
    assert isinstance(app.screen, RunsRoom)
    return app.screen


class TestLooks:
    @pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
    def test_runs_of_every_kind(self, snap_compare, five_runs: StudylabApp, size) -> None:
        # Where they lie is different each time.
        five_runs.workspace.db.execute("UPDATE runs SET directory = '/home/ana/runs/' || id")
        assert snap_compare(five_runs, terminal_size=size, press=["down", "down"])

    def test_none_yet(self, snap_compare, runs_app: StudylabApp) -> None:
        assert snap_compare(runs_app, terminal_size=(80, 24))

    async def test_tiny_terminals(self, five_runs: StudylabApp) -> None:
        async with five_runs.run_test(size=(40, 10)) as pilot:
            for size in ((10, 3), (120, 36)):
                await pilot.press("down", "f")
                await pilot.resize_terminal(*size)
                await pilot.pause()
            assert room(five_runs).table.keys


class TestRows:
    async def test_the_newest_first_in_words(self, five_runs: StudylabApp) -> None:
        async with five_runs.run_test(size=(160, 40)) as pilot:
            await pilot.pause()
            assert [key[-5:] for key in room(five_runs).table.keys] == [
                "66666", "55555", "44444", "33333", "22222"
            ]  # fmt: skip
            shown = screen_text(five_runs)
            for part in (
                "▸ running", "? lost", "✗ failed", "▪ stopped", "✓ finished",
                "data=mnist", "epochs=9", "rate=0.9", "260/400", "65 %", "✓ 97.8 %", "of 97 %",
                "0:32", "0:40", "5 runs", "1 going on",
            ):  # fmt: skip
                assert part in shown, part

    async def test_rows_change_in_place_and_the_cursor_stays(self, five_runs: StudylabApp) -> None:
        async with five_runs.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "down")
            assert room(five_runs).table.key == "digits-44444"
            write_run("digits-77777", began=BEGAN + 5)
            run = next(iter_runs("digits-66666"))
            write_metrics(run, 20, first=261)
            sync(five_runs)
            await pilot.pause()
            shown = screen_text(five_runs)
            assert "280/400" in shown
            assert "6 runs" in shown
            assert room(five_runs).table.keys[0] == "digits-77777"
            assert room(five_runs).table.key == "digits-44444"
            assert "ValueError: [loss] is NaN" in shown

    async def test_a_run_that_ends_says_so(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        sync_all(runs_app.workspace.db)
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            assert "▸ running" in screen_text(runs_app)
            state = run.read_state()
            write_event(run, "result", metric="f1", value=0.5, split="test", data="d", verdict="x")
            run.write_state(
                state.with_(state=State.FINISHED, reason="finished", ended_at=BEGAN + 9)
            )
            sync(runs_app)
            await pilot.pause()
            shown = screen_text(runs_app)
            assert "✓ finished" in shown
            assert "50.0 %" in shown
            assert "▸" not in shown

    async def test_text_of_others_is_only_text(self, runs_app: StudylabApp) -> None:
        run = write_run(state=State.FAILED, settings={"data": HOSTILE}, reason=HOSTILE)
        write_event(run, "result", metric=HOSTILE, value="NaN", split="[/]", data="[/]")
        sync_all(runs_app.workspace.db)
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            shown = screen_text(runs_app)
            assert "red [bold]x[/] [/] 批归一化" in shown
            assert "\x1b" not in shown


class TestFilters:
    async def test_by_state(self, five_runs: StudylabApp) -> None:
        async with five_runs.run_test(size=(120, 36)) as pilot:
            await pilot.press("f")
            assert room(five_runs).table.keys == ["digits-66666"]
            await pilot.press("f")
            assert room(five_runs).table.keys == ["digits-22222"]
            await pilot.press("f")
            assert room(five_runs).table.keys == ["train-55555", "digits-44444"]
            await pilot.pause()
            assert "2 of 5 runs · 1 going on · only failed (f)" in screen_text(five_runs)
            await pilot.press("escape")
            assert len(room(five_runs).table.keys) == 5

    async def test_by_typing(self, five_runs: StudylabApp) -> None:
        async with five_runs.run_test(size=(120, 36)) as pilot:
            await pilot.press("slash", *"=9")
            assert room(five_runs).table.keys == ["digits-33333"]
            typed = room(five_runs).query_one("#filter", Input)
            typed.value = "FAILED digits"
            await pilot.pause()
            assert room(five_runs).table.keys == ["digits-44444"]
            await pilot.press("enter")
            assert room(five_runs).focused is room(five_runs).table
            typed.value = "q[/]"
            await pilot.pause()
            assert "No run is like that" in screen_text(five_runs)
            assert not room(five_runs).check_action("stop", ())
            await pilot.press("escape")
            assert len(room(five_runs).table.keys) == 5


class TestKeys:
    async def test_enter_opens_the_live_view_and_escape_comes_back(
        self, five_runs: StudylabApp
    ) -> None:
        async with five_runs.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "down", "down", "enter")
            await settled(pilot)
            assert isinstance(five_runs.screen, LiveView)
            assert five_runs.screen.run.id == "digits-33333"
            await pilot.press("escape")
            await pilot.pause()
            assert room(five_runs).table.key == "digits-33333"

    async def test_stop(self, five_runs: StudylabApp) -> None:
        async with five_runs.run_test(size=(120, 36)) as pilot:
            await pilot.press("s")
            assert isinstance(five_runs.screen, ConfirmDialog)
            await pilot.press("y")
            await pilot.pause()
            assert next(iter_runs("digits-66666")).stop_request.exists()
            await pilot.press("down", "s")
            assert isinstance(five_runs.screen, RunsRoom)

    async def test_log_clone_and_ask(self, five_runs: StudylabApp) -> None:
        async with five_runs.run_test(size=(120, 36)) as pilot:
            await pilot.press("l")
            assert isinstance(five_runs.screen, LogView)
            await pilot.press("escape", "c")
            await pilot.pause()
            assert isinstance(five_runs.screen, LaunchForm)
            texts = {f.setting.name: f.text for f in five_runs.screen.query(SettingField)}
            assert texts["data"] == "mnist"
            await pilot.press("escape", "a")
            await pilot.pause()
            assert isinstance(five_runs.screen, AskDialog)
            assert "run digits-66666" in five_runs.screen.about()

    async def test_a_command_has_a_form_of_its_own(self, five_runs: StudylabApp) -> None:
        async with five_runs.run_test(size=(120, 36)) as pilot:
            await pilot.press("down", "c")
            await pilot.pause()
            assert isinstance(five_runs.screen, CommandForm)

    async def test_keys_without_a_run_do_nothing(self, runs_app: StudylabApp) -> None:
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await pilot.press("s", "l", "c", "a", "enter", "f", "z", "z")
            assert isinstance(runs_app.screen, RunsRoom)


def iter_runs(id: str):
    from studylab.runs.truth import all_runs

    return (run for run in all_runs() if run.id == id)


async def test_waiting_runs_are_told_and_moved(runs_app: StudylabApp) -> None:
    for number, name in enumerate(("digits-aaaaa", "digits-bbbbb", "digits-ccccc")):
        write_run(name, State.QUEUED, began=BEGAN + number)
        queue.put(queue.Entry(name, queue.host_name(), float(number)))
    sync_all(runs_app.workspace.db)
    async with runs_app.run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        room(runs_app).table.go_to("digits-ccccc")
        await pilot.pause()
        assert "2 are before it" in screen_text(runs_app)
        await pilot.press("plus", "plus")
        assert "is the next" in screen_text(runs_app)
        assert [entry.run[-1] for entry in queue.waiting()] == ["c", "a", "b"]
        await pilot.press("minus")
        assert [entry.run[-1] for entry in queue.waiting()] == ["a", "c", "b"]
        queue.leave("digits-ccccc")
        await pilot.press("plus")
        assert "does not wait" in "".join(n.message for n in runs_app._notifications)
