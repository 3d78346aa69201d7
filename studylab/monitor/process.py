"""What a process and all its descendants use."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class ProcessSample:
    """One look at a process tree. `time` is in seconds since 1970.

    `cpu_percent` is 100 for each core that was busy since the sample before; None if no time had
    passed since then. `rss` is the sum of the resident sizes in bytes; pages that processes share
    count once in each. `pids` are the processes that were alive and not zombies; empty when the
    tree is gone.
    """

    time: float
    cpu_percent: float | None
    rss: int
    pids: tuple[int, ...]


class ProcessTree:
    """Samples a process and its descendants; the first sample covers the time since it was made.

    A process is known by its pid and its start time, so one that is given a used pid later is
    never taken for a member. A descendant that outlives its parent, and so is no longer below the
    root, stays a member.
    """

    def __init__(self, pid: int) -> None:
        """A pid that is not in use makes an empty tree."""
        # Seconds of CPU that each had used; processes are equal by pid and start time.
        self._members: dict[psutil.Process, float] = {}
        self._root: psutil.Process | None = None
        self._clock = time.monotonic()
        self._sampled = time.time()
        try:
            self._root = psutil.Process(pid)
        except (psutil.Error, ValueError, OverflowError):
            return
        for process in self._living():
            figures = _figures(process)
            if figures is not None:
                self._members[process] = figures[0]

    def sample(self) -> ProcessSample:
        """The tree now."""
        clock, sampled = time.monotonic(), time.time()
        members: dict[psutil.Process, float] = {}
        busy, rss = 0.0, 0
        for process in self._living():
            figures = _figures(process)
            if figures is None:
                continue
            seconds, resident = figures
            before = self._members.get(process)
            if before is None:
                # Of one that was overlooked so far, it isn't known when it used its time.
                before = 0.0 if process.create_time() > self._sampled - 2 else seconds
            busy += max(0.0, seconds - before)
            rss += resident
            members[process] = seconds
        elapsed = clock - self._clock
        self._members, self._clock, self._sampled = members, clock, sampled
        return ProcessSample(
            time=sampled,
            cpu_percent=100 * busy / elapsed if elapsed > 0 else None,
            rss=rss,
            pids=tuple(process.pid for process in members),
        )

    def _living(self) -> list[psutil.Process]:
        """The root, the members so far, and their descendants, as far as they live."""
        known = [] if self._root is None else [self._root]
        found: dict[psutil.Process, None] = {}
        for start in (*known, *self._members):
            if start in found or not start.is_running():
                continue
            waiting = [start]
            while waiting:
                process = waiting.pop()
                if process not in found:
                    found[process] = None
                    waiting += _children(process)
        return list(found)


def _figures(process: psutil.Process) -> tuple[float, int] | None:
    """Seconds of CPU and resident bytes; None if it is gone, a zombie, or not to be asked."""
    try:
        with process.oneshot():
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            times = process.cpu_times()
            return times.user + times.system, process.memory_info().rss
    except psutil.Error:
        return None


# psutil reads every process of the machine to find children; Linux itself lists those of a thread.
_LISTS_CHILDREN = Path("/proc/thread-self/children").exists()


def _children(process: psutil.Process) -> list[psutil.Process]:
    """The children of a process, at least the direct ones; none if it is gone."""
    try:
        if not _LISTS_CHILDREN:
            return process.children(recursive=True)
        tasks = list(Path(f"/proc/{process.pid}/task").iterdir())
    except (psutil.Error, OSError):
        return []
    children = []
    for task in tasks:
        try:
            pids = (task / "children").read_bytes().split()
        except OSError:
            continue
        for pid in pids:
            try:
                children.append(psutil.Process(int(pid)))
            except psutil.Error:
                continue
    return children
