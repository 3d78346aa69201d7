"""Several runs seen together: the overlay of their curves, and the table of what differs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.records import metric_line
from studylab.runs.directory import RunDirectory, State
from studylab.runs.sync import sync_all
from studylab.store import runs as store
from studylab.store.runs import RunRow
from studylab.tui.app import StudylabApp
from studylab.tui.live import LiveView
from studylab.tui.live_axes import X
from studylab.tui.overlay import MOST_RUNS, OverlayScreen
from studylab.tui.overlay_charts import RunsChart
from studylab.tui.overlay_colours import COLOURS, colours, own_colour
from studylab.tui.overlay_curves import Overlay
from studylab.tui.overlay_marks import meant
from studylab.tui.runs import RunsRoom
from tests.tui.run_files import BEGAN, clock, write_event, write_full_run, write_metrics, write_run
from tests.tui.study import screen_text, toasts

IDS = ("digits-22222", "digits-33333", "digits-66666")


@pytest.fixture
def three_runs(runs_app: StudylabApp) -> StudylabApp:
    """Two that ended and one that goes on, all of one lab."""
    write_full_run(IDS[0], began=BEGAN - 7200, state=State.FINISHED, reason="finished")
    write_full_run(IDS[1], began=BEGAN - 3600, state=State.STOPPED, settings={"rate": 0.5})
    write_full_run(IDS[2], settings={"data": "mnist", "epochs": 9})
    sync_all(runs_app.workspace.db)
    runs_app.workspace.db.execute("UPDATE runs SET host = 'lab-machine'")
    return runs_app


def rows(app: StudylabApp) -> list[RunRow]:
    return store.listing(app.workspace.db)


async def overlaid(pilot, count: int | None = None) -> OverlayScreen:
    """The overlay of the newest runs, when it has read them."""
    screen = OverlayScreen(rows(pilot.app)[:count], clock=clock)
    await pilot.app.push_screen(screen)
    await read(pilot, screen)
    return screen


async def read(pilot, screen: OverlayScreen) -> None:
    for _turn in range(300):
        await pilot.pause(0.01)
        if not screen.overlay.catching_up and all(run.feed.state for run in screen.overlay.runs):
            break
    await pilot.pause()


def drawn(screen: OverlayScreen, metric: str) -> list[str]:
    """The runs whose curves are in the chart of a metric, those on top first."""
    chart = next(chart for chart in screen.query(RunsChart) if chart.plot.title == metric)
    return [run.id for run in (*chart._above, *chart._beneath)]


class TestLooks:
    @pytest.mark.parametrize("size", [(80, 24), (120, 36)])
    def test_curves(self, snap_compare, three_runs: StudylabApp, size) -> None:
        assert snap_compare(three_runs, terminal_size=size, run_before=overlaid)

    def test_differences(self, snap_compare, three_runs: StudylabApp) -> None:
        async def before(pilot) -> None:
            await overlaid(pilot)
            await pilot.press("d")

        assert snap_compare(three_runs, terminal_size=(120, 36), run_before=before)

    @pytest.mark.parametrize("size", [(10, 3), (40, 10), (200, 60)])
    async def test_any_size(self, three_runs: StudylabApp, size) -> None:
        async with three_runs.run_test(size=(120, 36)) as pilot:
            screen = await overlaid(pilot)
            await pilot.resize_terminal(*size)
            await pilot.press("d", "right", "d", "m", "x", "p", "h", "h")
            await pilot.pause()
            assert three_runs.screen is screen


class TestRoom:
    async def test_marked_runs_are_opened_together(self, three_runs: StudylabApp) -> None:
        async with three_runs.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            await pilot.press("space", "down", "space")
            assert "2 marked (o)" in screen_text(three_runs)
            assert "• digits-66666" in screen_text(three_runs)
            await pilot.press("o")
            assert isinstance(three_runs.screen, OverlayScreen)
            assert [row.id for row in three_runs.screen.rows] == [IDS[2], IDS[0]]
            await pilot.press("escape")
            assert isinstance(three_runs.screen, RunsRoom)
            await pilot.press("g", "space")
            assert "• digits-66666" not in screen_text(three_runs)

    async def test_without_marks_it_is_this_one_and_the_one_before(self, three_runs) -> None:
        async with three_runs.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            await pilot.press("down", "o")
            assert [row.id for row in three_runs.screen.rows] == [IDS[1], IDS[0]]

    async def test_the_first_run_of_a_lab_has_none_before(self, three_runs) -> None:
        async with three_runs.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            await pilot.press("end", "o")
            assert isinstance(three_runs.screen, RunsRoom)
            assert "no earlier run" in toasts(three_runs)

    def test_which_runs_are_meant(self, three_runs: StudylabApp) -> None:
        write_run("other-1", began=BEGAN - 5000, lab="mine/other")
        sync_all(three_runs.workspace.db)
        found = {row.id: row for row in rows(three_runs)}
        newest, oldest = found[IDS[2]], found[IDS[0]]

        def ids(marked: Sequence[str], current: RunRow | None) -> list[str]:
            return [row.id for row in meant(found, marked, current)]

        assert ids([], newest) == [IDS[2], IDS[1]]
        assert ids([], found[IDS[1]]) == [IDS[1], IDS[0]], "not the one of another lab between"
        assert ids([IDS[1]], newest) == [IDS[2], IDS[1]]
        assert ids([IDS[2]], newest) == [IDS[2], IDS[1]]
        assert ids([IDS[0], IDS[1]], newest) == [IDS[1], IDS[0]]
        assert ids(["gone"], oldest) == [IDS[0]]
        assert ids([], None) == []


class TestCurves:
    async def test_every_run_is_a_curve_of_what_they_share(self, three_runs) -> None:
        with RunDirectory(_path(three_runs, IDS[0])).metrics.open("ab") as file:
            file.write(metric_line(BEGAN, 400, {"alone": 1.0, "train/alone": 2.0}))
        async with three_runs.run_test(size=(200, 60)) as pilot:
            screen = await overlaid(pilot)
            metrics = screen.overlay.metrics()
            assert metrics[-2:] == ["train/alone", "alone"], "those of one run come last"
            assert metrics[:2] == ["train/loss", "val/loss"]
            assert set(drawn(screen, "train/loss")) == set(IDS)

    async def test_hidden_runs_are_neither_drawn_nor_compared(self, three_runs) -> None:
        async with three_runs.run_test(size=(200, 60)) as pilot:
            screen = await overlaid(pilot)
            await pilot.press("down", "space")
            assert drawn(screen, "train/loss") == [IDS[2], IDS[0]]
            assert "hidden" in screen_text(three_runs)
            assert screen.table.window[2] == 2
            await pilot.press("h")
            assert drawn(screen, "train/loss") == [IDS[2], IDS[1], IDS[0]]

    async def test_a_pinned_run_is_first_on_top_and_bold(self, three_runs) -> None:
        async with three_runs.run_test(size=(200, 60)) as pilot:
            screen = await overlaid(pilot)
            await pilot.press("end", "p")
            chart = screen.query(RunsChart).first()
            assert [run.id for run in chart._above] == [IDS[0]]
            assert [run.id for run in chart._beneath] == [IDS[2], IDS[1]]
            assert screen.legend.keys == [IDS[0], IDS[2], IDS[1]]
            assert chart._style("line-0").bold and not chart._style("faint-0").bold
            assert screen.legend.run is screen.overlay.runs[2], "the cursor stays on the run"

    async def test_a_curve_has_the_colour_of_its_run_whatever_is_beside_it(self, three_runs):
        async with three_runs.run_test(size=(200, 60)) as pilot:
            screen = await overlaid(pilot)
            chart = screen.query(RunsChart).first()
            before = {run.id: chart._style(f"line-{n}").color for n, run in enumerate(chart._above)}
            assert len(set(before.values())) == 3
            await pilot.press("h", "down", "p")
            after = {
                run.id: chart._style(f"{role}-{n}").color
                for role, runs in (("line", chart._above), ("faint", chart._beneath))
                for n, run in enumerate(runs)
            }
            assert after == {IDS[1]: before[IDS[1]], IDS[0]: before[IDS[0]]}

    async def test_without_colours_a_run_keeps_its_character(self, three_runs, monkeypatch):
        monkeypatch.setenv("TERM", "linux")
        async with three_runs.run_test(size=(120, 36)) as pilot:
            screen = await overlaid(pilot)
            await pilot.press("h", "down", "p")
            chart = screen.query(RunsChart).first()
            assert [name for name, _series in chart.plot.lines] == [IDS[2], IDS[1], IDS[0]]
            assert [len(series) > 0 for _name, series in chart.plot.lines] == [False, True, True]
            marks = {
                row.key: row.cells[0].plain
                for row in screen.legend._rows
                if not isinstance(row.cells[0], str)
            }
            assert marks == {IDS[2]: "", IDS[1]: "o", IDS[0]: "+"}
            drawn_text = "\n".join(
                "".join(text for text, _role in grid_row)
                for grid_row in map(chart.plot.draw(80, 12).runs, range(1, 10))
            )
            assert "o" in drawn_text and "+" in drawn_text and "*" not in drawn_text

    async def test_metrics_are_found_by_a_part_of_their_name(self, three_runs) -> None:
        async with three_runs.run_test(size=(120, 36)) as pilot:
            screen = await overlaid(pilot)
            await pilot.press("slash", *"VAL")
            assert screen.charts.shown == ["val/loss", "val/accuracy"]
            assert "2 of 5" in screen_text(three_runs)
            await pilot.press("enter", "p")
            assert screen.overlay.runs[0].pinned, "the keys are the list's again"
            await pilot.press("slash", "q", "q")
            assert screen.charts.shown == []
            await pilot.press("escape")
            assert len(screen.charts.shown) == 5 and three_runs.screen is screen

    async def test_smoothing_is_told_and_changes_the_curves(self, three_runs) -> None:
        async with three_runs.run_test(size=(120, 36)) as pilot:
            screen = await overlaid(pilot)
            raw = screen.overlay.runs[0].feed.series["train/loss"]
            await pilot.press("right_square_bracket")
            await read(pilot, screen)
            ((_run, smoothed), *_more) = screen.overlay.lines("train/loss")
            assert smoothed is not raw and len(smoothed) == len(raw)
            assert smoothed.values[100] > raw.values[100], "it lags behind a falling curve"
            assert "smoothed 0.6" in screen_text(three_runs)
            await pilot.press("left_square_bracket")
            assert screen.overlay.lines("train/loss")[0][1] is raw

    async def test_what_a_run_logs_is_drawn_while_it_is_watched(self, three_runs) -> None:
        async with three_runs.run_test(size=(120, 36)) as pilot:
            screen = await overlaid(pilot)
            live = screen.overlay.runs[0]
            before = len(live.feed.series["train/loss"])
            write_metrics(live.feed.run, 5, first=261)
            for _turn in range(200):
                await pilot.pause(0.02)
                if len(live.feed.series["train/loss"]) > before:
                    break
            assert len(live.feed.series["train/loss"]) == before + 5
            assert [run.settled for run in screen.overlay.runs] == [False, True, True]

    async def test_enter_opens_a_run_alone(self, three_runs) -> None:
        async with three_runs.run_test(size=(120, 36)) as pilot:
            await overlaid(pilot)
            await pilot.press("down", "enter")
            assert isinstance(three_runs.screen, LiveView)
            assert three_runs.screen.run.id == IDS[1]

    async def test_names_and_settings_from_files_are_only_text(self, runs_app) -> None:
        hostile = "\x1b[31mred\x1b]0;title\x07 [bold]x[/] [/] 批归一化\n2"
        for number in range(2):
            run = write_run(
                f"digits-{number}", State.FINISHED, settings={hostile: f"{hostile}{number}"}
            )
            with run.metrics.open("ab") as file:
                file.write(metric_line(BEGAN, 1, {hostile: math.nan}))
        sync_all(runs_app.workspace.db)
        async with runs_app.run_test(size=(200, 60)) as pilot:
            await overlaid(pilot)
            await pilot.press("d")
            await pilot.pause()
            text = screen_text(runs_app)
            assert "* red [bold]x[/] [/] 批归一化 2" in text
            assert " nan " in text
            assert "\x1b" not in text and "title" not in text

    async def test_more_runs_than_can_be_told_apart_are_left_out(self, runs_app) -> None:
        for number in range(MOST_RUNS + 2):
            write_run(f"digits-{number:05}", State.FINISHED)
        sync_all(runs_app.workspace.db)
        async with runs_app.run_test(size=(120, 36)) as pilot:
            screen = await overlaid(pilot)
            assert len(screen.overlay.runs) == MOST_RUNS
            assert "2 more are left out" in screen_text(runs_app)

    async def test_runs_without_points_and_without_directories(self, runs_app) -> None:
        write_run("digits-aaaaa", State.FAILED, reason="exit code 1")
        gone = write_run("digits-bbbbb", State.FINISHED)
        sync_all(runs_app.workspace.db)
        gone.spec_file.unlink()
        gone.state_file.unlink()
        gone.path.rmdir()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            screen = OverlayScreen(rows(runs_app), clock=clock)
            await runs_app.push_screen(screen)
            await pilot.pause(0.1)
            assert "no run has a point here" in screen_text(runs_app)
            await pilot.press("x", "y", "p", "d", "right", "d")
            assert runs_app.screen is screen


class TestDifferences:
    async def test_differences_come_first(self, three_runs) -> None:
        async with three_runs.run_test(size=(120, 36)) as pilot:
            screen = await overlaid(pilot)
            await pilot.press("d")
            keys = screen.table.keys
            assert keys[:6] == [
                "settings", "settings/epochs", "settings/rate", "settings/data",
                "settings/augment", "settings/seed",
            ]  # fmt: skip
            assert keys.index("results") < keys.index("values") < keys.index("origin")
            text = screen_text(three_runs)
            assert "* epochs" in text and "* seed" not in text
            await pilot.press("escape")
            assert not screen.has_class("-table") and three_runs.screen is screen

    async def test_columns_that_do_not_fit_are_a_key_away(self, three_runs) -> None:
        async with three_runs.run_test(size=(60, 24)) as pilot:
            screen = await overlaid(pilot)
            await pilot.press("d")
            first, last, of = screen.table.window
            assert (first, of) == (1, 3) and 2 <= last < 3
            await pilot.press("right")
            assert screen.table.window == (3 - (last - first), 3, 3)
            assert f"columns {3 - (last - first)} to 3 of 3" in screen_text(three_runs)
            await pilot.press("right", "left", "left")
            assert screen.table.window == (first, last, of)


class TestAxes:
    def overlay(self, *per_epoch: float | None) -> Overlay:
        runs = []
        for number, steps in enumerate(per_epoch):
            run = write_run(f"digits-{number}", State.FINISHED, began=BEGAN + 100 * number)
            if steps:
                write_event(run, "plan", steps=40, steps_per_epoch=steps)
            with run.metrics.open("ab") as file:
                for step in range(41):
                    at = BEGAN + 100 * number + step / 2
                    file.write(metric_line(at, step, {"loss": 1 / (step + 1)}))
            runs.append(run)
        overlay = Overlay(runs, clock)
        while overlay.read(1.0):
            pass
        assert overlay.ended
        return overlay

    def places(self, overlay: Overlay) -> list[tuple[int, int]]:
        while overlay.grow(["loss"], 1.0):
            pass
        series = [series for _run, series in overlay.lines("loss")]
        return [(each.steps[0], each.steps[-1]) for each in series]

    def test_time_counts_from_the_start_of_each_run(self, home) -> None:
        overlay = self.overlay(None, None)
        overlay.next_x()
        assert overlay.looks.x is X.TIME, "no run has told of epochs"
        assert self.places(overlay) == [(0, 20_000)] * 2

    def test_epochs_of_different_lengths_stand_over_each_other(self, home) -> None:
        overlay = self.overlay(10, 20, None)
        overlay.next_x()
        assert overlay.looks.x is X.EPOCH
        assert self.places(overlay) == [(0, 4000), (0, 2000)], "the third has no place"
        axis = overlay.scale.axis(0, 4000, 60, exact=True)
        assert [tick.label for tick in axis.ticks] == ["0", "1", "2", "3", "4"]

    def test_epochs_of_one_length_are_counted_in_steps(self, home) -> None:
        overlay = self.overlay(10, 10)
        overlay.next_x()
        assert self.places(overlay) == [(0, 40), (0, 40)]
        assert overlay.scale.axis(0, 40, 60, exact=True).ticks[-1].label == "4"

    def test_points_that_come_in_before_others_are_drawn_anew(self, home) -> None:
        overlay = self.overlay(10, 20)
        overlay.next_x()
        self.places(overlay)
        source = overlay.runs[0].feed.series["loss"]
        source.append(-10, math.nan, BEGAN)
        assert self.places(overlay)[0] == (-1000, 4000)


class TestColours:
    @given(st.sets(st.text(min_size=1, max_size=8), max_size=COLOURS), st.randoms())
    def test_no_two_runs_are_alike_and_their_order_changes_nothing(self, runs, random) -> None:
        given_colours = colours(runs)
        assert len(set(given_colours.values())) == len(runs)
        assert colours(random.sample(sorted(runs), len(runs))) == given_colours

    @given(st.sets(st.text(max_size=8), min_size=1, max_size=4 * COLOURS))
    def test_a_colour_belongs_to_the_id_unless_another_has_it(self, runs) -> None:
        for run, colour in colours(runs).items():
            assert 0 <= colour < COLOURS
            alike = [other for other in runs if own_colour(other) == own_colour(run)]
            if len(alike) == 1 or run == min(alike):
                assert colour == own_colour(run)


def _path(app: StudylabApp, run: str):
    from pathlib import Path

    return Path(store.get(app.workspace.db, run).directory)
