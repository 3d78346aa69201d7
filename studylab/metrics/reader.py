"""Reading a growing JSON-lines file from where one last stopped.

A reader never holds more than a chunk, gives up after a budget so that a screen can paint, puts a
half-written last line back until it is whole, and counts what it had to skip.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from studylab.metrics.records import (
    EventRecord,
    MetricRecord,
    NotARecord,
    read_event,
    read_metric,
)

Record = TypeVar("Record")

CHUNK = 1 << 20
LONGEST_LINE = 4 << 20


@dataclass
class LineReader(Generic[Record]):
    """Reads records of one file.

    `offset` is the byte after the last record given out; it can be stored and given to a new
    reader, which goes on from there. `skipped` counts lines that were no records.
    """

    path: Path
    parse: Callable[[bytes], Record]
    offset: int = 0
    skipped: int = 0

    def read(self, seconds: float = float("inf"), limit: int = 1 << 62) -> list[Record]:
        """The records written since the last call, as many as the budget allows.

        A missing file holds none. A file that has shrunk was replaced: it is read from its start.

        Raises:
            OSError: the file is there and can't be read.
        """
        return [record for batch in self.batches(seconds, limit) for record in batch]

    def batches(
        self, seconds: float = float("inf"), limit: int = 1 << 62
    ) -> Iterator[list[Record]]:
        """The same, chunk by chunk; `offset` is right after each batch."""
        deadline = time.monotonic() + seconds
        left = limit
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            if os.fstat(descriptor).st_size < self.offset:
                self.offset = 0
            size = CHUNK
            while left > 0:
                chunk = os.pread(descriptor, size, self.offset)
                end = chunk.rfind(b"\n") + 1
                if not end:
                    if len(chunk) < size:
                        return
                    if size < LONGEST_LINE:
                        size *= 2
                        continue
                    self._skip_long_line(descriptor)
                    continue
                size = CHUNK
                batch, used = self._parse(chunk[:end], left)
                self.offset += used
                left -= len(batch)
                if batch:
                    yield batch
                if time.monotonic() > deadline:
                    return
        finally:
            os.close(descriptor)

    @property
    def behind(self) -> int:
        """Bytes of the file that are still to be read."""
        try:
            return max(0, self.path.stat().st_size - self.offset)
        except OSError:
            return 0

    def _parse(self, chunk: bytes, limit: int) -> tuple[list[Record], int]:
        batch: list[Record] = []
        used = 0
        for line in chunk.split(b"\n")[:-1]:
            if len(batch) >= limit:
                break
            used += len(line) + 1
            if not line.strip():
                continue
            try:
                batch.append(self.parse(line))
            except NotARecord:
                self.skipped += 1
        return batch, used

    def _skip_long_line(self, descriptor: int) -> None:
        """Move to the end of a line that is too long to be a record, or to the file's end."""
        self.skipped += 1
        while chunk := os.pread(descriptor, CHUNK, self.offset):
            newline = chunk.find(b"\n")
            if newline >= 0:
                self.offset += newline + 1
                return
            self.offset += len(chunk)


def metrics_reader(path: Path, offset: int = 0) -> LineReader[MetricRecord]:
    """A reader of `metrics.jsonl`."""
    return LineReader(path, read_metric, offset)


def events_reader(path: Path, offset: int = 0) -> LineReader[EventRecord]:
    """A reader of `events.jsonl`."""
    return LineReader(path, read_event, offset)
