"""Every process of this machine that this user can see: whose it is and what it uses."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

import psutil

LINUX = sys.platform.startswith("linux")
SHARE = 0.01
"""The part of a core that looking at the processes may take."""
YOUNG_SECONDS = 10.0
"""A process that is older than this is done with becoming the program that it was started for."""


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """One process. `started` is in seconds since 1970, `rss` in bytes, 0 where that is not told.

    `cpu_percent` is 100 for each core that was busy since the look before; None for a process that
    was not there then.
    """

    pid: int
    parent: int
    owner: str
    command: str
    started: float
    cpu_percent: float | None
    rss: int


@dataclass(slots=True)
class _Known:
    """What was found out about a process, and the seconds of CPU it had used."""

    info: ProcessInfo
    identity: float
    name: str
    busy: float


class Processes:
    """Looks at the processes, as often as it is asked to and `SHARE` allows."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._missing: frozenset[int] = frozenset()
        self._clock = 0.0
        self._cost = 0.0
        self.sample()

    def sample(self, wanted: Collection[int] = ()) -> dict[int, ProcessInfo]:
        """The processes by pid; not looked at anew if that would take too much of the machine,
        unless one of the pids that are wanted has not been looked for yet."""
        new = any(pid not in self._known and pid not in self._missing for pid in wanted)
        if new or time.monotonic() - self._clock >= self._cost / SHARE:
            self._look()
            self._missing = frozenset(wanted) - self._known.keys()
        return {pid: known.info for pid, known in self._known.items()}

    def _look(self) -> None:
        clock, spent = time.monotonic(), time.thread_time()
        elapsed = clock - self._clock if self._known else 0.0
        found = _read_all(self._known)
        for pid, known in found.items():
            before = self._known.get(pid)
            if before is not None and before.identity == known.identity and elapsed > 0:
                percent = 100 * max(0.0, known.busy - before.busy) / elapsed
                known.info = replace(known.info, cpu_percent=percent)
        self._known, self._clock = found, clock
        self._cost = time.thread_time() - spent


@lru_cache(maxsize=512)
def owner_name(uid: int) -> str:
    """The name of a user; the number of one without a name."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OSError):
        return str(uid)


def _read_all(known: dict[int, _Known]) -> dict[int, _Known]:
    return _read_linux(known) if LINUX else _read_elsewhere()


# Linux: one small file for each process. psutil opens three, and asks the clock and the host name.


def _read_linux(known: dict[int, _Known]) -> dict[int, _Known]:
    found = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdecimal():
            continue
        try:
            process = _linux_process(entry, known.get(int(entry.name)))
        except (OSError, ValueError, IndexError):
            # Gone while it was looked at.
            continue
        if process is not None:
            found[process.info.pid] = process
    return found


def _linux_process(entry: os.DirEntry[str], before: _Known | None) -> _Known | None:
    """What is to be known of a process; None for a zombie and what the kernel does by itself."""
    stat = _read_bytes(f"{entry.path}/stat")
    # The name in parentheses may hold spaces and parentheses itself.
    end = stat.rindex(b")")
    fields = stat[end + 2 :].split()
    if fields[0] in (b"Z", b"X") or fields[20] == b"0":
        return None
    name = stat[stat.index(b"(") + 1 : end].decode("utf-8", "replace")
    identity, busy = float(fields[19]), (int(fields[11]) + int(fields[12])) / _ticks()
    parent, rss = int(fields[1]), int(fields[21]) * _page()
    if before is not None and before.identity == identity:
        info = before.info
        # A shell becomes the program it was told to start, and keeps its pid.
        renamed = before.name != name or time.time() - info.started < YOUNG_SECONDS
        command = _command(entry.path, name) if renamed else info.command
        info = replace(info, parent=parent, command=command, cpu_percent=None, rss=rss)
        return _Known(info, identity, name, busy)
    info = ProcessInfo(
        pid=int(entry.name),
        parent=parent,
        owner=owner_name(entry.stat().st_uid),
        command=_command(entry.path, name),
        started=_boot() + identity / _ticks(),
        cpu_percent=None,
        rss=rss,
    )
    return _Known(info, identity, name, busy)


def _command(folder: str, name: str) -> str:
    """The command line, or the name in brackets where there is none to be seen."""
    try:
        line = _read_bytes(f"{folder}/cmdline")
    except OSError:
        line = b""
    words = line.replace(b"\0", b" ").decode("utf-8", "replace").strip()
    return words or f"[{name}]"


def _read_bytes(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=1)
def _ticks() -> int:
    return os.sysconf("SC_CLK_TCK")


@lru_cache(maxsize=1)
def _page() -> int:
    return os.sysconf("SC_PAGE_SIZE")


@lru_cache(maxsize=1)
def _boot() -> float:
    return psutil.boot_time()


# Other systems


def _read_elsewhere() -> dict[int, _Known]:
    found = {}
    wanted = ["ppid", "name", "username", "cmdline", "create_time", "cpu_times", "memory_info"]
    for process in psutil.process_iter(wanted):
        about = process.info
        if about["create_time"] is None:
            continue
        times, memory = about["cpu_times"], about["memory_info"]
        info = ProcessInfo(
            pid=process.pid,
            parent=about["ppid"] or 0,
            owner=about["username"] or "?",
            command=" ".join(about["cmdline"] or ()).strip() or f"[{about['name'] or '?'}]",
            started=about["create_time"],
            cpu_percent=None,
            rss=memory.rss if memory else 0,
        )
        busy = times.user + times.system if times else 0.0
        found[process.pid] = _Known(info, info.started, about["name"] or "", busy)
    return found
