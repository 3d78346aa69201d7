"""A chart as an SVG picture: small, and without scripts or fonts of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from rich.cells import cell_len

from studylab.metrics.series import Series, downsample
from studylab.plain import one_line

WIDTH, HEIGHT = 460, 220
LEFT, RIGHT, TOP, BOTTOM = 58, 16, 36, 28
LEGEND_ROW = 14

# Okabe and Ito's colours, which people with any kind of colour vision tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8C6D00", "#444444")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4")
"""A line is told by its dashes too, on paper without colour."""


class Reference(NamedTuple):
    """A value to reach, drawn as a thin line."""

    value: float
    label: str


def svg(title: str, lines: Mapping[str, Series], reference: Reference | None = None) -> str:
    """The chart of some series over training steps, as one `<svg>` element.

    NaN and the infinities leave a gap in their line and a cross on the bottom axis.
    """
    lines = shown_lines(lines)
    frame = Frame.around(lines, reference)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {frame.height}" '
        f'width="{WIDTH}" height="{frame.height}" role="img" class="curve" '
        f'font-family="sans-serif" font-size="11" fill="currentColor">',
        f"<title>{escape(one_line(title))}</title>",
        f'<text x="{LEFT}" y="14" font-weight="bold">{escape(one_line(title, 40))}</text>',
        *_axes(frame),
    ]
    if reference is not None and frame.low <= reference.value <= frame.high:
        y = frame.y(reference.value)
        dashed = 'stroke="currentColor" stroke-opacity="0.6" stroke-dasharray="4 4"/>'
        right = WIDTH - RIGHT
        parts.append(
            f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" {dashed}'
            f'<line x1="{right - 24}" x2="{right}" y1="10" y2="10" {dashed}'
            f'<text x="{right - 30}" y="14" text-anchor="end" '
            f'fill-opacity="0.75">{escape(one_line(reference.label, 40))}</text>'
        )
    for number, (name, series) in enumerate(lines.items()):
        parts += _line(frame, number, name, series)
    return "".join(parts) + "</svg>"


def shown_lines(lines: Mapping[str, Series]) -> dict[str, Series]:
    """Those that have points, under names that fit a legend."""
    return {one_line(name, 40): series for name, series in lines.items() if len(series)}


def drawn(frame: Frame, series: Series) -> tuple[list[list[tuple[float, float]]], list[int]]:
    """The strokes of a line, and where along the bottom its values were not finite."""
    strokes: list[list[tuple[float, float]]] = []
    crosses: list[int] = []
    pen_down = False
    for bucket in downsample(series, WIDTH - LEFT - RIGHT, (frame.first, frame.last)):
        for point in bucket.points:
            if not pen_down:
                strokes.append([])
            strokes[-1].append((frame.x(point.step), frame.y(point.value)))
            pen_down = True
        if bucket.nonfinite:
            crosses.append(LEFT + bucket.column)
            pen_down = False
    return strokes, crosses


class Frame(NamedTuple):
    """What the axes span, and the legend above them: `columns` names a row, `cell` wide each."""

    first: int
    last: int
    low: float
    high: float
    columns: int = 3
    cell: int = 110
    rows: int = 1

    @classmethod
    def around(cls, lines: Mapping[str, Series], reference: Reference | None) -> Frame:
        """A frame that holds all lines, and a reference that is not far away."""
        values = [
            value
            for series in lines.values()
            for value in (series.minimum, series.maximum)
            if value is not None
        ]
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        # A reference far away from the curve would press it flat.
        near = 3 * (high - low)
        if reference is not None and low - near <= reference.value <= high + near:
            low, high = min(low, reference.value), max(high, reference.value)
        if low == high:
            # The smallest span that still changes the number, for any size of it.
            margin = abs(low) * 1e-3 or 0.5
            low, high = low - margin, high + margin
        first = min((series.steps[0] for series in lines.values()), default=0)
        last = max((series.steps[-1] for series in lines.values()), default=1)
        cell = max(110, 30 + 6 * max(map(cell_len, lines), default=0))
        columns = max(1, (WIDTH - LEFT - RIGHT) // cell)
        rows = max(1, math.ceil(len(lines) / columns))
        return cls(first, max(last, first + 1), low, high, columns, cell, rows)

    @property
    def top(self) -> int:
        """Where the axes begin, below the legend."""
        return TOP + LEGEND_ROW * (self.rows - 1)

    @property
    def height(self) -> int:
        """Of the whole picture; a long legend makes it higher."""
        return HEIGHT + LEGEND_ROW * (self.rows - 1)

    @property
    def bottom(self) -> int:
        """Where the axis of the steps is."""
        return self.height - BOTTOM

    def legend(self, number: int) -> tuple[int, int]:
        """Where a line's name begins."""
        row, column = divmod(number, self.columns)
        return LEFT + column * self.cell, 24 + row * LEGEND_ROW

    def x(self, step: int) -> float:
        """The place of a step."""
        return LEFT + (step - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """The place of a value; scaled first, so that huge numbers do not overflow."""
        span = self.high / 2 - self.low / 2
        part = (value / 2 - self.low / 2) / span
        return self.bottom - part * (self.bottom - self.top)


def ticks(low: float, high: float, wanted: int) -> list[float]:
    """About `wanted` round numbers between two finite ones, both ends allowed."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return []
    rough = span / wanted
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 1e-300 else 0.0
    if not power:
        return []
    # The nearest by ratio: with the next larger one, a range of 1 would have three ticks.
    step = min((1, 2, 5, 10), key=lambda factor: abs(math.log(factor * power / rough))) * power
    first = math.ceil(low / step)
    found = [number * step for number in range(first, first + 2 * wanted + 2)]
    return [value for value in found if low <= value <= high]


def _axes(frame: Frame) -> list[str]:
    bottom, right = frame.bottom, WIDTH - RIGHT
    parts = [
        f'<path d="M{LEFT} {frame.top}V{bottom}H{right}" fill="none" stroke="currentColor" '
        'stroke-opacity="0.5"/>'
    ]
    for value in ticks(frame.low, frame.high, 4):
        y = frame.y(value)
        parts.append(
            f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" '
            f'stroke-opacity="0.12"/><text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" '
            f'fill-opacity="0.75">{value:.4g}</text>'
        )
    steps = [int(step) for step in ticks(frame.first, frame.last, 5) if step == int(step)]
    parts += [
        f'<text x="{frame.x(step):.1f}" y="{bottom + 15}" text-anchor="middle" '
        f'fill-opacity="0.75">{step}</text>'
        for step in steps
    ]
    return parts


def _line(frame: Frame, number: int, name: str, series: Series) -> list[str]:
    colour, dashes = COLOURS[number % len(COLOURS)], _DASHES[number % len(_DASHES)]
    strokes, crosses = drawn(frame, series)
    path = "".join(
        f"{'L' if at else 'M'}{x:.1f} {y:.1f}" for each in strokes for at, (x, y) in enumerate(each)
    )
    marks = "".join(f"M{x - 3} {frame.bottom - 3}l6 6m0 -6l-6 6" for x in crosses)
    line = f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.6"'
    line += f' stroke-dasharray="{dashes}"/>' if dashes else "/>"
    left, y = frame.legend(number)
    legend = (
        f'<line x1="{left}" x2="{left + 18}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"'
        + (f' stroke-dasharray="{dashes}"/>' if dashes else "/>")
        + f'<text x="{left + 23}" y="{y + 4}">{escape(name)}</text>'
    )
    red = f'<path d="{marks}" stroke="#C00000" fill="none"/>' if marks else ""
    return [line if path else "", red, legend]
