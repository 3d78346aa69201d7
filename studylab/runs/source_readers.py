"""What is read from a source of foreign scalars, whatever kind it is of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from studylab.metrics.adapters.output_log import OutputLog
from studylab.metrics.adapters.points import Point
from studylab.metrics.adapters.steps import Steps
from studylab.metrics.adapters.tensorboard import EventFile
from studylab.metrics.adapters.wandb import History
from studylab.runs.directory import RunDirectory
from studylab.runs.scalars import EVENTS, LINES, Source, path_of


class Reader(Protocol):
    """Reads a source from `offset` on, which is behind the last point that it gave out."""

    offset: int
    trouble: str

    def read(self, *, at_end: bool = False) -> Iterator[Point]: ...


def reader_of(run: RunDirectory, source: Source) -> Reader:
    """The reader of a source, from its place on."""
    path = path_of(run, source)
    if source.kind == EVENTS:
        return EventFile(path, source.position)
    return log_of(run, source) if source.kind == LINES else History(path, source.position)


def log_of(run: RunDirectory, source: Source) -> OutputLog:
    """A log at the place and in the state that are on record."""
    try:
        steps = Steps.read(source.state or {})
    except (KeyError, TypeError, ValueError, AttributeError):
        # Without its state the log is read again from its start: to the same place, unwritten.
        log = OutputLog(path_of(run, source))
        for _point in log.read(to=source.position, at_end=True):
            pass
        steps = log.steps
    return OutputLog(path_of(run, source), source.position, steps)
