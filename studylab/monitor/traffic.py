"""What goes over the network and the disks of this machine."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

_VIRTUAL = ("lo", "veth", "docker", "br-", "virbr", "ifb", "cni", "flannel", "cali", "bridge")
"""How names of interfaces begin whose traffic stays here, or is counted at another one too."""


@dataclass(frozen=True, slots=True)
class TrafficSample:
    """Bytes a second since the sample before; None where the system does not count them."""

    received: float | None
    sent: float | None
    read: float | None
    written: float | None


class Traffic:
    """Samples the traffic; the first sample covers the time since it was made."""

    def __init__(self) -> None:
        self._clock = time.monotonic()
        self._network = _network()
        self._disks = _disks()

    def sample(self) -> TrafficSample:
        """The traffic now."""
        clock, network, disks = time.monotonic(), _network(), _disks()
        elapsed = clock - self._clock
        received, sent = _rates(self._network, network, elapsed)
        read, written = _rates(self._disks, disks, elapsed)
        self._clock, self._network, self._disks = clock, network, disks
        return TrafficSample(received, sent, read, written)


Counters = dict[str, tuple[int, int]]


def _rates(before: Counters, after: Counters, elapsed: float) -> tuple[float | None, float | None]:
    """Both rates over whatever was there at both looks."""
    both = before.keys() & after.keys()
    if not both or elapsed <= 0:
        return None, None
    # A counter that steps back was set to zero: an interface came anew.
    into = sum(max(0, after[name][0] - before[name][0]) for name in both)
    out = sum(max(0, after[name][1] - before[name][1]) for name in both)
    return into / elapsed, out / elapsed


def _network() -> Counters:
    try:
        found = psutil.net_io_counters(pernic=True, nowrap=False)
    except (psutil.Error, OSError, RuntimeError):
        return {}
    return {
        name: (each.bytes_recv, each.bytes_sent)
        for name, each in (found or {}).items()
        if not name.startswith(_VIRTUAL)
    }


def _disks() -> Counters:
    try:
        found = psutil.disk_io_counters(perdisk=False, nowrap=False)
    except (psutil.Error, OSError, RuntimeError):
        return {}
    return {"all": (found.read_bytes, found.write_bytes)} if found else {}
