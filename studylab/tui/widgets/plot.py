"""The drawing of a line chart: from series to rows of text, without a terminal or an app."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len

from studylab.metrics.series import Bucket, Point, Series, downsample
from studylab.tui.widgets.axis import Axis, figure, value_axis
from studylab.tui.widgets.braille import MARKS, Canvas
from studylab.tui.widgets.grid import Grid, fit
from studylab.tui.widgets.scale import STEPS, Scale

TITLE, AXIS, LABEL, REFERENCE = "title", "axis", "label", "reference"
NONFINITE, EMPTY, CURSOR, SELECTED = "nonfinite", "empty", "cursor", "selected"
LINE, FAINT = "line-", "faint-"
"""Roles of cells; a line's is `LINE` and its number, from 0, that of what it smooths `FAINT`."""

SMALLEST_WIDTH, SMALLEST_HEIGHT = 12, 3
# A reference so many times farther off than the values would press the lines flat.
FARTHEST_REFERENCE = 20
_FAR = 1e6


class Reference(NamedTuple):
    """A value to reach, and what it is called."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class _Glyphs:
    vertical: str
    horizontal: str
    corner: str
    value_tick: str
    step_tick: str
    nonfinite: str
    below: str
    above: str
    selected: str


_UNICODE = _Glyphs("│", "─", "└", "┤", "┬", "×", "↓", "↑", "▸")
_ASCII = _Glyphs("|", "-", "+", "+", "+", "x", "v", "^", ">")


@dataclass(slots=True)
class Plot:
    """What a chart shows. All texts are single lines without control characters.

    `under` holds series that are drawn faintly beneath the lines, the first in the colour of the
    first line, and so on: what a smoothed line was made of. `alert` stands beside the title.
    `cursor` is a place on the bottom axis that is marked; the legend then tells the values there.
    `scale` says what the bottom axis counts. With `marks` each line is drawn in a character of
    its own, for terminals without colours.
    """

    title: str = ""
    lines: Sequence[tuple[str, Series]] = ()
    reference: Reference | None = None
    x_range: tuple[int, int] | None = None
    log_y: bool = False
    ascii_only: bool = False
    step_label: str = "step"
    empty_text: str = "waiting for the first point"
    under: Sequence[Series] = ()
    alert: str = ""
    cursor: int | None = None
    scale: Scale = STEPS
    marks: bool = False
    selected: bool = False

    @property
    def in_marks(self) -> bool:
        """Whether lines are drawn in characters of their own and not in fine dots."""
        return self.ascii_only or (self.marks and len(self.lines) > 1)

    @property
    def series(self) -> list[Series]:
        """Everything that is drawn and has points."""
        drawn = [*(series for _, series in self.lines), *self.under]
        return [series for series in drawn if len(series)]

    def draw(self, width: int, height: int) -> Grid:
        """The chart in `width` x `height` cells; only its title if that is too little."""
        grid = Grid(width, height)
        if width < SMALLEST_WIDTH or height < SMALLEST_HEIGHT:
            grid.put(0, 0, self.fit(self.title, width), TITLE)
            return grid
        self._draw_title(grid)
        if self.series:
            _Drawing(self, grid).draw()
        else:
            text = self.fit(self.empty_text, width)
            row = 1 + (height - 1) // 2
            grid.put(min(row, height - 1), (width - cell_len(text)) // 2, text, EMPTY)
        return grid

    def fit(self, text: str, width: int) -> str:
        """`text` cut to `width` cells, in characters that the chart may use."""
        return fit(text, width, self.ascii_only)

    def x_axis(self, width: int) -> Axis:
        """The bottom axis of a drawing `width` cells wide; there must be a point."""
        columns = width - _gutter(width)
        if self.x_range is not None:
            return self.scale.axis(*self.x_range, columns, exact=True)
        steps = [series.steps for series in self.series]
        first, last = min(each[0] for each in steps), max(each[-1] for each in steps)
        return self.scale.axis(first, last, columns, exact=False)

    def _draw_title(self, grid: Grid) -> None:
        """The title at the left, and at the right as much of the legend as there is room for."""
        title, role, column = self.title, TITLE, 0
        if self.selected:
            glyph = (_ASCII if self.ascii_only else _UNICODE).selected
            title, role = f"{glyph} {title}", SELECTED
        alert = f"  {self.alert}" if self.alert else ""
        for legend in self._legends(name_width=max(8, grid.width // 5)):
            used = sum(cell_len(text) for text, _ in legend)
            room = grid.width - used - 2 - cell_len(alert)
            if cell_len(title) > room < 12:
                continue
            column = grid.width - used
            for text, of in legend:
                grid.put(0, column, text, of)
                column += cell_len(text)
            break
        else:
            room = max(8, grid.width - cell_len(alert))
        shown = self.fit(title, room)
        grid.put(0, 0, shown, role)
        if alert:
            start = cell_len(shown)
            grid.put(0, start, self.fit(alert, grid.width - start), NONFINITE)

    def _legends(self, name_width: int) -> Iterator[list[tuple[str, str]]]:
        """Legends from the fullest to the shortest: names and last values, values, marks."""
        # The name of a single line that the title says already is no news.
        told = [name for name, _ in self.lines] == [self.title]
        for names, values in ((not told, True), (False, True), (False, False)):
            legend: list[tuple[str, str]] = []
            for number, (name, series) in enumerate(self.lines):
                role = f"{LINE}{number}"
                mark = MARKS[number % len(MARKS)] if self.in_marks else "━"
                legend.append(
                    (f" {mark} {self.fit(name, name_width)}" if names else f" {mark}", role)
                )
                if values:
                    # Padded, so that nothing to the left of a figure moves when it changes.
                    last = series.last if self.cursor is None else series.at(self.cursor)
                    text = figure(last.value) if last is not None else ""
                    is_finite = last is None or math.isfinite(last.value)
                    legend.append((f" {text:<8}", role if is_finite else NONFINITE))
            yield legend


def _gutter(width: int) -> int:
    """The cells of the value axis, left of the canvas."""
    return 8 if width >= 40 else 7


@dataclass(slots=True)
class _Line:
    number: int
    buckets: list[Bucket]
    before: Point | None
    after: Point | None

    def values(self) -> Iterator[float]:
        for bucket in self.buckets:
            for point in bucket.points:
                yield point.value

    def outside(self) -> Iterator[float]:
        for point in (self.before, self.after):
            if point is not None and math.isfinite(point.value):
                yield point.value


class _Drawing:
    """One drawing of a plot that has points, below its title row."""

    def __init__(self, plot: Plot, grid: Grid) -> None:
        self.plot = plot
        self.grid = grid
        self.glyphs = _ASCII if plot.ascii_only else _UNICODE
        self.left = _gutter(grid.width)
        has_axis_row = grid.height >= 6
        self.rows = grid.height - (3 if has_axis_row else 2)
        self.mark_row = grid.height - 2
        self.has_axis_row = has_axis_row
        columns = grid.width - self.left
        self.inks = max(1, len(plot.lines), len(plot.under))
        self.canvas = Canvas(columns, self.rows, self.inks, ascii_only=plot.in_marks)
        self.steps = plot.x_axis(grid.width)
        self.first, self.span = int(self.steps.low), int(self.steps.high - self.steps.low)
        self.lines = [self._line(number, series) for number, (_, series) in enumerate(plot.lines)]
        self.under = [self._line(number, series) for number, series in enumerate(plot.under)]
        self.values = self._value_axis()

    def draw(self) -> None:
        if self.under:
            self._draw_under()
        for line in self.lines:
            self._draw_line(line)
        reference = self.plot.reference
        if reference is not None and self.values is not None:
            self._draw_dashes(reference.value)
        self._ink(self.canvas, [f"{LINE}{number}" for number in range(self.inks)])
        if reference is not None and self.values is not None:
            self._draw_reference_label(reference)
        self._draw_value_axis()
        self._draw_step_axis()
        for line in (*self.under, *self.lines):
            self._draw_marks(line)
        if self.plot.cursor is not None:
            self._draw_cursor(self.plot.cursor)

    def _draw_under(self) -> None:
        """What is smoothed, beneath everything else."""
        canvas = self.canvas
        marks = self.plot.in_marks
        self.canvas = Canvas(canvas.columns, self.rows, self.inks, ascii_only=marks, marks=".")
        for line in self.under:
            self._draw_line(line)
        self._ink(self.canvas, [f"{FAINT}{number}" for number in range(self.inks)])
        self.canvas = canvas

    def _draw_cursor(self, cursor: int) -> None:
        """A line at the cursor, which hides no curve."""
        if not self.first <= cursor <= self.first + self.span:
            return
        column = self.left + self._x(cursor) * self.canvas.columns // self.canvas.width
        for row in range(1, self.mark_row + self.has_axis_row):
            if self.grid.is_free(row, column, 1, besides=AXIS):
                self.grid.put_cell(row, column, self.glyphs.vertical, CURSOR)

    def _ink(self, canvas: Canvas, roles: Sequence[str]) -> None:
        for row in range(canvas.rows):
            for column, (character, ink) in enumerate(canvas.cells(row), start=self.left):
                if ink >= 0:
                    self.grid.put_cell(row + 1, column, character, roles[ink])

    # Ranges

    def _line(self, number: int, series: Series) -> _Line:
        x_range = (self.first, self.first + self.span)
        buckets = downsample(series, self.canvas.width, x_range)
        before, after = series.neighbours(*x_range)
        return _Line(number, buckets, before, after)

    def _value_axis(self) -> Axis | None:
        """None if there is no value to draw."""
        lines = (*self.lines, *self.under)
        values = [v for line in lines for v in line.values() if self._shows(v)]
        values = values or [v for line in lines for v in line.outside() if self._shows(v)]
        if not values:
            return None
        low, high = min(values), max(values)
        reference = self.plot.reference
        if reference is not None and self._shows(reference.value):
            farthest = FARTHEST_REFERENCE * max(high - low, abs(high), abs(low))
            widest = max(high, reference.value) - min(low, reference.value)
            if widest <= farthest or self.plot.log_y:
                low, high = min(low, reference.value), max(high, reference.value)
        count = max(2, min(6, 1 + self.rows // 3))
        return value_axis(low, high, count, self.left - 1, self.plot.log_y)

    def _shows(self, value: float) -> bool:
        return math.isfinite(value) and (value > 0 or not self.plot.log_y)

    # Lines

    def _x(self, step: int) -> int:
        x = (step - self.first) * self.canvas.width // self.span
        return x - 1 if step == self.first + self.span else x

    def _y(self, value: float) -> int:
        assert self.values is not None
        # Far outside the plot it makes no difference how far.
        fraction = max(-_FAR, min(_FAR, self.values.fraction(value)))
        return round((1 - fraction) * (self.canvas.height - 1))

    def _row(self, value: float) -> int:
        """The row of the grid in which a value in range is drawn."""
        return 1 + self._y(value) * self.rows // self.canvas.height

    def _draw_line(self, line: _Line) -> None:
        if self.values is None:
            return
        pen: tuple[int, int] | None = None
        if line.before is not None and self._shows(line.before.value):
            pen = self._x(line.before.step), self._y(line.before.value)
        alone = pen is None
        for bucket in line.buckets:
            ys = [self._y(point.value) for point in bucket.points if self._shows(point.value)]
            if not ys:
                self._end_stroke(pen, alone, line.number)
                pen, alone = None, True
                continue
            x = bucket.column
            if pen is not None:
                self.canvas.line(*pen, x, ys[0], line.number)
            self.canvas.line(x, min(ys), x, max(ys), line.number)
            alone = pen is None and min(ys) == max(ys)
            pen = x, ys[-1]
        if line.after is not None and self._shows(line.after.value) and pen is not None:
            self.canvas.line(*pen, self._x(line.after.step), self._y(line.after.value), line.number)
            alone = False
        self._end_stroke(pen, alone, line.number)

    def _end_stroke(self, pen: tuple[int, int] | None, alone: bool, ink: int) -> None:
        if pen is not None and alone:
            self.canvas.blob(*pen, ink)

    def _draw_marks(self, line: _Line) -> None:
        """Crosses and arrows on the bottom axis for what has no place in the plot."""
        dots = self.canvas.width // self.canvas.columns
        for bucket in line.buckets:
            column = self.left + bucket.column // dots
            if bucket.nonfinite:
                self.grid.put(self.mark_row, column, self.glyphs.nonfinite, NONFINITE)
            elif not all(self._shows(point.value) for point in bucket.points):
                self.grid.put(self.mark_row, column, self.glyphs.below, f"{LINE}{line.number}")

    # Reference

    def _draw_dashes(self, value: float) -> None:
        if not self._shows(value):
            return
        canvas = Canvas(self.canvas.columns, self.rows, ascii_only=self.plot.ascii_only, marks="-")
        period, dash = (4, 2) if self.plot.ascii_only else (6, 3)
        y = self._y(value)
        for x in range(0, canvas.width, period):
            canvas.line(x, y, x + dash - 1, y)
        self._ink(canvas, [REFERENCE])

    def _draw_reference_label(self, reference: Reference) -> None:
        """The label on the dashes, or next to them, where it hides no line; else nowhere."""
        assert self.values is not None
        text = reference.label or figure(reference.value)
        low, high = self.values.low, self.values.high
        rows: tuple[int, ...]
        if reference.value < low or reference.value > high:
            above = reference.value > high
            text = f"{self.glyphs.above if above else self.glyphs.below} {text}"
            rows = (1,) if above else (self.rows,)
        else:
            row = self._row(reference.value)
            rows = tuple(r for r in (row, row - 1, row + 1) if 1 <= r <= self.rows)
        text = f" {self.plot.fit(text, self.canvas.columns - 4)} "
        width = cell_len(text)
        right = self.grid.width - width - 2
        for column in (self.left + 2, right, (self.left + right) // 2):
            for row in rows:
                if self.grid.is_free(row, column, width, besides=REFERENCE):
                    self.grid.put(row, column, text, REFERENCE)
                    return

    # Axes

    def _draw_value_axis(self) -> None:
        bar = self.left - 1
        for row in range(1, self.rows + 1):
            self.grid.put_cell(row, bar, self.glyphs.vertical, AXIS)
        if self.values is None:
            return
        taken: set[int] = set()
        for tick in self.values.ticks:
            row = self._row(tick.value)
            if row not in taken:
                taken.add(row)
                self.grid.put(row, bar - len(tick.label), tick.label, LABEL)
                self.grid.put_cell(row, bar, self.glyphs.value_tick, AXIS)

    def _draw_step_axis(self) -> None:
        bottom = self.grid.height - 1
        label = self.plot.fit(self.plot.step_label, self.left - 1)
        self.grid.put(bottom, self.left - 1 - cell_len(label), label, LABEL)
        if self.has_axis_row:
            line = self.glyphs.corner + self.glyphs.horizontal * self.canvas.columns
            self.grid.put(self.mark_row, self.left - 1, line, AXIS)
        free = self.left
        for tick in self.steps.ticks:
            x = self._x(round(tick.value)) * self.canvas.columns // self.canvas.width
            start = self.left + x - len(tick.label) // 2
            start = max(self.left, min(self.grid.width - len(tick.label), start))
            if start < free:
                continue
            self.grid.put(bottom, start, tick.label, LABEL)
            free = start + len(tick.label) + 1
            if self.has_axis_row:
                self.grid.put(self.mark_row, self.left + x, self.glyphs.step_tick, AXIS)
