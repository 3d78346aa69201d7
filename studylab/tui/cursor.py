"""The cursor that goes over the points of a chart, and what the curves have where it is."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from studylab.metrics.series import Series


def next_step(series: Iterable[Series], step: int, least: int = 1) -> int:
    """The first step with a point that lies at least `least` after `step`; else the last one."""
    filled = [each for each in series if len(each)]
    found = []
    for each in filled:
        at = bisect_left(each.steps, step + max(1, least))
        if at < len(each):
            found.append(each.steps[at])
    return min(found) if found else max((each.steps[-1] for each in filled), default=step)


def step_before(series: Iterable[Series], step: int, least: int = 1) -> int:
    """The last step with a point that lies at least `least` before `step`; else the first one."""
    filled = [each for each in series if len(each)]
    found = []
    for each in filled:
        at = bisect_right(each.steps, step - max(1, least)) - 1
        if at >= 0:
            found.append(each.steps[at])
    return max(found) if found else min((each.steps[0] for each in filled), default=step)


def nearest_step(series: Iterable[Series], step: int) -> int:
    """The step with a point that is closest to `step`."""
    series = [each for each in series if len(each)]
    if not series:
        return step
    before, after = step_before(series, step + 1), next_step(series, step - 1)
    return before if abs(before - step) <= abs(after - step) else after


def time_at(series: Series, step: int) -> float | None:
    """When a step was logged, in seconds since 1970: the time of the last point up to it."""
    at = max(0, bisect_right(series.steps, step) - 1)
    if not len(series) or not math.isfinite(series.times[at]):
        return None
    return series.times[at]


def step_at(series: Series, time: float) -> int | None:
    """The step that a run had come to at a time, between two points by the time between them.

    None before the first point and after the last.
    """
    times, steps = series.times, series.steps
    after = bisect_left(times, time)
    if after == len(times):
        return None
    if times[after] == time:
        return steps[after]
    if after == 0:
        return None
    share = (time - times[after - 1]) / (times[after] - times[after - 1])
    if not 0 <= share <= 1:
        # Resumed runs may have gone over the same steps twice; times then jump.
        return steps[after - 1]
    return steps[after - 1] + int((steps[after] - steps[after - 1]) * share)
