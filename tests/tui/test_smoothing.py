"""What is worked out of a series: the same in pieces as at once, and anew when points are put
among earlier ones."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.series import Series, smooth
from studylab.tui.smoothing import WEIGHTS, Derived, next_weight

points = st.lists(
    st.tuples(st.integers(0, 1000), st.floats() | st.floats(-1, 1), st.floats(0, 1e9)), max_size=80
)


def series_of(rows: list[tuple[int, float, float]]) -> Series:
    series = Series()
    for step, value, time in rows:
        series.append(step, value, time)
    return series


def same(left: list[float], right: list[float]) -> bool:
    return len(left) == len(right) and all(
        a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(left, right, strict=True)
    )


@given(points, points, st.sampled_from(WEIGHTS[1:]), st.integers(1, 9))
def test_pieces_make_the_same_line_as_the_whole(
    first: list[tuple[int, float, float]],
    more: list[tuple[int, float, float]],
    weight: float,
    piece: int,
) -> None:
    source = series_of(first)
    derived = Derived(source, weight)
    while derived.behind:
        derived.grow(piece)
    for step, value, time in more:
        source.append(step, value, time)
    while derived.behind:
        derived.grow(piece)
    assert list(derived.series.steps) == list(source.steps)
    assert same(list(derived.series.values), smooth(source.values, weight))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.sampled_from(WEIGHTS))
def test_a_smoothed_line_stays_between_the_lowest_and_the_highest(
    values: list[float], weight: float
) -> None:
    smoothed = smooth(values, weight)
    slack = 1e-6 * max(1.0, *map(abs, values))
    assert all(min(values) - slack <= each <= max(values) + slack for each in smoothed)
    assert smoothed[0] == pytest.approx(values[0], abs=slack)


def test_the_first_average_is_the_first_value_and_a_constant_stays_one() -> None:
    assert smooth([5.0] * 10, 0.99) == pytest.approx([5.0] * 10)


@given(points)
def test_over_time_each_point_lies_at_its_time(rows: list[tuple[int, float, float]]) -> None:
    source = series_of(rows)
    derived = Derived(source, began=100.0)
    derived.grow()
    expected = sorted(int((time - 100.0) * 1000) for time in source.times)
    assert list(derived.series.steps) == expected
    assert sorted(map(str, derived.series.values)) == sorted(map(str, source.values))


def test_a_time_that_is_no_number_has_no_place_over_time() -> None:
    source = series_of([(1, 1.0, 10.0), (2, 2.0, math.nan), (3, 3.0, 1e300), (4, 4.0, 11.0)])
    derived = Derived(source, began=10.0)
    derived.grow()
    assert list(derived.series.values) == [1.0, 4.0, 3.0]


def test_strengths_have_two_ends() -> None:
    assert next_weight(0.0, -1) == 0.0
    assert next_weight(0.0, 1) == WEIGHTS[1]
    assert next_weight(WEIGHTS[-1], 1) == WEIGHTS[-1]
