"""The part of a supervisor that watches what its run logs, and tells: into `notices.jsonl`, and by
the student's own command. Whatever goes wrong here, the run goes on."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from studylab.metrics.reader import events_reader
from studylab.metrics.records import MetricRecord, NotARecord, read_metric
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, RunState
from studylab.runs.notices import Kind, Notice, notices_reader, of_end, words, write_notice
from studylab.runs.tell_command import Commands
from studylab.runs.watchfulness import Watchfulness
from studylab.settings import Settings, load

LOOK_SECONDS = 1.0
MOST_BYTES, MOST_LINES = 4 << 20, 200
"""Of what was logged since the last look: how much is searched for NaN, and how much is read."""
FIRST_BYTES = 64 << 10
"""The beginning of what was logged is always read: a loss is held against its start."""
ALL = 1 << 62
NON_FINITE = (b'"NaN"', b'Infinity"')


class Teller:
    """Watches one run."""

    def __init__(self, run: RunDirectory) -> None:
        self._run = run
        self._commands = Commands(run, self._complain)
        self._watch: Watchfulness | None = None
        self._told: set[Kind] = set()
        self._metrics = 0
        self._events = events_reader(run.events)
        self._result: dict[str, Any] | None = None
        self._next = 0.0
        self._broken = False
        self._said: set[str] = set()

    def look(self) -> None:
        """Take what is new and tell what is to be told, if it is time to look."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_SECONDS
        self._carefully(self._look)

    def follow(self, run: RunDirectory) -> None:
        """Go on in the place to which the run's directory was moved."""
        self._run, self._events.path = run, run.events
        self._commands.follow(run)

    def read_rest(self) -> None:
        """The run has logged all that it will: take the rest before its end is written, so that
        who reads of the end finds all that came before it."""
        self._carefully(lambda: self._look(silence=False))

    def end(self, state: RunState) -> None:
        """The run is over, and that is written."""

        def last() -> None:
            self._ready()
            if not {Kind.ENDED, Kind.FAILED} & self._told:
                self._tell(of_end(state, self._result))

        self._carefully(last)

    def finish(self) -> None:
        """Wait for the commands that were started, as long as they may take."""
        self._commands.finish()

    def owns(self, pid: int) -> bool:
        """Whether a process is one that tells, and not the run's own."""
        return self._commands.owns(pid)

    def _carefully(self, act: Callable[[], object]) -> None:
        if self._broken:
            return
        try:
            act()
        except OSError as error:
            self._complain(f"{self._run.path}: {error.strerror or error}")
        except Exception:
            self._broken = True
            self._complain(traceback.format_exc())

    def _look(self, *, silence: bool = True) -> None:
        watch, now = self._ready(), time.time()
        self._commands.look()
        for event in self._events.read(limit=MOST_LINES if silence else ALL):
            if event.kind == "plan":
                watch.plan(event.fields.get("steps"))
            elif event.kind == "result":
                if self._result is None or event.fields.get("reference") is not None:
                    self._result = event.fields
                self._tell_all(watch.result(event.fields, now))
        heard = False
        for skipped, records in self._new_records():
            heard = heard or bool(records)
            self._tell_all(watch.heard(records, now, skipped=skipped))
        if silence and not heard:
            self._tell_all(watch.tick(now))

    def _ready(self) -> Watchfulness:
        """What judges; a supervisor that adopts goes on where another was killed."""
        if self._watch is None:
            self._told = {notice.kind for notice in notices_reader(self._run).read()}
            self._watch = Watchfulness(self._settings().stall_factor, self._told)
        return self._watch

    def _new_records(self) -> list[tuple[bool, list[MetricRecord]]]:
        """What was logged since the last look, in parts; before some of them lines are left out."""
        try:
            descriptor = os.open(self._run.metrics, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return []
        parts = []
        try:
            size = os.fstat(descriptor).st_size
            if size < self._metrics:
                self._metrics = 0
            if not self._metrics and size > FIRST_BYTES:
                first, self._metrics = _whole_lines(os.pread(descriptor, FIRST_BYTES, 0), 0)
                parts.append((False, _parsed(first[:MOST_LINES])))
            jumped = size - self._metrics > MOST_BYTES
            start = size - MOST_BYTES if jumped else self._metrics
            lines, self._metrics = _whole_lines(os.pread(descriptor, MOST_BYTES, start), start)
        finally:
            os.close(descriptor)
        # Where it was jumped to, the first line is half a one.
        lines = lines[1:] if jumped else lines
        older, last = lines[:-MOST_LINES], lines[-MOST_LINES:]
        strange = [line for line in older if any(mark in line for mark in NON_FINITE)]
        parts.append((True, _parsed(strange[:1])))
        parts.append((jumped or bool(older) or len(parts) > 1, _parsed(last)))
        return parts

    def _tell_all(self, notices: list[Notice]) -> None:
        for notice in notices:
            self._tell(notice)

    def _tell(self, notice: Notice) -> None:
        self._told.add(notice.kind)
        try:
            write_notice(self._run, notice)
        except OSError as error:
            self._complain(f"{self._run.path}: {error.strerror or error}")
        rules = self._settings()
        if notice.kind.value in rules.tell_on.split() and "command" in rules.tell_by.split():
            text = words(self._run.id, notice)
            self._commands.start(rules.tell_command, notice.kind.value, text)

    def _settings(self) -> Settings:
        """The settings of now; without a word in them where they can't be read."""
        try:
            return load()
        except Problem as problem:
            self._complain(str(problem))
            return Settings(tell_by="")

    def _complain(self, what: str) -> None:
        if what not in self._said:
            self._said.add(what)
            print(what, file=sys.stderr, flush=True)


def _whole_lines(data: bytes, start: int) -> tuple[list[bytes], int]:
    """The lines that have their end in `data`, which was read from `start`, and what is behind
    them."""
    end = data.rfind(b"\n") + 1
    return data[:end].split(b"\n")[:-1], start + end


def _parsed(lines: list[bytes]) -> list[MetricRecord]:
    records = []
    for line in lines:
        try:
            records.append(read_metric(line))
        except NotARecord:
            continue
    return records
