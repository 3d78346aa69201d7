"""A metric folded into few bins, however long it is: what the rules look at.

Each point is looked at twice, by `sum` and by `min` and `max`; a judgement then costs the same for
a thousand points and for a million.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from studylab.metrics.series import Series

MOST_BINS = 128
FIRST = 10
"""Values that the start of a curve is told from."""


class Bin(NamedTuple):
    """Some points in a row: the step of the first, how many, and their values."""

    step: int
    points: int
    mean: float
    low: float
    high: float


class Bad(NamedTuple):
    """A value that is no number."""

    step: int
    value: float


class Curve:
    """One metric; `take` brings it up to what its series holds."""

    def __init__(self) -> None:
        self.bins: list[Bin] = []
        self.first: list[float] = []
        """The first finite values."""
        self.first_step: int | None = None
        self.last_step = 0
        self.recent: Sequence[float] = ()
        """The last finite values."""
        self.bad: Bad | None = None
        """The first value that is no number."""
        self._size = 1
        self._folded = 0
        self._scanned = 0

    @property
    def count(self) -> int:
        """How many points were taken, as far as they count."""
        return sum(each.points for each in self.bins)

    def take(self, series: Series) -> bool:
        """Take what a series has more than before; whether there was anything.

        A run that went on from an earlier step starts a new curve: what is before its place and
        what is after were made by different weights.
        """
        end = len(series)
        if end in (0, self._scanned):
            return False
        if self._scanned > end or (
            self._scanned and series.steps[self._scanned - 1] != self.last_step
        ):
            self._start_anew(end)
        self._scan(series, end)
        self._fold(series, end)
        self.last_step = series.steps[end - 1]
        self.recent = [v for v in series.values[max(0, end - FIRST) : end] if math.isfinite(v)]
        return True

    def mean(self, start: float, stop: float) -> float:
        """The mean of the points from the part `start` to the part `stop` of the curve, 0 to 1;
        NaN if there are none."""
        count = len(self.bins)
        part = self.bins[int(start * count) : max(int(start * count) + 1, round(stop * count))]
        total = sum(each.points for each in part)
        return sum(each.mean * each.points for each in part) / total if total else math.nan

    def at_end(self) -> tuple[float, int, int]:
        """The value that the curve has ended on without a change, how often in a row, and since
        which step; NaN and 0 if it has no bins."""
        value, count, since = math.nan, 0, 0
        for each in reversed(self.bins):
            if each.low != each.high or (count and each.low != value):
                break
            value, count, since = each.low, count + each.points, each.step
        return value, count, since

    def _start_anew(self, end: int) -> None:
        self.bins, self.first, self.first_step = [], [], None
        self._size = 1
        self._scanned = self._folded = end - 1

    def _scan(self, series: Series, end: int) -> None:
        part = series.values[self._scanned : end]
        if self.first_step is None:
            self.first_step = series.steps[self._scanned]
        if len(self.first) < FIRST:
            more = [v for v in part[: 2 * FIRST] if math.isfinite(v)]
            self.first += more[: FIRST - len(self.first)]
        if self.bad is None and not math.isfinite(sum(part)):
            # A sum of large values overflows: only a look at each of them tells.
            at = next((i for i, v in enumerate(part) if not math.isfinite(v)), None)
            if at is not None:
                self.bad = Bad(series.steps[self._scanned + at], part[at])
        self._scanned = end

    def _fold(self, series: Series, end: int) -> None:
        while end - self._folded >= self._size:
            start, self._folded = self._folded, self._folded + self._size
            part: Sequence[float] = series.values[start : self._folded]
            if not math.isfinite(sum(part)):
                part = [v for v in part if math.isfinite(v)]
            if not part:
                continue
            low, high = min(part), max(part)
            mean = sum(part) / len(part)
            if not math.isfinite(mean):
                mean = sum(v / len(part) for v in part)
            self.bins.append(Bin(series.steps[start], len(part), mean, low, high))
            if len(self.bins) >= MOST_BINS:
                self._halve()

    def _halve(self) -> None:
        pairs = zip(self.bins[::2], self.bins[1::2], strict=True)
        self.bins = [_joined(one, other) for one, other in pairs]
        self._size *= 2


def _joined(one: Bin, other: Bin) -> Bin:
    count = one.points + other.points
    mean = one.mean * (one.points / count) + other.mean * (other.points / count)
    return Bin(one.step, count, mean, min(one.low, other.low), max(one.high, other.high))
