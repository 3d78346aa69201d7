"""Axes of a chart: a range that rarely moves, round tick values, and labels of a known width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Beyond these, ranges overflow and labels outgrow their width.
_LARGEST, _SMALLEST = 4e307, 1e-99
_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled value on an axis."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A visible range, linear or logarithmic; on a logarithmic one `low` is above 0."""

    low: float
    high: float
    ticks: tuple[Tick, ...]
    log: bool = False

    def fraction(self, value: float) -> float:
        """Where a value lies: 0 at `low`, 1 at `high`; below 0 or above 1 it is out of range.

        On a logarithmic axis the value must be above 0.
        """
        value = _clamped(value, self.log)
        if self.log:
            bottom = math.log(self.low)
            return (math.log(value) - bottom) / (math.log(self.high) - bottom)
        return (value - self.low) / (self.high - self.low)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    for factor in (1, 2, 5):
        # The tolerance keeps 0.1 * 3 from asking for more than 0.3.
        if factor * power >= least * (1 - 1e-9):
            return factor * power
    return 10 * power


def value_axis(low: float, high: float, count: int, width: int, log: bool = False) -> Axis:
    """An axis that holds `low` to `high` with about `count` labels, each at most `width` cells.

    Its ends are round numbers, so that a growing series seldom moves it. Where `low` equals
    `high`, that value is in the middle.
    """
    low, high = _clamped(low, log), _clamped(high, log)
    if log:
        return _log_axis(low, high, count, width)
    if high - low <= max(_SMALLEST, 1e-9 * max(abs(low), abs(high))):
        return _constant_axis((low + high) / 2, width)
    for fewer in range(max(1, count), 0, -1):
        step = round_step((high - low) / fewer)
        bottom, top = 0.0 - _outer(-low, high - low, step), _outer(high, high - low, step)
        ticks = multiples(bottom, top, step)
        labels = labels_of(ticks, step, width)
        if labels:
            break
    else:
        labels = _labels_above(ticks, step, width)
    return Axis(bottom, top, tuple(map(Tick, ticks, labels)))


def step_axis(first: int, last: int, count: int, width: int, exact: bool = False) -> Axis:
    """An axis of training steps; unless `exact`, its ends are moved out to round numbers."""
    last = max(last, first + 1)
    if not exact:
        grid = max(1, round(round_step((last - first) / 10)))
        first, last = first // grid * grid, -(-last // grid) * grid
    for fewer in range(max(1, count), 0, -1):
        step = max(1, round(round_step((last - first) / fewer)))
        ticks = list(range(-(-first // step) * step, last + 1, step)) or [first]
        labels = labels_of(ticks, step, width)
        if labels:
            break
    else:
        labels = _labels_above(ticks, step, width)
    return Axis(first, last, tuple(map(Tick, ticks, labels)))


def figure(value: float) -> str:
    """A number in four significant digits and at most 10 cells: `0.01230`, `97.80`, `1.20e-5`."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 99_999.5:
        text = f"{value:#.4g}" if abs(value) < 9_999.5 else f"{value:.0f}"
        return text.removesuffix(".")
    return _exponential(value, 2)


def _outer(end: float, span: float, step: float) -> float:
    """A round number from `end` on: one that lasts, unless it wastes over a sixth of the span."""
    for grid in (step / 2, step / 5):
        rounded = math.ceil(end / grid - 1e-9) * grid
        if rounded - end <= span / 6:
            break
    return rounded


def _clamped(value: float, log: bool) -> float:
    if log:
        return max(_SMALLEST, min(1 / _SMALLEST, value))
    return max(-_LARGEST, min(_LARGEST, value))


def multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [multiple * step for multiple in range(first, last + 1)]


def _constant_axis(value: float, width: int) -> Axis:
    if abs(value) < _SMALLEST:
        value, power = 0.0, 0
    else:
        power = math.floor(math.log10(abs(value)))
    step = 10.0**power
    # As many digits as the value needs, four at most; its neighbours get the same.
    digit = next((step / 10**n for n in range(3) if _is_multiple(value, step / 10**n)), step / 1e3)
    ticks = [value - step, value, value + step]
    labels = labels_of(ticks, digit, width)
    if not labels:
        ticks, labels = [value], [_nearest(value, width)]
    return Axis(value - step, value + step, tuple(map(Tick, ticks, labels)))


def _is_multiple(value: float, unit: float) -> bool:
    return abs(value / unit - round(value / unit)) < 1e-6


def _log_axis(low: float, high: float, count: int, width: int) -> Axis:
    if high / low < 1 + 1e-9:
        low, high = low / 10, high * 10
    if high / low < 5:
        # Too short for powers of ten to say anything.
        linear = value_axis(low, high, count, width)
        bottom = max(low / 2, linear.low)
        ticks = tuple(tick for tick in linear.ticks if tick.value >= bottom)
        return Axis(bottom, linear.high, ticks, log=True)
    below, above = (10.0 ** math.floor(math.log10(end) + 1e-9) for end in (low, high))
    low, high = math.floor(low / below + 1e-9) * below, math.ceil(high / above - 1e-9) * above
    values = _log_ticks(low, high, count)
    digits = [10.0 ** math.floor(math.log10(value) + 1e-9) for value in values]
    labels = [
        _label(value, value, digit, width) or _nearest(value, width)
        for value, digit in zip(values, digits, strict=True)
    ]
    return Axis(low, high, tuple(map(Tick, values, labels)), log=True)


def _log_ticks(low: float, high: float, count: int) -> list[float]:
    """The densest round choice of at most `count` + 2 values."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    choices: list[tuple[int, Sequence[int]]] = [
        (1, range(1, 10)),
        (1, (1, 2, 5)),
        (1, (1, 3)),
        (1, (1,)),
    ]
    choices += [(stride, (1,)) for stride in (2, 3, 5, 10, 20, 50, 100, 200)]
    for stride, factors in choices:
        ticks = [
            factor * 10.0**power
            for power in range(-(-first // stride) * stride, last + 1, stride)
            for factor in factors
            if low * (1 - 1e-9) <= factor * 10.0**power <= high * (1 + 1e-9)
        ]
        if len(ticks) <= count + 2:
            return ticks
    return []


def labels_of(values: Sequence[float], step: float, width: int) -> list[str]:
    """Exact labels in one notation for multiples of a round step; none if they don't all fit."""
    largest = max((abs(value) for value in values), default=0.0)
    labels = [_label(value, largest, step, width) for value in values]
    return labels if all(labels) else []


def _labels_above(values: Sequence[float], step: float, width: int) -> list[str]:
    """For values whose differences lie beyond the digits that fit: about the first value, and how
    far above it the others are: `1000.00`, `+0.001`, `+0.002`.
    """
    above = [value - values[0] for value in values[1:]]
    return [
        _nearest(values[0], width),
        *(
            "+" + (_label(value, above[-1], step, width - 1) or _nearest(value, width - 1))
            for value in above
        ),
    ]


def _label(value: float, largest: float, step: float, width: int) -> str:
    """An exact label for one of several multiples of `step` up to `largest`; empty if none fits."""
    if abs(value) < step / 1e6:
        value = 0.0
    plain = f"{value:.{_decimals(step)}f}"
    if largest == 0 or 1e-3 <= largest < 1e4:
        choices = [plain]
    elif 1e4 <= largest < 1e15:
        scale, prefix = next(pair for pair in _PREFIXES if largest >= pair[0])
        decimals = _decimals(step / scale)
        short = f"{value / scale:.{decimals}f}{prefix}" if value else "0"
        choices = [short] if decimals < 2 else [plain, short]
    else:
        choices = ["0"] if value == 0 else []
    if value:
        digits = math.floor(math.log10(abs(value)) + 1e-9) - math.floor(math.log10(step) + 1e-9)
        choices.append(_exponential(value, max(0, digits)))
    return next((text for text in choices if len(text) <= width), "")


def _nearest(value: float, width: int) -> str:
    """A label with as many digits as fit."""
    plain = [f"{value:.{decimals}f}" for decimals in range(6, -1, -1)] if abs(value) >= 1e-3 else []
    exponential = [_exponential(value, precision) for precision in range(6, -1, -1)]
    return next((text for text in plain + exponential if len(text) <= width), "")


def _exponential(value: float, precision: int) -> str:
    mantissa, exponent = f"{value:.{precision}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _decimals(step: float) -> int:
    """How many decimals tell multiples of a round step apart."""
    return max(0, -math.floor(math.log10(step) + 1e-9))
