from __future__ import annotations

import tomllib

import pytest

from studylab.syllabus.load import BUILTIN
from studylab.syllabus.position import Place, line_of

TEXT = '''\
# a comment with [brackets] and "quotes"
title = "first # not a comment"
dotted.key."quoted key" = 1

[[week]]
rows = [
  { a = 1, b = [1, 2] },  # [9, "comment"]
  # another comment
  [9, "x", 'y'], [10,
    "z"],
]
text = """
three "quotes" \\""" inside
"""
raw = \'\'\'
it's raw\'\'\'

[[week.section]]
when = 1979-05-27 07:32:00
[[week.section]]
x = 0x10

[[week]]
[[week.section]]
last = true
[week.plain]
"key with = and ]" = "value"
end = {}
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("title",), 2),
        (("dotted", "key"), 3),
        (("dotted", "key", "quoted key"), 3),
        (("week",), 5),
        (("week", 0), 5),
        (("week", 0, "rows"), 6),
        (("week", 0, "rows", 0), 7),
        (("week", 0, "rows", 0, "b", 1), 7),
        (("week", 0, "rows", 1, 2), 9),
        (("week", 0, "rows", 2), 9),
        (("week", 0, "rows", 2, 1), 10),
        (("week", 0, "text"), 12),
        (("week", 0, "raw"), 15),
        (("week", 0, "section", 0), 18),
        (("week", 0, "section", 0, "when"), 19),
        (("week", 0, "section", 1, "x"), 21),
        (("week", 1), 23),
        (("week", 1, "section", 0, "last"), 25),
        (("week", 1, "plain", "key with = and ]"), 27),
        (("week", 1, "plain", "end"), 28),
        # What is not there is told where it ought to be.
        (("week", 1, "title"), 23),
        (("nothing",), 1),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines(place: Place, line: int, newline: str) -> None:
    text = TEXT.replace("\n", newline)
    tomllib.loads(text)
    assert line_of(text, place) == line


def places(value: object, place: Place = ()) -> list[Place]:
    inside: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [place, *(found for key, one in inside for found in places(one, (*place, key)))]


def test_every_text_of_the_syllabus_is_found_on_its_own_line() -> None:
    text = BUILTIN.read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    lines = text.splitlines()
    found = 0
    for place in places(tables)[::7]:
        value: object = tables
        for key in place:
            value = value[key]  # type: ignore[index]
        if isinstance(value, str):
            assert value in lines[line_of(text, place) - 1]
            found += 1
    assert found > 100
