"""The chart of `study.report.curve`, painted with Pillow."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from studylab.language import _
from studylab.metrics.series import Series
from studylab.plain import one_line
from studylab.study.export.one_file import NeedsPackage
from studylab.study.report.curve import (
    COLOURS,
    LEFT,
    RIGHT,
    WIDTH,
    Frame,
    drawn,
    shown_lines,
    ticks,
)

SCALE = 3
"""Pixels of each unit of the SVG: sharp on paper too."""

INK, GRID, PAPER, WRONG = "#222222", "#dddddd", "#ffffff", "#C00000"
FONT = 11


def png(title: str, lines: Mapping[str, Series]) -> bytes:
    """The chart of some series over training steps.

    Raises:
        NeedsPackage: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError as error:
        raise NeedsPackage(
            _(
                "PNG needs pillow, which is not installed here: pip install pillow; "
                "SVG needs nothing"
            )
        ) from error
    lines = shown_lines(lines)
    frame = Frame.around(lines, None)
    picture = Image.new("RGB", (WIDTH * SCALE, frame.height * SCALE), PAPER)
    try:
        font = ImageFont.load_default(FONT * SCALE)
    except TypeError:
        # Before Pillow 10.1 it has one size.
        font = ImageFont.load_default()
    pen = _Pen(ImageDraw.Draw(picture), font)
    _axes(pen, frame, title)
    for number, (name, series) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        strokes, crosses = drawn(frame, series)
        for points in strokes:
            pen.stroke(points, colour, 1.6)
        for x in crosses:
            pen.stroke([(x - 3, frame.bottom - 3), (x + 3, frame.bottom + 3)], WRONG)
            pen.stroke([(x - 3, frame.bottom + 3), (x + 3, frame.bottom - 3)], WRONG)
        left, y = frame.legend(number)
        pen.stroke([(left, y), (left + 18, y)], colour, 2)
        pen.text((left + 23, y), name, "lm")
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


class _Pen:
    """Draws in the units of the SVG."""

    def __init__(self, draw: Any, font: Any) -> None:
        self._draw = draw
        self._font = font

    def stroke(self, points: list[tuple[float, float]], colour: str, width: float = 1) -> None:
        places = [(x * SCALE, y * SCALE) for x, y in points]
        if len(places) == 1:
            (x, y), r = places[0], width * SCALE / 2
            self._draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
        else:
            self._draw.line(places, fill=colour, width=round(width * SCALE), joint="curve")

    def text(self, at: tuple[float, float], text: str, anchor: str) -> None:
        place = (at[0] * SCALE, at[1] * SCALE)
        self._draw.text(place, text, fill=INK, font=self._font, anchor=anchor)


def _axes(pen: _Pen, frame: Frame, title: str) -> None:
    right = WIDTH - RIGHT
    pen.text((LEFT, 10), one_line(title, 40), "lm")
    for value in ticks(frame.low, frame.high, 4):
        y = frame.y(value)
        pen.stroke([(LEFT, y), (right, y)], GRID)
        pen.text((LEFT - 6, y), f"{value:.4g}", "rm")
    for step in ticks(frame.first, frame.last, 5):
        if step == int(step):
            pen.text((frame.x(int(step)), frame.bottom + 11), str(int(step)), "mm")
    pen.stroke([(LEFT, frame.top), (LEFT, frame.bottom), (right, frame.bottom)], INK)
