"""Axes of epochs and of time: inside what is visible, told apart, and true."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.tui.widgets.axis import Axis
from studylab.tui.widgets.scale import DAY, HOUR, MINUTE, SECOND, Elapsed, Epochs, clock, time_step


def check(axis: Axis, first: int, last: int) -> list[str]:
    assert axis.low <= first
    assert axis.high >= last
    assert all(axis.low - 1 <= tick.value <= axis.high + 1 for tick in axis.ticks)
    labels = [tick.label for tick in axis.ticks]
    assert len(set(labels)) == len(labels)
    return labels


@given(
    st.integers(0, 10**9), st.integers(1, 10**9), st.floats(0.5, 1e6),
    st.integers(1, 200), st.booleans(),
)  # fmt: skip
def test_epochs_lie_at_their_steps(
    first: int, span: int, per_epoch: float, columns: int, exact: bool
) -> None:
    axis = Epochs(per_epoch).axis(first, first + span, columns, exact)
    check(axis, first, first + span)
    for tick in axis.ticks:
        if tick.label.replace(".", "").isdigit():
            assert math.isclose(float(tick.label) * per_epoch, tick.value, rel_tol=1e-3)


@given(st.integers(0, 40 * DAY), st.integers(1, 40 * DAY), st.integers(1, 200), st.booleans())
def test_times_are_told_apart(first: int, span: int, columns: int, exact: bool) -> None:
    axis = Elapsed().axis(first, first + span, columns, exact)
    check(axis, first, first + span)
    assert len(axis.ticks) <= columns // 11 + 2


@given(st.floats(0, 1e12))
def test_a_round_time_is_at_least_what_is_asked_for(least: float) -> None:
    assert time_step(least) >= least * (1 - 1e-9)


@pytest.mark.parametrize(
    ("at", "step", "expected"),
    [
        (0, SECOND, "0:00"),
        (30 * SECOND, SECOND, "0:30"),
        (12 * MINUTE + 5 * SECOND, SECOND, "12:05"),
        (1500, 500, "0:01.5"),
        (1005, 5, "0:01.005"),
        (HOUR + 2 * MINUTE + 3 * SECOND, SECOND, "1:02:03"),
        (DAY + 3 * HOUR, HOUR, "1d 03h"),
        (DAY + 3 * HOUR + 30 * MINUTE, 30 * MINUTE, "1d 03:30:00"),
        (12 * DAY, DAY, "12d"),
        (-1500, SECOND, "-0:01"),
    ],
)
def test_how_a_time_is_told(at: int, step: int, expected: str) -> None:
    assert clock(at, step) == expected
