"""How busy this machine is: processor cores, memory, swap, load."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class MachineSample:
    """One look at the machine. Sizes are in bytes, `time` in seconds since 1970.

    `cpu_percent` is the share of all cores together, `per_core` that of each, both from 0 to 100
    and since the sample before; None and empty if no time had passed since then.
    `load` is the number of runnable processes, averaged over 1, 5 and 15 minutes; None on systems
    that don't count them.
    """

    time: float
    cpu_percent: float | None
    per_core: tuple[float, ...]
    memory_used: int
    memory_total: int
    swap_used: int
    swap_total: int
    load: tuple[float, float, float] | None


class Machine:
    """Samples the machine; the first sample covers the time since it was made."""

    def __init__(self) -> None:
        self._cores = _core_times()

    def sample(self) -> MachineSample:
        """The machine now. Memory in use is what processes can't have without swapping."""
        before, self._cores = self._cores, _core_times()
        spans = [
            (new_busy - busy, new_total - total)
            for (busy, total), (new_busy, new_total) in zip(before, self._cores, strict=False)
        ]
        elapsed = sum(total for _, total in spans)
        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
        return MachineSample(
            time=time.time(),
            cpu_percent=_percent(sum(busy for busy, _ in spans), elapsed) if elapsed > 0 else None,
            per_core=tuple(_percent(*span) for span in spans) if elapsed > 0 else (),
            memory_used=memory.total - memory.available,
            memory_total=memory.total,
            swap_used=swap.used,
            swap_total=swap.total,
            load=_load(),
        )


def _core_times() -> list[tuple[float, float]]:
    """Busy and total seconds of each core since the machine started."""
    cores = []
    for core in psutil.cpu_times(percpu=True):
        # Linux counts the time of guests in that of users too.
        guests = getattr(core, "guest", 0.0) + getattr(core, "guest_nice", 0.0)
        total = sum(core) - guests
        cores.append((total - core.idle - getattr(core, "iowait", 0.0), total))
    return cores


def _percent(busy: float, total: float) -> float:
    # Counters of single cores may step back a little.
    return max(0.0, min(100.0, 100 * busy / total)) if total > 0 else 0.0


def _load() -> tuple[float, float, float] | None:
    try:
        return os.getloadavg()
    except (AttributeError, OSError):
        return None
