"""Which line of a TOML file says something: the standard library's parser does not tell.

Used only once a mistake is known, on text that tomllib has already accepted, so it need not
check anything itself.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator

Place = tuple[str | int, ...]
"""The way to a value: the keys and the list indices from the top of the file."""

_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)


def line_of(text: str, place: Place) -> int:
    """The line at which `place` is written, or else the nearest thing that encloses it."""
    lines = _Scanner(text).scan()
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.breaks = [match.start() for match in re.finditer("\n", self.text)]
        self.lines: dict[Place, int] = {}
        self.last_index: dict[Place, int] = {}  # of each [[array of tables]]

    def scan(self) -> dict[Place, int]:
        table: Place = ()
        self._skip()
        while self.at < len(self.text):
            if self._next_is("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip()
        return self.lines

    def _header(self) -> Place:
        line = self._line()
        brackets = 2 if self._next_is("[[") else 1
        self.at += brackets
        key = self._key()
        self.at += brackets
        place: Place = ()
        for part in key[:-1]:
            place += (part,)
            if place in self.last_index:
                place += (self.last_index[place],)
        place += key[-1:]
        self.lines.setdefault(place, line)
        if brackets == 2:
            self.last_index[place] = self.last_index.get(place, -1) + 1
            place += (self.last_index[place],)
            self.lines[place] = line
        return place

    def _pair(self, table: Place) -> None:
        line = self._line()
        place = table
        for part in self._key():
            place += (part,)
            self.lines.setdefault(place, line)
        self.at += len("=")
        self._skip()
        self._value(place)

    def _key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self._skip()
            if match := _STRING.match(self.text, self.at):
                parts.append(tomllib.loads(f"key = {match[0]}")["key"])
            else:
                match = _BARE_KEY.match(self.text, self.at)
                assert match is not None
                parts.append(match[0])
            self.at = match.end()
            self._skip()
            if not self._next_is("."):
                return tuple(parts)
            self.at += 1

    def _value(self, place: Place) -> None:
        self.lines.setdefault(place, self._line())
        if self._next_is("["):
            for index in self._listed("]"):
                self._value((*place, index))
        elif self._next_is("{"):
            for _ in self._listed("}"):
                self._pair(place)
        else:
            match = _STRING.match(self.text, self.at) or _BARE_VALUE.match(self.text, self.at)
            assert match is not None
            self.at = match.end()

    def _listed(self, closing: str) -> Iterator[int]:
        self.at += 1
        self._skip()
        index = 0
        while not self._next_is(closing):
            yield index
            index += 1
            self._skip()
            if self._next_is(","):
                self.at += 1
                self._skip()
        self.at += 1

    def _next_is(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _skip(self) -> None:
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def _line(self) -> int:
        return bisect_left(self.breaks, self.at) + 1
