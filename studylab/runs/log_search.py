"""Finding text in a log of any size: backwards from its end, a block at a time."""

from __future__ import annotations

import os
import re
from array import array
from bisect import bisect_left
from pathlib import Path
from threading import Lock
from typing import overload

from studylab.runs.log_screen import shown

BLOCK = 256 << 10
MOST_FOUND = 200_000
LONGEST_LINE = 4 << 20
"""Of a longer line only so much at a time is looked through."""

_ESCAPE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")


def matches(line: str, query: str) -> list[tuple[int, int]]:
    """Where `query` stands in a line; capitals count only if the query has some."""
    pattern = re.compile(re.escape(query), 0 if _has_capitals(query) else re.IGNORECASE)
    return [found.span() for found in pattern.finditer(line)] if query else []


class LogSearch:
    """The lines of a log that hold `query`, as the byte at which each begins, in order.

    `step` looks through one more block, from the end towards the start; `grow` through what was
    appended since. What a progress bar has overwritten is not found.
    """

    def __init__(self, path: Path, query: str, size: int) -> None:
        self.path = path
        self.query = query
        self.size = size
        self._exact = _has_capitals(query)
        self._needle = self._folded(query.encode("utf-8", "replace"))
        # Both in the order in which they are found.
        self._above: array[int] = array("Q")
        self._below: array[int] = array("Q")
        # One thread looks while another walks through what was found.
        self._lock = Lock()
        self._start = size
        self._end = size
        self.done = size == 0
        self.full = False
        """Whether there is more than what is kept."""

    def __len__(self) -> int:
        return len(self._above) + len(self._below)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        above = len(self._above)
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        index %= len(self)
        return self._above[above - 1 - index] if index < above else self._below[index - above]

    @property
    def share(self) -> float:
        """How much of the log has been looked through, from 0 to 1."""
        return 1.0 if self.done or not self.size else 1 - self._start / self.size

    def at_or_after(self, offset: int) -> int:
        """The index of the first line found from byte `offset` on; may be behind the last."""
        with self._lock:
            return bisect_left(self, offset)

    def next(self, offset: int, way: int) -> int | None:
        """The nearest line found behind `offset`, or before it if `way` is -1.

        From the last one it goes on to the first. None: there is none, or none yet.
        """
        with self._lock:
            index = bisect_left(self, offset + 1) if way > 0 else bisect_left(self, offset) - 1
            if way > 0 and not self.done and self._start > offset:
                return None
            if 0 <= index < len(self):
                return self[index]
            return self[0 if way > 0 else -1] if self.done and len(self) else None

    def step(self) -> None:
        """Look through the block before those that were looked through."""
        if self.done:
            return
        start, data = self._block_before(self._start)
        found = self._found(data, start)
        with self._lock:
            self._above.extend(reversed(found))
            self._start = start
        self.full = len(self) >= MOST_FOUND
        self.done = start == 0 or not data or self.full

    def grow(self, most: int = 4 * BLOCK) -> bool:
        """Look through whole lines that were appended. Returns whether any were found."""
        data = _read(self.path, self._end, most)
        end = data.rfind(b"\n") + 1
        if not end and len(data) == most:
            end = most
        found = self._found(data[:end], self._end)
        self._end += end
        with self._lock:
            self._below.extend(found)
        return bool(found)

    def _block_before(self, end: int) -> tuple[int, bytes]:
        """A block that ends at `end` and begins with a line; its first byte's place."""
        start, data = end, b""
        while start > 0:
            before = max(0, start - BLOCK)
            data = _read(self.path, before, start - before) + data
            start = before
            newline = data.find(b"\n", 0, len(data) - 1)
            if start > 0 and newline >= 0:
                return start + newline + 1, data[newline + 1 :]
            if len(data) >= LONGEST_LINE:
                break
        return start, data

    def _found(self, data: bytes, start: int) -> list[int]:
        plain = b"\x1b" not in data
        text = self._folded(data if plain else _ESCAPE.sub(b"", data))
        if not self._needle or self._needle not in text:
            return []
        return self._in_plain(data, text, start) if plain else self._in_lines(data, text, start)

    def _in_plain(self, data: bytes, text: bytes, start: int) -> list[int]:
        found = []
        place = text.find(self._needle)
        while place >= 0:
            line = text.rfind(b"\n", 0, place) + 1
            end = text.find(b"\n", place)
            end = len(text) if end < 0 else end
            if self._is_shown(data[line:end]):
                found.append(start + line)
            place = text.find(self._needle, end)
        return found

    def _in_lines(self, data: bytes, text: bytes, start: int) -> list[int]:
        # Escapes hold no newline, so the lines are the same with and without them.
        found = []
        place = start
        for line, stripped in zip(data.split(b"\n"), text.split(b"\n"), strict=True):
            if self._needle in stripped and self._is_shown(line):
                found.append(place)
            place += len(line) + 1
        return found

    def _is_shown(self, line: bytes) -> bool:
        """Whether the query is still there when the line is whole."""
        if len(line) > LONGEST_LINE // 4 or not any(c in line for c in (b"\r", b"\b", b"\x1b")):
            return True
        return bool(matches(shown(line.rstrip(b"\r")), self.query))

    def _folded(self, data: bytes) -> bytes:
        # Letters beyond ASCII stay as they are: folding them would move the places.
        return data if self._exact else data.lower()


def _has_capitals(query: str) -> bool:
    return query != query.lower()


def _read(path: Path, start: int, size: int) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.pread(descriptor, size, start)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
