"""The end of a run's output, as a terminal would show it and without what it could do to one."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from studylab.runs.log_screen import LogScreen, shown

BLOCK = 64 << 10
LONGEST = 2000
"""Characters of one line that are kept."""


def tail(path: Path, lines: int, *, most: int = 4 * BLOCK) -> list[str]:
    """The last `lines` lines, reading at most `most` bytes from the end.

    A line longer than that is shown by its end.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return []
    try:
        size = os.fstat(descriptor).st_size
        start = size
        data = b""
        while start > 0 and size - start < most and data.count(b"\n") <= lines:
            step = min(BLOCK, start)
            start -= step
            data = os.pread(descriptor, step, start) + data
    finally:
        os.close(descriptor)
    if start > 0:
        # The first one is cut somewhere.
        cut, _newline, rest = data.partition(b"\n")
        if not rest:
            return [as_shown(cut)][-lines:]
        data = rest
    screen = LogScreen()
    screen.feed(data)
    rows = screen.rows
    if not rows[-1]:
        rows.pop()
    return rows[-lines:] if lines else []


def as_shown(line: bytes) -> str:
    """A line after its carriage returns: of a progress bar, the last state."""
    text = shown(line[-8 * LONGEST :])
    return text if len(text) <= LONGEST else "…" + text[1 - LONGEST :]


@dataclass
class Follower:
    """Gives out what is appended to a log, line by line, from `offset` on."""

    path: Path
    offset: int = 0
    _half: bytes = field(default=b"", repr=False)

    def read(self, most: int = 1 << 20) -> list[str]:
        """The lines that became whole since the last call, of at most `most` bytes."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return []
        try:
            if os.fstat(descriptor).st_size < self.offset:
                self.offset, self._half = 0, b""
            data = os.pread(descriptor, most, self.offset)
        finally:
            os.close(descriptor)
        self.offset += len(data)
        *whole, self._half = (self._half + data).split(b"\n")
        # Of a line that never ends only its end will be shown.
        self._half = self._half[-4 * LONGEST :]
        return [as_shown(line) for line in whole]

    @property
    def pending(self) -> str:
        """The last line as far as it goes while it has no newline, such as a progress bar."""
        return as_shown(self._half)

    def rest(self) -> list[str]:
        """The last line, if it has no newline."""
        half, self._half = self._half, b""
        return [as_shown(half)] if half.strip() else []
