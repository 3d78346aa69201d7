"""What the live view knows of one run: its files, read a slice at a time.

A call of `read` takes about as long as it is allowed to, so that the screen can paint between
two of them however much a run has logged. Nothing here needs a screen.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from enum import Flag, auto
from pathlib import Path

from studylab.language import _
from studylab.metrics.columns import Columns, read_columns
from studylab.metrics.reader import LineReader, events_reader
from studylab.metrics.records import EventRecord, number
from studylab.metrics.series import Series
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory, RunDirectoryError, RunSpec, RunState
from studylab.runs.log import tail
from studylab.runs.resources import Usage, usage_reader
from studylab.runs.sync import result_row
from studylab.store.runs import ResultRow
from studylab.study.diagnosis.known import Known
from studylab.tui.live_notes import Note, read_note

SLICE_LINES = 500
SLICE_EVENTS = 200
LOG_LINES = 80
MOST_METRICS = 5_000
MOST_NOTES = 200
MOST_RESULTS = 200
USAGE_TAIL = 64 << 10
PACE_SECONDS = 30.0
PACE_POINTS = 8


class Changed(Flag):
    """What a read found new."""

    NOTHING = 0
    POINTS = auto()
    EVENTS = auto()
    USAGE = auto()
    LOG = auto()
    STATE = auto()
    RESTARTED = auto()
    """The metrics start over: their file was replaced."""


class LiveFeed:
    """One run directory as far as it has been read. Its files are data: nothing is trusted."""

    def __init__(self, run: RunDirectory, clock: Callable[[], float] = time.time) -> None:
        self.run = run
        self.clock = clock
        self.known = Known()
        self.spec: RunSpec | None = None
        self.state: RunState | None = None
        self.complaint = ""
        """What can't be read and why, in one line; empty when all is well."""
        self.series: dict[str, Series] = {}
        self.left_out = 0
        """Points of metrics beyond the most that are kept."""
        self.results: dict[tuple[str, str, str], ResultRow] = {}
        """The last result of each metric, split and data."""
        self.notes: deque[Note] = deque(maxlen=MOST_NOTES)
        self.steps: int | None = None
        self.steps_per_epoch: float | None = None
        self.data = ""
        self.device = ""
        self.checkpoint: int | None = None
        """The step of the last checkpoint."""
        self.usage: Usage | None = None
        self.log: list[str] = []
        self.step: int | None = None
        self.catching_up = False
        """Whether the last read ran out of time: there is probably more to read at once."""
        self._pace: deque[tuple[float, int]] = deque()
        self._lines: list[bytes] = []
        self._taken = 0
        self._waiting = 0
        self._skipped = 0
        self._metrics = LineReader(run.metrics, bytes)
        self._events = events_reader(run.events)
        self._usage = usage_reader(run.resources, max(0, _size(run.resources) - USAGE_TAIL))
        self._signs: dict[Path, tuple[int, ...] | None] = {}

    def read(self, seconds: float = 0.01) -> Changed:
        """Read what is new, for about so long; metrics that are left wait for the next call."""
        deadline = time.monotonic() + seconds
        self.catching_up = False
        # State first: what a run logged before it ended is then surely in what is read after.
        changed = self._read_state() | self._read_events() | self._read_usage() | self._read_log()
        changed |= self._read_metrics(deadline)
        return changed

    @property
    def share_read(self) -> float:
        """How much of the metrics has been read, from 0 to 1."""
        size = _size(self.run.metrics)
        return min(1.0, (self._metrics.offset - self._waiting) / size) if size else 1.0

    @property
    def skipped(self) -> int:
        """Lines of metrics and events that are no records."""
        return self._skipped + self._events.skipped

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state is not None and self.state.state.ended

    @property
    def elapsed(self) -> float | None:
        """Seconds since the start, to the end if it has one."""
        if self.state is None:
            return None
        started_at, ended_at = number(self.state.started_at), number(self.state.ended_at)
        if not self.ended or not math.isfinite(ended_at):
            ended_at = self.clock()
        return ended_at - started_at if math.isfinite(started_at) else None

    @property
    def pace(self) -> float | None:
        """Steps per second over the last half minute, or over the last few points."""
        if len(self._pace) < 2:
            return None
        (first_time, first_step), (last_time, last_step) = self._pace[0], self._pace[-1]
        if last_time <= first_time or last_step <= first_step:
            return None
        return (last_step - first_step) / (last_time - first_time)

    @property
    def time_left(self) -> float | None:
        """Seconds until the planned end; None if that is not known."""
        pace = self.pace
        if pace is None or not self.steps or self.step is None or self.ended:
            return None
        since = max(0.0, self.clock() - self._pace[-1][0])
        return max(0.0, (self.steps - self.step) / pace - since)

    @property
    def silence(self) -> float | None:
        """Seconds since the last point; None before the first."""
        return max(0.0, self.clock() - self._pace[-1][0]) if self._pace else None

    @property
    def epoch(self) -> tuple[int, int] | None:
        """The epoch that is trained now, from 1, and how many there will be."""
        if not self.steps or not self.steps_per_epoch or self.step is None:
            return None
        epochs = max(1, round(self.steps / self.steps_per_epoch))
        return min(epochs, int(self.step / self.steps_per_epoch) + 1), epochs

    def _read_state(self) -> Changed:
        changed = Changed.NOTHING
        complaint = ""
        try:
            if self.spec is None:
                self.spec = self.run.read_spec()
                changed |= Changed.STATE
        except RunDirectoryError as error:
            complaint = str(error)
        if self._is_new(self.run.state_file) or self.state is None:
            try:
                state = self.run.read_state()
                if state != self.state:
                    self.state = state
                    changed |= Changed.STATE
            except RunDirectoryError as error:
                self._signs.pop(self.run.state_file, None)
                complaint = complaint or str(error)
        if not self.run.path.is_dir():
            complaint = _("{path} is gone; what was read of it stays here", path=self.run.path)
        if complaint != self.complaint:
            self.complaint = one_line(complaint)
            changed |= Changed.STATE
        return changed

    def _read_metrics(self, deadline: float) -> Changed:
        changed = Changed.NOTHING
        while True:
            if self._taken >= len(self._lines):
                self._taken = 0
                if _size(self.run.metrics) < self._metrics.offset and self.run.metrics.exists():
                    self._forget()
                    changed |= Changed.RESTARTED
                try:
                    self._lines = self._metrics.read(seconds=0)
                except OSError as error:
                    self._lines = []
                    self.complaint = one_line(f"{self.run.metrics}: {error.strerror or error}")
                    return changed | Changed.STATE
                if not self._lines:
                    return changed
                self._waiting = sum(map(len, self._lines)) + len(self._lines)
            lines = self._lines[self._taken : self._taken + SLICE_LINES]
            self._taken += len(lines)
            self._waiting -= sum(map(len, lines)) + len(lines)
            self._add(read_columns(lines))
            changed |= Changed.POINTS
            if time.monotonic() >= deadline:
                self.catching_up = True
                return changed

    def _add(self, found: Columns) -> None:
        self._skipped += found.skipped
        for name, column in found.columns.items():
            series = self.series.get(name)
            if series is None:
                if len(self.series) >= MOST_METRICS:
                    self.left_out += len(column.steps)
                    continue
                series = self.series[name] = Series()
            series.extend(column.steps, column.values, column.times)
        for mark in (found.first, found.last):
            if mark is not None and math.isfinite(mark[0]):
                self._keep_pace(*mark)

    def _keep_pace(self, at: float, step: int) -> None:
        self.step = step
        pace = self._pace
        if pace and step < pace[-1][1]:
            # Resumed from an earlier step: what was before says nothing about the speed.
            pace.clear()
        pace.append((at, step))
        while len(pace) > PACE_POINTS and at - pace[0][0] > PACE_SECONDS:
            pace.popleft()

    def _forget(self) -> None:
        self.series.clear()
        self._pace.clear()
        self.step = None
        self._skipped = self.left_out = 0

    def _read_events(self) -> Changed:
        try:
            events = self._events.read(seconds=0, limit=SLICE_EVENTS)
        except OSError:
            return Changed.NOTHING
        self.catching_up |= len(events) == SLICE_EVENTS
        for event in events:
            self._take(event)
        return Changed.EVENTS if events else Changed.NOTHING

    def _take(self, event: EventRecord) -> None:
        self.known.take_event(event)
        fields = event.fields
        if event.kind == "plan":
            steps, per_epoch = fields.get("steps"), number(fields.get("steps_per_epoch"))
            self.steps = steps if type(steps) is int and steps > 0 else None
            self.steps_per_epoch = per_epoch if 0 < per_epoch < math.inf else None
        elif event.kind == "result":
            result = result_row(event)
            key = result.metric, result.split, result.data
            if key in self.results or len(self.results) < MOST_RESULTS:
                self.results[key] = result
        elif event.kind == "data":
            self.data = one_line(str(fields.get("name", "")), 60)
        elif event.kind == "device":
            self.device = one_line(str(fields.get("text") or fields.get("device") or ""), 80)
        elif event.kind == "checkpoint":
            step = fields.get("step")
            self.checkpoint = step if type(step) is int else None
        note = read_note(event)
        if note is not None:
            self.notes.append(note)

    def _read_usage(self) -> Changed:
        try:
            samples = self._usage.read(seconds=0)
        except OSError:
            return Changed.NOTHING
        if samples:
            self.usage = samples[-1]
        return Changed.USAGE if samples else Changed.NOTHING

    def _read_log(self) -> Changed:
        if not self._is_new(self.run.output):
            return Changed.NOTHING
        log = tail(self.run.output, LOG_LINES)
        if log == self.log:
            return Changed.NOTHING
        self.log = log
        return Changed.LOG

    def _is_new(self, path: Path) -> bool:
        """Whether a file differs from what it was when this was last asked."""
        try:
            stat = path.stat()
        except OSError:
            sign = None
        else:
            sign = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if sign is None:
            # A file that is gone holds nothing new: what was read of it stays.
            return False
        before = self._signs.get(path)
        self._signs[path] = sign
        return sign != before


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
