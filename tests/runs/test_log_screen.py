"""A log as a terminal shows it: against a terminal that keeps one list of cells a row."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.plain import plain
from studylab.runs.log_screen import LONGEST, LogScreen, shown


def rows(*parts: bytes) -> list[str]:
    screen = LogScreen()
    for part in parts:
        screen.feed(part)
    assert len(screen.rows) == len(screen.offsets)
    assert screen.offsets == sorted(screen.offsets)
    return screen.rows


def by_hand(operations: list[str]) -> list[str]:
    """The slowest terminal there is: narrow characters only, one cell at a time."""
    grid: list[list[str]] = [[]]
    row = column = 0
    for each in operations:
        line = grid[row]
        if each == "\r":
            column = 0
        elif each == "\b":
            column = max(0, column - 1)
        elif each == "\n":
            row, column = row + 1, 0
            if row == len(grid):
                grid.append([])
        elif each == "\t":
            column += 8 - column % 8
        elif each == "\x1b[A":
            row = max(0, row - 1)
        elif each == "\x1b[B":
            row = min(len(grid) - 1, row + 1)
        elif each == "\x1b[3C":
            column += 3
        elif each == "\x1b[2D":
            column = max(0, column - 2)
        elif each == "\x1b[5G":
            column = 4
        elif each == "\x1b[K":
            del line[column:]
        elif each == "\x1b[1K":
            line[: column + 1] = [" "] * min(len(line), column + 1)
        elif each == "\x1b[2K":
            line.clear()
        elif each == "\x1b[J":
            del line[column:]
            for other in grid[row + 1 :]:
                other.clear()
        elif not each.startswith("\x1b"):
            line += [" "] * (column + 1 - len(line))
            line[column] = each
            column += 1
    return ["".join(line).rstrip() for line in grid]


MOVES = [
    *("\r", "\b", "\n", "\t", "\x1b[A", "\x1b[B", "\x1b[3C", "\x1b[2D", "\x1b[5G", "\x1b[K"),
    *("\x1b[1K", "\x1b[2K", "\x1b[J", "\x1b[31m", "\x1b]0;title\x07", "\x1b[H", "\x1b[2J"),
]


@given(
    operations=st.lists(st.sampled_from([*MOVES, *"abc █"]), max_size=60),
    cuts=st.sets(st.integers(0, 300), max_size=4),
)
def test_it_shows_what_the_slowest_terminal_shows(operations: list[str], cuts: set[int]) -> None:
    data = "".join(operations).encode()
    # A carriage return before a newline moves the cursor to where the newline does.
    places = [0, *sorted(c for c in cuts if c < len(data)), len(data)]
    parts = [data[a:b] for a, b in pairwise(places)]
    assert [row.rstrip() for row in rows(*parts)] == by_hand(operations)


@given(data=st.binary(max_size=300), cut=st.integers(0, 300))
def test_any_bytes_are_harmless_and_take_any_cut(data: bytes, cut: int) -> None:
    for row in rows(data[:cut], data[cut:]):
        assert row == plain(row)
        assert "\n" not in row


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"abc\rX", ["Xbc"]),
        (b"wait...\b\b\b   done", ["wait   done"]),
        (b"one\r\ntwo\r\n", ["one", "two", ""]),
        ("进度\r条".encode(), ["条度"]),
        ("进度\rx".encode(), ["x 度"]),
        ("x进\r 条".encode(), [" 条"]),
        ("ab\r进".encode(), ["进"]),
        ("进度\x1b[3D|".encode(), [" |度"]),
        ("e\u0301a\rb".encode(), ["ba"]),
        (b"\x1b[32mINFO\x1b[0m fine", ["INFO fine"]),
        (b"a\x1b]52;c;aGk=\x07b\x1b]8;;http://x\x1b\\c\x1b]8;;\x1b\\", ["abc"]),
        (b"a\x1b]0;never ends\nnext", ["a", "next"]),
        (b"one\ntwo\x1b[2J\x1b[Hthree", ["one", "twothree"]),
        (b"\xff\xfe bad", ["\ufffd\ufffd bad"]),
        (b"\x1b[999999999Cx", [" " * (LONGEST - 1) + "…"]),
        (b"\x1b[99999999999999999999Aup", ["up"]),
    ],
)
def test_single_cases(data: bytes, expected: list[str]) -> None:
    assert rows(data) == expected
    assert [row.rstrip() for row in rows(*(data[i : i + 1] for i in range(len(data))))] == [
        row.rstrip() for row in expected
    ]


def test_nested_bars_of_tqdm() -> None:
    """What tqdm writes for two bars, one in the other, when its output is no terminal."""
    tqdm = pytest.importorskip("tqdm")
    import io

    out = io.StringIO()
    for _ in tqdm.trange(3, file=out, desc="outer", ncols=60, mininterval=0):
        for _ in tqdm.trange(4, file=out, desc="inner", leave=False, ncols=60, mininterval=0):
            pass
    print("end", file=out)
    shown_rows = [row for row in rows(out.getvalue().encode()) if row.strip()]
    assert len(shown_rows) == 2
    assert shown_rows[0].startswith("outer: 100%")
    assert "3/3" in shown_rows[0]
    assert shown_rows[1].strip() == "end"


def test_a_bar_without_a_newline_is_one_row_however_long_it_runs() -> None:
    screen = LogScreen()
    for step in range(20_000):
        screen.feed(f"\r{step / 200:3.0f}% {'█' * (step // 1000):<20}| {step}/20000".encode())
    assert screen.rows == ["100% ███████████████████ | 19999/20000"]


def test_a_line_of_ten_megabytes_is_cut_with_a_mark_and_soon() -> None:
    began = time.monotonic()
    data = b"first\n" + b"x" * (10 << 20) + b"\nlast"
    found = rows(*(data[i : i + (1 << 20)] for i in range(0, len(data), 1 << 20)))
    assert found[0] == "first"
    assert found[1] == "x" * (LONGEST - 1) + "…"
    assert found[2] == "last"
    assert time.monotonic() - began < 2


def test_a_cursor_goes_up_no_further_than_a_screen() -> None:
    screen = LogScreen()
    screen.feed(b"keep\n" * 500 + b"\x1b[400Aoverwritten")
    assert screen.rows.count("keep") == 499
    assert screen.rows[:400] == ["keep"] * 400


def test_rows_that_are_dropped_leave_the_others_as_they_are() -> None:
    screen = LogScreen()
    screen.feed(b"one\ntwo\nthree")
    screen.drop(2)
    screen.feed(b"\rT\nfour")
    assert screen.rows == ["Three", "four"]
    assert screen.offsets == [8, 16]


def test_one_line() -> None:
    assert shown(b"50%|###  |\r100%|#####|\r") == "100%|#####|"
