"""What a curve did, in a word."""

from __future__ import annotations

import math
import random
import time
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.study.curve_shape import WORDS, Shape, shape_of


def curve(what, count: int = 200, noise: float = 0.0, seed: int = 0) -> list[float]:
    """`what` of a time from 0 to 1, with noise of a standard deviation."""
    chance = random.Random(seed)
    return [what(at / (count - 1)) + chance.gauss(0, noise) for at in range(count)]


CURVES = {
    "exponential": (lambda t: 2.3 * math.exp(-3 * t) + 0.1, Shape.FALLS),
    "straight": (lambda t: 2 - t, Shape.FALLS),
    "quick": (lambda t: 2.3 * math.exp(-20 * t) + 0.1, Shape.LEVELS_OFF),
    "overfitted": (lambda t: 0.4 + 1.2 * (t - 0.4) ** 2, Shape.FALLS_THEN_RISES),
    "accuracy-like": (lambda t: 0.95 - 0.8 * math.exp(-4 * t), Shape.RISES),
    "collapsing": (lambda t: math.sin(math.pi * t), Shape.RISES_THEN_FALLS),
    "nothing learned": (lambda t: math.log(10), Shape.FLAT),
    "swinging": (lambda t: 1 + 0.5 * math.sin(12 * math.pi * t), Shape.OSCILLATES),
    "runaway": (lambda t: 2.3 * math.exp(4 * t), Shape.DIVERGES),
}


@pytest.mark.parametrize("count", [30, 60, 200, 5000])
@pytest.mark.parametrize("name", [name for name in CURVES if name != "accuracy-like"])
def test_shapes_are_told_however_many_points_there_are(name, count):
    what, shape = CURVES[name]
    assert shape_of(curve(what, count)) is shape


def test_an_accuracy_that_grows_does_not_run_away():
    values = curve(CURVES["accuracy-like"][0])
    assert shape_of(values, is_loss=False) is Shape.RISES


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["exponential", "straight", "quick", "overfitted", "collapsing"])
def test_noise_of_single_steps_hides_no_shape(name, seed):
    what, shape = CURVES[name]
    assert shape_of(curve(what, 2000, noise=0.08, seed=seed), is_loss=False) is shape


@pytest.mark.parametrize("seed", range(5))
def test_noise_alone_is_level(seed):
    assert shape_of(curve(lambda t: 2.3, 2000, noise=0.3, seed=seed)) is Shape.FLAT


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number_has_run_away(bad):
    assert shape_of([2.3, 2.0, bad]) is Shape.DIVERGES


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 0.5, 0.2]])
def test_too_few_points_have_no_shape(values):
    assert shape_of(values) is None


def test_a_spike_of_one_step_among_many_changes_nothing():
    values = curve(CURVES["exponential"][0], 3000)
    values[1500] += 3
    assert shape_of(values) is Shape.FALLS


def test_a_million_points_are_looked_at_in_a_moment():
    values = array("d", curve(CURVES["overfitted"][0], 1_000_000))
    began = time.process_time()
    assert shape_of(values) is Shape.FALLS_THEN_RISES
    assert time.process_time() - began < 1
    values[777_777] = math.nan
    assert shape_of(values) is Shape.DIVERGES


def test_a_warm_up_bump_is_no_turn():
    values = curve(lambda t: 2.3 + 3 * t if t < 0.05 else 2.5 * math.exp(-4 * (t - 0.05)))
    assert shape_of(values) is Shape.FALLS


finite = st.floats(-1e300, 1e300)


@given(st.lists(finite, min_size=4, max_size=300), st.booleans())
def test_every_curve_of_numbers_has_a_shape(values, is_loss):
    assert shape_of(values, is_loss=is_loss) in Shape


@given(st.lists(st.floats(0.01, 100), min_size=4, max_size=200), st.integers(-20, 20))
def test_the_unit_does_not_matter(values, power):
    """By powers of two, which round nothing."""
    assert shape_of([value * 2.0**power for value in values]) is shape_of(values)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=200))
def test_what_only_rises_is_said_to_rise_or_to_be_level(steps):
    values, at = [], 1.0
    for step in steps:
        at += step
        values.append(at)
    assert shape_of(values, is_loss=False) in (Shape.RISES, Shape.FLAT)
    assert shape_of(values[::-1]) in (Shape.FALLS, Shape.LEVELS_OFF, Shape.FLAT)


def test_every_shape_has_words():
    assert set(WORDS) == set(Shape)
