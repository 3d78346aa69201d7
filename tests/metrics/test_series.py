"""Series keep every point in order; what a chart draws of them misses no extreme."""

from __future__ import annotations

import math
import random
from array import array
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.metrics.series import (
    BLOCK,
    ExponentialAverage,
    Point,
    Series,
    downsample,
    smooth,
)

values_ = st.floats(allow_nan=True, allow_infinity=True)
finite = st.floats(-1e300, 1e300)
points_ = st.lists(st.tuples(st.integers(-50, 50), values_), max_size=60)


def series_of(*points: tuple[int, float]) -> Series:
    series = Series()
    for step, value in points:
        series.append(step, value, 1000.0 + step)
    return series


def long_series(values: list[float]) -> Series:
    series = Series()
    series.extend(range(len(values)), values, [0.0] * len(values))
    return series


def same(left: float, right: float) -> bool:
    return left == right or (math.isnan(left) and math.isnan(right))


class TestLooking:
    @given(points_, st.integers(-60, 60))
    def test_at_a_step_is_the_last_point_up_to_it(
        self, points: list[tuple[int, float]], step: int
    ) -> None:
        series = series_of(*points)
        before = [at for at, there in enumerate(series.steps) if there <= step]
        found = series.at(step)
        if not before:
            assert found is None
        else:
            assert found is not None
            assert found.step == series.steps[before[-1]]
            assert same(found.value, series.values[before[-1]])

    @given(st.lists(values_, max_size=3 * BLOCK), st.integers(0, 3 * BLOCK))
    def test_the_first_value_that_is_no_number_is_found(
        self, values: list[float], start: int
    ) -> None:
        series = long_series([0.5] * start + values)
        wrong = [at for at, value in enumerate(series.values) if not math.isfinite(value)]
        found = series.first_nonfinite()
        assert (found.step if found is not None else None) == (wrong[0] if wrong else None)

    def test_the_first_of_a_million_is_found_at_once(self) -> None:
        series = long_series([1.0] * 999_999 + [math.inf])
        series.first_nonfinite()
        began = perf_counter()
        for _call in range(100):
            assert series.first_nonfinite() == Point(999_999, math.inf)
        assert perf_counter() - began < 0.1

    def test_points_that_come_in_late_are_counted_as_a_merge(self) -> None:
        series = series_of((1, 1.0), (2, 2.0))
        assert series.merges == 0
        series.append(1, 3.0, 0.0)
        assert series.merges == 1


class TestSeries:
    def test_an_empty_series_has_no_figures(self) -> None:
        series = Series()
        assert len(series) == 0
        assert series.last is None
        assert series.minimum is None
        assert series.maximum is None
        assert downsample(series, 10) == []

    def test_points_come_back_as_they_went_in(self) -> None:
        series = series_of((0, 1.5), (1, -2.0), (5, 0.25))
        assert list(series.steps) == [0, 1, 5]
        assert list(series.values) == [1.5, -2.0, 0.25]
        assert list(series.times) == [1000.0, 1001.0, 1005.0]
        assert series.last == Point(5, 0.25)
        assert (series.minimum, series.maximum) == (-2.0, 1.5)

    def test_nonfinite_values_are_kept_and_are_no_extremes(self) -> None:
        series = series_of((0, math.nan), (1, math.inf), (2, 3.0), (3, -math.inf))
        assert len(series) == 4
        assert (series.minimum, series.maximum) == (3.0, 3.0)
        assert series.last == Point(3, -math.inf)

    def test_only_nonfinite_values_have_no_extremes(self) -> None:
        series = long_series([math.nan] * (3 * BLOCK))
        assert series.minimum is series.maximum is None

    @given(points_)
    def test_steps_that_go_backwards_are_sorted_and_ties_keep_their_order(
        self, points: list[tuple[int, float]]
    ) -> None:
        series = series_of(*points)
        expected = sorted(points, key=lambda point: point[0])
        assert list(series.steps) == [step for step, _ in expected]
        assert all(map(same, series.values, [value for _, value in expected]))
        if points:
            assert series.last is not None
            assert series.last.step == points[-1][0]

    @given(points_, points_)
    def test_extend_is_as_good_as_append(
        self, before: list[tuple[int, float]], more: list[tuple[int, float]]
    ) -> None:
        one_by_one, at_once = series_of(*before, *more), series_of(*before)
        at_once.extend(
            [step for step, _ in more],
            [value for _, value in more],
            [1000.0 + step for step, _ in more],
        )
        assert at_once.steps == one_by_one.steps
        assert all(map(same, at_once.values, one_by_one.values))
        assert at_once.times == one_by_one.times
        assert at_once.minimum == one_by_one.minimum

    def test_a_resumed_run_keeps_both_passes_and_its_extremes(self) -> None:
        series = long_series([1.0] * 1000)
        assert series.maximum == 1.0
        series.extend(range(900, 1100), [9.0] * 200, [0.0] * 200)
        assert len(series) == 1200
        assert list(series.steps) == sorted(series.steps)
        assert series.maximum == 9.0
        assert series.last == Point(1099, 9.0)

    def test_columns_of_different_length_add_nothing(self) -> None:
        series = series_of((0, 1.0))
        with pytest.raises(ValueError, match="length"):
            series.extend([1, 2], [1.0], [0.0, 0.0])
        assert len(series) == len(series.values) == len(series.times) == 1

    def test_a_step_beyond_64_bits_adds_nothing(self) -> None:
        series = series_of((0, 1.0))
        with pytest.raises(OverflowError):
            series.append(2**70, 1.0, 0.0)
        with pytest.raises(OverflowError):
            series.extend([2**70], [1.0], [0.0])
        assert len(series) == len(series.values) == len(series.times) == 1

    def test_neighbours_are_the_points_just_outside(self) -> None:
        series = series_of((0, 1.0), (10, 2.0), (20, 3.0))
        assert series.neighbours(5, 15) == (Point(0, 1.0), Point(20, 3.0))
        assert series.neighbours(0, 20) == (None, None)

    @given(st.lists(values_, min_size=1, max_size=5 * BLOCK), st.data())
    def test_extremes_stay_right_while_a_series_grows(
        self, values: list[float], data: st.DataObject
    ) -> None:
        series = Series()
        start = 0
        while start < len(values):
            stop = data.draw(st.integers(start + 1, len(values)))
            series.extend(range(start, stop), values[start:stop], [0.0] * (stop - start))
            kept = [value for value in values[:stop] if math.isfinite(value)]
            assert series.minimum == (min(kept) if kept else None)
            assert series.maximum == (max(kept) if kept else None)
            start = stop


class TestDownsample:
    @given(
        st.lists(st.tuples(st.integers(-1000, 1000), values_), max_size=400),
        st.integers(1, 50),
    )
    def test_a_column_has_at_most_four_points_and_nothing_extreme_is_lost(
        self, points: list[tuple[int, float]], columns: int
    ) -> None:
        series = series_of(*points)
        buckets = downsample(series, columns)
        assert [bucket.column for bucket in buckets] == sorted({b.column for b in buckets})
        assert all(0 <= bucket.column < columns for bucket in buckets)
        assert all(len(bucket.points) <= 4 for bucket in buckets)
        drawn = [point for bucket in buckets for point in bucket.points]
        assert [point.step for point in drawn] == sorted(point.step for point in drawn)
        assert all(math.isfinite(point.value) for point in drawn)
        kept = [value for _, value in points if math.isfinite(value)]
        assert min((p.value for p in drawn), default=None) == min(kept, default=None)
        assert max((p.value for p in drawn), default=None) == max(kept, default=None)

    @given(
        st.lists(st.tuples(st.integers(0, 300), values_), min_size=1, max_size=400),
        st.integers(1, 40),
        st.integers(0, 300),
        st.integers(0, 300),
    )
    def test_it_agrees_with_looking_at_every_point(
        self, points: list[tuple[int, float]], columns: int, one: int, other: int
    ) -> None:
        low, high = min(one, other), max(one, other)
        series = series_of(*points)
        span = max(1, high - low)
        expected: dict[int, list[float]] = {}
        for step, value in zip(series.steps, series.values, strict=True):
            if low <= step <= high:
                column = min(columns - 1, (step - low) * columns // span)
                expected.setdefault(column, []).append(value)
        buckets = {b.column: b for b in downsample(series, columns, (low, high))}
        assert buckets.keys() == expected.keys()
        for column, values in expected.items():
            bucket = buckets[column]
            kept = [value for value in values if math.isfinite(value)]
            shown = [point.value for point in bucket.points]
            assert bool(shown) == bool(kept)
            if kept:
                assert (shown[0], shown[-1]) == (kept[0], kept[-1])
                assert (min(shown), max(shown)) == (min(kept), max(kept))
            marks = {str(value) for value in values if not math.isfinite(value)}
            assert {str(value) for value in bucket.nonfinite} == marks
            assert len(bucket.nonfinite) == len(marks)

    def test_a_spike_of_one_point_in_a_million_is_drawn(self) -> None:
        values = array("d", bytes(8 * 1_000_000))
        values[654_321] = 1e9
        series = Series()
        series.extend(range(len(values)), values, values)
        drawn = [point for bucket in downsample(series, 200) for point in bucket.points]
        assert Point(654_321, 1e9) in drawn

    def test_a_million_points_take_well_under_half_a_second(self) -> None:
        source = random.Random(0)
        values = array("d", (source.gauss(0, 1) for _ in range(1_000_000)))
        series = Series()
        series.extend(range(len(values)), values, values)
        start = perf_counter()
        downsample(series, 200)
        first = perf_counter() - start
        start = perf_counter()
        series.append(1_000_000, 0.0, 0.0)
        downsample(series, 200)
        again = perf_counter() - start
        assert first < 0.5
        assert again < 0.1

    def test_points_outside_the_range_are_left_out(self) -> None:
        series = long_series([float(step) for step in range(100)])
        drawn = [p.step for b in downsample(series, 5, (40, 44)) for p in b.points]
        assert drawn == [40, 41, 42, 43, 44]

    def test_all_points_at_one_step_share_a_column(self) -> None:
        [bucket] = downsample(series_of((7, 1.0), (7, 3.0), (7, 2.0)), 10)
        assert bucket.points == (Point(7, 1.0), Point(7, 3.0), Point(7, 2.0))

    def test_huge_values_whose_sum_overflows_are_finite(self) -> None:
        series = long_series([1.7e308, -1.7e308, 1.7e308, 1.7e308] * BLOCK)
        [bucket] = downsample(series, 1)
        assert not bucket.nonfinite
        assert (series.minimum, series.maximum) == (-1.7e308, 1.7e308)

    def test_no_columns_hold_nothing(self) -> None:
        assert downsample(series_of((0, 1.0)), 0) == []


class TestSmooth:
    @given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(0, 0.99))
    def test_it_equals_the_formula(self, values: list[float], weight: float) -> None:
        for n, smoothed in enumerate(smooth(values, weight), start=1):
            total = sum((1 - weight) * weight ** (n - i) * values[i - 1] for i in range(1, n + 1))
            assert smoothed == pytest.approx(total / (1 - weight**n), rel=1e-9, abs=1e-6)

    def test_weight_zero_changes_nothing(self) -> None:
        assert smooth([3.0, 1.0, 2.0], 0.0) == [3.0, 1.0, 2.0]

    def test_a_constant_stays_constant_from_its_first_value(self) -> None:
        assert smooth([5.0] * 20, 0.9) == pytest.approx([5.0] * 20)

    def test_nonfinite_values_pass_and_leave_the_average_alone(self) -> None:
        with_gaps = smooth([1.0, math.nan, 2.0, math.inf, 3.0], 0.5)
        assert math.isnan(with_gaps[1])
        assert with_gaps[3] == math.inf
        assert [with_gaps[i] for i in (0, 2, 4)] == smooth([1.0, 2.0, 3.0], 0.5)

    @given(st.lists(finite, max_size=20), st.integers(0, 20))
    def test_it_can_be_fed_in_pieces(self, values: list[float], cut: int) -> None:
        average = ExponentialAverage(0.8)
        pieces = average.extend(values[:cut]) + average.extend(values[cut:])
        assert pieces == smooth(values, 0.8)

    @pytest.mark.parametrize("weight", [-0.1, 1.0, math.nan])
    def test_a_weight_that_is_none_is_refused(self, weight: float) -> None:
        with pytest.raises(ValueError, match="weight"):
            smooth([1.0], weight)
