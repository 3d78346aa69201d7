"""What was expected of a run beside what it did."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studylab.problem import Refused
from studylab.store.expectations import Expectation
from studylab.store.runs import ResultRow
from studylab.study.curve_shape import Shape
from studylab.study.expectation import gap, shaped_curves
from studylab.study.expectation_words import (
    question,
    read_shape,
    read_value,
    told_expected,
    told_gap,
)

AT = "2026-11-24T09:00:00+00:00"
FALLING = [2.3 * math.exp(-at / 40) + 0.1 for at in range(100)]
TURNING = [0.4 + (at - 40) ** 2 / 2000 for at in range(100)]
CURVES = {"train/loss": FALLING, "val/loss": TURNING, "val/accuracy": [0.1, 0.8, 0.92]}
TEST = ResultRow("accuracy", "test", "digits", 0.91)


def expected(metric="accuracy", value=None, shape="", why="") -> Expectation:
    return Expectation("cnn-1", metric, value, shape, why, AT, AT)


def held(wanted: Expectation, results=(TEST,), curves=CURVES, ended_at=None):
    return gap(wanted, results, list(curves), curves.__getitem__, ended_at)


def test_a_figure_that_was_missed_is_told_in_points():
    found = held(expected(value=0.95))
    assert (found.found, found.got) == ("test accuracy", 0.91)
    assert told_gap(found) == ["expected accuracy 95 %, got 91.0 %: 4 points less"]
    assert question(found) == "Why did cnn-1 reach accuracy 91.0 % where I expected 95 %?"


def test_a_figure_that_is_no_fraction_is_told_as_it_is():
    wanted = expected("perplexity", 20.0)
    found = held(wanted, [ResultRow("perplexity", "test", "wiki", 26.5)])
    assert told_gap(found) == ["expected perplexity 20, got 26.5: 6.5 more"]


def test_the_same_figure_as_it_is_read_is_as_expected():
    found = held(expected(value=0.91004))
    assert not found.differs
    assert told_gap(found) == ["expected accuracy 91 %, got 91.0 %: as expected"]
    assert question(found) == ""


def test_a_curve_that_is_named_counts_before_a_result():
    assert held(expected("val/accuracy", 0.9)).got == 0.92
    assert held(expected(value=0.9), results=()).found == "val/accuracy"


@pytest.mark.parametrize("metric", ["accuracy", "test accuracy", "test/accuracy"])
def test_a_result_is_found_by_its_metric_with_or_without_its_split(metric):
    assert held(expected(metric, 0.9)).got == 0.91


def test_what_the_run_never_told_is_no_gap():
    found = held(expected("bleu", 0.3))
    assert not found.differs
    assert told_gap(found) == ["expected bleu 30 %; the run told no such figure"]


def test_a_result_that_is_no_number_differs():
    found = held(expected(value=0.9), [ResultRow("accuracy", "test", "digits", math.nan)])
    assert found.value_differs
    assert "got nan: no number to compare" in told_gap(found)[0]


def test_the_shape_is_that_of_the_validation_loss():
    found = held(expected(shape="falls"))
    assert (found.curve, found.shape) == ("val/loss", Shape.FALLS_THEN_RISES)
    assert found.shape_differs
    assert told_gap(found) == ["expected that val/loss falls to the end: it falls, then rises"]
    assert question(found) == (
        "Why did val/loss of cnn-1 go like this: it falls, then rises?"
        " I expected: it falls to the end."
    )


def test_falling_and_levelling_off_are_nearly_the_same():
    found = held(expected(shape="levels-off"), curves={"train/loss": FALLING})
    assert found.shape is Shape.FALLS
    assert not found.differs
    assert "nearly" in told_gap(found)[0]


def test_a_figure_and_a_curve_make_two_questions():
    found = held(expected(value=0.95, shape="falls"))
    assert len(told_gap(found)) == len(question(found).splitlines()) == 2


@pytest.mark.parametrize(
    ("names", "metric", "curve"),
    [
        (["train/loss", "val/loss", "lr"], "", "val/loss"),
        (["train/loss", "fold1/val/loss"], "", "fold1/val/loss"),
        (["lr", "val/accuracy"], "accuracy", "val/accuracy"),
        (["lr"], "accuracy", ""),
        (["glossary", "loss"], "", "loss"),
        (["train_loss", "gloss"], "", "train_loss"),
    ],
)
def test_which_curve_a_shape_is_told_of(names, metric, curve):
    assert next(iter(shaped_curves(names, metric)), "") == curve


def test_a_run_without_such_a_curve_or_with_a_short_one_says_so():
    assert "the run has none" in told_gap(held(expected(shape="falls"), curves={}))[0]
    short = held(expected(shape="falls"), curves={"loss": [1.0, 0.5]})
    assert "too few points" in told_gap(short)[0]
    assert not short.differs


def test_a_validation_curve_of_few_points_gives_way_to_that_of_training():
    found = held(expected(shape="falls"), curves={"val/loss": [1.0, 0.5], "train/loss": FALLING})
    assert (found.curve, found.shape) == ("train/loss", Shape.FALLS)


def test_what_was_told_after_the_end_is_said_to_be():
    assert held(expected(value=0.9), ended_at=0.0).late
    assert "after the run had ended" in told_gap(held(expected(value=0.9), ended_at=0.0))[-1]
    assert not held(expected(value=0.9), ended_at=4e9).late


def test_a_shape_that_nobody_knows_is_shown_as_it_is():
    """It may come from another version, in a copy."""
    assert told_gap(held(expected(shape="spirals")))[0].startswith("expected that val/loss spirals")


def test_what_is_expected_in_one_line():
    assert told_expected(expected(value=0.95)) == "expected: accuracy 95 %"
    assert told_expected(expected("", None, "flat")) == (
        "expected: the curve stays level from the start"
    )
    both = told_expected(expected(value=0.95, shape="falls", why="it is\neasy"))
    assert both == "expected: accuracy 95 %; the curve falls to the end (because it is easy)"


@pytest.mark.parametrize(
    ("text", "metric", "value"),
    [
        ("accuracy=0.95", "accuracy", 0.95),
        ("accuracy = 95 %", "accuracy", 0.95),
        ("accuracy=95％", "accuracy", 0.95),
        ("val/loss=3e-1", "val/loss", 0.3),
        ("a=b=2", "a=b", 2.0),
    ],
)
def test_how_a_value_is_typed(text, metric, value):
    assert read_value(text) == (metric, pytest.approx(value))


@pytest.mark.parametrize(
    "text", ["", "accuracy", "=1", "a=", "a=high", "a=nan", "a=inf%", "a=1e999"]
)
def test_what_can_t_be_read_is_refused(text):
    with pytest.raises(Refused):
        read_value(text)


def test_shapes_are_typed_with_or_without_hyphens():
    assert read_shape("Falls then rises") == "falls-then-rises"
    with pytest.raises(Refused, match="did you mean diverges"):
        read_shape("diverge")
    with pytest.raises(Refused, match="falls, levels-off"):
        read_shape("xyzzy")


@given(
    st.floats(allow_nan=False, allow_infinity=False), st.floats(),
    st.sampled_from(["accuracy", "loss", "[b]"]), st.sampled_from(["", *Shape, "odd"]),
    st.lists(st.floats(), max_size=20),
)  # fmt: skip
def test_whatever_comes_of_it_is_told(value, got, metric, shape, values):
    found = held(
        expected(metric, value, shape), [ResultRow(metric, "test", "", got)], {"loss": values}
    )
    assert all(told_gap(found))
    assert bool(question(found)) == found.differs
