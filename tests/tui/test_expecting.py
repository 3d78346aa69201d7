"""Saying what is expected of a run, and seeing the gap, on the screens."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Collapsible, Input, Select

from studylab.runs.directory import State
from studylab.runs.stop import ask_to_stop, wait_for_end
from studylab.store import expectations, missed, question_list
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.ask import AskDialog
from studylab.tui.dialogs.expect import ExpectDialog
from studylab.tui.dialogs.gap import GapDialog
from studylab.tui.gap_line import GapLine
from studylab.tui.launch import LaunchForm
from studylab.tui.live import LiveView
from tests.tui.run_files import clock, settled, sync, write_full_run
from tests.tui.study import screen_text, toasts
from tests.tui.test_launch import told, until

RUN = "digits-7k2mq"


async def form_with(pilot, **texts: str) -> LaunchForm:
    form = LaunchForm("mine/digits")
    await pilot.app.push_screen(form)
    await pilot.pause()
    form.query_one(Collapsible).collapsed = False
    for name, text in texts.items():
        form.query_one(f"#expect-{name}", Input).value = text
    await pilot.pause()
    return form


async def test_the_form_says_how_long_it_takes_and_asks_nothing_in_the_way(
    runs_app: StudylabApp,
) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = LaunchForm("mine/digits")
        await runs_app.push_screen(form)
        await pilot.pause()
        assert (
            told(form, "#forecast") == "about 30 s, as the lab says; no run of it here has told yet"
        )
        assert form.query_one(Collapsible).collapsed
        form.query_one("SettingField Input", Input).value = "4"
        await pilot.pause()
        assert "about 1 min" in told(form, "#forecast")


async def test_what_is_expected_at_the_launch_is_recorded_with_the_run(
    runs_app: StudylabApp,
) -> None:
    async with runs_app.run_test(size=(80, 24)) as pilot:
        form = await form_with(pilot, value="95%", why="it is easy")
        form.query_one("#expect-shape", Select).value = "falls"
        await pilot.pause()
        command = "$ studylab run digits --expect accuracy=0.95 --expect-shape falls"
        assert told(form, "#command") == command
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(runs_app.screen, LiveView))
        run = runs_app.screen.run
        found = expectations.expectation(runs_app.workspace.db, run.id)
        assert found is not None
        assert (found.metric, found.value, found.shape, found.why) == (
            "accuracy", 0.95, "falls", "it is easy",
        )  # fmt: skip
        ask_to_stop(run)
        await asyncio.to_thread(wait_for_end, run, 15)


async def test_a_value_that_is_no_number_starts_nothing(runs_app: StudylabApp, home) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        form = await form_with(pilot, value="a lot")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert runs_app.screen is form
        assert "not launched: 'a lot' is no number" in told(form, "#complaint")
        assert not (home / "runs").exists()
        await pilot.press("escape")
        await pilot.pause()
        assert "Throw it away?" in screen_text(runs_app)


async def open_live(pilot, state: State) -> LiveView:
    run = write_full_run(RUN, state)
    sync(pilot.app)
    await pilot.pause()
    view = LiveView(run, clock=clock)
    await pilot.app.push_screen(view)
    await settled(pilot)
    return view


def line(view: LiveView) -> str:
    return str(view.query_one(GapLine).content)


async def test_a_run_that_goes_on_is_expected_of_by_a_key(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        view = await open_live(pilot, State.RUNNING)
        assert line(view) == ""
        await pilot.press("p")
        await pilot.pause()
        assert isinstance(runs_app.screen, ExpectDialog)
        await pilot.press(*"many", "enter")
        await pilot.pause()
        assert "'many' is no number" in screen_text(runs_app)
        runs_app.screen.query_one("#expect-value", Input).value = "0.9"
        await pilot.press("ctrl+s")
        await settled(pilot)
        await until(pilot, lambda: line(view) == "expected: accuracy 90 %")
        await pilot.press("p")
        await pilot.pause()
        assert runs_app.screen.query_one("#expect-value", Input).value == "0.9"
        runs_app.screen.query_one("#expect-value", Input).value = ""
        await pilot.press("ctrl+s")
        await until(pilot, lambda: line(view) == "")
        assert expectations.expectation(runs_app.workspace.db, RUN) is None


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_end_of_a_run_tells_the_gap(runs_app: StudylabApp, size) -> None:
    async with runs_app.run_test(size=size) as pilot:
        expectations.expect(
            runs_app.workspace.db, RUN, metric="accuracy", value=0.99, shape="oscillates"
        )
        view = await open_live(pilot, State.FINISHED)
        assert line(view).splitlines()[0] == "expected accuracy 99 %, got 97.8 %: 1.2 points less"
        assert "expected that val/loss goes up and down: it falls to the end" in screen_text(
            runs_app
        )
        await pilot.press("p")
        await pilot.pause()
        assert isinstance(runs_app.screen, GapDialog)
        assert "1.2 points less" in screen_text(runs_app)


async def test_the_gap_is_kept_as_a_question_in_the_student_s_words(
    runs_app: StudylabApp,
) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        db = runs_app.workspace.db
        expectations.expect(db, RUN, metric="accuracy", value=0.99)
        await open_live(pilot, State.FINISHED)
        await pilot.press("p")
        await pilot.pause()
        await pilot.press("a")
        await pilot.pause()
        assert isinstance(runs_app.screen, AskDialog)
        await pilot.press(*" Hm.", "ctrl+s")
        await pilot.pause()
        (asked,) = question_list.listing(db, run=RUN)
        assert asked.text == f"Why did {RUN} reach accuracy 97.8 % where I expected 99 %? Hm."
        assert asked.week == 4
        assert isinstance(runs_app.screen, LiveView)


async def test_the_gap_is_kept_as_a_missed_point_of_the_lab_s_paper(
    runs_app: StudylabApp,
) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        db = runs_app.workspace.db
        expectations.expect(db, RUN, metric="accuracy", value=0.99)
        await open_live(pilot, State.FINISHED)
        await pilot.press("p")
        await pilot.pause()
        await pilot.press("m")
        await pilot.pause()
        (point,) = missed.missed_points(db, paper="transformer")
        assert "1.2 points less" in point.text
        assert "missed point" in toasts(runs_app)


async def test_the_list_of_runs_tells_the_gap_of_the_run_in_front(runs_app: StudylabApp) -> None:
    async with runs_app.run_test(size=(120, 36)) as pilot:
        expectations.expect(runs_app.workspace.db, RUN, metric="accuracy", value=0.978)
        write_full_run(RUN, State.FINISHED)
        write_full_run("digits-other", State.FINISHED, began=0.0)
        sync(runs_app)
        await pilot.pause()
        await pilot.pause()
        assert "expected accuracy 97.8 %, got 97.8 %: as expected" in screen_text(runs_app)
        await pilot.press("p")
        await pilot.pause()
        assert isinstance(runs_app.screen, GapDialog)
        assert "Ask why" not in screen_text(runs_app)
        await pilot.press("escape", "down", "p")
        await pilot.pause()
        assert "nothing was expected" in toasts(runs_app)
