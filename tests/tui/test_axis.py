"""Axes: round ends that seldom move, labels that differ, fit, and mean what they say."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.tui.widgets.axis import Axis, figure, round_step, step_axis, value_axis

values = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
WIDTH = 7


def labels(axis: Axis) -> list[str]:
    return [tick.label for tick in axis.ticks]


def read(label: str) -> float:
    powers = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
    return float(label[:-1]) * powers[label[-1]] if label[-1] in powers else float(label)


@given(values, values, st.integers(1, 8))
def test_any_two_values_make_an_axis_that_holds_them(one: float, other: float, count: int) -> None:
    low, high = min(one, other), max(one, other)
    axis = value_axis(low, high, count, WIDTH)
    assert -1e-6 <= axis.fraction(low) <= axis.fraction(high) <= 1 + 1e-6
    assert axis.ticks
    assert len(axis.ticks) <= 2 * count + 3
    assert all(0 < len(label) <= WIDTH for label in labels(axis))
    assert len(set(labels(axis))) == len(axis.ticks)
    assert all(-1e-6 <= axis.fraction(tick.value) <= 1 + 1e-6 for tick in axis.ticks)


@given(values, values, st.integers(1, 8))
def test_labels_say_where_their_ticks_are(one: float, other: float, count: int) -> None:
    axis = value_axis(min(one, other), max(one, other), count, WIDTH)
    if len(axis.ticks) < 2 or axis.ticks[1].label.startswith("+"):
        return
    spacing = axis.ticks[1].value - axis.ticks[0].value
    for tick in axis.ticks:
        assert abs(read(tick.label) - tick.value) <= spacing / 100


@given(positive, positive, st.integers(1, 8))
def test_so_do_any_two_positive_ones_on_a_logarithmic_axis(
    one: float, other: float, count: int
) -> None:
    low, high = max(1e-299, min(one, other)), max(1e-299, one, other)
    axis = value_axis(low, high, count, WIDTH, log=True)
    assert axis.low > 0
    assert -1e-6 <= axis.fraction(low) <= axis.fraction(high) <= 1 + 1e-6
    assert axis.ticks
    assert all(0 < len(label) <= WIDTH for label in labels(axis))
    assert all(-1e-6 <= axis.fraction(tick.value) <= 1 + 1e-6 for tick in axis.ticks)


@given(st.integers(-(2**62), 2**62), st.integers(0, 2**62), st.integers(1, 20), st.booleans())
def test_so_do_any_two_steps(first: int, span: int, count: int, exact: bool) -> None:
    axis = step_axis(first, first + span, count, 6, exact)
    assert axis.low <= first
    assert axis.high >= first + span
    assert axis.high > axis.low
    if exact:
        assert (axis.low, axis.high) == (first, max(first + span, first + 1))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.05, 2.3, ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]),
        (0.0, 1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (97.1, 97.9, ["97.2", "97.4", "97.6", "97.8"]),
        (1e-5, 3e-4, ["0", "1e-4", "2e-4", "3e-4"]),
        (1e5, 3.2e5, ["100k", "150k", "200k", "250k", "300k"]),
        (12345.0, 12399.0, ["12340", "12360", "12380", "12400"]),
        (-5.0, 3.0, ["-4", "-2", "0", "2"]),
        (1000.001, 1000.002, ["1000.00", "+0.001"]),
        (999_999.0, 1_000_001.0, ["999999", "1000000", "1000001"]),
    ],
)
def test_labels_are_what_a_person_would_write(low: float, high: float, expected: list[str]) -> None:
    assert labels(value_axis(low, high, 5, WIDTH)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, ["-1", "0", "1"]),
        (0.5, ["0.4", "0.5", "0.6"]),
        (0.371, ["0.271", "0.371", "0.471"]),
        (-3e-5, ["-4e-5", "-3e-5", "-2e-5"]),
    ],
)
def test_a_constant_is_in_the_middle(value: float, expected: list[str]) -> None:
    axis = value_axis(value, value, 5, WIDTH)
    assert axis.fraction(value) == pytest.approx(0.5)
    assert labels(axis) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.002, 0.9, ["0.003", "0.01", "0.03", "0.1", "0.3"]),
        (1e-8, 1e3, ["1e-8", "1e-6", "1e-4", "0.01", "1", "100"]),
        (0.9, 1.1, ["0.90", "0.95", "1.00", "1.05", "1.10"]),
    ],
)
def test_logarithmic_labels(low: float, high: float, expected: list[str]) -> None:
    assert labels(value_axis(low, high, 5, WIDTH, log=True)) == expected


def test_step_labels() -> None:
    assert labels(step_axis(0, 937, 8, 6)) == ["0", "200", "400", "600", "800", "1000"]
    assert labels(step_axis(90_000, 91_000, 5, 6))[:2] == ["90.0k", "90.2k"]


def test_a_growing_run_seldom_moves_its_axes() -> None:
    source = random.Random(0)
    moves = {"value": 0, "step": 0}
    low, high = math.inf, -math.inf
    before: dict[str, Axis] = {}
    for step in range(2000):
        value = 2.3 * math.exp(-step / 400) + 0.05 + abs(source.gauss(0, 0.05))
        low, high = min(low, value), max(high, value)
        if step < 100:
            continue
        axes = {"value": value_axis(low, high, 5, WIDTH), "step": step_axis(0, step, 6, 6)}
        for name, axis in axes.items():
            moves[name] += name in before and axis != before[name]
        before = axes
    assert moves["value"] <= 12
    assert moves["step"] <= 25


def test_round_steps() -> None:
    assert [round_step(x) for x in (0.3, 0.11, 1.0, 4.0, 5.1)] == [0.5, 0.2, 1.0, 5.0, 10.0]


@given(values)
def test_a_figure_is_short(value: float) -> None:
    assert len(figure(value)) <= 10


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.0123, "0.01230"),
        (97.8, "97.80"),
        (1234.5, "1234"),
        (12345.6, "12346"),
        (0.00042, "4.20e-4"),
        (1.5e9, "1.50e9"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
    ],
)
def test_figures(value: float, text: str) -> None:
    assert figure(value) == text
