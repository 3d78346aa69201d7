"""What is written to a terminal that knows kitty's graphics protocol."""

from __future__ import annotations

import base64
import re
import unicodedata
import zlib

import pytest
from rich.cells import cell_len

from studylab.tui import kitty
from studylab.tui.images import Pixels

PIXELS = Pixels(100, 61, bytes(range(256)) * 71 + bytes(124), (100, 61))


def test_the_marks_are_those_of_the_protocol() -> None:
    """Marks above a letter that no letter is composed with; as in its list of Unicode 6."""
    assert len(kitty.MARKS) == 297
    assert sorted(set(kitty.MARKS)) == kitty.MARKS
    for mark in kitty.MARKS:
        assert unicodedata.combining(mark) == 230
        assert not unicodedata.decomposition(mark)
    assert [f"{ord(mark):x}" for mark in kitty.MARKS[:6]] == [
        *("305", "30d", "30e", "310", "312", "33d"),
    ]


def test_the_picture_arrives_whole_and_asks_for_no_answer() -> None:
    written = kitty.handed_over(PIXELS, 42, 10, 4)
    commands = re.findall("\x1b_G([^;\x1b]*);([^\x1b]*)\x1b\\\\", written)
    assert "".join(f"\x1b_G{head};{body}\x1b\\" for head, body in commands) == written
    assert all(len(body) <= kitty.CHUNK for _, body in commands)
    assert all("q=2" in head for head, _ in commands)
    assert [head[-3:] for head, _ in commands] == ["m=1"] * (len(commands) - 1) + ["m=0"]
    assert {"U=1", "f=24", "i=42", "s=100", "v=61", "c=10", "r=4"} <= set(commands[0][0].split(","))
    data = base64.b64decode("".join(body for _, body in commands))
    assert zlib.decompress(data) == PIXELS.data


def test_large_pictures_go_in_pieces() -> None:
    import random

    noise = random.Random(1).randbytes(100 * 100 * 3)
    written = kitty.handed_over(Pixels(100, 100, noise, (100, 100)), 1, 10, 5)
    assert written.count("\x1b_G") > 2


def test_each_cell_tells_its_place_and_is_one_cell_wide() -> None:
    strips = kitty.cells(0x010203, 5, 3)
    assert len(strips) == 3
    for row, strip in enumerate(strips):
        assert cell_len(strip.text) == strip.cell_length == 5
        (segment,) = strip
        assert segment.style
        assert segment.style.color
        assert segment.style.color.triplet == (1, 2, 3)
        for column in range(5):
            part = strip.crop(column, column + 1).text
            assert part == kitty.PLACEHOLDER + kitty.MARKS[row] + kitty.MARKS[column]


@pytest.mark.parametrize(
    ("picture", "room", "expected"),
    [
        ((400, 300), (80, 30), (80, 30)),
        ((400, 300), (80, 60), (80, 30)),
        ((8, 8), (80, 60), (6, 3)),
        ((9000, 1), (500, 60), (297, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_size_in_cells(
    picture: tuple[int, int], room: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert kitty.size_in_cells(Pixels(*picture, b"", picture), *room) == expected


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, True),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, False),
        ({"TERM": "screen-256color", "TERM_PROGRAM": "tmux", "STY": "1"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({}, False),
    ],
)
def test_only_where_it_is_known(environment: dict[str, str], spoken: bool) -> None:
    assert kitty.is_spoken(environment) == spoken
