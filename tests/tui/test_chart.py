"""The chart: as a drawing of any series at any size, and as a widget in an app."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.color import Color
from textual.strip import Strip

from studylab.metrics.series import Series
from studylab.tui.widgets import terminal
from studylab.tui.widgets.chart import Chart
from studylab.tui.widgets.grid import Grid, fit
from studylab.tui.widgets.plot import EMPTY, LINE, NONFINITE, REFERENCE, Plot, Reference


def series_of(*values: float, start: int = 0, stride: int = 1) -> Series:
    series = Series()
    steps = range(start, start + stride * len(values), stride)
    series.extend(steps, values, [0.0] * len(values))
    return series


def wave(points: int = 500) -> Series:
    return series_of(*(math.sin(step / 40) for step in range(points)))


def lines_of(grid: Grid) -> list[str]:
    return ["".join(text for text, _ in grid.runs(row)) for row in range(grid.height)]


def cells_of(grid: Grid, role: str) -> list[tuple[int, int]]:
    """Row and column of each cell with a role."""
    return [
        (row, column)
        for row in range(grid.height)
        for column in range(grid.width)
        if grid._cells[row][column][1] == role
    ]


class TestDrawing:
    @given(
        st.lists(
            st.lists(
                st.tuples(st.integers(-(2**62), 2**62), st.floats() | st.floats(0, 1)), max_size=20
            ),
            max_size=3,
        ),
        st.integers(0, 90),
        st.integers(0, 30),
        st.text(max_size=30),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
        st.booleans(),
        st.none() | st.tuples(st.integers(0, 50), st.integers(50, 100)),
    )
    def test_anything_is_drawn_in_exactly_its_cells(
        self,
        lines: list[list[tuple[int, float]]],
        width: int,
        height: int,
        text: str,
        reference: float | None,
        log_y: bool,
        ascii_only: bool,
        x_range: tuple[int, int] | None,
    ) -> None:
        text = "".join(character for character in text if character.isprintable())
        named = []
        for number, points in enumerate(lines):
            series = Series()
            for step, value in points:
                series.append(step, value, 0.0)
            named.append((f"{text}{number}", series))
        plot = Plot(
            title=text,
            lines=named,
            reference=None if reference is None else Reference(reference, text),
            x_range=x_range,
            log_y=log_y,
            ascii_only=ascii_only,
        )
        drawn = lines_of(plot.draw(width, height))
        assert [cell_len(line) for line in drawn] == [width] * height

    @pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (200, 50)])
    def test_title_axes_and_curve_are_there_from_small_to_large(
        self, size: tuple[int, int]
    ) -> None:
        grid = Plot("loss", [("train", wave())]).draw(*size)
        drawn = lines_of(grid)
        assert drawn[0].startswith("loss")
        assert "step" in drawn[-1]
        assert any("┤" in line for line in drawn[1:-1])
        columns = {column for _, column in cells_of(grid, LINE + "0") if column >= 8}
        assert len(columns) > 0.8 * (size[0] - 8)

    def test_labels_keep_to_a_gutter_of_fixed_width(self) -> None:
        for scale in (1e-9, 1e-3, 1.0, 1e4, 1e12):
            grid = Plot("loss", [("train", series_of(0.1 * scale, 0.9 * scale))]).draw(80, 24)
            assert {line[7] for line in lines_of(grid)[1:-2]} <= {"│", "┤"}

    def test_one_point_is_a_dot(self) -> None:
        grid = Plot("loss", [("train", series_of(0.5))]).draw(40, 10)
        assert sum(row > 0 for row, _ in cells_of(grid, LINE + "0")) in (1, 2)

    def test_a_point_between_gaps_is_a_dot(self) -> None:
        series = series_of(math.nan, 0.5, math.nan, stride=50)
        grid = Plot("loss", [("train", series)]).draw(40, 10)
        assert any(row > 0 for row, _ in cells_of(grid, LINE + "0"))

    def test_a_constant_is_in_the_middle(self) -> None:
        grid = Plot("lr", [("lr", series_of(*[0.5] * 100))]).draw(60, 12)
        [row] = {row for row, _ in cells_of(grid, LINE + "0") if row > 0}
        assert row == 1 + 9 // 2

    def test_a_spike_of_one_point_reaches_the_top(self) -> None:
        values = [0.0] * 10_000
        values[7777] = 10.0
        grid = Plot("norm", [("norm", series_of(*values))]).draw(80, 24)
        assert 1 in {row for row, _ in cells_of(grid, LINE + "0")}

    def test_nonfinite_values_are_marked_where_they_happened_and_not_scaled_to(self) -> None:
        values = [1.0] * 50 + [math.nan] + [2.0] * 48 + [math.inf]
        grid = Plot("loss", [("train", series_of(*values))]).draw(60, 12)
        marked = [cell for cell in cells_of(grid, NONFINITE) if cell[0] > 0]
        assert [row for row, _ in marked] == [10, 10]
        assert abs(marked[0][1] - (8 + 52 // 2)) <= 1
        assert "1.0" in "".join(lines_of(grid))

    def test_a_line_has_a_gap_where_only_nonfinite_values_are(self) -> None:
        values = [1.0] * 100 + [math.nan] * 100 + [1.0] * 100
        grid = Plot("loss", [("train", series_of(*values))]).draw(68, 12)
        columns = {column for row, column in cells_of(grid, LINE + "0") if row > 0}
        assert not columns & set(range(30, 46))
        assert columns & set(range(10, 26))
        assert columns & set(range(50, 66))

    def test_only_nonfinite_values_leave_marks_and_no_scale(self) -> None:
        grid = Plot("loss", [("train", series_of(math.nan, math.nan))]).draw(40, 10)
        assert any(row > 0 for row, _ in cells_of(grid, NONFINITE))
        assert "nan" in lines_of(grid)[0]

    def test_without_points_it_says_what_it_waits_for(self) -> None:
        for lines in ([], [("train", Series())]):
            grid = Plot("loss", lines).draw(60, 11)
            [row] = {row for row, _ in cells_of(grid, EMPTY)}
            assert "waiting for the first point" in lines_of(grid)[row]

    def test_the_reference_is_dashed_and_named(self) -> None:
        plot = Plot("accuracy", [("val", series_of(0.1, 0.5, 0.8, stride=100))])
        plot.reference = Reference(0.97, "reference 97 %")
        grid = plot.draw(60, 12)
        rows = {row for row, _ in cells_of(grid, REFERENCE)}
        assert len(rows) == 1
        [row] = rows
        line = lines_of(grid)[row]
        assert "reference 97 %" in line
        assert line.count(" ", 30) > 3

    def test_a_reference_far_off_does_not_press_the_line_flat(self) -> None:
        plot = Plot("loss", [("val", series_of(0.01, 0.02, 0.015, stride=100))])
        plot.reference = Reference(3.0, "reference 3")
        grid = plot.draw(60, 12)
        assert "↑ reference 3" in lines_of(grid)[1]
        assert len({row for row, _ in cells_of(grid, LINE + "0") if row > 0}) > 4

    def test_the_reference_never_hides_a_line(self) -> None:
        values = [0.5 + 0.01 * (-1) ** step for step in range(1000)]
        plain = Plot("loss", [("val", series_of(*values))])
        marked = Plot("loss", [("val", series_of(*values))], Reference(0.5, "reference"))
        line = LINE + "0"
        assert cells_of(plain.draw(60, 12), line) == cells_of(marked.draw(60, 12), line)

    def test_a_logarithmic_axis_spreads_decades_and_points_at_what_it_cannot_show(self) -> None:
        values = [10.0**-power for power in range(6)] + [0.0]
        plot = Plot("loss", [("train", series_of(*values, stride=10))], log_y=True)
        drawn = lines_of(plot.draw(60, 16))
        assert any("0.001┤" in line for line in drawn)
        assert "↓" in drawn[-2]

    def test_zooming_draws_the_line_to_the_edges(self) -> None:
        series = series_of(0.0, 1.0, 0.0, stride=100)
        grid = Plot("loss", [("val", series)], x_range=(90, 110)).draw(60, 12)
        columns = {column for row, column in cells_of(grid, LINE + "0") if row > 0}
        assert columns >= set(range(8, 60))

    def test_a_zoom_between_two_points_shows_the_line_that_joins_them(self) -> None:
        series = series_of(0.0, 1.0, stride=100)
        grid = Plot("loss", [("val", series)], x_range=(40, 60)).draw(60, 12)
        assert any(row > 0 for row, _ in cells_of(grid, LINE + "0"))

    def test_the_legend_gives_way_before_the_title_does(self) -> None:
        lines = [("train", series_of(0.25)), ("validation", series_of(0.5))]
        plot = Plot("cross entropy", lines)
        assert "━ train 0.2500" in lines_of(plot.draw(80, 10))[0]
        assert "━ 0.2500   ━ 0.5000" in lines_of(plot.draw(40, 10))[0]
        assert lines_of(plot.draw(20, 10))[0].startswith("cross entropy")

    def test_a_legend_keeps_its_columns_while_figures_change(self) -> None:
        series = series_of(0.25)
        plot = Plot("loss", [("train", series), ("val", Series())])
        before = lines_of(plot.draw(80, 10))[0]
        for value in (0.000123, 12345.0, -1.5, math.nan, 7.0):
            series.append(len(series), value, 0.0)
            after = lines_of(plot.draw(80, 10))[0]
            assert after.index("train") == before.index("train")
            assert after.index("val") == before.index("val")

    def test_ascii_is_ascii_and_tells_lines_apart(self) -> None:
        lines = [("train", wave()), ("val", series_of(0.0, 0.5, 0.0, math.nan, stride=150))]
        plot = Plot("a title too long for its chart", lines, Reference(0.7, "r"), ascii_only=True)
        for size in ((80, 24), (20, 5)):
            text = "".join(lines_of(plot.draw(*size)))
            assert text.isascii()
            assert "*" in text
            assert "o" in text

    def test_texts_are_measured_in_cells(self) -> None:
        plot = Plot("验证集上的交叉熵损失", [("训练", wave()), ("验证", wave())])
        for width in range(12, 60):
            assert {cell_len(line) for line in lines_of(plot.draw(width, 8))} == {width}
        assert fit("交叉熵", 4) == "交…"
        assert fit("交叉熵", 6) == "交叉熵"


class ChartApp(App[None]):
    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self.chart = chart

    def compose(self) -> ComposeResult:
        yield self.chart


def strips(chart: Chart) -> list[Strip]:
    return [chart.render_line(y) for y in range(chart.size.height)]


def screen(chart: Chart) -> str:
    return "\n".join(strip.text for strip in strips(chart))


def colors(chart: Chart) -> Iterator[tuple[str, Color, Color]]:
    """Text, foreground and background of each piece of a chart."""
    for strip in strips(chart):
        for text, style, _ in strip:
            assert style is not None
            assert style.color is not None
            assert style.bgcolor is not None
            yield (
                text,
                Color.from_rich_color(style.color),
                Color.from_rich_color(style.bgcolor),
            )


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""

    def luminance(color: Color) -> float:
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in color.normalized
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


SIZES = [(80, 24), (40, 10)]


class TestWidget:
    @pytest.mark.parametrize("size", SIZES)
    async def test_it_fills_its_place_and_follows_its_series(self, size: tuple[int, int]) -> None:
        chart = Chart("loss", ascii_only=False)
        async with ChartApp(chart).run_test(size=size) as pilot:
            assert "waiting for the first point" in screen(chart)
            series = Series()
            chart.set_lines({"train": series})
            series.extend(range(100), [1 / (1 + step) for step in range(100)], [0.0] * 100)
            chart.refresh_data()
            await pilot.pause()
            assert {strip.cell_length for strip in strips(chart)} == {size[0]}
            assert "━ train 0.01000" in screen(chart)
            assert "waiting" not in screen(chart)
            series.append(100, 0.5, 0.0)
            chart.refresh_data()
            assert "━ train 0.5000" in screen(chart)

    async def test_it_is_drawn_anew_for_another_size(self) -> None:
        chart = Chart("loss", ascii_only=False)
        chart.set_lines({"train": wave()})
        async with ChartApp(chart).run_test(size=(80, 24)) as pilot:
            await pilot.resize_terminal(40, 10)
            assert [strip.cell_length for strip in strips(chart)] == [40] * 10

    async def test_a_repaint_without_news_draws_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chart = Chart("loss", ascii_only=False)
        chart.set_lines({"train": wave()})
        async with ChartApp(chart).run_test(size=(80, 24)) as pilot:
            screen(chart)
            monkeypatch.setattr(Plot, "draw", None)
            chart.refresh()
            await pilot.pause()
            assert "loss" in screen(chart)

    async def test_texts_are_data(self) -> None:
        chart = Chart("[bold]loss[/bold]\x1b[2J\x07\u202e", ascii_only=False)
        chart.set_lines({"[red]train\n": wave(), "\ud800": wave()})
        chart.set_reference(0.5, "[link=x]goal\x1b]0;x\x07")
        async with ChartApp(chart).run_test(size=(100, 24)):
            text = screen(chart)
        assert "[bold]loss[/bold]" in text
        assert "[red]train" in text
        assert "[link=x]goal" in text
        assert all(character.isprintable() or character == "\n" for character in text)
        text.encode()

    @pytest.mark.parametrize(
        "theme", ["textual-dark", "textual-light", "nord", "catppuccin-latte", "solarized-light"]
    )
    async def test_lines_and_labels_are_readable_on_every_theme(self, theme: str) -> None:
        chart = Chart("loss", ascii_only=False)
        chart.set_lines({f"line {number}": wave(400 + number) for number in range(6)})
        app = ChartApp(chart)
        async with app.run_test(size=(160, 24)) as pilot:
            app.theme = theme
            await pilot.pause()
            for text, color, background in colors(chart):
                if any(character.isalnum() for character in text):
                    assert contrast(color, background) >= 3, (text, color, background)

    async def test_a_change_of_theme_changes_the_colours(self) -> None:
        chart = Chart("loss", ascii_only=False)
        chart.set_lines({"train": wave()})
        app = ChartApp(chart)
        async with app.run_test(size=(80, 24)) as pilot:
            dark = set(colors(chart))
            app.theme = "textual-light"
            await pilot.pause()
            assert dark.isdisjoint(colors(chart))

    async def test_a_theme_may_bring_its_own_line_colours(self) -> None:
        class Themed(ChartApp):
            def get_theme_variable_defaults(self) -> dict[str, str]:
                return {"chart-1": "#123456"}

        chart = Chart("loss", ascii_only=False)
        chart.set_lines({"train": wave()})
        async with Themed(chart).run_test(size=(80, 24)):
            assert Color.parse("#123456") in {color for _, color, _ in colors(chart)}

    async def test_its_settings_can_change_while_it_is_shown(self) -> None:
        chart = Chart(ascii_only=True, step_label="epoch", empty_text="nothing yet")
        async with ChartApp(chart).run_test(size=(80, 24)):
            assert "nothing yet" in screen(chart)
            chart.set_title("perplexity")
            chart.set_lines({"val": series_of(1000.0, 10.0, 1.0, stride=10)})
            chart.set_reference(2.0, "paper")
            assert "perplexity" in screen(chart)
            assert "epoch" in screen(chart)
            assert "paper" in screen(chart)
            chart.set_reference(None)
            assert "paper" not in screen(chart)
            chart.log_y = True
            assert chart.log_y
            assert "100+" in screen(chart)
            chart.set_x_range((0, 1000))
            assert "1000" in screen(chart).splitlines()[-1]
            chart.set_x_range(None)
            assert "1000" not in screen(chart).splitlines()[-1]


class TestTerminal:
    @pytest.mark.parametrize(
        ("encoding", "term", "expected"),
        [
            ("utf-8", "xterm-256color", False),
            ("ascii", "xterm-256color", True),
            ("iso-8859-1", "xterm-256color", True),
            ("gbk", "xterm-256color", True),
            ("no such encoding", "xterm-256color", True),
            (None, "xterm-256color", False),
            ("utf-8", "linux", True),
        ],
    )
    def test_ascii_is_for_terminals_that_need_it(
        self, monkeypatch: pytest.MonkeyPatch, encoding: str | None, term: str, expected: bool
    ) -> None:
        class Stream:
            def __init__(self) -> None:
                self.encoding = encoding

        monkeypatch.setattr("sys.__stderr__", Stream())
        monkeypatch.setattr("sys.__stdout__", Stream())
        monkeypatch.setenv("TERM", term)
        monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
        assert terminal.is_ascii_only() is expected

    @pytest.mark.parametrize(
        ("variables", "expected"),
        [
            ({"LC_ALL": "C"}, True),
            ({"LANG": "POSIX"}, True),
            ({"LC_ALL": "zh_CN.UTF-8", "LANG": "C"}, False),
            ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, False),
            ({}, False),
        ],
    )
    def test_the_locale_counts_as_programs_read_it(
        self, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool
    ) -> None:
        for name in ("LC_ALL", "LC_CTYPE", "LANG"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("TERM", "xterm-256color")
        assert terminal.is_ascii_only() is expected
