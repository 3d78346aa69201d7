"""What charts show of a metric beside its own points: a smoothed line, or time in place of steps.

A long series is worked through piece by piece, so that no key waits for it; then only what is new
is added, as the series grows.
"""

from __future__ import annotations

import math
from array import array

from studylab.metrics.series import ExponentialAverage, Series

WEIGHTS = (0.0, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)
"""Strengths of smoothing: the share that the average before keeps at each point."""

PIECE = 5_000
_LARGEST = 2**62


class Derived:
    """A series made of another, point by point.

    `weight` above 0 smooths the values; with `began` the steps become milliseconds since then, and
    points whose time is no number are left out.
    """

    def __init__(self, source: Series, weight: float = 0.0, began: float | None = None) -> None:
        self.source = source
        self.series = Series()
        self._weight = weight
        self._began = began
        self._average = ExponentialAverage(weight)
        self._taken = 0
        self._merges = source.merges

    @property
    def behind(self) -> bool:
        """Whether there is more to take from the source."""
        return self._taken < len(self.source) or self._merges != self.source.merges

    def grow(self, most: int = PIECE) -> None:
        """Take at most so many further points; all over again if some came in before others."""
        source = self.source
        if self._merges != source.merges:
            self._merges = source.merges
            self._taken = 0
            self._average = ExponentialAverage(self._weight)
            self.series = Series()
        start, stop = self._taken, min(len(source), self._taken + most)
        self._taken = stop
        values, times = source.values[start:stop], source.times[start:stop]
        if self._weight:
            values = array("d", self._average.extend(values))
        if self._began is None:
            self.series.extend(source.steps[start:stop], values, times)
            return
        began = self._began
        if math.isfinite(sum(times)):
            self.series.extend([_milliseconds(t - began) for t in times], values, times)
            return
        known = [at for at, time in enumerate(times) if math.isfinite(time)]
        self.series.extend(
            [_milliseconds(times[at] - began) for at in known],
            [values[at] for at in known],
            [times[at] for at in known],
        )


def _milliseconds(seconds: float) -> int:
    return max(-_LARGEST, min(_LARGEST, int(seconds * 1000)))


def next_weight(weight: float, by: int) -> float:
    """The next strength, up or down; at either end it stays."""
    at = WEIGHTS.index(weight) + by
    return WEIGHTS[max(0, min(len(WEIGHTS) - 1, at))]
