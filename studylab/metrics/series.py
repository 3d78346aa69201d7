"""One metric over training steps, and the few of its points that a chart needs.

A chart of 200 columns can show at most a handful of values per column, however many points a run
has logged. `downsample` gives it the first, lowest, highest and last point of each column, so a
spike of a single point is never lost. A summary of every `BLOCK` points (where the lowest and the
highest are) is kept beside the points and grows with them; a redraw of a series of a million
points therefore looks at some thousand summaries, not at the points.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from operator import le
from typing import Any, NamedTuple

BLOCK = 128

_NAN, _INF, _MINUS_INF = 1, 2, 4
_NONFINITE: tuple[tuple[float, ...], ...] = tuple(
    tuple(
        value
        for bit, value in ((_NAN, math.nan), (_INF, math.inf), (_MINUS_INF, -math.inf))
        if kinds & bit
    )
    for kinds in range(8)
)


class Point(NamedTuple):
    """A value at a training step."""

    step: int
    value: float


class Bucket(NamedTuple):
    """What one column of a chart shows.

    `points` are finite, in the order of their steps, at most four: the first, the lowest, the
    highest and the last of the column, each once. `nonfinite` holds each of NaN, inf and -inf
    that occurred in the column, once.
    """

    column: int
    points: tuple[Point, ...]
    nonfinite: tuple[float, ...]


class Series:
    """The points of one metric: step, value, and time in seconds since 1970.

    The points are always sorted by step, and points of one step are in the order in which they
    arrived. A step that goes backwards (a run that was resumed from a checkpoint, several folds in
    one file) is put in its place: nothing is dropped, and where two passes overlap both show. Its
    cost grows with the number of points after that place; points that arrive in order cost the
    same however long the series is.

    NaN and the infinities are kept, and never count as a minimum or maximum.
    """

    __slots__ = (
        "_high_at",
        "_highs",
        "_kinds",
        "_last",
        "_low_at",
        "_lows",
        "merges",
        "steps",
        "times",
        "values",
    )

    def __init__(self) -> None:
        self.steps = array("q")
        self.values = array("d")
        self.times = array("d")
        self.merges = 0
        """How often points came in before others: what was worked out of the series no longer
        holds."""
        self._last: Point | None = None
        # One entry per full block: the extrema's values, their positions, and which of NaN, inf
        # and -inf it holds.
        self._lows = array("d")
        self._highs = array("d")
        self._low_at = array("q")
        self._high_at = array("q")
        self._kinds = bytearray()

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def last(self) -> Point | None:
        """The point that arrived last, which after a resume need not have the highest step."""
        return self._last

    @property
    def minimum(self) -> float | None:
        """The lowest finite value."""
        low, _, _ = self._extrema(0, len(self))
        return None if low < 0 else self.values[low]

    @property
    def maximum(self) -> float | None:
        """The highest finite value."""
        _, high, _ = self._extrema(0, len(self))
        return None if high < 0 else self.values[high]

    def append(self, step: int, value: float, time: float) -> None:
        """Add one point.

        Raises:
            OverflowError: the step needs more than 64 bits.
        """
        if self.steps and step < self.steps[-1]:
            self.extend((step,), (value,), (time,))
            return
        value, time = float(value), float(time)
        self.steps.append(step)
        self.values.append(value)
        self.times.append(time)
        self._last = Point(step, value)

    def extend(self, steps: Iterable[int], values: Iterable[float], times: Iterable[float]) -> None:
        """Add points, given column by column; fastest from arrays.

        Raises:
            OverflowError: a step needs more than 64 bits; no point was added.
            ValueError: the columns differ in length; no point was added.
        """
        more_steps = array("q", steps)
        more_values, more_times = array("d", values), array("d", times)
        if not len(more_steps) == len(more_values) == len(more_times):
            raise ValueError("steps, values and times differ in length")
        if not more_steps:
            return
        end = len(self.steps)
        self.steps.extend(more_steps)
        self.values.extend(more_values)
        self.times.extend(more_times)
        self._last = Point(more_steps[-1], more_values[-1])
        joined = self.steps[max(0, end - 1) :]
        if not all(map(le, joined, joined[1:])):
            self._merge(end)

    def neighbours(self, low: int, high: int) -> tuple[Point | None, Point | None]:
        """The last point before step `low` and the first after `high`, where there are any."""
        before, after = bisect_left(self.steps, low) - 1, bisect_right(self.steps, high)
        return (
            Point(self.steps[before], self.values[before]) if before >= 0 else None,
            Point(self.steps[after], self.values[after]) if after < len(self) else None,
        )

    def at(self, step: int) -> Point | None:
        """The last point at or before `step`."""
        found = bisect_right(self.steps, step) - 1
        return Point(self.steps[found], self.values[found]) if found >= 0 else None

    def first_nonfinite(self) -> Point | None:
        """The first NaN or infinity; as quick in a long series as in a short one."""
        self._summarise()
        clean = len(self._kinds) - len(self._kinds.lstrip(b"\0"))
        for at in range(clean * BLOCK, len(self)):
            if not math.isfinite(self.values[at]):
                return Point(self.steps[at], self.values[at])
        return None

    def _merge(self, end: int) -> None:
        """Put the points after `end`, which are in any order, among the sorted ones before it."""
        self.merges += 1
        more = self.steps[end:]
        start = bisect_right(self.steps, min(more), 0, end)
        stop = bisect_right(self.steps, max(more), 0, end)
        order = [*range(start, stop), *range(end, len(self.steps))]
        order.sort(key=self.steps.__getitem__)
        columns: tuple[array[Any], ...] = (self.steps, self.values, self.times)
        for column in columns:
            merged = array(column.typecode, map(column.__getitem__, order))
            del column[end:]
            column[start:stop] = merged
        kept = start // BLOCK
        for summary in (self._lows, self._highs, self._low_at, self._high_at, self._kinds):
            del summary[kept:]

    def _summarise(self) -> None:
        """Bring the summaries up to the last full block."""
        for block in range(len(self._kinds), len(self.values) // BLOCK):
            low, high, kinds = self._scan(block * BLOCK, (block + 1) * BLOCK)
            self._lows.append(math.inf if low < 0 else self.values[low])
            self._highs.append(-math.inf if high < 0 else self.values[high])
            self._low_at.append(low)
            self._high_at.append(high)
            self._kinds.append(kinds)

    def _scan(self, start: int, stop: int) -> tuple[int, int, int]:
        """As `_extrema`, by looking at every point of a range that is not empty."""
        part = self.values[start:stop].tolist()
        # A sum is finite only if every term is; a sum that overflows merely takes the slow way.
        if math.isfinite(sum(part)):
            return start + part.index(min(part)), start + part.index(max(part)), 0
        low = high = -1
        kinds = 0
        for position, value in enumerate(part):
            if math.isfinite(value):
                if low < 0 or value < part[low]:
                    low = position
                if high < 0 or value > part[high]:
                    high = position
            elif math.isnan(value):
                kinds |= _NAN
            else:
                kinds |= _INF if value > 0 else _MINUS_INF
        return (-1, -1, kinds) if low < 0 else (start + low, start + high, kinds)

    def _extrema(self, start: int, stop: int) -> tuple[int, int, int]:
        """Positions of the lowest and highest finite value in a range, -1 where there is none,
        and which kinds of non-finite value it holds, as bits.
        """
        if start >= stop:
            return -1, -1, 0
        first, last = -(-start // BLOCK), stop // BLOCK
        if first >= last:
            return self._scan(start, stop)
        self._summarise()
        found = [self._block_extrema(first, last)]
        if start < first * BLOCK:
            found.append(self._scan(start, first * BLOCK))
        if last * BLOCK < stop:
            found.append(self._scan(last * BLOCK, stop))
        values = self.values
        kinds = 0
        for _, _, more in found:
            kinds |= more
        finite = [(low, high) for low, high, _ in found if low >= 0]
        if not finite:
            return -1, -1, kinds
        return (
            min((low for low, _ in finite), key=values.__getitem__),
            max((high for _, high in finite), key=values.__getitem__),
            kinds,
        )

    def _block_extrema(self, first: int, last: int) -> tuple[int, int, int]:
        lows, highs = self._lows[first:last], self._highs[first:last]
        low = self._low_at[first + lows.index(min(lows))]
        high = self._high_at[first + highs.index(max(highs))]
        kinds = 0
        for found in set(self._kinds[first:last]):
            kinds |= found
        return low, high, kinds


def downsample(
    series: Series, columns: int, x_range: tuple[int, int] | None = None
) -> list[Bucket]:
    """The points that a chart `columns` wide shows, column by column; empty columns are left out.

    `x_range` is the first and last visible step, both included; without it, all of them. Step `s`
    is in column `(s - first) * columns // (last - first)`, the last step in the last column.
    """
    steps = series.steps
    if not steps or columns < 1:
        return []
    low, high = x_range if x_range is not None else (steps[0], steps[-1])
    position, stop = bisect_left(steps, low), bisect_right(steps, high)
    span = max(1, high - low)
    buckets = []
    while position < stop:
        column = min(columns - 1, (steps[position] - low) * columns // span)
        if column == columns - 1:
            end = stop
        else:
            end = bisect_left(steps, low - (-span * (column + 1)) // columns, position, stop)
        buckets.append(_bucket(series, column, position, end))
        position = end
    return buckets


def _bucket(series: Series, column: int, start: int, stop: int) -> Bucket:
    steps, values = series.steps, series.values
    if stop - start == 1 and math.isfinite(values[start]):
        return Bucket(column, (Point(steps[start], values[start]),), ())
    low, high, kinds = series._extrema(start, stop)
    if low < 0:
        return Bucket(column, (), _NONFINITE[kinds])
    first, last = start, stop - 1
    while not math.isfinite(values[first]):
        first += 1
    while not math.isfinite(values[last]):
        last -= 1
    points = tuple(Point(steps[at], values[at]) for at in sorted({first, low, high, last}))
    return Bucket(column, points, _NONFINITE[kinds])


class ExponentialAverage:
    """A running exponential average, corrected for its start at zero (as Adam corrects its own).

    After values x_1 ... x_n and with weight w it is (1 - w) * sum(w^(n - i) * x_i) / (1 - w^n).
    It can be fed a series piece by piece as the series grows. NaN and the infinities come out as
    they went in and leave the average alone.
    """

    def __init__(self, weight: float) -> None:
        if not 0 <= weight < 1:
            raise ValueError(f"weight must be at least 0 and below 1, not {weight}")
        self.weight = weight
        self._average = 0.0
        self._remaining = 1.0

    def extend(self, values: Iterable[float]) -> list[float]:
        """The average after each of `values`."""
        weight, average, remaining = self.weight, self._average, self._remaining
        smoothed = []
        for value in values:
            if not math.isfinite(value):
                smoothed.append(value)
                continue
            average = weight * average + (1 - weight) * value
            remaining *= weight
            smoothed.append(average / (1 - remaining))
        self._average, self._remaining = average, remaining
        return smoothed


def smooth(values: Iterable[float], weight: float) -> list[float]:
    """The exponential average of `values` at each of them; weight 0 changes nothing.

    Raises:
        ValueError: the weight is below 0, or 1 or more.
    """
    return ExponentialAverage(weight).extend(values)
