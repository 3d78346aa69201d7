"""The charts of the live view: found, selected, alone, with a cursor, zoomed, smoothed."""

from __future__ import annotations

import math

import pytest

from studylab import language
from studylab.metrics.records import metric_line
from studylab.metrics.series import smooth
from studylab.runs.directory import RunDirectory, State
from studylab.tui.app import StudylabApp
from studylab.tui.dialogs.ask import AskDialog
from studylab.tui.live import LiveView
from studylab.tui.live_axes import X
from studylab.tui.live_groups import MOST_LINES, chart_groups
from studylab.tui.question_links import open_run
from studylab.tui.widgets.line_colours import is_colourless
from studylab.tui.widgets.plot import CURSOR, FAINT
from studylab.tui.widgets.scale import Elapsed, Epochs, Steps
from studylab.workspace import Workspace
from tests.tui.run_files import BEGAN, clock, settled, write_event, write_full_run, write_run
from tests.tui.study import run_row, screen_text


async def watch(pilot, run: RunDirectory, **more) -> LiveView:
    view = LiveView(run, clock=clock, **more)
    await pilot.app.push_screen(view)
    await settled(pilot)
    return view


def write_points(run: RunDirectory, steps: int, *names: str, wrong: dict | None = None) -> None:
    with run.metrics.open("ab") as file:
        for step in range(1, steps + 1):
            scalars = dict.fromkeys(names, 1 / step + step % 7 / 50)
            scalars |= (wrong or {}).get(step, {})
            file.write(metric_line(BEGAN + step, step, scalars))


def shown(view: LiveView) -> list[str]:
    return [group.quantity for group in view.charts.shown]


def reading(view: LiveView) -> str:
    return str(view.query_one("#reading").content)


def write_long_run() -> RunDirectory:
    """A noisy run with NaN, over two GPUs."""
    run = write_run(state=State.FINISHED, reason="finished", exit_code=0)
    write_event(run, "plan", steps=300, steps_per_epoch=30)
    names = "train/loss", "val/loss", "train/accuracy", "grad_norm", "lr"
    write_points(run, 300, *names, wrong={120: {"train/loss": math.nan}})
    with run.resources.open("w") as file:
        for second in range(300):
            busy = 100 + 40 * math.sin(second / 20)
            file.write(
                f'{{"time":{BEGAN + second},"cpu_percent":{busy},"rss_bytes":412000000,"gpus":'
                f'[{{"index":0,"utilisation":{busy / 2}}},{{"index":1,"utilisation":90}}]}}\n'
            )
    return run


class TestLooks:
    @pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
    def test_alone_with_a_cursor_smoothed_over_time(
        self, snap_compare, runs_app: StudylabApp, size: tuple[int, int]
    ) -> None:
        run = write_long_run()

        async def before(pilot) -> None:
            await watch(pilot, run, at_step=100)
            await pilot.press("x", "x", *["right_square_bracket"] * 3)
            await settled(pilot)

        assert snap_compare(runs_app, terminal_size=size, run_before=before)

    def test_found_and_marked_without_colour(
        self, snap_compare, runs_app: StudylabApp, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TERM", "vt220")
        run = write_long_run()

        async def before(pilot) -> None:
            await watch(pilot, run)
            await pilot.press("slash", *"a", "enter", "right")
            await settled(pilot)

        assert snap_compare(runs_app, terminal_size=(120, 36), run_before=before)


class TestFinding:
    async def test_part_of_a_name_finds_its_charts(self, runs_app: StudylabApp) -> None:
        run = write_run()
        write_points(run, 5, "train/loss", "val/loss", "Grad_Norm", "lr")
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            assert shown(view)[:2] == ["loss", "Grad_Norm"]
            await pilot.press("slash", *"norm")
            await settled(pilot)
            assert shown(view) == ["Grad_Norm"]
            assert "1 of 3" in screen_text(runs_app)
            await pilot.press("enter")
            assert view.focused is None
            await pilot.press("slash", "backspace", "backspace", "backspace", "backspace", *"VAL/")
            await settled(pilot)
            assert shown(view) == ["loss"]
            await pilot.press(*"zz")
            await settled(pilot)
            assert "no metric has 'VAL/zz' in its name" in screen_text(runs_app)
            await pilot.press("escape")
            await settled(pilot)
            assert shown(view)[:2] == ["loss", "Grad_Norm"]
            assert not view.find_bar.used
            assert runs_app.screen is view

    async def test_five_thousand_names(self, runs_app: StudylabApp) -> None:
        run = write_run()
        names = [f"layer{n // 50:03}/weight{n % 50:02}/norm" for n in range(4999)]
        write_points(run, 2, "train/loss", *names)
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            assert view.charts.count == (5000, 5000)
            await pilot.press("slash", *"layer07")
            await settled(pilot)
            assert view.charts.count == (500, 5000)
            assert "500 of 5,000" in screen_text(runs_app)
            assert all("layer07" in quantity for quantity in shown(view))
            await pilot.press(*"3/weight49")
            await settled(pilot)
            assert shown(view) == ["layer073/weight49/norm"]

    def test_a_chart_has_no_more_lines_than_colours(self) -> None:
        names = ["train/norm", "val/norm", *(f"layer{n}/norm" for n in range(40))]
        groups = chart_groups([*names, "epoch", "train/loss", "val/loss"])
        assert {name for group in groups for name in group.lines.values()} == {
            *names, "train/loss", "val/loss",
        }  # fmt: skip
        assert all(len(group.lines) <= MOST_LINES for group in groups)
        assert groups[0].quantity == "loss"
        assert list(groups[1].lines) == ["train", "val"]


class TestSelecting:
    async def test_arrows_and_tab_move_the_mark_over_pages(self, runs_app: StudylabApp) -> None:
        run = write_run()
        write_points(run, 5, *(f"m{n:02}" for n in range(9)))
        async with runs_app.run_test(size=(80, 24)) as pilot:
            view = await watch(pilot, run)
            assert view.charts.selected.quantity == "m00"
            assert "▸ m00" in screen_text(runs_app)
            for key in ("right", "tab", "down"):
                await pilot.press(key)
            await settled(pilot)
            assert view.charts.selected.quantity == "m03"
            assert "m03" in shown(view)
            assert screen_text(runs_app).count("▸ m0") == 1
            await pilot.press("shift+tab", *["left"] * 9)
            assert view.charts.selected.quantity == "m00"

    async def test_enter_shows_one_chart_and_all_again(self, runs_app: StudylabApp) -> None:
        run = write_long_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            before = shown(view)
            await pilot.press("right", "enter")
            await settled(pilot)
            assert shown(view) == ["accuracy"]
            assert "busy, %" in screen_text(runs_app)
            await pilot.press("down")
            assert shown(view) == ["grad_norm"]
            await pilot.press("up", "escape")
            await settled(pilot)
            assert shown(view) == before
            assert runs_app.screen is view
            assert "busy, %" not in screen_text(runs_app)


class TestCursor:
    async def test_it_goes_over_the_points_and_tells_every_line(
        self, runs_app: StudylabApp
    ) -> None:
        run = write_run()
        write_event(run, "plan", steps=40, steps_per_epoch=10)
        write_points(run, 40, "train/loss", wrong={20: {"val/loss": 0.25}})
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            await pilot.press("enter", "left")
            assert view.charts.looks.cursor == 40
            await pilot.press(*["left"] * 15)
            assert view.charts.looks.cursor == 25
            text = reading(view)
            assert "step 25 · epoch 2.50 · 0:25" in text
            assert "val 0.2500 (step 20)" in text
            assert "train 0.1200" in text
            await pilot.press("home")
            assert "step 1 " in reading(view)
            assert "val –" in reading(view)
            await pilot.press("end", "right")
            assert view.charts.looks.cursor == 40

    async def test_of_a_long_line_each_key_moves_by_a_column(self, runs_app: StudylabApp) -> None:
        run = write_run()
        write_points(run, 5000, "train/loss")
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            await pilot.press("enter", "right", "right", "right")
            assert 60 <= view.charts.looks.cursor <= 150

    async def test_the_cursor_is_drawn_and_never_over_a_curve(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            await pilot.press("enter", *["left"] * 20)
            await settled(pilot)
            plot = view.charts.selected_chart.plot
            grid = plot.draw(100, 20)
            roles = [[role for _c, role in row] for row in grid._cells]
            columns = {row.index(CURSOR) for row in roles if CURSOR in row}
            assert len(columns) == 1
            plot.cursor = None
            bare = [[role for _c, role in row] for row in plot.draw(100, 20)._cells]
            for with_cursor, without in zip(roles[1:], bare[1:], strict=True):
                for one, other in zip(with_cursor, without, strict=True):
                    assert one == other or (one == CURSOR and other in ("", "axis"))

    async def test_a_question_from_there_carries_the_step(self, runs_app: StudylabApp) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            await pilot.press("enter", "home", "right", "right", "a")
            await pilot.pause()
            assert isinstance(runs_app.screen, AskDialog)
            assert "step 260" not in runs_app.screen.about()
            assert "step" in runs_app.screen.about()

    @pytest.mark.parametrize(("wanted", "found"), [(100, 100), (99_999, 260), (-5, 1)])
    async def test_it_opens_at_a_step(self, runs_app: StudylabApp, wanted: int, found: int) -> None:
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run, at_step=wanted)
            assert view.charts.alone
            assert view.charts.looks.cursor == found
            assert f"step {found} " in screen_text(runs_app)

    async def test_a_question_leads_to_its_step(
        self, runs_app: StudylabApp, workspace: Workspace
    ) -> None:
        run = write_full_run("cnn-1")
        run_row(workspace, "cnn-1", "running", 40, 100)
        workspace.db.execute("UPDATE runs SET directory = ?", (str(run.path),))
        async with runs_app.run_test(size=(120, 36)) as pilot:
            open_run(runs_app, "cnn-1", 120)
            await settled(pilot)
            assert isinstance(runs_app.screen, LiveView)
            assert runs_app.screen.charts.looks.cursor == 120

    async def test_a_run_without_points_opens_at_no_step(self, runs_app: StudylabApp) -> None:
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, write_run(), at_step=100)
            await pilot.press("enter", "left", "plus", "x", "right_square_bracket", "0", "y")
            assert view.charts.looks.cursor is None


class TestAxes:
    async def test_zoom_pan_and_back(self, runs_app: StudylabApp) -> None:
        run = write_full_run(state=State.FINISHED)
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            looks = view.charts.looks
            await pilot.press("plus", "plus")
            assert looks.window.span == 399 // 2 // 2
            before = looks.window
            await pilot.press("greater_than_sign")
            assert looks.window.low == before.low + before.span // 4
            await pilot.press("shift+left")
            assert looks.window == before
            assert "zoomed, 0 shows all" in screen_text(runs_app)
            assert view.charts.query("Chart").first().x_range() == before
            await pilot.press("minus", "minus", "minus")
            assert looks.window is None
            await pilot.press("plus", "0")
            assert looks.window is None

    async def test_zooming_goes_into_the_cursor_and_the_cursor_stays_in_view(
        self, runs_app: StudylabApp
    ) -> None:
        run = write_full_run(state=State.FINISHED)
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            looks = view.charts.looks
            await pilot.press("enter", "home", "plus", "plus", "plus")
            assert looks.window.low <= 1 <= looks.window.high
            await pilot.press("end")
            assert looks.window.low <= 400 <= looks.window.high

    async def test_x_goes_round_steps_epochs_and_time(self, runs_app: StudylabApp) -> None:
        run = write_full_run(state=State.FINISHED)
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            plot = view.charts.query("Chart").first().plot
            seen = []
            for _press in range(4):
                seen.append((type(plot.scale), plot.step_label))
                await pilot.press("x")
                await settled(pilot)
            assert seen == [
                (Steps, "step"), (Epochs, "epoch"), (Elapsed, "time"), (Steps, "step"),
            ]  # fmt: skip

    async def test_over_time_points_lie_at_their_seconds_and_the_window_stays(
        self, runs_app: StudylabApp
    ) -> None:
        run = write_run()
        write_points(run, 30, "train/loss")
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            looks = view.charts.looks
            await pilot.press("enter", "home", "plus")
            steps = looks.window
            await pilot.press("x")
            await settled(pilot)
            assert looks.x is X.TIME
            # Without an epoch's length there are no epochs; a point a second since the start.
            [(_name, line)] = view.charts.selected_chart.plot.lines
            assert list(line.steps) == [1000 * step for step in range(1, 31)]
            assert looks.window.high == 1000 * min(30, steps.high)
            assert view.charts.selected_chart.plot.cursor == 1000
            await pilot.press("x")
            assert looks.x is X.STEP

    async def test_smoothing_shows_what_it_was_made_of(self, runs_app: StudylabApp) -> None:
        run = write_run()
        write_points(run, 300, "train/loss", "val/loss")
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            await pilot.press("right_square_bracket")
            await settled(pilot)
            plot = view.charts.selected_chart.plot
            assert plot.under == [view.feed.series["train/loss"], view.feed.series["val/loss"]]
            assert "smoothed 0.6" in screen_text(runs_app)
            roles = {role for row in plot.draw(100, 20)._cells for _c, role in row}
            assert {f"{FAINT}0", f"{FAINT}1"} & roles
            write_points(run, 1, "train/loss")
            view.read_on()
            await settled(pilot)
            assert len(plot.lines[0][1]) == 301
            await pilot.press("left_square_bracket")
            assert not plot.under
            assert plot.lines[0][1] is view.feed.series["train/loss"]


class TestBadInput:
    async def test_a_file_of_metrics_that_is_replaced_while_a_smoothed_chart_is_alone(
        self, runs_app: StudylabApp
    ) -> None:
        run = write_long_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            await pilot.press("enter", "left", "plus", "right_square_bracket", "x", "x")
            await settled(pilot)
            run.metrics.unlink()
            write_points(run, 9, "other/score")
            view.read_on()
            await settled(pilot)
            assert shown(view) == ["score"]
            await pilot.press("left", "0", "x", "escape")
            await settled(pilot)
            assert "score" in screen_text(runs_app)

    async def test_points_that_come_in_before_others_are_smoothed_in_their_place(
        self, runs_app: StudylabApp
    ) -> None:
        run = write_run()
        write_points(run, 30, "loss")
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            await pilot.press("right_square_bracket")
            write_points(run, 20, "loss")
            view.read_on()
            await settled(pilot)
            view.read_on()
            await settled(pilot)
            [(_name, line)] = view.charts.selected_chart.plot.lines
            source = view.feed.series["loss"]
            assert list(line.steps) == list(source.steps)
            assert list(line.values) == smooth(source.values, 0.6)

    async def test_steps_that_jump_and_times_that_are_none(self, runs_app: StudylabApp) -> None:
        run = write_run()
        with run.metrics.open("wb") as file:
            for step, at in ((-(10**12), 0.0), (5, 1e300), (10**12, BEGAN), (2**62, -1e300)):
                file.write(metric_line(at, step, {"loss": 0.5}))
        async with runs_app.run_test(size=(120, 36)) as pilot:
            await watch(pilot, run)
            for key in ("enter", "left", "left", "plus", "plus", "x", "left", "shift+left", "0"):
                await pilot.press(key, "minus")
                await settled(pilot)
            assert "loss" in screen_text(runs_app)


class TestNonFinite:
    async def test_where_it_happened_is_told(self, runs_app: StudylabApp) -> None:
        run = write_run()
        wrong = {300: {"train/loss": math.nan}, 310: {"train/loss": math.inf}}
        write_points(run, 400, "train/loss", wrong=wrong)
        async with runs_app.run_test(size=(80, 24)) as pilot:
            await watch(pilot, run)
            text = screen_text(runs_app)
            assert "NaN at step 300" in text
            assert "×" in text


class TestUsage:
    async def test_what_it_used_lies_under_the_curve_on_its_axis(
        self, runs_app: StudylabApp
    ) -> None:
        run = write_run(state=State.FINISHED)
        write_points(run, 40, "train/loss")
        with run.resources.open("w") as file:
            for second in range(50):
                file.write(
                    f'{{"time":{BEGAN + second},"cpu_percent":100.0,"rss_bytes":1,"gpus":'
                    f'[{{"index":1,"utilisation":50.0}}]}}\n'
                )
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            await pilot.press("enter")
            await settled(pilot)
            chart, below = view.charts.selected_chart, view.history
            assert below.region.x == chart.region.x - 1
            assert below.content_size.width == chart.content_size.width
            lines = dict(below.plot.lines)
            assert list(lines) == ["CPU", "GPU 1"]
            # Of two cores 100 % is one half.
            assert set(lines["CPU"].values) == {50.0}
            # What was sampled before the first point and after the last has no step.
            assert list(lines["CPU"].steps) == list(range(1, 41))
            assert below.x_range() == chart.x_range()
            await pilot.press("plus", "left", "x")
            await settled(pilot)
            assert list(dict(below.plot.lines)["CPU"].steps) == [1000 * n for n in range(50)]
            assert below.x_range() == chart.x_range()
            assert below.plot.cursor == chart.plot.cursor


class TestWithoutColour:
    @pytest.mark.parametrize("variable", [("NO_COLOR", "1"), ("TERM", "vt100"), ("TERM", "dumb")])
    async def test_lines_are_drawn_in_marks_of_their_own(
        self, runs_app: StudylabApp, monkeypatch: pytest.MonkeyPatch, variable: tuple[str, str]
    ) -> None:
        monkeypatch.setenv(*variable)
        assert is_colourless()
        run = write_full_run()
        async with runs_app.run_test(size=(120, 36)) as pilot:
            view = await watch(pilot, run)
            text = screen_text(runs_app)
            assert "* train" in text
            assert "o val" in text
            drawn = "".join(
                character for row in view.charts.selected_chart.plot.draw(80, 20)._cells[1:-2]
                for character, _role in row
            )  # fmt: skip
            assert "*" in drawn
            assert "o" in drawn
            assert "│" in drawn

    def test_with_colour_they_are_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")
        assert not is_colourless()


@pytest.mark.parametrize("spoken", ["en", "zh"])
async def test_the_footer_fits_eighty_columns(
    runs_app: StudylabApp, request: pytest.FixtureRequest, spoken: str
) -> None:
    request.addfinalizer(lambda: language.use("en"))
    language.use(spoken)
    async with runs_app.run_test(size=(80, 24)) as pilot:
        await watch(pilot, write_full_run())
        last = screen_text(runs_app).splitlines()[-1]
        assert all(key in last for key in ("/ ", "⏎ ", "s ", "l ", "a ", "esc ", "? "))
