"""Foreign scalars into a run's `metrics.jsonl`: each once, in the order of its source.

A line says where it is from: `"at": [source, byte behind it]`. So whoever takes over, after a kill
at any moment, finds in the file itself how far every source has been read.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from studylab.metrics.adapters.output_log import OutputLog
from studylab.metrics.adapters.points import Point
from studylab.metrics.records import metric_line
from studylab.runs.directory import RunDirectory
from studylab.runs.event_files import Owner, Walk, base_of, is_own, named, prefix_of
from studylab.runs.marks import mark, marks
from studylab.runs.scalars import (
    EVENTS,
    LINES,
    Source,
    Wanted,
    path_of,
    read_sources,
    write_sources,
)
from studylab.runs.source_readers import Reader, log_of, reader_of

SAVE_SECONDS = 5.0
"""How often `sources.json` is brought up to date: what a restart has to read again."""

WRITE = 4096
"""Bytes of one write: small ones are whole or not there at all, whatever is killed."""

WALK_SECONDS = 0.002
LAST_WALK_SECONDS = 5.0


class Translator:
    """Takes what is new in a run's sources. One at a time for each run directory."""

    def __init__(
        self,
        run: RunDirectory,
        *,
        walk: Walk | None = None,
        lines: bool = False,
        clock: Callable[[int], float] | None = None,
    ) -> None:
        """Go on where the last translator of this run stopped.

        Args:
            run: its directory.
            walk: finds event files; without it only the known ones are read.
            lines: whether the output is a source.
            clock: the time of a byte of the output; without it, now.

        Raises:
            OSError: the run's files can't be read or written.
        """
        self.run = run
        self.sources = read_sources(run)
        self._walk = walk
        self._clock = clock
        self._saved = self._file = -1
        self._next_save = 0.0
        self._readers: dict[int, Reader] = {}
        self.earliest, self.latest = math.inf, -math.inf
        """Times of what was taken so far by this one."""
        self._recover()
        for source in self.sources.sources:
            if walk is not None and source.kind == EVENTS:
                walk.know(path_of(run, source))
        if lines:
            self.take_lines()

    def take_lines(self) -> None:
        """Let the output be a source from now on, from its first line."""
        if all(source.kind != LINES for source in self.sources.sources):
            self.add(Source(LINES, self.run.output.name))

    def add(self, source: Source) -> None:
        """One more source. It is on record before the first line that names it.

        Raises:
            OSError: it can't be recorded.
        """
        self.sources.sources.append(source)
        self.sources.whole = False
        self.save()

    def look(self, seconds: float) -> bool:
        """Take what is new, for about so long. Returns whether anything may be left.

        Raises:
            OSError: something can't be read or written; `recover` before the next look.
        """
        if self._walk is not None:
            self._add_files(self._walk.advance(WALK_SECONDS))
        left = False
        each = seconds / max(1, len(self.sources.sources))
        for number in range(len(self.sources.sources)):
            left |= self._take(number, time.monotonic() + each, at_end=False)
        if time.monotonic() >= self._next_save:
            self.save()
        return left

    def finish(self, on_wait: Callable[[], None] = lambda: None) -> int:
        """Take all that is there: nothing more will come. Returns how many records were taken.

        Raises:
            OSError: something can't be read or written.
        """
        before = sum(source.records for source in self.sources.sources)
        if self._walk is not None:
            self._add_files(self._walk.finish(LAST_WALK_SECONDS))
        for number in range(len(self.sources.sources)):
            while self._take(number, time.monotonic() + 1.0, at_end=True):
                on_wait()
        self.sources.whole = True
        self.save()
        return sum(source.records for source in self.sources.sources) - before

    def recover(self) -> None:
        """Go back to what is in the files, after an error.

        Raises:
            OSError: they can't be read or written.
        """
        self.sources = read_sources(self.run)
        self._recover()

    def save(self) -> None:
        """Bring `sources.json` up to date, if anything is new.

        Raises:
            OSError: it can't be written.
        """
        self._next_save = time.monotonic() + SAVE_SECONDS
        for number, source in enumerate(self.sources.sources):
            reader = self._readers.get(number)
            if isinstance(reader, OutputLog):
                source.state = reader.steps.record()
        self.sources.metrics = os.fstat(self._file).st_size
        now = hash(str(self.sources))
        if now != self._saved:
            write_sources(self.run, self.sources)
            self._saved = now

    def close(self) -> None:
        """Close the file of metrics."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _recover(self) -> None:
        self.close()
        self._readers.clear()
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(self.run.metrics, flags, 0o644)
        size = os.fstat(self._file).st_size
        if self.sources.metrics > size:
            # The machine went down and took lines with it that were counted already.
            for source in self.sources.sources:
                source.position, source.records, source.state = 0, 0, None
            self.sources.metrics = 0
        for number, position in marks(self._file, self.sources.metrics):
            if number < len(self.sources.sources):
                source = self.sources.sources[number]
                self._replay(source, position)
                source.position = position
                source.records += 1
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")

    def _replay(self, source: Source, position: int) -> None:
        """Bring the state of lines up to a byte: what they said is in the metrics already."""
        if source.kind != LINES:
            return
        log = log_of(self.run, source)
        for _point in log.read(to=position, at_end=True):
            pass
        source.state = log.steps.record()

    def _add_files(self, found: Sequence[Path]) -> None:
        for path in found:
            folder = path.parent
            if not self.sources.base:
                self.sources.base = str(base_of(folder))
            prefix = prefix_of(folder, Path(self.sources.base))
            inside = path.is_relative_to(self.run.path)
            told = path.relative_to(self.run.path) if inside else path
            self.add(Source(EVENTS, str(told), prefix))

    def _take(self, number: int, deadline: float, *, at_end: bool) -> bool:
        """Take what is new of one source. Returns whether more may be there."""
        source = self.sources.sources[number]
        reader = self._readers.get(number)
        if reader is None:
            reader = self._readers[number] = reader_of(self.run, source)
        points = reader.read(at_end=at_end)
        batch: list[bytes] = []
        size, trouble, left = 0, "", False
        while not left:
            try:
                point = next(points, None)
            except OSError as error:
                # Of one file; the others are read all the same.
                trouble, point = error.strerror or str(error), None
            if point is None:
                break
            line = self._line(number, source, point)
            if size + len(line) > WRITE:
                self._write(source, batch)
                batch, size = [], 0
            batch.append(line)
            size += len(line)
            left = time.monotonic() >= deadline
        self._write(source, batch)
        # What gave no point lies behind the last one too, and its state counts it.
        source.position = reader.offset
        source.trouble = trouble or reader.trouble
        return left

    def _write(self, source: Source, batch: list[bytes]) -> None:
        data = b"".join(batch)
        written = os.write(self._file, data) if data else 0
        if written < len(data):
            # The disk is full: the second write tells so, and half a line is no record.
            os.write(self._file, data[written:])
        source.records += len(batch)

    def _line(self, number: int, source: Source, point: Point) -> bytes:
        at = point.time
        if at is None or not 0 < at < 1e11:
            at = self._clock(point.end) if self._clock is not None else time.time()
        self.earliest, self.latest = min(self.earliest, at), max(self.latest, at)
        step = max(-(2**63) + 1, min(point.step, 2**63 - 1))
        scalars = point.scalars
        if source.prefix:
            scalars = {named(tag, source.prefix): value for tag, value in scalars.items()}
        return metric_line(at, step, scalars)[:-2] + mark(number, point.end)


def translator_of(
    run: RunDirectory,
    wanted: Wanted,
    *,
    cwd: str,
    since: float,
    child: int | None,
    clock: Callable[[int], float] | None = None,
) -> Translator:
    """The translator of a command that runs, or has run, in `cwd` since `since`.

    Raises:
        OSError: the run's files can't be read or written.
    """
    walk = None
    if wanted.events:
        owner = Owner(run, child, since)
        roots = [run.path, Path(cwd), *map(Path, wanted.folders)]
        walk = Walk(list(dict.fromkeys(roots)), lambda path: is_own(path, owner))
    return Translator(run, walk=walk, lines=wanted.lines, clock=clock)
