"""The results of the runs, in the app."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from studylab import locations
from studylab.language import use
from studylab.runs.directory import State
from studylab.runs.stop import wait_for_end
from studylab.runs.sync import sync_all
from studylab.runs.truth import all_runs
from studylab.tui.app import StudylabApp
from studylab.tui.app_commands import show_results
from studylab.tui.dialogs.confirm import ConfirmDialog
from studylab.tui.dialogs.pick import PickDialog
from studylab.tui.live import LiveView
from studylab.tui.results import ResultsScreen
from tests.tui.run_files import BEGAN, settled, sync, write_event, write_metrics, write_run
from tests.tui.study import screen_text, toasts


def add(id, value, *, seed=0, tier="embedded", data="digits", **settings):
    """A run that has ended and reported an accuracy."""
    run = write_run(
        id, State.FINISHED, settings={"seed": seed, "data": data, **settings}, began=BEGAN
    )
    run.write_spec(replace(run.read_spec(), seed=seed))
    write_metrics(run, 20)
    write_event(
        run, "result", metric="accuracy", value=value, split="test", data=data, tier=tier,
        baseline=0.1, reference=0.97, source="a book [p. 3]",
    )  # fmt: skip


@pytest.fixture
def results_app(runs_app: StudylabApp) -> StudylabApp:
    """The app with results of several seeds, settings and tiers."""
    for seed, value in enumerate((0.985, 0.981, 0.989)):
        add(f"digits-2222{seed}", value, seed=seed)
    for seed, value in enumerate((0.965, 0.975)):
        add(f"digits-3333{seed}", value, seed=seed, rate=0.3)
    add("digits-44444", 0.93, rate=0.9, epochs=5)
    add("digits-55555", math.nan, rate=1.0)
    add("digits-66666", 0.99, data="mnist", tier="hub")
    sync_all(runs_app.workspace.db)
    return runs_app


def front(app: StudylabApp) -> ResultsScreen:
    assert isinstance(app.screen, ResultsScreen)
    return app.screen


async def opened(pilot, lab: str | None = None) -> None:
    pilot.app.push_screen(ResultsScreen(lab))
    await pilot.pause()


class TestLooks:
    @pytest.mark.parametrize("size", [(80, 24), (120, 36)])
    def test_a_ranking(self, snap_compare, results_app, size) -> None:
        assert snap_compare(results_app, terminal_size=size, run_before=opened)

    async def test_in_chinese(self, results_app) -> None:
        use("zh")
        try:
            async with results_app.run_test(size=(80, 24)) as pilot:
                await opened(pilot)
                shown = screen_text(results_app)
                assert "参考值" in shown and "基线" in shown and "坍缩" in shown
        finally:
            use("en")

    async def test_nothing_yet(self, runs_app) -> None:
        async with runs_app.run_test() as pilot:
            await opened(pilot)
            assert "No result yet" in screen_text(runs_app)
            await pilot.press("s", "right", "enter", "x")
            front(runs_app)

    async def test_tiny_terminals(self, results_app) -> None:
        async with results_app.run_test(size=(40, 10)) as pilot:
            await opened(pilot)
            for size in ((10, 3), (200, 60)):
                await pilot.resize_terminal(*size)
                await pilot.press("down", "right", "s")
            assert front(results_app).table.keys


async def test_reference_and_baseline_stand_above_and_are_no_scores(results_app) -> None:
    async with results_app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        screen = front(results_app)
        assert screen.table.keys[:2] == ["*reference", "*baseline"]
        assert screen.current is not None and screen.current.seeds == 3
        await pilot.press("home", "enter")
        assert front(results_app).current is None


async def test_tiers_are_on_pages_of_their_own(results_app) -> None:
    async with results_app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert "digits-66666" not in screen_text(results_app)
        await pilot.press("right")
        assert "accuracy on test (mnist, hub)" in screen_text(results_app)
        assert front(results_app).table.keys[2:] == ["digits-66666"]
        await pilot.press("right")
        assert "accuracy on test (digits, embedded)" in screen_text(results_app)


async def test_the_columns_sort_and_turn_round(results_app) -> None:
    def scores():
        return [key[:8] for key in front(results_app).table.keys if not key.startswith("*")]

    async with results_app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert scores() == ["digits-2", "digits-3", "digits-4", "digits-5"]
        await pilot.press("s")
        assert scores() == ["digits-2", "digits-4", "digits-3", "digits-5"]
        await pilot.press("S")
        assert scores() == ["digits-3", "digits-4", "digits-2", "digits-5"], "nan stays last"


async def test_enter_leads_to_the_runs_of_a_score(results_app) -> None:
    async with results_app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        assert isinstance(results_app.screen, PickDialog)
        assert "seed 2" in screen_text(results_app)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert isinstance(results_app.screen, LiveView)
        assert results_app.screen.run.id == "digits-22221"
        await pilot.press("escape", "down", "down", "enter")
        await settled(pilot)
        assert results_app.screen.run.id == "digits-44444"


async def test_tables_and_curves_are_written(results_app) -> None:
    async with results_app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("x", "enter")
        await pilot.press("x", "down", "down", "down", "down", "enter", "enter")
        await pilot.pause()
        files = {path.suffix: path for path in (locations.home() / "exports").iterdir()}
        assert files.keys() == {".csv", ".svg"}
        assert "digits-66666" in files[".csv"].read_text("utf-8-sig"), "all pages are in it"
        assert "digits-22222" in files[".svg"].read_text("utf-8")
        assert files[".svg"].name in "".join(toasts(results_app)).replace("\n", "")


async def test_they_open_from_the_palette_once(results_app) -> None:
    async with results_app.run_test(size=(120, 36)) as pilot:
        show_results(results_app)
        await pilot.pause()
        show_results(results_app)
        await pilot.pause()
        await pilot.press("escape")
        assert not isinstance(results_app.screen, ResultsScreen)


async def test_they_open_from_the_labs_room(results_app, open_app) -> None:
    app = open_app("labs")
    async with app.run_test(size=(120, 36)) as pilot:
        app.screen.table.go_to("mine/digits")
        await pilot.press("t")
        assert front(app).table.keys


async def test_a_run_is_repeated_after_a_question(runs_app) -> None:
    write_run("digits-22222", State.FINISHED)
    async with runs_app.run_test(size=(120, 36)) as pilot:
        sync(runs_app)
        await pilot.pause()
        await pilot.press("R")
        await runs_app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(runs_app.screen, ConfirmDialog)
        assert "lab-machine then" in screen_text(runs_app)
        await pilot.press("y")
        await runs_app.workers.wait_for_complete()
    (again,) = [run for run in all_runs() if run.id != "digits-22222"]
    wait_for_end(again, 20)
    assert again.read_spec().repeats == "digits-22222"


async def test_the_details_of_a_run_say_what_it_rests_on(runs_app) -> None:
    run = write_run("digits-22222", State.FINISHED)
    spec = replace(
        run.read_spec(), repeats="digits-33333", code_hash="ab" * 32, git_commit="cd" * 20
    )
    run.write_spec(replace(spec, git_dirty=True))
    (run.path / "evidence.json").write_text('{"python":"3.11.7","versions":{"torch":"2.6.0"}}')
    async with runs_app.run_test(size=(120, 36)) as pilot:
        sync(runs_app)
        await pilot.pause()
        told = "repeats digits-33333 · code abababababab · commit cdcdcdcdcdcd* · Python 3.11.7"
        assert f"{told} · torch 2.6.0" in screen_text(runs_app)
