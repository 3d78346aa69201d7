"""Texts in exported tables stay texts."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import given
from hypothesis import strategies as st

from studylab.plain import one_line
from studylab.study.export.csv_folder import text_of
from studylab.study.export.one_file import csv_text
from studylab.study.export.results_file import escaped

_COMMANDS = re.compile(
    r"\\textbackslash\{\}|\\textasciitilde\{\}|\\textasciicircum\{\}|\\textless\{\}"
    r"|\\textgreater\{\}|\\textbar\{\}|\\textquotedbl\{\}|\$\\pm\$|\{\[\}|\{\*\}|\\[{}$&#%_]"
)


@given(st.text() | st.text(alphabet='\\{}$&#%_~^<>|"±[*] a'))
def test_nothing_that_latex_obeys_is_left_of_a_text(text) -> None:
    left = _COMMANDS.sub("", escaped(text))
    assert not set('\\{}$&#%_~^<>|"[*') & set(left)


@given(st.text(alphabet="abc \\{}$&#%_~^ü中"))
def test_a_text_in_latex_can_be_read_back(text) -> None:
    told = escaped(text)
    for command, sign in (
        (r"\textasciitilde{}", "~"),
        (r"\textasciicircum{}", "^"),
        (r"\textbackslash{}", "\0"),
        *((f"\\{sign}", sign) for sign in "{}$&#%_"),
    ):
        told = told.replace(command, sign)
    assert told.replace("\0", "\\") == one_line(text)


@given(st.lists(st.text(alphabet="=+-@\t'\"a,\r\n "), min_size=1, max_size=5))
def test_no_cell_of_a_csv_is_a_formula_and_every_text_comes_back(texts) -> None:
    written = csv_text(["text"], [{"text": text} for text in texts])
    cells = [row[0] if row else "" for row in csv.reader(io.StringIO(written, newline=""))][1:]
    assert [text_of(cell) for cell in cells] == texts
    assert not any(re.match(r"[=+\-@\t\r\n]", cell) for cell in cells)
