"""How often the kernel has killed a process because the memory ran out (Linux)."""

from __future__ import annotations

from pathlib import Path

VMSTAT = Path("/proc/vmstat")


def count() -> int:
    """Kills since the machine was started; 0 where the kernel does not say."""
    try:
        for line in VMSTAT.read_text("ascii").splitlines():
            name, _space, value = line.partition(" ")
            if name == "oom_kill":
                return int(value)
    except (OSError, ValueError):
        pass
    return 0
