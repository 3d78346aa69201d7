"""The last minutes of the machine's figures, and how they are drawn in one line."""

from __future__ import annotations

from collections import deque

from studylab.runs.machine_use import View

CELL_SECONDS = 5.0
"""What one cell of a curve stands for; its height is the highest share of that time."""
KEPT = 1800
"""Looks that are kept: half an hour of one a second."""
BLOCKS = "▁▂▃▄▅▆▇█"

NETWORK, DISKS = "network", "disks"


class History:
    """What has been seen, by the name of each figure: shares from 0 to 1, and rates."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[tuple[float, float]]] = {}
        self._now = 0.0

    def add(self, view: View) -> None:
        """Keep the figures of a look."""
        self._now = view.time
        machine, traffic = view.machine, view.traffic
        self._keep("cpu", machine.cpu_percent, 100)
        self._keep("memory", machine.memory_used, machine.memory_total)
        for name, rates in (
            (NETWORK, (traffic.received, traffic.sent)),
            (DISKS, (traffic.read, traffic.written)),
        ):
            known = [rate for rate in rates if rate is not None]
            self._keep(name, sum(known) if known else None, 1)
        for use in view.gpus:
            self._keep(gpu_name(use.sample.index), use.sample.utilisation, 100)

    def curve(self, name: str, cells: int) -> list[float | None]:
        """A share for each cell, the newest last; None where nothing was seen. Rates are shares of
        the highest one that is shown."""
        last = int(self._now // CELL_SECONDS)
        first = last - cells + 1
        curve: list[float | None] = [None] * cells
        for at, value in self._seen.get(name, ()):
            cell = int(at // CELL_SECONDS) - first
            if 0 <= cell < cells:
                curve[cell] = max(value, curve[cell] or 0.0)
        if name in (NETWORK, DISKS):
            highest = max((each for each in curve if each is not None), default=0.0)
            curve = [each / highest if each and highest else each for each in curve]
        return curve

    def _keep(self, name: str, value: float | None, whole: float) -> None:
        if value is not None and whole > 0:
            self._seen.setdefault(name, deque(maxlen=KEPT)).append((self._now, value / whole))


def gpu_name(index: int) -> str:
    """The name of a GPU's utilisation."""
    return f"gpu {index}"


def drawn(curve: list[float | None], *, ascii_only: bool) -> str:
    """A curve as one line: the higher a share, the fuller its cell; in ASCII a digit for its tens
    of percent. What was not seen is blank."""
    return "".join(" " if share is None else level(share, ascii_only) for share in curve)


def level(share: float, ascii_only: bool) -> str:
    """One cell that shows a share."""
    share = max(0.0, min(1.0, share))
    if ascii_only:
        return str(min(9, int(share * 10)))
    return BLOCKS[min(len(BLOCKS) - 1, int(share * len(BLOCKS)))]
