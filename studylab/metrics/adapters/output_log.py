"""Scalars of a program's output: the log as a chain of lines and states of progress bars."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from studylab.metrics.adapters.patterns import read_line
from studylab.metrics.adapters.points import Point
from studylab.metrics.adapters.steps import Steps
from studylab.plain import one_line, plain

CHUNK = 256 << 10
LONGEST = 64 << 10
"""Bytes after which a line that does not end is cut, and passed over: it holds no figures."""

# tqdm goes back to the start of the line, Keras backwards by the character.
_ENDS = re.compile(rb"[\r\n\x08]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or one state of a progress bar; `end` is the byte behind it and its ending."""

    end: int
    text: str


@dataclass
class OutputLog:
    """Reads the scalars of a log from `offset` on, whatever its lines look like."""

    path: Path
    offset: int = 0
    steps: Steps = field(default_factory=Steps)
    trouble: str = ""

    def read(self, *, to: int | None = None, at_end: bool = False) -> Iterator[Point]:
        """The points whose lines became whole since the last call, one at a time.

        Args:
            to: the byte to stop at; without it, all that is there.
            at_end: take the last line without its newline: nothing more will come.

        Raises:
            OSError: the file is there and can't be read.
        """
        for piece in pieces(self.path, self.offset, to=to, at_end=at_end):
            found = read_line(piece.text)
            numbered = self.steps.number(found) if found is not None else None
            self.offset = piece.end
            if numbered is not None:
                yield Point(piece.end, None, *numbered, piece.text)


@dataclass(slots=True)
class Seen:
    """A metric that a log seems to hold: how often, its last value, and its first line."""

    name: str
    count: int
    last: float
    step: int
    example: str


def look(path: Path, *, most: int = 8 << 20) -> list[Seen]:
    """What a log seems to hold, by name; of one longer than `most` bytes its beginning is read."""
    found: dict[str, Seen] = {}
    try:
        size = path.stat().st_size
        for point in OutputLog(path).read(to=min(size, most), at_end=size <= most):
            for name, value in point.scalars.items():
                seen = found.get(name)
                if seen is None:
                    example = one_line(point.line, 200)
                    found[name] = Seen(name, 1, value, point.step, example)
                else:
                    seen.count, seen.last, seen.step = seen.count + 1, value, point.step
    except OSError:
        pass
    return sorted(found.values(), key=lambda seen: seen.name)


def pieces(
    path: Path, offset: int = 0, *, to: int | None = None, at_end: bool = False
) -> Iterator[Piece]:
    """The lines of a log from a byte on, each once it is whole.

    Raises:
        OSError: the file is there and can't be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        start, data = offset, b""
        while True:
            position = start + len(data)
            room = CHUNK if to is None else min(CHUNK, to - position)
            chunk = os.pread(descriptor, room, position) if room > 0 else b""
            data += chunk
            at = 0
            for ending in _ENDS.finditer(data):
                while ending.start() - at > LONGEST:
                    at += LONGEST
                    yield Piece(start + at, "")
                if ending.start() > at:
                    yield Piece(start + ending.end(), _text(data[at : ending.start()]))
                at = ending.end()
            # Cut at the same places whenever it is read: what was taken must be found again.
            while len(data) - at > LONGEST:
                at += LONGEST
                yield Piece(start + at, "")
            start, data = start + at, data[at:]
            if not chunk:
                break
        if at_end and data:
            yield Piece(start + len(data), _text(data))
    finally:
        os.close(descriptor)


def _text(data: bytes) -> str:
    return plain(data.decode("utf-8", "replace"))
