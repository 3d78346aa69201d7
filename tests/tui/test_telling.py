"""Runs are told of while the app is open, once each, and quietly for the time it was closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studylab import desktop, locations
from studylab.runs.directory import RunDirectory, State
from studylab.runs.notices import Kind, Notice, of_end, write_notice
from studylab.runs.sync import sync_all
from studylab.tui import telling
from studylab.tui.app import StudylabApp
from studylab.tui.telling import Telling
from tests.tui.run_files import write_run
from tests.tui.study import toasts

OpenApp = Callable[..., StudylabApp]


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was rung and sent, in order."""
    sent: list[str] = []
    monkeypatch.setattr(StudylabApp, "bell", lambda self: sent.append("bell"))
    monkeypatch.setattr(telling, "send", lambda app, text: sent.append(text) if text else None)
    return sent


class Desk:
    """An app, and the thread that syncs, a turn at a time."""

    def __init__(self, app: StudylabApp, pilot: Any) -> None:
        self.app = app
        self.pilot = pilot
        self.telling = Telling(app)

    async def sync(self) -> str:
        """A turn; gives what the app has said by then."""
        db = self.app.workspace.db
        self.telling.after_sync(db, sync_all(db).alive)
        await self.pilot.pause()
        return toasts(self.app)


@pytest.fixture
def rules(workspace) -> Callable[..., None]:
    """Sets the student's rules."""

    def chosen(**more: Any) -> None:
        workspace.settings = replace(workspace.settings, **more)

    return chosen


def end(run: RunDirectory, state: State, reason: str = "", *, notice: bool = True) -> None:
    """What a supervisor does at the end: the state, then the notice."""
    now = time.time()
    over = run.read_state().with_(
        state=state, reason=reason or state.value, started_at=now - 60, ended_at=now
    )
    run.write_state(over)
    if notice:
        write_notice(run, of_end(over))


class TestOpen:
    async def test_an_end_is_told_once(self, open_app: OpenApp, heard: list[str]) -> None:
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            run = write_run("cnn-22222")
            assert await desk.sync() == ""
            end(run, State.FINISHED)
            assert await desk.sync() == "cnn-22222 finished after 1:00"
            for _ in range(3):
                await desk.sync()
            assert toasts(app) == "cnn-22222 finished after 1:00"
            assert heard == ["bell", "\x1b]9;studylab: cnn-22222 finished after 1:00\x07"]

    async def test_what_happens_while_it_runs_is_told_then(
        self, open_app: OpenApp, heard: list[str]
    ) -> None:
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            run = write_run("cnn-22222")
            await desk.sync()
            fields = {"metric": "train/loss", "step": 7, "value": "NaN", "start": None}
            write_notice(run, Notice(Kind.DIVERGED, time.time(), fields))
            assert "cnn-22222 diverges: train/loss is nan at step 7" in await desk.sync()
            [note] = app._notifications
            assert note.severity == "warning"
            write_notice(run, Notice(Kind.STALLED, time.time(), {"silence": 99.0, "step": 7}))
            assert "stalls: nothing logged for 1:39" in await desk.sync()
            end(run, State.FAILED, "exit code 1")
            assert "failed after 1:00: exit code 1" in await desk.sync()
            assert heard.count("bell") == 3

    async def test_a_run_that_begins_and_ends_between_two_looks(
        self, open_app: OpenApp, heard: list[str]
    ) -> None:
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            await desk.sync()
            run = write_run("cnn-22222")
            end(run, State.FINISHED)
            assert "cnn-22222 finished" in await desk.sync()
            await desk.sync()
            assert heard.count("bell") == 1

    async def test_a_run_whose_supervisor_left_no_word(
        self, open_app: OpenApp, heard: list[str]
    ) -> None:
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            run = write_run("cnn-22222")
            await desk.sync()
            end(run, State.LOST, "the machine was restarted", notice=False)
            assert "cnn-22222 lost after 1:00: the machine was restarted" in await desk.sync()
            # The notice comes a moment after the state.
            write_notice(run, of_end(run.read_state()))
            await desk.sync()
            assert heard.count("bell") == 1

    async def test_a_result_and_the_end_ring_once_together(
        self, open_app: OpenApp, heard: list[str]
    ) -> None:
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            run = write_run("cnn-22222")
            await desk.sync()
            fields = {"metric": "accuracy", "value": 0.98, "split": "test", "reference": 0.97}
            write_notice(run, Notice(Kind.REACHED, time.time(), fields))
            end(run, State.FINISHED)
            said = await desk.sync()
            assert "reached its reference: test accuracy 98.0 % (reference: 97 %)" in said
            assert "finished after" in said
            assert heard.count("bell") == 1
            assert heard[1].count("\x1b]9;") == 2

    async def test_many_at_once_are_counted(self, open_app: OpenApp, heard: list[str]) -> None:
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            runs = [write_run(f"cnn-{n}") for n in range(22222, 22229)]
            await desk.sync()
            for run in runs:
                end(run, State.FINISHED)
            said = await desk.sync()
            assert said.count("finished") == 3
            assert "and 4 more; the Runs room shows them" in said
            assert heard[0] == "bell" and heard[1].count("\x1b]9;") == 4

    async def test_what_was_asked_for_is_told_without_ringing(
        self, open_app: OpenApp, heard: list[str]
    ) -> None:
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            run = write_run("cnn-22222")
            await desk.sync()
            end(run, State.STOPPED, "stopped by ana")
            assert "stopped after 1:00: stopped by ana" in await desk.sync()
            assert heard == []

    async def test_a_run_that_cannot_be_read_is_not_over(
        self, open_app: OpenApp, heard: list[str]
    ) -> None:
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            run = write_run("cnn-22222")
            await desk.sync()
            desk.telling.after_sync(app.workspace.db, [])
            await pilot.pause()
            assert toasts(app) == ""
            end(run, State.FINISHED)
            assert "finished" in await desk.sync()

    async def test_notices_of_a_directory_that_is_gone(self, open_app: OpenApp) -> None:
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            run = write_run("cnn-22222")
            await desk.sync()
            for path in run.path.iterdir():
                path.unlink()
            run.path.rmdir()
            assert "cnn-22222 lost" in await desk.sync()


class TestRules:
    async def ended(self, app: StudylabApp) -> str:
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            run = write_run("cnn-22222")
            await desk.sync()
            end(run, State.FINISHED)
            return await desk.sync()

    async def test_only_what_is_to_be_told(
        self, open_app: OpenApp, heard: list[str], rules: Callable[..., None]
    ) -> None:
        rules(tell_on="failed stalled")
        assert await self.ended(open_app("runs")) == ""
        assert heard == []

    @pytest.mark.parametrize(
        ("by", "rung"), [("", []), ("bell", ["bell"]), ("command", []), ("desktop", ["osc"])]
    )
    async def test_only_in_the_ways_that_are_wanted(
        self, open_app: OpenApp, heard: list[str], rules: Callable[..., None], by: str, rung
    ) -> None:
        rules(tell_by=by)
        assert "finished" in await self.ended(open_app("runs"))
        assert ["osc" if "\x1b" in each else each for each in heard] == rung

    async def test_the_terminals_own_way(
        self, open_app: OpenApp, heard: list[str], rules: Callable[..., None], monkeypatch
    ) -> None:
        rules(tell_by="desktop", tell_terminal="osc777")
        monkeypatch.setenv("TMUX", "/tmp/x,1,0")
        await self.ended(open_app("runs"))
        assert heard == [
            "\x1bPtmux;\x1b\x1b]777;notify;studylab;cnn-22222 finished after 1:00\x07\x1b\\"
        ]

    async def test_tmux_is_asked_only_where_its_answer_counts(
        self, open_app: OpenApp, rules: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []
        monkeypatch.setattr(desktop, "outer_terminal", lambda: asked.append(1) or "xterm-kitty")
        settings = open_app("runs").workspace.settings
        assert telling.protocol_of(settings) == "osc9"
        assert not asked
        monkeypatch.setenv("TMUX", "/tmp/x,1,0")
        assert telling.protocol_of(settings) == "osc99"
        assert telling.protocol_of(replace(settings, tell_terminal="none")) == "none"
        assert len(asked) == 1


class TestAway:
    async def test_what_happened_while_it_was_closed_is_one_quiet_toast(
        self, open_app: OpenApp, heard: list[str]
    ) -> None:
        locations.told_until().write_text(f"{time.time() - 3600}")
        good, bad, going = (write_run(f"cnn-{n}") for n in ("22222", "33333", "44444"))
        end(good, State.FINISHED)
        end(bad, State.FAILED, "exit code 1")
        write_notice(going, Notice(Kind.STALLED, time.time(), {"silence": 99.0, "step": 7}))
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            said = await desk.sync()
            [note] = app._notifications
            assert note.title == "While you were away"
            assert note.severity == "warning"
            assert len(said.splitlines()) == 3
            for part in ("cnn-22222 finished", "cnn-33333 failed", "cnn-44444 stalls"):
                assert part in said
            await desk.sync()
            assert len(app._notifications) == 1
            assert heard == []
        async with (app := open_app("runs")).run_test(size=(120, 36)) as pilot:
            assert await Desk(app, pilot).sync() == "", "it was told before"

    async def test_the_first_time_there_is_nothing_to_tell_of_before(
        self, open_app: OpenApp
    ) -> None:
        end(write_run("cnn-22222"), State.FINISHED)
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            assert await Desk(app, pilot).sync() == ""
            assert float(locations.told_until().read_text()) > 0

    async def test_what_ended_before_it_was_closed_is_not_told_again(
        self, open_app: OpenApp
    ) -> None:
        end(write_run("cnn-22222"), State.FINISHED)
        locations.told_until().write_text(f"{time.time() + 1}")
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            assert await Desk(app, pilot).sync() == ""

    async def test_a_run_that_stalled_before_and_ends_now(self, open_app: OpenApp) -> None:
        run = write_run("cnn-22222")
        write_notice(run, Notice(Kind.STALLED, time.time() - 7200, {"silence": 99.0, "step": 7}))
        locations.told_until().write_text(f"{time.time() - 3600}")
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            assert await desk.sync() == ""
            end(run, State.FINISHED)
            assert await desk.sync() == "cnn-22222 finished after 1:00"

    @pytest.mark.parametrize("kept", ["", "yesterday", "9e99"])
    async def test_a_moment_that_cannot_be_read(self, open_app: OpenApp, kept: str) -> None:
        locations.told_until().write_text(kept)
        end(write_run("cnn-22222"), State.FINISHED)
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            assert await Desk(app, pilot).sync() == ""

    async def test_a_moment_that_cannot_be_kept(self, open_app: OpenApp) -> None:
        locations.told_until().mkdir()
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            desk = Desk(app, pilot)
            await desk.sync()
            end(write_run("cnn-22222"), State.FINISHED)
            assert "finished" in await desk.sync()


class TestTrying:
    async def test_each_way_is_shown_once(
        self, open_app: OpenApp, heard: list[str], rules: Callable[..., None], tmp_path: Path
    ) -> None:
        rules(tell_on="", tell_by="", tell_command=f"touch '{tmp_path}/{{event}}'")
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            offered = {entry.title: entry for entry in app.get_system_commands(app.screen)}
            offered["Try the bell"].callback()
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert heard[0] == "bell" and heard[1].startswith("\x1b]9;")
            assert (tmp_path / "ended").exists()
            assert len(app._notifications) == 1

    async def test_a_command_that_fails_is_told(
        self, open_app: OpenApp, rules: Callable[..., None]
    ) -> None:
        rules(tell_command="no-such-program")
        app = open_app("runs")
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            telling.try_each_way(app)
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert "tell_command: could not start no-such-program" in toasts(app)


async def test_text_of_a_run_is_only_text(open_app: OpenApp, heard: list[str]) -> None:
    app = open_app("runs")
    async with app.run_test(size=(120, 36)) as pilot:
        desk = Desk(app, pilot)
        run = write_run("cnn-22222")
        await desk.sync()
        end(run, State.FAILED, "[bold]x[/] \x1b]0;title\x07 [/] \x9c训练\nline 2")
        said = await desk.sync()
        assert "[bold]x[/]" in said and "训练 line 2" in said
        assert not any(ord(each) < 32 for each in said)
        assert heard[1].count("\x1b") == 1 and heard[1].count("\x07") == 1


async def test_the_loop_tells(workspace, monkeypatch: pytest.MonkeyPatch, heard: list[str]) -> None:
    """With the real loop: a run is there, and ends."""
    monkeypatch.setattr("studylab.tui.sync.BUSY_SECONDS", 0.02)
    run = write_run("cnn-22222")
    app = StudylabApp(workspace, "runs")
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(0.3)
        end(run, State.FINISHED)
        deadline = time.monotonic() + 10
        while "cnn-22222 finished" not in toasts(app):
            assert time.monotonic() < deadline
            await pilot.pause(0.05)
        assert heard.count("bell") == 1
