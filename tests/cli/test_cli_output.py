"""Columns, cells and colours; JSON that any reader takes."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from studylab.cli import as_json, output
from studylab.cli.output import Cell
from studylab.plain import one_line
from studylab.wrapping import wrapped


@pytest.fixture
def terminal(monkeypatch):
    """Makes stdout a terminal of so many cells."""

    def set_width(cells: int, **environment: str) -> None:
        monkeypatch.setattr("studylab.cli.output.width", lambda: cells)
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setenv("TERM", "xterm-256color")
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

    return set_width


ROWS = [
    ("1", Cell("open", "yellow"), "为什么 softmax 要减去最大值？"),
    ("20", Cell("answered", "green"), "Why is the sky blue, and the sea as well?"),
    ("3", "open", "[bold]no markup[/]\nsecond line 🎉"),
]


def test_columns_are_aligned_in_cells(capsys):
    output.table(ROWS, ("id", "state", "question"), flexible=[2])
    lines = capsys.readouterr().out.splitlines()

    starts = [cell_len(line[: line.index(text)]) for line, text in zip(
        lines, ("question", "为什么", "Why", "[bold]"), strict=True)]  # fmt: skip
    assert starts == [14] * 4
    assert lines[3].endswith("[bold]no markup[/] second line 🎉")
    assert lines[2].endswith("as well?")  # uncut, as nobody says how wide a pipe is


def test_a_table_is_cut_to_the_terminal(capsys, terminal):
    terminal(30, NO_COLOR="1")
    output.table(ROWS, ("id", "state", "question"), flexible=[2])
    lines = capsys.readouterr().out.splitlines()

    assert [29 <= cell_len(line) <= 30 for line in lines if "…" in line] == [True] * 3
    assert lines[1].startswith("1   open      为什么 softma")


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_want_them(capsys, terminal, environment, coloured):
    terminal(80, **environment)
    output.line(Cell("done", "green"))

    assert ("\x1b[32m" in capsys.readouterr().out) is coloured


def test_a_pipe_gets_no_colours(capsys):
    output.line(Cell("done", "bold green"), " ", Cell("\x1b[31mred\x1b[0m", "red"))

    assert capsys.readouterr().out == "done red\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three four", ["one two", "three four"]),
        ("深度学习和神经网络", ["深度学习和", "神经网络"]),
        ("数字。数字。数字。", ["数字。数", "字。数字。"]),
        ("a-very-long-word-indeed", ["a-very-lon", "g-word-ind", "eed"]),
        ("one\n\n  two", ["one", "", "  two"]),
        ("", [""]),
    ],
)
def test_paragraphs_are_wrapped_at_words(capsys, terminal, text, lines):
    terminal(10, NO_COLOR="1")
    output.paragraph(text)

    assert capsys.readouterr().out.splitlines() == lines


@given(st.text(), st.integers(8, 40))
def test_no_line_of_a_paragraph_is_too_long(text, room):
    text = one_line(text)
    lines = wrapped(text, room)

    assert all(cell_len(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_json_is_strict_and_harmless(value):
    written = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(output, "write", written.append)
        as_json.write_json(value)
    text = "".join(written)

    def refuse(word: str) -> object:
        raise AssertionError(word)

    json.loads(text, parse_constant=refuse)
    text.encode("utf-8")
    assert not {c for c in text if ord(c) < 32 or 126 < ord(c) < 160} - {"\n"}


def test_numbers_that_json_lacks_are_strings(capsys):
    as_json.write_json({"values": [math.nan, math.inf, -math.inf, 1.5], "word": "数"})

    assert json.loads(capsys.readouterr().out) == {
        "values": ["NaN", "Infinity", "-Infinity", 1.5],
        "word": "数",
    }
