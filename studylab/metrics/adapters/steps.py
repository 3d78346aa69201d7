"""The training step of a line of output, from the counts in it and in those before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from studylab.metrics.adapters.patterns import Found

MOST_NAMES = 500
"""Different metrics of one log; a program that prints more prints something else."""

_MOST_LAPS = 50


@dataclass
class Steps:
    """Numbers the lines of a log. Its state is small, plain, and follows from the lines alone.

    A count that starts again (of an epoch, of a progress bar) goes on where it stopped. A line
    without any count belongs to the step before it, or comes one after the last of its kind.
    """

    epoch: int | None = None
    last: int | None = None
    counted_in_epoch: bool = False
    laps: dict[str, list[int]] = field(default_factory=dict)
    """By the total of a count: the last count, what was before its lap, and its epoch."""
    names: dict[str, int] = field(default_factory=dict)
    """The last step of each metric."""
    before: dict[str, float] = field(default_factory=dict)
    """What the line before said: a progress bar says it again and again."""

    def number(self, found: Found) -> tuple[int, dict[str, float]] | None:
        """The step of a line, and what of it is taken; None if nothing is."""
        counted = found.count is not None
        if found.epoch is not None and found.epoch != self.epoch:
            self.epoch, self.counted_in_epoch = found.epoch, False
        if found.count is not None:
            self.last = self._count(found.count, found.total)
            self.counted_in_epoch = True
        elif found.epoch is not None and not self.counted_in_epoch:
            self.last = found.epoch
            counted = True
        scalars = {
            name: value
            for name, value in found.scalars.items()
            if name in self.names or len(self.names) < MOST_NAMES
        }
        if not scalars:
            return None
        step = self.last if counted and self.last is not None else self._next(scalars)
        # As text: NaN is not equal to itself.
        again = str(scalars) == str(self.before)
        if counted and again and all(self.names.get(name) == step for name in scalars):
            return None
        self.before = scalars
        self.names.update(dict.fromkeys(scalars, step))
        return step, scalars

    def _next(self, scalars: dict[str, float]) -> int:
        """The step of a line that tells none."""
        behind = max((self.names[name] for name in scalars if name in self.names), default=None)
        if self.last is not None and (behind is None or self.last > behind):
            return self.last
        return 1 if behind is None else behind + 1

    def _count(self, count: int, total: int | None) -> int:
        key = str(total)
        epoch = -1 if self.epoch is None else self.epoch
        lap = self.laps.get(key)
        if lap is None:
            if len(self.laps) >= _MOST_LAPS:
                self.laps.clear()
            self.laps[key] = [count, 0, epoch]
            return count
        before, offset, of_epoch = lap
        if count < before or (count == before and epoch != of_epoch):
            offset += max(total or 0, before) if count or total else before + 1
        self.laps[key] = [count, offset, epoch]
        return min(offset + count, (1 << 62))

    def record(self) -> dict[str, Any]:
        """For `read`."""
        return {
            "epoch": self.epoch,
            "last": self.last,
            "counted": self.counted_in_epoch,
            "laps": self.laps,
            "names": self.names,
            "before": {name: repr(value) for name, value in self.before.items()},
        }

    @classmethod
    def read(cls, record: dict[str, Any]) -> Steps:
        """The state in a record.

        Raises:
            KeyError, TypeError, ValueError: it holds none.
        """
        return cls(
            epoch=record["epoch"],
            last=record["last"],
            counted_in_epoch=bool(record["counted"]),
            laps={str(key): [int(each) for each in lap] for key, lap in record["laps"].items()},
            names={str(name): int(step) for name, step in record["names"].items()},
            before={str(name): float(value) for name, value in record["before"].items()},
        )
