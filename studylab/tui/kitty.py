"""Pictures by the graphics protocol of kitty, in terminals that place them by characters.

The terminal is handed the picture once; where its cells are drawn, it shows its parts. So they
move, are covered and go away like any text, and Textual needs to know nothing of it.
"""

from __future__ import annotations

import zlib
from base64 import standard_b64encode
from collections.abc import Mapping

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from studylab.tui.images import LARGEST_ZOOM, Pixels

PLACEHOLDER = "\U0010eeee"
CHUNK = 4096
CELL = 10, 20
"""How many pixels of a picture are handed over for a cell: no more than most fonts show."""

_MARKS = """
305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1
5a8-5a9 5ab-5ac 5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733
735-736 73a 73d 73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 81b-823 825-827 829-82d 951 953-954
f82-f83 f86-f87 135d-135f 17dd 193a 1a17 1a75-1a7c 1b6b 1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0
1dc0-1dc1 1dc3-1dc9 1dcb-1dcc 1dd1-1de6 1dfe 20d0-20d1 20d4-20d7 20db-20dc 20e1 20e7 20e9 20f0
2cef-2cf1 2de0-2dff a66f a67c-a67d a6f0-a6f1 a8e0-a8f1 aab0 aab2-aab3 aab7-aab8 aabe-aabf aac1
fe20-fe26 10a0f 10a38 1d185-1d189 1d1aa-1d1ad 1d242-1d244
"""
"""The combining marks by which the protocol counts rows and columns, from 0."""


def _counted() -> list[str]:
    marks = []
    for span in _MARKS.split():
        first, _dash, last = span.partition("-")
        marks += [chr(code) for code in range(int(first, 16), int(last or first, 16) + 1)]
    return marks


MARKS = _counted()


def is_spoken(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is known to place pictures by characters. tmux and screen don't."""
    if environment.get("TMUX") or environment.get("STY"):
        return False
    return (
        environment.get("TERM") in ("xterm-kitty", "xterm-ghostty")
        or environment.get("TERM_PROGRAM") == "ghostty"
    )


def handed_over(pixels: Pixels, number: int, columns: int, rows: int) -> str:
    """What hands the terminal a picture, to be shown in so many cells; it answers nothing."""
    data = standard_b64encode(zlib.compress(pixels.data, 6)).decode("ascii")
    chunks = [data[i : i + CHUNK] for i in range(0, len(data), CHUNK)]
    about = (
        f"a=T,U=1,q=2,f=24,o=z,i={number},s={pixels.width},v={pixels.height},c={columns},r={rows},"
    )
    return "".join(
        f"\x1b_G{about if not at else 'q=2,'}m={int(at < len(chunks) - 1)};{chunk}\x1b\\"
        for at, chunk in enumerate(chunks)
    )


def taken_back(number: int) -> str:
    """What makes the terminal forget a picture."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def cells(number: int, columns: int, rows: int) -> list[Strip]:
    """The characters that stand for a picture; their colour tells which."""
    columns, rows = min(columns, len(MARKS)), min(rows, len(MARKS))
    style = Style(color=Color.from_rgb(number >> 16 & 255, number >> 8 & 255, number & 255))
    strips = []
    for row in range(rows):
        # Each cell tells its own place: a row may be cut off at its left by what lies over it.
        text = "".join(f"{PLACEHOLDER}{MARKS[row]}{MARKS[column]}" for column in range(columns))
        strips.append(Strip([Segment(text, style)], columns))
    return strips


def size_in_cells(pixels: Pixels, columns: int, rows: int) -> tuple[int, int]:
    """How many columns and rows a picture takes where there is room for so many."""
    room = min(columns, len(MARKS)) * CELL[0], min(rows, len(MARKS)) * CELL[1]
    scale = min(room[0] / pixels.width, room[1] / pixels.height, LARGEST_ZOOM)
    return (
        max(1, round(pixels.width * scale / CELL[0])),
        max(1, round(pixels.height * scale / CELL[1])),
    )
