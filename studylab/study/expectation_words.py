"""Expectations as they are typed and told, and what is said of the gap."""

from __future__ import annotations

import math
from difflib import get_close_matches

from studylab.language import _, listed
from studylab.plain import one_line
from studylab.problem import Refused
from studylab.runs.wording import is_fraction, metric_value
from studylab.store.expectations import Expectation
from studylab.study.curve_shape import WORDS, Shape
from studylab.study.expectation import Gap


class BadExpectation(Refused):
    """An expectation that can't be read; the text says how it is written."""


def read_value(text: str) -> tuple[str, float]:
    """The metric and the value of `accuracy=0.95`, `accuracy=95%` or `val/loss=0.3`.

    Raises:
        BadExpectation: it is written in another way.
    """
    metric, equals, value = text.rpartition("=")
    metric, value = metric.strip(), value.strip().replace("％", "%")
    if not (equals and metric and value):
        raise BadExpectation(
            _("{text!r}: write METRIC=VALUE, such as accuracy=0.95", text=one_line(text, 60))
        )
    return metric, number_of(value)


def number_of(text: str) -> float:
    """The number of `0.95` or `95 %`.

    Raises:
        BadExpectation: it is none.
    """
    plain = text.strip().replace("％", "%")
    share = plain.endswith("%")
    try:
        number = float(plain.removesuffix("%"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadExpectation(_("{text!r} is no number; write 0.95 or 95%", text=one_line(text, 60)))
    return number / 100 if share else number


def read_shape(text: str) -> str:
    """A shape's word.

    Raises:
        BadExpectation: there is no such shape; the nearest is offered.
    """
    word = "-".join(text.casefold().split())
    if word in set(Shape):
        return word
    near = get_close_matches(word, list(Shape), n=1)
    if near:
        raise BadExpectation(
            _("there is no shape {text!r}; did you mean {near}?", text=text, near=near[0])
        )
    raise BadExpectation(
        _("there is no shape {text!r}; there are {shapes}", text=text, shapes=listed(Shape))
    )


def told_shape(shape: str) -> str:
    """A shape in words."""
    return _(WORDS[Shape(shape)]) if shape in set(Shape) else one_line(shape, 40)


def told_expected(expected: Expectation) -> str:
    """What was expected, in one line."""
    figure = _shown(expected.metric, expected.value) if expected.value is not None else ""
    if not expected.shape:
        told = _("expected: {figure}", figure=figure)
    elif not figure:
        told = _("expected: the curve {shape}", shape=told_shape(expected.shape))
    else:
        told = _(
            "expected: {figure}; the curve {shape}",
            figure=figure,
            shape=told_shape(expected.shape),
        )
    why = one_line(expected.why)
    return _("{told} (because {why})", told=told, why=why) if why else told


def told_gap(found: Gap) -> list[str]:
    """What came of it, a line for the figure and one for the curve."""
    lines = []
    expected = found.expected
    if expected.value is not None:
        figure = _shown(expected.metric, expected.value)
        if found.got is None:
            lines.append(_("expected {figure}; the run told no such figure", figure=figure))
        else:
            lines.append(
                _(
                    "expected {figure}, got {got}: {difference}",
                    figure=figure,
                    got=metric_value(expected.metric, found.got),
                    difference=_difference(found),
                )
            )
    if expected.shape:
        lines.append(_told_shapes(found))
    if found.late:
        lines.append(_("this was told after the run had ended"))
    return lines


def question(found: Gap) -> str:
    """The question that a gap asks; empty where nothing differs."""
    asked = []
    expected = found.expected
    if found.value_differs and expected.value is not None and found.got is not None:
        asked.append(
            _(
                "Why did {run} reach {metric} {got} where I expected {expected}?",
                run=expected.run,
                metric=one_line(expected.metric),
                got=metric_value(expected.metric, found.got),
                expected=metric_value(expected.metric, expected.value, exact=True),
            )
        )
    if found.shape_differs and found.shape is not None:
        asked.append(
            _(
                "Why did {curve} of {run} go like this: it {got}? I expected: it {expected}.",
                curve=one_line(found.curve),
                run=expected.run,
                got=told_shape(found.shape),
                expected=told_shape(expected.shape),
            )
        )
    return "\n".join(asked)


def _told_shapes(found: Gap) -> str:
    expected = told_shape(found.expected.shape)
    if not found.curve:
        return _("expected that the curve {expected}; the run has none for it", expected=expected)
    curve = one_line(found.curve)
    if found.shape is None:
        return _(
            "expected that {curve} {expected}; it has too few points to say",
            curve=curve,
            expected=expected,
        )
    if found.shape == found.expected.shape:
        return _("expected that {curve} {expected}: so it was", curve=curve, expected=expected)
    got = told_shape(found.shape)
    if not found.shape_differs:
        return _(
            "expected that {curve} {expected}: nearly, it {got}",
            curve=curve,
            expected=expected,
            got=got,
        )
    return _("expected that {curve} {expected}: it {got}", curve=curve, expected=expected, got=got)


def _difference(found: Gap) -> str:
    assert found.got is not None and found.expected.value is not None
    if not found.value_differs:
        return _("as expected")
    more = found.got - found.expected.value
    if not math.isfinite(more):
        return _("no number to compare")
    if is_fraction(found.expected.metric):
        points = f"{abs(more) * 100:.3g}"
        less = _("{points} points less", points=points)
        return _("{points} points more", points=points) if more > 0 else less
    size = f"{abs(more):.3g}"
    less = _("{size} less", size=size)
    return _("{size} more", size=size) if more > 0 else less


def _shown(metric: str, value: float) -> str:
    return f"{one_line(metric, 40)} {metric_value(metric, value, exact=True)}"
