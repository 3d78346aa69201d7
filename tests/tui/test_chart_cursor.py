"""The cursor over points, and the way between steps and times."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.series import Series
from studylab.tui.cursor import nearest_step, next_step, step_at, step_before, time_at

steps = st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=30)


def series_at(at: list[int]) -> Series:
    series = Series()
    for step in at:
        series.append(step, 0.0, float(step))
    return series


@given(st.lists(steps, min_size=1, max_size=3), st.integers(-(2**41), 2**41), st.integers(1, 50))
def test_the_cursor_stops_at_points_only_and_never_passes_one_over(
    lines: list[list[int]], step: int, least: int
) -> None:
    series = [series_at(line) for line in lines]
    there = sorted({each for line in lines for each in line})
    after = [each for each in there if each >= step + least]
    assert next_step(series, step, least) == (after[0] if after else there[-1])
    before = [each for each in there if each <= step - least]
    assert step_before(series, step, least) == (before[-1] if before else there[0])
    nearest = nearest_step(series, step)
    assert abs(nearest - step) == min(abs(each - step) for each in there)


def test_without_points_the_cursor_stays() -> None:
    assert next_step([Series()], 7) == step_before([], 7) == nearest_step([], 7) == 7


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=30, unique=True), st.data())
def test_a_time_between_two_points_has_a_step_between_them(
    at: list[int], data: st.DataObject
) -> None:
    series = series_at(sorted(at))
    time = data.draw(st.floats(min(at), max(at)))
    found = step_at(series, time)
    assert found is not None
    # Steps and times are the same numbers here.
    assert abs(found - time) <= 1
    assert time_at(series, found) is not None


def test_what_lies_outside_has_no_step() -> None:
    series = series_at([10, 20])
    assert step_at(series, 9.0) is None
    assert step_at(series, 21.0) is None
    assert step_at(series, 20.0) == 20
    assert step_at(Series(), 1.0) is None


def test_a_step_without_a_point_has_the_time_of_the_one_before() -> None:
    series = series_at([10, 20])
    assert time_at(series, 15) == 10.0
    assert time_at(series, 5) == 10.0
    assert time_at(Series(), 5) is None
    broken = Series()
    broken.append(1, 1.0, math.nan)
    assert time_at(broken, 1) is None
