"""Runs that wait for their turn: a small file for each, and a keeper that starts them.

An entry is there from the launch of a run until its end, so that the runs that take up this
machine are found without reading every run directory. The keeper is a process without a screen that
lives as long as anything waits; whoever looks at a waiting run starts it anew if it is gone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from studylab import locations
from studylab.language import _, spoken
from studylab.problem import Problem
from studylab.runs.directory import RunDirectory, write_json
from studylab.runs.identity import host_name
from studylab.runs.lock import held


class NotWaiting(Problem):
    """A run that is not in the queue; the text says so."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a run is to wait: the runs that have to finish first, and whom it passes."""

    after: tuple[str, ...] = ()
    priority: int = 0
    wants_gpu: bool = True
    """Whether it is given a GPU where there is one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A run in the queue. Higher `priority` first, then lower `position`."""

    run: str
    host: str
    position: float
    priority: int = 0
    after: tuple[str, ...] = ()
    """If one of them does not finish, this one is not started."""
    wants_gpu: bool = True
    started: bool = False
    gpu: str = ""
    """What was written into CUDA_VISIBLE_DEVICES for it."""

    @property
    def order(self) -> tuple[int, float, str]:
        """What entries are sorted by."""
        return (-self.priority, self.position, self.run)


def enter(run: RunDirectory, turn: Turn | None) -> None:
    """Put a run into the queue, at its end; without a turn it is one that starts at once.

    Raises:
        OSError: its file can't be written.
    """
    given = turn or Turn()
    put(
        Entry(
            run=run.id,
            host=host_name(),
            position=time.time(),
            priority=given.priority,
            after=given.after,
            wants_gpu=given.wants_gpu,
            started=turn is None,
        )
    )


def put(entry: Entry) -> None:
    """Write an entry, a new one or in place of what the run had.

    Raises:
        OSError: its file can't be written.
    """
    locations.queue().mkdir(parents=True, exist_ok=True)
    write_json(_file(entry.run), asdict(entry))


def entries() -> list[Entry]:
    """What is in the queue of this machine, in the order in which it will be started."""
    found = []
    with suppress(OSError):
        for file in locations.queue().glob("*.json"):
            entry = _read(file)
            if entry is not None and entry.host == host_name():
                found.append(entry)
    return sorted(found, key=lambda entry: entry.order)


def waiting() -> list[Entry]:
    """What has not been started yet, the next one first."""
    return [entry for entry in entries() if not entry.started]


def entry_of(run: str) -> Entry | None:
    """The entry of a run, of whatever machine; None if it has none."""
    return _read(_file(run))


def is_waiting(run: str) -> bool:
    """Whether a run waits for its turn."""
    entry = entry_of(run)
    return entry is not None and not entry.started


def leave(run: str) -> None:
    """Take a run out of the queue: it is over."""
    with suppress(OSError):
        _file(run).unlink(missing_ok=True)


def mark_started(entry: Entry, gpu: str) -> Entry:
    """Say that a run has had its turn; returns the entry as it is then.

    Raises:
        OSError: its file can't be written.
    """
    started = replace(entry, started=True, gpu=gpu)
    put(started)
    return started


def set_priority(run: str, priority: int) -> Entry:
    """Let a run pass others, or let others pass it.

    Raises:
        NotWaiting: it does not wait.
        OSError: its file can't be written.
    """
    entry = replace(_waiting(run), priority=priority)
    put(entry)
    return entry


def move(run: str, by: int) -> Entry:
    """Move a run up (negative) or down by some places; beyond the ends is at the end.

    Raises:
        NotWaiting: it does not wait.
        OSError: its file can't be written.
    """
    entry = _waiting(run)
    others = [each for each in waiting() if each.run != run]
    here = sum(each.order < entry.order for each in others)
    place = max(0, min(len(others), here + by))
    if place == here:
        return entry
    before = others[place - 1] if place else None
    behind = others[place] if place < len(others) else None
    neighbour = before if by > 0 else behind
    assert neighbour is not None
    # Between two of the same priority; at an end, a second beyond the one that is there.
    same = [each for each in (before, behind) if each and each.priority == neighbour.priority]
    if len(same) == 2:
        position = (same[0].position + same[1].position) / 2
    else:
        position = neighbour.position + (1 if by > 0 else -1)
    entry = replace(entry, priority=neighbour.priority, position=position)
    put(entry)
    return entry


@contextmanager
def kept_alone() -> Iterator[bool]:
    """Hold the lock of this machine's keeper; gives False, at once, where another has it.

    Raises:
        OSError: the lock's file can't be made.
    """
    locations.queue().mkdir(parents=True, exist_ok=True)
    with held(locations.queue() / f".keeper-{host_name()}.lock") as alone:
        yield alone


def ensure_keeper() -> None:
    """Start the keeper if something waits and none lives.

    Raises:
        OSError: no process can be started.
    """
    if not waiting():
        return
    with kept_alone() as alone:
        if not alone:
            return
    with open(locations.queue() / "keeper.log", "ab") as log:
        subprocess.Popen(
            [sys.executable, "-P", "-m", "studylab.runs.keeper"],
            cwd=locations.queue(),
            env={**os.environ, **package_path(), "STUDYLAB_LANGUAGE": spoken()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def package_path() -> dict[str, str]:
    """Let a child find this package when it is run from a checkout that is not installed."""
    root = str(Path(__file__).parents[2])
    given = os.environ.get("PYTHONPATH", "")
    if root in given.split(os.pathsep) or "site-packages" in root:
        return {}
    return {"PYTHONPATH": os.pathsep.join(filter(None, [root, given]))}


def _waiting(run: str) -> Entry:
    entry = entry_of(run)
    if entry is None or entry.started:
        raise NotWaiting(_("{run} does not wait; `studylab queue` shows what does", run=run))
    return entry


def _file(run: str) -> Path:
    return locations.queue() / f"{run}.json"


def _read(file: Path) -> Entry | None:
    """An entry; None where there is none, or what is no entry."""
    try:
        record = json.loads(file.read_text("utf-8"))
        return Entry(
            run=file.stem,
            host=str(record["host"]),
            position=float(record["position"]),
            priority=int(record.get("priority", 0)),
            after=tuple(str(each) for each in record.get("after", ())),
            wants_gpu=bool(record.get("wants_gpu", True)),
            started=bool(record.get("started", False)),
            gpu=str(record.get("gpu", "")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
