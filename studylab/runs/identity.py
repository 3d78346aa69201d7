"""Which process is meant: its pid, its start time and the boot it belongs to.

A pid alone is given to another process sooner or later, and after a restart at once. What can't be
verified is never signalled.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LINUX = sys.platform.startswith("linux")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process of one boot of one host.

    `started` is in the clock ticks since boot of `/proc/PID/stat` on Linux, which a change of the
    wall clock leaves alone, elsewhere in seconds since 1970.
    """

    pid: int
    started: float
    boot: str

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity | None:
        """The identity of a live process; None for a dead one or a zombie."""
        started = _start_time(pid)
        return None if started is None else cls(pid, started, boot_id())

    @classmethod
    def read(cls, record: object) -> ProcessIdentity | None:
        """The identity in a JSON record; None if it is none."""
        if not isinstance(record, Mapping):
            return None
        try:
            return cls(int(record["pid"]), float(record["started"]), str(record["boot"]))
        except (TypeError, KeyError, ValueError):
            return None

    def record(self) -> dict[str, Any]:
        """For `read`."""
        return {"pid": self.pid, "started": self.started, "boot": self.boot}

    @property
    def alive(self) -> bool:
        """Whether this very process still runs. A zombie does not."""
        return self.boot == boot_id() and _start_time(self.pid) == self.started

    def send(self, number: signal.Signals) -> bool:
        """Signal the process if it is still this one. Returns whether it was."""
        if not self.alive:
            return False
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True


def host_name() -> str:
    """The name of this machine, to tell runs of several that share a file system."""
    return socket.gethostname()


@cache
def boot_id() -> str:
    """What changes with every start of the machine."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        import psutil

        # The clock is set now and then by a little; a restart takes longer than a minute.
        return f"boot-{round(psutil.boot_time() / 60)}"


def _start_time(pid: int) -> float | None:
    if LINUX:
        try:
            stat = Path(f"/proc/{pid}/stat").read_bytes()
        except OSError:
            return None
        # The name in parentheses may hold spaces and parentheses itself.
        fields = stat[stat.rindex(b")") + 2 :].split()
        return None if fields[0] in (b"Z", b"X") else float(fields[19])
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None
