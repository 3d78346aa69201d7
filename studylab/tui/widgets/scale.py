"""What the bottom axis of a chart counts: steps, epochs, or the time since a run's start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from studylab.tui.widgets.axis import (
    Axis,
    Tick,
    labels_of,
    multiples,
    round_step,
    step_axis,
)

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
_LABEL = 6
_ROUND_TIMES = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(seconds * SECOND for seconds in (1, 2, 5, 10, 15, 30)),
    *(minutes * MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR for hours in (1, 2, 3, 6, 12)),
)


class Scale(Protocol):
    """Makes the bottom axis for the whole numbers `first` to `last`, for `columns` cells; unless
    `exact`, its ends are moved out to round numbers, so that a growing line seldom moves it."""

    def axis(self, first: int, last: int, columns: int, exact: bool) -> Axis:
        """The range that is visible, and its labels."""
        ...


@dataclass(frozen=True, slots=True)
class Steps:
    """Training steps."""

    def axis(self, first: int, last: int, columns: int, exact: bool) -> Axis:
        """Round numbers of steps."""
        return step_axis(first, last, max(1, columns // 9), _LABEL, exact)


STEPS = Steps()


@dataclass(frozen=True, slots=True)
class Epochs:
    """Training steps, told as epochs of `per_epoch` steps each."""

    per_epoch: float

    def axis(self, first: int, last: int, columns: int, exact: bool) -> Axis:
        """Round numbers of epochs, at their steps."""
        steps = step_axis(first, last, 1, _LABEL, exact)
        low, high = steps.low / self.per_epoch, steps.high / self.per_epoch
        for count in range(max(1, columns // 9), 0, -1):
            step = round_step((high - low) / count)
            epochs = multiples(low, high, step)
            labels = labels_of(epochs, step, _LABEL)
            if labels:
                ticks = zip(epochs, labels, strict=True)
                return Axis(
                    steps.low,
                    steps.high,
                    tuple(Tick(epoch * self.per_epoch, label) for epoch, label in ticks),
                )
        return Axis(steps.low, steps.high, ())


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Milliseconds since the start of a run, told as `0:30`, `12:30`, `1:02:30`, `2d 03h`."""

    def axis(self, first: int, last: int, columns: int, exact: bool) -> Axis:
        """Round times, as a clock has them."""
        whole = step_axis(first, last, 1, _LABEL, exact)
        low, high = int(whole.low), int(whole.high)
        step = time_step((high - low) / max(1, columns // 11))
        ticks = range(-(-low // step) * step, high + 1, step)
        return Axis(low, high, tuple(Tick(at, clock(at, step)) for at in ticks))


def time_step(least: float) -> int:
    """The smallest round time that is at least so many milliseconds."""
    for step in _ROUND_TIMES:
        if step >= least:
            return step
    return DAY * max(1, round(round_step(least / DAY)))


def clock(at: int, step: int = SECOND) -> str:
    """A time since the start, as exact as multiples of `step` need it."""
    sign, at = ("-" if at < 0 else ""), abs(at)
    if step >= DAY:
        return f"{sign}{at // DAY}d"
    if at >= DAY:
        days, hours = f"{sign}{at // DAY}d", f"{at % DAY // HOUR:02}"
        if step >= HOUR:
            return f"{days} {hours}h"
        return f"{days} {hours}:{clock(at % HOUR, step).rjust(5, '0')}"
    part = ""
    if step < SECOND:
        part = f".{at % SECOND:03}"[: 2 if step >= 100 else 3 if step >= 10 else 4]
    seconds = f"{at % MINUTE // SECOND:02}{part}"
    if at >= HOUR:
        return f"{sign}{at // HOUR}:{at % HOUR // MINUTE:02}:{seconds}"
    return f"{sign}{at // MINUTE}:{seconds}"
