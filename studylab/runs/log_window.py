"""A part of a log that is held as rows: its end, its start, or around a place in it."""

from __future__ import annotations

import os
from bisect import bisect_right
from pathlib import Path

from studylab.runs.log_screen import LogScreen

WINDOW = 512 << 10
"""Bytes that are read at once."""
MOST_ROWS = 30_000


class LogWindow:
    """The rows of a log from `start` to `end`; however long the log is, no more are held."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.start = 0
        self.size = 0
        """Bytes of the log, when it was last looked at."""
        self.gone = False
        """Whether the log was there and is no longer."""
        self.restarted = False
        """Whether the log was cut or replaced while it was looked at."""
        self._screen = LogScreen()
        self._inode: int | None = None

    @property
    def rows(self) -> list[str]:
        """The rows, plain; the last one is empty behind a newline."""
        return self._screen.rows

    @property
    def end(self) -> int:
        """The byte behind the last one that is here."""
        return self._screen.offset

    @property
    def at_end(self) -> bool:
        """Whether all of the log's end is here."""
        return self.end >= self.size

    def row_of(self, offset: int) -> int:
        """The row that holds a byte of the log."""
        return max(0, bisect_right(self._screen.offsets, offset) - 1)

    def offset_of(self, row: int) -> int:
        """The byte at which a row begins."""
        offsets = self._screen.offsets
        return offsets[max(0, min(row, len(offsets) - 1))]

    def to_end(self) -> None:
        """Hold the log's last bytes."""
        self._look()
        self._hold(self.size - WINDOW, self.size)

    def to_start(self) -> None:
        """Hold the log's first bytes."""
        self._look()
        self._hold(0, WINDOW)

    def around(self, offset: int) -> None:
        """Hold the bytes before and behind a place."""
        self._look()
        self._hold(offset - WINDOW // 2, offset + WINDOW // 2)

    def refresh(self) -> bool:
        """Take in what was appended to the end that is here. Returns whether rows changed."""
        before, was_at_end = self.size, self.at_end
        sign = self._look()
        if sign == "gone":
            return False
        if sign == "replaced":
            self.restarted = True
            self.to_end()
            return True
        if not was_at_end or self.size == before:
            return False
        if self.size - self.end > WINDOW:
            # It is printed faster than anybody could read.
            self.to_end()
            return True
        self._screen.feed(self._read(self.end, self.size - self.end))
        surplus = len(self.rows) - MOST_ROWS
        if surplus > 0:
            self._screen.drop(surplus + MOST_ROWS // 10)
            self.start = self._screen.offsets[0]
        return True

    def _look(self) -> str:
        """Note how long the log is. Returns `gone` or `replaced` if it is not the one before."""
        try:
            stat = self.path.stat()
        except OSError:
            self.gone = self._inode is not None
            return "gone"
        replaced = stat.st_size < self.size or self._inode not in (None, stat.st_ino)
        self.gone = False
        self._inode, self.size = stat.st_ino, stat.st_size
        return "replaced" if replaced else ""

    def _hold(self, start: int, end: int) -> None:
        start, end = max(0, start), min(self.size, end)
        if self.gone and end > start:
            # What is here is all there is.
            return
        data = self._read(start, end - start)
        if start > 0:
            # It begins somewhere in a line, of which only the next one is whole.
            newline = data.find(b"\n") + 1
            start, data = start + newline, data[newline:]
        self.start = start
        self._screen = LogScreen(start)
        self._screen.feed(data)

    def _read(self, start: int, size: int) -> bytes:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return b""
        try:
            return os.pread(descriptor, size, start)
        except OSError:
            return b""
        finally:
            os.close(descriptor)
