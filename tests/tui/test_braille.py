"""The canvas: dots where they belong, nothing outside, and lines without holes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.tui.widgets.braille import MARKS, Canvas

anywhere = st.integers(-200, 200)
sizes = st.tuples(st.integers(0, 20), st.integers(0, 10))


def dots(canvas: Canvas) -> set[tuple[int, int]]:
    """The dots of a canvas, read back from its text."""
    order = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
    found = set()
    for row, text in enumerate(canvas.text()):
        for column, character in enumerate(text):
            bits = 0 if character == " " else ord(character) - 0x2800
            for bit, (x, y) in enumerate(order):
                if bits >> bit & 1:
                    found.add((column * 2 + x, row * 4 + y))
    return found


@given(sizes, st.booleans(), st.lists(st.tuples(anywhere, anywhere, anywhere, anywhere)))
def test_it_never_grows_or_writes_outside(
    size: tuple[int, int], ascii_only: bool, lines: list[tuple[int, int, int, int]]
) -> None:
    canvas = Canvas(*size, ascii_only=ascii_only)
    for x0, y0, x1, y1 in lines:
        canvas.line(x0, y0, x1, y1)
        canvas.dot(x0, y1)
        canvas.blob(x1, y0)
    assert [len(text) for text in canvas.text()] == [size[0]] * size[1]


@given(st.tuples(anywhere, anywhere, anywhere, anywhere))
def test_what_lies_outside_is_cut_off_and_the_rest_is_in_its_place(
    line: tuple[int, int, int, int],
) -> None:
    shift = 200
    small, large = Canvas(5, 3), Canvas(210, 110)
    x0, y0, x1, y1 = line
    small.line(x0, y0, x1, y1)
    large.line(x0 + shift, y0 + shift, x1 + shift, y1 + shift)
    moved = {(x - shift, y - shift) for x, y in dots(large)}
    assert dots(small) == {(x, y) for x, y in moved if 0 <= x < 10 and 0 <= y < 12}


inside = st.tuples(st.integers(0, 39), st.integers(0, 39))


@given(inside, inside)
def test_a_line_is_connected_thin_and_has_its_ends(
    start: tuple[int, int], end: tuple[int, int]
) -> None:
    canvas = Canvas(20, 10)
    canvas.line(*start, *end)
    drawn = dots(canvas)
    assert {start, end} <= drawn
    across, down = abs(start[0] - end[0]), abs(start[1] - end[1])
    assert len(drawn) == max(across, down) + 1
    along = sorted(drawn, key=lambda dot: dot[0] if across >= down else dot[1])
    for (x0, y0), (x1, y1) in pairwise(along):
        assert abs(x1 - x0) <= 1
        assert abs(y1 - y0) <= 1


@given(inside, inside)
def test_a_line_stays_within_half_a_dot_of_the_straight_one(
    start: tuple[int, int], end: tuple[int, int]
) -> None:
    canvas = Canvas(20, 10)
    canvas.line(*start, *end)
    (x0, y0), (x1, y1) = start, end
    for x, y in dots(canvas):
        across, down = x1 - x0, y1 - y0
        off = abs(across * (y - y0) - down * (x - x0))
        assert 2 * off <= max(abs(across), abs(down))


def test_a_very_long_line_takes_no_time() -> None:
    canvas = Canvas(10, 5)
    canvas.line(-(10**15), -(10**15), 10**15, 10**15)
    assert dots(canvas) == {(i, i) for i in range(20)}


def test_dots_are_numbered_as_unicode_does() -> None:
    canvas = Canvas(1, 1)
    for y in range(4):
        canvas.dot(0, y)
    assert canvas.text() == ["⡇"]
    canvas.dot(1, 0)
    assert canvas.text() == ["⡏"]


@pytest.mark.parametrize("at", [(0, 0), (9, 11), (9, 0), (4, 5)])
def test_a_blob_is_four_dots_inside(at: tuple[int, int]) -> None:
    canvas = Canvas(5, 3)
    canvas.blob(*at)
    assert len(dots(canvas)) == 4


def test_inks_that_share_cells_take_turns() -> None:
    canvas = Canvas(6, 1, inks=2)
    canvas.line(0, 0, 11, 0, ink=0)
    canvas.line(0, 3, 5, 3, ink=1)
    inks = [ink for _, ink in canvas.cells(0)]
    assert inks == [0, 1, 0, 0, 0, 0]
    assert canvas.text() == ["⠉⣀⠉⠉⠉⠉"]


def test_in_ascii_each_ink_has_its_mark() -> None:
    canvas = Canvas(4, 2, inks=2, ascii_only=True)
    canvas.line(0, 0, 3, 0, ink=0)
    canvas.line(0, 1, 3, 1, ink=1)
    assert canvas.text() == [MARKS[0] * 4, MARKS[1] * 4]
